//! Backslash escapes of Chinese text: `\u4e2d`, `\u{4e2d}`, `\U00004e2d`, surrogate pairs, and UTF-8 bytes
//! such as `\xe4\xb8\xad`. A backslash that is escaped itself escapes nothing.

use super::{hex, is_text};
use crate::normalize::change::Rewrite;
use crate::normalize::walk::each;

pub(crate) const NOMINATES: &[(char, char)] = &[('\\', '\\')];

pub(crate) fn near(bytes: &[u8], at: usize) -> bool {
    bytes.get(at + 1).is_some_and(|b| matches!(b, b'u' | b'U' | b'x'))
}

pub(crate) fn run(text: &str, out: &mut Rewrite<'_>) {
    let bytes = text.as_bytes();
    let mut done = 0;
    each(
        text,
        |b| b == b'\\',
        |at, _| {
            if at < done {
                return;
            }
            match escape(&bytes[at..]) {
                Some((c, length)) => {
                    done = at + length;
                    out.replace(at..done, c.encode_utf8(&mut [0; 4]));
                }
                // The next character is escaped, a backslash too.
                None => done = at + 2,
            }
        },
    );
}

/// The character of the escape that begins `bytes`, and the escape's length.
fn escape(bytes: &[u8]) -> Option<(char, usize)> {
    let (value, length) = match bytes.get(1)? {
        b'u' if bytes.get(2) == Some(&b'{') => {
            let end = bytes.iter().take(10).position(|&b| b == b'}')?;
            (hex(&bytes[3..], end.checked_sub(3).filter(|&d| d > 0)?)?, end + 1)
        }
        b'u' => {
            let unit = hex(&bytes[2..], 4)?;
            match unit {
                0xD800..=0xDBFF if bytes.get(6..8) == Some(b"\\u") => {
                    let low = hex(&bytes[8..], 4).filter(|low| matches!(low, 0xDC00..=0xDFFF))?;
                    (0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00), 12)
                }
                _ => (unit, 6),
            }
        }
        b'U' => (hex(&bytes[2..], 8)?, 10),
        b'x' => return utf8(bytes, b"\\x"),
        _ => return None,
    };
    Some((char::from_u32(value).filter(|&c| is_text(c))?, length))
}

/// The character whose UTF-8 bytes are spelled one by one, each behind `mark`.
pub(super) fn utf8(bytes: &[u8], mark: &[u8]) -> Option<(char, usize)> {
    let unit = mark.len() + 2;
    let mut spelled = [0; 4];
    let length = match hex(bytes.get(mark.len()..)?, 2)? {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return None,
    };
    for (i, byte) in spelled[..length].iter_mut().enumerate() {
        let at = bytes.get(i * unit..)?;
        if !at.starts_with(mark) {
            return None;
        }
        *byte = hex(&at[mark.len()..], 2)? as u8;
    }
    let c = std::str::from_utf8(&spelled[..length]).ok()?.chars().next().filter(|&c| is_text(c))?;
    Some((c, length * unit))
}
