//! Reads the training text.

use std::fs;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

/// The `*.txt.zst` files of a folder, in order of their names.
pub(crate) fn files(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found: Vec<PathBuf> = fs::read_dir(dir)?
        .map(|entry| entry.map(|e| e.path()))
        .collect::<io::Result<Vec<_>>>()?
        .into_iter()
        .filter(|path| path.to_str().is_some_and(|name| name.ends_with(".txt.zst")))
        .collect();
    found.sort();
    Ok(found)
}

/// The text of a file without its folder and ending: its register.
pub(crate) fn register(path: &Path) -> String {
    path.file_name().and_then(|n| n.to_str()).unwrap_or("").trim_end_matches(".txt.zst").to_string()
}

/// Calls `each` for every line.
pub(crate) fn lines(path: &Path, mut each: impl FnMut(&str)) -> io::Result<()> {
    let mut decoder = zstd::Decoder::new(fs::File::open(path)?)?;
    decoder.window_log_max(27)?;
    for line in BufReader::with_capacity(1 << 20, decoder).lines() {
        each(&line?);
    }
    Ok(())
}
