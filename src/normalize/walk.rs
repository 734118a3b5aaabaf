//! Going through a text from one interesting character to the next.

use memchr::{memchr, memrchr};

/// Calls `f` with the place of every character whose first byte `lead` accepts.
pub(crate) fn each(text: &str, lead: impl Fn(u8) -> bool, mut f: impl FnMut(usize, char)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(next) = find(bytes, at, &lead) {
        at = next;
        // A continuation byte is no character's first byte.
        let Some(c) = text.get(at..).and_then(|t| t.chars().next()) else {
            at += 1;
            continue;
        };
        f(at, c);
        at += c.len_utf8();
    }
}

/// The first byte from `at` on that is accepted. A few one by one, for text that is full of them, then eight
/// at a time, for text that has none.
pub(crate) fn find(bytes: &[u8], at: usize, accepts: impl Fn(u8) -> bool) -> Option<usize> {
    const FEW: usize = 4;
    let rest = bytes.get(at..)?;
    if let Some(i) = rest.iter().take(FEW).position(|&b| accepts(b)) {
        return Some(at + i);
    }
    let mut done = at + FEW;
    let mut chunks = rest.get(FEW..)?.chunks_exact(8);
    for chunk in &mut chunks {
        if chunk.iter().fold(false, |any, &b| any | accepts(b)) {
            return chunk.iter().position(|&b| accepts(b)).map(|i| done + i);
        }
        done += 8;
    }
    chunks.remainder().iter().position(|&b| accepts(b)).map(|i| done + i)
}

/// The character before a place.
pub(crate) fn before(text: &str, at: usize) -> Option<char> {
    text[..at].chars().next_back()
}

/// The character at a place.
pub(crate) fn after(text: &str, at: usize) -> Option<char> {
    text[at..].chars().next()
}

/// The length of the run of characters from `at` on that `is` accepts.
pub(crate) fn run(text: &str, at: usize, is: impl Fn(char) -> bool) -> usize {
    text[at..].find(|c| !is(c)).unwrap_or(text.len() - at)
}

/// The line that holds a place, without its end.
pub(crate) fn line_around(text: &str, at: usize) -> std::ops::Range<usize> {
    let bytes = text.as_bytes();
    let start = memrchr(b'\n', &bytes[..at]).map_or(0, |i| i + 1);
    start..memchr(b'\n', &bytes[at..]).map_or(text.len(), |i| at + i)
}
