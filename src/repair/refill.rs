//! A second look at lost characters.
//!
//! The search chooses a lost character while it knows only what stands before it and a little after. Once a first
//! reading of the whole line is there, the filler reads both sides of every gap, and the line is searched again with
//! its judgement: which characters the known bytes allow is the search's knowledge, which of them belongs there is the
//! filler's.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::model::filler::{Gap, Window};
use crate::model::{Cost, Symbol};

use super::balance::Balance;
use super::cache::{Around, Cache};
use super::price::symbol;
use super::search::{Origin, Reading, Span};

/// The gaps of a line, by the observed character at which each was filled.
#[derive(Debug)]
pub(crate) struct Fill<'c> {
    gaps: BTreeMap<(u32, bool), Place>,
    cache: &'c Cache,
    /// What was asked for, and the answers.
    asked: RefCell<BTreeMap<(u32, char), Thought>>,
}

/// A gap, the marks of the text around it, and how much the character of the first reading is liked there.
#[derive(Debug)]
struct Place {
    window: Window,
    gap: Gap,
    balance: Balance,
    around: Around,
    base: Cost,
}

/// What is thought of a character in a gap.
#[derive(Debug, Clone, Copy)]
struct Thought {
    /// What it costs more than the n-gram says, by the filler.
    extra: Cost,
    /// What it costs by the document.
    cached: Option<Cost>,
}

impl<'c> Fill<'c> {
    /// Looks at the gaps of a reading, in a document that says what is in the cache. `None` if it has none.
    ///
    /// Gaps around which nothing has changed since an earlier look are not looked at again.
    pub(crate) fn of(
        observed: &[char],
        reading: &Reading,
        cache: &'c Cache,
        earlier: Option<&Self>,
    ) -> Option<Self> {
        let is_lost = |t: &(char, Origin)| matches!(t.1, Origin::Restored { .. });
        if !reading.spans.iter().any(|span| span.text.iter().any(is_lost)) {
            return None;
        }
        let (mut text, mut lost): (Vec<char>, _) = (Vec::with_capacity(observed.len()), Vec::new());
        let mut done = 0;
        for span in &reading.spans {
            text.extend_from_slice(&observed[done..span.start]);
            for (n, &(c, origin)) in span.text.iter().enumerate() {
                if let Origin::Restored { at } = origin
                    && c != '\r'
                {
                    let is_end = n + 1 == span.text.len() && ends_alone(observed, span);
                    lost.push((text.len(), at, c, is_end));
                }
                text.push(c);
            }
            done = span.end;
        }
        text.extend_from_slice(&observed[done..]);
        let symbols: Vec<Symbol> = text.iter().map(|&c| symbol(c)).collect();
        let whole = Balance::of(reading.result(observed).into_iter());
        let gap = |&(i, at, c, is_end): &(usize, u32, char, bool)| {
            let after = if is_end { &[] } else { &symbols[i + 1..] };
            let window = Window::new(symbols[..i].iter().rev().copied(), after.iter().copied());
            let key = (at, c.is_ascii());
            let gap = match earlier.and_then(|fill| fill.gaps.get(&key)) {
                Some(place) if place.window == window => place.gap.clone(),
                Some(place) => place.gap.again(&window),
                None => Gap::new(&window),
            };
            let balance = whole.without(c);
            let char_at = |i: Option<usize>| i.and_then(|i| text.get(i)).copied().unwrap_or('\n');
            let around = Around {
                before: [char_at(i.checked_sub(2)), char_at(i.checked_sub(1))],
                after: [i + 1, i + 2].map(|i| char_at(Some(i).filter(|_| !is_end))),
            };
            let base = gap.bonus(symbols[i]) - balance.extra(c) - cache.habit(around, c);
            (key, Place { window, gap, balance, around, base })
        };
        let gaps: BTreeMap<_, _> = lost.iter().map(gap).collect();
        Some(Self { gaps, cache, asked: RefCell::default() })
    }

    /// What a character costs in the gap at an observed character, if it costs `price` by the n-gram: as much as the
    /// n-gram says where the first reading has it, otherwise by what the filler thinks of both, or by what the document
    /// says, if that makes it likelier.
    pub(crate) fn price(&self, at: u32, c: char, price: Cost) -> Cost {
        // The filler has seen no carriage returns: how the text ends its lines tells enough.
        if c == '\r' {
            return price;
        }
        let Some(Place { gap, balance, around, base, .. }) = self.gaps.get(&(at, c.is_ascii())) else {
            return price;
        };
        let mut asked = self.asked.borrow_mut();
        let thought = asked.entry((at, c)).or_insert_with(|| Thought {
            extra: base - gap.bonus(symbol(c)) + balance.extra(c) + self.cache.habit(*around, c),
            cached: self.cache.cost(*around, c),
        });
        let price = price + thought.extra;
        thought.cached.map_or(price, |cached| price.min(cached))
    }

    /// The characters of `like`'s kind that were thought of for the gap.
    pub(crate) fn rivals(&self, at: u32, like: char) -> Vec<char> {
        let asked = self.asked.borrow();
        let all = asked.range((at, '\0')..=(at, char::MAX));
        all.map(|(&(_, c), _)| c).filter(|&c| c.is_ascii() == like.is_ascii()).collect()
    }
}

/// Whether a span ends with a lost byte that swallowed nothing, and another text begins behind it: what stands there
/// says nothing of the character.
pub(crate) fn ends_alone(observed: &[char], span: &Span) -> bool {
    let wide = |c: Option<&char>| c.is_some_and(|c| !c.is_ascii());
    matches!(span.text.last(), Some((c, Origin::Restored { .. })) if !c.is_ascii())
        && wide(observed.get(span.end))
}
