//! The interface of the crate `opencc-rust`, answered by [`crate::convert`].
//!
//! A program that uses that crate switches by its `use` line:
//!
//! ```
//! # #[cfg(feature = "convert-all")] {
//! // use opencc_rust::{DefaultConfig, OpenCC};
//! use qingwen::opencc::{DefaultConfig, OpenCC};
//!
//! let opencc = OpenCC::new(DefaultConfig::TW2SP).unwrap();
//! assert_eq!(opencc.convert("滑鼠裡面的矽").unwrap(), "鼠标里面的硅");
//! # }
//! ```
//!
//! Answers are the same to the byte, but for text that holds NUL, which that crate refuses. Conversions take
//! no lock and no library of the system. Configurations are named, not read from files: a path counts by its
//! file name, and what writes dictionaries to a folder is not here.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use crate::convert::{Config, Converter};

/// Why a converter could not be made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpenCCError {
    /// The path of the configuration is not UTF-8.
    InvalidConfigPath,
    /// No configuration has this name.
    OpenCC(String),
}

impl fmt::Display for OpenCCError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidConfigPath => f.write_str("the name of the configuration is not UTF-8"),
            Self::OpenCC(name) => write!(f, "no such conversion: {name:?}"),
        }
    }
}

impl std::error::Error for OpenCCError {}

macro_rules! configurations {
    ($($(#[$gate:meta])? $name:ident = $config:ident, $file:literal;)*) => {
        /// The configurations, as `opencc-rust` spells them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        #[allow(clippy::upper_case_acronyms, reason = "the names are given")]
        pub enum DefaultConfig {
            $(
                #[doc = concat!("`", $file, "`")]
                $(#[$gate])?
                $name,
            )*
        }

        impl DefaultConfig {
            /// Every configuration that the library was built with.
            pub const ALL: &[Self] = &[$($(#[$gate])? Self::$name,)*];

            /// The name of OpenCC's file for it.
            pub fn get_file_name(self) -> &'static str {
                match self {
                    $($(#[$gate])? Self::$name => $file,)*
                }
            }
        }

        impl From<DefaultConfig> for Config {
            fn from(config: DefaultConfig) -> Self {
                match config {
                    $($(#[$gate])? DefaultConfig::$name => Self::$config,)*
                }
            }
        }
    };
}

configurations! {
    #[cfg(feature = "convert-all")] HK2T = Hk2t, "hk2t.json";
    HK2S = Hk2s, "hk2s.json";
    HK2SP = Hk2sp, "hk2sp.json";
    #[cfg(feature = "convert-all")] JP2T = Jp2t, "jp2t.json";
    #[cfg(feature = "convert-all")] S2T = S2t, "s2t.json";
    #[cfg(feature = "convert-all")] S2TW = S2tw, "s2tw.json";
    #[cfg(feature = "convert-all")] S2TWP = S2twp, "s2twp.json";
    #[cfg(feature = "convert-all")] S2HK = S2hk, "s2hk.json";
    #[cfg(feature = "convert-all")] S2HKP = S2hkp, "s2hkp.json";
    #[cfg(feature = "convert-all")] T2HK = T2hk, "t2hk.json";
    #[cfg(feature = "convert-all")] T2JP = T2jp, "t2jp.json";
    T2S = T2s, "t2s.json";
    #[cfg(feature = "convert-all")] T2TW = T2tw, "t2tw.json";
    #[cfg(feature = "convert-all")] TW2T = Tw2t, "tw2t.json";
    TW2S = Tw2s, "tw2s.json";
    TW2SP = Tw2sp, "tw2sp.json";
}

impl AsRef<str> for DefaultConfig {
    fn as_ref(&self) -> &str {
        self.get_file_name()
    }
}

impl AsRef<Path> for DefaultConfig {
    fn as_ref(&self) -> &Path {
        Path::new(self.get_file_name())
    }
}

impl fmt::Display for DefaultConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.get_file_name())
    }
}

impl FromStr for DefaultConfig {
    type Err = OpenCCError;

    /// Takes a name with or without `.json`.
    fn from_str(name: &str) -> Result<Self, OpenCCError> {
        let stem = name.strip_suffix(".json").unwrap_or(name);
        let named = |c: &&Self| c.get_file_name().strip_suffix(".json") == Some(stem);
        Self::ALL.iter().find(named).copied().ok_or_else(|| OpenCCError::OpenCC(name.to_owned()))
    }
}

/// One conversion. Cheap to make and to share between threads.
#[derive(Debug, Clone)]
pub struct OpenCC(Converter);

impl OpenCC {
    /// The conversion that a [`DefaultConfig`], or the file name of a path such as `s2t.json`, names.
    ///
    /// # Errors
    /// [`OpenCCError`] for any other name.
    pub fn new<P: AsRef<Path>>(config: P) -> Result<Self, OpenCCError> {
        let path = config.as_ref();
        let whole = path.to_str().ok_or(OpenCCError::InvalidConfigPath)?;
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or(whole);
        let config: DefaultConfig = name.parse()?;
        Ok(Self(Converter::new(config.into())))
    }

    /// Converts a text.
    ///
    /// # Errors
    /// None; the result is one because it is there.
    pub fn convert<S: AsRef<str>>(&self, input: S) -> Result<String, OpenCCError> {
        Ok(self.0.convert(input.as_ref()).into_owned())
    }

    /// Converts a text and appends it to a buffer, which is given back.
    ///
    /// # Errors
    /// None, as [`Self::convert`].
    pub fn convert_to_buffer<S: AsRef<str>>(
        &self,
        input: S,
        mut output: String,
    ) -> Result<String, OpenCCError> {
        output.push_str(&self.0.convert(input.as_ref()));
        Ok(output)
    }
}
