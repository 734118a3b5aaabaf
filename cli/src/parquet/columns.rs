//! Which columns are text, and which of them were asked for.

use std::borrow::Cow;

use parquet::basic::{ConvertedType, LogicalType, Repetition, Type as Physical};
use parquet::schema::types::{SchemaDescriptor, Type};

use crate::table;

/// A column to work on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    /// Its index among the leaves of the schema.
    pub(super) index: usize,
    /// The names that lead to it, with dots between them.
    pub(super) name: String,
    /// Whether a row may hold several of its values.
    pub(super) is_repeated: bool,
}

/// A leaf of the schema.
struct Leaf {
    path: String,
    /// The same without the names that only lists and maps bring with them: `tags` for `tags.list.element`.
    short: String,
    /// Which of the top-level fields it is in.
    root: usize,
    text: Text,
}

/// Whether a column holds text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Text {
    Yes,
    /// If its user says so: bytes of no said meaning, JSON, the names of an enumeration.
    Perhaps,
    No,
}

/// The columns that were asked for, by their path or that of a group they are in, or the number of a top-level
/// field from 1; all that are text if none were. In their order in the schema.
pub(super) fn choose(schema: &SchemaDescriptor, asked: &[Cow<'_, str>]) -> Result<Vec<Column>, String> {
    let leaves = leaves(schema);
    let mut chosen = vec![asked.is_empty(); leaves.len()];
    for (chosen, leaf) in chosen.iter_mut().zip(&leaves) {
        *chosen &= leaf.text == Text::Yes;
    }
    for called in asked {
        let mut found: Vec<usize> = (0..leaves.len()).filter(|&n| leaves[n].is_called(called)).collect();
        if found.is_empty() {
            let number = called.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
            found = (0..leaves.len()).filter(|&n| Some(leaves[n].root) == number).collect();
        }
        let exact = matches!(found[..], [one] if leaves[one].text == Text::Perhaps);
        let text = |n: &usize| leaves[*n].text == Text::Yes || exact;
        if found.is_empty() {
            let names: Vec<Cow<'_, str>> =
                leaves.iter().filter(|l| l.text == Text::Yes).map(|l| Cow::Borrowed(&*l.short)).collect();
            return Err(format!("no column `{called}` in the schema: {}", table::shown(&names)));
        }
        if !found.iter().any(text) {
            return Err(format!("column `{called}` holds no text"));
        }
        found.iter().filter(|n| text(n)).for_each(|&n| chosen[n] = true);
    }
    let column = |(index, leaf): (usize, Leaf)| Column {
        index,
        name: leaf.path,
        is_repeated: schema.column(index).max_rep_level() > 0,
    };
    Ok(leaves.into_iter().enumerate().filter(|(n, _)| chosen[*n]).map(column).collect())
}

impl Leaf {
    /// Whether this is its path, or that of a group it is in.
    fn is_called(&self, called: &str) -> bool {
        [&self.path, &self.short].into_iter().any(|path| {
            path.strip_prefix(called).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }
}

fn leaves(schema: &SchemaDescriptor) -> Vec<Leaf> {
    let mut leaves = Vec::with_capacity(schema.num_columns());
    for (root, field) in schema.root_schema().get_fields().iter().enumerate() {
        walk(field, root, ("", ""), None, &mut leaves);
    }
    leaves
}

/// What a group is, for the names below it.
#[derive(Clone, Copy)]
enum Wrapper {
    List,
    /// The repeated group of a list, of which this is the only field.
    Element,
    Map,
}

fn walk(field: &Type, root: usize, above: (&str, &str), inside: Option<Wrapper>, leaves: &mut Vec<Leaf>) {
    let join = |above: &str| match above {
        "" => field.name().to_owned(),
        above => format!("{above}.{}", field.name()),
    };
    let path = join(above.0);
    let short = if inside.is_some() { above.1.to_owned() } else { join(above.1) };
    if field.is_primitive() {
        leaves.push(Leaf { path, short, root, text: text(field) });
        return;
    }
    let info = field.get_basic_info();
    let is_list = info.converted_type() == ConvertedType::LIST
        || matches!(info.logical_type_ref(), Some(LogicalType::List));
    let is_map = matches!(info.converted_type(), ConvertedType::MAP | ConvertedType::MAP_KEY_VALUE)
        || matches!(info.logical_type_ref(), Some(LogicalType::Map));
    let is_repeated = info.has_repetition() && info.repetition() == Repetition::REPEATED;
    let below = match inside {
        Some(Wrapper::List) if is_repeated && field.get_fields().len() == 1 => Some(Wrapper::Element),
        Some(Wrapper::Map) => None,
        _ if is_list => Some(Wrapper::List),
        _ if is_map => Some(Wrapper::Map),
        _ => None,
    };
    for child in field.get_fields() {
        walk(child, root, (&path, &short), below, leaves);
    }
}

fn text(leaf: &Type) -> Text {
    if leaf.get_physical_type() != Physical::BYTE_ARRAY {
        return Text::No;
    }
    let info = leaf.get_basic_info();
    match (info.logical_type_ref(), info.converted_type()) {
        (Some(LogicalType::String), _) | (None, ConvertedType::UTF8) => Text::Yes,
        (Some(LogicalType::Json | LogicalType::Enum), _) => Text::Perhaps,
        (None, ConvertedType::NONE | ConvertedType::JSON | ConvertedType::ENUM) => Text::Perhaps,
        _ => Text::No,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use parquet::schema::parser::parse_message_type;

    use super::*;

    fn schema() -> SchemaDescriptor {
        let schema = parse_message_type(
            "message m {
               required int64 id;
               optional binary title (UTF8);
               optional binary raw;
               optional binary data (JSON);
               optional group page {
                 optional binary text (UTF8);
                 optional binary kind (ENUM);
               }
               optional group tags (LIST) { repeated group list { optional binary element (UTF8); } }
               optional group old (LIST) { repeated binary array (UTF8); }
               optional group messages (LIST) { repeated group list { optional group element {
                 optional binary role (UTF8);
                 optional binary content (UTF8);
               } } }
               optional group marks (MAP) { repeated group key_value {
                 required binary key (UTF8);
                 optional binary value (UTF8);
               } }
             }",
        );
        SchemaDescriptor::new(Arc::new(schema.unwrap()))
    }

    fn names(asked: &[&str]) -> Result<Vec<String>, String> {
        let asked: Vec<Cow<'_, str>> = asked.iter().map(|&a| Cow::Borrowed(a)).collect();
        choose(&schema(), &asked).map(|columns| columns.into_iter().map(|c| c.name).collect())
    }

    #[test]
    fn all_strings_are_text_unless_some_are_asked_for() {
        let all = [
            "title",
            "page.text",
            "tags.list.element",
            "old.array",
            "messages.list.element.role",
            "messages.list.element.content",
            "marks.key_value.key",
            "marks.key_value.value",
        ];
        assert_eq!(names(&[]).unwrap(), all);
    }

    #[test]
    fn columns_go_by_their_path_with_or_without_the_names_of_lists() {
        assert_eq!(names(&["page.text"]).unwrap(), ["page.text"]);
        assert_eq!(names(&["tags"]).unwrap(), ["tags.list.element"]);
        assert_eq!(names(&["old"]).unwrap(), ["old.array"]);
        assert_eq!(names(&["messages.content"]).unwrap(), ["messages.list.element.content"]);
        assert_eq!(names(&["messages.list.element.role"]).unwrap(), ["messages.list.element.role"]);
        assert_eq!(names(&["marks.value"]).unwrap(), ["marks.key_value.value"]);
        assert_eq!(names(&["messages", "2"]).unwrap().len(), 3);
    }

    /// A whole group stands for the text in it; what may be anything has to be named itself.
    #[test]
    fn bytes_json_and_enumerations_are_text_if_they_are_named() {
        assert_eq!(names(&["page"]).unwrap(), ["page.text"]);
        assert_eq!(names(&["raw", "data", "page.kind"]).unwrap(), ["raw", "data", "page.kind"]);
    }

    #[test]
    fn what_is_not_there_or_no_text_is_an_error() {
        assert_eq!(names(&["id"]).unwrap_err(), "column `id` holds no text");
        assert!(
            names(&["titles"])
                .unwrap_err()
                .starts_with("no column `titles` in the schema: title, page.text, tags,")
        );
        assert!(names(&["0"]).is_err());
    }
}
