//! The configurations that OpenCC ships.

use std::fmt;
use std::str::FromStr;

/// An OpenCC configuration: from which script to which, and by which region's standard.
///
/// Without the feature `convert-all` there are only those from traditional to simplified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Config {
    /// Simplified to traditional, OpenCC's own standard.
    #[cfg(feature = "convert-all")]
    S2t,
    /// Traditional, OpenCC's own standard, to simplified.
    T2s,
    /// Simplified to traditional as Taiwan writes it.
    #[cfg(feature = "convert-all")]
    S2tw,
    /// Traditional as Taiwan writes it to simplified.
    Tw2s,
    /// Simplified to traditional as Taiwan writes it, with Taiwan's words.
    #[cfg(feature = "convert-all")]
    S2twp,
    /// Traditional as Taiwan writes it to simplified, with the mainland's words.
    Tw2sp,
    /// Simplified to traditional as Hong Kong writes it.
    #[cfg(feature = "convert-all")]
    S2hk,
    /// Traditional as Hong Kong writes it to simplified.
    Hk2s,
    /// Simplified to traditional as Hong Kong writes it, with Hong Kong's words.
    #[cfg(feature = "convert-all")]
    S2hkp,
    /// Traditional as Hong Kong writes it to simplified, with the mainland's words.
    Hk2sp,
    /// Traditional, OpenCC's own standard, to Taiwan's.
    #[cfg(feature = "convert-all")]
    T2tw,
    /// Traditional as Taiwan writes it to OpenCC's own standard.
    #[cfg(feature = "convert-all")]
    Tw2t,
    /// Traditional, OpenCC's own standard, to Hong Kong's.
    #[cfg(feature = "convert-all")]
    T2hk,
    /// Traditional as Hong Kong writes it to OpenCC's own standard.
    #[cfg(feature = "convert-all")]
    Hk2t,
    /// Old Japanese forms (kyūjitai) to new ones (shinjitai).
    #[cfg(feature = "convert-all")]
    T2jp,
    /// New Japanese forms (shinjitai) to old ones (kyūjitai).
    #[cfg(feature = "convert-all")]
    Jp2t,
}

impl Config {
    /// Every configuration that the library was built with.
    pub const ALL: &[Self] = &[
        #[cfg(feature = "convert-all")]
        Self::S2t,
        Self::T2s,
        #[cfg(feature = "convert-all")]
        Self::S2tw,
        Self::Tw2s,
        #[cfg(feature = "convert-all")]
        Self::S2twp,
        Self::Tw2sp,
        #[cfg(feature = "convert-all")]
        Self::S2hk,
        Self::Hk2s,
        #[cfg(feature = "convert-all")]
        Self::S2hkp,
        Self::Hk2sp,
        #[cfg(feature = "convert-all")]
        Self::T2tw,
        #[cfg(feature = "convert-all")]
        Self::Tw2t,
        #[cfg(feature = "convert-all")]
        Self::T2hk,
        #[cfg(feature = "convert-all")]
        Self::Hk2t,
        #[cfg(feature = "convert-all")]
        Self::T2jp,
        #[cfg(feature = "convert-all")]
        Self::Jp2t,
    ];

    /// From what to what it converts, in a few words.
    pub fn describe(self) -> &'static str {
        match self {
            #[cfg(feature = "convert-all")]
            Self::S2t => "Simplified to traditional (OpenCC's own standard)",
            Self::T2s => "Traditional (OpenCC's own standard) to simplified",
            #[cfg(feature = "convert-all")]
            Self::S2tw => "Simplified to traditional as Taiwan writes it",
            Self::Tw2s => "Traditional as Taiwan writes it to simplified",
            #[cfg(feature = "convert-all")]
            Self::S2twp => "Simplified to traditional as Taiwan writes it, with Taiwan's words",
            Self::Tw2sp => "Traditional as Taiwan writes it to simplified, with the mainland's words",
            #[cfg(feature = "convert-all")]
            Self::S2hk => "Simplified to traditional as Hong Kong writes it",
            Self::Hk2s => "Traditional as Hong Kong writes it to simplified",
            #[cfg(feature = "convert-all")]
            Self::S2hkp => "Simplified to traditional as Hong Kong writes it, with Hong Kong's words",
            Self::Hk2sp => "Traditional as Hong Kong writes it to simplified, with the mainland's words",
            #[cfg(feature = "convert-all")]
            Self::T2tw => "Traditional (OpenCC's own standard) to Taiwan's",
            #[cfg(feature = "convert-all")]
            Self::Tw2t => "Traditional as Taiwan writes it to OpenCC's own standard",
            #[cfg(feature = "convert-all")]
            Self::T2hk => "Traditional (OpenCC's own standard) to Hong Kong's",
            #[cfg(feature = "convert-all")]
            Self::Hk2t => "Traditional as Hong Kong writes it to OpenCC's own standard",
            #[cfg(feature = "convert-all")]
            Self::T2jp => "Old Japanese forms (kyūjitai) to new ones (shinjitai)",
            #[cfg(feature = "convert-all")]
            Self::Jp2t => "New Japanese forms (shinjitai) to old ones (kyūjitai)",
        }
    }

    /// OpenCC's name of it, such as `tw2sp`.
    pub fn name(self) -> &'static str {
        match self {
            #[cfg(feature = "convert-all")]
            Self::S2t => "s2t",
            Self::T2s => "t2s",
            #[cfg(feature = "convert-all")]
            Self::S2tw => "s2tw",
            Self::Tw2s => "tw2s",
            #[cfg(feature = "convert-all")]
            Self::S2twp => "s2twp",
            Self::Tw2sp => "tw2sp",
            #[cfg(feature = "convert-all")]
            Self::S2hk => "s2hk",
            Self::Hk2s => "hk2s",
            #[cfg(feature = "convert-all")]
            Self::S2hkp => "s2hkp",
            Self::Hk2sp => "hk2sp",
            #[cfg(feature = "convert-all")]
            Self::T2tw => "t2tw",
            #[cfg(feature = "convert-all")]
            Self::Tw2t => "tw2t",
            #[cfg(feature = "convert-all")]
            Self::T2hk => "t2hk",
            #[cfg(feature = "convert-all")]
            Self::Hk2t => "hk2t",
            #[cfg(feature = "convert-all")]
            Self::T2jp => "t2jp",
            #[cfg(feature = "convert-all")]
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
        Self::ALL.iter().copied().find(|c| c.name() == stem).ok_or_else(|| UnknownConfig(name.to_owned()))
    }
}
