//! What the page itself says: names and terms come back, and an intact place vouches for a damaged one.

use std::collections::HashMap;

use crate::model::{Context, Cost, Symbol};

/// The character pairs of the intact text.
#[derive(Debug)]
pub(super) struct Echo {
    /// One bit per hash of a pair: nearly all look-ups end here.
    filter: Vec<u64>,
    pairs: HashMap<u32, u32>,
    firsts: HashMap<u16, u32>,
}

const BITS: usize = 1 << 14;

/// Millinats of trusting the page's own words at all.
const TRUST: Cost = 2_000;

fn bit(pair: u32) -> usize {
    (pair.wrapping_mul(0x9E37_79B1) >> 18) as usize % BITS
}

fn join(a: Symbol, b: Symbol) -> u32 {
    u32::from(a.0) << 16 | u32::from(b.0)
}

impl Echo {
    pub(super) fn new() -> Self {
        Self { filter: vec![0; BITS / 64], pairs: HashMap::new(), firsts: HashMap::new() }
    }

    /// Takes a pair of neighbours from intact text.
    pub(super) fn hear(&mut self, a: Symbol, b: Symbol) {
        let pair = join(a, b);
        *self.pairs.entry(pair).or_default() += 1;
        *self.firsts.entry(a.0).or_default() += 1;
        self.filter[bit(pair) / 64] |= 1 << (bit(pair) % 64);
    }

    /// The cost of `next` after a context that ends in `b`, by the language or by the page.
    pub(super) fn cost(&self, context: &Context, b: Symbol, next: Symbol) -> Cost {
        let cost = context.cost(next);
        let pair = join(b, next);
        if cost <= TRUST || self.filter[bit(pair) / 64] >> (bit(pair) % 64) & 1 == 0 {
            return cost;
        }
        match (self.pairs.get(&pair), self.firsts.get(&b.0)) {
            (Some(&n), Some(&of)) => cost.min(TRUST + millinats(of) - millinats(n)),
            _ => cost,
        }
    }
}

/// The natural logarithm of a count, in thousandths, by its binary digits: the same on every machine.
fn millinats(n: u32) -> Cost {
    let n = n.max(1);
    let whole = n.ilog2();
    // Between powers of two the logarithm is taken as a straight line.
    let part = u64::from(n - (1 << whole)) * 693 / (1 << whole);
    whole as Cost * 693 + part as Cost
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model;

    #[test]
    fn the_page_vouches_for_its_own_names() {
        let [a, b, next] = ['，', '碚', '歇'].map(model::symbol);
        let context = Context::new(a, b);
        let mut echo = Echo::new();
        let before = echo.cost(&context, b, next);
        assert_eq!(before, context.cost(next));
        echo.hear(b, next);
        assert!(echo.cost(&context, b, next) < before);
        let other = model::symbol('的');
        assert_eq!(echo.cost(&context, b, other), context.cost(other));
    }

    #[test]
    fn logarithms_of_counts() {
        assert_eq!((millinats(0), millinats(1), millinats(2), millinats(4)), (0, 0, 693, 1386));
        assert!((1000..1150).contains(&millinats(3)));
    }
}
