//! Full-width letters and digits become ASCII; full-width signs do where they stand inside a number or a word.
//!
//! Letters and digits never need to be wide. Signs are decided by their neighbours: `１２：３０`, `１，０００`,
//! `３．５％` and `ａ＠ｂ．ｃｏｍ` are numbers and names; the comma of a Chinese sentence stays wide.

use super::change::Rewrite;
use super::walk::{after, before, each};

pub(crate) const NOMINATES: &[(char, char)] = &[('\u{FF01}', '\u{FF5E}')];

/// The ASCII character of a full-width one, and other characters as they are.
fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from(c as u8 + 0x20),
        _ => c,
    }
}

pub(crate) fn run(text: &str, out: &mut Rewrite<'_>) {
    each(
        text,
        |b| b == 0xEF,
        |at, c| {
            if matches!(c, '\u{FF01}'..='\u{FF5E}') && is_narrow(text, at, c) {
                out.replace_char(at, c, narrow(c));
            }
        },
    );
}

fn is_narrow(text: &str, at: usize, c: char) -> bool {
    let (left, right) = (before(text, at), after(text, at + 3));
    let is = |c: Option<char>, what: fn(&char) -> bool| c.map(narrow).as_ref().is_some_and(what);
    let digits = || is(left, char::is_ascii_digit) && is(right, char::is_ascii_digit);
    match narrow(c) {
        '0'..='9' | 'A'..='Z' | 'a'..='z' => true,
        '%' => is(left, char::is_ascii_digit),
        '$' | '#' => is(right, char::is_ascii_digit),
        ':' => digits(),
        // A thousands separator: three digits follow, and no fourth.
        ',' => {
            let mut rest = text[at + 3..].chars().map(narrow);
            is(left, char::is_ascii_digit)
                && rest.by_ref().take(3).filter(char::is_ascii_digit).count() == 3
                && !is(rest.next(), char::is_ascii_digit)
        }
        // Between letters only if these are wide too: a wide full stop ends sentences after Latin words.
        '.' | '/' | '@' | '_' | '-' | '+' | '=' | '&' | '*' => {
            let wide =
                |c: Option<char>| c.is_some_and(|c| !c.is_ascii() && narrow(c).is_ascii_alphanumeric());
            digits() || wide(left) && wide(right)
        }
        _ => false,
    }
}
