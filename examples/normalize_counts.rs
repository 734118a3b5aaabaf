//! Counts what each step changes in texts: the tables of `docs/normalization.md`.
//!
//! `cargo run --release --example normalize_counts -- [--steps NAME,…] [--speed] [--show N] FILE…`
//!
//! Prints a table: for every step and preset, or those named, the lines that it changes in each file. With
//! `--speed` it is megabytes a second instead: `normalize_fast` on the first 200 KB, the best of 200 runs. With `--show`, N
//! changed places of each, evenly spread. Files ending in `.zst` are read through the command `zstd`.

use std::ops::Range;
use std::process::Command;
use std::time::Instant;

use qingwen::normalize::{Normalizer, Preset, Step};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut rows: Vec<(String, Vec<Step>)> =
        Step::ALL.iter().map(|s| (s.name().to_owned(), vec![*s])).collect();
    rows.extend(Preset::ALL.iter().map(|p| (format!("preset {p}"), p.steps().to_vec())));
    let (mut show, mut speed) = (0, false);
    let mut files: Vec<(String, String)> = Vec::new();
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--steps" => {
                let names = args.next().ok_or("--steps wants names")?;
                rows = names.split(',').map(row).collect::<Result<_, _>>()?;
            }
            "--show" => show = args.next().ok_or("--show wants a number")?.parse()?,
            "--speed" => speed = true,
            _ => {
                let name =
                    arg.rsplit('/').next().unwrap_or(&arg).trim_end_matches(".zst").trim_end_matches(".txt");
                files.push((name.to_owned(), read(&arg)?));
            }
        }
    }
    if files.is_empty() {
        return Err("usage: normalize_counts [--steps NAME,…] [--speed] [--show N] FILE…".into());
    }
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    println!("| | {} |\n|---|{}", names.join(" | "), "---:|".repeat(files.len()));
    for (name, steps) in &rows {
        let normalizer = Normalizer::new(steps.iter().copied());
        let cell = |text: &str| match speed {
            true => megabytes_per_second(&normalizer, text),
            false => changed_lines(&normalizer, text),
        };
        let cells: Vec<String> = files.iter().map(|(_, text)| cell(text).to_string()).collect();
        println!("| {name} | {} |", cells.join(" | "));
        for (_, text) in &files {
            sample(&normalizer, text, show);
        }
    }
    Ok(())
}

fn row(name: &str) -> Result<(String, Vec<Step>), qingwen::normalize::UnknownStep> {
    match name.parse::<Preset>() {
        Ok(preset) => Ok((format!("preset {preset}"), preset.steps().to_vec())),
        Err(_) => Ok((name.to_owned(), vec![name.parse()?])),
    }
}

fn changed_lines(normalizer: &Normalizer, text: &str) -> usize {
    let done = normalizer.normalize(text);
    let (mut changed, mut line, mut last, mut seen) = (0, 0, usize::MAX, 0);
    for edit in &done.edits {
        line += text[seen..edit.before.start].matches('\n').count();
        seen = edit.before.start;
        changed += usize::from(line != last);
        last = line;
    }
    changed
}

/// On the first 200 KB, which are done before the scheduler gives the core to somebody else.
fn megabytes_per_second(normalizer: &Normalizer, text: &str) -> usize {
    let text = &text[..text.floor_char_boundary(200_000)];
    let best = (0..200)
        .map(|_| {
            let began = Instant::now();
            std::hint::black_box(normalizer.normalize_fast(text));
            began.elapsed()
        })
        .min()
        .unwrap_or_default();
    (text.len() as f64 / 1e6 / best.as_secs_f64()) as usize
}

fn sample(normalizer: &Normalizer, text: &str, show: usize) {
    if show == 0 {
        return;
    }
    let done = normalizer.normalize(text);
    let every = (done.edits.len() / show).max(1);
    for edit in done.edits.iter().step_by(every).take(show) {
        println!("    {}", around(text, edit.before.clone()));
        println!("    {}", around(&done.text, edit.after.clone()));
    }
}

fn around(text: &str, at: Range<usize>) -> String {
    let before: String = text[..at.start].chars().rev().take_while(|c| *c != '\n').take(24).collect();
    let before: String = before.chars().rev().collect();
    let after: String = text[at.end..].chars().take_while(|c| *c != '\n').take(16).collect();
    format!("{before}▏{}▏{after}", &text[at])
}

fn read(path: &str) -> Result<String, Box<dyn std::error::Error>> {
    if !path.ends_with(".zst") {
        return Ok(std::fs::read_to_string(path)?);
    }
    let out = Command::new("zstd").args(["-dcq", "--long=27", path]).output()?;
    if !out.status.success() {
        return Err(format!("zstd could not read {path}").into());
    }
    Ok(String::from_utf8(out.stdout)?)
}
