//! One character of UTF-8 as a page of single bytes shows it.

use crate::codec::CodePage;

/// A character read behind the shown ones.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sequence {
    /// Shown characters that it takes.
    pub(super) len: usize,
    pub(super) c: char,
    /// A space stands for the no-break space that one of the bytes is shown as, or nothing does.
    pub(super) is_guess: bool,
    /// The other characters that the known bytes allow, where one was lost.
    pub(super) others: Vec<char>,
}

/// Bytes that some decoder has no character for, and shows a mark of loss.
const UNDEFINED: [u8; 7] = [0x81, 0x83, 0x88, 0x8D, 0x8F, 0x90, 0x9D];
/// How `à` begins.
const A_GRAVE: u8 = 0xC3;
/// A no-break space as a byte of Latin pages.
const NO_BREAK: u8 = 0xA0;

/// The byte above ASCII that `page` shows as `c`; as a C1 control, one that it has no other character for.
#[inline]
pub(super) fn byte(page: CodePage, c: char) -> Option<u8> {
    if c.is_ascii() {
        return None;
    }
    let byte = page.bytes(c).iter().next().map(|b| b[0])?;
    let is_control = matches!(c, '\u{80}'..='\u{9F}');
    (!is_control || page.decode_one(&[byte]).is_none_or(|(d, _)| d == c)).then_some(byte)
}

/// The character of UTF-8 that begins at the first of the shown characters; `None` if none does.
pub(super) fn sequence(shown: &[char], page: CodePage) -> Option<Sequence> {
    let lead = byte(page, *shown.first()?)?;
    let count = match lead {
        0xC2..=0xDF => 1,
        0xE0..=0xEF => 2,
        0xF0..=0xF4 => 3,
        _ => return None,
    };
    let mut bytes = [lead, 0, 0, 0];
    let mut lost = None;
    let mut is_guess = false;
    for (n, to) in bytes.iter_mut().enumerate().take(count + 1).skip(1) {
        let c = shown.get(n).copied();
        match c.and_then(|c| byte(page, c)) {
            Some(b @ 0x80..=0xBF) => *to = b,
            Some(_) => return None,
            None => match c {
                // Page by page, a no-break space is byte A0 or another; only A0 continues a character.
                Some(' ') if n == 1 || count > 1 => {
                    *to = NO_BREAK;
                    is_guess = true;
                }
                Some('\u{FFFD}') if lost.is_none() => lost = Some(n),
                Some('?') if lost.is_none() && n == 2 && n == count => lost = Some(n),
                _ => return None,
            },
        }
    }
    let len = match (is_guess, lead) {
        (true, A_GRAVE) if keeps_space(&shown[2..]) => 1,
        _ => count + 1,
    };
    let Some(at) = lost else {
        let (c, len) = match decode(&bytes[..=count]) {
            Some(c) => (c, len),
            None => (surrogates(&bytes[..=count], shown, page)?, 6),
        };
        return Some(Sequence { len, c, is_guess, others: Vec::new() });
    };
    let with = |b: u8| {
        bytes[at] = b;
        decode(&bytes[..=count])
    };
    let mut others: Vec<char> =
        UNDEFINED.into_iter().filter(|&b| is_undefined(page, b)).filter_map(with).collect();
    if others.is_empty() {
        return None;
    }
    let c = others.remove(0);
    Some(Sequence { len, c, is_guess, others })
}

/// Whether the one space behind `Ã` parts words: two spaces are a byte and a space, and Portuguese writes `às`.
fn keeps_space(behind: &[char]) -> bool {
    !matches!(behind, [' ', ..] | ['s'] | ['s', ' ' | ',' | '.', ..])
}

fn is_undefined(page: CodePage, b: u8) -> bool {
    page.decode_one(&[b]).is_none_or(|(c, _)| matches!(c, '\u{80}'..='\u{9F}'))
}

fn decode(bytes: &[u8]) -> Option<char> {
    std::str::from_utf8(bytes).ok()?.chars().next()
}

/// A character beyond U+FFFF of which each half was written as if it were one (CESU-8, by MySQL and Java).
fn surrogates(first: &[u8], shown: &[char], page: CodePage) -> Option<char> {
    let &[0xED, a @ 0xA0..=0xAF, b] = first else { return None };
    let mut second = [0; 3];
    for (to, &c) in second.iter_mut().zip(shown.get(3..6)?) {
        *to = byte(page, c)?;
    }
    let [0xED, c @ 0xB0..=0xBF, d @ 0x80..=0xBF] = second else { return None };
    let bits = |x: u8| u32::from(x & 0x3F);
    let high = (bits(a) & 0x0F) << 6 | bits(b);
    let low = (bits(c) & 0x0F) << 6 | bits(d);
    char::from_u32(0x1_0000 + (high << 10 | low))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(shown: &str, page: CodePage) -> Option<(char, usize)> {
        sequence(&shown.chars().collect::<Vec<_>>(), page).map(|s| (s.c, s.len))
    }

    #[test]
    fn a_character_is_read_behind_its_bytes() {
        assert_eq!(read("Ã©tÃ©", CodePage::Cp1252), Some(('é', 2)));
        assert_eq!(read("â€“ x", CodePage::Cp1252), Some(('–', 3)));
        assert_eq!(read("ðŸ˜€", CodePage::Cp1252), Some(('😀', 4)));
        assert_eq!(read("√©", CodePage::MacRoman), Some(('é', 2)));
        assert_eq!(read("étage", CodePage::Cp1252), None);
    }

    #[test]
    fn halves_of_a_pair_make_one_character() {
        assert_eq!(read("í\u{A0}½í¸\u{8D}", CodePage::Latin1), Some(('😍', 6)));
        assert_eq!(read("í\u{A0}½í¸", CodePage::Latin1), None);
    }

    #[test]
    fn a_space_may_be_a_byte() {
        assert_eq!(read("Ã  la", CodePage::Cp1252), Some(('à', 2)));
        assert_eq!(read("Ã la", CodePage::Cp1252), Some(('à', 1)));
        assert_eq!(read("Ã s vezes", CodePage::Cp1252), Some(('à', 2)));
        assert_eq!(read("Å koda", CodePage::Cp1252), Some(('Š', 2)));
    }

    #[test]
    fn a_lost_byte_leaves_few_characters() {
        let shown: Vec<char> = "â€\u{FFFD}".chars().collect();
        let found = sequence(&shown, CodePage::Cp1252).unwrap();
        assert!(found.c == '”' || found.others.contains(&'”'));
        assert_eq!(found.others.len(), 4);
    }
}
