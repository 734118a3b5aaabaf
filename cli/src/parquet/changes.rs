//! New values of a column chunk, kept until the chunk is written: in memory while they are few, else in a file without
//! a name.

use std::io::{self, BufReader, BufWriter, Read, Seek, Write};

use tempfile::SpooledTempFile;

/// More bytes than these wait in a file.
const IN_MEMORY: usize = 1 << 20;

/// New values being collected, in the order of the column.
#[derive(Default)]
pub(super) struct Changes {
    out: Option<BufWriter<SpooledTempFile>>,
}

impl Changes {
    pub(super) fn is_empty(&self) -> bool {
        self.out.is_none()
    }

    /// The value of this number, from 0, gets another text.
    pub(super) fn add(&mut self, number: u64, new: &str) -> io::Result<()> {
        let out = self.out.get_or_insert_with(|| BufWriter::new(SpooledTempFile::new(IN_MEMORY)));
        out.write_all(&number.to_le_bytes())?;
        out.write_all(&(new.len() as u64).to_le_bytes())?;
        out.write_all(new.as_bytes())
    }

    /// All that was collected, to be read in the same order.
    pub(super) fn read(self) -> io::Result<Reader> {
        let Some(out) = self.out else { return Ok(Reader { input: None, next: None }) };
        let mut file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        let mut reader = Reader { input: Some(BufReader::new(file)), next: None };
        reader.advance()?;
        Ok(reader)
    }
}

/// New values being read.
pub(super) struct Reader {
    input: Option<BufReader<SpooledTempFile>>,
    /// Number and length of the next one.
    next: Option<(u64, u64)>,
}

impl Reader {
    /// The new text of the value of this number, if it has one. Numbers ascend from call to call.
    pub(super) fn of(&mut self, number: u64) -> io::Result<Option<Vec<u8>>> {
        let (Some((next, length)), Some(input)) = (self.next, &mut self.input) else { return Ok(None) };
        if next != number {
            return Ok(None);
        }
        let mut new = Vec::new();
        input.take(length).read_to_end(&mut new)?;
        self.advance()?;
        Ok(Some(new))
    }

    fn advance(&mut self) -> io::Result<()> {
        let Some(input) = &mut self.input else { return Ok(()) };
        let mut word = [0; 8];
        self.next = match input.read_exact(&mut word) {
            Ok(()) => {
                let number = u64::from_le_bytes(word);
                input.read_exact(&mut word)?;
                Some((number, u64::from_le_bytes(word)))
            }
            Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => None,
            Err(e) => return Err(e),
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_come_back_by_their_numbers() {
        let mut changes = Changes::default();
        assert!(changes.is_empty());
        let long = "长".repeat(IN_MEMORY / 3);
        for (number, new) in [(0, "一"), (2, ""), (7, &long), (8, "八")] {
            changes.add(number, new).unwrap();
        }
        assert!(!changes.is_empty());
        let mut reader = changes.read().unwrap();
        let found: Vec<Option<String>> =
            (0..10).map(|n| reader.of(n).unwrap().map(|new| String::from_utf8(new).unwrap())).collect();
        let there: Vec<usize> = (0..10).filter(|&n| found[n].is_some()).collect();
        assert_eq!(there, [0, 2, 7, 8]);
        assert_eq!(
            [&found[0], &found[2], &found[8]].map(|f| f.as_deref()),
            [Some("一"), Some(""), Some("八")]
        );
        assert!(found[7].as_deref() == Some(&*long));
    }

    #[test]
    fn without_changes_there_are_none() {
        assert_eq!(Changes::default().read().unwrap().of(0).unwrap(), None);
    }
}
