//! Runs that only say what is in the inputs.

use std::io::{self, Write};

use super::STDOUT;
use super::desk::MOST_HELD;
use super::read::{How, read};
use super::sink::{Sink, To};
use super::worker::Worker;
use crate::args::Inputs;
use crate::exit::{Error, Log};
use crate::held::Held;
use crate::progress::{self, Progress};
use crate::spread;
use crate::walk::{self, Source};

/// Reads every input for what can be said of it, and calls `each` after each; nothing is written.
pub(crate) fn inspect<W: Worker>(
    inputs: &Inputs,
    mut worker: W,
    log: &Log,
    mut each: impl FnMut(&mut W, &Source) -> Result<(), Error>,
) -> Result<(), Error> {
    for source in walk::sources(inputs, log)? {
        let mut sink = Sink::new(To::Nowhere, STDOUT);
        let outcome = read(&source, How { inputs, threads: inputs.threads(), log }, &mut worker, &mut sink);
        match outcome.and_then(|()| each(&mut worker, &source)) {
            Ok(()) => {}
            Err(Error::File(message)) if !inputs.strict => log.fault(message),
            Err(other) => return Err(other),
        }
    }
    Ok(())
}

/// Reads the inputs in parallel for what can be said of them: a worker from `fresh` reads one, and
/// `each` writes what it found to standard output, where `between` parts it from the one before.
pub(crate) fn survey<W: Worker>(
    inputs: &Inputs,
    fresh: impl Fn() -> W + Sync,
    between: &str,
    log: &Log,
    each: impl Fn(W, &Source, &mut dyn Write, &Log) -> io::Result<()> + Sync,
) -> Result<(), Error> {
    let sources = walk::sources(inputs, log)?;
    let _progress = Progress::start(inputs, &sources);
    let mut stdout = io::BufWriter::new(progress::Beside::new(io::stdout().lock()));
    let failed = |e: io::Error| Error::output(STDOUT, &e);
    let look = |source: &Source, threads: usize, out: &mut dyn Write, log: &Log| {
        let mut worker = fresh();
        let how = How { inputs, threads, log };
        read(source, how, &mut worker, &mut Sink::new(To::Nowhere, STDOUT))?;
        each(worker, source, out, log).map_err(failed)
    };
    let beside = |source: &Source| {
        let (log, mut out) = (Log::holding(), Held::new(MOST_HELD));
        let result = look(source, 1, &mut out, &log);
        out.into_bytes().map(|out| (log, out, result))
    };
    let mut first = true;
    let take = |source: &Source, seen: Option<(Log, Vec<u8>, Result<(), Error>)>| {
        let mut out = Vec::new();
        let result = match seen {
            Some((held, bytes, result)) => {
                log.tell(held);
                out = bytes;
                result
            }
            None => look(source, inputs.threads(), &mut out, log),
        };
        if !out.is_empty() {
            let between = if std::mem::take(&mut first) { "" } else { between };
            stdout.write_all(between.as_bytes()).and_then(|()| stdout.write_all(&out)).map_err(failed)?;
        }
        match result {
            Err(Error::File(message)) if !inputs.strict => {
                log.fault(message);
                Ok(())
            }
            other => other,
        }
    };
    spread::each(&sources, inputs.threads(), |_| spread::LARGEST, beside, take)?;
    stdout.flush().map_err(failed)
}
