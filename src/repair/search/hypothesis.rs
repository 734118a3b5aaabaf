//! One way to read a text up to some observed character, and what it came to.

use super::{MAX_LAYERS, Origin, Span};
use crate::model::Cost;
use crate::repair::price::Context;
use crate::repair::swallowed::PutBack;
use crate::repair::truth::Pending;

/// Whether a hypothesis is inside of garbage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::repair) enum Mode {
    /// No garbage so far.
    Clean,
    Garbled,
    /// Clean again.
    After,
}

/// What happened to a hypothesis: a kind, and for most kinds a character in the low bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::repair) struct Event(u32);

/// Bits that a character takes.
const CHARACTER: u32 = 21;

impl Event {
    pub(super) const ENTER: Self = Self(0);
    pub(super) const LEAVE: Self = Self(1 << CHARACTER);

    pub(super) fn kept(c: char) -> Self {
        Self(2 << CHARACTER | c as u32)
    }

    pub(super) fn read(c: char) -> Self {
        Self(3 << CHARACTER | c as u32)
    }

    pub(super) fn restored(c: char) -> Self {
        Self(4 << CHARACTER | c as u32)
    }

    /// The character that came out, with its origin; `None` where the kind has none.
    pub(super) fn character(self, at: u32) -> Option<(char, Origin)> {
        let origin = match self.0 >> CHARACTER {
            2 => Origin::Kept,
            3 => Origin::Read,
            4 => Origin::Restored { at },
            _ => return None,
        };
        Some((char::from_u32(self.0 & ((1 << CHARACTER) - 1))?, origin))
    }
}

#[derive(Debug, Clone, Copy)]
pub(in crate::repair) struct Node {
    pub(super) previous: u32,
    /// Observed character at which this happened.
    pub(super) at: u32,
    pub(super) event: Event,
}

/// Events of one hypothesis at one observed character; written to the arena only if it survives.
const MAX_EVENTS: usize = 8;

#[derive(Debug, Clone, Copy)]
pub(in crate::repair) struct Hypothesis {
    pub(in crate::repair) cost: Cost,
    pub(super) context: Context,
    pub(in crate::repair) mode: Mode,
    pub(super) pending: [Pending; MAX_LAYERS],
    /// Per layer: a lost byte that must not have formed a pair with the byte to come; 0 for none.
    pub(super) owed: [u8; MAX_LAYERS],
    /// Per layer, one bit: the pending bytes hold a lost one.
    pub(super) tainted: u8,
    /// Quotes and brackets that were swallowed.
    pub(super) back: PutBack,
    /// What is given back if the garbled span ends before its next wide character: a lone last byte is dear only
    /// inside a span.
    pub(super) refund: Cost,
    pub(super) node: u32,
    pub(super) events: [Event; MAX_EVENTS],
    pub(super) event_count: u8,
}

pub(in crate::repair) const NO_NODE: u32 = u32::MAX;

impl Hypothesis {
    pub(super) fn start(context: Context) -> Self {
        Self {
            cost: 0,
            context,
            mode: Mode::Clean,
            pending: [Pending::NONE; MAX_LAYERS],
            owed: [0; MAX_LAYERS],
            tainted: 0,
            back: PutBack::default(),
            refund: 0,
            node: NO_NODE,
            events: [Event::ENTER; MAX_EVENTS],
            event_count: 0,
        }
    }

    /// Records an event. A hypothesis with more events than fit is given up: false.
    pub(super) fn record(&mut self, event: Event) -> bool {
        let n = usize::from(self.event_count);
        if n == MAX_EVENTS {
            return false;
        }
        self.events[n] = event;
        self.event_count += 1;
        true
    }

    /// Whether both have the same future: only the cheaper one is kept.
    pub(in crate::repair) fn meets(&self, other: &Self) -> bool {
        self.pending == other.pending
            && self.context == other.context
            && (self.mode, self.owed, self.back, self.refund > 0)
                == (other.mode, other.owed, other.back, other.refund > 0)
    }

    /// Whether what is read next does the same to both, as long as nothing was lost: they differ in what was put back
    /// at most.
    pub(super) fn goes_with(&self, other: &Self) -> bool {
        self.pending == other.pending
            && self.context == other.context
            && (self.mode, self.owed, self.tainted, self.refund)
                == (other.mode, other.owed, other.tainted, other.refund)
    }

    /// What this hypothesis becomes if `other`, which it goes with, became `on`.
    pub(super) fn along(&self, other: &Self, on: &Self) -> Self {
        Self { cost: self.cost + (on.cost - other.cost), back: self.back, node: self.node, ..*on }
    }

    /// A number that is the same for hypotheses that meet.
    pub(in crate::repair) fn hash(&self) -> u64 {
        let context = u64::from(self.context.a.0) << 48
            | u64::from(self.context.b.0) << 32
            | u64::from(u32::from(self.context.last));
        let rest = u64::from(u32::from_ne_bytes(self.owed)) << 32 | (self.mode as u64) << 1;
        let pending = self.pending.iter().map(|p| u64::from(p.value()));
        let parts =
            [context, rest | u64::from(self.refund > 0), self.back.value()].into_iter().chain(pending);
        parts.fold(0, |hash: u64, part| (hash.rotate_left(23) ^ part).wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }
}

/// The garbled spans on the way to `node`.
pub(in crate::repair) fn trace(nodes: &[Node], mut node: u32, len: usize) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut end = len;
    let mut text = Vec::new();
    let mut inside = false;
    // Backwards: a span ends where it is left, or where the text ends while it is open.
    let mut stack = Vec::new();
    while let Some(n) = nodes.get(node as usize) {
        stack.push(*n);
        node = n.previous;
    }
    let mut start = 0;
    for n in stack.into_iter().rev() {
        match n.event {
            Event::ENTER => {
                inside = true;
                start = n.at as usize;
                text.clear();
            }
            Event::LEAVE => {
                inside = false;
                spans.push(Span { start, end: n.at as usize, text: std::mem::take(&mut text) });
            }
            event if inside => text.extend(event.character(n.at)),
            _ => {}
        }
    }
    if inside {
        end = end.min(len);
        spans.push(Span { start, end, text });
    }
    spans
}
