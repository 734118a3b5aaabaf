//! Plain text, in any encoding: read in stretches of whole lines, each of which is a document; a text of at
//! most a mebibyte is one.

mod invalid;
mod reader;
mod stretch;

use std::io::Read;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use qingwen::detect::Encoding;

use crate::exit::{Error, Log};
use crate::feed::Feed;
use crate::job::{Sink, Worker};
use crate::parallel::{self, Bounds};
use crate::plan::{Planner, Target, Wanted};
use crate::subtitles::Markup;
use crate::windows::{Limits, WINDOW, Windows};

use reader::{Fault, Kind, Piece, Reader, Stretch};
use stretch::{Done, Job, Outcome};

pub(crate) use invalid::Invalid;

/// Bytes of stretches in work at a time: two in two threads.
const IN_WORK: u64 = 2 * WINDOW as u64;
/// Bytes of a text that is read whole, unless told otherwise.
pub(crate) const WHOLE: u64 = 1 << 30;

/// How text is read and written.
pub(crate) struct Options {
    pub(crate) encoding: Wanted,
    /// None: what is usual where it goes.
    pub(crate) target: Option<Target>,
    pub(crate) max_file: Option<u64>,
    pub(crate) max_line: usize,
    pub(crate) threads: usize,
    /// Whether the input may pause, as a pipe does.
    pub(crate) pauses: bool,
    /// What of it is no words.
    pub(crate) markup: Markup,
}

/// Reads the text, has it worked on, and hands both versions to the sink.
pub(crate) fn run(
    input: impl Read + Send + 'static,
    name: &str,
    label: &str,
    options: &Options,
    worker: &mut dyn Worker,
    sink: &mut Sink<'_>,
    log: &Log,
) -> Result<(), Error> {
    let stretches = worker.takes_stretches();
    let limit = options.max_file.unwrap_or(if stretches { u64::MAX } else { WHOLE });
    let window = if stretches { WINDOW } else { usize::MAX };
    let limits = Limits { window, line: options.max_line.max(window), text: limit };
    let same = if sink.keeps_encoding() { Target::Same } else { Target::To(Encoding::Utf8) };
    let target = options.target.unwrap_or(same);
    // What somebody waits for goes out when nothing comes.
    let feed = if options.pauses && stretches && sink.is_awaited() {
        Feed::watched(input).map_err(|e| Error::file(name, e))?
    } else {
        Feed::steady(input)
    };
    let mut reader = Reader::new(
        Windows::fed(feed, limits),
        Planner::new(options.encoding, worker.sure_enough()),
        name,
        (limit, limits.line),
        worker.passes_stray_bytes(),
    );
    let (head, complete) = reader.begin()?;
    if head > 0 {
        worker.marked();
    }
    let job = Job { label, markup: options.markup, target, shows_text: sink.shows_text(), name };
    if complete {
        // All is known before anything is written.
        let mut all = Vec::new();
        while let Some(next) = reader.next() {
            match next {
                Ok(stretch) => all.push(stretch),
                Err(Fault::Invalid(fault)) if worker.invalid(&fault, label)? => return Ok(()),
                Err(fault) => return Err(fault.told(name)),
            }
        }
        let mut all = all.into_iter();
        run_all(&job, options.threads, worker, sink, &mut reader, |_| all.next().map(Ok))?;
    } else {
        match run_all(&job, options.threads, worker, sink, &mut reader, Reader::next) {
            Ok(None) => {}
            Ok(Some(fault)) => {
                if !worker.invalid(&fault, label)? {
                    return Err(Fault::Invalid(fault).told(name));
                }
            }
            Err(e) => return Err(e),
        }
    }
    reader.tell(log);
    Ok(())
}

/// Works on the stretches that `next` gives, in threads where that can be; tells what could not be read.
fn run_all<'r, R: Read + Send>(
    job: &Job<'_>,
    threads: usize,
    worker: &mut dyn Worker,
    sink: &mut Sink<'_>,
    reader: &mut Reader<'r, R>,
    mut next: impl FnMut(&mut Reader<'r, R>) -> Option<Result<Stretch, Fault>> + Send,
) -> Result<Option<Invalid>, Error> {
    let mut invalid = None;
    let twin = worker.shared().filter(|_| threads > 1).and_then(|w| w.twin());
    let Some(twin) = twin else {
        let mut base = (0, 0);
        while let Some(stretch) = next(reader) {
            match stretch {
                Ok(stretch) => {
                    for piece in &stretch.pieces {
                        note(worker, &stretch, piece, reader.planner.confidence);
                    }
                    let done = job.work(&stretch, &mut base, worker)?;
                    put(sink, &stretch, done)?;
                }
                Err(Fault::Invalid(fault)) => return Ok(Some(fault)),
                Err(Fault::Told(error)) => return Err(error),
            }
        }
        return Ok(None);
    };
    let source = Mutex::new((reader, &mut next, false));
    let pull = || {
        let (reader, next, ended) = &mut *source.lock().unwrap_or_else(PoisonError::into_inner);
        if *ended {
            return None;
        }
        let stretch = next(reader)?;
        *ended = stretch.is_err();
        let weight = stretch.as_ref().map_or(0, |s| s.bytes.len() as u64);
        Some((stretch, weight))
    };
    let work = |stretch: Result<Stretch, Fault>| {
        let stretch = stretch?;
        let mut worker = twin.twin().ok_or(Fault::Told(Error::Closed))?;
        let done = job.work(&stretch, &mut (0, 0), &mut worker).map_err(Fault::Told)?;
        Ok((stretch, done))
    };
    let take = |done: Result<(Stretch, Done), Fault>| match done {
        Ok((stretch, done)) => put(sink, &stretch, done),
        Err(Fault::Invalid(fault)) => {
            invalid = Some(fault);
            Ok(())
        }
        Err(Fault::Told(error)) => Err(error),
    };
    parallel::ordered(Bounds { threads, weight: IN_WORK }, pull, || (), work, take)?;
    Ok(invalid)
}

/// Tells the worker what a piece is in.
fn note(worker: &mut dyn Worker, stretch: &Stretch, piece: &Piece, confidence: f64) {
    let lines = |at: &Range<usize>| stretch.bytes[at.clone()].split_inclusive(|&b| b == b'\n').count();
    match piece.kind {
        Kind::Mark => {}
        Kind::Raw => worker.read_as(lines(&piece.at), None, confidence),
        Kind::Stray => worker.read_as(lines(&piece.at), Some(Encoding::Utf8), confidence),
        Kind::Plain | Kind::Text(_) => {
            for (at, encoding) in &piece.parts {
                worker.read_as(lines(at), Some(*encoding), confidence);
            }
        }
    }
}

fn put(sink: &mut Sink<'_>, stretch: &Stretch, done: Done) -> Result<(), Error> {
    let bytes = &stretch.bytes;
    for (at, outcome) in done {
        match outcome {
            Outcome::Same => sink.put(&bytes[at], None)?,
            Outcome::New(new) => sink.put(&bytes[at], Some(&new))?,
            Outcome::Shown(old, new) => {
                sink.put(old.as_bytes(), Some(new.as_bytes()).filter(|n| *n != old.as_bytes()))?;
            }
        }
    }
    if stretch.pause { sink.pause() } else { Ok(()) }
}

/// Reads a whole input, up to a limit.
pub(crate) fn read(input: impl Read, limit: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    input.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(|e| e.to_string())?;
    if bytes.len() as u64 > limit {
        return Err(format!("is larger than {limit} bytes; --max-file raises the limit"));
    }
    Ok(bytes)
}
