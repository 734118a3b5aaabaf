//! What the lines around a line say about it: another language, a code block, a table.

use std::ops::Range;

use memchr::memmem;
use memchr::{memchr2, memrchr2};

/// The text, asked about the neighbourhood of its lines in ascending order.
pub(super) struct Around<'t> {
    text: &'t str,
    /// Fenced code and front matter.
    verbatim: Vec<Range<usize>>,
    /// Counts of the lines asked about so far that may be asked about again, ascending.
    counts: Vec<(usize, Counts)>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    /// Ideographs.
    han: usize,
    /// Kana and hangul.
    other: usize,
}

impl Counts {
    /// By first bytes, which tell the scripts apart well enough: CJK ideographs of the plane's middle begin
    /// with E4 to E9, kana with E3 81 to E3 83, hangul syllables with EA B0 to ED 9F.
    fn of(line: &[u8]) -> Self {
        let han = line.iter().filter(|b| (0xE4..=0xE9).contains(*b)).count();
        let is_other = |a: u8, b: u8| {
            (a == 0xE3) & (0x81..=0x83).contains(&b)
                | (a == 0xEA) & (b >= 0xB0)
                | (a == 0xEB)
                | (a == 0xEC)
                | (a == 0xED) & (b <= 0x9F)
        };
        let other = line.iter().zip(line.iter().skip(1)).filter(|&(&a, &b)| is_other(a, b)).count();
        Self { han, other }
    }
}

/// Lines on each side that share the language of a line.
const REACH: usize = 8;

/// Lines beside the one in question, for rows of data.
pub(super) type Rows<'t> = [Option<&'t str>; 2];

impl<'t> Around<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, verbatim: verbatim(text), counts: Vec::new() }
    }

    /// Whether the line is in fenced code or front matter, where a colon is syntax.
    pub(super) fn is_verbatim(&self, line: &Range<usize>) -> bool {
        let i = self.verbatim.partition_point(|v| v.end <= line.start);
        self.verbatim.get(i).is_some_and(|v| v.start <= line.start)
    }

    /// Whether the lines around are Japanese or Korean, as the headings of such a page are, which may have
    /// Chinese characters only.
    pub(super) fn is_foreign(&mut self, line: &Range<usize>) -> bool {
        let mut sum = self.count(line);
        let mut edge = line.clone();
        for _ in 0..REACH {
            let Some(before) = self.before(&edge) else { break };
            let c = self.count(&before);
            sum.han += c.han;
            sum.other += c.other;
            edge = before;
        }
        let oldest = edge.start;
        edge = line.clone();
        for _ in 0..REACH {
            let Some(after) = self.after(&edge) else { break };
            let c = self.count(&after);
            sum.han += c.han;
            sum.other += c.other;
            edge = after;
        }
        let stale = self.counts.partition_point(|(start, _)| *start < oldest);
        if stale > 4 * REACH {
            self.counts.drain(..stale);
        }
        sum.other * 8 >= sum.han
    }

    /// The nearest lines that hold something, before and after.
    pub(super) fn rows(&self, line: &Range<usize>) -> Rows<'t> {
        let mut edge = line.clone();
        let before = (0..3).find_map(|_| {
            edge = self.before(&edge)?;
            Some(self.text[edge.clone()].trim()).filter(|t| !t.is_empty())
        });
        let mut edge = line.clone();
        let after = (0..3).find_map(|_| {
            edge = self.after(&edge)?;
            Some(self.text[edge.clone()].trim()).filter(|t| !t.is_empty())
        });
        [before, after]
    }

    fn before(&self, line: &Range<usize>) -> Option<Range<usize>> {
        let end = line.start.checked_sub(1)?;
        let start = memrchr2(b'\n', b'\r', &self.text.as_bytes()[..end]).map_or(0, |i| i + 1);
        Some(start..end)
    }

    fn after(&self, line: &Range<usize>) -> Option<Range<usize>> {
        let start = line.end + 1;
        let rest = self.text.as_bytes().get(start..)?;
        let end = memchr2(b'\n', b'\r', rest).map_or(self.text.len(), |i| start + i);
        Some(start..end)
    }

    fn count(&mut self, line: &Range<usize>) -> Counts {
        let slot = match self.counts.binary_search_by_key(&line.start, |(start, _)| *start) {
            Ok(i) => return self.counts[i].1,
            Err(slot) => slot,
        };
        let counts = Counts::of(&self.text.as_bytes()[line.clone()]);
        self.counts.insert(slot, (line.start, counts));
        counts
    }
}

/// The most lines that front matter has.
const FRONT_MATTER: usize = 50;

/// Fenced code blocks that are closed, and YAML front matter.
fn verbatim(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    if let Some(rest) = text.strip_prefix("---\n") {
        let mut start = 4;
        for line in rest.split_inclusive('\n').take(FRONT_MATTER) {
            if line.trim_end() == "---" {
                found.push(0..start);
                break;
            }
            start += line.len();
        }
    }
    let mut open: Option<(usize, u8)> = None;
    let mut done = found.last().map_or(0, |f| f.end);
    for i in fences(bytes) {
        if i < done {
            continue;
        }
        let start = memrchr2(b'\n', b'\r', &bytes[..i]).map_or(0, |i| i + 1);
        done = memchr2(b'\n', b'\r', &bytes[i..]).map_or(bytes.len(), |e| i + e);
        if !bytes[start..i].iter().all(|b| matches!(b, b' ' | b'\t' | b'>')) {
            continue;
        }
        match open {
            None => open = Some((start, bytes[i])),
            Some((from, mark)) if mark == bytes[i] => {
                found.push(from..done);
                open = None;
            }
            Some(_) => {}
        }
    }
    found
}

/// Where ``` and ~~~ stand, ascending.
fn fences(bytes: &[u8]) -> impl Iterator<Item = usize> {
    let mut ticks = memmem::find_iter(bytes, b"```").peekable();
    let mut waves = memmem::find_iter(bytes, b"~~~").peekable();
    std::iter::from_fn(move || match (ticks.peek(), waves.peek()) {
        (Some(a), Some(b)) if a < b => ticks.next(),
        (_, Some(_)) => waves.next(),
        _ => ticks.next(),
    })
}
