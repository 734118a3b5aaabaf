//! The one look at a text that decides which steps could have anything to do.
//!
//! Most bytes of Chinese text are inside unified ideographs, which hardly any step touches. The look
//! therefore goes byte by byte through one table; only a byte that begins a character of an interesting
//! block costs more, and only as long as a step of that block has not been found to have work.

use memchr::{memchr, memrchr};

use super::step::StepSet;
use super::walk::find;
use super::{Step, variants};

/// What to look for.
#[derive(Clone)]
pub(crate) struct Look {
    wanted: u64,
    /// The wanted steps for each first byte of a character; for ASCII it is the character.
    leads: Box<[u64; 256]>,
    /// The wanted steps for each block of 64 characters of the Basic Multilingual Plane.
    blocks: Box<[u64; 1024]>,
    /// One bit for each character of that plane: whether it may nominate any wanted step at all.
    bits: Box<[u64; 1024]>,
    /// The wanted steps for the other planes.
    astral: u64,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            wanted: 0,
            leads: Box::new([0; 256]),
            blocks: Box::new([0; 1024]),
            bits: Box::new([0; 1024]),
            astral: 0,
        }
    }
}

impl std::fmt::Debug for Look {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Look").field(&self.wanted).finish()
    }
}

impl Look {
    pub(crate) fn new(steps: &[Step]) -> Self {
        let mut look = Self::default();
        for &step in steps {
            let bit = StepSet::bit(step);
            look.wanted |= bit;
            for &(first, last) in step.nominates() {
                let (first, last) = (first as usize, last as usize);
                for ascii in first..=last.min(0x7F) {
                    look.leads[ascii] |= bit;
                }
                if last >= 0x80 && first <= 0xFFFF {
                    let (first, last) = (first.max(0x80), last.min(0xFFFF));
                    for block in first >> 6..=last >> 6 {
                        look.blocks[block] |= bit;
                        look.leads[lead(block << 6)] |= bit;
                        look.bits[block] |= match step {
                            Step::Variants => variants::BMP[block],
                            _ => within(block << 6, first, last),
                        };
                    }
                }
                if last > 0xFFFF {
                    look.astral |= bit;
                    // Planes 1 and 2 are F0, tags and selectors of plane 14 are F3; leads are few.
                    look.leads[0xF0..=0xF4].iter_mut().for_each(|steps| *steps |= bit);
                }
            }
        }
        look
    }

    /// The wanted steps that could change this text.
    pub(crate) fn nominate(&self, text: &str) -> StepSet {
        self.nominate_of(text, self.wanted)
    }

    /// Those of some steps that could change this text.
    fn nominate_of(&self, text: &str, wanted: u64) -> StepSet {
        let bytes = text.as_bytes();
        let mut missing = wanted;
        let mut at = 0;
        while missing != 0
            && let Some(next) = find(bytes, at, |b| self.leads[b as usize] & missing != 0)
        {
            missing &= !self.nominated_at(text, next, missing);
            at = next + 1;
        }
        StepSet::from_bits(wanted & !missing)
    }

    /// The steps that are looked for, a bit each.
    pub(crate) fn wanted(&self) -> u64 {
        self.wanted
    }

    /// Whether a character may nominate any wanted step.
    pub(crate) fn minds(&self, c: char) -> bool {
        let code = c as usize;
        match code {
            0..=0x7F => self.leads[code] != 0,
            0x80..=0xFFFF => self.bits[code >> 6] >> (code & 63) & 1 != 0,
            _ => self.astral != 0,
        }
    }

    /// Those of the `missing` steps that the character at `at` nominates.
    pub(crate) fn nominated_at(&self, text: &str, at: usize, missing: u64) -> u64 {
        let bytes = text.as_bytes();
        let candidates = missing
            & match bytes[at] {
                byte @ 0..=0x7F => self.leads[byte as usize],
                0x80..=0xEF => {
                    let c = code_point(bytes, at);
                    match self.bits[c >> 6] >> (c & 63) & 1 {
                        0 => 0,
                        _ => self.blocks[c >> 6],
                    }
                }
                _ => self.astral,
            };
        if candidates == 0 { 0 } else { exact(text, at, candidates) }
    }

    /// The wanted steps but one that could change the lines that hold one of the places, or the lines beside them.
    /// Nothing that a step looks at is further away.
    pub(crate) fn nominate_around(&self, text: &str, places: &[usize], step: Step) -> StepSet {
        let wanted = self.wanted & !StepSet::bit(step);
        let bytes = text.as_bytes();
        let mut found = StepSet::default();
        let mut done = 0;
        for &place in places {
            if place < done {
                continue;
            }
            let before = |at: usize| memrchr(b'\n', &bytes[done..at]).map_or(done, |i| done + i);
            let after = |at: usize| memchr(b'\n', &bytes[at..]).map_or(text.len(), |i| at + i + 1);
            let start = before(before(place));
            let end = after(after(place));
            found.insert_all(self.nominate_of(&text[start..end], wanted & !found.bits()));
            done = end;
            if found.bits() == wanted {
                break;
            }
        }
        found
    }
}

/// The first byte of the characters of a block of 64.
const fn lead(first: usize) -> usize {
    if first < 0x800 { 0xC0 | first >> 6 } else { 0xE0 | first >> 12 }
}

/// The bits of a block that a range covers.
const fn within(block: usize, first: usize, last: usize) -> u64 {
    let from = first.saturating_sub(block);
    let to = if last < block + 63 { last - block } else { 63 };
    u64::MAX << from & u64::MAX >> (63 - to)
}

/// The two- or three-byte character at `at`.
fn code_point(bytes: &[u8], at: usize) -> usize {
    let low = |i: usize| bytes.get(at + i).map_or(0, |b| *b as usize & 0x3F);
    match bytes[at] as usize {
        byte @ 0xC0..=0xDF => (byte & 0x1F) << 6 | low(1),
        byte => (byte & 0xF) << 12 | low(1) << 6 | low(2),
    }
}

/// Those of the candidates that the character at `at` nominates.
fn exact(text: &str, at: usize, candidates: u64) -> u64 {
    let Some(c) = text.get(at..).and_then(|t| t.chars().next()) else { return 0 };
    let mut found = 0;
    for step in StepSet::from_bits(candidates).iter() {
        let ranges = step.nominates();
        let i = ranges.partition_point(|r| r.1 < c);
        if ranges.get(i).is_some_and(|r| r.0 <= c)
            && (if c.is_ascii() { (step.near())(text.as_bytes(), at) } else { step.accepts(c) })
        {
            found |= StepSet::bit(step);
        }
    }
    found
}
