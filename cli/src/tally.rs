//! What a run did, in numbers.

use std::collections::BTreeMap;

use qingwen::Report;
use qingwen::edit::Stage;
use unicode_width::UnicodeWidthStr;

use crate::detect::reason;
use crate::language;

/// Changes or damage of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Count {
    spans: u64,
    characters: u64,
}

/// Numbers that grow; in which order they do makes no difference.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    files: u64,
    changed: u64,
    failed: u64,
    edits: BTreeMap<(Stage, String), Count>,
    left: BTreeMap<&'static str, Count>,
}

impl Tally {
    /// Counts a file that was worked on.
    pub(crate) fn file(&mut self, changed: bool) {
        self.files += 1;
        self.changed += u64::from(changed);
    }

    /// Counts a file that was given up.
    pub(crate) fn failure(&mut self) {
        self.files += 1;
        self.failed += 1;
    }

    /// Counts what was done to a text.
    pub(crate) fn text(&mut self, text: &str, report: &Report) {
        for (stage, _, edit) in report.edits() {
            let key = (stage, edit.cause.to_string());
            add(self.edits.entry(key).or_default(), 1, edit.old.chars().count());
        }
        for (at, left) in report.left() {
            let characters = text.get(at).unwrap_or_default().chars().count();
            add(self.left.entry(reason(left.why)).or_default(), 1, characters);
        }
    }

    /// Adds what another one counted in texts.
    pub(crate) fn texts(&mut self, other: Tally) {
        let sum = |count: &mut Count, more: Count| add(count, more.spans, more.characters as usize);
        for (key, more) in other.edits {
            sum(self.edits.entry(key).or_default(), more);
        }
        for (key, more) in other.left {
            sum(self.left.entry(key).or_default(), more);
        }
    }

    /// The table: files, then a line for every kind of change and of damage left.
    pub(crate) fn table(&self) -> String {
        let &Self { files, changed, failed, .. } = self;
        let same = files - changed - failed;
        let mut out = format!("files {files}: changed {changed}, unchanged {same}, failed {failed}\n");
        let name = |stage| match stage {
            Stage::Repair => "repair",
            Stage::Normalize => "normalize",
            Stage::Convert => "convert",
            _ => "other",
        };
        let edits = self.edits.iter().map(|((stage, cause), count)| (name(*stage), cause.as_str(), count));
        let left = self.left.iter().map(|(why, count)| ("left", *why, count));
        let rows: Vec<_> = edits.chain(left).collect();
        let width = rows.iter().map(|(_, which, _)| which.width()).max().unwrap_or_default();
        for (what, which, Count { spans, characters }) in rows {
            let what = language::say(what);
            // Columns, where a Chinese character takes two.
            let fill = " ".repeat(9_usize.saturating_sub(what.width()));
            let [spans_, characters_] = ["spans", "characters"].map(language::say);
            out.push_str(&format!(
                "  {what}{fill}  {which:<width$}  {spans:>8} {spans_}  {characters:>10} {characters_}\n"
            ));
        }
        out
    }
}

fn add(count: &mut Count, spans: u64, characters: usize) {
    count.spans += spans;
    count.characters += characters as u64;
}
