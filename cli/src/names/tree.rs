//! What has a name: the arguments, and everything in folders.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::exit::Log;
use crate::walk;

/// The paths of all that is named or lies in a folder that is, children before their folder. Symbolic links are
/// not followed. What can't be read is told.
pub(crate) fn collect(arguments: &[PathBuf], log: &Log) -> Vec<PathBuf> {
    let (mut found, mut seen) = (Vec::new(), HashSet::new());
    for argument in arguments {
        let mut stack = vec![(argument.clone(), false)];
        while let Some((path, is_done)) = stack.pop() {
            if is_done {
                found.push(path);
                continue;
            }
            if !seen.insert(path.clone()) {
                continue;
            }
            let is_folder = match fs::symlink_metadata(&path) {
                Ok(metadata) => metadata.is_dir(),
                Err(e) => {
                    log.fault(format_args!("{}: {e}", path.display()));
                    continue;
                }
            };
            stack.push((path.clone(), true));
            if is_folder {
                children(&path, log, &mut stack);
            }
        }
    }
    found
}

/// Puts a folder's entries on the stack, so that the first by name is on top.
fn children(folder: &Path, log: &Log, stack: &mut Vec<(PathBuf, bool)>) {
    let told = |e: std::io::Error| log.fault(format_args!("{}: {e}", folder.display()));
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) => return told(e),
    };
    let start = stack.len();
    for entry in entries {
        match entry {
            Ok(entry) if walk::is_of_version_control(&entry.file_name()) => {}
            Ok(entry) => stack.push((entry.path(), false)),
            Err(e) => told(e),
        }
    }
    stack[start..].sort_by(|a, b| b.cmp(a));
}
