//! Spaces other than U+0020.

use super::change::Rewrite;
use super::walk::{before, each};

/// No-break, thin and other typographic spaces become U+0020. In Mongolian, U+202F parts a word from its ending
/// and shapes both: there it stays.
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
                let is_space =
                    matches!(c, '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}');
                let ending = c == '\u{202F}' && before(text, at).is_some_and(is_mongolian);
                if is_space && !ending {
                    out.replace_char(at, c, ' ');
                }
            },
        );
    }

    fn is_mongolian(c: char) -> bool {
        matches!(c, '\u{1800}'..='\u{18AF}')
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
