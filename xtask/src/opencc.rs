//! `cargo xtask opencc`: the conversion tables of `src/convert/tables`, built from OpenCC's
//! dictionaries in `data/opencc` and the words of `data/mainland`. The layout is described in `src/convert/table.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

#[path = "mainland.rs"]
mod mainland;
// The library's own reader and algorithm, over the tables just built.
#[allow(dead_code, unreachable_pub)]
#[path = "../../src/convert/config.rs"]
mod config;
#[allow(dead_code)]
#[path = "../../src/convert/exact.rs"]
mod exact;
#[allow(dead_code)]
#[path = "../../src/convert/filter.rs"]
mod filter;
#[path = "../../src/convert/hash.rs"]
mod hash;
#[path = "../../src/convert/ids.rs"]
mod ids;
#[path = "../../src/convert/plan.rs"]
mod plan;
#[allow(dead_code)]
#[path = "../../src/convert/table.rs"]
mod table;

use config::Config;
use filter::Pairs;
use plan::{Names, Plan, Scheme};

/// Bits of a record's first byte and marks of a slot, as in `src/convert/table.rs`.
const PLAIN_PAIR: u32 = 1 << 31;
const CHANGED: u8 = 0x10;
const LAST: u8 = 0x20;

/// Keys with their first candidate, the only one that OpenCC's conversion uses.
type Entries = BTreeMap<String, String>;

/// The dictionaries whose keys are single characters.
const CHARS: &[&str] = &[
    "CJK_Compatibility_Ideographs",
    "HKVariants",
    "HKVariantsRev",
    "JPShinjitaiCharacters",
    "JPShinjitaiCharactersRev",
    "STCharacters",
    "TSCharacters",
    "TSCharactersExt",
    "TWVariants",
    "TWVariantsRev",
];

/// The dictionaries of phrases: name, members of the union, dictionary of the plain reading.
const PHRASES: &[(&str, &[&str], Option<&str>)] = &[
    ("HKPhrases", &["HKPhrases"], None),
    ("HKPhrasesRev", &["HKPhrasesRev"], None),
    ("HKVariantsPhrases", &["HKVariantsPhrases"], None),
    ("HKVariantsRevPhrases", &["HKVariantsRevPhrases"], None),
    ("JPShinjitaiPhrases", &["JPShinjitaiPhrases"], None),
    ("STPhrases", &["STPhrases", "STPhrases_GeneratedFromRegionalPhrases"], Some("STCharacters")),
    ("TSPhrases", &["TSPhrases"], None),
    ("TWPhrases", &["TWPhrases"], None),
    ("TWPhrasesRev", &["TWPhrasesRev"], None),
    ("TWVariantsPhrases", &["TWVariantsPhrases"], None),
    ("TWVariantsRevPhrases", &["TWVariantsRevPhrases"], None),
];

/// The dictionary of phrases that all conversions from simplified share.
const COMMON: &str = "STPhrases";
/// Bits of the filters that all conversions from simplified share: they hold the pairs of a large
/// dictionary, and few pairs of real text may pass by chance.
const TRIGGER_BITS: u32 = 18;
const LINK_BITS: u32 = 19;

pub(crate) fn run(check: bool) -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("no workspace root")?;
    let data = root.join("data/opencc");
    verify_manifest(&data)?;
    let dictionaries = dictionaries(&data)?;
    let mut tables = BTreeMap::new();
    for name in CHARS {
        tables.insert((*name).to_owned(), chars_table(&dictionaries[*name])?);
    }
    for (name, _, plain) in PHRASES {
        let plain = plain.map(|name| dictionaries[name].clone()).unwrap_or_default();
        tables.insert((*name).to_owned(), phrases_table(&dictionaries[*name], &plain)?);
    }
    let mut dictionaries = dictionaries;
    for (name, entries) in mainland::dictionaries(&root.join("data/mainland"), &data, &dictionaries, &tables)?
    {
        let table = if mainland::is_of_characters(name) {
            chars_table(&entries)?
        } else {
            phrases_table(&entries, &Entries::new())?
        };
        tables.insert(name.to_owned(), table);
        dictionaries.insert(name, entries);
    }
    tables.insert("Scripts".to_owned(), mainland::scripts(&data)?);
    for (name, bytes) in filters(&dictionaries, &tables)? {
        tables.insert(name, bytes);
    }
    write(&root.join("src/convert/tables"), &tables, check)
}

/// Writes the tables that differ from the files, or with `check` only complains about them.
fn write(folder: &Path, tables: &BTreeMap<String, Vec<u8>>, check: bool) -> Result<(), String> {
    for (name, bytes) in tables {
        let path = folder.join(format!("{name}.bin"));
        if fs::read(&path).is_ok_and(|old| old == *bytes) {
            continue;
        }
        if check {
            return Err(format!("{} is out of date: run `cargo xtask opencc`", path.display()));
        }
        fs::write(&path, bytes).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    Ok(())
}

/// Every dictionary that a table is made from, unions merged.
fn dictionaries(data: &Path) -> Result<BTreeMap<&'static str, Entries>, String> {
    let mut all = BTreeMap::new();
    for name in CHARS {
        all.insert(*name, load(data, name)?);
    }
    for (name, members, _) in PHRASES {
        let mut union = Entries::new();
        for member in *members {
            for (key, value) in load(data, member)? {
                union.entry(key).or_insert(value);
            }
        }
        all.insert(*name, union);
    }
    Ok(all)
}

/// Compares every dictionary with `data/opencc/SHA256SUMS`.
fn verify_manifest(data: &Path) -> Result<(), String> {
    for line in read(&data.join("SHA256SUMS"))?.lines() {
        let (sum, name) = line.split_once("  ").ok_or_else(|| format!("SHA256SUMS: {line}"))?;
        let bytes = fs::read(data.join(name)).map_err(|e| format!("{name}: {e}"))?;
        let actual: String = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
        if actual != sum {
            return Err(format!("data/opencc/{name} differs from its sum in SHA256SUMS"));
        }
    }
    Ok(())
}

fn read(path: &PathBuf) -> Result<String, String> {
    fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}

fn load(data: &Path, name: &str) -> Result<Entries, String> {
    let mut entries = Entries::new();
    for line in read(&data.join(format!("{name}.txt")))?.lines() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let wrong = || format!("{name}.txt: {line}");
        let (key, values) = line.split_once('\t').ok_or_else(wrong)?;
        let value = values.split(' ').next().filter(|v| !v.is_empty()).ok_or_else(wrong)?;
        if key.is_empty() || key.contains(['\0', '\n']) || entries.insert(key.into(), value.into()).is_some()
        {
            return Err(wrong());
        }
    }
    Ok(entries)
}

fn single(text: &str) -> Option<u32> {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Some(u32::from(c)),
        _ => None,
    }
}

fn chars_table(entries: &Entries) -> Result<Vec<u8>, String> {
    let mut map = BTreeMap::new();
    for (key, value) in entries {
        let (Some(key), Some(value)) = (single(key), single(value)) else {
            return Err(format!("not a character: {key} {value}"));
        };
        map.insert(key, value);
    }
    let keys: Vec<u32> = map.keys().copied().collect();
    let (mut bytes, slots) = perfect_hash(&keys)?;
    for slot in slots {
        let (key, value) = slot.map_or((0, 0), |key| (key, map[&key]));
        bytes.extend_from_slice(&key.to_le_bytes()[..3]);
        bytes.extend_from_slice(&value.to_le_bytes()[..3]);
    }
    Ok(bytes)
}

fn phrases_table(entries: &Entries, plain: &Entries) -> Result<Vec<u8>, String> {
    /// The units of a phrase and, unless it is plain, of its value.
    type Phrase = (Vec<u16>, Option<Vec<u16>>);
    let mut lists: BTreeMap<u32, Vec<Phrase>> = BTreeMap::new();
    for (key, value) in entries {
        let units: Vec<u16> = key.encode_utf16().collect();
        if units.len() > usize::from(LENGTH) {
            return Err(format!("too long: {key}"));
        }
        let reads_plain: String = key
            .chars()
            .map(|c| plain.get(c.encode_utf8(&mut [0; 4]) as &str).cloned().unwrap_or_else(|| c.to_string()))
            .collect();
        let value = (reads_plain != *value).then(|| value.encode_utf16().collect());
        if units.len() == 1 && !plain.is_empty() {
            return Err(format!("a single character with a plain reading: {key}"));
        }
        let pair = hash::pair(units[0], units.get(1).copied().unwrap_or(0));
        lists.entry(pair).or_default().push((units, value));
    }
    let mut pool = Vec::new();
    let mut heads = BTreeMap::new();
    for (pair, mut phrases) in lists {
        phrases.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then(a.cmp(b)));
        if let [(units, None)] = phrases.as_slice()
            && units.len() == 2
        {
            heads.insert(pair, PLAIN_PAIR);
            continue;
        }
        heads.insert(pair, u32::try_from(pool.len()).map_err(|e| e.to_string())?);
        let last = phrases.len() - 1;
        for (n, (units, value)) in phrases.iter().enumerate() {
            let mut flags = u8::try_from(units.len()).map_err(|e| e.to_string())?;
            flags |= if n == last { LAST } else { 0 };
            flags |= if value.is_some() { CHANGED } else { 0 };
            pool.push(flags);
            if let Some(value) = value {
                pool.push(u8::try_from(value.len()).map_err(|e| e.to_string())?);
            }
            for unit in units.iter().skip(2).chain(value.iter().flatten()) {
                pool.extend_from_slice(&unit.to_le_bytes());
            }
        }
    }
    let keys: Vec<u32> = heads.keys().copied().collect();
    let (mut bytes, slots) = perfect_hash(&keys)?;
    for slot in slots {
        let (key, list) = slot.map_or((0, 0), |key| (key, heads[&key]));
        bytes.extend_from_slice(&key.to_le_bytes());
        bytes.extend_from_slice(&list.to_le_bytes());
    }
    bytes.extend_from_slice(&pool);
    Ok(bytes)
}

/// A record's length in units has four bits.
const LENGTH: u8 = 0x0F;

/// The head of a table (sizes and displacements) and the key that each slot holds.
fn perfect_hash(keys: &[u32]) -> Result<(Vec<u8>, Vec<Option<u32>>), String> {
    let count = u32::try_from(keys.len()).map_err(|e| e.to_string())?;
    let buckets = count.div_ceil(4).max(1);
    let slots = count + count / 32 + 1;
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); buckets as usize];
    for &key in keys {
        members[hash::bucket(key, buckets)].push(key);
    }
    // The fullest buckets first, while there is room.
    let mut order: Vec<usize> = (0..members.len()).collect();
    order.sort_by_key(|&b| (usize::MAX - members[b].len(), b));
    let mut displacements = vec![0u16; members.len()];
    let mut table = vec![None; slots as usize];
    for b in order {
        let fits = |displacement: &u16| {
            let mut taken = Vec::new();
            members[b].iter().all(|&key| {
                let slot = hash::slot(key, *displacement, slots);
                let free = table[slot].is_none() && !taken.contains(&slot);
                taken.push(slot);
                free
            })
        };
        let displacement = (0..=u16::MAX).find(fits).ok_or("no displacement fits")?;
        displacements[b] = displacement;
        for &key in &members[b] {
            table[hash::slot(key, displacement, slots)] = Some(key);
        }
    }
    let mut head = Vec::new();
    head.extend_from_slice(&slots.to_le_bytes());
    head.extend_from_slice(&buckets.to_le_bytes());
    for displacement in displacements {
        head.extend_from_slice(&displacement.to_le_bytes());
    }
    Ok((head, table))
}

/// A set of pairs of adjacent characters.
type PairSet = BTreeSet<(char, char)>;

/// The filters that say where a text is more than its characters converted one by one
/// (`src/convert/engine.rs`), a pair of lists for each configuration. What all conversions from
/// simplified have in common is in filters of its own.
fn filters(
    dictionaries: &BTreeMap<&'static str, Entries>,
    tables: &BTreeMap<String, Vec<u8>>,
) -> Result<Vec<(String, Vec<u8>)>, String> {
    let leaked: BTreeMap<&str, &'static [u8]> =
        tables.iter().map(|(name, bytes)| (name.as_str(), &*bytes.clone().leak())).collect();
    let mut frequencies = BTreeMap::new();
    for c in dictionaries[COMMON].iter().flat_map(|(key, value)| key.chars().chain(value.chars())) {
        *frequencies.entry(c).or_default() += 1;
    }
    let analysis = |scheme, rare| {
        let names = Names::of(scheme, rare);
        let plan = Plan::new(&names, |name| leaked[name]);
        Analysis { dictionaries, names, plan, frequencies: &frequencies }
    };
    let mut files = Vec::new();
    let (mut triggers, mut links) = (Pairs::empty(TRIGGER_BITS), Pairs::empty(LINK_BITS));
    let common = analysis(Scheme::Exact(Config::S2t), true);
    common.triggers(None)?.into_iter().for_each(|(a, b)| triggers.insert(a.into(), b.into()));
    common.links().into_iter().for_each(|(a, b)| links.insert(a.into(), b.into()));
    files.push(("ST.triggers".to_owned(), triggers.bits().to_vec()));
    files.push(("ST.links".to_owned(), links.bits().to_vec()));
    let exact = Config::ALL.iter().map(|&config| vec![Scheme::Exact(config)]);
    for schemes in exact.chain([Scheme::OWN.to_vec()]) {
        let (mut own_triggers, mut own_links) = (PairSet::new(), PairSet::new());
        for (&scheme, rare) in schemes.iter().flat_map(|scheme| [(scheme, true), (scheme, false)]) {
            let analysis = analysis(scheme, rare);
            own_triggers.extend(analysis.triggers(Some(COMMON))?);
            own_links.extend(analysis.links());
        }
        if Names::of(schemes[0], true).stages[0][0] == COMMON {
            own_links.retain(|&(a, b)| !links.contains(a.into(), b.into()));
        }
        let mut bytes = Vec::new();
        for set in [&own_triggers, &own_links] {
            bytes.extend_from_slice(&u32::try_from(set.len()).map_err(|e| e.to_string())?.to_le_bytes());
        }
        for &(a, b) in own_triggers.iter().chain(&own_links) {
            bytes.extend_from_slice(&u32::from(a).to_le_bytes()[..3]);
            bytes.extend_from_slice(&u32::from(b).to_le_bytes()[..3]);
        }
        files.push((format!("{}.pairs", schemes[0].name()), bytes));
    }
    Ok(files)
}

/// One configuration, taken apart.
struct Analysis<'d> {
    dictionaries: &'d BTreeMap<&'static str, Entries>,
    names: Names,
    plan: Plan,
    frequencies: &'d BTreeMap<char, u64>,
}

impl Analysis<'_> {
    /// A text after the given stages, as one segment.
    fn through(&self, stages: std::ops::Range<usize>, text: &str) -> String {
        let plan = Plan {
            normalization: table::Chars::new(&[0; 16]),
            segmentation: None,
            stages: self.plan.stages[stages].to_vec(),
        };
        let (units, mut out): (Vec<u16>, _) = (text.encode_utf16().collect(), Vec::new());
        exact::convert::<()>(&plan, &units, &mut out, &mut exact::Scratch::default());
        String::from_utf16_lossy(&out)
    }

    /// A text after the given stages, each of its characters by itself.
    fn by_characters(&self, stages: std::ops::Range<usize>, text: &str) -> String {
        text.chars().map(|c| self.through(stages.clone(), c.encode_utf8(&mut [0; 4]))).collect()
    }

    fn phrases(&self, stage: usize) -> impl Iterator<Item = (&String, &String)> {
        let names = self.names.stages[stage].iter();
        let entries = names.flat_map(|name| &self.dictionaries[name]);
        entries.filter(|(key, _)| key.chars().count() > 1)
    }

    fn segments(&self) -> impl Iterator<Item = &String> {
        self.names.segmentation.iter().flat_map(|name| self.dictionaries[name].keys())
    }

    /// A pair of adjacent characters from everything that makes a text differ from its characters
    /// converted one by one, but for the phrases of the dictionary `but` with values of their own.
    fn triggers(&self, but: Option<&str>) -> Result<PairSet, String> {
        let but_name = but;
        let all = 0..self.plan.stages.len();
        let mut pairs = PairSet::new();
        let segments: BTreeSet<&String> = self.segments().collect();
        let but: BTreeSet<&String> = self
            .phrases(0)
            .filter(|(key, value)| {
                but.is_some_and(|name| name == self.names.stages[0][0])
                    && **value != self.by_characters(0..1, key)
            })
            .map(|(key, _)| key)
            .collect();
        for key in &segments {
            if !but.contains(key) && self.through(all.clone(), key) != self.by_characters(all.clone(), key) {
                pairs.insert(self.anchor(key, but_name)?);
            }
        }
        // What stands in the text as a segment cannot be met outside of one.
        for (key, value) in self.phrases(0).filter(|(key, _)| !segments.contains(key) && !but.contains(key)) {
            if *value != self.by_characters(0..1, key) && !self.is_harmless(key, value) {
                pairs.insert(self.anchor(key, but_name)?);
            }
        }
        if all.len() == 2 {
            let sources = self.sources();
            for (key, value) in self.phrases(1) {
                if *value == self.by_characters(1..2, key) {
                    continue;
                }
                let (a, b) = self.anchor(key, but_name)?;
                for first in sources.get(&a).into_iter().flatten() {
                    pairs.extend(sources.get(&b).into_iter().flatten().map(|second| (*first, *second)));
                }
            }
        }
        Ok(pairs)
    }

    /// The pair by which a phrase is noticed: not one that ends in ASCII, whose runs are skipped. The phrases
    /// of the dictionary that all conversions from simplified share are noticed by their first pair, since
    /// they are looked up from there; others by the pair whose characters are rarest, so that text seldom
    /// looks like it.
    fn anchor(&self, phrase: &str, but: Option<&str>) -> Result<(char, char), String> {
        let pairs = phrase.chars().zip(phrase.chars().skip(1)).filter(|(_, second)| !second.is_ascii());
        let anchor = match but {
            None => pairs.into_iter().next(),
            Some(_) => pairs.min_by_key(|&(a, b)| self.frequency(a) * self.frequency(b)),
        };
        anchor.ok_or_else(|| format!("a phrase of ASCII: {phrase}"))
    }

    /// How often a character stands in the phrases of the largest dictionary, as a measure of how common
    /// it is.
    fn frequency(&self, c: char) -> u64 {
        1 + self.frequencies.get(&c).copied().unwrap_or(0)
    }

    /// Whether a phrase of the first of two stages, though not what its characters are one by one,
    /// becomes the same after the second, whatever stands around it: no phrase of the second stage
    /// holds any of the characters that make the difference.
    fn is_harmless(&self, key: &str, value: &str) -> bool {
        let single = self.by_characters(0..1, key);
        if self.plan.stages.len() != 2
            || single.chars().count() != value.chars().count()
            || self.through(1..2, value) != self.by_characters(0..2, key)
        {
            return false;
        }
        let differing: Vec<char> =
            single.chars().zip(value.chars()).filter(|(a, b)| a != b).flat_map(|(a, b)| [a, b]).collect();
        !self.phrases(1).any(|(key, _)| key.contains(&*differing))
    }

    /// For each character, the characters that the first stage turns into it by themselves.
    fn sources(&self) -> BTreeMap<char, BTreeSet<char>> {
        let mut sources: BTreeMap<char, BTreeSet<char>> = BTreeMap::new();
        let mut note = |c: char| {
            if let Some(to) = single(&self.through(0..1, c.encode_utf8(&mut [0; 4]))).and_then(char::from_u32)
            {
                sources.entry(to).or_default().insert(c);
            }
        };
        let entries =
            |stage: usize| self.names.stages[stage].iter().flat_map(|name| &self.dictionaries[name]);
        entries(0).chain(entries(1)).flat_map(|(key, _)| key.chars()).for_each(&mut note);
        sources
    }

    /// Every pair of adjacent characters that a segment, or an entry of a stage, may straddle.
    fn links(&self) -> PairSet {
        let mut pairs = PairSet::new();
        let mut inside = |key: &str| pairs.extend(key.chars().zip(key.chars().skip(1)));
        self.segments().for_each(|key| inside(key));
        self.phrases(0).for_each(|(key, _)| inside(key));
        if self.plan.stages.len() < 2 {
            return pairs;
        }
        // The second stage reads what the first wrote: its pairs go back to the characters at the end
        // and at the beginning of whatever can have become the two.
        let (mut ends, mut begins) = (self.sources(), self.sources());
        for (key, value) in self.phrases(0) {
            if let (Some(k), Some(v)) = (key.chars().last(), value.chars().last()) {
                ends.entry(v).or_default().insert(k);
            }
            if let (Some(k), Some(v)) = (key.chars().next(), value.chars().next()) {
                begins.entry(v).or_default().insert(k);
            }
        }
        for (key, _) in self.phrases(1) {
            for (a, b) in key.chars().zip(key.chars().skip(1)) {
                for end in ends.get(&a).into_iter().flatten() {
                    pairs.extend(begins.get(&b).into_iter().flatten().map(|begin| (*end, *begin)));
                }
            }
        }
        pairs
    }
}
