//! What becomes of a stretch.

use std::ops::Range;

use qingwen::detect::Encoding;

use super::reader::{Kind, Piece, Stretch};
use crate::exit::Error;
use crate::job::{Value, Worker};
use crate::plan::Target;
use crate::respell;
use crate::subtitles::Markup;

/// What became of a piece.
pub(super) type Done = Vec<(Range<usize>, Outcome)>;

pub(super) enum Outcome {
    Same,
    New(Vec<u8>),
    /// For those who look: old and new text.
    Shown(String, String),
}

/// What is done with every stretch.
pub(super) struct Job<'a> {
    pub(super) label: &'a str,
    pub(super) markup: Markup,
    pub(super) name: &'a str,
    pub(super) target: Target,
    pub(super) shows_text: bool,
}

impl Job<'_> {
    /// Works on a stretch; `base` counts the UTF-8 of the text before it and of what became of that.
    pub(super) fn work(
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
                    target => Outcome::New(target.mark().to_vec()),
                },
                Kind::Raw => Outcome::Same,
                Kind::Stray => {
                    let new = self.around(bytes, piece.line, *base, worker)?;
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
            markup: self.markup,
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
            (target, new) if first && target != Target::Same => {
                let new = new.as_deref().unwrap_or(text);
                let plain = new.strip_prefix('\u{FEFF}').unwrap_or(new);
                let encoding = target.encoding().unwrap_or(Encoding::Utf8);
                respell::whole(encoding, plain, piece.line).map(|new| [target.mark(), &new].concat())
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

    /// Has the text around stray bytes worked on, run by run.
    fn around(
        &self,
        bytes: &[u8],
        line: usize,
        base: (usize, usize),
        worker: &mut dyn Worker,
    ) -> Result<Vec<u8>, Error> {
        let mut new = Vec::with_capacity(bytes.len());
        let mut at = 0;
        for chunk in bytes.utf8_chunks() {
            let text = chunk.valid();
            let base = (base.0 + at, base.1 + new.len());
            let value = Value {
                text,
                file: self.label,
                record: None,
                field: None,
                encoding: None,
                line,
                base,
                markup: self.markup,
            };
            let done = worker.value(&value)?;
            new.extend_from_slice(done.as_deref().unwrap_or(text).as_bytes());
            new.extend_from_slice(chunk.invalid());
            at += text.len() + chunk.invalid().len();
        }
        Ok(new)
    }
}
