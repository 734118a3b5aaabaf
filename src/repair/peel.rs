//! One lossless layer undone: every character of a text is turned back into bytes, and all of them are read.

use crate::codec::CodePage;

use super::channel::{Layer, Truth};
use super::truth::{Pending, Step};

/// Characters above ASCII that are read one by one before the rest is read at once: what is no garbage of the layer
/// ends among them. None, where it is known to be.
const PROBE: usize = 6;
const NO_PROBE: usize = 0;

/// The text behind one layer; `None` unless every wide character gives bytes and all bytes form characters.
///
/// Time is linear in the text up to the first character that does not fit.
pub(super) fn peel(shown: &str, truth: Truth, page: CodePage) -> Option<String> {
    peel_after(PROBE, shown, truth, page)
}

fn peel_after(probe: usize, shown: &str, truth: Truth, page: CodePage) -> Option<String> {
    if may_be_lossy(shown, truth, page) {
        return None;
    }
    let mut reader = Reader { truth, page, pending: Pending::NONE, out: String::with_capacity(shown.len()) };
    let (mut at, mut probed) = (0, 0);
    for c in shown.chars() {
        if probed >= probe && reader.pending.is_none() {
            break;
        }
        probed += usize::from(!c.is_ascii());
        reader.take(c)?;
        at += c.len_utf8();
    }
    let rest = &shown[at..];
    if !rest.is_empty() && !reader.take_all(rest) {
        // It may be that one of several spellings can be read.
        rest.chars().try_for_each(|c| reader.take(c))?;
    }
    // U+FFFD is what an earlier decoder could not read.
    (reader.pending.is_none() && !reader.out.contains('\u{FFFD}')).then_some(reader.out)
}

/// The text behind a stack of layers that is likely to be there.
pub(super) fn peeled(shown: &str, chain: &[Layer]) -> Option<String> {
    let (first, rest) = chain.split_first()?;
    let text = peel_after(NO_PROBE, shown, first.truth, first.page)?;
    rest.iter().try_fold(text, |text, layer| peel_after(NO_PROBE, &text, layer.truth, layer.page))
}

/// Whether a question mark may stand for a character: Windows and its like show it for what Big5 lacks; in GBK no
/// character of UTF-8 begins with a loss.
fn may_be_lossy(shown: &str, truth: Truth, page: CodePage) -> bool {
    let bytes = shown.as_bytes();
    let is_wide = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(|b| !b.is_ascii());
    !(page.is_single_byte() || truth == Truth::Utf8 && page == CodePage::Gbk)
        && memchr::memchr_iter(b'?', bytes).any(|at| is_wide(at.checked_sub(1)) || is_wide(Some(at + 1)))
}

/// Reads what stands behind shown characters.
struct Reader {
    truth: Truth,
    page: CodePage,
    pending: Pending,
    out: String,
}

impl Reader {
    /// Takes the next character; `None` unless one of its spellings can be read. Decoders spell some characters
    /// differently: where more than one can be read, the search decides which one it was.
    fn take(&mut self, c: char) -> Option<()> {
        if c.is_ascii() && self.pending.is_none() {
            self.out.push(c);
            return Some(());
        }
        let spellings = self.page.bytes(c);
        let mut read = spellings.iter().filter_map(|bytes| through(self.truth, self.pending, bytes));
        let (pending, chars) = read.next()?;
        if read.next().is_some() {
            return None;
        }
        self.pending = pending;
        self.out.extend(chars.into_iter().flatten());
        Some(())
    }

    /// Takes a whole text of characters that have one spelling each, with nothing pending before or behind; nothing is
    /// taken if that can't be.
    fn take_all(&mut self, shown: &str) -> bool {
        let Some(bytes) = self.page.spelled(shown) else { return false };
        match self.truth {
            Truth::Utf8 => match std::str::from_utf8(&bytes) {
                Ok(text) => self.out += text,
                Err(_) => return false,
            },
            Truth::Page(page) => {
                let before = self.out.len();
                let mut rest = &bytes[..];
                while !rest.is_empty() {
                    let Some((c, len)) = page.decode_one(rest) else {
                        self.out.truncate(before);
                        return false;
                    };
                    self.out.push(c);
                    rest = &rest[len..];
                }
            }
        }
        true
    }
}

/// The pending bytes and the characters that come out of one spelling; `None` if it can't be read.
fn through(truth: Truth, mut pending: Pending, bytes: &[u8]) -> Option<(Pending, [Option<char>; 2])> {
    let mut chars = [None; 2];
    for &byte in bytes {
        pending = match truth.step(pending, byte) {
            Step::Invalid => return None,
            Step::More(more) => more,
            // Of two bytes at most one ends a character above ASCII, but two may be characters of their own.
            Step::Char(c) => {
                chars[usize::from(chars[0].is_some())] = Some(c);
                Pending::NONE
            }
        };
    }
    Some((pending, chars))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What reading character by character gives.
    fn slowly(shown: &str, truth: Truth, page: CodePage) -> Option<String> {
        let mut reader = Reader { truth, page, pending: Pending::NONE, out: String::new() };
        shown.chars().try_for_each(|c| reader.take(c))?;
        (reader.pending.is_none() && !reader.out.contains('\u{FFFD}')).then_some(reader.out)
    }

    const CHANNELS: [(Truth, CodePage); 5] = [
        (Truth::Utf8, CodePage::Gbk),
        (Truth::Utf8, CodePage::Cp1252),
        (Truth::Page(CodePage::Gbk), CodePage::Latin1),
        (Truth::Page(CodePage::Big5), CodePage::Cp1252),
        (Truth::Page(CodePage::ShiftJis), CodePage::Gbk),
    ];

    fn garbled(text: &str, truth: Truth, page: CodePage) -> String {
        let encoded: Vec<u8> = match truth {
            Truth::Utf8 => text.bytes().collect(),
            Truth::Page(own) => text.chars().flat_map(|c| own.spelling(c).to_vec()).collect(),
        };
        let (mut out, mut rest) = (String::new(), &encoded[..]);
        while let Some((c, len)) = page.decode_one(rest) {
            out.push(c);
            rest = &rest[len..];
        }
        out
    }

    proptest! {
        #[test]
        fn all_at_once_reads_as_one_by_one_does(
            text in "[请先备份数据库，再执行升级脚本。图書館の€ab ?é]{0,40}",
            cut in 0usize..4,
        ) {
            for (truth, page) in CHANNELS {
                let mut shown = garbled(&text, truth, page);
                (0..cut).for_each(|_| { shown.pop(); });
                let expected = if may_be_lossy(&shown, truth, page) { None } else { slowly(&shown, truth, page) };
                prop_assert_eq!(peel(&shown, truth, page), expected, "{} {:?}", shown, page);
            }
        }
    }

    #[test]
    fn what_was_garbled_without_a_loss_comes_back() {
        let text = "v2: 请先备份数据库，再执行升级脚本。";
        for (truth, page) in [(Truth::Utf8, CodePage::Cp1252), (Truth::Page(CodePage::Gbk), CodePage::Latin1)]
        {
            let shown: String = match truth {
                // Python's decoder would refuse a byte or two; the table has controls for them.
                Truth::Utf8 => {
                    text.bytes().map(|b| page.decode_one(&[b]).map_or(char::from(b), |c| c.0)).collect()
                }
                Truth::Page(_) => garbled(text, truth, page),
            };
            assert_eq!(peel(&shown, truth, page).as_deref(), Some(text));
        }
    }
}
