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
    std::iter::from_fn(move || {
        loop {
            let at = next_kana(bytes, done)?;
            let start = memchr::memrchr(b'\n', &bytes[done..at]).map_or(done, |n| done + n + 1);
            done = memchr::memchr(b'\n', &bytes[at..]).map_or(text.len(), |n| at + n + 1);
            let nominee = Nominee::of(start, &text[start..done], Family::Chinese.bit());
            if places(nominee.line).next().is_some() {
                return Some(nominee);
            }
        }
    })
}

/// Bytes looked at in one go: few enough that their number fits a byte, which lets the compiler count in vectors.
const BLOCK: usize = 192;

/// Where, from `at` on, a character of the rows of kana begins. Ideographic stops begin with the same byte, so blocks are
/// asked first whether they have any.
fn next_kana(bytes: &[u8], at: usize) -> Option<usize> {
    (at..bytes.len()).step_by(BLOCK).find_map(|from| {
        let block = &bytes[from..bytes.len().min(from + BLOCK + 1)];
        let pairs = || block.iter().zip(block.get(1..).unwrap_or(&[]));
        let is_row =
            |first: u8, second: u8| u8::from(first == 0xE3) & u8::from(second.wrapping_sub(0x81) < 3);
        let any = pairs().fold(0, |any, (&first, &second)| any | is_row(first, second));
        let n =
            if any == 0 { None } else { pairs().position(|(&first, &second)| is_row(first, second) != 0) };
        n.map(|n| from + n)
    })
}

/// What a line has: ideographs, kana, and whether a small ya, yu or yo stands behind an ideograph.
#[derive(Debug, Default, PartialEq)]
struct Counts {
    han: usize,
    kana: usize,
    small: bool,
}

impl Counts {
    /// Told by the bytes, without a branch: first bytes stand nowhere but at the beginning of a character.
    fn of(line: &str) -> Self {
        let bytes = line.as_bytes();
        let (second, third) = (bytes.get(1..).unwrap_or(&[]), bytes.get(2..).unwrap_or(&[]));
        let mut counts = Self::default();
        for (first, (second, third)) in bytes.chunks(BLOCK).zip(second.chunks(BLOCK).zip(third.chunks(BLOCK)))
        {
            let (mut han, mut kana) = (0u8, 0u8);
            for (&a, (&b, &c)) in first.iter().zip(second.iter().zip(third)) {
                let is = |first: u8, second: u8| u8::from(a == first) & u8::from(b == second);
                let within = |byte: u8, from: u8, to: u8| u8::from(byte.wrapping_sub(from) <= to - from);
                han += within(a, 0xE5, 0xE9) | u8::from(a == 0xE4) & u8::from(b >= 0xB8);
                kana += is(0xE3, 0x81) & u8::from(c > 0x80)
                    | is(0xE3, 0x82) & (u8::from(c <= 0x94) | u8::from(c > 0xA0))
                    | is(0xE3, 0x83) & u8::from(c <= 0xB6);
            }
            counts.han += usize::from(han);
            counts.kana += usize::from(kana);
        }
        counts.small = counts.kana > 0 && has_small(bytes);
        counts
    }
}

/// Whether a small ya, yu or yo stands behind an ideograph.
fn has_small(bytes: &[u8]) -> bool {
    let [first, second, third] = [3, 4, 5].map(|n| bytes.get(n..).unwrap_or(&[]));
    let behind = first.iter().zip(second).zip(third);
    bytes.iter().zip(behind).fold(0, |any, (&han, ((&a, &b), &c))| {
        let is_han = u8::from(han.wrapping_sub(0xE4) <= 0xE9 - 0xE4);
        let is = |x: u8| u8::from(c == x);
        let is_small = u8::from(b == 0x82) & (is(0x83) | is(0x85) | is(0x87))
            | u8::from(b == 0x83) & (is(0xA3) | is(0xA5) | is(0xA7));
        any | is_han & u8::from(a == 0xE3) & is_small
    }) != 0
}

/// Whether so many kana are in a text, and too many for its ideographs to be Chinese.
pub(super) fn is_japanese(text: &str, least: usize) -> bool {
    let Counts { han, kana, .. } = Counts::of(text);
    kana >= least && JAPANESE * kana >= han
}

/// Where in a line such characters end, with the family that they are signs of.
pub(crate) fn places(line: &str) -> impl Iterator<Item = (usize, u8)> {
    let Counts { han, kana, small } = Counts::of(line);
    let is_japanese = JAPANESE * kana >= han;
    let line = if han >= FEWEST && kana > 0 && (small || !is_japanese) { line } else { "" };
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
    fn bytes_tell_what_characters_would() {
        for c in '\0'..=char::MAX {
            let counts = Counts::of(&c.to_string());
            assert_eq!((counts.han, counts.kana), (is_han(c).into(), is_kana(c).into()), "{c:?}");
            let is_small = matches!(c, 'ゃ' | 'ゅ' | 'ょ' | 'ャ' | 'ュ' | 'ョ');
            assert_eq!(Counts::of(&format!("在{c}")).small, is_small, "{c:?}");
        }
        for n in [0, 1, 62, 63, 64, 65, 200] {
            let line = format!("{}あ在ょ", "字".repeat(n));
            assert_eq!(Counts::of(&line), Counts { han: n + 1, kana: 2, small: true });
            assert_eq!(next_kana(line.as_bytes(), 0), Some(3 * n));
        }
    }

    #[test]
    fn lines_are_told_with_their_places() {
        let text = "好的\n非喘ム庇郡匪打马褐隔\n好";
        let lines: Vec<_> = nominees(text).map(|n| (n.start, n.line)).collect();
        assert_eq!(lines, [(7, "非喘ム庇郡匪打马褐隔\n")]);
    }
}
