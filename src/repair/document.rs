//! One document's way through the repairer: which lines to look at, which channels to try, what to accept.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Range;

use crate::codec::{CodePage, Decoder};
use crate::edit::{Edit, Left, Reason, Restored};
use crate::model::Cost;
use crate::scan::Nominee;

use super::budget::Budget;
use super::cache::Cache;
use super::channel::{LAYERS, Layer, Loss, Row, Truth};
use super::direct;
use super::evidence;
use super::fit::{self, Proof, dear, fit};
use super::glance::{self, Rows};
use super::price::{Context, is_east_asian, is_modelled, is_word_character, price};
use super::quote;
use super::refill::Fill;
use super::search::{MAX_LAYERS, Origin, Prices, Pricing, Reading, Search, Span};
use super::structure;
use super::swallowed::{LineEnds, Swallowed};

/// A stack of layers, the one to undo first in front.
pub(super) type Chain = Vec<Layer>;

/// How rare garbage is where nothing is known of the document: one span in e^12 places.
pub(super) const ENTER: Cost = 12_000;
/// The same where the document is known to be garbled by the same channel.
const ENTER_SIBLING: Cost = 4_000;
/// Each layer more is that much rarer.
const EXTRA_LAYER: Cost = 4_000;
const REENTER: Cost = 3_000;
const LEAVE: Cost = 1_000;
/// Text priced above this, per character, may still be garbage of an inner layer.
const STILL_GARBLED: i64 = 7_500;
/// A line this sure speaks for its neighbours.
const LINE_EVIDENCE: i64 = 20_000;
/// That characters were taken out after the damage is rarer than the damage.
const STRIPPED: Cost = 4_000;
/// How often at most a line's gaps are looked at again, with their neighbours as they were filled.
const LOOKS: usize = 2;
/// Total evidence of such lines that makes a document a garbled one,
const DOCUMENT_EVIDENCE: i64 = 60_000;
/// if they are one in so many of the lines that were looked at.
const GARBLED_SHARE: usize = 10;

/// A line to look at, with its line feed.
pub(crate) struct Line<'t> {
    /// Byte offset in the document.
    start: usize,
    text: &'t str,
    pub(super) chars: Vec<char>,
    clean: OnceCell<i64>,
    swallowed: OnceCell<Swallowed>,
    /// Families of channels that it shows signs of.
    families: u8,
    ends: LineEnds,
}

struct Solution {
    chain: Chain,
    reading: Reading,
    /// How much cheaper than leaving the line alone, what garbage costs to begin with included.
    gain: i64,
    /// Read without a search: nothing about it is doubtful.
    direct: bool,
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
            && cost_of(read()) < STILL_GARBLED * wide as i64
    }

    /// Whether one span reads all that looks like garbage, and nothing of it was lost. Bytes that are not there would
    /// have broken it.
    fn is_whole(&self, observed: &[char]) -> bool {
        let [span] = self.reading.spans.as_slice() else { return false };
        let lost = span.text.iter().any(|t| matches!(t.1, Origin::Restored { .. }));
        let mut around = observed[..span.start].iter().chain(&observed[span.end..]);
        !lost && !around.any(|&c| crate::scan::is_suspect(c))
    }
}

pub(crate) struct Outcome {
    pub(crate) edits: Vec<Edit>,
    pub(crate) left: Vec<Left>,
    /// The document shows a channel in many of its lines, without a doubt.
    pub(crate) is_garbled: bool,
}

/// Repairs the nominated lines of a document. Edits come back ascending, in offsets of the document.
pub(crate) fn repair<'t>(
    text: &'t str,
    lines: impl Iterator<Item = Nominee<'t>>,
    min_confidence: f64,
) -> Outcome {
    let ends = OnceCell::new();
    let ends = || *ends.get_or_init(|| LineEnds::of(text));
    let nominees = lines;
    let (mut lines, mut solutions): (Vec<Line<'t>>, Vec<Option<Solution>>) = (Vec::new(), Vec::new());
    let mut evidence: HashMap<Chain, (i64, usize)> = HashMap::new();
    let document = Budget::document();
    let mut known: Vec<Chain> = Vec::new();
    for nominee in nominees {
        // A channel that the document has shown may read the line straight: then nothing else is asked.
        let of_known = |nominee| {
            let line = Line::new(nominee, ends());
            let solution = line.by_known(&known, ENTER)?;
            Some((line, Some(solution)))
        };
        let solved = || {
            let line = Line::new(structure::confirmed(nominee)?, ends());
            let budget = document.line(line.chars.len());
            let solution = line.solve(&known, ENTER, &budget);
            document.charge(&budget);
            Some((line, solution))
        };
        let read = if known.is_empty() { None } else { of_known(nominee) };
        let Some((line, solution)) = read.or_else(solved) else { continue };
        if let Some(s) = &solution
            && s.gain >= LINE_EVIDENCE
        {
            let (sum, count) = evidence.entry(s.chain.clone()).or_default();
            *sum += s.gain;
            *count += 1;
            // More evidence for the first one changes no rank.
            if known.first() != Some(&s.chain) {
                known = ranked(&evidence);
            }
        }
        lines.push(line);
        solutions.push(solution);
    }
    // What the whole document shows helps its short and doubtful lines.
    let is_sure = |c: &Chain| {
        let (sum, count) = evidence[c];
        sum >= DOCUMENT_EVIDENCE && count * GARBLED_SHARE >= lines.len()
    };
    let sure: Vec<Chain> = ranked(&evidence).into_iter().filter(is_sure).collect();
    if !sure.is_empty() {
        for line in overlooked(text, &lines, &sure) {
            let at = lines.partition_point(|l| l.start < line.start);
            lines.insert(at, line);
            solutions.insert(at, None);
        }
        for (line, solution) in lines.iter().zip(&mut solutions) {
            if solution.as_ref().is_some_and(|s| s.direct) {
                continue;
            }
            let budget = document.line(line.chars.len());
            let again = line.solve_again(solution.as_ref(), &sure, &budget);
            document.charge(&budget);
            let better = match (&again, &solution) {
                (Some(a), Some(s)) => {
                    a.reading.cost < s.reading.cost || !sure.contains(&s.chain) && s.gain < a.gain
                }
                (Some(_), None) => true,
                _ => false,
            };
            if better {
                *solution = again;
            }
        }
    }
    let mut outcome = Outcome { edits: Vec::new(), left: Vec::new(), is_garbled: !sure.is_empty() };
    let cache = said(text, &lines, &solutions);
    for (line, solution) in lines.iter().zip(solutions) {
        let Some(solution) = solution else { continue };
        let enter = if sure.contains(&solution.chain) { ENTER_SIBLING } else { ENTER };
        line.write(&solution, enter, min_confidence, sure.is_empty(), &cache, &mut outcome);
    }
    outcome
}

/// The lines of a garbled document that show too few signs to be looked at in any other: those in which a wide
/// character stands before a mark of loss, and those that one of its channels reads from end to end.
fn overlooked<'t>(text: &'t str, seen: &[Line<'t>], sure: &[Chain]) -> Vec<Line<'t>> {
    let mut start = 0;
    let mut found = Vec::new();
    let ends = LineEnds::of(text);
    for line in text.split_inclusive('\n') {
        let is_seen = line.is_ascii() || seen.binary_search_by_key(&start, |l| l.start).is_ok();
        let is_marked = || {
            line.as_bytes().windows(2).any(|w| w[0] >= 0x80 && w[1] == b'?')
                || line.match_indices('\u{FFFD}').any(|(at, _)| at > 0 && line.as_bytes()[at - 1] >= 0x80)
        };
        if !is_seen {
            let whole = Line::new(Nominee { start, line, families: u8::MAX }, ends);
            if is_marked() || sure.iter().any(|chain| direct::reads(&whole.chars, chain)) {
                found.push(whole);
            }
        }
        start += line.len();
    }
    found
}

/// What the document says where nothing was lost: lines without garbage, and garbage that was read without a doubt.
/// Nothing, if nothing is to be restored.
fn said(text: &str, lines: &[Line<'_>], solutions: &[Option<Solution>]) -> Cache {
    let mut cache = Cache::default();
    let is_restored = |s: &Solution| {
        s.reading.spans.iter().any(|s| s.text.iter().any(|t| matches!(t.1, Origin::Restored { .. })))
    };
    if !solutions.iter().flatten().any(is_restored) {
        return cache;
    }
    let mut done = 0;
    for (line, solution) in lines.iter().zip(solutions) {
        text[done..line.start].lines().for_each(|clean| cache.learn(clean.chars()));
        if let Some(solution) = solution {
            cache.learn_reading(&line.chars, &solution.reading);
        }
        done = line.start + line.text.len();
    }
    text[done..].lines().for_each(|clean| cache.learn(clean.chars()));
    cache
}

fn ranked(evidence: &HashMap<Chain, (i64, usize)>) -> Vec<Chain> {
    let mut chains: Vec<(&Chain, i64)> = evidence.iter().map(|(c, e)| (c, e.0)).collect();
    chains.sort_by_key(|(c, e)| (-e, c.iter().map(ToString::to_string).collect::<String>()));
    chains.into_iter().map(|(c, _)| c.clone()).collect()
}

impl<'t> Line<'t> {
    /// A line of a text that ends its lines so.
    pub(super) fn new(Nominee { start, line: text, families }: Nominee<'t>, ends: LineEnds) -> Self {
        let chars: Vec<char> = text.chars().collect();
        Self { start, text, chars, clean: OnceCell::new(), swallowed: OnceCell::new(), families, ends }
    }

    pub(super) fn swallowed(&self) -> Swallowed {
        *self.swallowed.get_or_init(|| Swallowed::of(&self.chars, self.ends))
    }

    /// What the line costs as it stands.
    pub(super) fn clean(&self) -> i64 {
        *self.clean.get_or_init(|| cost_of(self.chars.iter().copied()))
    }

    fn solve(&self, known: &[Chain], enter: Cost, budget: &Budget) -> Option<Solution> {
        if self.is_lost() {
            return None;
        }
        if let Some(solution) = self.direct(enter) {
            return Some(solution);
        }
        let Some((excerpt, rows)) = glance::excerpt(self.text, self.families) else {
            return self.try_chains(known, enter, budget);
        };
        if self.text.len() < LONG || 2 * excerpt.len() > self.text.len() {
            return self.search(known, rows, enter, budget);
        }
        let skipped = self.text[..excerpt.start].chars().count();
        let part = self.part(excerpt);
        let mut solution = part.search(known, rows, enter, budget)?;
        solution.reading.cost += self.clean() - part.clean();
        for span in &mut solution.reading.spans {
            span.start += skipped;
            span.end += skipped;
        }
        Some(solution)
    }

    /// A part of the line, which lacks what the line lacks.
    fn part(&self, range: Range<usize>) -> Self {
        let nominee =
            Nominee { start: self.start + range.start, line: &self.text[range], families: self.families };
        Self { swallowed: OnceCell::from(self.swallowed()), ..Self::new(nominee, self.ends) }
    }

    fn search(&self, known: &[Chain], rows: Rows, enter: Cost, budget: &Budget) -> Option<Solution> {
        // A channel that the document has shown already and that leaves nothing doubtful needs no rivals,
        // and encodings that check themselves need none that fit anything.
        let mut best = self.try_chains(known, enter, budget);
        for self_checking in [true, false] {
            if best.as_ref().is_some_and(|s| !self_checking && s.is_proven() || self.is_settled(s)) {
                break;
            }
            let mut chains = Vec::new();
            discover(&self.chars, self.families, rows, self_checking, &mut Vec::new(), &mut chains);
            let found = self.try_chains(&chains, enter, budget);
            best = match (best, found) {
                (Some(b), Some(f)) => Some(if b.reading.cost <= f.reading.cost { b } else { f }),
                (b, f) => b.or(f),
            };
        }
        self.unstripped(best, enter, budget)
    }

    /// The line by the channels that its document has shown beyond doubt, given how it was read before that was known.
    fn solve_again(&self, before: Option<&Solution>, sure: &[Chain], budget: &Budget) -> Option<Solution> {
        let Some(before) = before.filter(|s| sure.contains(&s.chain)) else {
            return self.unstripped(self.try_chains(sure, ENTER_SIBLING, budget), ENTER_SIBLING, budget);
        };
        // By the same channel it reads the same: every reading enters garbage once, which costs less now.
        let less = i64::from(ENTER - ENTER_SIBLING);
        let spans = before.reading.spans.clone();
        let reading = Reading { cost: before.reading.cost - less, spans };
        let same = Solution { chain: before.chain.clone(), reading, gain: before.gain + less, direct: false };
        let others: Vec<Chain> = sure.iter().filter(|c| **c != before.chain).cloned().collect();
        match self.try_chains(&others, ENTER_SIBLING, budget) {
            Some(other) if other.reading.cost < same.reading.cost => {
                self.unstripped(Some(other), ENTER_SIBLING, budget)
            }
            _ => Some(same),
        }
    }

    /// Where a reading leaves something doubtful, the one that puts back what was taken out afterwards, if that is
    /// better.
    fn unstripped(&self, best: Option<Solution>, enter: Cost, budget: &Budget) -> Option<Solution> {
        let Some(mut chain) = best.as_ref().map(|s| s.chain.clone()) else { return best };
        let is_doubtful = best.as_ref().is_some_and(|s| !s.is_whole(&self.chars) && !self.is_settled(s));
        if !chain[0].may_be_stripped() || !is_doubtful {
            return best;
        }
        chain[0].stripped = true;
        let again = self.try_chains(&[chain], enter, budget);
        match (best, again) {
            (Some(b), Some(a)) if a.reading.cost + i64::from(STRIPPED) < b.reading.cost => Some(a),
            (b, _) => b,
        }
    }

    /// The line read straight by a channel that its document has shown.
    fn by_known(&self, known: &[Chain], enter: Cost) -> Option<Solution> {
        if self.is_lost() {
            return None;
        }
        Some(Self::straight(direct::by_known(&self.chars, known, |chain| self::enter(chain, enter))?))
    }

    /// The line read straight, without a search.
    fn direct(&self, enter: Cost) -> Option<Solution> {
        Some(Self::straight(direct::read(&self.chars, self.families, |chain| self::enter(chain, enter))?))
    }

    fn straight(direct: direct::Direct) -> Solution {
        // Its cost is told by what was priced of it: it has no rival.
        let reading = Reading { cost: i64::MIN, spans: vec![direct.span] };
        Solution { chain: direct.chain, reading, gain: direct.gain, direct: true }
    }

    /// Where half of what is seen are marks of loss, no text comes back, only invention.
    fn is_lost(&self) -> bool {
        let marks = self.chars.iter().filter(|&&c| c == '\u{FFFD}').count();
        2 * marks > self.chars.iter().filter(|c| !c.is_ascii()).count()
    }

    /// Every stack of layers that fits the line by structure, those that prove themselves in front.
    pub(super) fn fitting(&self) -> Vec<Chain> {
        let mut all = Vec::new();
        if self.is_lost() {
            return all;
        }
        for self_checking in [true, false] {
            let mut chains = Vec::new();
            discover(&self.chars, self.families, Rows::ALL, self_checking, &mut Vec::new(), &mut chains);
            all.extend(chains.into_iter().filter(|c| !all.contains(c)).collect::<Vec<_>>());
        }
        all
    }

    /// The line as a stack of layers reads it, with `enter` for the first garbled span.
    pub(super) fn read(&self, chain: &[Layer], enter: Cost, budget: &Budget) -> Reading {
        let prices = Prices { enter, reenter: REENTER, leave: LEAVE };
        let search = Search::new(chain, prices, Pricing::Language).missing(self.swallowed()).within(budget);
        let mut reading = search.read(&self.chars);
        for span in &mut reading.spans {
            *span = trimmed(span, &self.chars, chain);
        }
        reading
    }

    /// The reading with its gaps filled by what stands on both sides of them, and what was thought of for them.
    pub(super) fn refilled<'c>(
        &self,
        chain: &[Layer],
        reading: &Reading,
        enter: Cost,
        cache: &'c Cache,
    ) -> (Reading, Option<Fill<'c>>) {
        let prices = Prices { enter: self::enter(chain, enter), reenter: REENTER, leave: LEAVE };
        let budget = Budget::alone(self.chars.len());
        let mut reading = reading.clone();
        let mut thought = None;
        for _ in 0..LOOKS {
            let Some(fill) = Fill::of(&self.chars, &reading, cache, thought.as_ref()) else { break };
            let search = Search::new(chain, prices, Pricing::Language)
                .missing(self.swallowed())
                .filled(Some(fill))
                .within(&budget);
            let mut again = search.read(&self.chars);
            for span in &mut again.spans {
                *span = trimmed(span, &self.chars, chain);
            }
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
    fn is_settled(&self, solution: &Solution) -> bool {
        let result = solution.reading.result(&self.chars);
        let doubtful = result.iter().filter(|c| !c.is_ascii()).count() as i64;
        fit::Prices::new(&result).sum() < doubtful.max(1) * STILL_GARBLED
            && !result.iter().any(|&c| crate::scan::is_suspect(c))
    }

    fn try_chains(&self, chains: &[Chain], enter: Cost, budget: &Budget) -> Option<Solution> {
        let mut best: Option<Solution> = None;
        for (n, chain) in chains.iter().enumerate() {
            if n >= FEW_CHAINS && budget.is_spent() {
                break;
            }
            let is_known = enter == ENTER_SIBLING;
            let enter = self::enter(chain, enter);
            let mut reading = self.read(chain, enter, budget);
            self.drop_implausible(chain, &mut reading, enter, is_known);
            let gain = self.clean() - reading.cost;
            if !reading.spans.is_empty()
                && gain > 0
                && best.as_ref().is_none_or(|b| reading.cost < b.reading.cost)
            {
                best = Some(Solution { chain: chain.clone(), reading, gain, direct: false });
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
            let (clean, read) = evidence::costs(&self.chars, span);
            let plausible = is_plausible(chain, &self.chars, span, is_known);
            if !plausible {
                // As if it had never been entered.
                reading.cost += clean - read - i64::from(enter);
            }
            plausible
        });
    }

    fn write(
        &self,
        solution: &Solution,
        enter: Cost,
        min_confidence: f64,
        may_be_quoted: bool,
        cache: &Cache,
        out: &mut Outcome,
    ) {
        let offsets: Vec<usize> = self
            .text
            .char_indices()
            .map(|(i, _)| self.start + i)
            .chain(std::iter::once(self.start + self.text.len()))
            .collect();
        let cause: String = solution.chain.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        // What was read straight has no gaps.
        let (reading, fill) = match solution.direct {
            true => (Cow::Borrowed(&solution.reading), None),
            false => {
                let (reading, fill) = self.refilled(&solution.chain, &solution.reading, enter, cache);
                (Cow::Owned(reading), fill)
            }
        };
        let line = quote::Line::new(self.text);
        for span in &reading.spans {
            let before = offsets[span.start]..offsets[span.end];
            let old = &self.text[before.start - self.start..before.end - self.start];
            let confidence = match solution.direct {
                true => 1.0 / (1.0 + evidence::weight(solution.gain)),
                false => evidence::span_confidence(&self.chars, span, enter),
            };
            let reading: String = span.text.iter().map(|t| t.0).collect();
            // Letters and signs that a page of single bytes shows are for `alphabetic` to judge.
            let is_alphabetic = |l: &Layer| l.truth == Truth::Utf8 && l.page.is_single_byte();
            if solution.chain.iter().all(is_alphabetic) && !reading.contains(is_east_asian) {
                continue;
            }
            if may_be_quoted && line.quotes(old, &reading) {
                out.left.push(Left { at: before, why: Reason::Quoted });
                continue;
            }
            if confidence < min_confidence {
                out.left.push(Left { at: before, why: Reason::Unsure });
                continue;
            }
            let mut restored = evidence::restored(&self.chars, span, fill.as_ref(), self.swallowed());
            let new = masked(span, &mut restored, min_confidence);
            out.edits.push(Edit {
                before,
                after: 0..0,
                old: old.to_owned(),
                new,
                cause: cause.clone().into(),
                layers: solution.chain.len() as u8,
                confidence,
                reversible: restored.is_empty(),
                restored,
            });
        }
    }
}

impl Reading {
    /// The whole text with the spans replaced.
    pub(crate) fn result(&self, observed: &[char]) -> Vec<char> {
        replaced(observed, &self.spans)
    }
}

/// The text with the spans replaced.
pub(super) fn replaced(observed: &[char], spans: &[Span]) -> Vec<char> {
    let mut out = Vec::with_capacity(observed.len());
    let mut done = 0;
    for span in spans {
        out.extend_from_slice(&observed[done..span.start]);
        out.extend(span.text.iter().map(|t| t.0));
        done = span.end;
    }
    out.extend_from_slice(&observed[done..]);
    out
}

/// What the first garbled span costs, of a channel that is as rare as this one.
pub(super) fn enter(chain: &[Layer], enter: Cost) -> Cost {
    let weak: Cost = chain.iter().map(Layer::doubt).sum();
    enter + EXTRA_LAYER * (chain.len() as Cost - 1) + weak
}

/// The new text, with U+FFFD where a lost character is less sure than asked for, or is a digit.
pub(super) fn masked(span: &Span, restored: &mut [Restored], min_confidence: f64) -> String {
    let mut new = String::new();
    let mut lost = restored.iter_mut();
    for &(c, origin) in &span.text {
        let c = match origin {
            Origin::Restored { .. } => match lost.next() {
                Some(r) => {
                    if r.chosen != '\u{FFFD}' && (r.confidence < min_confidence || r.chosen.is_ascii_digit())
                    {
                        r.withhold();
                    }
                    r.at = new.len();
                    r.chosen
                }
                None => c,
            },
            _ => c,
        };
        new.push(c);
    }
    new
}

/// Without the characters at its ends that stay the same, or are common marks and would become rare signs.
pub(super) fn trimmed(span: &Span, observed: &[char], chain: &[Layer]) -> Span {
    let old = &observed[span.start..span.end];
    // Pairs of bytes read as other pairs: character stands against character.
    let in_step = matches!(chain, [Layer { truth: Truth::Page(_), page, .. }] if !page.is_single_byte());
    let is_common = |c: char| in_step && !c.is_ascii() && is_modelled(c) && !is_word_character(c);
    let same = |a: &char, b: &(char, Origin)| {
        b.1 == Origin::Read && (*a == b.0 || is_common(*a) && !b.0.is_ascii() && !is_modelled(b.0))
    };
    let head = old.iter().zip(&span.text).take_while(|(a, b)| same(a, b)).count();
    let room = old.len().min(span.text.len()) - head;
    let tail =
        old.iter().rev().zip(span.text.iter().rev()).take(room).take_while(|(a, b)| same(a, b)).count();
    Span {
        start: span.start + head,
        end: span.end - tail,
        text: span.text[head..span.text.len() - tail].to_vec(),
    }
}

fn cost_of(text: impl Iterator<Item = char>) -> i64 {
    let mut context = Context::START;
    let mut sum = 0;
    for c in text {
        sum += i64::from(price(context, c));
        context = context.then(c);
    }
    sum + i64::from(price(context, '\n'))
}

/// Rows of either kind of proof tried at one depth. Single-byte pages agree on most bytes, so several of
/// them fit equally well.
const ROWS_TRIED: usize = 7;
/// Bytes of a line from which on only a part of it is searched, where signs stand in a part only.
const LONG: usize = 400;
/// Stacks tried although the budget of the line is spent.
const FEW_CHAINS: usize = 2;
/// Stacks tried on one line.
const CHAINS_TRIED: usize = 40;

/// Finds the stacks of layers that fit a text by structure, the best-fitting first.
fn discover(
    text: &[char],
    families: u8,
    worthy: Rows,
    self_checking: bool,
    above: &mut Chain,
    found: &mut Vec<Chain>,
) {
    let proofs = [Proof::Structure, Proof::LanguageOfPairs, Proof::Language];
    let prices = fit::Prices::new(text);
    let dear = proofs.map(|proof| dear(text, &prices, proof));
    if dear.iter().all(|d| !d.contains(&true)) {
        return;
    }
    // Ideographs are in no single-byte page, and double-byte garbage is mostly ideographs.
    let narrow =
        text.iter().filter(|&&c| matches!(c, '\u{80}'..='\u{2E7F}' | '\u{F8FF}'..='\u{FFFC}')).count();
    let wide = text.iter().filter(|&&c| c >= '\u{2E80}').count();
    let has_inventory = |row: &Row| if row.page.is_single_byte() { narrow >= 2 } else { wide + narrow >= 2 };
    let mut rows: Vec<(i64, usize)> = LAYERS
        .iter()
        .enumerate()
        .filter(|(i, row)| worthy.has(*i) && has_inventory(row) && row.family().bit() & families != 0)
        .filter(|(_, row)| row.truth.is_self_checking() == self_checking || !above.is_empty())
        .filter(|(_, row)| row.proof() != Proof::Structure || glance::is_promising(text, &prices, row))
        .filter_map(|(i, row)| Some((fit(text, &prices, &dear[row.proof() as usize], row)?, i)))
        .collect();
    // What proves itself comes first; within a kind, the best fit.
    let proven = |i: usize| LAYERS[i].proof() == Proof::Structure;
    rows.sort_by_key(|&(fit, i)| (!proven(i), std::cmp::Reverse(fit), i));
    let mut tried = [0; 2];
    rows.retain(|&(_, i)| {
        let n = &mut tried[usize::from(proven(i))];
        *n += 1;
        *n <= ROWS_TRIED
    });
    // All stacks of this depth come before any deeper one.
    let mut outer: Vec<Layer> = Vec::new();
    for (_, i) in rows {
        let row = &LAYERS[i];
        let mut losses: Vec<Loss> = row.losses.iter().copied().filter(|l| l.shows_in(text)).collect();
        if losses.is_empty() {
            losses.push(Loss::None);
        }
        // To peel, the loss whose mark is surely one.
        let first =
            losses.iter().copied().find(|l| l.is_mark('\u{FFFD}')).filter(|_| text.contains(&'\u{FFFD}'));
        let first = first.unwrap_or(losses[0]);
        for loss in losses {
            if found.len() >= CHAINS_TRIED {
                return;
            }
            above.push(Layer { truth: row.truth, page: row.page, loss, stripped: false });
            found.push(above.clone());
            above.pop();
        }
        // Where every few characters are lost, nothing is left to tell a second layer by.
        let marks = text.iter().filter(|&&c| c == '\u{FFFD}').count();
        if row.truth == Truth::Utf8 && above.len() + 1 < MAX_LAYERS && 5 * marks <= wide + narrow + 3 {
            outer.push(Layer { truth: row.truth, page: row.page, loss: first, stripped: false });
        }
    }
    // Pages that agree on the bytes at hand peel to the same text. A deeper layer is looked for in what came out,
    // not in the text around it.
    let mut seen: Vec<Vec<char>> = Vec::new();
    for layer in outer {
        let prices = Prices { enter: 4_000, reenter: 4_000, leave: 0 };
        let mut reading = Search::new(&[layer], prices, Pricing::Structure).read(text);
        let wide = |s: &Span| s.text.iter().filter(|t| !t.0.is_ascii()).count() as i64;
        // Even one character shows as three or more in the garbage of two layers, unless some are lost.
        reading.spans.retain(|s| wide(s) >= LEAST_INSIDE || is_beside_mark(text, s));
        let inside: i64 = reading.spans.iter().map(wide).sum();
        let cost: i64 = reading.spans.iter().map(|s| cost_of(s.text.iter().map(|t| t.0))).sum();
        let peeled = joined(text, &reading.spans);
        if inside > 1 && cost > inside * STILL_GARBLED && !seen.contains(&peeled) {
            above.push(layer);
            discover(&peeled, u8::MAX, Rows::ALL, self_checking, above, found);
            above.pop();
            seen.push(peeled);
        }
    }
}

/// Wide characters that a layer inside of another one leaves at least.
const LEAST_INSIDE: i64 = 3;

/// Whether a mark of loss stands in a span or close to it.
fn is_beside_mark(text: &[char], span: &Span) -> bool {
    let around = span.start.saturating_sub(NEAR)..text.len().min(span.end + NEAR);
    text[around].iter().any(|c| matches!(c, '?' | '\u{FFFD}'))
}

/// Characters around a span among which a mark of loss may belong to it.
const NEAR: usize = 4;

/// What the spans of a text read as, one a line, with the marks of loss next to them. Spans that hardly anything
/// parts stay in one line.
fn joined(text: &[char], spans: &[Span]) -> Vec<char> {
    let is_mark = |c: &char| matches!(c, '?' | '\u{FFFD}');
    let mut out = Vec::new();
    let (mut done, mut is_gap) = (0, true);
    for (n, span) in spans.iter().enumerate() {
        let before = &text[span.start.saturating_sub(NEAR).max(done)..span.start];
        let kept = before.iter().position(is_mark).map_or(0, |n| before.len() - n);
        if !is_gap {
            out.push('\n');
        }
        out.extend_from_slice(&before[before.len() - kept..]);
        out.extend(span.text.iter().map(|t| t.0));
        let next = spans.get(n + 1).map_or(text.len(), |s| s.start);
        let after = &text[span.end..next.min(span.end + NEAR)];
        is_gap = n + 1 < spans.len() && next - span.end <= NEAR;
        let kept = if is_gap { after.len() } else { after.iter().rposition(is_mark).map_or(0, |n| n + 1) };
        out.extend_from_slice(&after[..kept]);
        done = span.end + kept;
    }
    out
}

impl Layer {
    /// Whether chance hardly makes readings of it.
    fn proves_itself(&self) -> bool {
        self.truth.is_self_checking()
    }

    /// Whether the page has codes that nobody defined, and another encoding's bytes happen to be such.
    fn may_be_stripped(&self) -> bool {
        (self.truth, self.page, self.stripped) == (Truth::Utf8, CodePage::Gbk, false)
    }

    /// How much more evidence a layer needs that is rare, or whose true encoding reads almost any bytes.
    fn doubt(&self) -> Cost {
        match (self.truth, self.page.is_single_byte()) {
            // Windows shows `?`, too, and far more often than a program that took U+FFFD through GBK.
            (Truth::Utf8, _) if matches!(self.loss, Loss::Byte { mark: '?', decoder: Decoder::Jdk17Gbk }) => {
                3_000
            }
            (Truth::Utf8, _) if matches!(self.loss, Loss::Byte { mark: '?', .. }) => 5_000,
            (Truth::Utf8, _) => 0,
            (Truth::Page(_), true) => 3_000,
            (Truth::Page(_), false) => 8_000,
        }
    }
}

impl Loss {
    /// Whether a lost byte is shown as `c`.
    fn is_mark(self, c: char) -> bool {
        matches!(self, Self::Pair { mark, .. } | Self::Byte { mark, .. } if mark == c)
    }

    /// Whether the loss can have happened in the text. Where it shows nothing, all losses of a row are
    /// alike, and the first stands for them.
    pub(crate) fn shows_in(self, text: &[char]) -> bool {
        match self {
            Self::None => true,
            Self::Pair { mark: '?', .. } => true,
            Self::Pair { mark, .. } | Self::Byte { mark, .. } => text.contains(&mark),
        }
    }
}

/// How many different characters there are, counted up to `most`.
pub(super) fn different(text: impl Iterator<Item = char>, most: usize) -> usize {
    let mut found: Vec<char> = Vec::with_capacity(most);
    for c in text {
        if !found.contains(&c) {
            found.push(c);
            if found.len() >= most {
                break;
            }
        }
    }
    found.len()
}

/// No test asks for more different characters.
const MOST_DIFFERENT: usize = 10;

/// Whether what a span reads as is text at all.
///
/// Chance makes readings too: some clean words have the bytes of valid UTF-8, and nearly all have those of some
/// Big5 text. What it does not make is words.
pub(super) fn is_plausible(chain: &[Layer], observed: &[char], span: &Span, is_known: bool) -> bool {
    // Five different characters that happen to have the bytes of valid UTF-8 are not met in clean text.
    const PROOF: usize = 5;
    let seen = observed[span.start..span.end].iter().filter(|c| !c.is_ascii());
    // One after another in the order of their codes, letters are an alphabet.
    let follows = |(a, b): (&char, &char)| u32::from(*b) == u32::from(*a) + 1;
    if seen.clone().nth(2).is_some() && seen.clone().zip(seen.clone().skip(1)).all(follows) {
        return false;
    }
    // A repeated character becomes a repeated character in any encoding, and repetition is cheap.
    let different = different(seen.copied(), MOST_DIFFERENT);
    let read: Vec<char> = span.text.iter().map(|t| t.0).filter(|c| is_word_character(*c)).collect();
    let chinese = read.iter().filter(|&&c| is_modelled(c)).count();
    let east_asian = chinese
        + read.iter().filter(|c| matches!(c, '\u{3041}'..='\u{30FF}' | '\u{AC00}'..='\u{D7A3}')).count();
    let cost = evidence::reading_cost(observed, span);
    let fits = |layer: &Layer| {
        let (fewest, most) = match layer.truth {
            Truth::Utf8 if different >= PROOF => return true,
            Truth::Utf8 if layer.page.is_single_byte() => (1, 9_500),
            // Clean words turn into letters of other scripts most easily.
            Truth::Utf8 if 2 * chinese < read.len() => return false,
            Truth::Utf8 => (1, 9_500),
            Truth::Page(CodePage::ShiftJis | CodePage::EucKr) if 10 * east_asian < 8 * read.len() => {
                return false;
            }
            Truth::Page(CodePage::ShiftJis | CodePage::EucKr) => (10, 5_000),
            Truth::Page(_) if 10 * chinese < 8 * read.len() => return false,
            Truth::Page(_) if layer.page.is_single_byte() => (3, 9_500),
            Truth::Page(_) if read.len() < 6 => (4, 7_000),
            Truth::Page(_) if read.len() < 10 => (4, 8_200),
            Truth::Page(_) => (6, 8_800),
        };
        (different >= fewest || is_known) && cost <= most * read.len() as i64
    };
    chain.iter().all(fits)
}
