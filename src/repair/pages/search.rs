//! The search: reads one shown line as GBK bytes that lost their alignment, and finds the likeliest original.
//!
//! The shown text is walked unit by unit. A hypothesis is either *aligned* (the shown characters are the
//! original ones) or *shifted*: the first byte of an original character has been seen, its second is yet to
//! come. The rewriting explains how a hypothesis changes sides (`moves`); the language model says which one
//! is right.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::cell::{Candidate, Cells};
use super::echo::Echo;
use super::mark::{is_filler, is_noise, noise, starts_run, widened};
use super::page::Page;
use super::path::{self, Node, Origin, ROOT, Reconstruction, Rival};
use super::price;
use super::readings::Reading;
use super::unit::{Kind, Unit};
use crate::model::{self, Context, Cost, Symbol};

/// What a reading of the text so far must know to go on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hypothesis {
    pub(super) cost: Cost,
    pub(super) node: u32,
    pub(super) a: Symbol,
    pub(super) b: Symbol,
    pub(super) pending: Pending,
    /// Second byte of the last character; 0 if that was ASCII.
    pub(super) last: u8,
    /// The next byte stood directly behind it when the glosses went in.
    pub(super) near: bool,
    /// A gloss was put between the pending byte and its second, so that character itself was not glossed.
    pub(super) split: bool,
}

/// The first byte of a character whose second is to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pending {
    /// None: the bytes are aligned.
    None,
    Byte(u8),
    /// Unknown: it was dropped with the private-use character that this byte began.
    After(u8),
}

impl Hypothesis {
    const START: Self = Self {
        cost: 0,
        node: ROOT,
        a: model::START,
        b: model::START,
        pending: Pending::None,
        last: 0,
        near: false,
        split: false,
    };

    pub(super) fn is_aligned(&self) -> bool {
        self.pending == Pending::None
    }

    /// Equal for hypotheses with the same future.
    fn key(&self) -> u64 {
        let pending = match self.pending {
            Pending::None => 0,
            Pending::Byte(b) => 0x100 | u64::from(b),
            Pending::After(b) => 0x200 | u64::from(b),
        };
        u64::from(self.a.0) << 48
            | u64::from(self.b.0) << 32
            | pending << 16
            | u64::from(self.last) << 8
            | u64::from(self.near) << 1
            | u64::from(self.split)
    }
}

/// A hypothesis with its context in the language model, looked up once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Here {
    pub(super) h: Hypothesis,
    context: Context,
}

/// A way on: a character and what the text costs with it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    pub(super) cost: Cost,
    pub(super) candidate: Candidate,
}

/// Characters that a list may hold with some reading, and what it costs to believe that.
pub(super) type Annotated = Rc<[(Candidate, Cost)]>;

/// The search and its memory, reused from line to line.
#[derive(Debug)]
pub(super) struct Search<'p> {
    pub(super) page: &'p Page,
    pub(super) cells: Cells,
    echo: Echo,
    nodes: Vec<Node>,
    rivals: Vec<Rival>,
    /// Characters by first byte and the reading that the page's list would give them.
    pub(super) annotated: BTreeMap<(u8, Reading), Annotated>,
    /// What was eaten at the unit that was looked at last.
    pub(super) eaten: Option<(usize, char, Cost)>,
    /// Hypotheses at the current unit and the next two, and the least cost among them.
    layers: [(Vec<Hypothesis>, Cost); 3],
}

/// Units behind a place of damage that may be shifted bytes.
const QUIET: usize = 16;

impl<'p> Search<'p> {
    pub(super) fn new(page: &'p Page) -> Self {
        let mut cells = Cells::new(page.converted, page.corners);
        page.listed.keys().for_each(|&c| cells.list(c));
        Self {
            page,
            cells,
            echo: Echo::new(),
            nodes: Vec::new(),
            rivals: Vec::new(),
            annotated: BTreeMap::new(),
            eaten: None,
            layers: std::array::from_fn(|_| (Vec::new(), Cost::MAX)),
        }
    }

    /// Learns the words of a line where it is surely intact.
    pub(super) fn listen(&mut self, units: &[Unit]) {
        let mut quiet = 0;
        let mut before = None;
        for k in 0..units.len() {
            if starts_run(&units[k..]) || matches!(units[k].kind, Kind::Broken(_)) {
                quiet = QUIET;
            }
            let heard = (quiet == 0 && units[k].is_han()).then(|| self.seen(&units[k]).0);
            if let (Some(a), Some(b)) = (before, heard) {
                self.echo.hear(a, b);
            }
            quiet = quiet.saturating_sub(1);
            before = heard;
        }
    }

    /// Ends listening.
    pub(super) fn settle(&mut self) {
        self.echo.settle();
    }

    /// Whether anything in the line may be damage.
    pub(super) fn is_suspect(&mut self, units: &[Unit]) -> bool {
        (0..units.len()).any(|k| {
            matches!(units[k].kind, Kind::Broken(_))
                || starts_run(&units[k..])
                || self.page.silent && noise(units[k].ch).is_some()
                || self.page.commas && is_filler(&units[k..])
        }) || self.may_hide(units)
    }

    /// The likeliest original of a line. `text` is the document that the units point into.
    pub(super) fn line(&mut self, units: &[Unit], text: &str) -> Reconstruction {
        self.nodes.clear();
        self.rivals.clear();
        self.eaten = None;
        self.clear();
        self.push(0, Hypothesis::START);
        for k in 0..units.len() {
            let mut layer = std::mem::take(&mut self.layers[0].0);
            self.prune(&mut layer);
            self.unseen(&mut layer, units, k);
            for h in &layer {
                if self.page.commas && is_filler(&units[k..]) {
                    self.push(1, *h);
                }
                let here = self.here(h);
                if h.is_aligned() {
                    self.aligned(&here, units, k);
                } else {
                    self.shifted(&here, units, k, text);
                }
            }
            layer.clear();
            self.layers[0] = (layer, Cost::MAX);
            self.layers.rotate_left(1);
        }
        let mut layer = std::mem::take(&mut self.layers[0].0);
        self.prune(&mut layer);
        self.unseen_at_end(&mut layer, units.len());
        let end = |h: &Hypothesis| {
            let unpaired = path::balance(&self.nodes, h.node).off() * price::UNPAIRED;
            h.cost + Context::new(h.a, h.b).cost(model::START) + unpaired
        };
        let mut ends: Vec<(Cost, &Hypothesis)> =
            layer.iter().filter(|h| h.is_aligned()).map(|h| (end(h), h)).collect();
        ends.sort_by_key(|(cost, h)| (*cost, h.node));
        let Some(&(least, best)) = ends.first() else { return Reconstruction::default() };
        for (cost, h) in &ends[1..] {
            self.rivals.push(Rival { winner: best.node, loser: h.node, by: cost - least });
        }
        path::trace(&self.nodes, &self.rivals, best.node)
    }

    fn clear(&mut self) {
        for (layer, least) in &mut self.layers {
            layer.clear();
            *least = Cost::MAX;
        }
    }

    /// What copying the line costs up to and including each unit.
    pub(super) fn copying(&mut self, units: &[Unit]) -> Vec<Cost> {
        let mut h = Hypothesis::START;
        units
            .iter()
            .map(|u| {
                let (symbol, misfit) = self.seen(u);
                h.cost = self.spell(&self.here(&h), symbol) + misfit;
                (h.a, h.b) = model::step(h.a, h.b, symbol);
                h.cost
            })
            .collect()
    }

    pub(super) fn here(&self, h: &Hypothesis) -> Here {
        Here { h: *h, context: Context::new(h.a, h.b) }
    }

    /// Merges hypotheses with the same future and drops hopeless ones.
    fn prune(&mut self, layer: &mut Vec<Hypothesis>) {
        if layer.len() < 2 {
            return;
        }
        layer.sort_unstable_by_key(|h| (h.key(), h.cost, h.node));
        let rivals = &mut self.rivals;
        layer.dedup_by(|h, kept| {
            let same = h.key() == kept.key();
            if same && h.node != kept.node {
                rivals.push(Rival { winner: kept.node, loser: h.node, by: h.cost - kept.cost });
            }
            same
        });
        layer.sort_unstable_by_key(|h| (h.cost, h.key()));
        let limit = layer[0].cost.saturating_add(price::LAG);
        // Each side has places of its own, and aligned readings are never given up: a run that leads nowhere must
        // not take the line with it.
        let (mut aligned, mut shifted) = (0, 0);
        layer.retain(|h| {
            let (taken, room) = match h.is_aligned() {
                true => (&mut aligned, price::ALIGNED),
                false => (&mut shifted, price::WIDTH),
            };
            *taken += 1;
            *taken <= room && h.cost <= limit || h.is_aligned() && *taken == 1
        });
    }

    /// Takes a hypothesis for `ahead` units further on, unless it is hopeless already: shifted, and far behind.
    pub(super) fn push(&mut self, ahead: usize, h: Hypothesis) {
        if h.is_aligned() || !self.is_hopeless(ahead, h.cost) {
            let (layer, least) = &mut self.layers[ahead];
            *least = h.cost.min(*least);
            layer.push(h);
        }
    }

    pub(super) fn is_hopeless(&self, ahead: usize, cost: Cost) -> bool {
        cost.saturating_sub(price::LAG) > self.layers[ahead].1
    }

    /// A shown character as the model knows it.
    pub(super) fn seen(&mut self, u: &Unit) -> (Symbol, Cost) {
        if u.pair[0] != 0
            && let Some(cell) = self.cells.character(u.pair[0], u.pair[1])
        {
            return (cell.symbol, cell.misfit);
        }
        (model::symbol(if self.page.halved { widened(u.ch) } else { u.ch }), 0)
    }

    /// The cost of the text with `symbol` behind it.
    pub(super) fn spell(&self, here: &Here, symbol: Symbol) -> Cost {
        here.h.cost + self.echo.cost(&here.context, here.h.b, symbol)
    }

    /// The same for a character, by what the page's list says of its bytes.
    pub(super) fn weigh(&self, here: &Here, candidate: &Candidate, glossed: bool) -> Cost {
        let Candidate { cell, bytes } = candidate;
        let mut cost = self.spell(here, cell.symbol) + cell.misfit;
        if !glossed && !here.h.split && self.cells.is_listed(*bytes) {
            cost += price::MISSED;
        }
        if !here.h.is_aligned() && is_noise(*bytes) {
            cost += price::UNHIT;
        }
        if cell.symbol == here.h.b && noise(cell.ch).is_some() {
            cost += price::REPEAT;
        }
        cost + self.across(here, bytes[0])
    }

    /// What it costs that the pair of the last byte and `lead` was left alone.
    pub(super) fn across(&self, here: &Here, lead: u8) -> Cost {
        let pair = [here.h.last, lead];
        match here.h.near {
            true if self.cells.is_listed(pair) => price::MISSED,
            true if is_noise(pair) => price::UNHIT,
            _ => 0,
        }
    }

    /// The hypothesis after `here` with one more character of the text, aligned.
    pub(super) fn with(
        &mut self,
        here: &Here,
        unit: usize,
        ch: char,
        symbol: Symbol,
        origin: Origin,
        cost: Cost,
    ) -> Hypothesis {
        let node = self.nodes.len() as u32;
        self.nodes.push(Node { parent: here.h.node, unit: unit as u32, ch, origin, cost });
        let (a, b) = model::step(here.h.a, here.h.b, symbol);
        Hypothesis { cost, node, a, b, pending: Pending::None, last: 0, near: false, split: false }
    }

    /// The same with the character of a way.
    pub(super) fn made(&mut self, here: &Here, unit: usize, way: &Way, origin: Origin) -> Hypothesis {
        let Candidate { cell, bytes } = way.candidate;
        let h = self.with(here, unit, cell.ch, cell.symbol, origin, way.cost);
        Hypothesis { last: bytes[1], near: true, ..h }
    }
}
