//! Trains and measures the language model.
//!
//! `qingwen-train train DIR --out FILE` counts DIR/*.txt.zst and writes the table.

mod corpus;
mod first;

use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["train", dir, "--out", out] => first::train(Path::new(dir), Path::new(out)),
        _ => Err("usage: qingwen-train train DIR --out FILE".into()),
    }
}
