//! Lines that are hard to convert: whole, halved and overlapping dictionary keys of the configuration
//! and their values, characters that begin or end keys, description sequences, compatibility
//! ideographs, variation selectors, ASCII, characters outside the BMP. Never NUL, after which OpenCC's
//! library drops text.

use std::fs;
use std::path::Path;

use qingwen::convert::Config;

/// SplitMix64 (Steele, Lea & Flood 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next()) * n as u128) >> 64) as usize
    }
}

pub struct Generator {
    random: Random,
    /// Dictionary keys and values by dictionary, so that the small ones are not drowned.
    entries: Vec<Vec<String>>,
    compatibility: Vec<char>,
}

impl Generator {
    pub fn new(data: &Path, config: Config, seed: u64) -> Result<Self, String> {
        let (mut entries, mut compatibility) = (Vec::new(), Vec::new());
        for name in dictionaries(config) {
            let path = data.join(format!("{name}.txt"));
            let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            let lines = text.lines().filter(|l| !l.is_empty() && !l.starts_with('#'));
            let words: Vec<String> = lines.flat_map(|l| l.split(['\t', ' '])).map(str::to_owned).collect();
            if name.starts_with("CJK") {
                compatibility = words.iter().step_by(2).flat_map(|w| w.chars()).collect();
            } else {
                entries.push(words);
            }
        }
        Ok(Self { random: Random(seed ^ u64::from(config as u8) << 32), entries, compatibility })
    }

    fn entry(&mut self) -> Vec<char> {
        let dictionary = self.random.below(self.entries.len());
        let words = &self.entries[dictionary];
        words[self.random.below(words.len())].chars().collect()
    }

    pub fn line(&mut self) -> String {
        let mut line: Vec<char> = Vec::new();
        for _ in 0..1 + self.random.below(8) {
            self.piece(&mut line);
        }
        line.into_iter().collect()
    }

    fn piece(&mut self, line: &mut Vec<char>) {
        const SELECTORS: &[char] =
            &['\u{FE00}', '\u{FE0F}', '\u{E0100}', '\u{E0101}', '\u{200D}', '\u{3099}'];
        const PLAIN: &[&str] = &[
            "a", "B", "SQL", "U", " ", "·", "-", "é", "。", ",", "\t", "の", "ア", "\u{3000}", "한", "7",
            "\r", "😀", "𠮷",
        ];
        match self.random.below(32) {
            0..=11 => line.extend(self.entry()),
            12..=15 => {
                let word = self.entry();
                let cut = self.random.below(word.len() + 1);
                line.extend(&word[..cut]);
            }
            16..=19 => {
                let word = self.entry();
                let cut = self.random.below(word.len() + 1);
                line.extend(&word[cut..]);
            }
            20..=22 => {
                // A word laid over the end of what stands there, so that entries overlap.
                let word = self.entry();
                let shared = (1..word.len()).rev().find(|&n| line.ends_with(&word[..n])).unwrap_or(0);
                line.extend(&word[shared..]);
            }
            23..=24 => {
                let (word, last) = (self.entry(), line.last().copied());
                line.extend(last);
                line.extend(word.last());
            }
            25 => {
                let operator = 0x2FF0 + self.random.below(16) as u32;
                line.extend(char::from_u32(operator));
                for _ in 0..self.random.below(4) {
                    line.extend(self.entry().first());
                }
            }
            26..=27 => {
                let n = self.random.below(self.compatibility.len());
                line.push(self.compatibility[n]);
            }
            28 => line.push(SELECTORS[self.random.below(SELECTORS.len())]),
            29..=30 => line.extend(PLAIN[self.random.below(PLAIN.len())].chars()),
            _ => line.extend(char::from_u32(match self.random.below(4) {
                0 => 0x4E00 + self.random.below(0x5200) as u32,
                1 => 0x3400 + self.random.below(0x19C0) as u32,
                2 => 0x20000 + self.random.below(0xA6E0) as u32,
                _ => 1 + self.random.below(0xD7FF) as u32,
            })),
        }
    }
}

/// The dictionaries of a configuration.
fn dictionaries(config: Config) -> Vec<&'static str> {
    use Config::*;
    let mut names = vec!["CJK_Compatibility_Ideographs"];
    if matches!(config, T2s | Tw2s | Tw2sp | Hk2s | Hk2sp) {
        names.extend(["TSPhrases", "TSCharactersExt", "TSCharacters"]);
    }
    if matches!(config, S2t | S2tw | S2twp | S2hk | S2hkp) {
        names.extend(["STPhrases", "STPhrases_GeneratedFromRegionalPhrases", "STCharacters"]);
    }
    names.extend::<&[&str]>(match config {
        S2tw | T2tw => &["TWVariantsPhrases", "TWVariants"],
        S2twp => &["TWPhrases", "TWPhrasesRev", "TWVariantsPhrases", "TWVariants"],
        S2hk | T2hk => &["HKVariantsPhrases", "HKVariants"],
        S2hkp => &["HKPhrases", "HKPhrasesRev", "HKVariantsPhrases", "HKVariants"],
        Tw2s | Tw2t => &["TWVariantsRevPhrases", "TWVariantsRev"],
        Tw2sp => &["TWPhrases", "TWPhrasesRev", "TWVariantsRevPhrases", "TWVariantsRev"],
        Hk2s | Hk2t => &["HKVariantsRevPhrases", "HKVariantsRev"],
        Hk2sp => &["HKPhrases", "HKPhrasesRev", "HKVariantsRevPhrases", "HKVariantsRev"],
        T2jp => &["JPShinjitaiCharactersRev", "JPShinjitaiCharacters"],
        Jp2t => &["JPShinjitaiPhrases", "JPShinjitaiCharacters"],
        _ => &[],
    });
    names
}
