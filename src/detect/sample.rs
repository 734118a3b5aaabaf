//! Which stretches of a text are looked at: all of a short one, and of a long one some from everywhere.

use std::ops::Range;

/// Bytes above ASCII that are read in all.
const MOST: usize = 4 << 10;
/// Places of a long text that are looked at.
const PLACES: usize = 8;
/// Bytes that may stand between a place and the next line end, and within a line before its first character
/// outside ASCII.
const REACH: usize = 4 << 10;
/// Bytes of ASCII around others that are kept.
const AROUND: usize = 16;

/// Stretches that hold at most some thousand bytes above ASCII, each from where a character starts in any encoding that spells
/// ASCII as ASCII. Linear, at the speed of a search for bytes above ASCII.
pub(super) fn stretches(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut stretches: Vec<Range<usize>> = Vec::with_capacity(PLACES);
    let places = if bytes.len() <= 2 * MOST { 1 } else { PLACES };
    for place in 0..places {
        let wanted = bytes.len() / places * place;
        let after = stretches.last().map_or(0, |s| s.end);
        let Some(start) = line_start(bytes, wanted.max(after)) else { continue };
        let end = (bytes.len() / places * (place + 1)).max(start);
        let Some(high) = bytes[start..].iter().position(|b| !b.is_ascii()).map(|n| start + n) else { break };
        // In one piece without bytes above ASCII there is nothing to look at.
        if high >= end && place + 1 < places {
            continue;
        }
        stretches.push(ground(bytes, start, high)..cut(bytes, high, MOST / places));
    }
    stretches
}

/// The start of the first line at or after `at`; the start of the text is one.
fn line_start(bytes: &[u8], at: usize) -> Option<usize> {
    if at == 0 {
        return Some(0);
    }
    let near = &bytes[at.min(bytes.len())..bytes.len().min(at + REACH)];
    near.iter().position(|&b| b == b'\n').map(|n| at + n + 1)
}

/// Where to start reading so that the byte at `high` is met where a character starts: at most some bytes of ASCII
/// before it.
fn ground(bytes: &[u8], start: usize, high: usize) -> usize {
    let near = high.saturating_sub(AROUND).max(start);
    // All between the line's start and here is ASCII, so that any place is the start of a character.
    bytes[near..high].iter().rposition(|&b| b == b'\n').map_or(near, |n| near + n + 1)
}

/// Where to stop: after so many bytes above ASCII, where ASCII comes next or, in a long row of others, anyhow.
fn cut(bytes: &[u8], from: usize, most: usize) -> usize {
    let mut seen = 0;
    for (n, byte) in bytes[from..].iter().enumerate() {
        seen += usize::from(!byte.is_ascii());
        let enough = seen >= most && *byte == b'\n' || seen >= 2 * most || n >= 16 * most;
        if enough {
            return from + n;
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_text_is_looked_at_from_just_before_its_first_character_outside_ascii() {
        let text = format!("{}\nplain words then 字 and more", "a".repeat(100));
        let start = text.find("lain").unwrap();
        let found = stretches(text.as_bytes());
        assert_eq!((found.len(), &found[0]), (1, &(start..text.len())));
        assert!(stretches(b"plain").is_empty());
        assert!(stretches(b"").is_empty());
    }

    #[test]
    fn of_a_long_text_stretches_from_everywhere_are_looked_at_and_no_more_than_allowed() {
        let text = "一行文字，后面还有。\n".repeat(100_000);
        let found = stretches(text.as_bytes());
        assert_eq!(found.len(), PLACES);
        assert!(found.iter().all(|s| text.is_char_boundary(s.start) && s.len() < 2 * MOST / PLACES));
        assert!(found.last().is_some_and(|s| s.start > text.len() * 3 / 4));
        // A line without end is looked at from its start.
        let line = "字".repeat(1_000_000);
        assert!(matches!(&stretches(line.as_bytes())[..], [s] if s.start == 0 && s.end < 2 * MOST));
    }
}
