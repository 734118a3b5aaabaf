//! What the program tells of itself in other programs' forms: manual pages, and completions for shells.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;
use clap_mangen::Man;

use crate::args::Cli;
use crate::exit::Error;

const NAME: &str = "qingwen";

/// Writes the completions for a shell to standard output.
pub(crate) fn completions(shell: Shell) -> Result<(), Error> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), NAME, &mut script);
    print(&script)
}

/// Writes a manual page for the program and one for each command to a folder that is there, or the
/// program's own to standard output.
pub(crate) fn pages(to: &Path) -> Result<(), Error> {
    let mut program = Cli::command();
    program.build();
    if to.as_os_str() == "-" {
        return print(&page(program)?);
    }
    let commands: Vec<_> = program.get_subcommands().cloned().collect();
    for command in std::iter::once(program).chain(commands) {
        // `qingwen repair` has its page under `qingwen-repair`.
        let name = command.get_display_name().unwrap_or(command.get_name()).to_owned();
        let path = to.join(format!("{name}.1"));
        fs::write(&path, page(command.display_name(&name))?)
            .map_err(|e| Error::output(&path.display().to_string(), &e))?;
    }
    Ok(())
}

fn page(command: clap::Command) -> Result<Vec<u8>, Error> {
    let mut page = Vec::new();
    Man::new(command).render(&mut page).map_err(|e| Error::Output(e.to_string()))?;
    Ok(page)
}

fn print(bytes: &[u8]) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush()).map_err(|e| Error::output("standard output", &e))
}
