//! Cuts text into short pieces, spells them in the encodings of their language, and counts how often qingwen
//! and chardetng name the encoding.
//!
//! `cargo run --release -- DATA [--show ENCODING]` reads `DATA/*.txt.zst`; the file's name tells the language.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;
use qingwen::detect::detect;

const USAGE: &str = "usage: qingwen-detect DATA [--show ENCODING]
           DATA has *.txt.zst, named zh-hans-…, hans-…, zh-hant-…, hant-…, ja…, ko…, vi… by language
           --show prints the pieces in that encoding that qingwen gets wrong";
/// Characters of a piece.
const LENGTHS: [usize; 6] = [4, 8, 16, 32, 64, 256];
/// Pieces of one length from one file.
const PIECES: usize = 400;

/// What text of a language may be spelled in, by the names that qingwen has for it.
fn encodings(language: &str) -> &'static [&'static str] {
    match language {
        "hans" => &["gb18030", "utf-8"],
        "hant" => &["big5", "gb18030", "utf-8"],
        "ja" => &["shift_jis", "euc-jp", "utf-8"],
        "ko" => &["euc-kr", "utf-8"],
        "latin" => &["windows-1252", "utf-8"],
        "cyrillic" => &["windows-1251", "koi8-r"],
        _ => &[],
    }
}

fn language(name: &str) -> Option<&'static str> {
    let name = name.strip_prefix("zh-").unwrap_or(name);
    Some(match name.split(['-', '.']).next()? {
        "hans" => "hans",
        "hant" => "hant",
        "ja" => "ja",
        "ko" => "ko",
        "latin" => "latin",
        "cyrillic" => "cyrillic",
        _ => return None,
    })
}

/// How often each was right.
#[derive(Default, Clone, Copy)]
struct Tally {
    pieces: u32,
    ours: u32,
    theirs: u32,
    sure: u32,
    sure_wrong: u32,
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (data, show) = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [data] => (data, ""),
        [data, "--show", show] => (data, show),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(data.as_ref(), show) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn run(data: &Path, show: &str) -> Result<(), String> {
    let told = |e: std::io::Error| format!("{}: {e}", data.display());
    let mut paths: Vec<_> =
        std::fs::read_dir(data).map_err(told)?.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let mut tallies: BTreeMap<(&str, &str, usize), Tally> = BTreeMap::new();
    let (mut ours, mut theirs) = (Duration::ZERO, Duration::ZERO);
    for path in paths {
        let Some(name) = path.file_name().and_then(|n| n.to_str()).and_then(|n| n.strip_suffix(".txt.zst"))
        else {
            continue;
        };
        let Some(language) = language(name) else { continue };
        for length in LENGTHS {
            let pieces = pieces(&path, length, language).map_err(|e| format!("{}: {e}", path.display()))?;
            for piece in &pieces {
                for &wanted in encodings(language) {
                    let Some(encoding) = Encoding::for_label(wanted.as_bytes()) else { continue };
                    // What the encoding can't hold is no case of it.
                    let (bytes, _, lossy) = encoding.encode(piece);
                    if lossy || bytes.is_ascii() {
                        continue;
                    }
                    let tally = tallies.entry((language, wanted, length)).or_default();
                    let start = Instant::now();
                    let best = detect(&bytes).best();
                    ours += start.elapsed();
                    let start = Instant::now();
                    let mut peer = EncodingDetector::new(Iso2022JpDetection::Deny);
                    peer.feed(&bytes, true);
                    let guess = peer.guess(None, Utf8Detection::Allow);
                    theirs += start.elapsed();
                    let right = best.encoding.name() == wanted;
                    tally.pieces += 1;
                    tally.ours += u32::from(right);
                    tally.theirs += u32::from(same(guess, encoding));
                    tally.sure += u32::from(best.confidence >= 0.95);
                    tally.sure_wrong += u32::from(best.confidence >= 0.95 && !right);
                    if show == wanted && !right {
                        println!("{name}: {piece:?} as {wanted}: {best:?}, chardetng {}", guess.name());
                    }
                }
            }
        }
    }
    println!(
        "language  encoding      characters   pieces  qingwen  chardetng  sure (≥ 0.95)  wrong of these"
    );
    for ((language, encoding, length), t) in &tallies {
        let share = |n: u32| 100.0 * f64::from(n) / f64::from(t.pieces.max(1));
        println!(
            "{language:<9} {encoding:<13} {length:>10} {:>8} {:>7.2}% {:>9.2}% {:>13.2}% {:>14.2}%",
            t.pieces,
            share(t.ours),
            share(t.theirs),
            share(t.sure),
            100.0 * f64::from(t.sure_wrong) / f64::from(t.sure.max(1)),
        );
    }
    let all: u32 = tallies.values().map(|t| t.pieces).sum();
    let each = |time: Duration| time.as_micros() / u128::from(all.max(1));
    println!("{} µs a piece, chardetng {} µs", each(ours), each(theirs));
    Ok(())
}

/// Whether the peer's answer stands for the encoding: it calls GB18030 by the name of its part.
fn same(guess: &'static Encoding, wanted: &'static Encoding) -> bool {
    guess == wanted
        || guess == encoding_rs::GBK && wanted == encoding_rs::GB18030
        || guess == encoding_rs::KOI8_U && wanted == encoding_rs::KOI8_R
}

/// Pieces of `length` characters from lines spread over a file; those with no character of the language are not taken.
fn pieces(path: &Path, length: usize, language: &str) -> std::io::Result<Vec<String>> {
    let mut decoder = zstd::Decoder::new(std::fs::File::open(path)?)?;
    decoder.window_log_max(27)?;
    let mut text = String::new();
    for line in BufReader::new(decoder).lines().take(200_000) {
        text.push_str(&line?);
        text.push('\n');
        // Enough of any file; a larger part would only take time.
        if text.len() > 8 << 20 {
            break;
        }
    }
    let own = |c: char| match language {
        "latin" | "cyrillic" => !c.is_ascii() && c.is_alphabetic(),
        "ko" => ('\u{AC00}'..='\u{D7A3}').contains(&c),
        "ja" => ('\u{3040}'..='\u{30FF}').contains(&c),
        _ => ('\u{4E00}'..='\u{9FFF}').contains(&c),
    };
    let mut pieces = Vec::new();
    let step = text.len() / PIECES;
    for n in 0..PIECES {
        let mut at = n * step;
        while !text.is_char_boundary(at) {
            at += 1;
        }
        // Short pieces stay within a line, as names and messages do.
        let piece: String = if length <= 32 {
            let lines = text[at..].lines().skip(1);
            lines
                .take(50)
                .find(|l| {
                    l.chars().filter(|&c| own(c)).count() * 2 >= length.min(l.len()).max(1)
                        && l.chars().count() >= length
                })
                .map_or(String::new(), |l| l.chars().take(length).collect())
        } else {
            text[at..].chars().skip_while(|&c| c != '\n').skip(1).take(length).collect()
        };
        if piece.chars().any(own) {
            pieces.push(piece);
        }
    }
    Ok(pieces)
}
