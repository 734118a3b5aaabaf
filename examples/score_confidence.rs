//! How often characters restored by context are right, by the confidence that was told.
//!
//!     cargo run --release --example score_confidence -- CASES.jsonl …
//!
//! Each line is a JSON object with `text`, and `gold` where it is damaged. A restored character is compared with the
//! one that stands in its place in `gold`; a case whose result has another number of characters is left out, since
//! nobody can say which character stands where.

use std::error::Error;
use std::io::Write;

use qingwen::repair::{Options, Repairer};
use serde_json::Value;

/// Lower ends of the rows of the table.
const ROWS: [f64; 8] = [0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.99];

fn main() -> Result<(), Box<dyn Error>> {
    let mut rows = [(0, 0, 0.0); ROWS.len()];
    let (mut cases, mut skipped) = (0, 0);
    let repairer = Repairer::new(Options { min_confidence: 0.0 });
    for path in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&path).map_err(|e| format!("{path}: {e}"))?;
        for (n, line) in text.split('\n').enumerate().filter(|(_, l)| !l.is_empty()) {
            let case: Value = serde_json::from_str(line).map_err(|e| format!("{path}:{}: {e}", n + 1))?;
            let (Some(text), Some(gold)) = (case["text"].as_str(), case["gold"].as_str()) else { continue };
            let staged = repairer.repair(text);
            let restored = || {
                staged.edits.iter().flat_map(|e| e.restored.iter().map(move |r| (e.after.start + r.at, r)))
            };
            if restored().next().is_none() {
                continue;
            }
            cases += 1;
            let gold: Vec<char> = gold.chars().collect();
            if staged.text.chars().count() != gold.len() {
                skipped += 1;
                continue;
            }
            for (at, r) in restored() {
                let Some(before) = staged.text.get(..at) else { continue };
                let is_right = gold.get(before.chars().count()) == Some(&r.chosen);
                let row = ROWS.iter().rposition(|from| r.confidence >= *from).unwrap_or(0);
                rows[row].0 += 1;
                rows[row].1 += usize::from(is_right);
                rows[row].2 += r.confidence;
            }
        }
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "{cases} cases with restored characters, {skipped} of another length left out\n")?;
    writeln!(out, "confidence    characters   said   right")?;
    let percent = |part: f64, all: usize| 100.0 * part / (all.max(1) as f64);
    for (n, (all, right, said)) in rows.iter().enumerate() {
        let to = ROWS.get(n + 1).copied().unwrap_or(1.0);
        let (said, right) = (percent(*said, *all), percent(*right as f64, *all));
        writeln!(out, "{:.2} to {to:.2} {all:10} {said:6.1}% {right:6.1}%", ROWS[n])?;
    }
    let sum = |rows: &[(usize, usize, f64)]| rows.iter().fold((0, 0), |s, r| (s.0 + r.0, s.1 + r.1));
    let (all, _) = sum(&rows);
    let (sure, right) = sum(&rows[ROWS.len() - 2..]);
    writeln!(
        out,
        "\nfrom 0.95 on: {:.1}% right, {:.1}% of all",
        percent(right as f64, sure),
        percent(sure as f64, all)
    )?;
    Ok(())
}
