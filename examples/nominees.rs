//! Says what the scan makes of texts: `cargo run --release --example nominees -- FILE…`
//!
//! For each file: lines, lines nominated, and the lines that show signs of each family of channels; megabytes a
//! second of the scan alone, the best of ten runs.

use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::time::Instant;

use qingwen::scan::nominees;

fn main() -> Result<(), Box<dyn Error>> {
    println!("{:<24}{:>9}{:>9}  by family{:>48}", "text", "lines", "nominees", "MB/s");
    for path in std::env::args().skip(1) {
        let text = fs::read_to_string(&path).map_err(|e| format!("{path}: {e}"))?;
        let mut families = [0; 8];
        let mut count = 0;
        for nominee in nominees(&text) {
            count += 1;
            let own = nominee.families();
            (0..8).for_each(|n| families[n] += usize::from(own >> n & 1));
        }
        let best = (0..10).map(|_| {
            let start = Instant::now();
            black_box(nominees(&text).count());
            start.elapsed().as_secs_f64()
        });
        let best = best.fold(f64::MAX, f64::min);
        let name = path.rsplit('/').next().unwrap_or(&path);
        let families: String = families.iter().map(|n| format!("{n:>6}")).collect();
        println!(
            "{name:<24}{:>9}{count:>9}{families}{:>10.0}",
            text.lines().count(),
            text.len() as f64 / 1e6 / best
        );
    }
    Ok(())
}
