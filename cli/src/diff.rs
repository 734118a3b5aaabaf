//! Unified diffs, in memory that doesn't grow with the number of changes.

use std::collections::VecDeque;
use std::io::{self, Seek, Write};
use std::ops::Range;

use tempfile::SpooledTempFile;

use crate::paint;

/// Unchanged lines around a change.
const CONTEXT: usize = 3;
/// A hunk larger than this moves to a file without a name.
const HUNK_IN_MEMORY: usize = 8 << 20;
/// Where lines came or went, how far ahead the next line that both versions have is looked for. What is
/// further away counts as changed: the diff gets longer, never wrong, and its time stays linear.
const AHEAD: usize = 64;

/// The diff of one file, written as its lines come in.
pub(crate) struct Diff<W: Write> {
    out: W,
    label: String,
    /// Whether it is for a reader's eyes, in colours.
    colored: bool,
    headed: bool,
    /// Lines seen of the old and of the new version.
    seen: [u64; 2],
    before: VecDeque<Vec<u8>>,
    hunk: Option<Hunk>,
}

struct Hunk {
    /// Lines before the hunk in the old and in the new version.
    skipped: [u64; 2],
    lines: [u64; 2],
    body: SpooledTempFile,
    /// Unchanged lines at the end.
    quiet: usize,
}

impl<W: Write> Diff<W> {
    pub(crate) fn new(out: W, label: String, colored: bool) -> Self {
        Self { out, label, colored, headed: false, seen: [0; 2], before: VecDeque::new(), hunk: None }
    }

    /// The next stretch of the file and what it became. Stretches end where lines end.
    pub(crate) fn push(&mut self, old: &[u8], new: Option<&[u8]>) -> io::Result<()> {
        let Some(new) = new else {
            return lines(old).try_for_each(|l| self.same(l));
        };
        matched(old, new, |old, new| match old == new {
            true => self.same(old),
            false => self.change(&lines(old).collect::<Vec<_>>(), &lines(new).collect::<Vec<_>>()),
        })
    }

    /// Counts a line too long to be shown.
    pub(crate) fn skip(&mut self) -> io::Result<()> {
        self.close()?;
        self.before.clear();
        self.seen = self.seen.map(|n| n + 1);
        Ok(())
    }

    /// Writes what is left.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.close()
    }

    fn change(&mut self, old: &[&[u8]], new: &[&[u8]]) -> io::Result<()> {
        let context = self.before.len() as u64;
        let hunk = self.hunk.get_or_insert_with(|| Hunk {
            skipped: self.seen.map(|n| n - context),
            lines: [0; 2],
            body: SpooledTempFile::new(HUNK_IN_MEMORY),
            quiet: 0,
        });
        for line in self.before.drain(..) {
            show(&mut hunk.body, b' ', &line, self.colored.then_some(&[]))?;
            hunk.lines = hunk.lines.map(|n| n + 1);
        }
        // Lines correspond where there are as many of them.
        let marks: Vec<_> = match self.colored && old.len() == new.len() {
            true => old.iter().zip(new).map(|(old, new)| paint::differing(old, new)).collect(),
            false => Vec::new(),
        };
        for (version, (mark, lines)) in [(b'-', old), (b'+', new)].into_iter().enumerate() {
            for (n, line) in lines.iter().enumerate() {
                let marked = marks.get(n).map(|m| &*m[version]).unwrap_or_default();
                show(&mut hunk.body, mark, line, self.colored.then_some(marked))?;
            }
        }
        for (version, lines) in [old.len(), new.len()].into_iter().enumerate() {
            hunk.lines[version] += lines as u64;
            self.seen[version] += lines as u64;
        }
        hunk.quiet = 0;
        Ok(())
    }

    fn same(&mut self, line: &[u8]) -> io::Result<()> {
        self.seen = self.seen.map(|n| n + 1);
        match &mut self.hunk {
            Some(hunk) if hunk.quiet < CONTEXT => {
                show(&mut hunk.body, b' ', line, self.colored.then_some(&[]))?;
                hunk.lines = hunk.lines.map(|n| n + 1);
                hunk.quiet += 1;
            }
            // Context of the next change: of the same hunk, if it comes before the two would touch.
            Some(hunk) if hunk.quiet < 2 * CONTEXT => {
                remember(&mut self.before, line);
                hunk.quiet += 1;
            }
            _ => {
                remember(&mut self.before, line);
                self.close()?;
            }
        }
        Ok(())
    }

    fn close(&mut self) -> io::Result<()> {
        let Some(mut hunk) = self.hunk.take() else { return Ok(()) };
        let paint = |text, code| if self.colored { format!("{code}{text}{}", paint::PLAIN) } else { text };
        if !self.headed {
            let [old, new] = ["---", "+++"].map(|m| paint(format!("{m} {}", self.label), paint::HEAD));
            writeln!(self.out, "{old}\n{new}")?;
            self.headed = true;
        }
        // A range without lines is named by the line before it.
        let range = |n: usize| (hunk.skipped[n] + u64::from(hunk.lines[n] > 0), hunk.lines[n]);
        let ((old, old_lines), (new, new_lines)) = (range(0), range(1));
        let place = format!("@@ -{old},{old_lines} +{new},{new_lines} @@");
        writeln!(self.out, "{}", paint(place, paint::PLACE))?;
        hunk.body.rewind()?;
        io::copy(&mut hunk.body, &mut self.out).map(drop)
    }
}

/// Hands on two versions stretch by stretch: a line that stayed, or lines that became others.
pub(crate) fn matched(
    old: &[u8],
    new: &[u8],
    mut each: impl FnMut(&[u8], &[u8]) -> io::Result<()>,
) -> io::Result<()> {
    if lines(old).count() == lines(new).count() {
        return lines(old).zip(lines(new)).try_for_each(|(o, n)| each(o, n));
    }
    let (olds, news): (Vec<_>, Vec<_>) = (lines(old).collect(), lines(new).collect());
    let (mut olds, mut news) = (&olds[..], &news[..]);
    let (mut old, mut new) = (old, new);
    while !olds.is_empty() || !news.is_empty() {
        let (gone, come) = match next_same(olds, news) {
            (0, 0) => (1, 1),
            other => other,
        };
        let length = |lines: &[&[u8]]| lines.iter().map(|l| l.len()).sum();
        let ((o, old_rest), (n, new_rest)) =
            (old.split_at(length(&olds[..gone])), new.split_at(length(&news[..come])));
        each(o, n)?;
        (old, new) = (old_rest, new_rest);
        (olds, news) = (&olds[gone..], &news[come..]);
    }
    Ok(())
}

/// How many lines on both sides come before the next one that is the same.
fn next_same(old: &[&[u8]], new: &[&[u8]]) -> (usize, usize) {
    for both in 0..2 * AHEAD {
        for gone in both.saturating_sub(AHEAD - 1)..=both.min(AHEAD - 1) {
            let come = both - gone;
            if let (Some(o), Some(n)) = (old.get(gone), new.get(come))
                && o == n
            {
                return (gone, come);
            }
        }
    }
    (old.len().min(AHEAD), new.len().min(AHEAD))
}

fn remember(before: &mut VecDeque<Vec<u8>>, line: &[u8]) {
    if before.len() == CONTEXT {
        before.pop_front();
    }
    before.push_back(line.to_owned());
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split_inclusive(|&b| b == b'\n')
}

/// Writes a line, with these parts marked if it is to be coloured.
fn show(out: &mut impl Write, mark: u8, line: &[u8], marked: Option<&[Range<usize>]>) -> io::Result<()> {
    match (marked, mark) {
        (None, _) => {
            out.write_all(&[mark])?;
            out.write_all(line.strip_suffix(b"\n").unwrap_or(line))?;
        }
        (Some(_), b' ') => {
            let text = String::from_utf8_lossy(line);
            write!(out, " {}", paint::shown(text.strip_suffix('\n').unwrap_or(&text)))?;
        }
        (Some(marked), _) => paint::line(out, mark, line, marked)?,
    }
    match line.last() {
        Some(b'\n') => out.write_all(b"\n"),
        _ => out.write_all(b"\n\\ No newline at end of file\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(parts: &[(&str, Option<&str>)]) -> String {
        let mut out = Vec::new();
        let mut diff = Diff::new(&mut out, "f".to_owned(), false);
        for (old, new) in parts {
            diff.push(old.as_bytes(), new.map(str::as_bytes)).unwrap();
        }
        diff.finish().unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn lines_that_come_or_go_are_matched() {
        let out = diff(&[("a\nb\nc\n", Some("a\nc\n"))]);
        assert_eq!(out, "--- f\n+++ f\n@@ -1,3 +1,2 @@\n a\n-b\n c\n");
    }

    #[test]
    fn a_text_that_comes_or_goes_whole_has_an_empty_range() {
        assert_eq!(diff(&[("", Some("a\n"))]), "--- f\n+++ f\n@@ -0,0 +1,1 @@\n+a\n");
        assert_eq!(diff(&[("a\n", Some(""))]), "--- f\n+++ f\n@@ -1,1 +0,0 @@\n-a\n");
    }

    /// What a diff says of the lines of a text of its own size, far beyond what is looked ahead.
    #[test]
    fn changes_without_end_are_still_a_diff() {
        let old: String = (0..500).map(|n| format!("{n}\n")).collect();
        let new: String = (0..400).map(|n| format!("new {n}\n")).collect();
        let out = diff(&[(&old, Some(&new))]);
        let side = |mark| {
            let lines = out.lines().skip(3).filter_map(|l| l.strip_prefix(mark));
            lines.map(|l| format!("{l}\n")).collect::<String>()
        };
        assert_eq!((side('-'), side('+')), (old, new));
        assert_eq!(out.lines().nth(2), Some("@@ -1,500 +1,400 @@"));
    }

    /// Six quiet lines between two changes keep them in one hunk, seven part them.
    #[test]
    fn hunks_part_where_their_contexts_do_not_touch() {
        let part = |quiet: usize| {
            let mut parts = vec![("x\n", Some("y\n"))];
            parts.extend(std::iter::repeat_n(("q\n", None), quiet));
            parts.push(("x\n", Some("y\n")));
            diff(&parts)
        };
        let heads =
            |out: &str| out.lines().filter(|l| l.starts_with("@@")).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(heads(&part(6)), ["@@ -1,8 +1,8 @@"]);
        assert_eq!(heads(&part(7)), ["@@ -1,4 +1,4 @@", "@@ -6,4 +6,4 @@"]);
    }

    #[test]
    fn nothing_changed_is_nothing_written() {
        assert_eq!(diff(&[("a\n", None), ("b", None)]), "");
    }
}
