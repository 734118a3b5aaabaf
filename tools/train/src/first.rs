//! First model: an interpolated trigram with count cut-offs.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;

use qingwen::model::class;

use crate::corpus;

const MIN_CHAR: u32 = 12;
const CUT2: u64 = 24;
const CUT3: u64 = 36;
const D: f64 = 0.75;

pub(crate) fn train(dir: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let files = corpus::files(dir)?;
    let mut chars = vec![0u32; 0x11_0000];
    for file in &files {
        corpus::lines(file, |line| {
            for c in line.chars() {
                chars[c as usize] += 1;
            }
        })?;
    }
    // Vocabulary: ASCII punctuation and space always; others that are not in a run class.
    let mut map = vec![0u16; 0x1_0000];
    let mut sizes = class::SIZES;
    let mut next = class::COUNT as u16;
    for code in 0x20..0x1_0000u32 {
        let Some(c) = char::from_u32(code) else { continue };
        let kind = class::of(c);
        let ascii = kind == class::ASCII;
        if matches!(
            kind,
            class::DIGIT | class::LOWER | class::UPPER | class::LINE | class::LATIN | class::HANGUL
        ) {
            continue;
        }
        if ascii || chars[code as usize] >= MIN_CHAR {
            map[code as usize] = next;
            sizes[usize::from(kind)] = sizes[usize::from(kind)].saturating_sub(1).max(1);
            next += 1;
        }
    }
    let v = usize::from(next);
    eprintln!("vocabulary {v}");
    let symbol = |c: char| match map.get(c as usize) {
        Some(&s) if s != 0 => s,
        _ => class::of(c),
    };
    let mut keys: Vec<u64> = Vec::with_capacity(140_000_000);
    for file in &files {
        let name = corpus::register(file);
        let weight = if name.contains("headlines") || name.contains("hansard") { 2 } else { 4 };
        corpus::lines(file, |line| {
            let (mut a, mut b) = (0u64, 0u64);
            for c in line.chars().chain(['\n']) {
                let s = u64::from(symbol(c));
                keys.push((a << 28 | b << 14 | s) << 8 | weight);
                if s != b || s > 3 {
                    (a, b) = (b, s);
                }
            }
        })?;
    }
    eprintln!("events {}", keys.len());
    keys.sort_unstable();
    let mut tri: Vec<(u64, f64)> = Vec::new();
    for key in keys {
        let (k, w) = (key >> 8, (key & 255) as f64 / 4.0);
        match tri.last_mut() {
            Some(last) if last.0 == k => last.1 += w,
            _ => tri.push((k, w)),
        }
    }
    eprintln!("trigrams {}", tri.len());
    let mask = (1u64 << 28) - 1;
    let total2: BTreeMap<u64, f64> = group(tri.iter().map(|&(k, n)| (k & mask, n)));
    let keep2: BTreeMap<u64, f64> =
        total2.iter().filter(|e| *e.1 >= CUT2 as f64).map(|(k, n)| (*k, *n)).collect();
    let context3: BTreeMap<u64, f64> = group(tri.iter().map(|&(k, n)| (k >> 14, n)));
    let keep3: Vec<(u64, f64)> = tri
        .iter()
        .filter(|(k, n)| {
            *n >= CUT3 as f64 && keep2.contains_key(&(k >> 14)) && keep2.contains_key(&(k & mask))
        })
        .copied()
        .collect();
    eprintln!("kept {} {}", keep2.len(), keep3.len());
    // What a longer n-gram explains is taken from the shorter one's count (Kneser-Ney's idea).
    let mut count2 = total2.clone();
    for &(k, n) in &keep3 {
        *count2.get_mut(&(k & mask)).unwrap() -= n - D;
    }
    let context2: BTreeMap<u64, f64> = group(count2.iter().map(|(&k, &n)| (k >> 14, n)));
    let mut count1 = vec![0f64; v];
    for (&k, &n) in &count2 {
        count1[(k & 0x3FFF) as usize] += if keep2.contains_key(&k) { D.min(n) } else { n };
    }
    for (s, count) in count1.iter_mut().enumerate() {
        *count += if s < class::COUNT { 20f64.max(f64::from(sizes[s])) } else { 1.0 };
    }
    let all: f64 = count1.iter().sum();
    let size = |s: u64| f64::from(*sizes.get(s as usize).unwrap_or(&1));
    let p1: Vec<f64> = (0..v).map(|s| count1[s] / all).collect();
    let mut left2 = context2.clone();
    for &k in keep2.keys() {
        let n = count2[&k];
        *left2.get_mut(&(k >> 14)).unwrap() -= (n - D).max(0.0);
    }
    let gamma2: Vec<f64> = (0..v as u64).map(|b| left2.get(&b).map_or(1.0, |l| l / context2[&b])).collect();
    let p2 = |k: u64| -> f64 {
        let b = k >> 14;
        let n = if keep2.contains_key(&k) { (count2[&k] - D).max(0.0) } else { 0.0 };
        n / context2.get(&b).copied().unwrap_or(1.0) + gamma2[b as usize] * p1[(k & 0x3FFF) as usize]
    };
    let mut left3 = context3.clone();
    for &(k, n) in &keep3 {
        *left3.get_mut(&(k >> 14)).unwrap() -= n - D;
    }
    let byte = |p: f64| ((-p.ln() * 1000.0 / 64.0).round().clamp(0.0, 255.0)) as u8;
    let half = |p: f64| ((-p.ln() * 1000.0).round().clamp(0.0, 65535.0)) as u16;
    // Write.
    let mut pages: Vec<u8> = vec![0; 256];
    let mut used: Vec<u8> = vec![0; 512];
    for page in 0..256usize {
        let part = &map[page * 256..page * 256 + 256];
        if part.iter().any(|&s| s != 0) {
            pages[page] = (used.len() / 512) as u8;
            used.extend(part.iter().flat_map(|s| s.to_le_bytes()));
        }
    }
    pages.extend(used);
    let (mut one, mut two, mut three) = (Vec::new(), Vec::new(), Vec::new());
    let (mut at2, mut at3) = (0u32, 0usize);
    let pairs: Vec<u64> = keep2.keys().copied().collect();
    for b in 0..=v as u64 {
        let p = if b < v as u64 { p1[b as usize] / size(b) } else { 1.0 };
        one.extend(half(p).to_le_bytes());
        one.extend(half(if b < v as u64 { gamma2[b as usize] } else { 1.0 }).to_le_bytes());
        one.extend(at2.to_le_bytes());
        while let Some(&k) = pairs.get(at2 as usize)
            && k >> 14 == b
        {
            at2 += 1;
        }
    }
    for &k in &pairs {
        two.extend(((k & 0x3FFF) as u16).to_le_bytes());
        two.push(byte(p2(k) / size(k & 0x3FFF)));
        let start = at3;
        while at3 < keep3.len() && keep3[at3].0 >> 14 == k {
            let (key, n) = keep3[at3];
            let g = left3[&k] / context3[&k];
            let p = (n - D) / context3[&k] + g * p2(key & mask);
            three.extend(((key & 0x3FFF) as u16).to_le_bytes());
            three.push(byte(p / size(key & 0x3FFF)));
            at3 += 1;
        }
        two.push(if at3 > start { byte(left3[&k] / context3[&k]) } else { 0 });
        two.extend(&(start as u32).to_le_bytes()[..3]);
    }
    two.extend([0, 0, 0, 0]);
    two.extend(&(at3 as u32).to_le_bytes()[..3]);
    let mut table = b"QWLM".to_vec();
    let mut at = 24;
    for section in [v, at] {
        table.extend((section as u32).to_le_bytes());
    }
    for section in [pages.len(), one.len(), two.len()] {
        at += section;
        table.extend((at as u32).to_le_bytes());
    }
    for section in [pages, one, two, three] {
        table.extend(section);
    }
    eprintln!("bytes {}", table.len());
    fs::write(out, table)?;
    Ok(())
}

fn group(items: impl Iterator<Item = (u64, f64)>) -> BTreeMap<u64, f64> {
    let mut sums = BTreeMap::new();
    for (k, n) in items {
        *sums.entry(k).or_insert(0.0) += n;
    }
    sums
}
