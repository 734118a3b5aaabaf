//! The n-gram table, read in place.
//!
//! Symbols have rows of the symbols that follow them (bigrams); bigrams that are contexts have rows of
//! what follows both (trigrams), named by rank in the bigram row of the second symbol. See
//! docs/language-model.md for the layout.

use super::Cost;
use super::bits::{self, Sequence, field, half, triple, word};

static BYTES: &[u8] = include_bytes!("table.bin");

/// Bytes of a symbol's entry: cost, backoff, first bigram, offset of its row.
const ONE: usize = 10;
/// Bits of a bigram's cost and of a backoff, each an index into a codebook.
const PAIR: u32 = 5;
const BACKOFF: u32 = 4;
/// Bits of a trigram's rank; its cost takes the rest of 16.
const RANK: u32 = 12;
/// A block of flags: contexts before it (32 bits), then 64 flags.
const BLOCK: usize = 12;

/// Sections of the table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Table {
    symbols: usize,
    pages: &'static [u8],
    page: &'static [u8],
    ones: &'static [u8],
    pair_book: [u16; 1 << PAIR],
    triple_book: [u16; 1 << (16 - RANK)],
    backoff_book: [u16; 1 << BACKOFF],
    rows: &'static [u8],
    pair_costs: &'static [u8],
    flags: &'static [u8],
    backoffs: &'static [u8],
    starts: Sequence,
    ends: &'static [u8],
}

/// The embedded table, its header read by the compiler.
pub(super) static TABLE: Table = Table::new(BYTES);

/// Version of the layout.
const VERSION: usize = 2;
/// Sections, and bytes of the header before their offsets.
const SECTIONS: usize = 13;
const OFFSETS: usize = 16;

const fn number(bytes: &[u8], at: usize) -> usize {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]) as usize
}

/// Section `n`; it may be read a little beyond its end.
const fn section(bytes: &'static [u8], n: usize) -> &'static [u8] {
    let (start, end) = (number(bytes, OFFSETS + 4 * n), number(bytes, OFFSETS + 4 + 4 * n));
    if start <= end && end + 8 <= bytes.len() { bytes.split_at(end + 8).0.split_at(start).1 } else { &[] }
}

const fn codebook<const N: usize>(bytes: &[u8], at: usize) -> [u16; N] {
    let mut book = [0; N];
    let mut i = 0;
    while i < N && at + 2 * i + 1 < bytes.len() {
        book[i] = u16::from_le_bytes([bytes[at + 2 * i], bytes[at + 2 * i + 1]]);
        i += 1;
    }
    book
}

static EMPTY: [u8; OFFSETS + 4 * SECTIONS] = [0; OFFSETS + 4 * SECTIONS];

impl Table {
    const fn new(bytes: &'static [u8]) -> Table {
        // A table of another version counts as empty, so that the trainer can be built to write a new one.
        let bytes =
            if bytes.len() > OFFSETS + 4 * SECTIONS && number(bytes, 4) == VERSION { bytes } else { &EMPTY };
        let books = section(bytes, 3);
        Table {
            symbols: number(bytes, 8),
            pages: section(bytes, 0),
            page: section(bytes, 1),
            ones: section(bytes, 2),
            pair_book: codebook(books, 0),
            triple_book: codebook(books, 2 << PAIR),
            backoff_book: codebook(books, (2 << PAIR) + (2 << (16 - RANK))),
            rows: section(bytes, 4),
            pair_costs: section(bytes, 5),
            flags: section(bytes, 6),
            backoffs: section(bytes, 7),
            starts: Sequence {
                low: number(bytes, 12) as u32,
                samples: section(bytes, 8),
                upper: section(bytes, 9),
                lower: section(bytes, 10),
            },
            ends: section(bytes, 11),
        }
    }

    pub(super) fn symbols(&self) -> usize {
        self.symbols
    }

    /// The symbol of a code point, 0 if it has none of its own.
    #[inline]
    pub(super) fn symbol(&self, code: u32) -> u16 {
        let page = match self.pages.get((code >> 8) as usize) {
            Some(&page) if code < 0x1_0000 => usize::from(page),
            _ => return 0,
        };
        half(self.page, page << 9 | (code as usize & 0xFF) << 1)
    }

    /// Cost without context.
    #[inline]
    pub(super) fn unigram(&self, symbol: usize) -> Cost {
        Cost::from(half(self.ones, symbol * ONE))
    }

    /// Bigram `a b`: its index and its rank among those of `a`.
    #[inline]
    pub(super) fn pair(&self, a: usize, b: usize) -> Option<(usize, usize)> {
        let entry = a * ONE;
        let first = triple(self.ones, entry + 4);
        let len = triple(self.ones, entry + ONE + 4).saturating_sub(first);
        let row = self.rows.get(triple(self.ones, entry + 7)..)?;
        let rank = bits::find(row, len, self.symbols, b)?;
        Some((first + rank, rank))
    }

    /// Number of a bigram among those that are contexts of trigrams.
    #[inline]
    pub(super) fn context(&self, pair: usize) -> Option<usize> {
        let at = pair / 64 * BLOCK;
        let flags = word(self.flags, at + 4);
        let bit = pair % 64;
        if flags >> bit & 1 == 0 {
            return None;
        }
        let before = (flags & ((1 << bit) - 1)).count_ones() as usize;
        Some((word(self.flags, at) & 0xFFFF_FFFF) as usize + before)
    }

    /// What a context adds to the cost of a symbol that its row lacks, and where its row is.
    #[inline]
    pub(super) fn open(&self, context: usize) -> (Cost, (usize, usize)) {
        let code = field(self.backoffs, context * BACKOFF as usize, BACKOFF);
        (Cost::from(self.backoff_book[code]), self.starts.two(context))
    }

    /// Cost of the trigram with this rank, if the row has it.
    #[inline]
    pub(super) fn triple(&self, row: (usize, usize), rank: usize) -> Option<Cost> {
        let entries = self.ends.get(row.0 * 2..row.1 * 2)?;
        let (entries, _) = entries.as_chunks::<2>();
        let rank_of = |entry: &[u8; 2]| usize::from(u16::from_le_bytes(*entry) & ((1 << RANK) - 1));
        let at = if entries.len() <= 8 {
            entries.iter().position(|entry| rank_of(entry) >= rank)?
        } else {
            entries.partition_point(|entry| rank_of(entry) < rank)
        };
        let entry = entries.get(at).filter(|entry| rank_of(entry) == rank)?;
        Some(Cost::from(self.triple_book[usize::from(u16::from_le_bytes(*entry) >> RANK)]))
    }

    #[inline]
    pub(super) fn pair_cost(&self, pair: usize) -> Cost {
        Cost::from(self.pair_book[field(self.pair_costs, pair * PAIR as usize, PAIR)])
    }

    #[inline]
    pub(super) fn backoff(&self, symbol: usize) -> Cost {
        Cost::from(half(self.ones, symbol * ONE + 2))
    }
}
