//! The one look over the text: nominates what may need work and lets everything else through.
//!
//! Garbage is made of characters that text hardly has, side by side. A table says of each character which
//! families of channels it is typical of, and of which it is a strong sign; a line is nominated where signs of
//! one family meet. The scan only nominates: it may be wrong about a line, but it must not miss garbage that
//! repair would undo.

mod family;

use crate::model;

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
    /// Families of channels that it shows signs of, a bit each.
    pub families: u8,
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
const ENOUGH: [i8; 8] = [6, 6, 6, 6, 6, 6, 6, 7];
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

    /// Takes the next character; gives the families for which the evidence is enough.
    #[inline]
    fn add(&mut self, signs: u16) -> u8 {
        let mut enough = 0;
        for (n, sum) in self.0.iter_mut().enumerate() {
            let step = match (signs >> (8 + n) & 1, signs >> n & 1) {
                (1, _) => STRONG,
                (0, 1) => TYPICAL,
                _ => OTHER,
            };
            *sum = (*sum + step).clamp(0, MOST);
            enough |= u8::from(*sum >= ENOUGH[n]) << n;
        }
        enough
    }
}

/// The lines that may hold garbage, in order. Costs a table look-up a character.
pub fn nominees(text: &str) -> impl Iterator<Item = Nominee<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (place, _) = next_sign(text, at, text.len())?;
        let start = text[..place].rfind('\n').map_or(0, |n| n + 1);
        let end = memchr::memchr(b'\n', &text.as_bytes()[place..]).map_or(text.len(), |n| place + n + 1);
        at = end;
        // Other families may show further on.
        let mut families = 0;
        let mut from = start;
        while let Some((place, more)) = next_sign(text, from, end) {
            families |= more;
            from = place;
        }
        Some(Nominee { start, line: &text[start..end], families })
    })
}

/// The places of a line where the evidence for a family is enough: each the end of a character, and the families.
pub(crate) fn places(line: &str) -> impl Iterator<Item = (usize, u8)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let found = next_sign(line, from, line.len())?;
        from = found.0;
        Some(found)
    })
}

/// Where, from `at` on and before `end`, the evidence for a family is enough: the end of the last character that
/// it took, and the families.
fn next_sign(text: &str, mut at: usize, end: usize) -> Option<(usize, u8)> {
    let bytes = text.as_bytes();
    let mut evidence = Evidence::default();
    let mut after_kana = false;
    loop {
        // Five characters of three bytes that are signs of nothing are what most text is made of.
        while let Some(window) = bytes.get(at..at + 16)
            && at + 16 <= end
            && let Ok(window) = <&[u8; 16]>::try_from(window)
        {
            let marks = [0, 3, 6, 9, 12].map(|n| {
                let word = u32::from_le_bytes([window[n], window[n + 1], window[n + 2], window[n + 3]]);
                let code = (word & 0x0F) << 12 | (word & 0x3F00) >> 2 | (word & 0x3F_0000) >> 16;
                u32::from(TABLE[code as usize & 0xFFFF]) | (word & 0xF0 ^ 0xE0)
            });
            let plain = marks.iter().take_while(|m| **m == 0).count();
            at += 3 * plain;
            if plain == 5 {
                evidence = Evidence::default();
                continue;
            }
            if !evidence.is_none() {
                for _ in 0..plain {
                    evidence.add(0);
                }
            }
            if window[3 * plain] >= 0x80 {
                break;
            }
            // ASCII by eights.
            while let Some(eight) = bytes.get(at..at + 8)
                && at + 8 <= end
            {
                let n = eight.iter().take_while(|b| **b < 0x80).count();
                if eight[..n].contains(&b'\n') || n > 2 {
                    evidence = Evidence::default();
                }
                at += n;
                if n < 8 {
                    break;
                }
            }
        }
        let c = text.get(at..end)?.chars().next()?;
        at += c.len_utf8();
        if c.is_ascii() {
            // A lone ASCII character may stand for a lost one; words do not.
            if c.is_ascii_alphanumeric() {
                evidence.add(0);
            } else if c == '\n' {
                evidence = Evidence::default();
            }
            continue;
        }
        let signs = signs(c.into());
        // Kana are in Japanese, and in garbage that was Big5: there they come one by one.
        let is_kana = matches!(c, '\u{3041}'..='\u{30FF}') && signs == 0;
        if is_kana {
            evidence.add_kana(std::mem::replace(&mut after_kana, true));
            continue;
        }
        after_kana = false;
        let enough = evidence.add(signs);
        if enough != 0 {
            return Some((at, enough));
        }
    }
}
