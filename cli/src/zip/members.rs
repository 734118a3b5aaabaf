//! Texts in a zip archive: unpacked, worked on, and packed again as they were. Members that stay keep every byte, and
//! so does all that stands around them.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use flate2::Crc;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use tempfile::SpooledTempFile;

use super::directory::{self, Content, DAMAGED, DEFLATED, Directory, Entry, Header, STORED};
use crate::exit::Error;
use crate::job::Sink;
use crate::packed::{Input, Packing};
use crate::walk;

/// Bytes of a new version that are kept in memory; more go to a temporary file.
const IN_MEMORY: usize = 8 << 20;
/// Bytes that are handed on at a time.
const PART: usize = 64 << 10;

/// Whether a file is taken for an archive: by its name, for many other kinds of files are archives inside.
pub(crate) fn is_named(path: &Path) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case("zip"))
}

/// An archive whose members are read.
pub(crate) struct Archive {
    path: PathBuf,
    name: String,
    directory: Directory,
}

/// A member that may be text.
pub(crate) struct Member {
    index: usize,
    /// The archive's path with the member's name behind it.
    pub(crate) path: PathBuf,
}

impl Archive {
    /// Reads the directory. What its members unpack to must not be more than `limit` bytes.
    pub(crate) fn open(path: &Path, limit: u64) -> Result<Self, Error> {
        let name = path.display().to_string();
        let mut file = File::open(path).map_err(|e| Error::file(&name, e))?;
        let directory = directory::read(&mut file).map_err(|cause| Error::file(&name, cause))?;
        let total: u64 = directory.entries.iter().map(|e| u64::from(e.header.content().size)).sum();
        if total > limit {
            let cause = format_args!("unpacks to more than {limit} bytes; --max-output raises the limit");
            return Err(Error::file(&name, cause));
        }
        Ok(Self { path: path.to_owned(), name, directory })
    }

    /// The members that are files, in the order in which they stand.
    pub(crate) fn members(&self) -> Vec<Member> {
        let member = |index: usize| {
            let name = String::from_utf8_lossy(self.directory.entries[index].name());
            Member { index, path: self.path.join(&*name) }
        };
        let is_file = |n: &usize| !self.directory.entries[*n].name().ends_with(b"/");
        self.directory.in_order().into_iter().filter(is_file).map(member).collect()
    }

    /// What a member holds; none if that is no text.
    ///
    /// # Errors
    /// If it can't be unpacked.
    pub(crate) fn text(&self, member: &Member, binary: bool) -> Result<Option<Input>, String> {
        let mut input = self.unpacked(&self.directory.entries[member.index])?;
        let mut head = Vec::new();
        (&mut input).take(walk::HEAD).read_to_end(&mut head).map_err(|e| e.to_string())?;
        // What is packed in another way would come back unpacked.
        if Packing::of(&head).is_some() || !binary && walk::shows_no_text(&head) {
            return Ok(None);
        }
        Ok(Some(Box::new(Cursor::new(head).chain(input))))
    }

    fn unpacked(&self, entry: &Entry) -> Result<Input, String> {
        let failed = |e: io::Error| e.to_string();
        if entry.header.is_encrypted() {
            return Err("is encrypted".to_owned());
        }
        let mut file = File::open(&self.path).map_err(failed)?;
        file.seek(SeekFrom::Start(entry.at)).map_err(failed)?;
        let local = Header::read_local(&mut file)?;
        if local.name() != entry.name() || local.method() != entry.header.method() {
            return Err(DAMAGED.to_owned());
        }
        let content = entry.header.content();
        let packed = file.take(content.packed.into());
        let input: Input = match entry.header.method() {
            STORED => Box::new(packed),
            DEFLATED => Box::new(DeflateDecoder::new(packed)),
            other => return Err(format!("is packed in a way that is not known here ({other})")),
        };
        Ok(Box::new(Checked { input, crc: Crc::new(), content }))
    }

    /// Writes the archive, with the members that get a new version.
    pub(crate) fn write(
        &self,
        sink: &mut Sink<'_>,
        mut new: impl FnMut(&Member) -> Result<Option<Version>, Error>,
    ) -> Result<(), Error> {
        let failed = |e: io::Error| Error::file(&self.name, e);
        let told = |cause: &str| Error::file(&self.name, cause);
        let mut members = self.members().into_iter().peekable();
        let mut file = File::open(&self.path).map_err(failed)?;
        let (mut read, mut grown) = (0u64, 0i64);
        let entries = &self.directory.entries;
        let mut moved = vec![0i64; entries.len()];
        let mut contents: Vec<Option<Content>> = vec![None; entries.len()];
        for n in self.directory.in_order() {
            let entry = &entries[n];
            let between = entry.at.checked_sub(read).ok_or_else(|| told(directory::OVERLAP))?;
            pass(&mut file, between, &self.name, sink)?;
            read = entry.at;
            moved[n] = grown;
            let Some(member) = members.next_if(|member| member.index == n) else { continue };
            let Some(Version { mut packed, content }) = new(&member)? else { continue };
            let local = Header::read_local(&mut file).map_err(|cause| told(&cause))?;
            let header = local.with_content(content);
            sink.put(&local.bytes, Some(&header))?;
            packed.rewind().map_err(failed)?;
            let old = entry.header.content();
            exchange(&mut file, old.packed.into(), &mut packed, sink).map_err(|e| e.told(&self.name))?;
            read += local.bytes.len() as u64 + u64::from(old.packed);
            if local.has_descriptor() {
                let old = directory::descriptor(&mut file).map_err(|cause| told(&cause))?;
                sink.put(&old, Some(&directory::with_descriptor(&old, content)))?;
                read += old.len() as u64;
            }
            grown += i64::from(content.packed) - i64::from(old.packed);
            contents[n] = Some(content);
        }
        let between = self.directory.at.checked_sub(read).ok_or_else(|| told(directory::OVERLAP))?;
        pass(&mut file, between, &self.name, sink)?;
        let headers = entries.iter().zip(contents).map(|(entry, content)| match content {
            Some(content) => entry.header.with_content(content),
            None => entry.header.bytes.clone(),
        });
        self.directory.finish(&mut file, headers, &moved, grown, &self.name, sink)
    }
}

/// Hands on bytes that stay as they are.
pub(crate) fn pass(file: &mut File, bytes: u64, name: &str, sink: &mut Sink<'_>) -> Result<(), Error> {
    let mut left = bytes;
    let mut part = vec![0; PART];
    while left > 0 {
        let length = usize::try_from(left).unwrap_or(usize::MAX).min(part.len());
        file.read_exact(&mut part[..length]).map_err(|e| Error::file(name, e))?;
        sink.part(&part[..length])?;
        left -= length as u64;
    }
    Ok(())
}

/// Why an exchange ended.
enum Stopped {
    Io(io::Error),
    Told(Error),
}

impl Stopped {
    fn told(self, name: &str) -> Error {
        match self {
            Self::Io(e) => Error::file(name, e),
            Self::Told(error) => error,
        }
    }
}

/// Puts all of `new` in the place of so many old bytes.
fn exchange(file: &mut File, old: u64, new: &mut impl Read, sink: &mut Sink<'_>) -> Result<(), Stopped> {
    let mut old = file.take(old);
    loop {
        let (mut was, mut is) = (Vec::new(), Vec::new());
        (&mut old).take(PART as u64).read_to_end(&mut was).map_err(Stopped::Io)?;
        new.take(PART as u64).read_to_end(&mut is).map_err(Stopped::Io)?;
        if was.is_empty() && is.is_empty() {
            return Ok(());
        }
        sink.put(&was, Some(&is)).map_err(Stopped::Told)?;
    }
}

/// A new version of a member, packed.
pub(crate) struct Version {
    packed: SpooledTempFile,
    content: Content,
}

/// Packs a new version as the old one was.
pub(crate) struct Packer {
    out: Method,
    crc: Crc,
}

enum Method {
    Stored(SpooledTempFile),
    Deflated(DeflateEncoder<SpooledTempFile>),
}

impl Archive {
    /// Begins a new version of a member.
    pub(crate) fn packer(&self, member: &Member) -> Packer {
        let out = SpooledTempFile::new(IN_MEMORY);
        let out = match self.directory.entries[member.index].header.method() {
            DEFLATED => Method::Deflated(DeflateEncoder::new(out, flate2::Compression::default())),
            _ => Method::Stored(out),
        };
        Packer { out, crc: Crc::new() }
    }
}

impl Write for Packer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = match &mut self.out {
            Method::Stored(out) => out.write(bytes),
            Method::Deflated(out) => out.write(bytes),
        }?;
        self.crc.update(&bytes[..length]);
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Packer {
    pub(crate) fn finish(self) -> Result<Version, String> {
        let Self { out, crc } = self;
        let failed = |e: io::Error| e.to_string();
        let mut packed = match out {
            Method::Stored(out) => out,
            Method::Deflated(out) => out.finish().map_err(failed)?,
        };
        let length = packed.stream_position().map_err(failed)?;
        // The sum counts to four bytes only, and so does the archive.
        let size = u32::try_from(length).ok().filter(|&n| n < u32::MAX).ok_or("grows beyond 4 GiB")?;
        Ok(Version { packed, content: Content { crc: crc.sum(), packed: size, size: crc.amount() } })
    }
}

/// What is unpacked must be what the directory tells: a few packed bytes can hold any number.
struct Checked {
    input: Input,
    crc: Crc,
    content: Content,
}

impl Read for Checked {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let length = self.input.read(out)?;
        self.crc.update(&out[..length]);
        let seen = self.crc.amount();
        let is_more = seen > self.content.size || length as u64 > u64::from(u32::MAX);
        let is_whole = seen == self.content.size && self.crc.sum() == self.content.crc;
        if is_more || length == 0 && !out.is_empty() && !is_whole {
            return Err(io::Error::other("is damaged: it does not unpack to what the archive tells"));
        }
        Ok(length)
    }
}
