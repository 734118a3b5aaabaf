//! What else a document says: words that stand in it whole are likely to be the ones that lost a byte elsewhere.
//!
//! The models know the language; a document has words of its own, and says them again and again. Pairs and triples of
//! characters that nothing happened to are counted, and a restored character is the likelier the more of those around
//! it the document has. (Kuhn and De Mori, *A cache-based natural language model for speech recognition*, 1990.)

use std::collections::HashMap;

use crate::model::Cost;

use super::search::{Origin, Reading};

/// What a character gains, at most, by standing elsewhere in the document.
const MOST: f64 = 3_500.0;
/// What it gains for each factor of e by which it stands there more often.
const EACH: f64 = 1_000.0;
/// Pairs and triples that are remembered: those of half a million characters.
const ROOM: usize = 1 << 19;

/// Stands for a character that was restored.
const UNKNOWN: char = '\0';

/// The characters around a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Around {
    pub(crate) before: [char; 2],
    pub(crate) after: [char; 2],
}

/// Counts of what stands beside what in a document.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    pairs: HashMap<[char; 2], u32>,
    triples: HashMap<[char; 3], u32>,
}

impl Cache {
    /// Counts a line that nothing happened to. Costs time linear in it.
    pub(crate) fn learn(&mut self, line: impl Iterator<Item = char>) {
        let mut last = ['\n'; 2];
        for c in line.chain(std::iter::once('\n')) {
            let [a, b] = last;
            last = [b, c];
            if self.pairs.len() + self.triples.len() > ROOM {
                return;
            }
            if b.is_ascii() && c.is_ascii() || b == UNKNOWN || c == UNKNOWN {
                continue;
            }
            *self.pairs.entry([b, c]).or_default() += 1;
            if a != UNKNOWN {
                *self.triples.entry([a, b, c]).or_default() += 1;
            }
        }
    }

    /// Counts what a line reads as, without what was restored.
    pub(crate) fn learn_reading(&mut self, observed: &[char], reading: &Reading) {
        let mut line: Vec<char> = Vec::with_capacity(observed.len());
        let mut done = 0;
        for span in &reading.spans {
            line.extend_from_slice(&observed[done..span.start]);
            line.extend(span.text.iter().map(|&(c, origin)| match origin {
                Origin::Restored { .. } => UNKNOWN,
                _ => c,
            }));
            done = span.end;
        }
        line.extend(observed[done..].iter().filter(|&&c| c != '\n'));
        self.learn(line.into_iter());
    }

    /// What `c` costs more in a gap than without the document: nothing, or less than nothing.
    pub(crate) fn extra(&self, around: Around, c: char) -> Cost {
        // Where lines end says little of where another one does.
        if c == '\n' {
            return 0;
        }
        let pair = |key| self.pairs.get(&key).copied().unwrap_or(0);
        let triple = |key| self.triples.get(&key).copied().unwrap_or(0);
        let ([a, b], [d, e]) = (around.before, around.after);
        // What is beside it on one side only is a habit, not a word.
        let habit = (pair([b, c]) + pair([c, d])) / 4;
        let words =
            pair([b, c]).min(pair([c, d])) + triple([a, b, c]) + triple([b, c, d]) + triple([c, d, e]);
        let seen = words + habit;
        -(MOST.min(EACH * f64::from(1 + seen).ln()) as Cost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_the_document_is_likelier_the_more_often_it_stands_there() {
        let mut cache = Cache::default();
        cache.learn("代数学".chars());
        let around = Around { before: ['代', '数'], after: ['\n', '\n'] };
        let once = cache.extra(around, '学');
        assert!(once < 0);
        assert_eq!(cache.extra(around, '子'), 0);
        for _ in 0..1000 {
            cache.learn("代数学".chars());
        }
        assert!(cache.extra(around, '学') < once);
        assert_eq!(cache.extra(around, '学'), -(MOST as Cost));
    }

    #[test]
    fn what_was_restored_teaches_nothing() {
        use super::super::search::Span;
        let observed: Vec<char> = "鏁板?".chars().collect();
        let text = vec![('数', Origin::Read), ('字', Origin::Restored { at: 2 })];
        let reading = Reading { cost: 0, spans: vec![Span { start: 0, end: 3, text }] };
        let mut cache = Cache::default();
        cache.learn_reading(&observed, &reading);
        assert_eq!(cache.extra(Around { before: ['\n', '数'], after: ['\n', '\n'] }, '字'), 0);
    }
}
