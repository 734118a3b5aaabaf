//! Where both versions of a file go: to the output, into its place, into a diff, or nowhere.

use std::fs::{self, File};
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use qingwen::detect::Encoding;

use super::STDOUT;
use crate::atomic::{self, InPlace, Output, Policy};
use crate::diff::Diff;
use crate::exit::Error;
use crate::journal::{self, Draft, Entry, Replaced};
use crate::plan::Target;
use crate::recode::Encoder;

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
    pub(super) to: To<'a>,
    name: &'a str,
    changed: bool,
    /// The encoding asked for.
    pub(super) target: Option<Target>,
    /// What is done to the parts of a file that was decoded.
    pub(super) encoder: Option<Encoder>,
    /// The entry in the journal, where one is kept.
    pub(super) draft: Option<Draft>,
    /// Whether other files go to the same output.
    pub(super) is_shared: bool,
    /// Where the new version differs, of a file that is handed over by its bytes.
    replaced: Option<Vec<Replaced>>,
}

pub(super) enum To<'a> {
    Nowhere,
    Writer(&'a mut dyn Write),
    InPlace(Box<InPlace<'a>>),
    Diff(Diff<&'a mut dyn Write>),
}

impl<'a> Sink<'a> {
    pub(super) fn new(to: To<'a>, name: &'a str) -> Self {
        Self {
            to,
            name,
            changed: false,
            target: None,
            encoder: None,
            draft: None,
            is_shared: false,
            replaced: None,
        }
    }

    /// A part that ends where a line ends, and what it became.
    pub(crate) fn put(&mut self, old: &[u8], new: Option<&[u8]>) -> Result<(), Error> {
        let Some(encoder) = &mut self.encoder else { return self.hand(old, new) };
        let (old, new) = encoder.both(old, new).map_err(|e| Error::file(self.name, e))?;
        self.hand(&old, new.as_deref())
    }

    /// The same, to the byte.
    fn hand(&mut self, old: &[u8], new: Option<&[u8]>) -> Result<(), Error> {
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
        if self.encoder.is_some() {
            let cause =
                "a record is too long to be written in another encoding; --max-record raises the limit";
            return Err(Error::file(name, cause));
        }
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

    /// What files are written in; none where nothing is.
    pub(super) fn written_in(&self) -> Option<Target> {
        let usual = if self.keeps_encoding() { Target::Same } else { Target::To(Encoding::Utf8) };
        match (&self.to, self.target) {
            (To::Diff(_), _) | (To::Nowhere, None) => None,
            (_, target) => Some(target.unwrap_or(usual)),
        }
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

    /// Whether somebody may wait for what goes there: a terminal or another program, but no file.
    pub(crate) fn is_awaited(&self) -> bool {
        matches!(self.to, To::Writer(_)) && self.name == STDOUT && !atomic::standard_output_is_file()
    }

    /// Completes the output.
    pub(super) fn finish(self) -> Result<Finished, Error> {
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
pub(super) struct Finished {
    pub(super) changed: bool,
    pub(super) ready: Option<Ready>,
}

/// The new version of a file that is changed in place.
pub(super) struct Ready {
    output: Output,
    entry: Option<Entry>,
}

impl Ready {
    /// Puts it there, once the journal tells how to undo that.
    pub(super) fn commit(self, name: &str, journal: Option<&mut journal::Writer>) -> Result<(), Error> {
        if let (Some(journal), Some(entry)) = (journal, self.entry) {
            journal.file(entry)?;
        }
        self.output.commit().map_err(|e| Error::file(name, e))
    }
}
