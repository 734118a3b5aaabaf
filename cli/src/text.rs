//! Plain text, in any encoding: read in stretches of whole lines, each of which is a document; a text of at
//! most a mebibyte is one.

use std::borrow::Cow;
use std::fmt;
use std::io::Read;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use qingwen::detect::Encoding;

use crate::exit::{Error, Log};
use crate::job::{Sink, Value, Worker};
use crate::parallel::{self, Bounds};
use crate::plan::{Planner, Problem, Target, Wanted};
use crate::respell;
use crate::windows::{Limits, Stop, WINDOW, Windows};

/// Bytes of stretches in work at a time: two in two threads.
const IN_WORK: u64 = 2 * WINDOW as u64;
/// Bytes of a text that is read whole, unless told otherwise.
pub(crate) const WHOLE: u64 = 1 << 30;
/// Lines without encoding that are named.
const NAMED: usize = 10;

/// How text is read and written.
pub(crate) struct Options {
    pub(crate) encoding: Wanted,
    /// None: what is usual where it goes.
    pub(crate) target: Option<Target>,
    pub(crate) max_file: Option<u64>,
    pub(crate) max_line: usize,
    pub(crate) threads: usize,
}

/// Where a text can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Invalid {
    line: usize,
    /// Byte offset in the file.
    at: usize,
    byte: u8,
    problem: Problem,
}

impl Invalid {
    /// A text stops being UTF-8 at a byte offset.
    pub(crate) fn utf8(bytes: &[u8], at: usize) -> Self {
        Self {
            line: 1 + lines_before(bytes, at, Encoding::Utf8),
            at,
            byte: bytes.get(at).copied().unwrap_or_default(),
            problem: Problem::Undecodable { encoding: Encoding::Utf8, at, perhaps: String::new() },
        }
    }

    /// What the text was read in.
    pub(crate) fn encoding(&self) -> Encoding {
        let Problem::Undecodable { encoding, .. } = self.problem;
        encoding
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Problem::Undecodable { perhaps, .. } = &self.problem;
        write!(f, "{}{perhaps}", Brief(self))
    }
}

/// Without what else it may be.
struct Brief<'a>(&'a Invalid);

impl fmt::Display for Brief<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Invalid { line, at, byte, problem } = self.0;
        write!(f, "line {line}, byte offset {at}: {problem} (byte {byte:02X})")
    }
}

/// A stretch of the file.
struct Stretch {
    bytes: Vec<u8>,
    /// Whether the file starts with it.
    first: bool,
    pieces: Vec<Piece>,
}

/// A piece of a stretch: a document, or bytes that go through.
struct Piece {
    at: Range<usize>,
    line: usize,
    /// What it is in; nothing for bytes that go through.
    parts: Vec<(Range<usize>, Encoding)>,
    kind: Kind,
}

enum Kind {
    /// The bytes are its text.
    Plain,
    Text(String),
    /// A byte order mark.
    Mark,
    /// Bytes that no encoding reads.
    Raw,
    /// UTF-8 with stray bytes, which go through.
    Stray,
}

/// What became of a piece.
type Done = Vec<(Range<usize>, Outcome)>;

enum Outcome {
    Same,
    New(Vec<u8>),
    /// For those who look: old and new text.
    Shown(String, String),
}

/// Reads the text, has it worked on, and hands both versions to the sink.
pub(crate) fn run(
    input: impl Read + Send,
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
    let mut reader = Reader {
        windows: Windows::new(input, limits),
        planner: Planner::new(options.encoding, worker.sure_enough()),
        name,
        limit,
        max_line: limits.line,
        line: 1,
        at: 0,
        mark: 0,
        passes_stray: worker.passes_stray_bytes(),
        stray: None,
        raw: Vec::new(),
        raws: 0,
    };
    let (head, complete) = reader.begin()?;
    if head > 0 {
        worker.marked();
    }
    let job = Job { label, target, shows_text: sink.shows_text(), name };
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

/// Why reading ended.
enum Fault {
    Invalid(Invalid),
    Told(Error),
}

impl Fault {
    fn told(self, name: &str) -> Error {
        match self {
            Self::Invalid(fault) => Error::file(name, fault),
            Self::Told(error) => error,
        }
    }
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
                    put(sink, &stretch.bytes, done)?;
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
        Ok((stretch.bytes, done))
    };
    let take = |done: Result<(Vec<u8>, Done), Fault>| match done {
        Ok((bytes, done)) => put(sink, &bytes, done),
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

fn put(sink: &mut Sink<'_>, bytes: &[u8], done: Done) -> Result<(), Error> {
    for (at, outcome) in done {
        match outcome {
            Outcome::Same => sink.put(&bytes[at], None)?,
            Outcome::New(new) => sink.put(&bytes[at], Some(&new))?,
            Outcome::Shown(old, new) => {
                sink.put(old.as_bytes(), Some(new.as_bytes()).filter(|n| *n != old.as_bytes()))?;
            }
        }
    }
    Ok(())
}

/// What is done with every stretch.
struct Job<'a> {
    label: &'a str,
    name: &'a str,
    target: Target,
    shows_text: bool,
}

impl Job<'_> {
    /// Works on a stretch; `base` counts the UTF-8 of the text before it and of what became of that.
    fn work(
        &self,
        stretch: &Stretch,
        base: &mut (usize, usize),
        worker: &mut dyn Worker,
    ) -> Result<Done, Error> {
        let mut done = Done::new();
        for piece in &stretch.pieces {
            let bytes = &stretch.bytes[piece.at.clone()];
            let first = stretch.first && piece.at.start == 0;
            let outcome = match &piece.kind {
                Kind::Mark => match self.target {
                    _ if self.shows_text => Outcome::Shown(String::new(), String::new()),
                    Target::Same => Outcome::Same,
                    Target::To(encoding) => Outcome::New(mark_of(encoding).to_vec()),
                },
                Kind::Raw => Outcome::Same,
                Kind::Stray => {
                    let new = around(bytes, self.label, piece.line, *base, worker)?;
                    Outcome::New(new)
                }
                Kind::Plain => {
                    let text = std::str::from_utf8(bytes).unwrap_or_default();
                    self.text(text, bytes, piece, first, base, worker)?
                }
                Kind::Text(text) => self.text(text, bytes, piece, first, base, worker)?,
            };
            let outcome = match outcome {
                Outcome::New(new) if new == bytes => Outcome::Same,
                other => other,
            };
            done.push((piece.at.clone(), outcome));
        }
        Ok(done)
    }

    fn text(
        &self,
        text: &str,
        bytes: &[u8],
        piece: &Piece,
        first: bool,
        base: &mut (usize, usize),
        worker: &mut dyn Worker,
    ) -> Result<Outcome, Error> {
        let encoding = match &piece.parts[..] {
            [(_, Encoding::Utf8)] | [] => None,
            [(_, one)] => Some(one.name()),
            _ => Some("mixed"),
        };
        let value = Value {
            text,
            file: self.label,
            record: None,
            field: None,
            encoding,
            line: piece.line,
            base: *base,
        };
        let new = worker.value(&value)?.filter(|new| **new != *text);
        *base = (base.0 + text.len(), base.1 + new.as_deref().unwrap_or(text).len());
        if self.shows_text {
            let new = new.as_deref().unwrap_or(text).to_owned();
            return Ok(Outcome::Shown(text.to_owned(), new));
        }
        // An UTF-8 file keeps its mark; others have theirs put in and taken off here.
        let utf8 = piece.parts.iter().all(|(_, e)| *e == Encoding::Utf8);
        let outcome = match (self.target, new) {
            (Target::Same, None) => return Ok(Outcome::Same),
            (Target::To(Encoding::Utf8), new) if utf8 => match new {
                None => return Ok(Outcome::Same),
                Some(new) => Ok(new.into_owned().into_bytes()),
            },
            (Target::To(encoding), new) if first => {
                let new = new.as_deref().unwrap_or(text);
                let plain = new.strip_prefix('\u{FEFF}').unwrap_or(new);
                respell::whole(encoding, plain, piece.line).map(|new| [mark_of(encoding), &new].concat())
            }
            (target, new) => respell::changed(
                target,
                bytes,
                &piece.parts_here(),
                text,
                new.as_deref().unwrap_or(text),
                piece.line,
            ),
        };
        outcome.map(Outcome::New).map_err(|e| Error::file(self.name, e))
    }
}

impl Piece {
    /// The parts, counted from the piece's start.
    fn parts_here(&self) -> Vec<(Range<usize>, Encoding)> {
        let start = self.at.start;
        self.parts.iter().map(|(at, e)| (at.start - start..at.end - start, *e)).collect()
    }
}

/// What a text begins with that is written in an encoding: readers of UTF-16 and UTF-32 need a mark.
fn mark_of(encoding: Encoding) -> &'static [u8] {
    if encoding.unit() > 1 { encoding.mark() } else { b"" }
}

/// Has the text around stray bytes worked on, run by run.
fn around(
    bytes: &[u8],
    label: &str,
    line: usize,
    base: (usize, usize),
    worker: &mut dyn Worker,
) -> Result<Vec<u8>, Error> {
    let mut new = Vec::with_capacity(bytes.len());
    let mut at = 0;
    for chunk in bytes.utf8_chunks() {
        let text = chunk.valid();
        let base = (base.0 + at, base.1 + new.len());
        let value = Value { text, file: label, record: None, field: None, encoding: None, line, base };
        let done = worker.value(&value)?;
        new.extend_from_slice(done.as_deref().unwrap_or(text).as_bytes());
        new.extend_from_slice(chunk.invalid());
        at += text.len() + chunk.invalid().len();
    }
    Ok(new)
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

/// Cuts the text and decides what each stretch is in.
struct Reader<'a, R> {
    windows: Windows<R>,
    planner: Planner,
    name: &'a str,
    limit: u64,
    max_line: usize,
    line: usize,
    at: usize,
    /// Bytes of a mark at the start.
    mark: usize,
    passes_stray: bool,
    /// The first stray byte that went through.
    stray: Option<Invalid>,
    /// Lines that no encoding reads.
    raw: Vec<(usize, usize)>,
    raws: usize,
}

impl<R: Read> Reader<'_, R> {
    /// Reads the beginning: the length of its mark, and whether it is the whole text.
    fn begin(&mut self) -> Result<(usize, bool), Error> {
        let (name, limit, line) = (self.name, self.limit, self.max_line);
        let (head, complete) = self.windows.head().map_err(|stop| stopped(name, &stop, limit, 1, line))?;
        self.mark = self.planner.begin(head);
        Ok((self.mark, complete))
    }

    /// The next stretch; none at the end.
    fn next(&mut self) -> Option<Result<Stretch, Fault>> {
        match self.windows.next(self.planner.encoding()) {
            Ok(None) => None,
            Ok(Some(bytes)) => Some(self.plan(bytes).map_err(Fault::Invalid)),
            Err(stop) => {
                Some(Err(Fault::Told(stopped(self.name, &stop, self.limit, self.line, self.max_line))))
            }
        }
    }

    fn plan(&mut self, bytes: Vec<u8>) -> Result<Stretch, Invalid> {
        let (line, at, mark) = (self.line, self.at, std::mem::take(&mut self.mark));
        let mut pieces = Vec::new();
        if mark > 0 {
            pieces.push(Piece { at: 0..mark, line, parts: Vec::new(), kind: Kind::Mark });
        }
        match self.planner.read(&bytes[mark..]) {
            Ok((text, parts)) => self.pieces(&bytes, mark, text, parts, &mut pieces),
            Err(Problem::Undecodable { encoding, at: bad, perhaps }) => {
                let fault = Invalid {
                    line: line + lines_before(&bytes, mark + bad, encoding),
                    at: at + mark + bad,
                    byte: bytes.get(mark + bad).copied().unwrap_or_default(),
                    problem: Problem::Undecodable { encoding, at: bad, perhaps },
                };
                if !(self.passes_stray && encoding == Encoding::Utf8) {
                    return Err(fault);
                }
                self.stray.get_or_insert(fault);
                pieces.push(Piece { at: mark..bytes.len(), line, parts: Vec::new(), kind: Kind::Stray });
            }
        }
        self.line += lines_before(&bytes, bytes.len(), self.planner.encoding());
        self.at += bytes.len();
        Ok(Stretch { bytes, first: at == 0, pieces })
    }

    /// Parts that are read are one document; those that nothing reads stand between documents.
    fn pieces(
        &mut self,
        bytes: &[u8],
        mark: usize,
        text: Cow<'_, str>,
        parts: crate::plan::Parts,
        pieces: &mut Vec<Piece>,
    ) {
        if let [(_, Some(Encoding::Utf8))] = &parts[..] {
            let parts = vec![(mark..bytes.len(), Encoding::Utf8)];
            pieces.push(Piece { at: mark..bytes.len(), line: self.line, parts, kind: Kind::Plain });
            return;
        }
        let mut text: &str = &text;
        let mut line = self.line;
        let mut rest = parts.into_iter().peekable();
        while let Some((at, encoding)) = rest.next() {
            let start = at.start + mark;
            let Some(encoding) = encoding else {
                let stretch = &bytes[start..at.end + mark];
                let lines = lines_before(stretch, stretch.len(), Encoding::Utf8).max(1);
                self.raws += lines;
                if self.raw.len() < NAMED {
                    self.raw.push((line, self.at + start));
                }
                line += lines;
                pieces.push(Piece { at: start..at.end + mark, line, parts: Vec::new(), kind: Kind::Raw });
                continue;
            };
            let mut these = vec![(start..at.end + mark, encoding)];
            while let Some((at, Some(encoding))) = rest.next_if(|(_, e)| e.is_some()) {
                these.push((at.start + mark..at.end + mark, encoding));
            }
            let whole = start..these.last().map_or(start, |(at, _)| at.end);
            // Lines of bytes are lines of text in all encodings that are mixed.
            let lines = lines_before(&bytes[whole.clone()], whole.len(), encoding);
            let here = if rest.peek().is_none() { text } else { first_lines(text, lines) };
            text = &text[here.len()..];
            let kind = Kind::Text(here.to_owned());
            pieces.push(Piece { at: whole, line, parts: these, kind });
            line += lines;
        }
    }

    /// Tells what went through without being read.
    fn tell(&self, log: &Log) {
        let name = self.name;
        if let Some(stray) = &self.stray {
            log.fault(format_args!("{name}: {}; such bytes are left as they are", Brief(stray)));
        }
        for (line, at) in &self.raw {
            log.fault(format_args!(
                "{name}: line {line}, byte offset {at}: no encoding reads this; left as it is"
            ));
        }
        let more = self.raws.saturating_sub(self.raw.len());
        if more > 0 {
            log.fault(format_args!("{name}: {more} more such lines"));
        }
    }
}

/// So many lines of a text.
fn first_lines(text: &str, lines: usize) -> &str {
    let end: usize = text.split_inclusive('\n').take(lines).map(str::len).sum();
    &text[..end]
}

/// Line ends before a place.
fn lines_before(bytes: &[u8], at: usize, encoding: Encoding) -> usize {
    let unit = encoding.unit();
    let before = &bytes[..at.min(bytes.len())];
    if unit == 1 {
        return before.iter().filter(|&&b| b == b'\n').count();
    }
    let is_end = |unit: &&[u8]| unit.iter().filter(|&&b| b != 0).eq([b'\n'].iter());
    before.chunks_exact(unit).filter(is_end).count()
}

fn stopped(name: &str, stop: &Stop, limit: u64, line: usize, max_line: usize) -> Error {
    match stop {
        Stop::Io(e) => Error::file(name, e),
        Stop::Text => {
            Error::file(name, format_args!("is larger than {limit} bytes; --max-file raises the limit"))
        }
        Stop::Line => Error::file(
            name,
            format_args!("line {line} is longer than {max_line} bytes; --max-record raises the limit"),
        ),
    }
}
