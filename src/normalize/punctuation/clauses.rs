//! Commas, semicolons, colons, question and exclamation marks.

use super::line::Line;
use super::side::Side;
use crate::normalize::script::is_han;

impl Line {
    /// For a comma or a semicolon.
    pub(super) fn wants_comma(&self, i: usize) -> bool {
        let (left, right) = (self.left(i), self.right(i));
        if left.is(Side::Mark) || left.spaced && !self.floats(i, i + 1) || left.quoted && right.quoted {
            return false;
        }
        match (left.side, right.side) {
            (Side::Edge, _) => false,
            (Side::Han, Side::Han) => true,
            (Side::Han, Side::Edge) => !left.quoted && self.han >= 4,
            (Side::Han, _) => self.is_chinese(),
            (_, Side::Han) => self.is_chinese() && !self.is_label(i),
            (Side::Digit, Side::Latin) => {
                !right.spaced && self.han >= 8 && self.han >= 6 * self.words && self.between_clauses(i)
            }
            _ => false,
        }
    }

    /// Whether a semicolon ends a statement that the sentence speaks of: `执行 SHOW WARNINGS; 命令`. After a unit it does
    /// not: `长 5 cm; 宽`.
    pub(super) fn ends_statement(&self, i: usize) -> bool {
        let before = &self.chars[..i];
        let word = before.iter().rev().take_while(|c| c.is_ascii_alphabetic()).count();
        let first = before[..i - word].iter().rev().find(|c| **c != ' ');
        let spaced = self.chars.get(i + 1).is_some_and(|c| c.is_whitespace());
        spaced && word > 0 && !first.is_some_and(char::is_ascii_digit)
    }

    /// For a colon.
    pub(super) fn wants_colon(&self, i: usize) -> bool {
        let (left, right) = (self.left(i), self.right(i));
        let next = self.chars.get(i + 1).copied();
        if left.spaced
            || matches!(next, Some(':' | '：' | '='))
            || i > 0 && matches!(self.chars[i - 1], ':' | '：')
        {
            return false;
        }
        match left.side {
            Side::Han => !left.quoted || right.is(Side::Han) || right.is(Side::Edge),
            // `key:值` is a key unless Chinese led up to it.
            Side::Latin | Side::Digit => {
                right.is(Side::Han)
                    && !right.spaced
                    && self.is_chinese()
                    && self.clause_before(i).any(|k| is_han(self.chars[k]))
            }
            _ => false,
        }
    }

    /// For a run of question and exclamation marks.
    pub(super) fn wants_call(&self, first: usize, end: usize) -> bool {
        if matches!(self.chars.get(end), Some('=' | '[')) {
            return false;
        }
        let (left, right) = (self.left(first), self.right(end - 1));
        if left.spaced && !self.floats(first, end) {
            return false;
        }
        match left.side {
            Side::Han => !right.is(Side::Latin) || right.spaced || self.is_chinese(),
            Side::Latin | Side::Digit => {
                let yahoo = first >= 5 && self.chars[first - 5..first].iter().copied().eq("Yahoo".chars());
                !yahoo
                    && self.is_chinese()
                    && matches!(right.side, Side::Han | Side::Edge)
                    && self.clause_before(first).any(|k| is_han(self.chars[k]))
            }
            _ => false,
        }
    }

    /// Whether marks stand between single spaces, Chinese before and Chinese or nothing after: `好 , 我们`,
    /// the style of transcripts. Who writes full-width marks too speaks of the mark: `以 , 分隔`.
    fn floats(&self, first: usize, end: usize) -> bool {
        let han = |k: Option<usize>| k.and_then(|k| self.chars.get(k)).is_some_and(|&c| is_han(c));
        first > 0
            && !self.wide
            && self.chars[first - 1] == ' '
            && han(first.checked_sub(2))
            && match self.chars.get(end) {
                None => true,
                Some(' ') => han(Some(end + 1)),
                Some(_) => false,
            }
    }

    /// Whether the comma ends a number that begins the line: `1,这家酒店` is a label and its text.
    fn is_label(&self, i: usize) -> bool {
        i > 0 && self.chars[..i].iter().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | ' '))
    }
}
