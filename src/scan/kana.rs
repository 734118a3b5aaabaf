//! Kana that stand alone among ideographs.
//!
//! The common characters of Big5 are in GBK's rows of common ideographs and of kana, so that garbage of that
//! channel may show nothing rare. A kana between two ideographs, in a line that is no Japanese, tells it; so does, in
//! any line, a small ゃ, ゅ or ょ behind an ideograph: it is part of a syllable whose first half is a kana.

use super::{Family, Nominee};

/// Ideographs that such a line has at least.
const FEWEST: usize = 4;
/// Japanese has a kana for so many ideographs at most.
const JAPANESE: usize = 2;
/// Hiragana and katakana in one run of so few are no word.
const MIXED: usize = 4;

/// The lines of a text that are nominated already, in order, with those that have such a character.
pub(crate) fn beside<'t>(text: &'t str, others: impl Iterator<Item = Nominee<'t>>) -> Vec<Nominee<'t>> {
    let mut all: Vec<_> = others.chain(nominees(text)).collect();
    // Both ascend: to sort them is to merge them.
    all.sort_by_key(|n| n.start);
    all.dedup_by(|next, kept| {
        let is_same = next.start == kept.start;
        if is_same {
            *kept = kept.and(*next);
        }
        is_same
    });
    all
}

/// The lines that have such a character, in order. Costs a look at each character of three bytes that may be a kana, and
/// at the lines of those that are.
fn nominees(text: &str) -> impl Iterator<Item = Nominee<'_>> {
    let bytes = text.as_bytes();
    let mut done = 0;
    rows(bytes).filter_map(move |at| {
        if at < done {
            return None;
        }
        let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |n| n + 1);
        done = memchr::memchr(b'\n', &bytes[at..]).map_or(text.len(), |n| at + n + 1);
        let nominee = Nominee::of(start, &text[start..done], Family::Chinese.bit());
        places(nominee.line).next().map(|_| nominee)
    })
}

/// Where characters of the rows of kana begin.
fn rows(bytes: &[u8]) -> impl Iterator<Item = usize> {
    let is_row = |&at: &usize| matches!(bytes.get(at + 1), Some(0x81..=0x83));
    memchr::memchr_iter(0xE3, bytes).filter(is_row)
}

/// Where in a line such characters end, with the family that they are signs of.
pub(crate) fn places(line: &str) -> impl Iterator<Item = (usize, u8)> {
    let line = if rows(line.as_bytes()).next().is_some() { line } else { "" };
    let (mut han, mut kana) = (0, 0);
    for c in line.chars() {
        han += usize::from(is_han(c));
        kana += usize::from(is_kana(c));
    }
    let is_japanese = JAPANESE * kana >= han;
    let line = if han >= FEWEST { line } else { "" };
    // A run of kana: its length, whether hiragana and katakana are mixed in it, and whether it follows an ideograph.
    let (mut length, mut mixed, mut follows) = (0, false, false);
    let mut last = ' ';
    let mut chars = line.char_indices();
    std::iter::from_fn(move || {
        loop {
            let (at, c) = chars.next()?;
            let before = std::mem::replace(&mut last, c);
            if is_kana(c) {
                match length {
                    0 => (mixed, follows) = (false, is_han(before)),
                    _ => mixed |= is_katakana(c) != is_katakana(before),
                }
                length += 1;
                if length == 1 && follows && matches!(c, 'ゃ' | 'ゅ' | 'ょ' | 'ャ' | 'ュ' | 'ョ') {
                    return Some((at + c.len_utf8(), Family::Chinese.bit()));
                }
                continue;
            }
            let length = std::mem::take(&mut length);
            let is_alone = match length {
                1 => follows && before != 'の',
                2..=MIXED => mixed,
                _ => false,
            };
            if is_alone && !is_japanese && is_han(c) {
                return Some((at, Family::Chinese.bit()));
            }
        }
    })
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}')
}

fn is_kana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{3094}') || is_katakana(c)
}

fn is_katakana(c: char) -> bool {
    matches!(c, '\u{30A1}'..='\u{30F6}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(line: &str) -> bool {
        places(line).next().is_some()
    }

    #[test]
    fn kana_stand_alone_in_big5_that_was_read_as_gbk_and_in_nothing_else() {
        let (bytes, ..) = encoding_rs::BIG5.encode("雲林縣民雄鄉福德街8號");
        assert!(has(&encoding_rs::GBK.decode(&bytes).0));
        // Half of it shows as kana.
        let (bytes, ..) = encoding_rs::BIG5.encode("臺北市士林區文山一路");
        assert!(has(&encoding_rs::GBK.decode(&bytes).0));
        for clean in [
            "我の家庭料理餐廳，地址在臺北市。",
            "今日は天気がいいので、散歩に出かけました。",
            "函数的参数α与β都取正值。",
            "臺北市信義區松高路十一號",
            "カラオケ店在二樓，請搭電梯上樓。",
            "今日は急行で東京へ行ってきました。",
        ] {
            assert!(!has(clean), "{clean}");
        }
    }

    #[test]
    fn lines_are_told_with_their_places() {
        let text = "好的\n非喘ム庇郡匪打马褐隔\n好";
        let lines: Vec<_> = nominees(text).map(|n| (n.start, n.line)).collect();
        assert_eq!(lines, [(7, "非喘ム庇郡匪打马褐隔\n")]);
    }
}
