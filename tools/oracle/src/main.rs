//! Compares qingwen's conversion with OpenCC's own library. `fetch.sh` gets that library.

mod fuzz;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use opencc_rust::OpenCC;
use qingwen::convert::{Config, Converter};

const USAGE: &str = "usage: qingwen-oracle cases FILE.jsonl             OpenCC's own cases: config, input, expected
       qingwen-oracle files FILE...              every configuration over every file, by line and whole
       qingwen-oracle fuzz LINES SEED [CONFIG]   that many adversarial lines a configuration
       qingwen-oracle record LINES SEED          a sample for the tests, tab-separated
`files`, `fuzz` and `record` take OpenCC's dictionaries from ../../data/opencc of this crate.";

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["cases", file] => cases(file),
        ["files", files @ ..] if !files.is_empty() => compare_files(files),
        ["fuzz", lines, seed, configs @ ..] if configs.len() < 2 => {
            numbers(lines, seed).and_then(|(n, s)| compare_fuzz(n, s, configs.first().copied()))
        }
        ["record", lines, seed] => numbers(lines, seed).and_then(|(n, s)| record(n, s)),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
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

fn numbers(lines: &str, seed: &str) -> Result<(usize, u64), String> {
    Ok((lines.parse().map_err(|e| format!("{lines}: {e}"))?, seed.parse().map_err(|e| format!("{seed}: {e}"))?))
}

fn crate_path(rest: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(rest)
}

fn opencc(config: Config) -> Result<OpenCC, String> {
    let path = crate_path(&format!("target/opencc/opencc/clib/share/opencc/{config}.json"));
    OpenCC::new(&path).map_err(|e| format!("{}: {e} (has fetch.sh run?)", path.display()))
}

/// OpenCC as its program answers: without the dictionaries of characters that few fonts show. `None` where a
/// configuration has none of them.
fn opencc_program(config: Config) -> Result<Option<OpenCC>, String> {
    let folder = crate_path("target/opencc/opencc/clib/share/opencc");
    let path = folder.join(format!("{config}.json"));
    let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let mut value: serde_json::Value = serde_json::from_str(&text).map_err(|e| e.to_string())?;
    if !without_rare(&mut value) {
        return Ok(None);
    }
    let path = folder.join(format!("{config}.program.json"));
    fs::write(&path, value.to_string()).map_err(|e| format!("{}: {e}", path.display()))?;
    OpenCC::new(&path).map(Some).map_err(|e| format!("{}: {e}", path.display()))
}

/// Takes the dictionaries out; whether there were any.
fn without_rare(value: &mut serde_json::Value) -> bool {
    match value {
        serde_json::Value::Array(items) => {
            let all = items.len();
            items.retain(|item| item["may_output_tofu"] != true);
            let mut found = false;
            for item in items.iter_mut() {
                found |= without_rare(item);
            }
            found || items.len() < all
        }
        serde_json::Value::Object(fields) => fields.values_mut().fold(false, |found, v| without_rare(v) | found),
        _ => false,
    }
}

/// OpenCC's test cases, answered by both.
fn cases(file: &str) -> Result<bool, String> {
    let text = fs::read_to_string(file).map_err(|e| format!("{file}: {e}"))?;
    let mut table: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    for line in text.lines() {
        let case: serde_json::Value = serde_json::from_str(line).map_err(|e| e.to_string())?;
        let field = |name: &str| case[name].as_str().ok_or_else(|| format!("no {name}: {line}"));
        let (name, input, expected) = (field("config")?, field("input")?, field("expected")?);
        let config: Config = name.parse().map_err(|e| format!("{e}"))?;
        let row = table.entry(name.to_owned()).or_default();
        row[0] += 1;
        let ours = Converter::new(config).convert(input);
        if ours == expected {
            row[1] += 1;
        } else {
            println!("{config}: {input} -> {ours}, expected {expected}");
        }
        row[2] += usize::from(opencc(config)?.convert(input).map_err(|e| e.to_string())? == expected);
    }
    println!("{:<8}{:>8}{:>10}{:>8}", "config", "cases", "qingwen", "OpenCC");
    for (name, [all, ours, theirs]) in &table {
        println!("{name:<8}{all:>8}{ours:>10}{theirs:>8}");
    }
    let sum = |k: usize| table.values().map(|row| row[k]).sum::<usize>();
    println!("{:<8}{:>8}{:>10}{:>8}", "total", sum(0), sum(1), sum(2));
    Ok(sum(0) == sum(1))
}

/// One comparison under way; prints the first few differences.
struct Comparison {
    config: Config,
    ours: Converter,
    theirs: OpenCC,
    program: Option<(Converter, OpenCC)>,
    lines: usize,
    differences: usize,
}

impl Comparison {
    fn new(config: Config) -> Result<Self, String> {
        let ours = Converter::new(config);
        let program = opencc_program(config)?.map(|theirs| (ours.clone().rare_characters(false), theirs));
        Ok(Self { config, ours, theirs: opencc(config)?, program, lines: 0, differences: 0 })
    }

    fn line(&mut self, line: &str) -> Result<(), String> {
        self.lines += 1;
        let ours = self.ours.convert(line);
        let theirs = self.theirs.convert(line).map_err(|e| e.to_string())?;
        let staged = self.ours.convert_with_edits(line);
        if ours != theirs || staged.text != theirs {
            self.differences += 1;
            if self.differences <= 5 {
                println!("{}: {line:?}\n  qingwen {ours:?}\n  edits   {:?}\n  OpenCC  {theirs:?}", self.config, staged.text);
            }
        }
        if let Some((ours, theirs)) = &self.program {
            let (ours, theirs) = (ours.convert(line), theirs.convert(line).map_err(|e| e.to_string())?);
            if ours != theirs {
                self.differences += 1;
                println!("{} without rare: {line:?}\n  qingwen {ours:?}\n  OpenCC  {theirs:?}", self.config);
            }
        }
        Ok(())
    }
}

fn compare_files(files: &[&str]) -> Result<bool, String> {
    println!("{:<8}{:>12}{:>12}{:>14}", "config", "lines", "differing", "whole files");
    let mut same = true;
    for &config in Config::ALL {
        let mut comparison = Comparison::new(config)?;
        let mut whole = 0;
        for file in files {
            let text = fs::read_to_string(file).map_err(|e| format!("{file}: {e}"))?.replace('\0', " ");
            let mut ours = String::new();
            for line in text.split_inclusive('\n') {
                comparison.line(line)?;
                ours.push_str(&comparison.ours.convert(line));
            }
            // No entry holds a line feed and no file a description sequence across one, so that the
            // file as a whole must come out as its lines do.
            whole += usize::from(comparison.ours.convert(&text) == ours);
        }
        println!("{:<8}{:>12}{:>12}{:>11}/{}", config.name(), comparison.lines, comparison.differences, whole, files.len());
        same &= comparison.differences == 0 && whole == files.len();
    }
    Ok(same)
}

fn compare_fuzz(lines: usize, seed: u64, only: Option<&str>) -> Result<bool, String> {
    let only: Option<Config> = only.map(str::parse).transpose().map_err(|e| format!("{e}"))?;
    println!("{:<8}{:>12}{:>12}   (seed {seed})", "config", "lines", "differing");
    let mut same = true;
    for config in Config::ALL.iter().copied().filter(|c| only.is_none_or(|o| o == *c)) {
        let mut comparison = Comparison::new(config)?;
        let mut generator = fuzz::Generator::new(&crate_path("../../data/opencc"), config, seed)?;
        for _ in 0..lines {
            comparison.line(&generator.line())?;
        }
        println!("{:<8}{:>12}{:>12}", config.name(), comparison.lines, comparison.differences);
        same &= comparison.differences == 0;
    }
    Ok(same)
}

fn record(lines: usize, seed: u64) -> Result<bool, String> {
    println!("# OpenCC 1.4.2: configuration, text, its library's answer, and its program's where that is another one.");
    println!("# Written by `qingwen-oracle record {lines} {seed}` (tools/oracle).");
    for &config in Config::ALL {
        let (library, program) = (opencc(config)?, opencc_program(config)?);
        let mut generator = fuzz::Generator::new(&crate_path("../../data/opencc"), config, seed)?;
        for _ in 0..lines {
            let line = generator.line().replace(['\t', '\n', '\r'], "");
            let answer = library.convert(&line).map_err(|e| e.to_string())?;
            print!("{config}\t{line}\t{answer}");
            if let Some(program) = &program {
                let other = program.convert(&line).map_err(|e| e.to_string())?;
                if other != answer {
                    print!("\t{other}");
                }
            }
            println!();
        }
    }
    Ok(true)
}
