//! The decisions for one line.

use super::around::Rows;
use super::shield::shield;
use crate::normalize::change::Rewrite;
use crate::normalize::script::{is_han, is_hangul, is_kana, is_vietnamese};

/// One line, read and decided. The buffers are kept from line to line.
#[derive(Default)]
pub(super) struct Line {
    chars: Vec<char>,
    /// Byte offsets of `chars`, and the end.
    offsets: Vec<usize>,
    shielded: Vec<bool>,
    /// The index of the other bracket of a pair.
    partner: Vec<Option<u32>>,
    /// Marks that are full-width after the step.
    full: Vec<bool>,
    /// Spaces that the full-width mark beside them makes superfluous.
    dropped: Vec<bool>,
    han: usize,
    /// Words in Latin letters.
    words: usize,
    /// Some mark is full-width already.
    wide: bool,
}

/// The evidence for code in a line, gathered character by character.
#[derive(Default)]
struct Code {
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
    fn read_han(&mut self, c: char) {
        self.quoted += usize::from(self.open.is_some());
        self.last = [self.last[1], c];
    }

    /// What [`Self::read`] does with an ASCII letter or digit.
    fn read_word(&mut self, c: char) {
        self.around |= self.open.is_none() && c.is_ascii_alphabetic();
        self.last = [self.last[1], c];
    }

    fn read(&mut self, c: char, next: Option<char>) {
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

    fn is_code(&self, han: usize) -> bool {
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

/// Brackets deeper than this are no prose.
const DEEPEST: usize = 8;

/// What stands on one side of a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// The line begins or ends.
    Edge,
    /// Chinese: an ideograph, or a mark that only Chinese has.
    Han,
    Latin,
    /// A digit, or what stands after one: `%`, `℃`.
    Digit,
    /// A mark that ends a clause.
    Mark,
    Other,
}

/// A side, and whether a space or a quotation mark stands between.
#[derive(Debug, Clone, Copy)]
struct Near {
    side: Side,
    spaced: bool,
    quoted: bool,
}

impl Near {
    fn is(self, side: Side) -> bool {
        self.side == side
    }
}

impl Line {
    /// Reads a line. False if it is not Chinese prose.
    pub(super) fn read(&mut self, text: &str) -> bool {
        self.chars.clear();
        self.offsets.clear();
        self.chars.reserve(text.len());
        self.offsets.reserve(text.len() + 1);
        (self.han, self.words, self.wide) = (0, 0, false);
        let mut vietnamese = 0;
        let mut in_word = false;
        for (at, c) in text.char_indices() {
            self.offsets.push(at);
            self.chars.push(c);
            if matches!(c, '\u{4E00}'..='\u{9FFF}') {
                self.han += 1;
                in_word = false;
                continue;
            }
            if c.is_ascii() {
                let letter = c.is_ascii_alphabetic();
                self.words += usize::from(letter && !in_word);
                in_word =
                    letter || (in_word && (c.is_ascii_digit() || matches!(c, '_' | '\'' | '-' | '.' | '/')));
                continue;
            }
            if is_han(c) {
                self.han += 1;
                in_word = false;
                continue;
            }
            if matches!(c, '\u{2000}'..='\u{206F}' | '\u{3000}'..='\u{3020}' | '\u{FF01}'..='\u{FF20}') {
                self.wide |= matches!(c, '，' | '。' | '？' | '！' | '；');
                in_word = false;
                continue;
            }
            if is_kana(c) || is_hangul(c) {
                return false;
            }
            vietnamese += usize::from(is_vietnamese(c));
            let letter = c.is_alphabetic();
            self.words += usize::from(letter && !in_word);
            in_word = letter;
        }
        self.offsets.push(text.len());
        self.han > 0 && vietnamese < 2 && !self.is_code()
    }

    /// Whether the line looks like code or markup rather than prose.
    fn is_code(&self) -> bool {
        let mut code = Code::default();
        let mut han = 0;
        for (i, &c) in self.chars.iter().enumerate() {
            // Most characters of a line say little.
            match c {
                '\u{4E00}'..='\u{9FFF}' => {
                    han += 1;
                    code.read_han(c);
                    continue;
                }
                'a'..='z' | 'A'..='Z' | '0'..='9' => {
                    code.read_word(c);
                    continue;
                }
                _ => {}
            }
            let next = self.chars.get(i + 1).copied();
            // Code with a comment behind it: the code decides.
            if (c == '/' && next == Some('/') || c == '#' && next == Some(' '))
                && code.last[1] != ':'
                && code.open.is_none()
                && code.is_code(han)
            {
                return true;
            }
            han += usize::from(is_han(c));
            code.read(c, next);
        }
        code.is_code(han)
    }

    /// Decides every mark.
    pub(super) fn decide(&mut self, rows: &Rows<'_>) {
        shield(&self.chars, &mut self.shielded);
        let n = self.chars.len();
        self.full.clear();
        self.full.resize(n, false);
        self.dropped.clear();
        self.dropped.resize(n, false);
        self.pair();
        for i in 0..n {
            if let Some(close) = self.partner[i]
                && (close as usize) > i
            {
                let close = close as usize;
                let full = self.wants_bracket(i, close);
                self.full[i] = full;
                self.full[close] = full;
            }
        }
        let row = self.is_row(rows);
        let mut i = 0;
        while i < n {
            let mut end = i + 1;
            if !self.shielded[i] {
                let full = match self.chars[i] {
                    ',' | '，' => !row && self.wants_comma(i),
                    ';' | '；' => self.wants_comma(i),
                    ':' | '：' => self.wants_colon(i),
                    c if is_call(c) => {
                        while end < n && is_call(self.chars[end]) && !self.shielded[end] {
                            end += 1;
                        }
                        self.wants_call(i, end)
                    }
                    _ => false,
                };
                if full {
                    self.full[i..end].fill(true);
                }
            }
            i = end;
        }
        self.decide_stops();
        self.drop_spaces();
    }

    /// Writes what changed; `start` is the line's place in the text.
    pub(super) fn write(&self, start: usize, out: &mut Rewrite<'_>) {
        let changes = |i: usize| self.dropped[i] || (self.full[i] && full_width(self.chars[i]).is_some());
        let mut i = 0;
        let mut new = String::new();
        while i < self.chars.len() {
            if !changes(i) {
                i += 1;
                continue;
            }
            let first = i;
            new.clear();
            while i < self.chars.len() && changes(i) {
                if !self.dropped[i] {
                    new.push(full_width(self.chars[i]).unwrap_or(self.chars[i]));
                }
                i += 1;
            }
            out.replace(start + self.offsets[first]..start + self.offsets[i], &new);
        }
    }

    /// Chinese outweighs Latin in the line.
    fn is_chinese(&self) -> bool {
        self.han > 2 * self.words
    }

    fn pair(&mut self) {
        self.partner.clear();
        self.partner.resize(self.chars.len(), None);
        let mut open: Vec<usize> = Vec::new();
        for i in 0..self.chars.len() {
            match self.chars[i] {
                _ if self.shielded[i] => {}
                '(' | '（' => {
                    if open.len() == DEEPEST {
                        open.clear();
                    }
                    open.push(i);
                }
                ')' | '）' => {
                    if let Some(o) = open.pop() {
                        self.partner[o] = Some(i as u32);
                        self.partner[i] = Some(o as u32);
                    }
                }
                _ => {}
            }
        }
    }

    /// What stands before index `i`.
    fn left(&self, i: usize) -> Near {
        let mut near = Near { side: Side::Edge, spaced: false, quoted: false };
        let mut k = i;
        while k > 0 {
            k -= 1;
            match self.chars[k] {
                c if c.is_whitespace() => near.spaced = true,
                '"' | '\'' | '“' | '”' | '‘' | '’' | '*' => near.quoted = true,
                // No mark stands right behind an opening bracket.
                '(' | '（' | '《' | '〈' | '「' | '『' | '【' | '〔' => {
                    near.side = Side::Mark;
                    return near;
                }
                _ => {
                    near.side = self.side(k);
                    return near;
                }
            }
            if i - k > 6 {
                near.side = Side::Other;
                return near;
            }
        }
        near
    }

    /// What stands after index `i`.
    fn right(&self, i: usize) -> Near {
        let mut near = Near { side: Side::Edge, spaced: false, quoted: false };
        for k in i + 1..self.chars.len() {
            match self.chars[k] {
                c if c.is_whitespace() => near.spaced = true,
                '"' | '\'' | '“' | '”' | '‘' | '’' | '*' => near.quoted = true,
                _ => {
                    near.side = self.side(k);
                    return near;
                }
            }
            if k - i > 6 && !near.spaced {
                near.side = Side::Other;
                return near;
            }
        }
        near
    }

    fn side(&self, k: usize) -> Side {
        match self.chars[k] {
            _ if self.shielded[k] => Side::Latin,
            // Brackets are Chinese if they are full-width in the end, whatever they are now.
            '(' | ')' | '（' | '）' => match self.full[k] {
                true => Side::Han,
                false => Side::Latin,
            },
            c if is_break(c) => Side::Mark,
            '.' if k > 0 && is_han(self.chars[k - 1]) => Side::Mark,
            c if is_han(c) || is_chinese_mark(c) => Side::Han,
            c if c.is_ascii_digit() || matches!(c, '%' | '℃' | '°' | '‰' | '％') => Side::Digit,
            c if c.is_alphabetic() => Side::Latin,
            _ => Side::Other,
        }
    }

    fn wants_bracket(&self, open: usize, close: usize) -> bool {
        let inside = &self.chars[open + 1..close];
        // A face, a placeholder.
        if inside.iter().all(|c| c.is_whitespace())
            || matches!(inside[0], '<' | '>')
            || inside.iter().any(|&c| is_foreign_letter(c))
        {
            return false;
        }
        // A link, an escape, a formula.
        let before = self.chars[..open].iter().rev().find(|c| **c != ' ');
        let after = self.chars[close + 1..].iter().find(|c| **c != ' ');
        if open > 0 && matches!(self.chars[open - 1], '_' | '\\' | ']' | '*' | '/' | '+' | '&' | '|')
            || before.is_some_and(|&c| is_operator(c))
            || matches!(self.chars.get(close + 1), Some('*' | '/' | '+' | '&' | '|'))
            || after.is_some_and(|&c| is_operator(c))
        {
            return false;
        }
        let (left, right) = (self.left(open), self.right(close));
        // A file name: 报告(1).doc
        let next = |k: usize| self.chars.get(close + k).copied();
        if next(1) == Some('.') && next(2).is_some_and(|c| c.is_ascii_alphanumeric()) {
            return false;
        }
        let han = inside.iter().filter(|c| is_han(**c)).count();
        if han > 0 {
            let touches = left.is(Side::Han) && !left.quoted || right.is(Side::Han) && !right.quoted;
            let alone = left.is(Side::Edge) && right.is(Side::Edge);
            return self.is_chinese()
                || touches && !is_latin_mostly(inside, 4)
                || alone && !is_latin_mostly(inside, 2);
        }
        // A function, a trade mark, a point, a row of values, a cast: f(x), (R), (1, 2), ('a', 2), (int) x.
        let content: String = inside.iter().filter(|c| !c.is_whitespace()).collect();
        if matches!(content.as_str(), "R" | "r" | "TM" | "tm" | "c" | "C")
            || is_tuple(&content)
            || !content.chars().any(char::is_alphanumeric)
            || content.contains(['[', ']', '{', '}', '&', '|', '^', '\\', '`', '\'', '"'])
                && !content.contains("://")
            || right.is(Side::Latin)
                && !right.quoted
                && content.starts_with(|c: char| c.is_ascii_alphabetic())
        {
            return false;
        }
        match left.side {
            Side::Han => self.is_chinese() || !left.spaced && right.is(Side::Han),
            // An item of a list: (1)…;(2)…
            Side::Edge | Side::Mark => {
                right.is(Side::Han) && !right.spaced && !right.quoted && self.is_chinese()
            }
            _ => false,
        }
    }

    fn wants_comma(&self, i: usize) -> bool {
        let (left, right) = (self.left(i), self.right(i));
        if left.is(Side::Mark) || left.spaced && !self.floats(i, i + 1) || left.quoted && right.quoted {
            return false;
        }
        match (left.side, right.side) {
            (Side::Edge, _) => false,
            (Side::Han, Side::Han) => true,
            (Side::Han, Side::Edge) => !left.quoted && self.han >= 4,
            (Side::Han, _) => self.is_chinese(),
            (_, Side::Han) => self.is_chinese() && !self.is_label(i),
            (Side::Digit, Side::Latin) => {
                !right.spaced && self.han >= 8 && self.han >= 6 * self.words && self.between_clauses(i)
            }
            _ => false,
        }
    }

    fn wants_colon(&self, i: usize) -> bool {
        let (left, right) = (self.left(i), self.right(i));
        let next = self.chars.get(i + 1).copied();
        if left.spaced
            || matches!(next, Some(':' | '：' | '='))
            || i > 0 && matches!(self.chars[i - 1], ':' | '：')
        {
            return false;
        }
        match left.side {
            Side::Han => !left.quoted || right.is(Side::Han) || right.is(Side::Edge),
            // `key:值` is a key unless Chinese led up to it.
            Side::Latin | Side::Digit => {
                right.is(Side::Han)
                    && !right.spaced
                    && self.is_chinese()
                    && self.clause_before(i).any(|k| is_han(self.chars[k]))
            }
            _ => false,
        }
    }

    /// For a run of question and exclamation marks.
    fn wants_call(&self, first: usize, end: usize) -> bool {
        if matches!(self.chars.get(end), Some('=' | '[')) {
            return false;
        }
        let (left, right) = (self.left(first), self.right(end - 1));
        if left.spaced && !self.floats(first, end) {
            return false;
        }
        match left.side {
            Side::Han => !right.is(Side::Latin) || right.spaced || self.is_chinese(),
            Side::Latin | Side::Digit => {
                let yahoo = first >= 5 && self.chars[first - 5..first].iter().copied().eq("Yahoo".chars());
                !yahoo
                    && self.is_chinese()
                    && matches!(right.side, Side::Han | Side::Edge)
                    && self.clause_before(first).any(|k| is_han(self.chars[k]))
            }
            _ => false,
        }
    }

    /// Whether marks stand between single spaces, Chinese before and Chinese or nothing after: `好 , 我们`,
    /// the style of transcripts. Who writes full-width marks too speaks of the mark: `以 , 分隔`.
    fn floats(&self, first: usize, end: usize) -> bool {
        let han = |k: Option<usize>| k.and_then(|k| self.chars.get(k)).is_some_and(|&c| is_han(c));
        first > 0
            && !self.wide
            && self.chars[first - 1] == ' '
            && han(first.checked_sub(2))
            && match self.chars.get(end) {
                None => true,
                Some(' ') => han(Some(end + 1)),
                Some(_) => false,
            }
    }

    /// The indices before `i` back to the last mark.
    fn clause_before(&self, i: usize) -> impl Iterator<Item = usize> {
        (0..i).rev().take_while(|&k| !is_break(self.chars[k]))
    }

    /// Whether there is Chinese both before `i` and after it, up to the next marks.
    fn between_clauses(&self, i: usize) -> bool {
        self.clause_before(i).any(|k| is_han(self.chars[k]))
            && self.chars[i + 1..].iter().take_while(|c| !is_break(**c)).any(|c| is_han(*c))
    }

    /// Whether the comma ends a number that begins the line: `1,这家酒店` is a label and its text.
    fn is_label(&self, i: usize) -> bool {
        i > 0 && self.chars[..i].iter().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | ' '))
    }

    /// Whether the line is a row of data: of short fields, or of as many fields as the rows beside it.
    fn is_row(&self, rows: &Rows<'_>) -> bool {
        self.is_short_row(rows) || self.is_table_row(rows)
    }

    /// Whether the line and those beside it have equally many fields, three at least, one of them without Chinese.
    fn is_table_row(&self, rows: &Rows<'_>) -> bool {
        let Some(row) = Row::of(self.chars.iter().copied()) else { return false };
        row.fields > 2
            && row.bare
            && rows.iter().any(Option::is_some)
            && rows.iter().flatten().all(|r| Row::of(r.chars()).is_some_and(|r| r.fields == row.fields))
    }

    fn is_short_row(&self, rows: &Rows<'_>) -> bool {
        let Some(fields) = fields(&self.chars) else { return false };
        match fields.commas {
            0 => false,
            1 => {
                let like = |row: &Option<&str>| {
                    row.is_some_and(|r| {
                        let chars: Vec<char> = r.chars().take(40).collect();
                        self::fields(&chars).is_some_and(|f| f.commas == 1 && f.longest <= 6)
                    })
                };
                fields.longest <= 6 && (fields.bare || rows.iter().any(like))
            }
            commas => fields.longest <= 12 && fields.length <= 6 * (commas + 1),
        }
    }

    /// ASCII full stops, all of a line or none: only in a line of Chinese sentences that ends with one,
    /// and only if each stands between clauses and not within a foreign name.
    fn decide_stops(&mut self) {
        let end = self.trimmed();
        let is_stop = |i: usize| {
            matches!(self.chars[i], '.' | '。') && i > 0 && !self.shielded[i] && self.ends_clause(i - 1)
        };
        if end < 2 || !is_stop(end - 1) || !self.is_chinese() || self.han < 12 {
            return;
        }
        let before = &self.chars[..end - 1];
        if !before.iter().any(|c| matches!(c, ',' | '，' | '；' | ';' | '：' | ':' | '、')) {
            return;
        }
        let mut stops = vec![end - 1];
        for i in 0..end - 1 {
            if !is_stop(i) {
                continue;
            }
            let mut next = i + 1;
            while self.chars[next].is_whitespace() {
                next += 1;
            }
            let opens = matches!(self.chars[next], '(' | '（' | '“' | '"' | '《' | '「');
            if !is_han(self.chars[next]) && !opens {
                // Beside letters, digits and other stops it may be anything.
                match self.chars[i] {
                    '.' => return,
                    _ => continue,
                }
            }
            if self.chars[i] == '.' && !self.parts_sentences(i) {
                return;
            }
            stops.push(i);
        }
        for i in stops {
            self.full[i] = true;
        }
    }

    /// Whether a clause may end with the character at `k`.
    fn ends_clause(&self, k: usize) -> bool {
        is_han(self.chars[k]) || matches!(self.chars[k], ')' | '）' | '”' | '》' | '」') && k > 0
    }

    /// Whether both sides of the stop at `i` are long enough to be clauses, and not the two parts of a name.
    fn parts_sentences(&self, i: usize) -> bool {
        const CLAUSE: usize = 4;
        let before =
            self.clause_before(i).take_while(|&k| self.chars[k] != '.').filter(|&k| is_han(self.chars[k]));
        let after =
            self.chars[i + 1..].iter().take_while(|c| !is_break(**c) && **c != '.').filter(|c| is_han(**c));
        let name = transcribes(self.chars[i - 1]) && self.chars.get(i + 1).is_some_and(|&c| transcribes(c));
        before.take(CLAUSE).count() == CLAUSE && after.take(CLAUSE).count() == CLAUSE && !name
    }

    /// The length without white space at the end.
    fn trimmed(&self) -> usize {
        self.chars.iter().rposition(|c| !c.is_whitespace()).map_or(0, |i| i + 1)
    }

    /// A full-width mark brings its own space: a single space beside one that was widened goes.
    fn drop_spaces(&mut self) {
        let n = self.chars.len();
        for i in 0..n {
            if !self.full[i] || full_width(self.chars[i]).is_none() {
                continue;
            }
            let single = |k: usize| {
                self.chars[k] == ' '
                    && (k == 0 || self.chars[k - 1] != ' ')
                    && self.chars.get(k + 1).is_some_and(|c| !c.is_whitespace())
            };
            let after = i + 1 < n && single(i + 1);
            let before = i >= 2 && single(i - 1) && !self.chars[i - 2].is_whitespace();
            // Before a dash, a slash and the like the space is theirs.
            let word =
                |k: usize| self.chars.get(k).is_some_and(|&c| c.is_alphanumeric() || is_chinese_mark(c));
            match self.chars[i] {
                '(' => {
                    self.dropped[i + 1] |= after;
                    if before && word(i - 2) && !self.starts_item(i - 1) {
                        self.dropped[i - 1] = true;
                    }
                }
                ')' => {
                    if before {
                        self.dropped[i - 1] = true;
                    }
                    if after && word(i + 2) {
                        self.dropped[i + 1] = true;
                    }
                }
                _ => {
                    if after {
                        self.dropped[i + 1] = true;
                    }
                    // It floated.
                    if before && is_han(self.chars[i - 2]) {
                        self.dropped[i - 1] = true;
                    }
                }
            }
        }
    }

    /// Whether the space at `k` stands after the mark of a list item or heading.
    fn starts_item(&self, k: usize) -> bool {
        self.chars[..k].iter().all(|c| c.is_ascii_digit() || c.is_ascii_punctuation() || c.is_whitespace())
    }
}

/// What a line looks like when commas are taken for separators.
struct Fields {
    commas: usize,
    longest: usize,
    /// Characters in all fields.
    length: usize,
    /// Some field has no Chinese.
    bare: bool,
}

/// What a line looks like as a row of comma-separated values.
struct Row {
    fields: usize,
    /// Some field has something in it, but no Chinese.
    bare: bool,
}

impl Row {
    /// The row, unless spaces behind commas or a mark at the end speak of a sentence. Commas between ASCII quotes part
    /// nothing.
    fn of(line: impl Iterator<Item = char>) -> Option<Self> {
        let mut row = Self { fields: 1, bare: false };
        let (mut quoted, mut han, mut empty, mut last) = (false, false, true, '\0');
        for c in line {
            if c.is_whitespace() && matches!(last, ',' | '，') && !quoted {
                return None;
            }
            match c {
                ',' | '，' if !quoted => {
                    row.fields += 1;
                    row.bare |= !han && !empty;
                    (han, empty) = (false, true);
                }
                _ => {
                    quoted ^= c == '"';
                    han |= is_han(c);
                    empty = false;
                }
            }
            last = c;
        }
        row.bare |= !han && !empty;
        (!quoted && !ends_sentence(last)).then_some(row)
    }
}

/// Marks at the end of sentences.
fn ends_sentence(c: char) -> bool {
    is_call(c) || matches!(c, '。' | '.' | ';' | '；' | ':' | '：' | '…' | '”' | '’' | '」')
}

/// The fields of a line, if nothing in it but commas speaks of sentences.
fn fields(line: &[char]) -> Option<Fields> {
    let mut f = Fields { commas: 0, longest: 0, length: 0, bare: false };
    let (mut field, mut han) = (0, false);
    for (i, &c) in line.iter().enumerate() {
        match c {
            ',' | '，' => {
                if line.get(i + 1) == Some(&' ') {
                    return None;
                }
                f.commas += 1;
                f.longest = f.longest.max(field);
                f.bare |= !han;
                (field, han) = (0, false);
            }
            ';' | ':' | '?' | '!' | '；' | '：' | '？' | '！' | '。' | '、' | '…' | '“' | '”' | '「'
            | '」' | '《' => {
                return None;
            }
            _ => {
                field += 1;
                f.length += 1;
                han |= is_han(c);
            }
        }
    }
    f.longest = f.longest.max(field);
    f.bare |= !han && field > 0;
    Some(f)
}

/// The full-width form of a half-width mark.
fn full_width(c: char) -> Option<char> {
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
fn is_chinese_mark(c: char) -> bool {
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

fn is_call(c: char) -> bool {
    matches!(c, '?' | '!' | '？' | '！')
}

/// Marks that end a clause.
fn is_break(c: char) -> bool {
    matches!(c, ',' | ';' | ':' | '?' | '!' | '，' | '；' | '：' | '？' | '！' | '。' | '、')
}

/// Letters that Chinese text has in drawn faces rather than in words: neither Latin, Greek nor Cyrillic.
fn is_foreign_letter(c: char) -> bool {
    c.is_alphabetic()
        && c > '\u{52F}'
        && !is_han(c)
        && !matches!(c, '\u{1D00}'..='\u{20CF}' | '\u{2100}'..='\u{24FF}' | '\u{FF21}'..='\u{FF5A}')
}

/// Whether the character is one of those that write foreign names.
fn transcribes(c: char) -> bool {
    "翰阿埃艾安奥巴白班邦鲍贝本比彼别宾波伯勃博布查达戴丹德登迪蒂丁东杜顿多恩尔法菲费芬佛弗福夫盖甘冈戈格哥贡古哈海汉赫亨华霍基吉加贾杰金卡凯坎康考柯科克肯库奎拉莱兰朗劳勒雷里利莉连林琳刘卢鲁路伦罗洛马麦曼梅蒙米密明莫姆纳内尼纽努诺欧帕潘佩彭皮普奇恰乔琼琴热日荣茹瑞萨赛桑瑟森沙珊舍圣施史舒朔斯司丝苏索塔泰坦汤特腾提廷图托瓦万威韦维温沃乌武西希席夏肖谢辛休许雅亚延扬耶叶伊英尤约泽扎詹珍芝朱兹佐"
        .contains(c)
}

/// Signs that make a formula of what stands beside them.
fn is_operator(c: char) -> bool {
    matches!(c, '=' | '＝' | '×' | '÷' | '^' | '≤' | '≥' | '≈')
}

/// Foreign prose with a Chinese word in it.
fn is_latin_mostly(inside: &[char], letters_for_each: usize) -> bool {
    let han = inside.iter().filter(|c| is_han(**c)).count();
    let letters = inside.iter().filter(|c| c.is_alphabetic() && !is_han(**c)).count();
    letters > letters_for_each * han
}

/// `1,2` or `x,y`: arguments or coordinates.
fn is_tuple(content: &str) -> bool {
    content.contains(',')
        && content.split(',').all(|part| {
            !part.is_empty()
                && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '*' | '/' | '_'))
                && (part.len() <= 2 || part.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-')))
        })
        // 1,000 is a number.
        && !(content.split(',').skip(1).all(|p| p.len() == 3) && content.chars().all(|c| c.is_ascii_digit() || c == ','))
}
