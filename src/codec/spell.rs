//! Whole texts back to bytes.

use super::{CodePage, may_be_lone};

impl CodePage {
    /// The bytes that are shown as `text`, if each of its characters stands for one string of bytes and no other.
    ///
    /// Time is linear in the text up to the first character of another kind.
    pub(crate) fn spelled(self, text: &str) -> Option<Vec<u8>> {
        let mut out = Vec::with_capacity(text.len());
        match self.double() {
            Some(table) => {
                for c in text.chars() {
                    if c.is_ascii() {
                        out.push(c as u8);
                        continue;
                    }
                    let code = table.code(c)?;
                    if may_be_lone(c) || table.may_have_more(c) && table.more(c).next().is_some() {
                        return None;
                    }
                    out.extend(code.to_be_bytes());
                }
            }
            None => {
                for c in text.chars() {
                    out.push(if c.is_ascii() { c as u8 } else { self.byte(c)? });
                }
            }
        }
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_spelled_as_its_characters_are_if_none_has_two_spellings() {
        for page in CodePage::ALL {
            for c in '\u{80}'..=char::MAX {
                let spellings = page.bytes(c);
                let mut strings = spellings.iter();
                let only = strings.next().filter(|_| strings.next().is_none());
                let expected = only.map(|bytes| [b"a", bytes].concat());
                let spelled = page.spelled(&format!("a{c}"));
                // Half-width katakana are left to those who look closer.
                assert!(spelled == expected || page == CodePage::ShiftJis && spelled.is_none(), "{c:?} in {page}");
            }
        }
    }
}
