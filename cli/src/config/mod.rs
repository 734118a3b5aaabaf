//! Settings from a file: options that a user would otherwise give each time.
//!
//! A setting is an option under its long name. What the file says goes before the user's own words, as if
//! it had been typed; an option that the user gives replaces it. So each option is checked in one way only,
//! wherever it comes from.

mod dump;
mod file;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{ArgAction, ArgMatches, Command};
use toml::{Table, Value};

pub(crate) use dump::dump;

/// Options of a single run, which no file can set: what is read, and whatever writes.
const NEVER: [&str; 18] = [
    "annotate",
    "apply",
    "candidates",
    "check",
    "config",
    "diff",
    "files-from",
    "help",
    "in-place",
    "journal",
    "json",
    "list",
    "no-config",
    "null",
    "output",
    "output-format",
    "report",
    "version",
];

/// Options that mean something with another one only.
const NEEDS: [(&str, &str); 3] =
    [("backup", "in_place"), ("hard-links", "in_place"), ("keep-times", "in_place")];

/// Options that make the input a table.
const TABLES: [&str; 4] = ["column", "delimiter", "no_quotes", "no_header"];

/// The settings of a file, checked for their names.
#[derive(Debug)]
pub(crate) struct Settings {
    path: PathBuf,
    table: Table,
}

/// The file whose settings are in force, if there is one: the one that is named, else the nearest.
pub(crate) fn find(matches: &ArgMatches) -> Option<PathBuf> {
    match matches.get_one::<PathBuf>("config") {
        Some(path) => Some(path.clone()),
        None if matches.get_flag("no_config") => None,
        None => file::nearest(),
    }
}

/// The settings of a file.
pub(crate) fn load(program: &Command, path: PathBuf) -> Result<Settings, String> {
    let table = file::read(&path)?;
    check(program, &table).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(Settings { path, table })
}

/// The commands that work on files, to which settings apply.
fn commands(program: &Command) -> impl Iterator<Item = &Command> {
    program.get_subcommands().filter(|c| c.get_arguments().any(|a| a.get_id() == "files"))
}

/// The command of this name, if settings apply to it.
pub(crate) fn takes<'c>(program: &'c Command, name: &str) -> Option<&'c Command> {
    commands(program).find(|c| c.get_name() == name)
}

/// The options of a command that a file can set.
fn options(command: &Command) -> impl Iterator<Item = &clap::Arg> {
    command.get_arguments().filter(|a| a.get_long().is_some_and(|name| !NEVER.contains(&name)))
}

fn option<'c>(command: &'c Command, name: &str) -> Option<&'c clap::Arg> {
    options(command).find(|a| a.get_long() == Some(name))
}

/// Looks for names that mean nothing.
fn check(program: &Command, table: &Table) -> Result<(), String> {
    for (key, value) in table {
        if let Value::Table(own) = value {
            let command = commands(program).find(|c| c.get_name() == key).ok_or_else(|| {
                let names: Vec<_> = commands(program).map(Command::get_name).collect();
                format!("[{key}] is no command with settings; those are {}", names.join(", "))
            })?;
            if let Some(name) = own.keys().find(|name| option(command, name).is_none()) {
                return Err(format!("[{key}] has no setting `{name}`; it has {}", names([command])));
            }
        } else if commands(program).all(|c| option(c, key).is_none()) {
            return Err(format!(
                "there is no setting `{key}`; the settings are {}",
                names(commands(program))
            ));
        }
    }
    Ok(())
}

fn names<'c>(commands: impl IntoIterator<Item = &'c Command>) -> String {
    let mut names: Vec<_> = commands.into_iter().flat_map(options).filter_map(clap::Arg::get_long).collect();
    names.sort_unstable();
    names.dedup();
    names.join(", ")
}

impl Settings {
    /// The file that they are from.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// A setting as the file says it, that of the command before that of all.
    fn value(&self, command: &Command, name: &str) -> Option<&Value> {
        let own = match self.table.get(command.get_name()) {
            Some(Value::Table(own)) => own.get(name),
            _ => None,
        };
        own.or_else(|| self.table.get(name))
    }

    /// The words that the settings stand for in a command of which the user gave these.
    pub(crate) fn words(&self, command: &Command, given: &ArgMatches) -> Result<Vec<OsString>, String> {
        let is_given = |id: &str| {
            let known = command.get_arguments().any(|a| a.get_id() == id);
            known && given.value_source(id) == Some(ValueSource::CommandLine)
        };
        let mut words = Vec::new();
        for arg in options(command) {
            let name = arg.get_long().unwrap_or_default();
            let Some(value) = self.value(command, name) else { continue };
            // Of two options that exclude each other, one alone says so.
            let excluded = |given: &clap::Arg| {
                command.get_arg_conflicts_with(arg).contains(&given)
                    || command.get_arg_conflicts_with(given).contains(&arg)
            };
            let is_by_user = |a: &clap::Arg| is_given(a.get_id().as_str());
            let replaced = is_by_user(arg) || command.get_arguments().filter(|a| is_by_user(a)).any(excluded);
            let idle = NEEDS.iter().any(|&(option, needs)| option == name && !is_given(needs));
            // Fields mean nothing in a format that the user names and that has none, columns likewise.
            let format =
                given.get_raw("format").and_then(|mut raw| raw.next()).filter(|_| is_given("format"));
            let is_not = |formats: [&str; 2]| format.is_some_and(|f| formats.iter().all(|name| f != *name));
            let idle = idle
                || match name {
                    "field" => is_not(["jsonl", "json"]) || TABLES.iter().any(|option| is_given(option)),
                    "column" | "delimiter" | "no-quotes" | "no-header" => {
                        is_not(["csv", "tsv"]) || is_given("field")
                    }
                    _ => false,
                };
            let spelled = spell(arg, name, value)
                .map_err(|e| format!("{}: the setting `{name}` {e}", self.path.display()))?;
            if !replaced && !idle {
                words.extend(spelled.into_iter().map(OsString::from));
            }
        }
        Ok(words)
    }

    /// Tells a fault of the settings, which only shows when they are put together.
    pub(crate) fn fault(&self, error: &clap::Error) -> String {
        let text = error.to_string();
        let first = text.lines().next().unwrap_or_default();
        format!("{}: {}", self.path.display(), first.trim_start_matches("error: "))
    }
}

/// A setting as it would be typed.
fn spell(arg: &clap::Arg, name: &str, value: &Value) -> Result<Vec<String>, &'static str> {
    let one = |value: &Value| match value {
        Value::String(s) => Ok(format!("--{name}={s}")),
        Value::Integer(n) => Ok(format!("--{name}={n}")),
        Value::Float(x) => Ok(format!("--{name}={x}")),
        _ => Err("is a string or a number"),
    };
    let valueless = arg.get_num_args().is_some_and(|n| n.min_values() == 0);
    match (arg.get_action(), value) {
        (ArgAction::SetTrue, Value::Boolean(on)) => {
            Ok(if *on { vec![format!("--{name}")] } else { Vec::new() })
        }
        (ArgAction::SetTrue, _) => Err("is true or false"),
        (ArgAction::Append, Value::Array(values)) => values.iter().map(one).collect(),
        (ArgAction::Append, _) => Err("is a list"),
        (_, Value::Boolean(on)) if valueless => Ok(if *on { vec![format!("--{name}")] } else { Vec::new() }),
        (_, value) => Ok(vec![one(value)?]),
    }
}
