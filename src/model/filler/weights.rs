//! The filler's weights as processors multiply them.
//!
//! The table holds them in eight bits, by unit. Most of the time that a gap takes is spent on their products, so they are
//! widened and put in the order in which they are used when the first gap is filled.

use std::sync::OnceLock;

use super::{FAR_WIDTH, HIDDEN, INPUT, NEAR, NEAR_WIDTH, OUTPUT, row, sections, symbols};

/// Numbers that processors multiply at once.
const LANES: usize = 8;
/// A row of as many numbers as stand for a symbol at its place, in sixteen bits. All rows are of that length, since
/// short ones of one length are multiplied fastest.
pub(super) type Wide = [[i16; LANES]; NEAR_WIDTH / LANES];
/// Blocks of hidden units that fill a row.
pub(super) const BLOCKS: usize = HIDDEN / NEAR_WIDTH;

/// Sums of the products of each row with the same values: written so that compilers see that a row can be multiplied at
/// once and added in pairs. They don't see it of iterators over the lanes, nor where they see how the values were made.
#[inline(never)]
#[allow(clippy::needless_range_loop, reason = "see above")]
pub(super) fn multiply(rows: &[Wide], values: &Wide, out: &mut [i32]) {
    for (out, row) in out.iter_mut().zip(rows) {
        let mut sums = [0i32; LANES];
        for (weights, values) in row.iter().zip(values) {
            for n in 0..LANES {
                sums[n] += i32::from(weights[n]) * i32::from(values[n]);
            }
        }
        *out = sums.iter().sum();
    }
}

/// The weights of both layers as processors multiply them: sixteen bits each, those that are used together side by side.
pub(super) struct Weights {
    /// Of the symbols at each place: by place, then by unit.
    pub(super) near: Vec<Wide>,
    /// Of the heaps, by unit, with zeros behind them.
    pub(super) far: Vec<Wide>,
    /// Of the hidden units: by block of units, then by output.
    pub(super) output: Vec<Wide>,
}

impl Weights {
    /// Those of the table: 2.4 MB, made when the first gap is filled.
    pub(super) fn get(table: &[u8]) -> &'static Self {
        static WEIGHTS: OnceLock<Weights> = OnceLock::new();
        WEIGHTS.get_or_init(|| {
            let at = sections(symbols());
            let hidden = |place: usize, unit: usize| at[4] + unit * INPUT + place * NEAR_WIDTH;
            let output = |block: usize, n: usize| at[7] + n * HIDDEN + block * NEAR_WIDTH;
            let places = (0..NEAR).flat_map(|place| (0..HIDDEN).map(move |unit| (place, unit)));
            let blocks = (0..BLOCKS).flat_map(|block| (0..OUTPUT).map(move |n| (block, n)));
            Self {
                near: places.map(|(place, unit)| wide(table, hidden(place, unit), NEAR_WIDTH)).collect(),
                far: (0..HIDDEN).map(|unit| wide(table, hidden(NEAR, unit), 2 * FAR_WIDTH)).collect(),
                output: blocks.map(|(block, n)| wide(table, output(block, n), NEAR_WIDTH)).collect(),
            }
        })
    }
}

/// A row of the table in sixteen bits, with zeros behind it if it is short.
pub(super) fn wide(table: &[u8], at: usize, len: usize) -> Wide {
    let mut wide = Wide::default();
    for (value, &w) in wide.as_flattened_mut().iter_mut().zip(row(table, at, len)) {
        *value = i16::from(w as i8);
    }
    wide
}
