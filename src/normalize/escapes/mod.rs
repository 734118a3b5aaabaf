//! Escapes of Chinese text: HTML references, `\u4e2d` and `%E4%B8%AD`.
//!
//! Only what stands for Chinese text is decoded: ideographs, kana, CJK and typographic punctuation,
//! full-width forms and the no-break space. `&lt;`, `\n` and `%20` stay, so that markup, code and URLs keep
//! their structure.

pub(crate) mod backslash;
pub(crate) mod html;
pub(crate) mod percent;

use super::script::{is_han, is_kana};

/// Whether an escape of this character is decoded.
fn is_text(c: char) -> bool {
    is_han(c)
        || is_kana(c)
        || matches!(c,
            '\u{B7}' | '\u{D7}' | '\u{2013}' | '\u{2014}' | '\u{2018}' | '\u{2019}' | '\u{201C}' | '\u{201D}'
            | '\u{2022}' | '\u{2026}' | '\u{2103}' | '\u{3001}'..='\u{3020}' | '\u{30FB}' | '\u{30FC}'
            | '\u{FF01}'..='\u{FF5E}' | '\u{1F300}'..='\u{1FAFF}')
}

/// The value of exactly `digits` hexadecimal digits.
fn hex(bytes: &[u8], digits: usize) -> Option<u32> {
    let digits = bytes.get(..digits)?;
    digits.iter().try_fold(0_u32, |n, &b| Some(n << 4 | char::from(b).to_digit(16)?))
}
