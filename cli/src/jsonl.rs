//! JSON lines: record by record. Only the wanted fields change; every other byte stays as it is.

use std::borrow::Cow;
use std::io::{BufReader, Read};

use crate::chunks::{self, Chunk, Cutting, Format, Outcome};
use crate::exit::{Error, Log};
use crate::faults::Fault;
use crate::job::{Sink, Value, Worker};
use crate::json::{self, Kind, Path};
use crate::subtitles::Markup;
use crate::table::LINES_ALONE;

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

/// Bytes of records that are worked on at a time by one thread.
const CHUNK: usize = 512 << 10;

/// Reads the records, has their fields worked on, and hands both versions of each to the sink. A record
/// that can't be worked on is told and goes through as it is.
pub(crate) fn run<R: Read + Send + 'static>(
    input: BufReader<R>,
    name: &str,
    label: &str,
    options: &Options<'_>,
    worker: &mut dyn Worker,
    sink: &mut Sink<'_>,
    log: &Log,
) -> Result<(), Error> {
    let &Options { fields, max_record, strict, threads, pauses } = options;
    let cutting = Cutting { dialect: LINES_ALONE, max_record, chunk: CHUNK, pauses };
    let options = chunks::Options { cutting, strict, threads };
    chunks::run(input, name, options, &Records { label, fields }, worker, sink, log)
}

/// What is done with records.
struct Records<'a> {
    label: &'a str,
    fields: &'a [Path],
}

impl Format for Records<'_> {
    type Seen = ();

    fn see(&self, _: &Chunk) -> Result<(), String> {
        Ok(())
    }

    fn work(&self, chunk: &Chunk, (): (), worker: &mut dyn Worker, out: &mut Outcome) -> Result<(), Error> {
        for (number, at) in chunk.records() {
            let place = Place { file: self.label, number };
            let bytes = &chunk.bytes[at.clone()];
            let new = record(bytes, &place, self.fields, worker, &mut |fault| out.fault(number, fault))?;
            out.record(at, new.as_deref());
        }
        Ok(())
    }
}

struct Place<'a> {
    file: &'a str,
    number: u64,
}

/// The record's new version, if anything in it changed.
fn record(
    bytes: &[u8],
    place: &Place<'_>,
    fields: &[Path],
    worker: &mut dyn Worker,
    tell: &mut dyn FnMut(Fault) -> Result<(), Error>,
) -> Result<Option<Vec<u8>>, Error> {
    let line = match simdutf8::compat::from_utf8(bytes) {
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
        if !targets.iter().any(|(t, _)| t.path == index) {
            tell(Fault::new(None, json::missing(field)))?;
        }
    }
    let mut out = String::new();
    let mut done = 0;
    // Whether there is text that nobody looked at.
    let mut is_unread = false;
    for (target, pointer) in targets {
        let field = pointer.as_deref().unwrap_or_else(|| fields[target.path].as_str());
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
                is_unread = true;
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
            markup: Markup::None,
        };
        if let Some(new) = worker.value(&value)?.filter(|new| **new != *text) {
            out.push_str(&json[done..target.span.start]);
            out.push_str(&json::encode(&new, raw));
            done = target.span.end;
        }
    }
    match worker.annotation(json) {
        // It would say less than it seems to.
        Some(Ok(_)) if is_unread => {}
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
