//! The short way: a line that lossless layers garbled from end to end is decoded straight.
//!
//! Nothing is to be searched where every character of a line turns back into bytes and all of those bytes form
//! characters of the true encoding: one walk over the line reads it, and the language model only has to agree.
//! What is not clear at once (marks of loss, clean text in the same line, a reading that is no better than what
//! stands there) is left to the search. Time is linear in the line for a given number of layers.

use std::ops::Range;

use crate::codec::CodePage;
use crate::scan;

use super::chain::{Chain, ENTER, ENTER_SIBLING, enter};
use super::channel::{LAYERS, Row, Truth};
use super::glance;
use super::line::LINE_EVIDENCE;
use super::peel::{peel, peeled};
use super::plausible;
use super::price::{Walk, is_modelled, rarity};
use super::search::{MAX_LAYERS, Origin, Span};
use super::span::same;
use super::structure;
use super::twins;

/// A line read in a channel.
pub(super) struct Direct {
    pub(super) chain: Chain,
    pub(super) straight: Straight,
    /// How much cheaper the reading is than the line, on the part that was priced.
    pub(super) gain: i64,
}

/// What a line that was garbled from end to end reads as, without what stays the same at its ends.
pub(super) struct Straight {
    /// Bytes of the line.
    pub(super) before: Range<usize>,
    pub(super) new: String,
}

/// Characters of a reading that are priced: what they cost shows what the line costs. Fewer will do where the
/// encoding proves itself.
const SAMPLE: usize = 40;
const SAMPLE_UTF8: usize = 16;
/// A known channel needs so many times fewer, and so many if it only matters how rare they are.
const KNOWN: usize = 2;
const ROUGH: usize = 8;
/// What a reading must be cheaper by beyond what garbage costs to begin with, where its encoding proves itself; its
/// confidence is nearly one then. The same of a known channel, whose garbage costs less in the end.
const CLEARLY: i64 = 15_000;
const KNOWN_CLEARLY: i64 = CLEARLY - (ENTER - ENTER_SIBLING) as i64;
/// The same where other encodings would read the bytes too.
const BEYOND_DOUBT: i64 = 40_000;
/// So many different characters that turn into UTF-8 prove it.
const PROOF: usize = 5;
/// The most that the characters of a reading cost on average, where they prove themselves and where not.
const TEXT: i64 = 7_500;
const LIKELY_TEXT: i64 = 7_000;
/// The same of characters wherever they stand: those of text are common, those of garbage are not.
const COMMON: i64 = 8_000;
/// The same where a known channel reads it and nothing else may be behind it.
const RARE_TEXT: i64 = 9_000;
/// What another reading of the line must cost more than the best one.
const RIVAL: i64 = 12_000;

/// Reads a line by one layer or more that read it without a doubt.
///
/// `families` tells what the line shows signs of.
pub(super) fn read(line: &str, families: u8) -> Option<Direct> {
    by_utf8(line, families).or_else(|| by_pairs(line, families))
}

/// Reads a line by a channel that its document has shown. Where a twin of its page reads other text in the line, the
/// line must tell which it was.
pub(super) fn by_known(line: &str, known: &[Chain]) -> Option<Direct> {
    let direct = known.iter().find_map(|chain| by_chain(line, chain))?;
    let Some(twin) = twins::twin(&direct.chain).filter(|_| twins::are_told_apart(line)) else {
        return Some(direct);
    };
    let Some(other) = by_chain(line, &twin) else { return Some(direct) };
    let cost = |direct: &Direct| sampled(&direct.straight.new, usize::MAX).0;
    let (this, that) = (cost(&direct), cost(&other));
    if (this - that).abs() < RIVAL {
        return None;
    }
    Some(if this < that { direct } else { other })
}

/// The reading by one chain. What may be garbage of one more layer in it is looked at when the document is gone through
/// again.
fn by_chain(line: &str, chain: &Chain) -> Option<Direct> {
    let text = peeled(line, chain)?;
    let proves_itself = proves_itself(chain);
    let judge = Judge {
        line,
        text: &text,
        start: line.bytes().take_while(u8::is_ascii).count(),
        most: if proves_itself { TEXT } else { LIKELY_TEXT },
        enter: i64::from(enter(chain, ENTER)),
    };
    let is_proven = has_different(line, PROOF);
    // How rare the characters of both are tells enough, nearly always.
    let rough = Judge { most: COMMON, ..judge };
    let gain =
        is_proven.then(|| rough.gain(ROUGH, rarity_of)).flatten().filter(|&gain| gain >= LINE_EVIDENCE);
    let gain = gain.or_else(|| {
        let sample = if proves_itself { SAMPLE_UTF8 } else { SAMPLE } / KNOWN;
        let gain = judge.gain(sample, sampled).or_else(|| {
            // Names and rare words are dear, but show no signs of garbage.
            let judge = Judge { most: RARE_TEXT, ..judge };
            judge.gain(SAMPLE, sampled).filter(|_| signs(&text) == 0)
        })?;
        (gain >= KNOWN_CLEARLY).then_some(gain)
    })?;
    accepted(line, chain.clone(), text, gain, is_proven)
}

/// The reading by layers of UTF-8, whatever shows under each.
fn by_utf8(line: &str, families: u8) -> Option<Direct> {
    let mut chain = Chain::new();
    let mut text: Option<String> = None;
    let mut families = families;
    while chain.len() < MAX_LAYERS {
        let shown = text.as_deref().unwrap_or(line);
        let fits = |row: &&Row| row.truth == Truth::Utf8 && row.family().bit() & families != 0;
        let (row, peeled) = LAYERS
            .iter()
            .filter(fits)
            .find_map(|row| peel(shown, row.truth, row.page).map(|peeled| (row, peeled)))?;
        chain.push(row.layer(|c| shown.contains(c)));
        families = signs(&peeled);
        if families == 0 || reads_well(&peeled) {
            return judged(line, chain, peeled);
        }
        text = Some(peeled);
    }
    None
}

/// The families of further layers that the text is worth a search for.
fn signs(text: &str) -> u8 {
    scan::nominees(text)
        .filter_map(structure::confirmed)
        .map(|nominee| (nominee.line, nominee.families()))
        .filter(|&(line, families)| glance::is_worth_a_search(line, families))
        .fold(0, |all, (_, families)| all | families)
}

/// Whether a reading is text although some of its characters are signs of garbage too.
fn reads_well(text: &str) -> bool {
    let (cost, wide) = sampled(text, usize::MAX);
    cost < TEXT * wide && !text.chars().any(scan::is_suspect)
}

/// The reading of double-byte text that was shown byte by byte. Such bytes are valid in several encodings: the
/// likeliest text wins, if it is the likeliest by far.
fn by_pairs(line: &str, families: u8) -> Option<Direct> {
    let fits = |row: &&Row| {
        matches!(row.truth, Truth::Page(CodePage::Gbk | CodePage::Big5))
            && row.page.is_single_byte()
            && row.family().bit() & families != 0
    };
    let mut read: Vec<(i64, &Row, String)> = Vec::new();
    for row in LAYERS.iter().filter(fits) {
        if let Some(text) = peel(line, row.truth, row.page)
            && !read.iter().any(|r| r.2 == text)
        {
            read.push((sampled(&text, SAMPLE).0, row, text));
        }
    }
    read.sort_by_key(|r| r.0);
    let rival = read.get(1).map_or(i64::MAX, |r| r.0);
    let (cost, row, text) = read.into_iter().next()?;
    if rival < cost + RIVAL {
        return None;
    }
    if signs(&text) != 0 && !reads_well(&text) {
        return None;
    }
    judged(line, vec![row.layer(|c| line.contains(c))], text)
}

/// The reading, if it is text and cheaper than the line by far: less far where the encoding proves itself.
fn judged(line: &str, chain: Chain, text: String) -> Option<Direct> {
    let (sample, most, least) = match proves_itself(&chain) {
        true => (SAMPLE_UTF8, TEXT, CLEARLY),
        false => (SAMPLE, LIKELY_TEXT, BEYOND_DOUBT),
    };
    let start = line.bytes().take_while(u8::is_ascii).count();
    let judge = Judge { line, text: &text, start, most, enter: i64::from(enter(&chain, ENTER)) };
    let gain = judge.gain(sample, sampled).filter(|&gain| gain >= least)?;
    let is_proven = proves_itself(&chain) && has_different(line, PROOF);
    accepted(line, chain, text, gain, is_proven)
}

fn proves_itself(chain: &Chain) -> bool {
    chain.iter().all(|layer| layer.truth == Truth::Utf8)
}

/// A reading that gains so much, if what came out is such text as the chain garbles.
fn accepted(line: &str, chain: Chain, text: String, gain: i64, is_proven: bool) -> Option<Direct> {
    if !proves_itself(&chain) && !is_chinese(&text) {
        return None;
    }
    let straight = Straight::of(line, text, &chain);
    (is_proven || straight.is_plausible(line, &chain)).then_some(Direct { chain, straight, gain })
}

/// A line and a reading of it that are to be compared.
struct Judge<'t> {
    line: &'t str,
    text: &'t str,
    /// Where the first garbage is: what stands before it says nothing.
    start: usize,
    /// What a character of the reading costs at most, on average.
    most: i64,
    /// What garbage costs to begin with.
    enter: i64,
}

impl Judge<'_> {
    /// How much cheaper the first so many characters of the reading are than the same share of the line; `None` if they
    /// are no text, as `cost` tells costs.
    fn gain(&self, sample: usize, cost: fn(&str, usize) -> (i64, i64)) -> Option<i64> {
        let (shown, read) = (self.line.get(self.start..)?, self.text.get(self.start..)?);
        let (read_cost, wide) = cost(read, sample);
        if wide == 0 || read_cost >= self.most * wide {
            return None;
        }
        let length = read.chars().count();
        let share = if length <= sample { usize::MAX } else { shown.chars().count() * sample / length };
        Some(cost(shown, share).0 - read_cost - self.enter)
    }
}

impl Straight {
    /// A reading of a whole line, cut to what changes.
    fn of(line: &str, mut text: String, chain: &Chain) -> Self {
        let same = |(a, b): &(char, char)| same(*a, *b, chain);
        let head = || line.chars().zip(text.chars()).take_while(same);
        let start = head().map(|(a, _)| a.len_utf8()).sum();
        let from = head().map(|(_, b)| b.len_utf8()).sum();
        let (old, new) = (&line[start..], &text[from..]);
        let tail = || old.chars().rev().zip(new.chars().rev()).take_while(same);
        let end = line.len() - tail().map(|(a, _)| a.len_utf8()).sum::<usize>();
        let to = text.len() - tail().map(|(_, b)| b.len_utf8()).sum::<usize>();
        text.truncate(to);
        text.drain(..from);
        Self { before: start..end, new: text }
    }

    fn is_plausible(&self, line: &str, chain: &Chain) -> bool {
        let observed: Vec<char> = line.chars().collect();
        let start = line[..self.before.start].chars().count();
        let end = start + line[self.before.clone()].chars().count();
        let text = self.new.chars().map(|c| (c, Origin::Read)).collect();
        plausible::is_plausible(chain, &observed, &Span { start, end, text }, false)
    }
}

/// Whether so many different wide characters are there.
fn has_different(text: &str, count: usize) -> bool {
    plausible::different(text.chars().filter(|c| !c.is_ascii()), count) >= count
}

/// What the first `count` characters cost, ASCII left out, and how many of them are wide.
fn sampled(text: &str, count: usize) -> (i64, i64) {
    let mut walk = Walk::START;
    let (mut sum, mut wide) = (0, 0);
    for c in text.chars().take(count) {
        if c.is_ascii() {
            walk.pass(c);
        } else {
            sum += i64::from(walk.price(c));
            wide += 1;
        }
    }
    (sum, wide)
}

/// The same by how rare the characters are wherever they stand.
fn rarity_of(text: &str, count: usize) -> (i64, i64) {
    let wide = || text.chars().take(count).filter(|c| !c.is_ascii());
    (wide().map(|c| i64::from(rarity(c))).sum(), wide().count() as i64)
}

/// Whether nearly all of the wide characters are Chinese.
fn is_chinese(text: &str) -> bool {
    let wide = || text.chars().filter(|c| !c.is_ascii());
    10 * wide().filter(|&c| is_modelled(c)).count() >= 9 * wide().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(page: CodePage, bytes: &[u8]) -> String {
        bytes.iter().filter_map(|&b| page.decode_one(&[b])).map(|c| c.0).collect()
    }

    fn read_line(line: &str) -> Option<(String, usize)> {
        let Direct { chain, straight: Straight { before, new }, .. } = read(line, u8::MAX)?;
        Some((format!("{}{new}{}", &line[..before.start], &line[before.end..]), chain.len()))
    }

    const CLEAN: &str = "v2: 请先备份数据库，再执行升级脚本。";

    #[test]
    fn a_line_of_one_layer_is_read_straight() {
        let line = shown(CodePage::Latin1, CLEAN.as_bytes());
        assert_eq!(read_line(&line), Some((CLEAN.to_owned(), 1)));
    }

    #[test]
    fn layers_are_peeled_until_text_shows() {
        let line = shown(CodePage::Latin1, shown(CodePage::Latin1, CLEAN.as_bytes()).as_bytes());
        assert_eq!(read_line(&line), Some((CLEAN.to_owned(), 2)));
    }

    #[test]
    fn the_likeliest_encoding_of_pairs_wins() {
        let bytes: Vec<u8> =
            CLEAN.chars().flat_map(|c| CodePage::Gbk.bytes(c).iter().next().unwrap().to_vec()).collect();
        assert_eq!(read_line(&shown(CodePage::Latin1, &bytes)), Some((CLEAN.to_owned(), 1)));
    }

    #[test]
    fn a_line_with_anything_else_in_it_is_left_to_the_search() {
        let garbage = shown(CodePage::Latin1, CLEAN.as_bytes());
        for line in [
            format!("标题：{garbage}"),
            format!("{garbage}\u{FFFD}"),
            garbage[..garbage.len() - 2].to_owned(),
        ] {
            assert_eq!(read_line(&line), None, "{line}");
        }
        assert_eq!(read_line(CLEAN), None);
        assert_eq!(read_line("El niño comió piñas en São Tomé."), None);
    }
}
