//! The one look over the text: nominates what may need work and lets everything else through.
//!
//! Garbage is made of characters that text hardly has, side by side. A table says of each character which
//! families of channels it is typical of, and of which it is a strong sign; a line is nominated where signs of
//! one family meet. Where the evidence is barely enough, `doubt.rs` looks at the bytes of a few characters. The scan
//! only nominates: it may be wrong about a line, but it must not miss garbage that repair would undo.

mod doubt;
mod family;
pub(crate) mod kana;

use crate::model;
use crate::window::{WINDOW, first_of, other_length, three_bytes, window};

pub use family::Family;

/// A class for each character of the basic plane, and the masks of the classes. Written by
/// `cargo run --release -p qingwen-train -- suspects --out src/scan/table.bin`.
static TABLE: &[u8; 0x1_0000 + 512] = include_bytes!("table.bin");

/// Characters rarer than this, in millinats, are suspicious in a text that has been repaired.
const RARE: model::Cost = 11_500;

/// Whether a character is rare enough in clean text that it deserves a closer look.
pub fn is_suspect(c: char) -> bool {
    match c {
        '\0'..='\x7F' | '·' | '—' | '‘' | '’' | '“' | '”' | '…' => false,
        // Letters and symbols of single-byte pages, private use, compatibility forms.
        '\u{80}'..='\u{2E7F}' | '\u{E000}'..='\u{FAFF}' => true,
        _ => model::unigram_cost(model::symbol(c)) > RARE,
    }
}

/// A line that may hold garbage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nominee<'t> {
    /// Byte offset in the text.
    pub start: usize,
    /// The line with its line feed.
    pub line: &'t str,
    /// Families that are known; whether the line is yet to be asked for others.
    known: u8,
    has_more: bool,
}

/// What a text may hold besides lines of garbage, as far as a look at its characters tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Clues {
    /// Parentheses or question marks, which rewritten pages have.
    pub(crate) marks: bool,
    /// What begins an escape.
    pub(crate) escapes: bool,
    /// Lost characters, or what they show as.
    pub(crate) lost: bool,
    /// Kana.
    pub(crate) kana: bool,
}

/// The signs of what may be any garbage: private use, controls, lost characters.
const ANY: u16 = 0x00FF;

/// What a character is a sign of: typical families in the low byte, strong ones in the high byte.
#[inline]
fn signs(c: u32) -> u16 {
    match c {
        0..=0x7F => 0,
        0x80..=0x9F | 0xE000..=0xF8FF | 0xFFFD => ANY,
        0x1_0000.. => 0,
        _ => {
            let class = usize::from(TABLE[c as usize]);
            u16::from_le_bytes([TABLE[0x1_0000 + 2 * class], TABLE[0x1_0000 + 2 * class + 1]])
        }
    }
}

/// What a typical character and a strong sign add to the evidence for a family, what any other wide character
/// takes from it, and how much evidence nominates.
const TYPICAL: i8 = 3;
const STRONG: i8 = 6;
const OTHER: i8 = -2;
/// So many wide characters behind a typical one that are signs of nothing make it forgotten.
pub(crate) const FORGOTTEN: i8 = (TYPICAL - OTHER - 1) / -OTHER;
const ENOUGH: [i8; 8] = [6, 6, 6, 6, 6, 6, 6, 7];
/// So much evidence needs no second look.
const CLEAR: i8 = 7;
/// Evidence beyond this is forgotten.
const MOST: i8 = 15;

/// Evidence for each family, gathered along the text.
#[derive(Debug, Clone, Copy, Default)]
struct Evidence([i8; 8]);

impl Evidence {
    /// Whether nothing speaks for any family.
    fn is_none(&self) -> bool {
        self.0 == [0; 8]
    }

    /// Takes a kana, which adds a little to other signs of Chinese read as Chinese unless one stood before it.
    fn add_kana(&mut self, after_kana: bool) {
        let sum = &mut self.0[Family::Chinese as usize];
        *sum = (*sum + i8::from(*sum > 0 && !after_kana)).min(MOST);
    }

    /// Takes the next character; gives the families for which the evidence is enough, and those of them for which it is
    /// barely enough.
    #[inline]
    fn add(&mut self, signs: u16) -> (u8, u8) {
        let (mut enough, mut barely) = (0, 0);
        for (n, sum) in self.0.iter_mut().enumerate() {
            let step = match (signs >> (8 + n) & 1, signs >> n & 1) {
                (1, _) => STRONG,
                (0, 1) => TYPICAL,
                _ => OTHER,
            };
            *sum = (*sum + step).clamp(0, MOST);
            enough |= u8::from(*sum >= ENOUGH[n]) << n;
            barely |= u8::from(*sum >= ENOUGH[n] && *sum < CLEAR) << n;
        }
        (enough, barely)
    }
}

/// The lines that may hold garbage, in order. Costs a table look-up a character, and a look at 17 characters where signs
/// meet.
pub fn nominees(text: &str) -> impl Iterator<Item = Nominee<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let nominee = Nominee::around(text, next_sign(text, at, text.len())?.0);
        at = nominee.start + nominee.line.len();
        Some(nominee)
    })
}

impl<'t> Nominee<'t> {
    /// A line with its families.
    pub(crate) fn of(start: usize, line: &'t str, families: u8) -> Self {
        Self { start, line, known: families, has_more: false }
    }

    /// The line of a place at which there is enough evidence for some family.
    pub(crate) fn around(text: &'t str, place: usize) -> Self {
        let start = memchr::memrchr(b'\n', &text.as_bytes()[..place]).map_or(0, |n| n + 1);
        let end = memchr::memchr(b'\n', &text.as_bytes()[place..]).map_or(text.len(), |n| place + n + 1);
        Self { start, line: &text[start..end], known: 0, has_more: true }
    }

    /// Families of channels that the line shows signs of, a bit each. Costs a look at its characters.
    #[must_use]
    pub fn families(&self) -> u8 {
        let mut families = self.known;
        let mut from = 0;
        while self.has_more
            && let Some((place, more)) = next_sign(self.line, from, self.line.len())
        {
            families |= more;
            from = place;
        }
        families
    }

    /// One nomination of two for the same line.
    pub(crate) fn and(self, other: Self) -> Self {
        let (known, has_more) = (self.known | other.known, self.has_more || other.has_more);
        Self { known, has_more, ..self }
    }
}

/// The places of a line where the evidence for a family is enough, and where kana stand alone: each the end of a
/// character, and the families. They ascend.
pub(crate) fn places(line: &str) -> impl Iterator<Item = (usize, u8)> {
    let mut from = 0;
    let signs = std::iter::from_fn(move || {
        let found = next_sign(line, from, line.len())?;
        from = found.0;
        Some(found)
    });
    let (mut signs, mut kana) = (signs.peekable(), kana::places(line).peekable());
    std::iter::from_fn(move || match (signs.peek(), kana.peek()) {
        (Some(sign), Some(alone)) if alone.0 < sign.0 => kana.next(),
        (None, _) => kana.next(),
        _ => signs.next(),
    })
}

/// Where, from `at` on and before `end`, the evidence for a family is enough: the end of the last character that
/// it took, and the families.
fn next_sign(text: &str, mut at: usize, end: usize) -> Option<(usize, u8)> {
    loop {
        match follow(text, first_sign(text, at, end)?, end) {
            Trail::Enough { place, families } => return Some((place, families)),
            Trail::Lost { place } => at = place,
        }
    }
}

/// Where, from `at` on and before `end`, the first sign of garbage begins.
fn first_sign(text: &str, mut at: usize, end: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    loop {
        // Five characters of three bytes that are signs of nothing are what most text is made of.
        while at + 2 * WINDOW <= end
            && let Some(words) = window(bytes, at)
        {
            let plain = plain(words);
            at += 3 * plain;
            if plain == 5 {
                continue;
            }
            if words[plain] & 0x80 != 0 {
                break;
            }
            at += ascii(bytes, at);
        }
        let c = text.get(at..end)?.chars().next()?;
        if is_sign(c, at, end) {
            return Some(at);
        }
        at += c.len_utf8();
    }
}

/// Whether evidence may begin with a character that stands at `at`.
///
/// A lost character and private use are signs beside others. By themselves they only begin evidence where the text
/// is about to end.
#[inline]
pub(crate) fn is_sign(c: char, at: usize, end: usize) -> bool {
    is_listed(c) || (at + WINDOW > end || c <= '\u{9F}') && signs(c.into()) != 0
}

/// Whether the table has a character as typical of some garbage.
pub(crate) fn is_listed(c: char) -> bool {
    u16::try_from(u32::from(c)).is_ok_and(|c| TABLE[usize::from(c)] != 0)
}

/// Whether a character is evidence enough by itself for some family. Of those that are not, one alone among others
/// of three bytes is forgotten after the next two.
pub(crate) fn is_strong(c: char) -> bool {
    signs(c.into()) >> 8 != 0
}

/// Where the evidence that begins with a sign leads.
pub(crate) enum Trail {
    /// There is enough of it for these families, at the end of the last character that was taken.
    Enough { place: usize, families: u8 },
    /// Nothing is left of it: what follows here is as if it began the text.
    Lost { place: usize },
}

/// Gathers evidence from a sign at `at` on, to `end` at most.
pub(crate) fn follow(text: &str, mut at: usize, end: usize) -> Trail {
    let bytes = text.as_bytes();
    let mut evidence = Evidence::default();
    let mut after_kana = false;
    let mut last = '\n';
    loop {
        let Some(c) = text.get(at..end).and_then(|rest| rest.chars().next()) else {
            return Trail::Lost { place: end };
        };
        at += c.len_utf8();
        // Lines are drawn of one character; garbage seldom repeats one.
        if std::mem::replace(&mut last, c) == c && !c.is_ascii() {
            continue;
        }
        let signs = signs(c.into());
        // Kana are in Japanese, and in garbage that was Big5: there they come one by one.
        if c.is_ascii() {
            // A lone ASCII character may stand for a lost one; words do not.
            if c.is_ascii_alphanumeric() {
                evidence.add(0);
            } else if c == '\n' {
                return Trail::Lost { place: at };
            }
        } else if matches!(c, '\u{3041}'..='\u{30FF}') && signs == 0 {
            evidence.add_kana(std::mem::replace(&mut after_kana, true));
        } else {
            after_kana = false;
            let (mut families, barely) = evidence.add(signs);
            if families != 0 {
                families = doubt::standing(text, at, families, barely);
            }
            if families != 0 {
                return Trail::Enough { place: at, families };
            }
        }
        if evidence.is_none() {
            return Trail::Lost { place: at };
        }
        while at + WINDOW <= end
            && let Some(words) = window(bytes, at)
        {
            let plain = plain(words);
            at += 3 * plain;
            if plain == 5 {
                return Trail::Lost { place: at };
            }
            for _ in 0..plain {
                evidence.add(0);
                last = '\n';
            }
            if words[plain] & 0x80 != 0 {
                break;
            }
            // ASCII by eights.
            while at + 8 <= end
                && let Some(eight) = bytes.get(at..at + 8)
            {
                let n = eight.iter().take_while(|b| **b < 0x80).count();
                if eight[..n].contains(&b'\n') || n > 2 {
                    return Trail::Lost { place: at + n };
                }
                at += n;
                if n < 8 {
                    break;
                }
            }
            if evidence.is_none() {
                return Trail::Lost { place: at };
            }
        }
    }
}

/// How many of five characters from the first on have three bytes and are signs of nothing.
#[inline(always)]
fn plain(words: [u32; 5]) -> usize {
    let (mut marks, mut all) = ([0; 5], 0);
    for (mark, word) in marks.iter_mut().zip(words) {
        *mark = u32::from(TABLE[three_bytes(word) as usize & 0xFFFF]) | other_length(word);
        all |= *mark;
    }
    if all == 0 { 5 } else { first_of(marks) }
}

/// How many bytes from `at` on are ASCII, as far as whole eights tell.
fn ascii(bytes: &[u8], mut at: usize) -> usize {
    let from = at;
    while let Some(eight) = bytes.get(at..at + 8).and_then(|eight| <[u8; 8]>::try_from(eight).ok()) {
        let n = (u64::from_le_bytes(eight) & 0x8080_8080_8080_8080).trailing_zeros() as usize / 8;
        at += n;
        if n < 8 {
            break;
        }
    }
    at - from
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nominee_ends_with_its_line() {
        let text = "好\n璇峰厛澶囦唤鏁版嵁搴擄紝鍐嶆墽琛\n好的";
        let lines: Vec<_> = nominees(text).map(|n| (n.start, n.line)).collect();
        assert_eq!(lines, [(4, "璇峰厛澶囦唤鏁版嵁搴擄紝鍐嶆墽琛\n")]);
    }
}
