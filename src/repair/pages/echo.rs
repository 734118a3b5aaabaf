//! What the page itself says: names and terms come back, and an intact place vouches for a damaged one.

use crate::model::{self, Context, Cost, Symbol};

/// The characters and pairs of the intact text.
#[derive(Debug)]
pub(super) struct Echo {
    /// What was heard and is not counted yet.
    heard: Vec<u32>,
    /// One bit per hash of a pair: nearly all look-ups end here.
    filter: Vec<u64>,
    /// The pairs in order, each with how often it was heard.
    pairs: Vec<(u32, u32)>,
    /// By symbol, how many pairs begin with it.
    firsts: Vec<u32>,
    /// By symbol, how much likelier it is on this page than in the language.
    liking: Vec<i16>,
}

const BITS: usize = 1 << 14;

/// Millinats of trusting the page's own words at all.
const TRUST: Cost = 2_000;
/// So many characters of the language count as much as the page's own.
const WEIGHT: u32 = 1_000;
/// By how much a character is likelier on the page than in the language, as far as that is believed: in thousandths
/// of the logarithm, and at most. (Kneser, Peters and Klakow, *Language model adaptation using dynamic marginals*,
/// 1997, without their normalization.)
const SHARE: Cost = 300;
const MOST: Cost = 2_000;

fn bit(pair: u32) -> usize {
    (pair.wrapping_mul(0x9E37_79B1) >> 18) as usize % BITS
}

fn join(a: Symbol, b: Symbol) -> u32 {
    u32::from(a.0) << 16 | u32::from(b.0)
}

impl Echo {
    pub(super) fn new() -> Self {
        Self {
            heard: Vec::new(),
            filter: vec![0; BITS / 64],
            pairs: Vec::new(),
            firsts: Vec::new(),
            liking: Vec::new(),
        }
    }

    /// Takes a pair of neighbours from intact text.
    pub(super) fn hear(&mut self, a: Symbol, b: Symbol) {
        self.heard.push(join(a, b));
    }

    /// Counts what was heard, before anything is asked.
    pub(super) fn settle(&mut self) {
        self.heard.sort_unstable();
        self.liking = vec![0; model::symbols()];
        let mut seconds: Vec<u16> = self.heard.iter().map(|pair| *pair as u16).collect();
        seconds.sort_unstable();
        for same in seconds.chunk_by(|a, b| a == b) {
            let rarity = model::unigram_cost(Symbol(same[0]));
            let surprise = millinats(same.len() as u32) - millinats(WEIGHT) + rarity;
            if let Some(liking) = self.liking.get_mut(usize::from(same[0])) {
                *liking = (surprise.max(0) * SHARE / 1_000).min(MOST) as i16;
            }
        }
        self.firsts = vec![0; model::symbols()];
        self.pairs.clear();
        for same in self.heard.chunk_by(|a, b| a == b) {
            self.pairs.push((same[0], same.len() as u32));
            if let Some(first) = self.firsts.get_mut((same[0] >> 16) as usize) {
                *first += same.len() as u32;
            }
            self.filter[bit(same[0]) / 64] |= 1 << (bit(same[0]) % 64);
        }
    }

    /// The cost of `next` after a context that ends in `b`, by the language or by the page.
    pub(super) fn cost(&self, context: &Context, b: Symbol, next: Symbol) -> Cost {
        let liking = self.liking.get(usize::from(next.0)).map_or(0, |&l| Cost::from(l));
        let cost = (context.cost(next) - liking).max(0);
        let pair = join(b, next);
        if cost <= TRUST || self.filter[bit(pair) / 64] >> (bit(pair) % 64) & 1 == 0 {
            return cost;
        }
        let Ok(at) = self.pairs.binary_search_by_key(&pair, |p| p.0) else { return cost };
        let of = self.firsts.get(usize::from(b.0)).copied().unwrap_or(0);
        cost.min(TRUST + millinats(of) - millinats(self.pairs[at].1))
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

    #[test]
    fn the_page_vouches_for_its_own_names() {
        let [a, b, next] = ['，', '碚', '歇'].map(model::symbol);
        let context = Context::new(a, b);
        let mut echo = Echo::new();
        let before = echo.cost(&context, b, next);
        assert_eq!(before, context.cost(next));
        echo.hear(b, next);
        echo.settle();
        assert!(echo.cost(&context, b, next) < before);
        let other = model::symbol('的');
        assert_eq!(echo.cost(&context, b, other), context.cost(other));
    }

    #[test]
    fn what_the_page_says_often_is_likelier_on_it() {
        let [a, b, heard, other] = ['他', '的', '弩', '鏈'].map(model::symbol);
        let context = Context::new(a, b);
        let mut echo = Echo::new();
        for before in ['把', '用', '發', '張'] {
            echo.hear(model::symbol(before), heard);
        }
        echo.settle();
        // No pair says so: 弩 stood behind other characters.
        assert!(echo.cost(&context, b, heard) < context.cost(heard));
        assert_eq!(echo.cost(&context, b, other), context.cost(other));
    }

    #[test]
    fn logarithms_of_counts() {
        assert_eq!((millinats(0), millinats(1), millinats(2), millinats(4)), (0, 0, 693, 1386));
        assert!((1000..1150).contains(&millinats(3)));
    }
}
