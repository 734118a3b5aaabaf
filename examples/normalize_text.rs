//! Normalizes standard input: `cargo run --release --example normalize_text -- PRESET-OR-STEP,… < IN > OUT`.

use std::io::{Read, Write};

use qingwen::normalize::{Normalizer, Preset, Step};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let names = std::env::args().nth(1).ok_or("usage: normalize_text NAME,…")?;
    let mut steps: Vec<Step> = Vec::new();
    for name in names.split(',') {
        match name.parse::<Preset>() {
            Ok(preset) => steps.extend(preset.steps()),
            Err(_) => steps.push(name.parse()?),
        }
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    std::io::stdout().write_all(Normalizer::new(steps).normalize_fast(&text).as_bytes())?;
    Ok(())
}
