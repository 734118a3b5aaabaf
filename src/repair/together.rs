//! Texts that belong together: the cells of a table, the strings of a file, the names in a folder.
//!
//! They are read as one document in which each record is a line, so that what one text shows of its damage makes
//! the others surer, and one that quotes garbage is seen beside its explanation. What is done is then told of each
//! text by itself.

use std::ops::Range;

use crate::edit::{Edit, Left, Restored, Staged};

use super::{Repairer, staged};

/// What parts the texts of a record: passes through every wrong reading as it is, and hardly stands in a text.
const BETWEEN: char = '\t';
/// What parts records.
const AFTER: char = '\n';

impl Repairer {
    /// Repairs texts that belong together: records, each of them a list of texts such as the cells of a row. What
    /// one shows of its damage counts as evidence for the others.
    ///
    /// The answer has the shape of the input, and each text in it its own edits. Texts that need nothing come back
    /// borrowed. A single text comes back as [`repair`](Self::repair) gives it. Costs a copy of all texts beside
    /// what `repair` costs for one of their length; nothing fails.
    ///
    /// ```
    /// use qingwen::repair::Repairer;
    ///
    /// let rows = [vec!["1", "寮犱紵", "鍖椾含"], vec!["2", "李娜", "上海"]];
    /// let repaired = Repairer::default().repair_records(&rows);
    /// assert_eq!(repaired[0][1].text, "张伟");
    /// assert_eq!(repaired[0][2].text, "北京");
    /// assert_eq!(repaired[1][1].text, "李娜");
    /// ```
    pub fn repair_records<'a>(&self, records: &[Vec<&'a str>]) -> Vec<Vec<Staged<'a>>> {
        if let [record] = records
            && let [text] = record.as_slice()
        {
            return vec![vec![self.repair(text)]];
        }
        let (document, places) = join(records);
        let Staged { edits, left, .. } = self.repair(&document);
        let shares = split(edits, left, &document, &places);
        let mut shares = shares.into_iter();
        records
            .iter()
            .map(|record| {
                let mut own: Vec<Share> = shares.by_ref().take(record.len()).collect();
                // What swallowed the end of a text can't be told of two texts: each is read by itself.
                let apart = own.iter().any(|share| share.is_torn);
                let told = record.iter().zip(&mut own).map(|(&text, share)| {
                    if apart {
                        return self.repair(text);
                    }
                    let alone = share.is_open_ended(text).then(|| self.repair(text));
                    let Share { edits, left, .. } = std::mem::take(share);
                    let beside = staged(text, edits, left);
                    match alone {
                        Some(alone) if ends_better(&alone, &beside) => alone,
                        _ => beside,
                    }
                });
                told.collect()
            })
            .collect()
    }
}

/// The document of all texts, and where in it they stand.
fn join(records: &[Vec<&str>]) -> (String, Vec<Range<usize>>) {
    let length = records.iter().flatten().map(|t| t.len() + 1).sum::<usize>() + records.len();
    let mut document = String::with_capacity(length);
    let mut places = Vec::new();
    for record in records {
        for (n, text) in record.iter().enumerate() {
            if n > 0 {
                document.push(BETWEEN);
            }
            let start = document.len();
            document.push_str(text);
            places.push(start..document.len());
        }
        document.push(AFTER);
    }
    (document, places)
}

/// What was done to one text.
#[derive(Default)]
struct Share {
    edits: Vec<Edit>,
    left: Vec<Left>,
    /// An edit goes over its ends in a way that can't be taken apart.
    is_torn: bool,
}

impl Share {
    /// Whether a mark of loss ends the text. What it stands for depends on whether anything followed, and nothing
    /// did: only the text by itself shows that.
    fn is_open_ended(&self, text: &str) -> bool {
        self.edits.last().is_some_and(|edit| {
            let restored = edit.restored.last();
            edit.before.end == text.len()
                && restored.is_some_and(|r| r.at + r.chosen.len_utf8() == edit.new.len())
        })
    }
}

/// Whether a text that ends with a mark of loss is better read alone. Beside others it may have got a character more,
/// for what would have been lost behind it; if it did not, what is sure beside others may not be sure alone.
fn ends_better(alone: &Staged<'_>, beside: &Staged<'_>) -> bool {
    let unknown = |staged: &Staged<'_>| staged.text.matches('\u{FFFD}').count();
    let same_length = alone.text.chars().count() == beside.text.chars().count();
    let is_surer_beside = same_length && unknown(beside) < unknown(alone);
    !alone.edits.is_empty() && !is_surer_beside
}

/// Gives each text its share of what was done, in its own offsets.
fn split(edits: Vec<Edit>, left: Vec<Left>, document: &str, places: &[Range<usize>]) -> Vec<Share> {
    let mut shares: Vec<Share> = places.iter().map(|_| Share::default()).collect();
    for edit in edits {
        let touched = touched(places, &edit.before);
        let pieces = pieces(&edit, document, &places[touched.clone()]);
        match pieces {
            Some(pieces) => {
                for (n, piece) in touched.zip(pieces) {
                    if piece.old != piece.new {
                        shares[n].edits.push(piece);
                    }
                }
            }
            None => touched.for_each(|n| shares[n].is_torn = true),
        }
    }
    for left in left {
        for n in touched(places, &left.at) {
            let place = &places[n];
            let (start, end) = (left.at.start.max(place.start), left.at.end.min(place.end));
            if start < end {
                shares[n].left.push(Left { at: start - place.start..end - place.start, why: left.why });
            }
        }
    }
    shares
}

/// The texts that a range of the document touches.
fn touched(places: &[Range<usize>], range: &Range<usize>) -> Range<usize> {
    let first = places.partition_point(|p| p.end < range.start);
    let end = places.partition_point(|p| p.start < range.end);
    first.min(places.len().saturating_sub(1))..end.max(first + 1).min(places.len())
}

/// An edit's part in each of the texts it touches; none if it does not keep what parts them.
fn pieces(edit: &Edit, document: &str, places: &[Range<usize>]) -> Option<Vec<Edit>> {
    let (first, last) = (places.first()?, places.last()?);
    if edit.before.start < first.start || edit.before.end > last.end {
        return None;
    }
    // Counted with those that stand in the texts themselves.
    let count = |text: &str| text.matches(BETWEEN).count();
    if places.len() > 1 && count(&edit.old) != count(&edit.new) {
        return None;
    }
    let mut pieces = Vec::with_capacity(places.len());
    let mut done = 0;
    for (n, place) in places.iter().enumerate() {
        let start = edit.before.start.max(place.start);
        let end = edit.before.end.min(place.end);
        let old = document.get(start..end)?;
        let rest = &edit.new[done..];
        let length = if n + 1 == places.len() {
            rest.len()
        } else {
            if !document[place.end..].starts_with(BETWEEN) {
                return None;
            }
            rest.match_indices(BETWEEN).nth(count(old))?.0
        };
        let new = &rest[..length];
        let restored = edit.restored.iter().filter(|r| (done..done + length).contains(&r.at));
        pieces.push(Edit {
            before: start - place.start..end - place.start,
            after: 0..0,
            old: old.to_owned(),
            new: new.to_owned(),
            cause: edit.cause.clone(),
            restored: restored.map(|r| Restored { at: r.at - done, ..r.clone() }).collect(),
            ..*edit
        });
        done = (done + length + BETWEEN.len_utf8()).min(edit.new.len());
    }
    // One that was restored where it parts two texts is a guess at where they end.
    let told: usize = pieces.iter().map(|p| p.restored.len()).sum();
    (told == edit.restored.len()).then_some(pieces)
}
