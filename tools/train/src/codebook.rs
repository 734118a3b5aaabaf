//! Codebooks: a few values that stand for many.

/// The `size` values that approximate weighted values best (Lloyd's algorithm), ascending.
pub(crate) fn fit(mut values: Vec<(f32, f32)>, size: usize) -> Vec<f32> {
    if values.is_empty() {
        return vec![0.0; size];
    }
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut weight, mut moment) = (vec![0f64], vec![0f64]);
    for (i, &(value, w)) in values.iter().enumerate() {
        weight.push(weight[i] + f64::from(w));
        moment.push(moment[i] + f64::from(w) * f64::from(value));
    }
    let mut book: Vec<f32> =
        (0..size).map(|i| values[(2 * i + 1) * (values.len() - 1) / (2 * size)].0).collect();
    for _ in 0..80 {
        let mut low = 0;
        for i in 0..size {
            let high = match book.get(i + 1) {
                Some(&above) => values.partition_point(|v| v.0 < f32::midpoint(book[i], above)).max(low),
                None => values.len(),
            };
            if weight[high] > weight[low] {
                book[i] = ((moment[high] - moment[low]) / (weight[high] - weight[low])) as f32;
            }
            low = high;
        }
    }
    book
}

/// Index of the value nearest to `value`.
pub(crate) fn nearest(book: &[f32], value: f32) -> usize {
    let above = book.partition_point(|&entry| entry < value);
    if above > 0 && (above == book.len() || value - book[above - 1] < book[above] - value) {
        above - 1
    } else {
        above
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heavy_values_are_hit_exactly() {
        let book = fit(vec![(1.0, 100.0), (5.0, 50.0), (9.0, 70.0), (9.2, 0.001)], 3);
        assert!(book[0] == 1.0 && book[1] == 5.0 && (book[2] - 9.0).abs() < 1e-3, "{book:?}");
        assert_eq!([0.0, 2.9, 3.1, 6.9, 99.0].map(|v| nearest(&book, v)), [0, 0, 1, 1, 2]);
    }
}
