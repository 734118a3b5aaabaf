//! Variation selectors behind ideographs.
//!
//! A selector names a glyph of the one character before it (standardized variants, and the sequences of
//! the Ideographic Variation Database). Once that character has become another one, the selector means
//! nothing; while it stays, so does the selector. A selector inside of a word must not hide the word.

use memchr::memmem;

use crate::edit::{self, Edit, Staged};

/// The byte ranges of variation selectors that follow an ideograph.
///
/// Two searches for byte strings that hardly occur in other text, unless there are any.
pub(super) fn find(text: &str) -> Vec<std::ops::Range<usize>> {
    let basic = memmem::find_iter(text.as_bytes(), b"\xEF\xB8");
    let supplement = memmem::find_iter(text.as_bytes(), b"\xF3\xA0");
    let mut found: Vec<_> = basic
        .chain(supplement)
        .filter_map(|at| {
            let c = text.get(at..)?.chars().next()?;
            let is_selector = matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}');
            let follows = text[..at].chars().next_back().is_some_and(is_ideograph);
            (is_selector && follows).then(|| at..at + c.len_utf8())
        })
        .collect();
    found.sort_by_key(|range| range.start);
    found
}

/// Whether a character is an ideograph, in whatever block.
pub(super) fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Converts a text as if it had no selectors and puts back those whose character stayed.
///
/// `convert` says what changes in a text without them.
pub(super) fn convert<'a>(text: &'a str, convert: impl for<'t> Fn(&'t str) -> Staged<'t>) -> Staged<'a> {
    let selectors = find(text);
    let mut bare = String::with_capacity(text.len());
    let mut done = 0;
    for selector in &selectors {
        bare.push_str(&text[done..selector.start]);
        done = selector.end;
    }
    bare.push_str(&text[done..]);
    let staged = convert(&bare);
    // A selector goes where the character before it is part of an edit.
    let mut edits = staged.edits.iter().peekable();
    let (mut dropped, mut kept) = (Vec::new(), Vec::<(usize, usize)>::new());
    let (mut removed, mut gone) = (0, 0);
    for selector in selectors {
        let at = selector.start - removed;
        removed += selector.len();
        while edits.next_if(|e| e.before.end < at).is_some() {}
        if edits.peek().is_some_and(|e| e.before.start < at) {
            let len = selector.len();
            dropped.push(deletion(text, selector, gone));
            gone += len;
        } else {
            kept.push((at, selector.len()));
        }
    }
    let mut middle = String::with_capacity(text.len());
    let mut done = 0;
    for edit in &dropped {
        middle.push_str(&text[done..edit.before.start]);
        done = edit.before.end;
    }
    middle.push_str(&text[done..]);
    // The edits of the bare text, moved by the selectors that stay before them.
    let mut shift = 0;
    let mut kept = kept.into_iter().peekable();
    let mut edits = staged.edits;
    for edit in &mut edits {
        while let Some((_, len)) = kept.next_if(|(at, _)| *at <= edit.before.start) {
            shift += len;
        }
        edit.before = edit.before.start + shift..edit.before.end + shift;
        edit.after = edit.after.start + shift..edit.after.end + shift;
    }
    let new = edit::apply(&middle, &edits);
    let edits = edit::compose(dropped, edits, text, &new);
    if edits.is_empty() {
        return Staged::unchanged(text);
    }
    Staged { text: new.into(), edits, left: Vec::new() }
}

fn deletion(text: &str, range: std::ops::Range<usize>, before: usize) -> Edit {
    let at = range.start - before;
    Edit {
        old: text[range.clone()].to_owned(),
        before: range,
        after: at..at,
        new: String::new(),
        cause: "variation-selector".into(),
        layers: 0,
        confidence: 1.0,
        reversible: false,
        restored: Vec::new(),
    }
}
