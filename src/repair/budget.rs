//! How much work a document may cause, so that time is linear in it whatever it holds.
//!
//! Work is counted in steps of the search: bytes tried, lost characters priced, hypotheses made. Real garbage needs some
//! hundred of them a character. Text that lost half of its bytes, or that was made to be ambiguous everywhere, needs many
//! thousands; as what its length allows is used up, the beam narrows, and fewer channels are tried.

use std::cell::Cell;

/// What a short document may spend to begin with, of so many bytes at most; a longer one in proportion less, down to a
/// least. A sentence is worth a second; that each sentence of a long document takes one is not.
const DOCUMENT: u64 = 10_000_000;
const SHORT: u64 = 600;
const DOCUMENT_LEAST: u64 = 4_000_000;
/// What it may spend more for each character of the lines that are searched.
const DOCUMENT_CHARACTER: u64 = 1_500;
/// The same for one line.
const LINE: u64 = 8_000_000;
const LINE_CHARACTER: u64 = 1_000;
/// The same for one search, before it narrows.
const SEARCH: u64 = 1_500_000;
const SEARCH_CHARACTER: u64 = 1_000;

/// Steps that may still be taken.
#[derive(Debug)]
pub(crate) struct Budget {
    given: u64,
    left: Cell<u64>,
}

impl Budget {
    /// What a document of so many bytes may spend before its lines are known.
    pub(crate) fn document(bytes: usize) -> Self {
        Self::of((DOCUMENT * SHORT / SHORT.max(bytes as u64)).max(DOCUMENT_LEAST))
    }

    fn of(given: u64) -> Self {
        Self { given, left: Cell::new(given) }
    }

    /// What a line alone may spend: to rank its readings.
    pub(crate) fn alone(chars: usize) -> Self {
        Self::of(DOCUMENT).line(chars)
    }

    /// Gives the document what one more line is worth, and the line its part.
    pub(crate) fn line(&self, chars: usize) -> Self {
        self.left.set(self.left.get() + DOCUMENT_CHARACTER * chars as u64);
        Self::of(self.left.get().min(LINE + LINE_CHARACTER * chars as u64))
    }

    /// How much one search of a text may make before it narrows.
    pub(crate) fn search(&self, chars: usize) -> u64 {
        self.left.get().min(SEARCH + SEARCH_CHARACTER * chars as u64)
    }

    /// Takes what was made.
    pub(crate) fn spend(&self, made: u64) {
        self.left.set(self.left.get().saturating_sub(made));
    }

    /// Whether nothing is left.
    pub(crate) fn is_spent(&self) -> bool {
        self.left.get() == 0
    }

    /// What was taken.
    pub(crate) fn spent(&self) -> u64 {
        self.given.saturating_sub(self.left.get())
    }

    /// Takes what a line spent.
    pub(crate) fn charge(&self, line: &Self) {
        self.spend(line.spent());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_spend_what_their_length_allows_and_no_more() {
        let document = Budget::document(0);
        let mut spent = 0;
        for _ in 0..1000 {
            let line = document.line(10);
            let all = line.left.get();
            line.spend(all);
            assert!(line.is_spent());
            document.charge(&line);
            spent += all;
        }
        assert_eq!(spent, DOCUMENT + 1000 * 10 * DOCUMENT_CHARACTER);
    }

    #[test]
    fn a_long_document_begins_with_less_than_a_sentence() {
        let begins = |bytes| Budget::document(bytes).left.get();
        assert_eq!(begins(10), begins(SHORT as usize));
        assert!(begins(2_000) < begins(1_000));
        assert_eq!(begins(usize::MAX), DOCUMENT_LEAST);
    }

    #[test]
    fn a_line_that_spends_little_leaves_the_rest_to_others() {
        let document = Budget::document(0);
        let line = document.line(10);
        line.spend(5);
        document.charge(&line);
        assert_eq!(document.left.get(), DOCUMENT + 10 * DOCUMENT_CHARACTER - 5);
    }
}
