//! Every repair in a table: where, which channel, how sure, and what it rests on.

use std::borrow::Cow;
use std::io::{self, Write};
use std::ops::Range;

use qingwen::codec::CodePage;
use qingwen::edit::{Edit, Restored, Staged};
use qingwen::repair::Repairer;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::args::Inputs;
use crate::detect::reason;
use crate::exit::{Error, Log};
use crate::job::{self, Value, Worker};
use crate::name::harmless;

/// Columns of a text cell, unless it may be as long as it is.
const CELL: usize = 40;
/// Bytes shown of a repair.
const BYTES: usize = 48;

struct Row {
    at: String,
    channel: String,
    layers: String,
    confidence: String,
    change: String,
    notes: Vec<String>,
}

struct Explainer<'a> {
    repairer: &'a Repairer,
    full: bool,
    rows: Vec<Row>,
}

/// Reads every input and writes a table for each.
pub(crate) fn run(repairer: &Repairer, inputs: &Inputs, full: bool, log: &Log) -> Result<(), Error> {
    let fresh = || Explainer { repairer, full, rows: Vec::new() };
    job::survey(inputs, fresh, "\n", log, |explainer, source, out, _| {
        writeln!(out, "{}", harmless(&source.label())).and_then(|()| table(out, &explainer.rows))
    })
}

impl Worker for Explainer<'_> {
    fn value<'t>(&mut self, value: &Value<'t>) -> Result<Option<Cow<'t, str>>, Error> {
        self.take(value, &self.repairer.repair(value.text));
        Ok(None)
    }

    fn records(&mut self, records: &[Vec<Value<'_>>]) -> Result<Vec<Vec<Option<String>>>, Error> {
        let repaired = self.repairer.repair_records(&job::texts(records));
        for (value, repaired) in records.iter().flatten().zip(repaired.iter().flatten()) {
            self.take(value, repaired);
        }
        Ok(records.iter().map(|record| vec![None; record.len()]).collect())
    }
}

impl Explainer<'_> {
    /// Adds a value's rows.
    fn take(&mut self, value: &Value<'_>, repaired: &Staged<'_>) {
        let mut places = Places::new(value);
        let mut rows: Vec<(usize, Row)> = Vec::new();
        let mut edits = repaired.edits.iter().peekable();
        let mut left = repaired.left.iter().peekable();
        // Both lists ascend; so does the table.
        loop {
            match (edits.peek(), left.peek()) {
                (Some(e), other) if other.is_none_or(|l| e.before.start <= l.at.start) => {
                    rows.push((e.before.start, self.edit(e, places.at(e.before.start))));
                    edits.next();
                }
                (_, Some(l)) => {
                    rows.push((
                        l.at.start,
                        self.left(value.text, &l.at, reason(l.why), places.at(l.at.start)),
                    ));
                    left.next();
                }
                (_, None) => break,
            }
        }
        self.rows.extend(rows.into_iter().map(|(_, row)| row));
    }

    fn edit(&self, edit: &Edit, at: String) -> Row {
        let mut notes = Vec::new();
        if edit.reversible
            && let Some(bytes) = original_bytes(edit)
        {
            notes.push(format!("bytes  {}", self.hex(&bytes)));
        }
        notes.extend(edit.restored.iter().map(restored));
        Row {
            at,
            channel: edit.cause.to_string(),
            layers: edit.layers.to_string(),
            confidence: format!("{:.4}", edit.confidence),
            change: format!("{} → {}", self.cell(&edit.old), self.cell(&edit.new)),
            notes,
        }
    }

    fn left(&self, text: &str, at: &Range<usize>, why: &str, place: String) -> Row {
        Row {
            at: place,
            channel: "-".to_owned(),
            layers: "-".to_owned(),
            confidence: "-".to_owned(),
            change: format!("{}  left: {why}", self.cell(text.get(at.clone()).unwrap_or_default())),
            notes: Vec::new(),
        }
    }

    fn hex(&self, bytes: &[u8]) -> String {
        let shown = if self.full { bytes.len() } else { bytes.len().min(BYTES) };
        let mut out: Vec<String> = bytes[..shown].iter().map(|b| format!("{b:02x}")).collect();
        if shown < bytes.len() {
            out.push(format!("… ({} bytes)", bytes.len()));
        }
        out.join(" ")
    }

    fn cell(&self, text: &str) -> String {
        let text = harmless(text);
        if self.full { text } else { shortened(text, CELL) }
    }
}

/// The text, cut with a mark if it takes more columns than these.
pub(crate) fn shortened(text: String, columns: usize) -> String {
    if text.width() <= columns {
        return text;
    }
    let mut width = 1;
    let mut short: String = text
        .chars()
        .take_while(|c| {
            width += c.width().unwrap_or(0);
            width <= columns
        })
        .collect();
    short.push('…');
    short
}

/// A character chosen by context, and what else it could have been.
pub(crate) fn restored(restored: &Restored) -> String {
    let others: Vec<String> =
        restored.alternatives.iter().map(|(c, p)| format!("{} {p:.3}", harmless(&c.to_string()))).collect();
    let chosen = harmless(&restored.chosen.to_string());
    let mut note = format!("restored  {chosen} {:.3}", restored.confidence);
    if !others.is_empty() {
        note.push_str(&format!("  or {}", others.join(", ")));
    }
    note
}

/// The bytes that the wrong reader was given, where the account of the repair tells them.
///
/// They are the new text in the encoding that the innermost reading names: `utf-8>gbk` says that
/// UTF-8 was read as GBK.
fn original_bytes(edit: &Edit) -> Option<Vec<u8>> {
    let (truth, _) = edit.cause.rsplit(", ").next()?.split_once('>')?;
    if truth == "utf-8" {
        return Some(edit.new.as_bytes().to_vec());
    }
    let page = CodePage::ALL.into_iter().find(|p| p.name() == truth)?;
    let mut out = Vec::new();
    for c in edit.new.chars() {
        out.extend_from_slice(page.bytes(c).iter().next()?);
    }
    Some(out)
}

/// Names places in a value, in ascending order.
struct Places<'a> {
    value: Value<'a>,
    done: usize,
    line: usize,
    column: usize,
}

impl<'a> Places<'a> {
    fn new(value: &Value<'a>) -> Self {
        Self { value: *value, done: 0, line: value.line, column: 1 }
    }

    /// Line and column of a byte offset, both from 1; columns are counted in characters.
    fn at(&mut self, offset: usize) -> String {
        for c in self.value.text.get(self.done..offset).unwrap_or_default().chars() {
            if c == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        self.done = offset;
        let Self { line, column, .. } = self;
        match (self.value.record, self.value.field) {
            (Some(record), Some(field)) => format!("{record} {} {line}:{column}", harmless(field)),
            (None, Some(field)) => format!("{} {line}:{column}", harmless(field)),
            _ => format!("{line}:{column}"),
        }
    }
}

fn table(out: &mut dyn Write, rows: &[Row]) -> io::Result<()> {
    if rows.is_empty() {
        return writeln!(out, "  no damage");
    }
    let heads = ["where", "channel", "layers", "confidence"];
    let cells = |r: &Row| [r.at.clone(), r.channel.clone(), r.layers.clone(), r.confidence.clone()];
    let mut widths = heads.map(|h| h.width());
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(cells(row)) {
            *width = (*width).max(cell.width());
        }
    }
    let line = |cells: [String; 4], last: &str| {
        let mut line = String::from(" ");
        for (cell, width) in cells.iter().zip(widths) {
            line.push(' ');
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', width - cell.width() + 1));
        }
        line.push_str(last);
        line
    };
    writeln!(out, "{}", line(heads.map(str::to_owned), "old → new"))?;
    for row in rows {
        writeln!(out, "{}", line(cells(row), &row.change))?;
        for note in &row.notes {
            writeln!(out, "      {note}")?;
        }
    }
    Ok(())
}
