//! Java's property files: what stands in them as `\u7528` is written so again.
//!
//! Many programs read them as Latin-1, in which nothing else is a Chinese character.

use qingwen::edit::Edit;

use crate::json;

/// What the first layer of a repair is called that read such escapes.
const LAYER: &str = "backslash, ";

/// Spells the new text of each repair that read escapes in escapes, and moves what comes behind.
pub(crate) fn keep_escapes(edits: &mut [Edit]) {
    let mut longer = 0;
    for edit in edits {
        let start = edit.after.start + longer;
        if edit.cause.starts_with(LAYER) && !edit.new.is_ascii() {
            let capital =
                edit.old.split("\\u").any(|rest| rest.bytes().take(4).any(|b| b.is_ascii_uppercase()));
            let spelled = json::in_ascii(&edit.new, capital);
            for restored in &mut edit.restored {
                restored.at = json::in_ascii(&edit.new[..restored.at], capital).len();
            }
            longer += spelled.len() - edit.new.len();
            edit.new = spelled;
        }
        edit.after = start..start + edit.new.len();
    }
}
