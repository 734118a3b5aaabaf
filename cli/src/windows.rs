//! Text in stretches of whole lines, so that a stream of any length takes the memory of a few of them.

use std::io::{self, Read};

use qingwen::detect::Encoding;

use crate::feed::{Feed, Got};

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

/// What a stretch is followed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    More,
    End,
    /// Nothing for a while: what is there may go on its way.
    Pause,
}

/// Reads a text stretch by stretch.
pub(crate) struct Windows<R> {
    input: Feed<R>,
    limits: Limits,
    buffer: Vec<u8>,
    /// Bytes read in all.
    seen: u64,
    ended: bool,
}

impl<R: Read> Windows<R> {
    pub(crate) fn new(input: R, limits: Limits) -> Self {
        Self::fed(Feed::steady(input), limits)
    }

    /// Where the input makes pauses, stretches end there.
    pub(crate) fn fed(input: Feed<R>, limits: Limits) -> Self {
        Self { input, limits, buffer: Vec::new(), seen: 0, ended: false }
    }

    /// The beginning of the text, and whether it is all of it. It may end at a pause if the lines before that are
    /// `enough`.
    pub(crate) fn head(&mut self, mut enough: impl FnMut(&[u8]) -> bool) -> Result<(&[u8], bool), Stop> {
        self.fill(HEAD.max(self.limits.window), Encoding::Utf8, &mut enough)?;
        Ok((&self.buffer, self.ended))
    }

    /// Reads until so many bytes are at hand, or all, or until a pause behind lines that are enough.
    fn fill(
        &mut self,
        wanted: usize,
        encoding: Encoding,
        enough: &mut dyn FnMut(&[u8]) -> bool,
    ) -> Result<Then, Stop> {
        let mut lines = if self.input.pauses() { line_end(&self.buffer, encoding) } else { None };
        // Lines that were not enough are not asked about again until there are more.
        let mut asked = 0;
        while !self.ended && self.buffer.len() < wanted {
            let room = self.limits.text.saturating_add(1).saturating_sub(self.seen);
            let missing = (wanted - self.buffer.len()) as u64;
            let before = self.buffer.len();
            let got = self.input.read(&mut self.buffer, missing.min(room), lines > Some(asked));
            match got.map_err(Stop::Io)? {
                Got::Bytes => {}
                Got::Rest => self.ended = true,
                Got::Pause => {
                    asked = lines.unwrap_or_default();
                    if enough(&self.buffer[..asked]) {
                        return Ok(Then::Pause);
                    }
                }
            }
            self.seen += (self.buffer.len() - before) as u64;
            if self.seen > self.limits.text {
                return Err(Stop::Text);
            }
            if self.input.pauses() {
                let whole = before - before % encoding.unit();
                lines = line_end(&self.buffer[whole..], encoding).map(|end| whole + end).or(lines);
            }
        }
        Ok(if self.ended { Then::End } else { Then::More })
    }

    /// The next stretch: whole lines of at most a window, or one longer line; none at the end. Lines before a pause
    /// are one if they are `enough`. With it comes whether the input pauses behind it.
    pub(crate) fn next(
        &mut self,
        encoding: Encoding,
        mut enough: impl FnMut(&[u8]) -> bool,
    ) -> Result<Option<(Vec<u8>, bool)>, Stop> {
        let mut wanted = self.limits.window;
        loop {
            let then = self.fill(wanted.saturating_add(1), encoding, &mut enough)?;
            if then == Then::End && self.buffer.len() <= wanted {
                let all = std::mem::take(&mut self.buffer);
                return Ok(Some((all, false)).filter(|(all, _)| !all.is_empty()));
            }
            let most = self.buffer.len().min(wanted);
            if let Some(end) = line_end(&self.buffer[..most], encoding) {
                let next = self.buffer[..end].to_vec();
                self.buffer.drain(..end);
                // The beginning of the text took more room than the stretches after it do.
                if self.buffer.capacity() / 4 > self.buffer.len().max(self.limits.window) {
                    self.buffer.shrink_to(2 * self.limits.window);
                }
                return Ok(Some((next, then == Then::Pause)));
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
        while let Some((next, _)) = windows.next(Encoding::Utf8, |_| true)? {
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
