//! What stands on the two sides of a mark.

use super::line::{Line, is_break, is_chinese_mark};
use crate::normalize::script::is_han;

/// What stands on one side of a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// The line begins or ends.
    Edge,
    /// Chinese: an ideograph, or a mark that only Chinese has.
    Han,
    Latin,
    /// A digit, or what stands after one: `%`, `℃`.
    Digit,
    /// A mark that ends a clause.
    Mark,
    Other,
}

/// A side, and whether a space or a quotation mark stands between.
#[derive(Debug, Clone, Copy)]
pub(super) struct Near {
    pub(super) side: Side,
    pub(super) spaced: bool,
    pub(super) quoted: bool,
}

impl Near {
    pub(super) fn is(self, side: Side) -> bool {
        self.side == side
    }
}

impl Line {
    /// What stands before index `i`.
    pub(super) fn left(&self, i: usize) -> Near {
        let mut near = Near { side: Side::Edge, spaced: false, quoted: false };
        let mut k = i;
        while k > 0 {
            k -= 1;
            match self.chars[k] {
                c if c.is_whitespace() => near.spaced = true,
                '"' | '\'' | '“' | '”' | '‘' | '’' | '*' => near.quoted = true,
                // No mark stands right behind an opening bracket.
                '(' | '（' | '《' | '〈' | '「' | '『' | '【' | '〔' => {
                    near.side = Side::Mark;
                    return near;
                }
                _ => {
                    near.side = self.side(k);
                    return near;
                }
            }
            if i - k > 6 {
                near.side = Side::Other;
                return near;
            }
        }
        near
    }

    /// What stands after index `i`.
    pub(super) fn right(&self, i: usize) -> Near {
        let mut near = Near { side: Side::Edge, spaced: false, quoted: false };
        for k in i + 1..self.chars.len() {
            match self.chars[k] {
                c if c.is_whitespace() => near.spaced = true,
                '"' | '\'' | '“' | '”' | '‘' | '’' | '*' => near.quoted = true,
                _ => {
                    near.side = self.side(k);
                    return near;
                }
            }
            if k - i > 6 && !near.spaced {
                near.side = Side::Other;
                return near;
            }
        }
        near
    }

    fn side(&self, k: usize) -> Side {
        match self.chars[k] {
            _ if self.shielded[k] => Side::Latin,
            // Brackets are Chinese if they are full-width in the end, whatever they are now.
            '(' | ')' | '（' | '）' => match self.full[k] {
                true => Side::Han,
                false => Side::Latin,
            },
            c if is_break(c) => Side::Mark,
            '.' if k > 0 && is_han(self.chars[k - 1]) => Side::Mark,
            c if is_han(c) || is_chinese_mark(c) => Side::Han,
            c if c.is_ascii_digit() || matches!(c, '%' | '℃' | '°' | '‰' | '％') => Side::Digit,
            c if c.is_alphabetic() => Side::Latin,
            _ => Side::Other,
        }
    }

    /// The indices before `i` back to the last mark.
    pub(super) fn clause_before(&self, i: usize) -> impl Iterator<Item = usize> {
        (0..i).rev().take_while(|&k| !is_break(self.chars[k]))
    }

    /// Whether there is Chinese both before `i` and after it, up to the next marks.
    pub(super) fn between_clauses(&self, i: usize) -> bool {
        self.clause_before(i).any(|k| is_han(self.chars[k]))
            && self.chars[i + 1..].iter().take_while(|c| !is_break(**c)).any(|c| is_han(*c))
    }
}
