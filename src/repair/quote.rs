//! Garbage that is quoted on purpose: pages about mojibake, tables of samples and their meaning.

/// Words by which a text speaks of garbage.
const WORDS: [&str; 8] = ["乱码", "亂碼", "mojibake", "Mojibake", "文字化け", "garbled", "锟斤拷", "烫烫烫"];

/// Whether the garbage in `line` is quoted: the line speaks of garbage, or says itself what it means.
pub(crate) fn is_quoted(line: &str, garbage: &str, reading: &str) -> bool {
    if WORDS.iter().any(|w| line.contains(w)) {
        return true;
    }
    let meaning = reading.trim_matches(|c: char| c.is_ascii_punctuation() || c.is_whitespace());
    meaning.chars().filter(|c| !c.is_ascii()).count() >= 2 && line.replacen(garbage, "", 1).contains(meaning)
}
