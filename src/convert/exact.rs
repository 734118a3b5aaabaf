//! OpenCC's algorithm as it stands, on UTF-16.
//!
//! One pass of normalization; then segmentation, by which a matched phrase is a segment and everything
//! between two matched phrases is one; then, segment by segment, the stages. A dictionary's entry is
//! the longest one at the place; a stage's is that of its first dictionary that has one. Where none
//! has, a character or a whole ideographic description sequence is copied.
//!
//! This is the meaning of a conversion. It runs on the few places where more than single characters
//! are at stake (`engine.rs` finds them); its cost is linear in the text.

use super::ids;
use super::plan::{Dictionary, Plan, Stage};
use super::table::Chars;

/// How many units of the input became how many of the output.
pub(crate) type Step = (u32, u32);

/// Takes notice of the steps of a pass, or not.
pub(crate) trait Trace: Default {
    fn step(&mut self, read: usize, written: usize);
    /// The steps of `self` after those of `first`, as steps from the input of `first`.
    fn after(self, first: Self) -> Self;
    fn append(&mut self, more: Self);
}

impl Trace for () {
    fn step(&mut self, _: usize, _: usize) {}
    fn after(self, (): Self) {}
    fn append(&mut self, (): Self) {}
}

impl Trace for Vec<Step> {
    fn step(&mut self, read: usize, written: usize) {
        // A copied sequence has at most 64 characters, an entry at most 15 units.
        let short = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        self.push((short(read), short(written)));
    }

    fn after(self, first: Self) -> Self {
        let (mut steps, mut a, mut b) = (Self::new(), first.into_iter(), self.into_iter());
        while let Some((mut read, mut middle)) = a.next() {
            let (mut taken, mut written) = (0, 0);
            while taken != middle {
                let step = if taken < middle { b.next() } else { None };
                match step {
                    Some((r, w)) => (taken, written) = (taken + r, written + w),
                    None => match a.next() {
                        Some((r, m)) => (read, middle) = (read + r, middle + m),
                        None => break,
                    },
                }
            }
            steps.push((read, written));
        }
        steps
    }

    fn append(&mut self, more: Self) {
        self.extend(more);
    }
}

/// Memory to be used again by the next call.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    normal: Vec<u16>,
    segment: Vec<u16>,
}

/// Converts a whole text and appends the result.
pub(crate) fn convert<T: Trace>(plan: &Plan, text: &[u16], out: &mut Vec<u16>, scratch: &mut Scratch) -> T {
    let Scratch { normal, segment } = scratch;
    let mut trace = T::default();
    normal.clear();
    stage(&[Dictionary::Chars(plan.normalization)], text, normal, &mut trace);
    let mut steps = T::default();
    let (mut start, mut at) = (0, 0);
    if let Some(phrases) = &plan.segmentation {
        while at < normal.len() {
            match phrases.longest(&normal[at..]) {
                Some(found) => {
                    steps.append(chain(&plan.stages, &normal[start..at], out, segment));
                    start = at + found.len;
                    steps.append(chain(&plan.stages, &normal[at..start], out, segment));
                    at = start;
                }
                None => at += ids::copied_whole(&normal[at..]),
            }
        }
    }
    steps.append(chain(&plan.stages, &normal[start..], out, segment));
    steps.after(trace)
}

/// Runs all stages over one segment and appends the result.
fn chain<T: Trace>(stages: &[Stage], segment: &[u16], out: &mut Vec<u16>, between: &mut Vec<u16>) -> T {
    let mut trace = T::default();
    match stages {
        [only] => stage(only, segment, out, &mut trace),
        [first, second] => {
            between.clear();
            stage(first, segment, between, &mut trace);
            let mut steps = T::default();
            stage(second, between, out, &mut steps);
            trace = steps.after(trace);
        }
        _ => {}
    }
    trace
}

/// Runs one stage over one segment and appends the result.
fn stage<T: Trace>(dictionaries: &[Dictionary], text: &[u16], out: &mut Vec<u16>, trace: &mut T) {
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let mark = out.len();
        let read = dictionaries.iter().find_map(|d| replace(d, rest, out)).unwrap_or_else(|| {
            let len = ids::copied_whole(rest);
            out.extend_from_slice(&rest[..len]);
            len
        });
        trace.step(read, out.len() - mark);
        at += read;
    }
}

/// Writes a dictionary's replacement of what `text` begins with; returns the number of units read.
fn replace(dictionary: &Dictionary, text: &[u16], out: &mut Vec<u16>) -> Option<usize> {
    match dictionary {
        Dictionary::Chars(chars) => {
            let (c, len) = ids::point(text);
            push(chars.get(c)?, out);
            Some(len)
        }
        Dictionary::Phrases(phrases, plain) => {
            let found = phrases.longest(text)?;
            match found.value {
                Some(value) => {
                    out.extend(value.chunks_exact(2).map(|u| u16::from_le_bytes([u[0], u[1]])));
                }
                None => read_plain(plain.as_ref(), &text[..found.len], out),
            }
            Some(found.len)
        }
    }
}

/// A plain phrase: character by character.
fn read_plain(chars: Option<&Chars<'_>>, phrase: &[u16], out: &mut Vec<u16>) {
    let Some(chars) = chars else { return out.extend_from_slice(phrase) };
    let mut at = 0;
    while at < phrase.len() {
        let (c, len) = ids::point(&phrase[at..]);
        push(chars.get(c).unwrap_or(c), out);
        at += len;
    }
}

fn push(c: u32, out: &mut Vec<u16>) {
    match u16::try_from(c) {
        Ok(unit) => out.push(unit),
        Err(_) => {
            let c = c - 0x10000;
            // Ten bits each: a code point ends at 0x10FFFF.
            out.extend([0xD800 | (c >> 10) as u16, 0xDC00 | (c & 0x3FF) as u16]);
        }
    }
}
