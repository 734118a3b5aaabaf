//! Quotation marks of Chinese lines, from one style to another.

use super::change::Rewrite;
use super::script::is_chinese;
use super::walk::line_around;

/// Goes through the lines that hold one of `marks` and are Chinese.
fn lines(text: &str, marks: &[char], mut f: impl FnMut(usize, &str)) {
    let mut done = 0;
    while let Some(at) = text[done..].find(marks) {
        let line = line_around(text, done + at);
        if is_chinese(&text[line.clone()]) {
            f(line.start, &text[line.clone()]);
        }
        done = line.end;
    }
}

/// `「」` to `“”` and `『』` to `‘’`: the mainland's style.
pub(crate) mod curly {
    use super::*;

    pub(crate) const NOMINATES: &[(char, char)] = &[('「', '』')];

    pub(crate) fn run(text: &str, out: &mut Rewrite<'_>) {
        lines(text, &['「', '」', '『', '』'], |start, line| {
            for (at, c) in line.char_indices() {
                let new = match c {
                    '「' => '“',
                    '」' => '”',
                    '『' => '‘',
                    '』' => '’',
                    _ => continue,
                };
                out.replace_char(start + at, c, new);
            }
        });
    }
}

/// `“”` to `「」` and `‘’` to `『』`: the style of Taiwan and Hong Kong. An apostrophe stays.
pub(crate) mod corner {
    use super::*;

    pub(crate) const NOMINATES: &[(char, char)] = &[('‘', '’'), ('“', '”')];

    pub(crate) fn run(text: &str, out: &mut Rewrite<'_>) {
        lines(text, &['“', '”', '‘', '’'], |start, line| {
            let last = line.rfind('’').unwrap_or(0);
            let mut single = false;
            let mut previous = ' ';
            for (at, c) in line.char_indices() {
                let next = line[at + c.len_utf8()..].chars().next();
                let apostrophe =
                    previous.is_ascii_alphanumeric() && next.is_some_and(|c| c.is_ascii_alphanumeric());
                previous = c;
                let new = match c {
                    '“' => '「',
                    '”' => '」',
                    '‘' if at < last => {
                        single = true;
                        '『'
                    }
                    '’' if single && !apostrophe => {
                        single = false;
                        '』'
                    }
                    _ => continue,
                };
                out.replace_char(start + at, c, new);
            }
        });
    }
}

/// `"` to `“` and `”` in turn, in lines where they are pairs and Chinese stands beside each.
pub(crate) mod straight {
    use super::*;
    use crate::normalize::script::{is_han, is_wide_mark};

    pub(crate) const NOMINATES: &[(char, char)] = &[('"', '"')];

    pub(crate) fn near(bytes: &[u8], at: usize) -> bool {
        at > 0 && bytes[at - 1] >= 0x80 || bytes.get(at + 1).is_some_and(|b| *b >= 0x80)
    }

    pub(crate) fn run(text: &str, out: &mut Rewrite<'_>) {
        lines(text, &['"'], |start, line| {
            let places: Vec<usize> = line.match_indices('"').map(|(at, _)| at).collect();
            // Inches, code and attributes: leave a line that does not read as pairs of quotes.
            let code = line.contains(['{', '}', '=', '<', '>', ';', '\\', '`']);
            if code || !places.len().is_multiple_of(2) {
                return;
            }
            let chinese = |c: char| is_han(c) || is_wide_mark(c);
            // Arguments, keys and titles of markup stand after these, and other quotes inside quotes.
            let code =
                |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '(' | '[' | ',' | '+' | '“' | '”');
            let all = places.chunks(2).all(|pair| {
                let inside = &line[pair[0] + 1..pair[1]];
                let left = line[..pair[0]].trim_end().chars().next_back();
                let right = line[pair[1] + 1..].trim_start().chars().next();
                let beside = [left, right, inside.chars().next(), inside.chars().next_back()];
                !inside.trim().is_empty()
                    && beside.into_iter().flatten().any(chinese)
                    && !left.is_some_and(code)
                    && !right.is_some_and(|c| matches!(c, ':' | ')' | ']' | '+' | '“' | '”'))
            });
            if all {
                for pair in places.chunks(2) {
                    out.replace(start + pair[0]..start + pair[0] + 1, "“");
                    out.replace(start + pair[1]..start + pair[1] + 1, "”");
                }
            }
        });
    }
}
