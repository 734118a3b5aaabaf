//! JSON lines: record by record, in memory bounded by one record. Only the wanted fields change; every
//! other byte stays as it is.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read};

use crate::chunks;
use crate::exit::{Error, Log};
use crate::faults::{Fault, Faults};
use crate::job::{Sink, Value, Worker};
use crate::json::{self, Kind, Path};

/// How records are read.
pub(crate) struct Options<'a> {
    pub(crate) fields: &'a [Path],
    /// Longest record in bytes, line end included.
    pub(crate) max_record: usize,
    /// Whether the first fault ends the run.
    pub(crate) strict: bool,
    /// Threads to work in, where the work can be shared.
    pub(crate) threads: usize,
    /// Whether the input may pause, as a pipe does.
    pub(crate) pauses: bool,
}

/// A file of at most this size is not worth more than one thread.
pub(crate) const SMALL: u64 = 1 << 20;

/// Reads the records, has their fields worked on, and hands both versions of each to the sink. A record
/// that can't be worked on is told and goes through as it is.
pub(crate) fn run<R: Read + Send + 'static>(
    mut input: BufReader<R>,
    name: &str,
    label: &str,
    options: &Options<'_>,
    worker: &mut dyn Worker,
    sink: &mut Sink<'_>,
    log: &Log,
) -> Result<(), Error> {
    let faults = Faults::new(name, options.strict, log);
    let tell = |number: u64, fault: Fault| faults.tell(number, &fault);
    let done = match worker.shared() {
        Some(rewriter) if options.threads > 1 => {
            chunks::run(input, name, label, options, rewriter, sink, &tell)
        }
        _ => records(&mut input, name, label, options, worker, sink, &tell),
    };
    faults.finish();
    done
}

/// Tells a fault of the record of this number, unless that is the end.
pub(crate) type Tell<'a> = dyn Fn(u64, Fault) -> Result<(), Error> + 'a;

fn records<R: Read>(
    input: &mut BufReader<R>,
    name: &str,
    label: &str,
    options: &Options<'_>,
    worker: &mut dyn Worker,
    sink: &mut Sink<'_>,
    tell: &Tell<'_>,
) -> Result<(), Error> {
    let mut line = Vec::new();
    let mut number = 0u64;
    loop {
        line.clear();
        number += 1;
        if options.pauses && input.buffer().is_empty() {
            // What comes next may take its time, as from `tail -f`.
            sink.pause()?;
        }
        match next(input, &mut line, options.max_record).map_err(|e| Error::file(name, e))? {
            Next::End => return Ok(()),
            Next::Record => {
                let place = Place { file: label, number };
                let new = record(&line, &place, options.fields, worker, &|fault| tell(number, fault))?;
                sink.put(&line, new.as_deref())?;
            }
            Next::TooLong => {
                tell(number, Fault::too_long(options.max_record))?;
                sink.part(&line)?;
                let mut failed = None;
                let put = |part: &[u8]| sink.part(part).map_err(|e| failed = Some(e)).is_ok();
                rest(input, put).map_err(|e| Error::file(name, e))?;
                failed.map_or(Ok(()), Err)?;
                sink.end_parts()?;
            }
        }
    }
}

pub(crate) struct Place<'a> {
    pub(crate) file: &'a str,
    pub(crate) number: u64,
}

/// The record's new version, if anything in it changed.
pub(crate) fn record(
    bytes: &[u8],
    place: &Place<'_>,
    fields: &[Path],
    worker: &mut dyn Worker,
    tell: &dyn Fn(Fault) -> Result<(), Error>,
) -> Result<Option<Vec<u8>>, Error> {
    let line = match std::str::from_utf8(bytes) {
        Ok(line) => line,
        Err(e) => {
            tell(Fault::invalid_utf8(bytes, e.valid_up_to()))?;
            return Ok(None);
        }
    };
    // The file's byte order mark is no part of its first record.
    let mark = if place.number == 1 && line.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    let json = &line[mark..];
    if json.bytes().all(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n')) {
        return Ok(None);
    }
    let column = |at: usize| Some(json[..at].chars().count() + 1);
    let targets = match json::scan(json, fields) {
        Ok(targets) => targets,
        Err(e) => {
            tell(Fault::new(column(e.at), e.what))?;
            return Ok(None);
        }
    };
    for (index, field) in fields.iter().enumerate() {
        if !targets.iter().any(|t| t.path == index) {
            tell(Fault::new(None, format_args!("no field `{}`", field.as_str())))?;
        }
    }
    let mut out = String::new();
    let mut done = 0;
    for target in targets {
        let field = fields[target.path].as_str();
        let raw = match target.kind {
            Kind::String => &json[target.span.clone()],
            // An empty place, by design of whoever wrote it.
            Kind::Null => continue,
            other => {
                tell(Fault::new(
                    column(target.span.start),
                    format_args!("field `{field}` is {other}, not a string"),
                ))?;
                continue;
            }
        };
        let text: Cow<'_, str> = match json::decode(raw) {
            Ok(text) => text,
            Err(e) => {
                let cause = format_args!("field `{field}` holds half of a surrogate pair").to_string();
                tell(Fault::new(column(target.span.start + e.at), cause))?;
                continue;
            }
        };
        // Two paths may lead to one value.
        if target.span.start < done {
            continue;
        }
        let value = Value {
            text: &text,
            file: place.file,
            record: Some(place.number),
            field: Some(field),
            encoding: None,
            line: 1,
            base: (0, 0),
        };
        if let Some(new) = worker.value(&value)?.filter(|new| **new != *text) {
            out.push_str(&json[done..target.span.start]);
            out.push_str(&json::encode(&new, raw));
            done = target.span.end;
        }
    }
    match worker.annotation(json) {
        Some(Ok((at, note))) => {
            out.push_str(&json[done..at]);
            out.push_str(&note);
            done = at;
        }
        Some(Err(cause)) => tell(Fault::new(None, cause))?,
        None => {}
    }
    if done == 0 {
        return Ok(None);
    }
    out.push_str(&json[done..]);
    out.insert_str(0, &line[..mark]);
    Ok(Some(out.into_bytes()))
}

/// What was read.
pub(crate) enum Next {
    Record,
    /// The record's beginning was read; the rest is still in the input.
    TooLong,
    End,
}

/// Reads to the next line feed, behind what is in `line`. Other line ends (U+0085, U+2028) are characters
/// of a JSON string.
pub(crate) fn next(input: &mut impl BufRead, line: &mut Vec<u8>, max: usize) -> io::Result<Next> {
    let start = line.len();
    loop {
        let chunk = fill(input)?;
        if chunk.is_empty() {
            return Ok(if line.len() == start { Next::End } else { Next::Record });
        }
        let end = chunk.iter().position(|&b| b == b'\n').map(|at| at + 1);
        let length = end.unwrap_or(chunk.len());
        if line.len() - start + length > max {
            return Ok(Next::TooLong);
        }
        line.extend_from_slice(&chunk[..length]);
        input.consume(length);
        if end.is_some() {
            return Ok(Next::Record);
        }
    }
}

/// Hands on the rest of a line, as long as it is wanted; tells whether it was to the end.
pub(crate) fn rest(input: &mut impl BufRead, mut part: impl FnMut(&[u8]) -> bool) -> io::Result<bool> {
    loop {
        let chunk = fill(input)?;
        if chunk.is_empty() {
            return Ok(true);
        }
        let end = chunk.iter().position(|&b| b == b'\n').map(|at| at + 1);
        let length = end.unwrap_or(chunk.len());
        if !part(&chunk[..length]) {
            return Ok(false);
        }
        input.consume(length);
        if end.is_some() {
            return Ok(true);
        }
    }
}

fn fill(input: &mut impl BufRead) -> io::Result<&[u8]> {
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
