//! Bytes that a decoder ignored: nothing marks the place.

use super::hypothesis::Hypothesis;
use super::{Place, Search};
use crate::codec::CodePage;
use crate::model::Cost;
use crate::repair::channel::Loss;
use crate::repair::truth::Step;

/// What a byte costs that a decoder ignored: one in ten characters of Chinese text loses one.
const IGNORED: Cost = 2_300;

impl Search<'_, '_> {
    /// What `h` becomes if one byte was ignored before `c`, or two were. They made no pairs.
    pub(super) fn after_ignored(&self, h: Hypothesis, c: char, place: Place<'_>, out: &mut Vec<Hypothesis>) {
        for h in self.ignored(h, place) {
            self.feed(h, 0, c, false, place, out);
        }
    }

    /// What `h` becomes by the bytes that were ignored before the observed character, before that is read.
    pub(super) fn ignored(&self, h: Hypothesis, place: Place<'_>) -> Vec<Hypothesis> {
        let Loss::Ignored { decoder } = self.layers[0].loss else { return Vec::new() };
        let mut found = Vec::new();
        // GBK has a character for each first byte of UTF-8 with each byte that may follow.
        let is_utf8 = self.layers[0].proves_itself();
        if is_utf8 && h.pending[0].is_none() && decoder.page() == CodePage::Gbk {
            return found;
        }
        let is_end = place.bytes.is_empty();
        let fits = |byte: u8| {
            let parts = |bytes: &[u8]| bytes.first().is_some_and(|&next| !decoder.pairs(byte, next));
            is_end || place.bytes.iter().any(parts)
        };
        let mut add = |h: Hypothesis, byte: u8| {
            let from = found.len();
            self.bytes(h, 0, &[byte], true, place, &mut found);
            for h in &mut found[from..] {
                h.owed[0] = byte;
                h.cost += IGNORED;
            }
        };
        for byte in self.candidates(h.pending[0], 0, fits) {
            add(h, byte);
        }
        if !is_utf8 {
            return found;
        }
        let last: Vec<u8> = (0x80..=0xBF).filter(|&byte| fits(byte)).collect();
        for first in self.candidates(h.pending[0], 0, |_| true) {
            let Step::More(pending) = self.layers[0].truth.step(h.pending[0], first) else { continue };
            let mut h = h;
            h.pending[0] = pending;
            h.tainted |= 1;
            h.owed[0] = first;
            h.cost += IGNORED;
            for &byte in &last {
                add(h, byte);
            }
        }
        found
    }
}
