//! A stream of records in chunks: a thread reads and cuts it, others work on the chunks, and what they become is put
//! together in order, so that the number of threads makes no difference.

mod cut;
mod outcome;

use std::io::{BufReader, Read};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::exit::{Error, Log};
use crate::faults::{Fault, Faults};
use crate::job::{Rewriter, Sink, Worker};
use crate::parallel::{self, Bounds, Queue};
use crate::report;

pub(crate) use cut::{Chunk, Cutting};
use cut::{Cutter, Piece, Spare};
use outcome::Event;
pub(crate) use outcome::Outcome;

/// A file of at most this size is not worth more than one thread.
pub(crate) const SMALL: u64 = 1 << 20;
/// Chunks that wait to be worked on: enough to last while the thread that reads has to wait for the processor.
const WAITING: usize = 8;
/// Bytes of chunks in work at a time.
const IN_WORK: u64 = 16 << 20;

/// What the records are, and how they are worked on.
pub(crate) trait Format: Sync {
    /// What a chunk needs to know of those before it.
    type Seen: Send;

    /// Looks at each chunk in order, before it is worked on.
    ///
    /// # Errors
    /// If the file can't be worked on.
    fn see(&self, chunk: &Chunk) -> Result<Self::Seen, String>;

    /// Works on a chunk by itself.
    fn work(
        &self,
        chunk: &Chunk,
        seen: Self::Seen,
        worker: &mut dyn Worker,
        out: &mut Outcome,
    ) -> Result<(), Error>;
}

/// How the work is done.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Options {
    pub(crate) cutting: Cutting,
    /// Whether the first fault ends the run.
    pub(crate) strict: bool,
    /// Threads to work in, where the work can be shared.
    pub(crate) threads: usize,
}

/// Reads the records, has them worked on, and hands both versions of each to the sink. A record that can't be
/// worked on is told and goes through as it is.
pub(crate) fn run<F: Format, R: Read + Send + 'static>(
    input: BufReader<R>,
    name: &str,
    options: Options,
    format: &F,
    worker: &mut dyn Worker,
    sink: &mut Sink<'_>,
    log: &Log,
) -> Result<(), Error> {
    let faults = Faults::new(name, options.strict, log);
    let spare = Spare::default();
    let cutter = Cutter::new(input, options.cutting, spare.clone());
    let max_record = options.cutting.max_record;
    let mut end = End { name, max_record, sink, faults: &faults, spare };
    let done = match worker.shared() {
        Some(rewriter) if options.threads > 1 => in_threads(cutter, options, format, rewriter, &mut end),
        _ => alone(cutter, options, format, worker, &mut end),
    };
    faults.finish();
    done
}

/// Works on one chunk after the other.
fn alone<F: Format, R: Read>(
    cutter: Cutter<R>,
    options: Options,
    format: &F,
    worker: &mut dyn Worker,
    end: &mut End<'_, '_>,
) -> Result<(), Error> {
    for piece in cutter {
        let Piece::Records(chunk) = piece else {
            end.part(piece)?;
            continue;
        };
        let seen = format.see(&chunk).map_err(|cause| Error::file(end.name, cause))?;
        let mut out = Outcome::new(options.strict);
        let done = format.work(&chunk, seen, worker, &mut out);
        end.records(chunk, &mut out)?;
        done?;
    }
    Ok(())
}

/// What the threads are given.
enum Item<S> {
    Records(Chunk, S),
    Piece(Piece),
}

/// What they make of it.
enum Done {
    Records { chunk: Chunk, out: Outcome, account: Vec<u8>, done: Result<(), Error> },
    Piece(Piece),
}

/// Reads in a thread of its own and works in others.
fn in_threads<F: Format, R: Read + Send + 'static>(
    cutter: Cutter<R>,
    options: Options,
    format: &F,
    rewriter: &Rewriter<'_>,
    end: &mut End<'_, '_>,
) -> Result<(), Error> {
    let name = end.name;
    let queue = Arc::new(Queue::new(WAITING));
    let pieces = Arc::clone(&queue);
    // Never waited for: if the output fails, it may stand in a read that does not come back.
    thread::Builder::new()
        .spawn(move || {
            let end = Closing(pieces);
            for piece in cutter {
                if !end.0.push(piece) {
                    return;
                }
            }
        })
        .map_err(|e| Error::file(name, e))?;
    let next = || {
        let item = match queue.pop()? {
            Piece::Records(chunk) => match format.see(&chunk) {
                Ok(seen) => Item::Records(chunk, seen),
                Err(cause) => Item::Piece(Piece::Failed(cause)),
            },
            piece => Item::Piece(piece),
        };
        let weight = match &item {
            Item::Records(chunk, _) => chunk.bytes.len(),
            Item::Piece(Piece::Long(_, part) | Piece::LongPart(part)) => part.len(),
            Item::Piece(_) => 0,
        };
        Some((item, weight as u64))
    };
    let work = |item| match item {
        Item::Records(chunk, seen) => {
            // What it holds is bounded by the chunk: an edit tells its old and new text once.
            let report = Mutex::new(report::Writer::held(usize::MAX));
            let mut worker = rewriter.beside(&report);
            let mut out = Outcome::new(options.strict);
            let done = format.work(&chunk, seen, &mut worker, &mut out);
            let report = report.into_inner().unwrap_or_else(PoisonError::into_inner);
            Done::Records { chunk, out, account: report.into_lines().unwrap_or_default(), done }
        }
        Item::Piece(piece) => Done::Piece(piece),
    };
    let bounds = Bounds { threads: options.threads, weight: IN_WORK };
    let take = |done| match done {
        Done::Records { chunk, mut out, account, done } => {
            rewriter.account(&account)?;
            end.records(chunk, &mut out)?;
            done
        }
        Done::Piece(piece) => end.part(piece),
    };
    parallel::ordered(bounds, next, || queue.close(), work, take)
}

/// Closes the queue when the reading ends, however it does.
struct Closing(Arc<Queue<Piece>>);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Where all of it ends, in order.
struct End<'a, 's> {
    name: &'a str,
    max_record: usize,
    sink: &'a mut Sink<'s>,
    faults: &'a Faults<'a>,
    spare: Spare,
}

impl End<'_, '_> {
    fn records(&mut self, chunk: Chunk, out: &mut Outcome) -> Result<(), Error> {
        let Outcome { new, events, .. } = out;
        for event in events.drain(..) {
            match event {
                Event::Same(at) => self.sink.put(&chunk.bytes[at], None)?,
                Event::Changed(old, at) => self.sink.put(&chunk.bytes[old], Some(&new[at]))?,
                Event::Fault(number, fault) => self.faults.tell(number, &fault)?,
            }
        }
        let pause = chunk.pause;
        self.spare.give(chunk);
        if pause { self.sink.pause() } else { Ok(()) }
    }

    fn part(&mut self, piece: Piece) -> Result<(), Error> {
        match piece {
            Piece::Long(number, head) => {
                self.faults.tell(number, &Fault::too_long(self.max_record))?;
                self.sink.part(&head)
            }
            Piece::LongPart(part) => self.sink.part(&part),
            Piece::LongEnd => self.sink.end_parts(),
            Piece::Failed(cause) => Err(Error::file(self.name, cause)),
            Piece::Records(_) => Ok(()),
        }
    }
}
