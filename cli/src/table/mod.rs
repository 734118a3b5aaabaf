//! Tables (CSV, TSV, and the lines of subtitles that are tables): the chosen cells change, every other byte stays.
//!
//! Records are worked on some hundred kilobytes at a time. What lies between two such bounds belongs together: a
//! short cell is surer to be garbled where its record and the records around it are.

mod cells;

use std::borrow::Cow;
use std::io::{BufReader, Read};
use std::ops::Range;
use std::str::FromStr;

use clap::Args;

use crate::exit::{Error, Log};
use crate::faults::{Fault, Faults};
use crate::job::{Sink, Value, Worker};
use crate::jsonl::{self, Next};

use cells::{Cell, State};
pub(crate) use cells::{Dialect, SCRIPT};

/// How tables are read, on the command line.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// A column of a table that holds text: its name in the first record, or its number from 1; repeatable [default:
    /// all columns]
    #[arg(long, value_name = "NAME|NUMBER")]
    pub(crate) column: Vec<String>,
    /// What stands between the cells of a table [default: a comma, in TSV a tab]
    #[arg(long, value_name = "CHARACTER")]
    pub(crate) delimiter: Option<Delimiter>,
    /// Quotes in a table have no meaning
    #[arg(long)]
    pub(crate) no_quotes: bool,
}

impl Arguments {
    /// Whether anything here was asked for, which makes the input a table.
    pub(crate) fn is_asked_for(&self) -> bool {
        !self.column.is_empty() || self.has_dialect()
    }

    /// Whether it was said how cells are told apart.
    pub(crate) fn has_dialect(&self) -> bool {
        self.delimiter.is_some() || self.no_quotes
    }

    /// The dialect, with the delimiter that its kind has.
    pub(crate) fn dialect(&self, delimiter: u8) -> Dialect {
        Dialect {
            delimiter: self.delimiter.map_or(delimiter, |d| d.0),
            quotes: !self.no_quotes,
            is_script: false,
        }
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
    /// Longest record in bytes, line end included.
    pub(crate) max_record: usize,
    /// Whether the first fault ends the run.
    pub(crate) strict: bool,
}

/// Bytes of records that are worked on together, save for the last record.
pub(crate) const TOGETHER: usize = 256 << 10;

/// Reads the records, has their cells worked on, and hands both versions of each to the sink. A record that
/// can't be worked on is told and goes through as it is.
pub(crate) fn run<R: Read>(
    mut input: BufReader<R>,
    name: &str,
    label: &str,
    options: &Options<'_>,
    worker: &mut dyn Worker,
    sink: &mut Sink<'_>,
    log: &Log,
) -> Result<(), Error> {
    let faults = Faults::new(name, options.strict, log);
    let mut table =
        Table { name, label, options, columns: Columns::Unknown, width: None, faults: &faults, worker, sink };
    let done = table.read(&mut input);
    faults.finish();
    done
}

/// A table being worked on.
struct Table<'a, 'w> {
    name: &'a str,
    label: &'a str,
    options: &'a Options<'a>,
    columns: Columns,
    /// Cells of the first record.
    width: Option<usize>,
    faults: &'a Faults<'a>,
    worker: &'a mut dyn Worker,
    sink: &'a mut Sink<'w>,
}

/// Which columns are worked on.
enum Columns {
    /// The first record has not been seen.
    Unknown,
    All,
    /// Indices, ascending, and what each was called.
    Some(Vec<(usize, String)>),
}

/// Records that are worked on together.
#[derive(Default)]
struct Window {
    bytes: Vec<u8>,
    records: Vec<Range<usize>>,
    /// Number of the first record, from 1.
    first: u64,
}

impl Table<'_, '_> {
    fn read<R: Read>(&mut self, input: &mut BufReader<R>) -> Result<(), Error> {
        let mut window = Window { first: 1, ..Window::default() };
        loop {
            let start = window.bytes.len();
            let mut state = State::default();
            let next = next(input, &mut window.bytes, &mut state, self.options)
                .map_err(|e| Error::file(self.name, e))?;
            match next {
                Next::Record => {
                    window.records.push(start..window.bytes.len());
                    if window.bytes.len() >= TOGETHER {
                        window = self.work(window)?;
                    }
                }
                Next::End => return self.work(window).map(drop),
                Next::TooLong => {
                    let head = window.bytes.split_off(start);
                    window = self.work(window)?;
                    self.faults.tell(window.first, &Fault::too_long(self.options.max_record))?;
                    window.first += 1;
                    self.pass(input, &head, state)?;
                }
            }
        }
    }

    /// Hands on the rest of a record that is too long.
    fn pass<R: Read>(
        &mut self,
        input: &mut BufReader<R>,
        head: &[u8],
        mut state: State,
    ) -> Result<(), Error> {
        self.sink.part(head)?;
        // Its beginning was taken up to the line that went over the limit.
        loop {
            let mut failed = None;
            let (mut ended, mut any) = (false, false);
            let dialect = self.options.dialect;
            let sink = &mut *self.sink;
            let part = |part: &[u8]| {
                any = true;
                ended = state.take(part, dialect);
                sink.part(part).map_err(|e| failed = Some(e)).is_ok()
            };
            jsonl::rest(input, part).map_err(|e| Error::file(self.name, e))?;
            failed.map_or(Ok(()), Err)?;
            if ended || !any {
                return self.sink.end_parts();
            }
        }
    }

    /// Works on the records of a window; gives back an empty one for those that follow.
    fn work(&mut self, window: Window) -> Result<Window, Error> {
        let Window { bytes, records, first } = window;
        let numbered = || (first..).zip(&records);
        let mut rows = Vec::with_capacity(records.len());
        for (number, at) in numbered() {
            rows.push(self.row(number, &bytes[at.clone()])?);
        }
        let columns = match &self.columns {
            Columns::Some(columns) => columns.as_slice(),
            _ => &[],
        };
        let most =
            rows.iter().filter_map(|row| row.cells.last()).map(|c| c.column + 1).max().unwrap_or_default();
        let numbers: Vec<String> = (1..=most).map(|n| n.to_string()).collect();
        let field = |column: usize| match columns.iter().find(|(index, _)| *index == column) {
            Some((_, called)) => called.as_str(),
            None => &numbers[column],
        };
        let mut values: Vec<Vec<Value<'_>>> = Vec::with_capacity(rows.len());
        for ((number, _), row) in numbered().zip(&rows) {
            let record = row.cells.iter().map(|cell| Value {
                text: &cell.text,
                file: self.label,
                record: Some(number),
                field: Some(field(cell.column)),
                encoding: None,
                line: 1,
                base: (0, 0),
            });
            values.push(record.collect());
        }
        let done = self.worker.records(&values)?;
        let mut same = 0;
        for (((number, at), row), new) in numbered().zip(&rows).zip(done) {
            let Some(line) = self.spelled(number, row, new)? else { continue };
            self.keep(&bytes[same..at.start])?;
            self.sink.put(&bytes[at.clone()], Some(&line))?;
            same = at.end;
        }
        self.keep(&bytes[same..])?;
        Ok(Window {
            bytes: Vec::with_capacity(TOGETHER),
            records: Vec::new(),
            first: first + records.len() as u64,
        })
    }

    fn keep(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if bytes.is_empty() { Ok(()) } else { self.sink.put(bytes, None) }
    }

    /// The cells of a record to work on; none where it can't be.
    fn row<'r>(&mut self, number: u64, bytes: &'r [u8]) -> Result<Row<'r>, Error> {
        let mut row = Row::default();
        row.line = match std::str::from_utf8(bytes) {
            Ok(line) => line,
            Err(e) => {
                self.faults.tell(number, &Fault::invalid_utf8(bytes, e.valid_up_to()))?;
                return Ok(row);
            }
        };
        // The file's byte order mark is no part of its first cell.
        row.mark = if number == 1 && row.line.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
        let line = &row.line[row.mark..];
        // Where a decoder swallowed what parts cells or ends them, only the record as a whole can be repaired.
        let may_be_damaged =
            self.options.columns.is_empty() && !self.options.dialect.is_script && self.worker.only_repairs();
        let cells = match cells::split(line, self.options.dialect) {
            Ok(cells) if may_be_damaged && self.width.is_some_and(|width| width != cells.len()) => {
                vec![Cell::of_record(line)]
            }
            Ok(cells) => {
                self.width.get_or_insert(cells.len());
                cells
            }
            Err(_) if may_be_damaged => vec![Cell::of_record(line)],
            Err(e) => {
                let column = line[..e.at].chars().count() + 1;
                self.faults.tell(number, &Fault::new(Some(column), e.what))?;
                return Ok(row);
            }
        };
        if matches!(self.columns, Columns::Unknown) {
            self.columns =
                columns(self.options.columns, line, &cells).map_err(|e| Error::file(self.name, e))?;
        }
        let mut take = |column: usize, cell: &Cell| {
            let text = cell.text(line);
            if !text.is_empty() {
                row.cells.push(Chosen { column, cell: cell.clone(), text });
            }
        };
        match &self.columns {
            Columns::Some(columns) => columns
                .iter()
                .filter_map(|(column, _)| Some((*column, cells.get(*column)?)))
                .for_each(|(column, cell)| take(column, cell)),
            _ => cells.iter().enumerate().for_each(|(column, cell)| take(column, cell)),
        }
        Ok(row)
    }

    /// The record's new version, if anything in it changed.
    fn spelled(
        &self,
        number: u64,
        row: &Row<'_>,
        new: Vec<Option<String>>,
    ) -> Result<Option<Vec<u8>>, Error> {
        let line = &row.line[row.mark..];
        let mut out = String::new();
        let mut done = 0;
        for (chosen, new) in row.cells.iter().zip(new) {
            let Some(new) = new.filter(|new| *new != chosen.text) else { continue };
            let Some(spelled) = chosen.cell.spell(&new, self.options.dialect) else {
                let cause = "its new text holds what parts cells, which can't be spelled without quotes";
                self.faults.tell(number, &Fault::new(None, cause))?;
                return Ok(None);
            };
            out.push_str(&line[done..chosen.cell.span.start]);
            out.push_str(&spelled);
            done = chosen.cell.span.end;
        }
        if done == 0 {
            return Ok(None);
        }
        out.push_str(&line[done..]);
        out.insert_str(0, &row.line[..row.mark]);
        Ok(Some(out.into_bytes()))
    }
}

/// A record taken apart.
#[derive(Default)]
struct Row<'r> {
    line: &'r str,
    /// Bytes of the byte order mark.
    mark: usize,
    /// The chosen cells that hold something.
    cells: Vec<Chosen<'r>>,
}

/// A cell to work on.
struct Chosen<'r> {
    /// Its index.
    column: usize,
    cell: Cell,
    text: Cow<'r, str>,
}

/// Finds the columns by the first record.
fn columns(asked: &[String], header: &str, cells: &[Cell]) -> Result<Columns, String> {
    if asked.is_empty() {
        return Ok(Columns::All);
    }
    let names: Vec<Cow<'_, str>> = cells.iter().map(|c| c.text(header)).collect();
    let mut columns: Vec<(usize, String)> = Vec::with_capacity(asked.len());
    for called in asked {
        let number = || called.parse::<usize>().ok()?.checked_sub(1).filter(|&n| n < cells::MOST_CELLS);
        let mut named =
            names.iter().enumerate().filter(|(_, name)| *name == called).map(|(n, _)| n).peekable();
        if named.peek().is_some() {
            columns.extend(named.map(|n| (n, called.clone())));
        } else if let Some(number) = number() {
            columns.push((number, called.clone()));
        } else {
            return Err(format!("no column `{called}` in the first record: {}", shown(&names)));
        }
    }
    columns.sort();
    columns.dedup_by_key(|(index, _)| *index);
    Ok(Columns::Some(columns))
}

/// A header, as long as it may be in a message.
pub(crate) fn shown(names: &[Cow<'_, str>]) -> String {
    const MOST: usize = 20;
    let mut shown: Vec<&str> = names.iter().take(MOST).map(|n| &n[..n.floor_char_boundary(60)]).collect();
    if names.len() > MOST {
        shown.push("…");
    }
    shown.join(", ")
}

/// Reads to the end of the next record, behind what is in `bytes`. `state` is where the bytes read so far end,
/// save for a line that goes over the limit.
fn next<R: Read>(
    input: &mut BufReader<R>,
    bytes: &mut Vec<u8>,
    state: &mut State,
    options: &Options<'_>,
) -> std::io::Result<Next> {
    let start = bytes.len();
    loop {
        let line = bytes.len();
        let next = jsonl::next(input, bytes, options.max_record.saturating_sub(line - start))?;
        match next {
            Next::Record if state.take(&bytes[line..], options.dialect) => return Ok(Next::Record),
            // A line without line feed is the last one.
            Next::Record if bytes.last() != Some(&b'\n') => return Ok(Next::Record),
            Next::Record => {}
            Next::End if line > start => return Ok(Next::Record),
            Next::End => return Ok(Next::End),
            Next::TooLong => {
                state.take(&bytes[line..], options.dialect);
                return Ok(Next::TooLong);
            }
        }
    }
}
