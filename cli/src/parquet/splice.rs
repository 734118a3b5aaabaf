//! A new version of a file in which stretches are replaced, and what it does to positions behind them.

use std::io::{self, Read};
use std::ops::Range;

use crate::exit::Error;
use crate::job::Sink;
use crate::journal::Replaced;

use super::file::Input;

/// Bytes copied at a time.
const COPIED: usize = 256 << 10;

/// The new version, written from the beginning of the file to its end. Nothing is written before the first stretch.
pub(super) struct Splicer<'a> {
    name: &'a str,
    input: &'a Input,
    /// How far the old version is copied or replaced.
    at: u64,
    /// Stretches that were replaced, in their order.
    replaced: Vec<Replaced>,
}

impl<'a> Splicer<'a> {
    pub(super) fn new(name: &'a str, input: &'a Input) -> Self {
        Self { name, input, at: 0, replaced: Vec::new() }
    }

    /// Whether nothing was replaced yet.
    pub(super) fn is_same(&self) -> bool {
        self.replaced.is_empty()
    }

    /// Whether the stretch at this position can still be replaced.
    pub(super) fn reaches(&self, start: u64) -> bool {
        start >= self.at
    }

    /// Puts all that is read in the place of a stretch, which lies behind the ones before. Gives the number of bytes.
    pub(super) fn replace(
        &mut self,
        old: Range<u64>,
        new: &mut dyn Read,
        sink: &mut Sink<'_>,
    ) -> Result<(), Error> {
        let start = self.position(old.start);
        copy(self.name, &mut self.input.range(self.at..old.start), sink)?;
        let length = copy(self.name, new, sink)?;
        self.at = old.end;
        self.replaced.push(Replaced { old, new: start..start + length });
        Ok(())
    }

    /// Where a position of the old version is in the new one, if no stretch before it will be replaced any more.
    /// The beginning of a stretch stays the beginning.
    pub(super) fn position(&self, old: u64) -> u64 {
        match self.replaced.partition_point(|r| r.old.start <= old).checked_sub(1) {
            None => old,
            Some(last) => match &self.replaced[last] {
                Replaced { old: was, new } if old < was.end || old == was.start => new.start,
                Replaced { old: was, new } => new.end + (old - was.end),
            },
        }
    }

    /// What stands in the place of the stretch that began here, if it was replaced.
    pub(super) fn replacement(&self, start: u64) -> Option<Range<u64>> {
        let at = self.replaced.binary_search_by_key(&start, |r| r.old.start).ok()?;
        Some(self.replaced[at].new.clone())
    }

    /// The stretches, when the last one is replaced that ends where the file does.
    pub(super) fn finish(self) -> Vec<Replaced> {
        self.replaced
    }
}

/// Hands on all there is; how many bytes that was.
pub(super) fn copy(name: &str, input: &mut dyn Read, sink: &mut Sink<'_>) -> Result<u64, Error> {
    let (mut part, mut copied) = (vec![0; COPIED], 0);
    loop {
        match input.read(&mut part) {
            Ok(0) => return Ok(copied),
            Ok(length) => {
                sink.bytes(&part[..length])?;
                copied += length as u64;
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(Error::file(name, e)),
        }
    }
}
