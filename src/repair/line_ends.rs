//! How a text ends its lines, and whether it lost line feeds.
//!
//! A text that was read in one piece lost every other line feed behind a wide character; one that was read a line at a
//! time has lone last bytes in those places instead.

use std::cell::OnceCell;
use std::rc::Rc;

/// How a text ends its lines.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct LineEnds {
    /// There are line feeds.
    pub(crate) feeds: bool,
    /// Some lines end with a carriage return and a line feed.
    pub(crate) returns: bool,
    /// Marks of loss stand before line feeds: the text was read a line at a time, and no line feed was swallowed.
    pub(crate) kept: bool,
    /// Line feeds were swallowed: none of those that are left has a lone byte before it.
    pub(crate) whole: bool,
    /// There are many marks of loss.
    pub(crate) many: bool,
}

/// How a text ends its lines, looked at once somebody asks: clean text does not.
#[derive(Debug, Clone)]
pub(crate) struct Ends<'t> {
    text: &'t str,
    known: Rc<OnceCell<LineEnds>>,
}

impl<'t> Ends<'t> {
    pub(crate) fn of(text: &'t str) -> Self {
        Self { text, known: Rc::default() }
    }

    pub(crate) fn get(&self) -> LineEnds {
        *self.known.get_or_init(|| LineEnds::of(self.text))
    }
}

/// So many marks of loss that every line feed may be among what was lost.
const MANY: usize = 30;

impl LineEnds {
    /// Looks at a text. Linear time.
    pub(crate) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let (mut marked, mut spared) = ([0; 2], [0; 2]);
        let (mut feeds, mut returns) = (false, false);
        for at in memchr::memchr_iter(b'\n', bytes) {
            feeds = true;
            returns |= bytes[..at].ends_with(b"\r");
            let before_blank = usize::from(matches!(bytes[at + 1..], [b'\n', ..] | [b'\r', b'\n', ..]));
            match bytes[at.saturating_sub(2)..at] {
                [0x80..=0xFF, b'?'] => marked[before_blank] += 1,
                [.., 0x80..=0xFF] => spared[before_blank] += 1,
                _ => {}
            }
        }
        // Where line feeds were swallowed, a mark before a line feed stands for the one before, and the blank line is
        // gone.
        let is_whole = spared[1] > 1 && marked[1] == 0;
        let marks = memchr::memchr_iter(b'?', bytes).filter(|&at| at > 0 && bytes[at - 1] >= 0x80);
        Self {
            whole: is_whole,
            many: marks.take(MANY).count() == MANY,
            feeds,
            returns,
            // Every other line ends so then.
            kept: marked[0] + marked[1] > 1
                && 2 * (marked[0] + marked[1]) >= spared[0] + spared[1]
                && !is_whole,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_at_the_ends_of_lines_tell_that_they_were_read_one_by_one() {
        assert!(LineEnds::of("锛?\n锛锛\n锛?\n锛锛\n").kept);
        assert!(!LineEnds::of("锛?\n锛锛\n锛?锛\n锛锛\n锛锛\n锛锛\n锛锛\n").kept);
    }

    /// Headings that lost the first of two line feeds end in a mark as well, but no blank line follows them.
    #[test]
    fn blank_lines_without_a_mark_before_them_tell_that_line_feeds_were_swallowed() {
        let text = "锛锛\n\n锛?\n锛锛\n\n锛?\n锛?锛";
        let ends = LineEnds::of(text);
        assert!(ends.whole && !ends.kept);
        assert!(!LineEnds::of(&text.replace("?\n", "?\n\n")).whole);
    }

    #[test]
    fn a_text_without_line_feeds_may_have_lost_them_all() {
        assert!(LineEnds::of(&"锛?".repeat(MANY)).many);
        assert!(!LineEnds::of(&"锛?".repeat(MANY - 1)).many);
    }
}
