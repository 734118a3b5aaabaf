//! Where the cells of a record stand, what they say, and how to spell others in their place.
//!
//! Quotes are as in RFC 4180: a cell that begins with one ends with one, and holds it twice for once. A reader that
//! builds values would lose which cells were quoted and how lines ended, so only byte ranges are noted here.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr;

use crate::subtitles::Markup;

/// More cells make no table: the most that a spreadsheet has is 16,384.
pub(crate) const MOST_CELLS: usize = 1 << 16;

/// How a table is spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// What stands between cells: an ASCII character.
    pub(crate) delimiter: u8,
    /// Whether quotes around a cell are not part of it.
    pub(crate) quotes: bool,
    /// Whether only lines of events and styles have cells, as in subtitles of Advanced SubStation Alpha.
    pub(crate) is_script: bool,
}

/// Lines: no quotes hold them together.
pub(crate) const LINES_ALONE: Dialect = Dialect { delimiter: b'\n', quotes: false, is_script: false };

/// Subtitles of Advanced SubStation Alpha (.ass, .ssa).
pub(crate) const SCRIPT: Dialect = Dialect { delimiter: b',', quotes: false, is_script: true };

/// What begins a line of a script that has cells, after how many commas the rest of the line is the last cell, and
/// what of that is no words. Comments are not shown, and some hold code.
const LINES: [(&str, usize, Markup); 5] = [
    ("Dialogue:", 9, Markup::Braces),
    ("Comment:", 9, Markup::All),
    ("Style:", MOST_CELLS, Markup::All),
    ("Format:", MOST_CELLS, Markup::All),
    ("Title:", 0, Markup::None),
];

/// Where in a record the bytes so far end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum State {
    /// At the start of a cell.
    #[default]
    Start,
    /// In a cell without quotes.
    Plain,
    /// In a quoted cell.
    Quoted,
    /// After a quote in a quoted cell: it ends the cell, or is the first of two.
    Closing,
    /// After the end of a quoted cell stood something else.
    Broken,
}

impl State {
    /// Takes the next byte.
    fn then(self, byte: u8, dialect: Dialect) -> Self {
        match (self, byte) {
            (Self::Start, b'"') if dialect.quotes => Self::Quoted,
            (Self::Quoted, b'"') => Self::Closing,
            (Self::Quoted, _) => Self::Quoted,
            (Self::Closing, b'"') => Self::Quoted,
            (_, b) if b == dialect.delimiter => Self::Start,
            (Self::Closing | Self::Broken, _) => Self::Broken,
            (Self::Start | Self::Plain, _) => Self::Plain,
        }
    }

    /// Takes a line with its line feed, if it has one; tells whether the record ends with it.
    pub(crate) fn take(&mut self, line: &[u8], dialect: Dialect) -> bool {
        let (end, line) = match line {
            [line @ .., b'\r', b'\n'] => (true, line),
            [line @ .., b'\n'] => (true, line),
            line => (false, line),
        };
        if dialect.quotes {
            // Most lines have no quotes, and how they end matters only where they do.
            if *self == Self::Quoted || !end || memchr(b'"', line).is_some() {
                *self = self.over(line, dialect);
            }
        }
        end && *self != Self::Quoted
    }

    /// How many of the bytes that come next leave the state as it is, and end no cell.
    fn stride(self, bytes: &[u8], dialect: Dialect) -> usize {
        let next = match self {
            Self::Quoted => memchr(b'"', bytes),
            Self::Plain | Self::Broken => memchr(dialect.delimiter, bytes),
            Self::Start | Self::Closing => Some(0),
        };
        next.unwrap_or(bytes.len())
    }

    /// Takes some bytes.
    fn over(mut self, mut bytes: &[u8], dialect: Dialect) -> Self {
        while let [byte, rest @ ..] = &bytes[self.stride(bytes, dialect)..] {
            self = self.then(*byte, dialect);
            bytes = rest;
        }
        self
    }
}

/// A cell of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cell {
    /// Byte range in the record; of a quoted cell, between the quotes.
    pub(crate) span: Range<usize>,
    kind: Kind,
    /// What of it is no words.
    pub(super) markup: Markup,
}

/// How a cell is spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    Quoted,
    /// The rest of a line, in which nothing parts cells.
    Rest,
    /// A whole record, taken as text.
    Record,
}

/// Why a record can't be taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Malformed {
    /// Byte offset in the record.
    pub(crate) at: usize,
    pub(crate) what: &'static str,
}

/// A record without its line end.
fn body(record: &str) -> &str {
    record.strip_suffix('\n').map_or(record, |r| r.strip_suffix('\r').unwrap_or(r))
}

/// The cells of a whole record. Its line end belongs to none of them.
pub(crate) fn split(record: &str, dialect: Dialect) -> Result<Vec<Cell>, Malformed> {
    let body = body(record);
    if dialect.is_script {
        return split_script(body);
    }
    let bytes = body.as_bytes();
    let mut cells = Vec::new();
    let (mut state, mut start) = (State::Start, 0);
    let mut at = 0;
    loop {
        at += state.stride(&bytes[at..], dialect);
        let ends = match bytes.get(at) {
            Some(&byte) => state != State::Quoted && byte == dialect.delimiter,
            None => true,
        };
        if ends {
            let is_quoted = match state {
                State::Quoted => {
                    return Err(Malformed { at: start, what: "a quoted cell does not end" });
                }
                State::Closing => true,
                _ => false,
            };
            if cells.len() == MOST_CELLS {
                return Err(Malformed { at, what: "more than 65536 cells" });
            }
            let span = if is_quoted { start + 1..at - 1 } else { start..at };
            let kind = if is_quoted { Kind::Quoted } else { Kind::Plain };
            cells.push(Cell { span, kind, markup: Markup::None });
            start = at + 1;
        }
        // The end ends a cell, too.
        let Some(&byte) = bytes.get(at) else { return Ok(cells) };
        state = state.then(byte, dialect);
        if state == State::Broken {
            return Err(Malformed { at, what: "text after the end of a quoted cell" });
        }
        at += 1;
    }
}

/// The cells of a line of a script, its kind set aside; any other line is one.
fn split_script(line: &str) -> Result<Vec<Cell>, Malformed> {
    let kind = LINES.iter().find(|(kind, ..)| line.starts_with(kind));
    let (head, commas, markup) =
        kind.map_or((0, 0, Markup::All), |&(kind, commas, markup)| (kind.len(), commas, markup));
    let mut cells = Vec::new();
    let mut start = head;
    for (at, _) in line.match_indices(',').filter(|&(at, _)| at >= head).take(commas) {
        if cells.len() == MOST_CELLS {
            return Err(Malformed { at, what: "more than 65536 cells" });
        }
        cells.push(Cell { span: start..at, kind: Kind::Plain, markup: Markup::All });
        start = at + 1;
    }
    let is_rest = commas < MOST_CELLS && cells.len() == commas;
    let (kind, markup) = if is_rest { (Kind::Rest, markup) } else { (Kind::Plain, Markup::All) };
    cells.push(Cell { span: start..line.len(), kind, markup });
    Ok(cells)
}

impl Cell {
    /// A whole record but for its line end, to be taken as text.
    pub(crate) fn of_record(record: &str) -> Self {
        Self { span: 0..body(record).len(), kind: Kind::Record, markup: Markup::None }
    }

    /// What the cell says.
    pub(crate) fn text<'r>(&self, record: &'r str) -> Cow<'r, str> {
        let raw = &record[self.span.clone()];
        if self.kind == Kind::Quoted && raw.contains('"') {
            Cow::Owned(raw.replace("\"\"", "\""))
        } else {
            Cow::Borrowed(raw)
        }
    }

    /// Spells `text` in the cell's place, between the quotes if there are any; none if this can't be spelled.
    pub(crate) fn spell(&self, text: &str, dialect: Dialect) -> Option<String> {
        let delimiter = char::from(dialect.delimiter);
        let breaks = match self.kind {
            Kind::Quoted => return Some(text.replace('"', "\"\"")),
            Kind::Record => false,
            Kind::Rest => text.contains(['\n', '\r']),
            Kind::Plain => {
                // What comes new is spelled as RFC 4180 has it; a cell of which only some text changes as it was.
                let is_quote = |at: usize| dialect.quotes && (at == 0 || self.span.is_empty());
                text.contains([delimiter, '\n', '\r']) || text.find('"').is_some_and(is_quote)
            }
        };
        match (breaks, dialect.quotes) {
            (false, _) => Some(text.to_owned()),
            (true, true) => Some(format!("\"{}\"", text.replace('"', "\"\""))),
            (true, false) => None,
        }
    }

    /// A cell to be added behind those of a record.
    pub(crate) fn added(record: &str) -> Self {
        let end = body(record).len();
        Self { span: end..end, kind: Kind::Plain, markup: Markup::None }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CSV: Dialect = Dialect { delimiter: b',', quotes: true, is_script: false };

    fn cells(record: &str) -> Vec<String> {
        split(record, CSV).unwrap().iter().map(|c| c.text(record).into_owned()).collect()
    }

    #[test]
    fn quotes_are_those_of_rfc_4180() {
        assert_eq!(cells("a,b,c\r\n"), ["a", "b", "c"]);
        assert_eq!(cells("\"a,\"\"b\"\"\r\nc\",,d\n"), ["a,\"b\"\r\nc", "", "d"]);
        assert_eq!(cells("\"\",\"\""), ["", ""]);
        assert_eq!(cells("a\"b,c\"d\""), ["a\"b", "c\"d\""]);
        assert_eq!(cells(" \"a\",b"), [" \"a\"", "b"]);
        assert_eq!(cells("\n"), [""]);
        assert_eq!(cells("a\r,b\r\n"), ["a\r", "b"]);
    }

    #[test]
    fn a_table_without_quotes_takes_them_literally() {
        let dialect = Dialect { delimiter: b'\t', quotes: false, is_script: false };
        let record = "\"a\tb\"\n";
        let cells = split(record, dialect).unwrap();
        assert_eq!(cells.iter().map(|c| c.text(record)).collect::<Vec<_>>(), ["\"a", "b\""]);
        assert_eq!(cells[0].spell("x\ty", dialect), None);
        assert_eq!(cells[0].spell("\"x,y", dialect).as_deref(), Some("\"x,y"));
    }

    #[test]
    fn a_script_has_cells_in_some_lines() {
        let texts = |line: &str| {
            let cells = split(line, SCRIPT).unwrap();
            cells.iter().map(|c| c.text(line).into_owned()).collect::<Vec<_>>()
        };
        assert_eq!(texts("Title: 一,二\r\n"), [" 一,二"]);
        assert_eq!(texts("Timer: 一,二\r\n"), ["Timer: 一,二"]);
        assert_eq!(texts("Style: 默认,宋体,20\n"), [" 默认", "宋体", "20"]);
        let event = "Dialogue: 0,1,2,默认,张三,0,0,0,,\"你好,世界\n";
        assert_eq!(texts(event), [" 0", "1", "2", "默认", "张三", "0", "0", "0", "", "\"你好,世界"]);
        let cells = split(event, SCRIPT).unwrap();
        assert_eq!(cells[3].spell("一,二", SCRIPT), None);
        assert_eq!(cells[9].spell("一,二", SCRIPT).as_deref(), Some("一,二"));
        assert_eq!(cells[9].spell("一\n二", SCRIPT), None);
        assert_eq!(texts("Dialogue: 0,1\n"), [" 0", "1"]);
    }

    #[test]
    fn what_is_no_record_says_where() {
        assert_eq!(
            split("a,\"b\"c,d", CSV),
            Err(Malformed { at: 5, what: "text after the end of a quoted cell" })
        );
        assert_eq!(split("a,\"b\n", CSV), Err(Malformed { at: 2, what: "a quoted cell does not end" }));
        assert!(split(&",".repeat(MOST_CELLS), CSV).is_err());
    }

    #[test]
    fn a_record_ends_where_no_quote_is_open() {
        let mut state = State::default();
        assert!(!state.take(b"a,\"b\n", CSV));
        assert!(!state.take(b"\"\"\n", CSV));
        assert!(state.take(b"c\"\r\n", CSV));
        assert!(State::default().take(b"a,b\"\n", CSV));
        assert!(!State::default().take(b"a,b", CSV));
    }

    proptest! {
        /// Bytes taken at a stride leave what they leave one by one.
        #[test]
        fn a_stride_is_as_good_as_steps(bytes in "[a,\";文]{0,16}", start in 0..5usize, quotes: bool) {
            let states = [State::Start, State::Plain, State::Quoted, State::Closing, State::Broken];
            let dialect = Dialect { quotes, ..CSV };
            let steps = bytes.bytes().fold(states[start], |state, byte| state.then(byte, dialect));
            prop_assert_eq!(states[start].over(bytes.as_bytes(), dialect), steps);
        }

        /// Whatever a cell says, it says it again when it is read back, and its neighbours stay.
        #[test]
        fn what_is_spelled_is_read_back(old in "[a,\" \n\r文]{0,6}", text in "[a,\" \n\r文]{0,8}", quoted: bool) {
            let old = if quoted { format!("\"{}\"", old.replace('"', "\"\"")) } else { old.replace([',', '"', '\n', '\r'], "") };
            let record = format!("x,{old},y\r\n");
            let parts = split(&record, CSV).unwrap();
            prop_assert_eq!(parts.len(), 3);
            let span = parts[1].span.clone();
            let new = format!("{}{}{}", &record[..span.start], parts[1].spell(&text, CSV).unwrap(), &record[span.end..]);
            let again = split(&new, CSV).unwrap();
            prop_assert_eq!(again.len(), 3);
            prop_assert_eq!(again[1].text(&new), text);
            prop_assert_eq!(again[2].text(&new), "y");
        }

        /// No text makes the splitter panic, and cells with what stands between them are the record.
        #[test]
        fn cells_lie_in_the_record(record in "[a,\"\n\r文]{0,16}") {
            if let Ok(cells) = split(&record, CSV) {
                let mut done = 0;
                for cell in cells {
                    prop_assert!(cell.span.start >= done && record.is_char_boundary(cell.span.start));
                    done = cell.span.end;
                }
                prop_assert!(done <= record.len());
            }
        }
    }
}
