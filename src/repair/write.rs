//! What is told of a line that was read: the edits that undo its garbage, or why it is left.

use std::ops::Range;

use crate::edit::{Edit, Left, Reason, Restored};
use crate::model::Cost;

use super::budget::Budget;
use super::cache::Cache;
use super::chain::{Chain, ENTER, name};
use super::channel::{Layer, Truth};
use super::direct::Straight;
use super::document::Outcome;
use super::evidence;
use super::line::{Line, Solution};
use super::price::is_east_asian;
use super::quote;
use super::span::masked;

/// What is asked of a document, and what it says.
pub(super) struct Asked<'c> {
    pub(super) min_confidence: f64,
    pub(super) may_be_quoted: bool,
    pub(super) cache: &'c Cache,
    pub(super) budget: &'c Budget,
}

/// What all edits of a line have in common.
struct Told<'t> {
    line: quote::Line<'t>,
    chain: &'t Chain,
    asked: &'t Asked<'t>,
}

impl Line<'_> {
    /// Tells what is done about the line, or why it is left.
    pub(super) fn write(&self, solution: Solution, enter: Cost, asked: &Asked<'_>, out: &mut Outcome) {
        let told = Told { line: quote::Line::new(self.text), chain: &solution.chain, asked };
        // What was read straight has no gaps.
        if let Some(Straight { before, new }) = solution.straight {
            let gain = solution.gain + i64::from(ENTER - enter);
            let confidence = 1.0 / (1.0 + evidence::weight(gain));
            return self.add(before, new, confidence, &told, out, |new| (new, Vec::new()));
        }
        let offsets: Vec<usize> =
            self.text.char_indices().map(|(at, _)| at).chain(std::iter::once(self.text.len())).collect();
        let budget = asked.budget.line(self.chars().len());
        let (reading, fill) = self.refilled(&solution.chain, &solution.reading, enter, asked.cache, &budget);
        asked.budget.charge(&budget);
        for span in &reading.spans {
            let before = offsets[span.start]..offsets[span.end];
            let confidence = evidence::span_confidence(self.chars(), span, enter);
            let best = span.text.iter().map(|t| t.0).collect();
            self.add(before, best, confidence, &told, out, |_| {
                let mut restored =
                    evidence::restored(self.chars(), span, fill.as_ref(), self.swallowed_in(asked.cache));
                (masked(span, &mut restored, asked.min_confidence), restored)
            });
        }
    }

    /// Adds the edit of some bytes of the line that read as `best`, or says why they are left. What is written after all,
    /// and what of it is restored, is asked for last.
    fn add(
        &self,
        bytes: Range<usize>,
        best: String,
        confidence: f64,
        told: &Told<'_>,
        out: &mut Outcome,
        written: impl FnOnce(String) -> (String, Vec<Restored>),
    ) {
        let Told { line, chain, asked } = told;
        // Letters and signs that a page of single bytes shows are for `alphabetic` to judge.
        let is_alphabetic = |l: &Layer| l.truth == Truth::Utf8 && l.page.is_single_byte();
        if chain.iter().all(is_alphabetic) && !best.contains(is_east_asian) {
            return;
        }
        let old = &self.text[bytes.clone()];
        let before = self.start + bytes.start..self.start + bytes.end;
        let why = if asked.may_be_quoted && line.quotes(old, &best) {
            Some(Reason::Quoted)
        } else {
            (confidence < asked.min_confidence).then_some(Reason::Unsure)
        };
        if let Some(why) = why {
            out.left.push(Left { at: before, why });
            return;
        }
        let (new, restored) = written(best);
        out.edits.push(Edit {
            before,
            after: 0..0,
            old: old.to_owned(),
            new,
            cause: name(chain).into(),
            layers: chain.len() as u8,
            confidence,
            reversible: restored.is_empty(),
            restored,
        });
    }
}
