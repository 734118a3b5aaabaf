//! Output must not be input.

use std::path::Path;

use crate::args::Outputs;
use crate::atomic;
use crate::exit::Error;
use crate::walk::Source;

/// Output must not be input: it would be gone, or worse, never end.
pub(super) fn refuse_clashes(sources: &[Source], outputs: &Outputs) -> Result<(), Error> {
    let targets: Vec<(&Path, &str)> = [
        (outputs.file(), "output"),
        (outputs.report.as_deref(), "report"),
        (outputs.journal.as_deref(), "journal"),
    ]
    .into_iter()
    .filter_map(|(path, what)| Some((path?, what)))
    .collect();
    for (at, &(target, what)) in targets.iter().enumerate() {
        let clash = |s: &&Source| s.file().is_some_and(|path| atomic::same_file(path, target));
        if let Some(source) = sources.iter().find(clash) {
            let (target, source) = (target.display(), source.name());
            return Err(Error::Output(format!("{target}: is the same file as the input {source}")));
        }
        let twice =
            targets[..at].iter().find(|(other, _)| *other == target || atomic::same_file(other, target));
        if let Some((_, other)) = twice {
            let target = target.display();
            return Err(Error::Output(format!("{target}: can't be both the {other} and the {what}")));
        }
    }
    Ok(())
}
