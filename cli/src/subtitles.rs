//! Subtitles and lyrics: what is spoken is cleaned; what tells a player when and how to show it is not.
//!
//! A wrong decoder takes a file as a whole, so damage is undone everywhere. What normalization and conversion do is
//! for the words alone: a font, a style or a speaker is found by its name, to the byte.

use std::ops::Range;

use qingwen::edit::{Edit, Stage};
use qingwen::report::{Report, Reported, StageReport};

/// What of a text is for the player.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Markup {
    /// Nothing.
    #[default]
    None,
    /// The tags and times of SubRip, WebVTT and LRC.
    Lines,
    /// What stands between braces, as in the last cell of an event of Advanced SubStation Alpha.
    Braces,
    /// All of it.
    All,
}

impl Markup {
    /// Where it stands, ascending, without overlap.
    fn stretches(self, text: &str) -> Vec<Range<usize>> {
        match self {
            Self::None => Vec::new(),
            Self::All => vec![0..text.len()],
            Self::Braces => tags(text, |rest| rest.starts_with('{')),
            Self::Lines => {
                let mut found = Vec::new();
                let mut start = 0;
                for line in text.split_inclusive('\n') {
                    if line.contains("-->") {
                        found.push(start..start + line.len());
                    } else {
                        let tags = tags(line, begins_tag);
                        found.extend(tags.into_iter().map(|at| start + at.start..start + at.end));
                    }
                    start += line.len();
                }
                found
            }
        }
    }
}

/// Whether a tag or time begins here: `<i>`, `</font>`, `<00:12.00>`, `{\an8}`, `[00:12.00]`.
fn begins_tag(rest: &str) -> bool {
    match rest.as_bytes() {
        [b'<', next, ..] => next.is_ascii_alphanumeric() || *next == b'/',
        [b'{', next, ..] => *next == b'\\',
        [b'[', next, ..] => next.is_ascii_digit(),
        _ => false,
    }
}

/// What stands between a bracket at which a tag begins and the next one that closes it on the same line, both
/// included.
fn tags(text: &str, begins: impl Fn(&str) -> bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = text[at..].find(['<', '{', '[']) {
        let start = at + next;
        at = start + 1;
        if !begins(&text[start..]) {
            continue;
        }
        let close = match text.as_bytes()[start] {
            b'<' => '>',
            b'{' => '}',
            _ => ']',
        };
        let end = text[at..].find([close, '\n']).map(|end| at + end);
        if let Some(end) = end.filter(|&end| !text[end..].starts_with('\n')) {
            at = end + 1;
            found.push(start..at);
        }
    }
    found
}

/// What was done to a text, but for what normalization and conversion did to its markup.
pub(crate) fn spare<'t>(markup: Markup, text: &'t str, done: Reported<'t>) -> Reported<'t> {
    let touched = |s: &StageReport| s.stage != Stage::Repair && !s.edits.is_empty();
    if markup == Markup::None || !done.report.stages.iter().any(touched) {
        return done;
    }
    let mut report = Report::default();
    let mut now = text.to_owned();
    let mut dropped = Vec::new();
    for stage in done.report.stages {
        let fixed = if stage.stage == Stage::Repair { Vec::new() } else { markup.stretches(&now) };
        let free = free(&now, stage.edits, &fixed, &dropped);
        report.stages.push(StageReport { edits: free.edits, ..stage });
        (now, dropped) = (free.text, free.dropped);
    }
    let text = if report.is_unchanged() { text.into() } else { now.into() };
    Reported { text, report }
}

/// What a stage does where nothing is fixed.
struct Free {
    edits: Vec<Edit>,
    text: String,
    /// Of each edit that it does without: where that ended in the stage's output, and how much longer it made it.
    dropped: Vec<(usize, isize)>,
}

/// Leaves out the edits that touch something fixed. They were made for a text that differs from this one by what the
/// stage before dropped; an edit that does not fit this one is left out, too.
fn free(text: &str, edits: Vec<Edit>, fixed: &[Range<usize>], before: &[(usize, isize)]) -> Free {
    let mut free = Free { edits: Vec::new(), text: String::with_capacity(text.len()), dropped: Vec::new() };
    let (mut before, mut longer, mut done) = (before.iter().peekable(), 0, 0);
    for edit in edits {
        while let Some((_, by)) = before.next_if(|(end, _)| *end <= edit.before.start) {
            longer += by;
        }
        let moved = |at: usize| at.saturating_add_signed(-longer);
        let at = moved(edit.before.start)..moved(edit.before.end);
        let next = &fixed[fixed.partition_point(|f| f.end <= at.start)..];
        let is_fixed = next.first().is_some_and(|f| f.start < at.end);
        if is_fixed || at.start < done || text.get(at.clone()) != Some(&*edit.old) {
            free.dropped.push((edit.after.end, edit.new.len() as isize - edit.old.len() as isize));
            continue;
        }
        free.text.push_str(&text[done..at.start]);
        let start = free.text.len();
        free.text.push_str(&edit.new);
        done = at.end;
        free.edits.push(Edit { before: at, after: start..free.text.len(), ..edit });
    }
    free.text.push_str(&text[done..]);
    free
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use qingwen::Cleaner;

    use super::*;

    fn cleaned(markup: Markup, text: &str) -> String {
        let done = spare(markup, text, Cleaner::mission().clean_with_report(text));
        assert_eq!(done.report.replay(text).as_deref(), Ok(&*done.text));
        assert_eq!(done.report.invert(&done.text).as_deref(), Ok(text));
        done.text.into_owned()
    }

    #[test]
    fn tags_and_times_stay_and_words_change() {
        let old = "00:00:01,000 --> 00:00:02,000 align:開始!\n<font face=\"標楷體!\">這裏!</font>{\\fn標楷體!}那裏好!\n";
        let new = "00:00:01,000 --> 00:00:02,000 align:開始!\n<font face=\"標楷體!\">这里！</font>{\\fn標楷體!}那里好！\n";
        assert_eq!(cleaned(Markup::Lines, old), new);
        assert_eq!(cleaned(Markup::None, "<b>這裏</b>"), "<b>这里</b>");
        assert_eq!(cleaned(Markup::All, "標楷體,這裏"), "標楷體,這裏");
        assert_eq!(cleaned(Markup::Braces, "{這裏,\\b1}這裏<這裏>"), "{這裏,\\b1}这里<这里>");
    }

    #[test]
    fn a_bracket_that_ends_on_another_line_begins_no_tag() {
        assert_eq!(cleaned(Markup::Lines, "<b 這裏\n這裏>"), "<b 这里\n这里>");
        assert_eq!(cleaned(Markup::Lines, "<這裏>{這裏}[這裏]"), "<这里>{这里}[这里]");
        assert_eq!(cleaned(Markup::Braces, "{這裏"), "{这里");
    }

    #[test]
    fn damage_in_a_tag_is_undone() {
        let garbled: String = "微软雅黑字体".bytes().map(char::from).collect();
        assert_eq!(cleaned(Markup::All, &garbled), "微软雅黑字体");
    }

    proptest! {
        /// What stays is there afterwards, in order; all that changes is told.
        #[test]
        fn markup_comes_back_byte_for_byte(text in "[這裏乾坤字,!b<>{}\\\\/\n]{0,40}") {
            for markup in [Markup::Lines, Markup::Braces, Markup::All] {
                let of = |text: &str| -> Vec<String> {
                    markup.stretches(text).into_iter().map(|at| text[at].to_owned()).collect()
                };
                prop_assert_eq!(of(&cleaned(markup, &text)), of(&text));
            }
        }
    }
}
