//! Double-byte tables, read in place.
//!
//! Layout, in little-endian 16-bit words: the numbers of characters above U+FFFF, of blocks and of further
//! spellings, and a zero; the character of every code (leads 81 to FE, trails 40 to FE; zero: none; a
//! surrogate: an index into the characters above U+FFFF); those characters, two words each; for every
//! sixty-four characters up to U+2FFFF the number of their block; the blocks, a code each (zero: none); and
//! the further spellings: character, two words, and code, ascending.

const LEADS: usize = 0xFE - 0x81 + 1;
const TRAILS: usize = 0xFE - 0x40 + 1;
const FORWARD: usize = 4;
const ASTRAL: usize = FORWARD + LEADS * TRAILS;
const INDEX: usize = 0x3_0000 >> 6;

pub(super) struct Table(pub(super) &'static [u8]);

impl Table {
    fn word(&self, at: usize) -> u16 {
        match self.0.get(2 * at..2 * at + 2) {
            Some(&[low, high]) => u16::from_le_bytes([low, high]),
            _ => 0,
        }
    }

    fn long(&self, at: usize) -> u32 {
        u32::from(self.word(at)) | u32::from(self.word(at + 1)) << 16
    }

    /// The character of a two-byte code.
    pub(super) fn char(&self, lead: u8, trail: u8) -> Option<char> {
        let row = usize::from(lead.checked_sub(0x81)?);
        let column = usize::from(trail.checked_sub(0x40)?);
        if row >= LEADS || column >= TRAILS {
            return None;
        }
        match self.word(FORWARD + row * TRAILS + column) {
            0 => None,
            index @ 0xD800..=0xDFFF => char::from_u32(self.long(ASTRAL + 2 * usize::from(index - 0xD800))),
            c => char::from_u32(u32::from(c)),
        }
    }

    /// The code that encoders write for a character.
    pub(super) fn code(&self, c: char) -> Option<u16> {
        let c = c as usize;
        if c >> 6 >= INDEX {
            return None;
        }
        let index = ASTRAL + 2 * usize::from(self.word(0));
        let block = usize::from(self.word(index + (c >> 6)));
        match self.word(index + INDEX + 64 * block + (c & 63)) {
            0 => None,
            code => Some(code),
        }
    }

    /// Further codes that some decoder shows as this character.
    pub(super) fn more(&self, c: char) -> impl Iterator<Item = u16> + '_ {
        let start = ASTRAL + 2 * usize::from(self.word(0)) + INDEX + 64 * usize::from(self.word(1));
        let count = usize::from(self.word(2));
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = (low + high) / 2;
            if self.long(start + 3 * middle) < c as u32 {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        (low..count)
            .map(move |i| start + 3 * i)
            .take_while(move |&at| self.long(at) == c as u32)
            .map(|at| self.word(at + 2))
    }
}
