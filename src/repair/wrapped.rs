//! Garbage that was wrapped in escapes after the damage: `&Auml;&iquest;`, `&#xC4;&#xBF;`, `\u00c4\u00bf`.
//!
//! Editors and serializers write characters beyond ASCII that way. The escapes are unwrapped only where the text
//! behind them is garbage that repair undoes; then the true characters stand in their place. Escapes of clean text
//! stay, whatever they spell, and so do escapes of bytes (`\xC4`, `%C4`), which are no damage.

use std::ops::Range;

use crate::edit::Edit;
use crate::scan::nominees;

use super::document;

/// Fewer escapes than this are no garbage.
const FEWEST: usize = 2;
/// The longest escape.
const LONGEST: usize = 10;

/// Names of U+00A0 to U+00FF, by the HTML standard.
const LATIN_1: [&str; 96] = [
    "nbsp", "iexcl", "cent", "pound", "curren", "yen", "brvbar", "sect", "uml", "copy", "ordf", "laquo",
    "not", "shy", "reg", "macr", "deg", "plusmn", "sup2", "sup3", "acute", "micro", "para", "middot",
    "cedil", "sup1", "ordm", "raquo", "frac14", "frac12", "frac34", "iquest", "Agrave", "Aacute", "Acirc",
    "Atilde", "Auml", "Aring", "AElig", "Ccedil", "Egrave", "Eacute", "Ecirc", "Euml", "Igrave", "Iacute",
    "Icirc", "Iuml", "ETH", "Ntilde", "Ograve", "Oacute", "Ocirc", "Otilde", "Ouml", "times", "Oslash",
    "Ugrave", "Uacute", "Ucirc", "Uuml", "Yacute", "THORN", "szlig", "agrave", "aacute", "acirc", "atilde",
    "auml", "aring", "aelig", "ccedil", "egrave", "eacute", "ecirc", "euml", "igrave", "iacute", "icirc",
    "iuml", "eth", "ntilde", "ograve", "oacute", "ocirc", "otilde", "ouml", "divide", "oslash", "ugrave",
    "uacute", "ucirc", "uuml", "yacute", "thorn", "yuml",
];

/// Names of what else windows-1252 has, by the HTML standard.
const WINDOWS_1252: [(&str, char); 25] = [
    ("euro", '€'),
    ("sbquo", '‚'),
    ("fnof", 'ƒ'),
    ("bdquo", '„'),
    ("hellip", '…'),
    ("dagger", '†'),
    ("Dagger", '‡'),
    ("circ", 'ˆ'),
    ("permil", '‰'),
    ("Scaron", 'Š'),
    ("lsaquo", '‹'),
    ("OElig", 'Œ'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("bull", '•'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("tilde", '˜'),
    ("trade", '™'),
    ("scaron", 'š'),
    ("rsaquo", '›'),
    ("oelig", 'œ'),
    ("Yuml", 'Ÿ'),
];

/// A text without its escapes, and where they stood.
struct Unwrapped {
    text: String,
    /// For each escape: byte offset of its character here, and its range in the original.
    escapes: Vec<(usize, Range<usize>)>,
}

/// The edits that unwrap garbage and undo it, ascending.
pub(super) fn find(text: &str, min_confidence: f64) -> Vec<Edit> {
    let Some(unwrapped) = Unwrapped::of(text) else { return Vec::new() };
    let outcome = document::repair(&unwrapped.text, nominees(&unwrapped.text), min_confidence);
    outcome.edits.into_iter().filter_map(|edit| unwrapped.wrap(edit, text)).collect()
}

impl Unwrapped {
    /// `None` if hardly anything is escaped.
    fn of(text: &str) -> Option<Self> {
        let mut escapes: Vec<(char, Range<usize>)> = Vec::new();
        let mut done = 0;
        for at in memchr::memchr2_iter(b'&', b'\\', text.as_bytes()) {
            if at < done {
                continue;
            }
            let rest = &text.as_bytes()[at..];
            match escape(rest) {
                Some((c, len)) => {
                    done = at + len;
                    escapes.push((c, at..done));
                }
                // What an escaped backslash stands before is no escape.
                None if rest.starts_with(b"\\\\") => done = at + 2,
                None => {}
            }
        }
        if escapes.len() < FEWEST {
            return None;
        }
        let mut unwrapped = Self { text: String::with_capacity(text.len()), escapes: Vec::new() };
        let mut done = 0;
        for (c, range) in escapes {
            unwrapped.text += &text[done..range.start];
            done = range.end;
            unwrapped.escapes.push((unwrapped.text.len(), range));
            unwrapped.text.push(c);
        }
        unwrapped.text += &text[done..];
        Some(unwrapped)
    }

    /// Where a byte offset of the unwrapped text is in the original.
    fn original(&self, offset: usize) -> usize {
        let after = self.escapes.partition_point(|e| e.0 < offset);
        let Some((at, range)) = after.checked_sub(1).and_then(|n| self.escapes.get(n)) else { return offset };
        let len = self.text[*at..].chars().next().map_or(0, char::len_utf8);
        range.end + offset.saturating_sub(at + len)
    }

    /// The edit in the original; `None` if it has nothing to do with escapes, or would break what holds them.
    fn wrap(&self, edit: Edit, text: &str) -> Option<Edit> {
        let within = |e: &&(usize, Range<usize>)| edit.before.contains(&e.0);
        let mark = text.as_bytes()[self.escapes.iter().find(within)?.1.start];
        let before = self.original(edit.before.start)..self.original(edit.before.end);
        let structural = |c: char| matches!(c, '<' | '>' | '&' | '"' | '\'' | '\\' | '\n');
        let old = text.get(before.clone())?;
        if edit.new.contains(structural) {
            return None;
        }
        let wrapping = if mark == b'&' { "html" } else { "backslash" };
        Some(Edit {
            old: old.to_owned(),
            before,
            cause: format!("{wrapping}, {}", edit.cause).into(),
            reversible: false,
            ..edit
        })
    }
}

/// The character beyond ASCII whose escape begins `bytes`, and the escape's length.
fn escape(bytes: &[u8]) -> Option<(char, usize)> {
    let hex = |digits: &[u8]| u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
    let (value, len) = if bytes.starts_with(b"\\u") {
        let digits = bytes.get(2..6).filter(|d| d.iter().all(u8::is_ascii_hexdigit))?;
        (hex(digits)?, 6)
    } else {
        let end = bytes.iter().take(LONGEST).position(|&b| b == b';')?;
        let name = std::str::from_utf8(bytes.get(1..end)?).ok()?;
        (reference(name)?, end + 1)
    };
    char::from_u32(value).filter(|c| !c.is_ascii()).map(|c| (c, len))
}

/// The code point of what stands between `&` and `;`.
fn reference(name: &str) -> Option<u32> {
    if let Some(number) = name.strip_prefix('#') {
        let (digits, radix) = number.strip_prefix(['x', 'X']).map_or((number, 10), |hex| (hex, 16));
        let is_number = digits.bytes().all(|b| b.is_ascii_hexdigit());
        return u32::from_str_radix(digits, radix).ok().filter(|_| is_number);
    }
    let latin = LATIN_1.iter().position(|n| *n == name).map(|n| 0xA0 + n as u32);
    latin.or_else(|| WINDOWS_1252.iter().find(|n| n.0 == name).map(|n| n.1 as u32))
}
