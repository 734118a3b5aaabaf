//! Counts what conversion to simplified text changes: the table of `docs/conversion.md`.
//!
//! `cargo run --release --example convert_counts -- FILE…`
//!
//! For each file, converted as one document: its lines, the lines that OpenCC's t2s and tw2s change, those
//! that the conversion of `clean` changes, and those that a second pass of each would change again.

use std::error::Error;
use std::fs;

use qingwen::convert::{Config, Converter};

fn main() -> Result<(), Box<dyn Error>> {
    let converters = [Converter::new(Config::T2s), Converter::new(Config::Tw2s), Converter::mission()];
    println!("| text | lines | t2s | tw2s | clean | again: t2s | tw2s | clean |");
    println!("|---|---|---|---|---|---|---|---|");
    for path in std::env::args().skip(1) {
        let text = fs::read_to_string(&path).map_err(|e| format!("{path}: {e}"))?;
        let once: Vec<_> = converters.iter().map(|c| c.convert(&text)).collect();
        let again = converters.iter().zip(&once).map(|(c, once)| differing(once, &c.convert(once)));
        let counts: Vec<String> =
            once.iter().map(|once| differing(&text, once)).chain(again).map(|n| n.to_string()).collect();
        let name = path.rsplit('/').next().unwrap_or(&path).trim_end_matches(".txt");
        println!("| {name} | {} | {} |", text.lines().count(), counts.join(" | "));
    }
    Ok(())
}

/// Lines that are not the same. Conversion keeps line ends.
fn differing(a: &str, b: &str) -> usize {
    a.split('\n').zip(b.split('\n')).filter(|(a, b)| a != b).count()
}
