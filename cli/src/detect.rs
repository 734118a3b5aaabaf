//! What is in a file: encoding, script, damage by channel, damage that can't be undone.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use qingwen::detect::Encoding;
use qingwen::edit::{Reason, Staged};
use qingwen::repair::Repairer;
use serde::Serialize;

use crate::args::Inputs;
use crate::exit::{Error, Log, Status};
use crate::job::{self, Value, Worker};
use crate::script::{Counter, Counts};
use crate::text::Invalid;

/// Regions of a file of several encodings that are listed.
const REGIONS: usize = 50;

/// Counts of one kind of damage.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    spans: u64,
    characters: u64,
}

impl Count {
    fn add(&mut self, text: &str) {
        self.spans += 1;
        self.characters += text.chars().count() as u64;
    }
}

/// What was found in the file being read.
#[derive(Default)]
struct Findings {
    mark: bool,
    /// Stretches of lines in the order of the file: their number, and what they are in.
    stretches: Vec<(usize, Option<Encoding>)>,
    confidence: Option<f64>,
    invalid: Option<String>,
    channels: BTreeMap<String, Count>,
    left: BTreeMap<&'static str, Count>,
    damaged: bool,
    script: Counts,
}

struct Detector<'a> {
    repairer: &'a Repairer,
    scripts: &'a Counter,
    found: Findings,
}

/// Reads every input and writes what was found in it, with `json` as an object a line.
pub(crate) fn run(repairer: &Repairer, inputs: &Inputs, json: bool, log: &Log) -> Result<(), Error> {
    let scripts = Counter::new();
    let fresh = || Detector { repairer, scripts: &scripts, found: Findings::default() };
    job::survey(inputs, fresh, "", log, |detector, source, out, log| {
        if detector.found.damaged {
            log.raise(Status::Found);
        }
        match json {
            true => detector.found.write_json(out, &source.label()),
            false => detector.found.write(out, &source.shown()),
        }
    })
}

impl Findings {
    fn write(&self, out: &mut dyn Write, label: &str) -> io::Result<()> {
        if let Some(fault) = &self.invalid {
            return writeln!(out, "{label}: {fault}");
        }
        let kinds: BTreeSet<Option<Encoding>> = self.stretches.iter().map(|s| s.1).collect();
        let mut encoding = match kinds.iter().next() {
            None => "utf-8".to_owned(),
            Some(Some(only)) if kinds.len() == 1 => only.to_string(),
            Some(_) => "mixed encodings".to_owned(),
        };
        if self.mark {
            encoding.push_str(" with byte order mark");
        } else if let Some(confidence) = self.confidence.filter(|_| encoding != "utf-8") {
            encoding.push_str(&format!(" ({confidence:.2})"));
        }
        let verdict = if self.damaged { "damaged" } else { "no damage" };
        writeln!(out, "{label}: {encoding}, {verdict}, {}", self.script)?;
        if kinds.len() > 1 {
            self.regions(out)?;
        }
        let rows = self.channels.iter().map(|(cause, count)| ("repairable", cause.as_str(), count));
        let left = self.left.iter().map(|(&why, count)| ("left", why, count));
        for (what, which, Count { spans, characters }) in rows.chain(left) {
            writeln!(out, "  {what:<10}  {which:<24}  {spans:>6} spans  {characters:>8} characters")?;
        }
        Ok(())
    }
}

impl Findings {
    /// Which lines are in which encoding.
    fn regions(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut first = 1;
        for &(lines, encoding) in self.stretches.iter().take(REGIONS) {
            let name = encoding.map_or("none", Encoding::name);
            writeln!(out, "  lines {first}-{}  {name}", first + lines - 1)?;
            first += lines;
        }
        match self.stretches.len().saturating_sub(REGIONS) {
            0 => Ok(()),
            more => writeln!(out, "  and {more} more"),
        }
    }
}

/// Version of the object's layout.
const SCHEMA: u8 = 1;

/// What was found in a file.
#[derive(Serialize)]
struct Told<'a> {
    schema: u8,
    file: &'a str,
    /// None where it can't be read.
    encoding: Option<&'a str>,
    confidence: Option<f64>,
    byte_order_mark: bool,
    damaged: bool,
    script: Option<&'a str>,
    regions: Vec<Lines<'a>>,
    repairable: Vec<Channel<'a>>,
    left: Vec<Left<'a>>,
    fault: Option<&'a str>,
}

/// Lines, counted from 1, the last one included, and what they are in.
#[derive(Serialize)]
struct Lines<'a> {
    lines: [usize; 2],
    encoding: Option<&'a str>,
}

#[derive(Serialize)]
struct Channel<'a> {
    channel: &'a str,
    spans: u64,
    characters: u64,
}

#[derive(Serialize)]
struct Left<'a> {
    why: &'a str,
    spans: u64,
    characters: u64,
}

impl Findings {
    fn write_json(&self, out: &mut dyn Write, label: &str) -> io::Result<()> {
        let kinds: BTreeSet<Option<Encoding>> = self.stretches.iter().map(|s| s.1).collect();
        let encoding = match kinds.iter().next() {
            _ if self.invalid.is_some() => None,
            None => Some("utf-8"),
            Some(Some(only)) if kinds.len() == 1 => Some(only.name()),
            Some(_) => Some("mixed"),
        };
        let mut first = 1;
        let regions = self.stretches.iter().filter(|_| kinds.len() > 1).map(|&(lines, encoding)| {
            let start = first;
            first += lines;
            Lines { lines: [start, first - 1], encoding: encoding.map(Encoding::name) }
        });
        let told = Told {
            schema: SCHEMA,
            file: label,
            encoding,
            confidence: self.confidence.filter(|_| encoding.is_some()),
            byte_order_mark: self.mark,
            damaged: self.damaged,
            script: self.script.name(),
            regions: regions.collect(),
            repairable: self
                .channels
                .iter()
                .map(|(channel, &Count { spans, characters })| Channel { channel, spans, characters })
                .collect(),
            left: self
                .left
                .iter()
                .map(|(&why, &Count { spans, characters })| Left { why, spans, characters })
                .collect(),
            fault: self.invalid.as_deref(),
        };
        serde_json::to_writer(&mut *out, &told)?;
        out.write_all(b"\n")
    }
}

impl Detector<'_> {
    fn take(&mut self, value: &Value<'_>, repaired: &Staged<'_>) {
        let first = value.is_plain() && value.base.0 == 0;
        self.found.mark |= first && value.text.starts_with('\u{FEFF}');
        for edit in &repaired.edits {
            self.found.damaged = true;
            self.found.channels.entry(edit.cause.to_string()).or_default().add(&edit.old);
        }
        for left in &repaired.left {
            // What a page quotes on purpose is no damage.
            self.found.damaged |= left.why != Reason::Quoted;
            let text = value.text.get(left.at.clone()).unwrap_or_default();
            self.found.left.entry(reason(left.why)).or_default().add(text);
        }
        // Garbage has no script; what it stands for has.
        self.scripts.count(&repaired.text, &mut self.found.script);
    }
}

impl Worker for Detector<'_> {
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

    fn takes_stretches(&self) -> bool {
        true
    }

    fn read_as(&mut self, lines: usize, encoding: Option<Encoding>, confidence: f64) {
        let found = &mut self.found;
        match found.stretches.last_mut() {
            Some(last) if last.1 == encoding => last.0 += lines,
            // What is not shown need not be remembered to the line.
            _ => found.stretches.push((lines, encoding)),
        }
        // A line that nothing reads is damage.
        found.damaged |= encoding.is_none();
        found.confidence = Some(confidence);
    }

    fn sure_enough(&self) -> f64 {
        // Nothing is done with it, and the confidence is told.
        0.5
    }

    fn marked(&mut self) {
        self.found.mark = true;
    }

    fn invalid(&mut self, fault: &Invalid, _: &str) -> Result<bool, Error> {
        self.found.invalid = Some(format!("not {}: {fault}", fault.encoding()));
        self.found.damaged = true;
        Ok(true)
    }
}

/// The reason's name, as reports spell it.
pub(crate) fn reason(why: Reason) -> &'static str {
    match why {
        Reason::Irreversible => "irreversible",
        Reason::Unsure => "unsure",
        Reason::Quoted => "quoted",
        _ => "other",
    }
}
