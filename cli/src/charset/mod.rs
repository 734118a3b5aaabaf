//! Bytes to text and back, without losing any: what can't be read or spelled is told, never replaced.

mod hz;
mod names;

use std::borrow::Cow;
use std::fmt;

use encoding_rs::{DecoderResult, EncoderResult};
use qingwen::codec::CodePage;
use qingwen::detect::Encoding;

pub(crate) use names::{by_name, is_marked_utf8};

/// The first byte that stands for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Undecodable {
    pub(crate) at: usize,
}

/// The first character that an encoding lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unencodable {
    pub(crate) character: char,
    pub(crate) encoding: Encoding,
}

impl fmt::Display for Unencodable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (c, code) = (self.character, u32::from(self.character));
        write!(f, "{c:?} (U+{code:04X}) can't be spelled in {}", self.encoding)
    }
}

/// The other library's name of an encoding that it knows both ways.
fn of_whatwg(encoding: Encoding) -> Option<&'static encoding_rs::Encoding> {
    match encoding {
        // What browsers would make of it is nothing.
        Encoding::Hz | Encoding::Ibm437 => None,
        // Its UTF-16 has no way back.
        _ if encoding.unit() > 1 => None,
        _ => encoding_rs::Encoding::for_label(encoding.name().as_bytes()),
    }
}

/// The text that bytes stand for; a byte order mark stays in it as U+FEFF.
pub(crate) fn decode(encoding: Encoding, bytes: &[u8]) -> Result<Cow<'_, str>, Undecodable> {
    if encoding == Encoding::Utf8 {
        return match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Cow::Borrowed(text)),
            Err(e) => Err(Undecodable { at: e.valid_up_to() }),
        };
    }
    let Some(other) = of_whatwg(encoding) else {
        return match encoding {
            Encoding::Hz => hz::decode(bytes),
            Encoding::Ibm437 => single(CodePage::Cp437, bytes),
            _ => wide(encoding, bytes),
        }
        .map(Cow::Owned);
    };
    if let Some(text) = other.decode_without_bom_handling_and_without_replacement(bytes) {
        return Ok(text);
    }
    let mut decoder = other.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(4 * bytes.len().min(16 << 10));
    let mut read = 0;
    loop {
        let (result, n) = decoder.decode_to_string_without_replacement(&bytes[read..], &mut text, true);
        read += n;
        match result {
            DecoderResult::OutputFull => {
                text.clear();
                text.reserve(64 << 10);
            }
            DecoderResult::Malformed(bad, after) => {
                return Err(Undecodable { at: read.saturating_sub(usize::from(bad) + usize::from(after)) });
            }
            DecoderResult::InputEmpty => return Err(Undecodable { at: read }),
        }
    }
}

/// Code pages of single bytes.
fn single(page: CodePage, bytes: &[u8]) -> Result<String, Undecodable> {
    let character = |(at, byte): (usize, &u8)| match byte {
        0..0x80 => Ok(char::from(*byte)),
        _ => page.decode_one(&[*byte]).map(|(c, _)| c).ok_or(Undecodable { at }),
    };
    bytes.iter().enumerate().map(character).collect()
}

/// UTF-16 and UTF-32.
fn wide(encoding: Encoding, bytes: &[u8]) -> Result<String, Undecodable> {
    let mut text = String::with_capacity(bytes.len() / encoding.unit() * 2);
    if encoding.unit() == 2 {
        let big = encoding == Encoding::Utf16Be;
        let (pairs, rest) = bytes.as_chunks::<2>();
        let units = pairs.iter().map(|&p| if big { u16::from_be_bytes(p) } else { u16::from_le_bytes(p) });
        let mut at = 0;
        for c in char::decode_utf16(units) {
            let c = c.map_err(|_| Undecodable { at })?;
            at += 2 * c.len_utf16();
            text.push(c);
        }
        return if rest.is_empty() { Ok(text) } else { Err(Undecodable { at }) };
    }
    let (fours, rest) = bytes.as_chunks::<4>();
    for (n, &four) in fours.iter().enumerate() {
        let big = encoding == Encoding::Utf32Be;
        let code = if big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) };
        text.push(char::from_u32(code).ok_or(Undecodable { at: 4 * n })?);
    }
    if rest.is_empty() { Ok(text) } else { Err(Undecodable { at: 4 * fours.len() }) }
}

/// The bytes that stand for a text.
pub(crate) fn encode(encoding: Encoding, text: &str) -> Result<Vec<u8>, Unencodable> {
    match encoding {
        Encoding::Utf8 => return Ok(text.as_bytes().to_vec()),
        Encoding::Utf16Le => return Ok(text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        Encoding::Utf16Be => return Ok(text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        Encoding::Utf32Le => return Ok(text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect()),
        Encoding::Utf32Be => return Ok(text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect()),
        _ => {}
    }
    let lacking = |character| Unencodable { character, encoding };
    let Some(other) = of_whatwg(encoding) else {
        return match encoding {
            Encoding::Hz => hz::encode(text),
            _ => to_single(CodePage::Cp437, text),
        }
        .map_err(lacking);
    };
    let mut encoder = other.new_encoder();
    let mut bytes = Vec::with_capacity(text.len() + 16);
    let mut read = 0;
    loop {
        let (result, n) =
            encoder.encode_from_utf8_to_vec_without_replacement(&text[read..], &mut bytes, true);
        read += n;
        match result {
            EncoderResult::InputEmpty => return Ok(bytes),
            EncoderResult::OutputFull => bytes.reserve(text.len() - read + 64),
            EncoderResult::Unmappable(c) => bytes.extend_from_slice(&hkscs(encoding, c).ok_or(lacking(c))?),
        }
    }
}

/// The bytes of a text in a code page of single bytes, or the first character that it lacks.
fn to_single(page: CodePage, text: &str) -> Result<Vec<u8>, char> {
    let byte = |c: char| match u8::try_from(c) {
        Ok(ascii @ 0..0x80) => Ok(ascii),
        _ => page.bytes(c).iter().find_map(|code| <[u8; 1]>::try_from(code).ok()).map(|[b]| b).ok_or(c),
    };
    text.chars().map(byte).collect()
}

/// The code of a character of HKSCS: browsers read those, and don't write them.
fn hkscs(encoding: Encoding, c: char) -> Option<[u8; 2]> {
    let codes = (encoding == Encoding::Big5).then(|| CodePage::Big5.bytes(c))?;
    let reads = |code: &[u8]| CodePage::Big5.decode_one(code) == Some((c, 2));
    codes.iter().find(|code| reads(code)).and_then(|code| code.try_into().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_gives_back_the_text_that_it_can_hold() {
        for encoding in Encoding::ALL {
            let text = match encoding {
                _ if encoding.is_unicode() => "清文 café 𠮷\u{FEFF}\n",
                Encoding::Big5 => "清文，嘅咗\n",
                Encoding::ShiftJis | Encoding::EucJp | Encoding::Iso2022Jp => "日本語の文\n",
                Encoding::Hz => "a~清文~}，\n",
                Encoding::Ibm437 => "└─ é \u{7F}\n",
                Encoding::EucKr => "한국어 文\n",
                Encoding::Windows1251 | Encoding::Koi8R | Encoding::Ibm866 => "текст\n",
                Encoding::Windows1253 => "κείμενο\n",
                _ => "plain é\n",
            };
            let bytes = encode(encoding, text).unwrap();
            assert_eq!(decode(encoding, &bytes).unwrap(), text, "{encoding}");
        }
    }

    #[test]
    fn what_cannot_be_read_or_spelled_is_named() {
        assert_eq!(decode(Encoding::Gb18030, b"ab\xD6\xD0\xFFcd"), Err(Undecodable { at: 4 }));
        assert_eq!(decode(Encoding::Gb18030, b"ab\xD6"), Err(Undecodable { at: 2 }));
        assert_eq!(decode(Encoding::Utf16Le, b"a\0\x00\xDCb\0"), Err(Undecodable { at: 2 }));
        assert_eq!(decode(Encoding::Utf16Le, b"a\0b"), Err(Undecodable { at: 2 }));
        assert_eq!(decode(Encoding::Utf32Le, b"a\0\0\0\0\0\x11\0"), Err(Undecodable { at: 4 }));
        let lacking = encode(Encoding::Big5, "简单").unwrap_err();
        assert_eq!(lacking.to_string(), "'简' (U+7B80) can't be spelled in big5");
    }
}
