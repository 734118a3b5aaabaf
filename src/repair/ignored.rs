//! Bytes that a decoder was told to ignore: Python's `errors="ignore"`, `iconv -c`, PHP's `//IGNORE`.
//!
//! Nothing marks the place, but the decoder reads pairs, so a byte is missing between two shown characters only; and what
//! is left of a character of UTF-8 tells that it lacks one. Which byte it was is little known before ASCII, and nearly
//! known elsewhere: few bytes make no pair with the next one.

use crate::codec::{CodePage, Decoder};

use super::channel::{Layer, Loss, Truth};
use super::truth::{Pending, Step};

/// How a decoder that was told to ignore errors read the layer's page, if it shows characters for private use or not.
/// None where nothing would come back: of UTF-8 as Big5 half is gone; and none more where something was left out
/// already.
pub(super) fn loss(layer: &Layer, shows_private: bool) -> Option<Loss> {
    if layer.loses_unseen() {
        return None;
    }
    let decoder = match layer.page {
        // Decoders that show the user-defined codes read all pairs.
        CodePage::Gbk if shows_private => Decoder::Jdk17Gbk,
        CodePage::Gbk => Decoder::PythonGbk,
        CodePage::ShiftJis => Decoder::PythonCp932,
        CodePage::EucKr => Decoder::PythonCp949,
        CodePage::Big5 if layer.truth != Truth::Utf8 => Decoder::PythonCp950,
        _ => return None,
    };
    Some(Loss::Ignored { decoder })
}

/// Whether all wide characters of a text, two at least, are what UTF-8 shows as in a layer that ignores bytes.
pub(super) fn reads(shown: &str, layer: &Layer) -> bool {
    if !matches!(layer.loss, Loss::Ignored { .. }) {
        return false;
    }
    let (mut wide, mut pending) = (0, Pending::NONE);
    for c in shown.chars() {
        let next = if c.is_ascii() { Some(Pending::NONE) } else { after(layer, pending, c) };
        let Some(next) = next else { return false };
        pending = next;
        wide += usize::from(!c.is_ascii());
    }
    wide >= 2
}

/// What is pending after a shown character, before which bytes may be missing.
fn after(layer: &Layer, pending: Pending, c: char) -> Option<Pending> {
    let bytes = layer.page.spelling(c);
    let through = |pending| layer.truth.through(pending, &bytes);
    // The last ones are missing, or one in the middle.
    let lacking = || {
        let middle = (0x80..=0xBF).find_map(|byte| match layer.truth.step(pending, byte) {
            Step::More(more) => through(more),
            _ => None,
        });
        through(Pending::NONE).or(middle)
    };
    (!bytes.is_empty()).then(|| through(pending).or_else(|| lacking().filter(|_| !pending.is_none())))?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads_gbk(shown: &str) -> bool {
        let loss = Loss::Ignored { decoder: Decoder::PythonGbk };
        reads(shown, &Layer { truth: Truth::Utf8, page: CodePage::Gbk, loss, stripped: false })
    }

    #[test]
    fn what_lacks_bytes_is_told_from_clean_text() {
        for garbled in ["绗涓绔 鎬昏", "璇峰厛澶囦唤鏁版嵁搴擄紝鍐嶆墽琛屽崌绾ц剼鏈銆"]
        {
            assert!(reads_gbk(garbled), "{garbled}");
        }
        for clean in ["第一章 总论", "请先备份数据库，再执行升级脚本。", "字", "plain"]
        {
            assert!(!reads_gbk(clean), "{clean}");
        }
    }
}
