//! What parts the cells of a table that does not say so by its name: many that are called CSV have semicolons or tabs.

use super::cells::{self, Dialect, State};
use super::layout::unmarked;

/// What may stand between cells, beside the usual, and how many records have to show it: `|` is half of many
/// characters in Big5 and GBK, and stands in their garbage.
const OTHERS: [(u8, usize); 3] = [(b';', 1), (b'\t', 1), (b'|', 2)];
/// Records that are looked at.
const LOOKED_AT: usize = 32;

/// The dialect with the delimiter that the beginning of a table shows, and whether its first line says so, as Excel
/// understands it: `sep=;`. The usual one stays unless most records show that another one makes a table of them.
pub(crate) fn parted(head: &str, usual: Dialect) -> (Dialect, bool) {
    let (_, head) = unmarked(1, head);
    let first = head.split('\n').next().unwrap_or_default();
    if let [b's', b'e', b'p', b'=', delimiter] = first.strip_suffix('\r').unwrap_or(first).as_bytes() {
        return (Dialect { delimiter: *delimiter, ..usual }, delimiter.is_ascii());
    }
    let shows = |&(delimiter, least): &(u8, usize)| is_table(head, Dialect { delimiter, ..usual }, least);
    let usual_shows = shows(&(usual.delimiter, 1));
    let other = OTHERS.into_iter().filter(|_| !usual_shows).find(shows);
    (Dialect { delimiter: other.map_or(usual.delimiter, |(delimiter, _)| delimiter), ..usual }, false)
}

/// Whether the first record has several cells, and most of those behind it as many, `least` with it.
fn is_table(head: &str, dialect: Dialect, least: usize) -> bool {
    let (mut state, mut start, mut at) = (State::default(), 0, 0);
    let mut widths = Vec::with_capacity(LOOKED_AT);
    for line in head.split_inclusive('\n') {
        at += line.len();
        if !state.take(line.as_bytes(), dialect) && at < head.len() {
            continue;
        }
        let record = &head[start..at];
        (state, start) = (State::default(), at);
        if !record.trim_end_matches(['\r', '\n']).is_empty() {
            widths.push(cells::split(record, dialect).map_or(0, |cells| cells.len()));
        }
        if widths.len() == LOOKED_AT {
            break;
        }
    }
    let Some(&width) = widths.first() else { return false };
    let as_many = widths.iter().filter(|&&w| w == width).count();
    width > 1 && as_many >= least && 2 * as_many > widths.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CSV: Dialect = Dialect { delimiter: b',', quotes: true, is_script: false };

    fn delimiter(head: &str) -> char {
        parted(head, CSV).0.delimiter.into()
    }

    #[test]
    fn what_makes_records_of_one_width_parts_them() {
        assert_eq!(delimiter("a;b\n1,5;2,5\n"), ';');
        assert_eq!(delimiter("1,5;2\n3;4,5\n6;7\n"), ';');
        assert_eq!(delimiter("a\tb\r\n\r\n\"x\ty\nz\"\t1"), '\t');
        assert_eq!(delimiter("\u{FEFF}甲|乙\n一|二\n"), '|');
    }

    #[test]
    fn the_comma_stays_where_nothing_shows_another() {
        for head in
            ["", "a\n", "a,b\n1;2,3;4\n", "标题\n一;二\n三\n", "a;b\n一\n二\n", "\"a;b\"\n\"c;d\"\n", "a|b"]
        {
            assert_eq!(delimiter(head), ',', "{head}");
        }
    }

    #[test]
    fn excel_s_line_says_it() {
        assert_eq!(parted("sep=;\r\na;b,c\r\n", CSV), (Dialect { delimiter: b';', ..CSV }, true));
        assert_eq!(parted("\u{FEFF}sep=,\na\n", CSV), (CSV, true));
        assert_eq!(delimiter("sep=ab\nc|d\n"), ',');
    }
}
