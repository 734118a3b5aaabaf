//! Half-width katakana and the half-width marks of JIS X 0201 become full-width, sound marks joined: ｶﾞ is ガ.

use unicode_normalization::char::compose;

use super::change::Rewrite;
use super::walk::{after, each};

pub(crate) const NOMINATES: &[(char, char)] = &[('\u{FF61}', '\u{FF9F}')];

/// U+FF61 to U+FF9F, in order.
const FULL: [char; 63] = [
    '。', '「', '」', '、', '・', 'ヲ', 'ァ', 'ィ', 'ゥ', 'ェ', 'ォ', 'ャ', 'ュ', 'ョ', 'ッ', 'ー', 'ア',
    'イ', 'ウ', 'エ', 'オ', 'カ', 'キ', 'ク', 'ケ', 'コ', 'サ', 'シ', 'ス', 'セ', 'ソ', 'タ', 'チ', 'ツ',
    'テ', 'ト', 'ナ', 'ニ', 'ヌ', 'ネ', 'ノ', 'ハ', 'ヒ', 'フ', 'ヘ', 'ホ', 'マ', 'ミ', 'ム', 'メ', 'モ',
    'ヤ', 'ユ', 'ヨ', 'ラ', 'リ', 'ル', 'レ', 'ロ', 'ワ', 'ン', '゛', '゜',
];

pub(crate) fn run(text: &str, out: &mut Rewrite<'_>) {
    let mut done = 0;
    each(
        text,
        |b| b == 0xEF,
        |at, c| {
            if at < done || !matches!(c, '\u{FF61}'..='\u{FF9F}') {
                return;
            }
            let full = FULL[c as usize - 0xFF61];
            done = at + 3;
            let mark = match after(text, done) {
                Some('ﾞ') => '\u{3099}',
                Some('ﾟ') => '\u{309A}',
                _ => return out.replace_char(at, c, full),
            };
            match compose(full, mark) {
                Some(voiced) => {
                    done += 3;
                    out.replace(at..done, voiced.encode_utf8(&mut [0; 4]));
                }
                None => out.replace_char(at, c, full),
            }
        },
    );
}
