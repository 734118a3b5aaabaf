//! One long stream of records in parallel: a thread reads chunks of whole records, others work on them,
//! and what they become is put together in order.

use std::io::{BufReader, Read};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::exit::Error;
use crate::faults::Fault;
use crate::job::{Rewriter, Sink};
use crate::jsonl::{self, Next, Options, Place, Tell};
use crate::parallel::{self, Bounds, Queue};
use crate::report;

/// Bytes of a chunk, save for its last record.
const CHUNK: usize = 512 << 10;
/// Chunks that wait to be worked on.
const WAITING: usize = 2;
/// Bytes of chunks in work at a time.
const IN_WORK: u64 = 16 << 20;

/// What the reading thread hands on.
enum Piece {
    Records {
        first: u64,
        bytes: Vec<u8>,
        /// The input makes a pause after it.
        pause: bool,
    },
    /// The number and the beginning of a record that is too long.
    Long(u64, Vec<u8>),
    LongPart(Vec<u8>),
    LongEnd,
    Failed(String),
}

/// What a piece became.
enum Done {
    Records { bytes: Vec<u8>, new: Vec<u8>, events: Vec<Event>, account: Vec<u8>, pause: bool },
    Piece(Piece),
}

/// What happened to a chunk, in order.
enum Event {
    /// A stretch stays as it is.
    Same(Range<usize>),
    /// A record changes to a stretch of the new bytes.
    Changed(Range<usize>, Range<usize>),
    Fault(u64, Fault),
}

/// Reads the records in a thread of their own and works on them in others.
pub(crate) fn run<R: Read + Send + 'static>(
    input: BufReader<R>,
    name: &str,
    label: &str,
    options: &Options<'_>,
    rewriter: &Rewriter<'_>,
    sink: &mut Sink<'_>,
    tell: &Tell<'_>,
) -> Result<(), Error> {
    let queue = Arc::new(Queue::new(WAITING));
    let (pieces, max_record, pauses) = (Arc::clone(&queue), options.max_record, options.pauses);
    // Never waited for: if the output fails, it may stand in a read that does not come back.
    thread::Builder::new()
        .spawn(move || {
            let _end = Closing(Arc::clone(&pieces));
            read(input, max_record, pauses, &pieces);
        })
        .map_err(|e| Error::file(name, e))?;
    let next = || {
        let piece = queue.pop()?;
        let weight = match &piece {
            Piece::Records { bytes, .. } => bytes.len() as u64,
            _ => 0,
        };
        Some((piece, weight))
    };
    let work = |piece| match piece {
        Piece::Records { first, bytes, pause } => records(first, bytes, pause, label, options, rewriter),
        piece => Done::Piece(piece),
    };
    let bounds = Bounds { threads: options.threads, weight: IN_WORK };
    let take = |done| put(done, name, options.max_record, rewriter, sink, tell);
    parallel::ordered(bounds, next, || queue.close(), work, take)
}

/// Closes the queue when the reading ends, however it does.
struct Closing(Arc<Queue<Piece>>);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Reads to the end, or until nobody wants more.
fn read<R: Read>(mut input: BufReader<R>, max_record: usize, pauses: bool, pieces: &Queue<Piece>) {
    let mut number = 1;
    let (mut first, mut bytes) = (1, Vec::new());
    loop {
        let waits = pauses && !bytes.is_empty() && !input.buffer().contains(&b'\n');
        if waits || bytes.len() >= CHUNK {
            let pause = waits || input.buffer().is_empty() && pauses;
            if !pieces.push(Piece::Records { first, bytes, pause }) {
                return;
            }
            (first, bytes) = (number, Vec::with_capacity(CHUNK));
        }
        let start = bytes.len();
        let next = jsonl::next(&mut input, &mut bytes, max_record);
        if matches!(next, Ok(Next::Record)) {
            number += 1;
            continue;
        }
        let tail = bytes.split_off(start);
        if !bytes.is_empty() && !pieces.push(Piece::Records { first, bytes, pause: false }) {
            return;
        }
        match next {
            Ok(Next::TooLong) => {
                if !pieces.push(Piece::Long(number, tail)) {
                    return;
                }
                let end = jsonl::rest(&mut input, |part| pieces.push(Piece::LongPart(part.to_vec())));
                match end {
                    Ok(true) if pieces.push(Piece::LongEnd) => {}
                    Ok(_) => return,
                    Err(e) => {
                        pieces.push(Piece::Failed(e.to_string()));
                        return;
                    }
                }
                number += 1;
                (first, bytes) = (number, Vec::new());
            }
            Ok(Next::End | Next::Record) => return,
            Err(e) => {
                pieces.push(Piece::Failed(e.to_string()));
                return;
            }
        }
    }
}

/// Works on a chunk.
fn records(
    first: u64,
    bytes: Vec<u8>,
    pause: bool,
    label: &str,
    options: &Options<'_>,
    rewriter: &Rewriter<'_>,
) -> Done {
    // What it holds is bounded by the chunk: an edit tells its old and new text once.
    let report = Mutex::new(report::Writer::held(usize::MAX));
    let mut worker = rewriter.beside(&report);
    let (mut events, mut new) = (Vec::new(), Vec::new());
    let mut start = 0;
    for (number, line) in (first..).zip(bytes.split_inclusive(|&b| b == b'\n')) {
        let at = start..start + line.len();
        start = at.end;
        let faults = std::cell::RefCell::new(Vec::new());
        let tell = |fault| {
            faults.borrow_mut().push(fault);
            if options.strict { Err(Error::Closed) } else { Ok(()) }
        };
        let place = Place { file: label, number };
        let done = jsonl::record(line, &place, options.fields, &mut worker, &tell);
        events.extend(faults.into_inner().into_iter().map(|fault| Event::Fault(number, fault)));
        match (done, events.last_mut()) {
            (Ok(Some(record)), _) => {
                let start = new.len();
                new.extend_from_slice(&record);
                events.push(Event::Changed(at, start..new.len()));
            }
            (Ok(None), Some(Event::Same(before))) => before.end = at.end,
            (Ok(None), _) => events.push(Event::Same(at)),
            // The fault that ends the run is told when its turn comes.
            (Err(_), _) => break,
        }
    }
    let report = report.into_inner().unwrap_or_else(PoisonError::into_inner);
    Done::Records { bytes, new, events, account: report.into_lines().unwrap_or_default(), pause }
}

/// Puts a piece where it belongs.
fn put(
    done: Done,
    name: &str,
    max_record: usize,
    rewriter: &Rewriter<'_>,
    sink: &mut Sink<'_>,
    tell: &Tell<'_>,
) -> Result<(), Error> {
    match done {
        Done::Records { bytes, new, events, account, pause } => {
            rewriter.account(&account)?;
            for event in events {
                match event {
                    Event::Same(at) => sink.put(&bytes[at], None)?,
                    Event::Changed(old, at) => sink.put(&bytes[old], Some(&new[at]))?,
                    Event::Fault(number, fault) => tell(number, fault)?,
                }
            }
            if pause { sink.pause() } else { Ok(()) }
        }
        Done::Piece(Piece::Long(number, head)) => {
            tell(number, Fault::too_long(max_record))?;
            sink.part(&head)
        }
        Done::Piece(Piece::LongPart(part)) => sink.part(&part),
        Done::Piece(Piece::LongEnd) => sink.end_parts(),
        Done::Piece(Piece::Failed(cause)) => Err(Error::file(name, cause)),
        Done::Piece(Piece::Records { .. }) => Ok(()),
    }
}
