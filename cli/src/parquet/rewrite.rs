//! The new version of a file, from its old one and the values that change.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};

use crate::exit::Error;
use crate::job::Sink;

use super::chunk::{self, HEAD, Written};
use super::file::Opened;
use super::footer::{self, Footer, Old};
use super::splice::{self, Splicer};
use super::{Changed, column_error};

/// The new version, row group by row group.
pub(super) struct Rewrite<'a> {
    name: &'a str,
    opened: &'a Opened,
    splicer: Splicer<'a>,
    /// The footer, once something changes.
    footer: Option<Footer<'a>>,
    /// `ColumnMetaData` of the chunks that were replaced, by row group and column.
    changed: HashMap<(usize, usize), Vec<u8>>,
    /// Stretches to replace that lie behind what was replaced so far, by their beginnings.
    waiting: BTreeMap<u64, Waiting>,
}

/// A stretch that waits for its turn.
struct Waiting {
    end: u64,
    new: New,
}

/// What stands in its place.
enum New {
    Bytes(Vec<u8>),
    /// The same `OffsetIndex`, with the positions of the new version.
    Offsets,
}

const UNORDERED: &str = "its parts lie in an order in which they can't be replaced, so it was left";

impl<'a> Rewrite<'a> {
    pub(super) fn new(name: &'a str, opened: &'a Opened) -> Self {
        Self {
            name,
            opened,
            splicer: Splicer::new(name, &opened.input),
            footer: None,
            changed: HashMap::new(),
            waiting: BTreeMap::new(),
        }
    }

    fn fault(&self, cause: impl std::fmt::Display) -> Error {
        Error::file(self.name, cause)
    }

    /// Writes a row group, with new values in some of its columns, and all that lies before it. As long as there
    /// were none, nothing is written.
    pub(super) fn group(
        &mut self,
        number: usize,
        group: &RowGroupMetaData,
        mut changed: Vec<Changed<'_>>,
        sink: &mut Sink<'_>,
    ) -> Result<(), Error> {
        if changed.is_empty() && self.splicer.is_same() {
            return Ok(());
        }
        let footer = match self.footer.take() {
            Some(footer) => footer,
            None => {
                ordered(self.opened.metadata.row_groups()).map_err(|e| self.fault(e))?;
                Footer::read(&self.opened.footer).map_err(|e| self.fault(e))?
            }
        };
        let is_changed = |column: usize| changed.iter().any(|c| c.column.index == column);
        let mut old = footer.old(number, &self.opened.input, is_changed).map_err(|e| self.fault(e))?;
        self.footer = Some(footer);
        changed.sort_by_key(|c| group.column(c.column.index).byte_range().0);
        let mut offsets_done = vec![false; old.len()];
        for Changed { column, survey, changes } in changed {
            let leaf = column.index;
            let chunk = group.column(leaf);
            let failed = |cause: String| column_error(self.name, number, &column.name, &cause);
            let changes = changes.read().map_err(|e| failed(e.to_string()))?;
            let schema = self.opened.metadata.file_metadata().schema_descr();
            let rows = usize::try_from(group.num_rows()).unwrap_or(usize::MAX);
            let chunk_and_leaf = (chunk, leaf);
            let how = (&survey, &old[leaf]);
            let mut written = chunk::rewrite(&self.opened.input, schema, chunk_and_leaf, rows, how, changes)
                .map_err(failed)?;
            let (start, length) = chunk.byte_range();
            self.flush(start, sink)?;
            let mut pages = written.pages().map_err(|e| failed(e.to_string()))?;
            self.splicer.replace(start..start + length, &mut pages, sink)?;
            drop(pages);
            self.indexes(&mut old[leaf], chunk, &mut written)?;
            offsets_done[leaf] = true;
            self.changed.insert((number, leaf), written.metadata);
        }
        // Where pages have moved, what tells their positions changes, too.
        for ((old, chunk), done) in old.iter().zip(group.columns()).zip(offsets_done) {
            if let Some(range) = old.offset_index.clone().filter(|_| !done) {
                self.wait(chunk, range, New::Offsets)?;
            }
        }
        Ok(())
    }

    /// Takes note of what goes with a chunk that was replaced.
    fn indexes(
        &mut self,
        old: &mut Old,
        chunk: &ColumnChunkMetaData,
        written: &mut Written,
    ) -> Result<(), Error> {
        let (start, _) = chunk.byte_range();
        let new_start = self.splicer.replacement(start).map_or(start, |new| new.start);
        if let Some(range) = old.column_index.take() {
            self.wait(chunk, range, New::Bytes(written.column_index.take().unwrap_or_default()))?;
        }
        if let Some(range) = old.offset_index.take() {
            let index = written.offset_index.take().unwrap_or_default();
            let position = |at: u64| at.saturating_sub(HEAD) + new_start;
            let index = match index.is_empty() {
                true => index,
                false => footer::moved_offsets(&index, position).map_err(|e| self.fault(e))?,
            };
            self.wait(chunk, range, New::Bytes(index))?;
        }
        if let (Some(filter), Some(new)) = (old.bloom_filter.take(), written.bloom_filter.take()) {
            self.wait(chunk, filter.range, New::Bytes(new))?;
        }
        Ok(())
    }

    /// Takes note of a stretch to replace, which goes with a column chunk and lies behind it.
    fn wait(&mut self, chunk: &ColumnChunkMetaData, range: Range<u64>, new: New) -> Result<(), Error> {
        let (start, length) = chunk.byte_range();
        if range.start < start + length
            || !self.splicer.reaches(range.start)
            || range.end > self.opened.data_end
        {
            return Err(self.fault(UNORDERED));
        }
        match self.waiting.insert(range.start, Waiting { end: range.end, new }) {
            None => Ok(()),
            Some(_) => Err(self.fault(UNORDERED)),
        }
    }

    /// Replaces the stretches that wait and lie before a position.
    fn flush(&mut self, before: u64, sink: &mut Sink<'_>) -> Result<(), Error> {
        while let Some(first) = self.waiting.first_entry().filter(|first| *first.key() < before) {
            let (start, Waiting { end, new }) = first.remove_entry();
            if end > before || !self.splicer.reaches(start) {
                return Err(self.fault(UNORDERED));
            }
            let new = match new {
                New::Bytes(bytes) => bytes,
                New::Offsets => {
                    let old = self.opened.input.bytes(start..end).map_err(|e| self.fault(e))?;
                    footer::moved_offsets(&old, |at| self.splicer.position(at)).map_err(|e| self.fault(e))?
                }
            };
            self.splicer.replace(start..end, &mut &*new, sink)?;
        }
        Ok(())
    }

    /// Writes the rest, and the footer. A file in which nothing has changed goes through as it is, where it is copied
    /// anyway.
    pub(super) fn finish(mut self, sink: &mut Sink<'_>) -> Result<(), Error> {
        let length = self.opened.input.length;
        let Some(footer) = self.footer.take() else {
            return match sink.is_copy() {
                true => splice::copy(self.name, &mut self.opened.input.range(0..length), sink).map(drop),
                false => Ok(()),
            };
        };
        self.flush(self.opened.data_end, sink)?;
        let mut footer = footer.rewritten(&self.splicer, &self.changed).map_err(|e| self.fault(e))?;
        let size = u32::try_from(footer.len()).map_err(|_| self.fault("its new footer is too long"))?;
        footer.extend_from_slice(&size.to_le_bytes());
        footer.extend_from_slice(b"PAR1");
        self.splicer.replace(self.opened.data_end..length, &mut &*footer, sink)?;
        sink.replaced(self.splicer.finish());
        Ok(())
    }
}

/// Column chunks must lie one behind the other, row group by row group, for positions to be moved as they are written.
fn ordered(groups: &[RowGroupMetaData]) -> Result<(), &'static str> {
    let mut end = HEAD;
    for group in groups {
        let mut chunks: Vec<(u64, u64)> = group.columns().iter().map(|c| c.byte_range()).collect();
        chunks.sort_unstable();
        for (start, length) in chunks {
            if start < end {
                return Err(UNORDERED);
            }
            end = start + length;
        }
    }
    Ok(())
}
