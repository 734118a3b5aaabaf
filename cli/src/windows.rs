//! Text in stretches of whole lines, so that a stream of any length takes the memory of a few of them.

use std::io::{self, Read};

use qingwen::detect::Encoding;

/// Bytes of a stretch. What one line tells of another is used within it: a mebibyte tells as much as any
/// document does.
pub(crate) const WINDOW: usize = 1 << 20;
/// Bytes that are read before anything is decided. Of a shorter text all is known before anything is written.
pub(crate) const HEAD: usize = 8 << 20;

/// Why no more stretches come.
#[derive(Debug)]
pub(crate) enum Stop {
    Io(io::Error),
    /// A line is longer than allowed.
    Line,
    /// The text is.
    Text,
}

/// Limits, in bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) window: usize,
    pub(crate) line: usize,
    pub(crate) text: u64,
}

/// Reads a text stretch by stretch.
pub(crate) struct Windows<R> {
    input: R,
    limits: Limits,
    buffer: Vec<u8>,
    /// Bytes read in all.
    seen: u64,
    ended: bool,
}

impl<R: Read> Windows<R> {
    pub(crate) fn new(input: R, limits: Limits) -> Self {
        Self { input, limits, buffer: Vec::new(), seen: 0, ended: false }
    }

    /// The beginning of the text, and whether it is all of it.
    pub(crate) fn head(&mut self) -> Result<(&[u8], bool), Stop> {
        self.fill(HEAD.max(self.limits.window))?;
        Ok((&self.buffer, self.ended))
    }

    /// Reads until so many bytes are at hand, or all.
    fn fill(&mut self, wanted: usize) -> Result<(), Stop> {
        if self.ended || self.buffer.len() >= wanted {
            return Ok(());
        }
        let room = self.limits.text.saturating_add(1).saturating_sub(self.seen);
        let missing = (wanted - self.buffer.len()) as u64;
        let before = self.buffer.len();
        (&mut self.input).take(missing.min(room)).read_to_end(&mut self.buffer).map_err(Stop::Io)?;
        let got = self.buffer.len() - before;
        self.seen += got as u64;
        if self.seen > self.limits.text {
            return Err(Stop::Text);
        }
        self.ended = (got as u64) < missing;
        Ok(())
    }

    /// The next stretch: whole lines of at most a window, or one longer line; none at the end.
    pub(crate) fn next(&mut self, encoding: Encoding) -> Result<Option<Vec<u8>>, Stop> {
        let mut wanted = self.limits.window;
        loop {
            self.fill(wanted.saturating_add(1))?;
            if self.ended && self.buffer.len() <= wanted {
                let all = std::mem::take(&mut self.buffer);
                return Ok(Some(all).filter(|a| !a.is_empty()));
            }
            if let Some(end) = line_end(&self.buffer[..wanted], encoding) {
                let next = self.buffer[..end].to_vec();
                self.buffer.drain(..end);
                // The beginning of the text took more room than the stretches after it do.
                if self.buffer.capacity() / 4 > self.buffer.len().max(self.limits.window) {
                    self.buffer.shrink_to(2 * self.limits.window);
                }
                return Ok(Some(next));
            }
            if wanted >= self.limits.line {
                return Err(Stop::Line);
            }
            wanted = wanted.saturating_mul(2).min(self.limits.line);
        }
    }
}

/// Where the last whole line ends.
fn line_end(bytes: &[u8], encoding: Encoding) -> Option<usize> {
    let unit = encoding.unit();
    let mark: &[u8] = match encoding {
        Encoding::Utf16Le => b"\n\0",
        Encoding::Utf16Be => b"\0\n",
        Encoding::Utf32Le => b"\n\0\0\0",
        Encoding::Utf32Be => b"\0\0\0\n",
        // No other encoding has this byte within a character.
        _ => b"\n",
    };
    bytes.chunks_exact(unit).rposition(|c| c == mark).map(|n| (n + 1) * unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretches(text: &[u8], window: usize, line: usize) -> Result<Vec<Vec<u8>>, Stop> {
        let mut windows = Windows::new(text, Limits { window, line, text: u64::MAX });
        let mut all = Vec::new();
        while let Some(next) = windows.next(Encoding::Utf8)? {
            all.push(next);
        }
        Ok(all)
    }

    #[test]
    fn stretches_end_where_lines_end_and_lose_nothing() {
        let text = b"one\ntwo\nthree is long\nfour";
        for window in 1..40 {
            let all = stretches(text, window, 100).unwrap();
            assert_eq!(all.concat(), text, "{window}");
            assert!(all[..all.len() - 1].iter().all(|s| s.ends_with(b"\n")));
        }
        assert_eq!(stretches(text, 9, 100).unwrap()[0], b"one\ntwo\n");
        assert_eq!(stretches(b"", 9, 100).unwrap().len(), 0);
    }

    #[test]
    fn a_line_that_is_too_long_is_refused_and_one_as_long_as_allowed_is_not() {
        assert!(matches!(stretches(&[b'a'; 65], 4, 64), Err(Stop::Line)));
        assert_eq!(stretches(&[b'a'; 64], 4, 64).unwrap().len(), 1);
    }

    #[test]
    fn wide_line_ends_are_found_where_units_begin() {
        // U+0A00 begins with the byte of a line end.
        assert_eq!(line_end(b"\0\n\n\0a\0", Encoding::Utf16Le), Some(4));
        assert_eq!(line_end(b"\0a\0\n\n\0", Encoding::Utf16Be), Some(4));
    }
}
