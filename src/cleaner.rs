//! The whole pipeline: repair, normalize, convert.

use std::borrow::Cow;

use crate::convert::Converter;
use crate::edit::{Stage, Staged};
use crate::normalize::{Normalizer, Step};
use crate::repair::Repairer;
use crate::report::{Report, Reported, StageReport};

/// Runs the stages that it was given, in order. Cheap to build and to share between threads.
///
/// ```
/// let cleaner = qingwen::Cleaner::mission();
/// assert_eq!(cleaner.clean("完全没有问题。"), "完全没有问题。");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Cleaner {
    repairer: Option<Repairer>,
    normalizer: Option<Normalizer>,
    converter: Option<Converter>,
}

impl Cleaner {
    /// No stage at all: text comes back as it is until stages are added.
    pub fn new() -> Self {
        Self::default()
    }

    /// What a reader of simplified Chinese expects: damage repaired, punctuation full-width in
    /// Chinese context, traditional characters simplified.
    pub fn mission() -> Self {
        Self::new()
            .repair(Repairer::default())
            .normalize(Normalizer::new([Step::Punctuation]))
            .convert(Converter::mission())
    }

    /// Adds or replaces the repair stage.
    pub fn repair(mut self, repairer: Repairer) -> Self {
        self.repairer = Some(repairer);
        self
    }

    /// Adds or replaces the normalization stage.
    pub fn normalize(mut self, normalizer: Normalizer) -> Self {
        self.normalizer = Some(normalizer);
        self
    }

    /// Adds or replaces the conversion stage.
    pub fn convert(mut self, converter: Converter) -> Self {
        self.converter = Some(converter);
        self
    }

    /// Cleans one document. Text that needs nothing comes back borrowed.
    pub fn clean<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let text = match &self.repairer {
            Some(r) => r.repair(text).text,
            None => Cow::Borrowed(text),
        };
        let text = match &self.normalizer {
            Some(n) => then(text, |t| n.normalize(t).text),
            None => text,
        };
        match &self.converter {
            Some(c) => then(text, |t| c.convert(t)),
            None => text,
        }
    }

    /// Cleans one document and says what was done.
    pub fn clean_with_report<'a>(&self, text: &'a str) -> Reported<'a> {
        let mut report = Report::default();
        let mut text = Cow::Borrowed(text);
        let mut run = |stage, apply: &dyn for<'t> Fn(&'t str) -> Staged<'t>| {
            let mut edits = Vec::new();
            let mut left = Vec::new();
            let whole = std::mem::take(&mut text);
            text = then(whole, |t| {
                let staged = apply(t);
                edits = staged.edits;
                left = staged.left;
                staged.text
            });
            report.stages.push(StageReport { stage, edits, left });
        };
        if let Some(r) = &self.repairer {
            run(Stage::Repair, &|t| r.repair(t));
        }
        if let Some(n) = &self.normalizer {
            run(Stage::Normalize, &|t| n.normalize(t));
        }
        if let Some(c) = &self.converter {
            run(Stage::Convert, &|t| c.convert_with_edits(t));
        }
        Reported { text, report }
    }
}

/// Applies a borrowing step to text that may be owned already, and stays borrowed where it can.
fn then<'a>(text: Cow<'a, str>, mut step: impl for<'t> FnMut(&'t str) -> Cow<'t, str>) -> Cow<'a, str> {
    match text {
        Cow::Borrowed(t) => step(t),
        Cow::Owned(t) => match step(&t) {
            Cow::Borrowed(same) if same.len() == t.len() => Cow::Owned(t),
            Cow::Borrowed(part) => Cow::Owned(part.to_owned()),
            Cow::Owned(new) => Cow::Owned(new),
        },
    }
}
