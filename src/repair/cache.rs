//! What else a document says: words that stand in it whole are likely to be the ones that lost a byte elsewhere.
//!
//! The models know the language; a document has words of its own, and says them again and again. What stands beside
//! what where nothing happened is counted, and tells how likely a character is between the neighbours of a gap.
//! (Kuhn and De Mori, *A cache-based natural language model for speech recognition*, 1990.)

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::model::Cost;
use crate::model::behind::Place;

use super::habits::Habits;
use super::search::{Origin, Reading};

/// Counts that are remembered: those of some hundred thousand characters.
const ROOM: usize = 1 << 20;
/// How much a count is trusted, by what it is a count of: out of so many times that the neighbours stand there, the
/// character stands there as often as in the document.
const BOTH_SIDES: f64 = 0.4;
const TWO_BEFORE: f64 = 0.4;
const ONE_BEFORE: f64 = 0.2;
const TWO_AFTER: f64 = 0.2;
const ONE_AFTER: f64 = 0.1;
/// What is taken off each count, and times the neighbours are taken to have stood beside something else.
const DISCOUNT: f64 = 0.5;
const UNSEEN: f64 = 2.0;

/// Stands for a character that was restored.
pub(super) const UNKNOWN: char = '\0';

/// The characters around a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Around {
    pub(crate) before: [char; 2],
    pub(crate) after: [char; 2],
}

/// What the characters of a key have between them.
#[derive(Debug, Clone, Copy)]
enum Shape {
    /// One character, before another one.
    Before,
    /// One character, after another one.
    After,
    /// Two characters side by side.
    Pair,
    /// Two characters with one between them.
    Around,
    Triple,
}

impl Shape {
    /// The key of so many characters as one number. Two keys that have the same number are counted as one: in a
    /// document that happens once in some million documents.
    fn key(self, [a, b, c]: [char; 3]) -> u64 {
        let code = |c: char| u64::from(u32::from(c));
        // The constants are the fractions of the golden ratio and of the roots of two and three.
        let low = code(a) << 42 ^ code(b) << 21 ^ code(c);
        let mixed =
            low.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (self as u64).wrapping_mul(0x6A09_E667_F3BC_C909);
        (mixed ^ mixed >> 32).wrapping_mul(0xBB67_AE85_84CA_A73B)
    }
}

/// Keys that are mixed already.
#[derive(Default)]
struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&b| self.write_u64(self.0 << 8 | u64::from(b)));
    }

    fn write_u64(&mut self, n: u64) {
        self.0 = n;
    }
}

/// What a document says.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    /// Counts of what stands beside what, by the numbers of the keys.
    counts: HashMap<u64, u32, BuildHasherDefault<Mixed>>,
    /// What stands behind wide characters.
    habits: Habits,
}

impl Cache {
    /// Counts a line that nothing happened to. Costs time linear in it.
    pub(crate) fn learn(&mut self, line: impl Iterator<Item = char>) {
        let mut last = ['\n'; 2];
        for c in line.chain(std::iter::once('\n')) {
            let [a, b] = last;
            last = [b, c];
            self.habits.take(c);
            if self.counts.len() > ROOM {
                return;
            }
            if b.is_ascii() && c.is_ascii() || b == UNKNOWN || c == UNKNOWN {
                continue;
            }
            self.add(Shape::Before, [b, UNKNOWN, UNKNOWN]);
            self.add(Shape::After, [c, UNKNOWN, UNKNOWN]);
            self.add(Shape::Pair, [b, c, UNKNOWN]);
            if a != UNKNOWN {
                self.add(Shape::Around, [a, c, UNKNOWN]);
                self.add(Shape::Triple, [a, b, c]);
            }
        }
    }

    fn add(&mut self, shape: Shape, key: [char; 3]) {
        *self.counts.entry(shape.key(key)).or_default() += 1;
    }

    fn count(&self, shape: Shape, key: [char; 3]) -> f64 {
        self.counts.get(&shape.key(key)).copied().unwrap_or(0).into()
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

    /// Whether the document tells how it ends its lines and spaces its words.
    pub(crate) fn has_habits(&self) -> bool {
        self.habits.are_known()
    }

    /// What a swallowed character costs more than usually between its neighbours, as the document ends its lines and
    /// spaces its words.
    pub(crate) fn habit(&self, around: Around, c: char) -> Cost {
        Place::between(around.before[1], around.after[0]).map_or(0, |place| self.habits.extra(place, c))
    }

    /// What `c` costs in a gap, by what the document has between the same neighbours; `None` if it has no such thing.
    pub(crate) fn cost(&self, around: Around, c: char) -> Option<Cost> {
        // Where lines end says little of where another one does.
        if self.counts.is_empty() || c == '\n' {
            return None;
        }
        let ([a, b], [d, e]) = (around.before, around.after);
        let pair = |a, b| self.count(Shape::Pair, [a, b, UNKNOWN]);
        let triple = |a, b, c| self.count(Shape::Triple, [a, b, c]);
        let one = |shape, c| self.count(shape, [c, UNKNOWN, UNKNOWN]);
        let counts = [
            (BOTH_SIDES, triple(b, c, d), self.count(Shape::Around, [b, d, UNKNOWN])),
            (TWO_BEFORE, triple(a, b, c), pair(a, b)),
            (ONE_BEFORE, pair(b, c), one(Shape::Before, b)),
            (TWO_AFTER, triple(c, d, e), pair(d, e)),
            (ONE_AFTER, pair(c, d), one(Shape::After, d)),
        ];
        let chance = |(trust, seen, of): (f64, f64, f64)| trust * (seen - DISCOUNT) / (of + UNSEEN);
        let most = counts.into_iter().filter(|c| c.1 > 0.0).map(chance).reduce(f64::max)?;
        Some((-1_000.0 * most.min(1.0).ln()) as Cost)
    }
}

#[cfg(test)]
mod tests {
    use super::super::search::Span;
    use super::*;

    const AROUND: Around = Around { before: ['代', '数'], after: ['\n', '\n'] };

    #[test]
    fn a_word_of_the_document_is_likelier_the_more_often_it_stands_there() {
        let mut cache = Cache::default();
        cache.learn("代数学".chars());
        let once = cache.cost(AROUND, '学').unwrap();
        assert_eq!(cache.cost(AROUND, '子'), None);
        for _ in 0..10 {
            cache.learn("代数学".chars());
        }
        assert!(cache.cost(AROUND, '学').unwrap() < once);
    }

    #[test]
    fn what_ends_many_lines_may_end_another() {
        let mut cache = Cache::default();
        for line in ["几何学", "拓扑学", "力学", "光学", "诗歌"] {
            cache.learn(line.chars());
        }
        let [most, once] = ['学', '歌'].map(|c| cache.cost(AROUND, c).unwrap());
        assert!(most < once);
    }

    #[test]
    fn what_was_restored_teaches_nothing() {
        let observed: Vec<char> = "鏁板?".chars().collect();
        let text = vec![('数', Origin::Read), ('字', Origin::Restored { at: 2 })];
        let reading = Reading { cost: 0, spans: vec![Span { start: 0, end: 3, text }] };
        let mut cache = Cache::default();
        cache.learn_reading(&observed, &reading);
        assert_eq!(cache.cost(AROUND, '字'), None);
    }
}
