//! Characters that nobody sees: removed where they mean nothing, kept where a script or an emoji needs them.
//!
//! One function for each step. What is removed is garbage of editors and crawlers inside Chinese and Latin
//! text; joiners between emoji, in Indic and Arabic words, marks of direction in lines with right-to-left
//! letters and tags of flags stay.

use super::change::Rewrite;
use super::script::{is_han, is_hangul, is_kana};
use super::walk::{after, before, each, line_around, run};

/// Byte order marks, at the beginning and inside.
pub(crate) mod bom {
    use super::*;

    pub(crate) const NOMINATES: &[(char, char)] = &[('\u{FEFF}', '\u{FEFF}')];

    pub(crate) fn run(text: &str, out: &mut Rewrite<'_>) {
        each(
            text,
            |b| b == 0xEF,
            |at, c| {
                if c == '\u{FEFF}' {
                    out.replace(at..at + 3, "");
                }
            },
        );
    }
}

/// C0 and C1 controls but tab, line feed, carriage return and NEL (a line end), and DEL.
pub(crate) mod controls {
    use super::*;

    pub(crate) const NOMINATES: &[(char, char)] = &[
        ('\0', '\u{8}'),
        ('\u{B}', '\u{C}'),
        ('\u{E}', '\u{1F}'),
        ('\u{7F}', '\u{84}'),
        ('\u{86}', '\u{9F}'),
    ];

    pub(crate) fn run(text: &str, out: &mut Rewrite<'_>) {
        each(
            text,
            |b| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r') || matches!(b, 0x7F | 0xC2),
            |at, c| {
                if c.is_control() && c != '\u{85}' {
                    out.replace(at..at + c.len_utf8(), "");
                }
            },
        );
    }
}

/// Characters that joiners and selectors have no effect on.
fn is_plain(c: char) -> bool {
    match c {
        // Emoji among them.
        '\u{A9}' | '\u{AE}' | '\u{203C}' | '\u{2049}' | '\u{3030}' | '\u{303D}' => false,
        '\0'..='\u{24F}' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205F}' => true,
        '\u{3000}'..='\u{303F}' | '\u{FF00}'..='\u{FFEF}' => true,
        _ => is_han(c) || is_kana(c) || is_hangul(c) || c.is_whitespace(),
    }
}

/// Zero-width spaces, joiners and non-joiners, word joiners and invisible operators.
pub(crate) mod zero_width {
    use super::*;

    pub(crate) const NOMINATES: &[(char, char)] =
        &[('\u{180E}', '\u{180E}'), ('\u{200B}', '\u{200D}'), ('\u{2060}', '\u{2064}')];

    fn is_zero_width(c: char) -> bool {
        matches!(c, '\u{180E}' | '\u{200B}'..='\u{200D}' | '\u{2060}'..='\u{2064}')
    }

    pub(crate) fn run(text: &str, out: &mut Rewrite<'_>) {
        let mut done = 0;
        each(
            text,
            |b| matches!(b, 0xE1 | 0xE2),
            |at, c| {
                if at < done || !is_zero_width(c) {
                    return;
                }
                done = at + super::run(text, at, is_zero_width);
                let sides = [before(text, at), after(text, done)];
                // Between two emoji or two letters of a script that joins, the whole run may matter.
                let between = !sides.iter().any(|c| c.is_none_or(is_plain));
                // At the end of a word a joiner shapes the last letter, at its beginning the first one.
                let joins = text[at..done].contains(['\u{200C}', '\u{200D}', '\u{180E}']);
                let shapes = joins && sides.into_iter().flatten().any(is_shaped);
                if !(between || shapes) {
                    out.replace(at..done, "");
                }
            },
        );
    }

    /// Letters whose shape a joiner, a non-joiner or a Mongolian vowel separator decides, with nothing on its other
    /// side too: Persian and Arabic abbreviations, Malayalam chillus, half forms of Indic scripts.
    fn is_shaped(c: char) -> bool {
        matches!(c,
            // Arabic, Syriac, Thaana, N'Ko, Mandaic.
            '\u{600}'..='\u{8FF}'
            // India, Sri Lanka, Tibet, Myanmar.
            | '\u{900}'..='\u{DFF}' | '\u{F00}'..='\u{109F}'
            // Khmer, Mongolian; Arabic presentation forms.
            | '\u{1780}'..='\u{18AF}' | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}'
            // Adlam and the Indic scripts beyond the plane.
            | '\u{11000}'..='\u{11FFF}' | '\u{1E900}'..='\u{1E95F}')
    }
}

/// Marks of direction, in lines without right-to-left letters.
pub(crate) mod bidi {
    use super::*;

    pub(crate) const NOMINATES: &[(char, char)] = &[
        ('\u{61C}', '\u{61C}'),
        ('\u{200E}', '\u{200F}'),
        ('\u{202A}', '\u{202E}'),
        ('\u{2066}', '\u{2069}'),
    ];

    pub(crate) fn run(text: &str, out: &mut Rewrite<'_>) {
        let mut line = 0..0;
        let mut turns = false;
        each(
            text,
            |b| matches!(b, 0xD8 | 0xE2),
            |at, c| {
                if !matches!(c, '\u{61C}' | '\u{200E}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
                {
                    return;
                }
                if at >= line.end {
                    line = line_around(text, at);
                    turns = text[line.clone()].chars().any(is_right_to_left);
                }
                if !turns {
                    out.replace(at..at + c.len_utf8(), "");
                }
            },
        );
    }

    fn is_right_to_left(c: char) -> bool {
        c != '\u{61C}'
            && matches!(c,
                '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}'
                | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
    }
}

/// Soft hyphens.
pub(crate) mod soft_hyphens {
    use super::*;

    pub(crate) const NOMINATES: &[(char, char)] = &[('\u{AD}', '\u{AD}')];

    pub(crate) fn run(text: &str, out: &mut Rewrite<'_>) {
        each(
            text,
            |b| b == 0xC2,
            |at, c| {
                if c == '\u{AD}' {
                    out.replace(at..at + 2, "");
                }
            },
        );
    }
}

/// Variation selectors after characters that have none in text: ideographs, letters, punctuation.
pub(crate) mod variation_selectors {
    use super::*;

    pub(crate) const NOMINATES: &[(char, char)] = &[('\u{FE00}', '\u{FE0F}'), ('\u{E0100}', '\u{E01EF}')];

    fn is_selector(c: char) -> bool {
        matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
    }

    pub(crate) fn run(text: &str, out: &mut Rewrite<'_>) {
        each(
            text,
            |b| matches!(b, 0xEF | 0xF3),
            |at, c| {
                if !is_selector(c) {
                    return;
                }
                let end = at + c.len_utf8();
                let keycap = after(text, end) == Some('\u{20E3}');
                let keep = before(text, at).is_some_and(|base| match base {
                    '0'..='9' | '#' | '*' => keycap,
                    // Two characters in a circle that are emoji too.
                    '\u{3297}' | '\u{3299}' => true,
                    _ => !is_plain(base) && !is_selector(base),
                });
                if !keep || matches!(c, '\u{E0100}'..='\u{E01EF}') {
                    out.replace(at..end, "");
                }
            },
        );
    }
}

/// Tag characters outside of flags.
pub(crate) mod tags {
    use super::*;

    pub(crate) const NOMINATES: &[(char, char)] = &[('\u{E0000}', '\u{E007F}')];

    pub(crate) fn run(text: &str, out: &mut Rewrite<'_>) {
        let mut done = 0;
        each(
            text,
            |b| b == 0xF3,
            |at, c| {
                if at < done || !matches!(c, '\u{E0000}'..='\u{E007F}') {
                    return;
                }
                done = at + super::run(text, at, |c| matches!(c, '\u{E0000}'..='\u{E007F}'));
                let flag = before(text, at) == Some('\u{1F3F4}')
                    && text[at..done].ends_with('\u{E007F}')
                    && text[at..done].chars().all(|c| c >= '\u{E0020}');
                if !flag {
                    out.replace(at..done, "");
                }
            },
        );
    }
}
