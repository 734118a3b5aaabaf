//! Help and the faults of the command line, in the language that is spoken.

use std::io::{self, Write};

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, Command, CommandFactory};

use super::{in_characters, is_chinese, say};
use crate::args::Cli;

/// What the Chinese help says: of a command (`@clean`), of an option wherever it stands, or of an option of
/// one command (`convert.to`).
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
    let mut list = |name: &str, values: Vec<String>| {
        if !values.is_empty() {
            help.push_str(&format!(" [{name}：{}]", values.join(", ")));
        }
    };
    let defaults = arg.get_default_values().iter().map(|value| value.to_string_lossy().into_owned());
    list(&in_characters("默认"), defaults.collect());
    list(
        &in_characters("可选"),
        arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect(),
    );
    arg.help(help).hide_default_value(true).hide_possible_values(true)
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
                need.push(vec![format!("{name}.{}", arg.get_id()), arg.get_id().to_string()]);
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
