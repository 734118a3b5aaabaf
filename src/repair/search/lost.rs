//! What may stand behind a mark of loss.

use std::sync::LazyLock;

use super::hypothesis::{Event, Hypothesis};
use super::{Place, Pricing, Search};
use crate::codec::Decoder;
use crate::model::{Cost, symbol, unigram_cost};
use crate::repair::channel::{Loss, Truth};
use crate::repair::truth::{Pending, Step};
use crate::scan::is_listed;

/// Readings of an unknown first byte kept before the swallowed second byte branches too.
const FIRST_BYTES: usize = 20;

/// Of a lost character that costs so much more than the best one, nobody asks what was swallowed behind it; the same
/// where further layers stand below, so that what costs much now may be cheap in the end.
const LIKELY: Cost = 5_000;
const LIKELY_BELOW: Cost = 10_000;

/// By so much a swallowed character may be likelier behind another lost character than behind the cheapest one.
const UNLIKE: Cost = 3_000;

/// Hypotheses made at one observed character before the remaining ones stop branching. Those that cost least come
/// first, so that what is given up is what the beam would drop; without a bound, marks of loss in several layers
/// multiply. At the end of a line, where each layer lost its last byte, twice as many for each further layer.
const BRANCHES: usize = 20_000;

/// Steps that it takes to find the bytes that fit.
const CANDIDATES: usize = 16;

/// The branches and the readings of a lost byte where the budget is spent.
const TIGHT_BRANCHES: usize = 150;
const TIGHT_BYTES: usize = 3;

impl Search<'_, '_> {
    /// What may stand behind a mark of layer `n`.
    pub(super) fn lost(&self, h: Hypothesis, n: usize, place: Place<'_>, out: &mut Vec<Hypothesis>) {
        let most = match place.next {
            _ if place.tight => TIGHT_BRANCHES,
            None | Some('\n' | '\r') => BRANCHES << (self.layers.len() - 1),
            _ => BRANCHES,
        };
        if place.is_crowded(out, most) {
            return;
        }
        match self.layers[n].loss {
            Loss::None | Loss::Ignored { .. } => {}
            Loss::Pair { decoder, .. } => self.lost_pair(h, n, decoder, place, out),
            Loss::Byte { decoder, .. } => self.lost_byte(h, n, decoder, place, out),
        }
    }

    /// Two bytes are gone: one that is no ASCII, and one that made no pair with it.
    fn lost_pair(
        &self,
        h: Hypothesis,
        n: usize,
        decoder: Decoder,
        place: Place<'_>,
        out: &mut Vec<Hypothesis>,
    ) {
        // A lone last byte, though something followed: two texts were put together after the damage.
        const LONE_INSIDE: Cost = 10_000;
        // What was swallowed has been put back by hand, to make the program compile.
        const LONE_BEFORE_CLOSING: Cost = 4_000;
        // A garbled text stands inside a clean one: its last byte had no partner.
        const LONE_AT_SPAN_END: Cost = 500;
        let lone = match place.next {
            None => self.swallowed.lone_at_text_end(),
            Some('\n' | '\r') => self.swallowed.lone_at_line_end(),
            Some('"' | '\'' | ')') => LONE_BEFORE_CLOSING,
            Some(_) => LONE_INSIDE,
        };
        let mut firsts = Vec::new();
        let is_innermost = n + 1 == self.layers.len();
        // Both lost bytes belong to one character: thousands would do, and the commonest of them are thought of.
        let lead = h.pending[n].value() as u8;
        let is_pair_of_one = self.layers.len() == 1
            && self.pricing == Pricing::Language
            && self.layers[n].truth == Truth::Utf8
            && h.pending[n].len() == 1
            && matches!(lead, 0xE0..=0xEF)
            && decoder == Decoder::Windows950
            && !place.tight;
        if is_pair_of_one {
            let mut least = Cost::MAX;
            let block = &common()[usize::from(lead & 0xF)];
            let count = worth_trying(h.cost.saturating_sub(place.best)).min(block.len());
            for &(c, [first, second]) in &block[..count] {
                if !decoder.singles(first) && !decoder.pairs(first, second) {
                    let mut h = h;
                    h.pending[n] = Pending::NONE;
                    h.tainted &= !(1 << n);
                    self.restore(h, c, 0, &mut least, place, out);
                }
            }
        }
        let mut least = Cost::MAX;
        for first in self.candidates(h.pending[n], n, |b| !decoder.singles(b)) {
            let from = firsts.len();
            if is_innermost && let Step::Char(c) = self.layers[n].truth.step(h.pending[n], first) {
                // Most characters are not worth a hypothesis.
                let mut h = h;
                h.pending[n] = Pending::NONE;
                h.tainted &= !(1 << n);
                h.owed[n] = first;
                self.restore(h, c, 0, &mut least, place, &mut firsts);
                continue;
            }
            self.bytes(h, n, &[first], true, place, &mut firsts);
            for h in &mut firsts[from..] {
                // Remember which byte it was; it is not owed to anybody.
                h.owed[n] = first;
            }
        }
        firsts.sort_by_key(|h| h.cost + self.ahead(h));
        // As long as no character is complete, one byte is as good as another, and none must be cut off.
        let complete = firsts.iter().take_while(|h| h.pending[n..].iter().all(|p| p.is_none())).count();
        if place.tight {
            firsts.truncate(TIGHT_BYTES);
        } else if complete == firsts.len() && decoder != Decoder::Jdk6Gbk {
            // Old Java loses a pair behind the byte 80 alone, which must not be cut off either.
            firsts.truncate(FIRST_BYTES);
        }
        let best = firsts.first().map_or(0, |h| h.cost);
        let likely = best.saturating_add(if self.layers.len() == 1 { LIKELY } else { LIKELY_BELOW });
        let mut least = Cost::MAX;
        // What each swallowed character costs behind the cheapest lost one; behind others it is not much cheaper.
        let mut behind: Vec<Cost> = Vec::new();
        for mut h in firsts {
            if h.cost > best.saturating_add(place.hopeless) {
                break;
            }
            if place.is_too_dear(h.cost) {
                continue;
            }
            let first = std::mem::take(&mut h.owed[n]);
            let mut alone = h;
            alone.cost += lone;
            alone.refund = if place.is_whole { 0 } else { (lone - LONE_AT_SPAN_END).max(0) };
            if !place.is_whole || alone.cost <= least.saturating_add(place.hopeless) {
                out.push(alone);
            }
            if h.pending[n].is_none() && h.cost <= likely {
                let from = h.cost;
                for (i, &second) in self.swallowed(place.tight).iter().enumerate() {
                    let usual = behind.get(i).copied();
                    if usual.is_some_and(|usual| from + usual > least.saturating_add(place.hopeless + UNLIKE))
                    {
                        continue;
                    }
                    // A carriage return goes alone only where its line feed stays.
                    let out_of_place = second == b'\r' && place.next != Some('\n');
                    if out_of_place || decoder.pairs(first, second) {
                        if usual.is_none() {
                            behind.push(0);
                        }
                        continue;
                    }
                    let extra = self.swallowed.extra(second, place.next, h.back);
                    let mut h = h;
                    h.back = h.back.with(second);
                    if is_innermost {
                        let cost = self.restore(h, char::from(second), extra, &mut least, place, out);
                        if usual.is_none() {
                            behind.push(cost - from);
                        }
                    } else {
                        h.cost += extra;
                        self.bytes(h, n, &[second], true, place, out);
                    }
                }
            }
            if !all_pairs(decoder) && !place.tight && !is_pair_of_one {
                for second in self.candidates(h.pending[n], n, |b| !decoder.pairs(first, b)) {
                    self.bytes(h, n, &[second], true, place, out);
                }
            }
        }
    }

    /// Puts a lost character of the result out that costs so much `extra`, unless that is hopeless beside the `least` of
    /// its kind. Tells what the hypothesis costs then.
    fn restore(
        &self,
        mut h: Hypothesis,
        c: char,
        extra: Cost,
        least: &mut Cost,
        place: Place<'_>,
        out: &mut Vec<Hypothesis>,
    ) -> Cost {
        self.work_on(1);
        let cost = h.cost.saturating_add(extra + self.lost_cost(h.context, c, place.at));
        *least = cost.min(*least);
        if cost > least.saturating_add(place.hopeless) || c == '\u{FFFD}' && self.pricing == Pricing::Language
        {
            return cost;
        }
        h.cost = cost;
        h.context = h.context.then(c);
        if h.record(Event::restored(c)) {
            out.push(h);
        }
        cost
    }

    /// One byte is gone: it made no pair with the byte after it.
    fn lost_byte(
        &self,
        h: Hypothesis,
        n: usize,
        decoder: Decoder,
        place: Place<'_>,
        out: &mut Vec<Hypothesis>,
    ) {
        let fits = |b: u8| !decoder.singles(b) && (n > 0 || self.may_stand_before(b, decoder, place.next));
        for first in self.candidates(h.pending[n], n, fits) {
            let from = out.len();
            self.bytes(h, n, &[first], true, place, out);
            for h in &mut out[from..] {
                h.owed[n] = first;
            }
        }
    }

    /// Whether a lost byte fits the observed character after it, or ends a text that stands in another one.
    fn may_stand_before(&self, first: u8, decoder: Decoder, next: Option<char>) -> bool {
        let Some(next) = next else { return true };
        if self.pricing == Pricing::Language && !next.is_ascii() && !is_listed(next) {
            return true;
        }
        let mut any = false;
        for bytes in self.layers[0].page.bytes(next).iter() {
            any = true;
            if bytes.first().is_some_and(|&b| !decoder.pairs(first, b)) {
                return true;
            }
        }
        !any
    }

    /// The bytes that fit and may come next in the true encoding, ASCII left out.
    pub(super) fn candidates<F: Fn(u8) -> bool>(
        &self,
        pending: Pending,
        n: usize,
        fits: F,
    ) -> impl Iterator<Item = u8> + use<F> {
        self.work_on(CANDIDATES);
        let truth = self.layers[n].truth;
        let flat = self.pricing == Pricing::Structure;
        let mut found = false;
        let last = if truth == Truth::Utf8 && !pending.is_none() { 0xBF } else { 0xFE };
        (0x80..=last).filter(move |&b: &u8| {
            // By structure alone one candidate is as good as another.
            let ok = !(flat && found)
                && match truth {
                    // The leads of what Chinese text is made of; others are as good as never lost.
                    Truth::Utf8 if pending.is_none() => {
                        matches!(b, 0xC2 | 0xC3 | 0xE2..=0xE9 | 0xEF | 0xF0)
                    }
                    // A mark of loss that was damaged again is likelier than the half-width signs around it.
                    Truth::Utf8 if flat && pending.value() == 0xEF_BF => b == 0xBD,
                    _ => truth.step(pending, b) != Step::Invalid,
                }
                && fits(b);
            found |= ok;
            ok
        })
    }

    /// ASCII characters that may have been swallowed.
    fn swallowed(&self, tight: bool) -> &'static [u8] {
        match self.pricing {
            Pricing::Language if tight => b"\n \"",
            Pricing::Language => b"\n \"'.,)(<>*:;-/`!?=+#$%&0\r\t",
            Pricing::Structure => b" ",
        }
    }
}

/// How many of the commonest characters are thought of behind a hypothesis that costs so much more than the best one:
/// what lags must be likely to come to the front again.
fn worth_trying(lag: Cost) -> usize {
    match lag {
        ..2_000 => 1_200,
        2_000..4_000 => 500,
        4_000..7_000 => 200,
        _ => 80,
    }
}

/// Characters of three bytes with the same first one, each with the other two.
type Block = Vec<(char, [u8; 2])>;

/// The commonest characters of three bytes by their first one, the commonest in front.
fn common() -> &'static [Block; 16] {
    /// Of each first byte so many: what is rarer is read where a byte more of it is left.
    const MOST: usize = 1_200;
    static COMMON: LazyLock<[Block; 16]> = LazyLock::new(|| {
        std::array::from_fn(|lead| {
            let block = (lead as u32) << 12;
            let mut chars: Vec<char> =
                (block.max(0x800)..block + 0x1000).filter_map(char::from_u32).collect();
            chars.sort_by_key(|&c| unigram_cost(symbol(c)));
            chars.truncate(MOST);
            let rest = |c: char| [0x80 | (c as u32 >> 6 & 0x3F) as u8, 0x80 | (c as u32 & 0x3F) as u8];
            chars.into_iter().map(|c| (c, rest(c))).collect()
        })
    });
    &COMMON
}

/// Whether the decoder would have read the two bytes as one character.
pub(super) fn pairs(loss: Loss, first: u8, second: u8) -> bool {
    match loss {
        Loss::Byte { decoder, .. } | Loss::Ignored { decoder } => decoder.pairs(first, second),
        Loss::None | Loss::Pair { .. } => false,
    }
}

/// Decoders that read every pair whose second byte is no ASCII.
pub(super) fn all_pairs(decoder: Decoder) -> bool {
    matches!(decoder, Decoder::Windows936)
}
