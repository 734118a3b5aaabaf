//! Quotation marks and brackets without a partner: what a line tells of a lost one.
//!
//! The models see a few characters to either side, and a quotation mark's partner stands far away.

use crate::model::Cost;

const PAIRS: [(char, char); 8] = [
    ('“', '”'),
    ('‘', '’'),
    ('「', '」'),
    ('『', '』'),
    ('（', '）'),
    ('《', '》'),
    ('【', '】'),
    ('〔', '〕'),
];

/// The line lacks the character.
const MISSING: Cost = -2_500;
/// All of its kind have partners.
const COMPLETE: Cost = 2_000;

/// How many opening marks of each kind a text has more than closing ones.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Balance([i32; PAIRS.len()]);

impl Balance {
    /// Counts the marks of a text.
    pub(crate) fn of(text: impl Iterator<Item = char>) -> Self {
        let mut balance = Self::default();
        text.for_each(|c| balance.count(c, 1));
        balance
    }

    /// The balance of the text without one of its characters.
    pub(crate) fn without(mut self, c: char) -> Self {
        self.count(c, -1);
        self
    }

    /// The balance of the text with one more character.
    pub(crate) fn with(mut self, c: char) -> Self {
        self.count(c, 1);
        self
    }

    fn count(&mut self, c: char, by: i32) {
        if !matches!(c, '\u{2018}'..='\u{201D}' | '\u{300A}'..='\u{3015}' | '（' | '）') {
            return;
        }
        for (sum, (open, close)) in self.0.iter_mut().zip(PAIRS) {
            *sum += by * (i32::from(c == open) - i32::from(c == close));
        }
    }

    /// How many marks have no partner.
    pub(crate) fn off(self) -> i32 {
        self.0.iter().map(|n| n.abs()).sum()
    }

    /// What a character costs more in a gap of the text than the models say.
    pub(crate) fn extra(self, c: char) -> Cost {
        match self.with(c).off() - self.off() {
            0 => 0,
            more if more > 0 => COMPLETE,
            _ => MISSING,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_whose_partner_is_there_is_likely() {
        let open = Balance::of("他说：“走吧。".chars());
        assert_eq!(['”', '“', '』', '。'].map(|c| open.extra(c)), [MISSING, COMPLETE, COMPLETE, 0]);
        let whole = Balance::of("（见《说明》）".chars());
        assert_eq!(['》', '（'].map(|c| whole.extra(c)), [COMPLETE; 2]);
        assert_eq!(whole.without('》').extra('》'), MISSING);
    }
}
