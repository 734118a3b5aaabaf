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
use super::walk::{after, before, find};
use super::{QuickCheck, Step};

pub(crate) fn run(form: Step, text: &str, out: &mut Rewrite<'_>) {
    let bytes = text.as_bytes();
    let leads = match form {
        Step::Nfd => &LEADS_NFD,
        Step::Nfc => &LEADS_NFC,
        _ => &LEADS_COMPATIBILITY,
    };
    // Everything before `done` is written; everything before `at` is written or known to stay.
    let (mut at, mut done) = (0, 0);
    while let Some(next) = find(bytes, at, |b| leads[b as usize]) {
        let Some(c) = after(text, next) else { break };
        at = next + c.len_utf8();
        if begins(form, c) {
            continue;
        }
        // The full-width forms are nine of ten changes in Chinese text.
        let follower = after(text, at);
        if let Some(narrow) = narrow(form, c)
            && follower.is_none_or(|d| begins(form, d) || self::narrow(form, d).is_some())
        {
            out.replace_char(next, c, narrow);
            done = at;
            continue;
        }
        let start = before(text, next).map_or(next, |b| next - b.len_utf8()).max(done);
        while let Some(d) = after(text, at).filter(|&d| !begins(form, d)) {
            at += d.len_utf8();
        }
        piece(form, text, start, at, out);
        done = at;
    }
}

/// Where characters stand that NFC may change; the rest of the plane is large and frequent.
pub(crate) const NFC: &[(char, char)] = &[
    ('\u{C0}', '\u{2001}'),
    ('\u{20D0}', '\u{23FF}'),
    ('\u{2ADC}', '\u{2FFF}'),
    ('\u{302A}', '\u{302F}'),
    ('\u{3099}', '\u{309A}'),
    ('\u{A66F}', '\u{ABFF}'),
    ('\u{D7B0}', '\u{D7FF}'),
    ('\u{F900}', '\u{FE2F}'),
    ('\u{10000}', '\u{10FFFF}'),
];

/// The same for NFD, which takes kana and hangul apart too.
pub(crate) const NFD: &[(char, char)] = &[
    ('\u{C0}', '\u{2001}'),
    ('\u{20D0}', '\u{23FF}'),
    ('\u{2ADC}', '\u{2FFF}'),
    ('\u{302A}', '\u{302F}'),
    ('\u{304B}', '\u{30FF}'),
    ('\u{A66F}', '\u{D7FF}'),
    ('\u{F900}', '\u{FE2F}'),
    ('\u{10000}', '\u{10FFFF}'),
];

/// The same for NFKD and NFKC: everything but ASCII, the ideographs and the usual Chinese marks.
pub(crate) const COMPATIBILITY: &[(char, char)] =
    &[('\u{80}', '\u{3000}'), ('\u{3021}', '\u{33FF}'), ('\u{A000}', '\u{D7FF}'), ('\u{F900}', '\u{10FFFF}')];

static LEADS_NFC: [bool; 256] = leads(NFC);
static LEADS_NFD: [bool; 256] = leads(NFD);
static LEADS_COMPATIBILITY: [bool; 256] = leads(COMPATIBILITY);

/// The first bytes of the characters of some ranges.
const fn leads(ranges: &[(char, char)]) -> [bool; 256] {
    const fn lead(c: char) -> usize {
        match c as usize {
            c @ 0..=0x7FF => 0xC0 | c >> 6,
            c @ 0x800..=0xFFFF => 0xE0 | c >> 12,
            c => 0xF0 | c >> 18,
        }
    }
    let mut table = [false; 256];
    let mut i = 0;
    while i < ranges.len() {
        let (mut byte, last) = (lead(ranges[i].0), lead(ranges[i].1));
        while byte <= last {
            table[byte] = true;
            byte += 1;
        }
        i += 1;
    }
    table
}

/// Whether a text that holds this character may not be in the form.
pub(crate) fn may_change(form: Step, c: char) -> bool {
    !begins(form, c)
}

/// Whether a piece may begin with the character: nothing before it ever interacts with it.
fn begins(form: Step, c: char) -> bool {
    let ranges = form.nominates();
    let i = ranges.partition_point(|r| r.1 < c);
    ranges.get(i).is_none_or(|r| r.0 > c)
        || check(form, c) == IsNormalized::Yes && canonical_combining_class(c) == 0
}

/// The ASCII character of a full-width one, under the compatibility forms.
fn narrow(form: Step, c: char) -> Option<char> {
    match c {
        '\u{FF01}'..='\u{FF5E}' if matches!(form, Step::Nfkc | Step::Nfkd) => {
            Some(char::from(c as u8 + 0x20))
        }
        _ => None,
    }
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
