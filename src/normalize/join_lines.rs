//! Hard line breaks inside Chinese paragraphs are joined.
//!
//! A block is a run of lines without an empty or indented one between them. It was broken by hand or by a
//! PDF if its longest lines have 20 to 60 Chinese characters' width. There, a break after a line of nearly
//! that width is joined, unless the line ends a sentence or the next one begins a list item, a quotation
//! mark's line or a heading. Verse and addresses are narrower, paragraphs without breaks wider.

use super::change::Rewrite;
use super::script::{is_han, is_kana, is_wide_mark};

pub(crate) const NOMINATES: &[(char, char)] = &[('\n', '\n')];

/// The narrowest and the widest block that was broken by hand, in columns: two for a Chinese character.
const BLOCK: std::ops::RangeInclusive<usize> = 40..=120;

/// How much narrower than the widest a full line may be.
const RAGGED: usize = 4;

pub(crate) fn near(bytes: &[u8], at: usize) -> bool {
    // A line that ends in Chinese, or begins with it.
    at > 0 && (bytes[at - 1] >= 0x80 || bytes.get(at + 1).is_some_and(|b| *b >= 0x80))
}

pub(crate) fn run(text: &str, out: &mut Rewrite<'_>) {
    let mut block: Vec<(usize, &str)> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let body = line.trim_end_matches('\n');
        let begins = body.is_empty() || body.starts_with([' ', '\t', '\u{3000}', '\r']);
        if begins {
            join(&mut block, out);
        }
        if body.trim().is_empty() {
            join(&mut block, out);
        } else {
            block.push((start, body));
        }
        start += line.len();
    }
    join(&mut block, out);
}

/// Lines of a block that are one already.
#[derive(Clone, Copy)]
struct Group {
    first: usize,
    last: usize,
    width: usize,
}

/// Joins the lines of a block and empties it.
fn join(block: &mut Vec<(usize, &str)>, out: &mut Rewrite<'_>) {
    if block.iter().any(|(_, line)| line.contains(is_kana)) {
        block.clear();
    }
    let mut groups: Vec<Group> = block
        .iter()
        .enumerate()
        .map(|(i, (_, line))| Group { first: i, last: i, width: width(line) })
        .collect();
    // What is joined may be a full line itself then: go on until nothing is, or a line is too wide to have
    // been broken by hand.
    loop {
        let widest = groups.iter().map(|g| g.width).max().unwrap_or(0);
        let before = groups.len();
        if BLOCK.contains(&widest) {
            let mut joined: Vec<Group> = Vec::with_capacity(before);
            let mut full = false;
            for group in groups.drain(..) {
                match joined.last_mut() {
                    Some(last) if full && continues(block[last.last].1, block[group.first].1) => {
                        full = group.width + RAGGED >= widest;
                        last.last = group.last;
                        last.width += group.width;
                    }
                    _ => {
                        full = group.width + RAGGED >= widest;
                        joined.push(group);
                    }
                }
            }
            groups = joined;
        }
        if groups.len() == before {
            break;
        }
    }
    for group in groups {
        for (start, line) in &block[group.first..group.last] {
            let at = start + line.len();
            out.replace(at..at + 1, "");
        }
    }
    block.clear();
}

fn continues(line: &str, next: &str) -> bool {
    let (Some(last), Some(first)) = (line.chars().next_back(), next.chars().next()) else { return false };
    let sentence_ends =
        matches!(last, '。' | '！' | '？' | '：' | '；' | '…' | '”' | '」' | '!' | '?' | ':' | ';' | '.');
    let begins =
        matches!(first, '“' | '「' | '【' | '#' | '-' | '*' | '|' | '>' | '（' | '(' | '•' | '·' | '—')
            || first.is_ascii_digit()
                && next.chars().nth(1).is_some_and(|c| matches!(c, '.' | '、' | ')' | '）'))
            || next.starts_with('第');
    let chinese = |c: char| is_han(c) || is_wide_mark(c);
    !sentence_ends && !begins && (chinese(last) || chinese(first))
}

fn width(line: &str) -> usize {
    line.chars().map(|c| if c < '\u{1100}' { 1 } else { 2 }).sum()
}
