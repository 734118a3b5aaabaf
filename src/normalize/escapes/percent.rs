//! Percent escapes of Chinese text: UTF-8 bytes (`%E4%B8%AD`), the units of JavaScript's `escape` (`%u4E2D`), and, as
//! older sites have them, the bytes of GBK and Big5 (`%D6%D0%CE%C4`). `%20` and the like stay.
//!
//! Pairs of bytes are decoded where all of them that stand together are Chinese text in one of the two encodings and
//! [`detect`] is sure which one it is. One character alone proves nothing.

use super::backslash::utf8;
use super::{hex, is_text};
use crate::codec::CodePage;
use crate::detect::{Encoding, detect};
use crate::normalize::change::Rewrite;
use crate::normalize::walk::each;

pub(crate) const NOMINATES: &[(char, char)] = &[('%', '%')];

pub(crate) fn near(bytes: &[u8], at: usize) -> bool {
    bytes.get(at + 1).is_some_and(|b| b.is_ascii_hexdigit() || *b == b'u')
}

pub(crate) fn run(text: &str, out: &mut Rewrite<'_>) {
    let bytes = text.as_bytes();
    let (mut done, mut tried) = (0, 0);
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
            } else if at >= tried {
                let spelled = escaped_pairs(&bytes[at..]);
                // What is no text as a whole is not looked at again from its middle.
                tried = at + ESCAPE * spelled.len();
                if let Some(text) = in_pairs(&spelled) {
                    done = tried;
                    out.replace(at..done, &text);
                }
            }
        },
    );
}

/// Bytes of an escape.
const ESCAPE: usize = 3;
/// Escaped bytes that are looked at together: more are several texts.
const MOST: usize = 1 << 12;
/// As few bytes are not told from single letters of another page.
const FEWEST: usize = 4;
/// How sure it must be which encoding it is.
const SURE: f64 = 0.95;

/// The escaped pairs of bytes that a text begins with, each with a first byte beyond ASCII; the last one may be cut.
fn escaped_pairs(text: &[u8]) -> Vec<u8> {
    let escapes = text.chunks_exact(ESCAPE).map_while(|escape| match escape {
        [b'%', digits @ ..] => hex(digits, 2).map(|n| n as u8),
        _ => None,
    });
    let is_in_pair =
        |(n, byte): &(usize, u8)| if n % 2 == 0 { matches!(byte, 0x81..=0xFE) } else { *byte >= 0x40 };
    escapes.take(MOST).enumerate().take_while(is_in_pair).map(|(_, byte)| byte).collect()
}

/// What the pairs spell, if that is Chinese text.
fn in_pairs(spelled: &[u8]) -> Option<String> {
    if spelled.len() < FEWEST || spelled.len() % 2 == 1 || std::str::from_utf8(spelled).is_ok() {
        return None;
    }
    let guess = detect(spelled).best();
    let page = match guess.encoding {
        Encoding::Gb18030 => CodePage::Gbk,
        Encoding::Big5 => CodePage::Big5,
        _ => return None,
    };
    if guess.faulty || guess.confidence < SURE {
        return None;
    }
    let (pairs, _) = spelled.as_chunks::<2>();
    pairs.iter().map(|pair| page.decode_one(pair).map(|(c, _)| c).filter(|&c| is_text(c))).collect()
}
