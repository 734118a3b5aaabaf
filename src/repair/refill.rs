//! A second look at lost characters.
//!
//! The search chooses a lost character while it knows only what stands before it and a little after. Once a first
//! reading of the whole line is there, the filler reads both sides of every gap, and the line is searched again with
//! its judgement: which characters the known bytes allow is the search's knowledge, which of them belongs there is the
//! filler's.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::model::filler::{Gap, Window};
use crate::model::{Cost, Symbol, symbol};

use super::balance::Balance;
use super::search::{Origin, Reading, Span};

/// The gaps of a line, by the observed character at which each was filled.
#[derive(Debug)]
pub(crate) struct Fill {
    gaps: BTreeMap<(u32, bool), Place>,
    /// What was asked for, and the answers.
    asked: RefCell<BTreeMap<(u32, char), Cost>>,
}

/// A gap, the marks of the text around it, and how much the character of the first reading is liked there.
#[derive(Debug)]
struct Place {
    window: Window,
    gap: Gap,
    balance: Balance,
    base: Cost,
}

impl Fill {
    /// Looks at the gaps of a reading. `None` if it has none.
    ///
    /// Gaps around which nothing has changed since an earlier look are not looked at again.
    pub(crate) fn of(observed: &[char], reading: &Reading, earlier: Option<&Self>) -> Option<Self> {
        let is_lost = |t: &(char, Origin)| matches!(t.1, Origin::Restored { .. });
        if !reading.spans.iter().any(|span| span.text.iter().any(is_lost)) {
            return None;
        }
        let (mut text, mut lost): (Vec<Symbol>, _) = (Vec::with_capacity(observed.len()), Vec::new());
        let mut done = 0;
        for span in &reading.spans {
            text.extend(observed[done..span.start].iter().map(|&c| symbol(c)));
            for (n, &(c, origin)) in span.text.iter().enumerate() {
                if let Origin::Restored { at } = origin {
                    let is_end = n + 1 == span.text.len() && ends_alone(observed, span);
                    lost.push((text.len(), at, c, is_end));
                }
                text.push(symbol(c));
            }
            done = span.end;
        }
        text.extend(observed[done..].iter().map(|&c| symbol(c)));
        let whole = Balance::of(reading.result(observed).into_iter());
        let gap = |&(i, at, c, is_end): &(usize, u32, char, bool)| {
            let after = if is_end { &[] } else { &text[i + 1..] };
            let window = Window::new(text[..i].iter().rev().copied(), after.iter().copied());
            let key = (at, c.is_ascii());
            let same = earlier.and_then(|fill| fill.gaps.get(&key)).filter(|place| place.window == window);
            let gap = same.map_or_else(|| Gap::new(&window), |place| place.gap.clone());
            let balance = whole.without(c);
            let base = gap.bonus(text[i]) - balance.extra(c);
            (key, Place { window, gap, balance, base })
        };
        let gaps: BTreeMap<_, _> = lost.iter().map(gap).collect();
        Some(Self { gaps, asked: RefCell::default() })
    }

    /// What the character costs more, in the gap at an observed character, than the one that the first reading has
    /// there, beyond what the n-gram says.
    pub(crate) fn extra(&self, at: u32, c: char) -> Cost {
        let Some(Place { gap, balance, base, .. }) = self.gaps.get(&(at, c.is_ascii())) else { return 0 };
        let mut asked = self.asked.borrow_mut();
        *asked.entry((at, c)).or_insert_with(|| base - gap.bonus(symbol(c)) + balance.extra(c))
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
