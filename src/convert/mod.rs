//! Conversion between traditional and simplified Chinese, byte-identical to OpenCC.

mod characters;
mod config;
mod engine;
mod exact;
mod filter;
mod hash;
mod ids;
mod japanese;
mod memo;
mod output;
mod plan;
mod protect;
mod script;
mod selectors;
mod settle;
mod stays;
mod table;
mod tables;
mod variety;
mod walk;

use std::borrow::Cow;
use std::ops::Range;

use crate::edit::{self, Edit, Staged};

pub use config::{Config, UnknownConfig};
pub(crate) use engine::Engine;
use exact::Step;
use plan::{Names, Plan, Scheme};
pub use protect::TooManyWords;
use protect::Words;
pub(crate) use stays::Stays;

/// Converts text. Cheap to build, to clone and to share between threads.
///
/// [`Converter::new`] answers as OpenCC does, to the byte. Everything beyond that is off until it is
/// asked for, and on in [`Converter::mission`].
#[derive(Debug, Clone)]
pub struct Converter {
    source: Source,
    rare: bool,
    words: Option<Words>,
    foreign: bool,
    selectors: bool,
    settled: bool,
}

/// What the dictionaries are chosen by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Config(Config),
    /// To simplified, by what the document is.
    Auto,
}

/// What a text may have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Has {
    pub(crate) kana: bool,
    pub(crate) selectors: bool,
}

impl Default for Has {
    /// Nothing is known to be absent.
    fn default() -> Self {
        Self { kana: true, selectors: true }
    }
}

/// What a document is made of.
struct Parts {
    /// The schemes, each with the byte offset where its part ends.
    schemes: Vec<(usize, Scheme)>,
    /// What stays as it is.
    kept: Vec<Range<usize>>,
}

impl Parts {
    /// The scheme, if there is one for all of the document.
    fn only(&self) -> Option<Scheme> {
        match (&self.schemes[..], &self.kept[..]) {
            ([(_, scheme)], []) => Some(*scheme),
            _ => None,
        }
    }
}

/// A conversion whose output changes when it is converted again gets this many passes to settle.
const PASSES: usize = 4;

impl Converter {
    /// The exact OpenCC conversion of one configuration.
    pub fn new(config: Config) -> Self {
        Self {
            source: Source::Config(config),
            rare: true,
            words: None,
            foreign: false,
            selectors: false,
            settled: false,
        }
    }

    /// What `clean` uses: to simplified as the mainland writes it, whatever variety of traditional the
    /// document is in; Japanese stays, selectors go with their character, and a second pass changes
    /// nothing.
    pub fn mission() -> Self {
        let exact = Self::new(Config::T2s);
        Self { source: Source::Auto, foreign: true, selectors: true, settled: true, ..exact }
    }

    /// Whether characters of extension blocks that few fonts show may be put out. OpenCC's library
    /// does so (and so does a new converter), OpenCC's program does not.
    pub fn rare_characters(self, allowed: bool) -> Self {
        Self { rare: allowed, ..self }
    }

    /// Leaves these words as they are wherever they stand; of two that overlap, the first one, and of
    /// two that begin together, the longer one. Replaces words that were protected before.
    ///
    /// # Errors
    /// [`TooManyWords`] if they are more than one automaton can hold.
    pub fn protect<W: AsRef<str>>(self, words: impl IntoIterator<Item = W>) -> Result<Self, TooManyWords> {
        Ok(Self { words: Words::new(words)?, ..self })
    }

    /// Whether sentences in Japanese stay as they are.
    pub fn leave_japanese(self, leave: bool) -> Self {
        Self { foreign: leave, ..self }
    }

    /// Whether a variation selector goes when the ideograph before it becomes another one, and is
    /// looked past when words are looked for. OpenCC does neither.
    pub fn mind_selectors(self, mind: bool) -> Self {
        Self { selectors: mind, ..self }
    }

    /// Whether the output is converted again until that changes nothing, so that a second conversion
    /// of a text does nothing. Costs a look over each text that was changed.
    pub fn settle(self, settle: bool) -> Self {
        Self { settled: settle, ..self }
    }

    /// Converts one document. Text that needs nothing comes back borrowed.
    pub fn convert<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.run(text, &[], false).text
    }

    /// Converts one document but for some of its byte ranges, which may come in any order and may
    /// overlap. No word is looked for across the boundary of one.
    pub fn convert_outside<'a>(&self, text: &'a str, spans: &[Range<usize>]) -> Cow<'a, str> {
        self.run(text, spans, false).text
    }

    /// Converts one document and says what changed; [`Staged::origin`] aligns the output with it.
    ///
    /// Neighbouring characters that became as many others are one edit. The cause is the
    /// configuration's name, or `simplified` where the document chose.
    pub fn convert_with_edits<'a>(&self, text: &'a str) -> Staged<'a> {
        self.run(text, &[], true)
    }

    /// [`Self::convert_outside`], with an account as [`Self::convert_with_edits`] gives it.
    pub fn convert_outside_with_edits<'a>(&self, text: &'a str, spans: &[Range<usize>]) -> Staged<'a> {
        self.run(text, spans, true)
    }

    /// The engine whose first look shows that there is nothing to be done, of conversions in which characters
    /// show it.
    pub(crate) fn first_engine(&self) -> Option<&'static Engine> {
        let scheme = match self.source {
            Source::Auto => Scheme::Taiwan,
            Source::Config(config) => Scheme::Exact(config),
        };
        Some(Engine::of(scheme, self.rare)).filter(|engine| engine.is_sparse())
    }

    /// Converts one document, with an account or without.
    pub(crate) fn convert_staged<'a>(&self, text: &'a str, account: bool) -> Staged<'a> {
        self.run(text, &[], account)
    }

    /// Asks of places where the first look found something whether anything changes there. The answer holds for this
    /// text, if [it is whole](Self::is_whole). `None` where words are protected.
    pub(crate) fn stays(&self, text: &str) -> Option<Stays> {
        if self.words.is_some() {
            return None;
        }
        Some(Stays::new(self.engines(text)))
    }

    /// Whether a text stays in which `stays` found nothing to change and that is whole, now that some of its marks have
    /// become others: characters that conversion is [indifferent](Engine::is_indifferent) to, before and after.
    pub(crate) fn stays_with_other_marks(&self, new: &str, stays: &Stays, has: Has) -> bool {
        // What a description character describes is counted in characters.
        memchr::memmem::find(new.as_bytes(), b"\xE2\xBF").is_none()
            && stays.covers(&self.engines(new))
            && self.is_whole(new, has)
    }

    /// The engines that the parts of a text are for, each once.
    fn engines(&self, text: &str) -> Vec<&'static Engine> {
        let mut engines: Vec<&'static Engine> = Vec::new();
        for (_, scheme) in self.schemes(text) {
            let engine = Engine::of(scheme, self.rare);
            if !engines.iter().any(|known| std::ptr::eq(*known, engine)) {
                engines.push(engine);
            }
        }
        engines
    }

    /// Whether nothing cuts a text into parts that convert apart: Japanese, or variation selectors.
    pub(crate) fn is_whole(&self, text: &str, has: Has) -> bool {
        (!self.foreign || !has.kana || japanese::spans(text).is_empty()) && !self.has_selectors(text, has)
    }

    /// The parts of a text, each with the byte offset where it ends.
    fn schemes(&self, text: &str) -> Vec<(usize, Scheme)> {
        match self.source {
            Source::Config(config) => vec![(text.len(), Scheme::Exact(config))],
            Source::Auto => variety::of(text),
        }
    }

    /// Converts a text in which the first look found something to be done.
    pub(crate) fn convert_seen<'a>(&self, text: &'a str, seen: Has, account: bool) -> Staged<'a> {
        self.settled(text, &[], seen, account)
    }

    fn run<'a>(&self, text: &'a str, spans: &[Range<usize>], account: bool) -> Staged<'a> {
        // Nearly all simplified text shows at the first look that there is nothing to be done.
        let stands = || Engine::of(Scheme::Taiwan, self.rare).first_move(text).is_none();
        if self.source == Source::Auto && stands() {
            return Staged::unchanged(text);
        }
        self.settled(text, spans, Has::default(), account)
    }

    fn settled<'a>(&self, text: &'a str, spans: &[Range<usize>], has: Has, account: bool) -> Staged<'a> {
        let spans = &protect::union(text, spans.to_vec());
        let account = account || !spans.is_empty();
        let parts = self.parts(text, spans, has);
        // The scheme of all of the text, if what becomes of it stands where it stood.
        let mut scheme = parts.only().filter(|_| self.settled && !account && !self.has_selectors(text, has));
        let mut done = match scheme {
            Some(only) => {
                let converted = Engine::of(only, self.rare).convert_by_parts(text);
                scheme = scheme.filter(|_| converted.aligned);
                Staged { text: converted.text, edits: Vec::new(), left: Vec::new() }
            }
            None => self.pass(text, parts, has, account),
        };
        if !self.settled {
            return done;
        }
        for _ in 0..PASSES {
            let Cow::Owned(output) = &done.text else { break };
            // What the spans have become: they are outside of every edit.
            let moved: Vec<_> = spans.iter().map(|span| forward(&done.edits, span)).collect();
            let parts = self.parts(output, &moved, has);
            if let Some(scheme) = scheme.take()
                && parts.only() == Some(scheme)
                && Engine::of(scheme, self.rare).settles(text, output)
            {
                break;
            }
            let again = self.pass(output, parts, has, account);
            let Cow::Owned(new) = again.text else { break };
            let edits = edit::compose(std::mem::take(&mut done.edits), again.edits, text, &new);
            done = Staged { text: Cow::Owned(new), edits, left: Vec::new() };
        }
        done
    }

    /// What a document is made of.
    fn parts(&self, text: &str, spans: &[Range<usize>], has: Has) -> Parts {
        let mut kept = spans.to_vec();
        if let Some(words) = &self.words {
            kept.extend(words.spans(text));
        }
        if self.foreign && has.kana {
            kept.extend(japanese::spans(text));
        }
        Parts { schemes: self.schemes(text), kept }
    }

    /// Whether there are variation selectors to mind.
    fn has_selectors(&self, text: &str, has: Has) -> bool {
        self.selectors && has.selectors && !selectors::find(text).is_empty()
    }

    /// One pass over a document.
    fn pass<'a>(&self, text: &'a str, parts: Parts, has: Has, account: bool) -> Staged<'a> {
        if let Some(scheme) = parts.only() {
            return self.piece(scheme, text, has, account);
        }
        // Pieces to convert, each with its scheme, up to a span to keep, if any.
        let mut whole = Whole::new(text);
        let mut kept = protect::union(text, parts.kept).into_iter().peekable();
        let mut at = 0;
        for (end, scheme) in parts.schemes {
            while at < end {
                let stop = kept.peek().map_or(end, |k| k.start.clamp(at, end));
                whole.push(at, self.piece(scheme, &text[at..stop], has, account));
                at = stop;
                if let Some(span) = kept.next_if(|k| k.start <= at) {
                    whole.keep(at, &text[at..span.end.max(at)]);
                    at = span.end.max(at);
                }
            }
        }
        whole.finish()
    }

    /// Converts a piece of text that holds nothing to be left.
    fn piece<'a>(&self, scheme: Scheme, text: &'a str, has: Has, account: bool) -> Staged<'a> {
        let selectors = if self.selectors && has.selectors { selectors::find(text) } else { Vec::new() };
        if selectors.is_empty() {
            return self.plain(scheme, text, account);
        }
        // Line by line where there are any: no entry reaches across a line end.
        let mut whole = Whole::new(text);
        let mut at = 0;
        for selector in selectors {
            if selector.start < at {
                continue;
            }
            let start = text[at..selector.start].rfind('\n').map_or(at, |n| at + n + 1);
            let end = text[selector.end..].find('\n').map_or(text.len(), |n| selector.end + n + 1);
            whole.push(at, self.plain(scheme, &text[at..start], account));
            let line = &text[start..end];
            whole.push(start, selectors::convert(line, |t| self.plain(scheme, t, true)));
            at = end;
        }
        whole.push(at, self.plain(scheme, &text[at..], account));
        whole.finish()
    }

    /// Converts a piece of text by the dictionaries alone.
    fn plain<'a>(&self, scheme: Scheme, text: &'a str, account: bool) -> Staged<'a> {
        if account {
            return self.with_edits(scheme, text);
        }
        let text = engine::Engine::of(scheme, self.rare).convert(text);
        Staged { text, edits: Vec::new(), left: Vec::new() }
    }

    fn with_edits<'a>(&self, scheme: Scheme, text: &'a str) -> Staged<'a> {
        let plan = Plan::new(&Names::of(scheme, self.rare), tables::named);
        let units: Vec<u16> = text.encode_utf16().collect();
        let mut out = Vec::new();
        let steps: Vec<Step> = exact::convert(&plan, &units, &mut out, &mut exact::Scratch::default());
        if out == units {
            return Staged::unchanged(text);
        }
        let (mut edits, mut new) =
            (Edits { list: Vec::new(), cause: cause(scheme), aligned: false }, String::new());
        let (mut i, mut o, mut at) = (0, 0, 0);
        for (read, written) in steps {
            let (read, written) = (read as usize, written as usize);
            let before = &units[i..i + read];
            let after = &out[o..o + written];
            let text = String::from_utf16_lossy(after);
            if before == after {
                at += text.len();
            } else {
                at = edits.step(at, &String::from_utf16_lossy(before), new.len(), &text);
            }
            new.push_str(&text);
            (i, o) = (i + read, o + written);
        }
        Staged { text: Cow::Owned(new), edits: edits.list, left: Vec::new() }
    }
}

/// What an edit says of where it comes from.
fn cause(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::Exact(config) => config.name(),
        Scheme::Settled | Scheme::Mainland | Scheme::Taiwan => "simplified",
    }
}

/// Edits of one conversion, as they are found.
struct Edits {
    list: Vec<Edit>,
    cause: &'static str,
    /// Whether the characters of the last one's old and new text correspond in order.
    aligned: bool,
}

impl Edits {
    /// Notes that `old` at `before` became `new` at `after`: character by character where they have
    /// equally many. Returns the end of `old`.
    fn step(&mut self, mut before: usize, old: &str, mut after: usize, new: &str) -> usize {
        if old.chars().count() != new.chars().count() {
            self.push(before, old, after, new);
            self.aligned = false;
            return before + old.len();
        }
        for (a, b) in old.chars().zip(new.chars()) {
            if a != b {
                if self.aligned
                    && let Some(last) = self.list.last_mut().filter(|e| e.before.end == before)
                {
                    last.old.push(a);
                    last.new.push(b);
                    last.before.end += a.len_utf8();
                    last.after.end += b.len_utf8();
                } else {
                    self.push(before, a.encode_utf8(&mut [0; 4]), after, b.encode_utf8(&mut [0; 4]));
                    self.aligned = true;
                }
            }
            before += a.len_utf8();
            after += b.len_utf8();
        }
        before
    }

    fn push(&mut self, before: usize, old: &str, after: usize, new: &str) {
        self.list.push(Edit {
            before: before..before + old.len(),
            after: after..after + new.len(),
            old: old.to_owned(),
            new: new.to_owned(),
            cause: Cow::Borrowed(self.cause),
            layers: 0,
            confidence: 1.0,
            reversible: false,
            restored: Vec::new(),
        });
    }
}

/// A text that is put together from converted pieces; borrowed until one of them changes.
struct Whole<'a> {
    text: &'a str,
    out: Option<String>,
    edits: Vec<Edit>,
}

impl<'a> Whole<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, out: None, edits: Vec::new() }
    }

    /// Takes the piece that begins at byte `at`.
    fn push(&mut self, at: usize, piece: Staged<'_>) {
        if self.out.is_none() && matches!(piece.text, Cow::Owned(_)) {
            let mut out = String::with_capacity(self.text.len() + self.text.len() / 8);
            out.push_str(&self.text[..at]);
            self.out = Some(out);
        }
        if let Some(out) = &mut self.out {
            let after = out.len();
            self.edits.extend(piece.edits.into_iter().map(|e| shifted(e, at, after)));
            out.push_str(&piece.text);
        }
    }

    /// Takes a piece as it is.
    fn keep(&mut self, at: usize, piece: &'a str) {
        self.push(at, Staged::unchanged(piece));
    }

    fn finish(self) -> Staged<'a> {
        Staged {
            text: self.out.map_or(Cow::Borrowed(self.text), Cow::Owned),
            edits: self.edits,
            left: Vec::new(),
        }
    }
}

/// An edit of a piece as one of the whole.
fn shifted(mut edit: Edit, before: usize, after: usize) -> Edit {
    edit.before = edit.before.start + before..edit.before.end + before;
    edit.after = edit.after.start + after..edit.after.end + after;
    edit
}

/// Where a range that no edit touches has gone.
fn forward(edits: &[Edit], span: &Range<usize>) -> Range<usize> {
    let last = edits.partition_point(|e| e.before.end <= span.start).checked_sub(1);
    match last.map(|n| &edits[n]) {
        Some(e) => {
            let at = |x: usize| x - e.before.end + e.after.end;
            at(span.start)..at(span.end)
        }
        None => span.clone(),
    }
}
