//! The one look at a text that decides which steps could have anything to do.
//!
//! Most bytes of Chinese text are inside unified ideographs, which no step touches. The look therefore
//! goes byte by byte through one table; only a byte that begins something interesting costs more.

use super::Step;
use super::step::StepSet;

/// What to look for.
#[derive(Clone)]
pub(crate) struct Look {
    wanted: StepSet,
    /// Whether a byte may begin a character that nominates a wanted step.
    stop: Box<[bool; 256]>,
}

impl Default for Look {
    fn default() -> Self {
        Self { wanted: StepSet::default(), stop: Box::new([false; 256]) }
    }
}

impl std::fmt::Debug for Look {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Look").field(&self.wanted.bits()).finish()
    }
}

impl Look {
    pub(crate) fn new(steps: &[Step]) -> Self {
        let wanted: StepSet = steps.iter().copied().collect();
        let mut stop = Box::new([false; 256]);
        for (byte, stop) in stop.iter_mut().enumerate() {
            *stop = lead(byte as u8) & wanted.bits() != 0;
        }
        Self { wanted, stop }
    }

    /// The wanted steps that could change this text.
    pub(crate) fn nominate(&self, text: &str) -> StepSet {
        let bytes = text.as_bytes();
        let mut found = 0;
        let mut at = 0;
        while let Some(step) = bytes[at..].iter().position(|&b| self.stop[b as usize]) {
            at += step;
            found |= self.at(text, at);
            if found == self.wanted.bits() {
                break;
            }
            at += 1;
        }
        StepSet::from_bits(found)
    }

    fn at(&self, text: &str, at: usize) -> u64 {
        let bytes = text.as_bytes();
        let found =
            if bytes[at] < 0x80 { ascii(bytes, at) } else { text[at..].chars().next().map_or(0, character) };
        found & self.wanted.bits()
    }
}

const FORMS: u64 =
    StepSet::bit(Step::Nfd) | StepSet::bit(Step::Nfc) | StepSet::bit(Step::Nfkd) | StepSet::bit(Step::Nfkc);

/// The steps that a character with this first byte could nominate.
const fn lead(byte: u8) -> u64 {
    match byte {
        b',' | b':' | b';' | b'?' | b'!' | b'(' | b')' | b'.' => StepSet::bit(Step::Punctuation),
        0xC2..=0xE3 | 0xEA..=0xF4 => FORMS,
        _ => 0,
    }
}

/// The steps nominated by the ASCII byte at `at`.
fn ascii(bytes: &[u8], at: usize) -> u64 {
    match super::punctuation::may_change(bytes, at) {
        true => StepSet::bit(Step::Punctuation),
        false => 0,
    }
}

/// The steps nominated by a character.
fn character(c: char) -> u64 {
    super::forms::nominated(c)
}
