//! The cheapest test of a nominated line: do its bytes form characters of an encoding that checks itself?
//!
//! UTF-8 is seldom formed by chance. Where the signs of a line are those of UTF-8 in some page, and no stretch of
//! it turns into as little as two characters of UTF-8, there is nothing to undo.

use crate::codec::{CodePage, Spelling};
use crate::scan::{Family, Nominee};

use super::channel::{LAYERS, Truth};
use super::truth::{Pending, Step};

/// The families whose true encoding is UTF-8.
const SELF_CHECKING: [Family; 5] = [
    Family::Utf8AsGbk,
    Family::Utf8AsBig5,
    Family::Utf8AsShiftJis,
    Family::Utf8AsEucKr,
    Family::Utf8AsSingle,
];

/// The line with the families that are left; `None` if none is.
pub(super) fn confirmed(nominee: Nominee<'_>) -> Option<Nominee<'_>> {
    let mut families = nominee.families();
    for family in SELF_CHECKING {
        if families & family.bit() != 0 {
            let rows = LAYERS.iter().filter(|row| row.family() == family);
            let narrow = if family == Family::Utf8AsSingle { narrow(nominee.line) } else { String::new() };
            let line = if family == Family::Utf8AsSingle { &narrow } else { nominee.line };
            let fits = rows.map(|row| row.page).any(|page| {
                let mut run = Run::default();
                line.chars().any(|c| run.take(c, |c| page.spelling(c))) || run.ends()
            });
            if !fits {
                families &= !family.bit();
            }
        }
    }
    (families != 0).then(|| Nominee::of(nominee.start, nominee.line, families))
}

/// The line without most of what no page of single bytes has: of each stretch of such characters the first and the last
/// one, which may be marks of loss.
fn narrow(line: &str) -> String {
    let mut short = String::new();
    let mut held = None;
    let mut was_wide = false;
    for c in line.chars() {
        if CodePage::is_narrow(c) {
            short.extend(held.take());
            short.push(c);
        } else if !was_wide {
            short.push(c);
        } else {
            held = Some(c);
        }
        was_wide = !CodePage::is_narrow(c);
    }
    short
}

/// One unbroken stretch of characters that turn into UTF-8.
#[derive(Default)]
struct Run {
    pending: Pending,
    /// Characters outside ASCII that came out.
    out: usize,
    /// A mark of loss stands at one end of the stretch.
    mark: bool,
}

impl Run {
    /// Takes the next character; whether the stretch is proof enough.
    fn take(&mut self, c: char, spelling: impl Fn(char) -> Spelling) -> bool {
        let mark = c == '\u{FFFD}' || c == '?';
        let bytes = if c.is_ascii() || c == '\u{FFFD}' { Spelling::default() } else { spelling(c) };
        if bytes.is_empty() {
            self.mark |= mark;
            let proof = self.ends();
            *self = Self { mark, ..Self::default() };
            return proof;
        }
        for &byte in bytes.iter() {
            self.pending = match Truth::Utf8.step(self.pending, byte) {
                Step::Char(_) => {
                    self.out += 1;
                    Pending::NONE
                }
                Step::More(more) => more,
                Step::Invalid => {
                    let proof = self.ends();
                    self.out = 0;
                    self.mark = false;
                    if proof {
                        return true;
                    }
                    match Truth::Utf8.step(Pending::NONE, byte) {
                        Step::More(more) => more,
                        _ => Pending::NONE,
                    }
                }
            };
        }
        self.out >= 4
    }

    /// Whether the stretch, if it ends here, is proof enough.
    fn ends(&self) -> bool {
        // A character whose end was lost counts where a mark stands for it.
        self.out + usize::from(self.mark && !self.pending.is_none()) >= if self.mark { 1 } else { 2 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_wide_characters_those_beside_narrow_ones_are_kept() {
        assert_eq!(narrow("图书馆é。（？\u{FFFD}Ã©字"), "图馆é。\u{FFFD}Ã©字");
        assert_eq!(narrow("é"), "é");
        assert_eq!(narrow("字"), "字");
    }

    #[test]
    fn a_line_is_confirmed_by_its_bytes() {
        let line = |line| confirmed(Nominee::of(0, line, Family::Utf8AsSingle.bit()));
        assert!(line("价格：Ã©tÃ©").is_none());
        assert!(line("价格：Ã©Ã©").is_some());
        assert!(line("价格：Ã?").is_some());
        assert!(line("价格：é、“图”").is_none());
    }
}
