//! Private-use characters that have a standard code point.
//!
//! Two systems gave meanings to overlapping parts of the private-use area, so that there are two steps.

use super::change::Rewrite;
use super::tables::{lookup, private_use};
use super::walk::each;

/// CP936 and GB 18030: U+E766 to U+E864, and U+E5E5, the second ideographic space of GB 18030.
pub(crate) mod gb {
    use super::*;

    pub(crate) const NOMINATES: &[(char, char)] = &[('\u{E5E5}', '\u{E5E5}'), ('\u{E766}', '\u{E864}')];

    pub(crate) fn standard(c: char) -> Option<char> {
        match c {
            '\u{E5E5}' => Some('\u{3000}'),
            _ => lookup(private_use::GB, c),
        }
    }

    pub(crate) fn run(text: &str, out: &mut Rewrite<'_>) {
        each(
            text,
            |b| b == 0xEE,
            |at, c| {
                if let Some(new) = standard(c) {
                    out.replace_char(at, c, new);
                }
            },
        );
    }
}

/// HKSCS before 2004, by Microsoft's formula for Big5 end-user characters.
pub(crate) mod hkscs {
    use super::*;

    pub(crate) const NOMINATES: &[(char, char)] = &[('\u{E000}', '\u{F848}')];

    pub(crate) fn standard(c: char) -> Option<char> {
        let row = private_use::HKSCS.partition_point(|(first, _)| *first <= c).checked_sub(1)?;
        let (first, cells) = private_use::HKSCS[row];
        cells.chars().nth((c as usize).checked_sub(first as usize)?).filter(|&new| new != '\u{FFFD}')
    }

    pub(crate) fn run(text: &str, out: &mut Rewrite<'_>) {
        each(
            text,
            |b| matches!(b, 0xEE | 0xEF),
            |at, c| {
                if matches!(c, '\u{E000}'..='\u{F848}')
                    && let Some(new) = standard(c)
                {
                    out.replace_char(at, c, new);
                }
            },
        );
    }
}
