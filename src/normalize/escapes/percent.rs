//! Percent escapes of Chinese text: UTF-8 bytes (`%E4%B8%AD`) and the units of JavaScript's `escape`
//! (`%u4E2D`). `%20` and the like stay.

use super::backslash::utf8;
use super::{hex, is_text};
use crate::normalize::change::Rewrite;
use crate::normalize::walk::each;

pub(crate) const NOMINATES: &[(char, char)] = &[('%', '%')];

pub(crate) fn near(bytes: &[u8], at: usize) -> bool {
    bytes.get(at + 1).is_some_and(|b| b.is_ascii_hexdigit() || *b == b'u')
}

pub(crate) fn run(text: &str, out: &mut Rewrite<'_>) {
    let bytes = text.as_bytes();
    let mut done = 0;
    each(
        text,
        |b| b == b'%',
        |at, _| {
            if at < done {
                return;
            }
            let found = match bytes.get(at + 1) {
                Some(b'u') => {
                    hex(&bytes[at + 2..], 4).and_then(char::from_u32).filter(|&c| is_text(c)).map(|c| (c, 6))
                }
                _ => utf8(&bytes[at..], b"%"),
            };
            if let Some((c, length)) = found {
                done = at + length;
                out.replace(at..done, c.encode_utf8(&mut [0; 4]));
            }
        },
    );
}
