//! How many lost characters the model brings back.
//!
//! The last byte of a three-byte character is lost: the 64 code points that share its first two bytes are the
//! candidates. "Anywhere" samples ideographs; "place of loss" samples characters before an ASCII character or
//! a line end, where reading UTF-8 as GBK loses bytes. "Left" and "both" are the n-gram's answers from one side and
//! from both, "filler" what the network makes of them.

use std::error::Error;
use std::path::Path;

use qingwen::model::filler::{Gap, Window};
use qingwen::model::{Context, Cost, START, cost, step, symbol};

use crate::corpus;

/// "Sure": the best candidate is at least 20 times as likely as the second.
const SURE: Cost = 2996;

struct Tally {
    count: usize,
    left: usize,
    first: usize,
    filled: usize,
    three: usize,
    sure: usize,
    sure_right: usize,
}

pub(crate) fn run(dir: &Path, samples: usize) -> Result<(), Box<dyn Error>> {
    println!(
        "| text | anywhere: left | both | filler | top 3 | sure | of these right | place of loss: left | both | filler | top 3 | sure | of these right |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    for file in corpus::files(dir)? {
        let mut lines: Vec<Vec<char>> = Vec::new();
        file.lines(|line| lines.push(line.chars().collect()))?;
        let mut places = [Vec::new(), Vec::new()];
        for (number, line) in lines.iter().enumerate() {
            for (at, &c) in line.iter().enumerate() {
                if ('\u{4E00}'..='\u{9FFF}').contains(&c) {
                    places[0].push((number, at));
                }
                if ('\u{800}'..='\u{FFFF}').contains(&c) && line.get(at + 1).is_none_or(char::is_ascii) {
                    places[1].push((number, at));
                }
            }
        }
        let row: Vec<String> = places
            .iter()
            .map(|places| {
                let stride = places.len().div_ceil(samples).max(1);
                tally(places.iter().step_by(stride).map(|&(line, at)| (lines[line].as_slice(), at)))
                    .to_string()
            })
            .collect();
        println!("| {} | {} |", file.name, row.join(" | "));
    }
    Ok(())
}

fn tally<'a>(places: impl Iterator<Item = (&'a [char], usize)>) -> Tally {
    let mut tally = Tally { count: 0, left: 0, first: 0, filled: 0, three: 0, sure: 0, sure_right: 0 };
    for (line, at) in places {
        let truth = line[at];
        let (mut a, mut b) = (START, START);
        for &c in &line[..at] {
            (a, b) = step(a, b, symbol(c));
        }
        let before = Context::new(a, b);
        let window = Window::new(
            line[..at].iter().rev().map(|&c| symbol(c)),
            line[at + 1..].iter().map(|&c| symbol(c)),
        );
        let gap = Gap::new(&window);
        let mut filled = Vec::with_capacity(64);
        let mut both = Vec::with_capacity(64);
        let mut left = Vec::with_capacity(64);
        for c in (truth as u32 & !63..).take(64).filter_map(char::from_u32) {
            let mut sum = before.cost(symbol(c));
            left.push((sum, c));
            let (mut a, mut b) = step(a, b, symbol(c));
            for k in 1..=2 {
                let next = line.get(at + k).map_or(START, |&c| symbol(c));
                sum += cost(a, b, next);
                if next == START {
                    break;
                }
                (a, b) = step(a, b, next);
            }
            both.push((sum, c));
            filled.push((sum - gap.bonus(symbol(c)), c));
        }
        left.sort_unstable();
        both.sort_unstable();
        filled.sort_unstable();
        tally.count += 1;
        tally.left += usize::from(left[0].1 == truth);
        tally.first += usize::from(both[0].1 == truth);
        tally.filled += usize::from(filled[0].1 == truth);
        tally.three += usize::from(filled.iter().take(3).any(|best| best.1 == truth));
        if filled[1].0 - filled[0].0 >= SURE {
            tally.sure += 1;
            tally.sure_right += usize::from(filled[0].1 == truth);
        }
    }
    tally
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let share = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
        write!(
            f,
            "{:.1} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1}",
            share(self.left, self.count),
            share(self.first, self.count),
            share(self.filled, self.count),
            share(self.three, self.count),
            share(self.sure, self.count),
            share(self.sure_right, self.sure)
        )
    }
}
