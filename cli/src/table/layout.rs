//! What the first record tells of all: how many cells there are, and which of them are worked on.

use std::borrow::Cow;

use super::Options;
use super::cells;
use crate::annotate;

/// What the first record that can be taken apart tells.
pub(super) struct Layout {
    /// The number of that record.
    pub(super) first: u64,
    /// Its cells.
    pub(super) width: usize,
    columns: Columns,
}

/// Which columns are worked on.
enum Columns {
    All,
    /// Indices, ascending, and what each was called.
    Some(Vec<(usize, String)>),
}

impl Layout {
    /// What the record of this number tells; nothing if it can't be taken apart. Fails where it lacks a column.
    pub(super) fn of(
        number: u64,
        bytes: &[u8],
        options: &Options<'_>,
        note: Option<&str>,
    ) -> Option<Result<Self, String>> {
        if number == 1 && options.says_parting {
            return None;
        }
        let (_, line) = unmarked(number, std::str::from_utf8(bytes).ok()?);
        let cells = cells::split(line, options.dialect).ok()?;
        let names: Vec<Cow<'_, str>> =
            if options.has_header { cells.iter().map(|c| c.text(line)).collect() } else { Vec::new() };
        let taken =
            note.and_then(|note| annotate::columns(note).into_iter().find(|n| names.contains(&n.into())));
        if let Some(taken) = taken {
            let cause = format!("has a column `{taken}` already; --annotate=NAME takes another name");
            return Some(Err(cause));
        }
        let layout = |columns| Self { first: number, width: cells.len(), columns };
        Some(columns(options.columns, &names).map(layout))
    }

    /// The columns that were asked for by name or number, and what each was called.
    pub(super) fn named(&self) -> &[(usize, String)] {
        match &self.columns {
            Columns::All => &[],
            Columns::Some(columns) => columns,
        }
    }
}

/// The byte order mark of a file is no part of its first cell.
pub(super) fn unmarked(number: u64, line: &str) -> (&str, &str) {
    let mark = if number == 1 && line.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    line.split_at(mark)
}

/// Finds the columns by their names.
fn columns(asked: &[String], names: &[Cow<'_, str>]) -> Result<Columns, String> {
    if asked.is_empty() {
        return Ok(Columns::All);
    }
    let mut columns: Vec<(usize, String)> = Vec::with_capacity(asked.len());
    for called in asked {
        let number = || called.parse::<usize>().ok()?.checked_sub(1).filter(|&n| n < cells::MOST_CELLS);
        let mut named =
            names.iter().enumerate().filter(|(_, name)| *name == called).map(|(n, _)| n).peekable();
        if named.peek().is_some() {
            columns.extend(named.map(|n| (n, called.clone())));
        } else if let Some(number) = number() {
            columns.push((number, called.clone()));
        } else {
            return Err(format!("no column `{called}` in the first record: {}", shown(names)));
        }
    }
    columns.sort();
    columns.dedup_by_key(|(index, _)| *index);
    Ok(Columns::Some(columns))
}

/// A header, as long as it may be in a message.
pub(crate) fn shown(names: &[Cow<'_, str>]) -> String {
    const MOST: usize = 20;
    let mut shown: Vec<&str> = names.iter().take(MOST).map(|n| &n[..n.floor_char_boundary(60)]).collect();
    if names.len() > MOST {
        shown.push("…");
    }
    shown.join(", ")
}
