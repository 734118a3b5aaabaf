//! A Parquet file: its bytes wherever they are asked for, and its footer.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use parquet::file::metadata::{
    ParquetMetaData, ParquetMetaDataOptions, ParquetMetaDataReader, ParquetStatisticsPolicy, RowGroupMetaData,
};
use parquet::file::reader::{ChunkReader, Length};

use super::guard::guarded;
use super::thrift::Struct;

/// What files begin and end with.
const MAGIC: &[u8; 4] = b"PAR1";
/// The same where the footer is encrypted.
const ENCRYPTED: &[u8; 4] = b"PARE";
/// Length of the footer, and the magic bytes.
const TAIL: u64 = 8;

/// Fields of the footer's structures that are there in files with encrypted columns.
const FILE_ENCRYPTION: [i16; 2] = [8, 9];

/// A file open for reading at any place.
#[derive(Debug, Clone)]
pub(super) struct Input {
    file: Arc<Mutex<File>>,
    pub(super) length: u64,
}

impl Input {
    fn read_at(&self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(at))?;
        file.read(buffer)
    }

    /// The bytes of a range, one after the other.
    pub(super) fn range(&self, range: Range<u64>) -> Part {
        Part { input: self.clone(), at: range.start, end: range.end.min(self.length) }
    }

    /// The bytes of a range in memory: fewer where the file ends.
    pub(super) fn bytes(&self, range: Range<u64>) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.range(range).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// Part of a file, being read.
#[derive(Debug)]
pub(super) struct Part {
    input: Input,
    at: u64,
    end: u64,
}

impl Read for Part {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let length = buffer.len().min(left);
        let length = self.input.read_at(self.at, &mut buffer[..length])?;
        self.at += length as u64;
        Ok(length)
    }
}

impl Length for Input {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for Input {
    type T = BufReader<Part>;

    fn get_read(&self, start: u64) -> parquet::errors::Result<Self::T> {
        Ok(BufReader::new(self.range(start..self.length)))
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<Bytes> {
        let bytes = self.bytes(start..start.saturating_add(length as u64))?;
        if bytes.len() == length {
            Ok(bytes.into())
        } else {
            Err(io::Error::from(io::ErrorKind::UnexpectedEof).into())
        }
    }
}

/// A file and what its footer says.
pub(super) struct Opened {
    pub(super) input: Input,
    /// Where the footer begins: there is nothing but data before.
    pub(super) data_end: u64,
    /// The footer as it is written.
    pub(super) footer: Vec<u8>,
    pub(super) metadata: ParquetMetaData,
}

/// What tells a Parquet file.
struct Ends {
    head: [u8; 4],
    /// Length of the footer, if the file has room for it.
    footer: Option<u64>,
    tail: [u8; 4],
}

/// Whether a file is a Parquet file by its bytes: the magic ones at both ends, and a footer that fits.
pub(crate) fn is_parquet(path: &Path) -> bool {
    let ends = File::open(path).and_then(|file| ends(&file)).ok().flatten();
    ends.is_some_and(|ends| {
        let is_magic = ends.head == *MAGIC || ends.head == *ENCRYPTED;
        is_magic && ends.head == ends.tail && ends.footer.is_some()
    })
}

/// Looks at both ends of a file; none if it is too small to have them.
fn ends(mut file: &File) -> io::Result<Option<Ends>> {
    let length = file.metadata()?.len();
    let Some(room) = length.checked_sub(4 + TAIL) else { return Ok(None) };
    let (mut head, mut footer, mut tail) = ([0; 4], [0; 4], [0; 4]);
    file.seek(SeekFrom::Start(0))?;
    file.read_exact(&mut head)?;
    file.seek(SeekFrom::Start(length - TAIL))?;
    file.read_exact(&mut footer)?;
    file.read_exact(&mut tail)?;
    let footer = Some(u64::from(u32::from_le_bytes(footer))).filter(|&footer| footer <= room);
    Ok(Some(Ends { head, footer, tail }))
}

/// Opens a file and reads its footer, of at most `limit` bytes.
pub(super) fn open(path: &Path, limit: u64) -> Result<Opened, String> {
    let failed = |e: io::Error| e.to_string();
    let file = File::open(path).map_err(failed)?;
    if !file.metadata().map_err(failed)?.is_file() {
        return Err("is no regular file: Parquet is read from its end".to_owned());
    }
    let Ends { head, footer, tail } = ends(&file).map_err(failed)?.ok_or("is no Parquet file: too short")?;
    if head == *ENCRYPTED || tail == *ENCRYPTED {
        return Err(ENCRYPTED_FILE.to_owned());
    }
    if head != *MAGIC {
        return Err("is no Parquet file: it does not begin with PAR1".to_owned());
    }
    if tail != *MAGIC {
        return Err("is no whole Parquet file: it does not end with PAR1".to_owned());
    }
    let length = footer.ok_or("is no whole Parquet file: its footer is longer than the file")?;
    if length > limit {
        return Err(format!("its footer has {length} bytes; --max-record raises the limit"));
    }
    let input = Input { length: file.metadata().map_err(failed)?.len(), file: Arc::new(Mutex::new(file)) };
    let data_end = input.length - TAIL - length;
    let footer = input.bytes(data_end..data_end + length).map_err(failed)?;
    refuse_encrypted(&footer)?;
    let options = ParquetMetaDataOptions::new()
        .with_column_stats_policy(ParquetStatisticsPolicy::SkipAll)
        .with_size_stats_policy(ParquetStatisticsPolicy::SkipAll)
        .with_encoding_stats_policy(ParquetStatisticsPolicy::SkipAll);
    let metadata = guarded(|| ParquetMetaDataReader::decode_metadata_with_options(&footer, Some(&options)))?;
    for (number, group) in metadata.row_groups().iter().enumerate() {
        check(group, data_end).map_err(|e| format!("row group {}, {e}", number + 1))?;
    }
    Ok(Opened { input, data_end, footer, metadata })
}

const ENCRYPTED_FILE: &str = "is encrypted, which is not supported";

/// A footer that is no secret may belong to columns that are.
fn refuse_encrypted(footer: &[u8]) -> Result<(), String> {
    let (footer, _) = Struct::read(footer).map_err(|e| e.to_string())?;
    match FILE_ENCRYPTION.into_iter().any(|id| footer.get(id).is_some()) {
        true => Err(ENCRYPTED_FILE.to_owned()),
        false => Ok(()),
    }
}

/// Column chunks lie in the file, before its footer.
fn check(group: &RowGroupMetaData, data_end: u64) -> Result<(), String> {
    if group.num_rows() < 0 {
        return Err("its number of rows is negative".to_owned());
    }
    for column in group.columns() {
        let failed = |what: &str| Err(format!("column `{}`: {what}", column.column_path().string()));
        if column.file_path().is_some() {
            return failed("its data is in another file, which is not supported");
        }
        let start = column.dictionary_page_offset().unwrap_or_else(|| column.data_page_offset());
        let start = u64::try_from(start).ok().filter(|&start| start >= MAGIC.len() as u64);
        let length = u64::try_from(column.compressed_size()).ok();
        let end = start.zip(length).and_then(|(start, length)| start.checked_add(length));
        if end.is_none_or(|end| end > data_end) || column.num_values() < 0 {
            return failed("its data is not in the file");
        }
    }
    Ok(())
}
