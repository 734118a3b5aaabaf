//! Development commands. `cargo xtask` lists them.

mod code_pages;
mod opencc;
mod test;

use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["code-pages"] => code_pages::run(None),
        ["code-pages", mode @ ("--check" | "--dump")] => code_pages::run(Some(mode)),
        ["opencc"] => opencc::run(false),
        ["opencc", "--check"] => opencc::run(true),
        ["test"] => test::run(),
        _ => {
            eprintln!(
                "usage: cargo xtask test                  formatting, lints, documentation, tables and all tests\n       \
                 cargo xtask code-pages [--check]  the tables of src/codec\n       \
                 cargo xtask opencc [--check]      the tables of src/convert"
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
