//! One record: which of its cells are worked on, and how it is spelled with others in their place.

use std::borrow::Cow;

use super::Options;
use super::cells::{self, Cell, Dialect};
use super::layout::{Layout, unmarked};
use crate::annotate::{self, Note};
use crate::faults::Fault;
use crate::subtitles::Markup;

impl Chosen<'_> {
    /// What of it is no words.
    pub(super) fn markup(&self) -> Markup {
        self.cell.markup
    }
}

/// How records are taken apart.
pub(super) struct Rows<'a> {
    pub(super) options: &'a Options<'a>,
    pub(super) layout: Option<&'a Layout>,
    /// Whether only damage changes.
    pub(super) only_repairs: bool,
    /// Where records are annotated, what the names of the columns for that begin with.
    pub(super) note: Option<&'a str>,
}

/// A record taken apart.
#[derive(Default)]
pub(super) struct Row<'r> {
    /// The byte order mark.
    mark: &'r str,
    line: &'r str,
    /// Whether it can be annotated.
    takes_notes: bool,
    /// How many cells it has.
    pub(super) width: usize,
    /// The chosen cells that hold something.
    pub(super) cells: Vec<Chosen<'r>>,
}

/// A cell to work on.
pub(super) struct Chosen<'r> {
    /// Its index.
    pub(super) column: usize,
    cell: Cell,
    pub(super) text: Cow<'r, str>,
}

impl Rows<'_> {
    /// The cells of a record to work on, or why it can't be.
    pub(super) fn row<'r>(&self, number: u64, bytes: &'r [u8]) -> Result<Row<'r>, Fault> {
        let line =
            simdutf8::compat::from_utf8(bytes).map_err(|e| Fault::invalid_utf8(bytes, e.valid_up_to()))?;
        let (mark, line) = unmarked(number, line);
        if number == 1 && self.options.says_parting {
            return Ok(Row::default());
        }
        // What came before the first one that could be taken apart could not be.
        let layout = self.layout.filter(|layout| layout.first <= number);
        let named = layout.map_or(&[][..], Layout::named);
        // Where a decoder swallowed what parts cells or ends them, only the record as a whole can be repaired.
        let may_be_damaged =
            self.options.columns.is_empty() && !self.options.dialect.is_script && self.only_repairs;
        // Behind another number of cells, what is added would get into other columns.
        let may_be_damaged = may_be_damaged && self.note.is_none();
        let cells = match cells::split(line, self.options.dialect) {
            Ok(cells) if may_be_damaged && layout.is_some_and(|layout| layout.width != cells.len()) => {
                vec![Cell::of_record(line)]
            }
            Ok(cells) => cells,
            Err(_) if may_be_damaged => vec![Cell::of_record(line)],
            Err(e) => {
                let column = line[..e.at].chars().count() + 1;
                return Err(Fault::new(Some(column), e.what));
            }
        };
        let width = layout.map_or(cells.len(), |layout| layout.width);
        let is_empty = line.trim_end_matches(['\r', '\n']).is_empty();
        if self.note.is_some() && width != cells.len() && !is_empty {
            let cause = format_args!(
                "has {} cells and the first record {width}, so it can't take more (--annotate)",
                cells.len()
            );
            return Err(Fault::new(None, cause));
        }
        let mut row = Row { mark, line, takes_notes: !is_empty, width: cells.len(), cells: Vec::new() };
        let mut take = |column: usize, cell: &Cell| {
            let text = cell.text(line);
            if !text.is_empty() {
                row.cells.push(Chosen { column, cell: cell.clone(), text });
            }
        };
        if self.options.columns.is_empty() {
            cells.iter().enumerate().for_each(|(column, cell)| take(column, cell));
        } else {
            let chosen = named.iter().filter_map(|(column, _)| Some((*column, cells.get(*column)?)));
            chosen.for_each(|(column, cell)| take(column, cell));
        }
        Ok(row)
    }

    /// The cells that annotate a record.
    pub(super) fn added(&self, number: u64, row: &Row<'_>, note: Option<Note>) -> Vec<String> {
        let (Some(name), Some(note)) = (self.note.filter(|_| row.takes_notes), note) else {
            return Vec::new();
        };
        let is_header = self.options.has_header && self.layout.is_some_and(|layout| layout.first == number);
        if is_header { annotate::columns(name).into() } else { note.cells().into() }
    }
}

impl Row<'_> {
    /// The record's new version with these cells behind its own, if anything in it changed.
    pub(super) fn spelled(
        &self,
        new: Vec<Option<String>>,
        added: &[String],
        dialect: Dialect,
    ) -> Result<Option<Vec<u8>>, Fault> {
        let mut out = String::new();
        let mut done = 0;
        for (chosen, new) in self.cells.iter().zip(new) {
            let Some(new) = new.filter(|new| *new != chosen.text) else { continue };
            let spelled = chosen.cell.spell(&new, dialect).ok_or_else(unspelled)?;
            out.push_str(&self.line[done..chosen.cell.span.start]);
            out.push_str(&spelled);
            done = chosen.cell.span.end;
        }
        for text in added {
            let cell = Cell::added(self.line);
            let spelled = cell.spell(text, dialect).ok_or_else(unspelled)?;
            out.push_str(&self.line[done..cell.span.start]);
            out.push(char::from(dialect.delimiter));
            out.push_str(&spelled);
            done = cell.span.end;
        }
        if done == 0 {
            return Ok(None);
        }
        out.push_str(&self.line[done..]);
        out.insert_str(0, self.mark);
        Ok(Some(out.into_bytes()))
    }
}

fn unspelled() -> Fault {
    Fault::new(None, "its new text holds what parts cells, which can't be spelled without quotes")
}
