//! Counts what each step changes in texts: the tables of `docs/normalization.md`.
//!
//! `cargo run --release --example normalize_counts -- [--steps NAME,…] [--show N] FILE…`
//!
//! Files ending in `.zst` are read through the command `zstd`. For every file and step: the lines changed,
//! the edits and the speed of `normalize_fast`. With `--show`, N changed places evenly spread over each file.

use std::process::{Command, ExitCode};
use std::time::Instant;

use qingwen::normalize::{Normalizer, Preset, Step};

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let mut steps: Vec<(String, Vec<Step>)> =
        Step::ALL.iter().map(|s| (s.name().to_owned(), vec![*s])).collect();
    steps.extend(Preset::ALL.iter().map(|p| (format!("preset {p}"), p.steps().to_vec())));
    let mut show = 0;
    let mut files = Vec::new();
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--steps" => {
                steps = args
                    .next()
                    .ok_or("--steps wants names")?
                    .split(',')
                    .map(|name| match name.parse::<Preset>() {
                        Ok(p) => Ok((format!("preset {p}"), p.steps().to_vec())),
                        Err(_) => name.parse().map(|s: Step| (name.to_owned(), vec![s])),
                    })
                    .collect::<Result<_, _>>()?;
            }
            "--show" => show = args.next().ok_or("--show wants a number")?.parse()?,
            _ => files.push(arg),
        }
    }
    if files.is_empty() {
        return Err("usage: normalize_counts [--steps NAME,…] [--show N] FILE…".into());
    }
    println!("| file | step | lines | changed | edits | MB/s |\n|---|---|---:|---:|---:|---:|");
    for path in &files {
        let text = read(path)?;
        let name = path.rsplit('/').next().unwrap_or(path);
        let lines = text.lines().count();
        for (step, list) in &steps {
            let normalizer = Normalizer::new(list.iter().copied());
            let began = Instant::now();
            let fast = normalizer.normalize_fast(&text);
            let speed = text.len() as f64 / 1e6 / began.elapsed().as_secs_f64();
            let done = normalizer.normalize(&text);
            assert_eq!(fast, done.text, "the two ways differ");
            let mut changed = 0;
            let mut last = None;
            let mut seen = 0;
            for edit in &done.edits {
                // Lines touched: the line of the edit's start and those its text spans.
                let start = text[seen..edit.before.start].matches('\n').count() + last.unwrap_or(0);
                seen = edit.before.start;
                if last != Some(start) || changed == 0 {
                    changed += 1;
                }
                last = Some(start);
            }
            println!("| {name} | {step} | {lines} | {changed} | {} | {speed:.0} |", done.edits.len());
            let every = (done.edits.len() / show.max(1)).max(1);
            for edit in done.edits.iter().step_by(every).take(show) {
                let around = |text: &str, at: std::ops::Range<usize>, mark: &str| {
                    let before: String =
                        text[..at.start].chars().rev().take_while(|c| *c != '\n').take(24).collect();
                    let before: String = before.chars().rev().collect();
                    let after: String = text[at.end..].chars().take_while(|c| *c != '\n').take(16).collect();
                    format!("{before}{mark}{}{mark}{after}", &text[at])
                };
                println!("    {}", around(&text, edit.before.clone(), "▏"));
                println!("    {}", around(&done.text, edit.after.clone(), "▏"));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
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
