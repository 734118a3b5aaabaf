//! Scores the punctuation step on pages with gold text.
//!
//! `cargo run --release --example score_punctuation -- FILE.jsonl`: every record's `gold_simplified`, its
//! punctuation normalized, must be its `gold_clean` to the letter. Prints a line for each page and the
//! lines that differ; ends with status 1 unless all are exact.

use std::process::ExitCode;

use qingwen::normalize::{Normalizer, Step};

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: score_punctuation FILE.jsonl")?;
    let normalizer = Normalizer::new([Step::Punctuation]);
    let (mut pages, mut exact) = (0, 0);
    for record in std::fs::read_to_string(&path)?.lines().filter(|l| !l.trim().is_empty()) {
        let record: serde_json::Value = serde_json::from_str(record)?;
        let field = |name: &str| record[name].as_str().ok_or(format!("{path}: a record has no {name}"));
        let (id, text, gold) = (field("id")?, field("gold_simplified")?, field("gold_clean")?);
        let done = normalizer.normalize(text);
        pages += 1;
        exact += usize::from(done.text == gold);
        println!(
            "{id:<28}{:>4} edits  {}",
            done.edits.len(),
            if done.text == gold { "exact" } else { "DIFFERS" }
        );
        for (got, want) in done.text.lines().zip(gold.lines()).filter(|(g, w)| g != w) {
            println!("    gold {want}\n    got  {got}");
        }
    }
    println!("{exact} of {pages} pages exact");
    Ok(if exact == pages { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
