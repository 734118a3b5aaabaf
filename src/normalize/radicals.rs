//! Kangxi radicals (U+2F00) and the CJK radicals supplement (U+2E80) become the unified ideographs that look
//! the same, by Unicode's property Equivalent_Unified_Ideograph. PDF text is full of them.

use super::change::Rewrite;
use super::tables::{lookup, radicals};
use super::walk::each;

pub(crate) const NOMINATES: &[(char, char)] = &[('\u{2E80}', '\u{2EF3}'), ('\u{2F00}', '\u{2FD5}')];

pub(crate) fn unified(c: char) -> Option<char> {
    lookup(radicals::RADICALS, c)
}

pub(crate) fn run(text: &str, out: &mut Rewrite<'_>) {
    each(
        text,
        |b| b == 0xE2,
        |at, c| {
            if matches!(c, '\u{2E80}'..='\u{2FD5}')
                && let Some(new) = unified(c)
            {
                out.replace_char(at, c, new);
            }
        },
    );
}
