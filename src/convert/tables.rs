//! The tables that `cargo xtask opencc` builds, by name.

macro_rules! tables {
    ($($name:literal)*) => {
        /// The bytes of a table; empty for a name that there is not.
        pub(crate) fn named(name: &str) -> &'static [u8] {
            match name {
                $($name => include_bytes!(concat!("tables/", $name, ".bin")),)*
                _ => &[],
            }
        }
    };
}

tables! {
    "CJK_Compatibility_Ideographs"
    "HKPhrases" "HKPhrasesRev" "HKVariants" "HKVariantsPhrases" "HKVariantsRev" "HKVariantsRevPhrases"
    "JPShinjitaiCharacters" "JPShinjitaiCharactersRev" "JPShinjitaiPhrases"
    "STCharacters" "STPhrases" "ST.links" "ST.triggers"
    "TSCharacters" "TSCharactersExt" "TSPhrases"
    "TWPhrases" "TWPhrasesRev" "TWVariants" "TWVariantsPhrases" "TWVariantsRev" "TWVariantsRevPhrases"
    "hk2s.pairs" "hk2sp.pairs" "hk2t.pairs" "jp2t.pairs" "s2hk.pairs" "s2hkp.pairs" "s2t.pairs" "s2tw.pairs"
    "s2twp.pairs" "t2hk.pairs" "t2jp.pairs" "t2s.pairs" "t2tw.pairs" "tw2s.pairs" "tw2sp.pairs" "tw2t.pairs"
}
