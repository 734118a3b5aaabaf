//! Double dashes between Chinese characters become `——`: `--`, `－－`, `──`, `――` and the like.
//!
//! A single dash stays: `北京—上海` is a range. So do rules (five and more), options and comments.

use super::change::Rewrite;
use super::script::{is_han, is_wide_mark};
use super::walk::{after, before, each, run as span};

pub(crate) const NOMINATES: &[(char, char)] =
    &[('-', '-'), ('\u{2013}', '\u{2015}'), ('\u{2500}', '\u{2500}'), ('\u{FF0D}', '\u{FF0D}')];

pub(crate) fn near(bytes: &[u8], at: usize) -> bool {
    bytes.get(at + 1) == Some(&b'-') && at > 0 && bytes[at - 1] >= 0x80
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2013}'..='\u{2015}' | '\u{2500}' | '\u{FF0D}')
}

pub(crate) fn run(text: &str, out: &mut Rewrite<'_>) {
    let mut done = 0;
    each(
        text,
        |b| matches!(b, b'-' | 0xE2 | 0xEF),
        |at, c| {
            if at < done || !is_dash(c) {
                return;
            }
            done = at + span(text, at, is_dash);
            let count = text[at..done].chars().count();
            let chinese = |c: Option<char>| c.is_some_and(|c| is_han(c) || is_wide_mark(c));
            let (left, right) = (before(text, at), after(text, done));
            let han = [left, right].into_iter().flatten().any(is_han);
            if (2..=4).contains(&count)
                && han
                && chinese(left)
                && (chinese(right) || right.is_none_or(|c| matches!(c, '\n' | '\r')))
            {
                out.replace(at..done, "——");
            }
        },
    );
}
