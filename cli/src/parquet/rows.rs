//! The rows of a row group: the chosen columns side by side, some hundred kilobytes at a time, as the rows of any
//! table are worked on.

use std::borrow::Cow;

use parquet::column::reader::ColumnReaderImpl;
use parquet::data_type::{ByteArray, ByteArrayType};

use crate::exit::Error;
use crate::faults::{Fault, Faults};
use crate::job::{Sink, Value, Worker};
use crate::subtitles::Markup;
use crate::table::TOGETHER;

use super::changes::Changes;
use super::column_error;
use super::columns::Column;
use super::guard::guarded;

/// Rows read at first, and at most, before they are worked on.
const ROWS: (usize, usize) = (64, 4096);

/// Rows of one column, with the levels by which nulls and lists are told.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) values: Vec<ByteArray>,
    pub(super) definition: Vec<i16>,
    pub(super) repetition: Vec<i16>,
}

impl Batch {
    /// Reads the next rows in the place of the last ones; how many there were.
    pub(super) fn read(
        &mut self,
        reader: &mut ColumnReaderImpl<ByteArrayType>,
        rows: usize,
    ) -> Result<usize, String> {
        self.values.clear();
        self.definition.clear();
        self.repetition.clear();
        guarded(|| {
            let Self { values, definition, repetition } = self;
            reader.read_records(rows, Some(definition), Some(repetition), values).map(|(rows, ..)| rows)
        })
    }

    /// Bytes of all values.
    fn size(&self) -> usize {
        self.values.iter().map(ByteArray::len).sum()
    }
}

/// A chosen column of the row group being read.
pub(super) struct Track<'a> {
    pub(super) column: &'a Column,
    reader: ColumnReaderImpl<ByteArrayType>,
    /// Level at which a value is there.
    present: i16,
    batch: Batch,
    /// Row of each value in the batch, and which of the row's items it is.
    rows: Vec<(usize, usize)>,
    /// Values of the chunk before the batch.
    before: u64,
    pub(super) changes: Changes,
}

impl<'a> Track<'a> {
    pub(super) fn new(column: &'a Column, reader: ColumnReaderImpl<ByteArrayType>, present: i16) -> Self {
        let (batch, changes) = (Batch::default(), Changes::default());
        Self { column, reader, present, batch, rows: Vec::new(), before: 0, changes }
    }

    fn read(&mut self, rows: usize) -> Result<usize, String> {
        self.before += self.batch.values.len() as u64;
        let read = self.batch.read(&mut self.reader, rows)?;
        let Batch { values, definition, repetition } = &self.batch;
        self.rows.clear();
        if definition.is_empty() {
            self.rows.extend((0..values.len()).map(|row| (row, 0)));
            return Ok(read);
        }
        let (mut row, mut start) = (0, 0);
        for (at, &level) in definition.iter().enumerate() {
            if at > 0 && repetition.get(at).is_none_or(|&r| r == 0) {
                (row, start) = (row + 1, at);
            }
            if level == self.present {
                self.rows.push((row, at - start));
            }
        }
        Ok(read)
    }
}

/// Where the rows of a file go.
pub(super) struct Rows<'a, 'w> {
    pub(super) name: &'a str,
    pub(super) label: &'a str,
    /// Number of the row group, from 0.
    pub(super) group: usize,
    pub(super) max_record: usize,
    pub(super) faults: &'a Faults<'a>,
    pub(super) worker: &'a mut dyn Worker,
    pub(super) sink: &'a mut Sink<'w>,
    /// Rows of the file before those being read.
    pub(super) before: u64,
}

/// A value that can be worked on.
struct Found<'b> {
    /// The number of its track.
    track: usize,
    /// Its number in the batch.
    at: usize,
    text: &'b str,
    /// What it is called.
    field: Cow<'b, str>,
}

impl Rows<'_, '_> {
    /// Works on all rows of a row group: what changes is noted in the tracks.
    pub(super) fn work(&mut self, tracks: &mut [Track<'_>], rows: usize) -> Result<(), Error> {
        let (mut done, mut wanted) = (0, ROWS.0);
        while done < rows {
            let now = wanted.min(rows - done);
            for track in tracks.iter_mut() {
                match track.read(now) {
                    Ok(read) if read == now => {}
                    Ok(_) => return Err(self.fault(track.column, "has fewer rows than it says")),
                    Err(e) => return Err(self.fault(track.column, &e)),
                }
            }
            self.batch(tracks, now)?;
            let size: usize = tracks.iter().map(|track| track.batch.size()).sum();
            wanted = match size {
                size if size > TOGETHER => (wanted / 2).max(1),
                _ => (wanted * 2).min(ROWS.1),
            };
            done += now;
            self.before += now as u64;
        }
        Ok(())
    }

    fn fault(&self, column: &Column, cause: &str) -> Error {
        column_error(self.name, self.group, &column.name, cause)
    }

    /// Works on the rows that the tracks hold, in windows.
    fn batch(&mut self, tracks: &mut [Track<'_>], rows: usize) -> Result<(), Error> {
        let mut found: Vec<Vec<Found<'_>>> = Vec::new();
        found.resize_with(rows, Vec::new);
        for (which, track) in tracks.iter().enumerate() {
            let name = track.column.name.as_str();
            for (at, (value, &(row, item))) in track.batch.values.iter().zip(&track.rows).enumerate() {
                let cause = match std::str::from_utf8(value.data()) {
                    Ok("") => continue,
                    Ok(text) if text.len() <= self.max_record => {
                        let field = match track.column.is_repeated {
                            true => Cow::Owned(format!("{name}[{item}]")),
                            false => Cow::Borrowed(name),
                        };
                        // Damaged levels may begin rows that are not there.
                        let row = found.get_mut(row);
                        row.into_iter()
                            .for_each(|row| row.push(Found { track: which, at, text, field: field.clone() }));
                        continue;
                    }
                    Ok(_) => Fault::too_long(self.max_record),
                    Err(e) => Fault::invalid_utf8(value.data(), e.valid_up_to()),
                };
                self.faults.tell(self.before + row as u64 + 1, &cause.of_field(name))?;
            }
        }
        let mut changes: Vec<(usize, usize, String)> = Vec::new();
        let mut start = 0;
        while start < rows {
            let (mut end, mut size) = (start, 0);
            while end < rows && size < TOGETHER {
                size += found[end].iter().map(|found| found.text.len()).sum::<usize>();
                end += 1;
            }
            self.window(start, &found[start..end], &mut changes)?;
            start = end;
        }
        // Windows go by rows, columns by their own values.
        for (which, at, new) in changes {
            let track = &mut tracks[which];
            track.changes.add(track.before + at as u64, &new).map_err(|e| Error::file(self.name, e))?;
        }
        Ok(())
    }

    /// Works on rows that belong together.
    fn window(
        &mut self,
        first: usize,
        found: &[Vec<Found<'_>>],
        changes: &mut Vec<(usize, usize, String)>,
    ) -> Result<(), Error> {
        let mut records: Vec<Vec<Value<'_>>> = Vec::with_capacity(found.len());
        for (number, values) in (self.before + first as u64 + 1..).zip(found) {
            let record = values.iter().map(|found| Value {
                text: found.text,
                file: self.label,
                record: Some(number),
                field: Some(&found.field),
                encoding: None,
                line: 1,
                base: (0, 0),
                markup: Markup::None,
            });
            records.push(record.collect());
        }
        let done = self.worker.records(&records)?;
        let mut lines = self.sink.shows_text().then(|| (String::new(), String::new()));
        for ((values, record), new) in found.iter().zip(&records).zip(done) {
            for ((found, value), new) in values.iter().zip(record).zip(new) {
                let new = new.filter(|new| new != found.text);
                if let Some((old_lines, new_lines)) = &mut lines {
                    line(old_lines, value, found.text);
                    line(new_lines, value, new.as_deref().unwrap_or(found.text));
                }
                changes.extend(new.map(|new| (found.track, found.at, new)));
            }
        }
        match lines {
            Some((old, new)) if old != new => self.sink.put(old.as_bytes(), Some(new.as_bytes())),
            Some((old, _)) => self.sink.put(old.as_bytes(), None),
            None => Ok(()),
        }
    }
}

/// A value as a diff shows it, on a line of its own: row, column, text as JSON spells it.
fn line(out: &mut String, value: &Value<'_>, text: &str) {
    let (row, column) = (value.record.unwrap_or_default(), value.field.unwrap_or_default());
    let text = serde_json::Value::from(text);
    out.push_str(&format!("{row}\t{column}\t{text}\n"));
}
