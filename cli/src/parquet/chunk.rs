//! A column chunk with new values, written as its old version was.
//!
//! It is written as the only column of a file of its own, so that the library makes everything that belongs to it:
//! pages, statistics, indexes of pages. From that file it moves to its place in the new version.

use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;

use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::bloom_filter::Sbbf;
use parquet::data_type::{AsBytes, ByteArray, ByteArrayType};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterVersion};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{SchemaDescriptor, Type, TypePtr};
use tempfile::SpooledTempFile;

use super::changes::Reader as Changes;
use super::file::Input;
use super::footer::Old;
use super::guard::guarded;
use super::pages::{self, Survey};
use super::rows::Batch;
use super::thrift::{Malformed, Struct};

/// A chunk larger than this is put together in a file without a name.
const IN_MEMORY: usize = 8 << 20;
/// Rows rewritten at a time.
const ROWS: usize = 1024;
/// Where the data of the file begins.
pub(super) const HEAD: u64 = 4;
/// Room for a dictionary that grows, and the least it gets.
const DICTIONARY: (u64, u64) = (5, 1 << 20);
/// What others pack with; the library's own choice is faster and weaker.
const ZSTD: i32 = 3;

/// A column chunk in a file of its own.
pub(super) struct Written {
    file: SpooledTempFile,
    /// Bytes of its pages.
    pub(super) length: u64,
    /// `ColumnMetaData` as it is written; positions are those in the file of its own.
    pub(super) metadata: Vec<u8>,
    /// `ColumnIndex` and `OffsetIndex`, where there are such.
    pub(super) column_index: Option<Vec<u8>>,
    pub(super) offset_index: Option<Vec<u8>>,
    pub(super) bloom_filter: Option<Vec<u8>>,
}

impl Written {
    /// Its pages, to be read.
    pub(super) fn pages(&mut self) -> std::io::Result<impl Read + '_> {
        self.file.seek(SeekFrom::Start(HEAD))?;
        Ok((&mut self.file).take(self.length))
    }
}

/// Writes a column chunk with its new values.
pub(super) fn rewrite(
    input: &Input,
    schema: &SchemaDescriptor,
    (chunk, leaf): (&ColumnChunkMetaData, usize),
    rows: usize,
    (survey, old): (&Survey, &Old),
    mut changes: Changes,
) -> std::result::Result<Written, String> {
    let mut reader = pages::values(input, chunk, rows)?;
    let mut bloom_filter = old.bloom_filter.as_ref().map(|filter| Sbbf::new(&vec![0; filter.size]));
    let root = guarded(|| only(schema, leaf))?;
    let file = SpooledTempFile::new(IN_MEMORY);
    let mut file =
        guarded(|| SerializedFileWriter::new(file, root, Arc::new(properties(chunk, survey, old))))?;
    let mut group = guarded(|| file.next_row_group())?;
    let missing = || "can't be written".to_owned();
    let mut column = guarded(|| group.next_column())?.ok_or_else(missing)?;
    let (mut batch, mut done, mut before) = (Batch::default(), 0, 0);
    while done < rows {
        match batch.read(&mut reader, ROWS.min(rows - done))? {
            0 => return Err("has fewer rows than it says".to_owned()),
            read => done += read,
        }
        for (number, value) in (before..).zip(&mut batch.values) {
            if let Some(new) = changes.of(number).map_err(|e| e.to_string())? {
                *value = ByteArray::from(new);
            }
            bloom_filter.iter_mut().for_each(|filter| filter.insert(value.as_bytes()));
        }
        before += batch.values.len() as u64;
        guarded(|| {
            column.typed::<ByteArrayType>().write_batch(
                &batch.values,
                some(&batch.definition),
                some(&batch.repetition),
            )
        })?;
    }
    guarded(|| column.close())?;
    guarded(|| group.close())?;
    let file = guarded(|| file.into_inner())?;
    let bloom_filter = bloom_filter.map(|filter| guarded(|| bytes_of(&filter))).transpose()?;
    taken(file, bloom_filter)
}

/// Levels, of a column that has such.
fn some(levels: &[i16]) -> Option<&[i16]> {
    Some(levels).filter(|levels| !levels.is_empty())
}

fn bytes_of(filter: &Sbbf) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    filter.write(&mut bytes)?;
    Ok(bytes)
}

/// A schema that leads to one leaf alone, at the same levels.
fn only(schema: &SchemaDescriptor, leaf: usize) -> Result<TypePtr> {
    fn leaves(field: &Type) -> usize {
        if field.is_primitive() { 1 } else { field.get_fields().iter().map(|f| leaves(f)).sum() }
    }
    fn part(field: &TypePtr, mut leaf: usize) -> Result<TypePtr> {
        if field.is_primitive() {
            return Ok(Arc::clone(field));
        }
        for child in field.get_fields() {
            match leaf.checked_sub(leaves(child)) {
                Some(behind) => leaf = behind,
                None => {
                    let mut group =
                        Type::group_type_builder(field.name()).with_fields(vec![part(child, leaf)?]);
                    let info = field.get_basic_info();
                    if info.has_repetition() {
                        group = group.with_repetition(info.repetition());
                    }
                    return group.build().map(Arc::new);
                }
            }
        }
        Err(ParquetError::General("no such column".to_owned()))
    }
    part(&schema.root_schema_ptr(), leaf)
}

/// How the old version was written, as far as that can be told and asked for.
fn properties(chunk: &ColumnChunkMetaData, survey: &Survey, old: &Old) -> WriterProperties {
    let packing = match chunk.compression() {
        Compression::ZSTD(level) => Compression::ZSTD(ZstdLevel::try_new(ZSTD).unwrap_or(level)),
        other => other,
    };
    let statistics = match (old.has_statistics, old.column_index.is_some()) {
        (_, true) => EnabledStatistics::Page,
        (true, false) => EnabledStatistics::Chunk,
        (false, false) => EnabledStatistics::None,
    };
    let version = if survey.is_v2 { WriterVersion::PARQUET_2_0 } else { WriterVersion::PARQUET_1_0 };
    let mut properties = WriterProperties::builder()
        .set_writer_version(version)
        .set_compression(packing)
        .set_statistics_enabled(statistics)
        .set_encoding(survey.encoding.unwrap_or(Encoding::PLAIN))
        .set_dictionary_enabled(survey.dictionary.is_some());
    if let Some(size) = survey.dictionary {
        let room = (size / (DICTIONARY.0 - 1) * DICTIONARY.0).max(DICTIONARY.1);
        properties = properties.set_dictionary_page_size_limit(usize::try_from(room).unwrap_or(usize::MAX));
    }
    properties.build()
}

/// Takes a file of one column apart. Field numbers are those of the format.
fn taken(mut file: SpooledTempFile, bloom_filter: Option<Vec<u8>>) -> std::result::Result<Written, String> {
    let failed = |e: std::io::Error| e.to_string();
    file.seek(SeekFrom::End(-8)).map_err(failed)?;
    let mut length = [0; 4];
    file.read_exact(&mut length).map_err(failed)?;
    let length = u32::from_le_bytes(length);
    file.seek(SeekFrom::End(-8 - i64::from(length))).map_err(failed)?;
    let mut footer = Vec::new();
    (&mut file).take(u64::from(length)).read_to_end(&mut footer).map_err(failed)?;
    let wrong = |e: Malformed| e.to_string();
    let missing = || Malformed::Wrong.to_string();
    let (footer, _) = Struct::read(&footer).map_err(wrong)?;
    let groups = footer.get(4).ok_or_else(missing)?.as_structs().map_err(wrong)?;
    let (group, _) = Struct::read(groups.first().ok_or_else(missing)?).map_err(wrong)?;
    let columns = group.get(1).ok_or_else(missing)?.as_structs().map_err(wrong)?;
    let (column, _) = Struct::read(columns.first().ok_or_else(missing)?).map_err(wrong)?;
    let metadata = column.get(3).ok_or_else(missing)?.as_struct().map_err(wrong)?;
    let natural = |number: Option<i64>| number.and_then(|n| u64::try_from(n).ok());
    let length = natural(metadata.number(7).map_err(wrong)?).ok_or_else(missing)?;
    let mut part = |offset, length| -> std::result::Result<Option<Vec<u8>>, String> {
        let place = natural(column.number(offset).map_err(wrong)?)
            .zip(natural(column.number(length).map_err(wrong)?));
        let Some((offset, length)) = place else { return Ok(None) };
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(offset)).map_err(failed)?;
        (&mut file).take(length).read_to_end(&mut bytes).map_err(failed)?;
        Ok(Some(bytes))
    };
    let (offset_index, column_index) = (part(4, 5)?, part(6, 7)?);
    let metadata = metadata.written();
    Ok(Written { file, length, metadata, column_index, offset_index, bloom_filter })
}
