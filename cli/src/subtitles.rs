//! Subtitles and lyrics: what is spoken is cleaned; what tells a player when and how to show it is not.
//!
//! A wrong decoder takes a file as a whole, so damage is undone everywhere. What normalization and conversion do is
//! for the words alone: a font, a style or a speaker is found by its name, to the byte.

use std::ops::Range;

use qingwen::Cleaner;
use qingwen::edit::{Edit, Stage};
use qingwen::report::{Report, Reported, StageReport};

use crate::properties;

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
    /// Nothing, but escapes stay escapes, as in Java's property files.
    Escapes,
}

impl Markup {
    /// Where it stands, ascending, without overlap.
    fn stretches(self, text: &str) -> Vec<Range<usize>> {
        match self {
            Self::None | Self::Escapes => Vec::new(),
            Self::All => std::iter::once(0..text.len()).collect(),
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

    /// The text without it.
    fn words(self, text: &str) -> String {
        let mut words = String::with_capacity(text.len());
        let mut done = 0;
        for at in self.stretches(text) {
            words.push_str(&text[done..at.start]);
            done = at.end;
        }
        words + &text[done..]
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

/// What was done to a text, with its repairs, but of normalization and conversion what they do to its words alone.
/// These are looked at without the markup: a sentence with tags in it seems to be code.
pub(crate) fn spare<'t>(
    markup: Markup,
    text: &'t str,
    done: Reported<'t>,
    cleaner: &Cleaner,
) -> Reported<'t> {
    let keeps_escapes = markup == Markup::Escapes;
    if markup == Markup::None || cleaner.only_repairs() && !keeps_escapes {
        return done;
    }
    let mut repairs: Vec<StageReport> =
        done.report.stages.into_iter().filter(|s| s.stage == Stage::Repair).collect();
    if keeps_escapes {
        repairs.iter_mut().for_each(|s| properties::keep_escapes(&mut s.edits));
    }
    let mut report = Report { stages: repairs };
    let Ok(mut now) = report.replay(text) else { return Reported { text: text.into(), report } };
    let mut dropped = Vec::new();
    for stage in cleaner.clean_with_report(&markup.words(&now)).report.stages {
        if stage.stage == Stage::Repair {
            // The text as a whole was repaired already.
            dropped = stage.edits.iter().map(undone).collect();
            continue;
        }
        let free = free(&now, stage.edits, &markup.stretches(&now), &dropped);
        report.stages.push(StageReport { edits: free.edits, ..stage });
        (now, dropped) = (free.text, free.dropped);
    }
    let text = if report.is_unchanged() { text.into() } else { now.into() };
    Reported { text, report }
}

/// Of an edit that is done without: where it ended in the stage's output, and how much longer that was by it.
fn undone(edit: &Edit) -> (usize, isize) {
    (edit.after.end, edit.new.len() as isize - edit.old.len() as isize)
}

/// What a stage does to words.
struct Free {
    edits: Vec<Edit>,
    text: String,
    /// The edits that it does without.
    dropped: Vec<(usize, isize)>,
}

/// Puts the edits of words into the text that has the markup, too. An edit across markup is left out; so is one that
/// does not fit, because the words differ by what the stage before did without.
fn free(text: &str, edits: Vec<Edit>, markup: &[Range<usize>], before: &[(usize, isize)]) -> Free {
    let mut free = Free { edits: Vec::new(), text: String::with_capacity(text.len()), dropped: Vec::new() };
    let (mut before, mut longer) = (before.iter().peekable(), 0);
    let (mut markup, mut passed) = (markup.iter().peekable(), 0);
    let mut done = 0;
    for edit in edits {
        while let Some((_, by)) = before.next_if(|(end, _)| *end <= edit.before.start) {
            longer += by;
        }
        let start = edit.before.start.saturating_add_signed(-longer);
        while let Some(stretch) = markup.next_if(|m| m.start <= start + passed) {
            passed += stretch.len();
        }
        let at = start + passed..start + passed + edit.old.len();
        let is_parted = markup.peek().is_some_and(|m| m.start < at.end);
        if is_parted || at.start < done || text.get(at.clone()) != Some(&*edit.old) {
            free.dropped.push(undone(&edit));
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

    use super::*;

    fn cleaned(markup: Markup, text: &str) -> String {
        let cleaner = Cleaner::mission();
        let done = spare(markup, text, cleaner.clean_with_report(text), &cleaner);
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
