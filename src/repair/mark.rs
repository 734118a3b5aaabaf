//! A byte order mark at the start of a text whose first character it swallowed.
//!
//! The mark's three bytes in UTF-8 are EF BB BF. Read as GBK, the first two show as 锘 and the last one takes the
//! first byte of the text along: `锘縮tatic` was a mark and `static`. No text begins with 锘 and a character of
//! such bytes.

use crate::codec::CodePage;
use crate::edit::Edit;

/// The edit that undoes it, if the text begins so.
pub(super) fn find(text: &str) -> Option<Edit> {
    let mut chars = text.chars();
    let (first, second) = (chars.next().filter(|&c| c == '锘')?, chars.next()?);
    let codes = CodePage::Gbk.bytes(second);
    let swallowed = codes.iter().find_map(|code| match *code {
        [0xBF, byte @ 0x40..=0x7E] => Some(char::from(byte)),
        _ => None,
    })?;
    let len = first.len_utf8() + second.len_utf8();
    Some(Edit {
        before: 0..len,
        after: 0..0,
        old: text[..len].to_owned(),
        new: format!("\u{FEFF}{swallowed}"),
        cause: "utf-8>gbk".into(),
        layers: 1,
        confidence: 0.999,
        reversible: true,
        restored: Vec::new(),
    })
}
