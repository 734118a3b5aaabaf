//! The filler: which of several characters belongs in a gap, by what stands on both sides of it.
//!
//! A small feed-forward network over the symbols around the gap corrects the n-gram's answer. It is asked only
//! where bytes were lost. Weights are eight-bit integers and all arithmetic is in integers, so every machine
//! gives the same answer.
//!
//! Design, layout and accuracy: `docs/language-model.md`. Written by `qingwen-train filler`.

mod weights;

use super::bits::word;
use super::{Cost, START, Symbol, runs, symbols};
use weights::{BLOCKS, Weights, Wide, multiply, wide};

/// Symbols seen on the left, each at its place.
pub const LEFT: usize = 8;
/// Symbols seen on the right, each at its place.
pub const RIGHT: usize = 6;
/// Symbols beyond those, seen as an unordered heap: on the left and on the right.
pub const FAR: [usize; 2] = [24, 16];
/// Symbols at their places.
pub const NEAR: usize = LEFT + RIGHT;
/// What one symbol of a heap counts, as a power of two.
pub const FAR_SHIFT: u32 = 3;

/// Numbers that stand for a symbol at its place.
pub const NEAR_WIDTH: usize = 96;
/// Numbers that stand for a symbol in a heap.
pub const FAR_WIDTH: usize = 32;
/// Numbers that the network reads.
pub const INPUT: usize = NEAR * NEAR_WIDTH + 2 * FAR_WIDTH;
/// Hidden units.
pub const HIDDEN: usize = 768;
/// Numbers that stand for what is missing.
pub const OUTPUT: usize = 160;

/// Fixed point of the factors in the table, in bits.
pub const FACTOR_BITS: u32 = 24;
/// Largest activation.
pub const LARGEST: i32 = 8_191;

/// The symbols around a gap. Runs count as one symbol; a line end hides what is behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// From the gap outwards, the left ones first. What is not there is [`START`].
    pub near: [Symbol; NEAR],
    /// Those further out.
    pub far: [[Symbol; 24]; 2],
    /// How many of them there are.
    pub far_len: [usize; 2],
}

impl Window {
    /// The window of a gap: the symbols before it and after it, both from the gap outwards.
    pub fn new(before: impl Iterator<Item = Symbol>, after: impl Iterator<Item = Symbol>) -> Self {
        let mut window = Self { near: [START; NEAR], far: [[START; 24]; 2], far_len: [0; 2] };
        window.side(0, before, 0, LEFT);
        window.side(1, after, LEFT, RIGHT);
        window
    }

    fn side(&mut self, side: usize, symbols: impl Iterator<Item = Symbol>, from: usize, room: usize) {
        let mut last = None;
        let mut taken = 0;
        for symbol in symbols {
            if symbol == START {
                break;
            }
            if last == Some(symbol) && runs(symbol.0) {
                continue;
            }
            last = Some(symbol);
            if taken < room {
                self.near[from + taken] = symbol;
            } else if self.far_len[side] < FAR[side] {
                self.far[side][self.far_len[side]] = symbol;
                self.far_len[side] += 1;
            } else {
                break;
            }
            taken += 1;
        }
    }
}

static BYTES: &[u8] = include_bytes!("filler.bin");

/// Bytes before the sections.
pub const HEADER: usize = 16;
/// Version of the layout.
pub const VERSION: u32 = 1;

/// Where each section of the table starts, and where the last one ends.
///
/// Symbols at places, symbols in heaps and answers are rows of `i8`; then the bias of each answer (`i16`, in
/// millinats); the hidden layer's weights by unit, and its factor and bias (`i32`); the same of the output layer; the
/// factor of an answer (`i32`).
#[must_use]
pub const fn sections(symbols: usize) -> [usize; 12] {
    let lengths = [
        symbols * NEAR_WIDTH,
        symbols * FAR_WIDTH,
        symbols * OUTPUT,
        symbols * 2,
        HIDDEN * INPUT,
        HIDDEN * 4,
        HIDDEN * 4,
        OUTPUT * HIDDEN,
        OUTPUT * 4,
        OUTPUT * 4,
        4,
    ];
    let mut at = [HEADER; 12];
    let mut i = 0;
    while i < 11 {
        at[i + 1] = at[i] + lengths[i];
        i += 1;
    }
    at
}

/// A table of another version or size counts as none, so that the trainer can be built to write a new one.
fn table() -> Option<&'static [u8]> {
    let sizes = word(BYTES, 8) & 0xFFFF_FFFF;
    let fits = BYTES.starts_with(b"QWFL")
        && word(BYTES, 4) & 0xFFFF_FFFF == u64::from(VERSION)
        && sizes == symbols() as u64
        && BYTES.len() >= sections(symbols())[11] + 8;
    fits.then_some(BYTES)
}

fn number(bytes: &[u8], at: usize) -> i32 {
    word(bytes, at) as u32 as i32
}

fn row(bytes: &[u8], at: usize, len: usize) -> &[u8] {
    bytes.get(at..at + len).unwrap_or(&[])
}

/// Sum of products.
fn dot(weights: &[u8], values: &[i16]) -> i32 {
    weights.iter().zip(values).map(|(&w, &v)| i32::from(i16::from(w as i8)) * i32::from(v)).sum()
}

fn scaled(sum: i32, factor: i32, bias: i32) -> i32 {
    (((i64::from(sum) * i64::from(factor)) >> FACTOR_BITS) as i32).saturating_add(bias)
}

/// What the network makes of a gap, ready to be asked about characters.
#[derive(Debug, Clone)]
pub struct Gap {
    read: Option<Read>,
}

/// What was read around a gap.
#[derive(Debug, Clone)]
struct Read {
    /// The symbols at their places, and what they add to each hidden unit.
    near: [Symbol; NEAR],
    sums: Box<Units>,
    answer: [i16; OUTPUT],
}

/// A number for each hidden unit.
type Units = [i32; HIDDEN];

impl Gap {
    /// Reads what stands around a gap: 1.2 million multiplications, fewer where common symbols stand around it.
    #[must_use]
    pub fn new(window: &Window) -> Self {
        Self { read: table().map(|table| Read::new(table, window, None)) }
    }

    /// Reads what stands around a gap around which some symbols have changed: the answer of [`Self::new`], at the price
    /// of what has changed.
    #[must_use]
    pub fn again(&self, window: &Window) -> Self {
        Self { read: table().map(|table| Read::new(table, window, self.read.as_ref())) }
    }

    /// How much likelier (above zero) or unlikelier a symbol is in the gap than the n-gram thinks, in millinats, but
    /// for a constant that is the same for all symbols.
    #[must_use]
    pub fn bonus(&self, symbol: Symbol) -> Cost {
        let (Some(read), Some(table)) = (&self.read, table()) else { return 0 };
        let at = sections(symbols());
        let i = super::clip(symbol);
        let sum = dot(row(table, at[2] + i * OUTPUT, OUTPUT), &read.answer);
        let bias = i32::from(super::bits::half(table, at[3] + 2 * i) as i16);
        scaled(sum, number(table, at[10]), bias)
    }
}

impl Read {
    fn new(table: &[u8], window: &Window, earlier: Option<&Self>) -> Self {
        let mut sums = earlier.map_or_else(|| Box::new([0; HIDDEN]), |earlier| earlier.sums.clone());
        for (place, &new) in window.near.iter().enumerate() {
            let old = earlier.map(|earlier| earlier.near[place]);
            if old == Some(new) {
                continue;
            }
            if let Some(old) = old {
                memo::with(place, old, table, |part| add(&mut sums, part, -1));
            }
            memo::with(place, new, table, |part| add(&mut sums, part, 1));
        }
        let answer = answer(table, window, &sums);
        Self { near: window.near, sums, answer }
    }
}

fn add(sums: &mut Units, part: &Units, times: i32) {
    for (sum, value) in sums.iter_mut().zip(part) {
        *sum += times * value;
    }
}

/// What a symbol at a place adds to each hidden unit.
fn part(table: &[u8], place: usize, symbol: Symbol, units: &mut Units) {
    let input = wide(table, sections(symbols())[0] + super::clip(symbol) * NEAR_WIDTH, NEAR_WIDTH);
    multiply(&Weights::get(table).near[place * HIDDEN..][..HIDDEN], &input, units);
}

/// The answer to what stands around a gap, given what the symbols at their places add to the hidden units.
fn answer(table: &[u8], window: &Window, sums: &Units) -> [i16; OUTPUT] {
    let at = sections(symbols());
    let weights = Weights::get(table);
    let mut heaps = Wide::default();
    for (side, heap) in heaps.as_flattened_mut().chunks_exact_mut(FAR_WIDTH).take(2).enumerate() {
        for &symbol in &window.far[side][..window.far_len[side]] {
            let row = row(table, at[1] + super::clip(symbol) * FAR_WIDTH, FAR_WIDTH);
            for (value, &w) in heap.iter_mut().zip(row) {
                *value += i16::from(w as i8);
            }
        }
        for value in heap {
            *value >>= FAR_SHIFT;
        }
    }
    let mut far = [0; HIDDEN];
    multiply(&weights.far, &heaps, &mut far);
    let mut hidden = [Wide::default(); BLOCKS];
    let units = hidden.as_flattened_mut().as_flattened_mut().iter_mut().zip(sums).zip(far);
    for (n, ((unit, near), far)) in units.enumerate() {
        let value = scaled(near + far, number(table, at[5] + 4 * n), number(table, at[6] + 4 * n));
        *unit = value.clamp(0, LARGEST) as i16;
    }
    let mut sums = [0; OUTPUT];
    for (block, weights) in hidden.iter().zip(weights.output.chunks_exact(OUTPUT)) {
        let mut part = [0; OUTPUT];
        multiply(weights, block, &mut part);
        sums.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
    }
    let mut output = [0i16; OUTPUT];
    for (n, (unit, sum)) in output.iter_mut().zip(sums).enumerate() {
        let value = scaled(sum, number(table, at[8] + 4 * n), number(table, at[9] + 4 * n));
        *unit = value.clamp(-LARGEST, LARGEST) as i16;
    }
    output
}

/// What symbols at places added lately. Line ends, punctuation and the commonest characters stand around most gaps.
mod memo {
    use std::cell::RefCell;

    use super::{Symbol, Units, part};

    /// What is kept: 6 MB a thread that fills gaps.
    const SLOTS: usize = 1 << 11;

    /// A place with what stands there, and what that adds.
    type Slot = Option<(u32, Box<Units>)>;

    thread_local! {
        static PARTS: RefCell<Vec<Slot>> = const { RefCell::new(Vec::new()) };
    }

    /// Hands what a symbol at a place adds to `to`: remembered, or computed.
    pub(super) fn with(place: usize, symbol: Symbol, table: &[u8], to: impl FnOnce(&Units)) {
        let key = (place as u32) << 16 | u32::from(symbol.0);
        let slot = (key.wrapping_mul(0x9E37_79B9) >> (32 - SLOTS.trailing_zeros())) as usize;
        PARTS.with_borrow_mut(|parts| {
            if parts.is_empty() {
                parts.resize(SLOTS, None);
            }
            match &mut parts[slot] {
                Some((held, units)) if *held == key => to(units),
                free => {
                    let units = &mut free.get_or_insert_with(|| (key, Box::new([0; super::HIDDEN])));
                    units.0 = key;
                    part(table, place, symbol, &mut units.1);
                    to(&units.1);
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::symbol;
    use super::*;

    fn window(before: &str, after: &str) -> Window {
        Window::new(before.chars().rev().map(symbol), after.chars().map(symbol))
    }

    #[test]
    fn a_gap_around_which_little_changed_is_read_as_if_it_were_new() {
        let first = Gap::new(&window("他把报告交给了老", "，然后回家了。"));
        let window = window("她把报告交给了张", "，然后就回家去了。");
        let [again, new] = [first.again(&window), Gap::new(&window)];
        let mut different = false;
        for c in "师板总人事国家".chars().map(symbol) {
            assert_eq!(again.bonus(c), new.bonus(c));
            different |= again.bonus(c) != first.bonus(c);
        }
        assert!(different);
    }
}
