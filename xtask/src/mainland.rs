//! The dictionaries of the conversion to simplified text as the mainland writes it, whatever variety of
//! traditional the document is in. OpenCC's ways from its own standard, from Taiwan's and from Hong Kong's
//! become one: each entry with what it becomes at last.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::config::Config;
use super::exact;
use super::plan::{Names, Plan, Scheme};
use super::{Entries, read, single};

/// Characters that OpenCC's ways from a regional standard change and that stay here: 著 is a matter of the
/// document, and 么 is simplified for 麼 far more often than traditional for 幺.
const UNDECIDED: [&str; 2] = ["著", "么"];

pub(super) fn is_of_characters(name: &str) -> bool {
    name.ends_with("Characters")
}

/// What a configuration makes of a text.
struct Exact(Plan);

impl Exact {
    fn new(config: Config, tables: &BTreeMap<String, Vec<u8>>) -> Self {
        let table = |name: &str| -> &'static [u8] { tables[name].clone().leak() };
        Self(Plan::new(&Names::of(Scheme::Exact(config), false), table))
    }

    fn convert(&self, text: &str) -> String {
        let (units, mut out): (Vec<u16>, _) = (text.encode_utf16().collect(), Vec::new());
        exact::convert::<()>(&self.0, &units, &mut out, &mut exact::Scratch::default());
        String::from_utf16_lossy(&out)
    }
}

/// The dictionaries by name.
pub(super) fn dictionaries(
    data: &Path,
    data_of_opencc: &Path,
    opencc: &BTreeMap<&'static str, Entries>,
    tables: &BTreeMap<String, Vec<u8>>,
) -> Result<Vec<(&'static str, Entries)>, String> {
    let simplify = Exact::new(Config::T2s, tables);
    let variants = variants(data, opencc, &simplify)?;
    let characters: Entries = variants.clone().into_iter().chain(opencc["TSCharacters"].clone()).collect();
    let by_characters = |text: &str, taiwan: bool| -> String {
        let one = |c: char| match characters.get(c.encode_utf8(&mut [0; 4]) as &str) {
            Some(to) => to.clone(),
            None if taiwan && c == '著' => "着".to_owned(),
            None => c.to_string(),
        };
        text.chars().map(one).collect()
    };
    let spellings = Spellings::of(opencc);
    let mut phrases = Entries::new();
    let regional = ["TWVariantsRevPhrases", "HKVariantsRevPhrases"];
    for (key, value) in regional.iter().flat_map(|name| &opencc[name]) {
        // 著 is left to the words below.
        let value = simplify.convert(value);
        if !key.contains('著') && value != by_characters(key, false) {
            phrases.insert(key.clone(), value);
        }
    }
    for (key, value) in &opencc["TSPhrases"] {
        for key in spellings.all(key) {
            phrases.insert(key, value.clone());
        }
    }
    // What simplified text itself may hold is only for traditional documents.
    let is_traditional = |word: &str| {
        word.chars().any(|c| {
            let c = c.to_string();
            opencc["TSCharacters"].get(&c).is_some_and(|to| *to != c)
        })
    };
    let mut words = phrases.clone();
    for line in read(&data.join("words.tsv"))?.lines().filter(|l| !l.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [key, value, _source] = fields[..] else { return Err(format!("words.tsv: {line}")) };
        for spelling in spellings.all(key) {
            if is_traditional(&spelling) {
                phrases.insert(spelling.clone(), value.to_owned());
            }
            words.insert(spelling, value.to_owned());
        }
    }
    // What a phrase becomes must stay when it is met again.
    for dictionary in [&mut phrases, &mut words] {
        let values: BTreeSet<String> = dictionary.values().cloned().collect();
        for value in values.into_iter().filter(|v| v.chars().count() > 1 && *v != by_characters(v, true)) {
            dictionary.entry(value.clone()).or_insert(value);
        }
    }
    // In simplified text, a character that simplified text has by itself is right; some of them it has in
    // a name or two only.
    let seldom = |c: &String| "於釐谿陞劄".contains(c.as_str());
    let settled = stay(data_of_opencc, "TSCharacters")?;
    let settled = settled.into_iter().filter(|c| !seldom(c)).map(|c| (c.clone(), c)).collect();
    // Both kinds are in use together, words first: a longer phrase must not lose to a word.
    words.retain(|key, value| phrases.get(key) != Some(value));
    let begins = |phrase: &String| {
        !words.contains_key(phrase) && words.keys().any(|word| phrase.starts_with(word.as_str()))
    };
    let longer: Vec<_> =
        phrases.iter().filter(|(key, _)| begins(key)).map(|(k, v)| (k.clone(), v.clone())).collect();
    words.extend(longer);
    let taiwan = Entries::from([("著".to_owned(), "着".to_owned())]);
    Ok(vec![
        ("MainlandCharacters", variants),
        ("MainlandPhrases", phrases),
        ("MainlandWords", words),
        ("SettledCharacters", settled),
        ("TaiwanCharacters", taiwan),
    ])
}

/// The characters of a dictionary that have themselves among their candidates.
fn stay(data: &Path, name: &str) -> Result<BTreeSet<String>, String> {
    let text = read(&data.join(format!("{name}.txt")))?;
    let entries = text.lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split_once('\t'));
    Ok(entries
        .filter(|(key, values)| values.split(' ').any(|v| v == *key))
        .map(|(k, _)| k.to_owned())
        .collect())
}

/// The characters of the regional standards, and variants, that OpenCC's way from its own standard leaves,
/// with what they become at last.
fn variants(
    data: &Path,
    opencc: &BTreeMap<&'static str, Entries>,
    simplify: &Exact,
) -> Result<Entries, String> {
    let mut variants = Entries::new();
    for (key, value) in ["TWVariantsRev", "HKVariantsRev"].iter().flat_map(|name| &opencc[name]) {
        variants.insert(key.clone(), simplify.convert(value));
    }
    for line in read(&data.join("characters.tsv"))?.lines().filter(|l| !l.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [key, value, _source] = fields[..] else { return Err(format!("characters.tsv: {line}")) };
        variants.insert(key.to_owned(), value.to_owned());
    }
    variants.retain(|key, value| {
        key != value && !UNDECIDED.contains(&key.as_str()) && !opencc["TSCharacters"].contains_key(key)
    });
    Ok(variants)
}

/// How the regional standards spell a word.
struct Spellings(Vec<BTreeMap<char, char>>);

impl Spellings {
    fn of(opencc: &BTreeMap<&'static str, Entries>) -> Self {
        let names = ["TWVariants", "HKVariants", "TWVariantsRev", "HKVariantsRev"];
        let pair = |(key, value): (&String, &String)| {
            Some((char::from_u32(single(key)?)?, char::from_u32(single(value)?)?))
        };
        Self(names.iter().map(|name| opencc[name].iter().filter_map(pair).collect()).collect())
    }

    /// The word, and its regional spellings. 著 is another word than 着.
    fn all(&self, word: &str) -> BTreeSet<String> {
        let spell = |region: &BTreeMap<char, char>| -> String {
            let one = |c: char| {
                if c == '著' || c == '着' || c == '么' { c } else { region.get(&c).copied().unwrap_or(c) }
            };
            word.chars().map(one).collect()
        };
        self.0.iter().map(spell).chain([word.to_owned()]).collect()
    }
}

/// Which characters only one of the scripts has, as `src/convert/script.rs` reads it.
pub(super) fn scripts(data: &Path) -> Result<Vec<u8>, String> {
    const FIRST: u32 = 0x3400;
    const COUNT: usize = 0xA000 - 0x3400;
    let mut bits = vec![0u8; 2 * COUNT / 8];
    let mut regional = BTreeSet::new();
    for name in ["TWVariantsRev", "HKVariantsRev"] {
        let text = read(&data.join(format!("{name}.txt")))?;
        regional.extend(text.lines().filter_map(|l| l.split_once('\t')).map(|(key, _)| key.to_owned()));
    }
    for (offset, name) in [(0, "TSCharacters"), (COUNT, "STCharacters")] {
        let staying = stay(data, name)?;
        for line in read(&data.join(format!("{name}.txt")))?.lines().filter(|l| !l.starts_with('#')) {
            let Some((key, _)) = line.split_once('\t') else { continue };
            // Simplified text is not alone in what a region's standard has.
            let stays = staying.contains(key) || offset > 0 && regional.contains(key);
            let n = single(key).and_then(|c| c.checked_sub(FIRST)).map(|n| n as usize);
            if let Some(n) = n.filter(|&n| n < COUNT && !stays) {
                bits[(offset + n) / 8] |= 1 << ((offset + n) % 8);
            }
        }
    }
    Ok(bits)
}
