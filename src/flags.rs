//! Four flags for each character of three bytes, read without decoding it.
//!
//! The second and third byte of a character choose a row, and its first byte the place in the row: the 4,096 rows that
//! text can ask for are all of a first-level cache, where a table with an entry for each character is not. Of bytes
//! that are no character of three bytes every flag is set, so that nobody has to ask how long a character is:
//!
//! - behind ASCII and behind the first byte of two, the byte at one of the next two places continues no character, and
//!   such rows are full;
//! - a character of four bytes looks like one of three, and what follows one byte too early is no character: its flags
//!   are set *one character late*.

use crate::window::WINDOW;

/// Characters looked at in one go.
pub(crate) const CHARS: usize = 5;
/// The lanes of the characters of one look, the first character in the highest bit.
pub(crate) const LANES: u64 = (1 << CHARS) - 1;
/// How many characters before a look keep their place behind its lanes.
const KEPT: usize = 3;
/// A bit in the part of each flag.
const EACH: u64 = 0x0001_0001_0001_0001;

/// Up to four flags for each character of three bytes.
#[derive(Debug, Clone)]
pub(crate) struct Flags {
    /// By the second and third byte: bit `16 * flag + 32 + first`, modulo 64, for each flag and each low half of a first
    /// byte.
    rows: Box<[u64; 0x1_0000]>,
}

/// The part of one flag in what [`Flags::look`] gives: [`LANES`], shifted here.
pub(crate) const fn part(flag: usize) -> u64 {
    LANES << (16 * flag)
}

impl Flags {
    /// The table of flags that are set where `bits` has any bit of their kind for a character. Costs a look at each
    /// character of three bytes, some 100 µs.
    pub(crate) fn new(bits: &[u8; 0x1_0000], kinds: [u8; 4]) -> Self {
        let mut spread = [0; 256];
        for (bits, spread) in (0..=u8::MAX).zip(&mut spread) {
            for (flag, _) in kinds.iter().enumerate().filter(|(_, kind)| bits & **kind != 0) {
                *spread |= 1u64 << (16 * flag);
            }
        }
        let mut rows = vec![u64::MAX; 0x1_0000];
        for low in 0..0x1000 {
            let place = (0x80 | low >> 6) | (0x80 | low & 0x3F) << 8;
            rows[place] = (0..16).fold(0, |row, first| {
                row | spread[usize::from(bits[first << 12 | low])].rotate_left(32 + first as u32)
            });
        }
        let rows = rows.into_boxed_slice().try_into().unwrap_or_else(|_| Box::new([u64::MAX; 0x1_0000]));
        Self { rows }
    }

    /// The flags of the five characters that a window begins with, and behind them those of the three before it, as
    /// `before` has them in its lowest bits.
    #[inline(always)]
    pub(crate) fn look(&self, window: &[u8; WINDOW], before: u64) -> u64 {
        let mut lanes = before & (((1 << KEPT) - 1) * EACH);
        for n in 0..CHARS {
            // Two bytes in one go, which the compiler reads so only if they are told to be neighbours.
            let rest = window[3 * n + 1..].first_chunk().copied().unwrap_or_default();
            let row = self.rows[usize::from(u16::from_le_bytes(rest))];
            lanes = lanes << 1 | row.rotate_right(window[3 * n].into()) & EACH;
        }
        lanes
    }
}

/// The next bytes, if there are so many.
#[inline(always)]
pub(crate) fn next<const N: usize>(bytes: &[u8], at: usize) -> Option<&[u8; N]> {
    bytes.get(at..)?.first_chunk()
}

/// The first of five characters that has any of some flags; at least five if none has.
#[inline(always)]
pub(crate) fn first(stops: u64) -> usize {
    let any = (stops | stops >> 16 | stops >> 32 | stops >> 48) & LANES;
    any.leading_zeros() as usize - (64 - CHARS)
}

/// Whether a byte continues a character: then what began before it has four bytes.
#[inline(always)]
pub(crate) fn continues(byte: u8) -> bool {
    byte & 0xC0 == 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(table: &Flags, text: &str, before: u64) -> u64 {
        table.look(text.as_bytes().first_chunk().unwrap(), before)
    }

    #[test]
    fn each_character_of_three_bytes_has_its_own_flags() {
        let wanted = |c: char| [3, 5, 7, 11].map(|n| (c as u32).is_multiple_of(n));
        let bits = std::array::from_fn(|c| match char::from_u32(c as u32).map(wanted) {
            Some(flags) => flags.iter().rev().fold(0, |bits, flag| bits << 1 | u8::from(*flag)),
            None => 0,
        });
        let table = Flags::new(&bits, [1, 2, 4, 8]);
        for c in ('\u{800}'..='\u{FFFF}').filter(|c| c.len_utf8() == 3) {
            let text = format!("的{c}的的的的");
            let lanes = look(&table, &text, 0);
            for (flag, is_set) in wanted(c).into_iter().enumerate() {
                assert_eq!(lanes & part(flag) & 8 << (16 * flag) != 0, is_set, "{c:?} {flag}");
            }
        }
    }

    #[test]
    fn what_has_not_three_bytes_has_all_flags() {
        let table = Flags::new(&[0; 0x1_0000], [1, 2, 4, 8]);
        let first = |text: &str| first(look(&table, text, 0));
        assert!(first("图书馆漢字的") >= CHARS);
        for n in 0..CHARS {
            let before = "汉".repeat(n);
            for other in ["a", "\0", "é", "ab", "éé", "aé", "éa"] {
                assert_eq!(first(&format!("{before}{other}汉汉汉汉汉汉")), n, "{other}");
            }
            // One character late.
            assert_eq!(first(&format!("{before}😀a汉汉汉汉汉")), n + 1);
            assert_eq!(first(&format!("{before}😀汉汉汉汉汉汉")), n + 1);
            assert_eq!(first(&format!("{before}😀😀汉汉汉汉汉")), n + 1);
        }
    }

    #[test]
    fn what_stood_before_stands_behind() {
        let mut bits = [0; 0x1_0000];
        bits['汉' as usize] = 1;
        let table = Flags::new(&bits, [1, 0, 0, 0]);
        let lanes = look(&table, "的汉的的汉的", 0b110);
        assert_eq!(lanes, 0b110_01001);
    }
}
