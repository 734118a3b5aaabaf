//! A source is read by its format.

use std::io::{BufReader, Cursor, Read};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use qingwen::detect::Encoding;

use super::sink::{Sink, To};
use super::worker::Worker;
use crate::args::{Inputs, Kind};
use crate::exit::{Error, Log};
use crate::packed::Input;
use crate::plan::{self, Target, Wanted};
use crate::recode::{self, Encoder};
use crate::subtitles::Markup;
use crate::table::Dialect;
use crate::walk::{self, Source};
use crate::zip::members::{self, Archive, Member};
use crate::{atomic, json_file, jsonl, parquet, table, text};

/// Bytes read at a time; the first ones of a table tell its encoding.
const BUFFER: usize = 256 << 10;

/// How sources are read.
#[derive(Clone, Copy)]
pub(super) struct How<'a> {
    pub(super) inputs: &'a Inputs,
    pub(super) threads: usize,
    pub(super) log: &'a Log,
}

pub(super) fn read(
    source: &Source,
    how: How<'_>,
    worker: &mut dyn Worker,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    if let Some(path) = source.file() {
        if matches!(sink.to, To::Writer(_)) && atomic::is_standard_output(path) {
            return Err(Error::file(&source.name(), "is standard output too: it would feed on itself"));
        }
        if members::is_named(path) && how.inputs.takes_members() {
            return read_members(path, how, worker, sink);
        }
    }
    if let Some(path) = source.file()
        && (how.inputs.kind(source) == Kind::Parquet
            || how.inputs.takes_parquet() && parquet::is_parquet(path))
    {
        let (name, label) = (source.name(), source.label());
        let options = parquet::Options::new(how.inputs);
        return parquet::run(path, (&name, &label), &options, worker, sink, how.log);
    }
    let pauses = !source.file().is_some_and(Path::is_file);
    let open = || walk::open(source, how.inputs.max_output.0);
    read_as(source, &open, pauses, how, worker, sink)
}

/// Reads the texts in an archive, for what can be said of them.
fn read_members(
    path: &Path,
    how: How<'_>,
    worker: &mut dyn Worker,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    let archive = Archive::open(path, how.inputs.max_output.0)?;
    for member in archive.members() {
        let done = read_member(&archive, &member, how, worker, sink);
        told(done, how)?;
    }
    Ok(())
}

/// Reads a member of an archive; false if that is no text.
pub(super) fn read_member(
    archive: &Archive,
    member: &Member,
    how: How<'_>,
    worker: &mut dyn Worker,
    sink: &mut Sink<'_>,
) -> Result<bool, Error> {
    let source = Source::File(member.path.clone());
    let text = archive.text(member, how.inputs.binary).map_err(|cause| Error::file(&source.name(), cause))?;
    let Some(text) = text else { return Ok(false) };
    let text = Mutex::new(Some(text));
    let once = || {
        let text = text.lock().unwrap_or_else(PoisonError::into_inner).take();
        text.ok_or_else(|| Error::file(&source.name(), "can't be read twice"))
    };
    read_as(&source, &once, false, how, worker, sink).map(|()| true)
}

/// A member that can't be read is told and left; the others go on.
pub(super) fn told<T: Default>(done: Result<T, Error>, how: How<'_>) -> Result<T, Error> {
    match done {
        Err(Error::File(message)) if !how.inputs.strict => {
            how.log.fault(format_args!("{message}; left as it is"));
            Ok(T::default())
        }
        other => other,
    }
}

/// Reads what `open` gives as the source's name and the options tell.
fn read_as(
    source: &Source,
    open: &dyn Fn() -> Result<Input, Error>,
    pauses: bool,
    how: How<'_>,
    worker: &mut dyn Worker,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    let (name, label) = (source.name(), source.label());
    let How { inputs, threads, log } = how;
    let buffered = || Ok(BufReader::with_capacity(BUFFER, open()?));
    let other = sink.target.filter(|t| !matches!(t, Target::Same | Target::To(Encoding::Utf8)));
    sink.encoder = None;
    match inputs.kind(source) {
        Kind::Json | Kind::Jsonl if other.is_some() => {
            Err(Error::file(&name, "is JSON, which is always UTF-8: --output-encoding has no meaning for it"))
        }
        Kind::Parquet => Err(Error::file(&name, "can't be Parquet, which is read from its end; name a file")),
        Kind::Jsonl if inputs.field.is_empty() => {
            Err(Error::file(&name, "is JSON lines: name its text with --field, or say --format text"))
        }
        Kind::Jsonl => {
            let options = jsonl::Options {
                fields: &inputs.field,
                max_record: inputs.max_record.in_memory(),
                strict: inputs.strict,
                threads,
                pauses,
            };
            jsonl::run(buffered()?, &name, &label, &options, worker, sink, log)
        }
        Kind::Table(delimiter) => {
            let dialect = inputs.table.dialect(delimiter);
            read_table(open()?, dialect, (&name, &label), how, worker, sink)
        }
        Kind::Script => read_table(open()?, (table::SCRIPT, false), (&name, &label), how, worker, sink),
        Kind::Json => {
            let max = inputs.max_file.map_or(text::WHOLE, |size| size.0);
            json_file::run(open()?, (&name, &label), &inputs.field, max, worker, sink, log)
        }
        Kind::Text => {
            let markup = inputs.markup(source);
            read_text(open()?, (&name, &label), pauses, markup, how, worker, sink)
        }
    }
}

fn read_text(
    input: impl Read + Send + 'static,
    (name, label): (&str, &str),
    pauses: bool,
    markup: Markup,
    How { inputs, threads, log }: How<'_>,
    worker: &mut dyn Worker,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    let options = text::Options {
        encoding: inputs.encoding.unwrap_or(Wanted::Auto),
        target: sink.target,
        max_file: inputs.max_file.map(|size| size.0),
        max_line: inputs.max_record.in_memory(),
        threads,
        pauses,
        markup,
    };
    text::run(input, name, label, &options, worker, sink, log)
}

/// Reads a table in the encoding that its beginning tells, and perhaps with the delimiter that it shows. One that its
/// name alone makes a table may be read as text.
fn read_table(
    mut input: Input,
    (dialect, may_differ): (Dialect, bool),
    (name, label): (&str, &str),
    how: How<'_>,
    worker: &mut dyn Worker,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    let How { inputs, threads, log } = how;
    // As a text, a script has no cells to tell words from the rest.
    let markup = if dialect.is_script { Markup::All } else { Markup::None };
    // One read may give a few bytes only, such as the names of the columns.
    let mut head = Vec::new();
    (&mut input).take(BUFFER as u64).read_to_end(&mut head).map_err(|e| Error::file(name, e))?;
    let guess = match inputs.encoding {
        Some(Wanted::Mixed) => {
            return read_text(
                Cursor::new(head).chain(input),
                (name, label),
                false,
                markup,
                how,
                worker,
                sink,
            );
        }
        Some(Wanted::Only(encoding)) => Some((encoding, 1.0)),
        None | Some(Wanted::Auto) => recode::guess(&head, worker.sure_enough()),
    };
    if guess.is_none()
        && recode::is_other(&head)
        && let Some(perhaps) = plan::guessed(&head)
    {
        log.note(format_args!("{name}: is not all UTF-8; {perhaps}"));
    }
    let other = guess.filter(|(encoding, _)| *encoding != Encoding::Utf8);
    let encoding = other.map_or(Encoding::Utf8, |(encoding, _)| encoding);
    let to = sink.written_in();
    let exact = to.is_some_and(|to| to.encoding().unwrap_or(encoding) == encoding);
    if other.is_some() && inputs.goes_by_name() && !recode::fits(&head, encoding, exact) {
        // It may be in several.
        return read_text(Cursor::new(head).chain(input), (name, label), false, markup, how, worker, sink);
    }
    if let Some((encoding, confidence)) = other {
        worker.read_as(1, Some(encoding), confidence);
        if !encoding.mark().is_empty() && head.starts_with(encoding.mark()) {
            worker.marked();
        }
    }
    sink.encoder = to.map(|to| Encoder::new(encoding, to)).filter(|encoder| !encoder.is_idle());
    let max_record = inputs.max_record.in_memory();
    let (dialect, says_parting) = if may_differ {
        table::parted(&recode::beginning(&head, encoding), dialect)
    } else {
        (dialect, false)
    };
    let options = table::Options {
        dialect,
        says_parting,
        columns: if dialect.is_script { &[] } else { &inputs.table.column },
        has_header: dialect.is_script || !inputs.table.no_header,
        max_record,
        strict: inputs.strict,
        threads,
        encoding: other.map(|(encoding, _)| encoding.name()),
    };
    let input = Cursor::new(head).chain(input);
    if other.is_none() {
        let input = BufReader::with_capacity(BUFFER, input);
        return table::run(input, name, label, &options, worker, sink, log);
    }
    let decoding = recode::Decoding::new(input, encoding, exact, max_record);
    let input = BufReader::with_capacity(BUFFER, decoding);
    table::run(input, name, label, &options, worker, sink, log)
}
