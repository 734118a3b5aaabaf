//! The one look at a text that decides which steps could have anything to do.
//!
//! Most bytes of Chinese text are inside unified ideographs, which hardly any step touches. The look
//! therefore goes byte by byte through one table; only a byte that begins a character of an interesting
//! block costs more, and only as long as a step of that block has not been found to have work.

use super::Step;
use super::step::StepSet;

/// What to look for.
#[derive(Clone)]
pub(crate) struct Look {
    wanted: u64,
    /// Whether a byte may begin a character that nominates a wanted step.
    stop: Box<[bool; 256]>,
    /// The wanted steps for each ASCII character.
    ascii: Box<[u64; 128]>,
    /// The wanted steps for each block of 64 characters of the Basic Multilingual Plane.
    blocks: Box<[u64; 1024]>,
    /// The wanted steps for the other planes.
    astral: u64,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            wanted: 0,
            stop: Box::new([false; 256]),
            ascii: Box::new([0; 128]),
            blocks: Box::new([0; 1024]),
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
                    look.ascii[ascii] |= bit;
                    look.stop[ascii] = true;
                }
                if last >= 0x80 && first <= 0xFFFF {
                    for block in first.max(0x80) >> 6..=last.min(0xFFFF) >> 6 {
                        look.blocks[block] |= bit;
                        look.stop[lead(block << 6)] = true;
                    }
                }
                if last > 0xFFFF {
                    look.astral |= bit;
                    // Planes 1 and 2 are F0, tags and selectors of plane 14 are F3; leads are few.
                    look.stop[0xF0..=0xF4].fill(true);
                }
            }
        }
        look
    }

    /// The wanted steps that could change this text.
    pub(crate) fn nominate(&self, text: &str) -> StepSet {
        let bytes = text.as_bytes();
        let mut missing = self.wanted;
        let mut at = 0;
        while missing != 0
            && let Some(skip) = bytes[at..].iter().position(|&b| self.stop[b as usize])
        {
            at += skip;
            let byte = bytes[at];
            let candidates = missing
                & match byte {
                    0..=0x7F => self.ascii[byte as usize],
                    0x80..=0xEF => self.blocks[block(bytes, at)],
                    _ => self.astral,
                };
            if candidates != 0 {
                missing &= !exact(text, at, candidates);
            }
            at += 1;
        }
        StepSet::from_bits(self.wanted & !missing)
    }
}

/// The first byte of the characters of a block of 64.
const fn lead(first: usize) -> usize {
    if first < 0x800 { 0xC0 | first >> 6 } else { 0xE0 | first >> 12 }
}

/// The block of the two- or three-byte character at `at`.
fn block(bytes: &[u8], at: usize) -> usize {
    let byte = bytes[at] as usize;
    match byte {
        0xC0..=0xDF => byte & 0x1F,
        _ => (byte & 0xF) << 6 | bytes.get(at + 1).map_or(0, |b| *b as usize & 0x3F),
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
