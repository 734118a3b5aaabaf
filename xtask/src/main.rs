//! Development commands. `cargo xtask` lists them.

mod test;
mod unicode;

use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["test"] => test::run(),
        ["unicode"] => unicode::run(false),
        ["unicode", "--check"] => unicode::run(true),
        ["unicode", "extract", dir] => unicode::extract(dir),
        _ => {
            eprintln!("usage: cargo xtask test    formatting, lints, documentation and all tests");
            eprintln!("       cargo xtask unicode [--check]    the tables of the normalizer, from data/");
            eprintln!(
                "       cargo xtask unicode extract DIR    data/unicode/, from a folder of the Unicode database"
            );
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("xtask: {why}");
            ExitCode::FAILURE
        }
    }
}
