//! Output kept in memory until its turn comes.

use std::io::{self, Write};

/// Bytes that wait for their turn, up to a limit.
pub(crate) struct Held {
    bytes: Vec<u8>,
    limit: usize,
    full: bool,
}

impl Held {
    pub(crate) fn new(limit: usize) -> Self {
        Self { bytes: Vec::new(), limit, full: false }
    }

    /// All that was written; none if it went beyond the limit, where part of it is lost.
    pub(crate) fn into_bytes(self) -> Option<Vec<u8>> {
        Some(self.bytes).filter(|_| !self.full)
    }
}

impl Write for Held {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.full || bytes.len() > self.limit - self.bytes.len() {
            self.full = true;
            self.bytes = Vec::new();
            return Err(io::Error::other("too much to be kept in memory"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_beyond_the_limit_is_refused_and_known() {
        let mut held = Held::new(4);
        held.write_all(b"abcd").unwrap();
        assert_eq!(held.into_bytes(), Some(b"abcd".to_vec()));
        let mut held = Held::new(4);
        held.write_all(b"abc").unwrap();
        held.write_all(b"de").unwrap_err();
        held.write_all(b"f").unwrap_err();
        assert_eq!(held.into_bytes(), None);
    }
}
