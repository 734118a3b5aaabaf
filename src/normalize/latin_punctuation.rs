//! Full-width punctuation in lines without Chinese becomes half-width: `Hello，world！` of a Chinese keyboard.
//!
//! The other direction of [`super::punctuation`], which works on lines with Chinese only: no line is work for both. A
//! full-width mark brings its own space; where a word follows, or stands before a bracket, it becomes U+0020.

use super::change::Rewrite;
use super::script::{is_han, is_hangul, is_kana};
use super::walk::{after, before, each, line_around};

pub(crate) const NOMINATES: &[(char, char)] =
    &[('。', '。'), ('！', '！'), ('（', '）'), ('，', '，'), ('．', '．'), ('：', '；'), ('？', '？')];

/// The half-width form of a mark.
fn half_width(c: char) -> Option<char> {
    Some(match c {
        '。' | '．' => '.',
        '！' => '!',
        '（' => '(',
        '）' => ')',
        '，' => ',',
        '：' => ':',
        '；' => ';',
        '？' => '?',
        _ => return None,
    })
}

pub(crate) fn run(text: &str, out: &mut Rewrite<'_>) {
    let mut line = 0..0;
    let mut latin = false;
    each(
        text,
        |b| matches!(b, 0xE3 | 0xEF),
        |at, c| {
            let Some(half) = half_width(c) else { return };
            if at >= line.end {
                line = line_around(text, at);
                latin = is_latin(&text[line.clone()]);
            }
            if !latin {
                return;
            }
            let end = at + c.len_utf8();
            let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            let (left, right) = (before(text, at), after(text, end));
            let digits = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
            let mut new = String::with_capacity(3);
            match half {
                '(' => new.extend(word(left).then_some(' ')),
                // 12:30, 1,000 and 3.5 hold together.
                ',' | ':' | '.' if digits(left) && digits(right) => {
                    return out.replace_char(at, c, half);
                }
                _ => {}
            }
            new.push(half);
            if half != '(' && (word(right) || half != ')' && right == Some('（')) {
                new.push(' ');
            }
            out.replace(at..end, &new);
        },
    );
}

/// Latin letters, and none of Chinese, Japanese or Korean.
fn is_latin(line: &str) -> bool {
    let mut letters = false;
    for c in line.chars() {
        if is_han(c) || is_kana(c) || is_hangul(c) {
            return false;
        }
        letters |= c.is_ascii_alphabetic();
    }
    letters
}
