//! From the arguments to the files: what is named, and what is found in folders.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Cursor, IsTerminal, Read};
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use ignore::overrides::OverrideBuilder;
use qingwen::detect::detect;

use crate::args::{Inputs, Kind};
use crate::exit::{Error, Log};
use crate::packed::{self, Input, Packing};
use crate::{backup, files_from, journal, name, parquet, progress, report, stale};

/// Something to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    Stdin,
    /// A text among the arguments.
    Typed(String),
    /// A file that was named.
    File(PathBuf),
    /// One that was found in a folder: options don't make it what its own name does not say.
    Found(PathBuf),
}

impl Source {
    /// How messages call it.
    pub(crate) fn name(&self) -> String {
        match self {
            Source::Stdin => "standard input".to_owned(),
            Source::Typed(_) => "the text".to_owned(),
            Source::File(path) | Source::Found(path) => path.display().to_string(),
        }
    }

    /// How reports and diffs call it.
    pub(crate) fn label(&self) -> String {
        match self {
            Source::Stdin | Source::Typed(_) => "-".to_owned(),
            Source::File(path) | Source::Found(path) => path.display().to_string(),
        }
    }

    /// As it was named, to the byte.
    pub(crate) fn path(&self) -> &OsStr {
        match self {
            Source::Stdin | Source::Typed(_) => OsStr::new("-"),
            Source::File(path) | Source::Found(path) => path.as_os_str(),
        }
    }

    /// The file, if it is one.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Source::Stdin | Source::Typed(_) => None,
            Source::File(path) | Source::Found(path) => Some(path),
        }
    }

    /// The file's path; what is no file has none of its own.
    pub(crate) fn as_path(&self) -> &Path {
        Path::new(self.path())
    }

    /// How standard output calls it: harmless on a terminal.
    pub(crate) fn shown(&self) -> String {
        if io::stdout().is_terminal() { name::harmless(&self.label()) } else { self.label() }
    }
}

/// The sources that the arguments name, in their order, then those of a list; a folder's files in the order
/// of their paths. What cannot be read is told and left out.
pub(crate) fn sources(inputs: &Inputs, log: &Log) -> Result<Vec<Source>, Error> {
    if let Some(text) = &inputs.typed {
        return Ok(vec![Source::Typed(text.clone())]);
    }
    if inputs.files.is_empty() && inputs.files_from.is_none() {
        return Ok(vec![Source::Stdin]);
    }
    let listed = match &inputs.files_from {
        Some(list) => files_from::read(list, inputs.null)?,
        None => Vec::new(),
    };
    let mut sources = Vec::new();
    for path in inputs.files.iter().chain(&listed) {
        if path.as_os_str() == "-" {
            sources.push(Source::Stdin);
        } else if !path.is_dir() {
            sources.push(Source::File(path.clone()));
        } else if inputs.recursive {
            folder(path, inputs, log, &mut sources)?;
        } else {
            log.fault(format_args!("{}: is a directory; -r works through directories", path.display()));
        }
    }
    Ok(sources)
}

fn folder(path: &Path, inputs: &Inputs, log: &Log, sources: &mut Vec<Source>) -> Result<(), Error> {
    let mut globs = OverrideBuilder::new(path);
    for glob in &inputs.glob {
        globs
            .add(glob)
            .map_err(|e| Error::Output(format!("--glob {glob}: is no pattern as in .gitignore: {e}")))?;
    }
    let globs = globs.build().map_err(|e| Error::Output(format!("--glob: {e}")))?;
    let walk = WalkBuilder::new(path)
        .standard_filters(!inputs.no_ignore)
        .hidden(!inputs.no_ignore && !inputs.hidden)
        // As a filter, so that a pattern brings no hidden or ignored file back.
        .filter_entry(move |entry| {
            if entry.depth() > 0 && is_of_version_control(entry.file_name()) {
                return false;
            }
            let is_folder = entry.file_type().is_some_and(|t| t.is_dir());
            !globs.matched(entry.path(), is_folder).is_ignore()
        })
        .sort_by_file_path(Path::cmp)
        .build();
    for entry in walk {
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|t| t.is_file()) => {
                match is_input(entry.path(), inputs) {
                    Ok(true) => {
                        let source = Source::Found(entry.into_path());
                        if inputs.kind(&source) == Kind::Jsonl && inputs.field.is_empty() {
                            let name = source.name();
                            log.note(format_args!(
                                "{name}: is JSON lines, and no --field names its text; left as it is"
                            ));
                        } else {
                            sources.push(source);
                        }
                    }
                    Ok(false) => {}
                    Err(e) => log.fault(format_args!("{}: {e}", entry.path().display())),
                }
            }
            Ok(_) => {}
            Err(e) => log.fault(e),
        }
    }
    Ok(())
}

/// What version control keeps beside the files: damaged by any change.
pub(crate) fn is_of_version_control(name: &OsStr) -> bool {
    [".git", ".hg", ".svn", ".jj"].iter().any(|kept| name == *kept)
}

/// Whether a file that was found is input: nothing that a run left for another purpose, and no binary file.
fn is_input(path: &Path, inputs: &Inputs) -> io::Result<bool> {
    if stale::is_temporary(path) || backup::is_backup(path, backup::SUFFIX) {
        return Ok(false);
    }
    if inputs.takes_parquet() && parquet::is_parquet(path) {
        return Ok(true);
    }
    let mut head = Vec::new();
    File::open(path)?.take(HEAD).read_to_end(&mut head)?;
    if journal::begins(&head) || report::begins(&head) {
        return Ok(false);
    }
    Ok(inputs.binary || !is_binary(path, head)?)
}

/// Whether the file that begins so, unpacked, shows a zero byte early on, as pictures and archives do, and is no
/// UTF-16 or UTF-32.
fn is_binary(path: &Path, mut head: Vec<u8>) -> io::Result<bool> {
    if head.contains(&0)
        && let Some(packing) = Packing::of_file(path)
    {
        head.clear();
        // What can't be unpacked is for the one to tell who reads it.
        let _ = packing.unpack(File::open(path)?)?.take(HEAD).read_to_end(&mut head);
    }
    Ok(shows_no_text(&head))
}

/// Bytes in which text must show no zero.
pub(crate) const HEAD: u64 = 8 << 10;

/// Whether what begins so shows a zero byte, and is no UTF-16 or UTF-32.
pub(crate) fn shows_no_text(head: &[u8]) -> bool {
    if !head.contains(&0) {
        return false;
    }
    let best = detect(&head[..head.len() & !3]).best();
    best.encoding.unit() == 1 || best.faulty || best.confidence < 0.99
}

/// Opens a source for reading. What is packed comes out unpacked, up to `limit` bytes.
pub(crate) fn open(source: &Source, limit: u64) -> Result<Input, Error> {
    let input = match source {
        Source::Stdin => packed::opened(progress::counted(io::stdin()), limit),
        Source::Typed(text) => packed::opened(Cursor::new(text.clone().into_bytes()), limit),
        Source::File(path) | Source::Found(path) => {
            File::open(path).and_then(|file| packed::opened(progress::counted(file), limit))
        }
    };
    input.map_err(|e| Error::file(&source.name(), e))
}
