//! Gaps in the training text: what stands there, what stood around it, and what it may have been taken for.

use std::io;

use qingwen::codec::CodePage;
use qingwen::model::filler::Window;
use qingwen::model::{Context, Cost, START, Symbol, cost, step, symbol};

use crate::corpus::Source;

/// What kind of gap it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The last of three bytes is lost.
    Last,
    /// The one in the middle.
    Middle,
    /// An ASCII character, swallowed with a lost byte before it.
    Swallowed,
    /// One of the two bytes that the character has in a double-byte encoding.
    Pair,
}

/// What is swallowed; a digit stands for all of them.
pub(crate) const SWALLOWED: &str = "\n \"'.,)(<>*:;-/!?=+#$%&0\t";

/// Candidates of one gap at most.
pub(crate) const CANDIDATES: usize = 64;

/// The whole training text, in memory.
pub(crate) struct Text {
    /// Code points; those beyond the basic plane are written as zero.
    codes: Vec<u16>,
    symbols: Vec<u16>,
    /// Where each file ends, and what its text counts.
    ends: Vec<(usize, f32)>,
}

/// A gap: its place in the text and its kind.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gap(u32);

/// A gap with all that the network needs.
pub(crate) struct Sample {
    pub(crate) window: Window,
    /// The candidates' symbols and what the n-gram says of each.
    pub(crate) candidates: [(Symbol, Cost); CANDIDATES],
    pub(crate) len: usize,
    /// Which of them is right.
    pub(crate) truth: usize,
    pub(crate) weight: f32,
}

impl Text {
    pub(crate) fn read(files: &[Source]) -> io::Result<Self> {
        let mut text = Self { codes: Vec::new(), symbols: Vec::new(), ends: Vec::new() };
        for file in files {
            file.lines(|line| {
                for c in line.chars().chain(['\n']) {
                    text.codes.push(u16::try_from(c as u32).unwrap_or(0));
                    text.symbols.push(symbol(c).0);
                }
            })?;
            text.ends.push((text.codes.len(), file.weight));
        }
        Ok(text)
    }

    /// The gaps to learn from: every place where reading UTF-8 as GBK loses bytes, and some of all others.
    pub(crate) fn gaps(&self, mut random: impl FnMut(usize) -> usize) -> Vec<Gap> {
        let mut gaps = Vec::new();
        for (at, pair) in self.codes.windows(2).enumerate() {
            if !is_three_bytes(pair[0]) {
                continue;
            }
            let lost_here = pair[1] < 0x80;
            if lost_here || random(24) == 0 {
                gaps.push(Gap::new(at, Kind::Last));
            }
            if random(24) == 0 {
                gaps.push(Gap::new(at, Kind::Middle));
            }
            if random(40) == 0 {
                gaps.push(Gap::new(at, Kind::Pair));
            }
            if lost_here && SWALLOWED.contains(stands_for(pair[1])) {
                gaps.push(Gap::new(at + 1, Kind::Swallowed));
            }
        }
        for i in (1..gaps.len()).rev() {
            gaps.swap(i, random(i + 1));
        }
        gaps
    }

    /// What a gap looks like.
    pub(crate) fn sample(&self, gap: Gap) -> Sample {
        let (at, kind) = gap.parts();
        let code = self.codes[at];
        let pairs = if kind == Kind::Pair { pairs(code, at) } else { Vec::new() };
        let candidate = |n: usize| match kind {
            Kind::Pair => pairs.get(n).copied(),
            Kind::Last => char::from_u32(u32::from(code & !63) | n as u32),
            Kind::Middle => char::from_u32(u32::from(code & 0xF03F) | (n as u32) << 6),
            Kind::Swallowed => SWALLOWED.chars().nth(n),
        };
        let own = if kind == Kind::Swallowed { u32::from(stands_for(code)) } else { u32::from(code) };
        // Nothing on the far side of a line end says anything, except after a line end that was swallowed.
        let before = self.symbols[..at].iter().rev().map(|&s| Symbol(s));
        let after = self.symbols[at + 1..].iter().map(|&s| Symbol(s));
        let window = Window::new(before.clone(), after.clone());
        let (a, b) = context(before);
        let open = Context::new(a, b);
        let mut sample = Sample {
            window,
            candidates: [(START, 0); CANDIDATES],
            len: 0,
            truth: usize::MAX,
            weight: self.ends.iter().find(|end| at < end.0).map_or(1.0, |end| end.1),
        };
        for n in 0..CANDIDATES {
            let Some(c) = candidate(n).filter(|&c| c.is_ascii() || c as u32 >= 0x800) else { continue };
            let symbol = symbol(c);
            if c as u32 == own {
                sample.truth = sample.len;
            }
            let sum = open.cost(symbol) + follow(step(a, b, symbol), after.clone());
            sample.candidates[sample.len] = (symbol, sum);
            sample.len += 1;
        }
        sample
    }
}

/// The two symbols of context at the end of what stands before, from the gap outwards.
fn context(mut before: impl Iterator<Item = Symbol>) -> (Symbol, Symbol) {
    use qingwen::model::runs;
    let b = before.next().unwrap_or(START);
    if b == START {
        return (START, START);
    }
    let a = before.find(|&a| a != b || !runs(b.0)).unwrap_or(START);
    (a, b)
}

/// What the two symbols after the gap cost.
fn follow((mut a, mut b): (Symbol, Symbol), after: impl Iterator<Item = Symbol>) -> Cost {
    let mut sum = 0;
    for next in after.take(2) {
        sum += cost(a, b, next);
        if next == START {
            break;
        }
        (a, b) = step(a, b, next);
    }
    sum
}

/// The character of a code and others that share a byte with it in GBK, or in Big5 if GBK lacks it; which byte, and
/// which others where they are too many, is decided by `seed`.
fn pairs(code: u16, seed: usize) -> Vec<char> {
    let Some(own) = char::from_u32(u32::from(code)) else { return Vec::new() };
    let two = |page: CodePage| page.bytes(own).iter().find_map(|b| <[u8; 2]>::try_from(b).ok());
    let found = [CodePage::Gbk, CodePage::Big5].into_iter().find_map(|page| Some((page, two(page)?)));
    let mut all = vec![own];
    let Some((page, [lead, trail])) = found else { return all };
    for other in 0x40..=0xFE {
        let bytes = if seed & 1 == 0 { [other, trail] } else { [lead, other] };
        let skip =
            (seed / 2).wrapping_mul(2_654_435_761).wrapping_add(usize::from(other) * 40_503) >> 7 & 1 == 0;
        if skip || all.len() == CANDIDATES {
            continue;
        }
        if let Some((c, 2)) = page.decode_one(&bytes)
            && c != own
            && u16::try_from(c as u32).is_ok_and(is_three_bytes)
        {
            all.push(c);
        }
    }
    all
}

fn is_three_bytes(code: u16) -> bool {
    matches!(code, 0x800..=0xD7FF | 0xF900..=0xFFEF)
}

fn stands_for(code: u16) -> char {
    let c = char::from_u32(u32::from(code)).unwrap_or('\0');
    if c.is_ascii_digit() { '0' } else { c }
}

impl Gap {
    fn new(at: usize, kind: Kind) -> Self {
        Self((at as u32) << 2 | kind as u32)
    }

    pub(crate) fn parts(self) -> (usize, Kind) {
        let kind = match self.0 & 3 {
            0 => Kind::Last,
            1 => Kind::Middle,
            2 => Kind::Swallowed,
            _ => Kind::Pair,
        };
        ((self.0 >> 2) as usize, kind)
    }
}
