//! Where a text can't be read, and how that is told.

use std::fmt;

use qingwen::detect::Encoding;

use crate::plan::Problem;
use crate::respell::lines_before;

/// Where a text can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Invalid {
    pub(super) line: usize,
    /// Byte offset in the file.
    pub(super) at: usize,
    pub(super) byte: u8,
    pub(super) problem: Problem,
}

impl Invalid {
    /// A text stops being UTF-8 at a byte offset.
    pub(crate) fn utf8(bytes: &[u8], at: usize) -> Self {
        Self {
            line: 1 + lines_before(bytes, at, Encoding::Utf8),
            at,
            byte: bytes.get(at).copied().unwrap_or_default(),
            problem: Problem::Undecodable { encoding: Encoding::Utf8, at, perhaps: String::new() },
        }
    }

    /// What the text was read in.
    pub(crate) fn encoding(&self) -> Encoding {
        let Problem::Undecodable { encoding, .. } = self.problem;
        encoding
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Problem::Undecodable { perhaps, .. } = &self.problem;
        write!(f, "{}{perhaps}", Brief(self))
    }
}

/// Without what else it may be.
pub(super) struct Brief<'a>(pub(super) &'a Invalid);

impl fmt::Display for Brief<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Invalid { line, at, byte, problem } = self.0;
        write!(f, "line {line}, byte offset {at}: {problem} (byte {byte:02X})")
    }
}
