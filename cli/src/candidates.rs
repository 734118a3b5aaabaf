//! Whole readings of each text in a table, and the bytes of the likeliest.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

use qingwen::edit::Restored;
use qingwen::repair::{Candidate, Repairer, Shown};
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use crate::args::Inputs;
use crate::exit::{Error, Log};
use crate::explain::{restored, shortened};
use crate::job::{self, Value, Worker};
use crate::name::harmless;

/// Columns of a reading, unless it may be as long as it is.
const READING: usize = 60;
/// Columns of the bytes and the characters over them.
const COLUMNS: usize = 76;
/// Rows of bytes, unless all are asked for.
const ROWS: usize = 4;
/// Version of the JSON lines' layout.
const SCHEMA: u8 = 1;

/// How candidates are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Show {
    Table {
        /// Texts are not shortened.
        full: bool,
    },
    /// A JSON object a line.
    Json,
}

struct Ranker<W> {
    repairer: Repairer,
    most: usize,
    show: Show,
    out: W,
    /// Whether the file at hand has been named.
    named: bool,
    /// Whether any has.
    begun: bool,
}

/// Reads every input and writes the `most` likeliest readings of each text as it comes.
pub(crate) fn run(
    repairer: Repairer,
    inputs: &Inputs,
    most: usize,
    show: Show,
    log: &Log,
) -> Result<(), Error> {
    let out = io::BufWriter::new(io::stdout().lock());
    let ranker = Ranker { repairer, most, show, out, named: false, begun: false };
    job::inspect(inputs, ranker, log, |ranker, _| {
        ranker.named = false;
        ranker.out.flush().map_err(|e| Error::output("standard output", &e))
    })
}

impl<W: Write> Worker for Ranker<W> {
    fn value<'t>(&mut self, value: &Value<'t>) -> Result<Option<Cow<'t, str>>, Error> {
        let candidates = self.repairer.candidates(value.text, self.most);
        let text = match self.show {
            Show::Json => json(value, &candidates)?,
            Show::Table { full } => self.head(value) + &table(&candidates, value.text, full),
        };
        self.out.write_all(text.as_bytes()).map_err(|e| Error::output("standard output", &e))?;
        Ok(None)
    }
}

impl<W> Ranker<W> {
    /// The file's name over the first of its texts, the record and the field over each.
    fn head(&mut self, value: &Value<'_>) -> String {
        let mut out = String::new();
        if !std::mem::replace(&mut self.named, true) {
            let blank = if std::mem::replace(&mut self.begun, true) { "\n" } else { "" };
            out.push_str(&format!("{blank}{}\n", harmless(value.file)));
        }
        if let (Some(record), Some(field)) = (value.record, value.field) {
            out.push_str(&format!("  {record} {}\n", harmless(field)));
        }
        out
    }
}

/// The candidates, and below them what the likeliest rests on.
fn table(candidates: &[Candidate], text: &str, full: bool) -> String {
    let mut out = grid(candidates, full);
    if let Some(best) = candidates.first() {
        out.push_str(&account(best, text, full));
    }
    out
}

fn grid(candidates: &[Candidate], full: bool) -> String {
    let heads = ["rank", "probability", "channel", "layers", "lost"].map(str::to_owned);
    let row = |(i, c): (usize, &Candidate)| {
        let channel = c.channel.clone().unwrap_or_else(|| "-".to_owned());
        let numbers = [format!("{:.4}", c.probability), channel, c.layers.to_string(), c.lost.to_string()];
        let [probability, channel, layers, lost] = numbers;
        [(i + 1).to_string(), probability, channel, layers, lost]
    };
    let rows: Vec<[String; 5]> = candidates.iter().enumerate().map(row).collect();
    let mut widths = [0; 5];
    for row in rows.iter().chain([&heads]) {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    let readings = candidates.iter().map(|c| {
        let reading = harmless(c.reading.strip_suffix('\n').unwrap_or(&c.reading));
        if full { reading } else { shortened(reading, READING) }
    });
    let mut out = String::new();
    let all = std::iter::once((&heads, "reading".to_owned())).chain(rows.iter().zip(readings));
    for (row, reading) in all {
        out.push(' ');
        for (i, (cell, width)) in row.iter().zip(widths).enumerate() {
            // The channel is a word; the rest are numbers.
            let fill = " ".repeat(width - cell.width());
            let _ = if i == 2 { write!(out, " {cell}{fill} ") } else { write!(out, " {fill}{cell} ") };
        }
        out.push_str(&reading);
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
    }
    out
}

/// What the likeliest candidate rests on: its bytes under the characters that they were shown as, and its
/// lost characters.
fn account(best: &Candidate, text: &str, full: bool) -> String {
    let mut out = String::new();
    if best.looked_at < text.len() {
        let _ = writeln!(out, "      looked at  {} of {} bytes", best.looked_at, text.len());
    }
    if !best.also.is_empty() {
        let _ = writeln!(out, "      the same by  {}", best.also.join("; "));
    }
    for choice in best.restored.iter().chain(&best.swallowed) {
        let _ = writeln!(out, "      {}", restored(choice));
    }
    out.push_str(&bytes(&best.shown, full));
    out
}

/// Two lines a row: characters, and under each its bytes.
fn bytes(shown: &[Shown], full: bool) -> String {
    let mut out = String::new();
    let mut rest = shown;
    let mut rows = 0;
    while !rest.is_empty() {
        if rows == ROWS && !full {
            let _ = writeln!(out, "      … {} characters more", rest.len());
            break;
        }
        let (mut above, mut below) = (String::new(), String::new());
        let mut taken = 0;
        for s in rest {
            let character = harmless(&s.character.to_string());
            let hex = match s.bytes.as_slice() {
                [] => "..".to_owned(),
                bytes => hex(bytes),
            };
            let width = character.width().max(hex.width());
            if taken > 0 && below.width() + width > COLUMNS {
                break;
            }
            for (line, cell) in [(&mut above, &character), (&mut below, &hex)] {
                line.push_str(cell);
                line.push_str(&" ".repeat(width - cell.width() + 1));
            }
            taken += 1;
        }
        let _ = writeln!(out, "      {}\n      {}", above.trim_end_matches(' '), below.trim_end());
        rest = &rest[taken..];
        rows += 1;
    }
    out
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, b| {
        let _ = write!(out, "{b:02x}");
        out
    })
}

#[derive(Serialize)]
struct Line<'a> {
    schema: u8,
    file: &'a str,
    record: Option<u64>,
    field: Option<&'a str>,
    rank: usize,
    probability: f64,
    channel: Option<&'a str>,
    also: &'a [String],
    layers: u8,
    lost: usize,
    reversible: bool,
    reading: &'a str,
    restored: &'a [Restored],
    swallowed: &'a [Restored],
    shown: Vec<(usize, char, String)>,
    looked_at: usize,
}

/// A line for each candidate.
fn json(value: &Value<'_>, candidates: &[Candidate]) -> Result<String, Error> {
    let mut out = String::new();
    for (i, candidate) in candidates.iter().enumerate() {
        let line = Line {
            schema: SCHEMA,
            file: value.file,
            record: value.record,
            field: value.field,
            rank: i + 1,
            probability: candidate.probability,
            channel: candidate.channel.as_deref(),
            also: &candidate.also,
            layers: candidate.layers,
            lost: candidate.lost,
            reversible: candidate.reversible,
            reading: &candidate.reading,
            restored: &candidate.restored,
            swallowed: &candidate.swallowed,
            shown: candidate.shown.iter().map(|s| (s.at, s.character, hex(&s.bytes))).collect(),
            looked_at: candidate.looked_at,
        };
        out.push_str(&serde_json::to_string(&line).map_err(|e| Error::Output(e.to_string()))?);
        out.push('\n');
    }
    Ok(out)
}
