//! What a document tells of the ASCII characters that it lost: what it has behind its wide characters where nothing
//! happened.
//!
//! A lost byte swallows the ASCII character behind it where the bytes before happen to be odd in number. So those that
//! were spared are a sample of those that were swallowed: a document whose clauses mostly end with their lines has
//! lost line feeds, and one with spaces behind them has lost spaces.

use super::cache::UNKNOWN;
use crate::model::Cost;
use crate::model::behind::{CHARACTERS, PLACES, Place, number, usual_cost};

/// So many characters are taken to have been counted before at each place, as they usually are.
const BEFORE: f64 = 12.0;
/// So many in all tell more than the line does that lost something.
const ENOUGH: u32 = 8;
/// What a character costs more or less than usually at most.
const MOST: f64 = 3_000.0;

/// Counts of the ASCII characters behind wide ones.
#[derive(Debug, Clone, Default)]
pub(super) struct Habits {
    counts: [[u32; CHARACTERS]; PLACES],
    all: [u32; PLACES],
    /// The last two characters.
    last: [char; 2],
}

impl Habits {
    /// Takes the next character of the document, or [`UNKNOWN`] for one that was restored.
    pub(super) fn take(&mut self, c: char) {
        let [before, between] = self.last;
        self.last = [between, c];
        if c == UNKNOWN {
            return;
        }
        if let (Some(place), Some(n)) = (Place::between(before, c), number(between)) {
            self.counts[place.number()][n] += 1;
            self.all[place.number()] += 1;
        }
    }

    /// Whether there are enough of them to go by.
    pub(super) fn are_known(&self) -> bool {
        self.all.iter().sum::<u32>() >= ENOUGH
    }

    /// What a character that was swallowed at a place costs more than usually.
    pub(super) fn extra(&self, place: Place, c: char) -> Cost {
        let Some(n) = number(c) else { return 0 };
        let usual = (-f64::from(usual_cost(place, n)) / 1_000.0).exp();
        let count = f64::from(self.counts[place.number()][n]);
        let here = (count + BEFORE * usual) / (f64::from(self.all[place.number()]) + BEFORE);
        (-1_000.0 * (here / usual).ln()).clamp(-MOST, MOST) as Cost
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extra(text: &str, c: char) -> Cost {
        let mut habits = Habits::default();
        text.chars().for_each(|c| habits.take(c));
        habits.extra(Place::between('？', '好').unwrap(), c)
    }

    #[test]
    fn what_stands_behind_wide_characters_is_what_was_swallowed_there() {
        let lines = "好的？\n没有！\n在 a 中。\n".repeat(20);
        let words = "好的？ 没有！ 在 a 中。 ".repeat(20);
        assert!(extra(&lines, '\n') < extra(&words, '\n'));
        assert!(extra(&words, ' ') < 0 && extra(&lines, ' ') > 0);
        assert_eq!(extra("", ' '), 0);
    }
}
