//! One run: every source is read by its format, worked on, and what it became goes where it was asked to.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, IsTerminal, Read, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use qingwen::detect::{Encoding, detect};
use qingwen::{Cleaner, Report};

use crate::annotate::Notes;
use crate::args::{HardLinks, Inputs, Kind, Outputs};
use crate::atomic::{self, InPlace, Output, Policy};
use crate::backup;
use crate::diff::Diff;
use crate::exit::{Error, Log, Status};
use crate::held::Held;
use crate::journal::{self, Draft, Entry, Replaced};
use crate::packed::{Packer, Packing};
use crate::plan::{Target, Wanted};
use crate::progress::{self, Progress};
use crate::report;
use crate::tally::Tally;
use crate::text::Invalid;
use crate::walk::{self, Source};
use crate::{json_file, jsonl, name, paint, parquet, spread, table, text};

/// A text to work on: a whole input, or a field of a record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Value<'a> {
    pub(crate) text: &'a str,
    /// As reports call it.
    pub(crate) file: &'a str,
    /// Number of the record, from 1.
    pub(crate) record: Option<u64>,
    pub(crate) field: Option<&'a str>,
    /// What the bytes were in, if that is not UTF-8.
    pub(crate) encoding: Option<&'static str>,
    /// Number of the text's first line in its file, from 1.
    pub(crate) line: usize,
    /// Bytes of the input, and of its output, before the text; both as UTF-8.
    pub(crate) base: (usize, usize),
}

impl Value<'_> {
    /// Whether it is an input's own text, or a stretch of that, and not what a record or a string holds.
    pub(crate) fn is_plain(&self) -> bool {
        self.record.is_none() && self.field.is_none()
    }
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

    /// Where to put what into the record whose values came last, or why that can't be done.
    fn annotation(&mut self, _record: &str) -> Option<Result<(usize, String), String>> {
        None
    }

    /// Whether a text may come in stretches of whole lines.
    fn takes_stretches(&self) -> bool {
        false
    }

    /// How sure a guess of the encoding must be to be acted on.
    fn sure_enough(&self) -> f64 {
        0.9
    }

    /// A stretch of the file, of so many lines, was read in an encoding, or in none.
    fn read_as(&mut self, _lines: usize, _encoding: Option<Encoding>, _confidence: f64) {}

    /// The text begins with a byte order mark that is no part of what is worked on.
    fn marked(&mut self) {}

    /// Whether a file that can't be read is something to find rather than a fault.
    fn invalid(&mut self, _fault: &Invalid, _file: &str) -> Result<bool, Error> {
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
    /// The encoding asked for.
    target: Option<Target>,
    /// The entry in the journal, where one is kept.
    draft: Option<Draft>,
    /// Whether other files go to the same output.
    is_shared: bool,
    /// Where the new version differs, of a file that is handed over by its bytes.
    replaced: Option<Vec<Replaced>>,
}

enum To<'a> {
    Nowhere,
    Writer(&'a mut dyn Write),
    InPlace(Box<InPlace<'a>>),
    Diff(Diff<&'a mut dyn Write>),
}

impl<'a> Sink<'a> {
    fn new(to: To<'a>, name: &'a str) -> Self {
        Self { to, name, changed: false, target: None, draft: None, is_shared: false, replaced: None }
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

    /// Whether what it takes is shown as text and not written in any encoding.
    pub(crate) fn shows_text(&self) -> bool {
        matches!(self.to, To::Diff(_))
    }

    /// Whether a file keeps its encoding here, unless it is told otherwise.
    pub(crate) fn keeps_encoding(&self) -> bool {
        !matches!(self.to, To::Writer(_))
    }

    fn note(&mut self, old: &[u8], new: Option<&[u8]>) -> Result<(), Error> {
        // Of a packed file, other bytes change than are seen here.
        if matches!(&self.to, To::InPlace(file) if file.is_packed()) {
            return Ok(());
        }
        let draft = self.draft.as_mut();
        draft.map_or(Ok(()), |d| d.put(old, new)).map_err(|e| Error::file(self.name, e))
    }

    /// Whether it takes the new version of a file that is no text.
    pub(crate) fn takes_bytes(&self) -> bool {
        matches!(self.to, To::Writer(_) | To::InPlace(_))
    }

    /// Whether it wants a file that stays the same, too.
    pub(crate) fn is_copy(&self) -> bool {
        matches!(self.to, To::Writer(_))
    }

    /// Why the new version of such a file can't go there, if it can't.
    pub(crate) fn refuses_bytes(&self) -> Option<&'static str> {
        match self.to {
            To::Writer(_) if self.is_shared => {
                Some("can't be joined with other files; -i changes each of them")
            }
            To::Writer(_) if self.name == STDOUT && io::stdout().is_terminal() => {
                Some("is no text; -o FILE writes it to a file, -i changes it")
            }
            To::InPlace(ref file) if file.is_packed() => Some("is packed as a whole; unpack it first"),
            _ => None,
        }
    }

    /// The next bytes of the new version of such a file.
    pub(crate) fn bytes(&mut self, new: &[u8]) -> Result<(), Error> {
        match &mut self.to {
            To::Writer(out) => out.write_all(new).map_err(|e| Error::output(self.name, &e)),
            To::InPlace(file) => file.change(new).map_err(|e| Error::file(self.name, e)),
            To::Nowhere | To::Diff(_) => Ok(()),
        }
    }

    /// Where the new version of such a file differs.
    pub(crate) fn replaced(&mut self, stretches: Vec<Replaced>) {
        self.replaced = Some(stretches);
    }

    /// Something changes that is not handed over.
    pub(crate) fn note_change(&mut self) {
        self.changed = true;
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
                    (Some(_), Some(output)) if is_packed || self.replaced.is_some() => {
                        let files = File::open(path).and_then(|old| Ok((old, output.reopen()?)));
                        let draft = |(old, new): (File, File)| {
                            let all = || Ok(vec![Replaced { old: 0..size(&old)?, new: 0..size(&new)? }]);
                            let stretches = self.replaced.map_or_else(all, io::Result::Ok)?;
                            Draft::replaced(old, new, &stretches)
                        };
                        Some(files.and_then(draft).map_err(failed)?)
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

fn size(file: &File) -> io::Result<u64> {
    file.metadata().map(|m| m.len())
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
    let mut sources = walk::sources(inputs, log)?;
    if let Some(suffix) = &outputs.backup {
        // Old versions that an earlier run kept stay old, unless they are named.
        let old = |path: &Path| backup::is_backup(path, suffix) && !inputs.files.iter().any(|f| f == path);
        sources.retain(|source| !old(source.as_path()));
    }
    refuse_clashes(&sources, outputs)?;
    let report = outputs.report.as_deref().map(report::Writer::create).transpose()?.map(Mutex::new);
    let mut journal = outputs.journal.as_deref().map(journal::Writer::create).transpose()?;
    let mut stdout = io::BufWriter::with_capacity(64 << 10, progress::Beside::new(io::stdout().lock()));
    let packing = outputs.output.as_deref().and_then(Packing::by_name);
    let packed = |file| Packer::new(file, packing).map_err(|e| Error::output("output", &e));
    let mut file = outputs.output.as_deref().map(Output::create).transpose()?.map(packed).transpose()?;
    let file_name = outputs.output.as_deref().map_or(STDOUT.to_owned(), |p| p.display().to_string());
    let stray_bytes = stray_bytes && !inputs.strict;
    let progress = Progress::start(inputs, &sources);
    let tally = (outputs.summary || wants_summary(inputs, outputs, &sources)).then(Mutex::<Tally>::default);
    let is_shared = sources.len() > 1;
    let desk = Desk { cleaner, stray_bytes, inputs, outputs, file_name: &file_name, is_shared };
    let mut whole = log.status() == Status::Fine;

    let mut each = |source: &Source, beside: Option<Beside>| {
        let out: &mut dyn Write = match &mut file {
            Some(file) => file,
            None => &mut stdout,
        };
        let books = Books { report: report.as_ref(), tally: tally.as_ref() };
        let done = match beside {
            Some(beside) => beside.settle(books, out, &file_name, log),
            None => desk.work(source, inputs.threads(), books, out, log),
        }?;
        // A file's changes are in the report before the file is replaced.
        flush(report.as_ref())?;
        done.ready.map_or(Ok(()), |ready| ready.commit(&source.name(), journal.as_mut()))?;
        books.tally.into_iter().for_each(|tally| lock(tally).file(done.changed));
        Ok(())
    };
    let take = |source: &Source, beside: Option<Beside>| match each(source, beside) {
        Err(Error::File(message)) if !inputs.strict => {
            log.fault(message);
            whole = false;
            tally.iter().for_each(|tally| lock(tally).failure());
            Ok(())
        }
        other => other,
    };
    let beside = |source: &Source| desk.beside(source, report.is_some(), tally.is_some());
    let worked = spread::each(&sources, inputs.threads(), |s| desk.limit(s), beside, take);
    // Files may have been changed before it came to an end: the account of that must not be lost.
    let reported = flush(report.as_ref());
    worked?;
    reported?;
    drop(progress);
    stdout.flush().map_err(|e| Error::output(STDOUT, &e))?;
    let committed = match file {
        Some(file) if whole => {
            let file = file.finish().map_err(|e| Error::output(&file_name, &e))?;
            file.commit().map_err(|e| Error::Output(format!("{file_name}: {e}")))
        }
        Some(_) => {
            Err(Error::Output(format!("{file_name}: not written, because an input could not be read")))
        }
        None => Ok(()),
    };
    tally.iter().for_each(|tally| log.say(&lock(tally).table()));
    committed
}

/// Whether numbers are shown that nobody asked for: to somebody who looks, and after work whose result
/// does not speak for itself.
fn wants_summary(inputs: &Inputs, outputs: &Outputs, sources: &[Source]) -> bool {
    let much = outputs.in_place || outputs.output.is_some() || sources.len() > 1;
    !inputs.quiet && much && io::stderr().is_terminal()
}

/// Reads every input for what can be said of it, and calls `each` after each; nothing is written.
pub(crate) fn inspect<W: Worker>(
    inputs: &Inputs,
    mut worker: W,
    log: &Log,
    mut each: impl FnMut(&mut W, &Source) -> Result<(), Error>,
) -> Result<(), Error> {
    for source in walk::sources(inputs, log)? {
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
    let sources = walk::sources(inputs, log)?;
    let _progress = Progress::start(inputs, &sources);
    let mut stdout = io::BufWriter::new(progress::Beside::new(io::stdout().lock()));
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
    books: Books<'a>,
    /// Where texts stay as they are, and what would be done is noted.
    notes: Option<Notes<'a>>,
}

/// Where accounts of what was done are kept.
#[derive(Clone, Copy)]
struct Books<'a> {
    report: Option<&'a Mutex<report::Writer>>,
    tally: Option<&'a Mutex<Tally>>,
}

impl<'a> Rewriter<'a> {
    /// One of the same kind that keeps an account of its own, if this one keeps any.
    pub(crate) fn beside(&self, report: &'a Mutex<report::Writer>) -> Rewriter<'a> {
        Rewriter {
            cleaner: self.cleaner,
            stray_bytes: self.stray_bytes,
            books: Books { report: self.books.report.map(|_| report), ..self.books },
            notes: self.notes.as_ref().map(Notes::fresh),
        }
    }

    /// Another one of the same kind, if it keeps no account.
    pub(crate) fn twin(&self) -> Option<Rewriter<'a>> {
        let keeps_none = self.books.report.is_none() && self.notes.is_none();
        keeps_none.then_some(Rewriter { notes: None, ..*self })
    }

    /// Adds the account that another one kept.
    pub(crate) fn account(&self, lines: &[u8]) -> Result<(), Error> {
        self.books.report.map_or(Ok(()), |report| lock(report).append(lines))
    }

    /// Whether anybody wants to know what is done.
    fn is_watched(&self) -> bool {
        self.books.report.is_some() || self.books.tally.is_some() || self.notes.is_some()
    }

    /// Writes down what was done to a value.
    fn enter(&mut self, value: &Value<'_>, report: &Report) -> Result<(), Error> {
        if let Some(notes) = &mut self.notes {
            notes.add(value, report);
        }
        self.books.tally.into_iter().for_each(|tally| lock(tally).text(value.text, report));
        self.books.report.map_or(Ok(()), |writer| lock(writer).add(value, report))
    }
}

impl Worker for Rewriter<'_> {
    fn value<'t>(&mut self, value: &Value<'t>) -> Result<Option<Cow<'t, str>>, Error> {
        if !self.is_watched() {
            return Ok(Some(self.cleaner.clean(value.text)));
        }
        let done = self.cleaner.clean_with_report(value.text);
        self.enter(value, &done.report)?;
        Ok(self.notes.is_none().then_some(done.text))
    }

    fn annotation(&mut self, record: &str) -> Option<Result<(usize, String), String>> {
        self.notes.as_mut().map(|notes| notes.finish(record))
    }

    fn records(&mut self, records: &[Vec<Value<'_>>]) -> Result<Vec<Vec<Option<String>>>, Error> {
        let texts = texts(records);
        if !self.is_watched() {
            let own =
                |(value, new): (&Value<'_>, Cow<'_, str>)| (value.text != new).then(|| new.into_owned());
            let rows = records.iter().zip(self.cleaner.clean_records(&texts));
            return Ok(rows.map(|(record, new)| record.iter().zip(new).map(own).collect()).collect());
        }
        let rows = records.iter().zip(self.cleaner.clean_records_with_report(&texts));
        let mut enter = |(value, done): (&Value<'_>, qingwen::Reported<'_>)| {
            self.enter(value, &done.report)?;
            let changed = self.notes.is_none() && value.text != done.text;
            Ok(changed.then(|| done.text.into_owned()))
        };
        rows.map(|(record, done)| record.iter().zip(done).map(&mut enter).collect()).collect()
    }

    fn only_repairs(&self) -> bool {
        self.cleaner.only_repairs()
    }

    fn passes_stray_bytes(&self) -> bool {
        self.stray_bytes
    }

    fn takes_stretches(&self) -> bool {
        true
    }

    fn shared(&self) -> Option<&Rewriter<'_>> {
        Some(self)
    }
}

/// The texts of records.
pub(crate) fn texts<'t>(records: &[Vec<Value<'t>>]) -> Vec<Vec<&'t str>> {
    records.iter().map(|record| record.iter().map(|value| value.text).collect()).collect()
}

fn lock<T>(book: &Mutex<T>) -> MutexGuard<'_, T> {
    book.lock().unwrap_or_else(PoisonError::into_inner)
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
    /// Whether there are several sources.
    is_shared: bool,
}

/// A file that was worked on beside others, and waits for its turn.
struct Beside {
    log: Log,
    out: Vec<u8>,
    report: Vec<u8>,
    tally: Tally,
    done: Result<Finished, Error>,
}

impl Beside {
    /// Its turn has come.
    fn settle(self, books: Books<'_>, out: &mut dyn Write, name: &str, log: &Log) -> Result<Finished, Error> {
        log.tell(self.log);
        out.write_all(&self.out).map_err(|e| Error::output(name, &e))?;
        books.report.map_or(Ok(()), |report| lock(report).append(&self.report))?;
        if let Some(tally) = books.tally {
            lock(tally).texts(self.tally);
        }
        self.done
    }
}

impl Desk<'_> {
    /// The largest size at which a source is worked on beside others.
    fn limit(&self, source: &Source) -> u64 {
        // Larger ones are worked on in parallel by themselves.
        if self.inputs.kind(source) == Kind::Jsonl { jsonl::SMALL } else { spread::LARGEST }
    }

    /// Works on one source with its output in memory; none if that is too much.
    fn beside(&self, source: &Source, reporting: bool, counting: bool) -> Option<Beside> {
        let (log, mut out) = (Log::holding(), Held::new(MOST_HELD));
        let report = reporting.then(|| Mutex::new(report::Writer::held(MOST_HELD)));
        let tally = Mutex::default();
        let books = Books { report: report.as_ref(), tally: counting.then_some(&tally) };
        let done = self.work(source, 1, books, &mut out, &log);
        let report = match report {
            Some(report) => report.into_inner().unwrap_or_else(PoisonError::into_inner).into_lines()?,
            None => Vec::new(),
        };
        let tally = tally.into_inner().unwrap_or_else(PoisonError::into_inner);
        Some(Beside { log, out: out.into_bytes()?, report, tally, done })
    }

    /// Works on one source. A file to be changed in place comes back complete, to be put there.
    fn work(
        &self,
        source: &Source,
        threads: usize,
        books: Books<'_>,
        out: &mut dyn Write,
        log: &Log,
    ) -> Result<Finished, Error> {
        if self.outputs.annotate.is_some() && self.inputs.kind(source) != Kind::Jsonl {
            return Err(Error::file(&source.name(), "is no JSON lines file, which --annotate needs"));
        }
        let notes = self.outputs.annotate.as_deref().map(Notes::new);
        let mut worker = Rewriter { cleaner: self.cleaner, stray_bytes: self.stray_bytes, books, notes };
        if self.outputs.in_place {
            return self.replace(source, threads, &mut worker, log);
        }
        if self.outputs.diff {
            return self.compare(source, threads, &mut worker, out, log);
        }
        if self.outputs.check {
            return self.list(source, threads, &mut worker, out, log);
        }
        let mut sink = Sink::new(To::Writer(out), self.file_name);
        sink.is_shared = self.is_shared;
        sink.target = self.outputs.output_encoding;
        read(source, self.inputs, threads, &mut worker, &mut sink, log)?;
        sink.finish()
    }

    fn replace(
        &self,
        source: &Source,
        threads: usize,
        worker: &mut Rewriter<'_>,
        log: &Log,
    ) -> Result<Finished, Error> {
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
        sink.target = outputs.output_encoding;
        read(source, self.inputs, threads, worker, &mut sink, log)?;
        sink.finish()
    }

    fn compare(
        &self,
        source: &Source,
        threads: usize,
        worker: &mut Rewriter<'_>,
        out: &mut dyn Write,
        log: &Log,
    ) -> Result<Finished, Error> {
        let diff = Diff::new(out, source.shown(), paint::wanted(self.outputs.color));
        let mut sink = Sink::new(To::Diff(diff), STDOUT);
        sink.target = self.outputs.output_encoding;
        let read = read(source, self.inputs, threads, worker, &mut sink, log);
        let done = sink.finish()?;
        if done.changed {
            log.raise(Status::Found);
        }
        read.map(|()| done)
    }

    fn list(
        &self,
        source: &Source,
        threads: usize,
        worker: &mut Rewriter<'_>,
        out: &mut dyn Write,
        log: &Log,
    ) -> Result<Finished, Error> {
        let mut sink = Sink::new(To::Nowhere, STDOUT);
        sink.target = self.outputs.output_encoding;
        read(source, self.inputs, threads, worker, &mut sink, log)?;
        let done = sink.finish()?;
        if done.changed {
            log.raise(Status::Found);
            let (raw, end) = (self.inputs.null, if self.inputs.null { b"\0" } else { b"\n" });
            name::write(out, source.path(), io::stdout().is_terminal() && !raw)
                .and_then(|()| out.write_all(end))
                .map_err(|e| Error::output(STDOUT, &e))?;
        }
        Ok(done)
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
    let kind = match source {
        Source::File(path) if inputs.takes_parquet() && parquet::is_parquet(path) => Kind::Parquet,
        _ => inputs.kind(source),
    };
    match kind {
        Kind::Parquet => {
            let Source::File(path) = source else {
                return Err(Error::file(&name, "can't be Parquet, which is read from its end; name a file"));
            };
            let options = parquet::Options::new(inputs);
            parquet::run(path, (&name, &label), &options, worker, sink, log)
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
            let mut input = open()?;
            if inputs.goes_by_name() {
                let written = !matches!(sink.target, None | Some(Target::Same | Target::To(Encoding::Utf8)));
                let head = input.fill_buf().map_err(|e| Error::file(&name, e))?;
                if written || inputs.is_encoded() || is_encoded(head) {
                    return as_text(Box::new(input), worker, sink);
                }
            }
            table::run(input, &name, &label, &options, worker, sink, log)
        }
        Kind::Json => {
            let input = walk::open(source, inputs.max_output.0)?;
            let max = inputs.max_file.map_or(text::WHOLE, |size| size.0);
            json_file::run(input, (&name, &label), &inputs.field, max, worker, sink, log)
        }
        Kind::Text => as_text(walk::open(source, inputs.max_output.0)?, worker, sink),
    }
}

/// Whether a table that begins so is in another encoding than UTF-8: it is read as text, then.
fn is_encoded(head: &[u8]) -> bool {
    let is_utf8 = std::str::from_utf8(head).map_or_else(|e| e.error_len().is_none(), |_| true);
    if is_utf8 {
        return false;
    }
    // The last line may be cut.
    let end = head.iter().rposition(|&b| b == b'\n').map_or(head.len(), |at| at + 1);
    let best = detect(&head[..end]).best();
    best.encoding != Encoding::Utf8 && !best.faulty && best.confidence >= 0.9
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
