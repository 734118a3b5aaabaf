//! The forward process behind rewritten pages, for making damaged pages of known text.
//!
//! Written from the description in `docs/byte-pages.md`: everything happens on GBK bytes, line by line, and
//! nothing looks at where characters begin.

use std::ops::Range;

use encoding_rs::GBK;

/// How one site rewrites its pages.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Site<'a> {
    /// The annotated characters with their readings, in the order of replacement.
    pub(crate) list: &'a [(char, &'a str)],
    /// The pairs of bytes that fillers are put before.
    pub(crate) noise: &'a [[u8; 2]],
    /// Share of the punctuation that gets a filler, in percent.
    pub(crate) hits: u32,
    /// Seed for the choice.
    pub(crate) seed: u32,
    /// The filler shows, as a comma.
    pub(crate) commas: bool,
    /// Mirrors drop the question mark of an orphaned byte.
    pub(crate) silent: bool,
    /// Full-width forms of ASCII become half-width.
    pub(crate) halved: bool,
    /// Private-use characters are dropped.
    pub(crate) drops_private: bool,
}

impl Site<'_> {
    /// The usual site, without its list.
    pub(crate) const USUAL: Self = Self {
        list: &[],
        noise: &NOISE,
        hits: 85,
        seed: 1,
        commas: false,
        silent: false,
        halved: true,
        drops_private: true,
    };
}

impl Default for Site<'_> {
    fn default() -> Self {
        Self::USUAL
    }
}

/// The pairs that a filler may be put before: ，！？；。、.
pub(crate) const NOISE: [[u8; 2]; 6] =
    [[0xA3, 0xAC], [0xA3, 0xA1], [0xA3, 0xBF], [0xA3, 0xBB], [0xA1, 0xA3], [0xA1, 0xA2]];

/// A byte that no GBK text has: it vanishes where it is read by itself.
const INVISIBLE: u8 = 0x01;

/// Neighbouring characters of a line that are not shown as the two bytes that they were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// Which ones.
    pub(crate) chars: Range<usize>,
    /// The most bytes of one of them that are not shown at all: 0 where all are, one byte off.
    pub(crate) lost: usize,
}

/// What becomes of a character's bytes.
#[derive(Debug, Clone, Copy, Default)]
struct Fate {
    bytes: usize,
    shown: usize,
    whole: bool,
}

/// A byte of the page, and which character of the line it belongs to.
type Byte = (u8, Option<usize>);

impl Site<'_> {
    /// What the site makes of a page of traditional text. Characters outside GBK are not supported.
    pub(crate) fn rewrite(&self, page: &str) -> String {
        self.rewrite_lines(page).into_iter().map(|(line, _)| line).collect::<Vec<_>>().join("\n")
    }

    /// The same line by line, each with the places of its original characters that are damaged.
    pub(crate) fn rewrite_lines(&self, page: &str) -> Vec<(String, Vec<Place>)> {
        let mut dice = self.seed;
        page.split('\n').map(|line| self.line(line, &mut dice)).collect()
    }

    /// The same text before the damage, as a reader of the rewritten page sees it: half-width where the
    /// rewriting makes it so.
    pub(crate) fn undamaged(&self, page: &str) -> String {
        page.chars().map(|c| self.shown(c).unwrap_or(c)).collect()
    }

    fn line(&self, line: &str, dice: &mut u32) -> (String, Vec<Place>) {
        let mut bytes: Vec<Byte> = Vec::new();
        let mut fates = Vec::new();
        for (n, c) in line.chars().enumerate() {
            let own = gbk(&c.to_string());
            assert!(own.len() == c.len_utf8().min(2), "not in GBK: {c} in {line}");
            fates.push(Fate { bytes: own.len(), ..Fate::default() });
            bytes.extend(own.into_iter().map(|b| (b, Some(n))));
        }
        for (c, reading) in self.list {
            bytes = replace(&bytes, &gbk(&c.to_string()), &gbk(&format!("({reading})")));
        }
        let shown = self.read(&self.fill(&bytes, dice), &mut fates);
        (shown, damaged(&fates))
    }

    fn fill(&self, bytes: &[Byte], dice: &mut u32) -> Vec<Byte> {
        let mut out = Vec::new();
        for (i, &byte) in bytes.iter().enumerate() {
            if bytes.get(i..i + 2).is_some_and(|pair| self.noise.iter().any(|n| *n == [pair[0].0, pair[1].0]))
            {
                // A xorshift generator: any fixed sequence will do.
                *dice ^= *dice << 13;
                *dice ^= *dice >> 17;
                *dice ^= *dice << 5;
                if *dice % 100 < self.hits {
                    out.push((if self.commas { b',' } else { INVISIBLE }, None));
                }
            }
            out.push(byte);
        }
        out
    }

    /// Code page 936 as Windows reads it, and what the crawl does afterwards. Tells the `fates` of the
    /// characters.
    fn read(&self, bytes: &[Byte], fates: &mut [Fate]) -> String {
        let mut out = String::new();
        let mut push = |c: char| out.extend(self.shown(c));
        let mut i = 0;
        while let Some(&(first, owner)) = bytes.get(i) {
            let second = bytes.get(i + 1).copied();
            i += 1;
            match first {
                INVISIBLE => continue,
                0..=0x7F => {
                    push(char::from(first));
                    // An ASCII byte may be the second one of a character whose first was read with another.
                    if let Some(n) = owner {
                        fates[n].shown += 1;
                        fates[n].whole = i.checked_sub(2).is_none_or(|before| bytes[before].1 != owner);
                    }
                }
                0x80 => {
                    push('€');
                    owner.into_iter().for_each(|n| fates[n].shown += 1);
                }
                _ => {
                    i += 1;
                    match second {
                        None | Some((INVISIBLE, _)) if self.silent => {}
                        None | Some((..0x40 | 0x7F | 0xFF, _)) => push('?'),
                        Some((second, other)) => {
                            let pair = [first, second];
                            let text = GBK.decode_without_bom_handling(&pair).0;
                            text.chars().for_each(&mut push);
                            if text.chars().all(|c| self.shown(c).is_some()) {
                                owner.into_iter().chain(other).for_each(|n| fates[n].shown += 1);
                            }
                            if let (Some(n), true) = (owner, owner == other) {
                                fates[n].whole = true;
                            }
                        }
                    }
                }
            }
        }
        out
    }

    fn shown(&self, c: char) -> Option<char> {
        match c {
            '\u{FF01}'..='\u{FF5E}' if self.halved => char::from_u32(c as u32 - 0xFEE0),
            '\u{3000}' if self.halved => Some(' '),
            '\u{E000}'..='\u{F8FF}' if self.drops_private => None,
            c => Some(c),
        }
    }
}

/// The runs of characters that did not come out whole.
fn damaged(fates: &[Fate]) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for (n, fate) in fates.iter().enumerate().filter(|(_, f)| !f.whole) {
        let lost = fate.bytes - fate.shown;
        match places.last_mut() {
            Some(place) if place.chars.end == n => {
                *place = Place { chars: place.chars.start..n + 1, lost: lost.max(place.lost) };
            }
            _ => places.push(Place { chars: n..n + 1, lost }),
        }
    }
    places
}

fn gbk(s: &str) -> Vec<u8> {
    // The toned vowels are two-byte characters of GBK themselves.
    GBK.encode(s).0.into_owned()
}

fn replace(bytes: &[Byte], key: &[u8], gloss: &[u8]) -> Vec<Byte> {
    let mut out = Vec::new();
    let mut i = 0;
    while i < bytes.len() {
        out.push(bytes[i]);
        i += 1;
        let here = &bytes[i - 1..];
        if here.len() >= key.len() && here.iter().zip(key).all(|(b, k)| b.0 == *k) {
            out.extend(&here[1..key.len()]);
            i += key.len() - 1;
            out.extend(gloss.iter().map(|&b| (b, None)));
        }
    }
    out
}
