//! Faults of single records: what is wrong and where, and how they are told of one file.

use std::cell::Cell;
use std::fmt;

use crate::exit::{Error, Log, Status};

/// Faults told of one file; the others are counted. A wrong `--field` is a fault in every record.
const TOLD: u64 = 10;

/// What is wrong with a record.
pub(crate) struct Fault {
    /// Counted in characters, from 1.
    column: Option<usize>,
    cause: String,
}

impl Fault {
    pub(crate) fn new(column: Option<usize>, cause: impl fmt::Display) -> Self {
        Self { column, cause: cause.to_string() }
    }

    pub(crate) fn too_long(max_record: usize) -> Self {
        Self::new(None, format_args!("longer than {max_record} bytes (--max-record)"))
    }

    /// A record stops being UTF-8 at a byte offset.
    pub(crate) fn invalid_utf8(bytes: &[u8], at: usize) -> Self {
        let column = String::from_utf8_lossy(&bytes[..at]).chars().count() + 1;
        let byte = bytes.get(at).copied().unwrap_or_default();
        Self::new(Some(column), format_args!("invalid UTF-8 (byte {byte:02X})"))
    }

    /// The same of one field of the record.
    pub(crate) fn of_field(self, field: &str) -> Self {
        Self { column: self.column, cause: format!("column `{field}`: {}", self.cause) }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.column {
            Some(column) => write!(f, ", column {column}: {}", self.cause),
            None => write!(f, ": {}", self.cause),
        }
    }
}

/// Tells the faults of one file's records, which go through as they are.
pub(crate) struct Faults<'a> {
    name: &'a str,
    strict: bool,
    log: &'a Log,
    count: Cell<u64>,
}

impl<'a> Faults<'a> {
    /// Where `strict`, the first fault ends the run.
    pub(crate) fn new(name: &'a str, strict: bool, log: &'a Log) -> Self {
        Self { name, strict, log, count: Cell::new(0) }
    }

    /// Tells a fault of the record of this number, unless that is the end.
    pub(crate) fn tell(&self, number: u64, fault: &Fault) -> Result<(), Error> {
        let place = format_args!("{}: record {number}{fault}", self.name);
        if self.strict {
            return Err(Error::Output(format!("{place}; stopped")));
        }
        self.count.set(self.count.get() + 1);
        match self.count.get() {
            ..=TOLD => self.log.fault(format_args!("{place}; left as it is")),
            _ => self.log.raise(Status::Failed),
        }
        Ok(())
    }

    /// Tells how many more there were.
    pub(crate) fn finish(&self) {
        if let more @ 1.. = self.count.get().saturating_sub(TOLD) {
            self.log.fault(format_args!("{}: {more} more faults like these", self.name));
        }
    }
}
