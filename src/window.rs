//! Five characters of three bytes at a time: what most Chinese text is made of, looked at without a branch for each.

/// The bytes that are read in one go: five characters and one byte.
pub(crate) const WINDOW: usize = 16;

/// Five characters, if they all have three bytes: words whose lowest bytes are their first.
#[inline(always)]
pub(crate) fn window(bytes: &[u8], at: usize) -> Option<[u32; 5]> {
    let window = <&[u8; WINDOW]>::try_from(bytes.get(at..at + WINDOW)?).ok()?;
    let mut words = [0; 5];
    for (n, word) in words.iter_mut().enumerate() {
        *word = u32::from_le_bytes([window[3 * n], window[3 * n + 1], window[3 * n + 2], window[3 * n + 3]]);
    }
    Some(words)
}

/// A character of three bytes, from a word whose lowest byte is its first.
#[inline(always)]
pub(crate) fn three_bytes(word: u32) -> u32 {
    (word & 0x0F) << 12 | (word & 0x3F00) >> 2 | (word & 0x3F_0000) >> 16
}

/// Not zero if the character does not have three bytes.
#[inline(always)]
pub(crate) fn other_length(word: u32) -> u32 {
    (word & 0xF0) ^ 0xE0
}

/// The first of five characters that has any bit set; five if none has.
#[inline(always)]
pub(crate) fn first_of(marks: [u32; 5]) -> usize {
    marks.iter().take_while(|m| **m == 0).count()
}

/// A byte in every lane of a word.
pub(crate) const fn lanes(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// Five characters as they lie in two words.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Five {
    low: u64,
    high: u64,
}

impl Five {
    /// Where the first bytes of three and of two characters lie: bytes 0, 3 and 6 of the low word, 9 and 12 in the
    /// high one.
    const LOW: u64 = 1 | 1 << 24 | 1 << 48;
    const HIGH: u64 = 1 << 8 | 1 << 32;

    /// The bytes from `at` on.
    #[inline(always)]
    pub(crate) fn at(bytes: &[u8], at: usize) -> Option<Self> {
        let window = <&[u8; WINDOW]>::try_from(bytes.get(at..at + WINDOW)?).ok()?;
        let [low, high] = window.as_chunks::<8>().0 else { return None };
        Some(Self { low: u64::from_le_bytes(*low), high: u64::from_le_bytes(*high) })
    }

    /// The characters, as far as they have three bytes each.
    #[inline(always)]
    pub(crate) fn points(self) -> [u32; 5] {
        let Self { low, high } = self;
        [
            three_bytes(low as u32),
            three_bytes((low >> 24) as u32),
            three_bytes((low >> 48 | high << 16) as u32),
            three_bytes((high >> 8) as u32),
            three_bytes((high >> 32) as u32),
        ]
    }

    /// Not zero if some character does not have three bytes.
    #[inline(always)]
    pub(crate) fn others(self) -> u64 {
        let [low, high] = self.wrong();
        low | high
    }

    /// The first character that does not have three bytes; at least five if all have.
    #[inline(always)]
    pub(crate) fn first_other(self) -> usize {
        match self.wrong() {
            [0, high] => 3 + high.trailing_zeros() as usize / 24,
            [low, _] => low.trailing_zeros() as usize / 24,
        }
    }

    /// Where first bytes are not those of three.
    #[inline(always)]
    fn wrong(self) -> [u64; 2] {
        const FIRST: u64 = 0xF0;
        const OF_THREE: u64 = 0xE0;
        [
            (self.low & (FIRST * Self::LOW)) ^ (OF_THREE * Self::LOW),
            (self.high & (FIRST * Self::HIGH)) ^ (OF_THREE * Self::HIGH),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_characters_are_told_from_others() {
        let text = "图书馆—漢字";
        let five = Five::at(text.as_bytes(), 0).unwrap();
        assert_eq!(five.points().map(char::from_u32), ['图', '书', '馆', '—', '漢'].map(Some));
        assert_eq!((five.others(), five.first_other() >= 5), (0, true));
        for n in 0..5 {
            for other in ["a", "é", "😀"] {
                let text = format!("{}{other}汉汉汉汉汉汉", "汉".repeat(n));
                let five = Five::at(text.as_bytes(), 0).unwrap();
                assert!(five.others() != 0);
                assert_eq!(five.first_other(), n, "{text}");
            }
        }
        assert!(Five::at("汉汉汉汉汉".as_bytes(), 0).is_none());
    }
}
