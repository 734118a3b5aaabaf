//! Repeated marks: `，，` and `。。` become one, more than three `！` or `？` become three.
//!
//! Three is what the national standard GB/T 15834 allows. Three and more 。 are an ellipsis and stay.

use super::change::Rewrite;
use super::walk::{each, run as span};

pub(crate) const NOMINATES: &[(char, char)] =
    &[('、', '。'), ('！', '！'), ('，', '，'), ('：', '；'), ('？', '？')];

pub(crate) fn run(text: &str, out: &mut Rewrite<'_>) {
    let mut done = 0;
    each(
        text,
        |b| matches!(b, 0xE3 | 0xEF),
        |at, c| {
            if at < done || !matches!(c, '，' | '、' | '；' | '：' | '。' | '！' | '？') {
                return;
            }
            done = at + span(text, at, |d| d == c);
            let count = (done - at) / 3;
            let keep = match c {
                '，' | '、' | '；' | '：' => 1,
                '。' if count == 2 => 1,
                '！' | '？' if count > 3 => 3,
                _ => count,
            };
            if keep < count {
                out.replace(at + 3 * keep..done, "");
            }
        },
    );
}
