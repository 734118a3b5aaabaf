//! Measures nanoseconds per call on characters drawn at random and in the order of a text.

use std::hint::black_box;
use std::time::Instant;

use qingwen::model::{Context, Symbol, cost, symbol, symbols, unigram_cost};

/// Calls per round; the fastest of the rounds counts, so that other work on the machine does not.
const CALLS: usize = 1 << 14;
const ROUNDS: usize = 400;

fn time(name: &str, mut run: impl FnMut(usize) -> i64) {
    let mut best = u128::MAX;
    for round in 0..ROUNDS {
        let start = Instant::now();
        black_box(run(round * CALLS));
        best = best.min(start.elapsed().as_nanos());
    }
    println!("{name:40} {:6.1} ns", best as f64 / CALLS as f64);
}

pub(crate) fn run() {
    let mut state = 1u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let len = CALLS * ROUNDS + 64;
    let even: Vec<Symbol> = (0..len).map(|_| Symbol(random(symbols()) as u16)).collect();
    // Frequent characters: those that cost less than 9 nats without context.
    let frequent: Vec<Symbol> =
        (0..symbols() as u16).map(Symbol).filter(|&s| unigram_cost(s) < 9000).collect();
    let drawn: Vec<Symbol> = (0..len).map(|_| frequent[random(frequent.len())]).collect();
    let calls = |symbols: &[Symbol]| symbols.windows(3).map(|w| i64::from(cost(w[0], w[1], w[2]))).sum();
    time("cost, any symbols", |at| calls(&even[at..at + CALLS + 2]));
    time("cost, frequent symbols", |at| calls(&drawn[at..at + CALLS + 2]));
    time("cost, one context for 64 symbols", |at| {
        let blocks = drawn[at..at + CALLS].chunks_exact(64);
        blocks
            .map(|w| {
                let context = Context::new(w[0], w[1]);
                w.iter().map(|&next| i64::from(context.cost(next))).sum::<i64>()
            })
            .sum()
    });
    time("symbol", |at| {
        let code = |i: usize| char::from_u32(0x4E00 + (i as u32).wrapping_mul(2_654_435_761) % 20_992);
        (at..at + CALLS).map(|i| i64::from(symbol(code(i).unwrap_or_default()).0)).sum()
    });
}
