//! Files that appear whole or not at all.
//!
//! The new content goes to a temporary file in the same folder, which takes the place of the old file in
//! one step when everything is on the disk. Whatever goes wrong before, the old file stays.

use std::fs::{self, File, FileTimes, Metadata};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use tempfile::{Builder, NamedTempFile};

use crate::exit::{Error, Status};
use crate::packed::{Input, Packer, Packing};
use crate::{backup, stale};

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

/// What tells that a file was written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Version {
    length: u64,
    modified: Option<SystemTime>,
    /// Another file has another one.
    number: u64,
}

impl Version {
    fn of(metadata: &Metadata) -> Self {
        Self { length: metadata.len(), modified: metadata.modified().ok(), number: number(metadata) }
    }
}

#[cfg(unix)]
fn number(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn number(_: &Metadata) -> u64 {
    0
}

/// What is refused and what is kept when a file is changed in place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Policy<'a> {
    /// Give a file that has other names a content of its own; the others keep the old one.
    pub(crate) break_hard_links: bool,
    /// Keep the times of the old version.
    pub(crate) keep_times: bool,
    /// Keep the old version under the file's name with this suffix.
    pub(crate) backup: Option<&'a str>,
    /// What is read and written is packed in the file in this way.
    pub(crate) packing: Option<Packing>,
}

/// A file that is changed in place, part by part, while it is read. Nothing is written before the first
/// change: a file that stays as it is costs nothing, and needs no permission.
pub(crate) struct InPlace<'a> {
    path: &'a Path,
    was: Metadata,
    policy: Policy<'a>,
    /// Bytes that stayed the same before the first change.
    kept: u64,
    output: Option<Packer<Output>>,
}

impl<'a> InPlace<'a> {
    /// Looks at the file. Devices and pipes are refused: reading them is a change already.
    pub(crate) fn open(path: &'a Path, policy: Policy<'a>) -> Result<Self, String> {
        let was = fs::metadata(path).map_err(|e| e.to_string())?;
        if !was.is_file() {
            return Err("is not a regular file, so it can't be changed in place".to_owned());
        }
        Ok(Self { path, was, policy, kept: 0, output: None })
    }

    /// The file as it was named.
    pub(crate) fn path(&self) -> &'a Path {
        self.path
    }

    /// Whether what is read and written is packed in the file.
    pub(crate) fn is_packed(&self) -> bool {
        self.policy.packing.is_some()
    }

    /// The next part, which stays as it is.
    pub(crate) fn keep(&mut self, old: &[u8]) -> Result<(), String> {
        match &mut self.output {
            Some(output) => output.write_all(old).map_err(|e| e.to_string()),
            None => {
                self.kept += old.len() as u64;
                Ok(())
            }
        }
    }

    /// What stands in the place of the next part.
    pub(crate) fn change(&mut self, new: &[u8]) -> Result<(), String> {
        let output = match &mut self.output {
            Some(output) => output,
            none => none.insert(begin(self.path, &self.was, self.policy, self.kept)?),
        };
        output.write_all(new).map_err(|e| e.to_string())
    }

    /// Completes the new version, if there is one: it is on the disk then, and not yet in place.
    pub(crate) fn complete(self) -> Result<Option<Output>, String> {
        let Some(output) = self.output else { return Ok(None) };
        let mut output = output.finish().map_err(|e| e.to_string())?;
        output.complete()?;
        Ok(Some(output))
    }
}

/// Starts the new version of a file with its first `kept` bytes.
fn begin(path: &Path, was: &Metadata, policy: Policy<'_>, kept: u64) -> Result<Packer<Output>, String> {
    if was.permissions().readonly() {
        return Err("is read-only, so it was left".to_owned());
    }
    let backup = policy.backup.and_then(|suffix| Some(backup::path(&fs::canonicalize(path).ok()?, suffix)));
    // A backup that a killed run made is a name that the file is about to lose.
    let links = links(was) - u64::from(backup.is_some_and(|b| same_file(path, &b)));
    if links > 1 && !policy.break_hard_links {
        return Err(format!(
            "has {links} hard links; changing it in place would part it from the others, so it was left \
             (--hard-links break does it)"
        ));
    }
    let failed = |e: io::Error| e.to_string();
    let output = Output::replacing(path, Some(was), Some(policy))?;
    let mut output = Packer::new(output, policy.packing).map_err(failed)?;
    let file = File::open(path).map_err(failed)?;
    let old: Input = match policy.packing {
        Some(packing) => packing.unpack(file).map_err(failed)?,
        None => Box::new(file),
    };
    match io::copy(&mut old.take(kept), &mut output).map_err(failed)? {
        copied if copied == kept => Ok(output),
        _ => Err(CHANGED.to_owned()),
    }
}

const CHANGED: &str = "was changed by someone else meanwhile, so it was left";

/// A file being written.
pub(crate) struct Output {
    kind: Kind,
}

enum Kind {
    /// A new file that will take the place of `target`.
    Replace {
        writer: BufWriter<Temporary>,
        target: PathBuf,
        was: Option<Version>,
        times: Option<FileTimes>,
        /// Where the old version is kept.
        backup: Option<PathBuf>,
        /// All of it is on the disk.
        complete: bool,
    },
    /// Devices, pipes and open streams cannot be replaced; they are written as they are.
    Through(BufWriter<File>),
}

/// Whether a name stands for a stream that is open already, which may lead to a regular file.
fn is_stream_name(path: &Path) -> bool {
    path == Path::new("/dev/stderr")
        || ["/dev/fd", "/proc/self/fd"].iter().any(|folder| path.parent() == Some(Path::new(folder)))
}

/// A temporary file, written to without its own words: messages name the file that it is for.
struct Temporary(NamedTempFile);

impl Write for Temporary {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.as_file().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Output {
    /// Starts a file that will be created, or replaced if it is a regular file.
    pub(crate) fn create(path: &Path) -> Result<Self, Error> {
        let name = path.display().to_string();
        let was = fs::metadata(path).ok();
        if was.as_ref().is_some_and(|m| !m.is_dir() && (!m.is_file() || is_stream_name(path))) {
            let file = File::options().append(true).open(path).map_err(|e| Error::output(&name, &e))?;
            return Ok(Self { kind: Kind::Through(BufWriter::new(file)) });
        }
        if was.as_ref().is_some_and(Metadata::is_dir) {
            return Err(Error::Output(format!("{name}: is a directory")));
        }
        Self::replacing(path, was.as_ref(), None).map_err(|cause| Error::Output(format!("{name}: {cause}")))
    }

    fn replacing(path: &Path, was: Option<&Metadata>, policy: Option<Policy<'_>>) -> Result<Self, String> {
        // A symbolic link stays; what it points to is replaced.
        let target = match was {
            Some(_) => fs::canonicalize(path).map_err(|e| e.to_string())?,
            None => path.to_owned(),
        };
        let folder = folder_of(&target);
        let file_name = target.file_name().ok_or("is not the name of a file")?;
        let cannot =
            |e: io::Error| format!("can't write a temporary file in {}: {}", folder.display(), e.kind());
        stale::sweep(folder);
        let prefix = stale::prefix(&file_name.to_string_lossy());
        let mut builder = Builder::new();
        builder.prefix(&prefix).suffix(stale::SUFFIX).rand_bytes(stale::LETTERS);
        // In the place of an old file, nobody else can read it until it has the old file's mode.
        #[cfg(unix)]
        if was.is_none() {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        // An interrupt waits until the file is noted.
        let mut pending = pending();
        let file = builder.tempfile_in(folder).map_err(cannot)?;
        pending.push(file.path().to_owned());
        drop(pending);
        // Where files can't be locked, none is ever taken to be abandoned.
        let _ = file.as_file().try_lock();
        let backup = policy.and_then(|p| p.backup).map(|suffix| backup::path(&target, suffix));
        let output = Self {
            kind: Kind::Replace {
                writer: BufWriter::with_capacity(64 << 10, Temporary(file)),
                target,
                was: was.map(Version::of),
                times: was.filter(|_| policy.is_some_and(|p| p.keep_times)).and_then(times),
                backup,
                complete: false,
            },
        };
        if let (Some(was), Kind::Replace { writer, target, .. }) = (was, &output.kind) {
            take_over(writer.get_ref().0.as_file(), was, target)?;
        }
        Ok(output)
    }

    /// Brings all that was written to the disk.
    pub(crate) fn complete(&mut self) -> Result<(), String> {
        let failed = |e: io::Error| e.to_string();
        self.flush().map_err(failed)?;
        let Kind::Replace { writer, times, complete, .. } = &mut self.kind else { return Ok(()) };
        let file = writer.get_ref().0.as_file();
        if let Some(times) = times {
            file.set_times(*times).map_err(|e| format!("can't keep its times: {e}"))?;
        }
        file.sync_all().map_err(failed)?;
        *complete = true;
        Ok(())
    }

    /// The new version while it waits to be put in place, to be read.
    pub(crate) fn reopen(&self) -> io::Result<File> {
        match &self.kind {
            Kind::Replace { writer, .. } => writer.get_ref().0.reopen(),
            Kind::Through(_) => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    /// Puts the file in place.
    pub(crate) fn commit(mut self) -> Result<(), String> {
        let failed = |e: io::Error| e.to_string();
        if !matches!(self.kind, Kind::Replace { complete: true, .. }) {
            self.complete()?;
        }
        let Kind::Replace { writer, target, was, backup, .. } = &mut self.kind else { return Ok(()) };
        if let Some(was) = was
            && !fs::metadata(&*target).is_ok_and(|now| Version::of(&now) == *was)
        {
            return Err(CHANGED.to_owned());
        }
        // An interrupt waits until the file has its name.
        let mut pending = pending();
        let temporary = writer.get_ref().0.path().to_owned();
        let kept = backup.as_deref().filter(|_| was.is_some());
        let new = kept.map_or(Ok(false), |backup| backup::keep(target, backup))?;
        fs::rename(&temporary, &*target).map_err(|e| {
            if let Some(backup) = kept.filter(|_| new) {
                let _ = fs::remove_file(backup);
            }
            failed(e)
        })?;
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
            forget(writer.get_ref().0.path());
        }
    }
}

fn forget(path: &Path) {
    pending().retain(|p| p != path);
}

/// The folder that a file is in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(p) if !p.as_os_str().is_empty() => p,
        _ => Path::new("."),
    }
}

/// Whether two paths lead to the same file. Devices have no content to lose and don't count.
pub(crate) fn same_file(a: &Path, b: &Path) -> bool {
    matches!((file_identity(a), file_identity(b)), (Some(x), Some(y)) if x == y)
}

/// What two paths that lead to the same file share; none for what is not a file.
pub(crate) fn file_identity(path: &Path) -> Option<Identity> {
    fs::metadata(path).ok().and_then(|m| identity(&m, path))
}

/// Which file it is.
#[cfg(unix)]
pub(crate) type Identity = (u64, u64);
/// Which file it is.
#[cfg(not(unix))]
pub(crate) type Identity = PathBuf;

/// Whether standard output is redirected into this file, which would then feed on itself.
#[cfg(unix)]
pub(crate) fn is_standard_output(path: &Path) -> bool {
    let (Some(out), Ok(file)) = (standard_output(), fs::metadata(path)) else { return false };
    identity(&out, path).is_some_and(|i| Some(i) == identity(&file, path))
}

#[cfg(not(unix))]
pub(crate) fn is_standard_output(_: &Path) -> bool {
    false
}

/// Whether standard output goes into a file.
pub(crate) fn standard_output_is_file() -> bool {
    standard_output().is_some_and(|out| out.is_file())
}

#[cfg(unix)]
fn standard_output() -> Option<Metadata> {
    use std::os::fd::AsFd;
    let fd = io::stdout().as_fd().try_clone_to_owned().ok()?;
    File::from(fd).metadata().ok()
}

#[cfg(not(unix))]
fn standard_output() -> Option<Metadata> {
    None
}

#[cfg(unix)]
fn identity(metadata: &Metadata, _: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    metadata.is_file().then(|| (metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn identity(metadata: &Metadata, path: &Path) -> Option<Identity> {
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

/// When the file was last written and read, where the system says.
fn times(was: &Metadata) -> Option<FileTimes> {
    Some(FileTimes::new().set_modified(was.modified().ok()?).set_accessed(was.accessed().ok()?))
}

/// Gives the new file the owner, the extended attributes (access lists among them) and the mode of the
/// old one, in this order: a new owner takes bits of the mode away.
#[cfg(unix)]
fn take_over(file: &File, was: &Metadata, target: &Path) -> Result<(), String> {
    use std::os::unix::fs::MetadataExt;
    let now = file.metadata().map_err(|e| e.to_string())?;
    if (now.uid(), now.gid()) != (was.uid(), was.gid()) {
        std::os::unix::fs::fchown(file, Some(was.uid()), Some(was.gid()))
            .map_err(|e| format!("can't keep its owner: {e}"))?;
    }
    take_over_attributes(file, target).map_err(|e| format!("can't keep its extended attributes: {e}"))?;
    file.set_permissions(was.permissions()).map_err(|e| format!("can't keep its mode: {e}"))
}

#[cfg(unix)]
fn take_over_attributes(file: &File, target: &Path) -> io::Result<()> {
    use xattr::FileExt;
    // A file system that can't list attributes has none to lose.
    let Ok(names) = xattr::list(target) else { return Ok(()) };
    for name in names {
        let Some(value) = xattr::get(target, &name)? else { continue };
        // Labels that the system gives by itself are there already, and often can't be set.
        if file.get_xattr(&name).ok().flatten().as_ref() != Some(&value) {
            file.set_xattr(&name, &value)?;
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn take_over(file: &File, was: &Metadata, _: &Path) -> Result<(), String> {
    file.set_permissions(was.permissions()).map_err(|e| format!("can't keep its mode: {e}"))
}

/// Makes the new name last. Not every file system can; the content is safe in any case.
#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

#[cfg(not(unix))]
pub(crate) fn sync_folder(_: &Path) {}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: Policy<'_> =
        Policy { break_hard_links: false, keep_times: false, backup: None, packing: None };

    /// Whoever wrote to the file meanwhile must not lose it.
    #[test]
    fn a_file_that_changes_meanwhile_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "one two").unwrap();
        let mut file = InPlace::open(&path, POLICY).unwrap();
        file.keep(b"one ").unwrap();
        file.change(b"zwei").unwrap();
        fs::write(&path, "one two three").unwrap();
        let ready = file.complete().unwrap().expect("a new version");
        assert_eq!(ready.commit(), Err(CHANGED.to_owned()));
        assert_eq!(fs::read(&path).unwrap(), b"one two three");

        let mut file = InPlace::open(&path, POLICY).unwrap();
        file.keep(b"one two ").unwrap();
        fs::write(&path, "one").unwrap();
        assert_eq!(file.change(b"drei"), Err(CHANGED.to_owned()));
        drop(file);
        assert_eq!(fs::read(&path).unwrap(), b"one");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "the temporary file is gone");
    }
}
