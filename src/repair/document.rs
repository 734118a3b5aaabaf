//! One document's way through the repairer: which lines to look at, which channels to try, what to accept.

use std::collections::HashMap;

use crate::edit::{Edit, Left, Reason, Restored};
use crate::model::Cost;

use super::channel::{LAYERS, Layer, Loss, Row, Truth};
use super::evidence;
use super::price::{Context, price};
use super::quote;
use super::search::{MAX_LAYERS, Origin, Prices, Pricing, Reading, Search, Span};
use super::truth::{Pending, Step};

/// A stack of layers, the one to undo first in front.
type Chain = Vec<Layer>;

/// How rare garbage is where nothing is known of the document: one span in e^12 places.
const ENTER: Cost = 12_000;
/// The same where the document is known to be garbled by the same channel.
const ENTER_SIBLING: Cost = 4_000;
/// An encoding that reads almost any bytes needs that much more evidence.
const WEAK: Cost = 3_000;
/// Each layer more is that much rarer.
const EXTRA_LAYER: Cost = 4_000;
const REENTER: Cost = 3_000;
const LEAVE: Cost = 1_000;
/// Text priced above this, per character, may still be garbage of an inner layer.
const STILL_GARBLED: i64 = 7_500;
/// Total evidence for one channel that makes a document a garbled one.
const DOCUMENT_EVIDENCE: i64 = 60_000;

/// A line to look at, with its line feed.
pub(crate) struct Line<'t> {
    /// Byte offset in the document.
    start: usize,
    text: &'t str,
    chars: Vec<char>,
    /// What the line costs as it stands.
    clean: i64,
}

struct Solution {
    chain: Chain,
    reading: Reading,
    /// How much cheaper than leaving the line alone, what garbage costs to begin with included.
    gain: i64,
}

pub(crate) struct Outcome {
    pub(crate) edits: Vec<Edit>,
    pub(crate) left: Vec<Left>,
}

/// Repairs the nominated lines of a document. Edits come back ascending, in offsets of the document.
pub(crate) fn repair<'t>(lines: impl Iterator<Item = (usize, &'t str)>, min_confidence: f64) -> Outcome {
    let lines: Vec<Line<'t>> = lines.map(|(start, text)| Line::new(start, text)).collect();
    let mut evidence: HashMap<Chain, i64> = HashMap::new();
    let mut solutions: Vec<Option<Solution>> = Vec::with_capacity(lines.len());
    for line in &lines {
        let known: Vec<Chain> = ranked(&evidence);
        let solution = line.solve(&known, ENTER);
        if let Some(s) = &solution {
            *evidence.entry(s.chain.clone()).or_default() += s.gain;
        }
        solutions.push(solution);
    }
    // What the whole document shows helps its short and doubtful lines.
    let sure: Vec<Chain> =
        ranked(&evidence).into_iter().filter(|c| evidence[c] >= DOCUMENT_EVIDENCE).collect();
    if !sure.is_empty() {
        for (line, solution) in lines.iter().zip(&mut solutions) {
            let again = line.try_chains(&sure, ENTER_SIBLING);
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
    let mut outcome = Outcome { edits: Vec::new(), left: Vec::new() };
    for (line, solution) in lines.iter().zip(solutions) {
        let Some(solution) = solution else { continue };
        let enter = if sure.contains(&solution.chain) { ENTER_SIBLING } else { ENTER };
        line.write(&solution, enter, min_confidence, sure.is_empty(), &mut outcome);
    }
    outcome
}

fn ranked(evidence: &HashMap<Chain, i64>) -> Vec<Chain> {
    let mut chains: Vec<(&Chain, i64)> = evidence.iter().map(|(c, &e)| (c, e)).collect();
    chains.sort_by_key(|(c, e)| (-e, c.iter().map(ToString::to_string).collect::<String>()));
    chains.into_iter().map(|(c, _)| c.clone()).collect()
}

impl<'t> Line<'t> {
    fn new(start: usize, text: &'t str) -> Self {
        let chars: Vec<char> = text.chars().collect();
        let clean = cost_of(chars.iter().copied());
        Self { start, text, chars, clean }
    }

    fn solve(&self, known: &[Chain], enter: Cost) -> Option<Solution> {
        // A channel that the document has shown already and that leaves nothing doubtful needs no rivals,
        // and encodings that check themselves need none that fit anything.
        let mut best = self.try_chains(known, enter);
        for self_checking in [true, false] {
            if best.as_ref().is_some_and(|s| self.is_settled(s)) {
                break;
            }
            let mut chains = Vec::new();
            discover(&self.chars, self_checking, &mut Vec::new(), &mut chains);
            let found = self.try_chains(&chains, enter);
            best = match (best, found) {
                (Some(b), Some(f)) => Some(if b.reading.cost <= f.reading.cost { b } else { f }),
                (b, f) => b.or(f),
            };
        }
        best
    }

    /// Whether no character outside of the repaired spans is suspicious, nor the repaired text itself.
    fn is_settled(&self, solution: &Solution) -> bool {
        let result = solution.reading.result(&self.chars);
        let doubtful = result.iter().filter(|c| !c.is_ascii()).count() as i64;
        let cost = cost_of(result.iter().copied());
        cost < doubtful.max(1) * STILL_GARBLED && !result.iter().any(|&c| crate::scan::is_suspect(c))
    }

    fn try_chains(&self, chains: &[Chain], enter: Cost) -> Option<Solution> {
        let mut best: Option<Solution> = None;
        for chain in chains {
            let weak = chain.iter().any(|l| !l.truth.is_self_checking());
            let enter = enter + EXTRA_LAYER * (chain.len() as Cost - 1) + if weak { WEAK } else { 0 };
            let prices = Prices { enter, reenter: REENTER, leave: LEAVE };
            let reading = Search::new(chain, prices, Pricing::Language).read(&self.chars);
            let gain = self.clean - reading.cost;
            if !reading.spans.is_empty()
                && gain > 0
                && best.as_ref().is_none_or(|b| reading.cost < b.reading.cost)
            {
                best = Some(Solution { chain: chain.clone(), reading, gain });
            }
        }
        best
    }

    fn write(
        &self,
        solution: &Solution,
        enter: Cost,
        min_confidence: f64,
        may_be_quoted: bool,
        out: &mut Outcome,
    ) {
        let offsets: Vec<usize> = self
            .text
            .char_indices()
            .map(|(i, _)| self.start + i)
            .chain(std::iter::once(self.start + self.text.len()))
            .collect();
        let cause: String = solution.chain.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        for span in &solution.reading.spans {
            let span = trimmed(span, &self.chars);
            if span.start == span.end {
                continue;
            }
            let before = offsets[span.start]..offsets[span.end];
            let old = &self.text[before.start - self.start..before.end - self.start];
            let confidence = evidence::span_confidence(&self.chars, &span, enter);
            let reading: String = span.text.iter().map(|t| t.0).collect();
            if may_be_quoted && quote::is_quoted(self.text, old, &reading) {
                out.left.push(Left { at: before, why: Reason::Quoted });
                continue;
            }
            if confidence < min_confidence {
                out.left.push(Left { at: before, why: Reason::Unsure });
                continue;
            }
            let mut restored = evidence::restored(&self.chars, &span);
            let new = masked(&span, &mut restored, min_confidence);
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
        let mut out = Vec::with_capacity(observed.len());
        let mut done = 0;
        for span in &self.spans {
            out.extend_from_slice(&observed[done..span.start]);
            out.extend(span.text.iter().map(|t| t.0));
            done = span.end;
        }
        out.extend_from_slice(&observed[done..]);
        out
    }
}

/// The new text, with U+FFFD where a lost character is less sure than asked for.
fn masked(span: &Span, restored: &mut [Restored], min_confidence: f64) -> String {
    let mut new = String::new();
    let mut lost = restored.iter_mut();
    for &(c, origin) in &span.text {
        let c = match origin {
            Origin::Restored => match lost.next() {
                Some(r) if r.confidence < min_confidence => {
                    r.alternatives.insert(0, (r.chosen, r.confidence));
                    r.chosen = '\u{FFFD}';
                    r.at = new.len();
                    '\u{FFFD}'
                }
                Some(r) => {
                    r.at = new.len();
                    c
                }
                None => c,
            },
            _ => c,
        };
        new.push(c);
    }
    new
}

/// Without the characters at its ends that stay the same.
fn trimmed(span: &Span, observed: &[char]) -> Span {
    let old = &observed[span.start..span.end];
    let same = |a: &char, b: &(char, Origin)| *a == b.0 && b.1 == Origin::Read;
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

/// Rows tried at one depth.
const ROWS_TRIED: usize = 5;
/// Stacks tried on one line.
const CHAINS_TRIED: usize = 16;

/// Finds the stacks of layers that fit a text by structure, the best-fitting first.
fn discover(text: &[char], self_checking: bool, above: &mut Chain, found: &mut Vec<Chain>) {
    let dear = dear(text);
    let mut rows: Vec<(usize, usize)> = LAYERS
        .iter()
        .enumerate()
        .filter(|(_, row)| row.truth.is_self_checking() == self_checking || !above.is_empty())
        .filter_map(|(i, row)| Some((coverage(text, &dear, row)?, i)))
        .collect();
    rows.sort_by_key(|&(covered, i)| (std::cmp::Reverse(covered), i));
    // Single-byte pages agree on most bytes, so many fit equally well.
    let enough = rows.get(ROWS_TRIED.min(rows.len().saturating_sub(1))).map_or(0, |r| r.0);
    rows.retain(|r| r.0 >= enough);
    for (_, i) in rows.into_iter().take(ROWS_TRIED * 3) {
        let row = &LAYERS[i];
        let mut losses: Vec<Loss> = row.losses.iter().copied().filter(|l| l.shows_in(text)).collect();
        if losses.is_empty() {
            losses.push(Loss::None);
        }
        let first = losses[0];
        for loss in losses {
            if found.len() >= CHAINS_TRIED {
                return;
            }
            above.push(Layer { truth: row.truth, page: row.page, loss });
            found.push(above.clone());
            above.pop();
        }
        if row.truth != Truth::Utf8 || above.len() + 1 >= MAX_LAYERS {
            continue;
        }
        let layer = Layer { truth: row.truth, page: row.page, loss: first };
        let prices = Prices { enter: 4_000, reenter: 4_000, leave: 0 };
        let reading = Search::new(&[layer], prices, Pricing::Structure).read(text);
        let wide = |s: &Span| s.text.iter().filter(|t| !t.0.is_ascii()).count() as i64;
        let inside: i64 = reading.spans.iter().map(wide).sum();
        let cost: i64 = reading.spans.iter().map(|s| cost_of(s.text.iter().map(|t| t.0))).sum();
        if inside > 1 && cost > inside * STILL_GARBLED {
            above.push(layer);
            discover(&reading.result(text), self_checking, above, found);
            above.pop();
        }
    }
}

impl Loss {
    /// Whether the loss can have happened in the text. Where it shows nothing, all losses of a row are
    /// alike, and the first stands for them.
    fn shows_in(self, text: &[char]) -> bool {
        match self {
            Self::None => true,
            Self::Pair { mark: '?', .. } => true,
            Self::Pair { mark, .. } | Self::Byte { mark, .. } => text.contains(&mark),
        }
    }
}

/// Which characters surprise, or stand next to one that does.
fn dear(text: &[char]) -> Vec<bool> {
    const SURPRISING: Cost = 8_000;
    let mut dear = vec![false; text.len()];
    let mut context = Context::START;
    for (i, &c) in text.iter().enumerate() {
        if !c.is_ascii() && price(context, c) >= SURPRISING {
            dear[i.saturating_sub(1)..(i + 2).min(text.len())].fill(true);
        }
        context = context.then(c);
    }
    dear
}

/// How many surprising characters of the text become valid characters of the row's true encoding; `None`
/// if hardly any.
fn coverage(text: &[char], dear: &[bool], row: &Row) -> Option<usize> {
    let mut covered = 0;
    let mut pending = Pending::NONE;
    let mut since = 0;
    for (&c, &dear) in text.iter().zip(dear) {
        if c.is_ascii() || c == '\u{FFFD}' {
            // A mark or an ASCII character may hide the rest of a character.
            pending = Pending::NONE;
            since = 0;
            continue;
        }
        let bytes = row.page.bytes(c);
        let Some(bytes) = bytes.iter().next() else {
            pending = Pending::NONE;
            since = 0;
            continue;
        };
        since += usize::from(dear);
        for &byte in bytes {
            pending = match row.truth.step(pending, byte) {
                Step::Char(_) => {
                    covered += since;
                    since = 0;
                    Pending::NONE
                }
                Step::More(more) => more,
                Step::Invalid => {
                    since = usize::from(dear);
                    match row.truth.step(Pending::NONE, byte) {
                        Step::More(more) => more,
                        _ => Pending::NONE,
                    }
                }
            };
        }
    }
    (covered >= 2).then_some(covered)
}
