//! The search: reads one shown line as GBK bytes that lost their alignment, and finds the likeliest original.
//!
//! The shown text is walked unit by unit. A hypothesis is either *aligned* (the shown characters are the
//! original ones) or *shifted*: the first byte of an original character has been seen, its second is yet to
//! come. The rewriting explains how a hypothesis changes sides; the language model says which one is right.

use super::cell::{Cell, Cells};
use super::echo::Echo;
use super::page::Page;
use super::readings::{self, Read, Reading};
use super::unit::{self, Kind, Unit};
use crate::model::{self, Cost, Symbol};

/// Hypotheses kept per position, and how far (millinats) one may lag behind the best.
const WIDTH: usize = 24;
const LAG: Cost = 22_000;

// Prices in millinats. They stand for how often the rewriting does such a thing; what the text is worth, the
// language model says.

/// A gloss of a character that the page's list lacks, before the character's own rarity.
const UNLISTED: Cost = 1_500;
/// The gloss is a reading of the character, but not its usual one.
const UNUSUAL: Cost = 4_000;
/// The list would hold a character that simplified script writes alike.
const UNTRADITIONAL: Cost = 3_000;
/// A listed character that stands without its gloss.
const MISSED: Cost = 5_000;
/// A gloss that is no reading of its character, or a broken one that nothing explains.
const UNEXPLAINED: Cost = 20_000;
/// A byte is put before punctuation and the bytes shift.
const START: Cost = 500;
/// The same where the mirror shows no question mark.
const SILENT: Cost = 1500;
/// Two bytes are put in, and the bytes are aligned again.
const DOUBLE: Cost = 500;
/// Punctuation ends a run of shifted bytes; one byte is lost.
const HEAL: Cost = 500;
/// An ASCII character is eaten.
const SWALLOW: Cost = 500;
/// It is not clear which.
const STRANGE: Cost = 6_000;
/// An ASCII character stands for its full-width form.
const WIDE: Cost = 1_500;
/// An ASCII character behind a run was taken into it.
const JOIN: Cost = 500;
/// A private-use character was dropped.
const DROP: Cost = 1000;

/// Units behind a place of damage that may be shifted bytes.
const QUIET: usize = 16;

/// Bytes that the damage may have been: leads of the pairs that fillers are put before.
const WIDE_LEAD: u8 = 0xA3;
const MARK_LEAD: u8 = 0xA1;

/// Where a character of the result comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// The unit stands as it is, its gloss aside.
    Copied,
    /// The unit stands as it is, and so do the parentheses behind it.
    Kept,
    /// Both bytes were shown.
    Read,
    /// One byte or more were lost, and context chose.
    Chosen,
    /// An ASCII character was lost; which one, its surroundings say.
    Eaten,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    parent: u32,
    pub(super) unit: u32,
    pub(super) ch: char,
    pub(super) origin: Origin,
    /// Cost of the text up to here.
    pub(super) cost: Cost,
}

#[derive(Debug, Clone, Copy)]
struct Hypothesis {
    cost: Cost,
    node: u32,
    a: Symbol,
    b: Symbol,
    /// First byte of a character whose second is to come; 0 when aligned.
    lead: u8,
    /// That byte was dropped with a private-use character that began with this byte; `lead` is 1 then.
    wild: u8,
    /// Second byte of the last character; 0 if that was ASCII.
    last: u8,
    /// The next byte stood directly behind it when the glosses went in.
    near: bool,
    /// A gloss was put between `lead` and its second byte, so that character itself was not glossed.
    split: bool,
}

impl Hypothesis {
    fn key(&self) -> u64 {
        u64::from(self.a.0) << 48
            | u64::from(self.b.0) << 32
            | u64::from(self.lead) << 24
            | u64::from(self.wild) << 16
            | u64::from(self.last) << 8
            | u64::from(self.near) << 1
            | u64::from(self.split)
    }
}

/// A hypothesis that lost against one with the same future.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rival {
    winner: u32,
    loser: u32,
    by: Cost,
}

/// A way on from a hypothesis, before it is worth a node.
#[derive(Debug, Clone, Copy)]
struct Way {
    cost: Cost,
    cell: Cell,
    trail: u8,
}

const ROOT: u32 = u32::MAX;
/// `Hypothesis::lead` when the byte is unknown.
const ANY: u8 = 1;

/// The search and its memory, reused from line to line.
#[derive(Debug)]
pub(super) struct Search<'p> {
    page: &'p Page,
    cells: Cells,
    echo: Echo,
    nodes: Vec<Node>,
    rivals: Vec<Rival>,
    /// Hypotheses at the current unit and the next two.
    layers: [Vec<Hypothesis>; 3],
    ways: Vec<Way>,
    common: Option<Vec<(u8, u8)>>,
}

/// The best reading of a line.
#[derive(Debug)]
pub(super) struct Reconstruction {
    /// In order; every unit is covered by a copy or lies between nodes that were made of it.
    pub(super) path: Vec<Node>,
    /// Ranges of the path with the character-wise alternative, and what it costs more.
    pub(super) rivals: Vec<Alternative>,
}

/// Another reading of a part of the path.
#[derive(Debug)]
pub(super) struct Alternative {
    pub(super) path: std::ops::Range<usize>,
    pub(super) chars: Vec<char>,
    pub(super) by: Cost,
}

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
            layers: Default::default(),
            ways: Vec::new(),
            common: None,
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

    /// Whether anything in the line may be damage.
    pub(super) fn is_suspect(&mut self, units: &[Unit]) -> bool {
        (0..units.len()).any(|k| match units[k].kind {
            Kind::Broken(_) => true,
            _ => {
                starts_run(&units[k..])
                    || self.page.silent && noise(units[k].ch).is_some()
                    || self.page.commas && is_filler(&units[k..])
            }
        })
    }

    /// The likeliest original of a line. `text` is the document that the units point into.
    pub(super) fn line(&mut self, units: &[Unit], text: &str) -> Reconstruction {
        self.nodes.clear();
        self.rivals.clear();
        self.layers.iter_mut().for_each(Vec::clear);
        self.layers[0].push(Hypothesis {
            cost: 0,
            node: ROOT,
            a: model::START,
            b: model::START,
            lead: 0,
            wild: 0,
            last: 0,
            near: false,
            split: false,
        });
        for k in 0..units.len() {
            let mut layer = std::mem::take(&mut self.layers[0]);
            self.prune(&mut layer);
            if layer.iter().any(|h| h.lead != 0) {
                self.without_units(&mut layer, units, k);
            }
            let filler = self.page.commas && is_filler(&units[k..]);
            for h in &layer {
                if filler {
                    self.layers[1].push(*h);
                }
                if h.lead == 0 {
                    self.aligned(h, units, k);
                } else {
                    self.shifted(h, units, k, text);
                }
            }
            layer.clear();
            self.layers[0] = layer;
            self.layers.rotate_left(1);
        }
        let mut layer = std::mem::take(&mut self.layers[0]);
        self.prune(&mut layer);
        if self.page.silent {
            for h in layer.clone().iter().filter(|h| h.lead > ANY).take(4) {
                self.lose_trail(h, units.len().saturating_sub(1), HEAL, 2, |s, n| s.layers[0].push(n));
            }
            layer.append(&mut self.layers[0]);
        }
        let end = |h: &Hypothesis| h.cost + model::cost(h.a, h.b, model::START);
        let mut ends: Vec<&Hypothesis> = layer.iter().filter(|h| h.lead == 0).collect();
        ends.sort_by_key(|h| end(h));
        let best = ends.first().map_or(ROOT, |h| h.node);
        for h in ends.iter().skip(1) {
            self.rivals.push(Rival { winner: best, loser: h.node, by: end(h) - end(ends[0]) });
        }
        let result = self.trace(best);
        layer.clear();
        self.layers.iter_mut().for_each(Vec::clear);
        self.layers[0] = layer;
        result
    }

    /// What copying the line costs up to each unit.
    pub(super) fn copying(&mut self, units: &[Unit]) -> Vec<Cost> {
        let (mut a, mut b, mut sum) = (model::START, model::START, 0);
        units
            .iter()
            .map(|u| {
                let (symbol, misfit) = self.seen(u);
                sum += self.echo.cost(a, b, symbol) + misfit;
                (a, b) = (b, symbol);
                sum
            })
            .collect()
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
        layer.truncate(WIDTH);
        let limit = layer[0].cost.saturating_add(LAG);
        layer.retain(|h| h.cost <= limit);
    }

    /// A shown character as the model knows it.
    fn seen(&mut self, u: &Unit) -> (Symbol, Cost) {
        if u.pair[0] != 0
            && let Some(cell) = self.cells.character(u.pair[0], u.pair[1])
        {
            return (cell.symbol, cell.misfit);
        }
        (model::symbol(if self.page.halved { widened(u.ch) } else { u.ch }), 0)
    }

    /// The cost of a character after a hypothesis.
    fn weigh(&self, h: &Hypothesis, cell: &Cell, lead: u8, trail: u8, glossed: bool) -> Cost {
        let mut cost = h.cost + self.echo.cost(h.a, h.b, cell.symbol) + cell.misfit;
        if !glossed && !h.split && self.cells.is_listed(lead, trail) {
            cost += MISSED;
        }
        if h.near && self.cells.is_listed(h.last, lead) {
            cost += MISSED;
        }
        cost
    }

    fn node(&mut self, parent: u32, unit: usize, ch: char, origin: Origin, cost: Cost) -> u32 {
        self.nodes.push(Node { parent, unit: unit as u32, ch, origin, cost });
        (self.nodes.len() - 1) as u32
    }

    /// The hypothesis after `h` that has read or chosen the character of `way`, aligned again.
    fn made(&mut self, h: &Hypothesis, unit: usize, way: &Way, origin: Origin) -> Hypothesis {
        let node = self.node(h.node, unit, way.cell.ch, origin, way.cost);
        Hypothesis {
            cost: way.cost,
            node,
            a: h.b,
            b: way.cell.symbol,
            lead: 0,
            wild: 0,
            last: way.trail,
            near: true,
            split: false,
        }
    }

    fn aligned(&mut self, h: &Hypothesis, units: &[Unit], k: usize) {
        let u = &units[k];
        self.copy(h, u, k);
        match u.kind {
            Kind::Broken(reading) => self.start_gloss(h, reading),
            Kind::Glossed(_) => {}
            Kind::Plain => {
                if u.ch == '?' && starts_run(&units[k..]) {
                    self.start_noise(h, units, k);
                } else if self.page.silent
                    && let Some([lead, trail]) = noise(u.ch)
                    && h.last != 0
                {
                    self.lose_lead(h, k, [lead, trail], SILENT, 1);
                }
            }
        }
    }

    /// The unit is what it looks like.
    fn copy(&mut self, h: &Hypothesis, u: &Unit, k: usize) {
        let (symbol, misfit) = self.seen(u);
        let [lead, trail] = u.pair;
        let mut cost = h.cost + self.echo.cost(h.a, h.b, symbol) + misfit;
        let mut origin = Origin::Copied;
        match u.kind {
            Kind::Plain if lead != 0 && self.cells.is_listed(lead, trail) => cost += MISSED,
            Kind::Plain => {}
            Kind::Glossed(r) => {
                // The gloss may belong to the pair that this ASCII character makes with the byte before it.
                let glossed = if lead != 0 {
                    Some(u.ch)
                } else {
                    self.cells.character(h.last, u8::try_from(u.ch).unwrap_or(0)).map(|c| c.ch)
                };
                if glossed.is_none_or(|c| readings::reads(c, r) == Read::Never) {
                    cost += UNEXPLAINED;
                    origin = Origin::Kept;
                }
            }
            Kind::Broken(_) => {
                cost += UNEXPLAINED;
                origin = Origin::Kept;
            }
        }
        if h.near && lead != 0 && self.cells.is_listed(h.last, lead) {
            cost += MISSED;
        }
        let node = self.node(h.node, k, u.ch, origin, cost);
        self.layers[1].push(Hypothesis {
            cost,
            node,
            a: h.b,
            b: symbol,
            lead: 0,
            wild: 0,
            last: trail,
            near: lead != 0 && u.kind == Kind::Plain,
            split: false,
        });
    }

    /// `碚?qǐng)@`: a gloss was put between two characters' halves that together look like a listed one.
    fn start_gloss(&mut self, h: &Hypothesis, reading: Reading) {
        for byte in 0x81..=0xFE {
            let Some(cell) = self.cells.character(h.last, byte) else { continue };
            let Some(price) = self.price(&cell, h.last, byte, reading) else { continue };
            self.layers[1].push(Hypothesis {
                cost: h.cost + price,
                lead: byte,
                near: false,
                split: true,
                ..*h
            });
        }
    }

    /// What it costs to believe that the page's list has this character with this reading.
    fn price(&self, cell: &Cell, lead: u8, trail: u8, reading: Reading) -> Option<Cost> {
        let read = readings::reads(cell.ch, reading);
        if read == Read::Never {
            return None;
        }
        if self.cells.is_listed(lead, trail) {
            return Some(if self.page.listed.get(&cell.ch) == Some(&reading) { 0 } else { UNUSUAL });
        }
        let mut price = UNLISTED + model::unigram_cost(cell.symbol) / 4;
        if read == Read::Sometimes {
            price += UNUSUAL;
        }
        if !readings::is_traditional(cell.ch) {
            price += UNTRADITIONAL;
        }
        Some(price)
    }

    /// `?!`, `??`, `?,`: a byte was put between two halves, the first half is lost.
    fn start_noise(&mut self, h: &Hypothesis, units: &[Unit], k: usize) {
        let Some(next) = units.get(k + 1) else { return };
        if let Some(pair) = noise(next.ch) {
            self.lose_lead(h, k, pair, START, 2);
        }
        // 海、 and 小， are shown as ??、 and ??， when the pair across them is hit and the mark itself as well.
        let across = match units.get(k + 2).filter(|u| u.kind == Kind::Plain).and_then(|u| noise(u.ch)) {
            Some([MARK_LEAD, _]) => WIDE_LEAD,
            Some(_) => MARK_LEAD,
            None => return,
        };
        if next.is('?') {
            self.leads(h, across, DOUBLE);
            for way in self.best(8) {
                let n = self.made(h, k, &way, Origin::Chosen);
                self.layers[2].push(n);
            }
        }
    }

    /// All characters whose second byte is `trail`.
    fn leads(&mut self, h: &Hypothesis, trail: u8, price: Cost) {
        self.ways.clear();
        for lead in 0x81..=0xFE {
            if let Some(cell) = self.cells.character(lead, trail) {
                let cost = self.weigh(h, &cell, lead, trail, false) + price;
                self.ways.push(Way { cost, cell, trail });
            }
        }
    }

    /// A character whose second byte is the first of `pair` lost its first byte; the second of `pair` begins
    /// the next one. Goes on `skip` units later.
    fn lose_lead(&mut self, h: &Hypothesis, k: usize, [trail, next]: [u8; 2], price: Cost, skip: usize) {
        self.leads(h, trail, price);
        for way in self.best(6) {
            let made = self.made(h, k, &way, Origin::Chosen);
            self.layers[skip].push(Hypothesis { lead: next, ..made });
        }
    }

    /// The character of `h.lead` lost its second byte. The byte was itself a lead to the decoder.
    fn lose_trail(
        &mut self,
        h: &Hypothesis,
        k: usize,
        price: Cost,
        count: usize,
        mut then: impl FnMut(&mut Self, Hypothesis),
    ) {
        self.ways.clear();
        for trail in 0x81..=0xFE {
            if let Some(cell) = self.cells.character(h.lead, trail) {
                let cost = self.weigh(h, &cell, h.lead, trail, false) + price;
                self.ways.push(Way { cost, cell, trail });
            }
        }
        for way in self.best(count) {
            let made = self.made(h, k, &way, Origin::Chosen);
            then(self, made);
        }
    }

    /// The best of the ways collected.
    fn best(&mut self, count: usize) -> Vec<Way> {
        let order = |w: &Way| (w.cost, w.cell.ch);
        if self.ways.len() > count {
            self.ways.select_nth_unstable_by_key(count, order);
            self.ways.truncate(count);
        }
        self.ways.sort_unstable_by_key(order);
        self.ways.clone()
    }

    fn shifted(&mut self, h: &Hypothesis, units: &[Unit], k: usize, text: &str) {
        let u = &units[k];
        let gloss = match u.kind {
            Kind::Broken(reading) => return self.end_gloss(h, k, reading),
            Kind::Glossed(reading) => Some(reading),
            Kind::Plain => None,
        };
        if u.ch == '€' {
            self.trail(h, k, 0x80, gloss, 0);
        }
        if u.ch.is_ascii() {
            let byte = u.ch as u8;
            if byte >= 0x40 {
                self.trail(h, k, byte, gloss, 0);
            }
            if gloss.is_none() && self.page.halved && byte > b' ' {
                let price = if widened(u.ch) == u.ch { WIDE } else { 0 };
                self.through(h, k, [WIDE_LEAD, byte + 0x80], false, price);
            }
            if gloss.is_none() && self.page.halved && byte == b' ' {
                self.through(h, k, [MARK_LEAD, 0xA1], false, WIDE);
            }
            if u.is('?') && h.lead > ANY {
                self.end_lost(h, units, k, text);
            }
            return;
        }
        let [lead, trail] = u.pair;
        if lead == 0 || gloss.is_some_and(|r| readings::reads(u.ch, r) == Read::Never) {
            return;
        }
        if trail >= 0x80 {
            self.through(h, k, u.pair, gloss.is_some(), 0);
        } else {
            self.join(h, k, u.pair);
        }
    }

    /// All first bytes that `h` may have pending.
    fn pending(&mut self, h: &Hypothesis) -> Vec<u8> {
        if h.lead > ANY {
            return vec![h.lead];
        }
        (0x81..=0xFE).filter(|&b| self.cells.is_private(h.wild, b)).collect()
    }

    /// Characters that `byte` completes.
    fn complete(&mut self, h: &Hypothesis, byte: u8, gloss: Option<Reading>, price: Cost) -> Vec<Way> {
        let known = h.lead > ANY;
        let leads = self.pending(h);
        self.ways.clear();
        for lead in leads {
            let Some(cell) = self.cells.character(lead, byte) else { continue };
            if gloss.is_some_and(|r| readings::reads(cell.ch, r) == Read::Never) {
                continue;
            }
            let cost = self.weigh(h, &cell, lead, byte, gloss.is_some()) + price;
            self.ways.push(Way { cost, cell, trail: byte });
        }
        if known { self.ways.clone() } else { self.best(6) }
    }

    fn origin(h: &Hypothesis) -> Origin {
        if h.lead > ANY { Origin::Read } else { Origin::Chosen }
    }

    /// A byte shown by itself completes the character and the bytes are aligned again.
    fn trail(&mut self, h: &Hypothesis, k: usize, byte: u8, gloss: Option<Reading>, price: Cost) {
        for way in self.complete(h, byte, gloss, price) {
            let made = self.made(h, k, &way, Self::origin(h));
            self.layers[1].push(Hypothesis { near: gloss.is_none(), ..made });
        }
    }

    /// A shown pair completes the character and begins the next.
    fn through(&mut self, h: &Hypothesis, k: usize, [byte, next]: [u8; 2], glossed: bool, price: Cost) {
        if !(0x81..=0xFE).contains(&next) {
            return;
        }
        for way in self.complete(h, byte, None, price) {
            let made = self.made(h, k, &way, Self::origin(h));
            self.layers[1].push(Hypothesis { lead: next, near: !glossed, ..made });
        }
    }

    /// A shown pair completes the character, and its second byte is the ASCII character behind it.
    fn join(&mut self, h: &Hypothesis, k: usize, [byte, ascii]: [u8; 2]) {
        for way in self.complete(h, byte, None, JOIN) {
            let made = self.made(h, k, &way, Self::origin(h));
            let next = self.ascii(&made, k, char::from(ascii), Origin::Read, 0);
            self.layers[1].push(next);
        }
    }

    /// The hypothesis after an ASCII character that the shown text lacks.
    fn ascii(&mut self, h: &Hypothesis, k: usize, ch: char, origin: Origin, price: Cost) -> Hypothesis {
        // Which character was eaten is not known: it counts as a digit, as nearly all of them are.
        let symbol = model::symbol(if ch == char::REPLACEMENT_CHARACTER { '0' } else { ch });
        let cost = h.cost + self.echo.cost(h.a, h.b, symbol) + price;
        let node = self.node(h.node, k, ch, origin, cost);
        Hypothesis { cost, node, a: h.b, b: symbol, last: 0, near: false, ..*h }
    }

    /// `?jī)` inside a run: the gloss of the character, whose second byte and the parenthesis were eaten.
    fn end_gloss(&mut self, h: &Hypothesis, k: usize, reading: Reading) {
        self.ways.clear();
        if h.lead > ANY {
            for trail in 0x81..=0xFE {
                if let Some(cell) = self.cells.character(h.lead, trail)
                    && let Some(price) = self.price(&cell, h.lead, trail, reading)
                {
                    let cost = self.weigh(h, &cell, h.lead, trail, true) + price;
                    self.ways.push(Way { cost, cell, trail });
                }
            }
        } else {
            let page = self.page;
            for (&c, _) in page.listed.iter().filter(|(_, r)| **r == reading) {
                if let Some([lead, trail @ 0x81..=0xFE]) = unit::pair(c)
                    && self.cells.is_private(h.wild, lead)
                    && let Some(cell) = self.cells.character(lead, trail)
                {
                    let cost = self.weigh(h, &cell, lead, trail, true);
                    self.ways.push(Way { cost, cell, trail });
                }
            }
        }
        for way in self.best(6) {
            let made = self.made(h, k, &way, Self::origin(h));
            self.layers[1].push(Hypothesis { near: false, ..made });
        }
    }

    /// `?` inside a run: the second byte was lost, alone or with an ASCII character.
    fn end_lost(&mut self, h: &Hypothesis, units: &[Unit], k: usize, text: &str) {
        let next = units.get(k + 1);
        if next.is_none_or(|u| noise(u.ch).is_some()) {
            self.lose_trail(h, k, HEAL, 8, |s, n| s.layers[1].push(n));
        }
        let Some(next) = next else { return };
        let (ch, price) = eaten(&text[next.start..]);
        self.lose_trail(h, k, SWALLOW + price, 8, |s, n| {
            let n = s.ascii(&n, k, ch, Origin::Eaten, 0);
            s.layers[1].push(n);
        });
    }

    /// What may lie between two shown units without being shown.
    fn without_units(&mut self, layer: &mut Vec<Hypothesis>, units: &[Unit], k: usize) {
        if self.page.silent && noise(units[k].ch).is_some() {
            let mut healed = Vec::new();
            for h in layer.iter().filter(|h| h.lead > ANY).take(6) {
                self.lose_trail(h, k, HEAL + 2_000, 4, |_, n| healed.push(n));
            }
            layer.append(&mut healed);
        }
        if !self.page.drops_private {
            return;
        }
        let limit = layer[0].cost + LAG;
        let mut dropped = Vec::new();
        for h in layer.iter().filter(|h| h.lead > ANY).take(6) {
            self.ways.clear();
            for byte in PRIVATE_LEADS {
                if let Some(cell) = self.cells.character(h.lead, byte) {
                    let cost = self.weigh(h, &cell, h.lead, byte, false) + DROP;
                    self.ways.push(Way { cost, cell, trail: byte });
                }
            }
            for way in self.best(4) {
                if way.cost <= limit {
                    let made = self.made(h, k, &way, Origin::Read);
                    dropped.push(Hypothesis { lead: ANY, wild: way.trail, ..made });
                }
            }
        }
        dropped.sort_unstable_by_key(|h| (h.cost, h.key()));
        let mut twice = Vec::new();
        for h in dropped.iter().take(2) {
            self.ways.clear();
            for (lead, trail) in self.common() {
                if self.cells.is_private(h.wild, lead)
                    && let Some(cell) = self.cells.character(lead, trail)
                {
                    let cost = self.weigh(h, &cell, lead, trail, false) + DROP;
                    self.ways.push(Way { cost, cell, trail });
                }
            }
            for way in self.best(3) {
                if way.cost <= limit {
                    let made = self.made(h, k, &way, Origin::Chosen);
                    twice.push(Hypothesis { lead: ANY, wild: way.trail, ..made });
                }
            }
        }
        layer.append(&mut dropped);
        layer.append(&mut twice);
    }

    /// The commonest characters whose bytes can both have gone with dropped private-use characters.
    fn common(&mut self) -> Vec<(u8, u8)> {
        if let Some(common) = &self.common {
            return common.clone();
        }
        let mut all = Vec::new();
        for trail in PRIVATE_LEADS {
            for lead in 0x81..=0xFE {
                if let Some(cell) = self.cells.character(lead, trail) {
                    all.push((model::unigram_cost(cell.symbol) + cell.misfit, lead, trail));
                }
            }
        }
        all.sort_unstable();
        let common: Vec<_> = all.into_iter().take(96).map(|(_, lead, trail)| (lead, trail)).collect();
        self.common.insert(common).clone()
    }

    fn chain(&self, mut node: u32) -> Vec<u32> {
        let mut chain = Vec::new();
        while node != ROOT {
            chain.push(node);
            node = self.nodes[node as usize].parent;
        }
        chain.reverse();
        chain
    }

    /// The path to a node, and where others came close.
    fn trace(&self, best: u32) -> Reconstruction {
        let chain = self.chain(best);
        let mut rivals = Vec::new();
        for rival in &self.rivals {
            let Ok(end) = chain.binary_search(&rival.winner) else { continue };
            let mut chars = Vec::new();
            let mut at = rival.loser;
            let start = loop {
                if at == ROOT {
                    break 0;
                }
                if let Ok(n) = chain.binary_search(&at) {
                    break n + 1;
                }
                let node = &self.nodes[at as usize];
                chars.push(node.ch);
                at = node.parent;
            };
            chars.reverse();
            if start <= end {
                rivals.push(Alternative { path: start..end + 1, chars, by: rival.by });
            }
        }
        Reconstruction { path: chain.iter().map(|&n| self.nodes[n as usize]).collect(), rivals }
    }
}

/// First bytes of private-use pairs.
const PRIVATE_LEADS: [u8; 23] = [
    0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8, 0xA9, 0xAA, 0xAB, 0xAC, 0xAD, 0xAE, 0xAF, 0xD7, 0xF8, 0xF9,
    0xFA, 0xFB, 0xFC, 0xFD, 0xFE,
];

/// The bytes of punctuation that a filler may be put before, shown full-width or half-width.
pub(super) fn noise(c: char) -> Option<[u8; 2]> {
    Some(match c {
        ',' | '，' => [0xA3, 0xAC],
        '!' | '！' => [0xA3, 0xA1],
        '?' | '？' => [0xA3, 0xBF],
        ';' | '；' => [0xA3, 0xBB],
        '。' => [0xA1, 0xA3],
        '、' => [0xA1, 0xA2],
        _ => return None,
    })
}

/// A question mark with punctuation behind it: the place where a run may begin.
pub(super) fn starts_run(units: &[Unit]) -> bool {
    matches!(units, [u, next, ..] if u.is('?') && next.kind == Kind::Plain && noise(next.ch).is_some())
}

/// A comma before punctuation, where a visible filler may stand.
pub(super) fn is_filler(units: &[Unit]) -> bool {
    matches!(units, [u, next, ..] if u.is(',') && next.kind == Kind::Plain && noise(next.ch).is_some())
}

/// The full-width form of half-width punctuation.
fn widened(c: char) -> char {
    match c {
        ',' | '!' | '?' | ':' | ';' | '(' | ')' => char::from_u32(c as u32 + 0xFEE0).unwrap_or(c),
        c => c,
    }
}

/// The ASCII character eaten before `rest`, as far as that tells, and what it costs to believe it.
fn eaten(rest: &str) -> (char, Cost) {
    let tag = rest.strip_prefix('/').unwrap_or(rest);
    let name = tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len());
    if (1..=10).contains(&name)
        && tag.as_bytes()[0].is_ascii_lowercase()
        && matches!(tag.as_bytes().get(name), Some(b'>' | b' ' | b'/'))
        && tag.contains('>')
    {
        return ('<', 0);
    }
    let word = rest.strip_prefix('#').unwrap_or(rest);
    let name = word.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(word.len());
    if (2..=8).contains(&name) && word.as_bytes().get(name) == Some(&b';') {
        return ('&', 0);
    }
    let number = rest.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | '%' | '-' | ' '));
    (char::REPLACEMENT_CHARACTER, if number { 0 } else { STRANGE })
}
