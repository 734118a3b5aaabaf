//! Normalization of Chinese text in named steps, each off unless asked for.

use crate::edit::Staged;

/// One normalization step. Steps run in the order of the variants, whatever order they were asked for in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Step {
    /// Half-width punctuation in Chinese context becomes full-width.
    Punctuation,
}

/// Applies a set of steps. Cheap to build and to share between threads.
#[derive(Debug, Clone, Default)]
pub struct Normalizer {
    steps: Vec<Step>,
}

impl Normalizer {
    /// A normalizer with the given steps.
    pub fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        let mut steps: Vec<Step> = steps.into_iter().collect();
        steps.sort_unstable();
        steps.dedup();
        Self { steps }
    }

    /// The steps, in the order they run.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Normalizes one document. Text that needs nothing comes back borrowed.
    pub fn normalize<'a>(&self, text: &'a str) -> Staged<'a> {
        Staged::unchanged(text)
    }
}
