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

/// The names of the dictionaries of a configuration.
#[derive(Debug)]
pub(crate) struct Names {
    /// The phrases of the segmentation.
    pub(crate) segmentation: Option<&'static str>,
    /// The dictionaries of each stage, in order of precedence.
    pub(crate) stages: Vec<Vec<&'static str>>,
}

/// The dictionary of the normalization, which is the same everywhere.
pub(crate) const NORMALIZATION: &str = "CJK_Compatibility_Ideographs";

impl Names {
    /// The dictionaries of a configuration. Without `rare`, the characters of extension blocks that
    /// few fonts show are not put out.
    pub(crate) fn of(config: Config, rare: bool) -> Self {
        use Config::*;
        let simplify = if rare {
            vec!["TSPhrases", "TSCharactersExt", "TSCharacters"]
        } else {
            vec!["TSPhrases", "TSCharacters"]
        };
        let traditional = vec!["STPhrases", "STCharacters"];
        let taiwan = vec!["TWVariantsPhrases", "TWVariants"];
        let from_taiwan = vec!["TWVariantsRevPhrases", "TWVariantsRev"];
        let hong_kong = vec!["HKVariantsPhrases", "HKVariants"];
        let from_hong_kong = vec!["HKVariantsRevPhrases", "HKVariantsRev"];
        let with = |words, mut stage: Vec<_>| {
            stage.insert(0, words);
            stage
        };
        let stages = match config {
            T2s => vec![simplify],
            Tw2s => vec![from_taiwan, simplify],
            Tw2sp => vec![with("TWPhrasesRev", from_taiwan), simplify],
            Hk2s => vec![from_hong_kong, simplify],
            Hk2sp => vec![with("HKPhrasesRev", from_hong_kong), simplify],
            S2t => vec![traditional],
            S2tw => vec![traditional, taiwan],
            S2twp => vec![traditional, with("TWPhrases", taiwan)],
            S2hk => vec![traditional, hong_kong],
            S2hkp => vec![traditional, with("HKPhrases", hong_kong)],
            T2tw => vec![taiwan],
            T2hk => vec![hong_kong],
            Tw2t => vec![from_taiwan],
            Hk2t => vec![from_hong_kong],
            T2jp => vec![vec!["JPShinjitaiCharactersRev"]],
            Jp2t => vec![vec!["JPShinjitaiPhrases", "JPShinjitaiCharacters"]],
        };
        let segmentation = match config {
            Tw2s | Tw2sp | Hk2s | Hk2sp => Some("TSPhrases"),
            S2tw | S2twp | S2hk | S2hkp => Some("STPhrases"),
            _ => None,
        };
        Self { segmentation, stages }
    }
}

impl Plan {
    /// A plan from the bytes of its tables.
    pub(crate) fn new(names: &Names, table: impl Fn(&str) -> &'static [u8]) -> Self {
        let dictionary = |name: &&str| match *name {
            "STPhrases" => {
                Dictionary::Phrases(Phrases::new(table(name)), Some(Chars::new(table("STCharacters"))))
            }
            name if name.contains("Phrases") => Dictionary::Phrases(Phrases::new(table(name)), None),
            name => Dictionary::Chars(Chars::new(table(name))),
        };
        Self {
            normalization: Chars::new(table(NORMALIZATION)),
            segmentation: names.segmentation.map(|name| Phrases::new(table(name))),
            stages: names.stages.iter().map(|stage| stage.iter().map(dictionary).collect()).collect(),
        }
    }
}
