//! From the arguments to the files: what is named, and what is found in folders.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use ignore::overrides::OverrideBuilder;

use crate::args::Inputs;
use crate::exit::{Error, Log};
use crate::name;
use crate::packed::{self, Input, Packing};
use crate::stale;

/// Something to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    Stdin,
    File(PathBuf),
}

impl Source {
    /// How messages call it.
    pub(crate) fn name(&self) -> String {
        match self {
            Source::Stdin => "standard input".to_owned(),
            Source::File(path) => path.display().to_string(),
        }
    }

    /// How reports and diffs call it.
    pub(crate) fn label(&self) -> String {
        match self {
            Source::Stdin => "-".to_owned(),
            Source::File(path) => path.display().to_string(),
        }
    }

    /// As it was named, to the byte.
    pub(crate) fn path(&self) -> &OsStr {
        match self {
            Source::Stdin => OsStr::new("-"),
            Source::File(path) => path.as_os_str(),
        }
    }

    /// The file's path; standard input has none of its own.
    pub(crate) fn as_path(&self) -> &Path {
        Path::new(self.path())
    }

    /// How standard output calls it: harmless on a terminal.
    pub(crate) fn shown(&self) -> String {
        if io::stdout().is_terminal() { name::harmless(&self.label()) } else { self.label() }
    }
}

/// The sources that the arguments name, in their order; a folder's files in the order of their paths.
/// What cannot be read is told and left out.
pub(crate) fn sources(inputs: &Inputs, log: &Log) -> Vec<Source> {
    let mut arguments = inputs.files.clone();
    if let Some(list) = &inputs.files_from {
        match listed(list) {
            Ok(files) => arguments.extend(files),
            Err(e) => log.fault(format_args!("{}: {e}", list.display())),
        }
    } else if arguments.is_empty() {
        return vec![Source::Stdin];
    }
    let mut sources = Vec::new();
    for path in arguments {
        if path.as_os_str() == "-" {
            sources.push(Source::Stdin);
        } else if !path.is_dir() {
            sources.push(Source::File(path));
        } else if inputs.recursive {
            folder(&path, inputs, log, &mut sources);
        } else {
            log.fault(format_args!("{}: is a directory; -r works through directories", path.display()));
        }
    }
    sources
}

/// The names in a list: where there are zero bytes, what they end, else the lines.
fn listed(list: &Path) -> io::Result<Vec<PathBuf>> {
    const LONGEST: u64 = 1 << 30;
    let mut bytes = Vec::new();
    match list.as_os_str() == "-" {
        true => io::stdin().take(LONGEST).read_to_end(&mut bytes)?,
        false => File::open(list)?.take(LONGEST).read_to_end(&mut bytes)?,
    };
    let end = if bytes.contains(&0) { 0 } else { b'\n' };
    bytes.split(|&b| b == end).filter(|name| !name.is_empty()).map(path).collect()
}

#[cfg(unix)]
fn path(name: &[u8]) -> io::Result<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    Ok(PathBuf::from(OsStr::from_bytes(name)))
}

#[cfg(not(unix))]
fn path(name: &[u8]) -> io::Result<PathBuf> {
    let name = name.strip_suffix(b"\r").unwrap_or(name);
    std::str::from_utf8(name).map(PathBuf::from).map_err(io::Error::other)
}

fn folder(path: &Path, inputs: &Inputs, log: &Log, sources: &mut Vec<Source>) {
    let mut globs = OverrideBuilder::new(path);
    let globs =
        inputs.glob.iter().try_fold(&mut globs, |globs, glob| globs.add(glob)).and_then(|g| g.build());
    let globs = match globs {
        Ok(globs) => globs,
        Err(e) => return log.fault(format_args!("--glob: {e}")),
    };
    let walk = WalkBuilder::new(path)
        .standard_filters(!inputs.no_ignore)
        .overrides(globs)
        .sort_by_file_path(Path::cmp)
        .build();
    for entry in walk {
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|t| t.is_file()) => {
                if stale::is_temporary(entry.path()) {
                    continue;
                }
                match is_binary(entry.path()) {
                    Ok(true) => {}
                    Ok(false) => sources.push(Source::File(entry.into_path())),
                    Err(e) => log.fault(format_args!("{}: {e}", entry.path().display())),
                }
            }
            Ok(_) => {}
            Err(e) => log.fault(e),
        }
    }
}

/// Whether the file, unpacked, shows a zero byte early on, as pictures and archives do and text never does.
fn is_binary(path: &Path) -> io::Result<bool> {
    const HEAD: u64 = 8 << 10;
    let mut head = Vec::new();
    File::open(path)?.take(HEAD).read_to_end(&mut head)?;
    if head.contains(&0)
        && let Some(packing) = Packing::of_file(path)
    {
        head.clear();
        // What can't be unpacked is for the one to tell who reads it.
        let _ = packing.unpack(File::open(path)?)?.take(HEAD).read_to_end(&mut head);
    }
    Ok(head.contains(&0))
}

/// Opens a source for reading. What is packed comes out unpacked, up to `limit` bytes.
pub(crate) fn open(source: &Source, limit: u64) -> Result<Input, Error> {
    let input = match source {
        Source::Stdin => packed::opened(io::stdin(), limit),
        Source::File(path) => File::open(path).and_then(|file| packed::opened(file, limit)),
    };
    input.map_err(|e| Error::file(&source.name(), e))
}
