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
use super::filter::{FIRST, PairLists, Pairs, SECOND};
use super::ids;
use super::plan::{Dictionary, Names, Plan, Stage};
use super::table::Phrases;
use super::tables;

/// In the table of characters: what becomes of this one is not a character of as many bytes, or it
/// needs the exact algorithm.
const HARD: u32 = 1 << 31;
/// In the table of characters: the bytes of the UTF-8 form that change, as a difference by bits.
const CHANGE: u32 = 0x00FF_FFFF;

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
    /// Triggers that the phrases of `verified` do not account for.
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
        lists.triggers().for_each(|(a, b)| own_triggers.insert(a, b));
        let (mut triggers, mut links, verified) = if from_simplified {
            let common = [tables::named("ST.triggers"), tables::named("ST.links")];
            let [triggers, links] = common.map(Pairs::from_bits);
            (triggers, links, Some(Phrases::new(tables::named("STPhrases"))))
        } else {
            (own_triggers.clone(), sized(lists.links().len()), None)
        };
        if from_simplified {
            lists.triggers().for_each(|(a, b)| triggers.insert(a, b));
        }
        lists.links().for_each(|(a, b)| links.insert(a, b));
        let changes = changes(&plan);
        Self { plan, changes, triggers, own_triggers, verified, links }
    }

    pub(crate) fn convert<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut run = Run { engine: self, text, out: Vec::new(), copied: 0, scratch: Scratch::default() };
        run.all();
        if run.copied == 0 && run.out.is_empty() {
            return Cow::Borrowed(text);
        }
        Cow::Owned(String::from_utf8(run.out).unwrap_or_default())
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
    /// What has been written; empty as long as the text came through unchanged.
    out: Vec<u8>,
    /// How much of the text has been written to `out`.
    copied: usize,
    scratch: Scratch,
}

/// Why the fast way ended.
enum Stop {
    /// At the end.
    End,
    /// At a character that makes the text here more than its characters.
    At(usize),
}

impl Run<'_, '_> {
    fn all(&mut self) {
        // No entry straddles the place `free`, nor does anything before it matter any more.
        let mut free = 0;
        while let Stop::At(place) = self.fast(free) {
            free = self.exact(free, place);
        }
    }

    /// Converts characters one by one from `free` on.
    fn fast(&mut self, free: usize) -> Stop {
        let (text, engine) = (self.text.as_bytes(), self.engine);
        let mut at = free;
        let mut previous: u32 = 0;
        while let Some(&lead) = text.get(at) {
            if lead < 0x80 {
                previous = u32::from(lead);
                self.out.push(lead);
                at += 1;
                continue;
            }
            let Some(c) = self.text[at..].chars().next() else { break };
            let len = c.len_utf8();
            let c = u32::from(c);
            let hash = previous.wrapping_mul(FIRST) ^ c.wrapping_mul(SECOND);
            if engine.triggers.contains_hash(hash) && engine.is_trigger(previous, c, &self.text[at + len..]) {
                return Stop::At(at);
            }
            match engine.changes.get(c as usize) {
                Some(&change) if change & HARD != 0 => return Stop::At(at),
                Some(&change) => {
                    let bytes = change.to_le_bytes();
                    self.out.extend(text[at..at + len].iter().zip(bytes).map(|(a, b)| a ^ b));
                }
                None if (0x20000..0x40000).contains(&c) => return Stop::At(at),
                None => self.out.extend_from_slice(&text[at..at + len]),
            }
            previous = c;
            at += len;
        }
        Stop::End
    }

    /// Converts the linked characters around `place` exactly; returns where they end.
    fn exact(&mut self, free: usize, place: usize) -> usize {
        let start = self.engine.start(self.text, free, place);
        let end = self.engine.end(self.text, place);
        self.out.truncate(self.out.len() - (place - start));
        let piece: Vec<u16> = self.text[start..end].encode_utf16().collect();
        let mut converted = Vec::new();
        exact::convert::<()>(&self.engine.plan, &piece, &mut converted, &mut self.scratch);
        self.out.extend_from_slice(String::from_utf16_lossy(&converted).as_bytes());
        end
    }
}

impl Engine {
    /// Whether a pair that the filter let pass is a trigger.
    fn is_trigger(&self, first: u32, second: u32, rest: &str) -> bool {
        let Some(phrases) = &self.verified else { return true };
        if first < 0x80 || self.own_triggers.contains(first, second) {
            return true;
        }
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
