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
    line_feed_before_indent: Cost,
    space: Cost,
}

/// The line lacks it.
const MISSING: Cost = -2_500;
/// The line has its partners.
const COMPLETE: Cost = 2_000;
/// A line feed where no other stands: of several that a text had, every other one would have stayed.
const ONLY_LINE: Cost = 4_500;
/// The same before an indent or the mark of an item, as lines begin.
const BEFORE_INDENT: Cost = 1_000;
const USUAL_LINE: Cost = 700;
/// A space where others stand between wide characters.
const SPACED: Cost = -1_500;
/// A space where others stand between wide characters and Latin letters.
const MIXED: Cost = -1_000;
/// A digit: nothing tells which one, so that it is the last thing to be thought of.
const DIGIT: Cost = 1_000;

impl Swallowed {
    /// Counts the quotes and brackets of a line.
    pub(crate) fn of(line: &[char], has_line_feeds: bool) -> Self {
        let count = |c: char| line.iter().filter(|&&d| d == c).count();
        let odd = |c: char| if count(c) % 2 == 1 { MISSING } else { COMPLETE };
        let (open, close) = (count('('), count(')'));
        let closes_tag = line.windows(2).any(|w| w[0] != '<' && w[1] == '/') && count('<') < count('>');
        let wide = |c: char| !c.is_ascii();
        let is_spaced = line.windows(3).any(|w| wide(w[0]) && w[1] == ' ' && wide(w[2]));
        let is_mixed = || line.windows(3).any(|w| w[1] == ' ' && wide(w[0]) != wide(w[2]));
        Self {
            space: if is_spaced {
                SPACED
            } else if is_mixed() {
                MIXED
            } else {
                0
            },
            double_quote: odd('"'),
            single_quote: odd('\''),
            back_quote: odd('`'),
            open: if close > open { MISSING } else { COMPLETE },
            close: if open > close { MISSING } else { COMPLETE },
            less: if closes_tag { MISSING } else { 0 },
            line_feed: if has_line_feeds { USUAL_LINE } else { ONLY_LINE },
            line_feed_before_indent: if has_line_feeds { USUAL_LINE } else { BEFORE_INDENT },
        }
    }

    /// What the character costs more than the language model says, before the next observed one.
    pub(crate) fn extra(&self, byte: u8, next: Option<char>) -> Cost {
        match byte {
            b'"' => self.double_quote,
            b'\'' => self.single_quote,
            b'`' => self.back_quote,
            b'(' => self.open,
            b')' => self.close,
            b'<' => self.less,
            b'\n' if matches!(next, Some(' ' | '\t' | '-' | '*' | '#')) => self.line_feed_before_indent,
            b'\n' => self.line_feed,
            b' ' => self.space,
            b'0' => DIGIT,
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Swallowed {
        Swallowed::of(&line.chars().collect::<Vec<_>>(), line.ends_with('\n'))
    }

    #[test]
    fn a_space_is_likelier_where_others_stand() {
        let [none, mixed, spaced] =
            ["锛?鐨", "鐨 GB 锛?鐨", "鐨 鐨 锛?鐨"].map(|line| of(line).extra(b' ', None));
        assert!(spaced < mixed && mixed < none);
    }

    #[test]
    fn a_text_without_line_feeds_has_lost_none_unless_an_indent_follows() {
        let alone = of("锛?    鐨");
        assert!(alone.extra(b'\n', Some('鐨')) > alone.extra(b'\n', Some(' ')));
        assert!(alone.extra(b'\n', Some('鐨')) > of("锛?鐨\n").extra(b'\n', Some('鐨')));
    }
}
