//! Which ASCII characters stand behind wide ones, by what stands around them.
//!
//! A lost byte swallows the ASCII character behind it. Which one that was depends on the place: lines end behind full
//! stops, and between a Chinese word and a Latin one stands a space.

use super::Cost;

/// What stands around an ASCII character behind a wide one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    before: Before,
    is_wide_behind: bool,
}

/// The wide character before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Word,
    /// What ends a sentence or a clause of it.
    End,
    /// Any other mark.
    Mark,
}

/// Kinds of places.
pub const PLACES: usize = 6;
/// Characters that may be swallowed.
pub const CHARACTERS: usize = 27;

impl Place {
    /// The place between two characters; `None` if the one before is no wide one.
    pub fn between(before: char, behind: char) -> Option<Self> {
        let before = match before {
            '\0'..='\x7F' => return None,
            '。' | '．' | '！' | '？' | '；' | '：' | '…' => Before::End,
            '\u{2000}'..='\u{206F}' | '\u{3000}'..='\u{3020}' | '\u{FF01}'..='\u{FF20}' => Before::Mark,
            _ => Before::Word,
        };
        Some(Self { before, is_wide_behind: !behind.is_ascii() })
    }

    /// Its number, less than [`PLACES`].
    pub fn number(self) -> usize {
        2 * self.before as usize + usize::from(!self.is_wide_behind)
    }
}

/// The number of an ASCII character that may be swallowed, less than [`CHARACTERS`]; a digit stands for all of them.
pub fn number(c: char) -> Option<usize> {
    let c = if c.is_ascii_digit() { '0' } else { c };
    USUAL.iter().position(|usual| char::from(usual.0) == c)
}

/// What a character costs at a place, in millinats.
pub fn usual_cost(place: Place, number: usize) -> Cost {
    USUAL.get(number).map_or(0, |usual| usual.1[place.number()])
}

/// The characters, and what each costs at each kind of place. Counted by
/// `cargo run --release -p qingwen-train -- behind DIR`.
const USUAL: [(u8, [Cost; PLACES]); CHARACTERS] = [
    (b'\n', [358, 1_689, 113, 239, 812, 1_139]),
    (b' ', [1_615, 567, 2_316, 2_636, 823, 1_941]),
    (b'"', [6_192, 3_612, 8_597, 4_146, 6_639, 3_979]),
    (b'\'', [8_796, 4_993, 8_858, 5_575, 8_160, 5_522]),
    (b'.', [5_333, 4_702, 11_089, 6_555, 6_269, 4_333]),
    (b',', [3_883, 4_326, 6_811, 7_900, 6_164, 6_013]),
    (b')', [4_340, 3_849, 7_515, 5_512, 6_265, 5_642]),
    (b'(', [5_300, 5_318, 5_709, 6_376, 4_083, 4_864]),
    (b'<', [9_065, 5_483, 11_051, 3_572, 8_069, 4_699]),
    (b'>', [8_449, 7_614, 11_708, 8_500, 7_787, 6_368]),
    (b'*', [7_029, 6_031, 10_709, 6_738, 6_678, 5_216]),
    (b':', [6_357, 4_407, 11_708, 7_343, 6_906, 5_129]),
    (b';', [6_054, 6_569, 12_044, 8_867, 6_870, 7_182]),
    (b'-', [5_755, 5_483, 9_101, 5_815, 5_983, 4_104]),
    (b'/', [5_086, 5_811, 11_403, 6_145, 6_543, 4_963]),
    (b'`', [10_845, 8_012, 12_961, 7_200, 10_799, 6_144]),
    (b'!', [6_407, 6_113, 12_150, 8_357, 7_432, 6_759]),
    (b'?', [6_321, 4_198, 10_913, 6_849, 7_127, 4_624]),
    (b'=', [8_922, 7_680, 12_961, 8_313, 7_652, 4_925]),
    (b'+', [6_926, 7_281, 12_268, 7_627, 6_469, 6_140]),
    (b'#', [9_234, 6_372, 10_850, 7_076, 7_323, 5_509]),
    (b'$', [10_152, 6_490, 13_248, 6_210, 7_002, 4_575]),
    (b'%', [7_963, 6_292, 13_654, 6_672, 7_949, 5_942]),
    (b'&', [9_245, 5_475, 12_961, 6_890, 8_240, 5_370]),
    (b'0', [3_341, 2_205, 6_375, 2_656, 2_545, 926]),
    (b'\r', [14_652, 14_348, 14_347, 12_163, 11_898, 11_225]),
    (b'\t', [6_913, 12_557, 6_835, 9_784, 9_595, 9_616]),
];

/// The characters that may be swallowed, in order of their numbers.
pub fn characters() -> impl Iterator<Item = char> {
    USUAL.iter().map(|usual| char::from(usual.0))
}
