//! The record of one change: where, by which cause, and how sure.
//!
//! Every stage of the pipeline turns text into text and says what it did as a list of [`Edit`]s. This
//! module only holds the types; [`crate::report`] collects the lists, replays and inverts them.

use std::borrow::Cow;
use std::ops::Range;

/// The stage of the pipeline that made an edit. Stages run in the order of their declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum Stage {
    /// Damage undone ([`crate::repair`]).
    Repair,
    /// Unicode form, punctuation and the like ([`crate::normalize`]).
    Normalize,
    /// Traditional and simplified script ([`crate::convert`]).
    Convert,
}

/// One change: the bytes `before` of the stage's input became the bytes `after` of its output.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Edit {
    /// Byte range in the stage's input.
    pub before: Range<usize>,
    /// Byte range in the stage's output.
    pub after: Range<usize>,
    /// The text that stood there.
    pub old: String,
    /// The text that stands there now.
    pub new: String,
    /// What was undone or applied, outermost layer first: a channel such as `utf-8>gbk`, a
    /// normalization step such as `punctuation`, a conversion such as `t2s`.
    pub cause: Cow<'static, str>,
    /// Layers of damage that were undone (1 for most garbage, 0 outside repair).
    pub layers: u8,
    /// Probability that this edit is right, 0 to 1. Deterministic steps say 1.
    pub confidence: f64,
    /// Whether the old text can be computed from the new one by the channel alone.
    pub reversible: bool,
    /// Characters whose bytes were lost and that were chosen by context, in order.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty"))]
    pub restored: Vec<Restored>,
}

/// A character of [`Edit::new`] that had lost bytes and was chosen by context.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Restored {
    /// Byte offset in [`Edit::new`].
    pub at: usize,
    /// The character chosen, or U+FFFD where no choice was sure enough.
    pub chosen: char,
    /// Probability that the best choice is right, 0 to 1.
    pub confidence: f64,
    /// The next best characters with their probabilities, best first; at most eight.
    pub alternatives: Vec<(char, f64)>,
}

impl Restored {
    /// Shows U+FFFD in place of the choice, which becomes the first of the alternatives.
    pub(crate) fn withhold(&mut self) {
        self.alternatives.insert(0, (self.chosen, self.confidence));
        self.chosen = '\u{FFFD}';
    }
}

/// Damage that was seen and left as it is.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Left {
    /// Byte range in the stage's input.
    pub at: Range<usize>,
    /// Why nothing was done.
    pub why: Reason,
}

/// Why damage was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Reason {
    /// Nothing of the original bytes is left (`锟斤拷`, runs of U+FFFD).
    Irreversible,
    /// A repair exists, but it is less sure than the confidence asked for.
    Unsure,
    /// The text around it shows that the garbage is quoted on purpose.
    Quoted,
}

/// What a stage hands on: its text, borrowed when nothing changed, and what it did.
#[derive(Debug, Clone, PartialEq)]
pub struct Staged<'a> {
    /// The stage's output.
    pub text: Cow<'a, str>,
    /// Its changes, in ascending order, without overlap.
    pub edits: Vec<Edit>,
    /// Damage it saw and left, in ascending order.
    pub left: Vec<Left>,
}

impl<'a> Staged<'a> {
    /// The input unchanged.
    pub fn unchanged(text: &'a str) -> Self {
        Self { text: Cow::Borrowed(text), edits: Vec::new(), left: Vec::new() }
    }
}

impl Staged<'_> {
    /// The byte range of the input that a byte range of the output goes back to.
    ///
    /// Outside of the edits the map is exact. In an edit whose old and new text have equally many
    /// characters, characters correspond in order; in any other edit, a boundary inside moves out to the
    /// edit's own boundary. Costs a binary search, and the length of an edit it falls into.
    pub fn origin(&self, range: Range<usize>) -> Range<usize> {
        origin(&self.edits, range)
    }
}

/// The input range of an output range, by the edits in between. See [`Staged::origin`].
pub(crate) fn origin(edits: &[Edit], range: Range<usize>) -> Range<usize> {
    let start = back(edits, range.start, false);
    start..back(edits, range.end, true).max(start)
}

/// The input offset of an output offset.
fn back(edits: &[Edit], at: usize, end: bool) -> usize {
    let i = edits.partition_point(|e| e.after.end <= at);
    if let Some(e) = edits.get(i)
        && e.after.start < at
    {
        return inside(e, at - e.after.start).unwrap_or(if end { e.before.end } else { e.before.start });
    }
    // Before edit i, and after all of the earlier ones.
    match i.checked_sub(1).map(|k| &edits[k]) {
        Some(e) if e.after.end == at && e.after.is_empty() && !end => e.before.start,
        Some(e) => at - e.after.end + e.before.end,
        None => at,
    }
}

/// The input offset of an offset inside of an edit, if characters correspond one to one.
fn inside(edit: &Edit, at: usize) -> Option<usize> {
    let before = edit.new.get(..at)?.chars().count();
    if edit.old.chars().count() != edit.new.chars().count() {
        return None;
    }
    let (offset, _) = edit.old.char_indices().nth(before)?;
    Some(edit.before.start + offset)
}

/// The output of edits over their input. Edits that don't fit are left out.
pub(crate) fn apply(input: &str, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(input.len());
    let mut done = 0;
    for edit in edits {
        if let Some(between) = input.get(done..edit.before.start) {
            out.push_str(between);
            out.push_str(&edit.new);
            done = edit.before.end;
        }
    }
    out.push_str(input.get(done..).unwrap_or_default());
    out
}

/// The edits from `input` to `output` that do what `first` does to `input`, and then `second`.
///
/// Where edits of both touch, they become one, with the cause of the first and the product of the
/// confidences.
pub(crate) fn compose(first: Vec<Edit>, second: Vec<Edit>, input: &str, output: &str) -> Vec<Edit> {
    let mut edits = Vec::with_capacity(first.len() + second.len());
    let (mut first, mut second) = (first.into_iter().peekable(), second.into_iter().peekable());
    // From an offset of the text in between to one of the input, and to one of the output.
    let (mut to_input, mut to_output) = (0isize, 0isize);
    let moved = |at: usize, by: isize| at.saturating_add_signed(by);
    loop {
        let start = match (first.peek(), second.peek()) {
            (Some(a), Some(b)) => a.after.start.min(b.before.start),
            (Some(a), None) => a.after.start,
            (None, Some(b)) => b.before.start,
            (None, None) => return edits,
        };
        let (mut end, mut cluster) = (start, [Vec::new(), Vec::new()]);
        let (mut in_input, mut in_output) = (to_input, to_output);
        loop {
            if let Some(a) = first.next_if(|a| a.after.start <= end) {
                end = end.max(a.after.end);
                in_input += a.before.len() as isize - a.after.len() as isize;
                cluster[0].push(a);
            } else if let Some(b) = second.next_if(|b| b.before.start <= end) {
                end = end.max(b.before.end);
                in_output += b.after.len() as isize - b.before.len() as isize;
                cluster[1].push(b);
            } else {
                break;
            }
        }
        let [old, new] = cluster;
        if new.is_empty() {
            edits.extend(old.into_iter().map(|mut e| {
                e.after = moved(e.after.start, to_output)..moved(e.after.end, to_output);
                e
            }));
        } else if old.is_empty() {
            edits.extend(new.into_iter().map(|mut e| {
                e.before = moved(e.before.start, to_input)..moved(e.before.end, to_input);
                e
            }));
        } else {
            let before = moved(start, to_input)..moved(end, in_input);
            let after = moved(start, to_output)..moved(end, in_output);
            let all = || old.iter().chain(&new);
            let merged = Edit {
                old: input.get(before.clone()).unwrap_or_default().to_owned(),
                new: output.get(after.clone()).unwrap_or_default().to_owned(),
                before,
                after,
                cause: old.first().map_or(Cow::Borrowed(""), |e| e.cause.clone()),
                layers: all().map(|e| e.layers).max().unwrap_or(0),
                confidence: all().map(|e| e.confidence).product(),
                reversible: all().all(|e| e.reversible),
                restored: Vec::new(),
            };
            if merged.old != merged.new {
                edits.push(merged);
            }
        }
        (to_input, to_output) = (in_input, in_output);
    }
}
