//! Which characters get a symbol of their own.

use std::io;

use qingwen::model::class;

use crate::corpus::Source;

/// Characters rarer than this in the training text are only members of their class.
const MIN_COUNT: u32 = 25;

/// Symbols: the classes first, then ASCII signs and punctuation, then ideographs, each in code point order.
pub(crate) struct Vocabulary {
    /// Symbol of each code point of the basic plane; 0 = class.
    pub map: Vec<u16>,
    /// How many characters share each symbol.
    pub sizes: Vec<u32>,
}

impl Vocabulary {
    pub(crate) fn read(files: &[Source]) -> io::Result<Vocabulary> {
        let mut counts = vec![0u32; 0x11_0000];
        for file in files {
            file.lines(|line| line.chars().for_each(|c| counts[c as usize] += 1))?;
        }
        let mut own: Vec<(bool, char)> = (' '..='\u{FFFF}')
            .filter(|&c| match class::of(c) {
                class::LINE | class::DIGIT | class::LOWER | class::UPPER | class::LATIN | class::HANGUL => {
                    false
                }
                class::ASCII => true,
                _ => counts[c as usize] >= MIN_COUNT,
            })
            .map(|c| (class::is_han(class::of(c)), c))
            .collect();
        own.sort_unstable();
        let mut map = vec![0; 0x1_0000];
        let mut sizes = class::SIZES.to_vec();
        for (_, c) in own {
            let size = &mut sizes[usize::from(class::of(c))];
            *size = size.saturating_sub(1).max(1);
            map[c as usize] = sizes.len() as u16;
            sizes.push(1);
        }
        Ok(Vocabulary { map, sizes })
    }

    pub(crate) fn len(&self) -> usize {
        self.sizes.len()
    }

    pub(crate) fn symbol(&self, c: char) -> u16 {
        match self.map.get(c as usize) {
            Some(&symbol) if symbol != 0 => symbol,
            _ => class::of(c),
        }
    }
}
