//! The settings in force, as a file of settings.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Write;

use clap::{Arg, ArgAction, ArgMatches, Command};
use toml::Value;

use super::{NEEDS, Settings, commands, options};

/// All settings with their values: those in which the commands agree first, then what each has of its own.
pub(crate) fn dump(program: &Command, settings: Option<&Settings>) -> Result<String, String> {
    let mut values: BTreeMap<String, Vec<(String, Option<Value>)>> = BTreeMap::new();
    for command in commands(program) {
        let parse = |words: Vec<OsString>| {
            let start = [OsString::from(program.get_name()), command.get_name().into()];
            let parsed = program.clone().try_get_matches_from(start.into_iter().chain(words));
            parsed.map_err(|e| settings.map_or_else(|| e.to_string(), |s| s.fault(&e)))
        };
        let mut matches = parse(Vec::new())?;
        if let Some(settings) = settings {
            let given = own(&matches)?;
            matches = parse(settings.words(command, given)?)?;
        }
        let matches = own(&matches)?;
        for arg in options(command) {
            let name = arg.get_long().unwrap_or_default().to_owned();
            // Settings that wait for another option are no words here, but they are settings.
            let waiting = settings.filter(|_| NEEDS.iter().any(|(option, _)| *option == name));
            let value =
                waiting.and_then(|s| s.value(command, &name)).cloned().or_else(|| value(arg, matches));
            values.entry(name).or_default().push((command.get_name().to_owned(), value));
        }
    }
    let mut out = match settings {
        Some(settings) => format!("# {}\n", settings.path.display()),
        None => "# no file of settings\n".to_owned(),
    };
    let mut tables: BTreeMap<String, String> = BTreeMap::new();
    for (name, each) in &values {
        let first = &each[0].1;
        if each.iter().all(|(_, value)| value == first) {
            line(&mut out, name, first.as_ref());
            continue;
        }
        for (command, value) in each {
            line(tables.entry(command.clone()).or_default(), name, value.as_ref());
        }
    }
    for (command, lines) in tables {
        let _ = write!(out, "\n[{command}]\n{lines}");
    }
    Ok(out)
}

fn own(matches: &ArgMatches) -> Result<&ArgMatches, String> {
    matches.subcommand().map(|(_, own)| own).ok_or_else(|| "no command".to_owned())
}

fn line(out: &mut String, name: &str, value: Option<&Value>) {
    let _ = match value {
        Some(value) => writeln!(out, "{name} = {value}"),
        None => writeln!(out, "# {name} is not set"),
    };
}

/// An option's value, as a file would say it.
fn value(arg: &Arg, matches: &ArgMatches) -> Option<Value> {
    let id = arg.get_id().as_str();
    if matches!(arg.get_action(), ArgAction::SetTrue) {
        return Some(Value::Boolean(matches.get_flag(id)));
    }
    let mut raw = matches.get_raw(id).into_iter().flatten().map(|v| v.to_string_lossy().into_owned());
    if matches!(arg.get_action(), ArgAction::Append) {
        return Some(Value::Array(raw.map(Value::String).collect()));
    }
    let raw = raw.next()?;
    let integer = raw.parse().map(Value::Integer).ok();
    let float = raw.parse().ok().filter(|x: &f64| x.is_finite()).map(Value::Float);
    Some(integer.or(float).unwrap_or(Value::String(raw)))
}
