//! From counts to probabilities: Kneser-Ney discounting whose lower orders know what the higher orders
//! keep, and pruning by the likelihood that an n-gram earns.
//!
//! A kept n-gram explains its count less a discount. What it does not explain (the discount, or everything if
//! the n-gram is pruned) is counted again one order below, so that each order is fitted to the events that
//! reach it (V. Siivola, T. Hirsimäki, S. Virpioja: On growing and pruning Kneser-Ney smoothed n-gram models,
//! 2007). The discount grows with the root of the count and shrinks with the number of files that hold the
//! n-gram: what a single source repeats is not yet the language.

use qingwen::model::class;

use crate::count::{Counts, Grams};
use crate::vocabulary::Vocabulary;

/// Log-likelihood (nats over the weighted training text) that a bigram or trigram must earn.
const EARN: f64 = 21.0;
/// Trigrams name their end by its rank in the bigram row, in so many bits.
pub(crate) const RANK_BITS: u32 = 12;

const DISCOUNT: f64 = 0.5;
const DISCOUNT_FILES: f64 = 1.0;
const DISCOUNT_ROOT: f64 = 0.5;

/// One order of the model.
pub(crate) struct Order {
    pub grams: Grams,
    pub keep: Vec<bool>,
    /// Probability of each n-gram, kept or not.
    pub p: Vec<f64>,
    /// What the context leaves to the order below.
    pub left: Vec<f64>,
    /// Weighted events that reach this order: n-grams and contexts.
    pub count: Vec<f64>,
    pub total: Vec<f64>,
}

/// The model in full precision.
pub(crate) struct Model {
    ones: Vec<f64>,
    sizes: Vec<u32>,
    /// Probability of each symbol.
    pub p: Vec<f64>,
    pub pairs: Order,
    pub triples: Order,
}

impl Order {
    fn new(grams: Grams) -> Order {
        let len = grams.len();
        Order { grams, keep: vec![true; len], p: vec![], left: vec![], count: vec![], total: vec![] }
    }

    fn explained(&self, i: usize) -> f64 {
        let (count, files) = (self.count[i], f64::from(self.grams.files[i]));
        let unit = (f64::from(self.grams.weight[i]) / f64::from(self.grams.raw[i])).max(0.2);
        let discount = DISCOUNT + DISCOUNT_FILES / files + DISCOUNT_ROOT * (count / files).sqrt();
        (count - discount * unit).max(0.0)
    }

    /// Counts what reaches this order, given what higher orders explain of each n-gram; returns what this and
    /// the higher orders explain of each suffix.
    fn count(&mut self, above: &[f64], suffixes: usize) -> Vec<f64> {
        self.count =
            (0..self.keep.len()).map(|i| (f64::from(self.grams.weight[i]) - above[i]).max(0.0)).collect();
        self.total.clone_from(&self.grams.total);
        let mut explained = vec![0.0; self.total.len()];
        let mut below = vec![0.0; suffixes];
        for (i, &above) in above.iter().enumerate() {
            let context = self.grams.context[i] as usize;
            self.total[context] -= f64::from(self.grams.weight[i]) - self.count[i];
            let own = if self.keep[i] { self.explained(i) } else { 0.0 };
            explained[context] += own;
            below[self.grams.suffix[i] as usize] += above + own;
        }
        self.left = explained
            .iter()
            .zip(&self.total)
            .map(|(own, total)| if *total > 0.0 { (1.0 - own / total).clamp(1e-4, 1.0) } else { 1.0 })
            .collect();
        below
    }

    fn estimate(&mut self, below: &[f64]) {
        self.p = (0..self.keep.len())
            .map(|i| {
                let context = self.grams.context[i] as usize;
                let own = if self.keep[i] { self.explained(i) / self.total[context].max(1e-9) } else { 0.0 };
                own + self.left[context] * below[self.grams.suffix[i] as usize]
            })
            .collect();
    }

    /// Log-likelihood lost if n-gram `i` went.
    fn earns(&self, i: usize, below: &[f64]) -> f64 {
        let context = self.grams.context[i] as usize;
        let (total, left) = (self.total[context], self.left[context]);
        let without = left + self.explained(i) / total;
        let lower = without * below[self.grams.suffix[i] as usize];
        self.count[i] * (self.p[i] / lower).ln() - left * total * (without / left).ln()
    }

    fn prune(&mut self, below: &[f64], earn: f64, locked: &[bool]) {
        for (i, &locked) in locked.iter().enumerate() {
            if self.keep[i] && !locked && self.earns(i, below) < earn {
                self.keep[i] = false;
            }
        }
    }
}

impl Model {
    pub(crate) fn new(vocabulary: &Vocabulary, counts: Counts) -> Model {
        let mut model = Model {
            ones: counts.ones,
            sizes: vocabulary.sizes.clone(),
            p: Vec::new(),
            pairs: Order::new(counts.pairs),
            triples: Order::new(counts.triples),
        };
        model.estimate();
        for part in [0.3, 1.0] {
            let nothing = vec![false; model.triples.keep.len()];
            model.triples.prune(&model.pairs.p, EARN * part, &nothing);
            model.estimate();
            let locked = model.locked();
            model.pairs.prune(&model.p, EARN * part, &locked);
            model.estimate();
        }
        model.cap();
        model.estimate();
        model
    }

    fn estimate(&mut self) {
        let nothing = vec![0.0; self.triples.keep.len()];
        let above = self.triples.count(&nothing, self.pairs.keep.len());
        let above = self.pairs.count(&above, self.ones.len());
        self.p = self.ones.iter().zip(&above).map(|(count, above)| (count - above).max(0.0)).collect();
        for (symbol, p) in self.p.iter_mut().enumerate() {
            // Nothing is impossible: a class is worth a tenth of an occurrence for each member it has.
            *p += if symbol < class::COUNT { (f64::from(self.sizes[symbol]) * 0.1).max(20.0) } else { 0.5 };
        }
        let all: f64 = self.p.iter().sum();
        self.p.iter_mut().for_each(|p| *p /= all);
        self.pairs.estimate(&self.p);
        self.triples.estimate(&self.pairs.p);
    }

    /// Bigrams that a kept trigram begins or ends with.
    fn locked(&self) -> Vec<bool> {
        let mut locked = vec![false; self.pairs.keep.len()];
        for i in (0..self.triples.keep.len()).filter(|&i| self.triples.keep[i]) {
            locked[self.triples.grams.context[i] as usize] = true;
            locked[self.triples.grams.suffix[i] as usize] = true;
        }
        locked
    }

    /// Drops the trigrams whose end has too high a rank.
    fn cap(&mut self) {
        let mut rank = vec![0u32; self.pairs.keep.len()];
        for context in 0..self.ones.len() as u32 {
            let mut next = 0;
            for i in self.pairs.grams.row(context) {
                rank[i] = next;
                next += u32::from(self.pairs.keep[i]);
            }
        }
        for i in 0..self.triples.keep.len() {
            if rank[self.triples.grams.suffix[i] as usize] >= 1 << RANK_BITS {
                self.triples.keep[i] = false;
            }
        }
    }
}
