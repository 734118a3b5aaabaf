//! Which encoding bytes are in, told from very few of them.
//!
//! ```
//! use qingwen::detect::{Encoding, detect};
//! // 中文 in GB18030.
//! let found = detect(b"\xD6\xD0\xCE\xC4");
//! assert_eq!(found.best().encoding, Encoding::Gb18030);
//! ```
//!
//! A byte order mark decides. Bytes that are valid UTF-8 are UTF-8, save for a few short texts whose
//! characters make much more sense in another encoding. Otherwise a bounded sample of the bytes is read in
//! every encoding, and the text that each gives is priced by the project's language model and, outside
//! Chinese, by rules ([`crate::model`]): the encoding whose text is likeliest is the first guess. This is
//! Bayes' rule with the encodings' frequencies for priors; nothing else is known of the method.
//!
//! The answer depends on the bytes alone. Integers decide the order of the guesses; only the confidence
//! is a fraction.

mod encoding;
mod read;
mod regions;
mod resaved;
mod sample;
mod score;

pub use encoding::{Encoding, UnknownEncoding};
pub use regions::{Region, regions};

use std::ops::Range;

use score::Scorer;

/// Guesses that are handed out.
const MOST_GUESSES: usize = 5;
/// Bytes of the first look, after which encodings that make no sense are given up.
const FIRST_LOOK: usize = 128;
/// By how much an encoding may be dearer than the best one after the first look, in millinats.
const FAR_BEHIND: i64 = 120_000;
/// Bytes at the start of a text in which UTF-16 and UTF-32 without a mark are looked for.
const HEAD: usize = 2 << 10;
/// Even so short texts may be UTF-16 that shows no control character.
const SHORT: usize = 96;
/// By how much the model and the rules overstate what they know.
const OVERSTATED: f64 = 1_600.0;
/// Characters of two bytes that a text in another encoding may happen to show as UTF-8.
const ACCIDENTS: usize = 6;
/// By how much another encoding has to be likelier than UTF-8 that is valid, in millinats: so much, and so much
/// for each character, as bytes of two others rarely make one of UTF-8.
const VALID_UTF8: (i64, i64) = (2_000, 3_000);

/// One encoding that bytes may be in.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Guess {
    /// The encoding.
    pub encoding: Encoding,
    /// Probability that it is this one, 0 to 1. They sum to less than 1 where the bytes may be no text at all.
    pub confidence: f64,
    /// Whether the sample has bytes that stand for nothing in it.
    pub faulty: bool,
}

/// What is known of the encoding of bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Detection {
    guesses: Vec<Guess>,
    marked: bool,
}

impl Detection {
    fn sure(encoding: Encoding, marked: bool) -> Self {
        Self { guesses: vec![Guess { encoding, confidence: 1.0, faulty: false }], marked }
    }

    /// The likeliest guess.
    #[must_use]
    pub fn best(&self) -> Guess {
        let none = Guess { encoding: Encoding::Utf8, confidence: 0.0, faulty: false };
        self.guesses.first().copied().unwrap_or(none)
    }

    /// At most five guesses, the likeliest first; at least one.
    #[must_use]
    pub fn guesses(&self) -> &[Guess] {
        &self.guesses
    }

    /// Whether the text begins with a byte order mark, which is what decided.
    #[must_use]
    pub fn marked(&self) -> bool {
        self.marked
    }
}

/// Guesses the encoding of a whole text, or of the beginning of one that is cut where a line ends.
///
/// ASCII, and no bytes at all, count as UTF-8. Costs one pass over the bytes to look for UTF-8 and about a
/// millisecond for a sample of at most some kilobytes, however long the text is; allocates little.
///
/// The sample may miss faults: a text can have bytes that stand for nothing in the encoding guessed.
#[must_use]
pub fn detect(bytes: &[u8]) -> Detection {
    // A mark of GB18030 is four ordinary bytes of other encodings; those decide together with the rest.
    if let Some(marked) = Encoding::by_mark(bytes).filter(|e| *e != Encoding::Gb18030 || bytes.len() > 4) {
        return Detection::sure(marked, true);
    }
    let wide = may_be_wide(bytes);
    let utf8 = simdutf8::basic::from_utf8(bytes).ok();
    if let Some(text) = utf8 {
        // A zero byte or another control in it is what UTF-16 shows in English and in Chinese.
        let certain = !wide && (text.is_ascii() || !may_be_accident(text));
        if certain {
            return Detection::sure(Encoding::Utf8, false);
        }
    }
    if utf8.is_none()
        && let Some(encoding) = resaved::saved_in(bytes)
    {
        return Detection::sure(encoding, false);
    }
    // Units of four bytes are not cut.
    let head = if bytes.len() < HEAD { bytes.len() } else { HEAD & !3 };
    let stretches = if wide { std::iter::once(0..head).collect() } else { sample::stretches(bytes) };
    let valid = utf8.map_or(0, |text| {
        let others = text.chars().filter(|c| !c.is_ascii()).take(2 * ACCIDENTS).count();
        VALID_UTF8.0 + VALID_UTF8.1 * others as i64
    });
    rank(bytes, &stretches, wide, valid)
}

/// Reads the sample in all encodings that are worth it and ranks them.
fn rank(bytes: &[u8], stretches: &[Range<usize>], wide: bool, utf8_bonus: i64) -> Detection {
    let fits =
        |e: &Encoding| e.is_guessed() && (e.unit() == 1 || wide && bytes.len().is_multiple_of(e.unit()));
    let mut scorers: Vec<Scorer> =
        Encoding::ALL.into_iter().filter(fits).map(|e| Scorer::new(e, wide)).collect();
    for (n, stretch) in stretches.iter().enumerate() {
        let ends = stretch.end == bytes.len();
        if n == 0 && stretch.len() > 2 * FIRST_LOOK {
            let mut first = scorers.clone();
            let look = &bytes[stretch.start..stretch.start + FIRST_LOOK];
            first.iter_mut().for_each(|s| s.read(look, false));
            let best = first.iter().map(|s| s.cost).min().unwrap_or_default();
            let near: Vec<bool> = first.iter().map(|s| s.cost <= best + FAR_BEHIND).collect();
            let mut near = near.into_iter();
            scorers.retain(|_| near.next().unwrap_or(true));
        }
        scorers.iter_mut().for_each(|s| s.read(&bytes[stretch.clone()], ends));
    }
    scorers.iter_mut().filter(|s| s.encoding == Encoding::Utf8).for_each(|s| s.cost -= utf8_bonus);
    let noise = score::noise(bytes, stretches, wide);
    // Encodings in the order of their frequency: of two that cost the same the first one wins.
    scorers.sort_by_key(|s| s.cost);
    let best = scorers.first().map_or(noise, |s| s.cost.min(noise));
    let weight = |cost: i64| (-((cost - best) as f64) / OVERSTATED).exp();
    let all: f64 = weight(noise) + scorers.iter().map(|s| weight(s.cost)).sum::<f64>();
    let guess =
        |s: &Scorer| Guess { encoding: s.encoding, confidence: weight(s.cost) / all, faulty: s.faults > 0 };
    Detection { guesses: scorers.iter().take(MOST_GUESSES).map(guess).collect(), marked: false }
}

/// Whether UTF-16 or UTF-32 is worth a look: control characters that no other text has, or too little to tell.
fn may_be_wide(bytes: &[u8]) -> bool {
    let odd = |b: &u8| matches!(b, 0..=0x08 | 0x0E..=0x1A | 0x1C..=0x1F);
    let head = &bytes[..bytes.len().min(HEAD)];
    let even = bytes.len() >= 2 && bytes.len().is_multiple_of(2);
    even && (head.iter().any(odd) || bytes.len() <= SHORT && simdutf8::basic::from_utf8(bytes).is_err())
}

/// Whether valid UTF-8 may be an accident: nothing but a few characters of two bytes.
fn may_be_accident(text: &str) -> bool {
    let mut others = text.chars().filter(|c| !c.is_ascii());
    let few = others.by_ref().take(ACCIDENTS).all(|c| c.len_utf8() == 2);
    few && others.next().is_none()
}

#[cfg(test)]
mod tests;
