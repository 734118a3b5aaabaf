//! Verdicts for pipelines that may only tag: a field that is added to each record, whose texts stay as
//! they are.

use qingwen::Report;
use qingwen::edit::{Reason, Stage};
use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::detect::reason;
use crate::findings::{Places, Region};
use crate::job::Value;
use crate::json::{self, Path};

/// The field's name where none is given.
pub(crate) const NAME: &str = "qingwen";
/// Version of the field's layout.
const SCHEMA: u8 = 1;

/// Checks a name.
pub(crate) fn name(text: &str) -> Result<String, &'static str> {
    match text.chars().next() {
        None => Err("the field needs a name"),
        Some('/') => Err("the field is one of the record's own: its name can't begin with `/`"),
        Some(_) => Ok(text.to_owned()),
    }
}

/// What is wrong with a record's texts; of several, the first counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    /// There is damage that can be undone, and is sure enough.
    Damaged,
    /// There is damage, and no repair that is sure enough.
    Unsure,
    /// There is damage that nothing can undo.
    Irreversible,
    /// There is no damage, but another stage would change something.
    Changed,
    /// There is garbage that is quoted on purpose.
    Quoted,
    Clean,
}

/// What was found in a record.
pub(crate) struct Note {
    verdict: Verdict,
    confidence: Option<f64>,
    spans: Vec<Json>,
}

impl Default for Note {
    fn default() -> Self {
        Self { verdict: Verdict::Clean, confidence: None, spans: Vec::new() }
    }
}

/// What was found in the record at hand.
pub(crate) struct Notes<'a> {
    pub(crate) name: &'a str,
    note: Note,
}

/// The names of the columns that annotate a table.
pub(crate) fn columns(name: &str) -> [String; 3] {
    ["verdict", "confidence", "spans"].map(|what| format!("{name}_{what}"))
}

impl<'a> Notes<'a> {
    /// Notes to be put in a field of this name.
    pub(crate) fn new(name: &'a str) -> Self {
        Self { name, note: Note::default() }
    }

    /// Notes of the same kind for another record.
    pub(crate) fn fresh(&self) -> Self {
        Self::new(self.name)
    }

    /// Adds what was found in one of the record's texts.
    pub(crate) fn add(&mut self, value: &Value<'_>, report: &Report) {
        let edits = report.edits().map(|(stage, at, edit)| {
            let verdict = if stage == Stage::Repair { Verdict::Damaged } else { Verdict::Changed };
            let span = json!({
                "field": value.field,
                "stage": stage,
                "cause": edit.cause,
                "old": edit.old,
                "new": edit.new,
                "layers": edit.layers,
                "confidence": edit.confidence,
                "reversible": edit.reversible,
            });
            (at, verdict, Some(edit.confidence), span)
        });
        let left = report.left().map(|(at, left)| {
            let verdict = match left.why {
                Reason::Irreversible => Verdict::Irreversible,
                Reason::Quoted => Verdict::Quoted,
                _ => Verdict::Unsure,
            };
            (at, verdict, None, json!({ "field": value.field, "left": reason(left.why) }))
        });
        let mut found: Vec<_> = edits.chain(left).collect();
        found.sort_by_key(|(at, ..)| (at.start, at.end));
        let mut places = Places::default();
        places.begin(value);
        for (at, verdict, confidence, mut span) in found {
            let Region { chars, bytes, .. } = places.region(value, at);
            span["at"] = json!(bytes);
            span["chars"] = json!(chars);
            self.note.verdict = self.note.verdict.min(verdict);
            // That of the whole record: it is as sure as the least sure of its changes.
            self.note.confidence = match (self.note.confidence, confidence) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
            self.note.spans.push(span);
        }
    }

    /// The note on the record, and makes place for one on the next.
    pub(crate) fn take(&mut self) -> Note {
        std::mem::take(&mut self.note)
    }

    /// Where to put what into the record, and makes place for the notes on the next one.
    ///
    /// # Errors
    /// If the record can't take the field.
    pub(crate) fn finish(&mut self, record: &str) -> Result<(usize, String), String> {
        let (name, Note { verdict, confidence, spans }) = (self.name, self.take());
        let space = |c| matches!(c, ' ' | '\t' | '\r' | '\n');
        let Some(members) = record.trim_end_matches(space).strip_suffix('}') else {
            return Err("is no object, so it can't take a field (--annotate)".to_owned());
        };
        let path = Path::of_name(name);
        if json::scan(record, &[path]).is_ok_and(|targets| !targets.is_empty()) {
            return Err(format!("has a field `{name}` already; --annotate=NAME takes another name"));
        }
        let members = members.trim_end_matches(space);
        let first = members.trim_start_matches(space) == "{";
        let note = json!({ "schema": SCHEMA, "verdict": verdict, "confidence": confidence, "spans": spans });
        let text = format!("{}{}:{note}", if first { "" } else { "," }, json!(name));
        let text = if record.is_ascii() { json::in_ascii(&text, false) } else { text };
        Ok((members.len(), text))
    }
}

impl Note {
    /// What stands in the columns: the verdict, the confidence or nothing, and the spans in JSON.
    pub(crate) fn cells(&self) -> [String; 3] {
        let text = |value: Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let confidence = self.confidence.map_or_else(String::new, |c| json!(c).to_string());
        [text(json!(self.verdict)), confidence, json!(self.spans).to_string()]
    }
}
