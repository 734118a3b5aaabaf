//! Development commands. `cargo xtask` lists them.

mod code_pages;
mod kill;
mod licences;
mod opencc;
mod readings;
mod sizes;
mod speed;
mod stream;
mod test;
mod unicode;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask test                  formatting, lints, documentation, tables and all tests
       cargo xtask code-pages [--check]  the tables of src/codec
       cargo xtask code-pages --dump     the WHATWG index, for tools/code-pages/measure.py
       cargo xtask full-disk             changes files on a full disk, as root; looks for torn ones
       cargo xtask kill                  kills runs at random moments; looks for torn files
       cargo xtask licences [FILE]       checks what NOTICE says of the crates linked; writes their licences
       cargo xtask opencc [--check]      the tables of src/convert
       cargo xtask parquet SIZE          memory and speed of a Parquet file such as 2G, made for it
       cargo xtask readings [--check]    the tables of src/repair/pages
       cargo xtask sizes                 what conversion adds to a program
       cargo xtask speed                 how fast the command starts, and what a second thread gives
       cargo xtask stream SIZE [KIND]    memory and speed of streams such as 10G, made on the fly
       cargo xtask unicode [--check]     the tables of src/normalize
       cargo xtask unicode extract DIR   data/unicode, from a folder of the Unicode database";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["code-pages"] => code_pages::run(None),
        ["code-pages", mode @ ("--check" | "--dump")] => code_pages::run(Some(mode)),
        ["full-disk"] => kill::full_disk(),
        ["kill"] => kill::run(),
        ["licences"] => licences::run(None),
        ["licences", file] => licences::run(Some(file)),
        ["opencc"] => opencc::run(false),
        ["opencc", "--check"] => opencc::run(true),
        ["parquet", size] => stream::parquet(size),
        ["readings"] => readings::run(false),
        ["readings", "--check"] => readings::run(true),
        ["sizes"] => sizes::run(),
        ["speed"] => speed::run(),
        ["stream", size] => stream::run(size, None),
        ["stream", size, kind] => stream::run(size, Some(kind)),
        ["test"] => test::run(),
        ["unicode"] => unicode::run(false),
        ["unicode", "--check"] => unicode::run(true),
        ["unicode", "extract", dir] => unicode::extract(dir),
        _ => {
            eprintln!("{USAGE}");
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
