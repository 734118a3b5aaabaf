//! The language model: how likely a character is after the two before it.
//!
//! A deterministic character n-gram over unfolded text (simplified and traditional apart), read in place
//! from a table that `tools/train` writes. Costs are integers, so every machine gives the same answer.

pub mod class;
mod table;

/// A character as the model sees it: a vocabulary entry or a class (Latin letters, digits, rare ideographs, …).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Symbol(pub u16);

/// Start of text (and of a line): the context before the first character. It is also the symbol of the
/// line feed, so the end of a line can be scored as a character.
pub const START: Symbol = Symbol(0);

/// Negative natural logarithm of a probability, in thousandths (millinats). Lower is likelier.
pub type Cost = i32;

/// The symbol of a character. Never fails: what the vocabulary lacks maps to a class.
#[must_use]
pub fn symbol(c: char) -> Symbol {
    match table::TABLE.symbol(c as u32) {
        0 => Symbol(class::of(c)),
        known => Symbol(known),
    }
}

/// Cost of `next` after `a` and `b` (`b` stands directly before it).
///
/// If `next` is a class, this is the cost of one member: the cost of the class plus the logarithm of its size.
#[must_use]
pub fn cost(a: Symbol, b: Symbol, next: Symbol) -> Cost {
    table::TABLE.cost(clip(a), clip(b), clip(next))
}

/// Cost of `next` without any context: how rare the character is.
#[must_use]
pub fn unigram_cost(next: Symbol) -> Cost {
    table::TABLE.unigram(clip(next))
}

/// The number of symbols; classes come first.
#[must_use]
pub fn symbols() -> usize {
    table::TABLE.symbols()
}

fn clip(symbol: Symbol) -> u16 {
    if usize::from(symbol.0) < table::TABLE.symbols() { symbol.0 } else { class::OTHER }
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
        assert!(rare > unigram_cost(symbol('锝')) && unigram_cost(symbol('锝')) > unigram_cost(symbol('的')));
    }
}
