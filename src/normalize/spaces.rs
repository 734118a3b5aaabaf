//! Spaces other than U+0020.

use super::change::Rewrite;
use super::walk::each;

/// No-break, thin and other typographic spaces become U+0020.
pub(crate) mod typographic {
    use super::*;

    pub(crate) const NOMINATES: &[(char, char)] = &[
        ('\u{A0}', '\u{A0}'),
        ('\u{1680}', '\u{1680}'),
        ('\u{2000}', '\u{200A}'),
        ('\u{202F}', '\u{202F}'),
        ('\u{205F}', '\u{205F}'),
    ];

    pub(crate) fn run(text: &str, out: &mut Rewrite<'_>) {
        each(
            text,
            |b| matches!(b, 0xC2 | 0xE1 | 0xE2),
            |at, c| {
                if matches!(c, '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}') {
                    out.replace_char(at, c, ' ');
                }
            },
        );
    }
}

/// The ideographic space becomes U+0020. Chinese paragraphs begin with two of them: not for reading.
pub(crate) mod ideographic {
    use super::*;

    pub(crate) const NOMINATES: &[(char, char)] = &[('\u{3000}', '\u{3000}')];

    pub(crate) fn run(text: &str, out: &mut Rewrite<'_>) {
        each(
            text,
            |b| b == 0xE3,
            |at, c| {
                if c == '\u{3000}' {
                    out.replace_char(at, c, ' ');
                }
            },
        );
    }
}
