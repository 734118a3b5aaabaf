//! What a line tells of the ASCII characters that it lost: quotes that are not closed, brackets without a
//! partner, a text that has no line feeds.

use crate::model::Cost;

/// How much likelier or unlikelier than usual each ASCII character is among the swallowed ones.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Swallowed {
    double_quote: Cost,
    single_quote: Cost,
    back_quote: Cost,
    open: Cost,
    close: Cost,
    less: Cost,
    line_feed: Cost,
}

/// The line lacks it.
const MISSING: Cost = -2_500;
/// The line has its partners.
const COMPLETE: Cost = 2_000;
/// A line feed where no other stands.
const ONLY_LINE: Cost = 2_500;
const USUAL_LINE: Cost = 700;

impl Swallowed {
    /// Counts the quotes and brackets of a line.
    pub(crate) fn of(line: &[char], has_line_feeds: bool) -> Self {
        let count = |c: char| line.iter().filter(|&&d| d == c).count();
        let odd = |c: char| if count(c) % 2 == 1 { MISSING } else { COMPLETE };
        let (open, close) = (count('('), count(')'));
        let closes_tag = line.windows(2).any(|w| w[0] != '<' && w[1] == '/') && count('<') < count('>');
        Self {
            double_quote: odd('"'),
            single_quote: odd('\''),
            back_quote: odd('`'),
            open: if close > open { MISSING } else { COMPLETE },
            close: if open > close { MISSING } else { COMPLETE },
            less: if closes_tag { MISSING } else { 0 },
            line_feed: if has_line_feeds { USUAL_LINE } else { ONLY_LINE },
        }
    }

    /// What the character costs more than the language model says.
    pub(crate) fn extra(&self, byte: u8) -> Cost {
        match byte {
            b'"' => self.double_quote,
            b'\'' => self.single_quote,
            b'`' => self.back_quote,
            b'(' => self.open,
            b')' => self.close,
            b'<' => self.less,
            b'\n' => self.line_feed,
            _ => 0,
        }
    }
}
