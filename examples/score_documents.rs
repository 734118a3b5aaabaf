//! Scores repair on whole files: damages them as Windows would, line by line, and says how many lines come back.
//!
//!     cargo run --release --example score_documents -- FILE… [--show] [--whole]
//!
//! Each clean UTF-8 file is read as code page 936, a line at a time, as editors do it: a last byte without a partner
//! takes a carriage return with it, but no line feed. Counted are the lines that lose bytes. They are repaired with
//! the whole file around them, and each as a text of its own. With `--whole`, each file is read in one piece instead, so
//! that line feeds are swallowed too; counted are the lines that come back, in order, of all.

use std::error::Error;
use std::io::Write;

use qingwen::codec::{CodePage, Decoder};
use qingwen::repair::{Options, Repairer};

fn main() -> Result<(), Box<dyn Error>> {
    let (flags, paths): (Vec<String>, _) = std::env::args().skip(1).partition(|a| a.starts_with("--"));
    let repairer = Repairer::new(Options { min_confidence: 0.0 });
    let mut out = std::io::stdout().lock();
    let has = |flag: &str| flags.iter().any(|f| f == flag);
    if has("--whole") {
        return whole(&repairer, &paths, &mut out);
    }
    writeln!(out, "{:<40}{:>8}{:>8}{:>12}{:>9}", "file", "lines", "lossy", "in the file", "alone")?;
    let mut sums = [0; 4];
    for path in &paths {
        let clean = std::fs::read_to_string(path).map_err(|e| format!("{path}: {e}"))?;
        let clean: Vec<&str> = clean.split('\n').collect();
        let (damaged, is_lossy): (Vec<String>, Vec<bool>) =
            clean.iter().map(|line| windows_936(line)).unzip();
        let text = damaged.join("\n");
        let repaired = repairer.repair(&text);
        let repaired: Vec<&str> = repaired.text.split('\n').collect();
        // A line feed that was put in by mistake moves all lines behind it.
        let is_right = |n: usize| repaired.len() == clean.len() && repaired[n] == clean[n];
        let mut counts = [clean.len(), 0, 0, 0];
        for n in (0..clean.len()).filter(|&n| is_lossy[n]) {
            counts[1] += 1;
            counts[2] += usize::from(is_right(n));
            counts[3] += usize::from(repairer.repair(&damaged[n]).text == clean[n]);
            if has("--show") && !is_right(n) {
                writeln!(out, "want {:?}\ngot  {:?}\n", clean[n], repaired.get(n))?;
            }
        }
        let name = path.rsplit('/').next().unwrap_or(path);
        report(&mut out, name, counts)?;
        sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
    }
    report(&mut out, "all", sums)?;
    Ok(())
}

/// Scores files that are read in one piece.
fn whole(repairer: &Repairer, paths: &[String], out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    writeln!(out, "{:<40}{:>8}{:>10}{:>12}", "file", "lines", "damaged", "come back")?;
    let mut sums = [0; 3];
    let row = |out: &mut dyn Write, name: &str, [lines, left, back]: [usize; 3]| {
        let name: String = name.chars().take(38).collect();
        let percent = 100.0 * back as f64 / lines.max(1) as f64;
        writeln!(out, "{name:<40}{lines:>8}{:>10}{percent:>10.1} %", lines - left)
    };
    for path in paths {
        let clean = std::fs::read_to_string(path).map_err(|e| format!("{path}: {e}"))?;
        let (damaged, _) = windows_936(&clean);
        let repaired = repairer.repair(&damaged);
        let counts = [clean.lines().count(), common(&clean, &damaged), common(&clean, &repaired.text)];
        row(out, path.rsplit('/').next().unwrap_or(path), counts)?;
        sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
    }
    row(out, "all", sums)?;
    Ok(())
}

/// How many lines two texts have in common, in order: the length of their longest common subsequence.
fn common(a: &str, b: &str) -> usize {
    let b: Vec<&str> = b.lines().collect();
    let mut best = vec![0; b.len() + 1];
    for line in a.lines() {
        let mut diagonal = 0;
        for (n, other) in b.iter().enumerate() {
            let here = if line == *other { diagonal + 1 } else { best[n].max(best[n + 1]) };
            diagonal = std::mem::replace(&mut best[n + 1], here);
        }
    }
    best[b.len()]
}

fn report(
    out: &mut impl Write,
    name: &str,
    [lines, lossy, inside, alone]: [usize; 4],
) -> std::io::Result<()> {
    let percent = |n: usize| 100.0 * n as f64 / lossy.max(1) as f64;
    let name: String = name.chars().take(38).collect();
    writeln!(out, "{name:<40}{lines:>8}{lossy:>8}{:>10.1} %{:>7.1} %", percent(inside), percent(alone))
}

/// UTF-8 as Windows shows it in code page 936, and whether bytes were lost.
fn windows_936(line: &str) -> (String, bool) {
    let bytes = line.as_bytes();
    let (mut out, mut is_lossy, mut at) = (String::new(), false, 0);
    while let Some(&first) = bytes.get(at) {
        let pair = bytes.get(at + 1).filter(|&&second| Decoder::Windows936.pairs(first, second));
        let shown = pair.and_then(|&second| CodePage::Gbk.decode_one(&[first, second]));
        match (first, shown) {
            (0..=0x7F, _) => out.push(char::from(first)),
            (0x80, _) => out.push('€'),
            (_, Some((c, _))) => out.push(c),
            _ => {
                out.push('?');
                is_lossy = true;
            }
        }
        at += if first > 0x80 { 2 } else { 1 };
    }
    (out, is_lossy)
}
