//! The hash behind the conversion tables, shared with the command that builds them.
//!
//! The tables are perfect hashes by displacement (Belazzougui, Botelho & Dietzfelbinger, "Hash,
//! displace, and compress", 2009): a key's bucket names a displacement, and key and displacement name
//! its slot. A lookup is two reads and one comparison, whatever the size of the table.

/// The bucket of `key` among `buckets`.
#[inline]
pub(crate) fn bucket(key: u32, buckets: u32) -> usize {
    scale(key.wrapping_mul(0x9E37_79B1), buckets)
}

/// The slot of `key` among `slots`, given its bucket's displacement.
#[inline]
pub(crate) fn slot(key: u32, displacement: u16, slots: u32) -> usize {
    let mut h = (key ^ u32::from(displacement).wrapping_mul(0x85EB_CA6B)).wrapping_mul(0xC2B2_AE35);
    h ^= h >> 15;
    scale(h.wrapping_mul(0x27D4_EB2F), slots)
}

/// Maps a hash evenly onto `0..n` without a division (Lemire 2019).
#[inline]
fn scale(hash: u32, n: u32) -> usize {
    ((u64::from(hash) * u64::from(n)) >> 32) as usize
}

/// The key of a phrase: its first two UTF-16 units. A phrase of a single unit has 0 for the second.
#[inline]
pub(crate) fn pair(first: u16, second: u16) -> u32 {
    u32::from(first) << 16 | u32::from(second)
}
