//! The steps by name.

use std::fmt;
use std::str::FromStr;

use super::change::Rewrite;
use super::{forms, punctuation};

/// Declares the steps in the order they run, with the name and the one-line description of each.
macro_rules! steps {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal, $about:literal;)+) => {
        /// One normalization step. Steps run in the order of the variants, whatever order they were asked
        /// for in.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Step {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Step {
            /// Every step, in the order they run.
            pub const ALL: &[Step] = &[$(Step::$variant,)+];

            /// The step's name, as edits, options and lists spell it. Names stay the same across versions.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Step::$variant => $name,)+
                }
            }

            /// What the step does, in one line.
            pub const fn describe(self) -> &'static str {
                match self {
                    $(Step::$variant => $about,)+
                }
            }
        }
    };
}

steps! {
    /// Unicode Normalization Form D.
    Nfd = "nfd", "canonical decomposition (Unicode NFD)";
    /// Unicode Normalization Form C. Also maps the CJK compatibility ideographs that have a canonical
    /// equivalent, as the standard demands.
    Nfc = "nfc", "canonical composition (Unicode NFC)";
    /// Unicode Normalization Form KD.
    Nfkd = "nfkd", "compatibility decomposition (Unicode NFKD)";
    /// Unicode Normalization Form KC. Makes full-width punctuation half-width, Chinese text included:
    /// for matching, not for reading.
    Nfkc = "nfkc", "compatibility composition (Unicode NFKC); makes full-width punctuation half-width";
    /// Half-width punctuation in Chinese context becomes full-width: `，：；？！（）`.
    Punctuation = "punctuation", "half-width , : ; ? ! ( ) in Chinese context become full-width";
}

impl Step {
    /// Does the step's work on a whole text.
    pub(crate) fn run(self, text: &str, out: &mut Rewrite<'_>) {
        match self {
            Step::Nfd | Step::Nfc | Step::Nfkd | Step::Nfkc => forms::run(self, text, out),
            Step::Punctuation => punctuation::run(text, out),
        }
    }

    /// Steps that may find work in what this one writes.
    pub(crate) fn wakes(self) -> StepSet {
        match self {
            Step::Nfd | Step::Nfc | Step::Nfkd | Step::Nfkc => StepSet::all(),
            Step::Punctuation => StepSet::from_iter([Step::Nfkd, Step::Nfkc]),
        }
    }

    /// Whether a character that nominates the step is certain to be changed by it.
    pub(crate) fn is_certain(self) -> bool {
        false
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Step {
    type Err = UnknownStep;

    /// Takes a name as [`Step::name`] gives it.
    fn from_str(name: &str) -> Result<Self, UnknownStep> {
        Step::ALL.iter().copied().find(|s| s.name() == name).ok_or_else(|| UnknownStep(name.to_owned()))
    }
}

/// No step has this name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownStep(String);

impl UnknownStep {
    /// The name that was asked for.
    pub fn name(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UnknownStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no normalization step is called {:?}", self.0)
    }
}

impl std::error::Error for UnknownStep {}

/// A set of steps, one bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct StepSet(u64);

impl StepSet {
    pub(crate) const fn all() -> Self {
        Self(u64::MAX)
    }

    pub(crate) const fn bit(step: Step) -> u64 {
        1 << step as u32
    }

    pub(crate) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    pub(crate) const fn bits(self) -> u64 {
        self.0
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) const fn contains(self, step: Step) -> bool {
        self.0 & Self::bit(step) != 0
    }

    pub(crate) fn remove(&mut self, step: Step) {
        self.0 &= !Self::bit(step);
    }

    pub(crate) fn insert_all(&mut self, other: StepSet) {
        self.0 |= other.0;
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = Step> {
        Step::ALL.iter().copied().filter(move |&s| self.contains(s))
    }
}

impl FromIterator<Step> for StepSet {
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> Self {
        Self(steps.into_iter().fold(0, |bits, s| bits | Self::bit(s)))
    }
}
