//! Byte ranges as readers count: lines, columns and characters.

use std::ops::Range;

use crate::job::Value;

/// Where something stands. Lines and columns count from 1, the rest from 0; ends are exclusive. All but
/// `bytes` is counted in characters (code points). In a record, all of it is counted in the field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Region {
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) end_line: usize,
    pub(crate) end_column: usize,
    pub(crate) chars: [usize; 2],
    pub(crate) bytes: [usize; 2],
}

/// A place that moves through a text.
#[derive(Debug, Clone, Copy)]
struct Point {
    byte: usize,
    char: usize,
    line: usize,
    column: usize,
}

impl Default for Point {
    fn default() -> Self {
        Self { byte: 0, char: 0, line: 1, column: 1 }
    }
}

impl Point {
    fn walk(&mut self, text: &str) {
        for c in text.chars() {
            // A byte order mark is no part of the text.
            if self.byte > 0 || c != '\u{FEFF}' {
                self.char += 1;
                (self.line, self.column) =
                    if c == '\n' { (self.line + 1, 1) } else { (self.line, self.column + 1) };
            }
            self.byte += c.len_utf8();
        }
    }
}

/// Names the places of a file's values; within a value, those that start in ascending order.
#[derive(Debug, Default)]
pub(crate) struct Places {
    at: Point,
}

impl Places {
    /// The value to name places of.
    pub(crate) fn begin(&mut self, value: &Value<'_>) {
        let Point { byte, .. } = self.at;
        match value.base.0.checked_sub(byte) {
            // The next stretch of a text: each stray byte between the two stands for a character.
            Some(strays) if value.is_plain() => {
                self.at.byte += strays;
                self.at.char += strays;
                self.at.column += strays;
            }
            _ => self.at = Point::default(),
        }
        if !value.is_plain() {
            self.at = Point::default();
        }
    }

    /// The place of a byte range of the value.
    pub(crate) fn region(&mut self, value: &Value<'_>, range: Range<usize>) -> Region {
        let base = value.base.0;
        let part = |from: usize, to: usize| value.text.get(from..to).unwrap_or_default();
        self.at.walk(part(self.at.byte - base, range.start));
        let (start, mut end) = (self.at, self.at);
        end.walk(part(range.start, range.end));
        Region {
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            chars: [start.char, end.char],
            bytes: [start.byte, end.byte],
        }
    }

    /// The value is through.
    pub(crate) fn end(&mut self, value: &Value<'_>) {
        let rest = value.text.get(self.at.byte - value.base.0..);
        self.at.walk(rest.unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subtitles::Markup;

    fn value(text: &str, base: usize) -> Value<'_> {
        let markup = Markup::None;
        Value { text, file: "f", record: None, field: None, encoding: None, line: 1, base: (base, 0), markup }
    }

    #[test]
    fn places_are_counted_in_characters_and_bytes() {
        let text = value("一二\n三四\n", 0);
        let mut places = Places::default();
        places.begin(&text);
        let at = places.region(&text, 10..13);
        assert_eq!((at.line, at.column, at.end_line, at.end_column), (2, 2, 2, 3));
        assert_eq!((at.chars, at.bytes), ([4, 5], [10, 13]));
    }

    #[test]
    fn a_byte_order_mark_counts_as_bytes_only() {
        let text = value("\u{FEFF}一", 0);
        let mut places = Places::default();
        places.begin(&text);
        let at = places.region(&text, 3..6);
        assert_eq!((at.line, at.column, at.chars, at.bytes), (1, 1, [0, 1], [3, 6]));
    }

    #[test]
    fn places_go_on_behind_stray_bytes() {
        let mut places = Places::default();
        let first = value("一\n二", 0);
        places.begin(&first);
        places.end(&first);
        let second = value("三", 8);
        places.begin(&second);
        let at = places.region(&second, 0..3);
        assert_eq!((at.line, at.column, at.chars, at.bytes), (2, 3, [4, 5], [8, 11]));
    }
}
