//! Prices that were looked up lately.
//!
//! One line is priced many times: as it stands, by each test, and by each channel that is tried on it. A price of the
//! language model takes two searches in packed rows; to find it here takes one read. The memo is a thread's own and
//! only repeats what the model says, so that answers don't depend on it.

use std::cell::Cell;

use crate::model::{Cost, Symbol};

/// Prices that are kept: 256 KB.
const SLOTS: usize = 1 << 15;

thread_local! {
    /// Three symbols in the upper bits, and their price plus one, so that no price is zero.
    static PRICES: Box<[Cell<u64>]> = vec![Cell::new(0); SLOTS].into_boxed_slice();
}

/// The price of `next` after `a` and `b`: remembered, or looked up.
#[inline]
pub(super) fn cost(a: Symbol, b: Symbol, next: Symbol, look_up: impl FnOnce() -> Cost) -> Cost {
    let key = u64::from(a.0) << 32 | u64::from(b.0) << 16 | u64::from(next.0);
    let at = slot(key);
    // A thread that is about to end may have no memo any more.
    let held = PRICES.try_with(|prices| prices.get(at).map_or(0, Cell::get)).unwrap_or(0);
    if held >> 16 == key && held & 0xFFFF != 0 {
        return (held & 0xFFFF) as Cost - 1;
    }
    let cost = look_up();
    // What does not fit is looked up each time; no price of the table is that high.
    if let Ok(low) = u16::try_from(cost + 1) {
        let _ = PRICES.try_with(|prices| prices.get(at).map(|slot| slot.set(key << 16 | u64::from(low))));
    }
    cost
}

/// Where a key is kept: Fibonacci hashing.
#[inline]
fn slot(key: u64) -> usize {
    (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - SLOTS.trailing_zeros())) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_looked_up_once_and_stays_its_own() {
        let [a, b, c] = [1, 2, 3].map(Symbol);
        assert_eq!(cost(a, b, c, || 7), 7);
        assert_eq!(cost(a, b, c, || unreachable!()), 7);
        assert_eq!(cost(b, a, c, || 9), 9);
        // The first slot of all begins empty.
        let none = Symbol(0);
        assert_eq!(cost(none, none, none, || 5), 5);
    }

    #[test]
    fn prices_that_do_not_fit_are_told_all_the_same() {
        let [a, b] = [11, 12].map(Symbol);
        for price in [-3, 70_000] {
            assert_eq!(cost(a, a, b, || price), price);
        }
    }
}
