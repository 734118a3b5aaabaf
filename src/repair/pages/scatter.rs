//! Readings that other tools scattered over a text: behind random characters, with or without tones, some twice.
//!
//! `施(shi)工(gong)的声音(yin)…大(da)楼(lou)(lou)`: nothing is damaged, but nobody wrote them. What gives them away is
//! that they follow no purpose: they stand on the commonest characters, though a reader needs them there least, and a
//! character that stood bare before gets its reading later, though a reader needs it first. Some stand twice.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::readings::{self, Reading};
use super::unit::is_han;
use crate::edit::Edit;
use crate::model;

/// The cause of all edits of this module.
const CAUSE: &str = "scattered readings";

/// So few readings show no pattern.
const FEW: usize = 4;
/// Characters rarer than this, in millinats, get readings from people.
const RARE: i32 = 9_000;

/// A reading behind its character.
struct Gloss {
    ch: char,
    reading: Reading,
    /// Byte range of the parentheses.
    start: usize,
    end: usize,
    twice: bool,
    /// The character stood without a reading before.
    late: bool,
}

/// The edits that take scattered readings away; none where somebody may have put them on purpose.
pub(crate) fn find(text: &str) -> Vec<Edit> {
    if !is_worth_reading(text) {
        return Vec::new();
    }
    let Some(glosses) = read(text) else { return Vec::new() };
    let edit = |g: &Gloss| Edit {
        before: g.start..g.end,
        after: 0..0,
        old: text[g.start..g.end].to_owned(),
        new: String::new(),
        cause: Cow::Borrowed(CAUSE),
        layers: 1,
        confidence: 0.98,
        reversible: true,
        restored: Vec::new(),
    };
    glosses.iter().map(edit).collect()
}

/// Whether enough parentheses hold a reading of the character before them. Nearly all text ends here.
fn is_worth_reading(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_gloss = |&at: &usize| {
        // The cheap tests first: a letter with or without a tone behind a wide character, and not for long.
        at > 0
            && bytes[at - 1] >= 0x80
            && bytes.get(at + 1).is_some_and(|b| b.is_ascii_lowercase() || (0xC3..=0xC7).contains(b))
            && bytes[at + 1..].iter().take(9).any(|&b| b == b')')
            && text[..at].chars().next_back().is_some_and(|ch| {
                is_han(ch) && letters(&text[at..]).is_some_and(|letters| reading(ch, letters).is_some())
            })
    };
    memchr::memchr_iter(b'(', bytes).filter(is_gloss).nth(FEW - 1).is_some()
}

/// All readings of a text, if they are scattered.
fn read(text: &str) -> Option<Vec<Gloss>> {
    let mut bare: BTreeSet<char> = BTreeSet::new();
    let mut known: BTreeMap<char, Reading> = BTreeMap::new();
    let mut found: Vec<Gloss> = Vec::new();
    let (mut han, mut other, mut rare, mut twice, mut late) = (0, 0, 0, 0, 0);
    for (at, ch) in text.char_indices().filter(|(_, c)| is_han(*c)) {
        han += 1;
        let start = at + ch.len_utf8();
        let Some(letters) = letters(&text[start..]) else {
            bare.insert(ch);
            continue;
        };
        let Some(reading) = reading(ch, letters) else {
            other += 1;
            continue;
        };
        // One character with two readings is a lesson.
        if *known.entry(ch).or_insert(reading) != reading {
            return None;
        }
        let gloss = &text[start..start + letters.len() + 2];
        let times = text.as_bytes()[start..].chunks_exact(gloss.len()).take_while(|c| *c == gloss.as_bytes());
        let times = times.count();
        let g = Gloss {
            ch,
            reading,
            start,
            end: start + times * gloss.len(),
            twice: times > 1,
            late: bare.contains(&ch),
        };
        rare += usize::from(model::unigram_cost(model::symbol(readings::image(g.ch).simplified)) > RARE);
        twice += usize::from(g.twice);
        late += usize::from(g.late);
        found.push(g);
    }
    let count = found.len();
    let unusual = found.iter().filter(|g| readings::reads(g.ch, g.reading) < readings::Read::Usually).count();
    let scattered = twice >= 2 || late * 5 >= known.len();
    let is_tool = count >= FEW
        && scattered
        && known.len() >= FEW - 1
        && (other + rare + unusual) * 10 <= count
        && count * 3 < han;
    is_tool.then_some(found)
}

/// The letters of a parenthesis at the start of `rest`.
fn letters(rest: &str) -> Option<&str> {
    let inner = rest.strip_prefix('(')?;
    let end = inner.find(|c| !readings::is_letter(c)).filter(|n| (1..=9).contains(n))?;
    inner[end..].starts_with(')').then(|| &inner[..end])
}

/// Which reading of `ch` is spelled so, with or without its tone.
fn reading(ch: char, letters: &str) -> Option<Reading> {
    let own = readings::of(ch).chain(readings::of(readings::image(ch).simplified));
    own.into_iter().find(|r| {
        let spelling = r.spelling();
        spelling == letters || spelling.chars().map(readings::bare).eq(letters.chars())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stripped(text: &str) -> String {
        let mut out = text.to_owned();
        for e in find(text).iter().rev() {
            out.replace_range(e.before.clone(), "");
        }
        out
    }

    #[test]
    fn readings_on_random_common_characters_go() {
        // Without tones, some of them twice.
        assert_eq!(
            stripped(
                "桥的两边(bian)都种(zhong)(zhong)了树,每到春天(tian)(tian)就开(kai)满了花,很多人(ren)来看。"
            ),
            "桥的两边都种了树,每到春天就开满了花,很多人来看。"
        );
        // With tones, on characters that stood bare before.
        assert_eq!(
            stripped("我不知道他為什么不(bù)來,也許他(tā)忘了我(wǒ)們昨天說的話(huà),也許路上堵車了。"),
            "我不知道他為什么不來,也許他忘了我們昨天說的話,也許路上堵車了。"
        );
    }

    #[test]
    fn readings_that_serve_a_reader_stay() {
        for text in [
            // At the first occurrence of each character.
            "小河边(biān)有一片(piàn)树林,树林里住着松(sōng)鼠和兔(tù)子,松鼠每天都到河边来喝水。",
            // Two readings of one character.
            "他还(hái)没有还(huán)书,我也还(hái)没有去图书馆,那里的人还(hái)在等他们把书都还回去。",
            // Rare characters.
            "亳(bo)州在安徽,睢(sui)宁在江苏,濮(pu)阳在河南,郴(chen)州在湖南,这些亳睢濮郴常被读错。",
            // Other words in parentheses.
            "变量(a)和变量(b)相加,结果(c)再与变量(d)相减,最后把变量(e)打印出来。",
        ] {
            assert_eq!(stripped(text), text);
        }
    }
}
