//! `cargo xtask speed`: how fast the command starts, and what a second thread gives.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Runs of each measurement; the fastest counts, as others disturb and none helps.
const RUNS: usize = 7;
const SENTENCE: &str = "今天的天气很好，我们一起去公园散步吧。这份报告说明了去年的工作。";

pub(crate) fn run() -> Result<(), String> {
    let program = build()?;
    let folder = std::env::temp_dir().join(format!("qingwen-speed-{}", std::process::id()));
    let measured = measure(&program, &folder);
    let _ = fs::remove_dir_all(&folder);
    measured
}

fn measure(program: &Path, folder: &Path) -> Result<(), String> {
    let (records, tree, small) = (folder.join("big.jsonl"), folder.join("tree"), folder.join("small.txt"));
    let table = folder.join("big.csv");
    let failed = |e: std::io::Error| format!("{}: {e}", folder.display());
    fs::create_dir_all(&tree).map_err(failed)?;
    fs::write(&small, SENTENCE).map_err(failed)?;
    let mut text = String::new();
    for n in 0..200_000 {
        text.push_str(&format!("{{\"id\":{n},\"text\":\"{}\"}}\n", line(n)));
    }
    fs::write(&records, &text).map_err(failed)?;
    let rows: String = (0..200_000).map(|n| format!("{n},\"{}\"\r\n", line(n))).collect();
    fs::write(&table, format!("id,text\r\n{rows}")).map_err(failed)?;
    let document: String = (0..8_000).map(|n| line(n) + "\n").collect();
    for n in 0..60 {
        fs::write(tree.join(format!("{n}.txt")), &document).map_err(failed)?;
    }

    let start = fastest(program, &["repair"], &small)?;
    println!("{:<28}{:>10.1} ms", "start-up, one line repaired", start.as_secs_f64() * 1e3);
    println!("\n{:<28}{:>8}{:>12}{:>12}{:>8}", "clean", "MB", "-j 1, MB/s", "-j 2, MB/s", "gain");
    let size = text.len() as f64 / 1e6;
    row("one file of JSON lines", size, |j| {
        fastest(program, &["clean", "--field", "text", "-j", j], &records)
    })?;
    let size = rows.len() as f64 / 1e6;
    row("one table, CSV", size, |j| fastest(program, &["clean", "-j", j], &table))?;
    let size = 60.0 * document.len() as f64 / 1e6;
    row("60 files, to output", size, |j| fastest(program, &["clean", "-r", "-j", j], &tree))?;
    row("60 files, --check", size, |j| fastest(program, &["clean", "--check", "-r", "-j", j], &tree))
}

/// Every fiftieth line is garbled.
fn line(n: usize) -> String {
    match n % 50 {
        0 => SENTENCE.bytes().map(char::from).collect(),
        _ => format!("{n} {SENTENCE}"),
    }
}

fn row(what: &str, size: f64, time: impl Fn(&str) -> Result<Duration, String>) -> Result<(), String> {
    let (one, two) = (time("1")?.as_secs_f64(), time("2")?.as_secs_f64());
    println!("{what:<28}{size:>8.1}{:>12.0}{:>12.0}{:>7.2}×", size / one, size / two, one / two);
    Ok(())
}

/// The shortest time of a run over this input.
fn fastest(program: &Path, arguments: &[&str], input: &Path) -> Result<Duration, String> {
    let mut best = Duration::MAX;
    for _ in 0..RUNS {
        let start = Instant::now();
        let status = Command::new(program)
            .args(arguments)
            .args(["--quiet", "--no-config"])
            .arg(input)
            .stdout(Stdio::null())
            .status()
            .map_err(|e| format!("{}: {e}", program.display()))?;
        best = best.min(start.elapsed());
        if status.code().is_none_or(|code| code > 1) {
            return Err(format!("qingwen {} failed", arguments.join(" ")));
        }
    }
    Ok(best)
}

/// Builds the command as it would be shipped.
pub(crate) fn build() -> Result<PathBuf, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("no workspace root")?;
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--release", "--package", "qingwen-cli"])
        .current_dir(root)
        .status()
        .map_err(|e| format!("cargo: {e}"))?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    match status.success() {
        true => Ok(target.join("release/qingwen")),
        false => Err("the command does not build".to_owned()),
    }
}
