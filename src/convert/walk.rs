//! The fast loops: from one place that may be more than its characters to the next.

use crate::flags::{CHARS, Flags, continues, first, next, part};
use crate::window::{Five, WINDOW, lanes, other_length, three_bytes};

use super::characters::{CHANGE, CLASSES, HARD, MOVES, SECONDS, STILL_FIRST, place};
use super::engine::Engine;
use super::output::BLOCK;

/// How far a walk came.
pub(super) struct Walk {
    pub(super) end: usize,
    /// The character before `end`.
    pub(super) previous: u32,
    pub(super) stop: Stop,
}

/// Why [`Engine::walk`] ended.
pub(super) enum Stop {
    /// At the end that was asked for, or at most two bytes after it.
    Block,
    /// At a character that changes.
    Change,
    /// At a character that makes the text here more than its characters.
    Place,
}

/// How many of the next eight bytes are ASCII, if there are eight.
#[inline(always)]
fn ascii(bytes: &[u8], at: usize) -> Option<([u8; 8], usize)> {
    let eight = *<&[u8; 8]>::try_from(bytes.get(at..at + 8)?).ok()?;
    let high = u64::from_le_bytes(eight) & 0x8080_8080_8080_8080;
    Some((eight, high.trailing_zeros() as usize / 8))
}

impl Engine {
    /// Goes on from `at` as long as nothing changes, for about a block.
    pub(super) fn stand(&self, text: &str, at: usize, previous: u32) -> Walk {
        match &self.sparse {
            Some(flags) => self.stand_sparse(flags, text, at, previous),
            None => self.stand_dense(text, at, previous),
        }
    }

    /// [`Self::stand`] where characters tell triggers apart.
    fn stand_sparse(&self, flags: &Flags, text: &str, mut at: usize, mut previous: u32) -> Walk {
        let bytes = text.as_bytes();
        let end = text.len().min(at + 16 * BLOCK);
        let begins = |c: u32| u64::from(self.still[usize::from(c as u16)] & STILL_FIRST != 0) << 16;
        let stop = loop {
            let from = at;
            let mut before = begins(previous);
            while at < end
                && let Some(window) = next(bytes, at)
            {
                let lanes = flags.look(window, before);
                // A character that begins a trigger before one that ends one.
                let mut stops = lanes & part(0);
                let pairs = lanes << 15 & lanes & part(2);
                if pairs != 0 {
                    stops = self.triggered(text, at, pairs >> 32, stops);
                }
                if stops == 0 {
                    before = lanes;
                    at += 3 * CHARS;
                    continue;
                }
                at += 3 * first(stops);
                let Some((eight, n)) = ascii(bytes, at).filter(|(_, n)| *n > 0) else { break };
                at += n;
                before = begins(eight[n - 1].into());
            }
            if bytes.get(at).is_some_and(|&byte| continues(byte)) {
                at -= 3;
            }
            if at > from {
                previous = text[..at].chars().next_back().map_or(0, u32::from);
            }
            if at >= end {
                break Stop::Block;
            }
            if let Some(stop) = self.stop_at(text, &mut at, &mut previous) {
                break stop;
            }
        };
        Walk { end: at, previous, stop }
    }

    /// Goes past one character that stays, or tells why it can't.
    #[inline]
    fn stop_at(&self, text: &str, at: &mut usize, previous: &mut u32) -> Option<Stop> {
        let Some(c) = text[*at..].chars().next() else { return Some(Stop::Block) };
        let behind = *at + c.len_utf8();
        match self.single(c, *previous, &text[behind..]) {
            Err(stop) => return Some(stop),
            Ok(0) => {}
            Ok(_) => return Some(Stop::Change),
        }
        (*previous, *at) = (u32::from(c), behind);
        None
    }

    /// [`Self::stand`] where any two characters may be a trigger.
    fn stand_dense(&self, text: &str, mut at: usize, mut previous: u32) -> Walk {
        let bytes = text.as_bytes();
        let end = text.len().min(at + 16 * BLOCK);
        let flags = |c: u32| self.still[usize::from(c as u16)];
        let stop = 'walk: loop {
            while let Some(five) = Five::at(bytes, at) {
                let points = five.points();
                let mut here = 0;
                for (n, point) in points.into_iter().enumerate() {
                    here |= u64::from(flags(point)) << (8 * n);
                }
                let mut stops = here & lanes(MOVES);
                for (n, &point) in points.iter().enumerate() {
                    let before = n.checked_sub(1).map_or(previous, |last| points[last]);
                    stops |= u64::from(self.triggers.contains(before, point)) << (8 * n);
                }
                if five.others() | stops == 0 {
                    previous = points[4];
                    at += 15;
                    continue;
                }
                let n = five.first_other().min(stops.trailing_zeros() as usize / 8);
                at += 3 * n;
                if at >= end {
                    previous = text[..at].chars().next_back().map_or(0, u32::from);
                    break 'walk Stop::Block;
                }
                previous = match n {
                    0 => text[..at].chars().next_back().map_or(0, u32::from),
                    n => points[n - 1],
                };
                if bytes[at] < 0x80 {
                    while let Some((eight, n)) = ascii(bytes, at)
                        && n > 0
                    {
                        at += n;
                        previous = u32::from(eight[n - 1]);
                        if n < 8 {
                            break;
                        }
                    }
                    continue;
                }
                break;
            }
            if let Some(stop) = self.stop_at(text, &mut at, &mut previous) {
                break stop;
            }
        };
        Walk { end: at, previous, stop }
    }

    /// Goes through characters one by one from `start` on and writes what becomes of them to `out`; each has
    /// as many bytes as before.
    pub(super) fn walk<const SPARSE: bool>(
        &self,
        text: &str,
        start: usize,
        end: usize,
        out: &mut [u8],
        previous: u32,
    ) -> Walk {
        let bytes = text.as_bytes();
        // The character before a place.
        let last = |at: usize| match at > start {
            true => text[..at].chars().next_back().map_or(0, u32::from),
            false => previous,
        };
        let mut at = start;
        let stop = 'walk: loop {
            let mut point = last(at);
            let mut before = self.entry(point).unwrap_or(0);
            while at < end
                && let Some(window) = next::<WINDOW>(bytes, at)
                && let Some(room) =
                    out.get_mut(at - start..).and_then(|room| room.first_chunk_mut::<WINDOW>())
            {
                let (mut words, mut here) = ([0; CHARS], [0; CHARS]);
                let (mut pairs, mut any, mut lengths) = (0, 0, 0);
                let first = before;
                for n in 0..CHARS {
                    let word = window[3 * n..].first_chunk().copied().unwrap_or_default();
                    words[n] = u32::from_le_bytes(word);
                    here[n] = self.table[place(words[n])];
                    any |= here[n];
                    if SPARSE {
                        pairs |= before >> CLASSES & here[n];
                    } else {
                        let first = std::mem::replace(&mut point, three_bytes(words[n]));
                        pairs |= if self.triggers.contains(first, point) { SECONDS } else { 0 };
                    }
                    lengths |= other_length(words[n]);
                    room[3 * n..3 * n + 4].copy_from_slice(&(words[n] ^ here[n] & CHANGE).to_le_bytes());
                    before = here[n];
                }
                if any & HARD | pairs & SECONDS | lengths == 0 {
                    at += 3 * CHARS;
                    continue;
                }
                let n = self.taken::<SPARSE>(words, here, first, last(at));
                at += 3 * n;
                if n == CHARS {
                    continue;
                }
                if words[n] & 0x80 != 0 {
                    break;
                }
                while at < end
                    && let Some((eight, n)) = ascii(bytes, at)
                    && n > 0
                    && let Some(room) = out.get_mut(at - start..at - start + 8)
                {
                    room.copy_from_slice(&eight);
                    at += n;
                    if n < 8 {
                        break;
                    }
                }
                point = last(at);
                before = self.entry(point).unwrap_or(0);
            }
            if at >= end {
                break 'walk Stop::Block;
            }
            let Some(c) = text[at..].chars().next() else { break Stop::Block };
            let len = c.len_utf8();
            let change = match self.single(c, last(at), &text[at + len..]) {
                Err(stop) => break stop,
                Ok(change) => change,
            };
            if let Some(room) = out.get_mut(at - start..at - start + len) {
                for ((out, &byte), change) in room.iter_mut().zip(&bytes[at..]).zip(change.to_le_bytes()) {
                    *out = byte ^ change;
                }
            }
            at += len;
        };
        Walk { end: at, previous: last(at), stop }
    }

    /// How many of the characters of a window become what the table says: those before the first one that has not three
    /// bytes, is hard or ends a trigger.
    fn taken<const SPARSE: bool>(
        &self,
        words: [u32; CHARS],
        here: [u32; CHARS],
        mut before: u32,
        mut previous: u32,
    ) -> usize {
        for (n, (word, here)) in words.into_iter().zip(here).enumerate() {
            let point = three_bytes(word);
            let may_be_trigger = !SPARSE || before >> CLASSES & here & SECONDS != 0;
            if other_length(word) | here & HARD != 0
                || may_be_trigger && self.triggers.contains(previous, point)
            {
                return n;
            }
            (before, previous) = (here, point);
        }
        CHARS
    }
}
