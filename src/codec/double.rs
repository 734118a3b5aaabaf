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

/// One of the tables, with what is read of it again and again.
pub(super) struct Table {
    bytes: &'static [u8],
    /// Where the numbers of the blocks stand, and where the further spellings do.
    index: usize,
    further: usize,
    /// For every sixty-four characters, whether any of them has a further spelling.
    has_further: [u64; INDEX / 64],
}

const fn word(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[2 * at], bytes[2 * at + 1]])
}

impl Table {
    /// Reads the head of a table; the compiler does.
    pub(super) const fn new(bytes: &'static [u8]) -> Self {
        let index = ASTRAL + 2 * word(bytes, 0) as usize;
        let further = index + INDEX + 64 * word(bytes, 1) as usize;
        let mut has_further = [0; INDEX / 64];
        let mut i = 0;
        while i < word(bytes, 2) as usize {
            let at = further + 3 * i;
            let block = (word(bytes, at) as usize | (word(bytes, at + 1) as usize) << 16) >> 6;
            has_further[block / 64] |= 1 << (block % 64);
            i += 1;
        }
        Self { bytes, index, further, has_further }
    }

    #[inline]
    fn word(&self, at: usize) -> u16 {
        match self.bytes.get(2 * at..2 * at + 2) {
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
    #[inline]
    pub(super) fn code(&self, c: char) -> Option<u16> {
        let c = c as usize;
        if c >> 6 >= INDEX {
            return None;
        }
        let block = usize::from(self.word(self.index + (c >> 6)));
        match self.word(self.index + INDEX + 64 * block + (c & 63)) {
            0 => None,
            code => Some(code),
        }
    }

    /// Whether a character may have further codes: nearly none has.
    #[inline]
    pub(super) fn may_have_more(&self, c: char) -> bool {
        let block = c as usize >> 6;
        self.has_further.get(block / 64).is_some_and(|blocks| blocks >> (block % 64) & 1 == 1)
    }

    /// Further codes that some decoder shows as this character.
    pub(super) fn more(&self, c: char) -> impl Iterator<Item = u16> + '_ {
        let start = self.further;
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
