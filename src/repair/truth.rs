//! Reads bytes in the true encoding, one at a time.

use crate::codec::CodePage;

use super::channel::Truth;

/// The bytes of a character that is not complete yet: at most three, the first one highest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Pending(u32);

/// What one more byte made of the pending ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// These bytes begin no character.
    Invalid,
    /// The character needs more bytes.
    More(Pending),
    /// The character is complete.
    Char(char),
}

impl Pending {
    pub(crate) const NONE: Self = Self(0);

    pub(crate) fn is_none(self) -> bool {
        self.0 == 0
    }

    /// Number of bytes held. The first byte of a pending character is never zero.
    pub(crate) fn len(self) -> usize {
        4 - self.0.leading_zeros() as usize / 8
    }

    /// The bytes as one number, the last byte lowest.
    pub(crate) fn value(self) -> u32 {
        self.0
    }

    fn push(self, byte: u8) -> Self {
        Self(self.0 << 8 | u32::from(byte))
    }
}

impl Truth {
    /// Takes one more byte.
    pub(crate) fn step(self, pending: Pending, byte: u8) -> Step {
        if pending.is_none() && byte < 0x80 {
            return Step::Char(char::from(byte));
        }
        match self {
            Self::Utf8 => utf8(pending, byte),
            Self::Page(page) => page_step(page, pending, byte),
        }
    }

    /// What is pending after some bytes; `None` if they can't be read.
    pub(crate) fn through(self, pending: Pending, bytes: &[u8]) -> Option<Pending> {
        bytes.iter().try_fold(pending, |pending, &byte| match self.step(pending, byte) {
            Step::Char(_) => Some(Pending::NONE),
            Step::More(more) => Some(more),
            Step::Invalid => None,
        })
    }
}

/// UTF-8 by the Unicode Standard's table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF.
fn utf8(pending: Pending, byte: u8) -> Step {
    let held = pending.value();
    match pending.len() {
        0 => match byte {
            0xC2..=0xF4 => Step::More(pending.push(byte)),
            _ => Step::Invalid,
        },
        1 => {
            let lead = held as u8;
            let low = match lead {
                0xE0 => 0xA0,
                0xF0 => 0x90,
                _ => 0x80,
            };
            let high = match lead {
                0xED => 0x9F,
                0xF4 => 0x8F,
                _ => 0xBF,
            };
            if !(low..=high).contains(&byte) {
                Step::Invalid
            } else if lead < 0xE0 {
                character(u32::from(lead & 0x1F) << 6 | u32::from(byte & 0x3F))
            } else {
                Step::More(pending.push(byte))
            }
        }
        _ if byte & 0xC0 != 0x80 => Step::Invalid,
        2 => {
            let (lead, second) = ((held >> 8) as u8, held as u8);
            if lead >= 0xF0 {
                return Step::More(pending.push(byte));
            }
            character(u32::from(lead & 0xF) << 12 | u32::from(second & 0x3F) << 6 | u32::from(byte & 0x3F))
        }
        _ => {
            let [_, lead, second, third] = held.to_be_bytes();
            let c = u32::from(lead & 7) << 18 | u32::from(second & 0x3F) << 12 | u32::from(third & 0x3F) << 6;
            character(c | u32::from(byte & 0x3F))
        }
    }
}

fn character(c: u32) -> Step {
    char::from_u32(c).map_or(Step::Invalid, Step::Char)
}

fn page_step(page: CodePage, pending: Pending, byte: u8) -> Step {
    let next = pending.push(byte);
    let all = next.value().to_be_bytes();
    let bytes = &all[4 - next.len()..];
    match page.decode_one(bytes) {
        Some((c, n)) if n == bytes.len() => Step::Char(c),
        Some(_) => Step::Invalid,
        None if may_go_on(page, bytes) => Step::More(next),
        None => Step::Invalid,
    }
}

/// Whether bytes that are no character yet can begin one.
fn may_go_on(page: CodePage, bytes: &[u8]) -> bool {
    match (page, bytes) {
        (_, [0x81..=0xFE]) => true,
        // The four-byte codes of GB18030: lead, digit, lead, digit.
        (CodePage::Gbk, [0x81..=0xFE, 0x30..=0x39]) => true,
        (CodePage::Gbk, [0x81..=0xFE, 0x30..=0x39, 0x81..=0xFE]) => true,
        _ => false,
    }
}
