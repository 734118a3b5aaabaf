//! UTF-8 that a program took for GBK or Big5 and saved again.
//!
//! What the program could show went back to the very bytes that it came from. What it could not became `?` or, in
//! GB18030, U+FFFD, and took a byte or two along. So the file is UTF-8 but for those places, and no UTF-8 at all; read in
//! the encoding that it was saved in, it is garbage that [`crate::repair`] undoes.

use super::Encoding::{self, Big5, Gb18030};
use super::read::{Read, one};

/// Bytes looked at.
const SAMPLE: usize = 1 << 16;
/// Ideographs and marks that are whole: fewer may be an accident.
const FEWEST: usize = 8;
/// U+FFFD in GB18030.
const REPLACEMENT: [u8; 4] = [0x84, 0x31, 0xA4, 0x37];

/// The encoding that such a file was saved in. `None` unless all that is wrong with it stands beside a loss.
pub(super) fn saved_in(bytes: &[u8]) -> Option<Encoding> {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    if !is_torn_utf8(sample) {
        return None;
    }
    // Hardly any UTF-8 is all pairs of Big5, unless what was none is gone.
    [Big5, Gb18030].into_iter().find(|&encoding| reads(encoding, sample))
}

/// Whether the bytes are UTF-8 but for characters of which a program made a mark of loss.
fn is_torn_utf8(bytes: &[u8]) -> bool {
    let (mut whole, mut losses, mut at) = (0, 0, 0);
    // Bytes of a torn character since the last whole one.
    let mut torn = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let mark =
            if rest.starts_with(&REPLACEMENT) { REPLACEMENT.len() } else { usize::from(rest[0] == b'?') };
        if mark > 0 {
            // A question mark behind whole characters is one.
            let is_loss = torn > 0 || mark > 1;
            losses += usize::from(is_loss);
            torn = 0;
            at += mark;
            // The second byte of what was lost may be the rest of the next character's first ones.
            let rest = bytes[at..].iter().take(2).take_while(|b| matches!(b, 0x80..=0xBF)).count();
            at += if is_loss && !bytes[at..].starts_with(&REPLACEMENT) { rest } else { 0 };
            continue;
        }
        let before_mark = rest.iter().take(3).position(|&b| b == b'?' || b == REPLACEMENT[0]);
        match one(Encoding::Utf8, rest) {
            Read::Char(c, len)
                if !before_mark.is_some_and(|n| n < len && rest[n..].starts_with(&REPLACEMENT)) =>
            {
                if torn > 0 {
                    return false;
                }
                whole += usize::from(c >= '\u{800}');
                at += len;
            }
            _ => {
                torn += 1;
                at += 1;
                if torn > 3 {
                    return false;
                }
            }
        }
    }
    whole >= FEWEST && losses > 0 && losses <= whole * 4
}

/// Whether the bytes are text of an encoding without a fault, but for a last character that is cut.
fn reads(encoding: Encoding, mut bytes: &[u8]) -> bool {
    while !bytes.is_empty() {
        match one(encoding, bytes) {
            Read::Char(_, len) | Read::Rare(len) => bytes = &bytes[len..],
            Read::Part => return true,
            Read::Fault(_) => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::detect;

    /// Comments, opened as GBK and saved: the byte before a line end took that along.
    fn resaved(mark: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        for line in
            ["// 请先打开设置再保存", "// 读取网络上的全部数据", "// 这里不需要任何参数", "// 文件已经在下载"]
        {
            let bytes = line.as_bytes();
            let wide = bytes.len() - 3;
            // Odd bytes leave the last one without a partner.
            let (kept, is_lost) = if wide % 2 == 1 { (bytes.len() - 1, true) } else { (bytes.len(), false) };
            out.extend_from_slice(&bytes[..kept]);
            out.extend_from_slice(if is_lost { mark } else { b"" });
            out.push(b'\n');
        }
        out
    }

    #[test]
    fn utf8_that_was_saved_as_gbk_is_gb18030() {
        for mark in [&REPLACEMENT[..], b"?"] {
            let bytes = resaved(mark);
            assert!(std::str::from_utf8(&bytes).is_err());
            assert_eq!(saved_in(&bytes), Some(Gb18030));
            assert_eq!(detect(&bytes).best().encoding, Gb18030);
        }
    }

    #[test]
    fn utf8_with_other_faults_is_not() {
        let text = "请先打开设置再保存，好吗?\n".repeat(3);
        assert_eq!(saved_in(text.as_bytes()), None);
        for fault in [&b"\xE4\xBD"[..], b"\xFF", b"\xD6\xD0\xCE\xC4"] {
            let bytes = [text.as_bytes(), fault, b"\n", text.as_bytes()].concat();
            assert_eq!(saved_in(&bytes), None, "{fault:02X?}");
        }
    }
}
