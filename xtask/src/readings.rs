//! `cargo xtask readings`: the table of readings and of script images behind the repair of rewritten pages.
//!
//! Input: `data/readings/` (see its README for sources). Output: `src/repair/pages/tables/readings.bin`,
//! little-endian throughout:
//!
//! ```text
//! u16 syllables, u16 lists, u16 images, u16 bytes of syllable text
//! syllables + 1 × u16   offsets into the text        text: UTF-8, syllables in code point order
//! 20,902 × u16          per ideograph U+4E00…U+9FA5: the only reading, or 0x8000 + index into the lists,
//!                       or 0x7FFF for none
//! lists × u16           readings, the usual one first; bit 15 ends a list
//! images × (u16, u16)   ideograph; what it is in simplified script, ascending by ideograph
//! images × u8           how natural the ideograph is on a page converted from simplified script
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

const INPUT: &str = "data/readings";
const OUTPUT: &str = "src/repair/pages/tables/readings.bin";
const FIRST: u32 = 0x4E00;
const LAST: u32 = 0x9FA5;

/// Stands on such a page only if the converter left it alone: not the image it makes.
const VARIANT: u8 = 1;
/// No converter from simplified script makes it.
const FOREIGN: u8 = 2;
/// A simplified character that the converter would have replaced.
const SIMPLIFIED: u8 = 3;

/// Builds the table; with `check` it only compares.
pub(crate) fn run(check: bool) -> Result<(), String> {
    let table = build(&Inputs::read(Path::new(INPUT))?)?;
    if check {
        return match fs::read(OUTPUT) {
            Ok(old) if old == table => Ok(()),
            Ok(_) => Err(format!("{OUTPUT} is stale: run `cargo xtask readings`")),
            Err(e) => Err(format!("{OUTPUT}: {e}")),
        };
    }
    fs::write(OUTPUT, &table).map_err(|e| format!("{OUTPUT}: {e}"))
}

struct Inputs {
    /// Reading to the ideographs that usually have it and those that may.
    pinyin: Vec<(String, String, String)>,
    /// Traditional to simplified, best first.
    simplified: BTreeMap<char, Vec<char>>,
    /// Simplified to traditional, best first.
    traditional: BTreeMap<char, Vec<char>>,
    /// The converter's own choices.
    converter: BTreeMap<char, char>,
}

impl Inputs {
    fn read(dir: &Path) -> Result<Self, String> {
        let lines = |name: &str| {
            let path = dir.join(name);
            let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            Ok::<_, String>(
                text.lines()
                    .filter(|l| !l.is_empty() && !l.starts_with('#'))
                    .map(|l| l.split('\t').map(str::to_owned).collect::<Vec<_>>())
                    .collect::<Vec<_>>(),
            )
        };
        let characters = |name: &str| {
            Ok::<_, String>(
                lines(name)?
                    .iter()
                    .filter_map(|f| Some((ideograph(f.first()?)?, f.get(1)?)))
                    .map(|(c, to)| (c, to.split(' ').filter_map(ideograph).collect()))
                    .collect(),
            )
        };
        Ok(Self {
            pinyin: lines("pinyin.tsv")?
                .into_iter()
                .map(|f| <[String; 3]>::try_from(f).map(|[r, a, b]| (r, a, b)))
                .collect::<Result<_, _>>()
                .map_err(|f| format!("pinyin.tsv: not three columns: {f:?}"))?,
            simplified: characters("TSCharacters.txt")?,
            traditional: characters("STCharacters.txt")?,
            converter: lines("converter.tsv")?
                .iter()
                .filter_map(|f| Some((ideograph(f.first()?)?, ideograph(f.get(1)?)?)))
                .collect(),
        })
    }

    /// What the converter makes of a simplified character: one character, without looking at its neighbours.
    fn image(&self, simplified: char) -> char {
        let choices = self.traditional.get(&simplified);
        match (self.converter.get(&simplified), choices) {
            (Some(&own), _) => own,
            (None, Some(c)) if !c.contains(&simplified) => c.first().copied().unwrap_or(simplified),
            _ => simplified,
        }
    }
}

/// The single ideograph of the basic block that `s` is. GBK has all of them.
fn ideograph(s: impl AsRef<str>) -> Option<char> {
    let mut chars = s.as_ref().chars();
    let c = chars.next()?;
    (chars.next().is_none() && (FIRST..=LAST).contains(&u32::from(c))).then_some(c)
}

fn build(inputs: &Inputs) -> Result<Vec<u8>, String> {
    let syllables: Vec<&str> =
        inputs.pinyin.iter().map(|(r, ..)| r.as_str()).collect::<BTreeSet<_>>().into_iter().collect();
    let id = |r: &str| syllables.binary_search(&r).map(|i| i as u16).map_err(|_| format!("lost reading {r}"));

    let mut readings: BTreeMap<char, Vec<u16>> = BTreeMap::new();
    for usual in [true, false] {
        for (r, first, other) in &inputs.pinyin {
            for c in if usual { first } else { other }.chars() {
                readings.entry(c).or_default().push(id(r)?);
            }
        }
    }

    let mut lists: Vec<u16> = Vec::new();
    let mut index: BTreeMap<Vec<u16>, u16> = BTreeMap::new();
    let mut han: Vec<u16> = Vec::new();
    for c in (FIRST..=LAST).filter_map(char::from_u32) {
        han.push(match readings.get(&c).map(Vec::as_slice) {
            None | Some([]) => 0x7FFF,
            Some(&[only]) => only,
            Some(many) => {
                let at = *index.entry(many.to_vec()).or_insert_with(|| {
                    let at = lists.len() as u16;
                    lists.extend(many);
                    if let Some(last) = lists.last_mut() {
                        *last |= 0x8000;
                    }
                    at
                });
                0x8000 | at
            }
        });
    }
    if lists.len() >= 0x8000 {
        return Err("too many lists of readings".into());
    }

    let mut images: Vec<(char, char, u8)> = Vec::new();
    for c in (FIRST..=LAST).filter_map(char::from_u32) {
        let simple = inputs.simplified.get(&c).and_then(|s| s.first().copied()).unwrap_or(c);
        let simple = if c == '著' { '着' } else { simple };
        let level = if inputs.image(simple) == c {
            0
        } else if inputs.image(c) != c {
            SIMPLIFIED
        } else if inputs.traditional.get(&simple).is_some_and(|t| t.contains(&c)) {
            VARIANT
        } else {
            FOREIGN
        };
        if simple != c || level != 0 {
            images.push((c, simple, level));
        }
    }

    let text: String = syllables.concat();
    let mut out: Vec<u8> = Vec::new();
    let mut put = |n: usize| out.extend(u16::try_from(n).unwrap_or(u16::MAX).to_le_bytes());
    for n in [syllables.len(), lists.len(), images.len(), text.len()] {
        put(n);
    }
    let mut at = 0;
    put(0);
    for s in &syllables {
        at += s.len();
        put(at);
    }
    out.extend(text.as_bytes());
    let mut put = |n: u16| out.extend(n.to_le_bytes());
    han.iter().chain(&lists).for_each(|&n| put(n));
    for &(c, s, _) in &images {
        put(c as u16);
        put(s as u16);
    }
    out.extend(images.iter().map(|i| i.2));
    Ok(out)
}
