//! The one look over the text: nominates what may need work and lets everything else through.

use crate::model;

/// Characters rarer than this, in millinats, are suspicious.
const RARE: model::Cost = 11_500;

/// Whether a character is rare enough in clean text that its line deserves a closer look.
pub fn is_suspect(c: char) -> bool {
    match c {
        '\0'..='\x7F' | '·' | '—' | '‘' | '’' | '“' | '”' | '…' => false,
        // Letters and symbols of single-byte pages, private use, compatibility forms.
        '\u{80}'..='\u{2E7F}' | '\u{E000}'..='\u{FAFF}' => true,
        _ => model::unigram_cost(model::symbol(c)) > RARE,
    }
}

/// The lines of `text` that hold a suspicious character, with their byte offsets and line feeds.
pub fn suspect_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n')
        .map(move |line| {
            let start = at;
            at += line.len();
            (start, line)
        })
        .filter(|(_, line)| !line.is_ascii() && line.chars().any(is_suspect))
}
