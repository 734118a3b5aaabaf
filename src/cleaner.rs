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

    /// Whether repair is the only stage, so that text without damage stays as it is.
    pub fn only_repairs(&self) -> bool {
        self.normalizer.is_none() && self.converter.is_none()
    }

    /// Cleans one document. Text that needs nothing comes back borrowed.
    pub fn clean<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let text = match &self.repairer {
            Some(r) => r.repair(text).text,
            None => Cow::Borrowed(text),
        };
        self.clean_repaired(text)
    }

    /// Cleans one document and says what was done.
    pub fn clean_with_report<'a>(&self, text: &'a str) -> Reported<'a> {
        self.report_repaired(text, self.repairer.as_ref().map(|r| r.repair(text)))
    }

    /// Cleans records of texts that belong together, such as the rows of a table, as
    /// [`Repairer::repair_records`] repairs them; the other stages work on each text by itself.
    pub fn clean_records<'a>(&self, records: &[Vec<&'a str>]) -> Vec<Vec<Cow<'a, str>>> {
        let clean = |text| self.clean_repaired(text);
        match &self.repairer {
            Some(r) => each(r.repair_records(records), |staged| clean(staged.text)),
            None => each(records.iter().cloned(), |text| clean(Cow::Borrowed(text))),
        }
    }

    /// Cleans records of texts that belong together and says of each text what was done.
    pub fn clean_records_with_report<'a>(&self, records: &[Vec<&'a str>]) -> Vec<Vec<Reported<'a>>> {
        match &self.repairer {
            Some(r) => {
                let repaired = r.repair_records(records);
                let pairs = records.iter().zip(repaired).map(|(texts, staged)| texts.iter().zip(staged));
                each(pairs, |(text, staged)| self.report_repaired(text, Some(staged)))
            }
            None => each(records.iter().cloned(), |text| self.report_repaired(text, None)),
        }
    }

    /// The stages after repair.
    fn clean_repaired<'a>(&self, text: Cow<'a, str>) -> Cow<'a, str> {
        let text = match &self.normalizer {
            Some(n) => then(text, |t| n.normalize(t).text),
            None => text,
        };
        match &self.converter {
            Some(c) => then(text, |t| c.convert(t)),
            None => text,
        }
    }

    /// The stages after repair, and the account of all.
    fn report_repaired<'a>(&self, text: &'a str, repaired: Option<Staged<'a>>) -> Reported<'a> {
        let mut report = Report::default();
        let mut text = Cow::Borrowed(text);
        if let Some(staged) = repaired {
            text = staged.text;
            report.stages.push(StageReport { stage: Stage::Repair, edits: staged.edits, left: staged.left });
        }
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
        if let Some(n) = &self.normalizer {
            run(Stage::Normalize, &|t| n.normalize(t));
        }
        if let Some(c) = &self.converter {
            run(Stage::Convert, &|t| c.convert_with_edits(t));
        }
        Reported { text, report }
    }
}

/// What becomes of each item of each record.
fn each<R: IntoIterator, T>(
    records: impl IntoIterator<Item = R>,
    mut become_: impl FnMut(R::Item) -> T,
) -> Vec<Vec<T>> {
    records.into_iter().map(|record| record.into_iter().map(&mut become_).collect()).collect()
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
