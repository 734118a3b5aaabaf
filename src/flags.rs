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
    /// By the second and third byte: bit `16 * flag + 32 + first`, modulo 64, of each flag and each low half of a first
    /// byte.
    rows: Box<[u64; 0x1_0000]>,
}

/// The part of one flag in what [`Flags::look`] gives: [`LANES`], shifted here.
pub(crate) const fn part(flag: usize) -> u64 {
    LANES << (16 * flag)
}

impl Flags {
    /// The table of these flags. Costs a call for each character of three bytes.
    pub(crate) fn new(flags: impl Fn(char) -> [bool; 4]) -> Self {
        let mut rows = vec![u64::MAX; 0x1_0000];
        for row in 0..0x1000u32 {
            let [second, third] = [0x80 | row >> 6, 0x80 | row & 0x3F];
            let mut bits = 0;
            for first in 0..16 {
                let Some(c) = char::from_u32(first << 12 | row).filter(|c| c.len_utf8() == 3) else { continue };
                for (flag, _) in (0..).zip(flags(c)).filter(|(_, is_set)| *is_set) {
                    bits |= 1 << ((16 * flag + 32 + first) % 64);
                }
            }
            rows[(second | third << 8) as usize] = bits;
        }
        let rows = rows.into_boxed_slice().try_into().unwrap_or_else(|_| Box::new([u64::MAX; 0x1_0000]));
        Self { rows }
    }

    /// The flags of the next five characters from `at` on, and behind them those of the three before, as `before` has
    /// them in its lowest bits; `None` near the end of the text.
    #[inline(always)]
    pub(crate) fn look(&self, bytes: &[u8], at: usize, before: u64) -> Option<u64> {
        let window = <&[u8; 3 * CHARS]>::try_from(bytes.get(at..at + 3 * CHARS)?).ok()?;
        let mut lanes = before & ((1 << KEPT) - 1) * EACH;
        for n in 0..CHARS {
            let [first, second, third] = [window[3 * n], window[3 * n + 1], window[3 * n + 2]];
            let row = self.rows[usize::from(u16::from_le_bytes([second, third]))];
            lanes = lanes << 1 | row.rotate_right(first.into()) & EACH;
        }
        Some(lanes)
    }
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

    #[test]
    fn each_character_of_three_bytes_has_its_own_flags() {
        let wanted = |c: char| [3, 5, 7, 11].map(|n| c as u32 % n == 0);
        let table = Flags::new(wanted);
        for c in ('\u{800}'..='\u{FFFF}').filter(|c| c.len_utf8() == 3) {
            let text = format!("的{c}的的的");
            let lanes = table.look(text.as_bytes(), 0, 0).unwrap();
            for (flag, is_set) in wanted(c).into_iter().enumerate() {
                assert_eq!(lanes & part(flag) & 8 << (16 * flag) != 0, is_set, "{c:?} {flag}");
            }
        }
    }

    #[test]
    fn what_has_not_three_bytes_has_all_flags() {
        let table = Flags::new(|_| [false; 4]);
        let look = |text: &str| first(table.look(text.as_bytes(), 0, 0).unwrap());
        assert!(look("图书馆漢字") >= CHARS);
        for n in 0..CHARS {
            let before = "汉".repeat(n);
            for other in ["a", "\0", "é", "ab", "éé", "aé", "éa"] {
                assert_eq!(look(&format!("{before}{other}汉汉汉汉汉")), n, "{other}");
            }
            // One character late.
            assert_eq!(look(&format!("{before}😀a汉汉汉汉")), n + 1);
            assert_eq!(look(&format!("{before}😀汉汉汉汉汉")), n + 1);
            assert_eq!(look(&format!("{before}😀😀汉汉汉汉")), n + 1);
        }
    }

    #[test]
    fn what_stood_before_stands_behind() {
        let table = Flags::new(|c| [c == '汉', false, false, false]);
        let lanes = table.look("的汉的的汉".as_bytes(), 0, 0b110).unwrap();
        assert_eq!(lanes, 0b110_01001);
    }
}
