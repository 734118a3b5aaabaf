//! Spans put in place of what they read, cut to what changes, and with marks where a character is not sure.

use crate::edit::Restored;

use super::channel::{Layer, Truth};
use super::digit;
use super::price::{is_modelled, is_word_character};
use super::search::{Origin, Reading, Span};

impl Reading {
    /// The whole text with the spans replaced.
    pub(crate) fn result(&self, observed: &[char]) -> Vec<char> {
        replaced(observed, &self.spans)
    }

    /// The observed characters that no span reads.
    pub(super) fn left(&self, observed: &[char]) -> impl Iterator<Item = char> {
        let mut spans = self.spans.iter().peekable();
        observed.iter().enumerate().filter_map(move |(at, &c)| {
            while spans.next_if(|s| s.end <= at).is_some() {}
            spans.peek().is_none_or(|s| at < s.start).then_some(c)
        })
    }
}

/// The text with the spans replaced.
pub(super) fn replaced(observed: &[char], spans: &[Span]) -> Vec<char> {
    let mut out = Vec::with_capacity(observed.len());
    let mut done = 0;
    for span in spans {
        out.extend_from_slice(&observed[done..span.start]);
        out.extend(span.text.iter().map(|t| t.0));
        done = span.end;
    }
    out.extend_from_slice(&observed[done..]);
    out
}
/// The new text, with U+FFFD where a lost character is less sure than asked for, or is a digit that nothing tells.
pub(super) fn masked(span: &Span, restored: &mut [Restored], min_confidence: f64) -> String {
    let mut new = String::new();
    let mut lost = restored.iter_mut();
    for (n, &(c, origin)) in span.text.iter().enumerate() {
        let c = match origin {
            Origin::Restored { .. } => match lost.next() {
                Some(r) => {
                    let is_digit = r.chosen.is_ascii_digit();
                    let told = digit::of_year(span.text[n + 1..].iter().map(|t| t.0)).filter(|_| is_digit);
                    r.chosen = told.unwrap_or(r.chosen);
                    let is_unknown = is_digit && told.is_none();
                    if r.chosen != '\u{FFFD}' && (r.confidence < min_confidence || is_unknown) {
                        r.withhold();
                    }
                    r.at = new.len();
                    r.chosen
                }
                None => c,
            },
            _ => c,
        };
        new.push(c);
    }
    new
}

/// Without the characters at its ends that stay the same, or are common marks and would become rare signs.
pub(super) fn trimmed(span: &Span, observed: &[char], chain: &[Layer]) -> Span {
    let old = &observed[span.start..span.end];
    let same = |a: &char, b: &(char, Origin)| b.1 == Origin::Read && same(*a, b.0, chain);
    let head = old.iter().zip(&span.text).take_while(|(a, b)| same(a, b)).count();
    let room = old.len().min(span.text.len()) - head;
    let tail =
        old.iter().rev().zip(span.text.iter().rev()).take(room).take_while(|(a, b)| same(a, b)).count();
    Span {
        start: span.start + head,
        end: span.end - tail,
        text: span.text[head..span.text.len() - tail].to_vec(),
    }
}

/// Whether a character read for another one is the same, or a rare sign for a common mark.
pub(super) fn same(observed: char, read: char, chain: &[Layer]) -> bool {
    // Pairs of bytes read as other pairs: character stands against character.
    let in_step = || matches!(chain, [Layer { truth: Truth::Page(_), page, .. }] if !page.is_single_byte());
    let is_common = |c: char| !c.is_ascii() && is_modelled(c) && !is_word_character(c) && in_step();
    observed == read || is_common(observed) && !read.is_ascii() && !is_modelled(read)
}
