//! Bytes that are gone without a mark: taken out inside of a text, or cut off at its end.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::hypothesis::{Event, Hypothesis};
use super::{Place, Pricing, Search};
use crate::codec::{Bytes, CodePage};
use crate::model::Cost;
use crate::repair::channel::Layer;
use crate::repair::truth::{Pending, Step};

/// Hypotheses made at one observed character from which on nothing that was taken out is thought of: it is tried
/// everywhere.
pub(super) const STRIPPED_BRANCHES: usize = 4_000;

/// What it costs that a character for private use was taken out. In files that lost such characters, every other line
/// had some.
const STRIPPED: Cost = 4_000;

impl Search<'_, '_> {
    /// A text that was cut inside a character: the rest of its bytes is unknown.
    pub(super) fn complete(&self, h: Hypothesis, at: u32, out: &mut Vec<Hypothesis>) {
        const CUT: Cost = 6_000;
        let innermost = self.layers.len() - 1;
        if h.pending[..innermost].iter().any(|p| !p.is_none()) || self.pricing == Pricing::Structure {
            return;
        }
        let layer = &self.layers[innermost];
        let mut is_complete = false;
        for byte in 0x80..=0xFFu8 {
            if let Step::Char(c) = layer.truth.step(h.pending[innermost], byte) {
                let mut h = h;
                // A no-break space at the end of a line is trimmed by most editors.
                let trimmed = layer.page.is_single_byte() && byte == 0xA0;
                h.cost += if trimmed { CUT / 3 } else { CUT };
                h.pending[innermost] = Pending::NONE;
                if self.emit(&mut h, c, true, at) {
                    out.push(h);
                    is_complete = true;
                }
            }
        }
        if innermost == 0 && layer.stripped {
            self.complete_stripped(h, at, out);
        }
        let none = Bytes::default();
        let ended = self.ignored(h, Place::end(at, &none));
        out.extend(ended.into_iter().filter(|h| h.pending[innermost].is_none()));
        // Of a first byte alone nobody can tell what it began.
        let mut h = h;
        h.pending[innermost] = Pending::NONE;
        h.cost += 3 * CUT / 2;
        if !is_complete && h.record(Event::restored('\u{FFFD}')) {
            out.push(h);
        }
    }

    /// What `h` becomes if a character for private use stood before `c` and was taken out.
    pub(super) fn after_stripped(&self, h: Hypothesis, c: char, place: Place<'_>, out: &mut Vec<Hypothesis>) {
        if h.pending[0].is_none() || h.owed[0] != 0 {
            return;
        }
        if self.layers[0].page.is_single_byte() {
            return self.after_controls(h, c, place, out);
        }
        let mut middle = Vec::new();
        let mut before = Vec::new();
        for (first, seconds) in private_codes() {
            before.clear();
            self.bytes(h, 0, &[*first], true, place, &mut before);
            for h in &before {
                for second in seconds {
                    self.bytes(*h, 0, &[*second], true, place, &mut middle);
                }
            }
        }
        for mut h in middle {
            h.cost += STRIPPED;
            self.feed(h, 0, c, false, place, out);
        }
    }

    /// The same of control characters, one byte each: one or two stood before `c`.
    fn after_controls(&self, h: Hypothesis, c: char, place: Place<'_>, out: &mut Vec<Hypothesis>) {
        let controls = controls(self.layers[0].page);
        let (mut one, mut two) = (Vec::new(), Vec::new());
        for &byte in controls {
            self.bytes(h, 0, &[byte], true, place, &mut one);
        }
        for h in one.iter().filter(|h| !h.pending[0].is_none()) {
            for &byte in controls {
                self.bytes(*h, 0, &[byte], true, place, &mut two);
            }
        }
        for h in one.into_iter().chain(two) {
            self.feed(h, 0, c, false, place, out);
        }
    }

    /// The same at the end of a text: both bytes that were taken out belong to its last character.
    fn complete_stripped(&self, h: Hypothesis, at: u32, out: &mut Vec<Hypothesis>) {
        let Layer { truth, page, .. } = self.layers[0];
        let mut end = |c: char, cost: Cost| {
            let mut h = h;
            h.cost += cost;
            h.pending[0] = Pending::NONE;
            if self.emit(&mut h, c, true, at) {
                out.push(h);
            }
        };
        if page.is_single_byte() {
            for &first in controls(page) {
                match truth.step(h.pending[0], first) {
                    Step::Char(c) => end(c, 0),
                    Step::More(pending) => controls(page)
                        .iter()
                        .filter_map(|&second| match truth.step(pending, second) {
                            Step::Char(c) => Some(c),
                            _ => None,
                        })
                        .for_each(|c| end(c, 0)),
                    Step::Invalid => {}
                }
            }
            return;
        }
        for (first, seconds) in private_codes() {
            let Step::More(pending) = truth.step(h.pending[0], *first) else { continue };
            for second in seconds {
                if let Step::Char(c) = truth.step(pending, *second) {
                    end(c, STRIPPED);
                }
            }
        }
    }
}

/// The codes of GBK that decoders show as characters for private use and that may stand inside of UTF-8: first bytes
/// that go on with a character, each with the second bytes that go on or begin one.
fn private_codes() -> &'static [(u8, Vec<u8>)] {
    static CODES: LazyLock<Vec<(u8, Vec<u8>)>> = LazyLock::new(|| {
        let mut codes: BTreeMap<u8, Vec<u8>> = BTreeMap::new();
        for c in '\u{E000}'..='\u{F8FF}' {
            for bytes in CodePage::Gbk.bytes(c).iter() {
                if let &[first @ 0x80..=0xBF, second @ (0x40..=0x7E | 0x80..=0xBF | 0xE2..=0xE9 | 0xEF)] =
                    bytes
                {
                    codes.entry(first).or_default().push(second);
                }
            }
        }
        codes.into_iter().collect()
    });
    &CODES
}

/// The bytes that a page of single bytes shows as control characters.
fn controls(page: CodePage) -> &'static [u8] {
    const LATIN_1: [u8; 32] = {
        let mut bytes = [0; 32];
        let mut n = 0;
        while n < 32 {
            bytes[n] = 0x80 + n as u8;
            n += 1;
        }
        bytes
    };
    match page {
        CodePage::Latin1 => &LATIN_1,
        CodePage::Cp1252 => &[0x81, 0x8D, 0x8F, 0x90, 0x9D],
        _ => &[],
    }
}
