//! Ellipses in Chinese context become `……`: three or more full stops, middle dots or 。, or any run of `…`.
//!
//! After or before a Chinese character; leaders of a table of contents (seven and more) stay.

use super::change::Rewrite;
use super::script::{is_han, is_hangul, is_kana};
use super::walk::{after, before, each, run as span};

pub(crate) const NOMINATES: &[(char, char)] =
    &[('.', '.'), ('\u{B7}', '\u{B7}'), ('\u{2026}', '\u{2026}'), ('\u{22EF}', '\u{22EF}'), ('。', '。')];

/// The longest run of dots that is not a leader.
const LONGEST: usize = 6;

pub(crate) fn near(bytes: &[u8], at: usize) -> bool {
    bytes[at..].starts_with(b"...")
}

pub(crate) fn run(text: &str, out: &mut Rewrite<'_>) {
    let mut done = 0;
    each(
        text,
        |b| matches!(b, b'.' | 0xC2 | 0xE2 | 0xE3),
        |at, c| {
            if at < done {
                return;
            }
            let fewest = match c {
                '.' | '。' | '·' => 3,
                '…' | '⋯' => 1,
                _ => return,
            };
            let like = |d: char| if fewest == 1 { matches!(d, '…' | '⋯') } else { d == c };
            done = at + span(text, at, like);
            let count = text[at..done].chars().count();
            let (left, right) = (before(text, at), after(text, done));
            let han = |c: Option<char>| c.is_some_and(is_han);
            // After a mark that ends a sentence or a quotation, too; between two commas it is mathematics.
            let ended =
                |c: Option<char>| c.is_some_and(|c| matches!(c, '！' | '？' | '”' | '」' | '》' | '）'));
            let other = |c: Option<char>| c.is_some_and(|c| is_kana(c) || is_hangul(c));
            // A dot of another kind beside it: something else is meant.
            let dotted = |c: Option<char>| c.is_some_and(|c| matches!(c, '.' | '。' | '·' | '…' | '⋯'));
            if count >= fewest
                && (count <= LONGEST || fewest == 1)
                && (han(left) || ended(left) || han(right) && left.is_none_or(|c| !c.is_ascii_alphanumeric()))
                && ![left, right].into_iter().any(|c| other(c) || dotted(c))
            {
                out.replace(at..done, "……");
            }
        },
    );
}
