//! What each configuration is made of.

use super::config::Config;
use super::table::{Chars, Phrases};

/// A dictionary of a stage.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Dictionary {
    /// Single characters.
    Chars(Chars<'static>),
    /// Phrases, and the dictionary by which a plain phrase reads.
    Phrases(Phrases<'static>, Option<Chars<'static>>),
}

/// One replacement of a text: the dictionaries in order of precedence. At each place the first
/// dictionary that has anything wins with its longest entry.
pub(crate) type Stage = Vec<Dictionary>;

/// A conversion as data.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// Replaced in a pass of its own, before all else.
    pub(crate) normalization: Chars<'static>,
    /// Phrases that no later match may straddle.
    pub(crate) segmentation: Option<Phrases<'static>>,
    /// The stages (one or two), each of which reads what the one before wrote.
    pub(crate) stages: Vec<Stage>,
}

/// Which dictionaries, in which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// As OpenCC has them.
    Exact(Config),
    /// To simplified as the mainland writes it, for a document that is simplified already but for some
    /// words: nothing that simplified text may hold changes.
    Settled,
    /// The same for a traditional document in which 著 is a verb and 着 the particle.
    Mainland,
    /// The same for a traditional document in which 著 is both, as in Taiwan.
    Taiwan,
}

#[allow(dead_code, reason = "the command that builds the tables does without some")]
impl Scheme {
    /// The number of schemes.
    pub(crate) const COUNT: usize = Config::ALL.len() + 3;

    /// Every scheme of our own.
    pub(crate) const OWN: [Self; 3] = [Self::Settled, Self::Mainland, Self::Taiwan];

    /// From 0 to [`Self::COUNT`].
    pub(crate) fn index(self) -> usize {
        match self {
            Self::Exact(config) => config as usize,
            Self::Settled => Config::ALL.len(),
            Self::Mainland => Config::ALL.len() + 1,
            Self::Taiwan => Config::ALL.len() + 2,
        }
    }

    /// As its table of pairs is called. Those of our own share one.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Exact(config) => config.name(),
            Self::Settled | Self::Mainland | Self::Taiwan => "mainland",
        }
    }
}

/// The names of the dictionaries of a scheme.
#[derive(Debug)]
pub(crate) struct Names {
    /// The phrases of the segmentation.
    pub(crate) segmentation: Option<&'static str>,
    /// The dictionaries of each stage, in order of precedence.
    pub(crate) stages: Vec<Vec<&'static str>>,
}

/// The dictionary of the normalization, which is the same everywhere.
pub(crate) const NORMALIZATION: &str = "CJK_Compatibility_Ideographs";
/// Simplified forms that few fonts show.
const EXTENSION: &str = "TSCharactersExt";

impl Names {
    /// The dictionaries of a scheme. Without `rare`, the characters of extension blocks that few fonts
    /// show are not put out.
    pub(crate) fn of(scheme: Scheme, rare: bool) -> Self {
        let mut names = match scheme {
            Scheme::Exact(config) => Self::exact(config),
            Scheme::Settled => Self::single(&[
                "MainlandPhrases",
                "SettledCharacters",
                EXTENSION,
                "MainlandCharacters",
                "TSCharacters",
            ]),
            Scheme::Mainland => Self::single(&[
                "MainlandWords",
                "MainlandPhrases",
                EXTENSION,
                "MainlandCharacters",
                "TSCharacters",
            ]),
            Scheme::Taiwan => Self::single(&[
                "MainlandWords",
                "MainlandPhrases",
                "TaiwanCharacters",
                EXTENSION,
                "MainlandCharacters",
                "TSCharacters",
            ]),
        };
        if !rare {
            names.stages.iter_mut().for_each(|stage| stage.retain(|name| *name != EXTENSION));
        }
        names
    }

    fn single(stage: &[&'static str]) -> Self {
        Self { segmentation: None, stages: vec![stage.to_vec()] }
    }

    fn exact(config: Config) -> Self {
        use Config::*;
        let simplify = || vec!["TSPhrases", EXTENSION, "TSCharacters"];
        let from_taiwan = || vec!["TWVariantsRevPhrases", "TWVariantsRev"];
        let from_hong_kong = || vec!["HKVariantsRevPhrases", "HKVariantsRev"];
        let with = |words, mut stage: Vec<_>| {
            stage.insert(0, words);
            stage
        };
        let via = |stage| Self { segmentation: Some("TSPhrases"), stages: vec![stage, simplify()] };
        match config {
            T2s => Self::single(&simplify()),
            Tw2s => via(from_taiwan()),
            Tw2sp => via(with("TWPhrasesRev", from_taiwan())),
            Hk2s => via(from_hong_kong()),
            Hk2sp => via(with("HKPhrasesRev", from_hong_kong())),
            #[cfg(feature = "convert-all")]
            _ => {
                let traditional = || vec!["STPhrases", "STCharacters"];
                let taiwan = || vec!["TWVariantsPhrases", "TWVariants"];
                let hong_kong = || vec!["HKVariantsPhrases", "HKVariants"];
                let to = |stage| Self { segmentation: Some("STPhrases"), stages: vec![traditional(), stage] };
                match config {
                    S2tw => to(taiwan()),
                    S2twp => to(with("TWPhrases", taiwan())),
                    S2hk => to(hong_kong()),
                    S2hkp => to(with("HKPhrases", hong_kong())),
                    T2tw => Self::single(&taiwan()),
                    T2hk => Self::single(&hong_kong()),
                    Tw2t => Self::single(&from_taiwan()),
                    Hk2t => Self::single(&from_hong_kong()),
                    T2jp => Self::single(&["JPShinjitaiCharactersRev"]),
                    Jp2t => Self::single(&["JPShinjitaiPhrases", "JPShinjitaiCharacters"]),
                    _ => Self::single(&traditional()),
                }
            }
        }
    }
}

impl Plan {
    /// A plan from the bytes of its tables.
    pub(crate) fn new(names: &Names, table: impl Fn(&str) -> &'static [u8]) -> Self {
        let dictionary = |name: &&str| match *name {
            "STPhrases" => {
                Dictionary::Phrases(Phrases::new(table(name)), Some(Chars::new(table("STCharacters"))))
            }
            name if name.contains("Phrases") || name.contains("Words") => {
                Dictionary::Phrases(Phrases::new(table(name)), None)
            }
            name => Dictionary::Chars(Chars::new(table(name))),
        };
        Self {
            normalization: Chars::new(table(NORMALIZATION)),
            segmentation: names.segmentation.map(|name| Phrases::new(table(name))),
            stages: names.stages.iter().map(|stage| stage.iter().map(dictionary).collect()).collect(),
        }
    }
}
