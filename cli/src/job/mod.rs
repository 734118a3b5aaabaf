//! One run: every source is read by its format, worked on, and what it became goes where it was asked to.

mod clash;
mod desk;
mod read;
mod rewriter;
mod sink;
mod survey;
mod worker;

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::Mutex;

use qingwen::Cleaner;

use crate::args::{Inputs, Kind, Outputs};
use crate::atomic::Output;
use crate::exit::{Error, Log, Status};
use crate::packed::{Packer, Packing};
use crate::progress::{self, Progress};
use crate::tally::Tally;
use crate::walk::{self, Source};
use crate::{backup, journal, report, spread};

use clash::refuse_clashes;
use desk::{Beside, Desk};
use rewriter::{Books, flush, lock};

pub(crate) use rewriter::Rewriter;
pub(crate) use sink::{Sink, in_place};
pub(crate) use survey::{inspect, survey};
pub(crate) use worker::{Value, Worker, texts};

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
    if outputs.annotate.is_some() {
        leave_unannotated(&mut sources, inputs, log);
    }
    refuse_clashes(&sources, outputs)?;
    let report = outputs.report.as_deref().map(report::Writer::create).transpose()?.map(Mutex::new);
    let mut journal = outputs.journal.as_deref().map(journal::Writer::create).transpose()?;
    let mut stdout = io::BufWriter::with_capacity(64 << 10, progress::Beside::new(io::stdout().lock()));
    let packing = outputs.file().and_then(Packing::by_name);
    let packed = |file| Packer::new(file, packing).map_err(|e| Error::output("output", &e));
    let mut file = outputs.file().map(Output::create).transpose()?.map(packed).transpose()?;
    let file_name = outputs.file().map_or(STDOUT.to_owned(), |p| p.display().to_string());
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

/// Whether a source has records, which can take a verdict.
fn takes_notes(source: &Source, inputs: &Inputs) -> bool {
    matches!(inputs.kind(source), Kind::Jsonl | Kind::Table(_))
}

/// Leaves out what was found in folders and has no records.
fn leave_unannotated(sources: &mut Vec<Source>, inputs: &Inputs, log: &Log) {
    let is_left = |source: &Source| matches!(source, Source::Found(_)) && !takes_notes(source, inputs);
    let left = sources.iter().filter(|source| is_left(source)).count();
    if let Some(first) = sources.iter().find(|source| is_left(source)).map(Source::name) {
        log.note(format_args!(
            "--annotate leaves out {left} files in folders that are neither JSON lines nor tables, such as {first}"
        ));
    }
    sources.retain(|source| !is_left(source));
}

/// Whether numbers are shown that nobody asked for: to somebody who looks, and after work whose result
/// does not speak for itself.
fn wants_summary(inputs: &Inputs, outputs: &Outputs, sources: &[Source]) -> bool {
    let much = outputs.in_place || outputs.file().is_some() || sources.len() > 1;
    !inputs.quiet && much && io::stderr().is_terminal()
}
