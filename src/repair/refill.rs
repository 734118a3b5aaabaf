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
use super::price::{Context, Opened, price, symbol};
use super::search::{Origin, Reading, Span};

/// The gaps of a line.
#[derive(Debug)]
pub(crate) struct Fill<'c> {
    places: Vec<Place>,
    /// By the observed character at which gaps were filled: the number of the place of a wide character and of that of
    /// a swallowed one, counted from one; 0 for none.
    numbers: Vec<[u32; 2]>,
    cache: &'c Cache,
}

/// A gap, the marks of the text around it, and how much the character of the first reading is liked there.
#[derive(Debug)]
struct Place {
    window: Window,
    /// None where no other character comes near.
    gap: Option<Gap>,
    balance: Balance,
    around: Around,
    base: Cost,
    asked: RefCell<Asked>,
}

/// What is thought of a character in a gap.
#[derive(Debug, Clone, Copy)]
struct Thought {
    /// What it costs more than the n-gram says, by the filler.
    extra: Cost,
    /// What it costs by the document.
    cached: Option<Cost>,
}

/// What was asked for, and the answers. Most of it shares all bytes but the last one.
#[derive(Debug)]
struct Asked {
    block: u32,
    near: [Option<Thought>; BLOCK],
    others: BTreeMap<char, Thought>,
}

/// By so much the n-gram likes a character better than any other one where the filler is not asked: it hardly ever
/// contradicts so sure an answer.
const SURE: Cost = 6_000;

/// Characters that differ in the last byte of UTF-8 only.
const BLOCK: usize = 64;

impl Asked {
    /// Nothing so far, where the first reading has such a character.
    fn nothing(like: char) -> Self {
        Self { block: u32::from(like) / BLOCK as u32, near: [None; BLOCK], others: BTreeMap::new() }
    }

    fn get_or(&mut self, c: char, think: impl FnOnce() -> Thought) -> Thought {
        let code = u32::from(c);
        if code / BLOCK as u32 == self.block {
            *self.near[code as usize % BLOCK].get_or_insert_with(think)
        } else {
            *self.others.entry(c).or_insert_with(think)
        }
    }

    /// All that was asked for.
    fn all(&self) -> impl Iterator<Item = char> {
        let near = (0..).zip(&self.near).filter(|(_, thought)| thought.is_some());
        let near = near.filter_map(|(n, _)| char::from_u32(self.block * BLOCK as u32 + n));
        near.chain(self.others.keys().copied())
    }
}

impl<'c> Fill<'c> {
    /// Looks at the gaps of a reading, in a document that says what is in the cache. `None` if it has none.
    ///
    /// Gaps around which nothing has changed since an earlier look are not looked at again. Where lost bytes are the last
    /// ones of their characters (`last_bytes`), those of which the n-gram is sure are not looked at by the filler.
    pub(crate) fn of(
        observed: &[char],
        reading: &Reading,
        cache: &'c Cache,
        last_bytes: bool,
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
            let earlier = earlier.and_then(|fill| fill.place(at, c));
            let gap = match earlier.and_then(|place| Some((place, place.gap.as_ref()?))) {
                _ if last_bytes && is_sure(&text, i, is_end) => None,
                Some((place, gap)) if place.window == window => Some(gap.clone()),
                Some((_, gap)) => Some(gap.again(&window)),
                None => Some(Gap::new(&window)),
            };
            let bonus = gap.as_ref().map_or(0, |gap| gap.bonus(symbols[i]));
            let balance = whole.without(c);
            let char_at = |i: Option<usize>| i.and_then(|i| text.get(i)).copied().unwrap_or('\n');
            let around = Around {
                before: [char_at(i.checked_sub(2)), char_at(i.checked_sub(1))],
                after: [i + 1, i + 2].map(|i| char_at(Some(i).filter(|_| !is_end))),
            };
            let base = bonus - balance.extra(c) - cache.habit(around, c);
            Place { window, gap, balance, around, base, asked: RefCell::new(Asked::nothing(c)) }
        };
        let places: Vec<_> = lost.iter().map(gap).collect();
        let mut numbers = vec![[0; 2]; lost.iter().map(|&(_, at, ..)| at as usize + 1).max().unwrap_or(0)];
        for (n, &(_, at, c, _)) in (1..).zip(&lost) {
            numbers[at as usize][usize::from(c.is_ascii())] = n;
        }
        Some(Self { places, numbers, cache })
    }

    /// The gap at an observed character for characters of `like`'s kind.
    fn place(&self, at: u32, like: char) -> Option<&Place> {
        let number = self.numbers.get(at as usize)?[usize::from(like.is_ascii())];
        self.places.get((number as usize).checked_sub(1)?)
    }

    /// What a character costs in the gap at an observed character, if it costs `price` by the n-gram: as much as the
    /// n-gram says where the first reading has it, otherwise by what the filler thinks of both, or by what the document
    /// says, if that makes it likelier.
    pub(crate) fn price(&self, at: u32, c: char, price: Cost) -> Cost {
        // The filler has seen no carriage returns: how the text ends its lines tells enough.
        if c == '\r' {
            return price;
        }
        let Some(Place { gap, balance, around, base, asked, .. }) = self.place(at, c) else {
            return price;
        };
        let thought = asked.borrow_mut().get_or(c, || Thought {
            extra: base - gap.as_ref().map_or(0, |gap| gap.bonus(symbol(c)))
                + balance.extra(c)
                + self.cache.habit(*around, c),
            cached: self.cache.cost(*around, c),
        });
        let price = price + thought.extra;
        thought.cached.map_or(price, |cached| price.min(cached))
    }

    /// The characters of `like`'s kind that were thought of for the gap.
    pub(crate) fn rivals(&self, at: u32, like: char) -> Vec<char> {
        self.place(at, like).map_or_else(Vec::new, |place| {
            let mut all: Vec<char> = place.asked.borrow().all().collect();
            all.sort_unstable();
            all
        })
    }
}

/// Whether the character of a text is so much likelier there, by both of its neighbours, than all others that differ in
/// their last byte, that the filler has nothing to say.
fn is_sure(text: &[char], i: usize, is_end: bool) -> bool {
    let chosen = text[i];
    if chosen.is_ascii() {
        return false;
    }
    let before = text[i.saturating_sub(2)..i].iter().fold(Context::START, |context, &c| context.then(c));
    let after: Vec<char> = if is_end { Vec::new() } else { text[i + 1..].iter().copied().take(2).collect() };
    let opened = Opened::default();
    let cost = |c: char, most: Cost| {
        let mut cost = opened.price(before, c);
        let mut context = before.then(c);
        for &d in &after {
            if cost > most {
                break;
            }
            cost += price(context, d);
            context = context.then(d);
        }
        cost
    };
    let own = cost(chosen, Cost::MAX);
    let most = own + SURE;
    let block = u32::from(chosen) & !(BLOCK as u32 - 1);
    (block..block + BLOCK as u32).filter_map(char::from_u32).all(|c| c == chosen || cost(c, most) > most)
}

/// Whether a span ends with a lost byte that swallowed nothing, and another text begins behind it: what stands there
/// says nothing of the character.
pub(crate) fn ends_alone(observed: &[char], span: &Span) -> bool {
    let wide = |c: Option<&char>| c.is_some_and(|c| !c.is_ascii());
    matches!(span.text.last(), Some((c, Origin::Restored { .. })) if !c.is_ascii())
        && wide(observed.get(span.end))
}
