//! How well a row of the channel table fits a text: whether a look is worth a search.

use std::cell::{Cell, RefCell};
use std::ops::Range;

use crate::codec::Spelling;
use crate::model::Cost;
use crate::scan::Family;

use super::chain::ENTER;
use super::channel::{Loss, Row, Truth};
use super::price::{Context, outside_model, price};
use super::truth::{Pending, Step};

/// What shows that a layer is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// The bytes are valid in an encoding that few byte strings are valid in.
    Structure,
    /// The reading is likelier; every character of it was shown as two.
    LanguageOfPairs,
    /// The reading is likelier.
    Language,
}

impl Row {
    pub(crate) fn family(&self) -> Family {
        match self.truth {
            Truth::Utf8 => Family::of(None, self.page),
            Truth::Page(truth) => Family::of(Some(truth), self.page),
        }
    }

    pub(super) fn proof(&self) -> Proof {
        match (self.truth.is_self_checking(), self.page.is_single_byte()) {
            (true, _) => Proof::Structure,
            (_, true) => Proof::LanguageOfPairs,
            _ => Proof::Language,
        }
    }
}

/// What each wide character of a text costs in its context; ASCII costs nothing. Prices are looked up when they are
/// asked for.
pub(super) struct Prices<'t> {
    text: &'t [char],
    /// What stands before each character, as far as somebody has asked.
    contexts: RefCell<Vec<Context>>,
    found: Vec<Cell<Option<Cost>>>,
}

impl<'t> Prices<'t> {
    pub(super) fn new(text: &'t [char]) -> Self {
        let contexts = RefCell::new(Vec::with_capacity(text.len()));
        Self { text, contexts, found: vec![Cell::new(None); text.len()] }
    }

    /// The price of one character.
    pub(super) fn of(&self, n: usize) -> Cost {
        let (c, found) = (self.text[n], &self.found[n]);
        found.get().unwrap_or_else(|| {
            let last = n.checked_sub(1).map_or(Context::START.last, |n| self.text[n]);
            let wide = || outside_model(last, c).unwrap_or_else(|| price(self.context(n), c));
            let cost = if c.is_ascii() { 0 } else { wide() };
            found.set(Some(cost));
            cost
        })
    }

    /// The prices of a part.
    pub(super) fn range(&self, range: Range<usize>) -> impl Iterator<Item = Cost> {
        range.map(|n| self.of(n))
    }

    /// The context of one character.
    pub(super) fn context(&self, n: usize) -> Context {
        let mut contexts = self.contexts.borrow_mut();
        for m in contexts.len()..=n.min(self.text.len().saturating_sub(1)) {
            let next = match (m.checked_sub(1), contexts.last()) {
                (Some(before), Some(context)) => context.then(self.text[before]),
                _ => Context::START,
            };
            contexts.push(next);
        }
        contexts.get(n).copied().unwrap_or_default()
    }

    pub(super) fn sum(&self) -> i64 {
        self.range(0..self.text.len()).map(i64::from).sum()
    }
}

/// Which characters surprise, or stand next to one that does. Where the true encoding proves nothing, only
/// stretches count whose characters surprise on average: rare words in clean text do not.
pub(super) fn dear(text: &[char], prices: &Prices<'_>, proof: Proof) -> Vec<bool> {
    const SURPRISING: Cost = 8_000;
    const STRETCH: usize = 4;
    let (stretch, word): (Cost, Cost) = match proof {
        Proof::Structure => (0, 0),
        // Two characters became one byte pair: what each of them costs counts twice.
        Proof::LanguageOfPairs => (4_600, 8_000),
        Proof::Language => (9_300, 11_500),
    };
    let mut dear = vec![false; text.len()];
    if proof == Proof::Structure {
        for (i, p) in prices.range(0..text.len()).enumerate() {
            if p >= SURPRISING {
                dear[i.saturating_sub(1)..(i + 2).min(text.len())].fill(true);
            }
        }
        return dear;
    }
    let mut start = 0;
    while start < text.len() {
        let end = start + text[start..].iter().take_while(|c| !c.is_ascii()).count();
        let run: Vec<Cost> = prices.range(start..end).collect();
        // Behind a lost first byte of a pair its second one may show as a letter.
        let is_cut = proof == Proof::Language && end > 0 && text[end - 1] == '\u{FFFD}';
        if is_cut && text.get(end).is_some_and(is_second_byte) {
            dear[end - 1] = true;
        }
        if (2..STRETCH).contains(&run.len()) {
            dear[start..end].fill(run.iter().sum::<Cost>() >= word * run.len() as Cost);
        }
        for (i, window) in run.windows(STRETCH).enumerate() {
            if window.iter().sum::<Cost>() >= stretch * STRETCH as Cost {
                dear[start + i..start + i + STRETCH].fill(true);
            }
        }
        start = end + 1;
    }
    dear
}

/// Whether an ASCII character is the second byte of a pair in GBK or Big5.
fn is_second_byte(c: &char) -> bool {
    matches!(c, '@'..='~')
}

/// How well a row fits: by structure, how many surprising characters become valid ones; by language, how
/// much cheaper the text becomes, in millinats. `None` if hardly at all.
pub(super) fn fit(text: &[char], prices: &Prices<'_>, dear: &[bool], row: &Row) -> Option<i64> {
    if !dear.contains(&true) {
        return None;
    }
    if row.proof() == Proof::Structure {
        return coverage(text, dear, row);
    }
    let near = close(dear);
    // Where the page has single bytes, a pair may begin at either of two characters.
    let phases = if row.page.is_single_byte() { 2 } else { 1 };
    (0..phases)
        .map(|phase| gain(text, prices, &near, row, phase))
        .max()
        .filter(|&g| g >= i64::from(ENTER - 4_000))
}

/// Which characters stand close to dear ones: what is far from any is no garbage that only its reading proves.
fn close(dear: &[bool]) -> Vec<bool> {
    const FAR: usize = 8;
    let mut close = dear.to_vec();
    for (n, _) in dear.iter().enumerate().filter(|(_, dear)| **dear) {
        close[n.saturating_sub(FAR)..(n + FAR + 1).min(dear.len())].fill(true);
    }
    close
}

/// The sum of what the best stretches between ASCII gain by being read in the row's encoding. `near` tells where to
/// look. A character of which a byte was lost gains nothing and parts nothing.
fn gain(text: &[char], prices: &Prices<'_>, near: &[bool], row: &Row, phase: usize) -> i64 {
    let mut sum = 0;
    let (mut best, mut here) = (0i64, 0i64);
    let mut context = Context::START;
    let mut pending = Pending::NONE;
    let mut source = 0;
    let mut skip = phase;
    // The first byte of a pair was lost, and its second byte comes next.
    let mut lost = false;
    let shows_bytes = row.losses.iter().any(|l| matches!(l, Loss::Byte { .. }));
    for (n, &c) in text.iter().enumerate() {
        let is_second = std::mem::take(&mut lost);
        let is_gap = match c {
            '\u{FFFD}' if shows_bytes && near[n] => {
                lost = !is_second;
                true
            }
            _ if is_second_byte(&c) => is_second,
            _ => false,
        };
        if is_gap {
            (pending, source, context) = (Pending::NONE, 0, Context::START);
            continue;
        }
        let bytes = if c.is_ascii() || !near[n] { Spelling::default() } else { row.page.spelling(c) };
        if bytes.is_empty() {
            // What nobody looks at gains nothing, and parts nothing.
            if near[n] || c.is_ascii() {
                sum += std::mem::take(&mut best);
            }
            (here, pending, source, skip) = (0, Pending::NONE, 0, phase);
            context = prices.context(n + 1);
            continue;
        }
        if skip > 0 {
            skip -= 1;
            continue;
        }
        source += i64::from(prices.of(n));
        for byte in bytes.iter().skip(usize::from(is_second)) {
            pending = match row.truth.step(pending, *byte) {
                Step::Char(d) => {
                    here = (here + source - i64::from(price(context, d))).max(0);
                    best = best.max(here);
                    source = 0;
                    context = context.then(d);
                    Pending::NONE
                }
                Step::More(more) => more,
                Step::Invalid => {
                    (here, source) = (0, 0);
                    Pending::NONE
                }
            };
        }
    }
    sum + best
}

/// How many surprising characters of the text become valid characters of the row's true encoding; `None`
/// if hardly any.
fn coverage(text: &[char], dear: &[bool], row: &Row) -> Option<i64> {
    // One unbroken stretch of valid characters: what it covers, its length and what its reading costs.
    let mut covered = 0;
    let (mut stretch, mut length, mut cost, mut context) = (0, 0, 0, Context::START);
    let mut pending = Pending::NONE;
    let mut since = (0, 0);
    let mut near_mark = false;
    for (i, &c) in text.iter().enumerate() {
        let mark = c == '\u{FFFD}' || c == '?';
        let bytes = if c.is_ascii() || mark { Spelling::default() } else { row.page.spelling(c) };
        let mut broken = bytes.is_empty();
        if broken {
            near_mark |= mark;
            if mark && !pending.is_none() {
                // The mark may stand for the rest of it.
                stretch += since.0;
                length += since.1;
            }
            pending = Pending::NONE;
            since = (0, 0);
        }
        since = (since.0 + i64::from(dear[i]), since.1 + 1);
        for byte in bytes.iter() {
            pending = match row.truth.step(pending, *byte) {
                Step::Char(c) => {
                    cost += price(context, c);
                    context = context.then(c);
                    stretch += since.0;
                    length += since.1;
                    since = (0, 0);
                    Pending::NONE
                }
                Step::More(more) => more,
                Step::Invalid => {
                    broken = true;
                    since = (i64::from(dear[i]), 1);
                    match row.truth.step(Pending::NONE, *byte) {
                        Step::More(more) => more,
                        _ => Pending::NONE,
                    }
                }
            };
        }
        if broken || i + 1 == text.len() {
            // A short stretch of noise is chance.
            if length >= 4 || near_mark || cost <= 9_500 * length {
                covered += stretch;
            }
            (stretch, length, cost, context) = (0, 0, 0, Context::START);
            near_mark = mark;
        }
    }
    (covered >= 2).then_some(covered)
}
