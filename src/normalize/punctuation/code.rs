//! Whether a line is code rather than prose.

use crate::normalize::script::is_han;

/// The evidence for code in a line, gathered character by character.
#[derive(Default)]
pub(super) struct Code {
    /// Characters that prose seldom has.
    sigils: usize,
    /// Chinese characters in string literals, and ASCII quotes.
    quoted: usize,
    quotes: usize,
    /// Brackets that follow a name directly: f(
    calls: usize,
    open: Option<char>,
    /// Outside of string literals something stands that only code has there.
    around: bool,
    /// The last two characters that are not space.
    last: [char; 2],
}

impl Code {
    /// What [`Self::read`] does with an ideograph.
    pub(super) fn read_han(&mut self, c: char) {
        self.quoted += usize::from(self.open.is_some());
        self.last = [self.last[1], c];
    }

    /// What [`Self::read`] does with an ASCII letter or digit.
    pub(super) fn read_word(&mut self, c: char) {
        self.around |= self.open.is_none() && c.is_ascii_alphabetic();
        self.last = [self.last[1], c];
    }

    /// Whether a comment begins with `c` and the code before it decides.
    pub(super) fn ends_before(&self, c: char, next: Option<char>, han: usize) -> bool {
        (c == '/' && next == Some('/') || c == '#' && next == Some(' '))
            && self.last[1] != ':'
            && self.open.is_none()
            && self.is_code(han)
    }

    /// Takes notice of a character and knows the next one.
    pub(super) fn read(&mut self, c: char, next: Option<char>) {
        let previous = self.last[1];
        if self.open.is_some() && is_han(c) {
            self.quoted += 1;
        }
        match c {
            '"' | '\'' => {
                self.sigils += 1;
                self.quotes += 1;
                match self.open {
                    None => self.open = Some(c),
                    Some(open) if open == c => self.open = None,
                    Some(_) => {}
                }
            }
            '{' | '}' | ';' if previous.is_ascii() => self.sigils += 1,
            '=' | '_' | '$' | '<' | '>' | '\\' | '|' | '&' => self.sigils += 1,
            ')' if previous == '(' => self.sigils += 1,
            // A quoted key: JSON, Python.
            ':' if matches!(previous, '"' | '\'') => self.sigils += 4,
            _ => {}
        }
        if self.open.is_none() && !matches!(c, '"' | '\'') {
            self.around |=
                c.is_ascii_alphabetic() || matches!(c, '(' | ')' | ',' | ';' | '+' | '=' | '[' | ']' | ':');
        }
        if c == '('
            && (previous.is_ascii_alphanumeric() || previous == '_')
            && next.is_some_and(|c| c.is_ascii())
        {
            self.calls += 1;
        }
        // An annotation: @Name(
        if c == '@' && matches!(previous, '\0' | '*' | '/') && next.is_some_and(|c| c.is_ascii_alphabetic()) {
            self.calls += 2;
        }
        if !c.is_whitespace() {
            self.last = [previous, c];
        }
    }

    /// Whether what was read is code, in which there are so many ideographs.
    pub(super) fn is_code(&self, han: usize) -> bool {
        let [before, last] = self.last;
        if matches!(last, '{' | '}') || last == ';' && before.is_ascii() {
            return true;
        }
        if self.quoted == han && self.around {
            return true;
        }
        // Prose quotes with ASCII quotes too.
        let sigils = match self.sigils == self.quotes && self.quotes.is_multiple_of(2) {
            true => self.sigils / 2,
            false => self.sigils,
        };
        let sigils = if self.quotes > 0 { sigils + 3 * self.calls } else { sigils };
        sigils >= 3 && sigils * 6 >= han
    }
}
