//! The journal of a run: what undoes it, written and on the disk before any file is replaced.
//!
//! A JSON object a line. What gets another name has a line `renamed`. A file that changes has a line `file`, a line `was` for every stretch that
//! changes, and a line `end`; an entry without its end was never acted on.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tempfile::SpooledTempFile;

use crate::diff;
use crate::exit::Error;

/// Version of the lines' layout.
const SCHEMA: u8 = 1;
/// Old bytes in one line; a longer stretch takes several.
const STRETCH: usize = 1 << 20;
/// Longest line read: a stretch with every byte escaped, and room to spare.
const LONGEST_LINE: u64 = 16 << 20;
/// An entry larger than this waits in a file without a name.
const ENTRY_IN_MEMORY: usize = 4 << 20;

/// Bytes as JSON: a string, or hexadecimal digits where they are no text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Spelled {
    Text(String),
    Hex { hex: String },
}

impl Spelled {
    fn new(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::Text(text.to_owned()),
            Err(_) => Self::Hex { hex: hex(bytes) },
        }
    }

    fn path(path: &Path) -> Self {
        Self::new(path.as_os_str().as_encoded_bytes())
    }

    fn bytes(&self) -> Option<Vec<u8>> {
        match self {
            Self::Text(text) => Some(text.clone().into_bytes()),
            Self::Hex { hex } if hex.is_ascii() && hex.len() % 2 == 0 => {
                (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).ok()).collect()
            }
            Self::Hex { .. } => None,
        }
    }

    #[cfg(unix)]
    fn to_path(&self) -> Option<PathBuf> {
        use std::os::unix::ffi::OsStringExt;
        self.bytes().map(|bytes| PathBuf::from(std::ffi::OsString::from_vec(bytes)))
    }

    #[cfg(not(unix))]
    fn to_path(&self) -> Option<PathBuf> {
        match self {
            Self::Text(text) => Some(PathBuf::from(text)),
            Self::Hex { .. } => None,
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// What tells whether a file is the one that is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Content {
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
}

/// Takes the content of a file as it goes by.
#[derive(Default)]
pub(crate) struct Summer {
    bytes: u64,
    hash: Sha256,
}

impl Summer {
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        self.hash.update(bytes);
    }

    pub(crate) fn finish(self) -> Content {
        Content { bytes: self.bytes, sha256: hex(&self.hash.finalize()) }
    }

    /// What a file holds.
    pub(crate) fn of_file(path: &Path) -> io::Result<Content> {
        let mut sum = Self::default();
        io::copy(&mut File::open(path)?, &mut sum)?;
        Ok(sum.finish())
    }
}

impl Write for Summer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.add(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Journal { schema: u8, version: String },
    Renamed { from: Spelled, to: Spelled },
    File { path: Spelled, before: Content, after: Content },
    Was(Stretch),
    End { parts: u64 },
}

/// Whether a file that begins so is a journal, of any version.
pub(crate) fn begins(head: &[u8]) -> bool {
    head.starts_with(br#"{"journal":{"schema":"#)
}

/// A stretch of the new version, and what stood in its place.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stretch {
    /// Bytes of the new version before it.
    pub(crate) at: u64,
    /// Its length in the new version.
    pub(crate) bytes: u64,
    old: Spelled,
}

impl Stretch {
    /// What stood there.
    pub(crate) fn old(&self) -> Result<Vec<u8>, String> {
        self.old.bytes().ok_or_else(|| "the journal is damaged".to_owned())
    }
}

/// A stretch of a file, and what stands in its place in the new version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Replaced {
    pub(crate) old: Range<u64>,
    pub(crate) new: Range<u64>,
}

/// The entry of a file being changed, part by part.
pub(crate) struct Draft {
    before: Summer,
    after: Summer,
    lines: SpooledTempFile,
    parts: u64,
}

impl Draft {
    pub(crate) fn new() -> Self {
        let lines = SpooledTempFile::new(ENTRY_IN_MEMORY);
        Self { before: Summer::default(), after: Summer::default(), lines, parts: 0 }
    }

    /// The next part, and what it becomes.
    pub(crate) fn put(&mut self, old: &[u8], new: Option<&[u8]>) -> io::Result<()> {
        let mut at = self.after.bytes;
        self.before.add(old);
        self.after.add(new.unwrap_or(old));
        let Some(new) = new else { return Ok(()) };
        diff::matched(old, new, |old, new| {
            if old != new {
                self.stretch(at, old, new)?;
            }
            at += new.len() as u64;
            Ok(())
        })
    }

    /// The entry of a file that is written anew, save for what lies between these stretches.
    pub(crate) fn replaced(mut old: File, mut new: File, stretches: &[Replaced]) -> io::Result<Self> {
        let mut draft = Self::new();
        for stretch in stretches {
            let gap = stretch.old.start - draft.before.bytes;
            io::copy(&mut (&mut old).take(gap), &mut draft.before)?;
            io::copy(&mut (&mut new).take(gap), &mut draft.after)?;
            let (mut at, mut bytes) = (draft.after.bytes, stretch.new.end - stretch.new.start);
            io::copy(&mut (&mut new).take(bytes), &mut draft.after)?;
            // The first line takes the place of all that is new, and the others follow it.
            let mut left = stretch.old.end - stretch.old.start;
            while left > 0 || bytes > 0 {
                let mut part = Vec::new();
                (&mut old).take(left.min(STRETCH as u64)).read_to_end(&mut part)?;
                if part.is_empty() && left > 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                draft.before.add(&part);
                draft.line(&Line::Was(Stretch { at, bytes, old: Spelled::new(&part) }))?;
                left -= part.len() as u64;
                (at, bytes) = (at + bytes, 0);
            }
        }
        io::copy(&mut old, &mut draft.before)?;
        io::copy(&mut new, &mut draft.after)?;
        Ok(draft)
    }

    fn stretch(&mut self, at: u64, old: &[u8], new: &[u8]) -> io::Result<()> {
        let head = common(old.iter().zip(new), |n| old.get(n).is_some_and(continues));
        let (old, new) = (&old[head..], &new[head..]);
        let last = |n: usize| n > 0 && old.get(old.len() - n).is_some_and(continues);
        let tail = common(old.iter().rev().zip(new.iter().rev()), last);
        let (old, new) = (&old[..old.len() - tail], &new[..new.len() - tail]);
        let mut stretch = Stretch { at: at + head as u64, bytes: new.len() as u64, old: Spelled::new(b"") };
        let mut rest = old;
        loop {
            let mut cut = rest.len().min(STRETCH);
            while cut < rest.len() && cut > STRETCH - 4 && continues(&rest[cut]) {
                cut -= 1;
            }
            stretch.old = Spelled::new(&rest[..cut]);
            self.line(&Line::Was(stretch))?;
            rest = &rest[cut..];
            if rest.is_empty() {
                return Ok(());
            }
            stretch = Stretch { at: at + (head + new.len()) as u64, bytes: 0, old: Spelled::new(b"") };
        }
    }

    fn line(&mut self, line: &Line) -> io::Result<()> {
        self.parts += 1;
        write(&mut self.lines, line)
    }

    /// The whole entry of the file at this path.
    pub(crate) fn finish(self, path: PathBuf) -> Entry {
        Entry {
            path,
            before: self.before.finish(),
            after: self.after.finish(),
            lines: self.lines,
            parts: self.parts,
        }
    }
}

/// How many pairs are the same from the start, cut back to where a character ends.
fn common<'a>(pairs: impl Iterator<Item = (&'a u8, &'a u8)>, inside: impl Fn(usize) -> bool) -> usize {
    let mut same = pairs.take_while(|(a, b)| a == b).count();
    while same > 0 && inside(same) {
        same -= 1;
    }
    same
}

/// Whether a byte goes on with a character of UTF-8.
fn continues(byte: &u8) -> bool {
    byte & 0xC0 == 0x80
}

/// A file's entry, ready to be written.
pub(crate) struct Entry {
    path: PathBuf,
    before: Content,
    after: Content,
    lines: SpooledTempFile,
    parts: u64,
}

/// A journal being written.
pub(crate) struct Writer {
    out: File,
    name: String,
}

impl Writer {
    /// Starts a journal. One that exists is never overwritten: it may be all that undoes another run.
    pub(crate) fn create(path: &Path) -> Result<Self, Error> {
        let name = path.display().to_string();
        let out = File::create_new(path).map_err(|e| match e.kind() {
            io::ErrorKind::AlreadyExists => {
                Error::Output(format!("{name}: exists already, and no journal is overwritten; name another"))
            }
            _ => Error::output(&name, &e),
        })?;
        let mut journal = Self { out, name };
        let head = Line::Journal { schema: SCHEMA, version: env!("CARGO_PKG_VERSION").to_owned() };
        journal.add(|out| write(out, &head))?;
        crate::atomic::sync_folder(crate::atomic::folder_of(path));
        Ok(journal)
    }

    /// Adds the entry of a file. It is on the disk when this returns.
    pub(crate) fn file(&mut self, entry: Entry) -> Result<(), Error> {
        let Entry { path, before, after, mut lines, parts } = entry;
        self.add(|out| {
            let mut buffer = io::BufWriter::new(out);
            write(&mut buffer, &Line::File { path: Spelled::path(&path), before, after })?;
            lines.rewind()?;
            io::copy(&mut lines, &mut buffer)?;
            write(&mut buffer, &Line::End { parts })?;
            buffer.flush()
        })
    }

    /// Adds that a path gets another name. It is on the disk when this returns.
    pub(crate) fn renamed(&mut self, from: &Path, to: &Path) -> Result<(), Error> {
        let line = Line::Renamed { from: Spelled::path(from), to: Spelled::path(to) };
        self.add(|out| write(out, &line))
    }

    fn add(&mut self, put: impl FnOnce(&mut File) -> io::Result<()>) -> Result<(), Error> {
        put(&mut self.out).and_then(|()| self.out.sync_data()).map_err(|e| Error::output(&self.name, &e))
    }
}

fn write(out: &mut impl Write, line: &Line) -> io::Result<()> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    out.write_all(&text)
}

/// What a run did.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Changed(Change),
    Renamed { from: PathBuf, to: PathBuf },
}

/// A file that a run changed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) path: PathBuf,
    pub(crate) before: Content,
    pub(crate) after: Content,
    /// Where in the journal its stretches begin, and how many they are.
    at: u64,
    parts: u64,
}

/// A journal being read.
pub(crate) struct Reader {
    input: BufReader<File>,
    at: u64,
}

impl Reader {
    pub(crate) fn open(path: &Path) -> Result<Self, String> {
        let input = File::open(path).map_err(|e| e.to_string())?;
        let mut reader = Self { input: BufReader::new(input), at: 0 };
        match reader.line()? {
            Some(Line::Journal { schema: SCHEMA, .. }) => Ok(reader),
            Some(Line::Journal { schema, .. }) => {
                Err(format!("is a journal of layout {schema}; this version reads {SCHEMA}"))
            }
            _ => Err("is no journal of a qingwen run".to_owned()),
        }
    }

    /// All that was done, in order. What a run that broke off had begun to write was not done.
    pub(crate) fn acts(&mut self) -> Result<Vec<Act>, String> {
        let mut acts = Vec::new();
        let mut open = None;
        while let Some(line) = self.line()? {
            match (line, open.take()) {
                (Line::Renamed { from, to }, None) => {
                    let path = |spelled: Spelled| spelled.to_path().ok_or(DAMAGED);
                    acts.push(Act::Renamed { from: path(from)?, to: path(to)? });
                }
                (Line::File { path, before, after }, None) => open = Some((path, before, after, self.at, 0)),
                (Line::Was(_), Some((path, before, after, at, parts))) => {
                    open = Some((path, before, after, at, parts + 1));
                }
                (Line::End { parts: told }, Some((path, before, after, at, parts))) if told == parts => {
                    let path = path.to_path().ok_or(DAMAGED)?;
                    acts.push(Act::Changed(Change { path, before, after, at, parts }));
                }
                _ => return Err(DAMAGED.to_owned()),
            }
        }
        Ok(acts)
    }

    /// The stretches of a changed file.
    pub(crate) fn stretches(
        &mut self,
        act: &Change,
    ) -> Result<impl Iterator<Item = Result<Stretch, String>> + '_, String> {
        self.input.seek(SeekFrom::Start(act.at)).map_err(|e| e.to_string())?;
        Ok((0..act.parts).map(|_| match self.line()? {
            Some(Line::Was(stretch)) => Ok(stretch),
            _ => Err(DAMAGED.to_owned()),
        }))
    }

    /// The next line; none at the end, or where the last one breaks off.
    fn line(&mut self) -> Result<Option<Line>, String> {
        let mut line = Vec::new();
        let read = (&mut self.input).take(LONGEST_LINE).read_until(b'\n', &mut line);
        self.at += read.map_err(|e| e.to_string())? as u64;
        if line.last() != Some(&b'\n') && (line.len() as u64) < LONGEST_LINE {
            return Ok(None);
        }
        serde_json::from_slice(&line).map(Some).map_err(|_| DAMAGED.to_owned())
    }
}

const DAMAGED: &str = "is damaged, or no journal of a qingwen run; nothing was undone";

#[cfg(test)]
mod tests {
    use super::*;

    /// The old version from the new one and its entry.
    fn undone(parts: &[(&[u8], Option<&[u8]>)]) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let mut draft = Draft::new();
        let mut new = Vec::new();
        for (old, changed) in parts {
            draft.put(old, *changed).unwrap();
            new.extend_from_slice(changed.unwrap_or(old));
        }
        let mut journal = Writer::create(&path).unwrap();
        journal.file(Draft::new().finish(PathBuf::from("a"))).unwrap();
        journal.file(draft.finish(PathBuf::from("f"))).unwrap();
        let mut reader = Reader::open(&path).unwrap();
        let acts = reader.acts().unwrap();
        let [_, Act::Changed(act)] = &acts[..] else { panic!("{acts:?}") };
        assert_eq!(act.path, Path::new("f"));
        let (mut old, mut at) = (Vec::new(), 0);
        for stretch in reader.stretches(act).unwrap() {
            let stretch = stretch.unwrap();
            old.extend_from_slice(&new[at..stretch.at as usize]);
            old.extend(stretch.old().unwrap());
            at = (stretch.at + stretch.bytes) as usize;
        }
        old.extend_from_slice(&new[at..]);
        old
    }

    #[test]
    fn an_entry_gives_the_old_version_back() {
        let long = "长".repeat(STRETCH);
        for parts in [
            &[(&b"a\nb\nc\n"[..], Some(&b"a\nB\nc\n"[..]))][..],
            &[(b"a\n", None), (b"b\nc\nd\n", Some(b"d\ne\n")), (b"z", None)],
            &[(b"abc", Some(b""))],
            &[(b"", Some(b"abc"))],
            &[("一二三".as_bytes(), Some("一丁三".as_bytes()))],
            &[(b"\xFF\xFEa", Some(b"\xFFb"))],
            &[(long.as_bytes(), Some(b"x")), (b"aaa", Some(b"aa"))],
        ] {
            let old: Vec<u8> = parts.iter().flat_map(|(old, _)| old.iter().copied()).collect();
            assert!(undone(parts) == old);
        }
    }

    /// A power cut leaves half an entry, and a file that was not replaced.
    #[test]
    fn a_journal_that_breaks_off_tells_what_it_tells_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let mut journal = Writer::create(&path).unwrap();
        journal.file(Draft::new().finish(PathBuf::from("a"))).unwrap();
        let mut draft = Draft::new();
        draft.put(b"x\n", Some(b"y\n")).unwrap();
        journal.file(draft.finish(PathBuf::from("f"))).unwrap();
        let whole = std::fs::read(&path).unwrap();
        let first = whole.iter().position(|&b| b == b'\n').unwrap() + 1;
        for end in first..whole.len() {
            std::fs::write(&path, &whole[..end]).unwrap();
            let acts = Reader::open(&path).unwrap().acts().unwrap();
            assert!(acts.len() <= 1, "{end}");
            assert!(acts.iter().all(|a| matches!(a, Act::Changed(c) if c.path == Path::new("a"))));
        }
        std::fs::write(&path, &whole).unwrap();
        assert_eq!(Reader::open(&path).unwrap().acts().unwrap().len(), 2);
    }

    #[test]
    fn what_is_no_journal_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        for text in ["", "text\n", "{}\n", "{\"journal\":{\"schema\":9,\"version\":\"\"}}\n"] {
            std::fs::write(&path, text).unwrap();
            assert!(Reader::open(&path).is_err());
        }
        std::fs::write(&path, "{\"journal\":{\"schema\":1,\"version\":\"\"}}\n{\"end\":{\"parts\":1}}\n")
            .unwrap();
        assert!(Reader::open(&path).unwrap().acts().is_err());
    }
}
