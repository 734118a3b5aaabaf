//! The pages of a column chunk: looked at before they are unpacked, and read one at a time.
//!
//! The library that unpacks them trusts what their headers say, and some packings tell only in the end how much comes
//! out. So every header is read first, and a page that is or says it is too large is refused.

use std::io::{self, Read};
use std::sync::Arc;

use bytes::{Buf, Bytes};
use flate2::read::MultiGzDecoder;
use parquet::basic::{Compression, Encoding};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::column::reader::ColumnReaderImpl;
use parquet::data_type::ByteArrayType;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::serialized_reader::SerializedPageReader;

use super::file::Input;
use super::guard::guarded;
use super::thrift::{Malformed, Struct};

/// Longest header of a page that is read; statistics in it may be long.
const LONGEST_HEADER: usize = 16 << 20;
/// Bytes read of a header at first.
const SHORT_HEADER: usize = 512;

/// What the headers of a column chunk's pages say of how it was written.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// Size of its dictionary, if it has one.
    pub(super) dictionary: Option<u64>,
    /// Whether its pages are of the second version.
    pub(super) is_v2: bool,
    /// How values outside a dictionary are encoded, if any are.
    pub(super) encoding: Option<Encoding>,
}

/// One page's header, the parts that count here.
struct Header {
    length: u64,
    unpacked: u64,
    packed: u64,
    kind: Kind,
    values: u64,
    encoding: i64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Data,
    DataV2,
    Dictionary,
    Other,
}

/// Looks at all pages of a column chunk, and refuses those of more than `limit` bytes.
pub(super) fn survey(
    input: &Input,
    chunk: &ColumnChunkMetaData,
    limit: u64,
) -> std::result::Result<Survey, String> {
    let (start, length) = chunk.byte_range();
    let (mut at, end) = (start, start + length);
    let mut survey = Survey::default();
    let mut values = 0_u64;
    while at < end {
        let header = header(input, at, end)?;
        let data = at + header.length;
        let rest = end.saturating_sub(data);
        if header.packed > rest {
            return Err("a page goes beyond its column".to_owned());
        }
        if header.packed.max(header.unpacked) > limit {
            let size = header.packed.max(header.unpacked);
            return Err(format!("a page has {size} bytes; --max-record raises the limit"));
        }
        at = data + header.packed;
        match header.kind {
            Kind::Other => continue,
            Kind::Dictionary => survey.dictionary = Some(header.unpacked),
            Kind::Data | Kind::DataV2 => {
                survey.is_v2 |= header.kind == Kind::DataV2;
                values = values.saturating_add(header.values);
                // By their numbers in the format; the others are those of dictionaries.
                survey.encoding = survey.encoding.or(match header.encoding {
                    0 => Some(Encoding::PLAIN),
                    6 => Some(Encoding::DELTA_LENGTH_BYTE_ARRAY),
                    7 => Some(Encoding::DELTA_BYTE_ARRAY),
                    _ => None,
                });
            }
        }
        // A value in a dictionary takes the four bytes of its length at least.
        if header.kind == Kind::Dictionary && header.values > header.unpacked / 4 {
            return Err("its dictionary is damaged".to_owned());
        }
        let bytes = || input.range(data..data + header.packed);
        if unpacked_beyond(chunk.compression(), bytes(), header.unpacked).map_err(|e| e.to_string())? {
            return Err("a page unpacks to more than it says".to_owned());
        }
    }
    match u64::try_from(chunk.num_values()) {
        Ok(told) if told == values => Ok(survey),
        _ => Err("its pages have another number of values than it says".to_owned()),
    }
}

/// Whether more than so many bytes come out, for packings that the library unpacks to their end whatever was said.
fn unpacked_beyond(packing: Compression, page: impl Read, said: u64) -> io::Result<bool> {
    let count = |unpacked: &mut dyn Read| match io::copy(&mut unpacked.take(said + 1), &mut io::sink()) {
        Ok(length) => length > said,
        // Damage is for the one to tell who reads it; it ends there, too.
        Err(_) => false,
    };
    Ok(match packing {
        Compression::GZIP(_) => count(&mut MultiGzDecoder::new(io::BufReader::new(page))),
        Compression::BROTLI(_) => count(&mut brotli::Decompressor::new(page, 4096)),
        // In this packing, of which there are several, the library tries one after the other.
        Compression::LZ4 => count(&mut lz4_flex::frame::FrameDecoder::new(page)),
        _ => false,
    })
}

fn header(input: &Input, at: u64, end: u64) -> std::result::Result<Header, String> {
    let mut size = SHORT_HEADER;
    loop {
        let bytes = input.bytes(at..end.min(at + size as u64)).map_err(|e| e.to_string())?;
        match parse(&bytes) {
            Ok(header) => return Ok(header),
            Err(Malformed::Short) if bytes.len() == size && size < LONGEST_HEADER => size *= 8,
            Err(_) => return Err("the header of a page is damaged".to_owned()),
        }
    }
}

/// Field numbers are those of `PageHeader` in the format.
fn parse(bytes: &[u8]) -> std::result::Result<Header, Malformed> {
    let (header, length) = Struct::read(bytes)?;
    let natural = |header: &Struct<'_>, id| {
        u64::try_from(header.number(id)?.ok_or(Malformed::Wrong)?).map_err(|_| Malformed::Wrong)
    };
    let (kind, id, encoding) = match header.number(1)? {
        Some(0) => (Kind::Data, 5, 2),
        Some(3) => (Kind::DataV2, 8, 4),
        Some(2) => (Kind::Dictionary, 7, 2),
        _ => (Kind::Other, 0, 0),
    };
    let mut parsed = Header {
        length: length as u64,
        unpacked: natural(&header, 2)?,
        packed: natural(&header, 3)?,
        kind,
        values: 0,
        encoding: 0,
    };
    if kind != Kind::Other {
        let own = header.get(id).ok_or(Malformed::Wrong)?.as_struct()?;
        parsed.values = natural(&own, 1)?;
        parsed.encoding = own.number(encoding)?.ok_or(Malformed::Wrong)?;
    }
    Ok(parsed)
}

/// Begins to read the values of a column chunk that was surveyed.
pub(super) fn values(
    input: &Input,
    chunk: &ColumnChunkMetaData,
    rows: usize,
) -> std::result::Result<ColumnReaderImpl<ByteArrayType>, String> {
    guarded(|| {
        let pages = SerializedPageReader::new(Arc::new(input.clone()), chunk, rows, None)?;
        let descr = chunk.column_descr_ptr();
        let has_levels = (descr.max_rep_level() > 0, descr.max_def_level() > 0);
        Ok(ColumnReaderImpl::new(descr, Box::new(Checked { pages, has_levels })))
    })
}

/// Pages whose numbers of values fit what is in them.
struct Checked {
    pages: SerializedPageReader<Input>,
    /// Whether pages have repetition levels, and definition levels.
    has_levels: (bool, bool),
}

impl Checked {
    /// Lengths of values stand before them where they are encoded as differences: as many as that says are made
    /// room for.
    fn check(&self, page: &Page) -> Result<()> {
        let (Encoding::DELTA_LENGTH_BYTE_ARRAY | Encoding::DELTA_BYTE_ARRAY) = page.encoding() else {
            return Ok(());
        };
        let mut bytes = page.buffer().clone();
        match page {
            Page::DataPageV2 { def_levels_byte_len, rep_levels_byte_len, .. } => {
                pass(&mut bytes, *def_levels_byte_len as usize + *rep_levels_byte_len as usize)?;
            }
            _ => {
                for _ in 0..usize::from(self.has_levels.0) + usize::from(self.has_levels.1) {
                    if bytes.len() < 4 {
                        return Err(damaged());
                    }
                    let length = bytes.get_u32_le() as usize;
                    pass(&mut bytes, length)?;
                }
            }
        }
        // Block size and blocks, then their number.
        let [_, _, told] = [(); 3].map(|()| varint(&mut bytes));
        match told {
            Some(told) if told <= u64::from(page.num_values()) => Ok(()),
            // A page without values may have nothing at all.
            None if bytes.is_empty() => Ok(()),
            _ => Err(damaged()),
        }
    }
}

fn damaged() -> ParquetError {
    ParquetError::General("a page is damaged".to_owned())
}

fn pass(bytes: &mut Bytes, length: usize) -> Result<()> {
    if length > bytes.len() {
        return Err(damaged());
    }
    bytes.advance(length);
    Ok(())
}

fn varint(bytes: &mut Bytes) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..63).step_by(7) {
        let next = bytes.try_get_u8().ok()?;
        number |= u64::from(next & 0x7F) << shift;
        if next & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

impl Iterator for Checked {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Checked {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.pages.get_next_page()?;
        page.iter().try_for_each(|page| self.check(page))?;
        Ok(page)
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.pages.skip_next_page()
    }

    fn at_record_boundary(&mut self) -> Result<bool> {
        self.pages.at_record_boundary()
    }
}
