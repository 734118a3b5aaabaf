//! A glance at the places that the scan pointed at, before any search.
//!
//! A line of clean text may be long and hold one pair of rare words. What the rows of the channel table would make
//! of it shows in the few characters around, at the price of pricing those; the rest of the line is not looked at.

use std::ops::Range;

use crate::codec::{CodePage, Spelling};
use crate::model::Cost;
use crate::scan;

use super::chain::{self, ENTER};
use super::channel::{LAYERS, Row, Truth};
use super::fit::{Prices, Proof, dear, fit};
use super::hope;
use super::price::{Context, price};
use super::truth::{Pending, Step};

/// Bytes before and behind a place that are looked at.
const AROUND: usize = 96;

/// Millinats by which a reading must beat the text around a place: what garbage costs to begin with, less what the
/// edges of the window may hide.
const HIDDEN: Cost = 4_000;
/// The same of a reading by UTF-8: it ends in sight.
const HIDDEN_BY_UTF8: Cost = 1_000;
/// The same beside U+FFFD, where the reading of the lost character is not known yet.
const BESIDE_MARK: i64 = 2_000;
/// So many characters in a row that turn into UTF-8 are worth a search whatever they say, if they look like garbage
/// themselves: another layer may lie below them.
const PROOF: usize = 4;
/// What such characters cost on average: those of garbage change script all the time.
const DEAR: i64 = 7_600;
/// Of so many it may be overlooked that the first or the last one is cut in two: something was taken out there.
const MANY: usize = 3;

/// The part of a line that is worth a search: from the first to the last place near which a row fits; and the rows
/// that fit near some. `None` where none does.
pub(super) fn excerpt(line: &str, families: u8) -> Option<(Range<usize>, Rows)> {
    let mut worthy = windows(line, families)
        .map(|(at, families)| (worthy(&line[at.clone()], families), at))
        .filter(|(rows, _)| !rows.is_none());
    let (rows, first) = worthy.next()?;
    Some(worthy.fold((first, rows), |(part, all), (rows, at)| (part.start..at.end, all.or(rows))))
}

/// Whether a row of the channel table would gain near a sign of its family.
pub(super) fn is_worth_a_search(line: &str, families: u8) -> bool {
    windows(line, families).any(|(at, families)| !worthy(&line[at], families).is_none())
}

/// Rows of the channel table, a bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rows(u64);

const _: () = assert!(LAYERS.len() <= u64::BITS as usize);

impl Rows {
    pub(super) const ALL: Self = Self(u64::MAX);

    fn is_none(self) -> bool {
        self.0 == 0
    }

    fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the row of this number is one of them.
    pub(super) fn has(self, n: usize) -> bool {
        self.0 >> n & 1 == 1
    }
}

/// The rows that gain in a window.
fn worthy(text: &str, families: u8) -> Rows {
    let mut window: Vec<char> = Vec::with_capacity(text.len());
    window.extend(text.chars());
    let narrow = Narrow::of(&window);
    let rows = LAYERS.iter().enumerate().filter(|(_, row)| row.family().bit() & families != 0);
    let rows = rows.filter(|(_, row)| narrow.may_show(row));
    let mut found = 0;
    let prices = Prices::new(&window);
    // Which characters are dear, by the kind of proof; where none is, no row of the kind gains.
    let mut known: [Option<Vec<bool>>; 3] = Default::default();
    for (n, row) in rows {
        let gains = match row.proof() {
            Proof::Structure => is_promising(&window, &prices, row),
            proof => {
                let dear = known[proof as usize].get_or_insert_with(|| dear(&window, &prices, proof));
                dear.contains(&true) && {
                    // What was lost takes its part of the gain along.
                    let is_lossy = window.contains(&'\u{FFFD}') || window.contains(&'?');
                    let hidden = if is_lossy { ENTER } else { HIDDEN };
                    let least =
                        i64::from(chain::enter(&[row.layer(|c| window.contains(&c))], ENTER) - hidden);
                    let is_bounded = proof == Proof::Language && !is_lossy;
                    fit(&window, &prices, dear, row).is_some_and(|gain| gain >= least)
                        && !(is_bounded && hope::bound(&window, &prices, row) < least)
                }
            }
        };
        if gains {
            found |= 1 << n;
        }
    }
    Rows(found)
}

/// What a window has of the characters of single-byte pages, beyond ASCII.
struct Narrow {
    /// There are any,
    any: bool,
    /// and two of them side by side, or one beside a mark of loss.
    pair: bool,
}

impl Narrow {
    fn of(window: &[char]) -> Self {
        let is_narrow = CodePage::is_narrow;
        let pair = |pair: &[char]| {
            let [a, b] = [pair[0], pair[1]];
            is_narrow(a) && (is_narrow(b) || is_mark(b)) || is_mark(a) && is_narrow(b)
        };
        Self { any: window.iter().any(|&c| is_narrow(c)), pair: window.windows(2).any(pair) }
    }

    /// Whether it may show anything of a row. Only Shift-JIS has characters of one byte.
    fn may_show(&self, row: &Row) -> bool {
        let is_enough = if row.truth == Truth::Page(CodePage::ShiftJis) { self.any } else { self.pair };
        is_enough || !row.page.is_single_byte()
    }
}

/// Whether a stretch of the text turns into UTF-8 that is text, or that nothing but garbage turns into.
pub(super) fn is_promising(text: &[char], prices: &Prices<'_>, row: &Row) -> bool {
    // Prices are looked up only of what is UTF-8, where it may pay.
    let mut start = Edge { at: 0, bytes: 0 };
    let (mut pending, mut out, mut whole) = (Pending::NONE, 0, false);
    for (at, &c) in text.iter().enumerate() {
        let mark = is_mark(c);
        let bytes = if c.is_ascii() || mark { Spelling::default() } else { row.page.spelling(c) };
        if bytes.is_empty() {
            let may_pay = whole || out >= MANY || is_beside_mark(text, start, mark);
            let is_any = out > 0 || mark && !pending.is_none();
            if may_pay && is_any && pays(text, prices, row, start, Edge { at, bytes: 0 }) {
                return true;
            }
            start = Edge { at: at + 1, bytes: 0 };
            (pending, out, whole) = (Pending::NONE, 0, false);
            continue;
        }
        for (n, &byte) in bytes.iter().enumerate() {
            pending = match row.truth.step(pending, byte) {
                Step::More(more) => more,
                Step::Char(_) => {
                    out += 1;
                    Pending::NONE
                }
                Step::Invalid => {
                    let may_pay = whole || out >= MANY || is_beside_mark(text, start, false);
                    if may_pay && out > 0 && pays(text, prices, row, start, Edge { at, bytes: n }) {
                        return true;
                    }
                    // The shown character that breaks a stretch may begin the next one.
                    (out, whole) = (0, false);
                    let (begins, pending) = match row.truth.step(Pending::NONE, byte) {
                        Step::More(more) => (n, more),
                        _ => (n + 1, Pending::NONE),
                    };
                    start = Edge { at, bytes: begins };
                    pending
                }
            };
        }
        whole |= start.bytes == 0 && out > 0 && pending.is_none();
    }
    let may_pay = whole || out >= MANY || is_beside_mark(text, start, false);
    may_pay && out > 0 && pays(text, prices, row, start, Edge { at: text.len(), bytes: 0 })
}

/// Whether a stretch that begins at `start` has a mark of loss at its beginning, or, as is known, at its end. Of others a
/// few characters pay only if neither end cuts a shown character in two.
fn is_beside_mark(text: &[char], start: Edge, ends_at_mark: bool) -> bool {
    let before = start.at.checked_sub(1).and_then(|at| text.get(at));
    ends_at_mark || start.bytes == 0 && before.is_some_and(|&c| is_mark(c))
}

/// What lost bytes are shown as.
fn is_mark(c: char) -> bool {
    matches!(c, '?' | '\u{FFFD}')
}

/// Where a stretch of UTF-8 begins or ends: before a character, or in it behind so many of its bytes.
#[derive(Debug, Clone, Copy)]
struct Edge {
    at: usize,
    bytes: usize,
}

/// Whether a stretch of UTF-8 is worth a search.
fn pays(text: &[char], prices: &Prices<'_>, row: &Row, start: Edge, end: Edge) -> bool {
    // Marks of loss stand between characters.
    let mark = |at: Option<usize>| at.and_then(|at| text.get(at)).copied().filter(|&c| is_mark(c));
    let before = mark(start.at.checked_sub(1).filter(|_| start.bytes == 0));
    let behind = mark(Some(end.at).filter(|_| end.bytes == 0));
    // What is read continues the text that it stands in.
    let mut stretch = Stretch {
        mark: before.is_some(),
        question: [before, behind].into_iter().flatten().all(|c| c == '?'),
        context: prices.context(start.at),
        ..Stretch::default()
    };
    for (at, &c) in text.iter().enumerate().take(end.at + 1).skip(start.at) {
        let bytes = if at < end.at || end.bytes > 0 { row.page.spelling(c) } else { Spelling::default() };
        let mut bytes = &bytes[..];
        if at == end.at {
            bytes = &bytes[..end.bytes];
        }
        if at == start.at && start.bytes > 0 {
            bytes = bytes.get(start.bytes..).unwrap_or(&[]);
            stretch.shown = if bytes.is_empty() { 0 } else { i64::from(prices.of(at)) };
        } else if !bytes.is_empty() {
            stretch.show(prices.of(at));
        }
        bytes.iter().for_each(|&byte| stretch.take(row.truth, byte));
        if start.bytes == 0 && at < end.at && stretch.pending.is_none() {
            stretch.whole = stretch.whole.max(stretch.here);
        }
    }
    stretch.is_enough(behind.is_some())
}

/// An unbroken stretch of UTF-8 behind shown characters.
#[derive(Default)]
struct Stretch {
    pending: Pending,
    context: Context,
    /// What the shown characters cost whose bytes are not all read.
    shown: i64,
    /// How much cheaper the reading is than what is shown: of the best part that ends here, and the most so far.
    here: i64,
    best: i64,
    /// The most where neither end cuts a shown character in two, as no decoder does without a loss.
    whole: i64,
    /// What all of the shown characters cost, and their number.
    all: i64,
    count: i64,
    /// Characters that came out, and how many of them are signs of garbage.
    out: usize,
    signs: usize,
    /// It began at a mark of loss.
    mark: bool,
    /// The marks at its ends, if any, are question marks, which clean text has as well.
    question: bool,
}

impl Stretch {
    fn show(&mut self, price: Cost) {
        self.shown += i64::from(price);
        self.all += i64::from(price);
        self.count += 1;
    }

    /// Takes one more byte of what is known to be UTF-8.
    fn take(&mut self, truth: Truth, byte: u8) {
        match truth.step(self.pending, byte) {
            Step::More(more) => self.pending = more,
            Step::Char(c) => {
                self.here = (self.here + self.shown - i64::from(price(self.context, c))).max(0);
                self.best = self.best.max(self.here);
                self.shown = 0;
                self.context = self.context.then(c);
                self.pending = Pending::NONE;
                self.out += 1;
                self.signs += usize::from(scan::is_sign(c, 0, usize::MAX));
            }
            Step::Invalid => self.pending = Pending::NONE,
        }
    }

    /// Whether the stretch is worth a search if it ends here, at a mark of loss or not.
    fn is_enough(&self, at_mark: bool) -> bool {
        let beside_mark = at_mark && (self.out > 0 || !self.pending.is_none()) || self.mark && self.out > 0;
        let lost = if at_mark && !self.pending.is_none() { self.shown } else { 0 };
        let enough = match beside_mark {
            true if self.question => i64::from(ENTER - HIDDEN),
            true => BESIDE_MARK,
            false => i64::from(ENTER - HIDDEN_BY_UTF8),
        };
        // Another layer shows characters that are signs themselves.
        let may_hide_more =
            self.out >= PROOF && self.all >= DEAR * self.count && 4 * self.signs >= 3 * self.out;
        let gain = match beside_mark || self.out >= MANY {
            true => self.best.max(self.here + lost),
            false => self.whole,
        };
        may_hide_more || gain >= enough
    }
}

/// The parts of a line around the places where signs meet, with the families of those.
fn windows(line: &str, families: u8) -> impl Iterator<Item = (Range<usize>, u8)> {
    let mut places = scan::places(line).peekable();
    std::iter::from_fn(move || {
        let (first, mut shown) = places.next()?;
        let mut end = first + AROUND;
        while let Some((place, more)) = places.next_if(|p| p.0 <= end + AROUND) {
            shown |= more;
            end = place + AROUND;
        }
        let start = line.floor_char_boundary(first.saturating_sub(AROUND));
        let end = line.ceil_char_boundary(end.min(line.len()));
        Some((start..end, shown & families))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rare_words_of_clean_text_are_not_worth_a_search() {
        let fish = "魑魅魍魉，饕餮纹的铜甗出土于鄠邑区；鲻鱼、鳡鱼和鳜鱼都是鳍条鲜明的鱼。";
        let nominee = scan::nominees(fish).fold(0, |all, n| all | n.families());
        assert_eq!(excerpt(fish, nominee), None);
    }

    /// What was shown before a stretch was once counted as its gain: 劲 alone, whose bytes are a letter of UTF-8, made
    /// every street called so worth a search.
    #[test]
    fn what_stands_before_a_letter_of_utf_8_speaks_not_for_it() {
        for clean in [
            "地铁站在劲松路和双井桥之间。",
            "这家酒店离国贸桥和劲松桥都很近。",
            "我们准备去骑行，再去健身房。",
        ] {
            assert_eq!(excerpt(clean, u8::MAX), None, "{clean}");
        }
    }

    #[test]
    fn of_a_long_line_only_the_neighbourhood_of_garbage_is() {
        let clean = "今天的会议改到下午三点，请大家准时参加。".repeat(20);
        let garbage = "璇峰厛澶囦唤鏁版嵁搴擄紝鍐嶆墽琛屽崌绾";
        let line = format!("{clean}{garbage}{clean}");
        let (found, _) = excerpt(&line, u8::MAX).unwrap();
        assert!(found.start <= clean.len() && found.end >= clean.len() + garbage.len());
        assert!(found.len() < garbage.len() + 4 * AROUND);
    }

    proptest! {
        #[test]
        fn windows_ascend_and_lie_between_characters(line in "[a中锛é\u{e000}?銆 ]{0,200}") {
            let mut last = 0;
            for (window, _) in windows(&line, u8::MAX) {
                prop_assert!(last <= window.end && window.start <= window.end);
                prop_assert!(line.get(window.clone()).is_some());
                last = window.end;
            }
        }
    }
}
