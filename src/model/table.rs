//! The table in place: offsets into the embedded bytes, little-endian fields read on demand.

/// The table that `tools/train` writes.
pub(super) static BYTES: &[u8] = include_bytes!("table.bin");

/// Sizes and section offsets, all read from the header.
#[derive(Debug, Clone, Copy)]
pub(super) struct Table {
    bytes: &'static [u8],
    symbols: usize,
    pages: usize,
    one: usize,
    two: usize,
    three: usize,
}

const ROW: usize = 8; // unigram row: cost u16, backoff u16, first bigram u32
const PAIR: usize = 7; // bigram: next u16, cost u8, backoff u8, first trigram u24
const TRIPLE: usize = 3; // trigram: next u16, cost u8
/// Millinats of one step of an 8-bit cost.
const STEP: i32 = 64;

const fn word(bytes: &[u8], at: usize) -> usize {
    if at + 4 > bytes.len() {
        return 0;
    }
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]) as usize
}

pub(super) static TABLE: Table = Table {
    bytes: BYTES,
    symbols: word(BYTES, 4),
    pages: word(BYTES, 8),
    one: word(BYTES, 12),
    two: word(BYTES, 16),
    three: word(BYTES, 20),
};

impl Table {
    fn u8(&self, at: usize) -> i32 {
        self.bytes.get(at).map_or(0, |&b| i32::from(b))
    }
    fn u16(&self, at: usize) -> u16 {
        self.bytes.get(at..at + 2).map_or(0, |b| u16::from_le_bytes([b[0], b[1]]))
    }
    fn u24(&self, at: usize) -> usize {
        self.bytes.get(at..at + 3).map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], 0]) as usize)
    }
    fn u32(&self, at: usize) -> usize {
        word(self.bytes, at)
    }

    pub(super) fn symbol(&self, c: u32) -> u16 {
        if c >= 0x10000 {
            return 0;
        }
        let page = self.u8(self.pages + (c >> 8) as usize) as usize;
        self.u16(self.pages + 256 + (page << 9) + ((c & 0xFF) << 1) as usize)
    }

    fn find(&self, start: usize, width: usize, mut low: usize, mut high: usize, next: u16) -> Option<usize> {
        while low < high {
            let middle = usize::midpoint(low, high);
            let at = start + middle * width;
            match self.u16(at).cmp(&next) {
                core::cmp::Ordering::Equal => return Some(at),
                core::cmp::Ordering::Less => low = middle + 1,
                core::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    fn pair(&self, b: u16, next: u16) -> Option<usize> {
        let row = self.one + usize::from(b) * ROW;
        self.find(self.two, PAIR, self.u32(row + 4), self.u32(row + ROW + 4), next)
    }

    pub(super) fn cost(&self, a: u16, b: u16, next: u16) -> i32 {
        let mut sum = 0;
        if let Some(at) = self.pair(a, b) {
            if let Some(at) = self.find(self.three, TRIPLE, self.u24(at + 4), self.u24(at + PAIR + 4), next) {
                return self.u8(at + 2) * STEP;
            }
            sum += self.u8(at + 3) * STEP;
        }
        if let Some(at) = self.pair(b, next) {
            return sum + self.u8(at + 2) * STEP;
        }
        sum + i32::from(self.u16(self.one + usize::from(b) * ROW + 2))
            + i32::from(self.u16(self.one + usize::from(next) * ROW))
    }

    pub(super) fn symbols(&self) -> usize {
        self.symbols
    }

    pub(super) fn unigram(&self, next: u16) -> i32 {
        i32::from(self.u16(self.one + usize::from(next) * ROW))
    }
}
