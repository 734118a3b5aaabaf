//! Names inside of zip archives. Only the headers change: what is packed stays byte for byte, in whatever way it is
//! packed or encrypted.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;

use super::reading::{Reader, Reading};
use crate::exit::{Error, Log};
use crate::job::{self, Sink};
use crate::journal;
use crate::zip::directory::{self, Directory, Entry, Header};
use crate::zip::members::pass;

/// Whether a file begins as zip archives do, or is called one: a program may stand in front that unpacks it.
pub(crate) fn is_zip(path: &Path) -> bool {
    if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("zip")) {
        return path.is_file();
    }
    let mut head = [0; 4];
    path.is_file()
        && File::open(path).and_then(|mut f| f.read_exact(&mut head)).is_ok()
        && head == *b"PK\x03\x04"
}

/// Lists or changes the names in an archive. `list` gets each old name and what it becomes.
pub(crate) fn run(
    path: &Path,
    reader: &Reader,
    apply: bool,
    journal: Option<&mut journal::Writer>,
    log: &Log,
    mut list: impl FnMut(&[u8], &str) -> Result<(), Error>,
) -> Result<(), Error> {
    let name = path.display().to_string();
    let failed = |cause: String| Error::file(&name, cause);
    let mut file = File::open(path).map_err(|e| Error::file(&name, e))?;
    let directory = directory::read(&mut file).map_err(failed)?;
    let new = renamed(&directory, &name, reader, log);
    if !apply {
        let pairs = directory.entries.iter().zip(&new);
        return pairs
            .filter_map(|(e, new)| Some((e, new.as_ref()?)))
            .try_for_each(|(e, new)| list(e.name(), new));
    }
    if new.iter().all(Option::is_none) {
        return Ok(());
    }
    job::in_place(path, journal, |sink| write(&mut file, &directory, &new, &name, sink))
}

/// The new name of each entry that gets one.
fn renamed(directory: &Directory, archive: &str, reader: &Reader, log: &Log) -> Vec<Option<String>> {
    let entries = &directory.entries;
    let names: Vec<&[u8]> = entries.iter().map(Entry::name).collect();
    // What writes the mark writes it wherever it is due, so all names without it are in one encoding.
    let readings = reader.read(&names, |n| !entries[n].is_utf8());
    let mut takers: HashMap<&[u8], usize> = HashMap::new();
    for (entry, reading) in entries.iter().zip(&readings) {
        let becomes = if let Reading::New(new) = reading { new.as_bytes() } else { entry.name() };
        *takers.entry(becomes).or_default() += 1;
    }
    let judge = |(entry, reading): (&Entry, &Reading)| {
        let left = |why: &str| {
            let entry = String::from_utf8_lossy(entry.name());
            log.fault(format_args!("{archive}: {entry}: {why}; left as it is"));
            None
        };
        let new = match reading {
            Reading::Left(why) => return left(why),
            Reading::New(new) => new.clone(),
            // Right, but read as something else wherever the archive does not say that it is UTF-8.
            Reading::Same if !entry.is_utf8() && !entry.name().is_ascii() => {
                String::from_utf8(entry.name().to_vec()).ok()?
            }
            Reading::Same => return None,
        };
        let separators = |name: &[u8]| name.iter().filter(|&&b| b == b'/').count();
        let climbs = |name: &str| name.split(['/', '\\']).any(|part| part == "..");
        if takers[new.as_bytes()] > 1 {
            left("would get the name of another one")
        } else if separators(new.as_bytes()) != separators(entry.name()) || climbs(&new) {
            left("would get into another folder")
        } else if new.len() > usize::from(u16::MAX) {
            left("would get a name that is too long")
        } else if !entry.comment().is_ascii() {
            left("has a comment in an encoding of its own")
        } else {
            Some(new)
        }
    };
    entries.iter().zip(&readings).map(judge).collect()
}

/// Writes the archive with its new names.
fn write(
    file: &mut File,
    directory: &Directory,
    new: &[Option<String>],
    name: &str,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    let told = |cause: &str| Error::file(name, cause);
    file.rewind().map_err(|e| Error::file(name, e))?;
    // Where the old bytes were read to, and how much more was written.
    let (mut read, mut grown) = (0u64, 0i64);
    let mut moved = vec![0i64; directory.entries.len()];
    for n in directory.in_order() {
        let entry = &directory.entries[n];
        let between = entry.at.checked_sub(read).ok_or_else(|| told(directory::OVERLAP))?;
        pass(file, between, name, sink)?;
        let header = Header::read_local(file).map_err(|cause| told(&cause))?;
        if header.name() != entry.name() {
            return Err(told("names an entry differently in two places, so it was left"));
        }
        moved[n] = grown;
        read = entry.at + header.bytes.len() as u64;
        let changed = new[n].as_ref().map(|new| header.renamed(new));
        if let Some(changed) = &changed {
            grown += changed.len() as i64 - header.bytes.len() as i64;
        }
        sink.put(&header.bytes, changed.as_deref())?;
    }
    let between = directory.at.checked_sub(read).ok_or_else(|| told(directory::OVERLAP))?;
    pass(file, between, name, sink)?;
    let headers = directory.entries.iter().zip(new).map(|(entry, new)| match new {
        Some(name) => entry.header.renamed(name),
        None => entry.header.bytes.clone(),
    });
    directory.finish(file, headers, &moved, grown, name, sink)
}
