//! Rows of data, whose commas part fields.

use super::around::Rows;
use super::line::{Line, is_call};
use crate::normalize::script::is_han;

/// The fewest fields of a row whose fields may be long.
const FEWEST: usize = 3;

impl Line {
    /// Whether the line is a row of data: of short fields, or of as many fields as the rows beside it.
    pub(super) fn is_row(&self, marks: &[usize], rows: &Rows<'_>) -> bool {
        let commas = marks.iter().filter(|&&i| matches!(self.chars[i], ',' | '，')).count();
        commas > 0 && (self.is_short_row(rows) || commas + 1 >= FEWEST && self.is_table_row(rows))
    }

    /// Whether the line and those beside it have equally many fields, three at least, one of them without Chinese.
    fn is_table_row(&self, rows: &Rows<'_>) -> bool {
        // Nearly all lines are sentences: their ends are looked at first.
        if rows.iter().flatten().any(|r| r.chars().next_back().is_none_or(ends_sentence)) {
            return false;
        }
        let Some(row) = Row::of(self.chars.iter().copied()) else { return false };
        row.fields >= FEWEST
            && row.bare
            && rows.iter().any(Option::is_some)
            && rows.iter().flatten().all(|r| Row::of(r.chars()).is_some_and(|r| r.fields == row.fields))
    }

    fn is_short_row(&self, rows: &Rows<'_>) -> bool {
        let Some(fields) = fields(&self.chars) else { return false };
        match fields.commas {
            0 => false,
            1 => {
                let like = |row: &Option<&str>| {
                    row.is_some_and(|r| {
                        let chars: Vec<char> = r.chars().take(40).collect();
                        self::fields(&chars).is_some_and(|f| f.commas == 1 && f.longest <= 6)
                    })
                };
                fields.longest <= 6 && (fields.bare || rows.iter().any(like))
            }
            commas => fields.longest <= 12 && fields.length <= 6 * (commas + 1),
        }
    }
}

/// What a line looks like when commas are taken for separators.
struct Fields {
    commas: usize,
    longest: usize,
    /// Characters in all fields.
    length: usize,
    /// Some field has no Chinese.
    bare: bool,
}

/// The fields of a line, if nothing in it but commas speaks of sentences.
fn fields(line: &[char]) -> Option<Fields> {
    let mut f = Fields { commas: 0, longest: 0, length: 0, bare: false };
    let (mut field, mut han) = (0, false);
    for (i, &c) in line.iter().enumerate() {
        match c {
            ',' | '，' => {
                if line.get(i + 1) == Some(&' ') {
                    return None;
                }
                f.commas += 1;
                f.longest = f.longest.max(field);
                f.bare |= !han;
                (field, han) = (0, false);
            }
            ';' | ':' | '?' | '!' | '；' | '：' | '？' | '！' | '。' | '、' | '…' | '“' | '”' | '「'
            | '」' | '《' => {
                return None;
            }
            _ => {
                field += 1;
                f.length += 1;
                han |= is_han(c);
            }
        }
    }
    f.longest = f.longest.max(field);
    f.bare |= !han && field > 0;
    Some(f)
}

/// What a line looks like as a row of comma-separated values.
struct Row {
    fields: usize,
    /// Some field has something in it, but no Chinese.
    bare: bool,
}

impl Row {
    /// The row, unless spaces behind commas or a mark at the end speak of a sentence. Commas between ASCII quotes part
    /// nothing.
    fn of(line: impl DoubleEndedIterator<Item = char> + Clone) -> Option<Self> {
        if line.clone().next_back().is_none_or(ends_sentence) {
            return None;
        }
        let mut row = Self { fields: 1, bare: false };
        let (mut quoted, mut han, mut empty, mut last) = (false, false, true, '\0');
        for c in line {
            if c.is_whitespace() && matches!(last, ',' | '，') && !quoted {
                return None;
            }
            match c {
                ',' | '，' if !quoted => {
                    row.fields += 1;
                    row.bare |= !han && !empty;
                    (han, empty) = (false, true);
                }
                _ => {
                    quoted ^= c == '"';
                    han |= is_han(c);
                    empty = false;
                }
            }
            last = c;
        }
        row.bare |= !han && !empty;
        (!quoted).then_some(row)
    }
}

/// Marks at the end of sentences.
fn ends_sentence(c: char) -> bool {
    is_call(c) || matches!(c, '。' | '.' | ';' | '；' | ':' | '：' | '…' | '”' | '’' | '」')
}
