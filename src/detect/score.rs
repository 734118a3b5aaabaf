//! What bytes cost in an encoding: how surprised a reader would be by the text that they stand for there.
//!
//! Every encoding is a way to spell texts in bytes, so the price of the text in its own context, which the
//! language model and the rules beside it give, compares encodings. Bytes that stand for nothing have a
//! price, too, and so has noise, which is no text in any encoding. Long ASCII is the same in nearly all
//! encodings and is passed over.

use std::ops::Range;

use super::Encoding::{self, *};
use super::read::{self, Read};
use crate::repair::price::{Context, Opened};

/// What bytes cost that begin no character, in millinats.
const FAULT: i64 = 14_000;
/// What a text costs that ends within a character.
const PART: i64 = 8_000;
/// What a character costs that only the tables of others have.
const RARE: i64 = 14_000;
/// What a byte of noise costs, above ASCII and in it: more than a byte of any text that makes sense.
const NOISE: [i64; 2] = [6_500, 4_000];
/// What it costs to say that something is noise.
const NO_TEXT: i64 = 9_000;
/// What kana cost in encodings of other languages, and how many of them count.
const FOREIGN_KANA: i64 = 3_500;
const FOREIGN: u32 = 12;
/// What a Hangul syllable costs more that stands alone between digits and signs. Words of Korean have several syllables
/// or spaces around them, while one ideograph between numbers is a unit or a grade, and has some syllable's code.
const LONE_HANGUL: i64 = 2_000;
/// ASCII characters after others that are still priced.
const NEAR: usize = 4;

/// The price of an encoding before anything is read: what is rarer has to make more sense.
pub(super) const fn prior(encoding: Encoding) -> i64 {
    match encoding {
        Utf8 => 0,
        Gb18030 => 500,
        Big5 => 1_200,
        Windows1252 => 2_500,
        // Most of this is given back for the first character of the language that they are made for.
        EucKr => 5_500,
        ShiftJis => 6_000,
        EucJp => 9_000,
        Windows1251 => 3_500,
        Utf16Le => 3_000,
        Utf16Be | Windows1250 | Koi8R => 4_500,
        Windows1253 | Windows1254 => 5_500,
        Iso8859_2 | Ibm866 | Windows1257 | Utf32Le | Utf32Be => 6_500,
        Iso8859_15 | Macintosh => 9_000,
        // These are not guessed.
        Ibm437 | Iso2022Jp | Hz => 9_000,
    }
}

/// What a character says of the encoding beyond its own price: Japanese is in Japanese encodings and Korean in
/// Korean ones, though the others have the kana, too, at the very codes of EUC-JP. `seen` counts such characters.
fn by_language(encoding: Encoding, c: char, seen: &mut u32) -> i64 {
    let first = |seen: &mut u32, back: i64| {
        *seen += 1;
        if *seen == 1 { -back } else { 0 }
    };
    match (encoding, c) {
        (ShiftJis, '\u{3041}'..='\u{30FF}') => first(seen, 4_000),
        (EucJp, '\u{3041}'..='\u{30FF}') => first(seen, 6_500),
        (EucKr, '\u{AC00}'..='\u{D7A3}') => first(seen, 4_500),
        (Gb18030 | Big5 | EucKr, '\u{3041}'..='\u{30FF}') if *seen < FOREIGN => {
            *seen += 1;
            FOREIGN_KANA
        }
        _ => 0,
    }
}

/// Reads stretches of bytes in one encoding and adds up what they cost.
#[derive(Debug, Clone)]
pub(super) struct Scorer {
    pub(super) encoding: Encoding,
    /// Millinats so far.
    pub(super) cost: i64,
    /// Bytes that begin no character.
    pub(super) faults: usize,
    /// Whether ASCII is priced wherever it stands.
    whole: bool,
    /// Characters that told of the language.
    telling: u32,
}

impl Scorer {
    pub(super) fn new(encoding: Encoding, whole: bool) -> Self {
        Self { encoding, cost: prior(encoding), faults: 0, whole, telling: 0 }
    }

    /// Reads one more stretch, which starts where a character does. `ends` says whether the text ends with it, or was cut.
    /// Linear in the stretch: some 50 ns a character.
    pub(super) fn read(&mut self, bytes: &[u8], ends: bool) {
        let prices = Opened::default();
        let mut context = Context::START;
        let (mut at, mut plain, mut before) = (0, 0, ' ');
        while at < bytes.len() {
            if plain >= NEAR && !self.whole {
                let passed = passed_over(&bytes[at..]);
                if passed > 0 {
                    at += passed;
                    context = Context::START;
                }
                plain = 0;
                continue;
            }
            match read::one(self.encoding, &bytes[at..]) {
                Read::Char(c, len) => {
                    self.cost += i64::from(prices.price(context, c));
                    self.cost += by_language(self.encoding, c, &mut self.telling);
                    let is_apart =
                        |c: char| c.is_ascii_digit() || c.is_ascii_punctuation() || c == '\n' || c == '\r';
                    let after = bytes.get(at + len).map_or('\n', |&b| char::from(b));
                    if matches!(c, '\u{AC00}'..='\u{D7A3}') && is_apart(before) && is_apart(after) {
                        self.cost += LONE_HANGUL;
                    }
                    before = c;
                    plain = if c.is_ascii() { plain + 1 } else { 0 };
                    context = context.then(c);
                    at += len;
                }
                Read::Rare(len) => {
                    self.cost += RARE;
                    plain = 0;
                    context = context.then('\u{A000}');
                    at += len;
                }
                Read::Fault(len) => {
                    // A wrong unit of UTF-32 is as many wrong bytes.
                    self.cost += if self.encoding.unit() == 1 { FAULT } else { FAULT * len as i64 };
                    self.faults += 1;
                    plain = 0;
                    context = Context::START;
                    at += len;
                }
                Read::Part => {
                    if ends {
                        self.cost += PART;
                        self.faults += 1;
                    }
                    return;
                }
            }
        }
    }
}

/// ASCII that is passed over: all but the last two characters of a long row.
fn passed_over(rest: &[u8]) -> usize {
    rest.iter().take_while(|b| b.is_ascii()).count().saturating_sub(2)
}

/// What the stretches cost as noise. ASCII costs no less there than it does as text: between single characters stand
/// numbers and codes that nobody can foresee, and they tell nothing of the rest.
pub(super) fn noise(bytes: &[u8], stretches: &[Range<usize>], whole: bool) -> i64 {
    let prices = Opened::default();
    let mut cost = NO_TEXT;
    for stretch in stretches {
        let bytes = &bytes[stretch.clone()];
        let mut context = Context::START;
        let (mut at, mut plain) = (0, 0);
        while at < bytes.len() {
            if plain >= NEAR && !whole {
                let passed = passed_over(&bytes[at..]);
                if passed > 0 {
                    at += passed;
                    context = Context::START;
                }
                plain = 0;
                continue;
            }
            let c = char::from(bytes[at]);
            let as_noise = NOISE[usize::from(c.is_ascii())];
            // Control characters are a sign of noise.
            let is_plain = c.is_ascii_graphic() || c.is_ascii_whitespace();
            let as_text = if is_plain && !whole { i64::from(prices.price(context, c)) } else { 0 };
            cost += as_noise.max(as_text);
            (plain, context) = if c.is_ascii() { (plain + 1, context.then(c)) } else { (0, Context::START) };
            at += 1;
        }
    }
    cost
}
