//! The tables that `cargo xtask opencc` builds, by name.

macro_rules! tables {
    ($function:ident $($name:literal)*) => {
        /// The bytes of a table; none for a name that there is not.
        fn $function(name: &str) -> Option<&'static [u8]> {
            match name {
                $($name => Some(include_bytes!(concat!("tables/", $name, ".bin"))),)*
                _ => None,
            }
        }
    };
}

/// The bytes of a table; empty for a name that there is not.
pub(crate) fn named(name: &str) -> &'static [u8] {
    let found = to_simplified(name);
    #[cfg(feature = "convert-all")]
    let found = found.or_else(|| others(name));
    found.unwrap_or(&[])
}

tables! {
    to_simplified
    "CJK_Compatibility_Ideographs"
    "HKPhrasesRev" "HKVariantsRev" "HKVariantsRevPhrases"
    "MainlandCharacters" "MainlandPhrases" "MainlandWords" "Scripts" "SettledCharacters" "TaiwanCharacters"
    "TSCharacters" "TSCharactersExt" "TSPhrases"
    "TWPhrasesRev" "TWVariantsRev" "TWVariantsRevPhrases"
    "hk2s.pairs" "hk2sp.pairs" "t2s.pairs" "tw2s.pairs" "tw2sp.pairs"
    "mainland.pairs"
}

#[cfg(feature = "convert-all")]
tables! {
    others
    "HKPhrases" "HKVariants" "HKVariantsPhrases"
    "JPShinjitaiCharacters" "JPShinjitaiCharactersRev" "JPShinjitaiPhrases"
    "STCharacters" "STPhrases" "ST.links" "ST.triggers"
    "TWPhrases" "TWVariants" "TWVariantsPhrases"
    "hk2t.pairs" "jp2t.pairs" "s2hk.pairs" "s2hkp.pairs" "s2t.pairs" "s2tw.pairs" "s2twp.pairs"
    "t2hk.pairs" "t2jp.pairs" "t2tw.pairs" "tw2t.pairs"
}
