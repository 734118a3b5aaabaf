//! Files in parallel: small ones are worked on beside each other, large ones when their turn comes, and
//! what they become goes out in order.

use std::collections::HashSet;
use std::fs;
use std::sync::{Mutex, PoisonError};

use crate::atomic;
use crate::exit::Error;
use crate::parallel::{self, Bounds};
use crate::walk::Source;

/// Larger files are worked on alone: what they become would have to wait in memory.
pub(crate) const LARGEST: u64 = 32 << 20;
/// Bytes of files in work at a time.
const IN_WORK: u64 = 64 << 20;

/// Runs `beside` over the sources in threads and `take` over the outcomes in order. Sources that are no
/// files of at most `limit` bytes, and those that `beside` gives up, come to `take` without an outcome.
pub(crate) fn each<R: Send>(
    sources: &[Source],
    threads: usize,
    limit: impl Fn(&Source) -> u64 + Sync,
    beside: impl Fn(&Source) -> Option<R> + Sync,
    mut take: impl FnMut(&Source, Option<R>) -> Result<(), Error>,
) -> Result<(), Error> {
    if threads == 1 || sources.len() == 1 {
        return sources.iter().try_for_each(|source| take(source, None));
    }
    let rest = Mutex::new((sources.iter(), HashSet::new()));
    let next = || {
        let (sources, seen) = &mut *rest.lock().unwrap_or_else(PoisonError::into_inner);
        let source = sources.next()?;
        let size = size(source).filter(|&size| size <= limit(source));
        // A file that is named twice is read again when the first run over it is through.
        let first = size.is_some() && atomic::file_identity(source.as_path()).is_none_or(|i| seen.insert(i));
        Some(((source, size.is_some() && first), size.unwrap_or(0)))
    };
    let work = |(source, eligible): (_, bool)| (source, if eligible { beside(source) } else { None });
    let bounds = Bounds { threads, weight: IN_WORK };
    parallel::ordered(bounds, next, || (), work, |(source, outcome)| take(source, outcome))
}

/// The size of a source that is a file and can be read twice.
fn size(source: &Source) -> Option<u64> {
    match source {
        Source::Stdin | Source::Typed(_) => None,
        Source::File(path) | Source::Found(path) => {
            fs::metadata(path).ok().filter(|m| m.is_file()).map(|m| m.len())
        }
    }
}
