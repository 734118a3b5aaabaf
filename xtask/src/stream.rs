//! `cargo xtask stream SIZE`: streams made on the fly, as long as asked for; what they take, and whether they come out right.

use std::io::{self, Read, Write};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Instant;

const SENTENCE: &str = "今天的天气很好，我们一起去公园散步吧。这份报告说明了去年的工作。";
/// Lines of the block that is repeated; every fiftieth is garbled.
const LINES: usize = 10_000;
/// Bytes of output between two looks at the memory.
const LOOK: usize = 32 << 20;

/// What is fed and what must come out, both again and again.
struct Kind {
    name: &'static str,
    arguments: &'static [&'static str],
    input: Vec<u8>,
    output: Vec<u8>,
}

/// Measures streams of about so many bytes, such as `10G`; `only` names one kind.
pub(crate) fn run(size: &str, only: Option<&str>) -> Result<(), String> {
    let size = bytes(size)?;
    let program = crate::speed::build()?;
    println!("{:<12}{:>10}{:>12}{:>14}  same", "stream", "GB", "MB/s", "peak, MiB");
    for kind in kinds().into_iter().filter(|k| only.is_none_or(|o| o == k.name)) {
        let mut child = Command::new(&program)
            .args(kind.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(told)?;
        let times = size.div_ceil(kind.input.len() as u64);
        let start = Instant::now();
        let (same, peak) = feed(&mut child, &kind, times)?;
        let taken = start.elapsed().as_secs_f64();
        let ended = child.wait().map_err(told)?;
        let fed = (times * kind.input.len() as u64) as f64;
        println!(
            "{:<12}{:>10.2}{:>12.0}{:>14.1}  {}",
            kind.name,
            fed / 1e9,
            fed / 1e6 / taken,
            peak as f64 / 1024.0,
            if same { "yes" } else { "NO" }
        );
        if !same || !ended.success() {
            return Err(format!("{}: came out wrong ({ended})", kind.name));
        }
    }
    if only.is_none_or(|o| o == "line") { line(&program, size) } else { Ok(()) }
}

/// Measures a Parquet file of about so many bytes of text.
pub(crate) fn parquet(size: &str) -> Result<(), String> {
    let program = crate::speed::build()?;
    let status = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--release", "--package", "qingwen-cli", "--example", "parquet", "--"])
        .arg(program)
        .arg(bytes(size)?.to_string())
        .status()
        .map_err(told)?;
    if status.success() { Ok(()) } else { Err("parquet: failed".to_owned()) }
}

/// One line of that size, which is refused.
fn line(program: &std::path::Path, size: u64) -> Result<(), String> {
    let mut child = Command::new(program)
        .arg("repair")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(told)?;
    let pid = child.id();
    let mut input = child.stdin.take().ok_or("no input")?;
    let block = SENTENCE.repeat(10_000);
    let mut peak = 0;
    for _ in 0..size.div_ceil(block.len() as u64) {
        // It stops reading when it has seen enough.
        if input.write_all(block.as_bytes()).is_err() {
            break;
        }
        peak = peak.max(memory(pid).unwrap_or(0));
    }
    drop(input);
    let output = child.wait_with_output().map_err(told)?;
    println!("\none line: status {}, peak {:.1} MiB", output.status, peak as f64 / 1024.0);
    print!("{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

fn kinds() -> Vec<Kind> {
    let lines = |garbled: bool| -> String {
        let line = |n: usize| match n % 50 {
            0 if garbled => SENTENCE.bytes().map(char::from).collect::<String>() + "\n",
            0 => format!("{SENTENCE}\n"),
            _ => format!("{n} {SENTENCE}\n"),
        };
        (0..LINES).map(line).collect()
    };
    let records = |garbled: bool| -> Vec<u8> {
        let text = lines(garbled);
        text.lines().map(|l| format!("{{\"text\":\"{l}\"}}\n")).collect::<String>().into_bytes()
    };
    let table = |garbled: bool| -> Vec<u8> {
        lines(garbled).lines().map(|l| format!("1,\"{l}\"\r\n")).collect::<String>().into_bytes()
    };
    let gbk = |text: &str| encoding_rs::GB18030.encode(text).0.into_owned();
    vec![
        Kind {
            name: "utf-8",
            arguments: &["repair"],
            input: lines(true).into_bytes(),
            output: lines(false).into_bytes(),
        },
        Kind {
            name: "gb18030",
            arguments: &["repair", "--output-encoding", "same"],
            input: gbk(&lines(true)),
            output: gbk(&lines(false)),
        },
        Kind {
            name: "jsonl",
            arguments: &["repair", "--field", "text"],
            input: records(true),
            output: records(false),
        },
        Kind {
            name: "csv",
            arguments: &["repair", "--format", "csv"],
            input: table(true),
            output: table(false),
        },
    ]
}

/// Feeds the stream and reads what comes; whether that is right, and the most memory seen, in KiB.
fn feed(child: &mut Child, kind: &Kind, times: u64) -> Result<(bool, u64), String> {
    let pid = child.id();
    let mut input = child.stdin.take().ok_or("no input")?;
    let mut output = child.stdout.take().ok_or("no output")?;
    thread::scope(|scope| {
        let feeder = scope
            .spawn(move || -> io::Result<()> { (0..times).try_for_each(|_| input.write_all(&kind.input)) });
        let mut block = vec![0; 256 << 10];
        let (mut at, mut seen, mut looked, mut peak, mut same) = (0, 0_u64, 0, 0, true);
        loop {
            let n = output.read(&mut block).map_err(told)?;
            if n == 0 {
                break;
            }
            let mut rest = &block[..n];
            while !rest.is_empty() {
                let part = rest.len().min(kind.output.len() - at);
                same &= rest[..part] == kind.output[at..at + part];
                at = (at + part) % kind.output.len();
                rest = &rest[part..];
            }
            seen += n as u64;
            looked += n;
            if looked >= LOOK || peak == 0 {
                looked = 0;
                peak = peak.max(memory(pid).unwrap_or(0));
            }
        }
        let fed = feeder.join().map_err(|_| "the feeder failed")?;
        fed.map_err(told)?;
        Ok((same && seen == times * kind.output.len() as u64, peak))
    })
}

/// The most memory that a process has held, in KiB, as Linux counts it.
fn memory(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?.trim().strip_suffix(" kB")?.parse().ok()
}

/// The number of bytes that a size such as `500M` or `10G` says.
pub(crate) fn bytes(size: &str) -> Result<u64, String> {
    let (digits, unit) = match size.strip_suffix('G') {
        Some(digits) => (digits, 1_000_000_000),
        None => (size.strip_suffix('M').ok_or("a size such as 500M or 10G")?, 1_000_000),
    };
    digits.parse::<u64>().map(|n| n * unit).map_err(|e| e.to_string())
}

fn told(e: impl std::fmt::Display) -> String {
    e.to_string()
}
