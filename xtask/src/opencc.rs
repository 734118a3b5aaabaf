//! `cargo xtask opencc`: the conversion tables of `src/convert/tables`, built from OpenCC's
//! dictionaries in `data/opencc`. The layout is described in `src/convert/table.rs`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

#[path = "../../src/convert/hash.rs"]
mod hash;

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

pub(crate) fn run(check: bool) -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("no workspace root")?;
    let data = root.join("data/opencc");
    let tables = root.join("src/convert/tables");
    verify_manifest(&data)?;
    let mut stale = Vec::new();
    let mut put = |name: &str, bytes: Vec<u8>| -> Result<(), String> {
        let path = tables.join(format!("{name}.bin"));
        if fs::read(&path).is_ok_and(|old| old == bytes) {
            return Ok(());
        }
        if check {
            stale.push(path);
            return Ok(());
        }
        fs::write(&path, bytes).map_err(|e| format!("{}: {e}", path.display()))
    };
    for name in CHARS {
        put(name, chars_table(&load(&data, name)?)?)?;
    }
    for (name, members, plain) in PHRASES {
        let mut union = Entries::new();
        for member in *members {
            for (key, value) in load(&data, member)? {
                union.entry(key).or_insert(value);
            }
        }
        let plain = match plain {
            Some(name) => load(&data, name)?,
            None => Entries::new(),
        };
        put(name, phrases_table(&union, &plain)?)?;
    }
    match stale.as_slice() {
        [] => Ok(()),
        [first, ..] => Err(format!("{} is out of date: run `cargo xtask opencc`", first.display())),
    }
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
