//! Zip archives, read and changed without touching what stays: headers in `directory`, packed texts in `members`.

pub(crate) mod directory;
pub(crate) mod members;
