//! Classes: what a character counts as when the vocabulary has no entry of its own for it.

/// The number of classes. Class 0 is the line end (and the start of text); every class is a symbol.
pub const COUNT: usize = 24;

/// Line end, and what stands before the first character.
pub const LINE: u16 = 0;
/// ASCII digit.
pub const DIGIT: u16 = 1;
/// Lower-case ASCII letter.
pub const LOWER: u16 = 2;
/// Upper-case ASCII letter.
pub const UPPER: u16 = 3;
/// Space characters other than U+0020 and the line end.
pub const SPACE: u16 = 4;
/// C0 and C1 controls, DEL, and invisible format characters.
pub const CONTROL: u16 = 5;
/// Latin letters outside ASCII, with their combining marks.
pub const LATIN: u16 = 6;
/// Greek and Cyrillic.
pub const GREEK: u16 = 7;
/// Hiragana.
pub const HIRAGANA: u16 = 8;
/// Katakana, half-width ones included.
pub const KATAKANA: u16 = 9;
/// Hangul syllables and jamo.
pub const HANGUL: u16 = 10;
/// Bopomofo.
pub const BOPOMOFO: u16 = 11;
/// Latin-1 signs, general punctuation, arrows, mathematical signs, boxes, dingbats.
pub const SIGN: u16 = 12;
/// CJK punctuation, vertical and small forms, enclosed and squared characters.
pub const CJK_SIGN: u16 = 13;
/// Full-width letters and digits.
pub const WIDE: u16 = 14;
/// Private use.
pub const PRIVATE: u16 = 15;
/// U+FFFD.
pub const REPLACEMENT: u16 = 16;
/// Unified ideographs of the basic block.
pub const HAN: u16 = 17;
/// Extension A.
pub const HAN_A: u16 = 18;
/// Compatibility ideographs and radicals.
pub const HAN_COMPAT: u16 = 19;
/// Extensions B and later.
pub const HAN_B: u16 = 20;
/// Emoji and other pictographs.
pub const EMOJI: u16 = 21;
/// Everything else: other scripts, unassigned code points.
pub const OTHER: u16 = 22;
/// ASCII punctuation that the vocabulary lacks (in practice none).
pub const ASCII: u16 = 23;

/// How many characters each class has room for (rounded; only its logarithm counts).
/// The trainer subtracts the characters that have symbols of their own.
pub const SIZES: [u32; COUNT] = [
    1, 10, 26, 26, 20, 80, 1200, 400, 93, 160, 11_500, 80, 3_500, 900, 130, 6_400, 1, 20_992, 6_592, 1_000,
    71_000, 3_000, 60_000, 32,
];

/// Whether a class holds ideographs.
#[must_use]
pub fn is_han(class: u16) -> bool {
    (HAN..=HAN_B).contains(&class)
}

/// The class of a character.
#[must_use]
pub fn of(c: char) -> u16 {
    match c as u32 {
        // Most of those that are asked for come first.
        0x4E00..=0x9FFF => HAN,
        0xE000..=0xF8FF | 0xF_0000..=0x10_FFFF => PRIVATE,
        0x0A => LINE,
        0x30..=0x39 => DIGIT,
        0x61..=0x7A => LOWER,
        0x41..=0x5A => UPPER,
        0x09
        | 0x0B..=0x0D
        | 0x85
        | 0xA0
        | 0x1680
        | 0x2000..=0x200A
        | 0x2028
        | 0x2029
        | 0x202F
        | 0x205F
        | 0x3000 => SPACE,
        0..=0x1F | 0x7F..=0x9F | 0xAD | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0xFEFF => {
            CONTROL
        }
        0x20..=0x7E => ASCII,
        0xAA | 0xB5 | 0xBA | 0xC0..=0xD6 | 0xD8..=0xF6 | 0xF8..=0x36F | 0x1E00..=0x1EFF => LATIN,
        0xA0..=0xBF | 0xD7 | 0xF7 | 0x2010..=0x2BFF => SIGN,
        0x370..=0x52F | 0x1F00..=0x1FFF => GREEK,
        0x3041..=0x309F => HIRAGANA,
        0x30A0..=0x30FF | 0x31F0..=0x31FF | 0xFF65..=0xFF9F => KATAKANA,
        0x1100..=0x11FF | 0x3130..=0x318F | 0xA960..=0xA97F | 0xAC00..=0xD7FF => HANGUL,
        0x3100..=0x312F | 0x31A0..=0x31BF => BOPOMOFO,
        0x2E80..=0x2FDF | 0xF900..=0xFAFF | 0x2F800..=0x2FA1F => HAN_COMPAT,
        0x2FF0..=0x303F
        | 0x3190..=0x319F
        | 0x31C0..=0x31EF
        | 0x3200..=0x33FF
        | 0xFE10..=0xFE1F
        | 0xFE30..=0xFE6F => CJK_SIGN,
        0xFF10..=0xFF19 | 0xFF21..=0xFF3A | 0xFF41..=0xFF5A => WIDE,
        0xFF01..=0xFF64 | 0xFFA0..=0xFFEF => CJK_SIGN,
        0x3400..=0x4DBF => HAN_A,
        0x20000..=0x3FFFF => HAN_B,
        0xFFFD => REPLACEMENT,
        0x1F000..=0x1FAFF | 0xFE00..=0xFE0F | 0xE0000..=0xE01EF => EMOJI,
        _ => OTHER,
    }
}
