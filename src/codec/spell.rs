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
                    let is_lone = may_be_lone(c) && self.lone().iter().any(|lone| lone.1 == c);
                    if is_lone || table.may_have_more(c) && table.more(c).next().is_some() {
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

    /// Bytes behind the first one.
    fn bytes_of(spelled: &Option<Vec<u8>>) -> usize {
        spelled.as_ref().map_or(0, |bytes| bytes.len() - 1)
    }

    #[test]
    fn a_text_is_spelled_as_its_characters_are_if_none_has_two_spellings() {
        for page in CodePage::ALL {
            for c in '\u{80}'..=char::MAX {
                let spellings = page.bytes(c);
                let mut strings = spellings.iter();
                let only = strings.next().filter(|_| strings.next().is_none());
                let expected = only.map(|bytes| [b"a", bytes].concat());
                let spelled = page.spelled(&format!("a{c}"));
                // A byte alone in a page of pairs is left to those who look closer.
                let is_lone = !page.is_single_byte() && bytes_of(&expected) == 1;
                assert!(spelled == expected || is_lone && spelled.is_none(), "{c:?} in {page}");
            }
        }
    }
}
