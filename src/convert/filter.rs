//! Sets of pairs of characters that may say yes too often, but never no by mistake.

use super::table::{u24_at, u32_at};

/// A set of pairs of code points as a bit field: a pair is in the set if its bit is set (a Bloom
/// filter with one hash function, so that one read answers).
#[derive(Debug, Clone)]
pub(crate) struct Pairs {
    bits: Vec<u8>,
    shift: u32,
}

/// What a pair's first and second character contribute to its hash.
pub(crate) const FIRST: u32 = 0x9E37_79B1;
pub(crate) const SECOND: u32 = 0x85EB_CA77;

impl Pairs {
    /// An empty set of `1 << log2` bits.
    pub(crate) fn empty(log2: u32) -> Self {
        Self { bits: vec![0; 1 << (log2 - 3)], shift: 32 - log2 }
    }

    /// A set from its bits, whose number is a power of two.
    pub(crate) fn from_bits(bits: &[u8]) -> Self {
        Self { bits: bits.to_vec(), shift: 32 - 3 - bits.len().trailing_zeros() }
    }

    pub(crate) fn insert(&mut self, first: u32, second: u32) {
        let bit = (first.wrapping_mul(FIRST) ^ second.wrapping_mul(SECOND)) >> self.shift;
        if let Some(byte) = self.bits.get_mut(bit as usize >> 3) {
            *byte |= 1 << (bit & 7);
        }
    }

    #[inline]
    pub(crate) fn contains(&self, first: u32, second: u32) -> bool {
        self.contains_hash(first.wrapping_mul(FIRST) ^ second.wrapping_mul(SECOND))
    }

    /// Whether the pair with this hash is in the set.
    #[inline]
    pub(crate) fn contains_hash(&self, hash: u32) -> bool {
        let bit = hash >> self.shift;
        self.bits.get(bit as usize >> 3).is_some_and(|byte| byte >> (bit & 7) & 1 != 0)
    }

    #[allow(dead_code, reason = "the command that builds the tables writes them")]
    pub(crate) fn bits(&self) -> &[u8] {
        &self.bits
    }
}

/// The pairs of one configuration, in the bytes that `cargo xtask opencc` builds: the numbers of
/// triggers and of links, then the triggers, then the links; each pair is two characters of three
/// bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PairLists<'t> {
    triggers: &'t [u8],
    links: &'t [u8],
}

impl<'t> PairLists<'t> {
    pub(crate) fn new(bytes: &'t [u8]) -> Self {
        let (triggers, links) = (6 * u32_at(bytes, 0) as usize, 6 * u32_at(bytes, 4) as usize);
        Self {
            triggers: bytes.get(8..8 + triggers).unwrap_or(&[]),
            links: bytes.get(8 + triggers..8 + triggers + links).unwrap_or(&[]),
        }
    }

    /// Pairs that stand in whatever makes a text differ from its characters converted one by one.
    pub(crate) fn triggers(&self) -> impl ExactSizeIterator<Item = (u32, u32)> + use<'t> {
        self.triggers.chunks_exact(6).map(|p| (u24_at(p, 0), u24_at(p, 3)))
    }

    /// Pairs that something longer than a character may straddle.
    pub(crate) fn links(&self) -> impl ExactSizeIterator<Item = (u32, u32)> + use<'t> {
        self.links.chunks_exact(6).map(|p| (u24_at(p, 0), u24_at(p, 3)))
    }
}
