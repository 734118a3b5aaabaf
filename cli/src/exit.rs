//! How a run ends: the exit code, and the one way in which faults are told.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::io::{self, IsTerminal, Write};

use crate::{language, name, progress};

/// The program's exit codes, better ones first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    /// Everything was done.
    Fine = 0,
    /// `--check`, `--diff` or `detect` found something.
    Found = 1,
    /// Wrong usage, an input or output error, or input that could not be read as what it should be.
    Failed = 2,
    /// Interrupted by the user.
    Interrupted = 130,
}

/// What ends the work on one file, or all of it. Faults of single records don't: they are only told.
#[derive(Debug)]
pub(crate) enum Error {
    /// This file is given up; the others go on.
    File(String),
    /// The output cannot be written: nothing more can be done.
    Output(String),
    /// The reader of our output went away, as `head` does. Nobody is left to be told.
    Closed,
}

impl Error {
    /// A fault of the file called `file`.
    pub(crate) fn file(file: &str, cause: impl fmt::Display) -> Self {
        Self::File(format!("{file}: {cause}"))
    }

    /// A failed write to the output called `name`.
    pub(crate) fn output(name: &str, cause: &io::Error) -> Self {
        match cause.kind() {
            io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Output(format!("{name}: {cause}")),
        }
    }
}

/// Tells faults on standard error and remembers the worst status.
#[derive(Debug)]
pub(crate) struct Log {
    status: Cell<Status>,
    /// Messages kept for another log to tell.
    held: Option<RefCell<Vec<String>>>,
}

impl Log {
    pub(crate) fn new() -> Self {
        Self { status: Cell::new(Status::Fine), held: None }
    }

    /// A log that tells nothing until another one does it, for work whose turn has not come.
    pub(crate) fn holding() -> Self {
        Self { status: Cell::new(Status::Fine), held: Some(RefCell::default()) }
    }

    /// Tells what another log held.
    pub(crate) fn tell(&self, other: Log) {
        other.held.into_iter().flat_map(RefCell::into_inner).for_each(|m| self.fault(m));
        self.raise(other.status.get());
    }

    /// Tells a fault; the run will end with status 2.
    pub(crate) fn fault(&self, message: impl fmt::Display) {
        self.raise(Status::Failed);
        if let Some(held) = &self.held {
            held.borrow_mut().push(message.to_string());
            return;
        }
        let mut line = format!("qingwen: {}", language::say(&message.to_string()));
        let out = io::stderr();
        let _aside = progress::aside();
        if out.is_terminal() {
            line = name::harmless(&line);
        }
        line.push('\n');
        // A closed standard error is no reason to stop working.
        let _ = out.lock().write_all(line.as_bytes());
    }

    /// Shows lines that are no faults on standard error.
    pub(crate) fn say(&self, lines: &str) {
        let _aside = progress::aside();
        let _ = io::stderr().lock().write_all(language::say(lines).as_bytes());
    }

    /// Tells on standard error what is no fault, in a line.
    pub(crate) fn note(&self, message: impl fmt::Display) {
        let mut line = format!("qingwen: {message}");
        if io::stderr().is_terminal() {
            line = name::harmless(&line);
        }
        self.say(&(line + "\n"));
    }

    /// Makes the final status at least this bad.
    pub(crate) fn raise(&self, status: Status) {
        self.status.set(self.status.get().max(status));
    }

    pub(crate) fn status(&self) -> Status {
        self.status.get()
    }
}
