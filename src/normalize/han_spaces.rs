//! Spaces between Chinese characters.

use super::change::Rewrite;
use super::script::{is_han, is_wide_mark};
use super::walk::{after, before, each, run as span};

/// What PDF extraction and OCR leave: `本 发 明 涉 及`, `你好 ，世界`.
///
/// Where four or more single characters stand in a row, each between single spaces, the spaces go. So do
/// those before a full-width mark that closes or pauses, and those between one that opens or pauses and a
/// Chinese character. A space between
/// two words (`开放 创新`) or in a name set to three places (`张 三`) says something and stays.
pub(crate) mod ocr {
    use super::*;

    pub(crate) const NOMINATES: &[(char, char)] = &[(' ', ' ')];

    /// The fewest characters that make a row.
    const ROW: usize = 4;

    pub(crate) fn near(bytes: &[u8], at: usize) -> bool {
        at > 0 && bytes[at - 1] >= 0x80 && bytes.get(at + 1).is_some_and(|&b| b >= 0x80 || b == b' ')
    }

    pub(crate) fn run(text: &str, out: &mut Rewrite<'_>) {
        // Everything before is written or known to stay.
        let mut done = 0;
        each(
            text,
            |b| b == b' ',
            |at, _| {
                if at < done {
                    return;
                }
                let end = at + span(text, at, |c| c == ' ');
                done = end;
                let (Some(left), Some(right)) = (before(text, at), after(text, end)) else { return };
                if closes(right) && (is_han(left) || is_wide_mark(left)) || opens(left) && is_han(right) {
                    out.replace(at..end, "");
                    return;
                }
                if !is_han(left) || end - at != 1 {
                    return;
                }
                let first = at - left.len_utf8();
                if before(text, first).is_some_and(is_han) {
                    return;
                }
                // The row from here on: where each of its characters ends.
                let mut ends = vec![at];
                let mut next = end;
                while let Some(c) = after(text, next).filter(|&c| is_han(c)) {
                    let stop = next + c.len_utf8();
                    let gap = span(text, stop, |c| c == ' ');
                    if after(text, stop).is_some_and(is_han) {
                        break;
                    }
                    ends.push(stop);
                    if gap != 1 {
                        break;
                    }
                    next = stop + 1;
                }
                if ends.len() >= ROW {
                    let last = ends.len() - 1;
                    for &end in &ends[..last] {
                        out.replace(end..end + 1, "");
                    }
                    done = ends[last];
                }
            },
        );
    }

    /// Full-width marks that what follows belongs to, or that make a pause of their own.
    fn opens(c: char) -> bool {
        matches!(c, '，' | '。' | '、' | '；' | '：' | '？' | '！' | '（' | '《' | '「' | '『' | '【')
    }

    /// Full-width marks that nothing is set off from on their left.
    fn closes(c: char) -> bool {
        matches!(c, '，' | '。' | '、' | '；' | '：' | '？' | '！' | '）' | '》' | '」' | '』' | '】')
    }
}

/// Every space between two Chinese characters or full-width marks. For matching.
pub(crate) mod all {
    use super::*;

    pub(crate) const NOMINATES: &[(char, char)] =
        &[(' ', ' '), ('\u{A0}', '\u{A0}'), ('\u{3000}', '\u{3000}')];

    pub(crate) fn near(bytes: &[u8], at: usize) -> bool {
        at > 0 && bytes[at - 1] >= 0x80 && bytes.get(at + 1).is_some_and(|&b| b >= 0x80 || b == b' ')
    }

    pub(crate) fn run(text: &str, out: &mut Rewrite<'_>) {
        let is_space = |c| matches!(c, ' ' | '\u{A0}' | '\u{3000}');
        let is_chinese = |c| is_han(c) || is_wide_mark(c);
        let mut done = 0;
        each(
            text,
            |b| matches!(b, b' ' | 0xC2 | 0xE3),
            |at, c| {
                if at < done || !is_space(c) {
                    return;
                }
                done = at + span(text, at, is_space);
                if before(text, at).is_some_and(is_chinese) && after(text, done).is_some_and(is_chinese) {
                    out.replace(at..done, "");
                }
            },
        );
    }
}
