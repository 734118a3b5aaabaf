//! Single-byte pages backwards: from a character to its byte in about one probe.

/// Slots: twice as many as there are characters, so that probes are short and always end.
const SLOTS: usize = 256;

/// A page's characters in a hash table with open addressing, built by the compiler.
pub(super) struct Inverse([(u16, u8); SLOTS]);

impl Inverse {
    /// The table of the characters of the bytes 80 to FF.
    pub(super) const fn of(chars: &[u16; 128]) -> Self {
        let mut slots = [(0, 0); SLOTS];
        let mut i = 0;
        while i < chars.len() {
            if chars[i] != 0 {
                let mut at = slot(chars[i]);
                while slots[at].1 != 0 {
                    at = (at + 1) % SLOTS;
                }
                slots[at] = (chars[i], 0x80 + i as u8);
            }
            i += 1;
        }
        Self(slots)
    }

    /// The byte that is shown as this character.
    #[inline]
    pub(super) fn byte(&self, c: u16) -> Option<u8> {
        let mut at = slot(c);
        loop {
            match self.0[at] {
                (_, 0) => return None,
                (own, byte) if own == c => return Some(byte),
                _ => at = (at + 1) % SLOTS,
            }
        }
    }
}

/// Where the search for a character starts: Fibonacci hashing.
const fn slot(c: u16) -> usize {
    (c.wrapping_mul(0x9E37) >> 8) as usize
}
