//! Tables (CSV, TSV, and the lines of subtitles that are tables): the chosen cells change, every other byte stays.
//!
//! Records are worked on some hundred kilobytes at a time. What lies between two such bounds belongs together: a
//! short cell is surer to be garbled where its record and the records around it are.

mod cells;
mod layout;
mod parting;
mod row;

use std::io::{BufReader, Read};
use std::str::FromStr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use clap::Args;

use crate::chunks::{self, Chunk, Cutting, Format, Outcome};
use crate::exit::{Error, Log};
use crate::job::{Sink, Value, Worker};

pub(crate) use cells::{Dialect, LINES_ALONE, SCRIPT, State};
use layout::Layout;
pub(crate) use layout::shown;
pub(crate) use parting::parted;
use row::{Row, Rows};

/// How tables are read, on the command line.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// A column of a table that holds text: its name in the first record, or its number from 1; repeatable [default:
    /// all columns]
    #[arg(long, value_name = "NAME|NUMBER")]
    pub(crate) column: Vec<String>,
    /// What stands between the cells of a table [default: in TSV a tab, else a comma, or what the first records show]
    #[arg(long, value_name = "CHARACTER")]
    pub(crate) delimiter: Option<Delimiter>,
    /// Quotes in a table have no meaning
    #[arg(long)]
    pub(crate) no_quotes: bool,
    /// The first record of a table holds no names, but data as the others do
    #[arg(long)]
    pub(crate) no_header: bool,
}

impl Arguments {
    /// Whether anything here was asked for, which makes the input a table.
    pub(crate) fn is_asked_for(&self) -> bool {
        !self.column.is_empty() || self.has_dialect()
    }

    /// Whether it was said how records and cells are told apart.
    pub(crate) fn has_dialect(&self) -> bool {
        self.delimiter.is_some() || self.no_quotes || self.no_header
    }

    /// The dialect, with the delimiter that its kind has, and whether the table may show another one.
    pub(crate) fn dialect(&self, delimiter: u8) -> (Dialect, bool) {
        let dialect = Dialect {
            delimiter: self.delimiter.map_or(delimiter, |d| d.0),
            quotes: !self.no_quotes,
            is_script: false,
        };
        (dialect, self.delimiter.is_none() && delimiter == b',')
    }
}

/// A character that parts cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Delimiter(u8);

impl FromStr for Delimiter {
    type Err = &'static str;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        match s.as_bytes() {
            br"\t" => Ok(Self(b'\t')),
            [b'"' | b'\n' | b'\r'] => Err("quotes and line ends can't part cells"),
            [byte] if byte.is_ascii() => Ok(Self(*byte)),
            _ => Err("one ASCII character, such as `;`, `|` or `\\t`"),
        }
    }
}

/// How a table is read.
pub(crate) struct Options<'a> {
    pub(crate) dialect: Dialect,
    /// Names or numbers; all columns if there are none.
    pub(crate) columns: &'a [String],
    /// Whether the first line is Excel's, which says what parts the cells, and no record.
    pub(crate) says_parting: bool,
    /// Whether the first record holds the names of the columns.
    pub(crate) has_header: bool,
    /// Longest record in bytes, line end included.
    pub(crate) max_record: usize,
    /// Whether the first fault ends the run.
    pub(crate) strict: bool,
    /// Threads to work in, where the work can be shared.
    pub(crate) threads: usize,
    /// What the table was in, if that is not UTF-8.
    pub(crate) encoding: Option<&'static str>,
}

/// Bytes of records that are worked on together, save for the last record.
pub(crate) const TOGETHER: usize = 256 << 10;

/// Reads the records, has their cells worked on, and hands both versions of each to the sink. A record that
/// can't be worked on is told and goes through as it is.
pub(crate) fn run<R: Read + Send + 'static>(
    input: BufReader<R>,
    name: &str,
    label: &str,
    options: &Options<'_>,
    worker: &mut dyn Worker,
    sink: &mut Sink<'_>,
    log: &Log,
) -> Result<(), Error> {
    let &Options { dialect, max_record, strict, threads, .. } = options;
    // What belongs together must not depend on when it comes.
    let cutting = Cutting { dialect, max_record, chunk: TOGETHER, pauses: false };
    let table = Table {
        label,
        options,
        note: worker.notes_under().map(str::to_owned),
        layout: OnceLock::new(),
        widest: AtomicUsize::new(0),
    };
    chunks::run(input, name, chunks::Options { cutting, strict, threads }, &table, worker, sink, log)?;
    let widest = table.widest.into_inner();
    let named = table.layout.get().map_or(&[][..], |layout| layout.named());
    for (_, called) in named.iter().filter(|(index, _)| *index >= widest) {
        log.fault(format_args!(
            "{name}: no record has a column `{called}`: {widest} is the most (--delimiter)"
        ));
    }
    Ok(())
}

/// What is done with a table.
struct Table<'a> {
    label: &'a str,
    options: &'a Options<'a>,
    /// Where records are annotated, what the names of the columns for that begin with.
    note: Option<String>,
    layout: OnceLock<Arc<Layout>>,
    /// The most cells of a record.
    widest: AtomicUsize,
}

impl Format for Table<'_> {
    type Seen = Option<Arc<Layout>>;

    fn see(&self, chunk: &Chunk) -> Result<Self::Seen, String> {
        if self.layout.get().is_none() {
            let found = chunk.records().find_map(|(number, at)| {
                Layout::of(number, &chunk.bytes[at], self.options, self.note.as_deref())
            });
            if let Some(layout) = found.transpose()? {
                let _ = self.layout.set(Arc::new(layout));
            }
        }
        Ok(self.layout.get().cloned())
    }

    fn work(
        &self,
        chunk: &Chunk,
        layout: Self::Seen,
        worker: &mut dyn Worker,
        out: &mut Outcome,
    ) -> Result<(), Error> {
        let rows = Rows {
            options: self.options,
            layout: layout.as_deref(),
            only_repairs: worker.only_repairs(),
            note: self.note.as_deref(),
        };
        let mut taken = Vec::new();
        for (number, at) in chunk.records() {
            let row = match rows.row(number, &chunk.bytes[at]) {
                Ok(row) => {
                    self.widest.fetch_max(row.width, Ordering::Relaxed);
                    row
                }
                Err(fault) => {
                    out.fault(number, fault)?;
                    Row::default()
                }
            };
            taken.push(row);
        }
        let named = layout.as_ref().map_or(&[][..], |layout| layout.named());
        let most =
            taken.iter().filter_map(|row| row.cells.last()).map(|c| c.column + 1).max().unwrap_or_default();
        let numbers: Vec<String> = (1..=most).map(|n| n.to_string()).collect();
        let field = |column: usize| match named.iter().find(|(index, _)| *index == column) {
            Some((_, called)) => called.as_str(),
            None => &numbers[column],
        };
        let mut values: Vec<Vec<Value<'_>>> = Vec::with_capacity(taken.len());
        for ((number, _), row) in chunk.records().zip(&taken) {
            let record = row.cells.iter().map(|cell| Value {
                text: &cell.text,
                file: self.label,
                record: Some(number),
                field: Some(field(cell.column)),
                encoding: self.options.encoding,
                line: 1,
                base: (0, 0),
                markup: cell.markup(),
            });
            values.push(record.collect());
        }
        let done = worker.records(&values)?;
        let mut notes = worker.notes().into_iter();
        for (((number, at), row), new) in chunk.records().zip(&taken).zip(done) {
            let added = rows.added(number, row, notes.next());
            match row.spelled(new, &added, self.options.dialect) {
                Ok(new) => out.record(at, new.as_deref()),
                Err(fault) => {
                    out.fault(number, fault)?;
                    out.record(at, None);
                }
            }
        }
        Ok(())
    }
}
