//! Where settings lie, and how they are read.

use std::env;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use toml::Table;

/// The names a file of settings can have; of two in a folder, the first counts.
const NAMES: [&str; 2] = [".qingwen.toml", "qingwen.toml"];
/// Nobody has more settings than this.
const LARGEST: u64 = 1 << 20;

/// The nearest file of settings: in the folder the program runs in or one above it, up to the root of the
/// repository.
pub(super) fn nearest() -> Option<PathBuf> {
    let folder = env::current_dir().ok()?;
    for folder in folder.ancestors() {
        if let Some(path) = NAMES.iter().map(|name| folder.join(name)).find(|path| path.is_file()) {
            return Some(path);
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}

/// Reads a file of settings.
pub(super) fn read(path: &Path) -> Result<Table, String> {
    let fault = |cause: &dyn std::fmt::Display| format!("{}: {cause}", path.display());
    let file = File::open(path).map_err(|e| match path.extension() {
        // OpenCC's program calls its configuration so.
        None => format!("{}; --config names a file of settings, -c or --to a conversion", fault(&e)),
        Some(_) => fault(&e),
    })?;
    let mut text = String::new();
    file.take(LARGEST + 1).read_to_string(&mut text).map_err(|e| fault(&e))?;
    if text.len() as u64 > LARGEST {
        return Err(fault(&format_args!("is larger than {LARGEST} bytes")));
    }
    text.parse().map_err(|e: toml::de::Error| {
        let line = e.span().map_or(1, |span| 1 + text[..span.start].matches('\n').count());
        fault(&format_args!("line {line}: {}", e.message()))
    })
}
