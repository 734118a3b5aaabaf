//! Development commands. `cargo xtask` lists them.

mod code_pages;
mod readings;
mod test;

use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["code-pages"] => code_pages::run(None),
        ["code-pages", mode @ ("--check" | "--dump")] => code_pages::run(Some(mode)),
        ["test"] => test::run(),
        ["readings"] => readings::run(false),
        ["readings", "--check"] => readings::run(true),
        _ => {
            eprintln!(
                "usage: cargo xtask test                  formatting, lints, documentation, tables and all tests\n       \
                 cargo xtask code-pages [--check]  the tables of src/codec\n       \
                 cargo xtask readings [--check]    the table of src/repair/pages"
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
