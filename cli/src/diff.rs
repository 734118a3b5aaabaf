//! Unified diffs, in memory that doesn't grow with the number of changes.

use std::collections::VecDeque;
use std::io::{self, Seek, Write};

use similar::TextDiff;
use tempfile::SpooledTempFile;

/// Unchanged lines around a change.
const CONTEXT: usize = 3;
/// A hunk larger than this moves to a file without a name.
const HUNK_IN_MEMORY: usize = 8 << 20;

/// The diff of one file, written as its lines come in.
pub(crate) struct Diff<W: Write> {
    out: W,
    label: String,
    headed: bool,
    /// Lines seen.
    line: u64,
    before: VecDeque<Vec<u8>>,
    hunk: Option<Hunk>,
}

struct Hunk {
    first: u64,
    lines: u64,
    body: SpooledTempFile,
    /// Unchanged lines at the end.
    quiet: usize,
}

impl Hunk {
    fn new(first: u64) -> Self {
        Self { first, lines: 0, body: SpooledTempFile::new(HUNK_IN_MEMORY), quiet: 0 }
    }
}

impl<W: Write> Diff<W> {
    pub(crate) fn new(out: W, label: String) -> Self {
        Self { out, label, headed: false, line: 0, before: VecDeque::new(), hunk: None }
    }

    /// The next stretch of the file and what it became. Stretches end where lines end.
    pub(crate) fn push(&mut self, old: &[u8], new: Option<&[u8]>) -> io::Result<()> {
        let Some(new) = new else {
            return lines(old).try_for_each(|l| self.line(l, None));
        };
        if lines(old).count() == lines(new).count() {
            return lines(old).zip(lines(new)).try_for_each(|(o, n)| self.line(o, (o != n).then_some(n)));
        }
        // Lines came or went, so they have to be matched. Only whole texts get here.
        let diff = TextDiff::from_lines(old, new);
        diff.unified_diff().context_radius(CONTEXT).header(&self.label, &self.label).to_writer(&mut self.out)
    }

    /// Counts a line too long to be shown.
    pub(crate) fn skip(&mut self) -> io::Result<()> {
        self.close()?;
        self.before.clear();
        self.line += 1;
        Ok(())
    }

    /// Writes what is left.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.close()
    }

    fn line(&mut self, old: &[u8], new: Option<&[u8]>) -> io::Result<()> {
        self.line += 1;
        if let Some(new) = new {
            let first = self.line - self.before.len() as u64;
            let hunk = self.hunk.get_or_insert_with(|| Hunk::new(first));
            for line in self.before.drain(..) {
                show(&mut hunk.body, b' ', &line)?;
                hunk.lines += 1;
            }
            show(&mut hunk.body, b'-', old)?;
            show(&mut hunk.body, b'+', new)?;
            hunk.lines += 1;
            hunk.quiet = 0;
            return Ok(());
        }
        match &mut self.hunk {
            Some(hunk) if hunk.quiet < CONTEXT => {
                show(&mut hunk.body, b' ', old)?;
                hunk.lines += 1;
                hunk.quiet += 1;
            }
            // Context of the next change: of the same hunk, if it comes before the two would touch.
            Some(hunk) if hunk.quiet < 2 * CONTEXT => {
                remember(&mut self.before, old);
                hunk.quiet += 1;
            }
            _ => {
                remember(&mut self.before, old);
                self.close()?;
            }
        }
        Ok(())
    }

    fn close(&mut self) -> io::Result<()> {
        let Some(mut hunk) = self.hunk.take() else { return Ok(()) };
        if !self.headed {
            writeln!(self.out, "--- {0}\n+++ {0}", self.label)?;
            self.headed = true;
        }
        writeln!(self.out, "@@ -{0},{1} +{0},{1} @@", hunk.first, hunk.lines)?;
        hunk.body.rewind()?;
        io::copy(&mut hunk.body, &mut self.out).map(drop)
    }
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

fn show(out: &mut impl Write, mark: u8, line: &[u8]) -> io::Result<()> {
    out.write_all(&[mark])?;
    out.write_all(line)?;
    match line.last() {
        Some(b'\n') => Ok(()),
        _ => out.write_all(b"\n\\ No newline at end of file\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(parts: &[(&str, Option<&str>)]) -> String {
        let mut out = Vec::new();
        let mut diff = Diff::new(&mut out, "f".to_owned());
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
