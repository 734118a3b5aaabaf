//! Makes rewritten pages of known text, repairs them and counts what came back:
//! `cargo run --release --example made_pages -- FILE... [--pages N] [--seed N] [--show]`.
//!
//! Each FILE holds clean simplified text, a paragraph a line; lines in which nothing but text in GBK stands are taken
//! (40 to 300 characters, with a full stop, of written style). A page is six neighbours. Every page has a list of annotated characters
//! of its own, drawn from the commoner half of the text's converted characters, from none to 80, and its own choice
//! of what is hit. Prints for each kind of site how many pages and how many damaged places came back to the letter, the
//! places by how much of their characters is not shown, and how many misses nobody can decide. `--show` lists the misses.

#[path = "../tests/rewrite/mod.rs"]
#[allow(dead_code)] // The tests use all of it.
mod rewrite;
#[path = "../tests/rewrite/script.rs"]
mod script;

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::time::{Duration, Instant};

use qingwen::repair::Repairer;
use rewrite::{Place, Site};
use script::{Script, fits};

/// Lines of a page.
const LINES: usize = 6;
/// The longest list of annotated characters.
const LONGEST: usize = 80;

/// What is special about a site, by name.
const KINDS: [(&str, Site<'static>); 7] = {
    let usual = Site::USUAL;
    [
        ("usual", usual),
        ("private-use kept", Site { drops_private: false, ..usual }),
        ("full-width kept", Site { halved: false, drops_private: false, ..usual }),
        ("hits ！ and ？ only", Site { noise: &[[0xA3, 0xA1], [0xA3, 0xBF]], hits: 100, ..usual }),
        ("no filler", Site { hits: 0, ..usual }),
        ("no question mark", Site { silent: true, ..usual }),
        ("comma as filler", Site { commas: true, ..usual }),
    ]
};

#[derive(Debug, Default)]
struct Score {
    pages: usize,
    exact: usize,
    /// Damaged, and nothing was done.
    left: usize,
    places: usize,
    restored: usize,
    time: Duration,
    bytes: usize,
}

fn main() -> Result<(), Box<dyn Error>> {
    let (mut files, mut pages, mut seed, mut show) = (Vec::new(), 700, 1, false);
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--show" => show = true,
            "--pages" => pages = args.next().ok_or("--pages needs a number")?.parse()?,
            "--seed" => seed = args.next().ok_or("--seed needs a number")?.parse()?,
            _ => files.push(arg),
        }
    }
    if files.is_empty() {
        return Err("usage: made_pages FILE... [--pages N] [--seed N] [--show]".into());
    }
    let script = Script::load()?;
    let mut lines = Vec::new();
    for file in &files {
        let text = fs::read_to_string(file).map_err(|e| format!("{file}: {e}"))?;
        lines.extend(text.lines().filter(|l| is_paragraph(l)).map(|l| script.convert(l)));
    }
    let common = common(&lines, &script);
    let mut dice = Dice(seed);
    let mut losses = [Loss::default(); 3];
    let mut scores: Vec<Score> = KINDS.iter().map(|_| Score::default()).collect();
    let repairer = Repairer::default();
    for n in 0..pages {
        if lines.len() < LINES {
            return Err("too few lines".into());
        }
        // Neighbours in the file: a page has a subject.
        let first = dice.below(lines.len() - LINES + 1);
        let page = lines[first..first + LINES].join("\n");
        let list = draw(&common, &script, &mut dice);
        let kind = n % KINDS.len();
        let site = Site { list: &list, seed: dice.next() | 1, ..KINDS[kind].1 };
        let shown = site.rewrite_lines(&page);
        let damaged: Vec<&str> = shown.iter().map(|l| l.0.as_str()).collect();
        let damaged = damaged.join("\n");
        let start = Instant::now();
        let repaired = repairer.repair(&damaged).text.into_owned();
        let score = &mut scores[kind];
        score.time += start.elapsed();
        score.bytes += damaged.len();
        let gold = site.undamaged(&page);
        score.pages += 1;
        score.left += usize::from(repaired == damaged && damaged != gold);
        let mut exact = true;
        for ((gold, got), (line, places)) in gold.split('\n').zip(repaired.split('\n')).zip(&shown) {
            let gold: Vec<char> = gold.chars().collect();
            let got: Vec<char> = got.chars().collect();
            exact &= got.len() == gold.len() && got.iter().zip(&gold).all(|(got, gold)| same(*got, *gold));
            for place in places {
                let back = is_back(&gold, &got, place, same);
                let loss = &mut losses[place.lost.min(2)];
                score.places += 1;
                score.restored += usize::from(back);
                loss.places += 1;
                loss.restored += usize::from(back);
                loss.open += usize::from(!back && is_back(&gold, &got, place, alike));
                if show && !back {
                    miss(KINDS[kind].0, place, line, &gold, &got);
                }
            }
        }
        score.exact += usize::from(exact);
    }
    report(&scores);
    report_losses(&losses);
    Ok(())
}

fn report(scores: &[Score]) {
    println!(
        "{:<22}{:>7}{:>7}{:>7}{:>9}{:>10}{:>8}{:>10}",
        "site", "pages", "exact", "left", "places", "restored", "", "ms/5 KB"
    );
    let rows = KINDS.iter().map(|k| k.0).zip(scores);
    let mut all = Score::default();
    for (name, s) in rows {
        row(name, s);
        all.pages += s.pages;
        all.exact += s.exact;
        all.left += s.left;
        all.places += s.places;
        all.restored += s.restored;
        all.time += s.time;
        all.bytes += s.bytes;
    }
    row("all", &all);
}

fn row(name: &str, s: &Score) {
    let width = 22_usize.saturating_sub(name.chars().filter(|c| *c > '\u{2E80}').count());
    println!(
        "{name:<width$}{:>7}{:>7}{:>7}{:>9}{:>10}{:>7.1}%{:>10.2}",
        s.pages,
        s.exact,
        s.left,
        s.places,
        s.restored,
        100.0 * s.restored as f64 / s.places.max(1) as f64,
        s.time.as_secs_f64() * 1e3 * 5_000.0 / s.bytes.max(1) as f64,
    );
}

/// Places by how many bytes of one character are not shown.
#[derive(Debug, Default, Clone, Copy)]
struct Loss {
    places: usize,
    restored: usize,
    /// Missed, but two readings are as good.
    open: usize,
}

fn report_losses(losses: &[Loss; 3]) {
    println!(
        "\n{:<34}{:>9}{:>10}{:>8}{:>14}",
        "bytes of a character not shown", "places", "restored", "", "他, 她 or 它"
    );
    for (name, l) in ["none", "one", "both"].iter().zip(losses) {
        let share = 100.0 * l.restored as f64 / l.places.max(1) as f64;
        println!("{name:<34}{:>9}{:>10}{share:>7.1}%{:>11}", l.places, l.restored, l.open);
    }
}

/// Prints a place that did not come back.
fn miss(site: &str, place: &Place, line: &str, gold: &[char], got: &[char]) {
    let (start, end) = (place.chars.start, place.chars.end);
    let text = |chars: &[char]| chars.iter().collect::<String>();
    let before = &gold[start.saturating_sub(4)..start];
    let from = got.windows(before.len().max(1)).position(|w| w == before).unwrap_or(0);
    let rest = &got[from..(from + end - start + 16).min(got.len())];
    println!(
        "{site}, {} lost: {}[{}]{}\n    got   {}\n    shown {line}",
        place.lost,
        text(&gold[start.saturating_sub(12)..start]),
        text(&gold[start..end]),
        text(&gold[end..(end + 12).min(gold.len())]),
        text(rest),
    );
}

/// Whether a damaged place came back, with two characters on either side.
fn is_back(gold: &[char], got: &[char], place: &Place, same: fn(char, char) -> bool) -> bool {
    let around = &gold[place.chars.start.saturating_sub(2)..(place.chars.end + 2).min(gold.len())];
    got.windows(around.len()).any(|w| w.iter().zip(around).all(|(got, gold)| same(*got, *gold)))
}

/// Whether a character is right. One of ASCII that was eaten can't come back: U+FFFD in its place is right.
fn same(got: char, gold: char) -> bool {
    got == gold || got == char::REPLACEMENT_CHARACTER && gold.is_ascii()
}

/// The same where nothing tells one person from another.
fn alike(got: char, gold: char) -> bool {
    let person = |c| if matches!(c, '她' | '它') { '他' } else { c };
    same(person(got), person(gold))
}

/// Text that such a page may hold: a paragraph of sentences, and nothing that GBK or the converter lacks.
fn is_paragraph(line: &str) -> bool {
    let han = line.chars().filter(|c| ('\u{4E00}'..='\u{9FA5}').contains(c)).count();
    let count = line.chars().count();
    (40..=300).contains(&count)
        && han * 4 > count * 3
        && line.contains('。')
        && !line.contains(['?', '\t', '『', '』'])
        && !line.contains("。。")
        && !line.contains("！！")
        && line.chars().all(fits)
}

/// The commoner half of the characters that the converter made.
fn common(lines: &[String], script: &Script) -> Vec<char> {
    let mut counts: BTreeMap<char, usize> = BTreeMap::new();
    for c in lines.iter().flat_map(|l| l.chars()).filter(|c| script.is_made(*c)) {
        *counts.entry(c).or_default() += 1;
    }
    let mut order: Vec<(usize, char)> = counts.into_iter().map(|(c, n)| (n, c)).collect();
    order.sort_unstable_by(|a, b| b.cmp(a));
    order.truncate(400);
    order.into_iter().map(|(_, c)| c).collect()
}

fn draw<'s>(common: &[char], script: &'s Script, dice: &mut Dice) -> Vec<(char, &'s str)> {
    let count = dice.below(LONGEST + 1);
    let mut list: Vec<(char, &str)> = Vec::new();
    while list.len() < count.min(common.len()) {
        // The commoner, the likelier.
        let c = common[dice.below(common.len()).min(dice.below(common.len()))];
        if list.iter().any(|l| l.0 == c) {
            continue;
        }
        match script.reading(c) {
            Some(reading) => list.push((c, reading)),
            None => break,
        }
    }
    list
}

/// A xorshift generator.
#[derive(Debug)]
struct Dice(u32);

impl Dice {
    fn next(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0
    }

    fn below(&mut self, n: usize) -> usize {
        self.next() as usize % n.max(1)
    }
}
