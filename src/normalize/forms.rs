//! The four normalization forms of Unicode Standard Annex #15, by the crate `unicode-normalization`.
//!
//! The crate turns text into text. To say *what* changed, the text is cut where cutting is safe: before a
//! starter whose quick check says yes. Nothing before such a character can interact with it, so each piece
//! is normalized alone, and only pieces whose quick check fails are.

use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{
    IsNormalized, UnicodeNormalization, is_nfc_quick, is_nfd_quick, is_nfkc_quick, is_nfkd_quick,
};

use super::change::Rewrite;
use super::{QuickCheck, Step};

pub(crate) fn run(form: Step, text: &str, out: &mut Rewrite<'_>) {
    let mut start = 0;
    let mut suspect = false;
    for (at, c) in text.char_indices() {
        if is_plain(c) {
            if suspect {
                piece(form, text, start, at, out);
                suspect = false;
            }
            start = at;
            continue;
        }
        let yes = check(form, c) == IsNormalized::Yes;
        let starter = canonical_combining_class(c) == 0;
        if yes && starter {
            if suspect {
                piece(form, text, start, at, out);
            }
            suspect = false;
            start = at;
        } else {
            // Marks in the wrong order fail no quick check alone.
            suspect |= !yes || !starter;
        }
    }
    if suspect {
        piece(form, text, start, text.len(), out);
    }
}

/// Where characters stand that NFD and NFC may change; the rest of the plane is large and frequent. NFC
/// keeps hangul syllables.
pub(crate) const CANONICAL: &[(char, char)] = &[
    ('\u{C0}', '\u{2001}'),
    ('\u{20D0}', '\u{23FF}'),
    ('\u{2ADC}', '\u{2FFF}'),
    ('\u{302A}', '\u{302F}'),
    ('\u{304B}', '\u{30FF}'),
    ('\u{A66F}', '\u{ABFF}'),
    ('\u{AC00}', '\u{D7FF}'),
    ('\u{F900}', '\u{FE2F}'),
    ('\u{10000}', '\u{10FFFF}'),
];

/// The same for NFKD and NFKC: everything but ASCII, the ideographs and the usual Chinese marks.
pub(crate) const COMPATIBILITY: &[(char, char)] =
    &[('\u{80}', '\u{3000}'), ('\u{3021}', '\u{33FF}'), ('\u{A000}', '\u{D7FF}'), ('\u{F900}', '\u{10FFFF}')];

/// Whether a text that holds this character may not be in the form.
pub(crate) fn may_change(form: Step, c: char) -> bool {
    !is_plain(c) && (check(form, c) != IsNormalized::Yes || canonical_combining_class(c) != 0)
}

/// Characters of the usual kinds that no form changes and that begin a piece: a shortcut.
fn is_plain(c: char) -> bool {
    matches!(c, '\0'..='\u{7F}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{3001}'..='\u{3020}')
}

/// The standard's quick check of a whole text, if the step is a form.
pub(crate) fn quick_check(form: Step, text: &str) -> Option<QuickCheck> {
    let answer = match form {
        Step::Nfd => is_nfd_quick(text.chars()),
        Step::Nfc => is_nfc_quick(text.chars()),
        Step::Nfkd => is_nfkd_quick(text.chars()),
        Step::Nfkc => is_nfkc_quick(text.chars()),
        _ => return None,
    };
    Some(match answer {
        IsNormalized::Yes => QuickCheck::Yes,
        IsNormalized::No => QuickCheck::No,
        IsNormalized::Maybe => QuickCheck::Maybe,
    })
}

fn check(form: Step, c: char) -> IsNormalized {
    let one = std::iter::once(c);
    match form {
        Step::Nfd => is_nfd_quick(one),
        Step::Nfc => is_nfc_quick(one),
        Step::Nfkd => is_nfkd_quick(one),
        _ => is_nfkc_quick(one),
    }
}

fn piece(form: Step, text: &str, start: usize, end: usize, out: &mut Rewrite<'_>) {
    let old = &text[start..end];
    let new: String = match form {
        Step::Nfd => old.nfd().collect(),
        Step::Nfc => old.nfc().collect(),
        Step::Nfkd => old.nfkd().collect(),
        _ => old.nfkc().collect(),
    };
    if new == old {
        return;
    }
    let head: usize = common(old.chars(), new.chars());
    let tail: usize = common(old[head..].chars().rev(), new[head..].chars().rev());
    out.replace(start + head..end - tail, &new[head..new.len() - tail]);
}

/// The bytes that two runs of characters have in common at their beginning.
fn common(a: impl Iterator<Item = char>, b: impl Iterator<Item = char>) -> usize {
    a.zip(b).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
}
