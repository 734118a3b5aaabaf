//! The search for the likeliest true text behind an observed one.
//!
//! The observed characters are turned back into the bytes that a wrong decoder may have shown that way, the
//! bytes are read in the true encoding, and what comes out is priced by [`super::price`]. A beam of
//! hypotheses runs over the text; each is either *clean* (characters stand for themselves) or *garbled*
//! (they go through the stack of [`Layer`]s). Between the two it may change anywhere, at a price, so that
//! garbage inside clean text is found together with its borders. Unknown bytes branch, and the text that
//! follows decides. Time is linear in the text for a given beam.

mod hypothesis;
mod lost;
mod rival;

use hypothesis::{Event, Node, trace};
pub(super) use hypothesis::{Hypothesis, Mode};
use lost::{STRIPPED_BRANCHES, all_pairs, pairs};
use rival::Rival;

use std::cell::{Cell, LazyCell};

use crate::codec::Bytes;
use crate::model::{Cost, symbol, unigram_cost};

use super::beam::Beam;
use super::budget::Budget;
use super::channel::{Layer, Loss, Truth};
use super::price::{Context, Opened, is_word_character};
use super::refill::Fill;
use super::swallowed::{PutBack, Swallowed};
use super::truth::{Pending, Step};

/// Layers undone in one search.
pub(crate) const MAX_LAYERS: usize = 4;

/// Hypotheses kept from one observed character to the next.
const BEAM: usize = 96;

/// The same where marks of loss branch most: they stand for any two bytes, or are many.
const NARROW_BEAM: usize = 256;

/// What the first character of a text costs that begins inside a line, beyond its rarity.
const ANEW: Cost = 500;

/// A hypothesis that costs so much more than the best garbled one is given up: what follows never makes good for it.
const HOPELESS: Cost = 14_000;
/// The same where no spans begin or end, and a mark of loss stands for the last byte of a character.
const HOPELESS_WHOLE: Cost = 9_000;

/// Hypotheses at one observed character, by the width of the beam, from which on the dearest are dropped.
const CROWD: usize = 3;

/// By so much at most a hypothesis becomes cheaper by what is read next: what a line lacks is likelier there.
const REBATE: Cost = 12_000;

/// The beam where the text is so ambiguous that its budget is spent.
const TIGHT_BEAM: usize = 8;

/// What a span costs more that begins or ends between two letters or ideographs: texts are put together at spaces,
/// marks and quotes.
const INSIDE: Cost = 3_500;

/// That the bytes of a garbled text inside another one end in the middle of a pair.
const CUT_AT_SPAN_END: Cost = 500;

/// Observed characters after which the search commits to its best hypothesis, so that memory is bounded.
const COMMIT_EVERY: usize = 4096;

/// What changing between clean and garbled costs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Prices {
    /// The first garbled span of a text: how rare garbage is.
    pub(crate) enter: Cost,
    /// Each further one.
    pub(crate) reenter: Cost,
    /// The end of a garbled span inside the text.
    pub(crate) leave: Cost,
}

/// How emitted characters are priced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pricing {
    /// By the language model.
    Language,
    /// By structure alone: to see whether a layer fits at all, whatever stands below it.
    Structure,
}

/// How a character of the result came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Stands in the observed text as it is.
    Kept,
    /// All of its bytes were there.
    Read,
    /// At least one of its bytes was lost and chosen by context, at this observed character.
    Restored { at: u32 },
}

/// A garbled span of the observed text and what it was.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Span {
    /// Observed characters `start..end`.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// The true text: each character with its origin. A restored digit stands for any digit: nobody can know which
    /// one was swallowed.
    pub(crate) text: Vec<(char, Origin)>,
}

/// The likeliest reading of one text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reading {
    pub(crate) cost: i64,
    pub(crate) spans: Vec<Span>,
}

impl Reading {
    /// What a text reads as that can't be read.
    const NONE: Self = Self { cost: i64::MAX, spans: Vec::new() };
}

pub(crate) struct Search<'l, 'c> {
    layers: &'l [Layer],
    prices: Prices,
    pricing: Pricing,
    swallowed: Swallowed,
    fill: Option<Fill<'c>>,
    opened: Opened,
    budget: Option<&'l Budget>,
    /// Steps taken so far: bytes tried and lost characters priced.
    work: Cell<u64>,
}

/// What is known of the next observed character.
enum Coming {
    /// It may be anything.
    Unknown,
    /// It is none of the page's characters: no garbled character goes on.
    Nothing,
    /// Its bytes.
    Bytes([u8; 2], usize),
}

/// What stands around the observed character that is being read.
#[derive(Clone, Copy)]
struct Place<'p> {
    at: u32,
    /// The character's bytes in the outermost page.
    bytes: &'p Bytes,
    next: Option<char>,
    /// The budget is spent.
    tight: bool,
    /// The text is read as garbage from end to end.
    is_whole: bool,
    /// A hypothesis that costs so much more than the best garbled one is given up.
    hopeless: Cost,
    /// What the best hypothesis cost before this character.
    best: Cost,
    /// Hypotheses made here that were dropped already.
    dropped: usize,
    /// What a hypothesis must cost less than to stay.
    most: Cost,
}

impl Place<'_> {
    /// Whether nothing comes of a hypothesis that costs so much.
    fn is_too_dear(&self, cost: Cost) -> bool {
        cost >= self.most.saturating_add(REBATE)
    }

    /// Whether so many hypotheses were made here that the remaining ones don't branch.
    fn is_crowded(&self, out: &[Hypothesis], most: usize) -> bool {
        out.len() + self.dropped >= most
    }
}

impl<'l, 'c> Search<'l, 'c> {
    pub(crate) fn new(layers: &'l [Layer], prices: Prices, pricing: Pricing) -> Self {
        debug_assert!((1..=MAX_LAYERS).contains(&layers.len()));
        Self {
            layers,
            prices,
            pricing,
            swallowed: Swallowed::default(),
            fill: None,
            opened: Opened::default(),
            budget: None,
            work: Cell::new(0),
        }
    }

    /// With a bound on the work; without one, every text is searched as widely.
    pub(crate) fn within(mut self, budget: &'l Budget) -> Self {
        self.budget = Some(budget);
        self
    }

    /// With what the line tells of the ASCII characters that it is missing.
    pub(crate) fn missing(mut self, swallowed: Swallowed) -> Self {
        self.swallowed = swallowed;
        self
    }

    /// With what the filler thinks of each gap.
    pub(crate) fn filled(mut self, fill: Option<Fill<'c>>) -> Self {
        self.fill = fill;
        self
    }

    /// The gaps, with all that was thought of for them.
    pub(crate) fn into_fill(self) -> Option<Fill<'c>> {
        self.fill
    }

    /// The likeliest reading of `observed`, one line or a few with their line feeds.
    ///
    /// Most of what is searched is garbage from end to end. To read it as that takes few hypotheses, since nothing
    /// need be thought of spans; where the reading shows that spans may do better, the text is searched with them.
    pub(crate) fn read(&self, observed: &[char]) -> Reading {
        self.read_whole(observed).unwrap_or_else(|| self.walk(observed, None).unwrap_or(Reading::NONE))
    }

    /// The likeliest reading of `observed` as garbage from end to end; `None` where that can't be, or where a part of it
    /// may be cheaper as it stands. Marks of several layers branch as much without spans: these are not tried.
    pub(crate) fn read_whole(&self, observed: &[char]) -> Option<Reading> {
        if self.pricing == Pricing::Structure || self.layers[0].stripped || self.layers.len() > 1 {
            return None;
        }
        self.walk(observed, Some(Rival::new(self.prices)))
    }

    /// Walks along `observed`, beside a rival that is to stay behind, if there is one: then no spans begin or end.
    fn walk(&self, observed: &[char], mut rival: Option<Rival>) -> Option<Reading> {
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
    fn work_on(&self, steps: usize) {
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

    /// What the next observed character gives the outermost layer.
    fn coming(&self, c: char) -> Coming {
        let layer = &self.layers[0];
        if layer.loss.is_mark(c) || layer.stripped || self.pricing == Pricing::Structure {
            return Coming::Unknown;
        }
        let bytes = layer.page.bytes(c);
        let mut strings = bytes.iter();
        match (strings.next(), strings.next()) {
            (Some(&[a]), None) => Coming::Bytes([a, 0], 1),
            (Some(&[a, b]), None) => Coming::Bytes([a, b], 2),
            (None, _) => Coming::Nothing,
            _ => Coming::Unknown,
        }
    }

    /// What the pending bytes will cost, if the next observed character completes theirs; dear if it can't.
    fn foreseen(&self, h: &Hypothesis, coming: &Coming) -> Cost {
        const IMPOSSIBLE: Cost = 60_000;
        let first = h.pending[0];
        if first.is_none() || h.mode != Mode::Garbled {
            return self.ahead(h);
        }
        match *coming {
            Coming::Unknown => self.ahead(h),
            Coming::Nothing => IMPOSSIBLE,
            Coming::Bytes(bytes, len) => {
                let mut pending = first;
                for &byte in &bytes[..len] {
                    pending = match self.layers[0].truth.step(pending, byte) {
                        Step::Invalid => return IMPOSSIBLE,
                        Step::More(more) => more,
                        Step::Char(c) if self.layers.len() == 1 => return self.cost(h.context, c, true),
                        Step::Char(_) => return self.ahead(h),
                    };
                }
                self.ahead(h)
            }
        }
    }

    /// What the pending bytes are expected to cost once they are complete.
    fn ahead(&self, h: &Hypothesis) -> Cost {
        let waiting: usize = h.pending[..self.layers.len()].iter().map(|p| p.len()).sum();
        waiting as Cost * 1_500
    }

    fn cost(&self, context: Context, c: char, garbled: bool) -> Cost {
        match self.pricing {
            Pricing::Language => self.opened.price(context, c),
            Pricing::Structure => match (c, garbled) {
                ('\0'..='\x08' | '\x0E'..='\x1F' | '\x7F', _) => 18_000,
                (c, _) if c.is_ascii() => 0,
                (_, false) => 8_000,
                ('\u{E000}'..='\u{F8FF}' | '\u{80}'..='\u{9F}', true) => 9_000,
                (_, true) => 2_000,
            },
        }
    }

    /// What all hypotheses become by the observed character `c` where it does the same to each of them, as it does
    /// between marks of loss; false, and nothing is done, where that can't be told.
    fn advance_as_one(
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
    fn advance(&self, h: Hypothesis, c: char, place: Place<'_>, out: &mut Vec<Hypothesis>) {
        if h.mode == Mode::Garbled {
            let mut on = h;
            if !c.is_ascii() {
                on.refund = 0;
            }
            self.feed(on, 0, c, false, place, out);
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

    /// Puts a character out; false if the hypothesis ends there.
    fn emit(&self, h: &mut Hypothesis, c: char, lost: bool, at: u32) -> bool {
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
    fn lost_cost(&self, context: Context, c: char, at: u32) -> Cost {
        /// The logarithm of the number of digits, in millinats.
        const DIGITS: Cost = 2_303;
        let mut cost = self.cost(context, c, true);
        if c.is_ascii_digit() {
            // One digit was tried for all of them.
            cost -= DIGITS;
        }
        self.fill.as_ref().map_or(cost, |fill| fill.price(at, c, cost))
    }

    /// Gives the character `c` to layer `n`, or, below the last layer, to the result.
    fn feed(
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
    fn bytes(
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

impl Truth {
    /// Whether the bytes of clean text seldom form text in this encoding by chance.
    pub(crate) fn is_self_checking(self) -> bool {
        self == Self::Utf8
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{CodePage, Decoder};

    /// Three layers that lose bytes at every other character: each mark may stand for thousands of readings.
    #[test]
    fn ambiguous_text_is_read_within_its_budget() {
        let loss = Loss::Pair { mark: '?', decoder: Decoder::Windows936 };
        let layers = [Layer { truth: Truth::Utf8, page: CodePage::Gbk, loss, stripped: false }; 3];
        let prices = Prices { enter: 12_000, reenter: 3_000, leave: 1_000 };
        for len in [500, 2_000] {
            let text: Vec<char> = "閿?鐠?".chars().cycle().take(len).collect();
            let budget = Budget::alone(len);
            let reading = Search::new(&layers, prices, Pricing::Language).within(&budget).read(&text);
            assert!(reading.cost < i64::MAX);
            assert!(budget.spent() < 3_000_000 + 2_000 * len as u64, "{} for {len}", budget.spent());
        }
    }
}
