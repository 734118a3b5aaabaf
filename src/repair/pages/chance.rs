//! Whether what looks like damage is there by chance.
//!
//! In a book, a place or two look like anything; scripts left several on each page. That a text has hardly any such place
//! shows in its question marks and parentheses, so most text is never cut into units for it.

use super::mark::noise;
use super::unit::syllable;

/// Bytes for which damage shows at one place at least, where no readings show. Real pages have it every few hundred.
const SPARSE: usize = 16_384;

/// Whether a text without listed characters shows damage at so few places that they mean nothing.
pub(super) fn is_likely(is_bare: bool, places: usize, text: &str) -> bool {
    is_bare && places * SPARSE < text.len()
}

/// The same as far as a look for marks tells, which sees too many places rather than too few.
pub(super) fn is_surely(text: &str) -> bool {
    is_likely(!has_readings(text), places(text), text)
}

/// Whether a syllable stands in parentheses behind a character beyond ASCII: no other text has listed characters.
fn has_readings(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'(', bytes)
        .any(|at| at > 0 && bytes[at - 1] >= 0x80 && syllable(&text[at + 1..]).is_some())
}

/// Question marks before punctuation, line ends apart, or before a syllable.
fn places(text: &str) -> usize {
    let is_place = |at: &usize| {
        let rest = &text[at + 1..];
        let next = rest.trim_start_matches('\n').chars().next();
        next.and_then(noise).is_some() || syllable(rest).is_some()
    };
    memchr::memchr_iter(b'?', text.as_bytes()).filter(is_place).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{page, unit};
    use super::*;

    #[test]
    fn a_question_in_a_book_is_no_damage() {
        let chapter = "山中有一老人，問道：「客人從何處來」。\n".repeat(400);
        assert!(is_surely(&format!("{chapter}石床、石?、石椅。")));
        assert!(!is_surely("石床、石?、石椅。"));
    }

    proptest! {
        #[test]
        fn what_a_page_shows_is_seen(text in "([會議中，。?(a]|\\(huì\\)|\\?huì\\)|\n| ){0,60}") {
            let page = page::judge(&unit::parse(&text).0);
            prop_assert!(page.starts <= places(&text));
            prop_assert!(page.listed.is_empty() || has_readings(&text));
        }
    }
}
