//! The report file: a JSON object a line for every edit and for all damage that was left.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::path::Path;

use qingwen::Report;
use qingwen::edit::{Edit, Left, Reason, Restored, Stage};
use serde::Serialize;

use crate::exit::Error;
use crate::held::Held;
use crate::job::Value;

/// Version of the lines' layout.
const SCHEMA: u8 = 1;

/// Whether a file that begins so is a report: its first line has the first fields of every line here, in their order.
pub(crate) fn begins(head: &[u8]) -> bool {
    let line = head.split(|&b| b == b'\n').next().unwrap_or_default();
    let after = format!("{{\"schema\":{SCHEMA},\"file\":\"");
    let rest = line.strip_prefix(after.as_bytes()).unwrap_or_default();
    let next = b"\",\"record\":";
    rest.windows(next.len()).any(|w| w == next)
}

/// The line of a change.
#[derive(Serialize)]
pub(crate) struct EditLine<'a> {
    schema: u8,
    file: &'a str,
    record: Option<u64>,
    field: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<&'a str>,
    stage: Stage,
    at: [usize; 2],
    before: [usize; 2],
    after: [usize; 2],
    old: &'a str,
    new: &'a str,
    cause: &'a str,
    layers: u8,
    confidence: f64,
    reversible: bool,
    restored: &'a [Restored],
}

/// The line of damage that was left.
#[derive(Serialize)]
pub(crate) struct LeftLine<'a> {
    schema: u8,
    file: &'a str,
    record: Option<u64>,
    field: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<&'a str>,
    at: [usize; 2],
    left: Reason,
    text: &'a str,
}

impl<'a> EditLine<'a> {
    /// The line of an edit that goes back to the bytes `at` of the value.
    pub(crate) fn new(value: &Value<'a>, stage: Stage, at: Range<usize>, edit: &'a Edit) -> Self {
        let &Value { file, record, field, encoding, base: (input, output), .. } = value;
        Self {
            schema: SCHEMA,
            file,
            record,
            field,
            encoding,
            stage,
            at: pair(at, input),
            before: pair(edit.before.clone(), input),
            after: pair(edit.after.clone(), output),
            old: &edit.old,
            new: &edit.new,
            cause: &edit.cause,
            layers: edit.layers,
            confidence: edit.confidence,
            reversible: edit.reversible,
            restored: &edit.restored,
        }
    }
}

impl<'a> LeftLine<'a> {
    /// The line of damage at the bytes `at` of the value, where `text` stands.
    pub(crate) fn new(value: &Value<'a>, left: Reason, at: Range<usize>, text: &'a str) -> Self {
        let &Value { file, record, field, encoding, base: (input, _), .. } = value;
        Self { schema: SCHEMA, file, record, field, encoding, at: pair(at, input), left, text }
    }
}

/// A report being written.
pub(crate) struct Writer {
    out: Out,
    name: String,
}

enum Out {
    File(BufWriter<File>),
    Held(Held),
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::File(out) => out.write(bytes),
            Self::Held(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::File(out) => out.flush(),
            Self::Held(out) => out.flush(),
        }
    }
}

impl Writer {
    /// Starts the report. It is no copy to be put in place at the end: an interrupt leaves what there is.
    pub(crate) fn create(path: &Path) -> Result<Self, Error> {
        let name = path.display().to_string();
        match File::create(path) {
            Ok(file) => Ok(Self { out: Out::File(BufWriter::with_capacity(64 << 10, file)), name }),
            Err(e) => Err(Error::output(&name, &e)),
        }
    }

    /// A part of a report, kept in memory until its turn comes.
    pub(crate) fn held(limit: usize) -> Self {
        Self { out: Out::Held(Held::new(limit)), name: "report".to_owned() }
    }

    /// The lines of a part that was kept in memory; none if they were too many.
    pub(crate) fn into_lines(self) -> Option<Vec<u8>> {
        match self.out {
            Out::File(_) => Some(Vec::new()),
            Out::Held(held) => held.into_bytes(),
        }
    }

    /// Adds the lines of a part.
    pub(crate) fn append(&mut self, lines: &[u8]) -> Result<(), Error> {
        self.out.write_all(lines).map_err(|e| Error::output(&self.name, &e))
    }

    /// Writes what was done to one value.
    pub(crate) fn add(&mut self, value: &Value<'_>, report: &Report) -> Result<(), Error> {
        for (stage, at, edit) in report.edits() {
            self.line(&EditLine::new(value, stage, at, edit))?;
        }
        for (at, Left { why, .. }) in report.left() {
            let text = value.text.get(at.clone()).unwrap_or_default();
            self.line(&LeftLine::new(value, why, at, text))?;
        }
        Ok(())
    }

    /// Hands over what is written so far, as must be done before the files that it tells of change.
    pub(crate) fn flush(&mut self) -> Result<(), Error> {
        self.out.flush().map_err(|e| Error::output(&self.name, &e))
    }

    fn line(&mut self, line: &impl Serialize) -> Result<(), Error> {
        serde_json::to_writer(&mut self.out, line)
            .map_err(io::Error::from)
            .and_then(|()| self.out.write_all(b"\n"))
            .map_err(|e| Error::output(&self.name, &e))
    }
}

fn pair(range: Range<usize>, base: usize) -> [usize; 2] {
    [base + range.start, base + range.end]
}
