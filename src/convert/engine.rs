//! The fast way to the answer of [`super::exact`].
//!
//! Nearly all of a text is its characters converted one by one: by a table of what each character
//! becomes at last. Where it may be more, it contains a *trigger*: a pair of characters out of a phrase
//! whose value is not that of its characters (of 50,000 phrases from simplified to traditional, four
//! fifths have no value of their own and only settle where the words are).
//!
//! At a trigger, the place is handed to the exact algorithm, and as little of the text as gives the
//! answer of the whole: on both sides as far as pairs of characters are *linked*, that is, stand side
//! by side in some entry (or in what an entry of the second stage can have been before the first). No
//! entry straddles an unlinked pair, so that a text converts as its parts between unlinked pairs do.
//!
//! The pairs are found by the command that builds the tables; both sets are filters that may say yes
//! too often, which costs time and changes nothing.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use super::characters::{
    CHANGE, Characters, HARD, MOVES, PLACES, STILL, STILL_FIRST, STILL_SECOND, place_of,
};
use super::exact::{self, Scratch};
use super::filter::{PairLists, Pairs};
use super::ids;
use super::memo::Memo;
use super::output::{BLOCK, Output};
use super::plan::{Names, Plan, Scheme};
use super::table::Phrases;
use super::tables;
use super::walk::Stop;
use crate::flags::{Flags, LANES, first};

/// An exact step looks at most this many characters past a description character: a sequence has 64
/// of them, each of which a phrase of 15 units may have become.
const SEQUENCE_REACH: usize = 64 * 16;

/// One conversion, ready to run.
#[derive(Debug)]
pub(crate) struct Engine {
    plan: Plan,
    /// For each character of the BMP, at its [`place`], its [`CHANGE`], [`HARD`], [`FIRSTS`] and [`SECONDS`].
    pub(super) table: Box<[u32; PLACES]>,
    /// The same for text that may not change at all, a byte each: whether it changes or is hard, and whether it
    /// begins or ends a trigger of which neither character does.
    pub(super) still: Box<[u8; 0x10000]>,
    /// Where so few pairs are triggers that characters tell them apart: those that `still` has anything of.
    pub(super) sparse: Option<Flags>,
    /// All triggers.
    pub(super) triggers: Pairs,
    /// Triggers that the phrases of `verified` do not account for, each with its second character
    /// first.
    own_triggers: Pairs,
    /// The phrases whose pairs are most of the triggers; a trigger that is none of the others counts
    /// only if one with a value of its own stands there.
    verified: Option<Phrases<'static>>,
    links: Pairs,
}

impl Engine {
    /// The engine of a scheme, built at its first use.
    pub(crate) fn of(scheme: Scheme, rare: bool) -> &'static Self {
        static ENGINES: [[OnceLock<Engine>; 2]; Scheme::COUNT] =
            [const { [const { OnceLock::new() }; 2] }; Scheme::COUNT];
        ENGINES[scheme.index()][usize::from(rare)].get_or_init(|| Self::new(scheme, rare))
    }

    /// Where the first character stands that may not stay as it is.
    pub(crate) fn first_move(&self, text: &str) -> Option<usize> {
        let (mut at, mut previous) = (0, 0);
        while at < text.len() {
            let walk = self.stand(text, at, previous);
            match walk.stop {
                Stop::Block => (at, previous) = (walk.end, walk.previous),
                Stop::Place | Stop::Change => return Some(walk.end),
            }
        }
        None
    }

    /// What the look at unchanging text minds about a character.
    pub(crate) fn minds(&self, c: char) -> Minds {
        let flags = u16::try_from(u32::from(c)).map_or(MOVES, |c| self.still[usize::from(c)]);
        Minds {
            moves: flags & MOVES != 0,
            begins: flags & STILL_FIRST != 0,
            goes_on: flags & STILL_SECOND != 0,
        }
    }

    /// Whether the character neither changes nor is part of anything that does.
    pub(crate) fn is_indifferent(&self, c: char) -> bool {
        self.is_sparse() && self.entry(c.into()) == Some(0)
    }

    /// The `stops` of a window at `at`, as `flags.rs` has them, and with them those characters in the `lanes` before
    /// all stops that may end a trigger. One in thirty others passes.
    #[inline]
    pub(crate) fn triggered(&self, text: &str, at: usize, lanes: u64, stops: u64) -> u64 {
        let mut left = stops;
        let mut lanes = lanes & (LANES ^ LANES >> first(stops));
        while lanes != 0 {
            let lane = lanes & lanes.wrapping_neg();
            let around = text.split_at_checked(at + 3 * first(lane));
            let pair = around.and_then(|(a, b)| Some((a.chars().next_back()?, b.chars().next()?)));
            // Where no character begins, one of four bytes does.
            left |=
                if pair.is_none_or(|(a, b)| self.triggers.contains(a.into(), b.into())) { lane } else { 0 };
            lanes ^= lane;
        }
        left
    }

    /// Whether few pairs are more than their characters, so that the characters tell most of them apart.
    pub(crate) fn is_sparse(&self) -> bool {
        self.sparse.is_some()
    }

    /// Whether the character at `at` may not stay as it is.
    pub(crate) fn moves_at(&self, text: &str, at: usize) -> bool {
        let previous = text[..at].chars().next_back().map_or(0, u32::from);
        text[at..]
            .chars()
            .next()
            .is_some_and(|c| !matches!(self.single(c, previous, &text[at + c.len_utf8()..]), Ok(0)))
    }

    fn new(scheme: Scheme, rare: bool) -> Self {
        let names = Names::of(scheme, rare);
        let plan = Plan::new(&names, tables::named);
        let lists = PairLists::new(tables::named(&format!("{}.pairs", scheme.name())));
        let from_simplified = names.stages.first().is_some_and(|stage| stage.contains(&"STPhrases"));
        let mut own_triggers = sized(lists.triggers().len());
        lists.triggers().for_each(|(a, b)| own_triggers.insert(b, a));
        let (mut triggers, mut links, verified) = if from_simplified {
            let common = [tables::named("ST.triggers"), tables::named("ST.links")];
            let [triggers, links] = common.map(Pairs::from_bits);
            (triggers, links, Some(Phrases::new(tables::named("STPhrases"))))
        } else {
            (sized(lists.triggers().len()), sized(lists.links().len()), None)
        };
        lists.triggers().for_each(|(a, b)| triggers.insert(a, b));
        lists.links().for_each(|(a, b)| links.insert(a, b));
        let mut characters = Characters::of(&plan);
        if verified.is_none() {
            lists.triggers().for_each(|pair| characters.mark(pair));
        }
        let Characters { table, still } = characters;
        let sparse = if verified.is_none() { Some(Flags::new(&still, STILL)) } else { None };
        Self { plan, table, still, sparse, triggers, own_triggers, verified, links }
    }

    pub(crate) fn convert<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.convert_by_parts(text).text
    }

    /// [`Self::convert`], which also tells whether the output stands where the input stood.
    pub(super) fn convert_by_parts<'a>(&self, text: &'a str) -> Converted<'a> {
        let mut run = Run {
            engine: self,
            text,
            out: None,
            spare: None,
            opened: None,
            aligned: true,
            memo: Memo::default(),
            piece: Vec::new(),
            converted: Vec::new(),
            result: String::new(),
            scratch: Scratch::default(),
        };
        // No entry straddles the place `free`, nor does anything before it matter any more.
        let mut free = 0;
        while let Some(place) = run.fast(free) {
            free = run.exact(free, place);
        }
        let text = match run.out.map(Output::finish) {
            Some(new) if new != text => Cow::Owned(new),
            _ => Cow::Borrowed(text),
        };
        Converted { text, aligned: run.aligned }
    }
}

/// What became of a text.
#[derive(Debug)]
pub(super) struct Converted<'a> {
    pub(super) text: Cow<'a, str>,
    /// Whether each part between two unlinked pairs became one of as many bytes, and no description character, which
    /// reaches beyond such pairs, is in the text.
    pub(super) aligned: bool,
}

/// Buffers of [`Engine::keeps`].
#[derive(Debug, Default)]
pub(super) struct Scratchpad {
    piece: Vec<u16>,
    converted: Vec<u16>,
    scratch: Scratch,
}

/// What conversion minds about a character.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Minds {
    /// It may change by itself.
    pub(crate) moves: bool,
    /// It begins a pair that is more than its characters, or ends one, in which no character may change by itself.
    pub(crate) begins: bool,
    pub(crate) goes_on: bool,
}

/// An empty set with room for this many pairs: one in 32 others passes by chance.
fn sized(pairs: usize) -> Pairs {
    Pairs::empty((32 * pairs).next_power_of_two().trailing_zeros().max(10))
}

/// A conversion under way.
struct Run<'e, 't> {
    engine: &'e Engine,
    text: &'t str,
    /// The output, once it differs from the text.
    out: Option<Output>,
    /// An output that did not differ after all; it holds the beginning of the text.
    spare: Option<Output>,
    /// Where it began to differ, as long as nothing but single characters after that are in it.
    opened: Option<usize>,
    /// As [`Converted`] has it.
    aligned: bool,
    memo: Memo,
    piece: Vec<u16>,
    converted: Vec<u16>,
    result: String,
    scratch: Scratch,
}

/// Unchanged text of at least this length is worth to be looked for and copied as a whole.
const STRETCH: usize = 256;

impl Run<'_, '_> {
    /// Converts characters one by one from `free` on, to the end or to the first one that makes the
    /// text here more than its characters; returns that one's place.
    fn fast(&mut self, free: usize) -> Option<usize> {
        let Self { engine, text, .. } = *self;
        let mut at = free;
        let mut previous = 0;
        let mut look_ahead = true;
        while at < text.len() {
            if look_ahead || self.out.is_none() {
                let walk = engine.stand(text, at, previous);
                if let Some(out) = &mut self.out {
                    out.push(&text[at..walk.end]);
                }
                look_ahead = walk.end - at >= STRETCH;
                (at, previous) = (walk.end, walk.previous);
                match walk.stop {
                    Stop::Block => continue,
                    Stop::Place => return Some(at),
                    Stop::Change => {}
                }
            }
            if self.out.is_none() {
                self.opened = Some(at);
            }
            let out = self.out.get_or_insert_with(|| open(&mut self.spare, text, at));
            let block = BLOCK.min(text.len() - at);
            let room = out.room(block);
            let walk = match engine.is_sparse() {
                true => engine.walk::<true>(text, at, at + block, room, previous),
                false => engine.walk::<false>(text, at, at + block, room, previous),
            };
            out.advance(walk.end - at);
            (at, previous) = (walk.end, walk.previous);
            if let Stop::Place = walk.stop {
                return Some(at);
            }
        }
        None
    }

    /// Converts the linked characters around `place` exactly; returns where they end.
    fn exact(&mut self, free: usize, place: usize) -> usize {
        let start = self.engine.start(self.text, free, place);
        let end = self.engine.end(self.text, place);
        let source = &self.text[start..end];
        let Self { engine, piece, converted, scratch, result, memo, .. } = self;
        let result = memo.get(source, result, |result| {
            piece.clear();
            piece.extend(source.encode_utf16());
            converted.clear();
            exact::convert::<()>(&engine.plan, piece, converted, scratch);
            result.clear();
            let points = char::decode_utf16(converted.iter().copied());
            result.extend(points.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
        });
        let describes = |text: &str| text.chars().any(|c| ids::arity(c.into()).is_some());
        self.aligned &= result.len() == source.len() && !describes(source) && !describes(result);
        // All that the output differs by may have been characters of a phrase that stays.
        let began_here = self.opened.take().is_some_and(|opened| start <= opened);
        if let Some(out) = &mut self.out {
            out.rewind(place - start);
        }
        if result == source {
            match &mut self.out {
                Some(_) if began_here => self.spare = self.out.take(),
                Some(out) => out.push(result),
                None => {}
            }
        } else {
            self.out.get_or_insert_with(|| open(&mut self.spare, self.text, start)).push(result);
        }
        end
    }
}

/// An output that begins with the text up to `at`.
fn open(spare: &mut Option<Output>, text: &str, at: usize) -> Output {
    match spare.take() {
        Some(mut out) => {
            out.push(&text[out.len()..at]);
            out
        }
        None => Output::new(&text[..at], text.len() + text.len() / 8),
    }
}

impl Engine {
    /// What the table says of a character of the plane.
    pub(super) fn entry(&self, c: u32) -> Option<u32> {
        place_of(c).map(|at| self.table[at])
    }

    /// One character, whatever it is: how it changes, or why it is not for the fast loops.
    pub(super) fn single(&self, c: char, previous: u32, rest: &str) -> Result<u32, Stop> {
        let code = u32::from(c);
        if !c.is_ascii() && self.triggers.contains(previous, code) && self.is_trigger(previous, code, rest) {
            return Err(Stop::Place);
        }
        let entry = match self.entry(code) {
            Some(entry) => entry,
            None if (0x20000..0x40000).contains(&code) => HARD,
            None => 0,
        };
        if entry & HARD != 0 { Err(Stop::Place) } else { Ok(entry & CHANGE) }
    }

    /// Whether a pair that the filter let pass is a trigger.
    fn is_trigger(&self, first: u32, second: u32, rest: &str) -> bool {
        // The other way round, the hash is another one.
        if first < 0x80 || self.own_triggers.contains(second, first) {
            return true;
        }
        let Some(phrases) = &self.verified else { return false };
        match (u16::try_from(first), u16::try_from(second)) {
            (Ok(first), Ok(second)) => phrases.begins_changed(first, second, rest),
            _ => true,
        }
    }

    /// The characters around `place`, from `free` on at the earliest, that convert without regard to the others.
    pub(super) fn piece(&self, text: &str, free: usize, place: usize) -> Range<usize> {
        self.start(text, free, place)..self.end(text, place)
    }

    /// Whether such characters stay as they are, by the exact algorithm.
    pub(super) fn keeps(&self, piece: &str, pad: &mut Scratchpad) -> bool {
        pad.piece.clear();
        pad.piece.extend(piece.encode_utf16());
        pad.converted.clear();
        exact::convert::<()>(&self.plan, &pad.piece, &mut pad.converted, &mut pad.scratch);
        pad.piece == pad.converted
    }

    fn normal(&self, c: char) -> u32 {
        self.plan.normalization.get(c.into()).unwrap_or(c.into())
    }

    fn linked(&self, first: u32, second: u32) -> bool {
        self.links.contains(first, second)
    }

    /// The last unlinked place at or before `place`, but not before `free`.
    fn start(&self, text: &str, free: usize, place: usize) -> usize {
        let mut start = place;
        let mut second = text[place..].chars().next().map_or(0, |c| self.normal(c));
        for c in text[free..place].chars().rev() {
            let first = self.normal(c);
            if !self.linked(first, second) {
                break;
            }
            start -= c.len_utf8();
            second = first;
        }
        start
    }

    /// The first unlinked place after the character at `place`, out of reach of any description
    /// character before it.
    fn end(&self, text: &str, place: usize) -> usize {
        let mut end = place;
        let mut first = None;
        let mut reach = 0;
        for c in text[place..].chars() {
            let second = self.normal(c);
            let is_operator = ids::arity(second).is_some();
            if let Some(first) = first
                && reach == 0
                && !self.linked(first, second)
            {
                break;
            }
            reach = if is_operator { SEQUENCE_REACH } else { reach.saturating_sub(1) };
            end += c.len_utf8();
            first = Some(second);
        }
        end
    }
}

#[cfg(test)]
mod tests {
    use super::super::Config;
    use super::*;

    /// So a place at which one of its characters changes by itself is a place of the trigger as well.
    #[test]
    fn the_characters_of_every_trigger_are_linked() {
        let schemes = Config::ALL.iter().copied().map(Scheme::Exact).chain(Scheme::OWN);
        for (scheme, engine) in schemes.map(|scheme| (scheme, Engine::of(scheme, true))) {
            let lists = PairLists::new(tables::named(&format!("{}.pairs", scheme.name())));
            for (first, second) in lists.triggers() {
                let [first, second] = [first, second].map(|c| engine.normal(char::from_u32(c).unwrap()));
                assert!(engine.linked(first, second), "{scheme:?}: {first:X} {second:X}");
            }
        }
    }
}
