//! Undoes mojibake: finds the bytes a wrong decoder was given and reads them in the true encoding.

use crate::edit::Staged;

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
    #[allow(dead_code)]
    options: Options,
}

impl Repairer {
    /// A repairer with the given settings.
    pub fn new(options: Options) -> Self {
        Self { options }
    }

    /// Repairs one document. Clean text comes back borrowed.
    pub fn repair<'a>(&self, text: &'a str) -> Staged<'a> {
        Staged::unchanged(text)
    }
}
