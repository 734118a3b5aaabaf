//! Undoes mojibake: finds the bytes a wrong decoder was given and reads them in the true encoding.
//!
//! ```text
//! observed text ─ nominated lines ─ layers that fit ─ search over the bytes ─ evidence ─ edits
//!                 (scan)     │      (channel, fit)    (search, truth, price)  (evidence)
//!                            └─ short ways: decoded straight (direct), nothing to gain (glance)
//! ```

mod alphabetic;
mod balance;
mod beam;
mod budget;
mod cache;
mod candidates;
mod chain;
mod channel;
mod digit;
mod direct;
mod discover;
mod document;
mod evidence;
mod fit;
mod frame;
mod glance;
mod habits;
mod hope;
mod ignored;
mod irreversible;
mod line;
mod line_ends;
mod mark;
mod memo;
mod pages;
mod peel;
mod plausible;
pub(crate) mod price;
mod quote;
mod refill;
mod search;
mod span;
mod stripped;
mod structure;
mod swallowed;
mod together;
mod truth;
mod twins;
mod wrapped;
mod write;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

pub use candidates::{Candidate, Shown};

use crate::edit::{self, Edit, Left, Staged};
use crate::fused::Fused;
use crate::scan::{self, Clues, Nominee};

/// A reading so sure needs no other one beside it.
const NO_DOUBT: f64 = 0.9999;

/// How often at most a document is gone through.
const PASSES: usize = 8;

/// One pass over a text for all that repair looks for.
static LOOK: LazyLock<Fused> = LazyLock::new(|| Fused::new(true, None, None));

/// Settings of a [`Repairer`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Edits and restored characters less sure than this are left; 0 takes the best guess everywhere.
    pub min_confidence: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self { min_confidence: 0.95 }
    }
}

/// Repairs garbled text. Cheap to build and to share between threads.
#[derive(Debug, Clone, Default)]
pub struct Repairer {
    options: Options,
}

impl Repairer {
    /// A repairer with the given settings.
    pub fn new(options: Options) -> Self {
        Self { options }
    }

    /// Repairs one document. Clean text comes back borrowed, and so does text that was repaired before with the same
    /// settings.
    pub fn repair<'a>(&self, text: &'a str) -> Staged<'a> {
        let seen = LOOK.look(text);
        self.repair_nominated(text, seen.nominees.into_iter(), seen.clues)
    }

    /// [`Self::repair`], of a text that was looked at already.
    pub(crate) fn repair_nominated<'a>(
        &self,
        text: &'a str,
        nominees: impl Iterator<Item = Nominee<'a>>,
        clues: Clues,
    ) -> Staged<'a> {
        let mut has_pairs = false;
        let mut staged = self.repair_once(text, beside(text, nominees, clues), clues, &mut has_pairs);
        // What is repaired may show what it stood beside in another light.
        for _ in 1..PASSES {
            if staged.edits.is_empty() {
                break;
            }
            // Lines that stayed the same saw more evidence the first time.
            let changed = |n: &Nominee<'_>| is_touched(&(n.start..n.start + n.line.len()), &staged.edits);
            let seen = LOOK.look(&staged.text);
            let nominees = beside(&staged.text, seen.nominees.into_iter(), seen.clues).filter(changed);
            let again = self.repair_once(&staged.text, nominees, seen.clues, &mut has_pairs);
            if again.edits.is_empty() {
                break;
            }
            let left =
                again.left.iter().map(|l| Left { at: staged.origin(l.at.clone()), why: l.why }).collect();
            let output = again.text.into_owned();
            let edits = edit::compose(std::mem::take(&mut staged.edits), again.edits, text, &output);
            staged = Staged { text: Cow::Owned(output), edits, left };
        }
        staged
    }

    /// Goes through a text once. `has_pairs` tells whether the document was found to show double-byte text byte by
    /// byte: letters that happen to be UTF-8 are part of that, also of what is left of it.
    fn repair_once<'a>(
        &self,
        text: &'a str,
        nominees: impl Iterator<Item = Nominee<'a>>,
        clues: Clues,
        has_pairs: &mut bool,
    ) -> Staged<'a> {
        // Readings alone may prove a rewritten page; without any, it is thought of after all other garbage.
        let has_readings = clues.marks && pages::has_readings(text);
        let mut page = if has_readings { pages::suspect(text) } else { None };
        if page.as_ref().is_some_and(pages::Suspect::is_sure)
            && let Some(staged) = page.take().and_then(pages::Suspect::repair)
        {
            return staged;
        }
        let outcome = document::repair(text, nominees, self.options.min_confidence);
        // Garbage of lossy decoders has question marks in the places where rewritten pages have them. What proves
        // another channel in line after line is no such page.
        let unread = || if clues.marks && !has_readings { pages::suspect(text) } else { None };
        if !outcome.is_garbled
            && let Some(staged) = page.or_else(unread).and_then(pages::Suspect::repair)
        {
            return staged;
        }
        let mut edits = outcome.edits;
        // Where the whole beginning is garbled, the mark is part of that.
        if let Some(edit) =
            mark::find(text).filter(|m| edits.first().is_none_or(|e| e.before.start >= m.before.end))
        {
            edits.insert(0, edit);
        }
        *has_pairs |= outcome.has_pairs;
        if !*has_pairs {
            alphabetic(text, self.options.min_confidence, &mut edits, &outcome.left);
        }
        let apart = |a: &Edit, b: &Edit| a.before.end <= b.before.start || b.before.end <= a.before.start;
        let wrapped =
            if clues.escapes { wrapped::find(text, self.options.min_confidence) } else { Vec::new() };
        let scattered = if clues.marks { pages::scattered(text) } else { Vec::new() };
        for edit in wrapped.into_iter().chain(scattered) {
            let n = edits.partition_point(|e| e.before.start < edit.before.start);
            let neighbours = &edits[n.saturating_sub(1)..edits.len().min(n + 1)];
            if neighbours.iter().all(|e| apart(e, &edit)) {
                edits.insert(n, edit);
            }
        }
        let mut left = outcome.left;
        if clues.lost {
            left.extend(irreversible::find(text));
        }
        staged(text, edits, left)
    }
}

/// The nominees with the lines that kana nominate.
fn beside<'t>(
    text: &'t str,
    nominees: impl Iterator<Item = Nominee<'t>>,
    clues: Clues,
) -> impl Iterator<Item = Nominee<'t>> {
    let all = if clues.kana { scan::kana::beside(text, nominees) } else { nominees.collect() };
    all.into_iter()
}

/// Adds what is found of alphabetic garbage. Where it overlaps what the search found, the search was right if it
/// brought Chinese, Japanese or Korean: out of UTF-8, which proves itself, or out of more than the other covers.
fn alphabetic(text: &str, min_confidence: f64, edits: &mut Vec<Edit>, left: &[Left]) {
    // A line that was read as Chinese is looked at again when that is done, if UTF-8 proved the reading.
    let is_read = |line: &Range<usize>| {
        let from = edits.partition_point(|e| e.before.end <= line.start);
        let mut here = edits[from..].iter().take_while(|e| e.before.start < line.end);
        here.any(|e| {
            // A surer reading of all that is not ASCII has no rival in letters.
            let is_whole = || {
                let around = [
                    line.start.min(e.before.start)..e.before.start,
                    e.before.end..line.end.max(e.before.end),
                ];
                e.confidence > NO_DOUBT && around.into_iter().all(|r| text[r].is_ascii())
            };
            (e.cause.starts_with("utf-8") || is_whole()) && e.new.contains(price::is_east_asian)
        })
    };
    for edit in alphabetic::find(text, min_confidence, |line| !is_read(line)) {
        let range = edit.before.clone();
        let from = left.partition_point(|l| l.at.end <= range.start);
        let mut here = left[from..].iter().take_while(|l| l.at.start < range.end);
        if here.any(|l| l.why == edit::Reason::Quoted) {
            continue;
        }
        let from = edits.partition_point(|e| e.before.end <= range.start);
        let to = from + edits[from..].partition_point(|e| e.before.start < range.end);
        let gives_way = |e: &Edit| {
            let is_covered = range.start <= e.before.start && e.before.end <= range.end;
            !e.new.contains(price::is_east_asian) || is_covered && !e.cause.starts_with("utf-8")
        };
        if edits[from..to].iter().all(gives_way) {
            edits.splice(from..to, [edit]);
        }
    }
}

/// Whether an edit wrote into a range of the output.
fn is_touched(range: &Range<usize>, edits: &[Edit]) -> bool {
    let next = edits.partition_point(|e| e.after.end < range.start);
    edits.get(next).is_some_and(|e| e.after.start <= range.end)
}

/// Applies ascending edits whose `after` is not known yet.
fn staged<'a>(text: &'a str, mut edits: Vec<Edit>, mut left: Vec<Left>) -> Staged<'a> {
    left.sort_by_key(|l| l.at.start);
    // Edits ascend and do not overlap: the first one that ends behind a finding is the only one to ask.
    left.retain(|l| {
        let next = edits.partition_point(|e| e.before.end <= l.at.start);
        edits.get(next).is_none_or(|e| e.before.start >= l.at.end)
    });
    if edits.is_empty() {
        return Staged { text: Cow::Borrowed(text), edits, left };
    }
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for edit in &mut edits {
        out.push_str(&text[done..edit.before.start]);
        let start = out.len();
        out.push_str(&edit.new);
        edit.after = start..out.len();
        done = edit.before.end;
    }
    out.push_str(&text[done..]);
    Staged { text: Cow::Owned(out), edits, left }
}
