//! Kana and Greek letters that stand alone among ideographs.
//!
//! The common characters of Big5 are in GBK's rows of common ideographs, of kana and of Greek, so that garbage of that
//! channel may show nothing rare. A kana between two ideographs, in a line that is no Japanese, tells it.

use super::{Family, Nominee};

/// Ideographs that such a line has at least.
const FEWEST: usize = 4;
/// Japanese has a kana for so many ideographs at most.
const JAPANESE: usize = 2;

/// The lines that have such a character, in order. Costs a look at each character of three bytes that may be a kana, and
/// at the lines of those that are.
pub(crate) fn nominees(text: &str) -> impl Iterator<Item = Nominee<'_>> {
    let bytes = text.as_bytes();
    let mut done = 0;
    let is_row = move |&at: &usize| matches!(bytes.get(at + 1), Some(0x81..=0x83));
    memchr::memchr_iter(0xE3, bytes).filter(is_row).filter_map(move |at| {
        if at < done {
            return None;
        }
        let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |n| n + 1);
        done = memchr::memchr(b'\n', &bytes[at..]).map_or(text.len(), |n| at + n + 1);
        let nominee = Nominee { start, line: &text[start..done], families: Family::Chinese.bit() };
        places(nominee.line).next().map(|_| nominee)
    })
}

/// Where in a line such characters end, with the family that they are signs of.
pub(crate) fn places(line: &str) -> impl Iterator<Item = (usize, u8)> {
    let (mut han, mut kana) = (0, 0);
    for c in line.chars() {
        han += usize::from(is_han(c));
        kana += usize::from(is_kana(c));
    }
    let line = if han >= FEWEST && kana > 0 && JAPANESE * kana < han { line } else { "" };
    let mut before = [' '; 2];
    let mut chars = line.char_indices().peekable();
    std::iter::from_fn(move || {
        loop {
            let (at, c) = chars.next()?;
            let [first, second] = before;
            before = [second, c];
            let next = chars.peek().map_or(' ', |n| n.1);
            // Of two in a row, one is hiragana and one katakana, as no word is spelled.
            let alone = is_kana(c) && is_han(second) && is_han(next);
            let mixed = is_kana(c) && is_kana(second) && is_katakana(c) != is_katakana(second);
            if alone && c != 'の' || mixed && is_han(first) && is_han(next) {
                return Some((at + c.len_utf8(), Family::Chinese.bit()));
            }
        }
    })
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}')
}

/// Kana, and the letters that stand in the rows beside them.
fn is_kana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{3094}' | '\u{30A1}'..='\u{30F6}' | 'Α'..='Ω' | 'α'..='ω')
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
        let (bytes, ..) = encoding_rs::BIG5.encode("臺北市信義區松高路11號");
        assert!(has(&encoding_rs::GBK.decode(&bytes).0));
        for clean in [
            "我の家庭料理餐廳，地址在臺北市。",
            "今日は天気がいいので、散歩に出かけました。",
            "函数的参数α与β都取正值。",
            "臺北市信義區松高路十一號",
            "カラオケ店在二樓，請搭電梯上樓。",
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
