//! The official conformance test of Unicode normalization (Unicode 18.0).
//!
//! The file in `data/unicode` leaves out comments and the 11,172 records of single Hangul syllables, which
//! are computed here by the standard's own arithmetic instead.

use qingwen::normalize::{Normalizer, Step};

struct Forms([(Normalizer, Step); 4]);

impl Forms {
    fn new() -> Self {
        Self([Step::Nfc, Step::Nfd, Step::Nfkc, Step::Nfkd].map(|s| (Normalizer::new([s]), s)))
    }

    /// The five columns of a record, under each form, by the rules in the file's head.
    fn check(&self, columns: &[String; 5]) {
        for (normalizer, step) in &self.0 {
            for (i, column) in columns.iter().enumerate() {
                let expected = match (step, i) {
                    (Step::Nfc, 0..=2) => 1,
                    (Step::Nfc, _) => 3,
                    (Step::Nfd, 0..=2) => 2,
                    (Step::Nfd, _) => 4,
                    (Step::Nfkc, _) => 3,
                    _ => 4,
                };
                let done = normalizer.normalize_fast(column);
                assert_eq!(done, columns[expected], "{step} of column {} of {columns:?}", i + 1);
            }
        }
    }
}

#[test]
fn records_of_the_standard() {
    let forms = Forms::new();
    let mut records = 0;
    for line in include_str!("../data/unicode/NormalizationTest.txt").lines() {
        if line.starts_with(['#', '@']) {
            continue;
        }
        let mut columns: [String; 5] = Default::default();
        for (i, cell) in line.split(';').enumerate() {
            columns[i] = match cell {
                "" => columns[i - 1].clone(),
                _ => cell
                    .split(' ')
                    .map(|hex| char::from_u32(u32::from_str_radix(hex, 16).unwrap()).unwrap())
                    .collect(),
            };
        }
        forms.check(&columns);
        records += 1;
    }
    assert_eq!(records, 8999, "the file is not what the test was written for");
}

#[test]
fn hangul_syllables() {
    let forms = Forms::new();
    for index in 0..11_172_u32 {
        let char = |c| char::from_u32(c).unwrap();
        let (lead, vowel, tail) = (index / 588, index % 588 / 28, index % 28);
        let mut apart = String::from_iter([char(0x1100 + lead), char(0x1161 + vowel)]);
        if tail > 0 {
            apart.push(char(0x11A7 + tail));
        }
        let whole = char(0xAC00 + index).to_string();
        forms.check(&[whole.clone(), whole.clone(), apart.clone(), whole, apart]);
    }
}

/// A character that the file's first part does not list is its own normal form.
#[test]
fn all_other_characters_stay() {
    let listed: std::collections::HashSet<u32> = include_str!("../data/unicode/NormalizationTest.txt")
        .lines()
        .skip_while(|l| *l != "@Part1")
        .take_while(|l| *l != "@Part2")
        .filter_map(|l| u32::from_str_radix(l.split(';').next()?, 16).ok())
        .collect();
    let forms = Forms::new();
    let others: Vec<char> = ('\0'..=char::MAX)
        .filter(|c| !listed.contains(&(*c as u32)) && !('\u{AC00}'..='\u{D7A3}').contains(c))
        .collect();
    assert!(others.len() > 1_000_000);
    let mut text = String::new();
    for c in others {
        // Apart, so that nothing composes with its neighbour.
        text.push(c);
        text.push('\n');
    }
    for (normalizer, step) in &forms.0 {
        assert!(normalizer.normalize_fast(&text) == text, "{step} changes a character that it must not");
    }
}
