//! The whole pipeline on clean text: how fast a text that needs nothing comes back, what each stage takes of that, and how
//! fast peers do a part of it.

use std::borrow::Cow;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use qingwen::Cleaner;
use qingwen::convert::Converter;
use qingwen::normalize::{Normalizer, Preset, Step};
use qingwen::repair::Repairer;
use unicode_normalization::{IsNormalized, is_nfc_quick};

use crate::repair::{clean, head};
use crate::{median, megabytes_per_second, timed};

/// What is read of each file at a time: it stays in the second-level cache, as the documents of a crawl do.
const DOCUMENT: usize = 100_000;
/// What is read of each file.
const TEXT: usize = 1_000_000;
const ROUNDS: usize = 5;
/// Work that takes longer is not measured again.
const SLOW: Duration = Duration::from_millis(300);

/// What is measured, each a column.
type Work = Box<dyn Fn(&str) -> usize>;

fn works() -> Vec<(&'static str, Work)> {
    let mission = Cleaner::mission();
    let preset = Cleaner::mission().normalize(Normalizer::new(Preset::Clean.steps().iter().copied()));
    let (repairer, converter) = (Repairer::default(), Converter::mission());
    let normalizer = Normalizer::new([Step::Punctuation]);
    vec![
        ("clean", Box::new(move |t| mission.clean(t).len())),
        ("clean+preset", Box::new(move |t| preset.clean(t).len())),
        ("scan", Box::new(|t| qingwen::scan::nominees(t).count())),
        ("repair", Box::new(move |t| repairer.repair(t).text.len())),
        ("normalize", Box::new(move |t| normalizer.normalize_fast(t).len())),
        ("convert", Box::new(move |t| converter.convert(t).len())),
        ("simdutf8", Box::new(|t| usize::from(simdutf8::basic::from_utf8(t.as_bytes()).is_ok()))),
        ("std utf-8", Box::new(|t| usize::from(std::str::from_utf8(t.as_bytes()).is_ok()))),
        ("chars", Box::new(|t| t.chars().fold(0, |n, c| n ^ c as usize))),
        ("is_nfc", Box::new(|t| usize::from(is_nfc_quick(t.chars()) == IsNormalized::Yes))),
        // Peers: one converts and does nothing else, the other one repairs.
        ("fmmseg t2s", peers::fmmseg()),
        ("plsfix", peers::plsfix()),
    ]
}

mod peers {
    use super::Work;

    pub(super) fn fmmseg() -> Work {
        let mut converter = opencc_fmmseg::OpenCC::new();
        converter.set_parallel(false);
        Box::new(move |t| {
            converter.convert_with_config(t, opencc_fmmseg::OpenccConfig::T2s, false).len()
        })
    }

    pub(super) fn plsfix() -> Work {
        let config = plsfix::TextFixerConfig { max_decode_length: i32::MAX, ..Default::default() };
        Box::new(move |t| plsfix::fix_text(t, Some(&config)).len())
    }
}

/// Prints two tables: each clean text as it is, and what is left of it without the lines that change.
pub(crate) fn table(data: &Path) -> Result<(), String> {
    let mut names: Vec<String> = fs::read_dir(data.join("text/clean"))
        .map_err(|e| format!("{}: {e}", data.display()))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| Some(name.split_once(".txt")?.0.to_owned()))
        .collect();
    names.sort();
    names.dedup();
    let works = works();
    let text = |name: &String| Ok(head(&clean(data, name)?, TEXT).to_owned());
    let texts = names.iter().map(text).collect::<Result<Vec<String>, String>>()?;
    println!("MB/s of UTF-8 input, CPU time of one thread; documents of {} KB", DOCUMENT / 1000);
    title("text as it is", &works);
    let (mut all, mut still) = (Vec::new(), Vec::new());
    for (name, text) in names.iter().zip(&texts) {
        all.push(row(name, text, &works));
    }
    sum("all", &texts, &all);
    title("lines that stay", &works);
    let stays: Vec<String> = texts.iter().map(|text| unchanged(text)).collect();
    for (name, text) in names.iter().zip(&stays) {
        still.push(row(name, text, &works));
    }
    sum("all", &stays, &still);
    Ok(())
}

fn title(first: &str, works: &[(&str, Work)]) {
    print!("{first:<18}{:>6}", "MB");
    works.iter().for_each(|(name, _)| print!("{name:>13}"));
    println!("{:>10}", "borrowed");
}

/// The documents of a text.
fn documents(text: &str) -> Vec<&str> {
    let mut documents = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let first = head(rest, DOCUMENT);
        documents.push(first);
        rest = &rest[first.len()..];
    }
    documents
}

/// One line of the table; gives its times.
fn row(name: &str, text: &str, works: &[(&str, Work)]) -> Vec<Duration> {
    let documents = documents(text);
    let mut times = vec![Vec::new(); works.len()];
    let total = |work: &Work| timed(|| documents.iter().map(|d| black_box(work(d))).sum::<usize>()).1;
    // Round by round, so that a busy moment of the machine meets all of them.
    for _ in 0..ROUNDS {
        for ((_, work), times) in works.iter().zip(&mut times) {
            if times.first().is_none_or(|&first| first < SLOW) {
                times.push(total(work));
            }
        }
    }
    let times: Vec<Duration> = times.into_iter().map(median).collect();
    print!("{name:<18}{:>6.1}", text.len() as f64 / 1e6);
    times.iter().for_each(|&time| print!("{:>13.0}", megabytes_per_second(text, time)));
    let cleaner = Cleaner::mission();
    let borrowed = documents.iter().filter(|d| matches!(cleaner.clean(d), Cow::Borrowed(_))).count();
    println!("{:>10}", format!("{borrowed}/{}", documents.len()));
    times
}

fn sum(name: &str, texts: &[String], times: &[Vec<Duration>]) {
    let bytes: usize = texts.iter().map(String::len).sum();
    print!("{name:<18}{:>6.1}", bytes as f64 / 1e6);
    for n in 0..times.first().map_or(0, Vec::len) {
        let time: Duration = times.iter().map(|t| t[n]).sum();
        print!("{:>13.0}", bytes as f64 / 1e6 / time.as_secs_f64());
    }
    println!();
}

/// The lines that the pipeline leaves as they are, in a document of themselves and beside each other.
fn unchanged(text: &str) -> String {
    let cleaner = Cleaner::mission().normalize(Normalizer::new(Preset::Clean.steps().iter().copied()));
    let still = |text: &str| -> String {
        text.split_inclusive('\n').filter(|line| matches!(cleaner.clean(line), Cow::Borrowed(_))).collect()
    };
    let mut kept = still(text);
    // Among other neighbours, another line may change: such documents lose every line that their edits touch.
    for _ in 0..4 {
        let mut next = String::with_capacity(kept.len());
        for document in documents(&kept) {
            let report = cleaner.clean_with_report(document).report;
            match report.stages.iter().find(|s| !s.edits.is_empty()) {
                None => next.push_str(document),
                Some(stage) => without(document, stage.edits.iter().map(|e| e.before.start), &mut next),
            }
        }
        if next.len() == kept.len() {
            break;
        }
        kept = next;
    }
    kept
}

/// The lines of a document that hold none of the places, which ascend.
fn without(document: &str, places: impl Iterator<Item = usize>, out: &mut String) {
    let mut places = places.peekable();
    let mut at = 0;
    for line in document.split_inclusive('\n') {
        let end = at + line.len();
        let touched = places.peek().is_some_and(|&p| p < end);
        while places.next_if(|&p| p < end).is_some() {}
        if !touched {
            out.push_str(line);
        }
        at = end;
    }
}
