//! Which variety of Chinese a document is in.
//!
//! The standards of Taiwan, of Hong Kong and of OpenCC write most words alike; what matters on the way to
//! simplified text is 著: the verb alone, or the particle 着 as well. And in simplified text nothing may change
//! that simplified text has. The document itself shows it.

use memchr::memmem;

use super::plan::Scheme;
use super::script::{Script, Scripts};

/// So many telling characters of one place in the text are enough,
const TELLING: usize = 64;
/// at so many places.
const PLACES: usize = 8;
/// A text in which one in so many telling characters is of the other script is in both.
const BOTH: usize = 10;

/// Telling characters seen.
#[derive(Debug, Default, Clone, Copy)]
struct Seen {
    traditional: usize,
    simplified: usize,
}

impl Seen {
    fn of(text: &str, scripts: Scripts) -> Self {
        let mut seen = Self::default();
        for script in text.chars().filter_map(|c| scripts.of(c)).take(TELLING) {
            match script {
                Script::Traditional => seen.traditional += 1,
                Script::Simplified => seen.simplified += 1,
            }
        }
        seen
    }

    fn is_simplified(self) -> bool {
        self.simplified > 0 && self.simplified >= self.traditional
    }
}

/// The schemes for a document on its way to simplified text: each with the byte offset where its part ends.
/// There is one part at least, and more only in a text that is in both scripts, line by line.
///
/// Reads a little of the text at some places, and all of it if that is in both scripts or has 著; costs
/// about as much as decoding what it reads. A document that tells nothing counts as traditional.
pub(super) fn of(text: &str) -> Vec<(usize, Scheme)> {
    let scripts = Scripts::new();
    let places = (0..PLACES).map(|n| {
        let mut at = text.len() / PLACES * n;
        while !text.is_char_boundary(at) {
            at += 1;
        }
        Seen::of(&text[at..], scripts)
    });
    let all = places.fold(Seen::default(), |a, b| Seen {
        traditional: a.traditional + b.traditional,
        simplified: a.simplified + b.simplified,
    });
    let count = |word: &str| memmem::find_iter(text.as_bytes(), word).take(256).count();
    // Where 着 is in use, 著 is another word. A few of them may be quotations.
    let traditional = || if 4 * count("着") > count("著") { Scheme::Mainland } else { Scheme::Taiwan };
    if all.traditional.min(all.simplified) * BOTH >= all.traditional.max(all.simplified).max(1) {
        return by_line(text, scripts, traditional());
    }
    vec![(text.len(), if all.is_simplified() { Scheme::Settled } else { traditional() })]
}

fn by_line(text: &str, scripts: Scripts, traditional: Scheme) -> Vec<(usize, Scheme)> {
    let mut parts: Vec<(usize, Scheme)> = Vec::new();
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        end += line.len();
        let seen = Seen::of(line, scripts);
        let scheme = match parts.last() {
            // A line that tells nothing goes with the one before.
            Some(&(_, scheme)) if seen.traditional + seen.simplified == 0 => scheme,
            _ if seen.is_simplified() => Scheme::Settled,
            _ => traditional,
        };
        match parts.last_mut() {
            Some(last) if last.1 == scheme => last.0 = end,
            _ => parts.push((end, scheme)),
        }
    }
    if parts.is_empty() {
        parts.push((text.len(), traditional));
    }
    parts
}
