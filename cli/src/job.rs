//! One run: every source is read by its format, worked on, and what it became goes where it was asked to.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, BufReader, IsTerminal, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use qingwen::Cleaner;

use crate::args::{HardLinks, Inputs, Kind, Outputs};
use crate::atomic::{self, InPlace, Output, Policy};
use crate::backup;
use crate::diff::Diff;
use crate::exit::{Error, Log, Status};
use crate::held::Held;
use crate::journal::{self, Draft, Entry};
use crate::packed::{Packer, Packing};
use crate::report;
use crate::text::InvalidUtf8;
use crate::walk::{self, Source};
use crate::{json_file, jsonl, name, spread, table, text};

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

    /// The new texts of records that belong together, such as the rows of a table: what one value shows of its
    /// damage helps the others.
    fn records(&mut self, records: &[Vec<Value<'_>>]) -> Result<Vec<Vec<Option<String>>>, Error> {
        let own = |new: Option<Cow<'_, str>>| new.map(Cow::into_owned);
        let mut each = |value| self.value(value).map(own);
        records.iter().map(|record| record.iter().map(&mut each).collect()).collect()
    }

    /// Whether only damage changes, so that what parts texts may be part of one.
    fn only_repairs(&self) -> bool {
        true
    }

    /// Whether the text around bytes that are not UTF-8 is worked on, and those go through as they are.
    fn passes_stray_bytes(&self) -> bool {
        false
    }

    /// The worker, if its work can be shared between threads.
    fn shared(&self) -> Option<&Rewriter<'_>> {
        None
    }

    /// Whether a file that is not UTF-8 is something to find rather than a fault.
    fn invalid(&mut self, _fault: &InvalidUtf8, _file: &str) -> Result<bool, Error> {
        Ok(false)
    }
}

/// Changes one file in place: `write` hands both versions of its parts to the sink.
pub(crate) fn in_place(
    path: &Path,
    journal: Option<&mut journal::Writer>,
    write: impl FnOnce(&mut Sink<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let name = path.display().to_string();
    let policy = Policy { break_hard_links: false, keep_times: false, backup: None, packing: None };
    let file = InPlace::open(path, policy).map_err(|e| Error::file(&name, e))?;
    let mut sink = Sink::new(To::InPlace(Box::new(file)), &name);
    sink.draft = journal.is_some().then(Draft::new);
    write(&mut sink)?;
    sink.finish()?.ready.map_or(Ok(()), |ready| ready.commit(&name, journal))
}

/// Where both versions of a file's parts go, and whether they differ.
pub(crate) struct Sink<'a> {
    to: To<'a>,
    name: &'a str,
    changed: bool,
    /// The entry in the journal, where one is kept.
    draft: Option<Draft>,
}

enum To<'a> {
    Nowhere,
    Writer(&'a mut dyn Write),
    InPlace(Box<InPlace<'a>>),
    Diff(Diff<&'a mut dyn Write>),
}

impl<'a> Sink<'a> {
    fn new(to: To<'a>, name: &'a str) -> Self {
        Self { to, name, changed: false, draft: None }
    }

    /// A part that ends where a line ends, and what it became.
    pub(crate) fn put(&mut self, old: &[u8], new: Option<&[u8]>) -> Result<(), Error> {
        self.changed |= new.is_some();
        let name = self.name;
        self.note(old, new)?;
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
        self.note(piece, None)?;
        match &mut self.to {
            To::Writer(out) => out.write_all(piece).map_err(|e| Error::output(name, &e)),
            To::InPlace(file) => file.keep(piece).map_err(|e| Error::file(name, e)),
            To::Nowhere | To::Diff(_) => Ok(()),
        }
    }

    fn note(&mut self, old: &[u8], new: Option<&[u8]>) -> Result<(), Error> {
        // Of a packed file, other bytes change than are seen here.
        if matches!(&self.to, To::InPlace(file) if file.is_packed()) {
            return Ok(());
        }
        let draft = self.draft.as_mut();
        draft.map_or(Ok(()), |d| d.put(old, new)).map_err(|e| Error::file(self.name, e))
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

    /// Completes the output.
    fn finish(self) -> Result<Finished, Error> {
        let ready = match self.to {
            To::Diff(diff) => diff.finish().map(|()| None).map_err(|e| Error::output(self.name, &e))?,
            To::InPlace(file) => {
                let (path, is_packed) = (file.path(), file.is_packed());
                let failed = |e: io::Error| Error::file(self.name, e);
                let output = file.complete().map_err(|e| Error::file(self.name, e))?;
                let entry = match (self.draft, &output) {
                    (Some(_), Some(output)) if is_packed => {
                        let files = File::open(path).and_then(|old| Ok((old, output.reopen()?)));
                        Some(files.and_then(|(old, new)| Draft::replaced(old, new)).map_err(failed)?)
                    }
                    (draft, output) => draft.filter(|_| output.is_some()),
                };
                let entry = entry.map(|draft| fs::canonicalize(path).map(|path| draft.finish(path)));
                let entry = entry.transpose().map_err(failed)?;
                output.map(|output| Ready { output, entry })
            }
            To::Nowhere | To::Writer(_) => None,
        };
        Ok(Finished { changed: self.changed, ready })
    }
}

/// What became of a source.
struct Finished {
    changed: bool,
    ready: Option<Ready>,
}

/// The new version of a file that is changed in place.
struct Ready {
    output: Output,
    entry: Option<Entry>,
}

impl Ready {
    /// Puts it there, once the journal tells how to undo that.
    fn commit(self, name: &str, journal: Option<&mut journal::Writer>) -> Result<(), Error> {
        if let (Some(journal), Some(entry)) = (journal, self.entry) {
            journal.file(entry)?;
        }
        self.output.commit().map_err(|e| Error::file(name, e))
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
    let mut sources = walk::sources(inputs, log);
    if let Some(suffix) = &outputs.backup {
        // Old versions that an earlier run kept stay old, unless they are named.
        let old = |path: &Path| backup::is_backup(path, suffix) && !inputs.files.iter().any(|f| f == path);
        sources.retain(|source| !old(source.as_path()));
    }
    refuse_clashes(&sources, outputs)?;
    let report = outputs.report.as_deref().map(report::Writer::create).transpose()?.map(Mutex::new);
    let mut journal = outputs.journal.as_deref().map(journal::Writer::create).transpose()?;
    let mut stdout = io::BufWriter::with_capacity(64 << 10, io::stdout().lock());
    let packing = outputs.output.as_deref().and_then(Packing::by_name);
    let packed = |file| Packer::new(file, packing).map_err(|e| Error::output("output", &e));
    let mut file = outputs.output.as_deref().map(Output::create).transpose()?.map(packed).transpose()?;
    let file_name = outputs.output.as_deref().map_or(STDOUT.to_owned(), |p| p.display().to_string());
    let stray_bytes = stray_bytes && !inputs.strict;
    let desk = Desk { cleaner, stray_bytes, inputs, outputs, file_name: &file_name };
    let mut whole = log.status() == Status::Fine;

    let mut each = |source: &Source, beside: Option<Beside>| {
        let out: &mut dyn Write = match &mut file {
            Some(file) => file,
            None => &mut stdout,
        };
        let ready = match beside {
            Some(beside) => beside.settle(report.as_ref(), out, &file_name, log),
            None => desk.work(source, inputs.threads(), report.as_ref(), out, log),
        }?;
        // A file's changes are in the report before the file is replaced.
        flush(report.as_ref())?;
        ready.map_or(Ok(()), |ready| ready.commit(&source.name(), journal.as_mut()))
    };
    let take = |source: &Source, beside: Option<Beside>| match each(source, beside) {
        Err(Error::File(message)) if !inputs.strict => {
            log.fault(message);
            whole = false;
            Ok(())
        }
        other => other,
    };
    let beside = |source: &Source| desk.beside(source, report.is_some());
    let worked = spread::each(&sources, inputs.threads(), |s| desk.limit(s), beside, take);
    // Files may have been changed before it came to an end: the account of that must not be lost.
    let reported = flush(report.as_ref());
    worked?;
    reported?;
    stdout.flush().map_err(|e| Error::output(STDOUT, &e))?;
    match file {
        Some(file) if whole => {
            let file = file.finish().map_err(|e| Error::output(&file_name, &e))?;
            file.commit().map_err(|e| Error::Output(format!("{file_name}: {e}")))
        }
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
    for source in walk::sources(inputs, log) {
        let mut sink = Sink::new(To::Nowhere, STDOUT);
        let outcome = read(&source, inputs, inputs.threads(), &mut worker, &mut sink, log);
        match outcome.and_then(|()| each(&mut worker, &source)) {
            Ok(()) => {}
            Err(Error::File(message)) if !inputs.strict => log.fault(message),
            Err(other) => return Err(other),
        }
    }
    Ok(())
}

/// Reads the inputs in parallel for what can be said of them: a worker from `fresh` reads one, and
/// `each` writes what it found to standard output, where `between` parts it from the one before.
pub(crate) fn survey<W: Worker>(
    inputs: &Inputs,
    fresh: impl Fn() -> W + Sync,
    between: &str,
    log: &Log,
    each: impl Fn(W, &Source, &mut dyn Write, &Log) -> io::Result<()> + Sync,
) -> Result<(), Error> {
    let sources = walk::sources(inputs, log);
    let mut stdout = io::BufWriter::new(io::stdout().lock());
    let failed = |e: io::Error| Error::output(STDOUT, &e);
    let look = |source: &Source, threads: usize, out: &mut dyn Write, log: &Log| {
        let mut worker = fresh();
        read(source, inputs, threads, &mut worker, &mut Sink::new(To::Nowhere, STDOUT), log)?;
        each(worker, source, out, log).map_err(failed)
    };
    let beside = |source: &Source| {
        let (log, mut out) = (Log::holding(), Held::new(MOST_HELD));
        let result = look(source, 1, &mut out, &log);
        out.into_bytes().map(|out| (log, out, result))
    };
    let mut first = true;
    let take = |source: &Source, seen: Option<(Log, Vec<u8>, Result<(), Error>)>| {
        let mut out = Vec::new();
        let result = match seen {
            Some((held, bytes, result)) => {
                log.tell(held);
                out = bytes;
                result
            }
            None => look(source, inputs.threads(), &mut out, log),
        };
        if !out.is_empty() {
            let between = if std::mem::take(&mut first) { "" } else { between };
            stdout.write_all(between.as_bytes()).and_then(|()| stdout.write_all(&out)).map_err(failed)?;
        }
        match result {
            Err(Error::File(message)) if !inputs.strict => {
                log.fault(message);
                Ok(())
            }
            other => other,
        }
    };
    spread::each(&sources, inputs.threads(), |_| spread::LARGEST, beside, take)?;
    stdout.flush().map_err(failed)
}

/// Runs the stages and keeps the account.
pub(crate) struct Rewriter<'a> {
    cleaner: &'a Cleaner,
    stray_bytes: bool,
    report: Option<&'a Mutex<report::Writer>>,
}

impl<'a> Rewriter<'a> {
    /// One of the same kind that keeps an account of its own, if this one keeps any.
    pub(crate) fn beside(&self, report: &'a Mutex<report::Writer>) -> Rewriter<'a> {
        Rewriter { report: self.report.map(|_| report), ..*self }
    }

    /// Adds the account that another one kept.
    pub(crate) fn account(&self, lines: &[u8]) -> Result<(), Error> {
        self.report.map_or(Ok(()), |report| lock(report).append(lines))
    }
}

impl Worker for Rewriter<'_> {
    fn value<'t>(&mut self, value: &Value<'t>) -> Result<Option<Cow<'t, str>>, Error> {
        let Some(report) = self.report else { return Ok(Some(self.cleaner.clean(value.text))) };
        let done = self.cleaner.clean_with_report(value.text);
        lock(report).add(value, &done.report)?;
        Ok(Some(done.text))
    }

    fn records(&mut self, records: &[Vec<Value<'_>>]) -> Result<Vec<Vec<Option<String>>>, Error> {
        let texts = texts(records);
        let Some(report) = self.report else {
            let own =
                |(value, new): (&Value<'_>, Cow<'_, str>)| (value.text != new).then(|| new.into_owned());
            let cleaned = self.cleaner.clean_records(&texts);
            let rows = records.iter().zip(cleaned);
            return Ok(rows.map(|(record, new)| record.iter().zip(new).map(own).collect()).collect());
        };
        let mut report = lock(report);
        let mut add = |(value, done): (&Value<'_>, qingwen::Reported<'_>)| {
            report.add(value, &done.report)?;
            Ok((value.text != done.text).then(|| done.text.into_owned()))
        };
        let rows = records.iter().zip(self.cleaner.clean_records_with_report(&texts));
        rows.map(|(record, done)| record.iter().zip(done).map(&mut add).collect()).collect()
    }

    fn only_repairs(&self) -> bool {
        self.cleaner.only_repairs()
    }

    fn passes_stray_bytes(&self) -> bool {
        self.stray_bytes
    }

    fn shared(&self) -> Option<&Rewriter<'_>> {
        Some(self)
    }
}

/// The texts of records.
pub(crate) fn texts<'t>(records: &[Vec<Value<'t>>]) -> Vec<Vec<&'t str>> {
    records.iter().map(|record| record.iter().map(|value| value.text).collect()).collect()
}

fn lock(report: &Mutex<report::Writer>) -> MutexGuard<'_, report::Writer> {
    report.lock().unwrap_or_else(PoisonError::into_inner)
}

fn flush(report: Option<&Mutex<report::Writer>>) -> Result<(), Error> {
    report.map_or(Ok(()), |report| lock(report).flush())
}

/// Output and account of a file that may wait in memory; a file that has more is worked on alone.
const MOST_HELD: usize = 64 << 20;

/// What a rewrite does with each source, wherever it does it.
#[derive(Clone, Copy)]
struct Desk<'a> {
    cleaner: &'a Cleaner,
    stray_bytes: bool,
    inputs: &'a Inputs,
    outputs: &'a Outputs,
    file_name: &'a str,
}

/// A file that was worked on beside others, and waits for its turn.
struct Beside {
    log: Log,
    out: Vec<u8>,
    report: Vec<u8>,
    ready: Result<Option<Ready>, Error>,
}

impl Beside {
    /// Its turn has come.
    fn settle(
        self,
        report: Option<&Mutex<report::Writer>>,
        out: &mut dyn Write,
        name: &str,
        log: &Log,
    ) -> Result<Option<Ready>, Error> {
        log.tell(self.log);
        out.write_all(&self.out).map_err(|e| Error::output(name, &e))?;
        report.map_or(Ok(()), |report| lock(report).append(&self.report))?;
        self.ready
    }
}

impl Desk<'_> {
    /// The largest size at which a source is worked on beside others.
    fn limit(&self, source: &Source) -> u64 {
        // Larger ones are worked on in parallel by themselves.
        if self.inputs.kind(source) == Kind::Jsonl { jsonl::SMALL } else { spread::LARGEST }
    }

    /// Works on one source with its output in memory; none if that is too much.
    fn beside(&self, source: &Source, reporting: bool) -> Option<Beside> {
        let (log, mut out) = (Log::holding(), Held::new(MOST_HELD));
        let report = reporting.then(|| Mutex::new(report::Writer::held(MOST_HELD)));
        let ready = self.work(source, 1, report.as_ref(), &mut out, &log);
        let report = match report {
            Some(report) => report.into_inner().unwrap_or_else(PoisonError::into_inner).into_lines()?,
            None => Vec::new(),
        };
        Some(Beside { log, out: out.into_bytes()?, report, ready })
    }

    /// Works on one source. A file to be changed in place comes back complete, to be put there.
    fn work(
        &self,
        source: &Source,
        threads: usize,
        report: Option<&Mutex<report::Writer>>,
        out: &mut dyn Write,
        log: &Log,
    ) -> Result<Option<Ready>, Error> {
        let mut worker = Rewriter { cleaner: self.cleaner, stray_bytes: self.stray_bytes, report };
        if self.outputs.in_place {
            return self.replace(source, threads, &mut worker, log);
        }
        if self.outputs.diff {
            self.compare(source, threads, &mut worker, out, log)?;
        } else if self.outputs.check {
            self.list(source, threads, &mut worker, out, log)?;
        } else {
            let mut sink = Sink::new(To::Writer(out), self.file_name);
            read(source, self.inputs, threads, &mut worker, &mut sink, log)?;
        }
        Ok(None)
    }

    fn replace(
        &self,
        source: &Source,
        threads: usize,
        worker: &mut Rewriter<'_>,
        log: &Log,
    ) -> Result<Option<Ready>, Error> {
        let (name, outputs) = (source.name(), self.outputs);
        let Source::File(path) = source else {
            return Err(Error::file(&name, "can't be changed in place; -i needs files"));
        };
        let policy = Policy {
            break_hard_links: outputs.hard_links == HardLinks::Break,
            keep_times: outputs.keep_times,
            backup: outputs.backup.as_deref(),
            packing: Packing::of_file(path),
        };
        let file = InPlace::open(path, policy).map_err(|e| Error::file(&name, e))?;
        let mut sink = Sink::new(To::InPlace(Box::new(file)), &name);
        sink.draft = outputs.journal.is_some().then(Draft::new);
        read(source, self.inputs, threads, worker, &mut sink, log)?;
        Ok(sink.finish()?.ready)
    }

    fn compare(
        &self,
        source: &Source,
        threads: usize,
        worker: &mut Rewriter<'_>,
        out: &mut dyn Write,
        log: &Log,
    ) -> Result<(), Error> {
        let mut sink = Sink::new(To::Diff(Diff::new(out, source.shown())), STDOUT);
        let read = read(source, self.inputs, threads, worker, &mut sink, log);
        if sink.finish()?.changed {
            log.raise(Status::Found);
        }
        read
    }

    fn list(
        &self,
        source: &Source,
        threads: usize,
        worker: &mut Rewriter<'_>,
        out: &mut dyn Write,
        log: &Log,
    ) -> Result<(), Error> {
        let mut sink = Sink::new(To::Nowhere, STDOUT);
        read(source, self.inputs, threads, worker, &mut sink, log)?;
        if sink.finish()?.changed {
            log.raise(Status::Found);
            name::write(out, source.path(), io::stdout().is_terminal())
                .and_then(|()| out.write_all(b"\n"))
                .map_err(|e| Error::output(STDOUT, &e))?;
        }
        Ok(())
    }
}

fn read(
    source: &Source,
    inputs: &Inputs,
    threads: usize,
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
    let open = || Ok(BufReader::with_capacity(256 << 10, walk::open(source, inputs.max_output.0)?));
    match inputs.kind(source) {
        Kind::Jsonl if inputs.field.is_empty() => {
            Err(Error::file(&name, "is JSON lines: name its text with --field, or say --format text"))
        }
        Kind::Jsonl => {
            let options = jsonl::Options {
                fields: &inputs.field,
                max_record: inputs.max_record.in_memory(),
                strict: inputs.strict,
                threads,
                pauses: !matches!(source, Source::File(path) if path.is_file()),
            };
            jsonl::run(open()?, &name, &label, &options, worker, sink, log)
        }
        kind @ (Kind::Table(_) | Kind::Script) => {
            let options = table::Options {
                dialect: match kind {
                    Kind::Table(delimiter) => inputs.table.dialect(delimiter),
                    _ => table::SCRIPT,
                },
                columns: &inputs.table.column,
                max_record: inputs.max_record.in_memory(),
                strict: inputs.strict,
            };
            table::run(open()?, &name, &label, &options, worker, sink, log)
        }
        Kind::Json => {
            let (input, max) = (walk::open(source, inputs.max_output.0)?, inputs.max_file.0);
            json_file::run(input, (&name, &label), &inputs.field, max, worker, sink, log)
        }
        Kind::Text => text::run(
            walk::open(source, inputs.max_output.0)?,
            &name,
            &label,
            inputs.max_file.0,
            worker,
            sink,
            log,
        ),
    }
}

/// Output must not be input: it would be gone, or worse, never end.
fn refuse_clashes(sources: &[Source], outputs: &Outputs) -> Result<(), Error> {
    let targets: Vec<(&Path, &str)> = [
        (outputs.output.as_deref(), "output"),
        (outputs.report.as_deref(), "report"),
        (outputs.journal.as_deref(), "journal"),
    ]
    .into_iter()
    .filter_map(|(path, what)| Some((path?, what)))
    .collect();
    for (at, &(target, what)) in targets.iter().enumerate() {
        let clash = |s: &&Source| matches!(s, Source::File(path) if atomic::same_file(path, target));
        if let Some(source) = sources.iter().find(clash) {
            let (target, source) = (target.display(), source.name());
            return Err(Error::Output(format!("{target}: is the same file as the input {source}")));
        }
        let twice =
            targets[..at].iter().find(|(other, _)| *other == target || atomic::same_file(other, target));
        if let Some((_, other)) = twice {
            let target = target.display();
            return Err(Error::Output(format!("{target}: can't be both the {other} and the {what}")));
        }
    }
    Ok(())
}
