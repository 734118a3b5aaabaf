//! Half-width punctuation in Chinese context becomes full-width: `，：；？！（）`.
//!
//! The rule is the typesetter's: a mark belongs to the writing that it stands in. A line is Chinese if it
//! has Chinese characters, no kana and no hangul, and does not look like code or data; in such a line a
//! mark is decided by what stands on its two sides, brackets as pairs. Numbers, times, ratios, Latin text,
//! URLs, file names, Markdown, HTML and smileys keep theirs. Where the sides don't settle it the mark stays.
//!
//! Decisions never depend on whether another mark is half-width or already full-width, so that a second
//! run finds nothing. The rules are our own, checked on the texts that `docs/normalization.md` names.

mod around;
mod brackets;
mod clauses;
mod code;
mod line;
mod row;
mod shield;
mod side;
mod spaces;
mod stops;

use memchr::{memchr2, memrchr2};

use super::change::Rewrite;
use super::walk::find;
use around::Around;
use line::{Line, full_width};

pub(crate) const NOMINATES: &[(char, char)] =
    &[('!', '!'), ('(', ')'), (',', ','), ('.', '.'), (':', ';'), ('?', '?')];

/// Whether a byte is one of the marks that this step may change.
const fn is_mark(byte: u8) -> bool {
    matches!(byte, b',' | b':' | b';' | b'?' | b'!' | b'(' | b')' | b'.')
}

const MARKS: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = is_mark(byte as u8);
        byte += 1;
    }
    table
};

/// What the step changes, a space among it, and what that becomes.
pub(crate) fn marks() -> impl Iterator<Item = char> {
    let half = (0..0x80).map(char::from).filter(|&c| is_mark(c as u8));
    half.flat_map(|c| [Some(c), full_width(c)]).flatten().chain([' '])
}

/// A quick refutation: whether the mark at `at` has anything but ASCII near enough to be changed.
pub(crate) fn may_change(bytes: &[u8], at: usize) -> bool {
    let foreign = |i: usize| bytes.get(i).is_some_and(|b| *b >= 0x80);
    let before = at > 0 && foreign(at - 1);
    match bytes[at] {
        // A sentence end: only after Chinese, only at the end of a line.
        b'.' => before && bytes.get(at + 1).is_none_or(|b| matches!(b, b'\n' | b'\r')),
        // A bracket is decided by its content too, so that only a line without Chinese refutes it.
        b'(' | b')' => {
            let line = bounds(bytes, at);
            !bytes[line].is_ascii()
        }
        _ => {
            before
                || foreign(at + 1)
                // Behind quotes, brackets and spaces.
                || (at > 1 && (bytes[at - 1] == b' ' || bytes[at - 1].is_ascii_punctuation()) && foreign(at - 2))
                || foreign(at + 2)
                // After a number or a word, before a number or a word: settled by the line.
                || (matches!(bytes[at], b',' | b';')
                    && bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic)
                    && at > 0
                    && !bytes[at - 1].is_ascii_alphabetic())
                || (at > 0 && matches!(bytes[at], b'?' | b'!') && !bytes[at - 1].is_ascii_whitespace())
        }
    }
}

/// The first mark from `at` on. Eight bytes without ASCII are passed over at once.
fn next_mark(bytes: &[u8], mut at: usize) -> Option<usize> {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    while let Some(eight) = bytes.get(at..at + 8).and_then(|eight| <[u8; 8]>::try_from(eight).ok()) {
        if u64::from_le_bytes(eight) & HIGH != HIGH
            && let Some(n) = eight.iter().position(|&b| MARKS[usize::from(b)])
        {
            return Some(at + n);
        }
        at += 8;
    }
    find(bytes, at, |b| MARKS[b as usize])
}

/// The line that holds `at`, without its end.
fn bounds(bytes: &[u8], at: usize) -> std::ops::Range<usize> {
    let start = memrchr2(b'\n', b'\r', &bytes[..at]).map_or(0, |i| i + 1);
    let end = memchr2(b'\n', b'\r', &bytes[at..]).map_or(bytes.len(), |i| at + i);
    start..end
}

pub(crate) fn run(text: &str, out: &mut Rewrite<'_>) {
    let bytes = text.as_bytes();
    // Looked at only for a line that needs it.
    let mut around: Option<Around<'_>> = None;
    let mut line = Line::default();
    let mut at = 0;
    while let Some(mark) = next_mark(bytes, at) {
        at = mark;
        if !may_change(bytes, at) {
            at += 1;
            continue;
        }
        let range = bounds(bytes, at);
        at = range.end;
        if bytes[range.clone()].is_ascii() || !line.read(&text[range.clone()]) {
            continue;
        }
        let around = around.get_or_insert_with(|| Around::new(text));
        if !around.is_verbatim(&range) && !around.is_foreign(&range) {
            line.decide(&around.rows(&range));
            line.write(range.start, out);
        }
    }
}
