//! Counts bigrams and trigrams.
//!
//! Every character of the text is one event: what follows its context. Runs of digits, of letters of one
//! case and of spaces leave the context as it is after their first character, so that a word's neighbours
//! stay in sight across them. A line end is an event too, and nothing before it is context for what follows.

use std::io;

use qingwen::model::{START, runs};

use crate::corpus::Source;
use crate::vocabulary::Vocabulary;

/// Bits of a symbol in a sort key.
const BITS: u32 = 14;
/// Bits of a file number in a sort key.
const FILE_BITS: u32 = 6;
/// N-grams seen less often are not looked at.
const MIN_PAIR: u32 = 2;
const MIN_TRIPLE: u32 = 3;

/// N-grams of one length, sorted by context and next symbol.
#[derive(Default)]
pub(crate) struct Grams {
    /// Index of the context among the n-grams one shorter (for bigrams: its symbol).
    pub context: Vec<u32>,
    pub next: Vec<u16>,
    /// Index of the n-gram without its first symbol, among those one shorter.
    pub suffix: Vec<u32>,
    /// Occurrences, plain and weighted.
    pub raw: Vec<u32>,
    pub weight: Vec<f32>,
    /// In how many files.
    pub files: Vec<u8>,
    /// The n-grams of context `i` are `start[i]..start[i + 1]`.
    pub start: Vec<u32>,
    /// Weighted occurrences of each context, before anything.
    pub total: Vec<f64>,
}

/// Everything the estimation needs.
pub(crate) struct Counts {
    /// Weighted occurrences of each symbol.
    pub ones: Vec<f64>,
    pub pairs: Grams,
    pub triples: Grams,
}

impl Grams {
    pub(crate) fn len(&self) -> usize {
        self.next.len()
    }

    pub(crate) fn row(&self, context: u32) -> std::ops::Range<usize> {
        self.start[context as usize] as usize..self.start[context as usize + 1] as usize
    }

    pub(crate) fn find(&self, context: u32, next: u16) -> Option<u32> {
        let row = self.row(context);
        self.next[row.clone()].binary_search(&next).ok().map(|at| (row.start + at) as u32)
    }

    /// Sorts the events (context, next, file) and keeps the n-grams seen at least `min` times.
    fn collect(mut keys: Vec<u64>, contexts: usize, min: u32, weights: &[f32]) -> Grams {
        keys.sort_unstable();
        let mut grams = Grams { start: vec![0; contexts + 1], ..Grams::default() };
        for same in keys.chunk_by(|a, b| a >> FILE_BITS == b >> FILE_BITS) {
            let raw = same.len() as u32;
            if raw < min {
                continue;
            }
            let (mut weight, mut files) = (0.0, 0);
            for file in same.chunk_by(|a, b| a == b) {
                weight += file.len() as f32 * weights[(file[0] & ((1 << FILE_BITS) - 1)) as usize];
                files += 1;
            }
            let key = same[0] >> FILE_BITS;
            let context = (key >> BITS) as u32;
            grams.context.push(context);
            grams.next.push((key & ((1 << BITS) - 1)) as u16);
            grams.raw.push(raw);
            grams.weight.push(weight);
            grams.files.push(files);
            grams.start[context as usize + 1] += 1;
        }
        for i in 0..contexts {
            grams.start[i + 1] += grams.start[i];
        }
        grams
    }
}

impl Counts {
    pub(crate) fn read(files: &[Source], vocabulary: &Vocabulary) -> io::Result<Counts> {
        assert!(vocabulary.len() < 1 << BITS && files.len() < 1 << FILE_BITS);
        let weights: Vec<f32> = files.iter().map(|file| file.weight).collect();
        let mut text: Vec<u16> = Vec::new();
        let mut ends = Vec::new();
        for file in files {
            file.lines(|line| {
                text.extend(line.chars().map(|c| vocabulary.symbol(c)));
                text.push(START.0);
            })?;
            ends.push(text.len());
        }
        let mut ones = vec![0.0; vocabulary.len()];
        let mut total = vec![0.0; vocabulary.len()];
        let mut keys = Vec::with_capacity(text.len());
        events(&text, &ends, |event| {
            let weight = f64::from(weights[event.file]);
            ones[usize::from(event.next)] += weight;
            total[usize::from(event.b)] += weight;
            keys.push(key(u32::from(event.b), event));
        });
        let mut pairs = Grams::collect(keys, vocabulary.len(), MIN_PAIR, &weights);
        pairs.total = total;
        pairs.suffix = pairs.next.iter().map(|&next| u32::from(next)).collect();

        let mut total = vec![0.0; pairs.len()];
        let mut keys = Vec::with_capacity(text.len());
        let mut last: (Option<u16>, u16, Option<u32>) = (None, 0, None);
        events(&text, &ends, |event| {
            let Some(a) = event.a else { return };
            if (last.0, last.1) != (event.a, event.b) {
                last = (event.a, event.b, pairs.find(u32::from(a), event.b));
            }
            let Some(context) = last.2 else { return };
            total[context as usize] += f64::from(weights[event.file]);
            keys.push(key(context, event));
        });
        let mut triples = Grams::collect(keys, pairs.len(), MIN_TRIPLE, &weights);
        triples.total = total;
        triples.suffix = (0..triples.len())
            .map(|i| {
                let b = u32::from(pairs.next[triples.context[i] as usize]);
                pairs.find(b, triples.next[i]).expect("a trigram's end is at least as frequent")
            })
            .collect();
        Ok(Counts { ones, pairs, triples })
    }
}

#[derive(Clone, Copy)]
struct Event {
    a: Option<u16>,
    b: u16,
    next: u16,
    file: usize,
}

fn key(context: u32, event: Event) -> u64 {
    (u64::from(context) << BITS | u64::from(event.next)) << FILE_BITS | event.file as u64
}

fn events(text: &[u16], ends: &[usize], mut each: impl FnMut(Event)) {
    let (mut a, mut b) = (None, START.0);
    let mut start = 0;
    for (file, &end) in ends.iter().enumerate() {
        for &next in &text[start..end] {
            each(Event { a, b, next, file });
            if next == START.0 {
                (a, b) = (None, next);
            } else if !(next == b && runs(next)) {
                (a, b) = (Some(b), next);
            }
        }
        start = end;
    }
}
