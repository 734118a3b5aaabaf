//! Trains the filler.

mod net;
mod places;
mod quantize;

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Instant;

use qingwen::model::symbols;

use crate::corpus;
use net::{Net, Random, SHARE, THREADS, Tally, Worker};
use places::{Sample, Text};

const RATE: f32 = 0.0012;
const ROW_RATE: f32 = 0.02;
/// Steps until the rates are full.
const WARM: f32 = 600.0;
/// Steps between two lines of the log.
const LOG: usize = 1_000;

/// Goes over the gaps of `DIR/*.txt.zst` `epochs` times and writes the table to `out`, now and then and at the end.
pub(crate) fn run(dir: &Path, out: &Path, epochs: f32) -> Result<(), Box<dyn Error>> {
    let text = Text::read(&corpus::files(dir)?)?;
    let mut random = Random(20_261_127);
    let gaps = text.gaps(|n| random.below(n));
    let batch = SHARE * THREADS;
    let steps = (gaps.len() as f32 * epochs) as usize / batch;
    eprintln!("{} gaps, {steps} steps", gaps.len());
    let mut net = Net::new(symbols(), &mut random);
    let mut workers: Vec<Worker> = (0..THREADS).map(|_| Worker::new()).collect();
    let start = Instant::now();
    for step in 0..steps {
        let share = |n: usize| -> Vec<Sample> {
            let from = step * batch + n * SHARE;
            (from..from + SHARE).map(|i| text.sample(gaps[i % gaps.len()])).collect()
        };
        std::thread::scope(|scope| {
            for (n, worker) in workers.iter_mut().enumerate() {
                scope.spawn(move || worker.take(share(n)));
            }
        });
        let done = step as f32 / steps as f32;
        let schedule = (step as f32 / WARM).min(1.0) * (1.0 - done).max(0.02);
        net.learn(&mut workers, RATE * schedule, ROW_RATE * schedule);
        if (step + 1) % LOG == 0 || step + 1 == steps {
            let mut all = Tally::default();
            for worker in &mut workers {
                let tally = std::mem::take(&mut worker.tally);
                all.count += tally.count;
                all.ngram += tally.ngram;
                all.net += tally.net;
                all.loss += tally.loss;
            }
            let share = |n: usize| 100.0 * n as f64 / all.count.max(1) as f64;
            eprintln!(
                "{:>6} of {steps}, {:>5.0} s: n-gram {:.2} %, with the network {:.2} %, {:.4} nats",
                step + 1,
                start.elapsed().as_secs_f32(),
                share(all.ngram),
                share(all.net),
                all.loss / all.count.max(1) as f64
            );
        }
        if (step + 1) % (20 * LOG) == 0 || step + 1 == steps {
            fs::write(out, quantize::table(&net, symbols(), &workers[0]))?;
        }
    }
    Ok(())
}
