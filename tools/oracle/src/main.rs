//! Compares qingwen's conversion with OpenCC's own library and its own program. `fetch.sh` gets both.

mod compare;
mod fuzz;
mod opencc;
mod record;
mod spread;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use qingwen::convert::{Config, Converter};

const USAGE: &str = "usage: qingwen-oracle [--only CONFIG] COMMAND
    cases FILE.jsonl     OpenCC's own cases: config, input, expected
    files FILE...        every configuration over every file, by line and whole
    fuzz LINES SEED      that many adversarial lines a configuration
    record LINES SEED    the sample for the tests (tests/data/opencc.tsv), to standard output
`files` and `fuzz` work on as many configurations at once as there are processors. All but `record` print a
table: lines, and how many of them, of edit lists and of pieces for OpenCC's program came out differently.
Exit status: 0 no difference, 1 differences, 2 something is missing.";

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let (only, command) = match words.as_slice() {
        ["--only", name, command @ ..] => match name.parse() {
            Ok(config) => (Some(config), command),
            Err(_) => return usage(),
        },
        command => (None, command),
    };
    let done = match *command {
        ["cases", file] => cases(file, only),
        ["files", ref files @ ..] if !files.is_empty() => match only {
            Some(config) => compare::files(config, files),
            None => spread::over_configurations(command),
        },
        ["fuzz", lines, seed] => match (numbers(lines, seed), only) {
            (Err(why), _) => Err(why),
            (Ok((lines, seed)), Some(config)) => compare::fuzz(config, lines, seed),
            (Ok(_), None) => spread::over_configurations(command),
        },
        ["record", lines, seed] => {
            numbers(lines, seed).and_then(|(n, s)| record::record(n, s, only)).map(|()| true)
        }
        _ => return usage(),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("qingwen-oracle: {why}");
            ExitCode::from(2)
        }
    }
}

fn usage() -> ExitCode {
    eprintln!("{USAGE}");
    ExitCode::from(2)
}

fn numbers(lines: &str, seed: &str) -> Result<(usize, u64), String> {
    Ok((
        lines.parse().map_err(|e| format!("{lines}: {e}"))?,
        seed.parse().map_err(|e| format!("{seed}: {e}"))?,
    ))
}

/// A path from this crate's folder on.
fn crate_path(rest: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(rest)
}

fn read(file: &str) -> Result<String, String> {
    fs::read_to_string(file).map_err(|e| format!("{file}: {e}"))
}

/// OpenCC's test cases, answered by both.
fn cases(file: &str, only: Option<Config>) -> Result<bool, String> {
    let text = read(file)?;
    let cases = text.lines().map(|line| {
        let case: serde_json::Value = serde_json::from_str(line).map_err(|e| format!("{file}: {e}"))?;
        let field = |name: &str| {
            case[name].as_str().map(str::to_owned).ok_or_else(|| format!("{file}: no {name}: {line}"))
        };
        Ok((field("config")?, field("input")?, field("expected")?))
    });
    let cases: Vec<(String, String, String)> = cases.collect::<Result<_, String>>()?;
    println!("{:<8}{:>8}{:>10}{:>8}", "config", "cases", "qingwen", "OpenCC");
    let mut total = [0; 3];
    for config in Config::ALL.iter().copied().filter(|c| only.is_none_or(|o| o == *c)) {
        let (ours, theirs) = (Converter::new(config), opencc::library(config)?);
        let mut row = [0; 3];
        for (_, input, expected) in cases.iter().filter(|case| case.0 == config.name()) {
            let answer = ours.convert(input);
            if answer != *expected {
                println!("{config}: {input} -> {answer}, expected {expected}");
            }
            row[0] += 1;
            row[1] += usize::from(answer == *expected);
            row[2] += usize::from(theirs.convert(input).map_err(|e| e.to_string())? == *expected);
        }
        println!("{:<8}{:>8}{:>10}{:>8}", config.name(), row[0], row[1], row[2]);
        total.iter_mut().zip(row).for_each(|(sum, n)| *sum += n);
    }
    println!("{:<8}{:>8}{:>10}{:>8}", "total", total[0], total[1], total[2]);
    if only.is_none() && total[0] != cases.len() {
        return Err(format!("{file}: {} cases are of no configuration", cases.len() - total[0]));
    }
    Ok(total[0] == total[1])
}
