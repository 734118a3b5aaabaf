//! A text cut into stretches, and what each of them is in.

use std::borrow::Cow;
use std::io::Read;
use std::ops::Range;

use qingwen::detect::Encoding;

use super::invalid::{Brief, Invalid};
use crate::exit::{Error, Log};
use crate::plan::{Parts, Planner, Problem};
use crate::respell::lines_before;
use crate::windows::{Stop, Windows};

/// Lines without encoding that are named.
const NAMED: usize = 10;

/// A stretch of the file.
pub(super) struct Stretch {
    pub(super) bytes: Vec<u8>,
    /// Whether the file starts with it.
    pub(super) first: bool,
    /// Whether the input pauses behind it.
    pub(super) pause: bool,
    pub(super) pieces: Vec<Piece>,
}

/// A piece of a stretch: a document, or bytes that go through.
pub(super) struct Piece {
    pub(super) at: Range<usize>,
    pub(super) line: usize,
    /// What it is in; nothing for bytes that go through.
    pub(super) parts: Vec<(Range<usize>, Encoding)>,
    pub(super) kind: Kind,
}

pub(super) enum Kind {
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

impl Piece {
    /// The parts, counted from the piece's start.
    pub(super) fn parts_here(&self) -> Vec<(Range<usize>, Encoding)> {
        let start = self.at.start;
        self.parts.iter().map(|(at, e)| (at.start - start..at.end - start, *e)).collect()
    }
}

/// Why reading ended.
pub(super) enum Fault {
    Invalid(Invalid),
    Told(Error),
}

impl Fault {
    pub(super) fn told(self, name: &str) -> Error {
        match self {
            Self::Invalid(fault) => Error::file(name, fault),
            Self::Told(error) => error,
        }
    }
}

/// Cuts the text and decides what each stretch is in.
pub(super) struct Reader<'a, R> {
    windows: Windows<R>,
    pub(super) planner: Planner,
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

impl<'a, R: Read> Reader<'a, R> {
    pub(super) fn new(
        windows: Windows<R>,
        planner: Planner,
        name: &'a str,
        (limit, max_line): (u64, usize),
        passes_stray: bool,
    ) -> Self {
        Self {
            windows,
            planner,
            name,
            limit,
            max_line,
            line: 1,
            at: 0,
            mark: 0,
            passes_stray,
            stray: None,
            raw: Vec::new(),
            raws: 0,
        }
    }

    /// Reads the beginning: the length of its mark, and whether it is the whole text.
    pub(super) fn begin(&mut self) -> Result<(usize, bool), Error> {
        let (name, limit, line) = (self.name, self.limit, self.max_line);
        let planner = &self.planner;
        let head = self.windows.head(|lines| planner.knows(lines));
        let (head, complete) = head.map_err(|stop| stopped(name, &stop, limit, 1, line))?;
        self.mark = self.planner.begin(head);
        Ok((self.mark, complete))
    }

    /// The next stretch; none at the end.
    pub(super) fn next(&mut self) -> Option<Result<Stretch, Fault>> {
        let planner = &self.planner;
        match self.windows.next(planner.encoding(), |lines| planner.knows(lines)) {
            Ok(None) => None,
            Ok(Some((bytes, pause))) => Some(self.plan(bytes, pause).map_err(Fault::Invalid)),
            Err(stop) => {
                Some(Err(Fault::Told(stopped(self.name, &stop, self.limit, self.line, self.max_line))))
            }
        }
    }

    fn plan(&mut self, bytes: Vec<u8>, pause: bool) -> Result<Stretch, Invalid> {
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
        Ok(Stretch { bytes, first: at == 0, pause, pieces })
    }

    /// Parts that are read are one document; those that nothing reads stand between documents.
    fn pieces(
        &mut self,
        bytes: &[u8],
        mark: usize,
        text: Cow<'_, str>,
        parts: Parts,
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
    pub(super) fn tell(&self, log: &Log) {
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
