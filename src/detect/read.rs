//! One character after the other, in any encoding.

use super::Encoding::{self, EucJp, Gb18030, Utf8, Utf16Be, Utf16Le, Utf32Be, Utf32Le};
use crate::codec::CodePage;

/// What stands at the start of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Read {
    /// A character and the number of its bytes.
    Char(char, usize),
    /// A character that the tables at hand lack: one of the second plane of EUC-JP.
    Rare(usize),
    /// Bytes that begin no character.
    Fault(usize),
    /// The bytes end within a character.
    Part,
}

/// Reads what stands at the start of `bytes`, which must not be empty. Constant time.
#[inline]
pub(super) fn one(encoding: Encoding, bytes: &[u8]) -> Read {
    let Some(&first) = bytes.first() else { return Read::Part };
    match encoding {
        Utf16Le | Utf16Be => return utf_16(encoding == Utf16Be, bytes),
        Utf32Le | Utf32Be => return utf_32(encoding == Utf32Be, bytes),
        _ if first < 0x80 => return Read::Char(char::from(first), 1),
        Utf8 => return utf_8(bytes),
        EucJp => return euc_jp(bytes),
        _ => {}
    }
    let Some(page) = encoding.page() else { return Read::Fault(1) };
    if let Some((c, len)) = page.decode_one(bytes) {
        return Read::Char(c, len);
    }
    if page.is_single_byte() || matches!(first, 0x80 | 0xFF) {
        return Read::Fault(1);
    }
    if encoding == Gb18030 {
        return four_bytes(bytes);
    }
    if bytes.len() == 1 { Read::Part } else { Read::Fault(1) }
}

/// What is left of a code of four bytes.
fn four_bytes(bytes: &[u8]) -> Read {
    let fits =
        |at: usize, range: std::ops::RangeInclusive<u8>| bytes.get(at).is_none_or(|b| range.contains(b));
    let four = fits(0, 0x81..=0x84) && fits(1, 0x30..=0x39) && fits(2, 0x81..=0xFE) && fits(3, 0x30..=0x39);
    let beyond = fits(0, 0x90..=0xE3) && fits(1, 0x30..=0x39) && fits(2, 0x81..=0xFE) && fits(3, 0x30..=0x39);
    match (bytes.len(), four, beyond) {
        (1, ..) => Read::Part,
        (2..=3, true, _) | (2..=3, _, true) => Read::Part,
        _ => Read::Fault(1),
    }
}

fn utf_8(bytes: &[u8]) -> Read {
    let head = &bytes[..bytes.len().min(4)];
    let chunk = head.utf8_chunks().next();
    let Some(chunk) = chunk else { return Read::Part };
    if let Some(c) = chunk.valid().chars().next() {
        return Read::Char(c, c.len_utf8());
    }
    // What could still become a character is no fault yet.
    let unfinished =
        std::str::from_utf8(head).is_err_and(|e| e.valid_up_to() == 0 && e.error_len().is_none());
    if unfinished { Read::Part } else { Read::Fault(chunk.invalid().len().max(1)) }
}

fn utf_16(big: bool, bytes: &[u8]) -> Read {
    let unit = |at: usize| -> Option<u32> {
        let pair = [*bytes.get(at)?, *bytes.get(at + 1)?];
        Some(u32::from(if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }))
    };
    let Some(first) = unit(0) else { return Read::Part };
    if let Some(c) = char::from_u32(first) {
        return Read::Char(c, 2);
    }
    match (first, unit(2)) {
        (0xD800..=0xDBFF, None) => Read::Part,
        (0xD800..=0xDBFF, Some(second @ 0xDC00..=0xDFFF)) => {
            let c = char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00));
            c.map_or(Read::Fault(2), |c| Read::Char(c, 4))
        }
        _ => Read::Fault(2),
    }
}

fn utf_32(big: bool, bytes: &[u8]) -> Read {
    let Some(&four) = bytes.first_chunk::<4>() else { return Read::Part };
    let code = if big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) };
    char::from_u32(code).map_or(Read::Fault(4), |c| Read::Char(c, 4))
}

/// The rows of JIS X 0208 as Shift_JIS folds them, and the two planes that shift codes announce.
fn euc_jp(bytes: &[u8]) -> Read {
    let Some(&second) = bytes.get(1) else {
        return if matches!(bytes[0], 0x8E | 0x8F | 0xA1..=0xFE) { Read::Part } else { Read::Fault(1) };
    };
    match (bytes[0], second) {
        (0x8E, 0xA1..=0xDF) => {
            char::from_u32(0xFF61 + u32::from(second - 0xA1)).map_or(Read::Fault(1), |c| Read::Char(c, 2))
        }
        (0x8F, 0xA1..=0xFE) => match bytes.get(2) {
            None => Read::Part,
            Some(0xA1..=0xFE) => Read::Rare(3),
            Some(_) => Read::Fault(1),
        },
        (lead @ 0xA1..=0xFE, 0xA1..=0xFE) => {
            let (row, cell) = (lead - 0xA0, second - 0xA0);
            let first = row.div_ceil(2) + if row <= 62 { 0x80 } else { 0xC0 };
            let second = match (row % 2, cell) {
                (1, 64..) => cell + 0x40,
                (1, _) => cell + 0x3F,
                _ => cell + 0x9E,
            };
            CodePage::ShiftJis.decode_one(&[first, second]).map_or(Read::Fault(1), |(c, _)| Read::Char(c, 2))
        }
        _ => Read::Fault(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(encoding: Encoding, mut bytes: &[u8]) -> String {
        let mut text = String::new();
        while !bytes.is_empty() {
            let len = match one(encoding, bytes) {
                Read::Char(c, len) => {
                    text.push(c);
                    len
                }
                Read::Rare(len) => {
                    text.push('~');
                    len
                }
                Read::Fault(len) => {
                    text.push('!');
                    len
                }
                Read::Part => {
                    text.push('<');
                    bytes.len()
                }
            };
            bytes = &bytes[len..];
        }
        text
    }

    #[test]
    fn characters_are_those_of_another_decoder() {
        let texts = "雨が降ると傘を買う人が増えます。ｶﾀｶﾅ 価格は三千円";
        let (bytes, _, lossy) = encoding_rs::EUC_JP.encode(texts);
        assert!(!lossy);
        assert_eq!(all(EucJp, &bytes), texts);
        let (bytes, _, _) = encoding_rs::GB18030.encode("清文，𠮷ས");
        assert_eq!(all(Gb18030, &bytes), "清文，𠮷ས");
    }

    /// Every pair of bytes that the standard's EUC-JP reads, read the same here.
    #[test]
    fn all_of_euc_jp_is_read() {
        for lead in 0xA1..=0xFE {
            for trail in 0xA1..=0xFE {
                let pair = [lead, trail];
                let (text, faulty) = encoding_rs::EUC_JP.decode_without_bom_handling(&pair);
                let read = one(EucJp, &pair);
                match text.chars().next() {
                    Some(c) if !faulty => assert_eq!(read, Read::Char(c, 2), "{lead:X}{trail:X}"),
                    // Rows of the user that code page 932 has are no fault.
                    _ => assert!(
                        matches!(read, Read::Fault(1) | Read::Char('\u{E000}'..='\u{F8FF}', 2)),
                        "{lead:X}{trail:X} {read:?}"
                    ),
                }
            }
        }
    }

    #[test]
    fn wide_units_are_read_in_both_orders() {
        let text = "清a𠮷";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!([all(Utf16Le, &little), all(Utf16Be, &big)], [text; 2]);
        assert_eq!(all(Utf16Le, b"\x00\xDCa\0b"), "!a<");
        let wide: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
        assert_eq!(all(Utf32Be, &wide), text);
        assert_eq!(one(Utf32Be, b"\0\x11\0\0"), Read::Fault(4));
    }

    #[test]
    fn what_ends_within_a_character_is_told_from_what_is_none() {
        assert_eq!(one(Utf8, b"\xE4\xB8"), Read::Part);
        assert_eq!(one(Utf8, b"\xE4\xB8a"), Read::Fault(2));
        assert_eq!(one(Utf8, b"\xFF"), Read::Fault(1));
        assert_eq!(one(Gb18030, b"\x81"), Read::Part);
        assert_eq!(one(Gb18030, b"\x81\x30\x81"), Read::Part);
        assert_eq!(one(Gb18030, b"\xE9 "), Read::Fault(1));
        assert_eq!(one(Encoding::Windows1252, b"\xE9"), Read::Char('é', 1));
    }
}
