//! The forward process behind rewritten pages, for making damaged pages of known text.
//!
//! Written from the description in `docs/byte-pages.md`: everything happens on GBK bytes, line by line, and
//! nothing looks at where characters begin.

use encoding_rs::GBK;

/// How one site rewrites its pages.
#[derive(Debug, Clone)]
pub(crate) struct Site<'a> {
    /// The annotated characters with their readings, in the order of replacement.
    pub(crate) list: &'a [(char, &'a str)],
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

impl Default for Site<'_> {
    fn default() -> Self {
        Self { list: &[], hits: 85, seed: 1, commas: false, silent: false, halved: true, drops_private: true }
    }
}

/// The pairs that a filler may be put before: ，！？；。、.
const NOISE: [[u8; 2]; 6] =
    [[0xA3, 0xAC], [0xA3, 0xA1], [0xA3, 0xBF], [0xA3, 0xBB], [0xA1, 0xA3], [0xA1, 0xA2]];

/// A byte that no GBK text has: it vanishes where it is read by itself.
const INVISIBLE: u8 = 0x01;

impl Site<'_> {
    /// What the site makes of a page of traditional text. Characters outside GBK are not supported.
    pub(crate) fn rewrite(&self, page: &str) -> String {
        let mut dice = self.seed;
        page.split('\n').map(|line| self.line(line, &mut dice)).collect::<Vec<_>>().join("\n")
    }

    /// The same text before the damage, as a reader of the rewritten page sees it: half-width where the
    /// rewriting makes it so.
    pub(crate) fn undamaged(&self, page: &str) -> String {
        page.chars().map(|c| self.shown(c).unwrap_or(c)).collect()
    }

    fn line(&self, line: &str, dice: &mut u32) -> String {
        let (bytes, _, unmappable) = GBK.encode(line);
        assert!(!unmappable, "not in GBK: {line}");
        let mut bytes = bytes.into_owned();
        for (c, reading) in self.list {
            let (key, gloss) = (gbk(&c.to_string()), gbk(&format!("({reading})")));
            bytes = replace(&bytes, &key, &[&key[..], &gloss].concat());
        }
        self.read(&self.fill(&bytes, dice))
    }

    fn fill(&self, bytes: &[u8], dice: &mut u32) -> Vec<u8> {
        let mut out = Vec::new();
        for (i, &byte) in bytes.iter().enumerate() {
            if bytes.get(i..i + 2).is_some_and(|pair| NOISE.iter().any(|n| n == pair)) {
                // A xorshift generator: any fixed sequence will do.
                *dice ^= *dice << 13;
                *dice ^= *dice >> 17;
                *dice ^= *dice << 5;
                if *dice % 100 < self.hits {
                    out.push(if self.commas { b',' } else { INVISIBLE });
                }
            }
            out.push(byte);
        }
        out
    }

    /// Code page 936 as Windows reads it, and what the crawl does afterwards.
    fn read(&self, bytes: &[u8]) -> String {
        let mut out = String::new();
        let mut push = |c: char| out.extend(self.shown(c));
        let mut i = 0;
        while let Some(&first) = bytes.get(i) {
            let second = bytes.get(i + 1).copied();
            i += 1;
            match first {
                INVISIBLE => continue,
                0..=0x7F => push(char::from(first)),
                0x80 => push('€'),
                _ => {
                    i += 1;
                    match second {
                        None | Some(INVISIBLE) if self.silent => {}
                        None | Some(..0x40 | 0x7F | 0xFF) => push('?'),
                        Some(second) => {
                            GBK.decode_without_bom_handling(&[first, second]).0.chars().for_each(&mut push);
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

fn gbk(s: &str) -> Vec<u8> {
    // The toned vowels are two-byte characters of GBK themselves.
    GBK.encode(s).0.into_owned()
}

fn replace(bytes: &[u8], key: &[u8], by: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut i = 0;
    while i < bytes.len() {
        if bytes[i..].starts_with(key) {
            out.extend(by);
            i += key.len();
        } else {
            out.push(bytes[i]);
            i += 1;
        }
    }
    out
}
