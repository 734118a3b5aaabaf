//! Every message that the program's source has is in the catalogue of messages.

use std::fs;
use std::path::{Path, PathBuf};

const CATALOGUE: &str = include_str!("../src/language/messages.txt");

/// Sources whose words go to standard output, which has a language of its own.
const NO_MESSAGES: [&str; 7] =
    ["candidates.rs", "config/dump.rs", "detect.rs", "diff.rs", "explain.rs", "findings", "script.rs"];

/// Words elsewhere that are no messages.
const EXCEPT: [&str; 6] = [
    "Any variety of traditional to simplified, as `clean` does it",
    "Steps, in the order they run:\n",
    "no file of settings\n",
    "  {}{}  {}  {} {}  {} {}\n",
    // Of messages that have their Chinese in either form.
    "the record",
    "the text",
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// The string literals of a source, without those of comments, attributes and tests.
fn literals(source: &str) -> Vec<String> {
    let source = source.split("#[cfg(test)]").next().unwrap();
    let characters: Vec<char> = source.chars().collect();
    let at = |i: usize| characters.get(i).copied().unwrap_or('\0');
    let (mut found, mut i, mut attribute) = (Vec::new(), 0, 0);
    while i < characters.len() {
        match at(i) {
            '/' if at(i + 1) == '/' => {
                while i < characters.len() && at(i) != '\n' {
                    i += 1;
                }
            }
            '#' if at(i + 1) == '[' && attribute == 0 => {
                attribute = 1;
                i += 1;
            }
            '[' if attribute > 0 => attribute += 1,
            ']' if attribute > 0 => attribute -= 1,
            // A character; a lifetime has no quote behind it.
            '\'' if at(i + 1) == '\\' => {
                i += 2;
                while i < characters.len() && at(i + 1) != '\'' {
                    i += 1;
                }
                i += 1;
            }
            '\'' if at(i + 2) == '\'' => i += 2,
            'r' if !is_word(at(i.wrapping_sub(1))) || at(i.wrapping_sub(1)) == 'b' => {
                let hashes = (i + 1..).take_while(|&j| at(j) == '#').count();
                if at(i + 1 + hashes) == '"' {
                    let begin = i + 2 + hashes;
                    let is_end = |&j: &usize| {
                        j >= characters.len() || at(j) == '"' && (j + 1..=j + hashes).all(|k| at(k) == '#')
                    };
                    let end = (begin..).find(is_end).unwrap_or(begin);
                    if attribute == 0 {
                        found.push((begin..end).map(at).collect());
                    }
                    i = end + hashes;
                }
            }
            '"' => {
                let mut text = String::new();
                i += 1;
                while i < characters.len() && at(i) != '"' {
                    if at(i) == '\\' {
                        i += 1;
                        match at(i) {
                            'n' => text.push('\n'),
                            '\n' => {
                                while at(i + 1).is_whitespace() {
                                    i += 1;
                                }
                            }
                            other => text.push(other),
                        }
                    } else {
                        text.push(at(i));
                    }
                    i += 1;
                }
                if attribute == 0 {
                    found.push(text);
                }
            }
            _ => {}
        }
        i += 1;
    }
    found
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// A template with all its places spelled `{}`.
fn plain(literal: &str) -> String {
    let mut out = String::new();
    let mut rest = literal;
    while let Some((before, behind)) = rest.split_once('{') {
        let Some((_, behind)) = behind.split_once('}') else { break };
        out.push_str(before);
        out.push_str("{}");
        rest = behind;
    }
    out + rest
}

/// Whether this is words for people: at least two, and not a name of something.
fn is_message(literal: &str) -> bool {
    let words = literal.split_whitespace().filter(|word| {
        let word = word.trim_matches(|c: char| c.is_ascii_punctuation());
        word.len() > 1 && word.bytes().all(|b| b.is_ascii_alphabetic() || b == b'\'' || b == b'-')
    });
    words.count() > 1
}

#[test]
fn every_message_is_in_the_catalogue() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    sources(&root, &mut paths);
    let known: Vec<&str> = CATALOGUE.lines().collect();
    let (mut missing, mut seen) = (Vec::new(), 0);
    for path in &paths {
        let name = path.strip_prefix(&root).unwrap();
        if NO_MESSAGES.iter().any(|exempt| name.starts_with(exempt)) || name.starts_with("language") {
            continue;
        }
        for literal in literals(&fs::read_to_string(path).unwrap()) {
            let plain = plain(&literal);
            if !is_message(&plain) || EXCEPT.contains(&&*plain) || plain.starts_with("Exit status:") {
                continue;
            }
            seen += 1;
            // Most messages begin with the name of a file, which the catalogue can do without; what begins with
            // `; ` goes behind another one.
            let line = plain.trim_end_matches('\n');
            let behind = format!("{{}}{line}");
            let mut forms = vec![line, line.trim_start_matches("{}: "), line.trim_start_matches(", ")];
            forms.extend(line.starts_with("; ").then_some(&*behind));
            if !forms.iter().any(|form| known.contains(form)) {
                missing.push(format!("{}: {plain}", name.display()));
            }
        }
    }
    assert!(seen > 40, "the sources are read");
    assert!(missing.is_empty(), "no Chinese (cli/src/language/messages.txt) for {missing:#?}");
}

#[test]
fn literals_are_told_from_what_looks_like_them() {
    let source = "// \"no\"\n#[arg(value = \"no\", [x])]\nf('\"', '\\'', \"a \\\"b\\\" \\\n   c\", r: &'a str) #[cfg(test)] \"no\"";
    assert_eq!(literals(source), ["a \"b\" c"]);
    let raw = "for r\"a \\ b\" br#\"c \"d\" e\"# var\"f\"";
    assert_eq!(literals(raw), ["a \\ b", "c \"d\" e", "f"]);
    assert_eq!(plain("{a:>2} of {b} or {}"), "{} of {} or {}");
    assert!(is_message("is gone") && !is_message("utf-8") && !is_message("{}: {}"));
}
