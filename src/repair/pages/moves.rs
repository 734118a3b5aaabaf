//! What the rewriting may have done at one unit: the ways from a hypothesis to the next.

use super::cell::Candidate;
use super::mark::{closes, eaten, is_filler, is_opening, noise, noise_of, starts_run, widened};
use super::path::Origin;
use super::price;
use super::readings::{self, Read, Reading};
use super::search::{Here, Hypothesis, Pending, Search, Way};
use super::unit::{Kind, Unit};
use crate::model::{self, Cost};

/// First bytes of the pairs that fillers are put before.
pub(super) const WIDE_LEAD: u8 = 0xA3;
pub(super) const MARK_LEAD: u8 = 0xA1;

/// The second byte of a character that makes a pair with the first byte of a mark, and that is lost when a filler is
/// put before that pair and another before the mark.
pub(super) fn across(mark: [u8; 2]) -> u8 {
    if mark[0] == MARK_LEAD { WIDE_LEAD } else { MARK_LEAD }
}

/// The best `count` of some ways.
pub(super) fn best(mut ways: Vec<Way>, count: usize) -> Vec<Way> {
    let order = |w: &Way| (w.cost, w.candidate.bytes);
    if ways.len() > count {
        ways.select_nth_unstable_by_key(count, order);
        ways.truncate(count);
    }
    ways.sort_unstable_by_key(order);
    ways
}

/// The character of `here` is complete: both its bytes were seen, or one was chosen.
pub(super) fn origin(here: &Here) -> Origin {
    match here.h.pending {
        Pending::Byte(_) => Origin::Read,
        _ => Origin::Chosen,
    }
}

impl Search<'_> {
    /// The ways from an aligned hypothesis.
    pub(super) fn aligned(&mut self, here: &Here, units: &[Unit], k: usize) {
        let u = &units[k];
        self.copy(here, units, k);
        match u.kind {
            Kind::Broken(reading) => self.start_gloss(here, reading),
            Kind::Glossed(_) => {}
            Kind::Plain if starts_run(&units[k..]) => self.start_noise(here, units, k),
            Kind::Plain => {
                if self.page.silent
                    && here.h.last != 0
                    && let Some(pair) = noise(u.ch)
                {
                    self.lose_lead(here, k, pair, price::SILENT, 1);
                }
            }
        }
    }

    /// The unit is what it looks like.
    fn copy(&mut self, here: &Here, units: &[Unit], k: usize) {
        let u = &units[k];
        let (symbol, misfit) = self.seen(u);
        let mut cost = self.spell(here, symbol) + misfit;
        let mut origin = Origin::Copied;
        let is_double = u.pair[0] != 0;
        match u.kind {
            Kind::Plain if self.cells.is_listed(u.pair) => cost += price::MISSED,
            // Nobody writes a question mark before other punctuation; several in a row stand for what GBK lacks.
            Kind::Plain if starts_run(&units[k..]) && !(k > 0 && units[k - 1].is('?')) => {
                cost += price::QUERY
            }
            Kind::Plain => {}
            Kind::Glossed(reading) => {
                // The gloss may belong to the pair that this ASCII character makes with the byte before it:
                // I(lǐng) in 皖ICP.
                let glossed = if is_double {
                    Some(u.ch)
                } else {
                    self.cells.character(here.h.last, u8::try_from(u.ch).unwrap_or(0)).map(|c| c.ch)
                };
                if glossed.is_none_or(|c| readings::reads(c, reading) == Read::Never) {
                    cost += price::UNEXPLAINED;
                    origin = Origin::Kept;
                }
            }
            Kind::Broken(_) => {
                cost += price::UNEXPLAINED;
                origin = Origin::Kept;
            }
        }
        if is_double {
            cost += self.across(here, u.pair[0]);
        }
        let h = self.with(here, k, u.ch, symbol, origin, cost);
        // Where full-width characters became half-width, an ASCII character may have been one of two bytes.
        let last = match u.ch {
            '!'..='~' if self.page.halved => u.ch as u8 + 0x80,
            _ => u.pair[1],
        };
        let h = Hypothesis { last, near: is_double && u.kind == Kind::Plain, ..h };
        self.push(1, h);
        if !self.page.commas && is_filler(&units[k..]) && units[k + 1].is('?') {
            // The text before a filler that shows goes on behind it.
            let Hypothesis { a, b, .. } = here.h;
            self.push(1, Hypothesis { a, b, cost: here.h.cost + price::COMMA, ..h });
        }
    }

    /// `?!`, `??`, `?,`: a byte was put between two halves, and the first half is lost.
    fn start_noise(&mut self, here: &Here, units: &[Unit], k: usize) {
        let Some(pair) = noise_of(units.get(k + 1)) else { return };
        self.lose_lead(here, k, pair, price::START, 2);
        // 海、 is shown as ??、 and 小， as ??， when the pair across the two is hit and the mark as well.
        let Some(mark) = noise_of(units.get(k + 2)) else { return };
        if !units[k + 1].is('?') {
            return;
        }
        self.lose_both(here, k, across(mark));
        // The third ? of 停。” as ???! is what is left of 。, and no mark.
        if starts_run(&units[k + 2..]) {
            self.lose_both(here, k, WIDE_LEAD);
        }
    }

    /// A character whose second byte is `trail` lost both, each to a question mark.
    fn lose_both(&mut self, here: &Here, k: usize, trail: u8) {
        for way in self.before_mark(here, trail, price::DOUBLE, 8) {
            let h = self.made(here, k, &way, Origin::Chosen);
            self.push(2, Hypothesis { near: false, ..h });
        }
    }

    /// The likeliest characters before a mark whose second byte is `trail`: hardly another mark.
    pub(super) fn before_mark(&self, here: &Here, trail: u8, price: Cost, count: usize) -> Vec<Way> {
        let twice = |c: &Candidate| if noise(c.cell.ch).is_some() { price::TWICE } else { 0 };
        self.with_trail(here, trail, count, |c| price + twice(c))
    }

    /// The likeliest characters whose second byte is `trail`, with what each costs besides.
    fn with_trail(
        &self,
        here: &Here,
        trail: u8,
        count: usize,
        besides: impl Fn(&Candidate) -> Cost,
    ) -> Vec<Way> {
        let ways = self.cells.with_trail(trail);
        let way = |c: &Candidate| Way { cost: self.weigh(here, c, false) + besides(c), candidate: *c };
        best(ways.iter().map(way).collect(), count)
    }

    /// A character whose second byte is the first of `pair` lost its first byte; the second of `pair` begins
    /// the next one. Goes on `ahead` units later.
    fn lose_lead(&mut self, here: &Here, k: usize, [trail, next]: [u8; 2], price: Cost, ahead: usize) {
        let other = |c: &Candidate| if c.bytes[0] == MARK_LEAD { 0 } else { price::OTHER };
        for way in self.with_trail(here, trail, price::CHOICES, |c| price + other(c)) {
            let h = self.made(here, k, &way, Origin::Chosen);
            self.push(ahead, Hypothesis { pending: Pending::Byte(next), near: false, ..h });
        }
    }

    /// The pending character lost its second byte, which was itself a lead to the decoder.
    pub(super) fn lose_trail(&mut self, here: &Here, k: usize, price: Cost, count: usize) -> Vec<Hypothesis> {
        let ways = best(self.without_trail(here), count);
        let ways: Vec<Way> = ways.iter().map(|w| Way { cost: w.cost + price, ..*w }).collect();
        ways.iter().map(|way| self.made(here, k, way, Origin::Chosen)).collect()
    }

    /// The characters that the pending one may be without its second byte.
    fn without_trail(&mut self, here: &Here) -> Vec<Way> {
        let candidates = match here.h.pending {
            Pending::None => return Vec::new(),
            Pending::Byte(lead) => self.cells.with_lead(lead),
            Pending::After(first) => self.cells.common_after(first),
        };
        let way = |c: &Candidate| Way { cost: self.weigh(here, c, false), candidate: *c };
        candidates.iter().map(way).collect()
    }

    /// The ways from a shifted hypothesis.
    pub(super) fn shifted(&mut self, here: &Here, units: &[Unit], k: usize, text: &str) {
        let u = &units[k];
        let gloss = match u.kind {
            Kind::Broken(reading) => return self.end_gloss(here, k, reading),
            Kind::Glossed(reading) => Some(reading),
            Kind::Plain => None,
        };
        if u.ch == '€' {
            self.end(here, k, 0x80, gloss);
        }
        if u.ch.is_ascii() {
            let byte = u.ch as u8;
            if byte >= 0x40 {
                self.end(here, k, byte, gloss);
            }
            if gloss.is_none() && self.page.halved {
                let price = if widened(u.ch) == u.ch { price::WIDE } else { 0 };
                match byte {
                    b' ' => self.through(here, k, [MARK_LEAD, 0xA1], false, price),
                    b'!'..=b'~' => self.through(here, k, [WIDE_LEAD, byte + 0x80], false, price),
                    _ => {}
                }
            }
            if u.is('?') {
                self.end_lost(here, units, k, text);
            }
            return;
        }
        // A gloss inside a run belongs to the pair that is shown.
        if u.pair[0] == 0 || gloss.is_some_and(|r| readings::reads(u.ch, r) == Read::Never) {
            return;
        }
        if u.pair[1] < 0x80 {
            self.join(here, k, u.pair);
        } else {
            self.through(here, k, u.pair, gloss.is_some(), 0);
        }
    }

    /// The characters that `byte` completes.
    fn complete(&mut self, here: &Here, byte: u8, gloss: Option<Reading>, price: Cost) -> Vec<Way> {
        let fits = |c: char| gloss.is_none_or(|r| readings::reads(c, r) != Read::Never);
        let way = |search: &Self, candidate: Candidate| Way {
            cost: search.weigh(here, &candidate, gloss.is_some()) + price,
            candidate,
        };
        match here.h.pending {
            Pending::None => Vec::new(),
            Pending::Byte(lead) => {
                let cell = self.cells.character(lead, byte).filter(|c| fits(c.ch));
                cell.map(|cell| way(self, Candidate { cell, bytes: [lead, byte] })).into_iter().collect()
            }
            Pending::After(first) => {
                let candidates = self.cells.with_trail(byte);
                let mut ways = Vec::new();
                for c in candidates.iter().filter(|c| fits(c.cell.ch)) {
                    if self.cells.is_private(first, c.bytes[0]) {
                        ways.push(way(self, *c));
                    }
                }
                best(ways, price::CHOICES)
            }
        }
    }

    /// A byte shown by itself completes the character, and the bytes are aligned again.
    fn end(&mut self, here: &Here, k: usize, byte: u8, gloss: Option<Reading>) {
        for way in self.complete(here, byte, gloss, 0) {
            let h = self.made(here, k, &way, origin(here));
            self.push(1, Hypothesis { near: gloss.is_none(), ..h });
        }
    }

    /// A shown pair completes the character and begins the next.
    fn through(&mut self, here: &Here, k: usize, [byte, next]: [u8; 2], glossed: bool, price: Cost) {
        if !(0x81..=0xFE).contains(&next) {
            return;
        }
        for way in self.complete(here, byte, None, price) {
            if !self.is_hopeless(1, way.cost) {
                let h = self.made(here, k, &way, origin(here));
                self.push(1, Hypothesis { pending: Pending::Byte(next), near: !glossed, ..h });
            }
        }
    }

    /// A shown pair completes the character, and its second byte is the ASCII character behind it.
    fn join(&mut self, here: &Here, k: usize, [byte, ascii]: [u8; 2]) {
        for way in self.complete(here, byte, None, price::JOIN) {
            let h = self.made(here, k, &way, origin(here));
            let h = self.ascii(&h, k, char::from(ascii), Origin::Read);
            self.push(1, h);
        }
    }

    /// The hypothesis after an ASCII character that the shown text lacks.
    fn ascii(&mut self, h: &Hypothesis, k: usize, ch: char, origin: Origin) -> Hypothesis {
        // Which character was eaten is not known: it counts as a digit, as nearly all of them are.
        let symbol = model::symbol(match ch {
            char::REPLACEMENT_CHARACTER => '0',
            ch if self.page.halved => widened(ch),
            ch => ch,
        });
        let here = self.here(h);
        let cost = self.spell(&here, symbol);
        self.with(&here, k, ch, symbol, origin, cost)
    }

    /// `?` inside a run: the second byte was lost, alone or with an ASCII character.
    fn end_lost(&mut self, here: &Here, units: &[Unit], k: usize, text: &str) {
        let ways = self.without_trail(here);
        let next = units.get(k + 1);
        if next.is_none_or(|u| noise(u.ch).is_some()) {
            for way in self.closing(&ways, price::HEAL, next.is_none()) {
                let h = self.made(here, k, &way, Origin::Chosen);
                self.push(1, h);
            }
        }
        let Some((ch, price)) = self.eaten(units, k, text) else { return };
        for way in self.closing(&ways, price::SWALLOW + price, ch == '<') {
            if !self.is_hopeless(1, way.cost) {
                let h = self.made(here, k, &way, Origin::Chosen);
                let h = self.ascii(&h, k, ch, Origin::Eaten);
                self.push(1, h);
            }
        }
    }

    /// What was eaten with the `?` at unit `k`, and its price; `None` at the end of the line.
    fn eaten(&mut self, units: &[Unit], k: usize, text: &str) -> Option<(char, Cost)> {
        if let Some((at, ch, price)) = self.eaten
            && at == k
        {
            return Some((ch, price));
        }
        let (ch, price) = eaten(&text[units.get(k + 1)?.start..], closes(units, k), price::STRANGE);
        self.eaten = Some((k, ch, price));
        Some((ch, price))
    }

    /// The best of some ways, at a price. A paragraph that `ends` there does not end in an opening mark.
    fn closing(&self, ways: &[Way], price: Cost, ends: bool) -> Vec<Way> {
        let open = |w: &Way| if ends && is_opening(w.candidate.cell.ch) { price::OPEN } else { 0 };
        let way = |w: &Way| Way { cost: w.cost + price + open(w), ..*w };
        best(ways.iter().map(way).collect(), price::CHOICES)
    }
}
