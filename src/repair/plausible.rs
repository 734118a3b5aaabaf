//! Whether a reading is text.

use crate::codec::CodePage;

use super::channel::{Layer, Truth};
use super::evidence;
use super::frame;
use super::price::{is_modelled, is_word_character};
use super::search::Span;

/// How many different characters there are, counted up to `most`.
pub(super) fn different(text: impl Iterator<Item = char>, most: usize) -> usize {
    let mut found: Vec<char> = Vec::with_capacity(most);
    for c in text {
        if !found.contains(&c) {
            found.push(c);
            if found.len() >= most {
                break;
            }
        }
    }
    found.len()
}

/// No test asks for more different characters.
const MOST_DIFFERENT: usize = 10;

/// Millinats that a character may cost more in a document that is known to be garbled.
const RARE_WORDS: i64 = 3_000;

/// Millinats that a word character of what double-byte text reads as costs on average, at most.
pub(super) fn most_of(truth: CodePage, page: CodePage) -> i64 {
    match truth {
        CodePage::ShiftJis | CodePage::EucKr => 5_000,
        _ if page.is_single_byte() => 9_500,
        _ => 8_800,
    }
}

/// Whether what a span reads as is text at all.
///
/// Chance makes readings too: some clean words have the bytes of valid UTF-8, and nearly all have those of some
/// Big5 text. What it does not make is words.
pub(super) fn is_plausible(chain: &[Layer], observed: &[char], span: &Span, is_known: bool) -> bool {
    // Five different characters that happen to have the bytes of valid UTF-8 are not met in clean text.
    const PROOF: usize = 5;
    let seen = observed[span.start..span.end].iter().filter(|c| !c.is_ascii());
    // One after another in the order of their codes, letters are an alphabet.
    let follows = |(a, b): (&char, &char)| u32::from(*b) == u32::from(*a) + 1;
    if frame::is_drawn(&observed[span.start..span.end]) {
        return false;
    }
    if seen.clone().nth(2).is_some() && seen.clone().zip(seen.clone().skip(1)).all(follows) {
        return false;
    }
    // A repeated character becomes a repeated character in any encoding, and repetition is cheap.
    let different = different(seen.copied(), MOST_DIFFERENT);
    let read: Vec<char> = span.text.iter().map(|t| t.0).filter(|c| is_word_character(*c)).collect();
    let chinese = read.iter().filter(|&&c| is_modelled(c)).count();
    let east_asian = chinese
        + read.iter().filter(|c| matches!(c, '\u{3041}'..='\u{30FF}' | '\u{AC00}'..='\u{D7A3}')).count();
    let cost = evidence::reading_cost(observed, span);
    let fits = |layer: &Layer| {
        let (fewest, most) = match layer.truth {
            Truth::Utf8 if different >= PROOF => return true,
            Truth::Utf8 if layer.page.is_single_byte() => (1, 9_500),
            // Clean words turn into letters of other scripts most easily.
            Truth::Utf8 if 2 * chinese < read.len() => return false,
            Truth::Utf8 => (1, 9_500),
            Truth::Page(CodePage::ShiftJis | CodePage::EucKr) if 10 * east_asian < 8 * read.len() => {
                return false;
            }
            Truth::Page(truth @ (CodePage::ShiftJis | CodePage::EucKr)) => (10, most_of(truth, layer.page)),
            Truth::Page(_) if 10 * chinese < 8 * read.len() => return false,
            Truth::Page(truth) if layer.page.is_single_byte() => (3, most_of(truth, layer.page)),
            Truth::Page(_) if read.len() < 6 => (4, 7_000),
            Truth::Page(_) if read.len() < 10 => (4, 8_200),
            Truth::Page(truth) => (6, most_of(truth, layer.page)),
        };
        // What the document is known to be garbled by may have garbled rare words too.
        let most = if is_known { most + RARE_WORDS } else { most };
        (different >= fewest || is_known) && cost <= most * read.len() as i64
    };
    chain.iter().all(fits)
}
