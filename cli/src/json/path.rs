//! The way to a value, as the user names it.

/// What stands for every item of an array.
const EACH: &str = "*";

/// The way to a value: a JSON pointer (RFC 6901) in which `*` is every item of an array, the same with dots as
/// `messages[].content`, or the plain name of a top-level field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Path {
    spelled: String,
    tokens: Vec<String>,
    /// A plain name that is meant at any depth.
    is_anywhere: bool,
}

impl Path {
    /// A leading slash makes a pointer, `[]` a way with dots; anything else is a name, taken literally.
    pub(crate) fn parse(spelled: &str) -> Result<Self, String> {
        let tokens = match spelled.strip_prefix('/') {
            Some(rest) => rest.split('/').map(pointer_token).collect::<Result<_, _>>()?,
            None if spelled.contains("[]") => dotted(spelled)?,
            None => return Ok(Self::of_name(spelled)),
        };
        Ok(Self { spelled: spelled.to_owned(), tokens, is_anywhere: false })
    }

    /// A top-level field, whatever its name looks like.
    pub(crate) fn of_name(name: &str) -> Self {
        Self { spelled: name.to_owned(), tokens: vec![name.to_owned()], is_anywhere: false }
    }

    /// The same path, but a plain name is that of a field at any depth.
    pub(crate) fn anywhere(&self) -> Self {
        Self { is_anywhere: self.is_plain(), ..self.clone() }
    }

    /// What leads to every string.
    pub(super) fn any_string() -> Self {
        Self { spelled: String::new(), tokens: Vec::new(), is_anywhere: true }
    }

    /// The path as the user wrote it.
    pub(crate) fn as_str(&self) -> &str {
        &self.spelled
    }

    /// What may have been meant by a plain name that no field has.
    pub(crate) fn perhaps(&self) -> Option<String> {
        let may_be_nested = self.is_plain() && self.spelled.contains(['.', '/']);
        may_be_nested.then(|| format!("/{}", self.spelled.replace('.', "/")))
    }

    pub(super) fn tokens(&self) -> &[String] {
        &self.tokens
    }

    pub(super) fn is_anywhere(&self) -> bool {
        self.is_anywhere
    }

    /// Whether there may be several such values in a text.
    pub(super) fn leads_to_many(&self) -> bool {
        self.tokens.iter().any(|token| token == EACH) && !self.is_plain()
    }

    /// Whether of an array this deep every item is wanted.
    pub(super) fn wants_each(&self, depth: usize) -> bool {
        !self.is_plain() && self.tokens.get(depth).is_some_and(|token| token == EACH)
    }

    fn is_plain(&self) -> bool {
        !self.spelled.starts_with('/') && !self.spelled.contains("[]")
    }
}

/// Whether a token of a path means the item of this number, from 0.
pub(super) fn is_item(token: &str, index: usize) -> bool {
    let is_number =
        || token.parse() == Ok(index) && (index == 0 || !token.starts_with('0')) && !token.starts_with('+');
    token == EACH || is_number()
}

fn pointer_token(token: &str) -> Result<String, String> {
    let mut out = String::with_capacity(token.len());
    let mut chars = token.chars();
    while let Some(c) = chars.next() {
        out.push(match c {
            '~' => match chars.next() {
                Some('0') => '~',
                Some('1') => '/',
                _ => return Err("in a JSON pointer, `~` is written `~0` and `/` is written `~1`".to_owned()),
            },
            c => c,
        });
    }
    Ok(out)
}

/// The tokens of `a.b[].c`.
fn dotted(spelled: &str) -> Result<Vec<String>, String> {
    let mut tokens = Vec::new();
    for (n, part) in spelled.split('.').enumerate() {
        let name = part.trim_end_matches("[]");
        let arrays = (part.len() - name.len()) / 2;
        if name.contains("[]") || name.is_empty() && (n > 0 || arrays == 0) {
            return Err("`[]` stands behind a name, as in `messages[].content`".to_owned());
        }
        tokens.extend((!name.is_empty()).then(|| name.to_owned()));
        tokens.extend(std::iter::repeat_n(EACH.to_owned(), arrays));
    }
    Ok(tokens)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(spelled: &str) -> Vec<String> {
        Path::parse(spelled).unwrap().tokens
    }

    #[test]
    fn brackets_are_every_item() {
        assert_eq!(tokens("a.b[].c"), ["a", "b", "*", "c"]);
        assert_eq!(tokens("a[][]"), ["a", "*", "*"]);
        assert_eq!(tokens("[].a"), ["*", "a"]);
        assert_eq!(tokens("a.b"), ["a.b"]);
        assert_eq!(tokens("/a[]/b"), ["a[]", "b"]);
        for wrong in ["a[]b", "a..b[]", "a[].[]", "a[]."] {
            assert!(Path::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_name_that_may_be_a_way_is_told_as_one() {
        let perhaps = |spelled: &str| Path::parse(spelled).unwrap().perhaps();
        assert_eq!(perhaps("a.b.c").as_deref(), Some("/a/b/c"));
        assert_eq!(perhaps("a"), None);
        assert_eq!(perhaps("/a.b"), None);
    }
}
