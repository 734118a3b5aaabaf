//! Scores repair on cases of the form that ftfy's own tests have.
//!
//!     cargo run --release --example score_cases -- test_cases.json [--show]
//!
//! The file is a JSON array of objects with `original`, `fixed`, and `fixed-encoding` where that differs: the text
//! with its encoding repaired and nothing else changed. Cases whose encoding needs no repair must stay. A case whose
//! wanted text has U+FFFD for what was lost counts, too, if repair restored characters in their place.

use std::error::Error;
use std::io::Write;

use qingwen::repair::{Options, Repairer};
use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let path = args.next().ok_or("usage: score_cases FILE.json [--show]")?;
    let show = args.any(|a| a == "--show");
    let text = std::fs::read_to_string(&path).map_err(|e| format!("{path}: {e}"))?;
    let cases: Vec<Value> = serde_json::from_str(&text).map_err(|e| format!("{path}: {e}"))?;
    let mut out = std::io::stdout().lock();
    for min_confidence in [0.0, 0.95] {
        let repairer = Repairer::new(Options { min_confidence });
        let (mut damaged, mut repaired, mut sound, mut untouched) = (0, 0, 0, 0);
        for case in &cases {
            let field = |name: &str| case.get(name).and_then(Value::as_str);
            let (Some(original), Some(fixed)) = (field("original"), field("fixed")) else { continue };
            let want = field("fixed-encoding").unwrap_or(fixed);
            let got = repairer.repair(original).text;
            let is_right = got == want || restores(&got, want);
            let (all, right) =
                if want == original { (&mut sound, &mut untouched) } else { (&mut damaged, &mut repaired) };
            *all += 1;
            *right += usize::from(is_right);
            if show && !is_right {
                writeln!(out, "     {original:?}\nwant {want:?}\ngot  {got:?}\n")?;
            }
        }
        writeln!(
            out,
            "--min-confidence {min_confidence:<5} repaired {repaired} of {damaged}, untouched {untouched} of {sound}"
        )?;
    }
    Ok(())
}

/// Whether `got` is `want` with characters in the place of marks of loss.
fn restores(got: &str, want: &str) -> bool {
    let mut rest = got.chars();
    want.chars().all(|w| rest.next().is_some_and(|g| g == w || w == '\u{FFFD}')) && rest.next().is_none()
}
