//! Line ends: CR LF, CR, NEL and Unicode's line and paragraph separators become LF.

use super::change::Rewrite;
use super::walk::each;

pub(crate) const NOMINATES: &[(char, char)] = &[('\r', '\r'), ('\u{85}', '\u{85}'), ('\u{2028}', '\u{2029}')];

pub(crate) fn run(text: &str, out: &mut Rewrite<'_>) {
    each(
        text,
        |b| matches!(b, b'\r' | 0xC2 | 0xE2),
        |at, c| match c {
            '\r' => {
                let pair = text.as_bytes().get(at + 1) == Some(&b'\n');
                out.replace(at..at + 1 + usize::from(pair), "\n");
            }
            '\u{85}' | '\u{2028}' | '\u{2029}' => out.replace_char(at, c, '\n'),
            _ => {}
        },
    );
}
