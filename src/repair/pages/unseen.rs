//! What may have gone without a trace: dropped private-use characters, and bytes for which a mirror shows no question
//! mark.

use super::cell::Candidate;
use super::mark::noise_of;
use super::moves::{across, best};
use super::path::Origin;
use super::price;
use super::search::{Here, Hypothesis, Pending, Search, Way};
use super::unit::Unit;
use crate::model::{self, Context, Cost};

impl Search<'_> {
    /// Adds what may lie before unit `k` without being shown: characters that went with dropped private-use
    /// characters, and what goes without a question mark on a mirror that shows none.
    pub(super) fn unseen(&mut self, layer: &mut Vec<Hypothesis>, units: &[Unit], k: usize) {
        if self.page.drops_private && !layer.iter().all(Hypothesis::is_aligned) {
            self.dropped(layer, k);
        }
        let (Some(price), Some(mark)) = (self.page.ghosts, noise_of(units.get(k))) else { return };
        for h in layer.clone() {
            let here = self.here(&h);
            if h.is_aligned() {
                layer.extend(self.ghosts(&here, k, mark, price));
            } else if self.page.silent {
                layer.extend(self.lose_trail(&here, k, price::SILENT, 4));
            }
        }
    }

    /// Whether a character before some mark is likelier than none: a mirror may have left nothing of it.
    pub(super) fn may_hide(&mut self, units: &[Unit]) -> bool {
        let Some(price) = self.page.ghosts else { return false };
        let (mut a, mut b) = (model::START, model::START);
        for (k, u) in units.iter().enumerate() {
            let (symbol, _) = self.seen(u);
            if let Some(mark) = noise_of(Some(u))
                && k > 0
                && units[k - 1].is_han()
            {
                let context = Context::new(a, b);
                let limit = context.cost(symbol) - price;
                let hidden = |c: &Candidate| {
                    let cost = context.cost(c.cell.symbol) + c.cell.misfit;
                    cost < limit && cost + Context::new(b, c.cell.symbol).cost(symbol) < limit
                };
                if self.cells.with_trail(across(mark)).iter().any(hidden) {
                    return true;
                }
            }
            (a, b) = model::step(a, b, symbol);
        }
        false
    }

    /// A character before a mark of which nothing is left: 住 in 入住， lost its first byte to the filler before A1A3,
    /// and the second to the filler before the comma.
    fn ghosts(&mut self, here: &Here, k: usize, mark: [u8; 2], price: Cost) -> Vec<Hypothesis> {
        if k == 0 {
            return Vec::new();
        }
        let ways = self.before_mark(here, across(mark), price, 4);
        let made = ways.iter().map(|way| self.made(here, k, way, Origin::Chosen));
        made.map(|h| Hypothesis { near: false, ..h }).collect()
    }

    /// Adds the characters that went with one dropped private-use character, or with two.
    fn dropped(&mut self, layer: &mut Vec<Hypothesis>, k: usize) {
        let limit = layer[0].cost.saturating_add(price::LAG);
        let has_room = |h: &&Hypothesis| h.cost + price::DROP + price::LEAST <= limit;
        let mut once = Vec::new();
        for h in layer.iter().filter(has_room) {
            let Pending::Byte(lead) = h.pending else { continue };
            let here = self.here(h);
            let candidates = self.cells.half_hidden(lead);
            self.drop_pair(&here, candidates, k, limit, &mut once);
        }
        once.sort_unstable_by_key(|h| (h.cost, h.node));
        once.truncate(price::WIDTH);
        let mut twice = Vec::new();
        for h in once.iter().filter(has_room) {
            let Pending::After(first) = h.pending else { continue };
            let here = self.here(h);
            let candidates = self.cells.hidden_after(first);
            self.drop_pair(&here, candidates, k, limit, &mut twice);
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
