//! What was found, for other programs: every change and all damage left, each with its place.

mod github;
mod json;
mod place;
mod sarif;

use std::borrow::Cow;
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use qingwen::edit::{Edit, Reason, Stage};
use qingwen::{Cleaner, Reported};

use crate::args::{Inputs, OutputFormat};
use crate::detect::reason;
use crate::exit::{Error, Log, Status};
use crate::explain::shortened;
use crate::job::{self, Value, Worker};
use crate::name::harmless;
use crate::subtitles;
use crate::text::Invalid;
pub(crate) use place::{Places, Region};

/// Columns of a text in a message; the whole of it stands beside the message where the format has a place.
const QUOTED: usize = 60;

/// What to look for, and how to tell it.
#[derive(Clone, Copy)]
pub(crate) struct Search<'a> {
    pub(crate) cleaner: &'a Cleaner,
    /// Whether the text around bytes that are not UTF-8 is looked at.
    pub(crate) stray_bytes: bool,
    pub(crate) format: OutputFormat,
    /// Whether a change is something that the exit status tells.
    pub(crate) checks: bool,
}

/// One thing found.
struct Finding<'a> {
    value: Value<'a>,
    /// The line of the file that is the record, if records are lines.
    line: Option<u64>,
    region: Region,
    /// The text that stands there.
    text: &'a str,
    what: What<'a>,
}

enum What<'a> {
    Edit(Stage, &'a Edit),
    Left(Reason),
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    /// Damage that can be undone.
    Error,
    /// Damage that can't be, and text that another stage would write otherwise.
    Warning,
    /// Garbage that is there on purpose.
    Note,
}

impl Finding<'_> {
    fn level(&self) -> Level {
        match self.what {
            What::Edit(Stage::Repair, _) => Level::Error,
            What::Left(Reason::Quoted) => Level::Note,
            _ => Level::Warning,
        }
    }

    /// The rule that it falls under: the stage and the cause, or why damage was left.
    fn rule(&self) -> String {
        match self.what {
            What::Edit(stage, edit) => format!("{}/{}", stage_name(stage), edit.cause),
            What::Left(why) => format!("left/{}", reason(why)),
        }
    }

    /// One line for a reader.
    fn message(&self) -> String {
        let text = shortened(harmless(self.text), QUOTED);
        match self.what {
            What::Edit(stage, edit) => {
                let new = shortened(harmless(&edit.new), QUOTED);
                match stage {
                    Stage::Repair => {
                        format!("garbled ({}, {:.4} sure): {text} → {new}", edit.cause, edit.confidence)
                    }
                    _ => format!("{} ({}): {text} → {new}", stage_name(stage), edit.cause),
                }
            }
            What::Left(Reason::Irreversible) => format!("damage that nothing can undo: {text}"),
            What::Left(Reason::Unsure) => format!("damage of which no repair is sure enough: {text}"),
            What::Left(Reason::Quoted) => format!("garbage quoted on purpose: {text}"),
            What::Left(_) => format!("damage left: {text}"),
        }
    }

    /// What to put in its place, if that can be done without anything else.
    fn fix(&self) -> Option<&str> {
        match self.what {
            // An edit of what an earlier stage made has nothing to replace in the file.
            What::Edit(_, edit) if edit.old == self.text && self.value.is_plain() => Some(&edit.new),
            _ => None,
        }
    }
}

fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Repair => "repair",
        Stage::Normalize => "normalize",
        Stage::Convert => "convert",
        _ => "other",
    }
}

/// Looks through every input and writes what is found to standard output.
pub(crate) fn run(search: &Search<'_>, inputs: &Inputs, log: &Log) -> Result<(), Error> {
    let rules = Mutex::new(sarif::Rules::default());
    // Only those of JSON lines are; they alone have fields that are asked for.
    let records_are_lines = !inputs.field.is_empty();
    let fresh = || Finder {
        records_are_lines,
        search,
        rules: &rules,
        places: Places::default(),
        out: Vec::new(),
        changes: false,
    };
    let each = |finder: Finder<'_>, _: &_, out: &mut dyn Write, log: &Log| {
        if finder.changes && search.checks {
            log.raise(Status::Found);
        }
        out.write_all(&finder.out)
    };
    let sarif = search.format == OutputFormat::Sarif;
    if sarif {
        put(sarif::HEAD)?;
    }
    let done = job::survey(inputs, fresh, if sarif { sarif::BETWEEN } else { "" }, log, each);
    if sarif && !matches!(done, Err(Error::Closed)) {
        let rules = rules.into_inner().unwrap_or_else(PoisonError::into_inner);
        put(&rules.tail(done.is_ok() && log.status() <= Status::Found))?;
    }
    done
}

fn put(text: &str) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|e| Error::output("standard output", &e))
}

struct Finder<'a> {
    records_are_lines: bool,
    search: &'a Search<'a>,
    rules: &'a Mutex<sarif::Rules>,
    places: Places,
    out: Vec<u8>,
    changes: bool,
}

impl Worker for Finder<'_> {
    fn value<'t>(&mut self, value: &Value<'t>) -> Result<Option<Cow<'t, str>>, Error> {
        self.take(value, self.search.cleaner.clean_with_report(value.text))?;
        Ok(None)
    }

    fn records(&mut self, records: &[Vec<Value<'_>>]) -> Result<Vec<Vec<Option<String>>>, Error> {
        let done = self.search.cleaner.clean_records_with_report(&job::texts(records));
        for (value, done) in records.iter().flatten().zip(done.into_iter().flatten()) {
            self.take(value, done)?;
        }
        Ok(records.iter().map(|record| vec![None; record.len()]).collect())
    }

    fn only_repairs(&self) -> bool {
        self.search.cleaner.only_repairs()
    }

    fn passes_stray_bytes(&self) -> bool {
        self.search.stray_bytes
    }

    fn invalid(&mut self, _: &Invalid, _: &str) -> Result<bool, Error> {
        Ok(false)
    }
}

impl Finder<'_> {
    /// Writes what was found in a value.
    fn take<'t>(&mut self, value: &Value<'t>, done: Reported<'t>) -> Result<(), Error> {
        let done = subtitles::spare(value.markup, value.text, done, self.search.cleaner);
        self.changes |= done.text != value.text;
        let edits = done.report.edits().map(|(stage, at, edit)| (at, What::Edit(stage, edit)));
        let left = done.report.left().map(|(at, left)| (at, What::Left(left.why)));
        let mut found: Vec<_> = edits.chain(left).collect();
        // Each stage tells its own in order.
        found.sort_by_key(|(at, _)| (at.start, at.end));
        self.places.begin(value);
        for (at, what) in found {
            let text = value.text.get(at.clone()).unwrap_or_default();
            let region = self.places.region(value, at);
            let line = value.record.filter(|_| self.records_are_lines);
            self.put(&Finding { value: *value, line, region, text, what })?;
        }
        self.places.end(value);
        Ok(())
    }

    fn put(&mut self, finding: &Finding<'_>) -> Result<(), Error> {
        match self.search.format {
            OutputFormat::Sarif => {
                self.rules.lock().unwrap_or_else(PoisonError::into_inner).add(finding);
                if !self.out.is_empty() {
                    self.out.extend_from_slice(sarif::BETWEEN.as_bytes());
                }
                sarif::result(&mut self.out, finding)
            }
            OutputFormat::Github => github::line(&mut self.out, finding),
            OutputFormat::Json | OutputFormat::Human => json::line(&mut self.out, finding),
        }
        .map_err(|e| Error::output("standard output", &e))
    }
}
