//! Normalization of Chinese text in named steps, each off unless asked for.
//!
//! A [`Step`] does one thing, exactly and idempotently. A [`Normalizer`] runs any set of steps, always in
//! the order of the enum's variants; a [`Preset`] is a set with a name. Before any step runs, one look at
//! the lead bytes of the text decides which steps could have anything to do: text that needs nothing comes
//! back borrowed at the speed of that look.
//!
//! ```
//! use qingwen::normalize::{Normalizer, Step};
//!
//! let normalizer = Normalizer::new([Step::Punctuation]);
//! let done = normalizer.normalize("同比增长16.7%,其中西部(重庆)增长21.5%。");
//! assert_eq!(done.text, "同比增长16.7%，其中西部（重庆）增长21.5%。");
//! assert_eq!(done.edits.len(), 3);
//! assert_eq!(done.edits[0].cause, "punctuation");
//! ```

mod change;
mod compatibility;
mod dashes;
mod ellipses;
mod escapes;
mod forms;
mod han_spaces;
mod invisible;
mod join_lines;
mod katakana;
mod latin_punctuation;
mod line_ends;
mod look;
mod preset;
mod private_use;
mod punctuation;
mod quotes;
mod radicals;
mod repeated;
mod script;
mod spaces;
mod step;
mod tables;
mod variants;
mod walk;
mod width;

use std::borrow::Cow;

use crate::edit::Staged;

pub use preset::{Preset, UnknownPreset};
pub use step::{Step, UnknownStep};

use change::{Changes, Rewrite};
pub(crate) use look::Look;
pub(crate) use punctuation::marks as punctuation_marks;
pub(crate) use step::StepSet;

/// What can be said of a text without normalizing it; see [`Normalizer::quick_check`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum QuickCheck {
    /// The text is normalized: nothing would change.
    Yes,
    /// The text is not normalized: something would change.
    No,
    /// Only [`Normalizer::normalize`] can tell.
    Maybe,
}

/// Applies a set of steps. Cheap to build and to share between threads.
#[derive(Debug, Clone, Default)]
pub struct Normalizer {
    steps: Vec<Step>,
    look: Look,
}

/// The most often that the whole sequence runs again because a step gave work to an earlier one.
const ROUNDS: usize = 8;

impl Normalizer {
    /// A normalizer with the given steps.
    pub fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        let mut steps: Vec<Step> = steps.into_iter().collect();
        steps.sort_unstable();
        steps.dedup();
        let look = Look::new(&steps);
        Self { steps, look }
    }

    /// The steps, in the order they run.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Normalizes one document. Text that needs nothing comes back borrowed.
    ///
    /// Every edit's cause is the name of the step that made it; where several steps had a hand in the
    /// same place it is their names in the order they ran, joined by `+`.
    ///
    /// Linear in the length of the text, and in the number of steps that have something to do.
    pub fn normalize<'a>(&self, text: &'a str) -> Staged<'a> {
        self.normalize_nominated(text, self.look.nominate(text), true)
    }

    /// [`Self::normalize`], of a text that nominated some steps; without `record`, no edits are told.
    pub(crate) fn normalize_nominated<'a>(
        &self,
        text: &'a str,
        nominated: StepSet,
        record: bool,
    ) -> Staged<'a> {
        match self.run(text, nominated, record) {
            Some((new, changes)) => {
                let edits = changes.into_edits(text, &new);
                Staged { text: Cow::Owned(new), edits, left: Vec::new() }
            }
            None => Staged::unchanged(text),
        }
    }

    /// What the steps look for.
    pub(crate) fn look(&self) -> &Look {
        &self.look
    }

    /// Normalizes one document without an account of what changed.
    pub fn normalize_fast<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.normalize_nominated(text, self.look.nominate(text), false).text
    }

    /// Says whether [`normalize`](Self::normalize) would change the text, as far as a look at its
    /// characters tells.
    pub fn quick_check(&self, text: &str) -> QuickCheck {
        let nominated = self.look.nominate(text);
        if nominated.is_empty() {
            return QuickCheck::Yes;
        }
        match self.steps.as_slice() {
            // Alone, a form has the standard's own quick check.
            [form] if let Some(answer) = forms::quick_check(*form, text) => answer,
            _ if nominated.iter().any(Step::is_certain) => QuickCheck::No,
            _ => QuickCheck::Maybe,
        }
    }

    fn run(&self, text: &str, mut pending: StepSet, record: bool) -> Option<(String, Changes)> {
        let mut current: Option<(String, Changes)> = None;
        for _ in 0..ROUNDS {
            let begun = current.as_ref().map(|(t, _)| t.clone());
            for &step in &self.steps {
                if !pending.contains(step) {
                    continue;
                }
                pending.remove(step);
                let before = current.as_ref().map_or(text, |(t, _)| t);
                let mut rewrite = Rewrite::new(before, step, record);
                step.run(before, &mut rewrite);
                let Some(done) = rewrite.finish() else { continue };
                // What a step writes may be work for others; earlier ones wait for the next round.
                pending.insert_all(self.look.nominate_around(&done.text, &done.places, step));
                let changes = match current.take() {
                    Some((_, earlier)) => earlier.then(done.changes),
                    None => done.changes,
                };
                current = Some((done.text, changes));
            }
            // Steps that undo each other's work end where a whole round changes nothing.
            if pending.is_empty() || current.as_ref().map(|(t, _)| t) == begun.as_ref() {
                break;
            }
        }
        current.filter(|(new, _)| new != text)
    }
}
