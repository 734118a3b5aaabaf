//! Going through a text from one interesting character to the next.

use memchr::{memchr, memrchr};

/// Calls `f` with the place of every character whose first byte `lead` accepts.
pub(crate) fn each(text: &str, lead: impl Fn(u8) -> bool, mut f: impl FnMut(usize, char)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(skip) = bytes[at..].iter().position(|&b| lead(b)) {
        at += skip;
        // A continuation byte is no character's first byte.
        let Some(c) = text.get(at..).and_then(|t| t.chars().next()) else {
            at += 1;
            continue;
        };
        f(at, c);
        at += c.len_utf8();
    }
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
