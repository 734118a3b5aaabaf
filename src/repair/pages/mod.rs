//! Pages that a script rewrote: simplified text made traditional, `(pinyin)` put behind the characters of a
//! list, and bytes put before punctuation, all on GBK bytes without regard to where characters begin.
//!
//! What that does to a page and how it is undone: `docs/byte-pages.md`.

mod cell;
mod page;
mod readings;
mod search;
mod unit;

use std::borrow::Cow;

use crate::edit::{Edit, Restored, Staged};
use page::Verdict;
use search::{Node, Origin, Reconstruction, Search};
use unit::{Kind, Unit};

/// The cause of all edits of this module.
const CAUSE: &str = "byte-rewritten page";

/// Whether a page is worth a closer look. Nearly all text is refuted by its bytes alone.
pub(crate) fn may_be_rewritten(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr2_iter(b'(', b'?', bytes).any(|at| {
        let rest = &bytes[at + 1..];
        if bytes[at] == b'(' { is_gloss(&text[..at], rest) } else { is_orphan(&text[..at], rest) }
    })
}

/// A toned syllable and a closing parenthesis behind a character.
fn is_gloss(before: &str, rest: &[u8]) -> bool {
    before.as_bytes().last().is_some_and(|b| !b.is_ascii_whitespace()) && is_syllable(rest)
}

fn is_syllable(rest: &[u8]) -> bool {
    let end = rest.iter().take(11).position(|&b| b == b')');
    let Some(letters) = end.and_then(|n| rest.get(..n)).and_then(|b| std::str::from_utf8(b).ok()) else {
        return false;
    };
    let letters = letters.strip_suffix(' ').unwrap_or(letters);
    !letters.is_empty() && letters.chars().all(readings::is_letter)
}

/// A question mark before punctuation with a multi-byte character behind it, or before a syllable.
fn is_orphan(before: &str, rest: &[u8]) -> bool {
    if !before.as_bytes().last().is_some_and(|b| *b >= 0x80 || *b == b')') {
        return false;
    }
    match rest {
        [b',' | b'!' | b'?' | b';', next, ..] => *next >= 0x80 || next.is_ascii_alphabetic() || *next == b'?',
        [0xE3 | 0xEF, 0x80 | 0xBC, ..] => true,
        _ => is_syllable(rest),
    }
}

/// Undoes the rewriting of a page; `None` when the page is not of this kind.
pub(crate) fn repair(text: &str, min_confidence: f64) -> Option<Staged<'_>> {
    let (units, lines) = unit::parse(text);
    let page = page::judge(&units);
    if page.verdict == Verdict::Other {
        return None;
    }
    let mut search = Search::new(&page);
    let mut edits = Vec::new();
    for line in lines {
        let units = &units[line];
        if search.is_suspect(units) {
            let found = search.line(units, text);
            undo(text, units, &found, &page, &mut search, min_confidence, &mut edits);
        } else if page.verdict == Verdict::Rewritten {
            edits.extend(units.iter().filter_map(|u| strip(text, u)));
        }
    }
    let _ = min_confidence;
    if edits.is_empty() {
        return None;
    }
    Some(apply(text, edits))
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

/// Millinats by which a run must beat the shown text where no gloss proves the rewriting.
const PROOF: i32 = 14_000;

#[allow(clippy::too_many_arguments)]
fn undo(
    text: &str,
    units: &[Unit],
    found: &Reconstruction,
    page: &page::Page,
    search: &mut Search<'_>,
    _min_confidence: f64,
    edits: &mut Vec<Edit>,
) {
    let rewritten = page.verdict == Verdict::Rewritten;
    let mut next_unit = 0;
    let mut made: Vec<&Node> = Vec::new();
    let end = found.path.last().map_or(0, |n| n.cost);
    let mut copying = None;
    let mut before = 0;
    for node in found.path.iter().map(Some).chain([None]) {
        let at = match node {
            Some(n) if !matches!(n.origin, Origin::Copied | Origin::Kept) => {
                made.push(n);
                continue;
            }
            Some(n) => n.unit as usize,
            None => units.len(),
        };
        if at > next_unit || !made.is_empty() {
            let range = next_unit..at;
            let copying = copying.get_or_insert_with(|| search.copying(units));
            let paid = |n: usize| n.checked_sub(1).map_or(0, |n| copying[n]);
            let until = node.map_or(end, |n| n.cost);
            let gain = paid((at + 1).min(units.len())) - paid(next_unit) - (until - before);
            if rewritten || gain >= PROOF {
                edits.push(run(text, units, range, &made, page));
            }
            made.clear();
        }
        if let Some(n) = node {
            if rewritten && n.origin == Origin::Copied {
                edits.extend(strip(text, &units[at]));
            }
            next_unit = at + 1;
            before = n.cost;
        }
    }
}

/// The edit for one run of shifted bytes.
fn run(text: &str, units: &[Unit], range: std::ops::Range<usize>, made: &[&Node], page: &page::Page) -> Edit {
    let start = units.get(range.start).map_or(text.len(), |u| u.start);
    let stop = range.end.checked_sub(1).map_or(start, |n| units[n].end).max(start);
    let mut new = String::new();
    let mut restored = Vec::new();
    for node in made {
        let ch = if page.halved { narrowed(node.ch) } else { node.ch };
        if node.origin == Origin::Chosen {
            restored.push(Restored { at: new.len(), chosen: ch, confidence: 0.9, alternatives: Vec::new() });
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
        confidence: 0.95,
        reversible: false,
        restored,
    }
}

/// The half-width form that the page shows instead.
fn narrowed(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
    }
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
