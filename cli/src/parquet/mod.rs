//! Parquet files: the text of chosen columns changes, every other byte that can stay stays.
//!
//! A file is read row group by row group, the chosen columns of one side by side, a page of each at a time. Column
//! chunks in which nothing changes are copied as they are, and so is everything between them; those with changes are
//! read again and written as they were ([`chunk`]). What tells positions moves with them ([`splice`], [`footer`]). A
//! file in which nothing changes is not written at all.

mod changes;
mod chunk;
mod columns;
mod file;
mod footer;
mod guard;
mod pages;
mod rewrite;
mod rows;
mod splice;
mod thrift;

use std::borrow::Cow;
use std::path::Path;

use parquet::file::metadata::RowGroupMetaData;

use crate::args::Inputs;
use crate::exit::{Error, Log};
use crate::faults::Faults;
use crate::job::{Sink, Worker};
use crate::progress;

use changes::Changes;
use columns::Column;
use file::Opened;
pub(crate) use file::is_parquet;
use pages::Survey;
use rewrite::Rewrite;
use rows::{Rows, Track};

/// How a file is read.
pub(crate) struct Options<'a> {
    /// Paths of columns; all that are text if there are none.
    columns: Vec<Cow<'a, str>>,
    /// Most bytes of a value, of a page, and of the footer.
    max_record: usize,
    /// Whether the first fault of a value ends the run.
    strict: bool,
}

impl<'a> Options<'a> {
    /// As the command line says; fields are columns here, and pointers are paths.
    pub(crate) fn new(inputs: &'a Inputs) -> Self {
        let field = |field: &'a crate::json::Path| match field.as_str().strip_prefix('/') {
            Some(pointer) => Cow::Owned(pointer.replace("/*", "").replace('/', ".")),
            None if field.as_str().contains("[]") => Cow::Owned(field.as_str().replace("[]", "")),
            None => Cow::Borrowed(field.as_str()),
        };
        let columns = inputs.table.column.iter().map(|column| Cow::Borrowed(column.as_str()));
        Self {
            columns: inputs.field.iter().map(field).chain(columns).collect(),
            max_record: inputs.max_record.in_memory(),
            strict: inputs.strict,
        }
    }
}

/// Reads a file, has the text of its columns worked on, and hands the new version to the sink if it takes one. A value
/// that can't be worked on is told and stays as it is; anything else that can't be read ends the work on the file.
pub(crate) fn run(
    path: &Path,
    (name, label): (&str, &str),
    options: &Options<'_>,
    worker: &mut dyn Worker,
    sink: &mut Sink<'_>,
    log: &Log,
) -> Result<(), Error> {
    if let Some(cause) = sink.refuses_bytes() {
        return Err(Error::file(name, cause));
    }
    let opened = file::open(path, options.max_record as u64).map_err(|e| Error::file(name, e))?;
    let schema = opened.metadata.file_metadata().schema_descr();
    let columns = columns::choose(schema, &options.columns).map_err(|e| Error::file(name, e))?;
    let faults = Faults::new(name, options.strict, log);
    let table = Table { name, label, options, opened: &opened, columns: &columns, faults: &faults };
    let done = table.work(worker, sink);
    faults.finish();
    done
}

/// A file being worked on.
struct Table<'a> {
    name: &'a str,
    label: &'a str,
    options: &'a Options<'a>,
    opened: &'a Opened,
    columns: &'a [Column],
    faults: &'a Faults<'a>,
}

/// A column chunk with new values.
struct Changed<'a> {
    column: &'a Column,
    survey: Survey,
    changes: Changes,
}

impl Table<'_> {
    fn work(&self, worker: &mut dyn Worker, sink: &mut Sink<'_>) -> Result<(), Error> {
        let mut rewrite = Rewrite::new(self.name, self.opened);
        let mut before = 0;
        for (number, group) in self.opened.metadata.row_groups().iter().enumerate() {
            let changed = self.read(number, group, before, worker, sink)?;
            if !changed.is_empty() {
                sink.note_change();
            }
            if sink.takes_bytes() {
                rewrite.group(number, group, changed, sink)?;
            }
            before += group.num_rows() as u64;
            progress::advance(group.columns().iter().map(|c| c.compressed_size().unsigned_abs()).sum());
        }
        if sink.takes_bytes() { rewrite.finish(sink) } else { Ok(()) }
    }

    /// Works on the rows of a row group; gives the columns that change in it.
    fn read(
        &self,
        number: usize,
        group: &RowGroupMetaData,
        before: u64,
        worker: &mut dyn Worker,
        sink: &mut Sink<'_>,
    ) -> Result<Vec<Changed<'_>>, Error> {
        let rows = usize::try_from(group.num_rows()).unwrap_or(usize::MAX);
        let input = &self.opened.input;
        let (mut surveys, mut tracks) = (Vec::new(), Vec::new());
        for column in self.columns {
            let chunk = group.column(column.index);
            let failed = |cause: String| column_error(self.name, number, &column.name, &cause);
            if column.is_repeated && chunk.num_values().unsigned_abs() > self.options.max_record as u64 {
                let values = chunk.num_values();
                return Err(failed(format!("lists of {values} values; --max-record raises the limit")));
            }
            surveys.push(pages::survey(input, chunk, self.options.max_record as u64).map_err(failed)?);
            let reader = pages::values(input, chunk, rows).map_err(failed)?;
            tracks.push(Track::new(column, reader, chunk.column_descr().max_def_level()));
        }
        let mut reading = Rows {
            name: self.name,
            label: self.label,
            group: number,
            max_record: self.options.max_record,
            faults: self.faults,
            worker,
            sink,
            before,
        };
        // Where no column is text, there are no rows to look at.
        if !tracks.is_empty() {
            reading.work(&mut tracks, rows)?;
        }
        let changed = tracks.into_iter().zip(surveys).map(|(track, survey)| {
            let Track { column, changes, .. } = track;
            Changed { column, survey, changes }
        });
        Ok(changed.filter(|changed| !changed.changes.is_empty()).collect())
    }
}

/// What is wrong with a column of a row group, which has its number from 0.
fn column_error(name: &str, group: usize, column: &str, cause: &str) -> Error {
    Error::file(name, format_args!("row group {}, column `{column}`: {cause}", group + 1))
}
