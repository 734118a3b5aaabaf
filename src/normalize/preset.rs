//! Sets of steps with a name.

use std::fmt;
use std::str::FromStr;

use super::Step;

/// A named set of steps. A name keeps its meaning across versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Preset {
    /// What a reader of Chinese text expects.
    Clean,
    /// Aggressive folding for matching: two spellings of one text compare equal. Not for reading.
    Search,
    /// Web text for training language models: only what no reader would miss.
    Training,
    /// No step at all.
    None,
}

impl Preset {
    /// Every preset.
    pub const ALL: &[Preset] = &[Preset::Clean, Preset::Search, Preset::Training, Preset::None];

    /// The preset's name.
    pub const fn name(self) -> &'static str {
        match self {
            Preset::Clean => "clean",
            Preset::Search => "search",
            Preset::Training => "training",
            Preset::None => "none",
        }
    }

    /// The preset's steps, in the order they run.
    pub const fn steps(self) -> &'static [Step] {
        match self {
            Preset::Clean => &[
                Step::Controls,
                Step::ZeroWidth,
                Step::PrivateUseGb,
                Step::Radicals,
                Step::CompatibilityIdeographs,
                Step::Punctuation,
            ],
            Preset::Search => &[
                Step::LineEnds,
                Step::ByteOrderMarks,
                Step::Controls,
                Step::ZeroWidth,
                Step::Bidi,
                Step::SoftHyphens,
                Step::VariationSelectors,
                Step::Tags,
                Step::HtmlEntities,
                Step::PrivateUseGb,
                Step::Radicals,
                Step::CompatibilityIdeographs,
                Step::Nfkc,
                Step::HanSpaces,
                Step::CurlyQuotes,
                Step::Variants,
            ],
            Preset::Training => &[
                Step::LineEnds,
                Step::ByteOrderMarks,
                Step::Controls,
                Step::ZeroWidth,
                Step::Bidi,
                Step::SoftHyphens,
                Step::VariationSelectors,
                Step::Tags,
                Step::PrivateUseGb,
                Step::Radicals,
                Step::Nfc,
                Step::Spaces,
            ],
            Preset::None => &[],
        }
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Preset {
    type Err = UnknownPreset;

    /// Takes a name as [`Preset::name`] gives it.
    fn from_str(name: &str) -> Result<Self, UnknownPreset> {
        Preset::ALL.iter().copied().find(|p| p.name() == name).ok_or_else(|| UnknownPreset(name.to_owned()))
    }
}

/// No preset has this name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownPreset(String);

impl UnknownPreset {
    /// The name that was asked for.
    pub fn name(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UnknownPreset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no normalization preset is called {:?}", self.0)
    }
}

impl std::error::Error for UnknownPreset {}
