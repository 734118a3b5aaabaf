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
use std::sync::OnceLock;

use super::config::Config;
use super::exact::{self, Scratch};
use super::filter::{PairLists, Pairs};
use super::ids;
use super::output::{BLOCK, Output};
use super::plan::{Dictionary, Names, Plan, Stage};
use super::table::Phrases;
use super::tables;

/// In the table of characters: what becomes of this one is not a character of as many bytes, or it
/// needs the exact algorithm.
const HARD: u32 = 1 << 31;

/// An exact step looks at most this many characters past a description character: a sequence has 64
/// of them, each of which a phrase of 15 units may have become.
const SEQUENCE_REACH: usize = 64 * 16;

/// One conversion, ready to run.
#[derive(Debug)]
pub(crate) struct Engine {
    plan: Plan,
    /// For each character of the BMP the difference by bits between its UTF-8 form and that of what
    /// it becomes at last, or [`HARD`].
    changes: Box<[u32; 0x10000]>,
    /// All triggers.
    triggers: Pairs,
    /// Triggers that the phrases of `verified` do not account for, each with its second character
    /// first.
    own_triggers: Pairs,
    /// The phrases whose pairs are most of the triggers; a trigger that is none of the others counts
    /// only if one with a value of its own stands there.
    verified: Option<Phrases<'static>>,
    links: Pairs,
}

impl Engine {
    /// The engine of a configuration, built at its first use.
    pub(crate) fn of(config: Config, rare: bool) -> &'static Self {
        static ENGINES: [[OnceLock<Engine>; 2]; Config::ALL.len()] =
            [const { [const { OnceLock::new() }; 2] }; Config::ALL.len()];
        ENGINES[config as usize][usize::from(rare)].get_or_init(|| Self::new(config, rare))
    }

    fn new(config: Config, rare: bool) -> Self {
        let names = Names::of(config, rare);
        let plan = Plan::new(&names, tables::named);
        let lists = PairLists::new(tables::named(&format!("{config}.pairs")));
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
        let changes = changes(&plan);
        Self { plan, changes, triggers, own_triggers, verified, links }
    }

    pub(crate) fn convert<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut run = Run {
            engine: self,
            text,
            out: None,
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
        run.out.map_or(Cow::Borrowed(text), |out| Cow::Owned(out.finish()))
    }
}

/// An empty set with room for this many pairs: one in 32 others passes by chance.
fn sized(pairs: usize) -> Pairs {
    Pairs::empty((32 * pairs).next_power_of_two().trailing_zeros().max(10))
}

/// The table of what each character becomes.
fn changes(plan: &Plan) -> Box<[u32; 0x10000]> {
    let mut table: Box<[u32; 0x10000]> =
        vec![0; 0x10000].try_into().unwrap_or_else(|_| Box::new([0; 0x10000]));
    let mut put = |c: u32, value: u32| {
        if let Some(entry) = table.get_mut(c as usize) {
            *entry = value;
        }
    };
    let change = |from: u32, to: u32| match (packed(from), packed(to)) {
        (Some(from), Some(to)) => from ^ to,
        _ => HARD,
    };
    // What a stage makes of a character alone, `None` if that is not one character.
    let alone = |stage: &Stage, c: u32| -> Option<u32> {
        for dictionary in stage {
            match dictionary {
                Dictionary::Chars(chars) => {
                    if let Some(to) = chars.get(c) {
                        return Some(to);
                    }
                }
                Dictionary::Phrases(phrases, _) => {
                    if let Some(value) = u16::try_from(c).ok().and_then(|unit| phrases.single(unit)) {
                        return match value {
                            [a, b] => Some(u32::from(u16::from_le_bytes([*a, *b]))),
                            _ => None,
                        };
                    }
                }
            }
        }
        Some(c)
    };
    for stage in &plan.stages {
        for dictionary in stage {
            let mut enter = |c: u32| {
                let last = plan.stages.iter().try_fold(c, |c, stage| alone(stage, c));
                put(c, last.map_or(HARD, |to| change(c, to)));
            };
            match dictionary {
                Dictionary::Chars(chars) => chars.entries().for_each(|(c, _)| enter(c)),
                Dictionary::Phrases(phrases, None) => phrases.singles().for_each(|c| enter(u32::from(c))),
                Dictionary::Phrases(_, Some(_)) => {}
            }
        }
    }
    for (c, _) in plan.normalization.entries() {
        put(c, HARD);
    }
    for c in 0x2FF0..0x3000 {
        put(c, HARD);
    }
    table
}

/// The three bytes of a character's UTF-8 form, the first one lowest.
fn packed(c: u32) -> Option<u32> {
    let c = char::from_u32(c).filter(|c| c.len_utf8() == 3)?;
    let mut bytes = [0; 4];
    c.encode_utf8(&mut bytes);
    Some(u32::from_le_bytes(bytes))
}

/// A conversion under way.
struct Run<'e, 't> {
    engine: &'e Engine,
    text: &'t str,
    /// The output, once it differs from the text.
    out: Option<Output>,
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
                let walk = engine.walk::<false>(text, at, text.len(), &mut [], previous);
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
            let out = self.out.get_or_insert_with(|| Output::new(&text[..at], text.len() + text.len() / 8));
            let block = BLOCK.min(text.len() - at);
            let walk = engine.walk::<true>(text, at, at + block, out.room(block), previous);
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
        self.piece.clear();
        self.piece.extend(source.encode_utf16());
        self.converted.clear();
        exact::convert::<()>(&self.engine.plan, &self.piece, &mut self.converted, &mut self.scratch);
        self.result.clear();
        let points = char::decode_utf16(self.converted.iter().copied());
        self.result.extend(points.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
        match &mut self.out {
            Some(out) => {
                out.rewind(place - start);
                out.push(&self.result);
            }
            None if self.result == source => {}
            None => {
                let mut out = Output::new(&self.text[..start], self.text.len() + self.text.len() / 8);
                out.push(&self.result);
                self.out = Some(out);
            }
        }
        end
    }
}

/// How far [`Engine::walk`] came.
struct Walk {
    end: usize,
    /// The character before `end`.
    previous: u32,
    stop: Stop,
}

/// Why [`Engine::walk`] ended.
enum Stop {
    /// At the end that was asked for, or at most two bytes after it.
    Block,
    /// At a character that changes.
    Change,
    /// At a character that makes the text here more than its characters.
    Place,
}

/// The bytes that the loop looks at in one go: five characters and one byte.
const WINDOW: usize = 16;

/// A character of three bytes, from a word whose lowest byte is its first.
#[inline(always)]
fn three_bytes(word: u32) -> u32 {
    (word & 0x0F) << 12 | (word & 0x3F00) >> 2 | (word & 0x3F_0000) >> 16
}

impl Engine {
    /// Goes through characters one by one from `at` on. With `WRITE`, writes what becomes of them to
    /// `out` (each has as many bytes as before); without, stops at the first one that changes.
    fn walk<const WRITE: bool>(
        &self,
        text: &str,
        mut at: usize,
        end: usize,
        mut out: &mut [u8],
        mut previous: u32,
    ) -> Walk {
        let bytes = text.as_bytes();
        let stop = loop {
            // Five characters of three bytes each.
            while at < end
                && let Some(window) = bytes.get(at..at + WINDOW)
                && let Ok(window) = <&[u8; WINDOW]>::try_from(window)
            {
                let word =
                    |n: usize| u32::from_le_bytes([window[n], window[n + 1], window[n + 2], window[n + 3]]);
                let words = [word(0), word(3), word(6), word(9), word(12)];
                let lead_and = words.iter().fold(!0, |a, w| a & w);
                let lead_or = words.iter().fold(0, |a, w| a | w);
                if lead_and & 0xE0 != 0xE0 || lead_or & 0x10 != 0 {
                    break;
                }
                let points = words.map(three_bytes);
                let changes = points.map(|c| self.changes[usize::from(c as u16)]);
                let mut pair = previous;
                let mut trigger = false;
                for c in points {
                    trigger |= self.triggers.contains(pair, c);
                    pair = c;
                }
                let change = changes.iter().fold(0, |a, c| a | c);
                if trigger || change & if WRITE { HARD } else { !0 } != 0 {
                    break;
                }
                if WRITE {
                    let Some(room) = out.get_mut(..WINDOW) else { break };
                    for n in 0..5 {
                        room[3 * n..3 * n + 4].copy_from_slice(&(words[n] ^ changes[n]).to_le_bytes());
                    }
                    out = &mut out[15..];
                }
                previous = pair;
                at += 15;
            }
            if at >= end {
                break Stop::Block;
            }
            // One character, whatever it is.
            let Some(c) = text[at..].chars().next() else { break Stop::Block };
            let (code, len) = (u32::from(c), c.len_utf8());
            if len > 1
                && self.triggers.contains(previous, code)
                && self.is_trigger(previous, code, &text[at + len..])
            {
                break Stop::Place;
            }
            let change = match self.changes.get(code as usize) {
                Some(&change) => change,
                None if (0x20000..0x40000).contains(&code) => HARD,
                None => 0,
            };
            if change & HARD != 0 {
                break Stop::Place;
            }
            if !WRITE && change != 0 {
                break Stop::Change;
            }
            if WRITE {
                for ((out, &byte), change) in
                    out.iter_mut().zip(&bytes[at..at + len]).zip(change.to_le_bytes())
                {
                    *out = byte ^ change;
                }
                out = out.get_mut(len..).unwrap_or_default();
            }
            previous = code;
            at += len;
        };
        Walk { end: at, previous, stop }
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
