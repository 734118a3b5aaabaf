//! HTML references of Chinese text: `&#20013;`, `&#x4E2D;`, `&ldquo;`, `&nbsp;`, also escaped once more
//! (`&amp;#20013;`).

use super::is_text;
use crate::normalize::change::Rewrite;
use crate::normalize::walk::each;

pub(crate) const NOMINATES: &[(char, char)] = &[('&', '&')];

/// Named references that Chinese pages use in text, by the HTML standard.
const NAMED: &[(&str, char)] = &[
    ("bull", '•'),
    ("hellip", '…'),
    ("ldquo", '“'),
    ("lsquo", '‘'),
    ("mdash", '—'),
    ("middot", '·'),
    ("nbsp", '\u{A0}'),
    ("ndash", '–'),
    ("rdquo", '”'),
    ("rsquo", '’'),
    ("times", '×'),
];

pub(crate) fn near(bytes: &[u8], at: usize) -> bool {
    bytes.get(at + 1).is_some_and(|&b| b == b'#' || b.is_ascii_lowercase())
}

pub(crate) fn run(text: &str, out: &mut Rewrite<'_>) {
    let bytes = text.as_bytes();
    let mut done = 0;
    each(
        text,
        |b| b == b'&',
        |at, _| {
            if at < done {
                return;
            }
            let mut start = at + 1;
            while bytes[start..].starts_with(b"amp;") {
                start += 4;
            }
            if let Some((c, length)) = reference(&bytes[start..]) {
                done = start + length;
                out.replace(at..done, c.encode_utf8(&mut [0; 4]));
            } else {
                done = start;
            }
        },
    );
}

/// The character of a reference whose `&` is before `bytes`, and the reference's length.
fn reference(bytes: &[u8]) -> Option<(char, usize)> {
    let end = bytes.iter().take(10).position(|&b| b == b';')?;
    let name = std::str::from_utf8(&bytes[..end]).ok()?;
    let c = match name.strip_prefix('#') {
        Some(number) => {
            let value = match number.strip_prefix(['x', 'X']) {
                Some(hex) if hex.bytes().all(|b| b.is_ascii_hexdigit()) => {
                    u32::from_str_radix(hex, 16).ok()?
                }
                None if number.bytes().all(|b| b.is_ascii_digit()) => number.parse().ok()?,
                _ => return None,
            };
            char::from_u32(value).filter(|&c| is_text(c) || matches!(c, '\u{A0}' | '\u{3000}'))?
        }
        None => NAMED.iter().find(|(n, _)| *n == name)?.1,
    };
    Some((c, end + 1))
}
