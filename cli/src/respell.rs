//! A text back in bytes: lines that stay the same keep theirs, whatever a decoder makes of them.

use std::ops::Range;

use qingwen::detect::Encoding;

use crate::charset::{self, Unencodable};
use crate::plan::Target;

/// The bytes of a text in one encoding; what it lacks is named with its line, counted from `first`.
pub(crate) fn whole(encoding: Encoding, text: &str, first: usize) -> Result<Vec<u8>, String> {
    charset::encode(encoding, text).map_err(|e| lacking(&e, text, first))
}

fn lacking(e: &Unencodable, text: &str, first: usize) -> String {
    let before = text.split(e.character).next().unwrap_or_default();
    let line = first + before.matches('\n').count();
    format!("line {line}: {e}; --output-encoding utf-8 can")
}

/// The bytes of `new`, which `old` with these bytes became, as the target wants them. `parts` say what the
/// bytes were in; `first` is the number of the first line.
pub(crate) fn changed(
    target: Target,
    bytes: &[u8],
    parts: &[(Range<usize>, Encoding)],
    old: &str,
    new: &str,
    first: usize,
) -> Result<Vec<u8>, String> {
    if let Some(encoding) = target.encoding() {
        return whole(encoding, new, first);
    }
    let encoding = match parts {
        [] => return Ok(new.as_bytes().to_vec()),
        [(_, one), rest @ ..] if rest.iter().all(|(_, e)| e == one) => Some(*one),
        _ => None,
    };
    // In these, every text has one spelling.
    if let Some(
        encoding @ (Encoding::Utf8
        | Encoding::Utf16Le
        | Encoding::Utf16Be
        | Encoding::Utf32Le
        | Encoding::Utf32Be),
    ) = encoding
    {
        return whole(encoding, new, first);
    }
    if old.matches('\n').count() == new.matches('\n').count() {
        return by_line(bytes, parts, old, new, first);
    }
    let Some(encoding) = encoding else {
        return Err("lines were joined or parted, so that they can't stay in their encodings; --output-encoding utf-8 writes one".to_owned());
    };
    if charset::encode(encoding, old).ok().as_deref() != Some(bytes) {
        return Err(altered(encoding, first));
    }
    whole(encoding, new, first)
}

/// Spells the lines that changed.
fn by_line(
    bytes: &[u8],
    parts: &[(Range<usize>, Encoding)],
    old: &str,
    new: &str,
    first: usize,
) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(bytes.len());
    let lines = bytes.split_inclusive(|&b| b == b'\n');
    let texts = old.split_inclusive('\n').zip(new.split_inclusive('\n').chain(std::iter::repeat("")));
    let mut parts = parts.iter().peekable();
    let mut at = 0;
    for (n, (line, (old, new))) in lines.zip(texts).enumerate() {
        while parts.next_if(|(part, _)| part.end <= at).is_some() {}
        at += line.len();
        let encoding = parts.peek().map_or(Encoding::Utf8, |(_, encoding)| *encoding);
        if old == new {
            out.extend_from_slice(line);
            continue;
        }
        // What stays in a line that changes must be spelled as it was.
        if charset::encode(encoding, old).ok().as_deref() != Some(line) {
            return Err(altered(encoding, first + n));
        }
        out.extend(whole(encoding, new, first + n)?);
    }
    // The last line may have come from nothing.
    if bytes.last().is_none_or(|&b| b == b'\n') && !new.ends_with('\n') {
        let encoding = parts.peek().map_or(Encoding::Utf8, |(_, encoding)| *encoding);
        let last = new.rsplit('\n').next().unwrap_or_default();
        out.extend(whole(encoding, last, first + old.matches('\n').count())?);
    }
    Ok(out)
}

/// Why a line can't be written back.
pub(crate) fn altered(encoding: Encoding, line: usize) -> String {
    format!(
        "line {line}: its bytes have another spelling in {encoding} and would not come back the same; \
         --output-encoding utf-8 loses nothing"
    )
}

/// Line ends before a place.
pub(crate) fn lines_before(bytes: &[u8], at: usize, encoding: Encoding) -> usize {
    let unit = encoding.unit();
    let before = &bytes[..at.min(bytes.len())];
    if unit == 1 {
        return before.iter().filter(|&&b| b == b'\n').count();
    }
    let is_end = |unit: &&[u8]| unit.iter().filter(|&&b| b != 0).eq([b'\n'].iter());
    before.chunks_exact(unit).filter(is_end).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_stay_keep_their_bytes_even_odd_ones() {
        // 80 is the euro sign, which is spelled A2 E3 by encoders.
        let bytes = b"\x80\n\xD6\xD0\n\xCE\xC4";
        let parts = [(0..bytes.len(), Encoding::Gb18030)];
        let old = "€\n中\n文";
        assert_eq!(
            changed(Target::Same, bytes, &parts, old, "€\n国\n文", 1).unwrap(),
            b"\x80\n\xB9\xFA\n\xCE\xC4"
        );
        assert_eq!(
            changed(Target::To(Encoding::Utf8), bytes, &parts, old, "国", 1).unwrap(),
            "国".as_bytes()
        );
        // In a line that changes they would be lost.
        let error = changed(Target::Same, bytes, &parts, old, "€国\n中\n文", 7).unwrap_err();
        assert!(error.starts_with("line 7: "), "{error}");
    }

    #[test]
    fn each_line_stays_in_its_own_encoding() {
        let (gbk, utf8) = (b"\xD6\xD0\n", "中\n".as_bytes());
        let bytes = [gbk, utf8].concat();
        let parts = [(0..3, Encoding::Gb18030), (3..bytes.len(), Encoding::Utf8)];
        let new = changed(Target::Same, &bytes, &parts, "中\n中\n", "国\n国\n", 1).unwrap();
        assert_eq!(new, [&b"\xB9\xFA\n"[..], "国\n".as_bytes()].concat());
        assert!(changed(Target::Same, &bytes, &parts, "中\n中\n", "国国\n", 1).is_err());
    }

    #[test]
    fn what_an_encoding_lacks_is_named_with_its_line() {
        let bytes = b"\xA4\xA4\n\xA4\xA4\n";
        let parts = [(0..bytes.len(), Encoding::Big5)];
        let error = changed(Target::Same, bytes, &parts, "中\n中\n", "中\n简\n", 1).unwrap_err();
        assert_eq!(error, "line 2: '简' (U+7B80) can't be spelled in big5; --output-encoding utf-8 can");
    }
}
