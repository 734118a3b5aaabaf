//! Ideographic description sequences (⿰亻漢 and the like), which OpenCC copies whole.

/// The longest sequence that counts, in code points.
const MAX_POINTS: usize = 64;
/// The deepest nesting that counts.
const MAX_DEPTH: usize = 16;

/// How many components follow a description character; `None` for any other character.
pub(crate) fn arity(c: u32) -> Option<usize> {
    match c {
        0x2FF2 | 0x2FF3 => Some(3),
        0x2FFE | 0x2FFF => Some(1),
        0x2FF0..=0x2FFD => Some(2),
        _ => None,
    }
}

/// The first code point of UTF-16 text and the number of its units; a lone surrogate is itself.
pub(crate) fn point(text: &[u16]) -> (u32, usize) {
    match *text {
        [high @ 0xD800..=0xDBFF, low @ 0xDC00..=0xDFFF, ..] => {
            (0x10000 + ((u32::from(high) - 0xD800) << 10) + u32::from(low) - 0xDC00, 2)
        }
        [unit, ..] => (u32::from(unit), 1),
        [] => (0, 0),
    }
}

/// Units of what is copied whole at the beginning of `text` when no dictionary has a say: one
/// character, or a complete description sequence.
pub(crate) fn copied_whole(text: &[u16]) -> usize {
    let (c, len) = point(text);
    if arity(c).is_none() {
        return len;
    }
    sequence(text, MAX_DEPTH, &mut 0).unwrap_or(len)
}

fn sequence(text: &[u16], depth: usize, points: &mut usize) -> Option<usize> {
    if text.is_empty() || depth == 0 || *points >= MAX_POINTS {
        return None;
    }
    let (c, mut len) = point(text);
    *points += 1;
    for _ in 0..arity(c).unwrap_or(0) {
        len += sequence(&text[len..], depth - 1, points)?;
    }
    Some(len)
}
