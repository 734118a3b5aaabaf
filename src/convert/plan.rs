//! What each configuration is made of.

use super::config::Config;
use super::table::{Chars, Phrases};

macro_rules! table {
    ($kind:ident, $name:literal) => {
        $kind::new(include_bytes!(concat!("tables/", $name, ".bin")))
    };
}

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
    /// The stages, each of which reads what the one before wrote.
    pub(crate) stages: Vec<Stage>,
}

impl Plan {
    /// The plan of a configuration. Without `rare`, the characters of extension blocks that few fonts
    /// show are not put out.
    pub(crate) fn of(config: Config, rare: bool) -> Self {
        use Config::*;
        let phrases = |p| Dictionary::Phrases(p, None);
        let to_simplified = || {
            let mut stage = vec![phrases(table!(Phrases, "TSPhrases"))];
            if rare {
                stage.push(Dictionary::Chars(table!(Chars, "TSCharactersExt")));
            }
            stage.push(Dictionary::Chars(table!(Chars, "TSCharacters")));
            stage
        };
        let to_traditional = || {
            let chars = table!(Chars, "STCharacters");
            vec![Dictionary::Phrases(table!(Phrases, "STPhrases"), Some(chars)), Dictionary::Chars(chars)]
        };
        let taiwan = || {
            vec![
                phrases(table!(Phrases, "TWVariantsPhrases")),
                Dictionary::Chars(table!(Chars, "TWVariants")),
            ]
        };
        let from_taiwan = || {
            vec![
                phrases(table!(Phrases, "TWVariantsRevPhrases")),
                Dictionary::Chars(table!(Chars, "TWVariantsRev")),
            ]
        };
        let hong_kong = || {
            vec![
                phrases(table!(Phrases, "HKVariantsPhrases")),
                Dictionary::Chars(table!(Chars, "HKVariants")),
            ]
        };
        let from_hong_kong = || {
            vec![
                phrases(table!(Phrases, "HKVariantsRevPhrases")),
                Dictionary::Chars(table!(Chars, "HKVariantsRev")),
            ]
        };
        let with = |p: Phrases<'static>, mut stage: Stage| {
            stage.insert(0, phrases(p));
            stage
        };
        let stages = match config {
            T2s => vec![to_simplified()],
            Tw2s => vec![from_taiwan(), to_simplified()],
            Tw2sp => vec![with(table!(Phrases, "TWPhrasesRev"), from_taiwan()), to_simplified()],
            Hk2s => vec![from_hong_kong(), to_simplified()],
            Hk2sp => vec![with(table!(Phrases, "HKPhrasesRev"), from_hong_kong()), to_simplified()],
            S2t => vec![to_traditional()],
            S2tw => vec![to_traditional(), taiwan()],
            S2twp => vec![to_traditional(), with(table!(Phrases, "TWPhrases"), taiwan())],
            S2hk => vec![to_traditional(), hong_kong()],
            S2hkp => vec![to_traditional(), with(table!(Phrases, "HKPhrases"), hong_kong())],
            T2tw => vec![taiwan()],
            T2hk => vec![hong_kong()],
            Tw2t => vec![from_taiwan()],
            Hk2t => vec![from_hong_kong()],
            T2jp => vec![vec![Dictionary::Chars(table!(Chars, "JPShinjitaiCharactersRev"))]],
            Jp2t => vec![vec![
                phrases(table!(Phrases, "JPShinjitaiPhrases")),
                Dictionary::Chars(table!(Chars, "JPShinjitaiCharacters")),
            ]],
        };
        let segmentation = match config {
            Tw2s | Tw2sp | Hk2s | Hk2sp => Some(table!(Phrases, "TSPhrases")),
            S2tw | S2twp | S2hk | S2hkp => Some(table!(Phrases, "STPhrases")),
            _ => None,
        };
        Self { normalization: table!(Chars, "CJK_Compatibility_Ideographs"), segmentation, stages }
    }
}
