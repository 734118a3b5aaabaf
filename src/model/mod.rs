//! The language model: how likely a character is after the two before it.
//!
//! A deterministic character trigram over unfolded text (simplified and traditional apart), read in place
//! from a table that `tools/train` writes. Costs are integers, so every machine gives the same answer.
//!
//! Design, layout, sizes and accuracy: `docs/language-model.md`.

pub mod behind;
mod bits;
pub mod class;
pub mod filler;
mod hangul;
mod table;

pub use hangul::hangul_cost;

use table::TABLE;

/// A character as the model sees it: a vocabulary entry or a class (Latin letters, digits, rare ideographs, …).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Symbol(pub u16);

/// Start of text (and of a line): the context before the first character. It is also the symbol of the
/// line feed, so the end of a line can be scored as a character.
pub const START: Symbol = Symbol(class::LINE);

/// Negative natural logarithm of a probability, in thousandths (millinats). Lower is likelier.
pub type Cost = i32;

/// The symbol of a character. Never fails: what the vocabulary lacks maps to a class.
#[must_use]
#[inline]
pub fn symbol(c: char) -> Symbol {
    match TABLE.symbol(c as u32) {
        0 => Symbol(class::of(c)),
        own => Symbol(own),
    }
}

/// Cost of `next` after `a` and `b` (`b` stands directly before it).
///
/// If `next` is a class, this is the cost of one member: the cost of the class plus the logarithm of its size,
/// so that costs of characters compare whether they have symbols of their own or not.
///
/// The model has seen digits, letters of one case and spaces (see [`runs`]) as one symbol each however long
/// the run; inside a run, keep the `a` from before it to keep what stands there in sight. [`Context`] does.
#[must_use]
#[inline]
pub fn cost(a: Symbol, b: Symbol, next: Symbol) -> Cost {
    Context::new(a, b).cost(next)
}

/// Cost of `next` without any context: how rare the character is.
#[must_use]
pub fn unigram_cost(next: Symbol) -> Cost {
    TABLE.unigram(clip(next))
}

/// The number of symbols; classes come first.
#[must_use]
pub fn symbols() -> usize {
    TABLE.symbols()
}

/// Whether repetitions of the symbol leave the context as it is: digits, letters of one case, spaces.
#[must_use]
#[inline]
pub fn runs(symbol: u16) -> bool {
    matches!(symbol, class::DIGIT | class::LOWER | class::UPPER) || symbol == class::COUNT as u16
}

/// Two symbols of context, looked up once for many candidates.
///
/// ```
/// use qingwen::model::{Context, cost, symbol};
/// let [a, b] = ['不', '存'].map(symbol);
/// let context = Context::new(a, b);
/// assert_eq!(context.cost(symbol('在')), cost(a, b, symbol('在')));
/// let text = Context::after("文件不存");
/// assert_eq!(text.cost(symbol('在')), cost(a, b, symbol('在')));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Context {
    a: Symbol,
    b: Symbol,
    backoff: Cost,
    row: (usize, usize),
}

impl Context {
    /// The context `a b`.
    #[must_use]
    #[inline]
    pub fn new(a: Symbol, b: Symbol) -> Context {
        Self::of_pair(a, b, TABLE.pair(clip(a), clip(b)).map(|(pair, _)| pair))
    }

    /// The context `a b`, whose bigram has this number, if the table has it.
    #[inline]
    fn of_pair(a: Symbol, b: Symbol, pair: Option<usize>) -> Context {
        let (backoff, row) = pair.and_then(|pair| TABLE.context(pair)).map_or((0, (0, 0)), |n| TABLE.open(n));
        Context { a, b, backoff, row }
    }

    /// The context at the start of text.
    #[must_use]
    pub fn start() -> Context {
        Context::new(START, START)
    }

    /// The context after `text`.
    #[must_use]
    pub fn after(text: &str) -> Context {
        let (mut a, mut b) = (START, START);
        for c in text.chars() {
            (a, b) = step(a, b, symbol(c));
        }
        Context::new(a, b)
    }

    /// Cost of `next`.
    #[must_use]
    #[inline]
    pub fn cost(&self, next: Symbol) -> Cost {
        self.cost_and_pair(next).0
    }

    /// Cost of `next`, and the number of its bigram with the symbol before it.
    #[inline]
    fn cost_and_pair(&self, next: Symbol) -> (Cost, Option<usize>) {
        let (b, next) = (clip(self.b), clip(next));
        match TABLE.pair(b, next) {
            None => (self.backoff + TABLE.backoff(b) + TABLE.unigram(next), None),
            Some((pair, rank)) => {
                let cost = TABLE.triple(self.row, rank);
                (cost.unwrap_or_else(|| self.backoff + TABLE.pair_cost(pair)), Some(pair))
            }
        }
    }

    /// Cost of `next` and the context behind it, for less than both cost by themselves.
    #[must_use]
    #[inline]
    pub fn walk(&self, next: Symbol) -> (Cost, Context) {
        let (cost, pair) = self.cost_and_pair(next);
        let (a, b) = step(self.a, self.b, next);
        let on = if (a, b) == (self.b, next) { Self::of_pair(a, b, pair) } else { Self::new(a, b) };
        (cost, on)
    }

    /// The context one character on.
    #[must_use]
    pub fn then(&self, next: Symbol) -> Context {
        let (a, b) = step(self.a, self.b, next);
        Context::new(a, b)
    }
}

/// The two symbols of context one symbol on: a run stays one symbol, a line end forgets the line.
#[must_use]
#[inline]
pub fn step(a: Symbol, b: Symbol, next: Symbol) -> (Symbol, Symbol) {
    if next == START {
        (START, START)
    } else if next == b && runs(next.0) {
        (a, b)
    } else {
        (b, next)
    }
}

#[inline]
fn clip(symbol: Symbol) -> usize {
    let index = usize::from(symbol.0);
    if index < TABLE.symbols() { index } else { usize::from(class::OTHER) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(a: char, b: char, next: char) -> Cost {
        cost(symbol(a), symbol(b), symbol(next))
    }

    #[test]
    fn words_are_likelier_than_accidents() {
        assert!(after('，', '中', '国') < after('，', '中', '锝'));
        assert!(after('，', '中', '國') < after('，', '中', '鐨'));
        assert!(after('不', '存', '在') < 1500);
        assert!(after('。', '\n', '第') < after('。', '\n', '弟'));
    }

    #[test]
    fn every_character_has_a_finite_cost() {
        for c in (0..=0x10_FFFF).step_by(97).filter_map(char::from_u32) {
            let cost = after('的', '一', c);
            assert!((0..40_000).contains(&cost), "{c:?} costs {cost}");
        }
        // Any symbol at all, not only those of the table, has a cost.
        assert!(cost(Symbol(u16::MAX), Symbol(40_000), Symbol(u16::MAX)) > 0);
    }

    #[test]
    fn a_rare_ideograph_costs_its_rarity() {
        // Absent from the training text: the class of rare ideographs divided by its size.
        let rare = unigram_cost(symbol('\u{9FA0}'));
        assert!((12_000..24_000).contains(&rare), "{rare}");
        assert!(rare > unigram_cost(symbol('曦')) && unigram_cost(symbol('曦')) > unigram_cost(symbol('的')));
    }

    /// The members of each symbol times its probability make a distribution, whatever the context. Codebooks
    /// round each cost, so that a single sum is off by what rounding does to its likeliest characters.
    #[test]
    fn the_characters_after_a_context_sum_to_one() {
        let mut size = vec![0f64; symbols()];
        for c in ('\0'..=char::MAX).map(symbol) {
            size[usize::from(c.0)] += 1.0;
        }
        for (class, size) in size.iter_mut().enumerate().take(class::COUNT) {
            // Classes are wider than their assigned characters, and only their logarithm is stored.
            *size = size.min(f64::from(class::SIZES[class]));
        }
        let texts = [
            "",
            "，中",
            "不存",
            "// 获",
            "用户",
            "user ",
            "鑫鑫",
            "\u{E000}\u{FFFD}",
            "第1",
            "「",
            "你好！",
            "的",
            "臺灣",
        ];
        let sums: Vec<f64> = texts
            .iter()
            .map(|text| {
                let context = Context::after(text);
                (0..symbols())
                    .map(|s| size[s] * (-f64::from(context.cost(Symbol(s as u16))) / 1000.0).exp())
                    .sum()
            })
            .collect();
        let mean = sums.iter().sum::<f64>() / sums.len() as f64;
        assert!(sums.iter().all(|sum| (0.7..1.45).contains(sum)), "{sums:?}");
        assert!((0.95..1.05).contains(&mean), "{mean}: {sums:?}");
    }

    #[test]
    fn a_walk_costs_what_its_steps_do() {
        let mut walk = Context::start();
        let mut context = Context::start();
        for c in "第12章：数据库 (MySQL)\n的的乾\u{E000}鐨剕\n\n".chars() {
            let (cost, on) = walk.walk(symbol(c));
            assert_eq!(cost, context.cost(symbol(c)), "{c:?}");
            (walk, context) = (on, context.then(symbol(c)));
        }
    }

    #[test]
    fn a_run_is_one_symbol_of_context() {
        let [one, many] = ["使用 a", "使用 abcdef"].map(Context::after);
        for next in ['使', 'g', ' ', '。'] {
            assert_eq!(one.cost(symbol(next)), many.cost(symbol(next)));
        }
    }
}
