//! A file that is one JSON text: its strings change, every other byte stays.
//!
//! The strings are worked on some at a time; those of one object are a record, so that they are evidence for each
//! other, and garbage that the object itself explains is quoted.

use std::borrow::Cow;
use std::io::Read;

use crate::exit::{Error, Log};
use crate::job::{Sink, Value, Worker};
use crate::json::{self, Kind, Path, Target, Token};
use crate::subtitles::Markup;
use crate::text::{self, Invalid};

/// Bytes and number of strings that are worked on together.
const TOGETHER: (usize, usize) = (256 << 10, 16 << 10);

/// Reads the text, has its strings worked on, and hands both versions to the sink. `fields` are pointers, and names
/// that are meant at any depth; all strings if there are none. Keys stay.
pub(crate) fn run(
    input: impl Read,
    (name, label): (&str, &str),
    fields: &[Path],
    limit: u64,
    worker: &mut dyn Worker,
    sink: &mut Sink<'_>,
    log: &Log,
) -> Result<(), Error> {
    let bytes = text::read(input, limit).map_err(|e| Error::file(name, e))?;
    let whole = match std::str::from_utf8(&bytes) {
        Ok(whole) => whole,
        Err(e) => {
            let fault = Invalid::utf8(&bytes, e.valid_up_to());
            return if worker.invalid(&fault, label)? { Ok(()) } else { Err(Error::file(name, fault)) };
        }
    };
    let json = whole.strip_prefix('\u{FEFF}').unwrap_or(whole);
    let fields: Vec<Path> = fields.iter().map(Path::anywhere).collect();
    // Nothing is worked on before all of it is known to be JSON.
    let mut seen = vec![false; fields.len()];
    let look =
        |target: Target, _: &[Token]| seen.iter_mut().skip(target.path).take(1).for_each(|s| *s = true);
    json::visit(json, &fields, look).map_err(|e| {
        let line = 1 + json[..e.at].bytes().filter(|&b| b == b'\n').count();
        let start = json[..e.at].rfind('\n').map_or(0, |at| at + 1);
        let column = 1 + json[start..e.at].chars().count();
        let what = e.what.replace("the record", "the text");
        Error::file(name, format_args!("line {line}, column {column}: {what}"))
    })?;
    for (field, _) in fields.iter().zip(seen).filter(|(_, seen)| !seen) {
        log.fault(format_args!("{name}: {}", json::missing(field)));
    }
    let mut strings = Strings { json, label, out: String::new(), done: 0, waiting: Vec::new(), bytes: 0 };
    let mut failed = None;
    let found = |target: Target, trail: &[Token]| {
        if failed.is_none()
            && let Err(e) = strings.take(&target, trail, worker, (name, log))
        {
            failed = Some(e);
        }
    };
    // It was JSON a moment ago.
    let _ = json::visit(json, &fields, found);
    failed.map_or(Ok(()), Err)?;
    strings.work(worker)?;
    if strings.done == 0 {
        return sink.put(&bytes, None);
    }
    let Strings { mut out, done, .. } = strings;
    out.push_str(&json[done..]);
    out.insert_str(0, &whole[..whole.len() - json.len()]);
    sink.put(&bytes, Some(out.as_bytes()))
}

/// The strings of a text, on their way through the worker.
struct Strings<'a> {
    json: &'a str,
    label: &'a str,
    /// The new text up to `done`, which is 0 before the first change.
    out: String,
    done: usize,
    waiting: Vec<Found<'a>>,
    /// Bytes of those that wait.
    bytes: usize,
}

/// A string that waits.
struct Found<'a> {
    raw: &'a str,
    at: usize,
    text: Cow<'a, str>,
    pointer: String,
}

impl Found<'_> {
    /// The way to what the string is in.
    fn parent(&self) -> &str {
        self.pointer.rsplit_once('/').map_or("", |(parent, _)| parent)
    }
}

impl<'a> Strings<'a> {
    fn take(
        &mut self,
        target: &Target,
        trail: &[Token],
        worker: &mut dyn Worker,
        (name, log): (&str, &Log),
    ) -> Result<(), Error> {
        let pointer = || json::pointer(self.json, trail);
        match target.kind {
            Kind::String => {}
            Kind::Null => return Ok(()),
            other => {
                log.fault(format_args!("{name}: {} is {other}, not a string; left as it is", pointer()));
                return Ok(());
            }
        }
        let at = target.span.start;
        // Two paths may lead to one value.
        if self.waiting.last().is_some_and(|last| last.at >= at) || at < self.done {
            return Ok(());
        }
        let json: &'a str = self.json;
        let raw = &json[target.span.clone()];
        let Ok(text) = json::decode(raw) else {
            log.fault(format_args!("{name}: {} holds half of a surrogate pair; left as it is", pointer()));
            return Ok(());
        };
        let pointer = pointer();
        self.bytes += raw.len();
        self.waiting.push(Found { raw, at, text, pointer });
        if self.bytes >= TOGETHER.0 || self.waiting.len() >= TOGETHER.1 { self.work(worker) } else { Ok(()) }
    }

    /// Works on the strings that wait.
    fn work(&mut self, worker: &mut dyn Worker) -> Result<(), Error> {
        let waiting = std::mem::take(&mut self.waiting);
        self.bytes = 0;
        let records: Vec<Vec<Value<'_>>> = waiting
            .chunk_by(|a, b| a.parent() == b.parent())
            .map(|record| record.iter().map(|found| self.value(found)).collect())
            .collect();
        let done = worker.records(&records)?;
        for (found, new) in waiting.iter().zip(done.into_iter().flatten()) {
            let Some(new) = new.filter(|new| *new != found.text) else { continue };
            self.out.push_str(&self.json[self.done..found.at]);
            self.out.push_str(&json::encode(&new, found.raw));
            self.done = found.at + found.raw.len();
        }
        Ok(())
    }

    fn value<'f>(&self, found: &'f Found<'_>) -> Value<'f>
    where
        'a: 'f,
    {
        let field = Some(found.pointer.as_str());
        Value {
            text: &found.text,
            file: self.label,
            record: None,
            field,
            encoding: None,
            line: 1,
            base: (0, 0),
            markup: Markup::None,
        }
    }
}
