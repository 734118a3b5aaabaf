//! UTF-8 of alphabetic scripts, signs and emoji shown in a page of single bytes: `Ã©`, `â€™`, `вЂ“`, `√ü`.
//!
//! Chinese text that was garbled that way shows its channel many times over, and the search reads it. A word of a
//! European language shows one or two letters of garbage, often in a line that is clean otherwise or that was
//! garbled in another page; so here each run of such letters is decided for itself:
//!
//! 1. `gate` finds lines in which a lead byte of UTF-8 stands before a continuation byte;
//! 2. in each page, `sequence` reads runs of whole characters;
//! 3. `cost` prices a run as it stands and as it reads; what a page gains over the whole line must make up for how
//!    rare garbage is, and the page that gains most is taken;
//! 4. the same again with what came out, up to the number of layers that anybody has met.
//!
//! Runs that read as Chinese, Japanese or Korean are left to the search.

mod cost;
mod gate;
mod sequence;

use std::fmt;
use std::ops::Range;

use crate::codec::CodePage;
use crate::edit::{Edit, Restored};

use super::price::is_east_asian;
use super::quote;
use cost::cost;
use gate::{PAGES, RARITY};
use sequence::{byte, sequence};

/// Layers that are undone.
const LAYERS: usize = 5;
/// What a page must gain in a line to be even odds, in millinats, and where the document shows it in other lines.
const ENTER: i32 = 7_500;
const ENTER_SIBLING: i32 = 3_000;
/// Gain in one document after which a page is known to be its garbage.
const KNOWN: i32 = 40_000;
/// By so much a reading is clearly better than another.
const CLEARLY: i32 = 1_500;
/// Millinats that multiply the odds by e, of a run and of the choice of a lost byte.
const SLOPE: f64 = 500.0;
const CHOICE_SLOPE: f64 = 1_150.0;
/// What a space costs that stands for a byte.
const GUESS: i32 = 1_000;
/// What a sign costs that stands free, and a character between signs: `¬´` and `(°Д°)` are faces.
const FREE: i32 = 3_000;
/// Characters that a run reads as from which on a letter beside it may be one that lost the rest of its bytes.
const WORD: usize = 3;
/// Longer lines are no text, and are left.
const LONGEST: usize = 1 << 16;

/// A character of the line as it reads so far.
#[derive(Debug, Clone)]
struct Piece {
    c: char,
    /// Where it came from, in bytes of the text.
    from: Range<usize>,
    /// What was undone, outermost first.
    layers: Vec<Layer>,
    /// How sure the gain of its run makes it.
    confidence: f64,
    lost: Option<Lost>,
}

/// One wrong reading.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Layer {
    /// UTF-8 shown in a page.
    Utf8(CodePage),
    /// The punctuation of windows-1252 shown as C1 controls.
    Windows,
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Utf8(page) => write!(f, "utf-8>{page}"),
            Self::Windows => write!(f, "{}>{}", CodePage::Cp1252, CodePage::Latin1),
        }
    }
}

/// A character of which a byte was lost: how sure it is, and the others.
#[derive(Debug, Clone)]
struct Lost {
    confidence: f64,
    others: Vec<(char, f64)>,
}

/// Characters that read as others.
struct Run {
    /// Pieces of the line.
    at: Range<usize>,
    /// What they read as, with the number of shown characters of each.
    read: Vec<(usize, char, Option<Lost>)>,
    gain: i32,
}

/// The edits that undo such garbage in the lines that are `wanted` and don't quote it, ascending, in bytes of `text`.
pub(super) fn find(text: &str, min_confidence: f64, wanted: impl Fn(&Range<usize>) -> bool) -> Vec<Edit> {
    let lines: Vec<Range<usize>> = gate::lines(text).filter(|r| r.len() <= LONGEST && wanted(r)).collect();
    if lines.is_empty() {
        return Vec::new();
    }
    let least = least(min_confidence);
    let mut gains = [0; PAGES.len()];
    let read: Vec<(Vec<Piece>, bool)> = lines
        .iter()
        .map(|line| Line::of(text, line.clone()).read(&[0; PAGES.len()], least, &mut gains))
        .collect();
    let known = gains.map(|g| if g >= KNOWN { ENTER - ENTER_SIBLING } else { 0 });
    let mut edits = Vec::new();
    for (line, (pieces, unsure)) in lines.iter().zip(read) {
        let pieces = if unsure && known.iter().any(|k| *k > 0) {
            Line::of(text, line.clone()).read(&known, least, &mut [0; PAGES.len()]).0
        } else {
            pieces
        };
        let quoting = quote::Line::new(&text[line.clone()]);
        edits.extend(written(text, &pieces, min_confidence).filter(|e| !quoting.quotes(&e.old, &e.new)));
    }
    edits
}

struct Line(Vec<Piece>);

impl Line {
    fn of(text: &str, range: Range<usize>) -> Self {
        let piece = |(at, c): (usize, char)| Piece {
            c,
            from: range.start + at..range.start + at + c.len_utf8(),
            layers: Vec::new(),
            confidence: 1.0,
            lost: None,
        };
        Self(text[range.clone()].char_indices().map(piece).collect())
    }

    /// The line with its layers undone, and whether some page fits that gains too little; adds the gains to those of
    /// the document. `known` is what each page gains by being known, and `least` what a reading must gain to be sure
    /// enough: a doubtful one must not change what the next one sees.
    fn read(
        mut self,
        known: &[i32; PAGES.len()],
        least: i32,
        gains: &mut [i32; PAGES.len()],
    ) -> (Vec<Piece>, bool) {
        let mut unsure = false;
        let mut proven = *known;
        // Where half of what is seen are marks of loss, what is left fits by chance.
        let lost = self.0.iter().filter(|p| p.c == '\u{FFFD}').count();
        if 2 * lost > self.0.iter().filter(|p| !p.c.is_ascii()).count() {
            return (self.0, false);
        }
        for _ in 0..LAYERS {
            let shown: Vec<char> = self.0.iter().map(|p| p.c).collect();
            let fitting = gate::pages(&shown);
            let mut found: Vec<(i32, usize, Vec<Run>)> = Vec::new();
            for (n, page) in PAGES.into_iter().enumerate().filter(|(n, _)| fitting >> n & 1 == 1) {
                let runs = runs(&shown, page);
                let gain = runs.iter().map(|r| r.gain).sum::<i32>() + proven[n] - RARITY[n];
                unsure |= gain > 0 && gain < least;
                if gain >= least {
                    found.push((gain, n, runs));
                }
            }
            found.sort_by_key(|f| (std::cmp::Reverse(f.0), f.1));
            let mut found = found.into_iter();
            let Some((gain, n, mut runs)) = found.next() else {
                // What is left may have been hidden behind the controls.
                if self.undo_controls(least) {
                    continue;
                }
                break;
            };
            // Where a line was garbled in several pages, each keeps what it reads better.
            for other in found.flat_map(|f| f.2) {
                let is_better = |r: &Run| {
                    other.gain > r.gain + CLEARLY && other.at.start < r.at.end && r.at.start < other.at.end
                };
                if runs.len() > 1 {
                    runs.retain(|r| !is_better(r));
                }
            }
            gains[n] = gains[n].saturating_add(gain - proven[n]);
            self.undo(Layer::Utf8(PAGES[n]), runs, confidence(gain));
            // What a line has shown once needs less.
            proven[n] = proven[n].max(ENTER - ENTER_SIBLING);
        }
        (self.0, unsure)
    }

    /// What is left of C1 controls becomes what windows-1252 has there, as browsers read it. Whether anything did.
    fn undo_controls(&mut self, least: i32) -> bool {
        let shown: Vec<char> = self.0.iter().map(|p| p.c).collect();
        let is_foreign = |pair: &[char]| pair.iter().all(|c| is_strange(*c, CodePage::Cp1252));
        if shown.iter().any(|c| is_east_asian(*c)) || shown.windows(2).any(is_foreign) {
            return false;
        }
        let is_garbled = self.0.iter().any(|p| !p.layers.is_empty());
        let mut runs = Vec::new();
        for (at, c) in shown.iter().copied().enumerate().filter(|(_, c)| matches!(c, '\u{80}'..='\u{9F}')) {
            let after = shown.get(at + 1).copied().unwrap_or('\n');
            // U+0085 ends lines on mainframes.
            let ends = !is_garbled && c == '\u{85}' && (after == '\n' || before(&shown, at)[1] == '\n');
            let read = CodePage::Cp1252.decode_one(&[c as u8]).map(|(c, _)| c).filter(|r| *r != c && !ends);
            if let Some(read) = read {
                let context = before(&shown, at);
                let price = |c: char| cost(context, std::iter::once(c), after);
                runs.push(Run { at: at..at + 1, read: vec![(1, read, None)], gain: price(c) - price(read) });
            }
        }
        let gain = runs.iter().map(|r| r.gain).sum::<i32>();
        if gain >= least {
            self.undo(Layer::Windows, runs, confidence(gain));
        }
        gain >= least
    }

    fn undo(&mut self, layer: Layer, runs: Vec<Run>, confidence: f64) {
        let mut out = Vec::with_capacity(self.0.len());
        let mut done = 0;
        for run in runs {
            out.extend_from_slice(&self.0[done..run.at.start]);
            let mut at = run.at.start;
            for (len, c, lost) in run.read {
                let taken = &self.0[at..at + len];
                at += len;
                let deepest = taken.iter().map(|p| &p.layers).max_by_key(|p| p.len());
                let mut layers = deepest.cloned().unwrap_or_default();
                layers.push(layer);
                out.push(Piece {
                    c,
                    from: taken[0].from.start..taken[len - 1].from.end,
                    layers,
                    confidence: taken.iter().map(|p| p.confidence).fold(confidence, f64::min),
                    lost,
                });
            }
            done = run.at.end;
        }
        out.extend_from_slice(&self.0[done..]);
        self.0 = out;
    }
}

/// The gain that makes so sure; never less than even odds.
fn least(confidence: f64) -> i32 {
    let p = confidence.clamp(0.5, 0.999_999);
    ENTER + ((p / (1.0 - p)).ln() * SLOPE).ceil() as i32
}

/// How sure a gain makes.
fn confidence(gain: i32) -> f64 {
    1.0 / (1.0 + (-f64::from(gain - ENTER) / SLOPE).exp())
}

/// The runs of UTF-8 behind the shown characters that gain by being read.
fn runs(shown: &[char], page: CodePage) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut at = 0;
    // Characters of the page that explain nothing and stand beside each other: garbage of another kind.
    let (mut explained, mut strange) = (0, 0);
    // A space that stands for a byte explains no line alone.
    let mut only_guesses = true;
    // Some run can hardly be clean text.
    let mut shows_any = false;
    while at < shown.len() {
        let start = at;
        let mut read: Vec<(usize, char, Option<Lost>)> = Vec::new();
        let (mut guesses, mut is_eastern) = (0, false);
        while let Some(s) = sequence(&shown[at..], page) {
            is_eastern |= is_east_asian(s.c);
            guesses += i32::from(s.is_guess);
            let before = read.last().map_or(before(shown, at)[1], |r| r.1);
            let (c, lost) = choose(before, s.c, s.others, shown.get(at + s.len).copied().unwrap_or('\n'));
            read.push((s.len, c, lost));
            at += s.len;
        }
        if read.is_empty() {
            let is_strange = |c: Option<&char>| c.is_some_and(|&c| is_strange(c, page));
            strange += usize::from(is_strange(shown.get(at)) && is_strange(shown.get(at + 1)));
            at += 1;
            continue;
        }
        explained += at - start;
        let around = [start.checked_sub(1).map(|n| shown[n]), shown.get(at).copied()];
        let touches = |is: fn(char, CodePage) -> bool| around.into_iter().flatten().any(|c| is(c, page));
        // A letter and what may end a word, or two letters: clean text has such, too.
        let may_be_clean = read.len() < WORD
            && page.is_own_letter(shown[start])
            && shown[start..at].iter().all(|&c| page.is_own_letter(c) || ends_words(c));
        // Of a word that is garbled in part the rest has letters of the same alphabet.
        let is_foreign = !read.iter().any(|r| page.is_own_letter(r.1));
        let touches =
            touches(is_strange) || (may_be_clean || is_foreign) && touches(|c, page| page.is_own_letter(c));
        if is_eastern || touches {
            continue;
        }
        let context = before(shown, start);
        let after = shown.get(at).copied().unwrap_or('\n');
        let as_shown = cost(context, shown[start..at].iter().copied(), after);
        let as_read = cost(context, read.iter().map(|r| r.1), after);
        let is_free = |c: char| !c.is_alphanumeric();
        let stands_free = is_free(context[1]) && is_free(after) && read.iter().all(|r| is_free(r.1));
        let is_drawn = matches!(page, CodePage::MacRoman | CodePage::Cp437 | CodePage::Cp850);
        let is_mark = |c: char| is_free(c) && !c.is_whitespace();
        let is_face = read.len() == 1 && is_mark(context[1]) && is_mark(after);
        let free = if stands_free && is_drawn || is_face { FREE } else { 0 };
        let gain = as_shown - as_read - GUESS * guesses - free;
        only_guesses &= guesses as usize == read.len() && shown[start] != 'Ã';
        if gain > 0 {
            shows_any |= !may_be_clean || read.iter().any(|r| r.0 > 2);
            runs.push(Run { at: start..at, read, gain });
        }
    }
    if strange > explained || only_guesses || !shows_any {
        runs.clear();
    }
    runs
}

/// The two characters in front of a place.
fn before(shown: &[char], at: usize) -> [char; 2] {
    let back = |n: usize| at.checked_sub(n).map_or('\n', |i| shown[i]);
    [back(2), back(1)]
}

/// A letter or rare sign of Latin pages, which beside a run of UTF-8 says that the run is there by chance.
fn is_strange(c: char, page: CodePage) -> bool {
    matches!(c, '\u{A1}'..='\u{24F}') && !matches!(c, '«' | '»' | '°' | '·' | '®') && byte(page, c).is_some()
}

/// What stands beside words in clean text, and is a byte of UTF-8 in some page.
fn ends_words(c: char) -> bool {
    matches!(c, ' ' | '\u{A0}' | '‘' | '’' | '“' | '”' | '«' | '»' | '–' | '—' | '…')
}

/// The likeliest of the characters that the known bytes of a sequence allow.
fn choose(before: char, c: char, others: Vec<char>, after: char) -> (char, Option<Lost>) {
    if others.is_empty() {
        return (c, None);
    }
    let price = |c: char| cost([' ', before], std::iter::once(c), after);
    let mut all: Vec<(i32, char)> = others.into_iter().chain([c]).map(|c| (price(c), c)).collect();
    all.sort_unstable();
    let best = all[0].0;
    let weights: Vec<f64> = all.iter().map(|a| (-f64::from(a.0 - best) / CHOICE_SLOPE).exp()).collect();
    let total: f64 = weights.iter().sum();
    let others = all.iter().zip(&weights).skip(1).map(|(a, w)| (a.1, w / total)).collect();
    (all[0].1, Some(Lost { confidence: weights[0] / total, others }))
}

/// What changed in a line: an edit for each stretch of changed characters.
fn written(text: &str, pieces: &[Piece], min_confidence: f64) -> impl Iterator<Item = Edit> {
    let sure = move |p: &&Piece| !p.layers.is_empty() && p.confidence >= min_confidence;
    let stretches = pieces.chunk_by(move |a, b| sure(&a) && sure(&b) && a.layers == b.layers);
    stretches.filter_map(move |stretch| {
        let first = stretch.first().filter(sure)?;
        let before = first.from.start..stretch.last().map_or(first.from.end, |p| p.from.end);
        let mut new = String::new();
        let mut restored = Vec::new();
        for piece in stretch {
            let mut chosen = piece.c;
            if let Some(Lost { confidence, others }) = &piece.lost {
                let (at, confidence, alternatives) = (new.len(), *confidence, others.clone());
                let mut lost = Restored { at, chosen, confidence, alternatives };
                if confidence < min_confidence {
                    lost.withhold();
                }
                chosen = lost.chosen;
                restored.push(lost);
            }
            new.push(chosen);
        }
        let old = text[before.clone()].to_owned();
        if old == new || new.contains(|c| matches!(c, '\u{80}'..='\u{9F}')) {
            return None;
        }
        let names: Vec<String> = first.layers.iter().map(ToString::to_string).collect();
        Some(Edit {
            reversible: restored.is_empty() && is_inverse(&old, &new, &first.layers),
            before,
            after: 0..0,
            old,
            new,
            cause: names.join(", ").into(),
            layers: first.layers.len() as u8,
            confidence: stretch.iter().map(|p| p.confidence).fold(1.0, f64::min),
            restored,
        })
    })
}

/// Whether garbling `new` gives `old`.
fn is_inverse(old: &str, new: &str, layers: &[Layer]) -> bool {
    let garbled = layers.iter().rev().try_fold(new.to_owned(), |text, layer| match layer {
        Layer::Utf8(page) => {
            text.bytes().map(|b| page.decode_one(&[b]).map(|(c, _)| c)).collect::<Option<String>>()
        }
        Layer::Windows => text.chars().map(|c| byte(CodePage::Cp1252, c).map(char::from)).collect(),
    });
    garbled.is_some_and(|g| g == old)
}
