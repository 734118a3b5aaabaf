//! The sample that qingwen's own tests compare with, so that they need no OpenCC.

use qingwen::convert::Config;

use crate::{crate_path, fuzz, opencc};

/// Prints, tab-separated: configuration, line, the library's answer, and the program's answer where
/// that is another one.
pub fn record(lines: usize, seed: u64, only: Option<Config>) -> Result<(), String> {
    println!("# OpenCC 1.4.2's answers to lines made of its dictionaries' entries: configuration, line, the");
    println!(
        "# library's answer, the program's answer where that is another one. In tools/oracle, after fetch.sh:"
    );
    println!("# cargo run --release -- record {lines} {seed} > ../../tests/data/opencc.tsv");
    for config in Config::ALL.iter().copied().filter(|c| only.is_none_or(|o| o == *c)) {
        let mut generator = fuzz::Generator::new(&crate_path("../../data/opencc"), config, seed)?;
        let line = |_| generator.line().chars().filter(|c| !c.is_control()).collect();
        let lines: Vec<String> = (0..lines).map(line).collect();
        let library = opencc::library(config)?;
        for (line, program) in lines.iter().zip(program(config, &lines)?) {
            let library = library.convert(line).map_err(|e| e.to_string())?;
            if program == library {
                println!("{config}\t{line}\t{library}");
            } else {
                println!("{config}\t{line}\t{library}\t{program}");
            }
        }
    }
    Ok(())
}

/// What OpenCC's program makes of each line. To start it takes longer than to convert, so that it gets
/// all lines at once, but for those with description characters, which may reach into the next line.
fn program(config: Config, lines: &[String]) -> Result<Vec<String>, String> {
    let alone = |line: &String| line.contains(|c| matches!(c, '\u{2FF0}'..='\u{2FFF}'));
    let together: Vec<&str> = lines.iter().filter(|l| !alone(l)).map(String::as_str).collect();
    let answers = opencc::program(config, &together.join("\n"))?;
    let mut answers = answers.split('\n').map(str::to_owned);
    let missing = || format!("{config}: OpenCC's program did not answer every line");
    let answered = lines.iter().map(|line| match alone(line) {
        true => opencc::program(config, line),
        false => answers.next().ok_or_else(missing),
    });
    answered.collect()
}
