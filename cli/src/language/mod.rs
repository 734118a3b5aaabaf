//! The language in which the program speaks to people.
//!
//! Messages are written in English where they arise, and known by that: a catalogue has the Chinese for
//! each. What it does not have stays English. Standard output, which programs read, is in no language but
//! its own.

mod catalogue;
mod help;

use std::borrow::Cow;
use std::env;
use std::ffi::OsString;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::ValueEnum;

use catalogue::Catalogue;
pub(crate) use help::{leave, program};

/// The languages there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// As LC_ALL, LC_MESSAGES or LANG say
    Auto,
    /// English
    En,
    /// Chinese
    Zh,
}

static IS_CHINESE: AtomicBool = AtomicBool::new(false);

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::parse(include_str!("messages.txt")));

/// Speaks this language from now on.
pub(crate) fn speak(language: Language) {
    let chinese = match language {
        Language::Auto => of_environment(|name| env::var(name).ok()),
        Language::En => false,
        Language::Zh => true,
    };
    IS_CHINESE.store(chinese, Ordering::Relaxed);
}

/// The language that these words of a command line ask for, before they are looked at as a whole.
pub(crate) fn asked_for(words: &[OsString]) -> Language {
    let mut words = words.iter().filter_map(|word| word.to_str()).take_while(|word| *word != "--");
    let mut language = Language::Auto;
    while let Some(word) = words.next() {
        let name = match word.strip_prefix("--lang") {
            Some("") => words.next(),
            Some(rest) => rest.strip_prefix('='),
            None => None,
        };
        language = name.and_then(|name| Language::from_str(name, false).ok()).unwrap_or(language);
    }
    language
}

/// Whether the environment asks for Chinese: the first of these variables that says anything decides, as
/// POSIX has it.
fn of_environment(get: impl Fn(&str) -> Option<String>) -> bool {
    let said = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(get).find(|value| !value.is_empty());
    said.is_some_and(|value| value.split(['_', '.', '@', '-']).next() == Some("zh"))
}

fn is_chinese() -> bool {
    IS_CHINESE.load(Ordering::Relaxed)
}

/// A message, line by line, in the language that is spoken.
pub(crate) fn say(message: &str) -> Cow<'_, str> {
    if !is_chinese() {
        return Cow::Borrowed(message);
    }
    let lines: Vec<_> = message.split('\n').map(|line| CATALOGUE.translate(line)).collect();
    Cow::Owned(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_variable_that_says_anything_decides() {
        let chinese = |set: &[(&str, &str)]| {
            of_environment(|name| set.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned()))
        };
        assert!(chinese(&[("LANG", "zh_CN.UTF-8")]) && chinese(&[("LC_MESSAGES", "zh")]));
        assert!(!chinese(&[("LC_ALL", "C"), ("LANG", "zh_CN.UTF-8")]));
        assert!(chinese(&[("LC_ALL", ""), ("LANG", "zh_TW")]));
        assert!(!chinese(&[]) && !chinese(&[("LANG", "zhx")]));
    }

    #[test]
    fn the_command_line_is_asked_before_it_is_understood() {
        let asked = |words: &[&str]| asked_for(&words.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(asked(&["qingwen", "--lang", "zh", "repair"]), Language::Zh);
        assert_eq!(asked(&["qingwen", "repair", "--lang=en", "--lang=zh", "x"]), Language::Zh);
        assert_eq!(asked(&["qingwen", "repair", "--", "--lang=zh"]), Language::Auto);
    }
}
