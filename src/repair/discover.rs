//! Which stacks of layers fit a text by structure.

use super::chain::Chain;
use super::channel::{LAYERS, Layer, Loss, Row, Truth};
use super::fit::{self, Proof, dear, fit};
use super::glance::{self, Rows};
use super::price::line_cost;
use super::search::{MAX_LAYERS, Prices, Pricing, Search, Span};

/// Text priced above this, per character, may still be garbage of an inner layer.
pub(super) const STILL_GARBLED: i64 = 7_500;

/// Rows of either kind of proof tried at one depth. Single-byte pages agree on most bytes, so several of
/// them fit equally well.
const ROWS_TRIED: usize = 7;
/// Stacks tried on one line.
const CHAINS_TRIED: usize = 40;

/// Finds the stacks of layers that fit a text by structure, the best-fitting first.
pub(super) fn discover(
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
        let mut losses: Vec<Loss> =
            row.losses.iter().copied().filter(|l| l.shows_in(|c| text.contains(&c))).collect();
        // Double-byte pages lose bytes that single bytes hold: a mark beside them may be an earlier step's.
        if losses.is_empty() || row.proof() == Proof::LanguageOfPairs && losses != [Loss::None] {
            losses.insert(0, Loss::None);
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
        let cost: i64 = reading.spans.iter().map(|s| line_cost(s.text.iter().map(|t| t.0))).sum();
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
