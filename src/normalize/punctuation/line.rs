//! One line, read and decided.

use super::around::Rows;
use super::code::Code;
use super::shield::shield;
use crate::normalize::change::Rewrite;
use crate::normalize::script::{is_han, is_hangul, is_kana, is_vietnamese};

/// One line, read and decided. The buffers are kept from line to line.
#[derive(Default)]
pub(super) struct Line {
    pub(super) chars: Vec<char>,
    /// The indices of ASCII punctuation and of the full-width marks of this step: nothing else decides or changes.
    marks: Vec<usize>,
    /// Characters inside syntax.
    pub(super) shielded: Vec<bool>,
    /// The index of the other bracket of a pair.
    pub(super) partner: Vec<Option<u32>>,
    /// Marks that are full-width after the step.
    pub(super) full: Vec<bool>,
    /// Spaces that the full-width mark beside them makes superfluous.
    pub(super) dropped: Vec<bool>,
    pub(super) han: usize,
    /// Words in Latin letters.
    pub(super) words: usize,
    /// Some mark is full-width already.
    pub(super) wide: bool,
}

impl Line {
    /// Reads a line. False if it is not Chinese prose.
    pub(super) fn read(&mut self, text: &str) -> bool {
        self.chars.clear();
        self.marks.clear();
        self.chars.reserve(text.len());
        (self.han, self.words, self.wide) = (0, 0, false);
        let mut vietnamese = 0;
        let mut in_word = false;
        let mut code = Code::default();
        for (at, c) in text.char_indices() {
            let n = self.chars.len();
            self.chars.push(c);
            // Most characters of a line say little.
            match c {
                '\u{4E00}'..='\u{9FFF}' => {
                    self.han += 1;
                    in_word = false;
                    code.read_han(c);
                    continue;
                }
                'a'..='z' | 'A'..='Z' => {
                    self.words += usize::from(!in_word);
                    in_word = true;
                    code.read_word(c);
                    continue;
                }
                '0'..='9' => {
                    code.read_word(c);
                    continue;
                }
                _ => {}
            }
            let next = text[at + c.len_utf8()..].chars().next();
            if code.ends_before(c, next, self.han) {
                return false;
            }
            if c.is_ascii() {
                in_word = in_word && matches!(c, '_' | '\'' | '-' | '.' | '/');
                if c.is_ascii_punctuation() {
                    self.marks.push(n);
                }
            } else if is_han(c) {
                self.han += 1;
                in_word = false;
            } else if matches!(c, '\u{2000}'..='\u{206F}' | '\u{3000}'..='\u{3020}' | '\u{FF01}'..='\u{FF20}')
            {
                self.wide |= matches!(c, '，' | '。' | '？' | '！' | '；');
                in_word = false;
                if is_call(c) || is_break(c) || matches!(c, '（' | '）') {
                    self.marks.push(n);
                }
            } else if is_kana(c) || is_hangul(c) {
                return false;
            } else {
                vietnamese += usize::from(is_vietnamese(c));
                let letter = c.is_alphabetic();
                self.words += usize::from(letter && !in_word);
                in_word = letter;
            }
            code.read(c, next);
        }
        self.han > 0 && vietnamese < 2 && !code.is_code(self.han)
    }

    /// Decides every mark.
    pub(super) fn decide(&mut self, rows: &Rows<'_>) {
        // Taken out so that the rules may change the line as they go through them.
        let marks = std::mem::take(&mut self.marks);
        shield(&self.chars, &marks, &mut self.shielded);
        let n = self.chars.len();
        for flags in [&mut self.full, &mut self.dropped] {
            flags.clear();
            flags.resize(n, false);
        }
        self.decide_brackets(&marks);
        let row = self.is_row(&marks, rows);
        let mut done = 0;
        for &i in &marks {
            if i < done || self.shielded[i] {
                continue;
            }
            let mut end = i + 1;
            let full = match self.chars[i] {
                ',' | '，' => !row && self.wants_comma(i),
                ';' | '；' => !self.ends_statement(i) && self.wants_comma(i),
                ':' | '：' => self.wants_colon(i),
                c if is_call(c) => {
                    while end < n && is_call(self.chars[end]) && !self.shielded[end] {
                        end += 1;
                    }
                    self.wants_call(i, end)
                }
                _ => continue,
            };
            if full {
                self.full[i..end].fill(true);
            }
            done = end;
        }
        self.decide_stops(&marks);
        self.drop_spaces(&marks);
        self.marks = marks;
    }

    /// Writes what changed; `start` is the line's place in the text.
    pub(super) fn write(&self, start: usize, out: &mut Rewrite<'_>) {
        let widened = |i: usize| self.full[i] && full_width(self.chars[i]).is_some();
        let changes = |i: usize| self.dropped[i] || widened(i);
        let bytes = |chars: &[char]| chars.iter().map(|c| c.len_utf8()).sum::<usize>();
        let mut new = String::new();
        let (mut done, mut at) = (0, start);
        // A space is dropped only beside a mark that is widened.
        for &mark in &self.marks {
            if mark < done || !widened(mark) {
                continue;
            }
            let first = mark - usize::from(mark > done && self.dropped[mark - 1]);
            at += bytes(&self.chars[done..first]);
            new.clear();
            done = first;
            while done < self.chars.len() && changes(done) {
                if !self.dropped[done] {
                    new.push(full_width(self.chars[done]).unwrap_or(self.chars[done]));
                }
                done += 1;
            }
            // What changes is ASCII, a byte each.
            let end = at + (done - first);
            out.replace(at..end, &new);
            at = end;
        }
    }

    /// Chinese outweighs Latin in the line.
    pub(super) fn is_chinese(&self) -> bool {
        self.han > 2 * self.words
    }
}

/// The full-width form of a half-width mark.
pub(super) fn full_width(c: char) -> Option<char> {
    Some(match c {
        ',' => '，',
        ':' => '：',
        ';' => '；',
        '?' => '？',
        '!' => '！',
        '(' => '（',
        ')' => '）',
        '.' => '。',
        _ => return None,
    })
}

/// Marks that only Chinese text has beside its words.
pub(super) fn is_chinese_mark(c: char) -> bool {
    matches!(
        c,
        '、' | '。'
            | '《'
            | '》'
            | '〈'
            | '〉'
            | '「'
            | '」'
            | '『'
            | '』'
            | '【'
            | '】'
            | '〔'
            | '〕'
            | '〖'
            | '〗'
    )
}

pub(super) fn is_call(c: char) -> bool {
    matches!(c, '?' | '!' | '？' | '！')
}

/// Marks that end a clause.
pub(super) fn is_break(c: char) -> bool {
    matches!(c, ',' | ';' | ':' | '?' | '!' | '，' | '；' | '：' | '？' | '！' | '。' | '、')
}
