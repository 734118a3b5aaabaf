//! How sure a reading is.
//!
//! A span is weighed by Bayes: how much likelier the read text is than the observed one, against how rare
//! garbage is. A restored character is weighed against the others that its known bytes allow, everything
//! around it held fixed. Both are log-odds in millinats, turned into probabilities by a slope: neighbouring
//! characters are not independent, so a millinat counts for less than it says. The slopes are set by hand.

use crate::edit::Restored;
use crate::model::Cost;

use super::price::{Context, is_word_character, price};
use super::refill::{self, Fill};
use super::search::{Origin, Span};
use super::swallowed::{PutBack, Swallowed};

/// Millinats of span evidence that multiply the odds by e.
const SPAN_SLOPE: f64 = 1_500.0;
/// The same for the choice of a lost character.
const CHOICE_SLOPE: f64 = 1_300.0;
/// How often a character is right all the same where one next to it is wrong.
const SWAYED: f64 = 0.9;
/// Alternatives that a report names.
const NAMED: usize = 8;

/// Probability that `span` was garbled, given the characters around it.
pub(crate) fn span_confidence(observed: &[char], span: &Span, enter: Cost) -> f64 {
    let (clean, read) = costs(observed, span);
    let odds = clean - read - i64::from(enter);
    1.0 / (1.0 + weight(odds))
}

/// How much less likely a reading is that costs so much more.
pub(crate) fn weight(extra: i64) -> f64 {
    (-(extra as f64) / SPAN_SLOPE).exp()
}

/// What a span costs as it stands and as it is read, the two characters after it included.
pub(crate) fn costs(observed: &[char], span: &Span) -> (i64, i64) {
    let before = &observed[span.start.saturating_sub(2)..span.start];
    let after: Vec<char> = observed[span.end..].iter().copied().take(2).collect();
    let clean = walk(before, observed[span.start..span.end].iter().chain(&after).copied());
    let read = walk(before, span.text.iter().map(|t| &t.0).chain(&after).copied());
    (clean, read)
}

/// What the characters of a reading cost that are neither ASCII nor common punctuation.
pub(crate) fn reading_cost(observed: &[char], span: &Span) -> i64 {
    let before = &observed[span.start.saturating_sub(2)..span.start];
    let mut context = before.iter().fold(Context::START, |context, &c| context.then(c));
    let mut sum = 0;
    for &(c, _) in &span.text {
        sum += if is_word_character(c) { i64::from(price(context, c)) } else { 0 };
        context = context.then(c);
    }
    sum
}

fn walk(before: &[char], text: impl Iterator<Item = char>) -> i64 {
    let mut context = before.iter().fold(Context::START, |context, &c| context.then(c));
    let mut sum = 0;
    for c in text {
        sum += i64::from(price(context, c));
        context = context.then(c);
    }
    sum
}

/// Weighs every restored character of a span against its alternatives, in a line that tells so much of what it lacks.
pub(crate) fn restored(
    observed: &[char],
    span: &Span,
    fill: Option<&Fill<'_>>,
    swallowed: Swallowed,
) -> Vec<Restored> {
    let mut out = Vec::new();
    let mut places = Vec::new();
    let mut at = 0;
    let mut back = PutBack::default();
    for (i, &(c, origin)) in span.text.iter().enumerate() {
        if let Origin::Restored { at: gap } = origin {
            let next = observed.get(gap as usize + 1).copied();
            let lacks = |c: char| u8::try_from(c).map_or(0, |byte| swallowed.extra(byte, next, back));
            out.push(weigh(observed, span, (i, gap), at, fill, lacks));
            places.push(i);
            back = u8::try_from(c).map_or(back, |byte| back.with(byte));
        }
        at += c.len_utf8();
    }
    doubt_neighbours(&mut out, &places);
    out
}

/// A character was weighed as if all around it were certain. So far as restored characters next to it are not, and by
/// half as much for those one further, it is no surer than [`SWAYED`] leaves it.
fn doubt_neighbours(restored: &mut [Restored], places: &[usize]) {
    let alone: Vec<f64> = restored.iter().map(|r| r.confidence).collect();
    for (n, &place) in places.iter().enumerate() {
        let near =
            places[n.saturating_sub(2)..places.len().min(n + 3)].iter().zip(&alone[n.saturating_sub(2)..]);
        let firm: f64 = near
            .map(|(&other, &sure)| match other.abs_diff(place) {
                1 => sure,
                2 => 0.5 + 0.5 * sure,
                _ => 1.0,
            })
            .product();
        restored[n].confidence *= SWAYED + (1.0 - SWAYED) * firm;
    }
}

fn weigh(
    observed: &[char],
    span: &Span,
    (i, gap): (usize, u32),
    at: usize,
    fill: Option<&Fill<'_>>,
    lacks: impl Fn(char) -> Cost,
) -> Restored {
    let chosen = span.text[i].0;
    // The text ends inside of a character of which too little is left.
    if chosen == '\u{FFFD}' {
        return Restored { at, chosen, confidence: 0.0, alternatives: Vec::new() };
    }
    let mut context = Context::START;
    let taken = i.min(2);
    for &c in &observed[span.start.saturating_sub(2 - taken)..span.start] {
        context = context.then(c);
    }
    for &(c, _) in &span.text[i - taken..i] {
        context = context.then(c);
    }
    let is_end = i + 1 == span.text.len() && refill::ends_alone(observed, span);
    let behind = if is_end { &[] } else { &observed[span.end..] };
    let after: Vec<char> = span.text[i + 1..]
        .iter()
        .map(|t| t.0)
        .chain(behind.iter().copied())
        .chain(std::iter::once('\n'))
        .take(2)
        .collect();
    // What the search thought of; a character that it chose without the filler is one of its block.
    let mut rivals = fill.map_or_else(Vec::new, |fill| fill.rivals(gap, chosen));
    if !rivals.contains(&chosen) {
        rivals = alternatives(chosen).collect();
    }
    let mut costs: Vec<(i64, char)> = rivals
        .into_iter()
        .map(|c| {
            let mut context = context;
            let own = price(context, c);
            let mut sum = i64::from(fill.map_or(own, |fill| fill.price(gap, c, own)) + lacks(c));
            context = context.then(c);
            for &d in &after {
                sum += i64::from(price(context, d));
                context = context.then(d);
            }
            (sum, c)
        })
        .collect();
    costs.sort_unstable();
    let best = costs.first().map_or(0, |c| c.0);
    let weights: Vec<f64> = costs.iter().map(|c| (-((c.0 - best) as f64) / CHOICE_SLOPE).exp()).collect();
    let total: f64 = weights.iter().sum();
    let mut confidence = 0.0;
    let mut others = Vec::new();
    for (&(_, c), weight) in costs.iter().zip(&weights) {
        let p = weight / total;
        if c == chosen {
            confidence = p;
        } else if others.len() < NAMED && p > 0.001 {
            others.push((c, p));
        }
    }
    Restored { at, chosen, confidence, alternatives: others }
}

/// What may stand in place of a restored character: for most losses the last byte is what is gone.
fn alternatives(chosen: char) -> Box<dyn Iterator<Item = char>> {
    if chosen.is_ascii() {
        return Box::new("\n \"'.,)(<>*:;-/`!?=+#$%&0123456789\r\t".chars());
    }
    let block = chosen as u32 & !0x3F;
    Box::new((block..block + 64).filter_map(char::from_u32))
}
