//! Which hypotheses of the search go on: of those with the same future the cheapest, and of all others the cheapest
//! few.
//!
//! At a mark of loss thousands are made of which a hundred stay, so nothing here is done to all of them that a
//! comparison of costs can spare.

use crate::model::Cost;

use super::search::{Hypothesis, Mode};

/// Up to this many hypotheses are compared with each other and none is given up for its cost; of more, those that
/// meet are found through a table.
const FEW: usize = 12;
/// So many times the width of the beam are put in order at once: of those that are cheapest, few meet.
const AHEAD: usize = 4;
/// A slot that holds nothing.
const EMPTY: u16 = u16::MAX;

/// Room for the work, kept from one observed character to the next.
#[derive(Default)]
pub(super) struct Beam {
    /// What each hypothesis costs and where it stands, as numbers that sort by cost and then by place.
    order: Vec<i64>,
    kept: Vec<Hypothesis>,
    /// A hash table of places in `kept`.
    slots: Vec<u16>,
}

impl Beam {
    /// Leaves the hypotheses that go on, by what they are foreseen to cost. One that costs so much more than the best
    /// garbled one that it is hopeless is given up; the clean one stays whatever it costs, as it is the one to beat.
    ///
    /// What a further hypothesis must be cheaper than to go on is given back, where the beam is full.
    pub(super) fn prune(
        &mut self,
        hypotheses: &mut Vec<Hypothesis>,
        width: usize,
        hopeless: Cost,
        foreseen: impl Fn(&Hypothesis) -> Cost,
    ) -> Option<Cost> {
        if hypotheses.len() == 1 {
            return None;
        }
        let place =
            |(n, h): (usize, &Hypothesis)| i64::from(h.cost.saturating_add(foreseen(h))) << 32 | n as i64;
        self.order.clear();
        self.order.extend(hypotheses.iter().enumerate().map(place));
        self.kept.clear();
        let full = if hypotheses.len() <= FEW {
            self.keep_different(hypotheses);
            None
        } else {
            self.keep_cheapest(hypotheses, width, hopeless)
        };
        std::mem::swap(hypotheses, &mut self.kept);
        full
    }

    fn keep_different(&mut self, hypotheses: &[Hypothesis]) {
        self.order.sort_unstable();
        for &place in &self.order {
            let h = &hypotheses[at(place)];
            if !self.kept.iter().any(|k| k.meets(h)) {
                self.kept.push(*h);
            }
        }
    }

    fn keep_cheapest(&mut self, hypotheses: &[Hypothesis], width: usize, hopeless: Cost) -> Option<Cost> {
        let garbled = self.order.iter().filter(|p| hypotheses[at(**p)].mode == Mode::Garbled);
        let best = garbled.min().map_or(Cost::MAX, |p| hypotheses[at(*p)].cost);
        let most = best.saturating_add(hopeless);
        self.order.retain(|p| {
            let h = &hypotheses[at(*p)];
            h.mode != Mode::Garbled || h.cost <= most
        });
        let slots = (2 * width + 2).next_power_of_two();
        self.slots.clear();
        self.slots.resize(slots, EMPTY);
        let (mut from, mut dearest) = (0, 0);
        while from < self.order.len() && self.kept.len() < width {
            let rest = &mut self.order[from..];
            let count = rest.len().min(AHEAD * width);
            if count < rest.len() {
                rest.select_nth_unstable(count);
            }
            rest[..count].sort_unstable();
            for n in from..from + count {
                let place = self.order[n];
                if self.kept.len() >= width {
                    break;
                }
                dearest = (place >> 32) as Cost;
                self.keep(&hypotheses[at(place)]);
            }
            from += count;
        }
        if self.kept.len() < width {
            return None;
        }
        if !self.kept.iter().any(|h| h.mode == Mode::Clean) {
            self.kept.extend(hypotheses.iter().find(|h| h.mode == Mode::Clean));
        }
        Some(dearest)
    }

    /// Keeps a hypothesis unless one is kept that it meets.
    fn keep(&mut self, h: &Hypothesis) {
        let last = self.slots.len() - 1;
        let mut slot = (h.hash() >> 40) as usize & last;
        loop {
            match self.slots.get(slot) {
                Some(&EMPTY) | None => break,
                Some(&n) if self.kept[usize::from(n)].meets(h) => return,
                _ => slot = (slot + 1) & last,
            }
        }
        if let Some(place) = self.slots.get_mut(slot) {
            *place = self.kept.len() as u16;
        }
        self.kept.push(*h);
    }
}

/// Where the hypothesis of an entry of the order stands.
fn at(place: i64) -> usize {
    (place & 0xFFFF_FFFF) as usize
}
