//! Dictionaries, read in place from the bytes that `cargo xtask opencc` builds.
//!
//! All integers are little-endian. Keys and values are UTF-16 units: one unit for nearly every
//! character there is, and a longest match over units is a longest match over characters.
//!
//! A table of characters:
//!
//! | bytes | content |
//! |---|---|
//! | 4 + 4 | number of slots, number of buckets |
//! | 2 each | a displacement for each bucket |
//! | 3 + 3 each | slots: character, its replacement; zeros for an empty slot |
//!
//! A table of phrases:
//!
//! | bytes | content |
//! |---|---|
//! | 4 + 4 | number of slots, number of buckets |
//! | 2 each | a displacement for each bucket |
//! | 4 + 4 each | slots: first two units of a phrase ([`hash::pair`]); what begins with them |
//! | rest | the pool of records |
//!
//! What begins with a pair is [`PLAIN_PAIR`] (the pair itself is the only phrase, and a plain one), or
//! the offset in the pool of a list of records, the longest phrase first. A record is one byte of
//! flags ([`LENGTH`], [`CHANGED`], [`LAST`]), for a changed phrase one byte with the number of units of
//! its value, then the units after the pair, then the value. A plain phrase has no value: it reads as
//! its characters read one by one.

use super::hash;

/// In a slot of phrases: the pair itself is the only phrase that begins with it, and it is plain.
pub(crate) const PLAIN_PAIR: u32 = 1 << 31;
/// In a record's first byte: the number of units of the phrase.
pub(crate) const LENGTH: u8 = 0x0F;
/// In a record's first byte: the phrase has a value of its own.
pub(crate) const CHANGED: u8 = 0x10;
/// In a record's first byte: no further record in this list.
pub(crate) const LAST: u8 = 0x20;

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    match bytes.get(at..at + 2) {
        Some(&[a, b]) => u16::from_le_bytes([a, b]),
        _ => 0,
    }
}

pub(super) fn u24_at(bytes: &[u8], at: usize) -> u32 {
    match bytes.get(at..at + 3) {
        Some(&[a, b, c]) => u32::from_le_bytes([a, b, c, 0]),
        _ => 0,
    }
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    match bytes.get(at..at + 4) {
        Some(&[a, b, c, d]) => u32::from_le_bytes([a, b, c, d]),
        _ => 0,
    }
}

/// The part that both kinds of table have.
#[derive(Debug, Clone, Copy)]
struct Index<'t> {
    slots: u32,
    buckets: u32,
    displacements: &'t [u8],
}

impl<'t> Index<'t> {
    fn split(bytes: &'t [u8]) -> (Self, &'t [u8]) {
        let (slots, buckets) = (u32_at(bytes, 0), u32_at(bytes, 4));
        let rest = bytes.get(8..).unwrap_or(&[]);
        let (displacements, rest) = rest.split_at_checked(2 * buckets as usize).unwrap_or((&[], &[]));
        (Self { slots, buckets, displacements }, rest)
    }

    #[inline]
    fn slot(&self, key: u32) -> usize {
        let bucket = hash::bucket(key, self.buckets);
        hash::slot(key, u16_at(self.displacements, 2 * bucket), self.slots)
    }
}

/// A dictionary whose keys and values are single characters.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chars<'t> {
    index: Index<'t>,
    slots: &'t [u8],
}

impl<'t> Chars<'t> {
    pub(crate) fn new(bytes: &'t [u8]) -> Self {
        let (index, slots) = Index::split(bytes);
        Self { index, slots }
    }

    /// The replacement of a character (as a code point), if the dictionary has one.
    #[inline]
    pub(crate) fn get(&self, c: u32) -> Option<u32> {
        let at = 6 * self.index.slot(c);
        (u24_at(self.slots, at) == c && c != 0).then(|| u24_at(self.slots, at + 3))
    }

    /// All entries, in no particular order.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (u32, u32)> + use<'t> {
        self.slots.chunks_exact(6).map(|s| (u24_at(s, 0), u24_at(s, 3))).filter(|&(c, _)| c != 0)
    }
}

/// A dictionary of phrases.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Phrases<'t> {
    index: Index<'t>,
    slots: &'t [u8],
    pool: &'t [u8],
}

/// A phrase that stands at the beginning of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found<'t> {
    /// Number of UTF-16 units it covers.
    pub(crate) len: usize,
    /// Its value as little-endian UTF-16; `None` for a plain phrase.
    pub(crate) value: Option<&'t [u8]>,
}

impl<'t> Phrases<'t> {
    pub(crate) fn new(bytes: &'t [u8]) -> Self {
        let (index, rest) = Index::split(bytes);
        let (slots, pool) = rest.split_at_checked(8 * index.slots as usize).unwrap_or((&[], &[]));
        Self { index, slots, pool }
    }

    /// The phrases of a single unit with their values, in no particular order.
    pub(crate) fn singles(&self) -> impl Iterator<Item = (u16, &'t [u8])> + use<'t> {
        let this = *self;
        let slots = self.slots.chunks_exact(8).map(|slot| (u32_at(slot, 0), u32_at(slot, 4)));
        slots.filter(|&(pair, _)| pair != 0 && pair & 0xFFFF == 0).filter_map(move |(pair, list)| {
            let value = this.longest_of(list, &[])?.value?;
            Some((u16::try_from(pair >> 16).ok()?, value))
        })
    }

    /// Whether `text` after its first two units continues, from that pair on, as any phrase with a
    /// value of its own.
    pub(crate) fn begins_changed(&self, first: u16, second: u16, text: &str) -> bool {
        let Some(list) = self.list(hash::pair(first, second)) else { return false };
        if list == PLAIN_PAIR {
            return false;
        }
        let mut records = Records { rest: self.pool.get(list as usize..).unwrap_or(&[]) };
        records.any(|r| {
            r.value.is_some() && {
                let mut text = text.encode_utf16();
                r.units.chunks_exact(2).all(|u| text.next() == Some(u16_at(u, 0)))
            }
        })
    }

    #[inline]
    fn list(&self, pair: u32) -> Option<u32> {
        let at = 8 * self.index.slot(pair);
        (u32_at(self.slots, at) == pair).then(|| u32_at(self.slots, at + 4))
    }

    /// The longest phrase that `text` begins with.
    #[inline]
    pub(crate) fn longest(&self, text: &[u16]) -> Option<Found<'t>> {
        let (&first, rest) = text.split_first()?;
        if let Some((&second, rest)) = rest.split_first()
            && let Some(list) = self.list(hash::pair(first, second))
        {
            if list == PLAIN_PAIR {
                return Some(Found { len: 2, value: None });
            }
            if let Some(found) = self.longest_of(list, rest) {
                return Some(found);
            }
        }
        self.list(hash::pair(first, 0)).and_then(|list| self.longest_of(list, rest))
    }

    /// The first record of a list whose units after the pair begin `rest`.
    fn longest_of(&self, list: u32, rest: &[u16]) -> Option<Found<'t>> {
        let mut records = Records { rest: self.pool.get(list as usize..)? };
        let begins = |r: &Record<'_>| {
            rest.len() >= r.units.len() / 2
                && r.units.chunks_exact(2).zip(rest).all(|(u, &unit)| u16_at(u, 0) == unit)
        };
        records.find(begins).map(|r| Found { len: r.len, value: r.value })
    }
}

struct Record<'t> {
    len: usize,
    /// The units after the pair.
    units: &'t [u8],
    value: Option<&'t [u8]>,
}

/// The records of a list.
struct Records<'t> {
    rest: &'t [u8],
}

impl<'t> Iterator for Records<'t> {
    type Item = Record<'t>;

    #[inline]
    fn next(&mut self) -> Option<Record<'t>> {
        let (&flags, mut body) = self.rest.split_first()?;
        let len = usize::from(flags & LENGTH);
        let mut value_units = None;
        if flags & CHANGED != 0 {
            let (&n, after) = body.split_first()?;
            (value_units, body) = (Some(usize::from(n)), after);
        }
        let (units, after) = body.split_at_checked(2 * len.saturating_sub(2))?;
        let (value, next) = after.split_at_checked(2 * value_units.unwrap_or(0))?;
        self.rest = if flags & LAST != 0 { &[] } else { next };
        Some(Record { len, units, value: value_units.map(|_| value) })
    }
}
