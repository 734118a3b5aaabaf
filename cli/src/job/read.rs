//! A source is read by its format.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use qingwen::detect::Encoding;

use super::sink::{Sink, To};
use super::worker::Worker;
use crate::args::{Inputs, Kind};
use crate::exit::{Error, Log};
use crate::packed::Input;
use crate::plan::{Target, Wanted};
use crate::recode::{self, Encoder};
use crate::walk::{self, Source};
use crate::zip::members::{self, Archive, Member};
use crate::{atomic, json_file, jsonl, table, text};

pub(super) fn read(
    source: &Source,
    inputs: &Inputs,
    threads: usize,
    worker: &mut dyn Worker,
    sink: &mut Sink<'_>,
    log: &Log,
) -> Result<(), Error> {
    if let Source::File(path) = source {
        if matches!(sink.to, To::Writer(_)) && atomic::is_standard_output(path) {
            return Err(Error::file(&source.name(), "is standard output too: it would feed on itself"));
        }
        if members::is_named(path) && inputs.takes_members() {
            return read_members(path, inputs, threads, worker, sink, log);
        }
    }
    let pauses = !matches!(source, Source::File(path) if path.is_file());
    let open = || walk::open(source, inputs.max_output.0);
    read_as(source, &open, pauses, inputs, threads, worker, sink, log)
}

/// Reads the texts in an archive, for what can be said of them.
fn read_members(
    path: &Path,
    inputs: &Inputs,
    threads: usize,
    worker: &mut dyn Worker,
    sink: &mut Sink<'_>,
    log: &Log,
) -> Result<(), Error> {
    let archive = Archive::open(path, inputs.max_output.0)?;
    for member in archive.members() {
        let done = read_member(&archive, &member, inputs, threads, worker, sink, log);
        told(done, inputs, log)?;
    }
    Ok(())
}

/// Reads a member of an archive; false if that is no text.
pub(super) fn read_member(
    archive: &Archive,
    member: &Member,
    inputs: &Inputs,
    threads: usize,
    worker: &mut dyn Worker,
    sink: &mut Sink<'_>,
    log: &Log,
) -> Result<bool, Error> {
    let source = Source::File(member.path.clone());
    let text = archive.text(member, inputs.binary).map_err(|cause| Error::file(&source.name(), cause))?;
    let Some(text) = text else { return Ok(false) };
    let text = Mutex::new(Some(text));
    let once = || {
        let text = text.lock().unwrap_or_else(PoisonError::into_inner).take();
        text.ok_or_else(|| Error::file(&source.name(), "can't be read twice"))
    };
    read_as(&source, &once, false, inputs, threads, worker, sink, log).map(|()| true)
}

/// A member that can't be read is told and left; the others go on.
pub(super) fn told<T: Default>(done: Result<T, Error>, inputs: &Inputs, log: &Log) -> Result<T, Error> {
    match done {
        Err(Error::File(message)) if !inputs.strict => {
            log.fault(format_args!("{message}; left as it is"));
            Ok(T::default())
        }
        other => other,
    }
}

/// Reads what `open` gives as the source's name and the options tell.
#[expect(clippy::too_many_arguments)]
fn read_as(
    source: &Source,
    open: &dyn Fn() -> Result<Input, Error>,
    pauses: bool,
    inputs: &Inputs,
    threads: usize,
    worker: &mut dyn Worker,
    sink: &mut Sink<'_>,
    log: &Log,
) -> Result<(), Error> {
    let (name, label) = (source.name(), source.label());
    let buffered = || Ok(BufReader::with_capacity(256 << 10, open()?));
    let as_text = |input: Box<dyn Read + Send>, worker: &mut dyn Worker, sink: &mut Sink<'_>| {
        let options = text::Options {
            encoding: inputs.encoding.unwrap_or(Wanted::Auto),
            target: sink.target,
            max_file: inputs.max_file.map(|size| size.0),
            max_line: inputs.max_record.in_memory(),
            threads,
        };
        text::run(input, &name, &label, &options, worker, sink, log)
    };
    let other = sink.target.filter(|t| !matches!(t, Target::Same | Target::To(Encoding::Utf8)));
    match inputs.kind(source) {
        Kind::Json | Kind::Jsonl if other.is_some() => {
            Err(Error::file(&name, "is JSON, which is always UTF-8: --output-encoding has no meaning for it"))
        }
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
        kind @ (Kind::Table(_) | Kind::Script) => {
            let mut input = buffered()?;
            let head = input.fill_buf().map_err(|e| Error::file(&name, e))?;
            let from = match inputs.encoding {
                Some(Wanted::Mixed) => return as_text(Box::new(input), worker, sink),
                Some(Wanted::Only(encoding)) => Some((encoding, 1.0)),
                None | Some(Wanted::Auto) => recode::guess(head, worker.sure_enough()),
            };
            let (encoding, confidence) = from.unwrap_or((Encoding::Utf8, 1.0));
            let to = sink.written_in(encoding);
            let exact = to == Some(encoding);
            if inputs.goes_by_name() && encoding != Encoding::Utf8 && !recode::fits(head, encoding, exact) {
                // It may be in several.
                return as_text(Box::new(input), worker, sink);
            }
            if encoding != Encoding::Utf8 {
                worker.read_as(1, Some(encoding), confidence);
                if head.starts_with(encoding.mark()) && !encoding.mark().is_empty() {
                    worker.marked();
                }
            }
            sink.encoder = to
                .filter(|&to| encoding != Encoding::Utf8 && to != Encoding::Utf8 || to != encoding)
                .map(|to| Encoder::new(encoding, to));
            let max_record = inputs.max_record.in_memory();
            let options = table::Options {
                dialect: match kind {
                    Kind::Table(delimiter) => inputs.table.dialect(delimiter),
                    _ => table::SCRIPT,
                },
                columns: &inputs.table.column,
                has_header: !inputs.table.no_header,
                max_record,
                strict: inputs.strict,
                threads,
                encoding: (encoding != Encoding::Utf8).then(|| encoding.name()),
            };
            if encoding == Encoding::Utf8 {
                return table::run(input, &name, &label, &options, worker, sink, log);
            }
            let decoding = recode::Decoding::new(input, encoding, exact, max_record);
            let input = BufReader::with_capacity(256 << 10, decoding);
            table::run(input, &name, &label, &options, worker, sink, log)
        }
        Kind::Json => {
            let input = open()?;
            let max = inputs.max_file.map_or(text::WHOLE, |size| size.0);
            json_file::run(input, (&name, &label), &inputs.field, max, worker, sink, log)
        }
        Kind::Text => as_text(open()?, worker, sink),
    }
}
