//! Which parts of a document are Japanese.
//!
//! Japanese shares ideographs with Chinese, and to simplify 東 in 東京へ行く is damage. Kana show where it is
//! written, sentence by sentence: a Chinese sentence may quote Japanese, use の for decoration, or stand
//! between Japanese ones. A sentence of ideographs alone is Japanese where those around it are and nothing in
//! it is Chinese only.

use std::ops::Range;

use super::selectors::is_ideograph;

/// Ideographs of Chinese function words, and forms of frequent characters, that modern Japanese has not.
static CHINESE: Ideographs =
    Ideographs::of("這这們们嗎吗呢你妳您很吧啊沒說说麼么哪怎讓让從从她它吃找谁个给请对过时为东车马问间门还");

/// Characters of Japan's own simplification, which neither Chinese script has, and characters made in Japan.
static JAPANESE: Ideographs = Ideographs::of(
    "図対広込働駅円気経済黒県鉄戦変関続辺単発渋塩権検験圧囲亜拡収継恵芸剣覚顔桜壊様雑満総読売転歩毎歳帰楽薬価仮沢焼択滝闘鶏峠畑榊辻匂枠搾噺",
);

/// A set of ideographs of the basic block, a bit each.
struct Ideographs([u64; (0xA000 - 0x4E00) / 64]);

impl Ideographs {
    /// The set of these characters, each of three bytes.
    const fn of(chars: &str) -> Self {
        let (bytes, mut bits, mut at) = (chars.as_bytes(), [0; (0xA000 - 0x4E00) / 64], 0);
        while at + 2 < bytes.len() {
            let n = ((bytes[at] & 0x0F) as usize) << 12
                | ((bytes[at + 1] & 0x3F) as usize) << 6
                | (bytes[at + 2] & 0x3F) as usize;
            bits[(n - 0x4E00) / 64] |= 1 << (n % 64);
            at += 3;
        }
        Self(bits)
    }

    fn has(&self, c: char) -> bool {
        let n = (c as usize).wrapping_sub(0x4E00);
        self.0.get(n / 64).is_some_and(|word| word >> (n % 64) & 1 != 0)
    }
}

/// In a document with at least this share of Japanese sentences (in percent), those of ideographs alone are
/// Japanese too.
const MOSTLY: usize = 70;

/// Bytes looked at in one go.
const BLOCK: usize = 4096;

/// Whether any kana stand in the bytes: a loop that the compiler turns into vector instructions.
fn has_kana(bytes: &[u8]) -> bool {
    // Hiragana and katakana are E3 81 81 to E3 83 BF in UTF-8.
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or(&[]));
    pairs.fold(0, |found, (a, b)| found | u8::from(*a == 0xE3) & u8::from(b.wrapping_sub(0x81) < 3)) != 0
}

/// Where the blocks of the text with kana begin.
fn blocks(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    // Blocks share a byte, so that no pair falls between two.
    let has = |at: &usize| has_kana(&bytes[*at..bytes.len().min(*at + BLOCK + 1)]);
    (0..bytes.len()).step_by(BLOCK).filter(has).collect()
}

/// Lines around one with kana that are looked at with it.
const MARGIN: usize = 2;

/// The Japanese parts of a document: byte ranges at character boundaries, ascending, apart.
///
/// Text without kana costs a look at memory speed, and so does what is not near any.
pub(super) fn spans(text: &str) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let blocks = blocks(text);
    if blocks.is_empty() {
        return spans;
    }
    let lines = || text.split_inclusive('\n').filter(|line| !line.trim_end().is_empty());
    let mostly = blocks.len() * BLOCK * 2 > text.len()
        && lines().filter(|line| has_kana(line.as_bytes())).count() * 100 >= lines().count() * MOSTLY;
    let whole = 0..text.len();
    for part in if mostly { vec![whole] } else { near_kana(text, &blocks) } {
        let mut sentences: Vec<Sentence> = sentences(text, part.clone()).collect();
        let count = |language| sentences.iter().filter(|s| s.language == language).count();
        let (japanese, open) = (count(Language::Japanese), count(Language::Open));
        let mostly = mostly && japanese > 0 && japanese * 100 >= (sentences.len() - open) * MOSTLY;
        settle(&mut sentences, mostly, [part.start == 0, part.end == text.len()]);
        for sentence in &sentences {
            match sentence.language {
                Language::Japanese => push(&mut spans, sentence.range.clone()),
                Language::Mixed => quoted(text, sentence.range.clone(), &mut spans),
                Language::Chinese | Language::Open => {}
            }
        }
    }
    spans
}

/// The stretches of lines with kana, with a margin of lines on both sides.
fn near_kana(text: &str, blocks: &[usize]) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut parts: Vec<Range<usize>> = Vec::new();
    // Lines up to here have been looked at.
    let mut at = 0;
    for &block in blocks {
        // Not further back than what has been looked at: a text may be one line.
        if let Some(n) = bytes.get(at..block).and_then(|skipped| memchr::memrchr(b'\n', skipped)) {
            at += n + 1;
        }
        while at < bytes.len() && at < block + BLOCK {
            let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |n| at + n + 1);
            if has_kana(&bytes[at..end]) {
                let before = (0..MARGIN).fold(at, |at, _| {
                    memchr::memrchr(b'\n', &bytes[..at.saturating_sub(1)]).map_or(0, |n| n + 1)
                });
                let after = (0..MARGIN).fold(end, |end, _| {
                    memchr::memchr(b'\n', &bytes[end..]).map_or(bytes.len(), |n| end + n + 1)
                });
                match parts.last_mut() {
                    Some(last) if last.end >= before => last.end = last.end.max(after),
                    _ => parts.push(before..after),
                }
            }
            at = end;
        }
    }
    parts
}

fn push(spans: &mut Vec<Range<usize>>, range: Range<usize>) {
    match spans.last_mut() {
        Some(last) if last.end >= range.start => last.end = last.end.max(range.end),
        _ => spans.push(range),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Language {
    Japanese,
    Chinese,
    /// Chinese with Japanese in it.
    Mixed,
    /// Ideographs that either language may have.
    Open,
}

struct Sentence {
    range: Range<usize>,
    language: Language,
}

/// Decides the open sentences by what stands before and after them.
///
/// `ends` says whether the first and the last one are those of the document: there one neighbour is enough.
fn settle(sentences: &mut [Sentence], mostly: bool, ends: [bool; 2]) {
    // What the last sentence before that is not open is.
    let mut before = None;
    let mut open = 0;
    for i in 0..=sentences.len() {
        let here = sentences.get(i).map(|s| s.language);
        if here == Some(Language::Open) {
            continue;
        }
        let side = |l: Option<Language>, end: bool| l.map_or(end, |l| l == Language::Japanese);
        let known = before.is_some() || here.is_some();
        if mostly || known && side(before, ends[0]) && side(here, ends[1]) {
            sentences[open..i].iter_mut().for_each(|s| s.language = Language::Japanese);
        }
        (before, open) = (here, i + 1);
    }
}

/// The sentences of a part of a text that hold ideographs or kana.
fn sentences(text: &str, part: Range<usize>) -> impl Iterator<Item = Sentence> {
    let mut start = part.start;
    let offset = part.start;
    let part = &text[part];
    let ends = part.char_indices().filter(|(_, c)| matches!(c, '。' | '！' | '？' | '!' | '?' | '\n' | '．'));
    let ends = ends.map(|(at, c)| at + c.len_utf8()).chain([part.len()]);
    ends.filter_map(move |end| {
        let range = start..offset + end;
        start = offset + end;
        let language = Evidence::of(&text[range.clone()]).language()?;
        Some(Sentence { range, language })
    })
}

#[derive(Debug, Default)]
struct Evidence {
    han: usize,
    /// Hiragana and katakana that make words; decoration is not counted.
    kana: usize,
    hiragana: usize,
    /// Hiragana that Chinese does not borrow: particles and endings.
    grammar: usize,
    chinese: usize,
    japanese: usize,
}

impl Evidence {
    fn of(text: &str) -> Self {
        let mut found = Self::default();
        let mut chars = text.chars().peekable();
        let mut before = ' ';
        while let Some(c) = chars.next() {
            if is_kana(c) {
                // A lone の between ideographs is at home in Taiwan.
                let alone = !is_kana(before) && !chars.peek().is_some_and(|&n| is_kana(n));
                if !(alone && matches!(c, 'の' | 'ー' | 'ノ')) {
                    found.kana += 1;
                    found.hiragana += usize::from(matches!(c, '\u{3041}'..='\u{3096}'));
                    found.grammar +=
                        usize::from(matches!(c, 'は' | 'が' | 'を' | 'に' | 'へ' | 'で' | 'と' | 'る'));
                }
            } else if is_han(c) {
                found.han += 1;
                found.chinese += usize::from(CHINESE.has(c));
                found.japanese += usize::from(JAPANESE.has(c));
            }
            before = c;
        }
        found
    }

    /// `None` if neither ideographs nor kana are there.
    fn language(&self) -> Option<Language> {
        let Self { han, kana, hiragana, grammar, chinese, japanese } = *self;
        if han == 0 && kana == 0 {
            return None;
        }
        if kana == 0 {
            return Some(match (chinese, japanese) {
                (0, 0) => Language::Open,
                (0, _) => Language::Japanese,
                _ => Language::Chinese,
            });
        }
        // Particles and endings make a third of a Japanese sentence; names of things may make a title.
        let many = match (hiragana, grammar) {
            (0, _) => 2 * kana >= han,
            (_, 0) => 6 * kana >= han,
            _ => chinese == 0 || 6 * kana >= han,
        };
        Some(if many && chinese <= japanese + kana / 8 { Language::Japanese } else { Language::Mixed })
    }
}

fn is_han(c: char) -> bool {
    is_ideograph(c) || c == '々'
}

fn is_full_kana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | 'ー' | 'ゝ'..='ゞ')
}

fn is_kana(c: char) -> bool {
    is_full_kana(c) || matches!(c, '\u{FF66}'..='\u{FF9F}')
}

/// The Japanese parts of a Chinese sentence: quotations, and kana with the ideographs between them.
fn quoted(text: &str, range: Range<usize>, spans: &mut Vec<Range<usize>>) {
    let sentence = &text[range.clone()];
    let mut open: Option<(usize, char)> = None;
    let mut done = 0;
    for (at, c) in sentence.char_indices() {
        match (c, open) {
            ('「' | '『' | '“' | '（' | '《' | '(' | '"', None) => {
                open = Some((at + c.len_utf8(), closing(c)));
            }
            (c, Some((from, close))) if c == close => {
                loose(text, range.start + done..range.start + from, spans);
                let inside = range.start + from..range.start + at;
                match Evidence::of(&text[inside.clone()]).language() {
                    Some(Language::Japanese) => push(spans, inside),
                    _ => loose(text, inside, spans),
                }
                (open, done) = (None, at);
            }
            _ => {}
        }
    }
    loose(text, range.start + done..range.end, spans);
}

fn closing(open: char) -> char {
    match open {
        '「' => '」',
        '『' => '』',
        '“' => '”',
        '（' => '）',
        '《' => '》',
        '(' => ')',
        other => other,
    }
}

/// Kana, with up to four ideographs between two stretches of them.
fn loose(text: &str, range: Range<usize>, spans: &mut Vec<Range<usize>>) {
    let mut run: Option<(Range<usize>, usize)> = None;
    let mut between = 0;
    let mut flush = |run: &mut Option<(Range<usize>, usize)>| {
        if let Some((run, _)) = run.take().filter(|(_, kana)| *kana > 1) {
            push(spans, run);
        }
    };
    for (at, c) in text[range.clone()].char_indices() {
        let at = range.start + at;
        if is_full_kana(c) {
            run = match run.take() {
                Some((r, kana)) => Some((r.start..at + c.len_utf8(), kana + 1)),
                None => Some((at..at + c.len_utf8(), 1)),
            };
            between = 0;
        } else if is_han(c) && between < 4 && run.is_some() {
            between += 1;
        } else {
            flush(&mut run);
            between = 0;
        }
    }
    flush(&mut run);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn japanese(text: &str) -> Vec<&str> {
        spans(text).into_iter().map(|span| text[span].trim_matches('\n')).collect()
    }

    #[test]
    fn chinese_has_none() {
        for text in ["", "這是中文。", "简体中文也一样。", "plain text", "１２３、。「」", "ㄅㄆㄇㄈ"]
        {
            assert!(spans(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_sentence_with_particles_is_japanese() {
        assert_eq!(japanese("東京へ行くのは明日です。"), ["東京へ行くのは明日です。"]);
        assert_eq!(japanese("這是中文。東京へ行くのは明日です。這也是。"), ["東京へ行くのは明日です。"]);
    }

    #[test]
    fn ideographs_alone_follow_their_neighbours() {
        let text = "会議は東京で開かれた。\n東京都議會議員選舉\n次回は大阪で開く。";
        assert_eq!(japanese(text), ["会議は東京で開かれた。", "東京都議會議員選舉\n次回は大阪で開く。"]);
        // Chinese words among Japanese lines stay Chinese,
        assert_eq!(japanese("会議は東京で開かれた。\n你從東京來\n次回は大阪で開く。").len(), 2);
        // and what stands at the border of both is left to conversion.
        assert_eq!(japanese("你從東京來。\n東京都議會\n次回は大阪で開く。"), ["次回は大阪で開く。"]);
    }

    #[test]
    fn a_chinese_sentence_keeps_what_it_quotes() {
        assert_eq!(japanese("他說「東京へ行きたい」是想去東京的意思，你們聽過嗎？"), ["東京へ行きたい"]);
        assert_eq!(japanese("這個讀作ありがとう，你們記得嗎？"), ["ありがとう"]);
    }

    #[test]
    fn decoration_is_not_japanese() {
        for text in ["優の良品", "戀の物語，你們說對嗎", "羅伯特・路易斯・史蒂文森"]
        {
            assert!(spans(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn kana_are_seen_wherever_they_stand() {
        for at in [0, 1, 4090, 4093, 4094, 4095, 4096, 4097, 8190, 8191] {
            assert_eq!(blocks(&format!("{}あ", "x".repeat(at))).len(), 1, "{at}");
            assert_eq!(blocks(&format!("{}。", "x".repeat(at))).len(), 0, "{at}");
        }
    }
}
