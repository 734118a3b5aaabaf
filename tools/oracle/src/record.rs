//! The sample that qingwen's own tests compare with, so that they need no OpenCC.

use qingwen::convert::Config;

use crate::{crate_path, fuzz, opencc};

/// Prints, tab-separated: configuration, line, the library's answer, and the program's answer where
/// that is another one.
pub fn record(lines: usize, seed: u64, only: Option<Config>) -> Result<(), String> {
    println!("# OpenCC 1.4.2's answers to lines made of its dictionaries' entries: configuration, line, the");
    println!("# library's answer, the program's answer where that is another one. In tools/oracle, after fetch.sh:");
    println!("# cargo run --release -- record {lines} {seed} > ../../tests/data/opencc.tsv");
    for config in Config::ALL.into_iter().filter(|c| only.is_none_or(|o| o == *c)) {
        let theirs = opencc::library(config)?;
        let mut generator = fuzz::Generator::new(&crate_path("../../data/opencc"), config, seed)?;
        for _ in 0..lines {
            let line: String = generator.line().chars().filter(|c| !c.is_control()).collect();
            let library = theirs.convert(&line).map_err(|e| e.to_string())?;
            let program = opencc::program(config, &line)?;
            if program == library {
                println!("{config}\t{line}\t{library}");
            } else {
                println!("{config}\t{line}\t{library}\t{program}");
            }
        }
    }
    Ok(())
}
