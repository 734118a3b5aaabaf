//! Files that appear whole or not at all.
//!
//! The new content goes to a temporary file in the same folder, which takes the place of the old file in
//! one step when everything is on the disk. Whatever goes wrong before, the old file stays.

use std::fs::{self, File, Metadata};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use tempfile::{Builder, NamedTempFile};

use crate::exit::{Error, Status};

/// The temporary files that an interrupt has to take away.
static PENDING: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn pending() -> MutexGuard<'static, Vec<PathBuf>> {
    PENDING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes interrupts take away temporary files and end the program with status 130.
pub(crate) fn handle_interrupts() -> Result<(), ctrlc::Error> {
    ctrlc::set_handler(|| {
        // Held to the end, so that no file is put in place while we leave.
        let pending = pending();
        for path in pending.iter() {
            let _ = fs::remove_file(path);
        }
        std::process::exit(Status::Interrupted as i32);
    })
}

/// Whether a file is one of our temporary files, left by a crash of the machine.
pub(crate) fn is_temporary(path: &Path) -> bool {
    path.file_name()
        .and_then(|n| n.to_str())
        .is_some_and(|n| n.starts_with('.') && n.contains(".qingwen-") && n.ends_with(".tmp"))
}

/// What tells that a file was written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Version {
    length: u64,
    modified: Option<SystemTime>,
}

impl Version {
    fn of(metadata: &Metadata) -> Self {
        Self { length: metadata.len(), modified: metadata.modified().ok() }
    }
}

/// A file being written.
pub(crate) struct Output {
    name: String,
    kind: Kind,
}

enum Kind {
    /// A new file that will take the place of `target`.
    Replace { writer: BufWriter<NamedTempFile>, target: PathBuf, was: Option<Version> },
    /// Devices and pipes cannot be replaced; they are written as they are.
    Through(BufWriter<File>),
}

impl Output {
    /// Starts a file that will be created, or replaced if it is a regular file.
    pub(crate) fn create(path: &Path) -> Result<Self, Error> {
        let name = path.display().to_string();
        let was = fs::metadata(path).ok();
        if was.as_ref().is_some_and(|m| !m.is_file() && !m.is_dir()) {
            let file = File::options().write(true).open(path).map_err(|e| Error::output(&name, &e))?;
            return Ok(Self { name, kind: Kind::Through(BufWriter::new(file)) });
        }
        if was.as_ref().is_some_and(Metadata::is_dir) {
            return Err(Error::Output(format!("{name}: is a directory")));
        }
        Self::replacing(path, was).map_err(|cause| Error::Output(format!("{name}: {cause}")))
    }

    /// Starts the new version of a file that is there.
    pub(crate) fn in_place(path: &Path) -> Result<Self, Error> {
        let name = path.display().to_string();
        let fault = |cause: String| Error::file(&name, cause);
        let was = fs::metadata(path).map_err(|e| fault(e.to_string()))?;
        if !was.is_file() {
            return Err(fault("is not a regular file, so it can't be changed in place".to_owned()));
        }
        let links = links(&was);
        if links > 1 {
            return Err(fault(format!(
                "has {links} hard links; changing it in place would part it from the others, so it was left"
            )));
        }
        Self::replacing(path, Some(was)).map_err(fault)
    }

    fn replacing(path: &Path, was: Option<Metadata>) -> Result<Self, String> {
        // A symbolic link stays; what it points to is replaced.
        let target = match &was {
            Some(_) => fs::canonicalize(path).map_err(|e| e.to_string())?,
            None => path.to_owned(),
        };
        let folder = folder_of(&target);
        let file_name = target.file_name().ok_or("is not the name of a file")?;
        let cannot =
            |e: io::Error| format!("can't write a temporary file in {}: {}", folder.display(), plain(&e));
        let prefix = format!(".{}.qingwen-", file_name.to_string_lossy());
        let mut builder = Builder::new();
        builder.prefix(&prefix).suffix(".tmp");
        // In the place of an old file, nobody else can read it until it has the old file's mode.
        #[cfg(unix)]
        if was.is_none() {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let file = builder.tempfile_in(folder).map_err(cannot)?;
        pending().push(file.path().to_owned());
        if let Err(e) = take_over(file.as_file(), was.as_ref()) {
            forget(file.path());
            return Err(format!("can't keep its owner and mode: {e}"));
        }
        let name = path.display().to_string();
        Ok(Self {
            name,
            kind: Kind::Replace {
                writer: BufWriter::with_capacity(64 << 10, file),
                target,
                was: was.as_ref().map(Version::of),
            },
        })
    }

    /// Puts the file in place.
    pub(crate) fn commit(mut self) -> Result<(), Error> {
        self.flush().map_err(|e| Error::output(&self.name, &e))?;
        let Kind::Replace { writer, target, was } = &mut self.kind else { return Ok(()) };
        let failed = |e: io::Error| Error::Output(format!("{}: {e}", self.name));
        writer.get_ref().as_file().sync_all().map_err(failed)?;
        if let Some(was) = was
            && !fs::metadata(&*target).is_ok_and(|now| Version::of(&now) == *was)
        {
            return Err(Error::file(&self.name, "was changed by someone else meanwhile, so it was left"));
        }
        // An interrupt waits until the file has its name.
        let mut pending = pending();
        let temporary = writer.get_ref().path().to_owned();
        fs::rename(&temporary, &*target).map_err(failed)?;
        pending.retain(|p| p != &temporary);
        drop(pending);
        sync_folder(folder_of(target));
        Ok(())
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.kind {
            Kind::Replace { writer, .. } => writer.write(bytes),
            Kind::Through(writer) => writer.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.kind {
            Kind::Replace { writer, .. } => writer.flush(),
            Kind::Through(writer) => writer.flush(),
        }
    }
}

impl Drop for Output {
    /// The temporary file removes itself; nobody has to do it for it any more.
    fn drop(&mut self) {
        if let Kind::Replace { writer, .. } = &self.kind {
            forget(writer.get_ref().path());
        }
    }
}

fn forget(path: &Path) {
    pending().retain(|p| p != path);
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(p) if !p.as_os_str().is_empty() => p,
        _ => Path::new("."),
    }
}

/// The error without the path that the library adds: the message names its own.
fn plain(e: &io::Error) -> String {
    match e.get_ref().and_then(std::error::Error::source) {
        Some(inner) => inner.to_string(),
        None => e.to_string(),
    }
}

/// Whether two paths lead to the same file. Devices have no content to lose and don't count.
pub(crate) fn same_file(a: &Path, b: &Path) -> bool {
    let identity = |p: &Path| fs::metadata(p).ok().and_then(|m| identity(&m, p));
    matches!((identity(a), identity(b)), (Some(x), Some(y)) if x == y)
}

/// Whether standard output is redirected into this file, which would then feed on itself.
#[cfg(unix)]
pub(crate) fn is_standard_output(path: &Path) -> bool {
    use std::os::fd::AsFd;
    let Ok(fd) = io::stdout().as_fd().try_clone_to_owned() else { return false };
    let (Ok(out), Ok(file)) = (File::from(fd).metadata(), fs::metadata(path)) else { return false };
    identity(&out, path).is_some_and(|i| Some(i) == identity(&file, path))
}

#[cfg(not(unix))]
pub(crate) fn is_standard_output(_: &Path) -> bool {
    false
}

#[cfg(unix)]
fn identity(metadata: &Metadata, _: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    metadata.is_file().then(|| (metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn identity(metadata: &Metadata, path: &Path) -> Option<PathBuf> {
    metadata.is_file().then(|| fs::canonicalize(path).ok()).flatten()
}

#[cfg(unix)]
fn links(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(metadata)
}

#[cfg(not(unix))]
fn links(_: &Metadata) -> u64 {
    1
}

/// Gives the new file the owner and mode of the old one.
#[cfg(unix)]
fn take_over(file: &File, was: Option<&Metadata>) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let Some(was) = was else { return Ok(()) };
    let now = file.metadata()?;
    if (now.uid(), now.gid()) != (was.uid(), was.gid()) {
        std::os::unix::fs::fchown(file, Some(was.uid()), Some(was.gid()))?;
    }
    file.set_permissions(was.permissions())
}

#[cfg(not(unix))]
fn take_over(file: &File, was: Option<&Metadata>) -> io::Result<()> {
    was.map_or(Ok(()), |m| file.set_permissions(m.permissions()))
}

/// Makes the new name last. Not every file system can; the content is safe in any case.
#[cfg(unix)]
fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) {}
