//! A second look where evidence may be chance.
//!
//! Two characters side by side that garbage often has, or one that hardly anything else has, are barely enough: clean
//! text has such pairs, too (`帮忙`, `健身`). Real garbage shows more. What is UTF-8 in truth has bytes that form
//! characters of UTF-8; what is double-byte text shown as such has characters that are much commoner when read. And
//! among kana, rare ideographs are Japanese. So a few characters on either side are looked at, which is far cheaper than
//! a look at the line.

use crate::codec::CodePage;
use crate::model::{Cost, symbol, unigram_cost};

use super::{Family, kana};

/// Characters on either side that are looked at.
const REACH: usize = 8;
/// Bytes of so many characters, in any double-byte page.
const MOST: usize = 2 * (2 * REACH + 1);
/// What stands for a lost byte among the bytes, and for what a page does not have.
const MARK: u8 = b'?';
const OTHER: u8 = b' ';
/// So many kana around a place may make it Japanese; garbage that shows kana shows fewer.
const KANA: usize = 6;
/// By so many millinats the characters of some stretch are rarer than what they read as, where Chinese was read as
/// Chinese.
const RARER: Cost = 7_000;

/// Those of the families, of which there is enough evidence at the end of the character before `place`, that stand the
/// second look; of some there is `barely` enough. Costs the bytes of at most 17 characters for each page of the families.
pub(super) fn standing(text: &str, place: usize, families: u8, barely: u8) -> u8 {
    let (before, behind) = text.split_at(place);
    let start = before.char_indices().rev().nth(REACH).map_or(0, |(at, _)| at);
    let end = behind.char_indices().nth(REACH).map_or(text.len(), |(at, _)| place + at);
    let around = &text[start..end];
    // Kana speak of these alone.
    let of_wide = Family::Chinese.bit() | Family::Double.bit();
    let among_kana = families & of_wide != 0 && kana::is_japanese(around, KANA);
    let stands = |family: Family| {
        let is_doubtful = barely & family.bit() != 0;
        match family {
            Family::Chinese | Family::Double if among_kana => false,
            _ if !is_doubtful => true,
            Family::Chinese => {
                let [a, b] = [CodePage::Gbk, CodePage::Big5];
                is_commoner(around, a, b) || is_commoner(around, b, a)
            }
            Family::Utf8AsSingle | Family::DoubleAsSingle => has_narrow_pair(around),
            Family::Double => true,
            family => CodePage::ALL
                .into_iter()
                .any(|page| Family::of(None, page) == family && forms_utf8(around, page)),
        }
    };
    let left = Family::ALL.into_iter().filter(|family| families & family.bit() != 0 && stands(*family));
    left.fold(0, |left, family| left | family.bit())
}

/// Whether some stretch of characters of one double-byte page is rarer by far than what their bytes say in the other one.
fn is_commoner(around: &str, truth: CodePage, page: CodePage) -> bool {
    let rarity = |c: char| unigram_cost(symbol(c));
    let mut gain = 0;
    around.chars().any(|c| {
        let bytes = page.spelling(c);
        let read =
            if c.is_ascii() { None } else { truth.decode_one(&bytes).filter(|(_, len)| *len == bytes.len()) };
        gain = match read {
            Some((read, _)) => (gain + rarity(c) - rarity(read)).max(0),
            None => 0,
        };
        gain >= RARER
    })
}

/// Whether two characters of single-byte pages stand side by side, or one beside a mark of loss.
fn has_narrow_pair(text: &str) -> bool {
    let mut last = ' ';
    text.chars().any(|c| {
        let pair = [std::mem::replace(&mut last, c), c];
        let may_be = |c: char| CodePage::is_narrow(c) || matches!(c, '?' | '\u{FFFD}');
        pair.into_iter().all(may_be) && pair.into_iter().any(CodePage::is_narrow)
    })
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

    /// Whether barely enough evidence at the end of the second character stands.
    fn stands(text: &str, family: Family) -> bool {
        let place = text.char_indices().nth(2).map_or(text.len(), |(at, _)| at);
        standing(text, place, family.bit(), family.bit()) != 0
    }

    #[test]
    fn chance_pairs_of_clean_words_form_no_utf_8() {
        assert!(!stands("帮忙看看这台打印机", Family::Utf8AsGbk));
        assert!(!stands("健身房在三楼", Family::Utf8AsGbk));
    }

    #[test]
    fn garbage_of_one_word_does() {
        assert!(stands("鐧诲綍", Family::Utf8AsGbk));
        assert!(stands("Ã©", Family::Utf8AsSingle));
    }

    #[test]
    fn signs_between_spaces_are_no_bytes() {
        assert!(!stands("× ≠ 0", Family::DoubleAsSingle));
    }

    #[test]
    fn so_does_half_a_character_beside_a_mark_of_loss() {
        assert!(stands("涓?", Family::Utf8AsGbk));
        assert!(stands("浣\u{FFFD}", Family::Utf8AsGbk));
    }

    #[test]
    fn rare_words_read_as_rarer_ones_but_garbage_as_common_ones() {
        let (bytes, ..) = encoding_rs::GBK.encode("明天上午开会");
        assert!(stands(&encoding_rs::BIG5.decode(&bytes).0, Family::Chinese));
        assert!(!stands("饕餮是傳說中的怪獸", Family::Chinese));
    }

    #[test]
    fn among_kana_rare_ideographs_are_japanese() {
        let both = Family::Chinese.bit() | Family::Double.bit();
        let text = "その襖の彼方からやがて";
        assert_eq!(standing(text, "その襖".len(), both, 0), 0);
        assert_eq!(standing("魑魅魍魎", 6, both, 0), both);
        let (bytes, ..) = encoding_rs::BIG5.encode("基隆市中正區北寧路48號");
        let garbage = encoding_rs::GBK.decode(&bytes).0;
        assert_eq!(standing(&garbage, 6, both, 0), both, "{garbage}");
    }
}
