//! The four-byte codes of GB18030.
//!
//! They count characters: those of the basic plane that have no code of two bytes, in order, from 81 30 81 30 on, and
//! all of the other planes from 90 30 81 30 on (GB 18030-2005; the count is that of the Encoding Standard's ranges).

use std::sync::LazyLock;

use super::CodePage;

/// The basic plane's characters with codes of four bytes are this many.
const BASIC: u32 = 39_420;
/// Where the other planes begin.
const OTHERS: u32 = 189_000;
/// The one code that the standard of 2005 changed places with a code of two bytes: it counts as `ḿ`, and is another.
const SWAPPED: (u32, char) = (7_457, '\u{E7C7}');

/// Characters that count although they have got codes of two bytes since, in 2005 and 2022.
fn counts_still(c: u32) -> bool {
    matches!(c, 0x1E3F | 0x9FB4..=0x9FBB | 0xFE10..=0xFE19)
}

/// Characters for private use that had those codes of two bytes before, and do not count.
fn had_two(c: u32) -> bool {
    matches!(c, 0xE5E5 | 0xE78D..=0xE796 | 0xE7C7)
        || matches!(c, 0xE81E | 0xE826 | 0xE82B | 0xE82C | 0xE832 | 0xE843 | 0xE854 | 0xE864)
}

/// The character of four bytes; `None` if they are no code. The first call makes a list of 1.2 KB.
pub(super) fn character(bytes: [u8; 4]) -> Option<char> {
    let digit = |d: u8| (0x30..=0x39).contains(&d).then(|| u32::from(d - 0x30));
    let lead = |l: u8| (0x81..=0xFE).contains(&l).then(|| u32::from(l - 0x81));
    let [a, b, c, d] = bytes;
    let count = ((lead(a)? * 10 + digit(b)?) * 126 + lead(c)?) * 10 + digit(d)?;
    match count {
        n if n == SWAPPED.0 => Some(SWAPPED.1),
        0..BASIC => {
            let run = RUNS.partition_point(|run| run.0 <= count).checked_sub(1)?;
            let (first, start) = RUNS.get(run)?;
            char::from_u32(start + count - first)
        }
        OTHERS.. => char::from_u32(0x1_0000 + count - OTHERS),
        _ => None,
    }
}

/// Runs of characters without a code of two bytes: the count of the first one, and the character.
static RUNS: LazyLock<Vec<(u32, u32)>> = LazyLock::new(|| {
    let mut has_two = vec![false; 0x1_0000];
    for first in 0x81..=0xFEu8 {
        for second in 0x40..=0xFEu8 {
            if let Some((c, 2)) = CodePage::Gbk.decode_one(&[first, second])
                && let Some(has) = has_two.get_mut(c as usize)
            {
                *has = true;
            }
        }
    }
    let mut runs = Vec::new();
    let (mut count, mut is_inside) = (0, false);
    for c in 0x80..0x1_0000u32 {
        let lacks_two = !has_two[c as usize] && !had_two(c) || counts_still(c);
        let is_counted = lacks_two && !(0xD800..=0xDFFF).contains(&c);
        if is_counted && !is_inside {
            runs.push((count, c));
        }
        is_inside = is_counted;
        count += u32::from(is_counted);
    }
    runs
});
