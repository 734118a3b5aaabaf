//! What is worked on, and who does it.

use std::borrow::Cow;

use qingwen::detect::Encoding;

use super::rewriter::Rewriter;
use crate::annotate::Note;
use crate::exit::Error;
use crate::subtitles::Markup;
use crate::text::Invalid;

/// A text to work on: a whole input, or a field of a record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Value<'a> {
    pub(crate) text: &'a str,
    /// As reports call it.
    pub(crate) file: &'a str,
    /// Number of the record, from 1.
    pub(crate) record: Option<u64>,
    pub(crate) field: Option<&'a str>,
    /// What the bytes were in, if that is not UTF-8.
    pub(crate) encoding: Option<&'static str>,
    /// Number of the text's first line in its file, from 1.
    pub(crate) line: usize,
    /// Bytes of the input, and of its output, before the text; both as UTF-8.
    pub(crate) base: (usize, usize),
    /// What of it is no words.
    pub(crate) markup: Markup,
}

impl Value<'_> {
    /// Whether it is an input's own text, or a stretch of that, and not what a record or a string holds.
    pub(crate) fn is_plain(&self) -> bool {
        self.record.is_none() && self.field.is_none()
    }
}

/// What is done with every value.
pub(crate) trait Worker {
    /// The value's new text, or none if it stays as it is.
    fn value<'t>(&mut self, value: &Value<'t>) -> Result<Option<Cow<'t, str>>, Error>;

    /// The new texts of records that belong together, such as the rows of a table: what one value shows of its
    /// damage helps the others.
    fn records(&mut self, records: &[Vec<Value<'_>>]) -> Result<Vec<Vec<Option<String>>>, Error> {
        let own = |new: Option<Cow<'_, str>>| new.map(Cow::into_owned);
        let mut each = |value| self.value(value).map(own);
        records.iter().map(|record| record.iter().map(&mut each).collect()).collect()
    }

    /// Whether only damage changes, so that what parts texts may be part of one.
    fn only_repairs(&self) -> bool {
        true
    }

    /// Whether the text around bytes that are not UTF-8 is worked on, and those go through as they are.
    fn passes_stray_bytes(&self) -> bool {
        false
    }

    /// The worker, if its work can be shared between threads.
    fn shared(&self) -> Option<&Rewriter<'_>> {
        None
    }

    /// Where to put what into the record whose values came last, or why that can't be done.
    fn annotation(&mut self, _record: &str) -> Option<Result<(usize, String), String>> {
        None
    }

    /// What the names of the columns that annotate a table begin with, if it is to be annotated.
    fn notes_under(&self) -> Option<&str> {
        None
    }

    /// A note on each of the records that were worked on together last, if they are to be annotated.
    fn notes(&mut self) -> Vec<Note> {
        Vec::new()
    }

    /// Whether a text may come in stretches of whole lines.
    fn takes_stretches(&self) -> bool {
        false
    }

    /// How sure a guess of the encoding must be to be acted on.
    fn sure_enough(&self) -> f64 {
        0.9
    }

    /// A stretch of the file, of so many lines, was read in an encoding, or in none.
    fn read_as(&mut self, _lines: usize, _encoding: Option<Encoding>, _confidence: f64) {}

    /// The text begins with a byte order mark that is no part of what is worked on.
    fn marked(&mut self) {}

    /// Whether a file that can't be read is something to find rather than a fault.
    fn invalid(&mut self, _fault: &Invalid, _file: &str) -> Result<bool, Error> {
        Ok(false)
    }
}

/// The texts of records.
pub(crate) fn texts<'t>(records: &[Vec<Value<'t>>]) -> Vec<Vec<&'t str>> {
    records.iter().map(|record| record.iter().map(|value| value.text).collect()).collect()
}
