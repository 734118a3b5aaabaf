//! Repair beside its peers, on clean text and on garbled text.

use std::fs;
use std::hint::black_box;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use qingwen::repair::{Options, Repairer};

use crate::{garbage, median, megabytes_per_second, timed};

/// What is read of each clean text, and made of each garbled one.
const CLEAN: usize = 8_000_000;
const GARBLED: usize = 500_000;
/// Peers are given less, as they are slow.
const PEER: usize = 1_000_000;
const ROUNDS: usize = 5;

/// Clean texts by the names of their files.
const TEXTS: [(&str, &str); 5] = [
    ("web", "zh-hans-web"),
    ("technical", "zh-hans-tech"),
    ("classical", "classical"),
    ("Japanese", "ja"),
    ("Korean", "ko"),
];

/// Times itself, so that the start of Python does not count.
const FTFY: &str = "
import sys, time
try:
    import ftfy
except ImportError:
    print('missing'); sys.exit()
text = sys.stdin.buffer.read().decode('utf-8')
ftfy.fix_text('warm')
start = time.process_time()
ftfy.fix_text(text)
print(time.process_time() - start)
";

pub(crate) fn compare(data: &Path) -> Result<(), String> {
    println!("MB/s of UTF-8 input, CPU time of one thread");
    println!(
        "{:<24}{:>10}{:>10}{:>10}{:>12}{:>10}",
        "text", "qingwen", "plsfix", "ftfy", "x plsfix", "x ftfy"
    );
    let mut web = String::new();
    for (name, file) in TEXTS {
        let text = clean(data, file)?;
        row(&format!("clean {name}"), &text)?;
        if web.is_empty() {
            web = text;
        }
    }
    let lines = head(&web, GARBLED);
    for (name, channel) in garbage::CHANNELS {
        row(name, &garbage::text(lines, *channel))?;
    }
    // Nothing at all to find: how fast looking is.
    let plain: String =
        web.lines().filter(|line| line.len() > 60).map(|line| line.to_owned() + "\n").collect();
    let still: String =
        plain.split_inclusive('\n').filter(|line| qingwen::scan::nominees(line).next().is_none()).collect();
    row("clean web, none nominated", &still)
}

/// One line of the table.
fn row(name: &str, text: &str) -> Result<(), String> {
    let ours = qingwen(text);
    let part = head(text, PEER);
    let config =
        plsfix::TextFixerConfig { max_decode_length: i32::MAX, ..plsfix::TextFixerConfig::default() };
    let times = (0..ROUNDS).map(|_| timed(|| black_box(plsfix::fix_text(part, Some(&config)))).1).collect();
    let plsfix = megabytes_per_second(part, median(times));
    let ftfy = ftfy(part)?;
    let cell = |x: Option<f64>| x.map_or_else(|| "-".to_owned(), |x| format!("{x:.1}"));
    println!(
        "{name:<24}{ours:>10.1}{plsfix:>10.1}{:>10}{:>12.1}{:>10}",
        cell(ftfy),
        ours / plsfix,
        cell(ftfy.map(|f| ours / f))
    );
    Ok(())
}

/// Megabytes a second of repair.
fn qingwen(text: &str) -> f64 {
    let repairer = Repairer::new(Options::default());
    let first = timed(|| black_box(repairer.repair(text)).text.len()).1;
    // A slow text is not measured again and again.
    let rounds = if first.as_secs_f64() > 1.0 { 1 } else { ROUNDS };
    let times = (0..rounds).map(|_| timed(|| black_box(repairer.repair(text)).text.len()).1);
    megabytes_per_second(text, median(std::iter::once(first).chain(times).collect()))
}

/// Megabytes a second of ftfy; none where `python3` (or the program that `PYTHON` names) does not have it.
fn ftfy(text: &str) -> Result<Option<f64>, String> {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".into());
    let mut command = Command::new(&python);
    command.args(["-c", FTFY]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let Ok(mut child) = command.spawn() else { return Ok(None) };
    if let Some(mut stdin) = child.stdin.take() {
        // Python without ftfy ends before it has read.
        let _ = stdin.write_all(text.as_bytes());
    }
    let out = child.wait_with_output().map_err(|e| format!("{python}: {e}"))?;
    let seconds: Option<f64> = String::from_utf8_lossy(&out.stdout).trim().parse().ok();
    Ok(seconds.map(|s| text.len() as f64 / 1e6 / s))
}

/// The beginning of a clean text of the folder.
pub(crate) fn clean(data: &Path, file: &str) -> Result<String, String> {
    let folder = data.join("text/clean");
    let plain = folder.join(format!("{file}.txt"));
    if let Ok(text) = fs::read_to_string(&plain) {
        return Ok(head(&text, CLEAN).to_owned());
    }
    let packed = folder.join(format!("{file}.txt.zst"));
    let out = Command::new("zstd")
        .args(["-dc", "--long=27"])
        .arg(&packed)
        .output()
        .map_err(|e| format!("zstd {}: {e}", packed.display()))?;
    let text = String::from_utf8(out.stdout).map_err(|e| format!("{}: {e}", packed.display()))?;
    if text.is_empty() {
        return Err(format!("{}: cannot be read", packed.display()));
    }
    Ok(head(&text, CLEAN).to_owned())
}

/// The whole lines at the start of a text, about `len` bytes of them.
pub(crate) fn head(text: &str, len: usize) -> &str {
    let end = text.as_bytes().get(len..).and_then(|rest| rest.iter().position(|&b| b == b'\n'));
    end.map_or(text, |n| &text[..len + n + 1])
}
