//! HZ (RFC 1843): ASCII, with stretches of GB2312 in seven bits between `~{` and `~}`, and `~~` for a tilde.

use super::{Undecodable, decode as decode_other, encode as encode_other};
use qingwen::detect::Encoding;

/// The bit that the bytes of EUC-CN have and those of HZ have not.
const HIGH: u8 = 0x80;
/// The first bytes of GB2312's rows, in EUC-CN.
const ROWS: std::ops::RangeInclusive<u8> = 0xA1..=0xF7;

/// The text that bytes stand for. A stretch of GB2312 ends where its line does at the latest. A tilde at the end of
/// a line, which would join it with the next one, stands for nothing: no reader that goes by lines could keep it.
pub(super) fn decode(bytes: &[u8]) -> Result<String, Undecodable> {
    let mut text = String::with_capacity(bytes.len());
    let (mut at, mut is_ascii) = (0, true);
    while let Some(&first) = bytes.get(at) {
        let second = bytes.get(at + 1).copied();
        let bad = Undecodable { at };
        let length = match (is_ascii, first, second) {
            (_, HIGH.., _) => return Err(bad),
            (true, b'~', Some(b'~')) => {
                text.push('~');
                2
            }
            (true, b'~', Some(b'{')) | (false, b'~', Some(b'}')) => {
                is_ascii = !is_ascii;
                2
            }
            (true, b'~', _) => return Err(bad),
            (true, ascii, _) | (false, ascii @ b'\n', _) => {
                is_ascii = true;
                text.push(char::from(ascii));
                1
            }
            (false, first, Some(second @ 0x21..0x7F)) if ROWS.contains(&(first | HIGH)) => {
                text.push_str(
                    &decode_other(Encoding::Gb18030, &[first | HIGH, second | HIGH]).map_err(|_| bad)?,
                );
                2
            }
            (false, ..) => return Err(bad),
        };
        at += length;
    }
    Ok(text)
}

/// The bytes that stand for a text, or the first character that GB2312 lacks.
pub(super) fn encode(text: &str) -> Result<Vec<u8>, char> {
    let mut bytes = Vec::with_capacity(text.len() + 8);
    let mut is_ascii = true;
    for c in text.chars() {
        if c.is_ascii() != is_ascii {
            bytes.extend_from_slice(if is_ascii { b"~{" } else { b"~}" });
            is_ascii = !is_ascii;
        }
        match c {
            '~' => bytes.extend_from_slice(b"~~"),
            '\0'..='\x7F' => bytes.push(c as u8),
            _ => {
                let code = encode_other(Encoding::Gb18030, c.encode_utf8(&mut [0; 4])).map_err(|_| c)?;
                match code[..] {
                    [first, second @ 0xA1..=0xFE] if ROWS.contains(&first) => {
                        bytes.extend([first & !HIGH, second & !HIGH]);
                    }
                    _ => return Err(c),
                }
            }
        }
    }
    if !is_ascii {
        bytes.extend_from_slice(b"~}");
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_of_gb2312_stand_in_ascii() {
        let bytes = b"~~ ~{VPND~}.\n~{Ge~}\n";
        assert_eq!(decode(bytes).unwrap(), "~ 中文.\n清\n");
        assert_eq!(encode("~ 中文.\n清\n").unwrap(), bytes);
        // A line ends its stretch.
        assert_eq!(decode(b"~{VP\nND").unwrap(), "中\nND");
    }

    #[test]
    fn what_is_none_of_it_is_named() {
        for (bytes, at) in
            [(&b"a~b"[..], 1), (b"ab~", 2), (b"a~\nb", 1), (b"~{V", 2), (b"~{VP\x80", 4), (b"~{ ND~}", 2)]
        {
            assert_eq!(decode(bytes), Err(Undecodable { at }), "{bytes:?}");
        }
        assert_eq!(encode("a镕"), Err('镕'));
    }
}
