//! Writes the network in eight-bit weights, as `qingwen::model::filler` reads it.

use qingwen::model::filler::{FACTOR_BITS, HEADER, HIDDEN, INPUT, LARGEST, OUTPUT, VERSION, sections};

use super::net::{Net, Rows, Worker};

/// A scale at which nearly all values fit eight bits.
fn scale<'a>(values: impl Iterator<Item = &'a f32>) -> f32 {
    let mut sizes: Vec<f32> = values.map(|v| v.abs()).collect();
    sizes.sort_by(f32::total_cmp);
    let at = (sizes.len() as f64 * 0.99995) as usize;
    sizes.get(at.min(sizes.len().saturating_sub(1))).copied().unwrap_or(1.0).max(1e-6) / 127.0
}

fn byte(value: f32, scale: f32) -> u8 {
    ((value / scale).round().clamp(-127.0, 127.0) as i8) as u8
}

fn factor(value: f32) -> [u8; 4] {
    ((f64::from(value) * f64::from(1u32 << FACTOR_BITS)).round() as i32).to_le_bytes()
}

fn rows(rows: &Rows, scale: f32, out: &mut Vec<u8>) {
    out.extend(rows.values.iter().map(|&v| byte(v, scale)));
}

/// The table. `probe` has looked at a share of samples, by which activations are scaled.
pub(crate) fn table(net: &Net, symbols: usize, probe: &Worker) -> Vec<u8> {
    let (hidden_top, output_top) = probe.largest();
    let (hidden_unit, output_unit) = (1.5 * hidden_top / LARGEST as f32, 1.5 * output_top / LARGEST as f32);
    // Both kinds of input share the scale of the hidden layer's sums.
    let near = scale(net.near.values.iter()).max(scale(net.far.values.iter()));
    let out = scale(net.out.values.iter());
    let mut bytes = b"QWFL".to_vec();
    bytes.extend(VERSION.to_le_bytes());
    bytes.extend((symbols as u32).to_le_bytes());
    bytes.resize(HEADER, 0);
    rows(&net.near, near, &mut bytes);
    rows(&net.far, near, &mut bytes);
    rows(&net.out, out, &mut bytes);
    bytes.extend(
        net.bias
            .values
            .iter()
            .flat_map(|b| ((b * 1_000.0).round().clamp(-30_000.0, 30_000.0) as i16).to_le_bytes()),
    );
    layer(&net.w1.values, &net.b1.values, near, hidden_unit, (INPUT, HIDDEN), &mut bytes);
    layer(&net.w2.values, &net.b2.values, hidden_unit, output_unit, (HIDDEN, OUTPUT), &mut bytes);
    bytes.extend(factor(output_unit * out * 1_000.0));
    debug_assert_eq!(bytes.len(), sections(symbols)[11]);
    bytes.extend([0; 16]);
    bytes
}

/// Weights by unit, then their factors, then their biases.
fn layer(
    weights: &ndarray::Array2<f32>,
    bias: &ndarray::Array2<f32>,
    unit_in: f32,
    unit_out: f32,
    (inputs, units): (usize, usize),
    out: &mut Vec<u8>,
) {
    let mut factors = Vec::new();
    let mut biases = Vec::new();
    for n in 0..units {
        let column = weights.column(n);
        let scale = column.iter().fold(1e-6f32, |top, v| top.max(v.abs())) / 127.0;
        debug_assert_eq!(column.len(), inputs);
        out.extend(column.iter().map(|&v| byte(v, scale)));
        factors.extend(factor(scale * unit_in / unit_out));
        biases.extend(((bias[[0, n]] / unit_out).round() as i32).to_le_bytes());
    }
    out.extend(factors);
    out.extend(biases);
}
