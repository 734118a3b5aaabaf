//! Whether places at which a text may change do change.
//!
//! 著名 and 乾坤 stay what they are, and most simplified texts have some such word. To find that out by the exact
//! algorithm where it stands is cheaper than to convert the text and to compare.

use std::collections::HashMap;

use super::engine::{Engine, Scratchpad};

/// Pieces of at most this many bytes are remembered, and so many of them.
const PIECE: usize = 64;
const PIECES: usize = 512;

/// The conversions that a text may be put through, and what they keep.
#[derive(Debug)]
pub(crate) struct Stays {
    engines: Vec<&'static Engine>,
    /// Everything before this place has been answered for.
    free: usize,
    known: HashMap<String, bool>,
    scratchpad: Scratchpad,
}

impl Stays {
    /// The question for these conversions, which must agree about which pairs of characters are linked.
    pub(super) fn new(engines: Vec<&'static Engine>) -> Self {
        Self { engines, free: 0, known: HashMap::new(), scratchpad: Scratchpad::default() }
    }

    /// Whether these are among the conversions that were asked about.
    pub(super) fn covers(&self, engines: &[&'static Engine]) -> bool {
        engines.iter().all(|engine| self.engines.iter().any(|known| std::ptr::eq(*known, *engine)))
    }

    /// Whether the text around `place` stays in every conversion. Places must ascend.
    pub(crate) fn at(&mut self, text: &str, place: usize) -> bool {
        if place < self.free {
            return true;
        }
        let Some(range) = self.engines.first().map(|engine| engine.piece(text, self.free, place)) else {
            return false;
        };
        self.free = range.end;
        let piece = &text[range];
        if let Some(&stays) = self.known.get(piece) {
            return stays;
        }
        let stays = self.engines.iter().all(|engine| engine.keeps(piece, &mut self.scratchpad));
        if piece.len() <= PIECE && self.known.len() < PIECES {
            self.known.insert(piece.to_owned(), stays);
        }
        stays
    }
}
