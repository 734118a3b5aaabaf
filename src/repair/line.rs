//! One line's way through the repairer: which channels to try, what to accept.

use std::cell::{OnceCell, RefCell};
use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::model::Cost;

use super::budget::Budget;
use super::cache::Cache;
use super::chain::{Chain, ENTER, ENTER_SIBLING, LEAVE, REENTER, enter as enter_cost};
use super::channel::Layer;
use super::direct::{self, Straight};
use super::discover::{STILL_GARBLED, discover};
use super::evidence;
use super::fit;
use super::glance::{self, Rows};
use super::line_ends::Ends;
use super::plausible::is_plausible;
use super::price::{is_east_asian, is_modelled, line_cost};
use super::refill::Fill;
use super::search::{Origin, Prices, Pricing, Reading, Search};
use super::span::trimmed;
use super::swallowed::Swallowed;

/// A line this sure speaks for its neighbours.
pub(super) const LINE_EVIDENCE: i64 = 20_000;
/// How often at most a line's gaps are looked at again, with their neighbours as they were filled.
const LOOKS: usize = 2;
/// Bytes of a line from which on only a part of it is searched, where signs stand in a part only.
const LONG: usize = 400;
/// Marks of loss for each ideograph from which on nothing comes back. UTF-8 that was read as Big5 leaves two or three.
const MOST_LOST: usize = 4;
/// Stacks tried although the budget of the line is spent.
const FEW_CHAINS: usize = 2;

/// A line to look at, with its line feed.
pub(crate) struct Line<'t> {
    /// Byte offset in the document.
    pub(super) start: usize,
    pub(super) text: &'t str,
    chars: OnceCell<Vec<char>>,
    clean: OnceCell<i64>,
    swallowed: OnceCell<Swallowed>,
    /// Channels by which it does not read as garbage from end to end.
    refused: RefCell<Vec<Chain>>,
    /// Families of channels that it shows signs of.
    families: u8,
    ends: Ends<'t>,
}

pub(super) struct Solution {
    pub(super) chain: Chain,
    pub(super) reading: Reading,
    /// How much cheaper than leaving the line alone, what garbage costs to begin with included.
    pub(super) gain: i64,
    /// What it reads as if that took no search: then nothing about it is doubtful, and there are no spans.
    pub(super) straight: Option<Straight>,
}

impl Solution {
    /// Whether its encoding proves itself and what came out of it is text in Chinese, Japanese or Korean: no encoding
    /// that reads almost any bytes reads these better.
    fn is_proven(&self) -> bool {
        let read = || self.reading.spans.iter().flat_map(|s| &s.text).map(|t| t.0);
        let wide = read().filter(|c| !c.is_ascii()).count();
        let eastern = read().filter(|c| !c.is_ascii() && (is_modelled(*c) || is_east_asian(*c))).count();
        self.gain >= LINE_EVIDENCE
            && self.chain.iter().all(Layer::proves_itself)
            && 10 * eastern >= 9 * wide
            && line_cost(read()) < STILL_GARBLED * wide as i64
    }

    /// Whether one span reads all that looks like garbage, and nothing of it was lost. Bytes that are not there would
    /// have broken it.
    pub(super) fn is_whole(&self, observed: &[char]) -> bool {
        let [span] = self.reading.spans.as_slice() else { return false };
        let lost = span.text.iter().any(|t| matches!(t.1, Origin::Restored { .. }));
        !lost && !self.reading.left(observed).any(crate::scan::is_suspect)
    }
}

impl<'t> Line<'t> {
    /// A line of a text that ends its lines so, in which signs of all families are looked for.
    pub(super) fn new(start: usize, text: &'t str, ends: Ends<'t>) -> Self {
        let (chars, clean, swallowed, refused) = Default::default();
        Self { start, text, chars, clean, swallowed, refused, families: u8::MAX, ends }
    }

    /// The line, of which only these families are left.
    pub(super) fn with_families(self, families: u8) -> Self {
        Self { families, ..self }
    }

    pub(super) fn chars(&self) -> &[char] {
        self.chars.get_or_init(|| self.text.chars().collect())
    }

    /// The number of its characters, which are not decoded for that.
    pub(super) fn len(&self) -> usize {
        self.chars.get().map_or_else(|| self.text.chars().count(), Vec::len)
    }

    pub(super) fn swallowed(&self) -> Swallowed {
        *self.swallowed.get_or_init(|| Swallowed::of(self.chars(), self.ends.get()))
    }

    /// The same in a document that says this.
    pub(super) fn swallowed_in(&self, cache: &Cache) -> Swallowed {
        if cache.has_habits() { self.swallowed().told() } else { self.swallowed() }
    }

    /// What the line costs as it stands.
    pub(super) fn clean(&self) -> i64 {
        *self.clean.get_or_init(|| line_cost(self.chars().iter().copied()))
    }

    pub(super) fn solve(&self, known: &[Chain], budget: &Budget) -> Option<Solution> {
        if self.is_lost() {
            return None;
        }
        if let Some(solution) = self.direct() {
            return Some(solution);
        }
        // What the document has shown is looked for in all of its lines once that is beyond doubt.
        let (excerpt, rows) = glance::excerpt(self.text, self.families)?;
        if self.text.len() < LONG || 2 * excerpt.len() > self.text.len() {
            return self.search(known, rows, budget);
        }
        let skipped = self.text[..excerpt.start].chars().count();
        let part = self.part(excerpt);
        let mut solution = part.search(known, rows, budget)?;
        solution.reading.cost += self.clean() - part.clean();
        for span in &mut solution.reading.spans {
            span.start += skipped;
            span.end += skipped;
        }
        Some(solution)
    }

    /// A part of the line, which lacks what the line lacks.
    fn part(&self, range: Range<usize>) -> Self {
        let part = Self::new(self.start + range.start, &self.text[range], self.ends.clone());
        Self { swallowed: OnceCell::from(self.swallowed()), families: self.families, ..part }
    }

    fn search(&self, known: &[Chain], rows: Rows, budget: &Budget) -> Option<Solution> {
        // A channel that the document has shown already and that leaves nothing doubtful needs no rivals,
        // and encodings that check themselves need none that fit anything.
        let mut best = self.try_chains(known, ENTER, budget);
        let mut tried = known.to_vec();
        for self_checking in [true, false] {
            if best.as_ref().is_some_and(|s| !self_checking && s.is_proven() || self.is_settled(s)) {
                break;
            }
            let mut chains = Vec::new();
            discover(self.chars(), self.families, rows, self_checking, &mut Vec::new(), &mut chains);
            let found = self.try_chains(&chains, ENTER, budget);
            tried.extend(chains);
            best = match (best, found) {
                (Some(b), Some(f)) => Some(if b.reading.cost <= f.reading.cost { b } else { f }),
                (b, f) => b.or(f),
            };
        }
        // A few words are no text any more without what was taken out.
        if best.is_none() {
            best = self.unstripped_from(rows, &tried, budget);
        }
        self.unstripped(best, ENTER, budget)
    }

    /// The line by the channels that its document has shown beyond doubt, given how it was read before that was known.
    pub(super) fn solve_again(
        &self,
        before: Option<&Solution>,
        sure: &[Chain],
        budget: &Budget,
    ) -> Option<Solution> {
        let Some(before) = before.filter(|s| sure.contains(&s.chain)) else {
            return self.unstripped(self.try_chains(sure, ENTER_SIBLING, budget), ENTER_SIBLING, budget);
        };
        // By the same channel it reads the same: every reading enters garbage once, which costs less now.
        let less = i64::from(ENTER - ENTER_SIBLING);
        let spans = before.reading.spans.clone();
        let reading = Reading { cost: before.reading.cost - less, spans };
        let same =
            Solution { chain: before.chain.clone(), reading, gain: before.gain + less, straight: None };
        let others: Vec<Chain> = sure.iter().filter(|c| **c != before.chain).cloned().collect();
        match self.try_chains(&others, ENTER_SIBLING, budget) {
            Some(other) if other.reading.cost < same.reading.cost => {
                self.unstripped(Some(other), ENTER_SIBLING, budget)
            }
            _ => Some(same),
        }
    }

    /// The line read straight by a channel that its document has shown.
    pub(super) fn by_known(&self, known: &[Chain]) -> Option<Solution> {
        if self.is_lost() {
            return None;
        }
        direct::by_known(self.text, known).map(Self::straight)
    }

    /// The line read straight, without a search.
    fn direct(&self) -> Option<Solution> {
        direct::read(self.text, self.families).map(Self::straight)
    }

    fn straight(direct: direct::Direct) -> Solution {
        // Its cost is told by what was priced of it: it has no rival.
        let reading = Reading { cost: i64::MIN, spans: Vec::new() };
        Solution { chain: direct.chain, reading, gain: direct.gain, straight: Some(direct.straight) }
    }

    /// Where nearly all of what is seen are marks of loss, no text comes back, only invention.
    fn is_lost(&self) -> bool {
        let ideographs = || self.text.chars().filter(|&c| is_wide(c)).count();
        self.is_half_lost() && self.marks() >= MOST_LOST * ideographs()
    }

    /// Where half of what is seen are marks of loss, a reading must be of all else that is there.
    pub(super) fn is_half_lost(&self) -> bool {
        let marks = self.marks();
        marks > 0 && 2 * marks > self.text.chars().filter(|c| !c.is_ascii()).count()
    }

    /// How often U+FFFD stands in the line.
    fn marks(&self) -> usize {
        static MARK: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("\u{FFFD}"));
        MARK.find_iter(self.text.as_bytes()).count()
    }

    /// Every stack of layers that fits the line by structure, those that prove themselves in front.
    pub(super) fn fitting(&self) -> Vec<Chain> {
        let mut all = Vec::new();
        if self.is_lost() {
            return all;
        }
        for self_checking in [true, false] {
            let mut chains = Vec::new();
            discover(self.chars(), self.families, Rows::ALL, self_checking, &mut Vec::new(), &mut chains);
            all.extend(chains.into_iter().filter(|c| !all.contains(c)).collect::<Vec<_>>());
        }
        all
    }

    /// The line as a stack of layers reads it, with `enter` for the first garbled span.
    pub(super) fn read(&self, chain: &[Layer], enter: Cost, budget: &Budget) -> Reading {
        let mut reading = self.search_by(chain, enter, budget).read(self.chars());
        self.trim(&mut reading, chain);
        reading
    }

    fn search_by<'s>(&self, chain: &'s [Layer], enter: Cost, budget: &'s Budget) -> Search<'s, 's> {
        let prices = Prices { enter, reenter: REENTER, leave: LEAVE };
        Search::new(chain, prices, Pricing::Language).missing(self.swallowed()).within(budget)
    }

    fn trim(&self, reading: &mut Reading, chain: &[Layer]) {
        for span in &mut reading.spans {
            *span = trimmed(span, self.chars(), chain);
        }
    }

    /// The reading with its gaps filled by what stands on both sides of them, and what was thought of for them.
    pub(super) fn refilled<'c>(
        &self,
        chain: &[Layer],
        reading: &Reading,
        enter: Cost,
        cache: &'c Cache,
        budget: &Budget,
    ) -> (Reading, Option<Fill<'c>>) {
        let prices = Prices { enter: enter_cost(chain, enter), reenter: REENTER, leave: LEAVE };
        let mut reading = reading.clone();
        let mut thought = None;
        let swallowed = self.swallowed_in(cache);
        let last_bytes = matches!(chain, [layer] if layer.loses_last_bytes());
        for _ in 0..LOOKS {
            let Some(fill) = Fill::of(self.chars(), &reading, cache, last_bytes, thought.as_ref()) else {
                break;
            };
            let search = Search::new(chain, prices, Pricing::Language)
                .missing(swallowed)
                .filled(Some(fill))
                .within(budget);
            let mut again = search.read(self.chars());
            self.trim(&mut again, chain);
            self.drop_implausible(chain, &mut again, prices.enter, enter == ENTER_SIBLING);
            let is_same = again.spans == reading.spans;
            reading = again;
            thought = search.into_fill();
            if is_same {
                break;
            }
        }
        (reading, thought)
    }

    /// Whether no character outside of the repaired spans is suspicious, nor the repaired text itself.
    pub(super) fn is_settled(&self, solution: &Solution) -> bool {
        let result = solution.reading.result(self.chars());
        let doubtful = result.iter().filter(|c| !c.is_ascii()).count() as i64;
        fit::Prices::new(&result).sum() < doubtful.max(1) * STILL_GARBLED
            && !result.iter().any(|&c| crate::scan::is_suspect(c))
    }

    pub(super) fn try_chains(&self, chains: &[Chain], enter: Cost, budget: &Budget) -> Option<Solution> {
        self.cheapest(chains, enter, budget, |search, chain| {
            let is_refused = self.refused.borrow().contains(chain);
            let chars = self.chars();
            Some(if is_refused { search.read_in_spans(chars) } else { search.read(chars) })
        })
    }

    /// The line as garbage from end to end, by the channels that its document has shown, if that leaves nothing doubtful.
    pub(super) fn whole_by_known(&self, known: &[Chain], budget: &Budget) -> Option<Solution> {
        if self.is_lost() {
            return None;
        }
        let solution = self.cheapest(known, ENTER, budget, |search, chain| {
            let reading = search.read_whole(self.chars());
            if reading.is_none() {
                self.refused.borrow_mut().push(chain.clone());
            }
            reading
        })?;
        (solution.gain >= LINE_EVIDENCE && self.is_settled(&solution)).then_some(solution)
    }

    /// The cheapest of the readings by some channels, as far as they can be read.
    fn cheapest(
        &self,
        chains: &[Chain],
        enter: Cost,
        budget: &Budget,
        read: impl Fn(&Search<'_, '_>, &Chain) -> Option<Reading>,
    ) -> Option<Solution> {
        let mut best: Option<Solution> = None;
        for (n, chain) in chains.iter().enumerate() {
            if n >= FEW_CHAINS && budget.is_spent() {
                break;
            }
            let is_known = enter == ENTER_SIBLING;
            let enter = enter_cost(chain, enter);
            let Some(mut reading) = read(&self.search_by(chain, enter, budget), chain) else { continue };
            self.trim(&mut reading, chain);
            self.drop_implausible(chain, &mut reading, enter, is_known);
            let gain = self.clean() - reading.cost;
            if !reading.spans.is_empty()
                && gain > 0
                && best.as_ref().is_none_or(|b| reading.cost < b.reading.cost)
            {
                best = Some(Solution { chain: chain.clone(), reading, gain, straight: None });
            }
        }
        best
    }

    /// Takes back spans whose reading is no better than noise: what is read must not only be likelier than
    /// what stands there, but likely in itself. Of a channel that the document is known to be garbled by, less is asked.
    pub(super) fn drop_implausible(
        &self,
        chain: &[Layer],
        reading: &mut Reading,
        enter: Cost,
        is_known: bool,
    ) {
        reading.spans.retain(|span| {
            let (clean, read) = evidence::costs(self.chars(), span);
            let plausible = is_plausible(chain, self.chars(), span, is_known);
            if !plausible {
                // As if it had never been entered.
                reading.cost += clean - read - i64::from(enter);
            }
            plausible
        });
        // What is garbled in a page of another alphabet shows all of its letters as garbage.
        let page = chain[0].page;
        let beside_words = !is_known
            && !chain[0].proves_itself()
            && reading.left(self.chars()).any(|c| page.is_own_letter(c));
        if beside_words || self.is_half_lost() && reading.left(self.chars()).any(is_wide) {
            reading.spans.clear();
        }
    }
}

/// Whether a character is neither of an alphabet nor a mark of loss.
fn is_wide(c: char) -> bool {
    c >= '\u{2E80}' && c != '\u{FFFD}'
}
