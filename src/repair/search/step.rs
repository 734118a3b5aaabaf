//! One observed character's step: garbage goes on, ends or begins, and all else stands for itself.

use super::hypothesis::{Event, Hypothesis, Mode};
use super::taken_out::STRIPPED_BRANCHES;
use super::{ANEW, MAX_LAYERS, Place, Pricing, Search};
use crate::model::{Cost, symbol, unigram_cost};
use crate::repair::channel::{Layer, Loss};
use crate::repair::price::is_word_character;

/// What a span costs more that begins or ends between two letters or ideographs: texts are put together at spaces,
/// marks and quotes.
const INSIDE: Cost = 3_500;

/// That the bytes of a garbled text inside another one end in the middle of a pair.
const CUT_AT_SPAN_END: Cost = 500;

impl Search<'_, '_> {
    /// What all hypotheses become by the observed character `c` where it does the same to each of them, as it does
    /// between marks of loss; false, and nothing is done, where that can't be told.
    pub(super) fn advance_as_one(
        &self,
        all: &[Hypothesis],
        c: char,
        place: Place<'_>,
        out: &mut Vec<Hypothesis>,
    ) -> bool {
        let Some((first, others)) = all.split_first() else { return false };
        let [layer] = self.layers else { return false };
        if layer.loss.is_mark(c) || !others.iter().all(|h| h.goes_with(first)) {
            return false;
        }
        self.advance(*first, c, place, out);
        if let [on] = out[..] {
            out.extend(others.iter().map(|h| h.along(first, &on)));
            return true;
        }
        out.clear();
        false
    }

    /// All hypotheses that `h` becomes by the observed character `c`.
    pub(super) fn advance(&self, h: Hypothesis, c: char, place: Place<'_>, out: &mut Vec<Hypothesis>) {
        if h.mode == Mode::Garbled {
            let mut on = h;
            if !c.is_ascii() {
                on.refund = 0;
            }
            let before = out.len();
            self.feed(on, 0, c, false, place, out);
            // Bytes that go on without it lack none: UTF-8 tells further bytes of a character from first ones.
            let may_lack = out.len() == before
                || !self.layers[0].proves_itself() && !place.is_crowded(out, STRIPPED_BRANCHES);
            if may_lack && matches!(self.layers[0].loss, Loss::Ignored { .. }) {
                self.after_ignored(on, c, place, out);
            }
            if c == ' ' {
                self.after_no_break_space(on, place, out);
            }
            if self.layers[0].stripped && !place.is_crowded(out, STRIPPED_BRANCHES) {
                self.after_stripped(on, c, place, out);
            }
            if place.is_whole || c.is_ascii() || h.pending.iter().any(|p| !p.is_none()) {
                return;
            }
            // A lost byte may have been the last one of a text that stands in another one.
            let is_cut = h.owed != [0; MAX_LAYERS];
            let mut left = h;
            left.owed = [0; MAX_LAYERS];
            left.cost += if is_cut { CUT_AT_SPAN_END } else { 0 };
            left.mode = Mode::After;
            left.cost += self.prices.leave - h.refund;
            let is_inside =
                is_word_character(h.context.last) && is_word_character(c) && h.refund == 0 && !is_cut;
            if is_inside {
                left.cost += INSIDE;
            }
            left.refund = 0;
            if !is_inside && self.pricing == Pricing::Language {
                // Two texts meet here: the second does not go on with the first.
                let anew = unigram_cost(symbol(c)) + ANEW;
                left.cost -= (self.cost(h.context, c, false) - anew).max(0);
            }
            left.record(Event::LEAVE);
            self.keep(left, c, out);
        } else {
            let starts = !c.is_ascii() || c == '?' && place.next.is_some_and(|n| !n.is_ascii());
            if !(starts && place.is_whole) {
                self.keep(h, c, out);
            }
            if starts {
                let mut entered = h;
                entered.cost += if h.mode == Mode::Clean { self.prices.enter } else { self.prices.reenter };
                if is_word_character(h.context.last) && is_word_character(c) {
                    entered.cost += INSIDE;
                }
                entered.mode = Mode::Garbled;
                entered.record(Event::ENTER);
                self.feed(entered, 0, c, false, place, out);
            }
        }
    }

    /// What `h` becomes if a space was a no-break space, which is one byte of a character in pages of single bytes, and
    /// which browsers and editors make a plain one.
    fn after_no_break_space(&self, mut h: Hypothesis, place: Place<'_>, out: &mut Vec<Hypothesis>) {
        /// Millinats: bytes that spell a character but for this are no accident.
        const PLAIN: Cost = 1_000;
        let Layer { truth, page, .. } = self.layers[0];
        if h.pending[0].is_none() || !truth.is_self_checking() || !page.is_single_byte() {
            return;
        }
        h.cost += PLAIN;
        for bytes in page.bytes('\u{A0}').iter() {
            self.bytes(h, 0, bytes, false, place, out);
        }
    }

    fn keep(&self, mut h: Hypothesis, c: char, out: &mut Vec<Hypothesis>) {
        h.cost = h.cost.saturating_add(self.cost(h.context, c, false));
        h.context = h.context.then(c);
        if h.record(Event::kept(c)) {
            out.push(h);
        }
    }
}
