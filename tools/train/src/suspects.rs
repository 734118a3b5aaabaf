//! The table of the scan: which characters garbage of each kind is made of.
//!
//! A character is typical of a family of channels if it is much likelier in the garbage that those make of
//! Chinese text than in text. How likely it is in garbage follows from how likely the characters are whose bytes
//! it shows: the model's frequencies, sent through the code pages.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::fs;
use std::path::Path;

use qingwen::codec::CodePage;
use qingwen::model::{class, hangul_cost, symbol, unigram_cost};
use qingwen::scan::Family;

/// How much likelier, in nats, is typical; and what hardly anything but garbage has.
const TYPICAL: f64 = 2.0;
const STRONG: f64 = 6.0;

/// Pages of single bytes whose garbage is met garbled once more.
const FREQUENT: [CodePage; 2] = [CodePage::Cp1252, CodePage::Latin1];

/// Writes `FILE`: a class for each character of the basic plane, then the masks of 256 classes (two bytes each:
/// families it is typical of, families it is a strong sign of).
pub(crate) fn run(out: &Path) -> Result<(), Box<dyn Error>> {
    let text: Vec<(char, f64)> = ('\u{2010}'..='\u{FFFF}')
        .filter(|&c| usize::from(symbol(c).0) >= class::COUNT)
        .map(|c| (c, (-f64::from(unigram_cost(symbol(c))) / 1000.0).exp()))
        .collect();
    let mut masks = vec![0u16; 0x1_0000];
    let mut note = |family: Family, garbage: &HashMap<char, f64>, strong: f64| {
        for (&c, &p) in garbage {
            let more = (p / clean(c)).ln();
            if let Some(mask) = masks.get_mut(c as usize).filter(|_| !c.is_ascii()) {
                *mask |= if more >= TYPICAL { 1 << family as u32 } else { 0 };
                *mask |= if more >= strong { 0x100 << family as u32 } else { 0 };
            }
        }
    };
    let double = [CodePage::Gbk, CodePage::Big5, CodePage::ShiftJis, CodePage::EucKr];
    let once = utf8(&text);
    for &page in &CodePage::ALL {
        let garbage = shown(&once, page);
        note(Family::of(None, page), &garbage, STRONG);
        if double.contains(&page) || FREQUENT.contains(&page) {
            again(garbage, &mut note);
        }
    }
    for &truth in &double {
        let stream = codes(&text, truth);
        for page in CodePage::ALL.into_iter().filter(|&page| page != truth) {
            let garbage = shown(&stream, page);
            note(Family::of(Some(truth), page), &garbage, STRONG);
            if FREQUENT.contains(&page) {
                again(garbage, &mut note);
            }
        }
    }
    let mut counts: BTreeMap<u16, usize> = BTreeMap::new();
    masks.iter().for_each(|&mask| *counts.entry(mask).or_default() += 1);
    let mut classes: Vec<u16> = counts.keys().copied().collect();
    classes.sort_by_key(|mask| (*mask != 0, usize::MAX - counts[mask], *mask));
    // A rare mask counts as the most similar one.
    classes.truncate(256);
    let class =
        |mask: u16| (0..classes.len()).min_by_key(|&n| (classes[n] ^ mask).count_ones()).unwrap_or(0) as u8;
    let known: BTreeMap<u16, u8> = counts.keys().map(|&mask| (mask, class(mask))).collect();
    let mut table: Vec<u8> = masks.iter().map(|mask| known[mask]).collect();
    eprintln!("{} masks, {} characters typical of some garbage", counts.len(), 0x1_0000 - counts[&0]);
    classes.resize(256, 0);
    table.extend(classes.iter().flat_map(|mask| mask.to_le_bytes()));
    fs::write(out, table)?;
    Ok(())
}

/// Garbage that was saved as UTF-8 and read wrongly a second time, by the most frequent of the decoders.
fn again(garbage: HashMap<char, f64>, note: &mut impl FnMut(Family, &HashMap<char, f64>, f64)) {
    let mut text: Vec<(char, f64)> = garbage.into_iter().collect();
    text.sort_by_key(|t| t.0);
    let bytes = utf8(&text);
    for page in [CodePage::Gbk, CodePage::Cp1252] {
        // Characters of Latin letters' bytes are common ones; one of them proves nothing.
        note(Family::of(None, page), &shown(&bytes, page), f64::INFINITY);
    }
}

/// How likely a character is in clean text of any language. The model has seen little but Chinese, so kana count
/// as frequent, and Hangul as Korean text has it.
fn clean(c: char) -> f64 {
    let seen = (-f64::from(unigram_cost(symbol(c))) / 1000.0).exp();
    let common: f64 = match c {
        '\u{3041}'..='\u{30FF}' => -5.0,
        // Of ten documents, one is Korean.
        '\u{AC00}'..='\u{D7A3}' => -2.3 - f64::from(hangul_cost(c).unwrap_or(0)) / 1000.0,
        '·' | '—' | '‘' | '’' | '“' | '”' | '…' | '×' | '°' | '•' | '–' => -5.0,
        _ => -20.0,
    };
    seen.max(common.exp())
}

/// How likely a byte and a pair of bytes is in a stream.
struct Stream {
    ones: [f64; 256],
    pairs: HashMap<[u8; 2], f64>,
}

/// The bytes of a text in UTF-8. Characters of two bytes keep the pairs of a double-byte page in step; those of
/// three do not.
fn utf8(text: &[(char, f64)]) -> Stream {
    let mut stream = Stream { ones: [0.0; 256], pairs: HashMap::new() };
    let (mut first, mut last) = ([0.0; 256], [0.0; 256]);
    let all: f64 = text.iter().map(|t| t.1).sum();
    for &(c, p) in text {
        let mut bytes = [0; 4];
        let bytes = c.encode_utf8(&mut bytes).as_bytes();
        let p = p / all;
        for &byte in bytes {
            stream.ones[usize::from(byte)] += p / bytes.len() as f64;
        }
        match *bytes {
            [a, b] => *stream.pairs.entry([a, b]).or_default() += p,
            [a, b, d] => {
                *stream.pairs.entry([a, b]).or_default() += p / 3.0;
                *stream.pairs.entry([b, d]).or_default() += p / 3.0;
                first[usize::from(a)] += p;
                last[usize::from(d)] += p;
            }
            _ => {}
        }
    }
    for (d, p) in (0..=255u8).zip(last).filter(|x| x.1 > 0.0) {
        for (a, q) in (0..=255u8).zip(first).filter(|x| x.1 > 0.0) {
            *stream.pairs.entry([d, a]).or_default() += p * q / 3.0;
        }
    }
    stream
}

fn codes(text: &[(char, f64)], truth: CodePage) -> Stream {
    let mut stream = Stream { ones: [0.0; 256], pairs: HashMap::new() };
    let all: f64 = text.iter().map(|t| t.1).sum();
    for &(c, p) in text {
        if let Some(&[a, b]) = truth.bytes(c).iter().next() {
            *stream.pairs.entry([a, b]).or_default() += p / all;
            stream.ones[usize::from(a)] += p / all / 2.0;
            stream.ones[usize::from(b)] += p / all / 2.0;
        }
    }
    stream
}

/// The characters that a page shows for a stream.
fn shown(stream: &Stream, page: CodePage) -> HashMap<char, f64> {
    ('\u{80}'..='\u{FFFF}')
        .filter_map(|c| {
            let strings = page.bytes(c);
            let p = strings.iter().map(|bytes| match *bytes {
                [a] => stream.ones[usize::from(a)],
                [a, b] => stream.pairs.get(&[a, b]).copied().unwrap_or(0.0),
                _ => 0.0,
            });
            let p: f64 = p.sum();
            (p > 0.0).then_some((c, p))
        })
        .collect()
}
