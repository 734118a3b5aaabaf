//! The configurations that OpenCC ships.

use std::fmt;
use std::str::FromStr;

/// An OpenCC configuration: from which script to which, and by which region's standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Config {
    /// Simplified to traditional, OpenCC's own standard.
    S2t,
    /// Traditional, OpenCC's own standard, to simplified.
    T2s,
    /// Simplified to traditional as Taiwan writes it.
    S2tw,
    /// Traditional as Taiwan writes it to simplified.
    Tw2s,
    /// Simplified to traditional as Taiwan writes it, with Taiwan's words.
    S2twp,
    /// Traditional as Taiwan writes it to simplified, with the mainland's words.
    Tw2sp,
    /// Simplified to traditional as Hong Kong writes it.
    S2hk,
    /// Traditional as Hong Kong writes it to simplified.
    Hk2s,
    /// Simplified to traditional as Hong Kong writes it, with Hong Kong's words.
    S2hkp,
    /// Traditional as Hong Kong writes it to simplified, with the mainland's words.
    Hk2sp,
    /// Traditional, OpenCC's own standard, to Taiwan's.
    T2tw,
    /// Traditional as Taiwan writes it to OpenCC's own standard.
    Tw2t,
    /// Traditional, OpenCC's own standard, to Hong Kong's.
    T2hk,
    /// Traditional as Hong Kong writes it to OpenCC's own standard.
    Hk2t,
    /// Old Japanese forms (kyūjitai) to new ones (shinjitai).
    T2jp,
    /// New Japanese forms (shinjitai) to old ones (kyūjitai).
    Jp2t,
}

impl Config {
    /// Every configuration.
    pub const ALL: [Self; 16] = [
        Self::S2t,
        Self::T2s,
        Self::S2tw,
        Self::Tw2s,
        Self::S2twp,
        Self::Tw2sp,
        Self::S2hk,
        Self::Hk2s,
        Self::S2hkp,
        Self::Hk2sp,
        Self::T2tw,
        Self::Tw2t,
        Self::T2hk,
        Self::Hk2t,
        Self::T2jp,
        Self::Jp2t,
    ];

    /// OpenCC's name of it, such as `tw2sp`.
    pub fn name(self) -> &'static str {
        match self {
            Self::S2t => "s2t",
            Self::T2s => "t2s",
            Self::S2tw => "s2tw",
            Self::Tw2s => "tw2s",
            Self::S2twp => "s2twp",
            Self::Tw2sp => "tw2sp",
            Self::S2hk => "s2hk",
            Self::Hk2s => "hk2s",
            Self::S2hkp => "s2hkp",
            Self::Hk2sp => "hk2sp",
            Self::T2tw => "t2tw",
            Self::Tw2t => "tw2t",
            Self::T2hk => "t2hk",
            Self::Hk2t => "hk2t",
            Self::T2jp => "t2jp",
            Self::Jp2t => "jp2t",
        }
    }
}

impl fmt::Display for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// No configuration has this name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownConfig(pub String);

impl fmt::Display for UnknownConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no such conversion: {:?}", self.0)
    }
}

impl std::error::Error for UnknownConfig {}

impl FromStr for Config {
    type Err = UnknownConfig;

    /// Takes a name with or without OpenCC's `.json`.
    fn from_str(name: &str) -> Result<Self, UnknownConfig> {
        let stem = name.strip_suffix(".json").unwrap_or(name);
        Self::ALL.into_iter().find(|c| c.name() == stem).ok_or_else(|| UnknownConfig(name.to_owned()))
    }
}
