//! What a text costs as it stands, beside the text read as garbage from end to end.
//!
//! A search that knows of no spans is cheap, and right unless some part of the text is better left as it is: then a
//! span would end before that part and another one begin behind it. Where the part would cost less by what that costs,
//! the text must be searched with spans.

use super::{ANEW, Prices};
use crate::model::{symbol, unigram_cost};
use crate::repair::price::Walk;

/// The text as it stands, up to some character.
pub(super) struct Rival {
    prices: Prices,
    walk: Walk,
    /// What it costs, at least, and what it costs to begin with garbage.
    cost: i64,
    /// The least that the reading cost more than the text, at any place so far where a span may end or begin.
    least: i64,
}

impl Rival {
    pub(super) fn new(prices: Prices) -> Self {
        // A first part that is better left costs nothing: the first span begins behind it.
        let least = -i64::from(prices.leave + prices.reenter);
        Self { prices, walk: Walk::START, cost: i64::from(prices.enter), least }
    }

    /// Whether no part that ends before the next character is better left, if the text before it costs so much as
    /// garbage. Spans begin and end before wide characters.
    pub(super) fn stays_behind(&mut self, garbled: i64) -> bool {
        let more = garbled - self.cost;
        let is_dearer = more - self.least > i64::from(self.prices.leave + self.prices.reenter);
        self.least = self.least.min(more);
        !is_dearer
    }

    /// Takes the next character.
    pub(super) fn take(&mut self, c: char) {
        let price = self.walk.price(c);
        // A text that begins behind a garbled one does not go on with it.
        let price = if c.is_ascii() { price } else { price.min(unigram_cost(symbol(c)) + ANEW) };
        self.cost += i64::from(price);
    }

    /// Whether the end of the text is not better left either, if the whole costs so much as garbage.
    pub(super) fn ends_behind(&self, garbled: i64) -> bool {
        garbled - self.cost - self.least <= i64::from(self.prices.leave)
    }
}
