//! Tables in other encodings than UTF-8: decoded before they are cut into records, and encoded again behind.
//!
//! What is written back in the same encoding must come out byte for byte where it stays. An encoder has one spelling
//! for each character, and some files have another: such a file is refused before any of it is written.

use std::borrow::Cow;
use std::io::{self, Read};

use qingwen::detect::{Encoding, detect};

use crate::charset;
use crate::plan::Target;
use crate::respell;
use crate::windows::{Limits, Stop, WINDOW, Windows};

/// What the bytes that begin a table say of its encoding, and how sure that is; none if it is UTF-8, or can't be told.
pub(crate) fn guess(head: &[u8], sure: f64) -> Option<(Encoding, f64)> {
    if let Some(marked) = Encoding::by_mark(head) {
        return (marked != Encoding::Utf8).then_some((marked, 1.0));
    }
    if !is_other(head) {
        return None;
    }
    let best = detect(whole_lines(head)).best();
    let is_other = best.encoding != Encoding::Utf8 && !best.faulty && best.confidence >= sure;
    is_other.then_some((best.encoding, best.confidence))
}

/// Whether what begins a table is no UTF-8, or holds zeros; its last character may be cut.
pub(crate) fn is_other(head: &[u8]) -> bool {
    std::str::from_utf8(head).map_or_else(|e| e.error_len().is_some(), |_| head.contains(&0))
}

/// Whether what begins a table can be read in an encoding, and, where it is `exact`, written again as it is.
pub(crate) fn fits(head: &[u8], encoding: Encoding, exact: bool) -> bool {
    let head = whole_lines(head);
    charset::decode(encoding, head).is_ok_and(|text| !exact || is_exact(encoding, &text, head))
}

/// What begins a table, as far as it can be read; its last character may be cut.
pub(crate) fn beginning(head: &[u8], encoding: Encoding) -> Cow<'_, str> {
    let head = if head.starts_with(encoding.mark()) { &head[encoding.mark().len()..] } else { head };
    charset::decode(encoding, whole_lines(head))
        .unwrap_or_else(|e| charset::decode(encoding, &head[..e.at]).unwrap_or_default())
}

/// The last line may be cut; the line end of UTF-16 and UTF-32 ends with zeros.
fn whole_lines(head: &[u8]) -> &[u8] {
    let end = head.iter().rposition(|&b| b == b'\n').map_or(head.len(), |at| at + 1);
    let zeros = head[end..].iter().take_while(|&&b| b == 0).count();
    &head[..end + zeros.min(3)]
}

fn is_exact(encoding: Encoding, text: &str, bytes: &[u8]) -> bool {
    charset::encode(encoding, text).is_ok_and(|again| again == bytes)
}

/// Reads another encoding as UTF-8; a byte order mark stays as U+FEFF.
pub(crate) struct Decoding<R> {
    windows: Windows<R>,
    encoding: Encoding,
    exact: bool,
    max_line: usize,
    /// Number of the line that comes next, from 1, and its byte offset.
    line: usize,
    offset: usize,
    text: String,
    /// How much of the text was handed out.
    at: usize,
}

impl<R: Read> Decoding<R> {
    /// With `exact`, text that would be written otherwise than it stands there is an error.
    pub(crate) fn new(input: R, encoding: Encoding, exact: bool, max_line: usize) -> Self {
        let max_line = max_line.max(WINDOW);
        let limits = Limits { window: WINDOW, line: max_line, text: u64::MAX };
        let windows = Windows::new(input, limits);
        Self { windows, encoding, exact, max_line, line: 1, offset: 0, text: String::new(), at: 0 }
    }

    fn fill(&mut self) -> io::Result<()> {
        self.at = 0;
        self.text.clear();
        let next = self.windows.next(self.encoding, |_| true).map_err(|stop| match stop {
            Stop::Io(e) => e,
            Stop::Line | Stop::Text => io::Error::other(format!(
                "line {} is longer than {} bytes; --max-record raises the limit",
                self.line, self.max_line
            )),
        })?;
        let Some((bytes, _)) = next else { return Ok(()) };
        let (encoding, line) = (self.encoding, self.line);
        let text = charset::decode(encoding, &bytes).map_err(|e| {
            let line = line + respell::lines_before(&bytes, e.at, encoding);
            let byte = bytes.get(e.at).copied().unwrap_or_default();
            let at = self.offset + e.at;
            io::Error::other(format!(
                "line {line}, byte offset {at}: invalid {encoding} (byte {byte:02X}); --encoding names another \
                 one, --format text takes several in one file"
            ))
        })?;
        if self.exact && !is_exact(encoding, &text, &bytes) {
            let line = line + self.altered(&text, &bytes);
            return Err(io::Error::other(respell::altered(encoding, line)));
        }
        self.line += respell::lines_before(&bytes, bytes.len(), encoding);
        self.offset += bytes.len();
        self.text.push_str(&text);
        Ok(())
    }

    /// The lines before the first one that would be written otherwise.
    fn altered(&self, text: &str, bytes: &[u8]) -> usize {
        let mut done = 0;
        let same = text.split_inclusive('\n').take_while(|line| {
            let again = charset::encode(self.encoding, line).unwrap_or_default();
            done += again.len();
            bytes[..done.min(bytes.len())].ends_with(&again)
        });
        same.count()
    }
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at == self.text.len() {
            self.fill()?;
        }
        let rest = &self.text.as_bytes()[self.at..];
        let length = rest.len().min(out.len());
        out[..length].copy_from_slice(&rest[..length]);
        self.at += length;
        Ok(length)
    }
}

/// What encodes again what was decoded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Encoder {
    from: Encoding,
    to: Encoding,
    /// What the new version begins with, if it is in another encoding, or must have one.
    mark: &'static [u8],
    /// Number of the line that comes next, from 1.
    line: usize,
}

/// Both versions of a part as they stand in files.
pub(crate) type Parts<'a> = (Cow<'a, [u8]>, Option<Vec<u8>>);

impl Encoder {
    /// From an encoding to what is wanted; that stays if nothing else is.
    pub(crate) fn new(from: Encoding, target: Target) -> Self {
        Self { from, to: target.encoding().unwrap_or(from), mark: target.mark(), line: 1 }
    }

    /// Whether it leaves everything as it is: what is read is UTF-8, and so is what is written.
    pub(crate) fn is_idle(&self) -> bool {
        (self.from, self.to, self.mark) == (Encoding::Utf8, Encoding::Utf8, b"")
    }

    /// What a part in UTF-8, and what it became, are in their encodings.
    ///
    /// # Errors
    /// If the encoding lacks a character, which is named with its line.
    pub(crate) fn both<'a>(&mut self, old: &'a [u8], new: Option<&[u8]>) -> Result<Parts<'a>, String> {
        let line = self.line;
        let was = self.was(old)?;
        self.line += old.iter().filter(|&&b| b == b'\n').count();
        if self.from == self.to && self.mark.is_empty() {
            let new = new.map(|new| respell::whole(self.to, utf8(new, line)?, line)).transpose()?;
            return Ok((was, new));
        }
        let text = utf8(new.unwrap_or(old), line)?;
        let plain = if line == 1 { text.strip_prefix('\u{FEFF}').unwrap_or(text) } else { text };
        let mut bytes = respell::whole(self.to, plain, line)?;
        if line == 1 {
            bytes.splice(..0, self.mark.iter().copied());
        }
        // What is the same in both is no change.
        let same = new.is_none() && bytes == *was;
        Ok((was, (!same).then_some(bytes)))
    }

    fn was<'a>(&self, old: &'a [u8]) -> Result<Cow<'a, [u8]>, String> {
        if self.from == Encoding::Utf8 {
            return Ok(Cow::Borrowed(old));
        }
        respell::whole(self.from, utf8(old, self.line)?, self.line).map(Cow::Owned)
    }
}

fn utf8(bytes: &[u8], line: usize) -> Result<&str, String> {
    std::str::from_utf8(bytes).map_err(|e| {
        let line = line + bytes[..e.valid_up_to()].iter().filter(|&&b| b == b'\n').count();
        format!("line {line}: what is not UTF-8 can't be written in another encoding")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_decoded_is_encoded_again() {
        let text = "編號,名稱\r\n1,\"圖書館\"\r\n".repeat(40_000);
        for encoding in [Encoding::Gb18030, Encoding::Utf16Le, Encoding::Utf32Be, Encoding::EucJp] {
            let bytes = charset::encode(encoding, &text).unwrap();
            let mut read = String::new();
            Decoding::new(&bytes[..], encoding, true, 1 << 20).read_to_string(&mut read).unwrap();
            assert!(read == text, "{encoding}");
            let mut encoder = Encoder::new(encoding, Target::Same);
            let (was, new) = encoder.both(text.as_bytes(), None).unwrap();
            assert!(*was == bytes && new.is_none(), "{encoding}");
        }
    }

    #[test]
    fn what_would_not_come_back_the_same_is_refused() {
        // 80 is the euro sign, which encoders spell otherwise.
        let bytes = b"\xD6\xD0,1\n\x80,2\n";
        let read = |exact| {
            let mut text = String::new();
            Decoding::new(&bytes[..], Encoding::Gb18030, exact, 100).read_to_string(&mut text).map(|_| text)
        };
        assert_eq!(read(false).unwrap(), "中,1\n€,2\n");
        let error = read(true).unwrap_err().to_string();
        assert!(error.starts_with("line 2: its bytes have another spelling in gb18030"), "{error}");
        let mut text = String::new();
        let error = Decoding::new(&b"a\n\xFF\n"[..], Encoding::Big5, false, 100).read_to_string(&mut text);
        let error = error.unwrap_err().to_string();
        assert!(error.starts_with("line 2, byte offset 2: invalid big5 (byte FF)"), "{error}");
    }

    #[test]
    fn another_encoding_has_its_own_mark() {
        let mut encoder = Encoder::new(Encoding::Utf8, Target::To(Encoding::Utf16Le));
        let (_, new) = encoder.both("\u{FEFF}文\n".as_bytes(), None).unwrap();
        assert_eq!(new.unwrap(), b"\xFF\xFE\x87\x65\n\0");
        let (_, new) = encoder.both(b"b\n", None).unwrap();
        assert_eq!(new.unwrap(), b"b\0\n\0");
        let mut encoder = Encoder::new(Encoding::Utf16Le, Target::To(Encoding::Gb18030));
        let (_, new) = encoder.both("\u{FEFF}文\n".as_bytes(), None).unwrap();
        assert_eq!(new.unwrap(), b"\xCE\xC4\n");
        // UTF-8 gets one only where it is asked for, and not a second one.
        for text in ["文\n", "\u{FEFF}文\n"] {
            let mut encoder = Encoder::new(Encoding::Utf8, Target::Marked);
            let (_, new) = encoder.both(text.as_bytes(), None).unwrap();
            assert_eq!(new.unwrap_or(text.as_bytes().to_vec()), "\u{FEFF}文\n".as_bytes());
            assert!(encoder.both(b"b\n", None).unwrap().1.is_none());
        }
        let mut encoder = Encoder::new(Encoding::Utf8, Target::To(Encoding::Big5));
        assert!(encoder.both(b"a,b\n", None).unwrap().1.is_none());
        let error = encoder.both("\n书\n".as_bytes(), None).unwrap_err();
        assert_eq!(error, "line 3: '书' (U+4E66) can't be spelled in big5; --output-encoding utf-8 can");
        assert!(encoder.both(b"\xFF\n", None).is_err());
    }
}
