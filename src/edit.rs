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
