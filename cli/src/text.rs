//! Plain text: the whole input is one document.

use std::fmt;
use std::io::Read;

use crate::exit::{Error, Log};
use crate::job::{Sink, Value, Worker};

/// Reads the text, has it worked on, and hands both versions to the sink.
pub(crate) fn run(
    input: impl Read,
    name: &str,
    label: &str,
    limit: u64,
    worker: &mut dyn Worker,
    sink: &mut Sink<'_>,
    log: &Log,
) -> Result<(), Error> {
    let bytes = read(input, limit).map_err(|e| Error::file(name, e))?;
    let text = match std::str::from_utf8(&bytes) {
        Ok(text) => text,
        Err(e) => {
            let fault = InvalidUtf8::new(&bytes, e.valid_up_to());
            if worker.passes_stray_bytes() {
                let new = around(&bytes, label, worker)?;
                log.fault(format_args!("{name}: {fault}; such bytes are left as they are"));
                return sink.put(&bytes, Some(&*new).filter(|n| **n != bytes));
            }
            return if worker.invalid(&fault, label)? { Ok(()) } else { Err(Error::file(name, fault)) };
        }
    };
    let new = worker.value(&Value { text, file: label, record: None, field: None, base: (0, 0) })?;
    sink.put(&bytes, new.as_deref().filter(|n| *n != text).map(str::as_bytes))
}

/// Has the text around stray bytes worked on, stretch by stretch.
fn around(bytes: &[u8], label: &str, worker: &mut dyn Worker) -> Result<Vec<u8>, Error> {
    let mut new = Vec::with_capacity(bytes.len());
    let mut at = 0;
    for chunk in bytes.utf8_chunks() {
        let text = chunk.valid();
        let value = Value { text, file: label, record: None, field: None, base: (at, new.len()) };
        let done = worker.value(&value)?;
        new.extend_from_slice(done.as_deref().unwrap_or(text).as_bytes());
        new.extend_from_slice(chunk.invalid());
        at += text.len() + chunk.invalid().len();
    }
    Ok(new)
}

/// Reads up to a limit.
pub(crate) fn read(input: impl Read, limit: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    input.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(|e| e.to_string())?;
    if bytes.len() as u64 > limit {
        return Err(format!("is larger than {limit} bytes; --max-file raises the limit"));
    }
    Ok(bytes)
}

/// Where a text stops being UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InvalidUtf8 {
    pub(crate) line: usize,
    /// Byte offset in the file.
    pub(crate) at: usize,
    pub(crate) byte: u8,
}

impl InvalidUtf8 {
    pub(crate) fn new(bytes: &[u8], at: usize) -> Self {
        let line = 1 + bytes[..at].iter().filter(|&&b| b == b'\n').count();
        Self { line, at, byte: bytes.get(at).copied().unwrap_or_default() }
    }
}

impl fmt::Display for InvalidUtf8 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, byte offset {}: invalid UTF-8 (byte {:02X})", self.line, self.at, self.byte)
    }
}
