//! What a line tells of the ASCII characters that it lost: quotes that are not closed, brackets without a partner,
//! spaces between its words.

use super::line_ends::LineEnds;
use crate::model::Cost;

/// How much likelier or unlikelier than usual each ASCII character is among the swallowed ones.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Swallowed {
    double_quote: Cost,
    single_quote: Cost,
    back_quote: Cost,
    /// How many brackets the line opens more than it closes.
    open: i32,
    less: Cost,
    asterisk: Cost,
    second_asterisk: Cost,
    line_feed: Cost,
    line_feed_before_indent: Cost,
    carriage_return: Cost,
    lone_at_line_end: Cost,
    lone_at_text_end: Cost,
    space: Cost,
}

/// The line lacks it.
const MISSING: Cost = -2_500;
/// The line has its partners.
const COMPLETE: Cost = 2_000;
/// The same of the quotation mark of strings, which hardly ever stands alone.
const MISSING_QUOTE: Cost = -6_000;
const COMPLETE_QUOTE: Cost = 3_000;
/// The same where the last one opens a string of a program.
const OPEN_STRING: Cost = -10_000;
/// What ends a tag or a comment lacks its first character.
const BROKEN_END: Cost = -8_000;
/// A line feed where no other stands: of several that a text had, every other one would have stayed.
const ONLY_LINE: Cost = 7_000;
/// The same where so much was lost that every line feed may be among it: after a full stop, some channels lose them all.
const MANY_LINES: Cost = 2_500;
/// The same before an indent or the mark of an item, as lines begin.
const BEFORE_INDENT: Cost = 1_000;
const USUAL_LINE: Cost = 700;
/// A last byte alone at the end of a line, with nothing behind it that was swallowed; the same where others are alone.
const LONE_AT_LINE_END: Cost = 2_500;
const LONE_LIKE_OTHERS: Cost = 1_500;
/// The same where it would have swallowed the line feed.
const NOT_ALONE: Cost = 8_000;
/// The same at the end of a text of several lines, more than a line feed: it ended with one, too, more often than not.
const LONE_AT_TEXT_END: Cost = 800;
/// A carriage return in a text that has none.
const NO_RETURNS: Cost = 14_000;
/// A space where others stand between wide characters.
const SPACED: Cost = -1_500;
/// A space where others stand between wide characters and Latin letters.
const MIXED: Cost = -1_000;
/// A space before what ends something.
const BEFORE_END: Cost = 2_000;
/// A digit: nothing tells which one, so that it is the last thing to be thought of, unless the number goes on.
const DIGIT: Cost = 2_500;
const DIGIT_OF_MANY: Cost = 0;
const DIGIT_BEFORE_LETTER: Cost = 4_500;

impl Swallowed {
    /// Counts the quotes and brackets of a line.
    pub(crate) fn of(line: &[char], ends: LineEnds) -> Self {
        let count = |c: char| line.iter().filter(|&&d| d == c).count();
        let is_odd = |c: char| count(c) % 2 == 1;
        let odd = |c: char| if is_odd(c) { MISSING } else { COMPLETE };
        let (open, close) = (count('('), count(')'));
        let has = |pair: [char; 2]| line.windows(2).any(|w| w == pair);
        // Some languages open texts of many lines so.
        let has_triple = line.windows(3).any(|w| w == ['"'; 3]);
        let closes_tag = line.windows(2).any(|w| w[0] != '<' && w[1] == '/') && count('<') < count('>');
        let wide = |c: char| !c.is_ascii();
        let is_spaced = line.windows(3).any(|w| wide(w[0]) && w[1] == ' ' && wide(w[2]));
        let is_mixed = || line.windows(3).any(|w| w[1] == ' ' && wide(w[0]) != wide(w[2]));
        let only_line = |cost| match ends {
            LineEnds { kept: false, feeds: true, .. } => USUAL_LINE,
            LineEnds { kept: false, many: true, .. } => MANY_LINES,
            _ => cost,
        };
        Self {
            double_quote: match is_odd('"') && !has_triple {
                true if opens_string(line, '"') => OPEN_STRING,
                true => MISSING_QUOTE,
                false => COMPLETE_QUOTE,
            },
            single_quote: if is_odd('\'') && opens_string(line, '\'') { OPEN_STRING } else { odd('\'') },
            back_quote: odd('`'),
            open: open as i32 - close as i32,
            less: if closes_tag { BROKEN_END } else { 0 },
            asterisk: if has(['/', '*']) && !has(['*', '/']) { BROKEN_END } else { 0 },
            second_asterisk: if is_odd('*') && has(['*', '*']) && !has(['*', '/']) { BROKEN_END } else { 0 },
            line_feed: only_line(ONLY_LINE),
            line_feed_before_indent: only_line(BEFORE_INDENT),
            lone_at_line_end: match ends {
                LineEnds { whole: true, .. } => NOT_ALONE,
                LineEnds { kept: true, .. } => LONE_LIKE_OTHERS,
                _ => LONE_AT_LINE_END,
            },
            lone_at_text_end: if (ends.feeds || ends.many) && !ends.kept {
                only_line(ONLY_LINE) + LONE_AT_TEXT_END
            } else {
                0
            },
            carriage_return: if ends.returns { 0 } else { NO_RETURNS },
            space: if is_spaced {
                SPACED
            } else if is_mixed() {
                MIXED
            } else {
                0
            },
        }
    }

    /// The same in a document that tells itself how it ends its lines and spaces its words.
    pub(crate) fn told(self) -> Self {
        Self { space: 0, line_feed: (self.line_feed - USUAL_LINE).max(0), ..self }
    }

    /// What it costs that nothing was swallowed at the end of a line.
    pub(crate) fn lone_at_line_end(&self) -> Cost {
        self.lone_at_line_end
    }

    /// The same at the end of the text.
    pub(crate) fn lone_at_text_end(&self) -> Cost {
        self.lone_at_text_end
    }

    /// What the character costs more than the language model says, before the next observed one, where others of the
    /// line were put back already.
    pub(crate) fn extra(&self, byte: u8, next: Option<char>, back: PutBack) -> Cost {
        let open = self.open + i32::from(back.open);
        match (byte, next) {
            (b'"', _) => back.quote(DOUBLE, self.double_quote),
            (b'\'', _) => back.quote(SINGLE, self.single_quote),
            (b'`', _) => back.quote(BACK, self.back_quote),
            (b'(', _) if open < 0 => MISSING,
            (b')', _) if open > 0 => MISSING,
            (b'(' | b')', _) => COMPLETE,
            (b'<', Some('/')) => self.less,
            (b'*', Some('/')) => self.asterisk,
            (b'*', Some('*')) => self.second_asterisk,
            (b'\n', Some(' ' | '\t' | '-' | '*' | '#')) => self.line_feed_before_indent,
            (b'\n', _) => self.line_feed,
            (b'\r', _) => self.carriage_return,
            (b' ', Some('"' | '\'' | '`' | ')' | ']' | '}' | ',' | '.' | ';')) => BEFORE_END,
            (b' ', Some(' ')) => SPACED,
            (b' ', _) => self.space,
            (b'0', Some('0'..='9')) => DIGIT_OF_MANY,
            (b'0', Some('A'..='Z' | 'a'..='z')) => DIGIT_BEFORE_LETTER,
            (b'0', _) => DIGIT,
            _ => 0,
        }
    }
}

/// Quotes and brackets that were put back so far: one that makes a pair complete leaves the next without a partner.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct PutBack {
    /// A bit for each kind of quotation mark of which an odd number was put back.
    odd: u8,
    /// Brackets opened more than closed.
    open: i8,
}

/// The kinds of quotation marks.
const DOUBLE: u8 = 1;
const SINGLE: u8 = 2;
const BACK: u8 = 4;

impl PutBack {
    /// With one more character.
    pub(crate) fn with(mut self, byte: u8) -> Self {
        match byte {
            b'"' => self.odd ^= DOUBLE,
            b'\'' => self.odd ^= SINGLE,
            b'`' => self.odd ^= BACK,
            b'(' => self.open = self.open.saturating_add(1),
            b')' => self.open = self.open.saturating_sub(1),
            _ => {}
        }
        self
    }

    /// All of it in one number.
    pub(crate) fn value(self) -> u64 {
        u64::from(self.odd) << 8 | u64::from(self.open.to_ne_bytes()[0])
    }

    /// What a quotation mark costs that costs `first` as the first of its kind.
    fn quote(self, kind: u8, first: Cost) -> Cost {
        match self.odd & kind != 0 {
            true if first < 0 => -first,
            // The partner of one that was put back without need.
            true => -first / 2,
            false => first,
        }
    }
}

/// Whether the last quotation mark of a line stands where programs open strings, before a wide character.
fn opens_string(line: &[char], mark: char) -> bool {
    let Some(last) = line.iter().rposition(|&c| c == mark) else { return false };
    let Some(before) = last.checked_sub(1) else { return false };
    // After a space a string may begin, but not every text that begins there is one.
    let opens = matches!(line[before], '=' | '(' | '[' | '{' | ',') || line[before] == ' ' && mark == '\'';
    opens && line.get(last + 1).is_some_and(|c| !c.is_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: PutBack = PutBack { odd: 0, open: 0 };

    fn of(line: &str) -> Swallowed {
        Swallowed::of(&line.chars().collect::<Vec<_>>(), LineEnds::of(line))
    }

    #[test]
    fn a_space_is_likelier_where_others_stand() {
        let [none, mixed, spaced] =
            ["锛?鐨", "鐨 GB 锛?鐨", "鐨 鐨 锛?鐨"].map(|line| of(line).extra(b' ', None, NOTHING));
        assert!(spaced < mixed && mixed < none);
    }

    #[test]
    fn a_text_without_line_feeds_has_lost_none_unless_an_indent_follows() {
        let alone = of("锛?    鐨");
        assert!(alone.extra(b'\n', Some('鐨'), NOTHING) > alone.extra(b'\n', Some(' '), NOTHING));
        assert!(alone.extra(b'\n', Some('鐨'), NOTHING) > of("锛?鐨\n").extra(b'\n', Some('鐨'), NOTHING));
    }

    #[test]
    fn what_ends_a_tag_or_a_comment_gets_its_first_character_back() {
        let tag = of("<b>锛?/b>");
        assert_eq!(tag.extra(b'<', Some('/'), NOTHING), BROKEN_END);
        assert_eq!(tag.extra(b'*', Some('/'), NOTHING), 0);
        let comment = of("/* 锛?/");
        assert_eq!(comment.extra(b'*', Some('/'), NOTHING), BROKEN_END);
        assert_eq!(of("/* 锛?*/").extra(b'*', Some('/'), NOTHING), 0);
    }

    #[test]
    fn a_string_gets_the_quotation_mark_that_it_lacks() {
        assert_eq!(of("x = \"锛?;").extra(b'"', Some(';'), NOTHING), MISSING_QUOTE);
        assert_eq!(of("x=\"锛?\n").extra(b'"', Some('\n'), NOTHING), OPEN_STRING);
        assert_eq!(of("x = \"锛?\";").extra(b'"', Some('"'), NOTHING), COMPLETE_QUOTE);
    }

    #[test]
    fn carriage_returns_come_back_where_the_text_has_others() {
        assert!(
            of("锛?\r\n").extra(b'\r', Some('\n'), NOTHING) < of("锛?\n").extra(b'\r', Some('\n'), NOTHING)
        );
    }

    #[test]
    fn one_that_was_put_back_leaves_the_next_without_a_partner() {
        let string = of("x = \"锛?锛?;");
        assert_eq!(string.extra(b'"', Some(';'), NOTHING.with(b'"')), -MISSING_QUOTE);
        let bracket = of("锛?锛?");
        assert_eq!(bracket.extra(b')', None, NOTHING), COMPLETE);
        assert_eq!(bracket.extra(b')', None, NOTHING.with(b'(')), MISSING);
    }

    #[test]
    fn a_text_that_was_read_line_by_line_lost_no_line_feed() {
        let [whole, lines] = ["锛\n锛?锛\n", "锛?\n锛?\n锛?锛\n"].map(of);
        assert!(lines.extra(b'\n', Some('锛'), NOTHING) > whole.extra(b'\n', Some('锛'), NOTHING));
        assert!(lines.lone_at_line_end() < whole.lone_at_line_end());
    }
}
