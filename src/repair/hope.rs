//! Whether a reading of double-byte text as other double-byte text may become text at all.
//!
//! Nearly any characters of one such page are characters of another one, and where rare words stand some of them are
//! commoner. A span that is written must also be likely in itself (`plausible.rs`): its words cost at most so much a
//! character. What it gains is no more than that with anything added that this makes positive, so one walk for the
//! stretch that is best *with what its words cost less than they may* bounds what any span can gain. Clean text of rare
//! words reads as rarer ones and is refuted; garbage reads as words.

use super::channel::{Row, Truth};
use super::fit::Prices;
use super::plausible::most_of;
use super::price::{Context, is_word_character, price};
use super::truth::{Pending, Step};

/// How often what words may cost more is counted. Any number would bound the gain.
const WEIGHT: i64 = 2;

/// The most that a span of a text without marks of loss may gain by the row if its reading is likely in itself, in
/// millinats. Costs a price for each character.
pub(super) fn bound(text: &[char], prices: &Prices<'_>, row: &Row) -> i64 {
    let Truth::Page(truth) = row.truth else { return i64::MAX };
    let allowed = most_of(truth, row.page);
    let mut best = 0;
    let mut here = Stretch::NONE;
    // What is read from the second byte of a character before on: where pages have characters of one byte.
    let mut shifted: Option<Stretch> = None;
    for (at, &c) in text.iter().enumerate() {
        let spelling = row.page.spelling(c);
        let mut ascii = [0; 4];
        let bytes = if c.is_ascii() { c.encode_utf8(&mut ascii).as_bytes() } else { &*spelling };
        if bytes.is_empty() {
            (here, shifted) = (Stretch::NONE, None);
            continue;
        }
        let shown = i64::from(prices.of(at));
        let begin =
            if here.worth > 0 { here } else { Stretch { context: prices.context(at), ..Stretch::NONE } };
        let (mut whole, mut cut) = (Stretch::NONE, None);
        for stretch in [Some(begin), shifted].into_iter().flatten() {
            let Some(next) = stretch.then(bytes, shown, row.truth, allowed) else { continue };
            best = best.max(next.worth);
            match next.pending.is_none() {
                true if next.worth > whole.worth => whole = next,
                false if cut.is_none_or(|cut: Stretch| next.worth > cut.worth) => cut = Some(next),
                _ => {}
            }
        }
        (here, shifted) = (whole, cut);
    }
    best
}

/// A stretch that is read without a break.
#[derive(Clone, Copy)]
struct Stretch {
    worth: i64,
    context: Context,
    pending: Pending,
}

impl Stretch {
    const NONE: Self = Self { worth: 0, context: Context::START, pending: Pending::NONE };

    /// With one more shown character of this price; none if its bytes can't go on.
    fn then(self, bytes: &[u8], shown: i64, truth: Truth, allowed: i64) -> Option<Self> {
        let Self { mut worth, mut context, mut pending } = self;
        worth += shown;
        for &byte in bytes {
            pending = match truth.step(pending, byte) {
                Step::Invalid => return None,
                Step::More(more) => more,
                Step::Char(c) => {
                    let read = if c.is_ascii() { 0 } else { i64::from(price(context, c)) };
                    let spared = if is_word_character(c) { allowed - read } else { 0 };
                    worth += WEIGHT * spared - read;
                    context = context.then(c);
                    Pending::NONE
                }
            };
        }
        Some(Self { worth, context, pending })
    }
}

#[cfg(test)]
mod tests {
    use super::super::channel::LAYERS;
    use super::*;
    use crate::codec::CodePage::{self, Big5, Gbk};

    /// What a search asks for, or less.
    const ENOUGH: i64 = 16_000;

    fn bound_of(text: &str, truth: CodePage, page: CodePage) -> i64 {
        let text: Vec<char> = text.chars().collect();
        let row = LAYERS.iter().find(|row| row.truth == Truth::Page(truth) && row.page == page).unwrap();
        bound(&text, &Prices::new(&text), row)
    }

    fn shown(text: &str, truth: CodePage, page: CodePage) -> String {
        let bytes: Vec<u8> =
            text.chars().flat_map(|c| truth.bytes(c).iter().next().unwrap().to_vec()).collect();
        bytes.chunks(2).map(|pair| page.decode_one(pair).unwrap().0).collect()
    }

    #[test]
    fn rare_words_of_clean_text_are_no_garbage() {
        for clean in ["螭魅罔兩，莫能逢之。", "瓊琚玉佩，鸞旂鏘鏘。", "蒹葭蒼蒼，白露為霜。"]
        {
            for (truth, page) in [(Gbk, Big5), (Big5, Gbk)] {
                assert!(bound_of(clean, truth, page) < ENOUGH, "{clean}");
            }
        }
    }

    #[test]
    fn the_bound_is_no_less_than_what_garbage_gains() {
        let text = "請大家準時參加今天下午的會議";
        let garbage = shown(text, Big5, Gbk);
        let cost = |text: &str| {
            let text: Vec<char> = text.chars().collect();
            Prices::new(&text).sum()
        };
        let gain = cost(&garbage) - cost(text);
        assert!(gain > ENOUGH);
        assert!(bound_of(&garbage, Big5, Gbk) >= gain);
    }

    #[test]
    fn what_the_page_does_not_have_parts_stretches() {
        let garbage = shown("請大家準時參加今天下午的會議", Big5, Gbk);
        let alone = bound_of(&garbage, Big5, Gbk);
        let parted = bound_of(&format!("{garbage}\u{2603}{garbage}"), Big5, Gbk);
        assert!(alone <= parted && parted < 2 * alone - alone / 4);
    }
}
