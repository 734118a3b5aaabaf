//! Help and the faults of the command line, in the language that is spoken.

use clap::error::{ContextKind, ErrorKind};
use clap::{Arg, ArgAction, Command, CommandFactory};

use super::{is_chinese, say};
use crate::args::Cli;

/// What the Chinese help says: of a command (`@clean`), of an option wherever it stands, or of an option of
/// one command (`convert.to`).
const TEXTS: &str = include_str!("help.txt");

/// Words that help gets from its library.
const WORDS: [(&str, &str); 4] = [
    ("[default: ", "[默认："),
    ("[possible values: ", "[可选："),
    ("Possible values:", "可选值："),
    ("[aliases: ", "[别名："),
];

/// The grammar, with its help in the language that is spoken.
pub(crate) fn program() -> Command {
    if is_chinese() { chinese(Cli::command(), "") } else { Cli::command() }
}

/// Ends the process as is the custom where the command line is wrong or asks for help.
pub(crate) fn leave(error: &clap::Error) -> ! {
    if !is_chinese() {
        error.exit();
    }
    let text = error.render().to_string();
    if matches!(error.kind(), ErrorKind::DisplayVersion) {
        error.exit();
    }
    let is_help = error.get(ContextKind::InvalidArg).is_none() && text.contains("用法：");
    let text = match is_help {
        true => WORDS.iter().fold(text, |text, (english, chinese)| text.replace(english, chinese)),
        false => say(&text).into_owned(),
    };
    if error.use_stderr() {
        eprint!("{text}");
    } else {
        print!("{text}");
    }
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
    let flag = |id, letter, about, action| Arg::new(id).short(letter).long(id).help(about).action(action);
    command = command
        .disable_help_flag(true)
        .arg(flag("help", 'h', "显示帮助", ArgAction::Help).help_heading("选项"));
    if command.get_version().is_some() {
        let version = flag("version", 'V', "显示版本", ArgAction::Version).help_heading("选项");
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
    let arg = arg.help_heading(heading);
    match text(&format!("{command}.{id}")).or_else(|| text(&id)) {
        Some(help) => arg.help(help).long_help(None::<&str>),
        None => arg,
    }
}

/// The text under a key.
fn text(key: &str) -> Option<&'static str> {
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
