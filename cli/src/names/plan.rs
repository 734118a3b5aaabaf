//! Which names become which, where that is possible.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

use super::reading::{Reader, Reading};
use crate::atomic;
use crate::exit::Log;

/// Longest name that file systems have, in bytes.
const LONGEST: usize = 255;

/// A name that is to change.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Rename {
    pub(crate) from: PathBuf,
    /// The new name, in the same folder.
    pub(crate) to: String,
}

/// What to rename, in the order of the paths. What can't be renamed is told.
pub(crate) fn renames(paths: &[PathBuf], reader: &Reader, log: &Log) -> Vec<Rename> {
    // `.` and `/` have no name of their own.
    let named = || paths.iter().filter_map(|path| Some((path, path.file_name()?)));
    let names: Vec<&[u8]> = named().map(|(_, name)| name.as_encoded_bytes()).collect();
    let mut renames = Vec::new();
    for ((path, _), reading) in named().zip(reader.read(&names, |_| false)) {
        let left = |why: &str| log.fault(format_args!("{}: {why}; left as it is", path.display()));
        match reading {
            Reading::Same => {}
            Reading::Left(why) => left(why),
            Reading::New(to) => match fault(&to) {
                Some(why) => left(why),
                None => renames.push(Rename { from: path.clone(), to }),
            },
        }
    }
    without_collisions(renames, log)
}

/// Why this can't be a name.
fn fault(name: &str) -> Option<&'static str> {
    match name {
        "" | "." | ".." => Some("its new name would be none"),
        _ if name.chars().any(|c| c == '\0' || std::path::is_separator(c)) => {
            Some("its new name would hold a separator")
        }
        _ if name.len() > LONGEST => Some("its new name would be longer than 255 bytes"),
        _ => None,
    }
}

/// Leaves out what would take a name that something else has or gets.
fn without_collisions(renames: Vec<Rename>, log: &Log) -> Vec<Rename> {
    let target = |rename: &Rename| atomic::folder_of(&rename.from).join(&rename.to);
    let mut takers: HashMap<PathBuf, usize> = HashMap::new();
    for rename in &renames {
        *takers.entry(target(rename)).or_default() += 1;
    }
    let is_free = |rename: &Rename| {
        let target = target(rename);
        let why = if fs::symlink_metadata(&target).is_ok() {
            format!("{} exists already", rename.to)
        } else if takers[&target] > 1 {
            format!("{} would be the name of another one, too", rename.to)
        } else {
            return true;
        };
        log.fault(format_args!("{}: {why}; left as it is", rename.from.display()));
        false
    };
    renames.into_iter().filter(is_free).collect()
}
