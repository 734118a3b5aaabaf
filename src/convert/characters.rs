//! The tables of characters of one conversion.

use crate::model::{symbol, unigram_cost};

use super::plan::{Dictionary, Plan};

/// In the table of characters: what becomes of this one is not a character of as many bytes, or it
/// needs the exact algorithm.
pub(super) const HARD: u32 = 1 << 31;
/// In the table of characters: triggers are parted into three classes, and some trigger of a class ends with this one,
pub(super) const SECONDS: u32 = 7 << CLASS;
/// or begins with it. Shifted, its bits meet those of the character after it.
pub(super) const FIRSTS: u32 = SECONDS << CLASSES;
/// The lowest bit of the classes, and their number.
pub(super) const CLASS: u32 = 24;
pub(super) const CLASSES: u32 = 3;
const _: () = assert!(HARD & (FIRSTS | SECONDS) == 0 && CHANGE & SECONDS == 0);
/// In the table of characters: the difference by bits between the UTF-8 forms, three bytes.
pub(super) const CHANGE: u32 = 0xFF_FFFF;

/// In the table of still text: the character changes or is hard.
pub(super) const MOVES: u8 = 1;
/// In the table of still text: a trigger whose characters do not change by themselves begins with this one,
pub(super) const STILL_FIRST: u8 = 2;
/// or ends with it.
pub(super) const STILL_SECOND: u8 = 4;
/// These as flags.
pub(super) const STILL: [u8; 4] = [MOVES, STILL_FIRST, STILL_SECOND, 0];

/// Both tables of characters.
pub(super) struct Characters {
    pub(super) table: Box<[u32; PLACES]>,
    pub(super) still: Box<[u8; 0x10000]>,
}

/// Where the table of characters has a character of three bytes, from a word whose lowest byte is its first: its first,
/// second and third byte, from the lowest bits on. To put them into the order of code points would take longer.
#[inline(always)]
pub(super) fn place(word: u32) -> usize {
    ((word & 0x3F_3F00) >> 4 | word & 0x0F) as usize
}

/// [`place`] of any character of the plane.
pub(super) fn place_of(c: u32) -> Option<usize> {
    u16::try_from(c).is_ok().then(|| place(c >> 12 | (c >> 6 & 0x3F) << 8 | (c & 0x3F) << 16))
}

/// The number of places.
pub(super) const PLACES: usize = 1 << 18;

impl Characters {
    /// What becomes of each character by itself. Only the entries that say something are touched.
    pub(super) fn of(plan: &Plan) -> Self {
        let table = vec![0; PLACES].try_into().unwrap_or_else(|_| Box::new([0; PLACES]));
        let still = vec![0; 0x10000].try_into().unwrap_or_else(|_| Box::new([0; 0x10000]));
        let mut this = Self { table, still };
        let mut entries = Vec::new();
        // The last stage first, so that what an earlier one makes of a character is found here with what
        // the later ones make of that.
        for stage in plan.stages.iter().rev() {
            // A dictionary that comes first has the last word.
            for dictionary in stage.iter().rev() {
                match dictionary {
                    Dictionary::Chars(chars) => {
                        entries.extend(chars.entries().map(|(c, to)| (c, this.change(c, to))));
                    }
                    Dictionary::Phrases(phrases, None) => {
                        entries.extend(phrases.singles().map(|(c, value)| match value {
                            [a, b] => {
                                let to = u32::from(u16::from_le_bytes([*a, *b]));
                                (c.into(), this.change(c.into(), to))
                            }
                            _ => (c.into(), HARD),
                        }));
                    }
                    // Has no phrase of a single character.
                    Dictionary::Phrases(_, Some(_)) => {}
                }
            }
            entries.drain(..).for_each(|(c, change)| this.put(c, change));
        }
        let hard = plan.normalization.entries().map(|(c, _)| c).chain(0x2FF0..0x3000);
        hard.for_each(|c| this.put(c, HARD));
        this
    }

    /// The entry of a character that becomes `to`, and then what the table has for that.
    fn change(&self, from: u32, to: u32) -> u32 {
        match (packed(from), packed(to), place_of(to).map(|at| self.table[at])) {
            (Some(from), Some(to), Some(next)) if next & HARD == 0 => from ^ to ^ next,
            _ => HARD,
        }
    }

    fn put(&mut self, c: u32, entry: u32) {
        if let (Some(at), Some(still)) = (place_of(c), self.still.get_mut(c as usize)) {
            self.table[at] = entry;
            *still = if entry == 0 { 0 } else { MOVES };
        }
    }

    /// Marks the characters of a trigger. Where one of them changes by itself, nobody passes it by.
    pub(super) fn mark(&mut self, (first, second): (u32, u32)) {
        let [a, b] = [first as usize, second as usize];
        let cost = |c: u32| char::from_u32(c).map_or(0, |c| unigram_cost(symbol(c)));
        // A rare character is in triggers of one class: the common ones beside it are not taken for parts of others.
        let class = if cost(first) > cost(second) { first } else { second } % CLASSES;
        let second_bit = 1 << (CLASS + class);
        for (c, bit) in [(first, second_bit << CLASSES), (second, second_bit)] {
            if let Some(at) = place_of(c) {
                self.table[at] |= bit;
            }
        }
        // Characters beyond the plane are looked at one by one.
        let may_move = |c: usize| self.still.get(c).is_none_or(|flags| flags & MOVES != 0);
        if !may_move(a) && !may_move(b) {
            for (c, flag) in [(a, STILL_FIRST), (b, STILL_SECOND)] {
                self.still.get_mut(c).into_iter().for_each(|still| *still |= flag);
            }
        }
    }
}

/// The three bytes of a character's UTF-8 form, the first one lowest.
fn packed(c: u32) -> Option<u32> {
    let c = char::from_u32(c).filter(|c| c.len_utf8() == 3)?;
    let mut bytes = [0; 4];
    c.encode_utf8(&mut bytes);
    Some(u32::from_le_bytes(bytes))
}
