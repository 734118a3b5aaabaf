//! Simplified to traditional as the converter behind such pages does it: one character to one, whatever stands
//! beside it. Reads the tables in `data/readings`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use encoding_rs::GBK;

/// The converter, and how the characters that it makes are read.
#[derive(Debug)]
pub(crate) struct Script {
    traditional: BTreeMap<char, char>,
    readings: BTreeMap<char, String>,
    made: BTreeSet<char>,
}

impl Script {
    /// Reads the tables.
    pub(crate) fn load() -> io::Result<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/readings");
        let rows = |name: &str| -> io::Result<Vec<Vec<String>>> {
            let text = fs::read_to_string(folder.join(name))?;
            let lines = text.lines().filter(|l| !l.is_empty() && !l.starts_with('#'));
            Ok(lines.map(|l| l.split('\t').map(str::to_owned).collect()).collect())
        };
        let first = |s: &str| s.chars().next();
        let mut traditional = BTreeMap::new();
        for row in rows("STCharacters.txt")? {
            if let [from, to, ..] = row.as_slice()
                && !to.split(' ').any(|t| t == from)
                && let (Some(from), Some(to)) = (first(from), first(to))
                && fits(to)
            {
                traditional.insert(from, to);
            }
        }
        for row in rows("converter.tsv")? {
            if let [from, to, ..] = row.as_slice()
                && let (Some(from), Some(to)) = (first(from), first(to))
            {
                traditional.insert(from, to);
            }
        }
        let mut readings = BTreeMap::new();
        for row in rows("pinyin.tsv")? {
            if let [reading, usual, ..] = row.as_slice() {
                readings.extend(usual.chars().map(|c| (c, reading.clone())));
            }
        }
        let made = traditional.iter().filter(|(from, to)| from != to).map(|(_, to)| *to).collect();
        Ok(Self { traditional, readings, made })
    }

    /// What the converter makes of simplified text.
    pub(crate) fn convert(&self, text: &str) -> String {
        text.chars().map(|c| self.traditional.get(&c).copied().unwrap_or(c)).collect()
    }

    /// Whether a character is the image of another: sites annotate hardly any others.
    pub(crate) fn is_made(&self, c: char) -> bool {
        self.made.contains(&c)
    }

    /// The usual reading of a character.
    pub(crate) fn reading(&self, c: char) -> Option<&str> {
        self.readings.get(&c).map(String::as_str)
    }
}

/// Whether a character can stand on a page in GBK.
pub(crate) fn fits(c: char) -> bool {
    !GBK.encode(&c.to_string()).2
}
