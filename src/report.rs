//! What was done to a document: the edits of every stage, to be read, replayed or inverted.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use crate::edit::{self, Edit, Left, Stage};

/// The account of one document's way through the pipeline.
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Report {
    /// What each stage did, in the order the stages ran.
    pub stages: Vec<StageReport>,
}

/// What one stage did.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct StageReport {
    /// Which stage.
    pub stage: Stage,
    /// Its changes, ascending, without overlap; ranges are in this stage's input and output.
    pub edits: Vec<Edit>,
    /// Damage it saw and left.
    pub left: Vec<Left>,
}

/// The text handed to [`Report::replay`] or [`Report::invert`] is not the text the report was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mismatch {
    /// The stage that did not fit.
    pub stage: Stage,
    /// Byte offset, in that stage's text, of the edit that did not fit.
    pub at: usize,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the text differs from the reported one at byte {} of the {:?} stage", self.at, self.stage)
    }
}

impl std::error::Error for Mismatch {}

impl Report {
    /// Whether nothing was changed.
    pub fn is_unchanged(&self) -> bool {
        self.stages.iter().all(|s| s.edits.is_empty())
    }

    /// Every edit with the byte range of the original document that it goes back to.
    pub fn edits(&self) -> impl Iterator<Item = (Stage, Range<usize>, &Edit)> {
        self.stages.iter().enumerate().flat_map(move |(n, s)| {
            s.edits.iter().map(move |e| (s.stage, self.origin(n, e.before.clone()), e))
        })
    }

    /// All damage that was seen and left, with byte ranges of the original document.
    pub fn left(&self) -> impl Iterator<Item = (Range<usize>, Left)> {
        self.stages
            .iter()
            .enumerate()
            .flat_map(move |(n, s)| s.left.iter().map(move |l| (self.origin(n, l.at.clone()), l.clone())))
    }

    /// Maps a byte range of stage `n`'s input back to the original document.
    fn origin(&self, n: usize, range: Range<usize>) -> Range<usize> {
        self.stages[..n].iter().rev().fold(range, |r, stage| edit::origin(&stage.edits, r))
    }

    /// The byte range of the original document that a byte range of the output goes back to: the
    /// alignment of the two texts. See [`Staged::origin`](crate::edit::Staged::origin).
    pub fn origin_of_output(&self, range: Range<usize>) -> Range<usize> {
        self.origin(self.stages.len(), range)
    }

    /// Applies the edits to the original document again.
    ///
    /// # Errors
    /// [`Mismatch`] if `input` is not the document the report was made from.
    pub fn replay(&self, input: &str) -> Result<String, Mismatch> {
        self.stages.iter().try_fold(input.to_owned(), |text, s| {
            apply(&text, s.edits.iter().map(|e| (&e.before, &*e.old, &*e.new)))
                .map_err(|at| Mismatch { stage: s.stage, at })
        })
    }

    /// Takes the edits back: the output becomes the original document again.
    ///
    /// # Errors
    /// [`Mismatch`] if `output` is not what the report's document became.
    pub fn invert(&self, output: &str) -> Result<String, Mismatch> {
        self.stages.iter().rev().try_fold(output.to_owned(), |text, s| {
            apply(&text, s.edits.iter().map(|e| (&e.after, &*e.new, &*e.old)))
                .map_err(|at| Mismatch { stage: s.stage, at })
        })
    }
}

fn apply<'e>(
    text: &str,
    edits: impl Iterator<Item = (&'e Range<usize>, &'e str, &'e str)>,
) -> Result<String, usize> {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (range, from, to) in edits {
        if range.start < done || text.get(range.clone()) != Some(from) {
            return Err(range.start);
        }
        out.push_str(text.get(done..range.start).ok_or(range.start)?);
        out.push_str(to);
        done = range.end;
    }
    out.push_str(&text[done..]);
    Ok(out)
}

/// A text and the account of how it came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Reported<'a> {
    /// The text, borrowed when nothing changed.
    pub text: Cow<'a, str>,
    /// What was done.
    pub report: Report,
}
