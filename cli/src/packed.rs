//! Compressed files: read as what they hold, and written back as they were packed.

use std::fs::File;
use std::io::{self, BufReader, Chain, Cursor, Read, Write};
use std::path::Path;

use bzip2::read::MultiBzDecoder;
use bzip2::write::BzEncoder;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use lzma_rust2::{XzOptions, XzReader, XzWriter};

/// How a file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    Gzip,
    Bzip2,
    Xz,
    Zstd,
}

/// Endings of file names.
const ENDINGS: [(&str, Packing); 4] =
    [("gz", Packing::Gzip), ("bz2", Packing::Bzip2), ("xz", Packing::Xz), ("zst", Packing::Zstd)];
/// What packed files begin with.
const HEADS: [(&[u8], Packing); 4] = [
    (b"\x1f\x8b\x08", Packing::Gzip),
    (b"BZh", Packing::Bzip2),
    (b"\xfd7zXZ\0", Packing::Xz),
    (b"\x28\xb5\x2f\xfd", Packing::Zstd),
];
/// The longest of these, and a byte more.
const HEAD: usize = 7;
/// Memory that unpacking a file of xz may take, in KiB.
const MEMORY: u32 = 256 << 10;

/// What an input yields: its own bytes, or those that are packed in it.
pub(crate) type Input = Box<dyn Read + Send>;

impl Packing {
    /// What the first bytes tell.
    pub(crate) fn of(head: &[u8]) -> Option<Self> {
        let (magic, packing) = HEADS.into_iter().find(|(magic, _)| head.starts_with(magic))?;
        // Text may begin with `BZh`, but goes on otherwise than with a block size.
        let is_text =
            packing == Self::Bzip2 && !head.get(magic.len()).is_some_and(|b| matches!(b, b'1'..=b'9'));
        (!is_text).then_some(packing)
    }

    /// How a file is packed; none if it is not, or can't be read. A pipe is not looked at: what is read of it is gone.
    pub(crate) fn of_file(path: &Path) -> Option<Self> {
        if !path.is_file() {
            return None;
        }
        let mut head = Vec::new();
        File::open(path).and_then(|file| file.take(HEAD as u64).read_to_end(&mut head)).ok()?;
        Self::of(&head)
    }

    /// How a file of this name is packed.
    pub(crate) fn by_name(path: &Path) -> Option<Self> {
        let ending = path.extension()?;
        ENDINGS.into_iter().find(|(name, _)| ending.eq_ignore_ascii_case(name)).map(|(_, packing)| packing)
    }

    /// What is packed in an input.
    pub(crate) fn unpack(self, input: impl Read + Send + 'static) -> io::Result<Input> {
        let input = BufReader::with_capacity(128 << 10, input);
        Ok(match self {
            Self::Gzip => Box::new(MultiGzDecoder::new(input)),
            Self::Bzip2 => Box::new(MultiBzDecoder::new(input)),
            Self::Xz => Box::new(XzReader::new_mem_limit(input, true, MEMORY)),
            Self::Zstd => Box::new(zstd::Decoder::with_buffer(input)?),
        })
    }
}

/// Whether the name ends, packing aside, with one of these.
pub(crate) fn ends_with(path: &Path, endings: &[&str]) -> bool {
    let inner = if Packing::by_name(path).is_some() { path.file_stem().map(Path::new) } else { Some(path) };
    let ending = inner.and_then(Path::extension);
    ending.is_some_and(|e| endings.iter().any(|ending| e.eq_ignore_ascii_case(ending)))
}

/// Unpacks an input if it is packed, up to `limit` bytes.
pub(crate) fn opened(input: impl Read + Send + 'static, limit: u64) -> io::Result<Input> {
    let (head, input) = begun(input)?;
    match Packing::of(&head) {
        Some(packing) => Ok(Box::new(Limited { input: packing.unpack(input)?, left: limit, limit })),
        None => Ok(Box::new(input)),
    }
}

/// An input of which the first bytes were looked at.
type Begun<R> = Chain<Cursor<Vec<u8>>, R>;

/// Reads as far as it takes to tell packed input from other input: of text, no more than one read.
fn begun<R: Read>(mut input: R) -> io::Result<(Vec<u8>, Begun<R>)> {
    let mut head = Vec::with_capacity(HEAD);
    let may_be_packed =
        |head: &[u8]| HEADS.iter().any(|(magic, _)| magic.starts_with(head) || head.starts_with(magic));
    while head.len() < HEAD && may_be_packed(&head) {
        let mut part = [0; HEAD];
        match input.read(&mut part[..HEAD - head.len()]) {
            Ok(0) => break,
            Ok(length) => head.extend_from_slice(&part[..length]),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok((head.clone(), Cursor::new(head).chain(input)))
}

/// A reader that fails where more comes out than was asked for: a few packed bytes can hold any number.
struct Limited {
    input: Input,
    left: u64,
    limit: u64,
}

impl Read for Limited {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let length = self.input.read(out).map_err(|e| match e.kind() {
            io::ErrorKind::Interrupted => e,
            kind => io::Error::new(kind, format!("can't be unpacked, it is damaged or cut off ({e})")),
        })?;
        self.left = self.left.checked_sub(length as u64).ok_or_else(|| {
            io::Error::other(format!(
                "unpacks to more than {} bytes; --max-output raises the limit",
                self.limit
            ))
        })?;
        Ok(length)
    }
}

/// A writer that packs what it gets, or does not.
pub(crate) enum Packer<W: Write> {
    Plain(W),
    Gzip(GzEncoder<W>),
    Bzip2(BzEncoder<W>),
    Xz(Box<XzWriter<W>>),
    Zstd(zstd::Encoder<'static, W>),
}

impl<W: Write> Packer<W> {
    /// Packs as the programs that made these formats do by default.
    pub(crate) fn new(out: W, packing: Option<Packing>) -> io::Result<Self> {
        Ok(match packing {
            None => Self::Plain(out),
            Some(Packing::Gzip) => Self::Gzip(GzEncoder::new(out, flate2::Compression::default())),
            Some(Packing::Bzip2) => Self::Bzip2(BzEncoder::new(out, bzip2::Compression::best())),
            Some(Packing::Xz) => Self::Xz(Box::new(XzWriter::new(out, XzOptions::with_preset(6))?)),
            Some(Packing::Zstd) => {
                let mut encoder = zstd::Encoder::new(out, 0)?;
                encoder.include_checksum(true)?;
                Self::Zstd(encoder)
            }
        })
    }

    /// Writes the end.
    pub(crate) fn finish(self) -> io::Result<W> {
        match self {
            Self::Plain(out) => Ok(out),
            Self::Gzip(out) => out.finish(),
            Self::Bzip2(out) => out.finish(),
            Self::Xz(out) => out.finish(),
            Self::Zstd(out) => out.finish(),
        }
    }
}

impl<W: Write> Write for Packer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(out) => out.write(bytes),
            Self::Gzip(out) => out.write(bytes),
            Self::Bzip2(out) => out.write(bytes),
            Self::Xz(out) => out.write(bytes),
            Self::Zstd(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(out) => out.flush(),
            // A flush in between costs packing, and nobody reads along.
            Self::Gzip(_) | Self::Bzip2(_) | Self::Xz(_) | Self::Zstd(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(text: &[u8], packing: Packing) -> Vec<u8> {
        let mut packer = Packer::new(Vec::new(), Some(packing)).unwrap();
        packer.write_all(text).unwrap();
        packer.finish().unwrap()
    }

    fn read(bytes: Vec<u8>, limit: u64) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        opened(Cursor::new(bytes), limit)?.read_to_end(&mut out).map(|_| out)
    }

    #[test]
    fn what_is_packed_comes_out_again_several_parts_included() {
        let text = "中文文本。".repeat(1000).into_bytes();
        for (_, packing) in ENDINGS {
            let one = packed(&text, packing);
            assert!(one.len() < text.len() && Packing::of(&one) == Some(packing));
            let two = [one.clone(), one].concat();
            assert_eq!(read(two, u64::MAX).unwrap(), [text.clone(), text.clone()].concat(), "{packing:?}");
        }
    }

    #[test]
    fn other_input_comes_as_it_is() {
        for text in [&b""[..], b"B", b"BZhello", b"\x1f\x8b", b"\xfd7zXY\0", "中文".as_bytes()] {
            assert_eq!(read(text.to_vec(), 0).unwrap(), text);
        }
    }

    #[test]
    fn a_bomb_is_refused_and_so_is_what_is_broken() {
        for (_, packing) in ENDINGS {
            let bomb = packed(&vec![b'x'; 1 << 20], packing);
            assert!(read(bomb.clone(), (1 << 20) - 1).unwrap_err().to_string().contains("--max-output"));
            assert_eq!(read(bomb.clone(), 1 << 20).unwrap().len(), 1 << 20);
            for cut in [HEAD, bomb.len() / 2, bomb.len() - 1] {
                assert!(read(bomb[..cut].to_vec(), u64::MAX).is_err(), "{packing:?} {cut}");
            }
        }
    }

    #[test]
    fn names_tell_what_is_inside() {
        assert!(ends_with(Path::new("a/b.csv.GZ"), &["csv"]) && ends_with(Path::new("b.CSV"), &["csv"]));
        assert!(!ends_with(Path::new("csv.gz"), &["csv"]) && !ends_with(Path::new("a.csv.txt"), &["csv"]));
    }
}
