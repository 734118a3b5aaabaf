//! One character's way through the layers: to bytes, to a character, and so on, until it comes out.

use super::hypothesis::{Event, Hypothesis};
use super::lost::pairs;
use super::{Place, Pricing, Search};
use crate::model::Cost;
use crate::repair::price::Context;
use crate::repair::truth::{Pending, Step};

impl Search<'_, '_> {
    /// Gives the character `c` to layer `n`, or, below the last layer, to the result.
    pub(super) fn feed(
        &self,
        mut h: Hypothesis,
        n: usize,
        c: char,
        lost: bool,
        place: Place<'_>,
        out: &mut Vec<Hypothesis>,
    ) {
        let Some(layer) = self.layers.get(n) else {
            if self.emit(&mut h, c, lost, place.at) {
                out.push(h);
            }
            return;
        };
        let own;
        let spellings = match n {
            0 => place.bytes,
            _ => {
                own = layer.page.bytes(c);
                &own
            }
        };
        for bytes in spellings.iter() {
            self.bytes(h, n, bytes, lost, place, out);
        }
        if layer.loss.is_mark(c) {
            self.lost(h, n, place, out);
        }
    }

    /// Gives bytes to layer `n`, one after another.
    pub(super) fn bytes(
        &self,
        mut h: Hypothesis,
        n: usize,
        bytes: &[u8],
        lost: bool,
        place: Place<'_>,
        out: &mut Vec<Hypothesis>,
    ) {
        let layer = &self.layers[n];
        self.work_on(bytes.len());
        for (i, &byte) in bytes.iter().enumerate() {
            let owed = std::mem::take(&mut h.owed[n]);
            if owed != 0 && pairs(layer.loss, owed, byte) {
                return;
            }
            match layer.truth.step(h.pending[n], byte) {
                Step::Invalid => return,
                Step::More(pending) => {
                    h.pending[n] = pending;
                    h.tainted |= u8::from(lost) << n;
                }
                Step::Char(c) => {
                    h.pending[n] = Pending::NONE;
                    let lost = lost || h.tainted >> n & 1 == 1;
                    h.tainted &= !(1 << n);
                    let rest = &bytes[i + 1..];
                    if rest.is_empty() {
                        return self.feed(h, n + 1, c, lost, place, out);
                    }
                    if n + 1 == self.layers.len() {
                        // The common case, without a list of its own.
                        if !self.emit(&mut h, c, lost, place.at) {
                            return;
                        }
                        continue;
                    }
                    let mut fed = Vec::new();
                    self.feed(h, n + 1, c, lost, place, &mut fed);
                    for h in fed {
                        self.bytes(h, n, rest, false, place, out);
                    }
                    return;
                }
            }
        }
        out.push(h);
    }

    /// Puts a character out; false if the hypothesis ends there.
    pub(super) fn emit(&self, h: &mut Hypothesis, c: char, lost: bool, at: u32) -> bool {
        // Bytes that spell U+FFFD were lost before: to show that mark would launder the damage.
        if c == '\u{FFFD}' && self.pricing == Pricing::Language {
            return false;
        }
        let cost = if lost { self.lost_cost(h.context, c, at) } else { self.cost(h.context, c, true) };
        h.context = h.context.then(c);
        h.cost = h.cost.saturating_add(cost);
        h.record(if lost { Event::restored(c) } else { Event::read(c) })
    }

    /// What a character costs that was lost at an observed character.
    pub(super) fn lost_cost(&self, context: Context, c: char, at: u32) -> Cost {
        /// The logarithm of the number of digits, in millinats.
        const DIGITS: Cost = 2_303;
        let mut cost = self.cost(context, c, true);
        if c.is_ascii_digit() {
            // One digit was tried for all of them.
            cost -= DIGITS;
        }
        self.fill.as_ref().map_or(cost, |fill| fill.price(at, c, cost))
    }
}
