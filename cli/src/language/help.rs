//! Help and the faults of the command line, in the language that is spoken.

use std::io::{self, Write};

use clap::builder::PossibleValue;
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, Command, CommandFactory};

use super::{in_characters, is_chinese, say};
use crate::args::Cli;
use crate::exit::Error;

/// What the Chinese help says: of a command (`@clean`), of an option wherever it stands, or of an option of
/// one command (`convert.to`), and of a value that an option takes (`color:auto`).
const TEXTS: &str = include_str!("help.txt");

/// The grammar, with its help in the language that is spoken.
pub(crate) fn program() -> Command {
    if is_chinese() { chinese(Cli::command(), "") } else { Cli::command() }
}

/// Ends the process as is the custom where the command line is wrong or asks for help.
pub(crate) fn leave(error: &clap::Error) -> ! {
    if !is_chinese() || error.kind() == ErrorKind::DisplayVersion {
        error.exit();
    }
    let text = error.render().to_string();
    // Help is Chinese already. Nobody is left to be told of a closed stream.
    let _ = match error.kind() {
        ErrorKind::DisplayHelp => io::stdout().write_all(text.as_bytes()),
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => io::stderr().write_all(text.as_bytes()),
        _ => io::stderr().write_all(say(&text).as_bytes()),
    };
    std::process::exit(error.exit_code());
}

/// Shows the help of a command, or of the program, as `--help` does.
pub(crate) fn help(command: Option<&str>) -> Result<(), Error> {
    let mut program = program();
    let words = std::iter::once(program.get_name().to_owned()).chain(command.map(str::to_owned));
    let words: Vec<String> = words.chain(["--help".to_owned()]).collect();
    match program.try_get_matches_from_mut(words) {
        Err(text) => leave(&text),
        Ok(_) => Ok(()),
    }
}

fn chinese(command: Command, name: &str) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|c| c.get_name().to_owned()).collect();
    let mut command = command
        .help_template("{before-help}{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}")
        .subcommand_help_heading("命令")
        .mut_args(|arg| localized(arg, name));
    if let Some(about) = text(&format!("@{name}")) {
        command = command.about(about).long_about(None);
    }
    if let Some(after) = text(&format!("after@{name}")) {
        command = command.after_help(after.replace("\\n", "\n"));
    }
    let flag =
        |id, letter, about: String, action| Arg::new(id).short(letter).long(id).help(about).action(action);
    let options = in_characters("选项");
    command = command
        .disable_help_flag(true)
        .arg(flag("help", 'h', in_characters("显示帮助"), ArgAction::Help).help_heading(options.clone()));
    if command.get_version().is_some() {
        let version =
            flag("version", 'V', in_characters("显示版本"), ArgAction::Version).help_heading(options);
        command = command.disable_version_flag(true).arg(version);
    }
    names.into_iter().fold(command, |command, name| command.mut_subcommand(&name, |c| chinese(c, &name)))
}

fn localized(arg: Arg, command: &str) -> Arg {
    let id = arg.get_id().to_string();
    let heading = match arg.get_help_heading() {
        Some("Input") => "输入",
        Some("Output") => "输出",
        Some(_) | None if arg.is_positional() => "参数",
        Some(_) | None => "选项",
    };
    let heading = in_characters(heading);
    let Some(help) = text(&format!("{command}.{id}")).or_else(|| text(&id)) else {
        return arg.help_heading(heading);
    };
    let arg = arg.help_heading(heading).long_help(None::<&str>);
    if !arg.get_action().takes_values() {
        return arg.help(help);
    }
    let mut help = help.to_owned();
    let list = |help: &mut String, name: &str, values: Vec<String>| {
        if !values.is_empty() {
            help.push_str(&format!(" [{}：{}]", in_characters(name), values.join(", ")));
        }
    };
    let defaults = arg.get_default_values().iter().map(|value| value.to_string_lossy().into_owned());
    list(&mut help, "默认", defaults.collect());
    // The long help has a line for each value, if there is anything to be said of it.
    let values = arg.get_possible_values();
    let described = |value: &PossibleValue| {
        let about = of_value(&id, command, value.get_name()).map(|about| format!("：{about}"));
        format!("- {}{}", value.get_name(), about.unwrap_or_default())
    };
    let is_told = values.iter().any(|value| of_value(&id, command, value.get_name()).is_some());
    let long = is_told.then(|| {
        let lines: Vec<String> = values.iter().map(described).collect();
        format!("{help}\n\n{}：\n{}", in_characters("可选"), lines.join("\n"))
    });
    let mut short = help;
    list(&mut short, "可选", values.iter().map(|value| value.get_name().to_owned()).collect());
    let arg = arg.help(short).hide_default_value(true).hide_possible_values(true);
    if let Some(long) = long { arg.long_help(long) } else { arg }
}

/// What is said of a value that an option takes.
fn of_value(option: &str, command: &str, value: &str) -> Option<String> {
    text(&format!("{command}.{option}:{value}")).or_else(|| text(&format!("{option}:{value}")))
}

/// The text under a key, in the characters that are asked for.
fn text(key: &str) -> Option<String> {
    entry(key).map(in_characters)
}

fn entry(key: &str) -> Option<&'static str> {
    TEXTS.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let (name, text) = line.split_once(" = ")?;
        (name == key).then_some(text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every command and every option has its help in Chinese, and the help has nothing else.
    #[test]
    fn the_help_is_complete() {
        let program = Cli::command();
        let mut keys = vec!["after@".to_owned()];
        let mut missing = Vec::new();
        for command in std::iter::once(&program).chain(program.get_subcommands()) {
            let name = if command.get_name() == program.get_name() { "" } else { command.get_name() };
            let mut need = vec![vec![format!("@{name}")]];
            for arg in command.get_arguments() {
                let keys = [format!("{name}.{}", arg.get_id()), arg.get_id().to_string()];
                need.push(keys.to_vec());
                let values = arg.get_possible_values();
                let told = values.iter().filter(|value| value.get_help().is_some());
                need.extend(
                    told.map(|value| keys.clone().map(|key| format!("{key}:{}", value.get_name())).to_vec()),
                );
            }
            for choices in need {
                if choices.iter().all(|key| text(key).is_none()) {
                    missing.push(choices.join(" or "));
                }
                keys.extend(choices);
            }
        }
        assert!(missing.is_empty(), "no Chinese help (cli/src/language/help.txt) for {missing:#?}");
        let known = TEXTS.lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split_once(" = "));
        let idle: Vec<_> = known.filter(|(key, _)| !keys.iter().any(|k| k == key)).collect();
        assert!(idle.is_empty(), "Chinese help for what is not there: {idle:?}");
    }

    #[test]
    fn the_chinese_grammar_is_sound() {
        chinese(Cli::command(), "").debug_assert();
    }
}
