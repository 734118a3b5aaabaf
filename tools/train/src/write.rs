//! Writes the table. Its layout is described in docs/language-model.md and read by `src/model/table.rs`.

use std::error::Error;

use crate::bits::{Bits, Sequence, row};
use crate::codebook;
use crate::estimate::{Model, Order, RANK_BITS};
use crate::vocabulary::Vocabulary;

const PAIR_BITS: u32 = 5;
const TRIPLE_BITS: u32 = 16 - RANK_BITS;
const BACKOFF_BITS: u32 = 4;
/// How much an n-gram's frequency counts when codebooks are fitted.
const FREQUENCY: f64 = 0.8;
/// The sections, in order; each is preceded in the header by its offset.
const SECTIONS: usize = 13;

fn cost(p: f64) -> f64 {
    -p.ln() * 1000.0
}

fn half(millinats: f64) -> [u8; 2] {
    (millinats.round().clamp(0.0, 65_535.0) as u16).to_le_bytes()
}

fn triple(bytes: usize) -> Result<[u8; 3], Box<dyn Error>> {
    let [a, b, c, d, ..] = bytes.to_le_bytes();
    if d == 0 { Ok([a, b, c]) } else { Err("a section has outgrown its 24-bit offsets".into()) }
}

fn book(values: Vec<(f64, f64)>, bits: u32) -> Vec<f32> {
    let values = values.iter().map(|&(v, count)| (v as f32, count.max(0.1).powf(FREQUENCY) as f32)).collect();
    codebook::fit(values, 1 << bits)
}

/// Costs of the kept n-grams of an order, a class's cost spread over its members.
fn costs(order: &Order, sizes: &[u32]) -> Vec<(f64, f64)> {
    (0..order.keep.len())
        .map(|i| {
            let size = f64::from(sizes[usize::from(order.grams.next[i])]);
            (cost(order.p[i] / size), order.count[i])
        })
        .collect()
}

fn kept<T: Copy>(values: &[T], keep: &[bool]) -> Vec<T> {
    values.iter().zip(keep).filter(|(_, keep)| **keep).map(|(value, _)| *value).collect()
}

pub(crate) fn table(vocabulary: &Vocabulary, model: &Model) -> Result<Vec<u8>, Box<dyn Error>> {
    let (pairs, triples) = (&model.pairs, &model.triples);
    let universe = vocabulary.len();

    // Code points to symbols, in pages of 256; page 0 has none.
    let (mut pages, mut page) = (Vec::new(), vec![0; 512]);
    for block in vocabulary.map.chunks(256) {
        if block.iter().any(|&symbol| symbol != 0) {
            pages.push((page.len() / 512) as u8);
            page.extend(block.iter().flat_map(|symbol| symbol.to_le_bytes()));
        } else {
            pages.push(0);
        }
    }

    let pair_costs = costs(pairs, &vocabulary.sizes);
    let triple_costs = costs(triples, &vocabulary.sizes);
    let pair_book = book(kept(&pair_costs, &pairs.keep), PAIR_BITS);
    let triple_book = book(kept(&triple_costs, &triples.keep), TRIPLE_BITS);
    let contexts: Vec<usize> = (0..pairs.keep.len())
        .filter(|&i| pairs.keep[i] && triples.grams.row(i as u32).any(|j| triples.keep[j]))
        .collect();
    let backoffs: Vec<(f64, f64)> =
        contexts.iter().map(|&i| (cost(triples.left[i]), triples.total[i])).collect();
    let backoff_book = book(backoffs.clone(), BACKOFF_BITS);

    let (mut ones, mut rows) = (Vec::new(), Vec::new());
    let mut rank = vec![0u32; pairs.keep.len()];
    let mut first = 0;
    for symbol in 0..universe {
        ones.extend(half(cost(model.p[symbol] / f64::from(vocabulary.sizes[symbol]))));
        ones.extend(half(cost(pairs.left[symbol])));
        ones.extend(triple(first)?);
        ones.extend(triple(rows.len())?);
        let mut symbols = Vec::new();
        for i in pairs.grams.row(symbol as u32).filter(|&i| pairs.keep[i]) {
            rank[i] = symbols.len() as u32;
            symbols.push(pairs.grams.next[i]);
        }
        rows.extend(row(&symbols, universe));
        first += symbols.len();
    }
    ones.extend([0; 4]);
    ones.extend(triple(first)?);
    ones.extend(triple(rows.len())?);

    let (mut pair_cost, mut flags, mut backoff) = (Bits::default(), Bits::default(), Bits::default());
    let (mut ends, mut starts) = (Vec::new(), Vec::new());
    let mut next_context = contexts.iter().copied().peekable();
    for i in (0..pairs.keep.len()).filter(|&i| pairs.keep[i]) {
        pair_cost.push(codebook::nearest(&pair_book, pair_costs[i].0 as f32) as u64, PAIR_BITS);
        if flags.len() % 96 == 0 {
            // A block: contexts before it, then 64 flags.
            flags.push(starts.len() as u64, 32);
        }
        let is_context = next_context.next_if_eq(&i).is_some();
        flags.push(u64::from(is_context), 1);
        if is_context {
            backoff.push(codebook::nearest(&backoff_book, cost(triples.left[i]) as f32) as u64, BACKOFF_BITS);
            starts.push((ends.len() / 2) as u32);
            for j in triples.grams.row(i as u32).filter(|&j| triples.keep[j]) {
                let code = codebook::nearest(&triple_book, triple_costs[j].0 as f32) as u16;
                ends.extend(
                    (code << RANK_BITS | rank[triples.grams.suffix[j] as usize] as u16).to_le_bytes(),
                );
            }
        }
    }
    starts.push((ends.len() / 2) as u32);
    eprintln!("{first} bigrams, {} contexts, {} trigrams kept", contexts.len(), ends.len() / 2);
    let starts = Sequence::new(&starts);
    let books =
        [pair_book, triple_book, backoff_book].concat().iter().flat_map(|&v| half(f64::from(v))).collect();

    let sections: [Vec<u8>; SECTIONS] = [
        pages,
        page,
        ones,
        books,
        rows,
        pair_cost.bytes(),
        flags.bytes(),
        backoff.bytes(),
        starts.samples,
        starts.upper,
        starts.lower,
        ends,
        // Room to read eight bytes at any place.
        vec![0; 16],
    ];
    let mut header = b"QWLM".to_vec();
    header.extend(2u32.to_le_bytes());
    header.extend((universe as u32).to_le_bytes());
    header.extend(starts.low.to_le_bytes());
    let mut at = header.len() + 4 * SECTIONS;
    let names = [
        "pages",
        "page",
        "ones",
        "books",
        "rows",
        "pair costs",
        "flags",
        "backoff",
        "samples",
        "upper",
        "lower",
        "ends",
        "padding",
    ];
    for (name, section) in names.iter().zip(&sections) {
        eprintln!("{at:>9} {:>9} {name}", section.len());
        header.extend((at as u32).to_le_bytes());
        at += section.len();
    }
    Ok([header, sections.concat()].concat())
}
