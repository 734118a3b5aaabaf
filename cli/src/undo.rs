//! Undoes a run by its journal, the last act first.

use std::fs::{self, File};
use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;

use crate::args::Undo;
use crate::atomic::{InPlace, Policy};
use crate::exit::{Error, Log};
use crate::journal::{Act, Change, Content, Reader, Stretch, Summer};
use crate::{name, names};

/// Restores every file that is still as the run left it. What has changed since is told and
/// left, and so is whatever can't be restored.
pub(crate) fn run(options: &Undo, log: &Log) -> Result<(), Error> {
    let journal = options.journal.display().to_string();
    let open = |path| Reader::open(path).and_then(|mut reader| Ok((reader.acts()?, reader)));
    let (acts, mut reader) = open(&options.journal).map_err(|e| Error::file(&journal, e))?;
    let terminal = io::stdout().is_terminal();
    let mut stdout = io::stdout().lock();
    let mut undone: Vec<(&Path, &Path)> = Vec::new();
    for act in acts.iter().rev() {
        let (path, done) = match act {
            Act::Changed(act) => (&act.path, restore(act, &mut reader, options.dry_run)),
            Act::Renamed { from, to } => (to, rename_back(from, to, options.dry_run.then_some(&mut undone))),
        };
        match done {
            Ok(true) if options.dry_run => {
                name::write(&mut stdout, path.as_os_str(), terminal)
                    .and_then(|()| stdout.write_all(b"\n"))
                    .map_err(|e| Error::output("standard output", &e))?;
            }
            Ok(_) => {}
            Err(cause) => log.fault(format_args!("{}: {cause}", path.display())),
        }
    }
    Ok(())
}

/// Whether there was, or is, a name to give back. A dry run keeps the names that it would have given back.
fn rename_back<'a>(
    from: &'a Path,
    to: &'a Path,
    dry_run: Option<&mut Vec<(&'a Path, &'a Path)>>,
) -> Result<bool, String> {
    let exists = |path: &Path| fs::symlink_metadata(path).is_ok();
    let Some(undone) = dry_run else {
        return match (exists(to), exists(from)) {
            // Done already, or never done.
            (false, _) => Ok(false),
            (true, true) => Err(format!("{} exists again, so it was left", from.display())),
            (true, false) => names::rename(to, from).map(|()| true).map_err(|e| e.to_string()),
        };
    };
    let now = |path: &Path| {
        undone.iter().rev().fold(path.to_owned(), |path, (from, to)| match path.strip_prefix(from) {
            Ok(rest) => to.join(rest),
            Err(_) => path,
        })
    };
    let Ok(found) = fs::symlink_metadata(now(to)) else { return Ok(false) };
    if exists(&now(from)) {
        return Err(format!("{} exists again, so it would be left", from.display()));
    }
    if found.is_dir() {
        undone.push((from, to));
    }
    Ok(true)
}

/// Whether there was, or is, something to restore.
fn restore(act: &Change, journal: &mut Reader, dry_run: bool) -> Result<bool, String> {
    let Change { path, before, after, .. } = act;
    let now = Summer::of_file(path).map_err(|e| e.to_string())?;
    if now == *before {
        // The run broke off before it came to this file, or it is restored already.
        return Ok(false);
    }
    if now != *after {
        return Err("has changed since, so it was left".to_owned());
    }
    if dry_run {
        return Ok(true);
    }
    let policy = Policy { break_hard_links: false, keep_times: false, backup: None, packing: None };
    let mut file = InPlace::open(path, policy)?;
    let restored = splice(path, &mut file, journal.stretches(act)?)?;
    if restored != *before {
        return Err("the journal does not fit, so it was left".to_owned());
    }
    file.complete()?.map_or(Ok(()), |ready| ready.commit())?;
    Ok(true)
}

/// Writes the old version: the new one with the old stretches in their places.
fn splice(
    path: &Path,
    file: &mut InPlace<'_>,
    stretches: impl Iterator<Item = Result<Stretch, String>>,
) -> Result<Content, String> {
    let mut new = File::open(path).map_err(|e| e.to_string())?;
    let (mut at, mut sum) = (0, Summer::default());
    for stretch in stretches {
        let stretch = stretch?;
        let same = stretch.at.checked_sub(at).ok_or("the journal is damaged")?;
        pass(&mut new, same, |part| {
            sum.add(part);
            file.keep(part)
        })?;
        pass(&mut new, stretch.bytes, |_| Ok(()))?;
        let old = stretch.old()?;
        sum.add(&old);
        file.change(&old)?;
        at = stretch.at.saturating_add(stretch.bytes);
    }
    pass(&mut new, u64::MAX, |part| {
        sum.add(part);
        file.keep(part)
    })?;
    Ok(sum.finish())
}

/// Hands on the next bytes, as many as there are of this number.
fn pass(
    input: &mut File,
    bytes: u64,
    mut each: impl FnMut(&[u8]) -> Result<(), String>,
) -> Result<(), String> {
    let (mut input, mut part) = (input.take(bytes), vec![0; 64 << 10]);
    loop {
        match input.read(&mut part) {
            Ok(0) => return Ok(()),
            Ok(length) => each(&part[..length])?,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e.to_string()),
        }
    }
}
