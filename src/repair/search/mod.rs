//! The search for the likeliest true text behind an observed one.
//!
//! The observed characters are turned back into the bytes that a wrong decoder may have shown that way, the
//! bytes are read in the true encoding, and what comes out is priced by [`super::price`]. A beam of
//! hypotheses runs over the text; each is either *clean* (characters stand for themselves) or *garbled*
//! (they go through the stack of [`Layer`]s). Between the two it may change anywhere, at a price, so that
//! garbage inside clean text is found together with its borders. Unknown bytes branch, and the text that
//! follows decides. Time is linear in the text for a given beam.

mod foresee;
mod hypothesis;
mod ignored;
mod layers;
mod lost;
mod rival;
mod step;
mod taken_out;
mod walk;

pub(super) use hypothesis::{Hypothesis, Mode};
use rival::Rival;

use std::cell::Cell;

use crate::codec::Bytes;
use crate::model::Cost;

use super::budget::Budget;
use super::channel::{Layer, Truth};
use super::price::{Context, Opened};
use super::refill::Fill;
use super::swallowed::Swallowed;

/// Layers undone in one search.
pub(crate) const MAX_LAYERS: usize = 4;

/// What the first character of a text costs that begins inside a line, beyond its rarity.
const ANEW: Cost = 500;

/// By so much at most a hypothesis becomes cheaper by what is read next: what a line lacks is likelier there.
const REBATE: Cost = 12_000;

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

impl<'p> Place<'p> {
    /// The end of the text, where no character is.
    fn end(at: u32, none: &'p Bytes) -> Self {
        Place {
            at,
            bytes: none,
            next: None,
            tight: false,
            is_whole: false,
            hopeless: walk::HOPELESS,
            best: 0,
            dropped: 0,
            most: Cost::MAX,
        }
    }

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
        self.read_whole(observed).unwrap_or_else(|| self.read_in_spans(observed))
    }

    /// The likeliest reading of `observed` with spans, for a text that is known not to be garbage from end to end.
    pub(crate) fn read_in_spans(&self, observed: &[char]) -> Reading {
        self.walk(observed, None).unwrap_or(Reading::NONE)
    }

    /// The likeliest reading of `observed` as garbage from end to end; `None` where that can't be, or where a part of it
    /// may be cheaper as it stands. Marks of several layers branch as much without spans: these are not tried.
    pub(crate) fn read_whole(&self, observed: &[char]) -> Option<Reading> {
        if self.pricing == Pricing::Structure || self.layers[0].stripped || self.layers.len() > 1 {
            return None;
        }
        self.walk(observed, Some(Rival::new(self.prices)))
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
    use crate::repair::channel::Loss;

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
