//! One run: every source is read by its format, worked on, and what it became goes where it was asked to.

use std::borrow::Cow;
use std::io::{self, BufReader, IsTerminal, Write};
use std::path::Path;

use qingwen::Cleaner;

use crate::args::{HardLinks, Inputs, Outputs};
use crate::atomic::{self, InPlace, Output, Policy};
use crate::diff::Diff;
use crate::exit::{Error, Log, Status};
use crate::report;
use crate::text::InvalidUtf8;
use crate::walk::{self, Source};
use crate::{jsonl, name, text};

/// A text to work on: a whole input, or a field of a record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Value<'a> {
    pub(crate) text: &'a str,
    /// As reports call it.
    pub(crate) file: &'a str,
    /// Number of the record, from 1.
    pub(crate) record: Option<u64>,
    pub(crate) field: Option<&'a str>,
    /// Bytes of the input, and of its output, before the text.
    pub(crate) base: (usize, usize),
}

/// What is done with every value.
pub(crate) trait Worker {
    /// The value's new text, or none if it stays as it is.
    fn value<'t>(&mut self, value: &Value<'t>) -> Result<Option<Cow<'t, str>>, Error>;

    /// Whether the text around bytes that are not UTF-8 is worked on, and those go through as they are.
    fn passes_stray_bytes(&self) -> bool {
        false
    }

    /// Whether a file that is not UTF-8 is something to find rather than a fault.
    fn invalid(&mut self, _fault: &InvalidUtf8, _file: &str) -> Result<bool, Error> {
        Ok(false)
    }
}

/// Where both versions of a file's parts go, and whether they differ.
pub(crate) struct Sink<'a> {
    to: To<'a>,
    name: &'a str,
    changed: bool,
}

enum To<'a> {
    Nowhere,
    Writer(&'a mut dyn Write),
    InPlace(InPlace<'a>),
    Diff(Diff<&'a mut dyn Write>),
}

impl<'a> Sink<'a> {
    fn new(to: To<'a>, name: &'a str) -> Self {
        Self { to, name, changed: false }
    }

    /// A part that ends where a line ends, and what it became.
    pub(crate) fn put(&mut self, old: &[u8], new: Option<&[u8]>) -> Result<(), Error> {
        self.changed |= new.is_some();
        let name = self.name;
        match &mut self.to {
            To::Nowhere => Ok(()),
            To::Writer(out) => out.write_all(new.unwrap_or(old)).map_err(|e| Error::output(name, &e)),
            To::InPlace(file) => match new {
                Some(new) => file.change(new),
                None => file.keep(old),
            }
            .map_err(|e| Error::file(name, e)),
            To::Diff(diff) => diff.push(old, new).map_err(|e| Error::output(name, &e)),
        }
    }

    /// A piece of a line that is too long to be worked on.
    pub(crate) fn part(&mut self, piece: &[u8]) -> Result<(), Error> {
        let name = self.name;
        match &mut self.to {
            To::Writer(out) => out.write_all(piece).map_err(|e| Error::output(name, &e)),
            To::InPlace(file) => file.keep(piece).map_err(|e| Error::file(name, e)),
            To::Nowhere | To::Diff(_) => Ok(()),
        }
    }

    /// The end of such a line.
    pub(crate) fn end_parts(&mut self) -> Result<(), Error> {
        match &mut self.to {
            To::Diff(diff) => diff.skip().map_err(|e| Error::output(self.name, &e)),
            To::Nowhere | To::Writer(_) | To::InPlace(_) => Ok(()),
        }
    }

    /// The input makes a pause: what is done goes out.
    pub(crate) fn pause(&mut self) -> Result<(), Error> {
        match &mut self.to {
            To::Writer(out) => out.flush().map_err(|e| Error::output(self.name, &e)),
            To::Nowhere | To::InPlace(_) | To::Diff(_) => Ok(()),
        }
    }

    /// Completes the output; tells whether anything changed.
    fn finish(self) -> Result<bool, Error> {
        match self.to {
            To::Diff(diff) => diff.finish().map_err(|e| Error::output(self.name, &e))?,
            To::InPlace(file) => file.commit().map_err(|e| Error::file(self.name, e))?,
            To::Nowhere | To::Writer(_) => {}
        }
        Ok(self.changed)
    }
}

const STDOUT: &str = "standard output";

/// Runs the stages of `cleaner` over the inputs. With `stray_bytes`, those in a text don't keep it from
/// being worked on.
pub(crate) fn rewrite(
    cleaner: &Cleaner,
    stray_bytes: bool,
    inputs: &Inputs,
    outputs: &Outputs,
    log: &Log,
) -> Result<(), Error> {
    let sources = walk::sources(&inputs.files, inputs.recursive, inputs.no_ignore, log);
    refuse_clashes(&sources, outputs)?;
    let report = outputs.report.as_deref().map(report::Writer::create).transpose()?;
    let stray_bytes = stray_bytes && !inputs.strict;
    let mut worker = Rewriter { cleaner, stray_bytes, report };
    let mut stdout = io::BufWriter::with_capacity(64 << 10, io::stdout().lock());
    let mut file = outputs.output.as_deref().map(Output::create).transpose()?;
    let file_name = outputs.output.as_deref().map_or(STDOUT.to_owned(), |p| p.display().to_string());
    let mut whole = log.status() == Status::Fine;

    let mut each = |source: &Source| {
        if outputs.in_place {
            replace(source, inputs, outputs, &mut worker, log)
        } else if outputs.diff {
            compare(source, inputs, &mut worker, &mut stdout, log)
        } else if outputs.check {
            list(source, inputs, &mut worker, &mut stdout, log)
        } else {
            let out: &mut dyn Write = match &mut file {
                Some(file) => file,
                None => &mut stdout,
            };
            let mut sink = Sink::new(To::Writer(out), &file_name);
            read(source, inputs, &mut worker, &mut sink, log)?;
            worker.report.as_mut().map_or(Ok(()), report::Writer::flush)
        }
    };
    let worked = sources.iter().try_for_each(|source| match each(source) {
        Err(Error::File(message)) if !inputs.strict => {
            log.fault(message);
            whole = false;
            Ok(())
        }
        other => other,
    });
    // Files may have been changed before it came to an end: the account of that must not be lost.
    let reported = worker.report.as_mut().map_or(Ok(()), report::Writer::flush);
    worked?;
    reported?;
    stdout.flush().map_err(|e| Error::output(STDOUT, &e))?;
    match file {
        Some(file) if whole => file.commit().map_err(|e| Error::Output(format!("{file_name}: {e}"))),
        Some(_) => {
            Err(Error::Output(format!("{file_name}: not written, because an input could not be read")))
        }
        None => Ok(()),
    }
}

/// Reads every input for what can be said of it, and calls `each` after each; nothing is written.
pub(crate) fn inspect<W: Worker>(
    inputs: &Inputs,
    mut worker: W,
    log: &Log,
    mut each: impl FnMut(&mut W, &Source) -> Result<(), Error>,
) -> Result<(), Error> {
    for source in walk::sources(&inputs.files, inputs.recursive, inputs.no_ignore, log) {
        let mut sink = Sink::new(To::Nowhere, STDOUT);
        let outcome = read(&source, inputs, &mut worker, &mut sink, log);
        match outcome.and_then(|()| each(&mut worker, &source)) {
            Ok(()) => {}
            Err(Error::File(message)) if !inputs.strict => log.fault(message),
            Err(other) => return Err(other),
        }
    }
    Ok(())
}

/// Runs the stages and keeps the account.
struct Rewriter<'a> {
    cleaner: &'a Cleaner,
    stray_bytes: bool,
    report: Option<report::Writer>,
}

impl Worker for Rewriter<'_> {
    fn value<'t>(&mut self, value: &Value<'t>) -> Result<Option<Cow<'t, str>>, Error> {
        let Some(report) = &mut self.report else { return Ok(Some(self.cleaner.clean(value.text))) };
        let done = self.cleaner.clean_with_report(value.text);
        report.add(value, &done.report)?;
        Ok(Some(done.text))
    }

    fn passes_stray_bytes(&self) -> bool {
        self.stray_bytes
    }
}

fn replace(
    source: &Source,
    inputs: &Inputs,
    outputs: &Outputs,
    worker: &mut Rewriter<'_>,
    log: &Log,
) -> Result<(), Error> {
    let name = source.name();
    let Source::File(path) = source else {
        return Err(Error::file(&name, "can't be changed in place; -i needs files"));
    };
    let policy =
        Policy { break_hard_links: outputs.hard_links == HardLinks::Break, keep_times: outputs.keep_times };
    let file = InPlace::open(path, policy).map_err(|e| Error::file(&name, e))?;
    let mut sink = Sink::new(To::InPlace(file), &name);
    read(source, inputs, worker, &mut sink, log)?;
    worker.report.as_mut().map_or(Ok(()), report::Writer::flush)?;
    sink.finish().map(drop)
}

fn compare(
    source: &Source,
    inputs: &Inputs,
    worker: &mut Rewriter<'_>,
    stdout: &mut dyn Write,
    log: &Log,
) -> Result<(), Error> {
    let mut sink = Sink::new(To::Diff(Diff::new(stdout, source.shown())), STDOUT);
    let read = read(source, inputs, worker, &mut sink, log);
    if sink.finish()? {
        log.raise(Status::Found);
    }
    read
}

fn list(
    source: &Source,
    inputs: &Inputs,
    worker: &mut Rewriter<'_>,
    stdout: &mut dyn Write,
    log: &Log,
) -> Result<(), Error> {
    let mut sink = Sink::new(To::Nowhere, STDOUT);
    read(source, inputs, worker, &mut sink, log)?;
    if sink.finish()? {
        log.raise(Status::Found);
        name::write(stdout, source.path(), io::stdout().is_terminal())
            .and_then(|()| stdout.write_all(b"\n"))
            .map_err(|e| Error::output(STDOUT, &e))?;
    }
    Ok(())
}

fn read(
    source: &Source,
    inputs: &Inputs,
    worker: &mut dyn Worker,
    sink: &mut Sink<'_>,
    log: &Log,
) -> Result<(), Error> {
    let (name, label) = (source.name(), source.label());
    if let (Source::File(path), To::Writer(_)) = (source, &sink.to)
        && atomic::is_standard_output(path)
    {
        return Err(Error::file(&name, "is standard output too: it would feed on itself"));
    }
    if inputs.is_jsonl(source) {
        if inputs.field.is_empty() {
            return Err(Error::file(
                &name,
                "is JSON lines: name its text with --field, or say --format text",
            ));
        }
        let options = jsonl::Options {
            fields: &inputs.field,
            max_record: inputs.max_record.in_memory(),
            strict: inputs.strict,
        };
        let input = BufReader::with_capacity(256 << 10, walk::open(source)?);
        jsonl::run(input, &name, &label, &options, worker, sink, log)
    } else {
        text::run(walk::open(source)?, &name, &label, inputs.max_file.0, worker, sink, log)
    }
}

/// Output must not be input: it would be gone, or worse, never end.
fn refuse_clashes(sources: &[Source], outputs: &Outputs) -> Result<(), Error> {
    let targets = [outputs.output.as_deref(), outputs.report.as_deref()];
    for target in targets.into_iter().flatten() {
        let clash = |s: &&Source| matches!(s, Source::File(path) if atomic::same_file(path, target));
        if let Some(source) = sources.iter().find(clash) {
            let (target, source) = (target.display(), source.name());
            return Err(Error::Output(format!("{target}: is the same file as the input {source}")));
        }
    }
    match targets {
        [Some(a), Some(b)] if a == b || atomic::same_file(a, b) => {
            Err(Error::Output(format!("{}: can't be both the output and the report", Path::display(a))))
        }
        _ => Ok(()),
    }
}
