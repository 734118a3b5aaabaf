//! All readings of a text side by side, for a person who wants to choose.
//!
//! [`super::document`] takes the likeliest channel and says how sure it is. Here every channel that fits the
//! text gets its turn, and the text as it stands is one of the candidates.

use std::collections::HashMap;

use crate::edit::Restored;

use super::Repairer;
use super::budget::Budget;
use super::cache::Cache;
use super::chain::{self, Chain, ENTER};
use super::channel::{LAYERS, Layer, Truth};
use super::evidence;
use super::line::Line;
use super::line_ends::Ends;
use super::plausible;
use super::search::{Origin, Reading, Span};
use super::span::{masked, replaced};
use super::truth::{Pending, Step};

/// Bytes of a text that are looked at. A person reads no more, and forty stacks of layers are tried on them.
const LONGEST: usize = 4 << 10;
/// Marks of loss up to which more than one layer is undone: each of them branches in every layer.
const FEW_MARKS: usize = 16;

/// One way to read a text.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Candidate {
    /// What is undone, outermost layer first, such as `utf-8>gbk`; none for the text as it stands.
    pub channel: Option<String>,
    /// Other channels with the same reading, likeliest first.
    pub also: Vec<String>,
    /// Layers undone; 0 for the text as it stands.
    pub layers: u8,
    /// Probability among all candidates, those that were not asked for included.
    pub probability: f64,
    /// The whole reading, with the best guess for every lost character.
    pub reading: String,
    /// The observed characters that are read anew, in order, with the bytes that the outermost layer showed so.
    pub shown: Vec<Shown>,
    /// Bytes of the reading that the observed text does not tell.
    pub lost: usize,
    /// Characters with lost bytes, chosen by context. Offsets are those in `reading`.
    pub restored: Vec<Restored>,
    /// ASCII characters that went with lost bytes and left no trace, chosen by context.
    pub swallowed: Vec<Restored>,
    /// Whether the observed text can be computed from the reading by the channel alone.
    pub reversible: bool,
    /// Bytes of the text that were looked at: all of them, or 4 KiB up to a line end.
    pub looked_at: usize,
}

/// An observed character and what stood behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shown {
    /// Byte offset in the observed text.
    pub at: usize,
    /// The character.
    pub character: char,
    /// Its bytes; none for a mark of loss.
    pub bytes: Vec<u8>,
}

impl Repairer {
    /// The likeliest readings of a text, at most so many, the likeliest first.
    ///
    /// Unlike [`repair`](Self::repair) it reads the text as one piece, takes the best guess for every lost
    /// character, and lists what is too doubtful to be done. Of equally likely readings the one with fewer
    /// layers comes first, then the name decides. A text longer than 4 KiB is cut, at a line end if it has one.
    /// Costs time linear in what is left, with a larger factor than `repair`. Of a text with
    /// many marks of loss only one layer is undone. Pages whose bytes were rewritten are not recognized here.
    ///
    /// ```
    /// use qingwen::repair::Repairer;
    ///
    /// let candidates = Repairer::default().candidates("鍒濆\u{e750}鍖栦腑", 5);
    /// assert_eq!(candidates[0].reading, "初始化中");
    /// assert_eq!(candidates[0].channel.as_deref(), Some("utf-8>gbk"));
    /// assert!(candidates.iter().any(|c| c.channel.is_none()), "the text as it stands");
    /// ```
    pub fn candidates(&self, text: &str, most: usize) -> Vec<Candidate> {
        let text = beginning(text);
        let line = Line::new(0, text, Ends::of(text));
        let mut ranked = Vec::from([Ranked::as_it_stands(&line)]);
        ranked.extend(readings(&line));
        ranked.sort_by(|a, b| a.order().cmp(&b.order()));
        let best = ranked.first().map_or(0, |r| r.cost);
        let weights: Vec<f64> = ranked.iter().map(|r| evidence::weight(r.cost - best)).collect();
        let total: f64 = weights.iter().sum();
        let taken = ranked.into_iter().zip(weights).take(most);
        taken.map(|(r, weight)| r.told(&line, text, weight / total)).collect()
    }
}

/// Characters of a word or two.
const FEW: usize = 12;

/// As much of the text as is looked at.
fn beginning(text: &str) -> &str {
    if text.len() <= LONGEST {
        return text;
    }
    let head = &text[..text.floor_char_boundary(LONGEST)];
    match head.rfind('\n') {
        Some(end) => &head[..=end],
        None => head,
    }
}

/// A reading before it is written out.
struct Ranked {
    chain: Chain,
    name: String,
    also: Vec<String>,
    cost: i64,
    spans: Vec<Span>,
}

/// The readings that differ from the text and from each other.
fn readings(line: &Line<'_>) -> Vec<Ranked> {
    let mut tried: Vec<Ranked> = Vec::new();
    let marks = line.chars().iter().filter(|&&c| c == '?' || c == '\u{FFFD}').count();
    let mut chains = line.fitting();
    chains.retain(|c| c.len() == 1 || marks <= FEW_MARKS);
    // Of a word or two hardly anything shows what they were: the commonest channel is thought of in any case.
    let commonest = vec![LAYERS[0].layer(|c| line.chars().contains(&c))];
    let shows_any = !line.is_half_lost() && !line.text.is_ascii();
    if shows_any && line.chars().len() <= FEW && !chains.contains(&commonest) {
        chains.push(commonest);
    }
    chains.extend(line.unstripped_chains(&chains));
    for chain in chains {
        let Some(ranked) = Ranked::new(line, chain) else { continue };
        // Decoders that lose bytes in different ways are one channel: the one that explains the text best.
        match tried.iter_mut().find(|t| t.name == ranked.name) {
            Some(same) if ranked.cost < same.cost => *same = ranked,
            Some(_) => {}
            None => tried.push(ranked),
        }
    }
    // Stable: of channels that cost the same, the one that repair tries first speaks for the others.
    tried.sort_by_key(|t| (t.cost, t.chain.len()));
    let mut places: HashMap<Vec<char>, usize> = HashMap::new();
    let mut different: Vec<Ranked> = Vec::new();
    for ranked in tried {
        let result = replaced(line.chars(), &ranked.spans);
        match places.get(&result) {
            Some(&i) => different[i].also.push(ranked.name),
            None => {
                places.insert(result, different.len());
                different.push(ranked);
            }
        }
    }
    different
}

impl Ranked {
    fn as_it_stands(line: &Line<'_>) -> Self {
        Self {
            chain: Vec::new(),
            name: String::new(),
            also: Vec::new(),
            cost: line.clean(),
            spans: Vec::new(),
        }
    }

    /// The text as the channel reads it; none if that is no other text.
    fn new(line: &Line<'_>, chain: Chain) -> Option<Self> {
        // What garbage costs is added afterwards, so that readings come out that are too doubtful to be made.
        let enter = i64::from(chain::enter(&chain, ENTER));
        let Reading { mut cost, mut spans } = line.read(&chain, 0, &Budget::alone(line.chars().len()));
        if spans.is_empty() || replaced(line.chars(), &spans) == line.chars() {
            return None;
        }
        cost = cost.saturating_add(enter);
        let plausible = |s: &Span| plausible::is_plausible(&chain, line.chars(), s, false);
        if !spans.iter().all(plausible) {
            let mut kept = Reading { cost, spans: spans.clone() };
            line.drop_implausible(&chain, &mut kept, 0, false);
            if kept.spans.is_empty() {
                // Chance makes such readings: however likely they look, the text as it stands comes first.
                cost = cost.max(line.clean().saturating_add(enter));
            } else {
                Reading { cost, spans } = kept;
            }
        }
        let name = chain::name(&chain);
        Some(Self { chain, name, also: Vec::new(), cost, spans })
    }

    fn order(&self) -> (i64, usize, &str) {
        (self.cost, self.chain.len(), &self.name)
    }

    fn told(self, line: &Line<'_>, text: &str, probability: f64) -> Candidate {
        let first = Reading { cost: self.cost, spans: self.spans.clone() };
        let cache = Cache::default();
        let budget = Budget::alone(line.chars().len());
        let (Reading { mut spans, .. }, mut fill) =
            line.refilled(&self.chain, &first, ENTER, &cache, &budget);
        if spans.is_empty() {
            // Too doubtful to be made is not too doubtful to be told.
            (spans, fill) = (self.spans.clone(), None);
        }
        let mut reading = String::new();
        let offsets: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        let (mut restored, mut shown, mut lost) = (Vec::new(), Vec::new(), 0);
        // The observed characters that are told.
        let mut done = 0;
        for span in &spans {
            reading.extend(&line.chars()[done..span.start]);
            let mut chosen = evidence::restored(line.chars(), span, fill.as_ref(), line.swallowed());
            let new = masked(span, &mut chosen, 0.0);
            restored.extend(chosen.into_iter().map(|mut r| {
                r.at += reading.len();
                r
            }));
            reading += &new;
            done = span.end;
            let observed = &line.chars()[span.start..span.end];
            let has_questions = span.text.contains(&('?', Origin::Read));
            let bytes = bytes_behind(&self.chain[0], observed, has_questions);
            lost += lost_bytes(&self.chain, observed, &span.text);
            let places = offsets[span.start..span.end].iter().zip(observed);
            shown.extend(places.zip(bytes).map(|((&at, &character), bytes)| Shown { at, character, bytes }));
        }
        reading.extend(&line.chars()[done..]);
        let reversible = restored.is_empty();
        let (swallowed, restored) = restored.into_iter().partition(|r| r.chosen.is_ascii());
        Candidate {
            channel: (!self.chain.is_empty()).then_some(self.name),
            also: self.also,
            layers: self.chain.len() as u8,
            probability,
            reading,
            shown,
            lost,
            restored,
            swallowed,
            reversible,
            looked_at: text.len(),
        }
    }
}

/// The bytes of each character in a layer's page; of several spellings the one that the true encoding can
/// read there. None for a mark of loss, which a `?` is inside of a character, and everywhere if the true text
/// has no such thing.
fn bytes_behind(layer: &Layer, observed: &[char], has_questions: bool) -> Vec<Vec<u8>> {
    let mut pending = Pending::NONE;
    let spell = |&c: &char| {
        if layer.loss.mark() == Some(c) && (c != '?' || !pending.is_none() || !has_questions) {
            pending = Pending::NONE;
            return Vec::new();
        }
        let spellings = layer.page.bytes(c);
        let fitting = spellings.iter().find_map(|s| Some((s, layer.truth.through(pending, s)?)));
        let (bytes, next) = match fitting {
            Some((s, next)) => (s.to_vec(), next),
            // A mark, or what follows one: the rest of a character whose beginning is gone.
            None => (spellings.iter().next().unwrap_or_default().to_vec(), Pending::NONE),
        };
        pending = next;
        bytes
    };
    observed.iter().map(spell).collect()
}

/// How many bytes of the true text, in its own encoding, don't come out of the observed one.
fn lost_bytes(chain: &[Layer], observed: &[char], text: &[(char, Origin)]) -> usize {
    let Some(innermost) = chain.last() else { return 0 };
    let mut chars = observed.to_vec();
    let mut known = 0;
    for (n, layer) in chain.iter().enumerate() {
        // Whether a `?` is itself or a mark, the reading says: see below.
        let is_known = |c: &char| *c != '?' && layer.loss.mark() != Some(*c);
        let told: Vec<char> = chars.into_iter().filter(is_known).collect();
        let bytes: Vec<u8> = bytes_behind(layer, &told, false).concat();
        if n + 1 == chain.len() {
            known = bytes.len();
        }
        chars = decoded(layer.truth, &bytes);
    }
    let length = |c: char| match innermost.truth {
        Truth::Utf8 => c.len_utf8(),
        Truth::Page(page) => page.bytes(c).iter().next().map_or(2, <[u8]>::len),
    };
    let is_mark_itself = |t: &&(char, Origin)| t.0 == '?' && t.1 == Origin::Read;
    let all: usize = text.iter().map(|t| length(t.0)).sum();
    all.saturating_sub(known + text.iter().filter(is_mark_itself).count())
}

/// The characters that the bytes spell; those that spell none are skipped.
fn decoded(truth: Truth, bytes: &[u8]) -> Vec<char> {
    let mut pending = Pending::NONE;
    let mut out = Vec::new();
    for &byte in bytes {
        let mut step = truth.step(pending, byte);
        if step == Step::Invalid && !pending.is_none() {
            step = truth.step(Pending::NONE, byte);
        }
        pending = match step {
            Step::Char(c) => {
                out.push(c);
                Pending::NONE
            }
            Step::More(more) => more,
            Step::Invalid => Pending::NONE,
        };
    }
    out
}
