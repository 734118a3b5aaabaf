//! The whole pipeline: repair, normalize, convert.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use crate::convert::{Converter, Has};
use crate::edit::{Stage, Staged};
use crate::fused::{Fused, Seen};
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
    /// What the stages look for, from the first text on.
    fused: OnceLock<Arc<Fused>>,
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
        self.fused = OnceLock::new();
        self
    }

    /// Adds or replaces the normalization stage.
    pub fn normalize(mut self, normalizer: Normalizer) -> Self {
        self.normalizer = Some(normalizer);
        self.fused = OnceLock::new();
        self
    }

    /// Adds or replaces the conversion stage.
    pub fn convert(mut self, converter: Converter) -> Self {
        self.converter = Some(converter);
        self.fused = OnceLock::new();
        self
    }

    /// Whether repair is the only stage, so that text without damage stays as it is.
    pub fn only_repairs(&self) -> bool {
        self.normalizer.is_none() && self.converter.is_none()
    }

    /// Cleans one document. Text that needs nothing comes back borrowed, after one pass over it.
    pub fn clean<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.run(text, false, &mut |_, staged| staged.text)
    }

    /// Cleans one document and says what was done.
    pub fn clean_with_report<'a>(&self, text: &'a str) -> Reported<'a> {
        reported(|done| self.run(text, true, done))
    }

    /// Cleans records of texts that belong together, such as the rows of a table, as
    /// [`Repairer::repair_records`] repairs them; the other stages work on each text by itself.
    pub fn clean_records<'a>(&self, records: &[Vec<&'a str>]) -> Vec<Vec<Cow<'a, str>>> {
        match &self.repairer {
            Some(r) => each(r.repair_records(records), |staged| {
                self.run_repaired(staged.text, false, &mut |_, staged| staged.text)
            }),
            None => each(records.iter().cloned(), |text| self.clean(text)),
        }
    }

    /// Cleans records of texts that belong together and says of each text what was done.
    pub fn clean_records_with_report<'a>(&self, records: &[Vec<&'a str>]) -> Vec<Vec<Reported<'a>>> {
        match &self.repairer {
            Some(r) => each(r.repair_records(records), |staged| {
                reported(|done| {
                    let text = done(Stage::Repair, staged);
                    self.run_repaired(text, true, done)
                })
            }),
            None => each(records.iter().cloned(), |text| self.clean_with_report(text)),
        }
    }

    /// Runs the stages; each hands what it did to `done`, which gives back the text. What the pass saw holds until a
    /// stage changes the text; from there on, each stage looks for itself.
    fn run<'a>(&self, text: &'a str, account: bool, done: &mut Done<'_>) -> Cow<'a, str> {
        let mut seen = self.look(text);
        let mut now = Cow::Borrowed(text);
        if let Some(r) = &self.repairer {
            let nominees = std::mem::take(&mut seen.nominees);
            now = done(Stage::Repair, r.repair_nominated(text, nominees.into_iter(), seen.clues));
        }
        let repaired = matches!(now, Cow::Owned(_));
        if let Some(n) = &self.normalizer {
            now = match now {
                Cow::Borrowed(t) => done(Stage::Normalize, n.normalize_nominated(t, seen.steps, account)),
                Cow::Owned(t) => owned(t, |t| {
                    done(Stage::Normalize, n.normalize_nominated(t, n.look().nominate(t), account))
                }),
            };
        }
        if let Some(c) = &self.converter {
            let is_seen = c.first_engine().is_some();
            let has = Has { kana: seen.kana, selectors: seen.selectors };
            now = match now {
                Cow::Borrowed(t) if is_seen && !seen.moves => done(Stage::Convert, Staged::unchanged(t)),
                Cow::Borrowed(t) if is_seen => done(Stage::Convert, c.convert_seen(t, has, account)),
                Cow::Borrowed(t) => done(Stage::Convert, c.convert_staged(t, account)),
                Cow::Owned(t) if is_seen && !repaired && seen.still_stays(&t, c) => {
                    owned(t, |t| done(Stage::Convert, Staged::unchanged(t)))
                }
                // Punctuation brings neither kana nor selectors.
                Cow::Owned(t) if is_seen && !repaired && seen.steps.is_at_most(Step::Punctuation) => {
                    owned(t, |t| done(Stage::Convert, c.convert_seen(t, has, account)))
                }
                Cow::Owned(t) => owned(t, |t| done(Stage::Convert, c.convert_staged(t, account))),
            };
        }
        now
    }

    /// Runs the stages after repair, each of which looks for itself.
    fn run_repaired<'a>(&self, text: Cow<'a, str>, account: bool, done: &mut Done<'_>) -> Cow<'a, str> {
        let mut now = text;
        if let Some(n) = &self.normalizer {
            now = then(now, |t| {
                done(Stage::Normalize, n.normalize_nominated(t, n.look().nominate(t), account))
            });
        }
        if let Some(c) = &self.converter {
            now = then(now, |t| done(Stage::Convert, c.convert_staged(t, account)));
        }
        now
    }

    /// One pass over a text for all stages.
    fn look<'t>(&self, text: &'t str) -> Seen<'t> {
        let fused = self.fused.get_or_init(|| {
            let stages = (self.repairer.is_some(), self.normalizer.as_ref(), self.converter.as_ref());
            Arc::new(Fused::new(stages.0, stages.1, stages.2))
        });
        fused.look(text)
    }
}

/// Takes what a stage did and gives back its text.
type Done<'d> = dyn for<'t> FnMut(Stage, Staged<'t>) -> Cow<'t, str> + 'd;

/// The text that stages leave, with an account of what they did.
fn reported<'a>(run: impl FnOnce(&mut Done<'_>) -> Cow<'a, str>) -> Reported<'a> {
    let mut report = Report::default();
    let text = run(&mut |stage, staged| {
        report.stages.push(StageReport { stage, edits: staged.edits, left: staged.left });
        staged.text
    });
    Reported { text, report }
}

/// What becomes of each item of each record.
fn each<R: IntoIterator, T>(
    records: impl IntoIterator<Item = R>,
    mut become_: impl FnMut(R::Item) -> T,
) -> Vec<Vec<T>> {
    records.into_iter().map(|record| record.into_iter().map(&mut become_).collect()).collect()
}

/// Applies a stage to text that may be owned already.
fn then<'a>(text: Cow<'a, str>, stage: impl for<'t> FnOnce(&'t str) -> Cow<'t, str>) -> Cow<'a, str> {
    match text {
        Cow::Borrowed(t) => stage(t),
        Cow::Owned(t) => owned(t, stage),
    }
}

/// Applies a stage to text that is owned already, which stays if nothing changes.
fn owned<'a>(text: String, stage: impl for<'t> FnOnce(&'t str) -> Cow<'t, str>) -> Cow<'a, str> {
    match stage(&text) {
        Cow::Borrowed(_) => Cow::Owned(text),
        Cow::Owned(new) => Cow::Owned(new),
    }
}
