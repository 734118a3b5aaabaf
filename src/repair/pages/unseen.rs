//! What may have gone without a trace: dropped private-use characters, and bytes for which a mirror shows no question
//! mark.

use super::cell::Candidate;
use super::mark::noise_of;
use super::moves::best;
use super::path::Origin;
use super::price;
use super::search::{Here, Hypothesis, Pending, Search, Way};
use super::unit::Unit;
use crate::model::Cost;

impl Search<'_> {
    /// Adds what may lie before unit `k` without being shown: characters that went with dropped private-use
    /// characters, and runs that end where a mirror shows no question mark.
    pub(super) fn unseen(&mut self, layer: &mut Vec<Hypothesis>, units: &[Unit], k: usize) {
        if layer.iter().all(Hypothesis::is_aligned) {
            return;
        }
        if self.page.drops_private {
            self.dropped(layer, k);
        }
        if self.page.silent && noise_of(units.get(k)).is_some() {
            for h in layer.clone() {
                let here = self.here(&h);
                layer.extend(self.lose_trail(&here, k, price::SILENT, 4));
            }
        }
    }

    /// Adds the characters that went with one dropped private-use character, or with two.
    fn dropped(&mut self, layer: &mut Vec<Hypothesis>, k: usize) {
        let limit = layer[0].cost.saturating_add(price::LAG);
        let mut once = Vec::new();
        for h in layer.iter() {
            let Pending::Byte(lead) = h.pending else { continue };
            let here = self.here(h);
            let candidates = self.cells.half_hidden(lead);
            self.drop_pair(&here, &candidates, k, limit, &mut once);
        }
        once.sort_unstable_by_key(|h| (h.cost, h.node));
        once.truncate(price::WIDTH);
        let mut twice = Vec::new();
        for h in &once {
            let Pending::After(first) = h.pending else { continue };
            let here = self.here(h);
            let candidates = self.cells.hidden_after(first);
            self.drop_pair(&here, &candidates, k, limit, &mut twice);
        }
        layer.append(&mut once);
        layer.append(&mut twice);
    }

    /// A pair of private use was dropped: the second byte of a character and the first of the next.
    fn drop_pair(
        &mut self,
        here: &Here,
        from: &[Candidate],
        k: usize,
        limit: Cost,
        to: &mut Vec<Hypothesis>,
    ) {
        let ways = from.iter().map(|c| Way { cost: self.weigh(here, c, false) + price::DROP, candidate: *c });
        let ways = best(ways.filter(|w| w.cost <= limit).collect(), price::CHOICES);
        for way in ways {
            let h = self.made(here, k, &way, Origin::Chosen);
            to.push(Hypothesis { pending: Pending::After(way.candidate.bytes[1]), ..h });
        }
    }

    /// The same at the end of a line: a last byte that a mirror does not show.
    pub(super) fn unseen_at_end(&mut self, layer: &mut Vec<Hypothesis>, end: usize) {
        if self.page.silent {
            for h in layer.clone() {
                let here = self.here(&h);
                layer.extend(self.lose_trail(&here, end.saturating_sub(1), price::SILENT, 2));
            }
        }
    }
}
