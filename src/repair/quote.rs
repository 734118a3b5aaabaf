//! Garbage that is quoted on purpose: pages about mojibake, tables of samples and their meaning.

use std::cell::OnceCell;

/// Words by which a text speaks of garbage.
const WORDS: [&str; 8] = ["乱码", "亂碼", "mojibake", "Mojibake", "文字化け", "garbled", "锟斤拷", "烫烫烫"];

/// Phrases in which English tells of wrong decoding, in lower case; a hyphen counts as a space.
const PHRASES: [&str; 4] = ["read as ", "decoded as ", "interpreted as ", "misread "];
/// Encodings that such a phrase names.
const ENCODINGS: [&str; 8] = ["gbk", "gb2312", "gb18030", "cp936", "big5", "latin", "cp1252", "windows-125"];

/// A line that may quote garbage.
pub(crate) struct Line<'t> {
    text: &'t str,
    /// Whether it speaks of garbage; looked at once, however much garbage it has.
    speaks_of_it: OnceCell<bool>,
}

impl<'t> Line<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, speaks_of_it: OnceCell::new() }
    }

    /// Whether its garbage is quoted: it speaks of garbage, or says itself what this one means.
    pub(crate) fn quotes(&self, garbage: &str, reading: &str) -> bool {
        let speaks_of_it = || WORDS.iter().any(|w| self.text.contains(w)) || tells_of_decoding(self.text);
        *self.speaks_of_it.get_or_init(speaks_of_it) || is_explained(self.text, garbage, reading)
    }
}

fn tells_of_decoding(line: &str) -> bool {
    if !line.contains("as") && !line.contains("mis") {
        return false;
    }
    let line = line.to_ascii_lowercase();
    let words = line.replace('-', " ");
    PHRASES.iter().any(|p| words.contains(p)) && ENCODINGS.iter().any(|e| line.contains(e))
}

/// Whether every word that the reading brings stands in the line already.
fn is_explained(line: &str, garbage: &str, reading: &str) -> bool {
    let is_new = |w: &&str| w.chars().nth(1).is_some() && !garbage.contains(w);
    let mut words = reading.split(|c: char| c.is_ascii()).filter(is_new).peekable();
    words.peek().is_some() && words.all(|w| line.contains(w))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_quoted(line: &str, garbage: &str, reading: &str) -> bool {
        Line::new(line).quotes(garbage, reading)
    }

    #[test]
    fn a_line_that_tells_what_its_garbage_means_quotes_it() {
        assert!(is_quoted("`璁㈤槄` = 订阅", "璁㈤槄", "订阅"));
        assert!(is_quoted(
            "`璁㈤槄` = 订阅, `鐧诲綍` = 登录",
            "璁㈤槄` = 订阅, `鐧诲綍",
            "订阅` = 订阅, `登录"
        ));
        assert!(!is_quoted("// 订阅: 鐧诲綍", "鐧诲綍", "登录"));
        assert!(!is_quoted("// 登录后鐧诲綍鎴愬姛", "鐧诲綍鎴愬姛", "登录成功"));
    }

    #[test]
    fn a_line_that_speaks_of_wrong_decoding_quotes_its_garbage() {
        assert!(is_quoted("UTF-8-read-as-GBK gives 璁㈤槄", "璁㈤槄", "订阅"));
        assert!(is_quoted("乱码示例：璁㈤槄", "璁㈤槄", "订阅"));
        assert!(!is_quoted("// as before: 璁㈤槄", "璁㈤槄", "订阅"));
        assert!(!is_quoted("read as follows: 璁㈤槄", "璁㈤槄", "订阅"));
    }
}
