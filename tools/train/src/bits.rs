//! Writes bit-packed numbers and Elias-Fano sequences, as `qingwen::model` reads them.

/// Bits, least significant first.
#[derive(Default)]
pub(crate) struct Bits {
    bytes: Vec<u8>,
    len: usize,
}

impl Bits {
    pub(crate) fn push(&mut self, value: u64, width: u32) {
        for bit in 0..width {
            if self.len.is_multiple_of(8) {
                self.bytes.push(0);
            }
            self.bytes[self.len / 8] |= ((value >> bit & 1) as u8) << (self.len % 8);
            self.len += 1;
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// A set of sorted symbols: directory, upper parts in unary, lower parts.
///
/// Bucket `h` holds the symbols `s` with `s >> low == h`, where `low` is 13 less the logarithm of `len`.
/// Each bucket is a one for each symbol, then a zero. The directory gives the bit at which every 16th bucket
/// starts, from the 16th on.
pub(crate) fn row(symbols: &[u16], universe: usize) -> Vec<u8> {
    if symbols.is_empty() {
        return Vec::new();
    }
    let low = 13 - symbols.len().ilog2().min(13);
    let (mut directory, mut upper, mut lower) = (Vec::new(), Bits::default(), Bits::default());
    let mut symbols = symbols.iter().peekable();
    for bucket in 0..=(universe - 1) >> low {
        if bucket > 0 && bucket % 16 == 0 {
            directory.extend((upper.len() as u16).to_le_bytes());
        }
        while let Some(symbol) = symbols.next_if(|&&s| usize::from(s) >> low == bucket) {
            upper.push(1, 1);
            lower.push(u64::from(*symbol), low);
        }
        upper.push(0, 1);
    }
    [directory, upper.bytes(), lower.bytes()].concat()
}

/// A sequence that never falls: samples, upper parts in unary, lower parts (`low` bits each).
///
/// Element `i` is a one at bit `(value >> low) + i` of the upper part; every 16th one's position is sampled.
pub(crate) struct Sequence {
    pub samples: Vec<u8>,
    pub upper: Vec<u8>,
    pub lower: Vec<u8>,
    pub low: u32,
}

impl Sequence {
    pub(crate) fn new(values: &[u32]) -> Sequence {
        let last = values.last().copied().unwrap_or(0);
        let low = (last / values.len().max(1) as u32).max(1).ilog2();
        let (mut samples, mut upper, mut lower) = (Vec::new(), Bits::default(), Bits::default());
        for (i, &value) in values.iter().enumerate() {
            let at = (value >> low) as usize + i;
            while upper.len() < at {
                upper.push(0, 1);
            }
            if i % 16 == 0 {
                samples.extend((at as u32).to_le_bytes());
            }
            upper.push(1, 1);
            lower.push(u64::from(value), low);
        }
        Sequence { samples, upper: upper.bytes(), lower: lower.bytes(), low }
    }
}
