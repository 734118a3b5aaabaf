//! Counts which ASCII characters stand behind wide ones: the characters that a lost byte swallows.

use std::error::Error;
use std::path::Path;

use qingwen::model::behind::{CHARACTERS, PLACES, Place, characters, number};

use crate::corpus;

/// Prints what each character costs at each kind of place, in millinats, as rows of a table. A line end is a line feed.
pub(crate) fn run(dir: &Path) -> Result<(), Box<dyn Error>> {
    let mut counts = [[1f64; CHARACTERS]; PLACES];
    for source in corpus::files(dir)? {
        let mut last = ['\n'; 2];
        source.lines(|line| {
            for c in line.chars().chain(std::iter::once('\n')) {
                let [before, between] = last;
                last = [between, c];
                if let (Some(place), Some(n)) = (Place::between(before, c), number(between)) {
                    counts[place.number()][n] += f64::from(source.weight);
                }
            }
        })?;
    }
    let all = counts.each_ref().map(|counts| counts.iter().sum::<f64>());
    for (n, c) in characters().enumerate() {
        let costs = (0..PLACES).map(|p| format!("{:.0}", -1000.0 * (counts[p][n] / all[p]).ln()));
        println!("    (b{c:?}, [{}]),", costs.collect::<Vec<_>>().join(", "));
    }
    Ok(())
}
