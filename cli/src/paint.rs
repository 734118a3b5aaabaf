//! Colours: whether to use them, and which part of a line that changed is marked.

use std::env;
use std::io::{self, IsTerminal, Write};
use std::ops::Range;

use similar::{Algorithm, DiffTag, capture_diff_slices};

use crate::args::When;
use crate::name::harmless;

/// Characters of a line that are compared one by one; what goes beyond counts as one change.
const COMPARED: usize = 2000;

pub(crate) const HEAD: &str = "\u{1b}[1m";
pub(crate) const PLACE: &str = "\u{1b}[36m";
pub(crate) const PLAIN: &str = "\u{1b}[0m";
const OLD: &str = "\u{1b}[31m";
const NEW: &str = "\u{1b}[32m";
/// Swaps the colours of a marked part and its ground.
const MARK: &str = "\u{1b}[7m";
const UNMARK: &str = "\u{1b}[27m";

/// Whether standard output gets colours: as asked, else as the environment says, else on a terminal.
pub(crate) fn wanted(when: When) -> bool {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty());
    match when {
        When::Always => true,
        When::Never => false,
        When::Auto if set("NO_COLOR").is_some() => false,
        When::Auto if set("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
        When::Auto => io::stdout().is_terminal() && set("TERM").is_none_or(|term| term != "dumb"),
    }
}

/// A line of the old (`-`) or new (`+`) version, with the parts marked that the other one has not.
pub(crate) fn line(out: &mut impl Write, mark: u8, line: &[u8], marked: &[Range<usize>]) -> io::Result<()> {
    let text = String::from_utf8_lossy(line);
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let color = if mark == b'-' { OLD } else { NEW };
    write!(out, "{color}{}", char::from(mark))?;
    let mut done = 0;
    for range in marked {
        // Lossy text may be shorter or longer: then nothing is marked.
        let (Some(before), Some(part)) = (text.get(done..range.start), text.get(range.clone())) else {
            break;
        };
        write!(out, "{}{MARK}{}{UNMARK}", shown(before), shown(part))?;
        done = range.end;
    }
    write!(out, "{}{PLAIN}", shown(text.get(done..).unwrap_or_default()))
}

/// The text as a terminal may get it; tabs move no cursor to where it should not be.
pub(crate) fn shown(text: &str) -> String {
    text.split('\t').map(harmless).collect::<Vec<_>>().join("\t")
}

/// The byte ranges of two lines in which they differ.
pub(crate) fn differing(old: &[u8], new: &[u8]) -> [Vec<Range<usize>>; 2] {
    let (Ok(old), Ok(new)) = (std::str::from_utf8(old), std::str::from_utf8(new)) else {
        return Default::default();
    };
    let same = |(a, b): &(char, char)| a == b;
    let head: usize = old.chars().zip(new.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let (old_rest, new_rest) = (&old[head..], &new[head..]);
    let ends = old_rest.chars().rev().zip(new_rest.chars().rev());
    let tail: usize = ends.take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let (old, new) = (&old_rest[..old_rest.len() - tail], &new_rest[..new_rest.len() - tail]);
    let (olds, news): (Vec<char>, Vec<char>) = (old.chars().collect(), new.chars().collect());
    if olds.len().max(news.len()) > COMPARED {
        return [old, new].map(|part| std::iter::once(head..head + part.len()).collect());
    }
    let mut marks = [Marks::new(head), Marks::new(head)];
    for op in capture_diff_slices(Algorithm::Myers, &olds, &news) {
        let (tag, old, new) = op.as_tag_tuple();
        let changed = tag != DiffTag::Equal;
        marks[0].add(&olds[old], changed);
        marks[1].add(&news[new], changed);
    }
    marks.map(|m| m.ranges)
}

struct Marks {
    at: usize,
    ranges: Vec<Range<usize>>,
}

impl Marks {
    fn new(at: usize) -> Self {
        Self { at, ranges: Vec::new() }
    }

    fn add(&mut self, characters: &[char], changed: bool) {
        let start = self.at;
        self.at += characters.iter().map(|c| c.len_utf8()).sum::<usize>();
        if changed && start < self.at {
            match self.ranges.last_mut().filter(|last| last.end == start) {
                Some(last) => last.end = self.at,
                None => self.ranges.push(start..self.at),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(old: &str, new: &str) -> [Vec<String>; 2] {
        let [a, b] = differing(old.as_bytes(), new.as_bytes());
        [(old, a), (new, b)].map(|(text, ranges)| ranges.into_iter().map(|r| text[r].to_owned()).collect())
    }

    #[test]
    fn what_differs_is_marked_and_nothing_else() {
        assert_eq!(marked("甲,乙,丙", "甲，乙，丙"), [[",", ","], ["，", "，"]]);
        assert_eq!(marked("一二三", "一三"), [vec!["二".to_owned()], vec![]]);
        assert_eq!(marked("同", "同"), [vec![] as Vec<String>, vec![]]);
    }

    #[test]
    fn long_lines_are_marked_as_a_whole_between_what_is_the_same() {
        let (old, new) =
            ("前".to_owned() + &"旧".repeat(3000) + "后", "前".to_owned() + &"新".repeat(10) + "后");
        assert_eq!(marked(&old, &new), [["旧".repeat(3000)], ["新".repeat(10)]]);
    }

    #[test]
    fn nothing_that_steers_a_terminal_goes_through() {
        let mut out = Vec::new();
        line(&mut out, b'-', "a\u{1b}[31m\tb\u{9b}\n".as_bytes(), &[]).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "\u{1b}[31m-a\\u{1b}[31m\tb\\u{9b}\u{1b}[0m");
    }
}
