//! Spaces beside marks that were widened.

use super::line::{Line, full_width, is_chinese_mark};
use crate::normalize::script::is_han;

impl Line {
    /// A full-width mark brings its own space: a single space beside one that was widened goes.
    pub(super) fn drop_spaces(&mut self, marks: &[usize]) {
        let n = self.chars.len();
        for &i in marks {
            if !self.full[i] || full_width(self.chars[i]).is_none() {
                continue;
            }
            let single = |k: usize| {
                self.chars[k] == ' '
                    && (k == 0 || self.chars[k - 1] != ' ')
                    && self.chars.get(k + 1).is_some_and(|c| !c.is_whitespace())
            };
            let after = i + 1 < n && single(i + 1);
            let before = i >= 2 && single(i - 1) && !self.chars[i - 2].is_whitespace();
            // Before a dash, a slash and the like the space is theirs.
            let word =
                |k: usize| self.chars.get(k).is_some_and(|&c| c.is_alphanumeric() || is_chinese_mark(c));
            match self.chars[i] {
                '(' => {
                    self.dropped[i + 1] |= after;
                    if before && word(i - 2) && !self.starts_item(i - 1) {
                        self.dropped[i - 1] = true;
                    }
                }
                ')' => {
                    if before {
                        self.dropped[i - 1] = true;
                    }
                    if after && word(i + 2) {
                        self.dropped[i + 1] = true;
                    }
                }
                _ => {
                    if after {
                        self.dropped[i + 1] = true;
                    }
                    // It floated.
                    if before && is_han(self.chars[i - 2]) {
                        self.dropped[i - 1] = true;
                    }
                }
            }
        }
    }

    /// Whether the space at `k` stands after the mark of a list item or heading.
    fn starts_item(&self, k: usize) -> bool {
        self.chars[..k].iter().all(|c| c.is_ascii_digit() || c.is_ascii_punctuation() || c.is_whitespace())
    }
}
