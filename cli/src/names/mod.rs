//! Names of files and folders, and names inside of zip archives: what is garbled is listed, and renamed with
//! `--apply`. What has the new name already is never overwritten.

mod archive;
mod plan;
mod reading;
mod rename;
mod tree;

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use clap::Args;
use qingwen::detect::Encoding;
use qingwen::repair::Options;

use crate::args::Confidence;
use crate::exit::{Error, Log, Status};
use crate::{journal, name};

use reading::Reader;

pub(crate) use rename::rename;

/// What is renamed.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Files, folders with everything in them, and zip archives
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Rename; without it, only list what would be renamed, and exit with 1 if anything would
    #[arg(long)]
    apply: bool,
    /// With --apply, write down in a new file what undoes the run; `qingwen undo FILE` does it
    #[arg(long, value_name = "FILE", requires = "apply")]
    journal: Option<PathBuf>,
    /// What names that are not UTF-8 are in: gb18030, big5, shift_jis, … [default: what their bytes say]
    #[arg(long, value_name = "NAME", value_parser = reading::encoding)]
    encoding: Option<Encoding>,
    #[command(flatten)]
    confidence: Confidence,
}

/// Lists or renames.
pub(crate) fn run(arguments: &Arguments, log: &Log) -> Result<(), Error> {
    let min_confidence = arguments.confidence.min_confidence;
    let reader = Reader::new(Options { min_confidence }, arguments.encoding);
    let apply = arguments.apply;
    let mut journal = arguments.journal.as_deref().map(journal::Writer::create).transpose()?;
    for path in arguments.paths.iter().filter(|path| archive::is_zip(path)) {
        let list = |old: &[u8], new: &str| {
            show(&[path.as_os_str().as_encoded_bytes(), b": ", old].concat(), new, log)
        };
        let done = archive::run(path, &reader, apply, journal.as_mut(), log, list);
        done.or_else(|e| given_up(e, log))?;
    }
    let paths = tree::collect(&arguments.paths, log);
    for plan::Rename { from, to } in plan::renames(&paths, &reader, log) {
        if apply {
            rename::apply(&from, &to, journal.as_mut()).or_else(|e| given_up(e, log))?;
        } else {
            show(from.as_os_str().as_encoded_bytes(), &to, log)?;
        }
    }
    Ok(())
}

/// One file is given up; the others go on.
fn given_up(error: Error, log: &Log) -> Result<(), Error> {
    match error {
        Error::File(message) => {
            log.fault(message);
            Ok(())
        }
        other => Err(other),
    }
}

/// Lists one name with its new one.
fn show(old: &[u8], new: &str, log: &Log) -> Result<(), Error> {
    log.raise(Status::Found);
    let mut out = io::stdout().lock();
    let terminal = out.is_terminal();
    name::write_bytes(&mut out, old, terminal)
        .and_then(|()| out.write_all(" → ".as_bytes()))
        .and_then(|()| name::write_bytes(&mut out, new.as_bytes(), terminal))
        .and_then(|()| out.write_all(b"\n"))
        .map_err(|e| Error::output("standard output", &e))
}
