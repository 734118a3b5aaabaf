//! What is in a file: encoding, script, damage by channel, damage that can't be undone.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

use qingwen::edit::{Reason, Staged};
use qingwen::repair::Repairer;

use crate::args::Inputs;
use crate::exit::{Error, Log, Status};
use crate::job::{self, Value, Worker};
use crate::script::{Counter, Counts};
use crate::text::InvalidUtf8;

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

/// Reads every input and writes what was found in it.
pub(crate) fn run(repairer: &Repairer, inputs: &Inputs, log: &Log) -> Result<(), Error> {
    let scripts = Counter::new();
    let fresh = || Detector { repairer, scripts: &scripts, found: Findings::default() };
    job::survey(inputs, fresh, "", log, |detector, source, out, log| {
        if detector.found.damaged {
            log.raise(Status::Found);
        }
        detector.found.write(out, &source.shown())
    })
}

impl Findings {
    fn write(&self, out: &mut dyn Write, label: &str) -> io::Result<()> {
        let encoding = match (&self.invalid, self.mark) {
            (Some(fault), _) => return writeln!(out, "{label}: not utf-8: {fault}"),
            (None, true) => "utf-8 with byte order mark",
            (None, false) => "utf-8",
        };
        let verdict = if self.damaged { "damaged" } else { "no damage" };
        writeln!(out, "{label}: {encoding}, {verdict}, {}", self.script)?;
        let rows = self.channels.iter().map(|(cause, count)| ("repairable", cause.as_str(), count));
        let left = self.left.iter().map(|(&why, count)| ("left", why, count));
        for (what, which, Count { spans, characters }) in rows.chain(left) {
            writeln!(out, "  {what:<10}  {which:<24}  {spans:>6} spans  {characters:>8} characters")?;
        }
        Ok(())
    }
}

impl Detector<'_> {
    fn take(&mut self, value: &Value<'_>, repaired: &Staged<'_>) {
        self.found.mark |= value.record.is_none() && value.text.starts_with('\u{FEFF}');
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

    fn invalid(&mut self, fault: &InvalidUtf8, _: &str) -> Result<bool, Error> {
        self.found.invalid = Some(fault.to_string());
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
