//! The record of changes while steps run one after another, and its composition into edits.

use std::borrow::Cow;
use std::ops::Range;

use super::step::{Step, StepSet};
use crate::edit::Edit;

/// One replaced range: where it stood before, where it stands after, whose work it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    before: Range<usize>,
    after: Range<usize>,
    by: StepSet,
}

/// The changes from one text to another: ascending, without overlap.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Changes(Vec<Change>);

/// One step's output while it is being written: what is not replaced is copied.
pub(crate) struct Rewrite<'t> {
    text: &'t str,
    out: String,
    /// Everything before this offset of `text` is in `out`.
    done: usize,
    step: Step,
    /// Where in `out` something was written or left out.
    places: Vec<usize>,
    record: Option<Changes>,
}

/// What a step made of a text.
pub(crate) struct Rewritten {
    pub(crate) text: String,
    pub(crate) changes: Changes,
    /// Where in `text` something changed, ascending.
    pub(crate) places: Vec<usize>,
}

impl<'t> Rewrite<'t> {
    pub(crate) fn new(text: &'t str, step: Step, record: bool) -> Self {
        let record = record.then(Changes::default);
        Self { text, out: String::new(), done: 0, step, places: Vec::new(), record }
    }

    /// Replaces a range, which must not begin before the end of the last one replaced.
    pub(crate) fn replace(&mut self, range: Range<usize>, new: &str) {
        debug_assert!(range.start >= self.done);
        if self.text[range.clone()] == *new {
            return;
        }
        if self.places.is_empty() {
            self.out.reserve(self.text.len() + self.text.len() / 16);
        }
        self.out.push_str(&self.text[self.done..range.start]);
        let start = self.out.len();
        self.places.push(start);
        self.out.push_str(new);
        self.done = range.end;
        if let Some(Changes(changes)) = &mut self.record {
            changes.push(Change {
                before: range,
                after: start..self.out.len(),
                by: StepSet::from_iter([self.step]),
            });
        }
    }

    /// Replaces one character that stands at `at`.
    pub(crate) fn replace_char(&mut self, at: usize, old: char, new: char) {
        self.replace(at..at + old.len_utf8(), new.encode_utf8(&mut [0; 4]));
    }

    /// What became of the text, or nothing if nothing was replaced.
    pub(crate) fn finish(mut self) -> Option<Rewritten> {
        if self.places.is_empty() {
            return None;
        }
        self.out.push_str(&self.text[self.done..]);
        Some(Rewritten { text: self.out, changes: self.record.unwrap_or_default(), places: self.places })
    }
}

impl Changes {
    /// The changes of `self` followed by those of `later`, which begin where `self` ends.
    ///
    /// Changes that meet in the text between the two become one.
    pub(crate) fn then(self, later: Changes) -> Changes {
        let mut out: Vec<Change> = Vec::with_capacity(self.0.len() + later.0.len());
        let mut first = self.0.into_iter().peekable();
        let mut second = later.0.into_iter().peekable();
        // How far the text between is ahead of the first text, and of the last, at the sweep's place.
        let mut gained = Shift::default();
        let mut lost = Shift::default();
        loop {
            let from_first = match (first.peek(), second.peek()) {
                (None, None) => break,
                (Some(_), None) => true,
                (None, Some(_)) => false,
                (Some(a), Some(b)) => sooner(&a.after, &b.before),
            };
            // A cluster: its range in the text between, grown as long as something overlaps it.
            let seed = match from_first {
                true => first.peek().map(|a| a.after.clone()),
                false => second.peek().map(|b| b.before.clone()),
            };
            let Some(mut between) = seed else { break };
            let (gained_at, lost_at) = (gained, lost);
            let mut by = StepSet::default();
            loop {
                if let Some(a) = first.next_if(|a| meets(&a.after, &between)) {
                    between = hull(&between, &a.after);
                    gained.add(&a.before, &a.after);
                    by.insert_all(a.by);
                } else if let Some(b) = second.next_if(|b| meets(&b.before, &between)) {
                    between = hull(&between, &b.before);
                    lost.add(&b.before, &b.after);
                    by.insert_all(b.by);
                } else {
                    break;
                }
            }
            out.push(Change {
                before: gained_at.undo(between.start)..gained.undo(between.end),
                after: lost_at.apply(between.start)..lost.apply(between.end),
                by,
            });
        }
        Changes(out)
    }

    /// The changes as edits; those that came back to the old text are left out.
    pub(crate) fn into_edits(self, old: &str, new: &str) -> Vec<Edit> {
        self.0
            .into_iter()
            .filter(|c| old[c.before.clone()] != new[c.after.clone()])
            .map(|c| Edit {
                old: old[c.before.clone()].to_owned(),
                new: new[c.after.clone()].to_owned(),
                before: c.before,
                after: c.after,
                cause: cause(c.by),
                layers: 0,
                confidence: 1.0,
                reversible: false,
                restored: Vec::new(),
            })
            .collect()
    }
}

fn cause(by: StepSet) -> Cow<'static, str> {
    let mut names = by.iter().map(Step::name);
    match (names.next(), names.next()) {
        (Some(first), None) => Cow::Borrowed(first),
        (Some(first), Some(second)) => {
            let mut all = format!("{first}+{second}");
            for name in names {
                all.push('+');
                all.push_str(name);
            }
            Cow::Owned(all)
        }
        (None, _) => Cow::Borrowed("none"),
    }
}

/// Sum of the changes in length so far, without signed arithmetic.
#[derive(Debug, Clone, Copy, Default)]
struct Shift {
    before: usize,
    after: usize,
}

impl Shift {
    fn add(&mut self, before: &Range<usize>, after: &Range<usize>) {
        self.before += before.len();
        self.after += after.len();
    }

    fn apply(self, at: usize) -> usize {
        at + self.after - self.before
    }

    fn undo(self, at: usize) -> usize {
        at + self.before - self.after
    }
}

/// Whether `a` comes before `b`; of two that begin together, the empty one.
fn sooner(a: &Range<usize>, b: &Range<usize>) -> bool {
    (a.start, a.end) <= (b.start, b.end)
}

/// Whether two ranges share text, or stand empty at one place.
fn meets(a: &Range<usize>, b: &Range<usize>) -> bool {
    (a.start < b.end && b.start < a.end) || a == b
}

fn hull(a: &Range<usize>, b: &Range<usize>) -> Range<usize> {
    a.start.min(b.start)..a.end.max(b.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(list: &[(Range<usize>, Range<usize>)], by: Step) -> Changes {
        Changes(
            list.iter()
                .map(|(before, after)| Change {
                    before: before.clone(),
                    after: after.clone(),
                    by: StepSet::from_iter([by]),
                })
                .collect(),
        )
    }

    fn ranges(c: &Changes) -> Vec<(Range<usize>, Range<usize>)> {
        c.0.iter().map(|c| (c.before.clone(), c.after.clone())).collect()
    }

    #[test]
    fn changes_apart_keep_apart() {
        // abcdef -> aBBcdef -> aBBcdF
        let one = changes(&[(1..2, 1..3)], Step::Nfc);
        let two = changes(&[(5..7, 5..6)], Step::Punctuation);
        assert_eq!(ranges(&one.then(two)), [(1..2, 1..3), (4..6, 5..6)]);
    }

    #[test]
    fn a_change_of_a_change_is_one() {
        // abc -> aXYc -> aXZ
        let both = changes(&[(1..2, 1..3)], Step::Nfc).then(changes(&[(2..4, 2..3)], Step::Punctuation));
        assert_eq!(ranges(&both), [(1..3, 1..3)]);
        assert_eq!(cause(both.0[0].by), "nfc+punctuation");
    }

    #[test]
    fn a_deletion_next_to_a_replacement_stays_its_own() {
        // abc -> ac -> aC
        let both = changes(&[(1..2, 1..1)], Step::Nfc).then(changes(&[(1..2, 1..2)], Step::Punctuation));
        assert_eq!(ranges(&both), [(1..2, 1..1), (2..3, 1..2)]);
    }

    #[test]
    fn what_comes_back_is_no_edit() {
        let both = changes(&[(0..1, 0..1)], Step::Nfc).then(changes(&[(0..1, 0..1)], Step::Punctuation));
        assert!(both.into_edits("a", "a").is_empty());
    }
}
