//! Reads the training text and says how much each register of it counts.

use std::fs;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

/// What an occurrence counts by register (file name without its licence class and ending); 1 where absent.
///
/// Large uniform registers count less, small ones of the kind that gets garbled (code, interface text,
/// names, posts) more.
const WEIGHTS: &[(&str, f32)] = &[
    ("hans-code", 3.0),
    ("hans-encyclo", 1.5),
    ("hans-headlines", 0.8),
    ("hans-legal", 0.6),
    ("hans-names", 2.0),
    ("hans-web", 2.0),
    ("hant-encyclo", 2.0),
    ("hant-hansard", 0.6),
    ("hant-hk", 3.0),
    ("hant-legal", 0.7),
    ("hant-tw", 3.0),
];

/// One file of the corpus.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    path: PathBuf,
    /// The file name without `.txt.zst`.
    pub name: String,
    /// What one occurrence counts.
    pub weight: f32,
}

/// The `*.txt.zst` files of a folder, in order of their names.
pub(crate) fn files(dir: &Path) -> io::Result<Vec<Source>> {
    let mut paths =
        fs::read_dir(dir)?.map(|entry| entry.map(|e| e.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths
        .into_iter()
        .filter_map(|path| {
            let name = path.file_name()?.to_str()?.strip_suffix(".txt.zst")?.to_string();
            let register = name.split('.').next().unwrap_or(&name);
            let weight = WEIGHTS.iter().find(|(r, _)| *r == register).map_or(1.0, |w| w.1);
            Some(Source { path, name, weight })
        })
        .collect())
}

impl Source {
    /// Calls `each` for every line.
    pub(crate) fn lines(&self, mut each: impl FnMut(&str)) -> io::Result<()> {
        let mut decoder = zstd::Decoder::new(fs::File::open(&self.path)?)?;
        decoder.window_log_max(27)?;
        let mut reader = BufReader::with_capacity(1 << 20, decoder);
        let mut line = String::new();
        while reader.read_line(&mut line)? > 0 {
            each(line.trim_end_matches('\n'));
            line.clear();
        }
        Ok(())
    }
}
