//! The old version of a file, kept beside the new one.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::atomic;

/// The suffix where none is named.
pub(crate) const SUFFIX: &str = ".orig";

/// Checks a suffix.
pub(crate) fn suffix(text: &str) -> Result<String, &'static str> {
    match text {
        "" => Err("a suffix has at least one character"),
        _ if text.chars().any(std::path::is_separator) => Err("a suffix holds no separator of paths"),
        _ => Ok(text.to_owned()),
    }
}

/// Where a file's old version is kept.
pub(crate) fn path(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Whether a file is an old version that was kept.
pub(crate) fn is_backup(file: &Path, suffix: &str) -> bool {
    let name = file.file_name().map(OsStr::as_encoded_bytes).unwrap_or_default();
    name.len() > suffix.len() && name.ends_with(suffix.as_bytes())
}

/// Keeps a file that is about to be replaced under another name as well. What has that name already is
/// never overwritten. Tells whether the name is new.
pub(crate) fn keep(file: &Path, backup: &Path) -> Result<bool, String> {
    let shown = || backup.file_name().unwrap_or_default().to_string_lossy().into_owned();
    match fs::hard_link(file, backup) {
        Ok(()) => Ok(true),
        // A run that was killed in between left it.
        Err(_) if atomic::same_file(file, backup) => Ok(false),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
            Err(format!("its backup {} exists already, so it was left", shown()))
        }
        // Not every file system has files with two names.
        Err(_) => copy(file, backup)
            .map(|()| true)
            .map_err(|e| format!("can't keep its old version as {}: {e}", shown())),
    }
}

/// A copy that appears whole or not at all.
fn copy(file: &Path, backup: &Path) -> io::Result<()> {
    let mut from = File::open(file)?;
    let mut temporary = tempfile::Builder::new()
        .prefix(&crate::stale::prefix("backup"))
        .suffix(crate::stale::SUFFIX)
        .tempfile_in(atomic::folder_of(backup))?;
    io::copy(&mut from, temporary.as_file_mut())?;
    temporary.as_file().set_permissions(from.metadata()?.permissions())?;
    temporary.as_file().sync_all()?;
    temporary.persist_noclobber(backup).map(drop).map_err(|e| e.error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_takes_no_other_files_place() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&a, "a").unwrap();
        copy(&a, &b).unwrap();
        assert_eq!(fs::read(&b).unwrap(), b"a");
        fs::write(&a, "new").unwrap();
        assert_eq!(copy(&a, &b).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&b).unwrap(), b"a");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
