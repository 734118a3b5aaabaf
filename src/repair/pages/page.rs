//! The page as a whole: whether it was rewritten, and by which list of characters.

use std::collections::BTreeMap;

use super::mark::{is_filler, noise, noise_of, starts_run};
use super::price;
use super::readings::{self, Fit, Read, Reading};
use super::unit::{Kind, Unit};
use crate::model::{self, Cost};

/// What the rewriting of a page left to see.
#[derive(Debug)]
pub(super) struct Page {
    /// The annotated characters, each with its one reading.
    pub(super) listed: BTreeMap<char, Reading>,
    /// Full-width forms of ASCII characters were made half-width.
    pub(super) halved: bool,
    /// Private-use characters are gone.
    pub(super) drops_private: bool,
    /// The filler is a comma and shows.
    pub(super) commas: bool,
    /// The byte before a filler left no question mark.
    pub(super) silent: bool,
    /// What it costs to believe that a character before a mark left nothing, if that may be.
    pub(super) ghosts: Option<Cost>,
    /// The page quotes with 「 and 」.
    pub(super) corners: bool,
    /// The text was converted from simplified script.
    pub(super) converted: bool,
    /// Places where damage shows.
    pub(super) starts: usize,
    pub(super) verdict: Verdict,
}

/// What to do with the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Glosses go, damage is undone.
    Rewritten,
    /// No glosses that prove it: damage is undone only where it is beyond doubt.
    Doubtful,
    /// Nothing of this kind.
    Other,
}

#[derive(Debug, Default)]
struct Count {
    glossed: usize,
    plain: usize,
    readings: BTreeMap<Reading, usize>,
}

/// Looks at a whole page.
pub(super) fn judge(units: &[Unit]) -> Page {
    let mut counts: BTreeMap<char, Count> = BTreeMap::new();
    let (mut han, mut simplified, mut traditional, mut variants) = (0, 0, 0, 0);
    let (mut glosses, mut apart, mut true_readings, mut usual, mut on_traditional) = (0, 0, 0, 0, 0);
    let (mut broken, mut starts) = (0, 0);
    let (mut marks, mut fillers, mut kana) = (0, 0, 0);
    let (mut wide, mut narrow, mut private, mut corners, mut curls) = (0, 0, 0, 0, 0);
    for (k, u) in units.iter().enumerate() {
        match u.ch {
            '\u{FF01}'..='\u{FF5E}' => wide += 1,
            '\u{E000}'..='\u{F8FF}' => private += 1,
            '「' | '」' => corners += 1,
            '\u{3041}'..='\u{30FE}' => kana += 1,
            '“' | '”' => curls += 1,
            ',' | '!' | ':' | ';' | '(' if k > 0 && units[k - 1].is_han() => narrow += 1,
            _ => {}
        }
        starts += usize::from(starts_run(&units[k..]));
        marks += usize::from(noise(u.ch).is_some());
        fillers += usize::from(is_filler(&units[k..]));
        if u.is_han() {
            han += 1;
            let image = readings::image(u.ch);
            if image.fit == Fit::Simplified {
                simplified += 1;
            } else if image.simplified != u.ch {
                traditional += 1;
            }
            variants += usize::from(image.fit == Fit::Variant);
        }
        match u.kind {
            Kind::Plain => {}
            Kind::Broken(_) => broken += 1,
            Kind::Glossed(_) if !u.is_han() => {}
            Kind::Glossed(r) => {
                let count = counts.entry(u.ch).or_default();
                count.glossed += 1;
                *count.readings.entry(r).or_default() += 1;
                glosses += 1;
                let read = readings::reads(u.ch, r);
                true_readings += usize::from(read != Read::Never);
                usual += usize::from(read == Read::Usually);
                on_traditional += usize::from(readings::is_traditional(u.ch));
                let lonely = |n: Option<&Unit>| n.is_none_or(|n| !n.is_han());
                apart += usize::from(lonely(k.checked_sub(1).map(|k| &units[k])) && lonely(units.get(k + 1)));
            }
        }
    }
    for u in units.iter().filter(|u| u.kind == Kind::Plain) {
        if let Some(count) = counts.get_mut(&u.ch) {
            count.plain += 1;
        }
    }
    let plain: usize = counts.values().map(|c| c.plain).sum();
    let second: usize = counts.values().map(|c| c.glossed - c.readings.values().max().unwrap_or(&0)).sum();
    let rarity: i64 = counts
        .keys()
        .map(|&c| i64::from(model::unigram_cost(model::symbol(readings::image(c).simplified))))
        .sum::<i64>()
        / counts.len().max(1) as i64;

    let share = |part: usize, percent: usize, whole: usize| part * 100 >= percent * whole;
    // Anybody who writes that much traditional script writes 於, 後 or 裡; the converter does not.
    let mechanical = variants * 100 < traditional && traditional >= 30;
    // Nobody tells the usual reading of a common character to readers of such a page, not even once.
    let pointless = mechanical && usual == glosses && rarity < COMMON;
    let systematic = glosses
        >= if pointless {
            1
        } else if mechanical {
            2
        } else {
            3
        }
        && (counts.len() >= 2 || pointless || mechanical && glosses >= 4)
        && share(true_readings, 95, glosses)
        && share(on_traditional, 95, glosses)
        && share(glosses, 88, glosses + plain)
        && share(glosses - second, 97, glosses)
        && !share(glosses, 45, han)
        && !share(apart, 50, glosses)
        && rarity < 9_500;
    let damaged = broken + starts > 0;
    // Shifted bytes look like simplified characters as often as not.
    let script = !share(simplified, if damaged { 25 } else { 4 }, han) && !share(kana, 10, han + kana);
    let commas = fillers >= 3 && share(fillers, 25, marks);
    let verdict = if systematic && script
        || (broken > 0 && traditional > 0 || commas && traditional > simplified) && script
    {
        Verdict::Rewritten
    } else if starts > 0
        && traditional > simplified
        && !share(kana, 10, han + kana)
        && share(shifts(units), SHIFTED, starts)
    {
        Verdict::Doubtful
    } else {
        Verdict::Other
    };
    let listed = counts
        .iter()
        .filter(|(_, c)| share(c.glossed, 70, c.glossed + c.plain))
        .filter_map(|(&ch, c)| c.readings.iter().max_by_key(|(_, n)| **n).map(|(&r, _)| (ch, r)))
        .collect();
    // Nothing is asked of any other page.
    let silent = verdict != Verdict::Other && garbage(units) > starts;
    // Readings prove that the page was rewritten: no question mark at all is a sign of a mirror that shows none.
    let may_be_silent = !silent && systematic && starts == 0;
    let strange = may_be_silent && is_strange_somewhere(units);
    let ghosts = match (silent, strange, may_be_silent) {
        (true, ..) => Some(price::GHOST),
        (_, true, _) => Some(price::GHOST_LIKELY),
        (.., true) => Some(price::GHOST_POSSIBLE),
        _ => None,
    };
    Page {
        listed,
        halved: wide == 0 || narrow > 2 * wide,
        drops_private: private == 0,
        commas,
        silent: silent || strange,
        ghosts,
        corners: corners > curls,
        starts: starts + broken,
        converted: traditional > simplified,
        verdict,
    }
}

/// Millinats: characters rarer than this may get a reading from people.
const COMMON: i64 = 9_000;

/// Places where improbable characters follow punctuation.
fn garbage(units: &[Unit]) -> usize {
    (0..units.len()).filter(|&k| noise_of(units.get(k)).is_some() && begins_garbage(&units[k + 1..])).count()
}

/// Of a hundred question marks before punctuation so many at least have garbage behind them in a page that was rewritten.
/// Old books show a question mark for each ideograph that a font lacked, and go on as they should.
const SHIFTED: usize = 10;

/// Places where improbable characters follow a question mark and punctuation.
fn shifts(units: &[Unit]) -> usize {
    (0..units.len()).filter(|&k| starts_run(&units[k..]) && begins_garbage(&units[k + 2..])).count()
}

/// Whether improbable characters stand first.
fn begins_garbage(units: &[Unit]) -> bool {
    let length = units.iter().take(4).take_while(|u| u.is_han()).count();
    match length {
        // 。現 leaves `,F(xiàn)` or `,F`, and nobody puts one letter before an ideograph there.
        0 => matches!(units, [a, b, ..] if a.ch.is_ascii_alphabetic() && b.is_han()),
        1 => is_half(units),
        _ => is_garbage(&units[..length]),
    }
}

/// A rare ideograph and what only the second byte of another leaves behind it: `;蛟S定` for 。或許定, `?傊,` for 。總之,.
fn is_half(units: &[Unit]) -> bool {
    let [han, next, ..] = units else { return false };
    let rarity = model::unigram_cost(model::symbol(readings::image(han.ch).simplified));
    match next.ch {
        '@' | '[' | '\\' | ']' | '^' | '_' | '`' | '{' | '|' | '}' | '~' => true,
        'A'..='Z' | 'a'..='z' => rarity > RARE && units.get(2).is_some_and(Unit::is_han),
        c => rarity > RAREST && noise(c).is_some(),
    }
}

/// Millinats: so rare is an ideograph that hardly stands by itself between a mark and a letter, or between two marks.
const RARE: i32 = 9_000;
const RAREST: i32 = 12_000;

/// Characters that hardly follow each other.
fn is_garbage(units: &[Unit]) -> bool {
    let mut cost = 0;
    let (mut a, mut b) = (model::START, model::START);
    for u in units {
        let image = readings::image(u.ch);
        let symbol = model::symbol(image.simplified);
        cost += model::cost(a, b, symbol) + if image.fit == Fit::Simplified { 4_000 } else { 0 };
        (a, b) = (b, symbol);
    }
    cost > 11_000 * units.len() as i32
}

/// Whether strange text stands behind some mark.
fn is_strange_somewhere(units: &[Unit]) -> bool {
    (1..units.len()).any(|k| noise_of(units.get(k - 1)).is_some() && is_strange(&units[k..]))
}

/// Characters behind a mark that hardly follow each other, more of them than names have.
fn is_strange(units: &[Unit]) -> bool {
    let mut beyond = 0;
    let (mut a, mut b) = (model::START, model::START);
    units.iter().take(12).take_while(|u| u.pair[0] != 0).any(|u| {
        let image = readings::image(u.ch);
        let symbol = model::symbol(image.simplified);
        let misfit = if image.fit == Fit::Simplified { 4_000 } else { 0 };
        beyond += model::cost(a, b, symbol) + misfit - USUAL;
        (a, b) = (b, symbol);
        beyond > STRANGE
    })
}

/// Millinats: what a character of usual text hardly costs on average, and what strange text costs beyond that.
const USUAL: Cost = 7_000;
const STRANGE: Cost = 6_000;

#[cfg(test)]
mod tests {
    use super::super::unit::parse;
    use super::*;

    #[test]
    fn question_marks_for_ideographs_that_a_font_lacked_are_no_damage() {
        let verdict = |text: &str| judge(&parse(text).0).verdict;
        let lacking = "莊王承?，嗣立三年薨，子宣?，襲封。其弟傳?，亦封於遼東，後徙長沙，無子。";
        assert_eq!(verdict(lacking), Verdict::Other);
        let shifted = "開會的時間已經決定了?!眳^里的領導們都會來參觀，請準備數據與報告。";
        assert_eq!(verdict(shifted), Verdict::Doubtful);
    }
}
