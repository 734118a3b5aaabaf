//! Parquet files made for the tests, and what is in such a file.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::file::metadata::{
    KeyValue, PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader, SortingColumn,
};
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder, WriterVersion};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::serialized_reader::ReadOptionsBuilder;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;

use crate::support::{CLEAN, garble};

const SCHEMA: &str = "message crawl {
    required int64 id;
    optional binary url (UTF8);
    required binary text (UTF8) = 7;
    optional binary kind (UTF8);
    optional group page {
        optional binary title (UTF8);
        optional binary raw;
    }
    optional group tags (LIST) { repeated group list { optional binary element (UTF8); } }
}";

/// Columns by their place among the leaves.
pub(crate) const ID: usize = 0;
pub(crate) const URL: usize = 1;
pub(crate) const TEXT: usize = 2;
pub(crate) const KIND: usize = 3;
pub(crate) const TITLE: usize = 4;
pub(crate) const RAW: usize = 5;
pub(crate) const TAGS: usize = 6;

/// How a file is written.
#[derive(Clone)]
pub(crate) struct Fixture {
    pub(crate) compression: Compression,
    pub(crate) version: WriterVersion,
    pub(crate) dictionary: bool,
    pub(crate) bloom_filters: bool,
    pub(crate) groups: usize,
    pub(crate) rows: usize,
    /// Rows in which text is garbled.
    pub(crate) garbled: fn(usize) -> bool,
}

impl Default for Fixture {
    fn default() -> Self {
        Self {
            compression: Compression::SNAPPY,
            version: WriterVersion::PARQUET_1_0,
            dictionary: true,
            bloom_filters: true,
            groups: 3,
            rows: 50,
            garbled: |row| row % 10 == 3,
        }
    }
}

impl Fixture {
    /// The same file without any garbled text.
    pub(crate) fn clean(&self) -> Self {
        Self { garbled: |_| false, ..self.clone() }
    }

    pub(crate) fn properties(&self) -> WriterPropertiesBuilder {
        WriterProperties::builder()
            .set_compression(self.compression)
            .set_writer_version(self.version)
            .set_dictionary_enabled(self.dictionary)
            .set_bloom_filter_enabled(self.bloom_filters)
            .set_data_page_row_count_limit(7)
            .set_write_batch_size(7)
            .set_created_by("a test".to_owned())
            .set_key_value_metadata(Some(vec![
                KeyValue::new("ARROW:schema".to_owned(), "c2NoZW1h".to_owned()),
                KeyValue::new("key".to_owned(), None),
            ]))
            .set_sorting_columns(Some(vec![
                SortingColumn { column_idx: ID as i32, descending: false, nulls_first: false },
                SortingColumn { column_idx: TEXT as i32, descending: false, nulls_first: false },
            ]))
    }

    pub(crate) fn write(&self, path: &Path) {
        let schema = Arc::new(parse_message_type(SCHEMA).unwrap());
        let file = File::create(path).unwrap();
        let mut writer =
            SerializedFileWriter::new(file, schema, Arc::new(self.properties().build())).unwrap();
        for group in 0..self.groups {
            let mut out = writer.next_row_group().unwrap();
            self.columns(&mut out, group * self.rows..(group + 1) * self.rows);
            out.close().unwrap();
        }
        writer.close().unwrap();
    }

    /// Text as it is in a row.
    fn text(&self, row: usize, text: &str) -> String {
        if (self.garbled)(row) { garble(text) } else { text.to_owned() }
    }

    fn columns(&self, out: &mut SerializedRowGroupWriter<'_, File>, rows: std::ops::Range<usize>) {
        let ids: Vec<i64> = rows.clone().map(|row| row as i64).collect();
        let mut column = out.next_column().unwrap().unwrap();
        column.typed::<Int64Type>().write_batch(&ids, None, None).unwrap();
        column.close().unwrap();
        let url = |row| (row % 4 != 1).then(|| format!("https://example.org/{row}"));
        flat(out, rows.clone().map(|row| url(row).ok_or(0)), 1);
        flat(out, rows.clone().map(|row| Ok(self.text(row, &format!("{row}。{CLEAN}")))), 0);
        let kind = |row: usize| {
            if row.is_multiple_of(5) { Err(0) } else { Ok(["新闻", "小说"][row % 2].to_owned()) }
        };
        flat(out, rows.clone().map(kind), 1);
        let title = |row| match row % 6 {
            0 => Err(0),
            1 => Err(1),
            _ => Ok(self.text(row, "今天的新闻标题在这里")),
        };
        flat(out, rows.clone().map(title), 2);
        flat(out, rows.clone().map(|row| if row % 6 == 0 { Err(0) } else { Ok(garble(CLEAN)) }), 2);
        self.tags(out, rows);
    }

    /// No list, an empty one, or one in which some items are null.
    fn tags(&self, out: &mut SerializedRowGroupWriter<'_, File>, rows: std::ops::Range<usize>) {
        let (mut values, mut definition, mut repetition) = (Vec::new(), Vec::new(), Vec::new());
        for row in rows {
            match row % 5 {
                0 => (definition.push(0), repetition.push(0)),
                1 => (definition.push(1), repetition.push(0)),
                items => {
                    for item in 0..items * 2 {
                        repetition.push(i16::from(item > 0));
                        definition.push(if item == 1 { 2 } else { 3 });
                        if item != 1 {
                            let text = self.text(row, &format!("标签第{item}个，人工智能和天气"));
                            values.push(ByteArray::from(text.into_bytes()));
                        }
                    }
                    ((), ())
                }
            };
        }
        let mut column = out.next_column().unwrap().unwrap();
        column.typed::<ByteArrayType>().write_batch(&values, Some(&definition), Some(&repetition)).unwrap();
        column.close().unwrap();
    }
}

/// A column of values, or of levels where there is none; `present` is the level of a value.
fn flat(
    out: &mut SerializedRowGroupWriter<'_, File>,
    rows: impl Iterator<Item = Result<String, i16>>,
    present: i16,
) {
    let (mut values, mut levels) = (Vec::new(), Vec::new());
    for row in rows {
        levels.push(*row.as_ref().err().unwrap_or(&present));
        values.extend(row.ok().map(|text| ByteArray::from(text.into_bytes())));
    }
    let mut column = out.next_column().unwrap().unwrap();
    let levels = (present > 0).then_some(&*levels);
    column.typed::<ByteArrayType>().write_batch(&values, levels, None).unwrap();
    column.close().unwrap();
}

/// All that the footer says, page indexes included.
pub(crate) fn metadata(path: &Path) -> ParquetMetaData {
    let reader = ParquetMetaDataReader::new().with_page_index_policy(PageIndexPolicy::Optional);
    reader.parse_and_finish(&File::open(path).unwrap()).unwrap()
}

/// The rows, a line each.
pub(crate) fn rows(path: &Path) -> Vec<String> {
    let reader = SerializedFileReader::new(File::open(path).unwrap()).unwrap();
    reader.get_row_iter(None).unwrap().map(|row| row.unwrap().to_string()).collect()
}

/// The bytes of a column chunk.
pub(crate) fn chunk(path: &Path, group: usize, column: usize) -> Vec<u8> {
    let (start, length) = metadata(path).row_group(group).column(column).byte_range();
    std::fs::read(path).unwrap()[start as usize..(start + length) as usize].to_vec()
}

/// Whether the bloom filter of a chunk says that it may hold a value; none without one.
pub(crate) fn may_hold(path: &Path, group: usize, column: usize, value: &str) -> Option<bool> {
    let properties =
        parquet::file::properties::ReaderProperties::builder().set_read_bloom_filter(true).build();
    let options = ReadOptionsBuilder::new().with_reader_properties(properties).build();
    let reader = SerializedFileReader::new_with_options(File::open(path).unwrap(), options).unwrap();
    let group = reader.get_row_group(group).unwrap();
    group.get_column_bloom_filter(column).map(|filter| filter.check(value))
}
