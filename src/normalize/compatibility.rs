//! CJK compatibility ideographs become the unified ideographs that they are canonically equivalent to.
//!
//! They exist so that older standards survive a round trip: 268 for Korean KS X 1001, where one hanja has a
//! code for each of its readings; the rest for Japanese, North Korean and Taiwanese sets, where they keep
//! apart shapes that Unicode unifies (神 and U+FA19, 社 and U+FA4C: shapes that Japanese personal names
//! insist on). The twelve of U+FA0E to U+FA29 that are unified ideographs themselves stay. Every form of
//! Unicode normalization does the same. Where the shape matters, a variation sequence says so.

use unicode_normalization::char::decompose_canonical;

use super::change::Rewrite;
use super::walk::each;

pub(crate) const NOMINATES: &[(char, char)] = &[('\u{F900}', '\u{FAD9}'), ('\u{2F800}', '\u{2FA1D}')];

pub(crate) fn unified(c: char) -> Option<char> {
    let mut to = None;
    decompose_canonical(c, |d| to = Some(d));
    to.filter(|&d| d != c)
}

pub(crate) fn run(text: &str, out: &mut Rewrite<'_>) {
    each(
        text,
        |b| matches!(b, 0xEF | 0xF0),
        |at, c| {
            if matches!(c, '\u{F900}'..='\u{FAD9}' | '\u{2F800}'..='\u{2FA1D}')
                && let Some(new) = unified(c)
            {
                out.replace_char(at, c, new);
            }
        },
    );
}
