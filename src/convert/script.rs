//! Characters that only one of the scripts uses.
//!
//! By OpenCC's dictionaries of characters: traditional alone is what becomes another character in
//! simplified text and never stays, simplified alone what becomes another one in traditional text and never
//! stays. 后 and 乾 are neither.

use super::tables;

/// First character of the table, and how many it covers.
const FIRST: u32 = 0x3400;
const COUNT: usize = 0xA000 - 0x3400;

/// Characters that traditional text alone has, and that simplified text alone has, a bit each.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scripts {
    bits: &'static [u8],
}

/// What a character says of the text it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    Traditional,
    Simplified,
}

impl Scripts {
    pub(super) fn new() -> Self {
        Self { bits: tables::named("Scripts") }
    }

    /// The script that the character belongs to alone.
    pub(super) fn of(self, c: char) -> Option<Script> {
        let n = u32::from(c).checked_sub(FIRST)? as usize;
        let bit = |n: usize| self.bits.get(n / 8).is_some_and(|byte| byte >> (n % 8) & 1 != 0);
        if n >= COUNT {
            None
        } else if bit(n) {
            Some(Script::Traditional)
        } else {
            bit(COUNT + n).then_some(Script::Simplified)
        }
    }
}
