//! Development commands. `cargo xtask` lists them.

mod readings;
mod test;

use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["test"] => test::run(),
        ["readings"] => readings::run(false),
        ["readings", "--check"] => readings::run(true),
        _ => {
            eprintln!("usage: cargo xtask test    formatting, lints, documentation and all tests");
            eprintln!("       cargo xtask readings [--check]    the table of readings and script images");
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
