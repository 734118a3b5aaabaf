//! What became of a chunk.

use std::ops::Range;

use crate::exit::Error;
use crate::faults::Fault;

/// What became of a chunk's records, in order.
pub(crate) struct Outcome {
    /// Whether the first fault ends the run.
    strict: bool,
    pub(super) new: Vec<u8>,
    pub(super) events: Vec<Event>,
}

pub(super) enum Event {
    /// A stretch stays as it is.
    Same(Range<usize>),
    /// A record changes to a stretch of the new bytes.
    Changed(Range<usize>, Range<usize>),
    Fault(u64, Fault),
}

impl Outcome {
    pub(super) fn new(strict: bool) -> Self {
        Self { strict, new: Vec::new(), events: Vec::new() }
    }

    /// The next record: where it stands, and what it becomes if it changes.
    pub(crate) fn record(&mut self, at: Range<usize>, new: Option<&[u8]>) {
        match (new, self.events.last_mut()) {
            (Some(new), _) => {
                let start = self.new.len();
                self.new.extend_from_slice(new);
                self.events.push(Event::Changed(at, start..self.new.len()));
            }
            (None, Some(Event::Same(before))) => before.end = at.end,
            (None, _) => self.events.push(Event::Same(at)),
        }
    }

    /// Something is wrong with the record of this number.
    ///
    /// # Errors
    /// If nothing after it counts: it ends the run when its turn comes to be told.
    pub(crate) fn fault(&mut self, number: u64, fault: Fault) -> Result<(), Error> {
        self.events.push(Event::Fault(number, fault));
        if self.strict { Err(Error::Closed) } else { Ok(()) }
    }
}
