//! Parts of a text that conversion leaves as they are.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, MatchKind};

/// Words that stay as they are wherever they stand, the longest one first.
#[derive(Debug, Clone)]
pub(super) struct Words(Arc<AhoCorasick>);

/// The words to protect are too many or too long for one automaton (billions of bytes).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManyWords;

impl fmt::Display for TooManyWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the words to protect are too many")
    }
}

impl std::error::Error for TooManyWords {}

impl Words {
    /// The words as one automaton; `None` if there are none. Empty words mean nothing.
    pub(super) fn new<W: AsRef<str>>(
        words: impl IntoIterator<Item = W>,
    ) -> Result<Option<Self>, TooManyWords> {
        let words: Vec<W> = words.into_iter().filter(|w| !w.as_ref().is_empty()).collect();
        if words.is_empty() {
            return Ok(None);
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(words.iter().map(|w| w.as_ref().as_bytes()))
            .map_err(|_| TooManyWords)?;
        Ok(Some(Self(Arc::new(automaton))))
    }

    /// Where they stand. UTF-8 words match at character boundaries only.
    pub(super) fn spans(&self, text: &str) -> Vec<Range<usize>> {
        self.0.find_iter(text).map(|found| found.range()).collect()
    }
}

/// Ranges in ascending order, without overlap and at character boundaries (a boundary inside a
/// character moves out), from ranges in any order.
pub(super) fn union(text: &str, mut spans: Vec<Range<usize>>) -> Vec<Range<usize>> {
    for span in &mut spans {
        span.end = span.end.min(text.len());
        span.start = span.start.min(span.end);
        while !text.is_char_boundary(span.start) {
            span.start -= 1;
        }
        while !text.is_char_boundary(span.end) {
            span.end += 1;
        }
    }
    spans.retain(|span| !span.is_empty());
    spans.sort_by_key(|span| span.start);
    spans.dedup_by(|next, span| {
        let joins = next.start <= span.end;
        if joins {
            span.end = span.end.max(next.end);
        }
        joins
    });
    spans
}
