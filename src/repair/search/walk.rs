//! The beam's walk along the observed characters, and the cheapest of the hypotheses that reach the end.

use std::cell::LazyCell;

use super::foresee::Coming;
use super::hypothesis::{Hypothesis, Mode, Node, trace};
use super::lost::all_pairs;
use super::rival::Rival;
use super::{Place, Pricing, Reading, Search};
use crate::model::Cost;
use crate::repair::beam::Beam;
use crate::repair::channel::{Layer, Loss};
use crate::repair::price::Context;
use crate::repair::swallowed::PutBack;

/// Hypotheses kept from one observed character to the next.
const BEAM: usize = 96;

/// The same where marks of loss branch most: they stand for any two bytes, or are many.
const NARROW_BEAM: usize = 256;

/// A hypothesis that costs so much more than the best garbled one is given up: what follows never makes good for it.
pub(super) const HOPELESS: Cost = 14_000;

/// The same where no spans begin or end, and a mark of loss stands for the last byte of a character.
const HOPELESS_WHOLE: Cost = 9_000;

/// Hypotheses at one observed character, by the width of the beam, from which on the dearest are dropped.
const CROWD: usize = 3;

/// The beam where the text is so ambiguous that its budget is spent.
const TIGHT_BEAM: usize = 8;

/// Observed characters after which the search commits to its best hypothesis, so that memory is bounded.
const COMMIT_EVERY: usize = 4096;

impl Search<'_, '_> {
    /// Walks along `observed`, beside a rival that is to stay behind, if there is one: then no spans begin or end.
    pub(super) fn walk(&self, observed: &[char], mut rival: Option<Rival>) -> Option<Reading> {
        let mut nodes: Vec<Node> = Vec::new();
        let mut hypotheses = vec![Hypothesis::start(Context::START)];
        let mut next: Vec<Hypothesis> = Vec::new();
        let mut pruning = Beam::default();
        let mut spent: i64 = 0;
        let beam = self.beam(observed);
        let is_narrow = rival.is_some() && matches!(self.layers, [layer] if layer.loses_last_bytes());
        let hopeless = if is_narrow { HOPELESS_WHOLE } else { HOPELESS };
        let most = self.budget.map_or(u64::MAX, |budget| budget.search(observed.len()));
        let before = self.work.get();
        let last_mark = self.last_mark(observed);
        for (at, &c) in observed.iter().enumerate() {
            if let Some(rival) = &mut rival {
                let ended =
                    |h: &&Hypothesis| h.mode == Mode::Garbled && h.pending.iter().all(|p| p.is_none());
                let ended = hypotheses.iter().filter(ended).map(|h| h.cost);
                if let Some(cost) = ended.min().filter(|_| !c.is_ascii())
                    && !rival.stays_behind(spent + i64::from(cost))
                {
                    hypotheses.clear();
                    break;
                }
                rival.take(c);
            }
            let used = self.work.get() - before;
            let tight = used > most;
            let width = narrowed(beam, used, most);
            let bytes = self.layers[0].page.bytes(c);
            let following = observed.get(at + 1).copied();
            let is_whole = rival.is_some();
            let mut place = Place {
                at: at as u32,
                bytes: &bytes,
                next: following,
                tight,
                is_whole,
                hopeless,
                best: hypotheses.iter().map(|h| h.cost).min().unwrap_or(0),
                dropped: 0,
                most: Cost::MAX,
            };
            let coming = LazyCell::new(|| following.map_or(Coming::Unknown, |c| self.coming(c)));
            next.clear();
            let mut best = Cost::MAX;
            let is_one = is_whole && self.advance_as_one(&hypotheses, c, place, &mut next);
            for h in if is_one { &[] } else { &hypotheses[..] } {
                let lags = h.mode != Mode::Clean && h.cost > best.saturating_add(hopeless);
                if lags || h.mode != Mode::Clean && place.is_too_dear(h.cost - h.refund) {
                    continue;
                }
                let from = next.len();
                self.advance(*h, c, place, &mut next);
                let garbled = next[from..].iter().filter(|h| h.mode == Mode::Garbled);
                best = garbled.map(|h| h.cost + self.ahead(h)).min().map_or(best, |cost| best.min(cost));
                if next.len() > CROWD * width {
                    // What the beam would drop in the end is dropped at once, and what can't be cheaper not made.
                    let before = next.len();
                    let full = pruning.prune(&mut next, width, hopeless, |h| self.foreseen(h, &coming));
                    place.dropped += before - next.len();
                    place.most = full.unwrap_or(place.most);
                }
            }
            self.work_on(next.len() + place.dropped);
            if next.is_empty() {
                // With spans it can't be: a clean hypothesis always goes on.
                hypotheses.clear();
                break;
            }
            if !is_one {
                pruning.prune(&mut next, width, hopeless, |h| self.foreseen(h, &coming));
            }
            for h in &mut next {
                for event in &h.events[..usize::from(h.event_count)] {
                    nodes.push(Node { previous: h.node, at: at as u32, event: *event });
                    h.node = (nodes.len() - 1) as u32;
                }
                h.event_count = 0;
                if Some(at) == last_mark {
                    // What was put back matters no more: nothing will be.
                    h.back = PutBack::default();
                }
            }
            std::mem::swap(&mut hypotheses, &mut next);
            if c == '\n' || (at % COMMIT_EVERY == COMMIT_EVERY - 1) {
                // Costs stay small whatever the length of the text.
                let base = hypotheses.iter().map(|h| h.cost).min().unwrap_or(0);
                spent += i64::from(base);
                for h in &mut hypotheses {
                    h.cost -= base;
                }
            }
            if at % COMMIT_EVERY == COMMIT_EVERY - 1 {
                hypotheses.truncate(1);
            }
        }
        if let Some(budget) = self.budget {
            budget.spend(self.work.get() - before);
        }
        let reading = self.finish(observed.len(), hypotheses, &mut nodes, spent)?;
        rival.is_none_or(|rival| rival.ends_behind(reading.cost)).then_some(reading)
    }

    /// Counts steps.
    pub(super) fn work_on(&self, steps: usize) {
        self.work.set(self.work.get() + steps as u64);
    }

    fn finish(
        &self,
        len: usize,
        hypotheses: Vec<Hypothesis>,
        nodes: &mut Vec<Node>,
        spent: i64,
    ) -> Option<Reading> {
        let mut ended: Vec<Hypothesis> = Vec::new();
        for h in hypotheses {
            if h.pending.iter().all(|p| p.is_none()) {
                ended.push(h);
            } else {
                self.complete(h, len as u32, &mut ended);
            }
        }
        let best = ended.into_iter().map(|mut h| {
            // A line feed that was swallowed is the end.
            h.cost += if h.context.last == '\n' { 0 } else { self.cost(h.context, '\n', false) };
            h
        });
        let mut best = best.min_by_key(|h| h.cost)?;
        for event in &best.events[..usize::from(best.event_count)] {
            nodes.push(Node { previous: best.node, at: len as u32, event: *event });
            best.node = (nodes.len() - 1) as u32;
        }
        Some(Reading { cost: spent + i64::from(best.cost), spans: trace(nodes, best.node, len) })
    }

    /// Where the last bytes were lost, if further layers don't show marks of their own.
    fn last_mark(&self, observed: &[char]) -> Option<usize> {
        let [layer] = self.layers else { return None };
        observed.iter().rposition(|&c| layer.loss.is_mark(c))
    }

    fn beam(&self, observed: &[char]) -> usize {
        let any_pair = |l: &Layer| matches!(l.loss, Loss::Pair { decoder, .. } if !all_pairs(decoder));
        let marks = observed.iter().filter(|&&c| c == '\u{FFFD}').count();
        let wide = observed.iter().filter(|c| !c.is_ascii()).count();
        match self.pricing {
            Pricing::Structure => 8,
            // Where every few characters are lost, the text does not come back whatever is kept in mind.
            Pricing::Language if self.layers.iter().any(any_pair) || 5 * marks > wide => NARROW_BEAM,
            Pricing::Language => BEAM,
        }
    }
}

/// How many hypotheses go on where so many steps of those allowed are used: the beam is halved as they run out.
fn narrowed(beam: usize, used: u64, most: u64) -> usize {
    match used.saturating_mul(8) / most.max(1) {
        _ if used > most => TIGHT_BEAM,
        0..=2 => beam,
        3..=4 => beam / 2,
        5..=6 => beam / 4,
        _ => TIGHT_BEAM * 2,
    }
}
