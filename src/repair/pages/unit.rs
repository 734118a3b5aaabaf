//! The shown text in units: a character, a character with its gloss, or the remains of a broken gloss.

use std::ops::Range;

use super::readings::{self, Reading};
use crate::codec::CodePage;

/// What a unit shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A character.
    Plain,
    /// A character and a gloss of one syllable: `會(huì)`, `會(huì )`.
    Glossed(Reading),
    /// `?huì)`: the byte before the parenthesis and the parenthesis became one question mark.
    Broken(Reading),
}

/// One unit of the shown text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unit {
    /// Byte offset in the document.
    pub(super) start: usize,
    /// Byte offset behind the character, where its gloss begins.
    pub(super) gloss: usize,
    /// Byte offset behind the unit.
    pub(super) end: usize,
    /// The character, `?` for a broken gloss.
    pub(super) ch: char,
    /// Its two bytes in GBK; zeros for ASCII and for what GBK lacks.
    pub(super) pair: [u8; 2],
    pub(super) kind: Kind,
}

impl Unit {
    /// A bare character `c`.
    pub(super) fn is(&self, c: char) -> bool {
        self.kind == Kind::Plain && self.ch == c
    }

    pub(super) fn is_han(&self) -> bool {
        is_han(self.ch)
    }
}

pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}')
}

/// The two bytes of a character in GBK.
pub(super) fn pair(c: char) -> Option<[u8; 2]> {
    if c.is_ascii() {
        return None;
    }
    CodePage::Gbk.bytes(c).iter().find_map(|b| b.try_into().ok())
}

/// The units of a document and the range of units in each of its lines, line ends left out.
pub(super) fn parse(text: &str) -> (Vec<Unit>, Vec<Range<usize>>) {
    let mut units = Vec::with_capacity(text.len() / 3);
    let mut lines = Vec::new();
    let mut first = 0;
    let mut at = 0;
    while let Some(ch) = text[at..].chars().next() {
        let next = at + ch.len_utf8();
        if ch == '\n' {
            lines.push(first..units.len());
            first = units.len();
            // A line end takes no unit: a run of shifted bytes never crosses it.
            at = next;
            continue;
        }
        let mut unit = Unit {
            start: at,
            gloss: next,
            end: next,
            ch,
            pair: pair(ch).unwrap_or_default(),
            kind: Kind::Plain,
        };
        if ch == '?' {
            if let Some((reading, length)) = syllable(&text[next..]) {
                unit.kind = Kind::Broken(reading);
                unit.end = next + length;
            }
        } else if can_carry(ch)
            && let Some(rest) = text[next..].strip_prefix('(')
            && let Some((reading, length)) = syllable(rest)
            && (ch as u32 >= 0x80 || reading.is_toned())
        {
            unit.kind = Kind::Glossed(reading);
            // Some lists hold a character twice: 會(huì)(huì).
            let gloss = &text[next..next + 1 + length];
            let times =
                text.as_bytes()[next..].chunks_exact(gloss.len()).take_while(|c| *c == gloss.as_bytes());
            unit.end = next + gloss.len() * times.count();
        }
        at = unit.end;
        units.push(unit);
    }
    lines.push(first..units.len());
    (units, lines)
}

/// A gloss follows an ideograph, or what two bytes of different ideographs were shown as.
fn can_carry(c: char) -> bool {
    match c {
        'A'..='Z' | 'a'..='z' | '@' | '[' | '\\' | ']' | '^' | '_' | '`' | '{' | '|' | '}' | '~' => true,
        c => c as u32 >= 0x80 && !matches!(c, '，' | '。' | '、' | '？' | '！' | '；' | '：'),
    }
}

/// A syllable with its closing parenthesis at the start of `s`, and their length in bytes.
pub(super) fn syllable(s: &str) -> Option<(Reading, usize)> {
    let letters = s.find(|c| !readings::is_letter(c)).filter(|n| (1..=9).contains(n))?;
    let rest = &s[letters..];
    let close = match rest.as_bytes() {
        [b')', ..] => 1,
        [b' ', b')', ..] => 2,
        _ => return None,
    };
    Some((Reading::parse(&s[..letters])?, letters + close))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(char, Option<&'static str>)> {
        let spell = |u: &Unit| match u.kind {
            Kind::Plain => None,
            Kind::Glossed(r) | Kind::Broken(r) => Some(r.spelling()),
        };
        parse(text).0.iter().map(|u| (u.ch, spell(u))).collect()
    }

    #[test]
    fn glosses_belong_to_the_character_before() {
        assert_eq!(kinds("會(huì )議"), [('會', Some("huì")), ('議', None)]);
        assert_eq!(kinds("F(xiàn)有"), [('F', Some("xiàn")), ('有', None)]);
        assert_eq!(kinds("碚?qǐng)@")[1], ('?', Some("qǐng")));
    }

    #[test]
    fn other_parentheses_are_characters() {
        assert_eq!(kinds("f(a)").len(), 4);
        assert_eq!(kinds("京(Beijing)").len(), 10);
        assert_eq!(kinds("銀(yín háng)").len(), 11);
        assert_eq!(kinds("會（huì）").len(), 6);
    }

    #[test]
    fn lines_hold_their_units() {
        let (units, lines) = parse("區(qū)\n\n會");
        assert_eq!(lines, [0..1, 1..1, 1..2]);
        assert_eq!((units[0].start, units[0].gloss, units[0].end), (0, 3, 8));
    }
}
