//! How an ideograph is read, and what it is in simplified script: one compact table.
//!
//! Regenerate with `cargo xtask readings`, which also describes the layout.

static BYTES: &[u8] = include_bytes!("tables/readings.bin");

const FIRST: u32 = 0x4E00;
const IDEOGRAPHS: usize = 0x9FA5 - 0x4E00 + 1;
const NONE: u16 = 0x7FFF;
const MANY: u16 = 0x8000;
const END: u16 = 0x8000;

const fn field(at: usize) -> usize {
    BYTES[at] as usize | (BYTES[at + 1] as usize) << 8
}

const SYLLABLES: usize = field(0);
const LISTS: usize = field(2);
const IMAGES: usize = field(4);
const OFFSETS: usize = 8;
const TEXT: usize = OFFSETS + (SYLLABLES + 1) * 2;
const HAN: usize = TEXT + field(6);
const LIST: usize = HAN + IDEOGRAPHS * 2;
const IMAGE: usize = LIST + LISTS * 2;
const LEVEL: usize = IMAGE + IMAGES * 4;

fn u16_at(at: usize) -> u16 {
    match BYTES.get(at..at + 2) {
        Some(b) => u16::from_le_bytes([b[0], b[1]]),
        None => 0,
    }
}

/// A syllable of the table, tone included: `huì`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Reading(u16);

impl Reading {
    /// The syllable spelled `s`, if any ideograph is read so.
    pub(super) fn parse(s: &str) -> Option<Self> {
        let (mut low, mut high) = (0, SYLLABLES);
        while low < high {
            let middle = usize::midpoint(low, high);
            match spelling(middle).cmp(s.as_bytes()) {
                std::cmp::Ordering::Equal => return Some(Self(middle as u16)),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// Its spelling.
    pub(super) fn spelling(self) -> &'static str {
        std::str::from_utf8(spelling(usize::from(self.0))).unwrap_or("")
    }

    /// Whether the spelling carries a tone mark.
    pub(super) fn is_toned(self) -> bool {
        self.spelling().chars().any(is_toned)
    }
}

fn spelling(n: usize) -> &'static [u8] {
    let at = |n| TEXT + usize::from(u16_at(OFFSETS + n * 2));
    BYTES.get(at(n)..at(n + 1)).unwrap_or(&[])
}

/// A vowel with a tone mark.
pub(super) fn is_toned(c: char) -> bool {
    "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ".contains(c)
}

/// A letter without its tone mark.
pub(super) fn bare(c: char) -> char {
    match c {
        'ā' | 'á' | 'ǎ' | 'à' => 'a',
        'ē' | 'é' | 'ě' | 'è' => 'e',
        'ī' | 'í' | 'ǐ' | 'ì' => 'i',
        'ō' | 'ó' | 'ǒ' | 'ò' => 'o',
        'ū' | 'ú' | 'ǔ' | 'ù' => 'u',
        'ǖ' | 'ǘ' | 'ǚ' | 'ǜ' => 'ü',
        c => c,
    }
}

/// A letter of a pinyin syllable, toned or not.
pub(super) fn is_letter(c: char) -> bool {
    c.is_ascii_lowercase() || c == 'ü' || is_toned(c)
}

/// The readings of an ideograph, the usual one first.
pub(super) fn of(c: char) -> impl Iterator<Item = Reading> {
    let (mut at, mut only) = (usize::MAX, None);
    if let Some(n) = index(c) {
        match u16_at(HAN + n * 2) {
            NONE => {}
            one if one < MANY => only = Some(Reading(one)),
            many => at = LIST + usize::from(many & !MANY) * 2,
        }
    }
    std::iter::from_fn(move || {
        if at == usize::MAX {
            return only.take();
        }
        let entry = u16_at(at);
        at = if entry & END == 0 { at + 2 } else { usize::MAX };
        Some(Reading(entry & !END))
    })
}

fn index(c: char) -> Option<usize> {
    let n = u32::from(c).checked_sub(FIRST)? as usize;
    (n < IDEOGRAPHS).then_some(n)
}

/// How sure `c` is read `r`: its usual reading, one that it may have, or none of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Read {
    Never,
    Sometimes,
    Usually,
}

/// Whether `c` is read `r`. The readings of its simplified form count as well.
pub(super) fn reads(c: char, r: Reading) -> Read {
    let among = |c| of(c).position(|own| own == r);
    match among(c) {
        Some(0) => Read::Usually,
        Some(_) => Read::Sometimes,
        None if among(image(c).simplified).is_some() => Read::Sometimes,
        None => Read::Never,
    }
}

/// How well an ideograph fits a page that was converted from simplified script, character by character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// What the converter makes of a simplified character.
    Natural,
    /// A possible traditional form, but not the one that the converter takes.
    Variant,
    /// No form of a simplified character.
    Foreign,
    /// A simplified character that the converter would have replaced.
    Simplified,
}

/// An ideograph's place between the scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Image {
    /// The same character in simplified script.
    pub(super) simplified: char,
    pub(super) fit: Fit,
}

/// Where `c` stands between the scripts. What is no ideograph fits everywhere.
pub(super) fn image(c: char) -> Image {
    let own = Image { simplified: c, fit: Fit::Natural };
    let Ok(code) = u16::try_from(u32::from(c)) else { return own };
    let (mut low, mut high) = (0, IMAGES);
    while low < high {
        let middle = usize::midpoint(low, high);
        match u16_at(IMAGE + middle * 4).cmp(&code) {
            std::cmp::Ordering::Equal => {
                let simplified = char::from_u32(u16_at(IMAGE + middle * 4 + 2).into()).unwrap_or(c);
                let fit = match BYTES.get(LEVEL + middle) {
                    Some(1) => Fit::Variant,
                    Some(2) => Fit::Foreign,
                    Some(3) => Fit::Simplified,
                    _ => Fit::Natural,
                };
                return Image { simplified, fit };
            }
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    own
}

/// Whether `c` is a traditional form only: simplified script writes it otherwise.
pub(super) fn is_traditional(c: char) -> bool {
    image(c).simplified != c || c == '著'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(c: char) -> Vec<&'static str> {
        of(c).map(Reading::spelling).collect()
    }

    #[test]
    fn the_usual_reading_comes_first() {
        assert_eq!(spelled('會')[0], "huì");
        assert!(spelled('會').contains(&"kuài"));
        assert_eq!(spelled('區')[0], "qū");
        assert_eq!(spelled('a'), [""; 0]);
        assert_eq!(spelled('。'), [""; 0]);
    }

    #[test]
    fn syllables_are_found_by_their_spelling() {
        let hui = Reading::parse("huì").expect("a syllable");
        assert_eq!(hui.spelling(), "huì");
        assert_eq!(reads('會', hui), Read::Usually);
        assert_eq!(reads('會', Reading::parse("kuài").expect("a syllable")), Read::Sometimes);
        assert_eq!(reads('人', hui), Read::Never);
        assert_eq!(Reading::parse(""), None);
        assert_eq!(Reading::parse("zzz"), None);
    }

    #[test]
    fn images_follow_the_converter_of_such_pages() {
        let fit = |c| image(c).fit;
        assert_eq!(image('會'), Image { simplified: '会', fit: Fit::Natural });
        // The converter goes from character to character and leaves 后 alone: 後 does not occur.
        assert_eq!(fit('后'), Fit::Natural);
        assert_eq!(image('後'), Image { simplified: '后', fit: Fit::Variant });
        assert_eq!(fit('会'), Fit::Simplified);
        assert_eq!(fit('人'), Fit::Natural);
        // It writes 著 for 着 and 為 for 为, where OpenCC's standard has 着 and 爲.
        assert_eq!(image('著'), Image { simplified: '着', fit: Fit::Natural });
        assert_eq!(fit('為'), Fit::Natural);
        assert_eq!(fit('，'), Fit::Natural);
    }
}
