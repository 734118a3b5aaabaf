//! One line of JSON: where the wanted strings stand in it, what they say, and how to spell others in
//! their place.
//!
//! A parser that builds values would lose what a record looks like: spacing, number spelling, the order
//! of keys, keys that occur twice. So the scanner validates the line by the grammar of RFC 8259 and only
//! notes byte ranges. It uses a stack of its own, never the call stack, and memory for [`MAX_DEPTH`]
//! levels at most.

mod path;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use memchr::memchr2;

pub(crate) use path::Path;

/// Arrays and objects inside each other are read to this depth.
pub(crate) const MAX_DEPTH: usize = 128;

/// The line is not JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Malformed {
    /// Byte offset in the line.
    pub(crate) at: usize,
    pub(crate) what: &'static str,
}

/// A value that a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// Index of the path.
    pub(crate) path: usize,
    pub(crate) kind: Kind,
    /// Byte range of the value in the line; for strings, between the quotes.
    pub(crate) span: Range<usize>,
}

/// What kind of value it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    String,
    Null,
    Bool,
    Number,
    Array,
    Object,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::String => "a string",
            Kind::Null => "null",
            Kind::Bool => "a boolean",
            Kind::Number => "a number",
            Kind::Array => "an array",
            Kind::Object => "an object",
        })
    }
}

/// Validates the whole line and finds the values the paths lead to, in the order of the line; with each that is one of
/// many its pointer. A key that occurs twice gives a target each time: readers differ on which one counts.
pub(crate) fn scan(line: &str, paths: &[Path]) -> Result<Vec<(Target, Option<String>)>, Malformed> {
    let mut targets = Vec::new();
    let mut found = |target: Target, trail: &[Token]| {
        let pointer = paths[target.path].leads_to_many().then(|| pointer(line, trail));
        targets.push((target, pointer));
    };
    Scanner { line, at: 0, paths, matched: vec![0; paths.len()], trail: Vec::new(), found: &mut found }
        .document()?;
    Ok(targets)
}

/// Validates a whole text and hands each value that a path leads to, or each string if there are no paths, to
/// `found` with the way to it.
pub(crate) fn visit(
    text: &str,
    paths: &[Path],
    mut found: impl FnMut(Target, &[Token]),
) -> Result<(), Malformed> {
    let anything = [Path::any_string()];
    let paths = if paths.is_empty() { &anything } else { paths };
    Scanner { line: text, at: 0, paths, matched: vec![0; paths.len()], trail: Vec::new(), found: &mut found }
        .document()
}

/// One step of the way to a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    /// Byte range of a key, between the quotes.
    Key(Range<usize>),
    Index(usize),
}

/// The JSON pointer that leads along a trail.
pub(crate) fn pointer(text: &str, trail: &[Token]) -> String {
    let mut out = String::new();
    for token in trail {
        out.push('/');
        match token {
            Token::Index(index) => out.push_str(&index.to_string()),
            Token::Key(span) => {
                let raw = &text[span.clone()];
                let key = decode(raw).unwrap_or(Cow::Borrowed(raw));
                out.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
        }
    }
    out
}

/// What is told where a path leads to nothing.
pub(crate) fn missing(path: &Path) -> String {
    let spelled = path.as_str();
    match path.perhaps() {
        Some(pointer) => {
            format!("no field `{spelled}`; what is inside others is named with slashes: `{pointer}`")
        }
        None => format!("no field `{spelled}`"),
    }
}

struct Scanner<'a> {
    line: &'a str,
    at: usize,
    paths: &'a [Path],
    /// For each path, how many of its tokens lead to the value being read.
    matched: Vec<usize>,
    /// The way to the value being read.
    trail: Vec<Token>,
    found: &'a mut dyn FnMut(Target, &[Token]),
}

/// An array or object that is being read.
enum Open {
    Array { next: usize },
    Object,
}

impl Scanner<'_> {
    fn document(&mut self) -> Result<(), Malformed> {
        let mut open: Vec<Open> = Vec::new();
        loop {
            // A value starts here.
            self.space();
            let start = self.at;
            let (kind, span) = match self.peek() {
                Some(b'{') => {
                    self.note(open.len(), Kind::Object, start..start);
                    self.enter(&mut open, Open::Object)?;
                    if !self.take(b'}') {
                        self.key(open.len())?;
                        continue;
                    }
                    open.pop();
                    (Kind::Object, None)
                }
                Some(b'[') => {
                    self.note(open.len(), Kind::Array, start..start);
                    self.enter(&mut open, Open::Array { next: 1 })?;
                    if !self.take(b']') {
                        self.index(open.len(), 0);
                        continue;
                    }
                    open.pop();
                    self.note_empty(open.len(), start..start);
                    (Kind::Array, None)
                }
                Some(b'"') => (Kind::String, Some(self.string()?)),
                Some(b't') => (Kind::Bool, Some(self.word("true")?)),
                Some(b'f') => (Kind::Bool, Some(self.word("false")?)),
                Some(b'n') => (Kind::Null, Some(self.word("null")?)),
                Some(b'-' | b'0'..=b'9') => (Kind::Number, Some(self.number()?)),
                Some(_) => return Err(self.malformed("expected a value")),
                None => return Err(self.malformed("the record ends where a value is expected")),
            };
            if let Some(span) = span {
                self.note(open.len(), kind, span);
            }
            // A value has ended: close what ends with it, then go on to the next one.
            loop {
                self.space();
                let depth = open.len();
                match open.last_mut() {
                    None if self.at == self.line.len() => return Ok(()),
                    None => return Err(self.malformed("text after the end of the record")),
                    Some(Open::Array { next }) => {
                        let index = *next;
                        *next += 1;
                        if self.take(b',') {
                            self.index(depth, index);
                            break;
                        }
                        if !self.take(b']') {
                            return Err(self.malformed("expected `,` or `]`"));
                        }
                    }
                    Some(Open::Object) => {
                        if self.take(b',') {
                            self.space();
                            self.key(depth)?;
                            break;
                        }
                        if !self.take(b'}') {
                            return Err(self.malformed("expected `,` or `}`"));
                        }
                    }
                }
                open.pop();
            }
        }
    }

    fn enter(&mut self, open: &mut Vec<Open>, container: Open) -> Result<(), Malformed> {
        if open.len() == MAX_DEPTH {
            return Err(self.malformed("nested too deeply"));
        }
        open.push(container);
        self.at += 1;
        self.space();
        Ok(())
    }

    /// Reads a key and its colon, `depth` levels inside.
    fn key(&mut self, depth: usize) -> Result<(), Malformed> {
        if self.peek() != Some(b'"') {
            return Err(self.malformed("expected a key in double quotes"));
        }
        let span = self.string()?;
        self.space();
        if !self.take(b':') {
            return Err(self.malformed("expected `:`"));
        }
        let raw = &self.line[span.clone()];
        self.trail.truncate(depth - 1);
        self.trail.push(Token::Key(span));
        self.step(depth, true, |token| {
            if raw.contains('\\') { decode(raw).as_deref() == Ok(token) } else { raw == token }
        });
        Ok(())
    }

    fn index(&mut self, depth: usize, index: usize) {
        self.trail.truncate(depth - 1);
        self.trail.push(Token::Index(index));
        self.step(depth, false, |token| path::is_item(token, index));
    }

    /// Takes every path that led to the container one token further if `is` says so.
    fn step(&mut self, depth: usize, by_key: bool, is: impl Fn(&str) -> bool) {
        for (path, matched) in self.paths.iter().zip(&mut self.matched) {
            // What matched deeper belonged to an earlier sibling.
            *matched = (*matched).min(depth - 1);
            if path.is_anywhere() {
                let is_it = by_key && path.tokens().first().is_some_and(|t| is(t));
                *matched = if is_it { depth } else { *matched };
            } else if *matched == depth - 1 && path.tokens().get(depth - 1).is_some_and(|t| is(t)) {
                *matched = depth;
            }
        }
    }

    fn note(&mut self, depth: usize, kind: Kind, span: Range<usize>) {
        for (index, path) in self.paths.iter().enumerate() {
            let leads = match path.tokens() {
                [] if path.is_anywhere() => kind == Kind::String,
                [_] if path.is_anywhere() => self.matched[index] == depth && depth > 0,
                tokens => tokens.len() == depth && self.matched[index] == depth,
            };
            if leads {
                (self.found)(Target { path: index, kind, span: span.clone() }, &self.trail[..depth]);
            }
        }
    }

    /// Where every item of an array is wanted and it has none, that is what is found: nothing.
    fn note_empty(&mut self, depth: usize, span: Range<usize>) {
        for (index, path) in self.paths.iter().enumerate() {
            if self.matched[index] == depth && path.wants_each(depth) {
                let target = Target { path: index, kind: Kind::Null, span: span.clone() };
                (self.found)(target, &self.trail[..depth]);
            }
        }
    }

    /// Reads a string; the range is between the quotes.
    fn string(&mut self) -> Result<Range<usize>, Malformed> {
        self.at += 1;
        let start = self.at;
        let bytes = self.line.as_bytes();
        loop {
            let plain = &bytes[self.at..];
            let plain = &plain[..memchr2(b'"', b'\\', plain).unwrap_or(plain.len())];
            // The least of them is found many bytes at a time, the first that is too small is not.
            if plain.iter().copied().min().is_some_and(|least| least < 0x20) {
                self.at += plain.iter().take_while(|&&b| b >= 0x20).count();
                return Err(self.malformed("a control character in a string must be escaped"));
            }
            self.at += plain.len();
            match bytes.get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(start..self.at - 1);
                }
                Some(b'\\') => {
                    let length = match bytes.get(self.at + 1) {
                        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
                        Some(b'u')
                            if bytes
                                .get(self.at + 2..self.at + 6)
                                .is_some_and(|h| h.iter().all(u8::is_ascii_hexdigit)) =>
                        {
                            6
                        }
                        _ => return Err(self.malformed("not a JSON escape")),
                    };
                    self.at += length;
                }
                _ => return Err(self.malformed("the record ends inside a string")),
            }
        }
    }

    fn word(&mut self, word: &str) -> Result<Range<usize>, Malformed> {
        let start = self.at;
        if !self.line[start..].starts_with(word) {
            return Err(self.malformed("expected a value"));
        }
        self.at += word.len();
        Ok(start..self.at)
    }

    fn number(&mut self) -> Result<Range<usize>, Malformed> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _ = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        Ok(start..self.at)
    }

    fn digits(&mut self) -> Result<(), Malformed> {
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { Err(self.malformed("expected a digit")) } else { Ok(()) }
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn peek(&self) -> Option<u8> {
        self.line.as_bytes().get(self.at).copied()
    }

    fn malformed(&self, what: &'static str) -> Malformed {
        Malformed { at: self.at, what }
    }
}

/// The string holds half of a surrogate pair, which is no character: it has no form as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LoneSurrogate {
    /// Byte offset of the escape between the quotes.
    pub(crate) at: usize,
}

/// What a string says, from what stands between its quotes (as [`scan`] found it).
pub(crate) fn decode(raw: &str) -> Result<Cow<'_, str>, LoneSurrogate> {
    if !raw.contains('\\') {
        return Ok(Cow::Borrowed(raw));
    }
    let mut out = String::with_capacity(raw.len());
    for piece in pieces(raw) {
        out.push(piece?.character);
    }
    Ok(Cow::Owned(out))
}

/// A character of a string and how it is spelled.
struct Piece<'a> {
    character: char,
    spelling: &'a str,
}

fn pieces(raw: &str) -> impl Iterator<Item = Result<Piece<'_>, LoneSurrogate>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = &raw[at..];
        let first = rest.chars().next()?;
        let (character, length) = match (first, rest.as_bytes().get(1)) {
            ('\\', Some(b'u')) => match escaped(rest) {
                Some(pair) => pair,
                None => {
                    let fault = LoneSurrogate { at };
                    at = raw.len();
                    return Some(Err(fault));
                }
            },
            ('\\', Some(&b)) => {
                let c = match b {
                    b'b' => '\u{8}',
                    b'f' => '\u{C}',
                    b'n' => '\n',
                    b'r' => '\r',
                    b't' => '\t',
                    other => char::from(other),
                };
                (c, 2)
            }
            (c, _) => (c, c.len_utf8()),
        };
        at += length;
        Some(Ok(Piece { character, spelling: &rest[..length] }))
    })
}

/// The character of `\uXXXX` or of a pair of them, and the length of its spelling.
fn escaped(rest: &str) -> Option<(char, usize)> {
    let unit = |at: usize| -> Option<u32> {
        let hex = rest.get(at..)?.strip_prefix("\\u")?.get(..4)?;
        u32::from_str_radix(hex, 16).ok()
    };
    let high = unit(0)?;
    if let Some(c) = char::from_u32(high) {
        return Some((c, 6));
    }
    let low = unit(6)?;
    match (high, low) {
        (0xD800..=0xDBFF, 0xDC00..=0xDFFF) => {
            char::from_u32(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)).map(|c| (c, 12))
        }
        _ => None,
    }
}

/// Spells `text` the way `raw`, the string it replaces, was spelled.
///
/// A character that `raw` escapes somewhere is escaped again, in the same letters. Other characters
/// outside ASCII stay as they are, unless `raw` escapes all of its own.
pub(crate) fn encode(text: &str, raw: &str) -> String {
    let mut plain = false;
    let mut escaped: BTreeSet<char> = BTreeSet::new();
    let mut slash = false;
    let mut capital = false;
    let mut small = false;
    for piece in pieces(raw).flatten() {
        let c = piece.character;
        match piece.spelling.as_bytes() {
            [b'\\', b'u', hex @ ..] => {
                escaped.insert(c);
                capital |= hex.iter().any(u8::is_ascii_uppercase);
                small |= hex.iter().any(|b| matches!(b, b'a'..=b'f'));
            }
            [b'\\', b'/'] => slash = true,
            _ => plain |= !c.is_ascii(),
        }
    }
    let ascii_only = !plain && escaped.iter().any(|c| !c.is_ascii());
    let capital = capital && !small;

    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        if escaped.contains(&c) || (ascii_only && !c.is_ascii()) {
            push_escape(&mut out, c, capital);
            continue;
        }
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '/' if slash => out.push_str("\\/"),
            '\u{8}' => out.push_str("\\b"),
            '\u{C}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..'\u{20}' => push_escape(&mut out, c, capital),
            c => out.push(c),
        }
    }
    out
}

/// The text with escapes for all that is no ASCII, their letters as `capital` says.
pub(crate) fn in_ascii(text: &str, capital: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            push_escape(&mut out, c, capital);
        }
    }
    out
}

fn push_escape(out: &mut String, c: char, capital: bool) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        out.push_str(&if capital { format!("\\u{unit:04X}") } else { format!("\\u{unit:04x}") });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde::de::IgnoredAny;
    use serde_json::Value;

    fn paths(spelled: &[&str]) -> Vec<Path> {
        spelled.iter().map(|s| Path::parse(s).unwrap()).collect()
    }

    fn spans<'a>(line: &'a str, spelled: &[&str]) -> Vec<&'a str> {
        scan(line, &paths(spelled)).unwrap().into_iter().map(|(t, _)| &line[t.span]).collect()
    }

    #[test]
    fn a_plain_name_means_a_top_level_field_only() {
        assert_eq!(spans(r#"{"a":{"t":"no"},"t" : "yes","b":[{"t":"no"}]}"#, &["t"]), ["yes"]);
        assert_eq!(spans(r#"{"/t":"slash","t":"plain"}"#, &["/~1t"]), ["slash"]);
        assert_eq!(spans(r#"{"a.b":"literal"}"#, &["a.b"]), ["literal"]);
    }

    #[test]
    fn a_pointer_leads_through_objects_and_arrays() {
        let line = r#"{"m":[{"c":"0"},{"c":"1"},{"c":"2","d":[[],["x"]]}]}"#;
        assert_eq!(spans(line, &["/m/1/c"]), ["1"]);
        assert_eq!(spans(line, &["/m/2/d/1/0", "/m/0/c"]), ["0", "x"]);
        assert_eq!(spans(line, &["/m/01/c", "/m/+1/c", "/m/-/c"]), Vec::<&str>::new());
    }

    #[test]
    fn keys_are_compared_as_text_not_as_spelling() {
        assert_eq!(spans(r#"{"\u0074ext":"v"}"#, &["text"]), ["v"]);
        assert_eq!(spans(r#"{"\ud800":"v"}"#, &["text"]), Vec::<&str>::new());
    }

    #[test]
    fn a_key_that_occurs_twice_is_found_twice() {
        assert_eq!(spans(r#"{"t":"a","t":"b"}"#, &["t"]), ["a", "b"]);
    }

    #[test]
    fn depth_is_bounded_and_costs_no_call_stack() {
        let nest = |n: usize| "[".repeat(n) + &"]".repeat(n);
        assert!(scan(&nest(MAX_DEPTH), &[]).is_ok());
        assert_eq!(scan(&nest(MAX_DEPTH + 1), &[]).unwrap_err().what, "nested too deeply");
        assert!(scan(&"[".repeat(1_000_000), &[]).is_err());
    }

    #[test]
    fn faults_say_where() {
        for (line, at) in [
            ("", 0),
            ("{", 1),
            (r#"{"a" 1}"#, 5),
            (r#"{"a":1,}"#, 7),
            ("[1 2]", 3),
            ("01", 1),
            (r#""\x""#, 1),
            ("\"\t\"", 1),
            ("{} x", 3),
        ] {
            assert_eq!(scan(line, &[]).unwrap_err().at, at, "{line:?}");
        }
    }

    #[test]
    fn spelling_follows_the_string_that_is_replaced() {
        // As raw as it was, even with one escape that Go or JavaScript always writes.
        assert_eq!(encode("中\u{2028}<", r"文\u2028\u003c"), "中\\u2028\\u003c");
        // All escapes, as Python writes by default; in the letters that were used.
        assert_eq!(encode("中😀a", r"\u6587b"), r"\u4e2d\ud83d\ude00a");
        assert_eq!(encode("中", r"\u4E2E"), r"\u4E2D");
        // Nothing to follow: plain.
        assert_eq!(encode("中\u{1}\"\\/", "abc"), "中\\u0001\\\"\\\\/");
        // As PHP writes.
        assert_eq!(encode("a/b", r"a\/c"), r"a\/b");
    }

    #[test]
    fn half_a_surrogate_pair_is_no_text() {
        assert_eq!(decode(r"ab\ud800c"), Err(LoneSurrogate { at: 2 }));
        assert_eq!(decode(r"\udc00\ud800"), Err(LoneSurrogate { at: 0 }));
        assert_eq!(decode(r"\ud800\u0041"), Err(LoneSurrogate { at: 0 }));
        assert_eq!(decode(r"\ud83d\ude00").unwrap(), "😀");
    }

    /// Any JSON value, three levels deep.
    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "\\PC{0,6}|[\\x00-\\x7F]{0,4}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec(("[ab/~\"\u{4e2d}]{0,2}", inner), 0..4)
                    .prop_map(|m| Value::Object(m.into_iter().collect())),
            ]
        })
    }

    /// Every pointer of a value that leads to a string.
    fn strings(value: &Value, at: &str, out: &mut Vec<(String, String)>) {
        match value {
            Value::String(s) => out.push((at.to_owned(), s.clone())),
            Value::Array(a) => a.iter().enumerate().for_each(|(i, v)| strings(v, &format!("{at}/{i}"), out)),
            Value::Object(o) => o.iter().for_each(|(k, v)| {
                strings(v, &format!("{at}/{}", k.replace('~', "~0").replace('/', "~1")), out)
            }),
            _ => {}
        }
    }

    proptest! {
        /// The scanner accepts exactly what serde_json accepts, on text made of JSON's own pieces.
        #[test]
        fn accepts_what_serde_json_accepts(
            line in r#"([\[\]{}:,]|"a"|"\\u[dD]8[0-9a]{2}"|"\\[nux/]"|-|0|1|\.|e|\+|true|nul|null| |\t|"|中){0,9}"#,
        ) {
            let theirs = serde_json::from_str::<IgnoredAny>(&line).is_ok();
            prop_assert_eq!(scan(&line, &[]).is_ok(), theirs, "{}", line);
        }

        /// Whatever serde_json writes, every string in it is found by its pointer and read the same.
        #[test]
        fn finds_every_string_by_its_pointer(value in value(), pretty: bool) {
            let line = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
            let mut expected = Vec::new();
            strings(&value, "", &mut expected);
            for (pointer, text) in expected.into_iter().filter(|(p, _)| !p.is_empty()) {
                let found = scan(&line, &paths(&[&pointer])).unwrap();
                prop_assert_eq!(found.len(), 1);
                prop_assert_eq!(decode(&line[found[0].0.span.clone()]).unwrap(), text);
            }
        }

        /// Whatever is spelled in place of whatever string, serde_json reads it back.
        #[test]
        fn spells_so_that_serde_json_reads_it_back(text in any::<String>(), raw in any::<String>(), ascii: bool) {
            let mut raw = serde_json::to_string(&raw).unwrap();
            if ascii {
                raw = raw.chars().map(|c| if c.is_ascii() { c.to_string() } else { let mut s = String::new(); push_escape(&mut s, c, true); s }).collect();
            }
            let spelled = encode(&text, &raw[1..raw.len() - 1]);
            prop_assert_eq!(serde_json::from_str::<String>(&format!("\"{spelled}\"")).unwrap(), text);
        }

        /// No text at all makes the scanner panic.
        #[test]
        fn survives_any_text(line in any::<String>()) {
            let _ = scan(&line, &paths(&["a", "/b/0"]));
        }
    }
}
