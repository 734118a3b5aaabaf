//! Thrift's compact protocol, as far as it takes to change single fields of a structure and to keep every other
//! one byte for byte, also those that no version of Parquet known here has.
//!
//! Source: "Thrift Compact protocol encoding", <https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>.

use std::borrow::Cow;
use std::fmt;

/// Structures inside each other are read to this depth.
const MAX_DEPTH: usize = 32;

/// What fields and elements can be, by their numbers in the protocol.
const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const I16: u8 = 4;
pub(super) const I32: u8 = 5;
pub(super) const I64: u8 = 6;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
pub(super) const LIST: u8 = 9;
const SET: u8 = 10;
const MAP: u8 = 11;
pub(super) const STRUCT: u8 = 12;
const UUID: u8 = 13;

/// Why bytes are no structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Malformed {
    /// They end too early; with more of them, it may be one.
    Short,
    Wrong,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Short => "its metadata ends too early",
            Self::Wrong => "its metadata can't be read",
        })
    }
}

/// A field of a structure.
#[derive(Debug, Clone)]
pub(super) struct Field<'a> {
    pub(super) id: i16,
    kind: u8,
    /// The value as it is written, without the field's header.
    raw: Cow<'a, [u8]>,
}

impl<'a> Field<'a> {
    /// A whole number as the value.
    pub(super) fn number(id: i16, kind: u8, number: i64) -> Self {
        let mut raw = Vec::new();
        put_varint(&mut raw, ((number << 1) ^ (number >> 63)) as u64);
        Self { id, kind, raw: Cow::Owned(raw) }
    }

    /// A structure, or a list from [`list`], as the value.
    pub(super) fn of(id: i16, kind: u8, raw: Vec<u8>) -> Self {
        Self { id, kind, raw: Cow::Owned(raw) }
    }

    /// The whole number that it holds.
    pub(super) fn as_number(&self) -> Result<i64, Malformed> {
        match self.kind {
            I16 | I32 | I64 => varint(&self.raw, &mut 0).map(unzigzag),
            _ => Err(Malformed::Wrong),
        }
    }

    /// The fields of the structure that it holds.
    pub(super) fn as_struct(&self) -> Result<Struct<'_>, Malformed> {
        match self.kind {
            STRUCT => Struct::read(&self.raw).map(|(fields, _)| fields),
            _ => Err(Malformed::Wrong),
        }
    }

    /// The structures of the list that it holds, each as it is written.
    pub(super) fn as_structs(&self) -> Result<Vec<&[u8]>, Malformed> {
        if self.kind != LIST {
            return Err(Malformed::Wrong);
        }
        let mut at = 0;
        let (kind, length) = list_header(&self.raw, &mut at)?;
        if kind != STRUCT {
            return if length == 0 { Ok(Vec::new()) } else { Err(Malformed::Wrong) };
        }
        let mut elements = Vec::new();
        for _ in 0..length {
            let start = at;
            skip(STRUCT, &self.raw, &mut at, MAX_DEPTH)?;
            elements.push(&self.raw[start..at]);
        }
        Ok(elements)
    }
}

/// The fields of a structure, in their order.
#[derive(Debug, Clone, Default)]
pub(super) struct Struct<'a>(Vec<Field<'a>>);

impl<'a> Struct<'a> {
    /// Reads the structure that the bytes begin with; also gives its length.
    pub(super) fn read(bytes: &'a [u8]) -> Result<(Self, usize), Malformed> {
        let (mut fields, mut at, mut last) = (Vec::new(), 0, 0);
        while let Some((id, kind)) = field_header(bytes, &mut at, last)? {
            let start = at;
            // The truth of a field is in its header.
            if !matches!(kind, TRUE | FALSE) {
                skip(kind, bytes, &mut at, MAX_DEPTH)?;
            }
            fields.push(Field { id, kind, raw: Cow::Borrowed(&bytes[start..at]) });
            last = id;
        }
        Ok((Self(fields), at))
    }

    pub(super) fn get(&self, id: i16) -> Option<&Field<'a>> {
        self.0.iter().find(|field| field.id == id)
    }

    /// The whole number in a field, if there is one.
    pub(super) fn number(&self, id: i16) -> Result<Option<i64>, Malformed> {
        self.get(id).map(Field::as_number).transpose()
    }

    /// Puts a field in the place of the one with its number, or where it belongs.
    pub(super) fn set(&mut self, field: Field<'a>) {
        match self.0.iter().position(|f| f.id >= field.id) {
            Some(at) if self.0[at].id == field.id => self.0[at] = field,
            Some(at) => self.0.insert(at, field),
            None => self.0.push(field),
        }
    }

    /// Gives the field of this number, if it is there, another whole number.
    pub(super) fn set_number(&mut self, id: i16, number: i64) {
        if let Some(field) = self.0.iter_mut().find(|field| field.id == id) {
            *field = Field::number(id, field.kind, number);
        }
    }

    pub(super) fn remove(&mut self, id: i16) {
        self.0.retain(|field| field.id != id);
    }

    /// The structure as it is written.
    pub(super) fn written(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.0.iter().map(|f| f.raw.len() + 3).sum::<usize>() + 1);
        let mut last = 0;
        for field in &self.0 {
            match field.id.checked_sub(last) {
                Some(step @ 1..=15) => out.push((step as u8) << 4 | field.kind),
                _ => {
                    out.push(field.kind);
                    let id = i64::from(field.id);
                    put_varint(&mut out, ((id << 1) ^ (id >> 63)) as u64);
                }
            }
            out.extend_from_slice(&field.raw);
            last = field.id;
        }
        out.push(0);
        out
    }
}

/// A list of structures as it is written.
pub(super) fn list<T: AsRef<[u8]>>(structs: &[T]) -> Vec<u8> {
    let mut out = Vec::with_capacity(structs.iter().map(|s| s.as_ref().len()).sum::<usize>() + 6);
    match structs.len() {
        length @ 0..15 => out.push((length as u8) << 4 | STRUCT),
        length => {
            out.push(0xF0 | STRUCT);
            put_varint(&mut out, length as u64);
        }
    }
    structs.iter().for_each(|s| out.extend_from_slice(s.as_ref()));
    out
}

fn byte(bytes: &[u8], at: &mut usize) -> Result<u8, Malformed> {
    let byte = *bytes.get(*at).ok_or(Malformed::Short)?;
    *at += 1;
    Ok(byte)
}

/// The next field's number and kind; none at the end of the structure.
fn field_header(bytes: &[u8], at: &mut usize, last: i16) -> Result<Option<(i16, u8)>, Malformed> {
    let header = byte(bytes, at)?;
    if header == 0 {
        return Ok(None);
    }
    let id = match header >> 4 {
        0 => i16::try_from(unzigzag(varint(bytes, at)?)).map_err(|_| Malformed::Wrong)?,
        step => last.checked_add(i16::from(step)).ok_or(Malformed::Wrong)?,
    };
    Ok(Some((id, header & 0x0F)))
}

fn list_header(bytes: &[u8], at: &mut usize) -> Result<(u8, u64), Malformed> {
    let header = byte(bytes, at)?;
    let length = match header >> 4 {
        15 => varint(bytes, at)?,
        length => u64::from(length),
    };
    Ok((header & 0x0F, length))
}

fn varint(bytes: &[u8], at: &mut usize) -> Result<u64, Malformed> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let next = byte(bytes, at)?;
        number |= u64::from(next & 0x7F) << shift;
        if next & 0x80 == 0 {
            return Ok(number);
        }
    }
    Err(Malformed::Wrong)
}

fn put_varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn unzigzag(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

/// Goes behind so many bytes.
fn pass(bytes: &[u8], at: &mut usize, length: u64) -> Result<(), Malformed> {
    let left = (bytes.len() - *at) as u64;
    *at += usize::try_from(length).ok().filter(|_| length <= left).ok_or(Malformed::Short)?;
    Ok(())
}

/// Goes behind an element of this kind.
fn skip(kind: u8, bytes: &[u8], at: &mut usize, depth: usize) -> Result<(), Malformed> {
    let depth = depth.checked_sub(1).ok_or(Malformed::Wrong)?;
    match kind {
        TRUE | FALSE | BYTE => pass(bytes, at, 1),
        DOUBLE => pass(bytes, at, 8),
        UUID => pass(bytes, at, 16),
        I16 | I32 | I64 => varint(bytes, at).map(drop),
        BINARY => {
            let length = varint(bytes, at)?;
            pass(bytes, at, length)
        }
        LIST | SET => {
            let (kind, length) = list_header(bytes, at)?;
            (0..length).try_for_each(|_| skip(kind, bytes, at, depth))
        }
        MAP => {
            let length = varint(bytes, at)?;
            if length == 0 {
                return Ok(());
            }
            let kinds = byte(bytes, at)?;
            (0..length).try_for_each(|_| {
                skip(kinds >> 4, bytes, at, depth)?;
                skip(kinds & 0x0F, bytes, at, depth)
            })
        }
        STRUCT => {
            let mut last = 0;
            while let Some((id, kind)) = field_header(bytes, at, last)? {
                if !matches!(kind, TRUE | FALSE) {
                    skip(kind, bytes, at, depth)?;
                }
                last = id;
            }
            Ok(())
        }
        _ => Err(Malformed::Wrong),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// {1: 5 as i32, 3: "ab", 20: true, 21: [{1: -1 as i64}, {}], 22: {i32: byte}}
    const SAMPLE: &[u8] = b"\x15\x0a\x28\x02ab\x01\x28\x19\x2c\x16\x01\x00\x00\x1b\x01\x53\x04\x07\x00rest";

    #[test]
    fn what_is_read_is_written_again() {
        let (sample, length) = Struct::read(SAMPLE).unwrap();
        assert_eq!(length, SAMPLE.len() - 4);
        assert_eq!(sample.written(), &SAMPLE[..length]);
        assert_eq!(sample.number(1), Ok(Some(5)));
        assert_eq!(sample.number(2), Ok(None));
        assert_eq!(sample.number(3), Err(Malformed::Wrong));
        let elements = sample.get(21).unwrap().as_structs().unwrap();
        assert_eq!(elements, [&b"\x16\x01\x00"[..], b"\x00"]);
        assert_eq!(Struct::read(elements[0]).unwrap().0.number(1), Ok(Some(-1)));
    }

    #[test]
    fn fields_change_and_the_others_stay() {
        let (mut sample, _) = Struct::read(SAMPLE).unwrap();
        sample.set_number(1, -64);
        sample.set_number(2, 1);
        sample.remove(3);
        sample.set(Field::number(19, I64, 1 << 40));
        sample.set(Field::of(21, LIST, list(&[b"\x00"; 20])));
        let written = sample.written();
        let (again, _) = Struct::read(&written).unwrap();
        assert_eq!([1, 2, 19].map(|id| again.number(id).unwrap()), [Some(-64), None, Some(1 << 40)]);
        assert!(again.get(3).is_none() && again.get(20).is_some());
        assert_eq!(again.get(21).unwrap().as_structs().unwrap().len(), 20);
    }

    #[test]
    fn every_cut_is_short_and_depth_is_bounded() {
        let length = SAMPLE.len() - 4;
        for end in 0..length {
            assert_eq!(Struct::read(&SAMPLE[..end]).err(), Some(Malformed::Short), "{end}");
        }
        assert_eq!(Struct::read(&[0x1C; 1000]).err(), Some(Malformed::Wrong));
        // A list of so many numbers, in so few bytes.
        assert_eq!(Struct::read(b"\x19\xF5\xFF\xFF\xFF\xFF\x0F\x00").err(), Some(Malformed::Short));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_are_written_again_or_refused(bytes: Vec<u8>) {
            if let Ok((read, length)) = Struct::read(&bytes) {
                let written = read.written();
                let (again, _) = Struct::read(&written).unwrap();
                prop_assert_eq!(again.written(), written);
                prop_assert!(length <= bytes.len());
            }
        }
    }
}
