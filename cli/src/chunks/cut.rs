//! A stream cut into records and chunks of them, in memory bounded by a chunk and the longest record.

use std::io::{self, BufRead, BufReader, Read};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use memchr::memchr;

use crate::table::{Dialect, State};

/// How a stream is cut.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cutting {
    /// What tells where a record ends; JSON lines know no quotes.
    pub(crate) dialect: Dialect,
    /// Longest record in bytes, line end included.
    pub(crate) max_record: usize,
    /// Bytes of a chunk, save for its last record.
    pub(crate) chunk: usize,
    /// Whether the input may pause, as a pipe does; what is done goes out then.
    pub(crate) pauses: bool,
}

/// Whole records.
pub(crate) struct Chunk {
    /// Number of the first one, from 1.
    first: u64,
    pub(crate) bytes: Vec<u8>,
    /// Where each one ends.
    ends: Vec<usize>,
    /// The input makes a pause after it.
    pub(super) pause: bool,
}

impl Chunk {
    /// The records with their numbers, and where they stand.
    pub(crate) fn records(&self) -> impl Iterator<Item = (u64, Range<usize>)> {
        let starts = [0].into_iter().chain(self.ends.iter().copied());
        (self.first..).zip(starts.zip(&self.ends).map(|(start, &end)| start..end))
    }
}

/// Chunks' memory that is free again. New memory is zeroed by the system, page by page, while other threads wait.
#[derive(Clone, Default)]
pub(super) struct Spare(Arc<Mutex<Vec<Vec<u8>>>>);

impl Spare {
    /// Takes back what a chunk was in.
    pub(super) fn give(&self, chunk: Chunk) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(chunk.bytes);
    }

    /// An empty buffer for so many bytes.
    fn take(&self, bytes: usize) -> Vec<u8> {
        let spare = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        // One that held a long record is more than others need.
        let mut spare = spare.filter(|spare| spare.capacity() <= 2 * bytes).unwrap_or_default();
        spare.clear();
        // Grown bit by bit, it would be copied again and again.
        spare.reserve(bytes);
        spare
    }
}

/// What a stream is cut into.
pub(super) enum Piece {
    Records(Chunk),
    /// The number and the beginning of a record that is too long.
    Long(u64, Vec<u8>),
    LongPart(Vec<u8>),
    LongEnd,
    Failed(String),
}

/// Cuts a stream.
pub(super) struct Cutter<R> {
    input: BufReader<R>,
    cutting: Cutting,
    spare: Spare,
    /// Number of the next record.
    number: u64,
    /// What comes next.
    then: Then,
}

enum Then {
    Records,
    /// The record of which this is the beginning.
    Begun(Vec<u8>, State),
    Long(Vec<u8>, State),
    LongPart(State),
    LongEnd,
    Failed(String),
    End,
}

impl<R: Read> Cutter<R> {
    pub(super) fn new(input: BufReader<R>, cutting: Cutting, spare: Spare) -> Self {
        Self { input, cutting, spare, number: 1, then: Then::Records }
    }

    /// The next records; `begun` is the beginning of the first one, if that was read.
    fn chunk(&mut self, begun: Option<(Vec<u8>, State)>) -> Chunk {
        let Cutting { pauses, max_record, chunk: enough, .. } = self.cutting;
        let (bytes, mut begun) = match begun {
            Some((bytes, state)) => (bytes, Some(state)),
            None => (self.spare.take(enough + enough / 8), None),
        };
        let mut chunk = Chunk { first: self.number, bytes, ends: Vec::new(), pause: false };
        loop {
            let waits = pauses && !chunk.ends.is_empty() && memchr(b'\n', self.input.buffer()).is_none();
            if waits || !chunk.ends.is_empty() && chunk.bytes.len() >= enough {
                chunk.pause = waits || pauses && self.input.buffer().is_empty();
                return chunk;
            }
            let start = chunk.ends.last().copied().unwrap_or_default();
            // Behind others, a long record is put off: it would have to be copied as a whole later.
            let most = if start > 0 { max_record.min(enough) } else { max_record };
            self.then = match self.record(&mut chunk.bytes, start, begun.take().unwrap_or_default(), most) {
                Ok(Next::Record) => {
                    chunk.ends.push(chunk.bytes.len());
                    self.number += 1;
                    continue;
                }
                Ok(Next::TooLong(state)) if most < max_record => {
                    Then::Begun(chunk.bytes.split_off(start), state)
                }
                Ok(Next::TooLong(state)) if start == 0 => Then::Long(std::mem::take(&mut chunk.bytes), state),
                Ok(Next::TooLong(state)) => Then::Long(chunk.bytes.split_off(start), state),
                Ok(Next::End) => Then::End,
                Err(e) => {
                    chunk.bytes.truncate(start);
                    Then::Failed(e.to_string())
                }
            };
            return chunk;
        }
    }

    /// Reads to the end of the record that begins at `start`, behind what is in `bytes`, where the state is this.
    fn record(
        &mut self,
        bytes: &mut Vec<u8>,
        start: usize,
        mut state: State,
        max: usize,
    ) -> io::Result<Next> {
        let dialect = self.cutting.dialect;
        loop {
            let line = bytes.len();
            match line_end(&mut self.input, bytes, max.saturating_sub(line - start))? {
                Line::Whole if state.take(&bytes[line..], dialect) => return Ok(Next::Record),
                // A line without line feed is the last one.
                Line::Whole if bytes.last() != Some(&b'\n') => return Ok(Next::Record),
                Line::Whole => {}
                Line::None if line > start => return Ok(Next::Record),
                Line::None => return Ok(Next::End),
                Line::TooLong => {
                    state.take(&bytes[line..], dialect);
                    return Ok(Next::TooLong(state));
                }
            }
        }
    }

    /// The next part of a record that is too long.
    fn part(&mut self, mut state: State) -> Piece {
        let chunk = match filled(&mut self.input) {
            Ok(chunk) => chunk,
            Err(e) => {
                self.then = Then::End;
                return Piece::Failed(e.to_string());
            }
        };
        if chunk.is_empty() {
            self.then = Then::End;
            return Piece::LongEnd;
        }
        let length = memchr(b'\n', chunk).map_or(chunk.len(), |at| at + 1);
        let part = chunk[..length].to_vec();
        self.input.consume(length);
        let ended = state.take(&part, self.cutting.dialect);
        self.then = if ended { Then::LongEnd } else { Then::LongPart(state) };
        Piece::LongPart(part)
    }
}

impl<R: Read> Iterator for Cutter<R> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        loop {
            match std::mem::replace(&mut self.then, Then::Records) {
                then @ (Then::Records | Then::Begun(..)) => {
                    let begun = if let Then::Begun(head, state) = then { Some((head, state)) } else { None };
                    let chunk = self.chunk(begun);
                    if !chunk.ends.is_empty() {
                        return Some(Piece::Records(chunk));
                    }
                }
                Then::Long(head, state) => {
                    self.then = Then::LongPart(state);
                    self.number += 1;
                    return Some(Piece::Long(self.number - 1, head));
                }
                Then::LongEnd => return Some(Piece::LongEnd),
                Then::LongPart(state) => return Some(self.part(state)),
                Then::Failed(cause) => {
                    self.then = Then::End;
                    return Some(Piece::Failed(cause));
                }
                Then::End => {
                    self.then = Then::End;
                    return None;
                }
            }
        }
    }
}

/// What was read of a record.
enum Next {
    Record,
    /// Its beginning; the rest is still in the input.
    TooLong(State),
    End,
}

/// What was read of a line.
enum Line {
    Whole,
    TooLong,
    None,
}

/// Reads to the next line feed, behind what is in `bytes`. Other line ends (U+0085, U+2028) are characters.
fn line_end(input: &mut impl BufRead, bytes: &mut Vec<u8>, max: usize) -> io::Result<Line> {
    let start = bytes.len();
    loop {
        let chunk = filled(input)?;
        if chunk.is_empty() {
            return Ok(if bytes.len() == start { Line::None } else { Line::Whole });
        }
        let end = memchr(b'\n', chunk).map(|at| at + 1);
        let length = end.unwrap_or(chunk.len());
        if bytes.len() - start + length > max {
            return Ok(Line::TooLong);
        }
        bytes.extend_from_slice(&chunk[..length]);
        input.consume(length);
        if end.is_some() {
            return Ok(Line::Whole);
        }
    }
}

fn filled(input: &mut impl BufRead) -> io::Result<&[u8]> {
    // Asked first for the error alone: the borrow of a retried call would not end.
    loop {
        match input.fill_buf() {
            Ok(_) => break,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    input.fill_buf()
}
