//! The command line and the file of settings, put together.

use std::env;
use std::ffi::OsString;
use std::io::{self, Write};

use clap::{ArgMatches, CommandFactory, FromArgMatches};

use crate::args::Cli;
use crate::config;
use crate::exit::Error;
use crate::language;

/// Global options whose value is a word of its own.
const WITH_VALUE: [&str; 2] = ["--config", "--lang"];

impl Cli {
    /// The arguments of this process, behind the settings that apply to them. Where they are wrong, or ask
    /// for help, this ends the process as is the custom.
    ///
    /// # Errors
    /// If the settings can't be read or are wrong.
    pub(crate) fn take() -> Result<Self, String> {
        let words: Vec<OsString> = env::args_os().collect();
        language::speak(language::asked_for(&words));
        let parse = |words: &[OsString]| language::program().try_get_matches_from(words);
        let given = parse(&words).unwrap_or_else(|e| language::leave(&e));
        let matches = match with_settings(&words, &given)? {
            Some((settings, words)) => parse(&words).map_err(|e| settings.fault(&e))?,
            None => given,
        };
        let cli = Self::from_arg_matches(&matches).map_err(|e| e.to_string())?;
        // The settings may ask for another one.
        language::speak(cli.lang);
        Ok(cli)
    }
}

/// The words with those of the settings, if there are any.
fn with_settings(
    words: &[OsString],
    given: &ArgMatches,
) -> Result<Option<(config::Settings, Vec<OsString>)>, String> {
    let Some((name, own)) = given.subcommand() else { return Ok(None) };
    // Most runs have none, and should not wait for it.
    let Some(path) = config::find(own) else { return Ok(None) };
    let mut program = Cli::command();
    program.build();
    let Some(command) = config::takes(&program, name) else { return Ok(None) };
    let settings = config::load(&program, path)?;
    let added = settings.words(command, own)?;
    if added.is_empty() {
        return Ok(None);
    }
    let at = behind_command(words);
    let words = words[..at].iter().cloned().chain(added).chain(words[at..].iter().cloned()).collect();
    Ok(Some((settings, words)))
}

/// The place behind the command's name.
fn behind_command(words: &[OsString]) -> usize {
    let mut at = 1;
    while let Some(word) = words.get(at) {
        at += 1;
        if WITH_VALUE.iter().any(|option| word == option) {
            at += 1;
        } else if !word.as_encoded_bytes().starts_with(b"-") {
            break;
        }
    }
    at.min(words.len())
}

/// Says which file of settings is in force, or what all settings are.
pub(crate) fn run(dump: bool) -> Result<(), Error> {
    let mut program = Cli::command();
    let words: Vec<OsString> = env::args_os().collect();
    let given = program.clone().try_get_matches_from(words).map_err(|e| Error::Output(e.to_string()))?;
    program.build();
    let own = given.subcommand().map_or(&given, |(_, own)| own);
    let load = |path| config::load(&program, path).map_err(Error::Output);
    let settings = config::find(own).map(load).transpose()?;
    let text = match (dump, &settings) {
        (true, _) => config::dump(&program, settings.as_ref()).map_err(Error::Output)?,
        (false, Some(settings)) => format!("{}\n", settings.path().display()),
        (false, None) => "no file of settings\n".to_owned(),
    };
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|e| Error::output("standard output", &e))
}
