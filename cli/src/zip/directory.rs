//! The headers of a zip archive (PKWARE's APPNOTE, 4.3), read and spelled with other names or contents.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use super::members::pass;
use crate::exit::Error;
use crate::job::Sink;

/// The largest directory read.
const LARGEST: u64 = 256 << 20;
/// The end record without its comment.
const END: usize = 22;
/// A central header without what varies in length.
const CENTRAL: usize = 46;
/// A local header without what varies in length.
const LOCAL: usize = 30;
/// The flag by which name and comment are UTF-8.
const UTF8: u16 = 1 << 11;

/// The flag of a member that is encrypted.
const ENCRYPTED: u16 = 1;
/// The flag by which sizes and checksum stand behind the data.
const BEHIND: u16 = 1 << 3;
/// What may begin that.
const DESCRIPTOR: &[u8] = b"PK\x07\x08";
/// Members that are not packed.
pub(crate) const STORED: u16 = 0;
/// Members packed as gzip does.
pub(crate) const DEFLATED: u16 = 8;

const ZIP64: &str = "is a zip64 archive, which can't be changed yet";
pub(crate) const OVERLAP: &str = "its entries overlap, so it was left";
pub(crate) const DAMAGED: &str = "is no zip archive that can be read, so it was left";

/// The directory of an archive.
pub(crate) struct Directory {
    pub(crate) entries: Vec<Entry>,
    /// Where it begins.
    pub(crate) at: u64,
    pub(crate) bytes: Vec<u8>,
    /// Where the end record begins.
    pub(crate) end_at: u64,
    pub(crate) end: Vec<u8>,
}

/// One entry of the directory.
pub(crate) struct Entry {
    pub(crate) header: Header,
    /// Where its local header begins in the file.
    pub(crate) at: u64,
}

impl Entry {
    pub(crate) fn name(&self) -> &[u8] {
        self.header.name()
    }

    pub(crate) fn comment(&self) -> &[u8] {
        let (_, extra, comment) = self.header.lengths();
        &self.header.bytes[CENTRAL + self.name().len() + extra..][..comment]
    }

    pub(crate) fn is_utf8(&self) -> bool {
        u16_at(&self.header.bytes, 8) & UTF8 != 0
    }
}

/// What headers tell of a member's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) crc: u32,
    /// Bytes in the archive.
    pub(crate) packed: u32,
    /// Bytes unpacked.
    pub(crate) size: u32,
}

impl Content {
    fn bytes(self) -> Vec<u8> {
        [self.crc, self.packed, self.size].into_iter().flat_map(u32::to_le_bytes).collect()
    }
}

/// A header, local or central, with the name and all that follows it.
pub(crate) struct Header {
    pub(crate) bytes: Vec<u8>,
    is_central: bool,
}

impl Header {
    /// Reads the local header that begins here.
    pub(crate) fn read_local(file: &mut File) -> Result<Self, String> {
        let failed = |_| DAMAGED.to_owned();
        let mut bytes = vec![0; LOCAL];
        file.read_exact(&mut bytes).map_err(failed)?;
        let mut header = Self { bytes, is_central: false };
        if !header.bytes.starts_with(b"PK\x03\x04") {
            return Err(DAMAGED.to_owned());
        }
        let (name, extra, _) = header.lengths();
        header.bytes.resize(LOCAL + name + extra, 0);
        file.read_exact(&mut header.bytes[LOCAL..]).map_err(failed)?;
        Ok(header)
    }

    /// Takes the central header that begins `bytes`.
    fn take_central(bytes: &[u8]) -> Option<Self> {
        let fixed = bytes.get(..CENTRAL).filter(|b| b.starts_with(b"PK\x01\x02"))?;
        let header = Self { bytes: fixed.to_vec(), is_central: true };
        let (name, extra, comment) = header.lengths();
        Some(Self { bytes: bytes.get(..CENTRAL + name + extra + comment)?.to_vec(), is_central: true })
    }

    fn name_at(&self) -> usize {
        if self.is_central { CENTRAL } else { LOCAL }
    }

    /// Lengths of name, extra fields and comment.
    fn lengths(&self) -> (usize, usize, usize) {
        let length = |at| usize::from(u16_at(&self.bytes, at));
        if self.is_central { (length(28), length(30), length(32)) } else { (length(26), length(28), 0) }
    }

    fn flags(&self) -> u16 {
        u16_at(&self.bytes, if self.is_central { 8 } else { 6 })
    }

    /// How the content is packed.
    pub(crate) fn method(&self) -> u16 {
        u16_at(&self.bytes, if self.is_central { 10 } else { 8 })
    }

    pub(crate) fn is_encrypted(&self) -> bool {
        self.flags() & ENCRYPTED != 0
    }

    /// Whether sizes and checksum stand behind the data too, and need not stand here.
    pub(crate) fn has_descriptor(&self) -> bool {
        self.flags() & BEHIND != 0
    }

    fn content_at(&self) -> usize {
        if self.is_central { 16 } else { 14 }
    }

    /// Checksum and sizes. In a local header they may be missing.
    pub(crate) fn content(&self) -> Content {
        let at = self.content_at();
        let [crc, packed, size] = [0, 4, 8].map(|n| u32_at(&self.bytes, at + n));
        Content { crc, packed, size }
    }

    /// The header of a member with another content.
    pub(crate) fn with_content(&self, content: Content) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        let at = self.content_at();
        // A local header without them goes on without.
        if self.is_central || !self.has_descriptor() || self.content().packed != 0 {
            bytes[at..at + 12].copy_from_slice(&content.bytes());
        }
        bytes
    }

    pub(crate) fn name(&self) -> &[u8] {
        &self.bytes[self.name_at()..][..self.lengths().0]
    }

    /// The header with another name, which is UTF-8 and marked as such.
    pub(crate) fn renamed(&self, name: &str) -> Vec<u8> {
        let (at, flags, length) = match self.is_central {
            true => (CENTRAL, 8, 28),
            false => (LOCAL, 6, 26),
        };
        let mut bytes = self.bytes[..at].to_vec();
        let marked = u16_at(&bytes, flags) | UTF8;
        bytes[flags..flags + 2].copy_from_slice(&marked.to_le_bytes());
        // Names that are too long were refused.
        bytes[length..length + 2].copy_from_slice(&(name.len() as u16).to_le_bytes());
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(&self.bytes[at + self.name().len()..]);
        bytes
    }
}

/// Reads the directory at the end of an archive.
pub(crate) fn read(file: &mut File) -> Result<Directory, String> {
    let failed = |e: std::io::Error| e.to_string();
    let length = file.seek(SeekFrom::End(0)).map_err(failed)?;
    let tail_at = length.saturating_sub((END + usize::from(u16::MAX)) as u64);
    file.seek(SeekFrom::Start(tail_at)).map_err(failed)?;
    let mut tail = Vec::new();
    file.take(length - tail_at).read_to_end(&mut tail).map_err(failed)?;
    // The end record's comment goes to the end of the file.
    let is_end = |at: &usize| {
        let record = &tail[*at..];
        record.starts_with(b"PK\x05\x06") && usize::from(u16_at(record, 20)) + END == record.len()
    };
    let at = (0..(tail.len() + 1).saturating_sub(END)).rev().find(is_end).ok_or(DAMAGED)?;
    let end = tail[at..].to_vec();
    let end_at = tail_at + at as u64;
    let (disk, number) = (u16_at(&end, 4), u16_at(&end, 10));
    let (size, told) = (u32_at(&end, 12), u32_at(&end, 16));
    let is_zip64 = at >= 20 && tail[at - 20..].starts_with(b"PK\x06\x07");
    if is_zip64 || number == u16::MAX || told == u32::MAX {
        return Err(ZIP64.to_owned());
    }
    if disk != 0 || u16_at(&end, 8) != number {
        return Err("is one part of several, so it was left".to_owned());
    }
    if u64::from(size) > LARGEST {
        return Err("has a directory that is too large".to_owned());
    }
    let start = end_at.checked_sub(u64::from(size)).ok_or(DAMAGED)?;
    // A program may stand before an archive that unpacks itself.
    let before = start.checked_sub(u64::from(told)).ok_or(DAMAGED)?;
    file.seek(SeekFrom::Start(start)).map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(u64::from(size)).read_to_end(&mut bytes).map_err(failed)?;
    let mut entries = Vec::new();
    let mut rest = &bytes[..];
    while entries.len() < usize::from(number) {
        let header = Header::take_central(rest).ok_or(DAMAGED)?;
        rest = &rest[header.bytes.len()..];
        let local = u32_at(&header.bytes, 42);
        if local == u32::MAX {
            return Err(ZIP64.to_owned());
        }
        entries.push(Entry { header, at: before + u64::from(local) });
    }
    // What follows the last header, a signature for one, stays where it is.
    let used = bytes.len() - rest.len();
    bytes.truncate(used);
    Ok(Directory { entries, at: start, bytes, end_at, end })
}

impl Directory {
    /// The entries in the order in which they stand.
    pub(crate) fn in_order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.entries.len()).collect();
        order.sort_by_key(|&n| self.entries[n].at);
        order
    }

    /// Writes the directory with these headers, and all that follows it. `moved` tells how much further on each entry
    /// begins, `grown` how much longer all before is.
    pub(crate) fn finish(
        &self,
        file: &mut File,
        headers: impl Iterator<Item = Vec<u8>>,
        moved: &[i64],
        grown: i64,
        name: &str,
        sink: &mut Sink<'_>,
    ) -> Result<(), Error> {
        let failed = |e: std::io::Error| Error::file(name, e);
        let large = || Error::file(name, "grows beyond 4 GiB");
        let central = self.rebuilt(headers, moved).ok_or_else(large)?;
        sink.put(&self.bytes, Some(&central).filter(|new| **new != self.bytes).map(Vec::as_slice))?;
        file.seek(SeekFrom::Start(self.at + self.bytes.len() as u64)).map_err(failed)?;
        pass(file, self.end_at - self.at - self.bytes.len() as u64, name, sink)?;
        let end = self.end_after(central.len(), grown).ok_or_else(large)?;
        sink.put(&self.end, Some(&end).filter(|new| **new != self.end).map(Vec::as_slice))?;
        // What somebody put behind it meanwhile must not be lost.
        let length = file.metadata().map_err(failed)?.len();
        match length == self.end_at + self.end.len() as u64 {
            true => Ok(()),
            false => Err(Error::file(name, "was changed by someone else meanwhile, so it was left")),
        }
    }

    /// The directory with these headers, and places that have moved; none if one lies beyond 4 GiB then.
    fn rebuilt(&self, headers: impl Iterator<Item = Vec<u8>>, moved: &[i64]) -> Option<Vec<u8>> {
        let mut bytes = Vec::with_capacity(self.bytes.len());
        for ((entry, header), &moved) in self.entries.iter().zip(headers).zip(moved) {
            let start = bytes.len();
            bytes.extend(header);
            set(&mut bytes[start + 42..start + 46], i64::from(u32_at(&entry.header.bytes, 42)) + moved)?;
        }
        Some(bytes)
    }

    /// The end record of an archive whose directory has another length, and begins further on by `grown`.
    fn end_after(&self, length: usize, grown: i64) -> Option<Vec<u8>> {
        let mut end = self.end.clone();
        let more = length as i64 - self.bytes.len() as i64;
        let size = i64::from(u32_at(&end, 12)) + more;
        let at = i64::from(u32_at(&end, 16)) + grown;
        set(&mut end[12..16], size)?;
        set(&mut end[16..20], at)?;
        Some(end)
    }
}

/// Reads the sizes and the checksum that stand behind the data.
pub(crate) fn descriptor(file: &mut File) -> Result<Vec<u8>, String> {
    let mut bytes = vec![0; 12];
    file.read_exact(&mut bytes).map_err(|_| DAMAGED.to_owned())?;
    if bytes.starts_with(DESCRIPTOR) {
        bytes.resize(16, 0);
        file.read_exact(&mut bytes[12..]).map_err(|_| DAMAGED.to_owned())?;
    }
    Ok(bytes)
}

/// The same, spelled in the same way, of another content.
pub(crate) fn with_descriptor(old: &[u8], content: Content) -> Vec<u8> {
    [&old[..old.len() - 12], &content.bytes()].concat()
}

/// Writes a number of four bytes; the largest one means zip64.
fn set(place: &mut [u8], number: i64) -> Option<()> {
    let number = u32::try_from(number).ok().filter(|&n| n < u32::MAX)?;
    place.copy_from_slice(&number.to_le_bytes());
    Some(())
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}
