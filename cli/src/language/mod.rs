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
use std::sync::atomic::{AtomicU8, Ordering};

use clap::ValueEnum;
use qingwen::convert::{Config, Converter};

use catalogue::Catalogue;
pub(crate) use help::{help, leave, program};

/// The languages there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// As LC_ALL, LC_MESSAGES or LANG say
    Auto,
    /// English
    En,
    /// Chinese in simplified characters
    Zh,
    /// Chinese in traditional characters, as Taiwan writes them
    ZhHant,
}

/// Neither has been spoken yet: English.
const ENGLISH: u8 = 0;
const SIMPLIFIED: u8 = 1;
const TRADITIONAL: u8 = 2;

static SPOKEN: AtomicU8 = AtomicU8::new(ENGLISH);

static CATALOGUES: [LazyLock<Catalogue>; 2] = [
    LazyLock::new(|| Catalogue::parse(include_str!("messages.txt"), str::to_owned)),
    LazyLock::new(|| Catalogue::parse(include_str!("messages.txt"), traditional)),
];

/// Speaks this language from now on.
pub(crate) fn speak(language: Language) {
    let spoken = match language {
        Language::Auto => of_environment(|name| env::var(name).ok()),
        Language::En => ENGLISH,
        Language::Zh => SIMPLIFIED,
        Language::ZhHant => TRADITIONAL,
    };
    SPOKEN.store(spoken, Ordering::Relaxed);
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

/// The language that the environment asks for: the first of these variables that says anything decides, as
/// POSIX has it.
fn of_environment(get: impl Fn(&str) -> Option<String>) -> u8 {
    let said = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(get).find(|value| !value.is_empty());
    let said = said.unwrap_or_default();
    let mut parts = said.split(['_', '.', '@', '-']);
    match parts.next() {
        Some("zh") if parts.any(|part| ["TW", "HK", "MO", "Hant"].contains(&part)) => TRADITIONAL,
        Some("zh") => SIMPLIFIED,
        _ => ENGLISH,
    }
}

fn is_chinese() -> bool {
    SPOKEN.load(Ordering::Relaxed) != ENGLISH
}

/// Words of the program's own, written in simplified characters, in those that are asked for.
fn in_characters(simplified: &str) -> String {
    match SPOKEN.load(Ordering::Relaxed) {
        TRADITIONAL => traditional(simplified),
        _ => simplified.to_owned(),
    }
}

fn traditional(simplified: &str) -> String {
    static CONVERTER: LazyLock<Converter> = LazyLock::new(|| Converter::new(Config::S2twp));
    CONVERTER.convert(simplified).into_owned()
}

/// A message, line by line, in the language that is spoken.
pub(crate) fn say(message: &str) -> Cow<'_, str> {
    let catalogue = match SPOKEN.load(Ordering::Relaxed) {
        SIMPLIFIED => &CATALOGUES[0],
        TRADITIONAL => &CATALOGUES[1],
        _ => return Cow::Borrowed(message),
    };
    let lines: Vec<_> = message.split('\n').map(|line| catalogue.translate(line)).collect();
    Cow::Owned(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_variable_that_says_anything_decides() {
        let spoken = |set: &[(&str, &str)]| {
            of_environment(|name| set.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned()))
        };
        assert_eq!(spoken(&[("LANG", "zh_CN.UTF-8")]), SIMPLIFIED);
        assert_eq!(spoken(&[("LC_MESSAGES", "zh")]), SIMPLIFIED);
        assert_eq!(spoken(&[("LC_ALL", "C"), ("LANG", "zh_CN.UTF-8")]), ENGLISH);
        assert_eq!(spoken(&[("LC_ALL", ""), ("LANG", "zh_TW.UTF-8")]), TRADITIONAL);
        assert_eq!([spoken(&[]), spoken(&[("LANG", "zhx")])], [ENGLISH; 2]);
    }

    #[test]
    fn the_command_line_is_asked_before_it_is_understood() {
        let asked = |words: &[&str]| asked_for(&words.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(asked(&["qingwen", "--lang", "zh", "repair"]), Language::Zh);
        assert_eq!(asked(&["qingwen", "repair", "--lang=en", "--lang=zh", "x"]), Language::Zh);
        assert_eq!(asked(&["qingwen", "repair", "--", "--lang=zh"]), Language::Auto);
    }
}
