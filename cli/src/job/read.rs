//! A source is read by its format.

use std::io::{BufRead, BufReader, Read};

use qingwen::detect::{Encoding, detect};

use super::sink::{Sink, To};
use super::worker::Worker;
use crate::args::{Inputs, Kind};
use crate::exit::{Error, Log};
use crate::plan::{Target, Wanted};
use crate::walk::{self, Source};
use crate::{atomic, json_file, jsonl, table, text};

pub(super) fn read(
    source: &Source,
    inputs: &Inputs,
    threads: usize,
    worker: &mut dyn Worker,
    sink: &mut Sink<'_>,
    log: &Log,
) -> Result<(), Error> {
    let (name, label) = (source.name(), source.label());
    if let (Source::File(path), To::Writer(_)) = (source, &sink.to)
        && atomic::is_standard_output(path)
    {
        return Err(Error::file(&name, "is standard output too: it would feed on itself"));
    }
    let open = || Ok(BufReader::with_capacity(256 << 10, walk::open(source, inputs.max_output.0)?));
    let as_text = |input: Box<dyn Read + Send>, worker: &mut dyn Worker, sink: &mut Sink<'_>| {
        let options = text::Options {
            encoding: inputs.encoding.unwrap_or(Wanted::Auto),
            target: sink.target,
            max_file: inputs.max_file.map(|size| size.0),
            max_line: inputs.max_record.in_memory(),
            threads,
        };
        text::run(input, &name, &label, &options, worker, sink, log)
    };
    match inputs.kind(source) {
        Kind::Jsonl if inputs.field.is_empty() => {
            Err(Error::file(&name, "is JSON lines: name its text with --field, or say --format text"))
        }
        Kind::Jsonl => {
            let options = jsonl::Options {
                fields: &inputs.field,
                max_record: inputs.max_record.in_memory(),
                strict: inputs.strict,
                threads,
                pauses: !matches!(source, Source::File(path) if path.is_file()),
            };
            jsonl::run(open()?, &name, &label, &options, worker, sink, log)
        }
        kind @ (Kind::Table(_) | Kind::Script) => {
            let options = table::Options {
                dialect: match kind {
                    Kind::Table(delimiter) => inputs.table.dialect(delimiter),
                    _ => table::SCRIPT,
                },
                columns: &inputs.table.column,
                max_record: inputs.max_record.in_memory(),
                strict: inputs.strict,
                threads,
            };
            let mut input = open()?;
            if inputs.goes_by_name() {
                let written = !matches!(sink.target, None | Some(Target::Same | Target::To(Encoding::Utf8)));
                let head = input.fill_buf().map_err(|e| Error::file(&name, e))?;
                if written || inputs.is_encoded() || is_encoded(head) {
                    return as_text(Box::new(input), worker, sink);
                }
            }
            table::run(input, &name, &label, &options, worker, sink, log)
        }
        Kind::Json => {
            let input = walk::open(source, inputs.max_output.0)?;
            let max = inputs.max_file.map_or(text::WHOLE, |size| size.0);
            json_file::run(input, (&name, &label), &inputs.field, max, worker, sink, log)
        }
        Kind::Text => as_text(walk::open(source, inputs.max_output.0)?, worker, sink),
    }
}

/// Whether a table that begins so is in another encoding than UTF-8: it is read as text, then.
fn is_encoded(head: &[u8]) -> bool {
    let is_utf8 = std::str::from_utf8(head).map_or_else(|e| e.error_len().is_none(), |_| true);
    if is_utf8 {
        return false;
    }
    // The last line may be cut.
    let end = head.iter().rposition(|&b| b == b'\n').map_or(head.len(), |at| at + 1);
    let best = detect(&head[..end]).best();
    best.encoding != Encoding::Utf8 && !best.faulty && best.confidence >= 0.9
}
