//! What a hypothesis is foreseen to cost once the bytes are complete that it waits with.

use super::hypothesis::{Hypothesis, Mode};
use super::{Pricing, Search};
use crate::model::Cost;
use crate::repair::truth::Step;

/// What is known of the next observed character.
pub(super) enum Coming {
    /// It may be anything.
    Unknown,
    /// It is none of the page's characters: no garbled character goes on.
    Nothing,
    /// Its bytes.
    Bytes([u8; 2], usize),
}

impl Search<'_, '_> {
    /// What the next observed character gives the outermost layer.
    pub(super) fn coming(&self, c: char) -> Coming {
        let layer = &self.layers[0];
        if layer.loss.is_mark(c) || layer.loses_unseen() || self.pricing == Pricing::Structure {
            return Coming::Unknown;
        }
        let bytes = layer.page.bytes(c);
        let mut strings = bytes.iter();
        match (strings.next(), strings.next()) {
            (Some(&[a]), None) => Coming::Bytes([a, 0], 1),
            (Some(&[a, b]), None) => Coming::Bytes([a, b], 2),
            (None, _) => Coming::Nothing,
            _ => Coming::Unknown,
        }
    }

    /// What the pending bytes will cost, if the next observed character completes theirs; dear if it can't.
    pub(super) fn foreseen(&self, h: &Hypothesis, coming: &Coming) -> Cost {
        const IMPOSSIBLE: Cost = 60_000;
        let first = h.pending[0];
        if first.is_none() || h.mode != Mode::Garbled {
            return self.ahead(h);
        }
        match *coming {
            Coming::Unknown => self.ahead(h),
            Coming::Nothing => IMPOSSIBLE,
            Coming::Bytes(bytes, len) => {
                let mut pending = first;
                for &byte in &bytes[..len] {
                    pending = match self.layers[0].truth.step(pending, byte) {
                        Step::Invalid => return IMPOSSIBLE,
                        Step::More(more) => more,
                        Step::Char(c) if self.layers.len() == 1 => return self.cost(h.context, c, true),
                        Step::Char(_) => return self.ahead(h),
                    };
                }
                self.ahead(h)
            }
        }
    }

    /// What the pending bytes are expected to cost once they are complete.
    pub(super) fn ahead(&self, h: &Hypothesis) -> Cost {
        let waiting: usize = h.pending[..self.layers.len()].iter().map(|p| p.len()).sum();
        waiting as Cost * 1_500
    }
}
