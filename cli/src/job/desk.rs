//! What a rewrite does with one source, wherever it does it.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use qingwen::Cleaner;

use super::read::{How, read, read_member, told};
use super::rewriter::{Books, Rewriter, lock};
use super::sink::{Finished, Sink, To};
use super::{STDOUT, takes_notes};
use crate::annotate::Notes;
use crate::args::{HardLinks, Inputs, Kind, Outputs};
use crate::atomic::{InPlace, Policy};
use crate::diff::Diff;
use crate::exit::{Error, Log, Status};
use crate::held::Held;
use crate::journal::Draft;
use crate::packed::Packing;
use crate::plan::Target;
use crate::tally::Tally;
use crate::walk::Source;
use crate::zip::members::{self, Archive, Member};
use crate::{chunks, name, paint, report, spread};

/// Output and account of a file that may wait in memory; a file that has more is worked on alone.
pub(super) const MOST_HELD: usize = 64 << 20;

/// What a rewrite does with each source, wherever it does it.
#[derive(Clone, Copy)]
pub(super) struct Desk<'a> {
    pub(super) cleaner: &'a Cleaner,
    pub(super) stray_bytes: bool,
    pub(super) inputs: &'a Inputs,
    pub(super) outputs: &'a Outputs,
    pub(super) file_name: &'a str,
    /// Whether there are several sources.
    pub(super) is_shared: bool,
}

/// A file that was worked on beside others, and waits for its turn.
pub(super) struct Beside {
    log: Log,
    out: Vec<u8>,
    report: Vec<u8>,
    tally: Tally,
    done: Result<Finished, Error>,
}

impl Beside {
    /// Its turn has come.
    pub(super) fn settle(
        self,
        books: Books<'_>,
        out: &mut dyn Write,
        name: &str,
        log: &Log,
    ) -> Result<Finished, Error> {
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
    pub(super) fn limit(&self, source: &Source) -> u64 {
        // Larger ones are worked on in parallel by themselves.
        match self.inputs.kind(source) {
            Kind::Jsonl | Kind::Table(_) => chunks::SMALL,
            _ => spread::LARGEST,
        }
    }

    /// Works on one source with its output in memory; none if that is too much.
    pub(super) fn beside(&self, source: &Source, reporting: bool, counting: bool) -> Option<Beside> {
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
    pub(super) fn work(
        &self,
        source: &Source,
        threads: usize,
        books: Books<'_>,
        out: &mut dyn Write,
        log: &Log,
    ) -> Result<Finished, Error> {
        if self.outputs.annotate.is_some() && !takes_notes(source, self.inputs) {
            let cause =
                "is neither JSON lines nor a table, which --annotate needs; --field or --column makes it one";
            return Err(Error::file(&source.name(), cause));
        }
        let notes = self.outputs.annotate.as_deref().map(Notes::new);
        let mut worker = Rewriter::new(self.cleaner, self.stray_bytes, books, notes);
        let archive =
            Some(source.as_path()).filter(|path| members::is_named(path) && self.inputs.takes_members());
        if let Some(path) = archive {
            return self.archive(path, source, threads, &mut worker, out, log);
        }
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
        self.work_through(source, threads, &mut worker, log, &mut sink)?;
        sink.finish()
    }

    /// Works on the texts in an archive.
    fn archive(
        &self,
        path: &Path,
        source: &Source,
        threads: usize,
        worker: &mut Rewriter<'_>,
        out: &mut dyn Write,
        log: &Log,
    ) -> Result<Finished, Error> {
        let (name, inputs, outputs) = (source.name(), self.inputs, self.outputs);
        let how = How { inputs, threads, log };
        if outputs.check {
            return self.list(source, threads, worker, out, log);
        }
        let archive = Archive::open(path, inputs.max_output.0)?;
        if outputs.diff {
            let mut changed = false;
            for member in archive.members() {
                let shown = Source::File(member.path.clone()).shown();
                let out: &mut dyn Write = &mut *out;
                let diff = Diff::new(out, shown, paint::wanted(outputs.color));
                let mut sink = Sink::new(To::Diff(diff), STDOUT);
                let done = read_member(&archive, &member, how, worker, &mut sink);
                changed |= sink.finish()?.changed;
                told(done, how)?;
            }
            if changed {
                log.raise(Status::Found);
            }
            return Ok(Finished { changed, ready: None });
        }
        if !outputs.in_place {
            let cause =
                "is a zip archive: -i changes the texts in it, --check and --diff tell what would change";
            return Err(Error::file(&name, cause));
        }
        let mut sink = self.sink_in_place(path, &name, None)?;
        let new = |member: &Member| {
            let mut packer = archive.packer(member);
            let mut text = Sink::new(To::Writer(&mut packer), &name);
            text.target = Some(outputs.output_encoding.unwrap_or(Target::Same));
            let done = read_member(&archive, member, how, worker, &mut text);
            let changed = text.finish()?.changed;
            if !(told(done, how)? && changed) {
                return Ok(None);
            }
            packer.finish().map(Some).map_err(|cause| Error::file(&name, cause))
        };
        archive.write(&mut sink, new)?;
        sink.finish()
    }

    /// What puts a file's new version in its place.
    fn sink_in_place<'p>(
        &'p self,
        path: &'p Path,
        name: &'p str,
        packing: Option<Packing>,
    ) -> Result<Sink<'p>, Error> {
        let outputs = self.outputs;
        let policy = Policy {
            break_hard_links: outputs.hard_links == HardLinks::Break,
            keep_times: outputs.keep_times,
            backup: outputs.backup.as_deref(),
            packing,
        };
        let file = InPlace::open(path, policy).map_err(|e| Error::file(name, e))?;
        let mut sink = Sink::new(To::InPlace(Box::new(file)), name);
        sink.draft = outputs.journal.is_some().then(Draft::new);
        Ok(sink)
    }

    fn replace(
        &self,
        source: &Source,
        threads: usize,
        worker: &mut Rewriter<'_>,
        log: &Log,
    ) -> Result<Finished, Error> {
        let name = source.name();
        let Some(path) = source.file() else {
            return Err(Error::file(&name, "can't be changed in place; -i needs files"));
        };
        let mut sink = self.sink_in_place(path, &name, Packing::of_file(path))?;
        self.work_through(source, threads, worker, log, &mut sink)?;
        sink.finish()
    }

    /// Reads a source to its end, what becomes of it into the sink.
    fn work_through(
        &self,
        source: &Source,
        threads: usize,
        worker: &mut Rewriter<'_>,
        log: &Log,
        sink: &mut Sink<'_>,
    ) -> Result<(), Error> {
        sink.target = self.outputs.output_encoding;
        read(source, How { inputs: self.inputs, threads, log }, worker, sink)
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
        let read = self.work_through(source, threads, worker, log, &mut sink);
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
        self.work_through(source, threads, worker, log, &mut sink)?;
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
