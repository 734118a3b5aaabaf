//! The interface of the crate `opencc-rust` 2, over [`crate::convert`].
//!
//! Who calls OpenCC through that crate changes one line and needs no C++ library, no dictionaries on
//! the disk, and no lock between threads:
//!
//! ```
//! # #[cfg(feature = "convert-all")] {
//! // use opencc_rust::*;
//! use qingwen::opencc::*;
//!
//! let opencc = OpenCC::new(DefaultConfig::TW2SP)?;
//! let text = opencc.convert("涼風有訊")?;
//! assert_eq!(text, "凉风有讯");
//! let text = opencc.convert_to_buffer("，秋月無邊", text)?;
//! assert_eq!(text, "凉风有讯，秋月无边");
//! # }
//! # Ok::<(), qingwen::opencc::OpenCCError>(())
//! ```
//!
//! The answers are those of OpenCC's library, byte for byte, but for one thing: NUL is a character like
//! any other, where that crate refuses it.
//!
//! What is not here:
//!
//! - Configurations and dictionaries of your own. This library does no I/O; of a path, only the file's
//!   name counts, and it must be one of OpenCC's sixteen.
//! - `generate_static_dictionary` and `generate_static_dictionaries`, which write dictionaries for
//!   OpenCC to read. The tables are built in: such calls can go, and paths into their folder still work.
//! - The raw C functions (`opencc_open` and its kin).
//! - What the trait `Ordinalize` gives `DefaultConfig`; its list is [`DefaultConfig::ALL`].
//! - Without the feature `convert-all`, the configurations that are not to simplified text. So that the
//!   feature can come and go, a `match` over [`DefaultConfig`] needs an arm for those it doesn't name.
//!
//! New code has more from [`Converter`]: text that needs nothing comes back borrowed, nothing fails, and
//! edits are told.

use std::fmt;
use std::path::Path;

use crate::convert::{Config, Converter};

macro_rules! default_configs {
    ($($(#[doc = $doc:literal])* $(#[cfg($gate:meta)])? $name:ident = $config:ident, $file:literal;)*) => {
        /// The configurations that OpenCC ships, as `opencc-rust` spells them.
        #[derive(Debug, Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        #[allow(clippy::upper_case_acronyms, reason = "the names are given")]
        pub enum DefaultConfig {
            $($(#[doc = $doc])* $(#[cfg($gate)])? $name,)*
        }

        impl DefaultConfig {
            /// Every configuration that the library was built with.
            pub const ALL: &[Self] = &[$($(#[cfg($gate)])? Self::$name,)*];

            /// The name of the configuration's file in OpenCC, such as `tw2sp.json`.
            pub fn get_file_name(self) -> &'static str {
                match self {
                    $($(#[cfg($gate)])? Self::$name => $file,)*
                }
            }
        }

        impl From<DefaultConfig> for Config {
            fn from(config: DefaultConfig) -> Self {
                match config {
                    $($(#[cfg($gate)])? DefaultConfig::$name => Self::$config,)*
                }
            }
        }
    };
}

default_configs! {
    /// Traditional as Hong Kong writes it to simplified.
    HK2S = Hk2s, "hk2s.json";
    /// Traditional as Hong Kong writes it to simplified, with the mainland's words.
    HK2SP = Hk2sp, "hk2sp.json";
    /// Traditional as Hong Kong writes it to OpenCC's own standard.
    #[cfg(feature = "convert-all")]
    HK2T = Hk2t, "hk2t.json";
    /// New Japanese forms (shinjitai) to old ones (kyūjitai).
    #[cfg(feature = "convert-all")]
    JP2T = Jp2t, "jp2t.json";
    /// Simplified to traditional as Hong Kong writes it.
    #[cfg(feature = "convert-all")]
    S2HK = S2hk, "s2hk.json";
    /// Simplified to traditional as Hong Kong writes it, with Hong Kong's words.
    #[cfg(feature = "convert-all")]
    S2HKP = S2hkp, "s2hkp.json";
    /// Simplified to traditional, OpenCC's own standard.
    #[cfg(feature = "convert-all")]
    S2T = S2t, "s2t.json";
    /// Simplified to traditional as Taiwan writes it.
    #[cfg(feature = "convert-all")]
    S2TW = S2tw, "s2tw.json";
    /// Simplified to traditional as Taiwan writes it, with Taiwan's words.
    #[cfg(feature = "convert-all")]
    S2TWP = S2twp, "s2twp.json";
    /// Traditional, OpenCC's own standard, to Hong Kong's.
    #[cfg(feature = "convert-all")]
    T2HK = T2hk, "t2hk.json";
    /// Old Japanese forms (kyūjitai) to new ones (shinjitai).
    #[cfg(feature = "convert-all")]
    T2JP = T2jp, "t2jp.json";
    /// Traditional, OpenCC's own standard, to simplified.
    T2S = T2s, "t2s.json";
    /// Traditional, OpenCC's own standard, to Taiwan's.
    #[cfg(feature = "convert-all")]
    T2TW = T2tw, "t2tw.json";
    /// Traditional as Taiwan writes it to simplified.
    TW2S = Tw2s, "tw2s.json";
    /// Traditional as Taiwan writes it to simplified, with the mainland's words.
    TW2SP = Tw2sp, "tw2sp.json";
    /// Traditional as Taiwan writes it to OpenCC's own standard.
    #[cfg(feature = "convert-all")]
    TW2T = Tw2t, "tw2t.json";
}

impl AsRef<Path> for DefaultConfig {
    fn as_ref(&self) -> &Path {
        Path::new(self.get_file_name())
    }
}

impl AsRef<str> for DefaultConfig {
    fn as_ref(&self) -> &str {
        self.get_file_name()
    }
}

/// A conversion, by OpenCC's interface. Cheap to open, to clone and to share between threads.
#[derive(Debug, Clone)]
pub struct OpenCC {
    converter: Converter,
}

/// What may go wrong. Only [`OpenCC::new`] fails here, conversion never does; [`Self::InputContainsNul`] and
/// [`Self::InvalidOutput`] stand for code that names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenCCError {
    /// The configuration's path is not UTF-8.
    InvalidConfigPath,
    /// The configuration's path contains NUL.
    ConfigPathContainsNul,
    /// Never: NUL is converted like any other character that stays.
    InputContainsNul,
    /// There is no such configuration.
    OpenCC(String),
    /// Never: what comes out is UTF-8.
    InvalidOutput,
}

impl fmt::Display for OpenCCError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InvalidConfigPath => "the configuration's path is not UTF-8",
            Self::ConfigPathContainsNul => "the configuration's path contains NUL",
            Self::InputContainsNul => "the text contains NUL",
            Self::OpenCC(message) => message,
            Self::InvalidOutput => "the converted text is not UTF-8",
        })
    }
}

impl std::error::Error for OpenCCError {}

impl OpenCC {
    /// Opens a configuration: a [`DefaultConfig`], a name such as `s2twp` or `s2twp.json`, or a path
    /// that ends in one. Nothing is read from the disk.
    ///
    /// # Errors
    /// [`OpenCCError::OpenCC`] if the name is none of OpenCC's, or of a configuration that this build
    /// goes without; [`OpenCCError::InvalidConfigPath`] or [`OpenCCError::ConfigPathContainsNul`] if it is
    /// not UTF-8 or contains NUL.
    pub fn new<P: AsRef<Path>>(config_file_path: P) -> Result<Self, OpenCCError> {
        let path = config_file_path.as_ref();
        let name = path.file_name().unwrap_or_default().to_str().ok_or(OpenCCError::InvalidConfigPath)?;
        if name.contains('\0') {
            return Err(OpenCCError::ConfigPathContainsNul);
        }
        match name.parse::<Config>() {
            Ok(config) => Ok(Self { converter: Converter::new(config) }),
            Err(unknown) => Err(OpenCCError::OpenCC(unknown.to_string())),
        }
    }

    /// Converts a text.
    ///
    /// # Errors
    /// None: the result is one because `opencc-rust`'s is.
    pub fn convert<S: AsRef<str>>(&self, input: S) -> Result<String, OpenCCError> {
        Ok(self.converter.convert(input.as_ref()).into_owned())
    }

    /// Converts a text and appends it to `output`.
    ///
    /// # Errors
    /// None: the result is one because `opencc-rust`'s is.
    pub fn convert_to_buffer<S: AsRef<str>>(
        &self,
        input: S,
        mut output: String,
    ) -> Result<String, OpenCCError> {
        output.push_str(&self.converter.convert(input.as_ref()));
        Ok(output)
    }
}
