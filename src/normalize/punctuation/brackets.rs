//! Brackets, decided as pairs.

use super::line::Line;
use super::side::Side;
use crate::normalize::script::is_han;

/// Brackets deeper than this are no prose.
const DEEPEST: usize = 8;

impl Line {
    /// Finds the pairs and decides them, from the left to the right.
    pub(super) fn decide_brackets(&mut self, marks: &[usize]) {
        if !marks.iter().any(|&i| matches!(self.chars[i], '(' | '（')) {
            return;
        }
        self.pair(marks);
        let pairs =
            |line: &Self, i: usize| line.partner[i].map(|close| close as usize).filter(|&close| close > i);
        for &i in marks {
            if let Some(close) = pairs(self, i) {
                let full = self.wants_bracket(i, close);
                self.full[i] = full;
                self.full[close] = full;
            }
        }
        // What stands in half-width brackets and is no Chinese keeps its marks: (C1, C2).
        for &i in marks {
            if let Some(close) = pairs(self, i)
                && !self.full[i]
                && !self.chars[i..close].iter().any(|&c| is_han(c))
            {
                self.shielded[i + 1..close].fill(true);
            }
        }
    }

    fn pair(&mut self, marks: &[usize]) {
        self.partner.clear();
        self.partner.resize(self.chars.len(), None);
        let mut open: Vec<usize> = Vec::new();
        for &i in marks {
            match self.chars[i] {
                _ if self.shielded[i] => {}
                '(' | '（' => {
                    if open.len() == DEEPEST {
                        open.clear();
                    }
                    open.push(i);
                }
                ')' | '）' => {
                    if let Some(o) = open.pop() {
                        self.partner[o] = Some(i as u32);
                        self.partner[i] = Some(o as u32);
                    }
                }
                _ => {}
            }
        }
    }

    /// Whether a pair becomes full-width.
    fn wants_bracket(&self, open: usize, close: usize) -> bool {
        let inside = &self.chars[open + 1..close];
        // A face, a placeholder.
        if inside.iter().all(|c| c.is_whitespace())
            || matches!(inside[0], '<' | '>')
            || inside.iter().any(|&c| is_foreign_letter(c))
        {
            return false;
        }
        // A link, an escape, a formula.
        let before = self.chars[..open].iter().rev().find(|c| **c != ' ');
        let after = self.chars[close + 1..].iter().find(|c| **c != ' ');
        if open > 0 && matches!(self.chars[open - 1], '_' | '\\' | ']' | '*' | '/' | '+' | '&' | '|')
            || before.is_some_and(|&c| is_operator(c))
            || matches!(self.chars.get(close + 1), Some('*' | '/' | '+' | '&' | '|'))
            || after.is_some_and(|&c| is_operator(c))
        {
            return false;
        }
        let (left, right) = (self.left(open), self.right(close));
        // A file name: 报告(1).doc
        let next = |k: usize| self.chars.get(close + k).copied();
        if next(1) == Some('.') && next(2).is_some_and(|c| c.is_ascii_alphanumeric()) {
            return false;
        }
        let han = inside.iter().filter(|c| is_han(**c)).count();
        if han > 0 {
            let touches = left.is(Side::Han) && !left.quoted || right.is(Side::Han) && !right.quoted;
            let alone = left.is(Side::Edge) && right.is(Side::Edge);
            return self.is_chinese()
                || touches && !is_latin_mostly(inside, 4)
                || alone && !is_latin_mostly(inside, 2);
        }
        // A formula: (NH4)2SO4
        let mut tail = self.chars[close + 1..].iter().skip_while(|c| c.is_ascii_digit());
        let subscript =
            next(1).is_some_and(|c| c.is_ascii_digit()) && tail.next().is_some_and(char::is_ascii_uppercase);
        // A function, a trade mark, a point, a measured value, a row of values, a cast or a term: f(x), (R), (1, 2),
        // (3.4±0.2)mm, ('a', 2), (int) x, (… AND …) OR (…).
        let content: String = inside.iter().filter(|c| !c.is_whitespace()).collect();
        if matches!(content.as_str(), "R" | "r" | "TM" | "tm" | "c" | "C")
            || is_tuple(&content)
            || subscript
            || content.contains('±') && !content.contains(char::is_alphabetic)
            || !content.chars().any(char::is_alphanumeric)
            || content.contains(['[', ']', '{', '}', '&', '|', '^', '\\', '`', '\'', '"'])
                && !content.contains("://")
            || right.is(Side::Latin)
                && !right.quoted
                && content.starts_with(|c: char| c.is_ascii_alphabetic() || c == '.')
        {
            return false;
        }
        match left.side {
            Side::Han => self.is_chinese() || !left.spaced && right.is(Side::Han),
            // An item of a list: (1)…;(2)…
            Side::Edge | Side::Mark => {
                right.is(Side::Han) && !right.spaced && !right.quoted && self.is_chinese()
            }
            _ => false,
        }
    }
}

/// Letters that Chinese text has in drawn faces rather than in words: neither Latin, Greek nor Cyrillic.
fn is_foreign_letter(c: char) -> bool {
    c > '\u{52F}'
        && !is_han(c)
        && !matches!(c, '\u{1D00}'..='\u{20CF}' | '\u{2100}'..='\u{24FF}' | '\u{FF21}'..='\u{FF5A}')
        && c.is_alphabetic()
}

/// Signs that make a formula of what stands beside them.
fn is_operator(c: char) -> bool {
    matches!(c, '=' | '＝' | '×' | '÷' | '^' | '≤' | '≥' | '≈')
}

/// Foreign prose with a Chinese word in it.
fn is_latin_mostly(inside: &[char], letters_for_each: usize) -> bool {
    let han = inside.iter().filter(|c| is_han(**c)).count();
    let letters = inside.iter().filter(|c| !is_han(**c) && c.is_alphabetic()).count();
    letters > letters_for_each * han
}

/// `1,2` or `x,y`: arguments or coordinates.
fn is_tuple(content: &str) -> bool {
    content.contains(',')
        && content.split(',').all(|part| {
            !part.is_empty()
                && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '*' | '/' | '_'))
                && (part.len() <= 2 || part.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-')))
        })
        // 1,000 is a number.
        && !(content.split(',').skip(1).all(|p| p.len() == 3) && content.chars().all(|c| c.is_ascii_digit() || c == ','))
}
