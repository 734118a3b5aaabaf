//! Renames that never overwrite, and how they are written down.

use std::fs;
use std::io;
use std::path::Path;

use crate::atomic;
use crate::exit::Error;
use crate::journal;

/// Gives a path a new name in its folder, once the journal tells how to undo that.
pub(crate) fn apply(from: &Path, to: &str, journal: Option<&mut journal::Writer>) -> Result<(), Error> {
    let failed = |e: io::Error| Error::file(&from.display().to_string(), e);
    // As it is now: its folder gets its own new name later.
    let folder = fs::canonicalize(atomic::folder_of(from)).map_err(failed)?;
    let from = folder.join(from.file_name().unwrap_or_default());
    let to = folder.join(to);
    if let Some(journal) = journal {
        journal.renamed(&from, &to)?;
    }
    rename(&from, &to).map_err(failed)?;
    atomic::sync_folder(&folder);
    Ok(())
}

/// Renames, unless something has the new name.
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    match at_once(from, to) {
        Some(done) => done,
        None => in_two_steps(from, to),
    }
}

/// The system's own way, where it has one.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn at_once(from: &Path, to: &Path) -> Option<io::Result<()>> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // Not every file system can do it.
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => None,
        done => Some(done.map_err(io::Error::from)),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn at_once(_: &Path, _: &Path) -> Option<io::Result<()>> {
    None
}

/// A second name is never given to what has it already; folders, which can't have two, are looked for first.
fn in_two_steps(from: &Path, to: &Path) -> io::Result<()> {
    if !fs::symlink_metadata(from)?.is_dir() && fs::hard_link(from, to).is_ok() {
        return fs::remove_file(from);
    }
    match fs::symlink_metadata(to) {
        Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(from, to),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_overwritten_in_either_way() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for way in [rename, in_two_steps] {
            for name in ["a", "b"] {
                fs::write(path(name), name).unwrap();
                fs::create_dir_all(path(&format!("{name}.d"))).unwrap();
            }
            assert_eq!(way(&path("a"), &path("b")).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
            assert_eq!(way(&path("a.d"), &path("b.d")).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
            assert_eq!(fs::read(path("b")).unwrap(), b"b");
            way(&path("a"), &path("c")).unwrap();
            way(&path("a.d"), &path("c.d")).unwrap();
            assert_eq!(fs::read(path("c")).unwrap(), b"a");
            assert!(!path("a").exists() && !path("a.d").exists() && path("c.d").is_dir());
            fs::remove_file(path("c")).unwrap();
            fs::remove_dir(path("c.d")).unwrap();
        }
    }
}
