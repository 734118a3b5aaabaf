//! Temporary files that a run left behind when it was killed: recognized, and taken away by the next one.

use std::collections::HashSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// Folders looked at in this run.
static SEEN: Mutex<Option<HashSet<PathBuf>>> = Mutex::new(None);

/// A run locks its temporary file right after creating it. What is younger than this may not be locked yet.
const YOUNG: Duration = Duration::from_secs(5);
/// Random letters in a name.
pub(crate) const LETTERS: usize = 6;

/// What a temporary file's name begins with.
pub(crate) fn prefix(name: &str) -> String {
    // File systems allow names of 255 bytes.
    format!(".{}.qingwen-", &name[..name.floor_char_boundary(200)])
}

/// What a temporary file's name ends with.
pub(crate) const SUFFIX: &str = ".tmp";

/// Whether a name is one of a temporary file of ours: `.NAME.qingwen-XXXXXX.tmp`.
pub(crate) fn is_temporary(path: &Path) -> bool {
    let name = path.file_name().map(|n| n.as_encoded_bytes()).unwrap_or_default();
    let random = name.strip_prefix(b".").and_then(|n| n.strip_suffix(SUFFIX.as_bytes()));
    random.and_then(|n| n.split_last_chunk::<LETTERS>()).is_some_and(|(head, letters)| {
        head.ends_with(b".qingwen-") && letters.iter().all(u8::is_ascii_alphanumeric)
    })
}

/// Takes away what killed runs left in a folder. A file that a running one still holds is locked.
pub(crate) fn sweep(folder: &Path) {
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    if !seen.get_or_insert_default().insert(folder.to_owned()) {
        return;
    }
    drop(seen);
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|e| e.path()).filter(|p| is_temporary(p)) {
        if is_abandoned(&path) {
            let _ = fs::remove_file(&path);
        }
    }
}

fn is_abandoned(path: &Path) -> bool {
    let old = |m: fs::Metadata| {
        let age = m.modified().ok().and_then(|at| SystemTime::now().duration_since(at).ok());
        m.is_file() && age.is_some_and(|age| age >= YOUNG)
    };
    fs::symlink_metadata(path).is_ok_and(old) && File::open(path).is_ok_and(|f| f.try_lock().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_our_making_are_temporary() {
        let temporary = format!("{}aB3dEf{SUFFIX}", prefix("书.txt"));
        assert!(is_temporary(Path::new(&temporary)));
        for other in ["书.txt", ".书.txt.qingwen-abc.tmp", "书.txt.qingwen-abcdef.tmp", ".qingwen-a.cdef.tmp"]
        {
            assert!(!is_temporary(Path::new(other)), "{other}");
        }
    }

    #[test]
    fn what_is_locked_or_young_is_not_abandoned() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let file = File::create(&path).unwrap();
        assert!(!is_abandoned(&path));
        file.set_modified(SystemTime::now() - Duration::from_secs(60)).unwrap();
        file.lock().unwrap();
        assert!(!is_abandoned(&path));
        file.unlock().unwrap();
        assert!(is_abandoned(&path));
    }
}
