//! The footer: what it says of a column chunk, and a new one for a file in which chunks were replaced.
//!
//! Only what has changed is written anew; every other field stays as it is, also where nothing here knows it.
//!
//! Numbers of fields are those of the structures in the format,
//! <https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift>.

use std::collections::HashMap;
use std::ops::Range;

use super::chunk::HEAD;
use super::file::Input;
use super::splice::Splicer;
use super::thrift::{self, Field, I32, I64, LIST, Malformed, STRUCT, Struct};

/// Bytes of a bloom filter's header, and some more.
const FILTER_HEADER: u64 = 64;

/// `ColumnChunk`: where it is, and its page indexes.
mod column_chunk {
    pub(super) const FILE_OFFSET: i16 = 2;
    pub(super) const METADATA: i16 = 3;
    pub(super) const OFFSET_INDEX: [i16; 2] = [4, 5];
    pub(super) const COLUMN_INDEX: [i16; 2] = [6, 7];
}

/// `ColumnMetaData`.
mod column_metadata {
    pub(super) const ENCODINGS: i16 = 2;
    pub(super) const UNCOMPRESSED: i16 = 6;
    pub(super) const COMPRESSED: i16 = 7;
    pub(super) const DATA_PAGE: i16 = 9;
    pub(super) const INDEX_PAGE: i16 = 10;
    pub(super) const DICTIONARY_PAGE: i16 = 11;
    pub(super) const STATISTICS: i16 = 12;
    pub(super) const ENCODING_STATS: i16 = 13;
    pub(super) const BLOOM_FILTER: [i16; 2] = [14, 15];
    pub(super) const SIZE_STATISTICS: i16 = 16;
}

/// `RowGroup`.
mod row_group {
    pub(super) const COLUMNS: i16 = 1;
    pub(super) const UNCOMPRESSED: i16 = 2;
    pub(super) const SORTING: i16 = 4;
    pub(super) const FILE_OFFSET: i16 = 5;
    pub(super) const COMPRESSED: i16 = 6;
}

/// `FileMetaData`.
const ROW_GROUPS: i16 = 4;

/// A footer taken apart.
pub(super) struct Footer<'a> {
    fields: Struct<'a>,
    /// The row groups, each as it is written.
    groups: Vec<Vec<u8>>,
}

/// What goes with a column chunk as it stands in the file.
#[derive(Debug, Default)]
pub(super) struct Old {
    pub(super) has_statistics: bool,
    pub(super) column_index: Option<Range<u64>>,
    pub(super) offset_index: Option<Range<u64>>,
    pub(super) bloom_filter: Option<Filter>,
}

/// A bloom filter.
#[derive(Debug)]
pub(super) struct Filter {
    pub(super) range: Range<u64>,
    /// Bytes of its bits.
    pub(super) size: usize,
}

impl<'a> Footer<'a> {
    pub(super) fn read(footer: &'a [u8]) -> Result<Self, Malformed> {
        let (fields, _) = Struct::read(footer)?;
        let groups = fields.get(ROW_GROUPS).ok_or(Malformed::Wrong)?.as_structs()?;
        let groups = groups.into_iter().map(<[u8]>::to_vec).collect();
        Ok(Self { fields, groups })
    }

    /// What goes with each column chunk of a row group. Bloom filters are looked at where they are asked for.
    pub(super) fn old(
        &self,
        group: usize,
        input: &Input,
        wants_filter: impl Fn(usize) -> bool,
    ) -> Result<Vec<Old>, Malformed> {
        let (group, _) = Struct::read(self.groups.get(group).ok_or(Malformed::Wrong)?)?;
        let columns = group.get(row_group::COLUMNS).ok_or(Malformed::Wrong)?.as_structs()?;
        let old = |(number, column): (usize, &&[u8])| {
            let (column, _) = Struct::read(column)?;
            let metadata = column.get(column_chunk::METADATA).ok_or(Malformed::Wrong)?.as_struct()?;
            let filter = if wants_filter(number) { filter(&metadata, input)? } else { None };
            Ok(Old {
                has_statistics: metadata.get(column_metadata::STATISTICS).is_some(),
                column_index: range(&column, column_chunk::COLUMN_INDEX)?,
                offset_index: range(&column, column_chunk::OFFSET_INDEX)?,
                bloom_filter: filter,
            })
        };
        columns.iter().enumerate().map(old).collect()
    }

    /// The footer of the new version. `changed` has the `ColumnMetaData` of each chunk that was replaced, by its row
    /// group and column, with positions as in a file of its own.
    pub(super) fn rewritten(
        mut self,
        new: &Splicer<'_>,
        changed: &HashMap<(usize, usize), Vec<u8>>,
    ) -> Result<Vec<u8>, Malformed> {
        let groups: Vec<Vec<u8>> = self
            .groups
            .iter()
            .enumerate()
            .map(|(number, group)| rewritten_group(group, new, |column| changed.get(&(number, column))))
            .collect::<Result<_, _>>()?;
        self.fields.set(Field::of(ROW_GROUPS, LIST, thrift::list(&groups)));
        Ok(self.fields.written())
    }
}

/// The stretch that two fields tell the beginning and the length of.
fn range(fields: &Struct<'_>, [offset, length]: [i16; 2]) -> Result<Option<Range<u64>>, Malformed> {
    let (offset, length) = (fields.number(offset)?, fields.number(length)?);
    let natural = |number: i64| u64::try_from(number).map_err(|_| Malformed::Wrong);
    match (offset, length) {
        (Some(offset), Some(length)) => {
            let (offset, length) = (natural(offset)?, natural(length)?);
            Ok(Some(offset..offset.checked_add(length).ok_or(Malformed::Wrong)?))
        }
        _ => Ok(None),
    }
}

fn filter(metadata: &Struct<'_>, input: &Input) -> Result<Option<Filter>, Malformed> {
    let Some(offset) = metadata.number(column_metadata::BLOOM_FILTER[0])? else { return Ok(None) };
    let offset = u64::try_from(offset).map_err(|_| Malformed::Wrong)?;
    let head = input.bytes(offset..offset.saturating_add(FILTER_HEADER)).map_err(|_| Malformed::Short)?;
    let (header, length) = Struct::read(&head)?;
    let size = header.number(1)?.and_then(|size| u64::try_from(size).ok()).ok_or(Malformed::Wrong)?;
    let end = offset.checked_add(length as u64 + size).ok_or(Malformed::Wrong)?;
    if end > input.length || size == 0 || size % 32 != 0 {
        return Err(Malformed::Wrong);
    }
    Ok(Some(Filter { range: offset..end, size: usize::try_from(size).map_err(|_| Malformed::Wrong)? }))
}

fn rewritten_group<'c>(
    group: &[u8],
    new: &Splicer<'_>,
    changed: impl Fn(usize) -> Option<&'c Vec<u8>>,
) -> Result<Vec<u8>, Malformed> {
    let (mut group, _) = Struct::read(group)?;
    let columns = group.get(row_group::COLUMNS).ok_or(Malformed::Wrong)?.as_structs()?;
    let (mut written, mut grown) = (Vec::with_capacity(columns.len()), [0; 2]);
    for (number, column) in columns.into_iter().enumerate() {
        let (column, growth) = rewritten_column(column, new, changed(number))?;
        written.push(column);
        grown = [grown[0] + growth[0], grown[1] + growth[1]];
    }
    let sizes = [row_group::UNCOMPRESSED, row_group::COMPRESSED];
    for (id, grown) in sizes.into_iter().zip(grown) {
        if let Some(size) = group.number(id)? {
            group.set_number(id, size.saturating_add(grown));
        }
    }
    move_to(&mut group, row_group::FILE_OFFSET, new)?;
    // Rows may stand in another order by what has changed.
    if let Some(sorting) = group.get(row_group::SORTING) {
        let mut kept: Vec<&[u8]> = Vec::new();
        for by in sorting.as_structs()? {
            let column = Struct::read(by)?.0.number(1)?.and_then(|n| usize::try_from(n).ok());
            if column.is_none_or(|column| changed(column).is_some()) {
                break;
            }
            kept.push(by);
        }
        let kept = if kept.is_empty() { None } else { Some(thrift::list(&kept)) };
        group.remove(row_group::SORTING);
        kept.into_iter().for_each(|kept| group.set(Field::of(row_group::SORTING, LIST, kept)));
    }
    group.set(Field::of(row_group::COLUMNS, LIST, thrift::list(&written)));
    Ok(group.written())
}

/// A column chunk's entry, and by how much its data grew, unpacked and packed.
fn rewritten_column(
    column: &[u8],
    new: &Splicer<'_>,
    changed: Option<&Vec<u8>>,
) -> Result<(Vec<u8>, [i64; 2]), Malformed> {
    let (mut column, _) = Struct::read(column)?;
    let old_metadata = column.get(column_chunk::METADATA).ok_or(Malformed::Wrong)?.clone();
    let mut metadata = old_metadata.as_struct()?;
    let mut grown = [0; 2];
    let own;
    match changed {
        None => {
            for id in
                [column_metadata::DATA_PAGE, column_metadata::INDEX_PAGE, column_metadata::DICTIONARY_PAGE]
            {
                move_to(&mut metadata, id, new)?;
            }
        }
        Some(changed) => {
            let start = match metadata.number(column_metadata::DICTIONARY_PAGE)? {
                Some(start) => start,
                None => metadata.number(column_metadata::DATA_PAGE)?.ok_or(Malformed::Wrong)?,
            };
            let start = u64::try_from(start).map_err(|_| Malformed::Wrong)?;
            let start = new.replacement(start).ok_or(Malformed::Wrong)?.start;
            own = Struct::read(changed)?.0;
            grown = replace(&mut metadata, &own, start)?;
        }
    }
    if let Some(filter) = metadata.number(column_metadata::BLOOM_FILTER[0])? {
        let filter = u64::try_from(filter).map_err(|_| Malformed::Wrong)?;
        let length = new.replacement(filter).map(|new| (new.end - new.start) as i64);
        move_to(&mut metadata, column_metadata::BLOOM_FILTER[0], new)?;
        length.into_iter().for_each(|length| metadata.set_number(column_metadata::BLOOM_FILTER[1], length));
    }
    column.set(Field::of(column_chunk::METADATA, STRUCT, metadata.written()));
    move_to(&mut column, column_chunk::FILE_OFFSET, new)?;
    for ids in [column_chunk::OFFSET_INDEX, column_chunk::COLUMN_INDEX] {
        let Some(old) = range(&column, ids)? else { continue };
        match new.replacement(old.start) {
            Some(new) if new.is_empty() => ids.into_iter().for_each(|id| column.remove(id)),
            Some(new) => {
                column.set(Field::number(ids[0], I64, new.start as i64));
                column.set(Field::number(ids[1], I32, (new.end - new.start) as i64));
            }
            None => move_to(&mut column, ids[0], new)?,
        }
    }
    Ok((column.written(), grown))
}

/// Takes over what differs in the metadata of a chunk's new version, which begins at `start`.
fn replace<'a>(metadata: &mut Struct<'a>, own: &Struct<'a>, start: u64) -> Result<[i64; 2], Malformed> {
    use column_metadata as id;
    let mut grown = [0; 2];
    for (grown, id) in grown.iter_mut().zip([id::UNCOMPRESSED, id::COMPRESSED]) {
        let sizes = (own.number(id)?, metadata.number(id)?);
        *grown = sizes.0.unwrap_or(0) - sizes.1.unwrap_or(0);
    }
    for id in [id::ENCODINGS, id::UNCOMPRESSED, id::COMPRESSED] {
        metadata.set(own.get(id).ok_or(Malformed::Wrong)?.clone());
    }
    // What the old version did not tell, the new one need not either.
    for id in [id::STATISTICS, id::ENCODING_STATS, id::SIZE_STATISTICS] {
        match own.get(id) {
            Some(field) if metadata.get(id).is_some() => metadata.set(field.clone()),
            _ => metadata.remove(id),
        }
    }
    metadata.remove(id::INDEX_PAGE);
    for id in [id::DATA_PAGE, id::DICTIONARY_PAGE] {
        match own.number(id)? {
            Some(offset) => metadata.set(Field::number(id, I64, offset - HEAD as i64 + start as i64)),
            None => metadata.remove(id),
        }
    }
    Ok(grown)
}

/// Gives a field that holds a position the one in the new version.
fn move_to(fields: &mut Struct<'_>, id: i16, new: &Splicer<'_>) -> Result<(), Malformed> {
    if let Some(old) = fields.number(id)?.and_then(|old| u64::try_from(old).ok()) {
        fields.set_number(id, new.position(old) as i64);
    }
    Ok(())
}

/// An `OffsetIndex` with other positions.
pub(super) fn moved_offsets(index: &[u8], position: impl Fn(u64) -> u64) -> Result<Vec<u8>, Malformed> {
    const LOCATIONS: i16 = 1;
    const OFFSET: i16 = 1;
    let (mut index, _) = Struct::read(index)?;
    let mut moved = Vec::new();
    for location in index.get(LOCATIONS).ok_or(Malformed::Wrong)?.as_structs()? {
        let (mut location, _) = Struct::read(location)?;
        let old = location.number(OFFSET)?.and_then(|old| u64::try_from(old).ok()).ok_or(Malformed::Wrong)?;
        location.set_number(OFFSET, position(old) as i64);
        moved.push(location.written());
    }
    index.set(Field::of(LOCATIONS, LIST, thrift::list(&moved)));
    Ok(index.written())
}
