//! Trains and measures the language model.
//!
//! * `qingwen-train train DIR --out FILE` counts `DIR/*.txt.zst` and writes the n-gram table.
//! * `qingwen-train filler DIR --out FILE [--epochs N]` trains the network that fills gaps; after the n-gram table, on
//!   which it builds.
//! * `qingwen-train restore DIR` prints how many lost characters of `DIR/*.txt.zst` the model brings back.
//! * `qingwen-train suspects --out FILE` writes the table of the scan from the model and the code pages.
//! * `qingwen-train behind DIR` prints how rare the ASCII characters that may be swallowed are behind wide ones.
//! * `qingwen-train speed` prints nanoseconds per call.

mod behind;
mod bits;
mod codebook;
mod corpus;
mod count;
mod estimate;
mod filler;
mod restore;
mod speed;
mod suspects;
mod vocabulary;
mod write;

use std::error::Error;
use std::fs;
use std::path::Path;

const USAGE: &str = "usage: qingwen-train train DIR --out FILE | filler DIR --out FILE [--epochs N] | restore DIR [--samples N] | suspects --out FILE | behind DIR | speed";

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["train", dir, "--out", out] => train(Path::new(dir), Path::new(out)),
        ["restore", dir] => restore::run(Path::new(dir), 6000),
        ["restore", dir, "--samples", samples] => restore::run(Path::new(dir), samples.parse()?),
        ["filler", dir, "--out", out] => filler::run(Path::new(dir), Path::new(out), 2.0),
        ["filler", dir, "--out", out, "--epochs", epochs] => {
            filler::run(Path::new(dir), Path::new(out), epochs.parse()?)
        }
        ["suspects", "--out", out] => suspects::run(Path::new(out)),
        ["behind", dir] => behind::run(Path::new(dir)),
        ["speed"] => {
            speed::run();
            Ok(())
        }
        _ => Err(USAGE.into()),
    }
}

fn train(dir: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let files = corpus::files(dir)?;
    let vocabulary = vocabulary::Vocabulary::read(&files)?;
    eprintln!("{} symbols", vocabulary.len());
    let counts = count::Counts::read(&files, &vocabulary)?;
    eprintln!("{} bigrams, {} trigrams counted", counts.pairs.len(), counts.triples.len());
    let model = estimate::Model::new(&vocabulary, counts);
    let table = write::table(&vocabulary, &model)?;
    eprintln!("{} bytes", table.len());
    fs::write(out, table)?;
    Ok(())
}
