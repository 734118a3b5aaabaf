//! Reads bit-packed numbers, sorted rows and rising sequences in place.
//!
//! Nothing here can fail: a position outside the bytes reads as zero.

/// The eight bytes at `at`, little-endian.
#[inline]
pub(super) fn word(bytes: &[u8], at: usize) -> u64 {
    match bytes.get(at..).and_then(|rest| rest.first_chunk()) {
        Some(chunk) => u64::from_le_bytes(*chunk),
        None => 0,
    }
}

/// `width` bits (at most 56) from bit `at` on.
#[inline]
pub(super) fn field(bytes: &[u8], at: usize, width: u32) -> usize {
    (word(bytes, at >> 3) >> (at & 7) & ((1 << width) - 1)) as usize
}

/// Two bytes at `at`.
#[inline]
pub(super) fn half(bytes: &[u8], at: usize) -> u16 {
    match bytes.get(at..).and_then(|rest| rest.first_chunk()) {
        Some(chunk) => u16::from_le_bytes(*chunk),
        None => 0,
    }
}

/// Three bytes at `at`.
#[inline]
pub(super) fn triple(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at..).and_then(|rest| rest.first_chunk()) {
        Some(&[a, b, c]) => u32::from_le_bytes([a, b, c, 0]) as usize,
        None => 0,
    }
}

/// Every so many zeros or ones of a unary code have their position noted.
const NOTED: usize = 16;

/// Position after the `n`th one (`n` > 0) of `bytes`, or zero if `flip` is all ones, from bit `at` on.
///
/// `n` is small, so that clearing ones one by one beats counting them.
#[inline]
fn skip(bytes: &[u8], mut at: usize, mut n: usize, flip: u64) -> usize {
    loop {
        let bits = (word(bytes, at >> 3) ^ flip) >> (at & 7);
        let mut rest = bits;
        for _ in 1..n {
            rest &= rest.wrapping_sub(1);
        }
        if rest != 0 {
            return at + rest.trailing_zeros() as usize + 1;
        }
        if at >> 3 >= bytes.len() {
            return at;
        }
        n -= bits.count_ones() as usize;
        at += 64 - (at & 7);
    }
}

/// Rank of `symbol` in a row of `len` sorted symbols below `universe`, as `tools/train` packs them.
#[inline]
pub(super) fn find(row: &[u8], len: usize, universe: usize, symbol: usize) -> Option<usize> {
    let low = 13 - len.checked_ilog2()?.min(13);
    let last = universe.wrapping_sub(1) >> low;
    let bucket = symbol >> low;
    let (directory, upper) = row.split_at_checked(last / NOTED * 2)?;
    let noted = bucket / NOTED;
    let from = if noted == 0 { 0 } else { usize::from(half(directory, noted * 2 - 2)) };
    let start = match bucket % NOTED {
        0 => from,
        zeros => skip(upper, from, zeros, !0),
    };
    let mut rank = start.checked_sub(bucket)?;
    let lower = upper.get((len + last + 1).div_ceil(8)..)?;
    let wanted = symbol & ((1 << low) - 1);
    // The ones of the bucket. It may be longer than a word, so look again after each 32.
    let mut ones = word(upper, start >> 3) >> (start & 7);
    let end = rank + 32;
    while ones & 1 == 1 {
        let value = field(lower, rank * low as usize, low);
        if value >= wanted {
            return (value == wanted).then_some(rank);
        }
        rank += 1;
        ones >>= 1;
        if rank >= end && (rank - end) % 32 == 0 {
            let at = rank + bucket;
            ones = word(upper, at >> 3) >> (at & 7);
        }
    }
    None
}

/// A sequence that never falls.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sequence {
    pub samples: &'static [u8],
    pub upper: &'static [u8],
    pub lower: &'static [u8],
    pub low: u32,
}

impl Sequence {
    /// Elements `i` and `i + 1`.
    #[inline]
    pub(super) fn two(&self, i: usize) -> (usize, usize) {
        let sample = (word(self.samples, i / NOTED * 4) & 0xFFFF_FFFF) as usize;
        let after = skip(self.upper, sample, i % NOTED + 1, 0);
        let next = skip(self.upper, after, 1, 0);
        let low = self.low as usize;
        let value =
            |at: usize, i: usize| (at.wrapping_sub(1 + i)) << low | field(self.lower, i * low, self.low);
        (value(after, i), value(next, i + 1))
    }
}
