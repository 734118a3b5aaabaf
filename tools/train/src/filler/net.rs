//! The network in floating point, and how it learns.
//!
//! `logit(c) = answer · out[c] + bias[c] − n-gram cost(c)`, where the answer is an affine map of rectified hidden
//! units and those are one of the rows of the symbols around the gap. So the network learns what the n-gram does not
//! know. Dense weights learn by Adam (D. Kingma, J. Ba: Adam, 2015), rows by Adagrad with one sum a row (J. Duchi
//! et al.: Adaptive subgradient methods, 2011).

use ndarray::Array2;
use ndarray::linalg::general_mat_mul;
use qingwen::model::filler::{FAR_SHIFT, FAR_WIDTH, HIDDEN, INPUT, NEAR, NEAR_WIDTH, OUTPUT, Window};

use super::places::{CANDIDATES, Sample};

/// Samples that a thread looks at before the weights change.
pub(crate) const SHARE: usize = 512;
/// Threads.
pub(crate) const THREADS: usize = 2;

/// Candidates whose probability is off by less than this teach nothing.
const NEGLIGIBLE: f32 = 1e-4;
const FAR_UNIT: f32 = 1.0 / (1 << FAR_SHIFT) as f32;

/// Rows that are learnt one by one.
pub(crate) struct Rows {
    pub(crate) values: Vec<f32>,
    pub(crate) width: usize,
    squares: Vec<f32>,
}

/// Weights that are learnt all at once.
pub(crate) struct Dense {
    pub(crate) values: Array2<f32>,
    mean: Array2<f32>,
    square: Array2<f32>,
}

pub(crate) struct Net {
    pub(crate) near: Rows,
    pub(crate) far: Rows,
    pub(crate) out: Rows,
    pub(crate) bias: Rows,
    pub(crate) w1: Dense,
    pub(crate) b1: Dense,
    pub(crate) w2: Dense,
    pub(crate) b2: Dense,
    steps: i32,
}

/// One thread's share of a step.
pub(crate) struct Worker {
    samples: Vec<Sample>,
    x: Array2<f32>,
    h: Array2<f32>,
    o: Array2<f32>,
    dx: Array2<f32>,
    dh: Array2<f32>,
    d_o: Array2<f32>,
    dw1: Array2<f32>,
    db1: Array2<f32>,
    dw2: Array2<f32>,
    db2: Array2<f32>,
    /// For each sample, what each candidate's probability is off by, times the sample's weight.
    off: Vec<[f32; CANDIDATES]>,
    pub(crate) tally: Tally,
}

/// What was right, with the network and without, by kind of gap in the caller's hands.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) count: usize,
    pub(crate) ngram: usize,
    pub(crate) net: usize,
    pub(crate) loss: f64,
}

/// A cheap generator of random numbers; the same ones every time.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.next() << 31 ^ self.next()) as usize % n
    }

    /// About normal, of variance one.
    fn normal(&mut self) -> f32 {
        let sum: f32 = (0..12).map(|_| (self.next() & 0xFFFF) as f32 / 65_536.0).sum();
        sum - 6.0
    }
}

impl Rows {
    fn new(symbols: usize, width: usize, size: f32, random: &mut Random) -> Self {
        let values = (0..symbols * width).map(|_| size * random.normal()).collect();
        Self { values, width, squares: vec![1e-3; symbols] }
    }

    fn row(&self, symbol: u16) -> &[f32] {
        let at = usize::from(symbol) * self.width;
        &self.values[at..at + self.width]
    }

    /// Moves a row against `factor` times `gradient`.
    fn learn(&mut self, symbol: u16, factor: f32, gradient: &[f32], rate: f32) {
        let norm: f32 = gradient.iter().map(|g| g * g).sum();
        let square = &mut self.squares[usize::from(symbol)];
        *square += factor * factor * norm / self.width as f32;
        let by = rate * factor / square.sqrt();
        let at = usize::from(symbol) * self.width;
        for (value, g) in self.values[at..at + self.width].iter_mut().zip(gradient) {
            *value -= by * g;
        }
    }
}

impl Dense {
    fn new(rows: usize, columns: usize, size: f32, random: &mut Random) -> Self {
        let zero = Array2::zeros((rows, columns));
        let values = Array2::from_shape_simple_fn((rows, columns), || size * random.normal());
        Self { values, mean: zero.clone(), square: zero }
    }

    fn learn<'a>(&mut self, gradients: impl Iterator<Item = &'a Array2<f32>>, rate: f32, steps: i32) {
        const MEAN: f32 = 0.9;
        const SQUARE: f32 = 0.995;
        let gradients: Vec<&Array2<f32>> = gradients.collect();
        let scale = 1.0 / (SHARE * THREADS) as f32;
        let rate = rate * (1.0 - SQUARE.powi(steps)).sqrt() / (1.0 - MEAN.powi(steps));
        let slices: Vec<&[f32]> = gradients.iter().filter_map(|g| g.as_slice()).collect();
        let (Some(values), Some(means), Some(squares)) =
            (self.values.as_slice_mut(), self.mean.as_slice_mut(), self.square.as_slice_mut())
        else {
            return;
        };
        for (i, ((value, mean), square)) in values.iter_mut().zip(means).zip(squares).enumerate() {
            let g = slices.iter().map(|s| s[i]).sum::<f32>() * scale;
            *mean = MEAN * *mean + (1.0 - MEAN) * g;
            *square = SQUARE * *square + (1.0 - SQUARE) * g * g;
            *value -= rate * *mean / (square.sqrt() + 1e-7);
        }
    }
}

impl Net {
    pub(crate) fn new(symbols: usize, random: &mut Random) -> Self {
        Self {
            near: Rows::new(symbols, NEAR_WIDTH, 0.1, random),
            far: Rows::new(symbols, FAR_WIDTH, 0.1, random),
            out: Rows::new(symbols, OUTPUT, 0.02, random),
            bias: Rows::new(symbols, 1, 0.0, random),
            w1: Dense::new(INPUT, HIDDEN, 0.06, random),
            b1: Dense::new(1, HIDDEN, 0.0, random),
            w2: Dense::new(HIDDEN, OUTPUT, 0.05, random),
            b2: Dense::new(1, OUTPUT, 0.0, random),
            steps: 0,
        }
    }

    pub(crate) fn input(&self, window: &Window, x: &mut [f32]) {
        for (place, symbol) in x.chunks_exact_mut(NEAR_WIDTH).zip(window.near) {
            place.copy_from_slice(self.near.row(symbol.0));
        }
        for side in 0..2 {
            let heap = &mut x[NEAR * NEAR_WIDTH + side * FAR_WIDTH..][..FAR_WIDTH];
            heap.fill(0.0);
            for symbol in &window.far[side][..window.far_len[side]] {
                for (sum, value) in heap.iter_mut().zip(self.far.row(symbol.0)) {
                    *sum += value * FAR_UNIT;
                }
            }
        }
    }

    /// One step on what the workers hold.
    pub(crate) fn learn(&mut self, workers: &mut [Worker], rate: f32, row_rate: f32) {
        self.steps += 1;
        let net = &*self;
        std::thread::scope(|scope| {
            for worker in workers.iter_mut() {
                scope.spawn(|| worker.look(net));
            }
        });
        let workers = &*workers;
        let steps = self.steps;
        let Self { near, far, out, bias, w1, b1, w2, b2, .. } = self;
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for worker in workers {
                    for (i, sample) in worker.samples.iter().enumerate() {
                        let answer = worker.o.row(i);
                        let Some(answer) = answer.as_slice() else { continue };
                        for (&(symbol, _), &off) in sample.candidates[..sample.len].iter().zip(&worker.off[i])
                        {
                            if off.abs() > NEGLIGIBLE {
                                out.learn(symbol.0, off, answer, row_rate);
                                bias.learn(symbol.0, off, &[1.0], row_rate);
                            }
                        }
                    }
                }
            });
            w1.learn(workers.iter().map(|w| &w.dw1), rate, steps);
            b1.learn(workers.iter().map(|w| &w.db1), rate, steps);
            w2.learn(workers.iter().map(|w| &w.dw2), rate, steps);
            b2.learn(workers.iter().map(|w| &w.db2), rate, steps);
            for worker in workers {
                for (i, sample) in worker.samples.iter().enumerate() {
                    let gradient = worker.dx.row(i);
                    let Some(gradient) = gradient.as_slice() else { continue };
                    for (place, symbol) in gradient.chunks_exact(NEAR_WIDTH).zip(sample.window.near) {
                        near.learn(symbol.0, 1.0, place, row_rate);
                    }
                    for side in 0..2 {
                        let heap = &gradient[NEAR * NEAR_WIDTH + side * FAR_WIDTH..][..FAR_WIDTH];
                        for symbol in &sample.window.far[side][..sample.window.far_len[side]] {
                            far.learn(symbol.0, FAR_UNIT, heap, row_rate);
                        }
                    }
                }
            }
        });
    }
}

impl Worker {
    pub(crate) fn new() -> Self {
        let zero = |columns| Array2::zeros((SHARE, columns));
        Self {
            samples: Vec::with_capacity(SHARE),
            x: zero(INPUT),
            h: zero(HIDDEN),
            o: zero(OUTPUT),
            dx: zero(INPUT),
            dh: zero(HIDDEN),
            d_o: zero(OUTPUT),
            dw1: Array2::zeros((INPUT, HIDDEN)),
            db1: Array2::zeros((1, HIDDEN)),
            dw2: Array2::zeros((HIDDEN, OUTPUT)),
            db2: Array2::zeros((1, OUTPUT)),
            off: vec![[0.0; CANDIDATES]; SHARE],
            tally: Tally::default(),
        }
    }

    /// Takes the samples of its next share.
    pub(crate) fn take(&mut self, samples: Vec<Sample>) {
        debug_assert_eq!(samples.len(), SHARE);
        self.samples = samples;
    }

    /// Forwards and backwards through its share.
    fn look(&mut self, net: &Net) {
        for (sample, mut x) in self.samples.iter().zip(self.x.rows_mut()) {
            if let Some(x) = x.as_slice_mut() {
                net.input(&sample.window, x);
            }
        }
        self.h.assign(&net.b1.values.broadcast((SHARE, HIDDEN)).expect("a row fits"));
        general_mat_mul(1.0, &self.x, &net.w1.values, 1.0, &mut self.h);
        self.h.mapv_inplace(|v| v.max(0.0));
        self.o.assign(&net.b2.values.broadcast((SHARE, OUTPUT)).expect("a row fits"));
        general_mat_mul(1.0, &self.h, &net.w2.values, 1.0, &mut self.o);
        self.d_o.fill(0.0);
        for (i, sample) in self.samples.iter().enumerate() {
            let answer = self.o.row(i);
            let answer = answer.as_slice().expect("rows are whole");
            let mut row = self.d_o.row_mut(i);
            let gradient = row.as_slice_mut().expect("rows are whole");
            self.tally.add(net, sample, answer, &mut self.off[i], gradient);
        }
        general_mat_mul(1.0, &self.h.t(), &self.d_o, 0.0, &mut self.dw2);
        general_mat_mul(1.0, &self.d_o, &net.w2.values.t(), 0.0, &mut self.dh);
        self.dh.zip_mut_with(&self.h, |d, &h| *d = if h > 0.0 { *d } else { 0.0 });
        general_mat_mul(1.0, &self.x.t(), &self.dh, 0.0, &mut self.dw1);
        general_mat_mul(1.0, &self.dh, &net.w1.values.t(), 0.0, &mut self.dx);
        self.db1.row_mut(0).assign(&self.dh.sum_axis(ndarray::Axis(0)));
        self.db2.row_mut(0).assign(&self.d_o.sum_axis(ndarray::Axis(0)));
    }
}

impl Tally {
    /// Compares the candidates of one gap; how far off each is goes to `off`, the gradient of the answer to `gradient`.
    fn add(
        &mut self,
        net: &Net,
        sample: &Sample,
        answer: &[f32],
        off: &mut [f32; CANDIDATES],
        gradient: &mut [f32],
    ) {
        let candidates = &sample.candidates[..sample.len];
        let mut logits = [f32::NEG_INFINITY; CANDIDATES];
        let lowest = candidates.iter().map(|c| c.1).min().unwrap_or(0);
        let mut best_ngram = 0;
        for (n, &(symbol, cost)) in candidates.iter().enumerate() {
            if cost == lowest {
                best_ngram = n;
            }
            let extra = (lowest - cost) as f32 / 1_000.0;
            // What the n-gram finds impossible stays so, whatever the network thinks.
            if extra < -14.0 && n != sample.truth {
                continue;
            }
            let dot: f32 = net.out.row(symbol.0).iter().zip(answer).map(|(a, b)| a * b).sum();
            logits[n] = dot + net.bias.values[usize::from(symbol.0)] + extra;
        }
        let top = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let sum: f32 = logits[..sample.len].iter().map(|l| (l - top).exp()).sum();
        off.fill(0.0);
        for n in 0..sample.len {
            let p = (logits[n] - top).exp() / sum;
            let d = (p - f32::from(u8::from(n == sample.truth))) * sample.weight;
            off[n] = d;
            if d.abs() > NEGLIGIBLE {
                for (g, v) in gradient.iter_mut().zip(net.out.row(candidates[n].0.0)) {
                    *g += d * v;
                }
            }
        }
        if sample.truth < sample.len {
            self.count += 1;
            self.ngram += usize::from(best_ngram == sample.truth);
            self.net += usize::from(logits[sample.truth] == top);
            self.loss -= f64::from((logits[sample.truth] - top).exp() / sum).max(1e-30).ln();
        }
    }
}

impl Worker {
    /// The largest hidden value and the largest value of an answer that it has seen in its last share.
    pub(crate) fn largest(&self) -> (f32, f32) {
        let top = |a: &Array2<f32>| a.iter().fold(1e-6f32, |top, v| top.max(v.abs()));
        (top(&self.h), top(&self.o))
    }
}
