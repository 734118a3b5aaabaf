//! A second look where the evidence is barely enough: two characters side by side that garbage often has, or one that
//! hardly anything else has.
//!
//! Clean text has such pairs by chance (`帮忙`, `健身`). Real garbage shows more: what is UTF-8 in truth has bytes that
//! form characters of UTF-8, and nothing but a line that somebody drew repeats one character. So the bytes behind a few
//! characters on either side are looked at, which is far cheaper than a look at the line.

use crate::codec::CodePage;

use super::Family;

/// Characters on either side that are looked at.
const REACH: usize = 8;
/// Bytes of so many characters, in any double-byte page.
const MOST: usize = 2 * (2 * REACH + 1);
/// What stands for a lost byte among the bytes, and for what a page does not have.
const MARK: u8 = b'?';
const OTHER: u8 = b' ';

/// Those of the families, of which there is barely enough evidence at the end of the character before `place`, that
/// stand the second look. Costs the bytes of at most 17 characters for each page of the families.
pub(super) fn standing(text: &str, place: usize, families: u8) -> u8 {
    let (before, behind) = text.split_at(place);
    let is = |family: Family| families & family.bit() != 0;
    let mut last = before.chars().rev();
    let is_drawn = last.next() == last.next();
    let mut left = families;
    if is_drawn {
        left &= !(Family::Utf8AsSingle.bit() | Family::DoubleAsSingle.bit());
    }
    let start = before.char_indices().rev().nth(REACH).map_or(0, |(at, _)| at);
    let end = behind.char_indices().nth(REACH).map_or(text.len(), |(at, _)| place + at);
    let around = &text[start..end];
    for page in CodePage::ALL {
        let family = Family::of(None, page);
        // A page of single bytes speaks for the others.
        if !page.is_single_byte() && is(family) && !forms_utf8(around, page) {
            left &= !family.bit();
        }
    }
    let single = Family::Utf8AsSingle;
    if left & single.bit() != 0 {
        let mut pages = CodePage::ALL.into_iter().filter(|page| page.is_single_byte());
        if !pages.any(|page| forms_utf8(around, page)) {
            left &= !single.bit();
        }
    }
    left
}

/// Whether the bytes that a page shows as these characters have two characters of UTF-8 beyond ASCII in a row, or one, or
/// the beginning of one, beside a mark of loss.
fn forms_utf8(around: &str, page: CodePage) -> bool {
    let (mut bytes, mut len) = ([OTHER; MOST], 0);
    for c in around.chars() {
        let spelling = page.spelling(c);
        let spelt = match c {
            '?' | '\u{FFFD}' => &[MARK],
            _ if c.is_ascii() || spelling.is_empty() => &[OTHER],
            _ => &*spelling,
        };
        let Some(room) = bytes.get_mut(len..len + spelt.len()) else { break };
        room.copy_from_slice(spelt);
        len += spelt.len();
    }
    let mut is_broken = false;
    bytes[..len].utf8_chunks().any(|chunk| {
        let valid = chunk.valid();
        let at_mark = is_broken && valid.as_bytes().first() == Some(&MARK);
        is_broken = chunk.invalid().first().is_some_and(|&byte| byte >= 0xC2);
        at_mark || has_two(valid)
    })
}

/// Whether two characters beyond ASCII stand side by side, or one beside a mark.
fn has_two(valid: &str) -> bool {
    let counts = |c: char| !c.is_ascii() || c == char::from(MARK);
    let mut last = (false, true);
    valid.chars().any(|c| {
        let now = (counts(c), c.is_ascii());
        let found = last.0 && now.0 && !(last.1 && now.1);
        last = now;
        found
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stands(text: &str, families: &[Family]) -> bool {
        let all = families.iter().fold(0, |all, family| all | family.bit());
        standing(text, text.char_indices().nth(2).map_or(text.len(), |(at, _)| at), all) == all
    }

    #[test]
    fn chance_pairs_of_clean_words_form_no_utf_8() {
        assert!(!stands("帮忙看看这台打印机", &[Family::Utf8AsGbk]));
        assert!(!stands("健身房在三楼", &[Family::Utf8AsGbk]));
    }

    #[test]
    fn garbage_of_one_word_does() {
        assert!(stands("鐧诲綍", &[Family::Utf8AsGbk]));
        assert!(stands("Ã©tÃ©", &[Family::Utf8AsSingle]));
    }

    #[test]
    fn so_does_half_a_character_beside_a_mark_of_loss() {
        assert!(stands("涓?", &[Family::Utf8AsGbk]));
        assert!(stands("浣\u{FFFD}", &[Family::Utf8AsGbk]));
    }

    #[test]
    fn lines_are_drawn_of_one_character() {
        assert!(!stands("――", &[Family::DoubleAsSingle]));
        assert!(stands("ÖÐ", &[Family::DoubleAsSingle]));
    }

    #[test]
    fn what_needs_no_bytes_of_its_own_is_left_to_others() {
        assert!(stands("蔼蔼", &[Family::Chinese, Family::Double]));
    }
}
