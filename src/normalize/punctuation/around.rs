//! What the lines around a line say about it: another language, a code block, a table.

use std::ops::Range;

use memchr::memmem;
use memchr::{memchr2, memrchr2};

use super::bounds;
use crate::normalize::walk::find;

/// The text, asked about the neighbourhood of its lines in ascending order.
pub(super) struct Around<'t> {
    text: &'t str,
    /// Fenced code and front matter.
    verbatim: Vec<Range<usize>>,
    /// Counts of the lines asked about so far that may be asked about again, ascending.
    counts: Vec<(usize, Counts)>,
    /// The last kana or hangul before the line asked about, and the first from it on.
    others: [Option<usize>; 2],
    /// Lines that begin here have neither of the two within reach.
    free: Range<usize>,
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
        let other = line.windows(2).filter(|pair| is_other(pair[0], pair[1])).count();
        Self { han, other }
    }
}

const fn is_other(first: u8, second: u8) -> bool {
    match first {
        0xE3 => matches!(second, 0x81..=0x83),
        0xEA => second >= 0xB0,
        0xEB | 0xEC => true,
        0xED => second <= 0x9F,
        _ => false,
    }
}

/// Whether any pair of bytes begins kana, or any byte hangul or one of the few that share its first byte.
fn may_have_other(bytes: &[u8]) -> bool {
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or(&[]));
    pairs.fold(0, |found, (&first, &second)| {
        let kana = u8::from(first == 0xE3) & u8::from(second.wrapping_sub(0x81) < 3);
        found | kana | u8::from(first.wrapping_sub(0xEA) < 4)
    }) != 0
}

/// Whether any pair of bytes begins kana or hangul.
fn has_other(bytes: &[u8]) -> bool {
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or(&[]));
    pairs.fold(0, |found, (&first, &second)| {
        let kana = u8::from(first == 0xE3) & u8::from(second.wrapping_sub(0x81) < 3);
        let hangul = u8::from(first == 0xEA) & u8::from(second >= 0xB0)
            | u8::from(first.wrapping_sub(0xEB) < 2)
            | u8::from(first == 0xED) & u8::from(second <= 0x9F);
        found | kana | hangul
    }) != 0
}

/// The first kana or hangul from `at` on.
fn next_other(bytes: &[u8], mut at: usize) -> Option<usize> {
    const LEAD: [bool; 256] = {
        let mut table = [false; 256];
        let leads = [0xE3, 0xEA, 0xEB, 0xEC, 0xED];
        let mut i = 0;
        while i < leads.len() {
            table[leads[i]] = true;
            i += 1;
        }
        table
    };
    // Block by block, by a loop that the compiler turns into vector instructions: most text has none.
    const BLOCK: usize = 4096;
    while let Some(block) = bytes.get(at..=at.saturating_add(BLOCK))
        && !(may_have_other(block) && has_other(block))
    {
        at += BLOCK;
    }
    loop {
        at = find(bytes, at, |b| LEAD[b as usize])?;
        if is_other(bytes[at], *bytes.get(at + 1)?) {
            return Some(at);
        }
        at += 1;
    }
}

/// Lines on each side that share the language of a line.
const REACH: usize = 8;

/// Lines beside the one in question, for rows of data.
pub(super) type Rows<'t> = [Option<&'t str>; 2];

impl<'t> Around<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let first = next_other(text.as_bytes(), 0);
        let others = [None, first];
        let mut this = Self { text, verbatim: verbatim(text), counts: Vec::new(), others, free: 0..0 };
        this.free = this.between();
        this
    }

    /// Where lines begin that are out of reach of the last and of the first of the others.
    fn between(&self) -> Range<usize> {
        let [last, first] = self.others;
        let start = last.map_or(0, |at| self.reach(at, &mut Vec::new()).end + 1);
        let end = first.map_or(usize::MAX, |at| self.reach(at, &mut Vec::new()).start);
        start..end
    }

    /// What the line of a place and those around it span that share its language; adds them to `lines`.
    fn reach(&self, place: usize, lines: &mut Vec<Range<usize>>) -> Range<usize> {
        let line = bounds(self.text.as_bytes(), place);
        let mut window = line.clone();
        lines.push(line);
        for _ in 0..REACH {
            let Some(before) = self.before(&window) else { break };
            window.start = before.start;
            lines.push(before);
        }
        for _ in 0..REACH {
            let Some(after) = self.after(&window) else { break };
            window.end = after.end;
            lines.push(after);
        }
        window
    }

    /// Whether the line is in fenced code or front matter, where a colon is syntax.
    pub(super) fn is_verbatim(&self, line: &Range<usize>) -> bool {
        let i = self.verbatim.partition_point(|v| v.end <= line.start);
        self.verbatim.get(i).is_some_and(|v| v.start <= line.start)
    }

    /// Whether the lines around are Japanese or Korean, as the headings of such a page are, which may have
    /// Chinese characters only.
    pub(super) fn is_foreign(&mut self, line: &Range<usize>) -> bool {
        let known = self.others;
        while let [_, Some(next)] = self.others
            && next < line.start
        {
            self.others = [Some(next), next_other(self.text.as_bytes(), next + 1)];
        }
        if self.others != known {
            self.free = self.between();
        }
        if self.free.contains(&line.start) {
            return false;
        }
        let mut lines = Vec::with_capacity(2 * REACH + 1);
        let window = self.reach(line.start, &mut lines);
        if !self.others.iter().flatten().any(|at| window.contains(at)) {
            return false;
        }
        let stale = self.counts.partition_point(|(start, _)| *start < window.start);
        if stale > 4 * REACH {
            self.counts.drain(..stale);
        }
        let (mut han, mut other) = (0, 0);
        for line in &lines {
            let counts = self.count(line);
            han += counts.han;
            other += counts.other;
        }
        other * 8 >= han
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_to_see_kana_and_hangul_agree() {
        for first in 0..=u8::MAX {
            for second in 0..=u8::MAX {
                let pair = [first, second];
                assert_eq!(has_other(&pair), is_other(first, second), "{pair:X?}");
                assert!(!has_other(&pair) || may_have_other(&pair), "{pair:X?}");
            }
        }
        for at in [0, 4093, 4095, 4096, 4097, 9000] {
            let text = format!("{}あ{}", "x".repeat(at), "x".repeat(9000));
            assert_eq!(next_other(text.as_bytes(), 0), Some(at));
        }
    }
}
