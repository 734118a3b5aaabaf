//! The lines in which some page's lead byte of UTF-8 stands before a continuation byte, or that have a C1 control.

use std::sync::LazyLock;

use crate::codec::CodePage::{self, *};

use super::sequence::byte;
use crate::window::lanes;

/// The pages in which UTF-8 is looked for; of those that agree on the bytes at hand the first one is told.
pub(super) const PAGES: [CodePage; 14] = [
    Cp1252, Latin1, Cp1251, MacRoman, Cp437, Cp1250, Iso8859_15, Cp1254, Cp1253, Cp1257, Iso8859_2, Cp850,
    Koi8R, Cp866,
];

/// What a page must gain more in a line than the first one, since fewer programs ever used it: windows-1252 has a
/// character for hardly any byte that another Latin page has not.
pub(super) const RARITY: [i32; 14] =
    [0, 0, 500, 500, 500, 1_000, 2_500, 1_500, 1_000, 1_500, 2_000, 1_500, 1_500, 1_500];

/// No page has a character from here on, but for two of Macintosh.
const END: usize = 0x2700;

/// A bit for each page in which a character is a lead byte, and for each in which it is a continuation byte.
static BYTES: LazyLock<Vec<(u16, u16)>> = LazyLock::new(|| {
    let mut bits = vec![(0, 0); END];
    // Nothing else is shown for a byte by some page: its character there, or the control of its number.
    let shown = (0x80..=0xFF).flat_map(|b| {
        let of_pages = PAGES.into_iter().filter_map(move |page| Some(page.decode_one(&[b])?.0));
        of_pages.chain([char::from(b)])
    });
    for c in shown {
        if let Some(bits @ (0, 0)) = bits.get_mut(c as usize) {
            *bits = bits_of(c);
        }
    }
    bits
});

fn bits_of(c: char) -> (u16, u16) {
    let mut bits = (0, 0);
    for (n, page) in PAGES.into_iter().enumerate() {
        match byte(page, c) {
            Some(0xC2..=0xF4) => bits.0 |= 1 << n,
            Some(0x80..=0xBF) => bits.1 |= 1 << n,
            _ => {}
        }
    }
    bits
}

fn leads(c: char) -> u16 {
    BYTES.get(c as usize).map_or(0, |b| b.0)
}

fn continues(c: char) -> u16 {
    match c {
        // A byte that was lost, or shown as a space.
        '\u{FFFD}' | ' ' => u16::MAX,
        _ => BYTES.get(c as usize).map_or(0, |b| b.1),
    }
}

/// The pages, a bit each, in which a lead byte of `line` stands before a continuation byte.
pub(super) fn pages(line: &[char]) -> u16 {
    line.windows(2).fold(0, |pages, pair| pages | leads(pair[0]) & continues(pair[1]))
}

/// The byte ranges of the lines that have such a pair or control, ascending. Costs a look at each byte of text that is ASCII or
/// Chinese.
pub(super) fn lines(text: &str) -> impl Iterator<Item = std::ops::Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let place = next_pair(text, at)?;
        let start = text[..place].rfind('\n').map_or(0, |n| n + 1);
        at = memchr::memchr(b'\n', &text.as_bytes()[place..]).map_or(text.len(), |n| place + n + 1);
        Some(start..at)
    })
}

/// The first byte of a character of two bytes, or of one of U+2000 to U+2FFF.
fn is_short(b: u8) -> bool {
    b.wrapping_sub(0xC2) <= 0xE2 - 0xC2
}

/// The highest bit of each of eight bytes that is such a one.
fn short(eight: [u8; 8]) -> u64 {
    const HIGH: u64 = lanes(0x80);
    let eight = u64::from_le_bytes(eight);
    let low = eight & !HIGH;
    // The highest bit of a sum of seven bits tells whether the byte is as large.
    let least = |byte: u8| low + lanes(0x80 - (byte & 0x7F));
    eight & least(0xC2) & !least(0xE2 + 1) & HIGH
}

/// Bytes looked at in one go.
const BLOCK: usize = 32;

/// Where, from `at` on, a lead byte stands before a continuation byte of the same page, or a C1 control.
fn next_pair(text: &str, mut at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    while let Some(block) = bytes.get(at..).filter(|b| !b.is_empty()) {
        let block = &block[..block.len().min(BLOCK)];
        if block.iter().fold(false, |any, &b| any | is_short(b)) {
            for (n, eight) in block.chunks(8).enumerate() {
                let mut whole = [0; 8];
                whole[..eight.len()].copy_from_slice(eight);
                let mut found = short(whole);
                while found != 0 {
                    let place = at + 8 * n + found.trailing_zeros() as usize / 8;
                    if is_pair(text, place) {
                        return Some(place);
                    }
                    found &= found - 1;
                }
            }
        }
        at += block.len();
    }
    None
}

/// Whether a lead byte stands at `at` before a continuation byte of the same page, or a C1 control.
fn is_pair(text: &str, at: usize) -> bool {
    let mut chars = text[at..].chars();
    let lead = chars.next().map_or(0, leads);
    matches!(text.as_bytes()[at..], [0xC2, 0x80..=0x9F, ..])
        || lead != 0 && lead & chars.next().map_or(0, continues) != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_bytes_are_told_as_one_is() {
        for byte in 0..=u8::MAX {
            for n in 0..8 {
                let mut eight = [0xE4; 8];
                eight[n] = byte;
                assert_eq!(short(eight), if is_short(byte) { 0x80 << (8 * n) } else { 0 }, "{byte:X}");
            }
        }
    }

    #[test]
    fn a_line_is_found_by_its_pair() {
        let text = "今天下午三点开会，“请大家”准时参加……\n今日 aoÃ»t\nété\n";
        assert_eq!(lines(text).map(|r| &text[r]).collect::<Vec<_>>(), ["今日 aoÃ»t\n"]);
        assert_ne!(pages(&['Ã', '»']), 0);
    }

    #[test]
    fn the_table_holds_what_each_page_says() {
        for c in (0..END as u32).filter_map(char::from_u32) {
            assert_eq!(BYTES[c as usize], bits_of(c), "{c:?}");
        }
    }

    #[test]
    fn no_other_character_is_in_a_page() {
        for c in (END as u32..=0x10_FFFF).filter_map(char::from_u32) {
            let in_a_page = PAGES.into_iter().any(|p| byte(p, c).is_some());
            assert!(!in_a_page || matches!(c, '\u{F8FF}' | '\u{FB01}' | '\u{FB02}'), "{c:?}");
        }
    }
}
