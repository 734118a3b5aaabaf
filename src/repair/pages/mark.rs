//! The marks that damage leaves in the shown text.

use super::unit::{Kind, Unit};
use crate::model::Cost;

/// The bytes of punctuation that a filler may be put before, shown full-width or half-width.
pub(super) fn noise(c: char) -> Option<[u8; 2]> {
    Some(match c {
        ',' | '，' => [0xA3, 0xAC],
        '!' | '！' => [0xA3, 0xA1],
        '?' | '？' => [0xA3, 0xBF],
        ';' | '；' => [0xA3, 0xBB],
        '。' => [0xA1, 0xA3],
        '、' => [0xA1, 0xA2],
        _ => return None,
    })
}

/// Whether the bytes are those of such punctuation.
pub(super) fn is_noise(pair: [u8; 2]) -> bool {
    matches!(pair, [0xA3, 0xA1 | 0xAC | 0xBB | 0xBF] | [0xA1, 0xA2 | 0xA3])
}

/// The punctuation of a unit that is nothing more.
pub(super) fn noise_of(unit: Option<&Unit>) -> Option<[u8; 2]> {
    unit.filter(|u| u.kind == Kind::Plain).and_then(|u| noise(u.ch))
}

/// A question mark with punctuation behind it: the place where a run may begin.
pub(super) fn starts_run(units: &[Unit]) -> bool {
    units.first().is_some_and(|u| u.is('?')) && noise_of(units.get(1)).is_some()
}

/// A comma before punctuation, where a visible filler may stand.
pub(super) fn is_filler(units: &[Unit]) -> bool {
    units.first().is_some_and(|u| u.is(',')) && noise_of(units.get(1)).is_some()
}

/// A mark that opens what is yet to come.
pub(super) fn is_opening(c: char) -> bool {
    matches!(c, '“' | '‘' | '（' | '《' | '〈' | '【' | '「' | '『' | '〔' | '(' | '[')
}

/// Whether a parenthesis behind unit `k` closes one that the line does not show.
pub(super) fn closes(units: &[Unit], k: usize) -> bool {
    let step = |u: &Unit| i32::from(u.is('(') || u.is('（')) - i32::from(u.is(')') || u.is('）'));
    let open = units[..k].iter().fold(0, |open, u| (open + step(u)).max(0));
    let depth = |open: &mut i32, u: &Unit| {
        *open += step(u);
        Some(*open)
    };
    units[k..].iter().scan(open, depth).any(|open| open < 0)
}

/// The full-width form of half-width punctuation.
pub(super) fn widened(c: char) -> char {
    match c {
        ',' | '!' | '?' | ':' | ';' | '(' | ')' => char::from_u32(c as u32 + 0xFEE0).unwrap_or(c),
        c => c,
    }
}

/// The half-width form of a full-width character.
pub(super) fn narrowed(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
    }
}

/// The ASCII character eaten before `rest`, as far as that tells: the bracket of a tag, the ampersand of an
/// entity, and the parenthesis that a later one `closes`. Of a number's first digit nothing is left, and U+FFFD stands
/// for it. With the price of believing that a character was eaten at all.
pub(super) fn eaten(rest: &str, closes: bool, strange: Cost) -> (char, Cost) {
    let line = rest.split('\n').next().unwrap_or("").as_bytes();
    let line = &line[..line.len().min(200)];
    let name = |from: &[u8]| from.iter().take_while(|b| b.is_ascii_alphanumeric()).count();
    let tag = line.strip_prefix(b"/").unwrap_or(line);
    if tag.first().is_some_and(u8::is_ascii_lowercase)
        && matches!(tag.get(name(tag)), Some(b'>' | b' ' | b'/'))
        && tag.contains(&b'>')
    {
        return ('<', 0);
    }
    let word = line.strip_prefix(b"#").unwrap_or(line);
    if (2..=8).contains(&name(word)) && word.get(name(word)) == Some(&b';') {
        return ('&', 0);
    }
    if closes {
        return ('(', 0);
    }
    let number = line.first().is_some_and(|b| b.is_ascii_digit() || matches!(b, b'.' | b'%' | b'-' | b' '));
    (char::REPLACEMENT_CHARACTER, if number { 0 } else { strange })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parenthesis_that_closes_nothing_tells_of_one_that_is_gone() {
        let closes = |line: &str, k| super::closes(&super::super::unit::parse(line).0, k);
        assert!(closes("飯店?東門店),樓下", 2));
        assert!(!closes("飯店?東門,樓下", 2));
        // This one closes what is shown.
        assert!(!closes("(飯店?東門店),樓下", 3));
        assert!(!closes("飯店?東門(店),樓下", 2));
        // A reading's does not count.
        assert!(!closes("飯店?東門會(huì)議", 2));
    }

    #[test]
    fn what_was_eaten_shows_in_what_is_left() {
        assert_eq!(eaten("/p>", false, 1), ('<', 0));
        assert_eq!(eaten("br />下", false, 1), ('<', 0));
        assert_eq!(eaten("a href=\"x\">下", false, 1), ('<', 0));
        assert_eq!(eaten("rdquo;下", false, 1), ('&', 0));
        assert_eq!(eaten("#8221;下", false, 1), ('&', 0));
        // The digits before the point are gone for good.
        assert_eq!(eaten("7.9%", false, 1), ('\u{FFFD}', 0));
        assert_eq!(eaten("他說", false, 1), ('\u{FFFD}', 1));
        assert_eq!(eaten("", false, 1), ('\u{FFFD}', 1));
        // A tag is surer than a parenthesis, and a parenthesis than a digit.
        assert_eq!(eaten("12樓)", true, 1), ('(', 0));
        assert_eq!(eaten("/p>", true, 1), ('<', 0));
    }
}
