//! Where a conversion writes.

/// Room for the bytes of one block and what the fast loop writes past its end.
const ROOM: usize = BLOCK + SLACK;
/// The fast loop writes at most this many bytes before it makes room again.
pub(super) const BLOCK: usize = 4096;
/// The fast loop may write up to this many bytes past the end of a block.
pub(super) const SLACK: usize = 16;

/// A string that grows by way of a small buffer. The fast loop writes bytes at random into the buffer;
/// they are checked to be UTF-8 while they are in the first-level cache, a tenth of the time that
/// checking the whole result would take.
pub(super) struct Output {
    text: String,
    buffer: Box<[u8; ROOM]>,
    filled: usize,
}

impl Output {
    pub(super) fn new(beginning: &str, capacity: usize) -> Self {
        let mut text = String::with_capacity(capacity);
        text.push_str(beginning);
        Self { text, buffer: Box::new([0; ROOM]), filled: 0 }
    }

    /// Room for [`BLOCK`] bytes and [`SLACK`] more. What is written there counts once it is told by
    /// [`Self::advance`].
    pub(super) fn room(&mut self, bytes: usize) -> &mut [u8] {
        if self.filled + bytes + SLACK > ROOM {
            self.flush();
        }
        &mut self.buffer[self.filled..]
    }

    /// Accepts this many bytes of the room: whole characters.
    pub(super) fn advance(&mut self, bytes: usize) {
        self.filled = (self.filled + bytes).min(ROOM);
    }

    /// Bytes written so far.
    pub(super) fn len(&self) -> usize {
        self.text.len() + self.filled
    }

    /// Takes back the last `bytes` bytes: whole characters.
    pub(super) fn rewind(&mut self, bytes: usize) {
        match self.filled.checked_sub(bytes) {
            Some(rest) => self.filled = rest,
            None => {
                self.flush();
                self.text.truncate(self.text.len().saturating_sub(bytes));
            }
        }
    }

    pub(super) fn push(&mut self, text: &str) {
        if text.len() > SLACK {
            self.flush();
            return self.text.push_str(text);
        }
        self.room(text.len())[..text.len()].copy_from_slice(text.as_bytes());
        self.advance(text.len());
    }

    pub(super) fn finish(mut self) -> String {
        self.flush();
        self.text
    }

    fn flush(&mut self) {
        let bytes = &self.buffer[..self.filled];
        match simdutf8::basic::from_utf8(bytes) {
            Ok(text) => self.text.push_str(text),
            // Not reached: what counts is whole characters. If it were, no panic is due.
            Err(_) => self.text.push_str(&String::from_utf8_lossy(bytes)),
        }
        self.filled = 0;
    }
}
