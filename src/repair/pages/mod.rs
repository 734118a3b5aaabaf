//! Pages that a script rewrote: simplified text made traditional, `(pinyin)` put behind the characters of a
//! list, and bytes put before punctuation, all on GBK bytes without regard to where characters begin.
//!
//! What that does to a page and how it is undone: `docs/byte-pages.md`.

mod cell;
mod chance;
mod echo;
mod fill;
mod gloss;
mod mark;
mod moves;
mod page;
mod path;
mod price;
mod readings;
mod scatter;
mod search;
mod unit;
mod unseen;

use std::borrow::Cow;
use std::ops::Range;

use crate::edit::{Edit, Restored, Staged};
use mark::narrowed;
use page::Verdict;
use path::{Alternative, Origin, Reconstruction, Run};
use search::Search;
use unit::{Kind, Unit};

/// The cause of all edits of this module.
const CAUSE: &str = "byte-rewritten page";

/// Whether a page is worth a closer look. Nearly all text is refuted by its bytes alone.
fn may_be_rewritten(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut glosses = 0;
    let mut seen = 0;
    if memchr::memchr_iter(b',', bytes)
        .filter(|&at| is_filler(&bytes[at + 1..]))
        .nth(2)
        .is_some_and(|at| is_traditional_around(text, at))
    {
        return true;
    }
    memchr::memchr2_iter(b'(', b'?', bytes).any(|at| {
        let rest = &bytes[at + 1..];
        let gloss = bytes[at] == b'(';
        let hit = if gloss { is_gloss(&text[..at], rest) } else { is_orphan(&text[..at], rest) };
        if !hit {
            return false;
        }
        glosses += usize::from(gloss);
        if at < seen {
            return glosses >= FEW;
        }
        seen = at + VIEW;
        glosses >= FEW || is_traditional_around(text, at)
    })
}

/// Whether a reading stands behind some character.
pub(crate) fn has_readings(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'(', bytes).any(|at| is_gloss(&text[..at], &bytes[at + 1..]))
}

/// So many glosses make a page worth reading, whatever its script.
const FEW: usize = 4;
/// Bytes around a mark that show the script of a page.
const VIEW: usize = 600;

/// Whether the text around `at` has more traditional than simplified characters.
fn is_traditional_around(text: &str, at: usize) -> bool {
    let start = text.floor_char_boundary(at.saturating_sub(VIEW));
    let end = text.floor_char_boundary((at + VIEW).min(text.len()));
    let mut balance = 0;
    for c in text[start..end].chars().filter(|c| *c >= '\u{4E00}') {
        let image = readings::image(c);
        match image.fit {
            readings::Fit::Simplified => balance -= 1,
            _ => balance += i32::from(image.simplified != c),
        }
    }
    balance > 0
}

/// Punctuation behind a comma.
fn is_filler(rest: &[u8]) -> bool {
    matches!(rest, [b',', ..] | [0xE3, 0x80, 0x81 | 0x82, ..] | [0xEF, 0xBC, 0x8C, ..])
}

/// A toned syllable and a closing parenthesis behind a character.
fn is_gloss(before: &str, rest: &[u8]) -> bool {
    before.as_bytes().last().is_some_and(|b| !b.is_ascii_whitespace()) && is_syllable(rest)
}

/// Letters that spell a syllable, one of them with a tone mark, and a closing parenthesis. Those without a tone are
/// variables and list items far more often than readings, and no page has only such.
fn is_syllable(rest: &[u8]) -> bool {
    // The cheap test first: a letter with a tone mark or without one.
    if !rest.first().is_some_and(|b| b.is_ascii_lowercase() || (0xC3..=0xC7).contains(b)) {
        return false;
    }
    let end = rest.iter().take(11).position(|&b| b == b')');
    let Some(letters) = end.and_then(|n| rest.get(..n)).and_then(|b| std::str::from_utf8(b).ok()) else {
        return false;
    };
    let letters = letters.strip_suffix(' ').unwrap_or(letters);
    !letters.is_ascii() && letters.chars().all(readings::is_letter)
}

/// A question mark before punctuation with a multi-byte character behind it, or before a syllable.
fn is_orphan(before: &str, rest: &[u8]) -> bool {
    if !before.as_bytes().last().is_some_and(|b| *b >= 0x80 || *b == b')') {
        return false;
    }
    match rest {
        [b',' | b'!' | b'?' | b';', next, ..] => !next.is_ascii_whitespace(),
        // 。、 and ！，；？
        [0xE3, 0x80, 0x81 | 0x82, ..] | [0xEF, 0xBC, 0x81 | 0x8C | 0x9B | 0x9F, ..] => true,
        _ => is_syllable(rest),
    }
}

pub(crate) use scatter::find as scattered;

/// A page that shows signs of the rewriting.
#[derive(Debug)]
pub(crate) struct Suspect<'t> {
    text: &'t str,
    units: Vec<Unit>,
    lines: Vec<Range<usize>>,
    page: page::Page,
}

/// Looks at a page as a whole; `None` when it is not of this kind.
pub(crate) fn suspect(text: &str) -> Option<Suspect<'_>> {
    if chance::is_surely(text) || !may_be_rewritten(text) {
        return None;
    }
    let (units, lines) = unit::parse(text);
    let page = page::judge(&units);
    let is_chance = chance::is_likely(page.listed.is_empty(), page.starts, text);
    (page.verdict != Verdict::Other && !is_chance).then_some(Suspect { text, units, lines, page })
}

impl Suspect<'_> {
    /// Whether the readings alone prove the rewriting, so that no other damage need be thought of.
    pub(crate) fn is_sure(&self) -> bool {
        self.page.verdict == Verdict::Rewritten && self.page.listed.len() >= SURE
    }
}

impl<'t> Suspect<'t> {
    /// Undoes the rewriting; `None` when there is none.
    pub(crate) fn repair(mut self) -> Option<Staged<'t>> {
        if self.page.verdict == Verdict::Doubtful {
            if !proven(self.text, &self.units, &self.lines, &self.page) {
                return None;
            }
            self.page.verdict = Verdict::Rewritten;
        }
        let Self { text, units, lines, page } = self;
        let mut search = Search::new(&page);
        let suspect: Vec<bool> = lines.iter().map(|line| search.is_suspect(&units[line.clone()])).collect();
        // Where no question mark shows where damage begins, damage would vouch for itself.
        if suspect.contains(&true) && !page.silent {
            lines.iter().for_each(|line| search.listen(&units[line.clone()]));
            search.settle();
        }
        let mut edits = Vec::new();
        for (line, suspect) in lines.into_iter().zip(suspect) {
            let units = &units[line];
            if suspect {
                let mut found = search.line(units, text);
                fill::fill(&mut found, &page);
                undo(text, units, &found, &page, &mut edits);
            } else {
                edits.extend(units.iter().filter_map(|u| strip(text, u)));
            }
        }
        (!edits.is_empty()).then(|| apply(text, edits))
    }
}

/// So many annotated characters leave no doubt.
const SURE: usize = 5;

/// Millinats by which the original must beat the shown text to prove that a page without telling glosses was
/// rewritten.
const PROOF: i32 = 9_000;

/// Whether some run of shifted bytes proves the rewriting.
fn proven(text: &str, units: &[Unit], lines: &[Range<usize>], page: &page::Page) -> bool {
    let mut search = Search::new(page);
    lines.iter().any(|line| {
        let units = &units[line.clone()];
        if !search.is_suspect(units) {
            return false;
        }
        let found = search.line(units, text);
        let copying = search.copying(units);
        found.runs(units.len()).any(|run| {
            let paid = |n: usize| n.checked_sub(1).map_or(0, |n| copying[n]);
            let shown = paid((run.units.end + 1).min(units.len())) - paid(run.units.start);
            // What left no trace proves nothing.
            !run.units.is_empty() && !run.made.is_empty() && shown - run.cost >= PROOF
        })
    })
}

/// The edit that takes a gloss away.
fn strip(text: &str, u: &Unit) -> Option<Edit> {
    let Kind::Glossed(reading) = u.kind else { return None };
    if u.is_han() && readings::reads(u.ch, reading) == readings::Read::Never {
        return None;
    }
    Some(Edit {
        before: u.gloss..u.end,
        after: 0..0,
        old: text[u.gloss..u.end].to_owned(),
        new: String::new(),
        cause: Cow::Borrowed(CAUSE),
        layers: 1,
        confidence: 0.999,
        reversible: true,
        restored: Vec::new(),
    })
}

/// The edits of one line that was searched.
fn undo(text: &str, units: &[Unit], found: &Reconstruction, page: &page::Page, edits: &mut Vec<Edit>) {
    let mut copied =
        found.path.iter().filter(|n| n.origin == Origin::Copied).map(|n| n.unit as usize).peekable();
    for run in found.runs(units.len()) {
        while let Some(n) = copied.next_if(|&n| n < run.units.start) {
            edits.extend(strip(text, &units[n]));
        }
        edits.push(shifted(text, units, &run, &found.alternatives, page));
    }
    for n in copied {
        edits.extend(strip(text, &units[n]));
    }
}

/// The edit for one run of shifted bytes.
fn shifted(text: &str, units: &[Unit], run: &Run<'_>, rivals: &[Alternative], page: &page::Page) -> Edit {
    let stop = run.units.end.checked_sub(1).map_or(0, |n| units[n].end);
    let start = units.get(run.units.start).map_or(stop, |u| u.start).min(stop);
    let mut new = String::new();
    let mut restored = Vec::new();
    let width = |ch| if page.halved { narrowed(ch) } else { ch };
    // Readings that the search found and beat, against the one that it took.
    let odds: f64 = rivals
        .iter()
        .filter(|r| r.path.start < run.path.end && run.path.start < r.path.end)
        .map(weight)
        .sum();
    for (node, place) in run.made.iter().zip(run.path.clone()) {
        let ch = width(node.ch);
        if node.origin == Origin::Chosen {
            let mut others: Vec<(char, f64)> = Vec::new();
            for rival in rivals.iter().filter(|r| r.chars.len() == r.path.len() && r.path.contains(&place)) {
                let other = width(rival.chars[place - rival.path.start]);
                match others.iter_mut().find(|o| o.0 == other) {
                    _ if other == ch => {}
                    Some(known) => known.1 += weight(rival),
                    None => others.push((other, weight(rival))),
                }
            }
            let total: f64 = 1.0 + others.iter().map(|o| o.1).sum::<f64>();
            others.iter_mut().for_each(|o| o.1 /= total);
            others.sort_by(|a, b| b.1.total_cmp(&a.1));
            others.truncate(8);
            restored.push(Restored {
                at: new.len(),
                chosen: ch,
                confidence: 1.0 / total,
                alternatives: others,
            });
        }
        new.push(ch);
    }
    Edit {
        before: start..stop,
        after: 0..0,
        old: text[start..stop].to_owned(),
        new,
        cause: Cow::Borrowed(CAUSE),
        layers: 1,
        confidence: 1.0 / (1.0 + odds),
        reversible: false,
        restored,
    }
}

/// The odds of a reading against the one that was taken.
fn weight(rival: &Alternative) -> f64 {
    (-f64::from(rival.by) / 1_000.0).exp()
}

fn apply(text: &str, mut edits: Vec<Edit>) -> Staged<'_> {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for e in &mut edits {
        out.push_str(&text[done..e.before.start]);
        let start = out.len();
        out.push_str(&e.new);
        e.after = start..out.len();
        done = e.before.end;
    }
    out.push_str(&text[done..]);
    Staged { text: Cow::Owned(out), edits, left: Vec::new() }
}
