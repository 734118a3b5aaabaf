//! The worker of a rewrite: runs the stages and keeps the account.

use std::borrow::Cow;
use std::sync::{Mutex, MutexGuard, PoisonError};

use qingwen::{Cleaner, Report};

use super::worker::{Value, Worker, texts};
use crate::annotate::{Note, Notes};
use crate::exit::Error;
use crate::report;
use crate::subtitles::{self, Markup};
use crate::tally::Tally;

/// Runs the stages and keeps the account.
pub(crate) struct Rewriter<'a> {
    cleaner: &'a Cleaner,
    stray_bytes: bool,
    books: Books<'a>,
    /// Where texts stay as they are, and what would be done is noted.
    notes: Option<Notes<'a>>,
    /// What was noted of records that were worked on together.
    noted: Vec<Note>,
}

/// Where accounts of what was done are kept.
#[derive(Clone, Copy)]
pub(super) struct Books<'a> {
    pub(super) report: Option<&'a Mutex<report::Writer>>,
    pub(super) tally: Option<&'a Mutex<Tally>>,
}

impl<'a> Rewriter<'a> {
    pub(super) fn new(
        cleaner: &'a Cleaner,
        stray_bytes: bool,
        books: Books<'a>,
        notes: Option<Notes<'a>>,
    ) -> Self {
        Self { cleaner, stray_bytes, books, notes, noted: Vec::new() }
    }

    /// One of the same kind that keeps an account of its own, if this one keeps any.
    pub(crate) fn beside(&self, report: &'a Mutex<report::Writer>) -> Rewriter<'a> {
        Rewriter {
            cleaner: self.cleaner,
            stray_bytes: self.stray_bytes,
            books: Books { report: self.books.report.map(|_| report), ..self.books },
            notes: self.notes.as_ref().map(Notes::fresh),
            noted: Vec::new(),
        }
    }

    /// Another one of the same kind, if it keeps no account.
    pub(crate) fn twin(&self) -> Option<Rewriter<'a>> {
        let keeps_none = self.books.report.is_none() && self.notes.is_none();
        keeps_none.then_some(Rewriter { notes: None, noted: Vec::new(), ..*self })
    }

    /// Adds the account that another one kept.
    pub(crate) fn account(&self, lines: &[u8]) -> Result<(), Error> {
        self.books.report.map_or(Ok(()), |report| lock(report).append(lines))
    }

    /// Whether anybody wants to know what is done.
    fn is_watched(&self) -> bool {
        self.books.report.is_some() || self.books.tally.is_some() || self.notes.is_some()
    }

    /// Writes down what was done to a value.
    fn enter(&mut self, value: &Value<'_>, report: &Report) -> Result<(), Error> {
        if let Some(notes) = &mut self.notes {
            notes.add(value, report);
        }
        self.books.tally.into_iter().for_each(|tally| lock(tally).text(value.text, report));
        self.books.report.map_or(Ok(()), |writer| lock(writer).add(value, report))
    }
}

impl Worker for Rewriter<'_> {
    fn value<'t>(&mut self, value: &Value<'t>) -> Result<Option<Cow<'t, str>>, Error> {
        if !self.is_watched() && value.markup == Markup::None {
            return Ok(Some(self.cleaner.clean(value.text)));
        }
        let done = self.cleaner.clean_with_report(value.text);
        let done = subtitles::spare(value.markup, value.text, done, self.cleaner);
        self.enter(value, &done.report)?;
        Ok(self.notes.is_none().then_some(done.text))
    }

    fn annotation(&mut self, record: &str) -> Option<Result<(usize, String), String>> {
        self.notes.as_mut().map(|notes| notes.finish(record))
    }

    fn notes_under(&self) -> Option<&str> {
        self.notes.as_ref().map(|notes| notes.name)
    }

    fn notes(&mut self) -> Vec<Note> {
        std::mem::take(&mut self.noted)
    }

    fn records(&mut self, records: &[Vec<Value<'_>>]) -> Result<Vec<Vec<Option<String>>>, Error> {
        let texts = texts(records);
        if !self.is_watched() && records.iter().flatten().all(|value| value.markup == Markup::None) {
            let own =
                |(value, new): (&Value<'_>, Cow<'_, str>)| (value.text != new).then(|| new.into_owned());
            let rows = records.iter().zip(self.cleaner.clean_records(&texts));
            return Ok(rows.map(|(record, new)| record.iter().zip(new).map(own).collect()).collect());
        }
        let rows = records.iter().zip(self.cleaner.clean_records_with_report(&texts));
        rows.map(|(record, done)| {
            let new = record.iter().zip(done).map(|(value, done)| {
                let done = subtitles::spare(value.markup, value.text, done, self.cleaner);
                self.enter(value, &done.report)?;
                let changed = self.notes.is_none() && value.text != done.text;
                Ok(changed.then(|| done.text.into_owned()))
            });
            let new = new.collect();
            self.noted.extend(self.notes.as_mut().map(Notes::take));
            new
        })
        .collect()
    }

    fn only_repairs(&self) -> bool {
        self.cleaner.only_repairs()
    }

    fn passes_stray_bytes(&self) -> bool {
        self.stray_bytes
    }

    fn takes_stretches(&self) -> bool {
        true
    }

    fn shared(&self) -> Option<&Rewriter<'_>> {
        Some(self)
    }
}

pub(super) fn lock<T>(book: &Mutex<T>) -> MutexGuard<'_, T> {
    book.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn flush(report: Option<&Mutex<report::Writer>>) -> Result<(), Error> {
    report.map_or(Ok(()), |report| lock(report).flush())
}
