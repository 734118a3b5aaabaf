//! Which script a text is written in: traditional or simplified characters.

use std::fmt;

use qingwen::convert::{Config, Converter};
use qingwen::edit::Edit;

/// A script that has at most this share of the other one's characters is the only one: names and
/// characters that both scripts use make a little of the other script appear in any text.
const STRAY: u64 = 10;

/// Counts the characters that only one of the scripts uses.
#[derive(Debug, Clone)]
pub(crate) struct Counter {
    to_simplified: Converter,
    to_traditional: Converter,
}

/// Characters that a conversion to the other script changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Counts {
    traditional: u64,
    simplified: u64,
}

impl Counter {
    pub(crate) fn new() -> Self {
        Self { to_simplified: Converter::new(Config::T2s), to_traditional: Converter::new(Config::S2t) }
    }

    /// Adds the characters of a text.
    pub(crate) fn count(&self, text: &str, counts: &mut Counts) {
        counts.traditional += changed(&self.to_simplified.convert_with_edits(text).edits);
        counts.simplified += changed(&self.to_traditional.convert_with_edits(text).edits);
    }
}

/// Characters that are not the same afterwards; an edit may be a phrase with others in it.
fn changed(edits: &[Edit]) -> u64 {
    let count = |e: &Edit| e.old.chars().filter(|&c| !e.new.contains(c)).count() as u64;
    edits.iter().map(count).sum()
}

impl Counts {
    /// The script in a word; none if there is none to tell.
    pub(crate) fn name(&self) -> Option<&'static str> {
        let &Self { traditional: t, simplified: s } = self;
        match () {
            () if t == 0 && s == 0 => None,
            () if s * STRAY <= t => Some("traditional"),
            () if t * STRAY <= s => Some("simplified"),
            () => Some("mixed"),
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.name() {
            None => "neither traditional nor simplified",
            Some("mixed") => "traditional and simplified mixed",
            Some(one) => one,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(text: &str) -> String {
        let mut counts = Counts::default();
        Counter::new().count(text, &mut counts);
        counts.to_string()
    }

    #[test]
    fn each_script_is_told_by_the_characters_only_it_has() {
        assert_eq!(script("這個問題沒有簡單的答案。"), "traditional");
        assert_eq!(script("这个问题没有简单的答案。"), "simplified");
        assert_eq!(script("這個問題。这个问题。"), "traditional and simplified mixed");
        assert_eq!(script("山水人天 abc"), "neither traditional nor simplified");
    }

    /// 后 and 里 are simplified for 後 and 裏, but are characters of traditional text as well.
    #[test]
    fn characters_that_both_scripts_use_do_not_make_a_text_mixed() {
        assert_eq!(script("皇后與賓客們來到鄰里間聽說書人講歷史故事。"), "traditional");
    }
}
