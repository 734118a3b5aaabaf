//! Files of several encodings: which lines are in which.
//!
//! Every line has a price in each of the usual encodings, and a change of encoding between two lines has one,
//! too. The cheapest way through all lines is found by dynamic programming (Viterbi's algorithm), so that a
//! short line goes with those around it unless its bytes say otherwise.

use std::ops::Range;

use super::Encoding;
use super::read::{self, Read};
use super::score::{self, Scorer};

/// The encodings that concatenated files and logs are in.
const USUAL: [Encoding; 7] = [
    Encoding::Utf8,
    Encoding::Gb18030,
    Encoding::Big5,
    Encoding::ShiftJis,
    Encoding::EucJp,
    Encoding::EucKr,
    Encoding::Windows1252,
];
/// The way of a line that no encoding reads.
const RAW: usize = USUAL.len();
/// What such a line costs, in millinats, and each of its bytes above ASCII.
const UNREAD: (i64, i64) = (25_000, 3_000);
/// What a change of encoding costs, beside the prior of the new one.
const CHANGE: i64 = 4_000;
/// Bytes of a line that are priced; all are looked at for faults.
const PRICED: usize = 400;
/// A price that no way pays.
const NEVER: i64 = i64::MAX / 4;

/// Lines in a row that are in one encoding.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Region {
    /// Bytes of the lines, the last line's end included.
    pub at: Range<usize>,
    /// Their encoding; none if no usual encoding reads them without fault.
    pub encoding: Option<Encoding>,
    /// Characters outside ASCII, as far as they were priced.
    pub characters: usize,
    /// Whether the text makes sense in the encoding: that it is far likelier than noise would be.
    pub plausible: bool,
}

/// Parts a text into regions of one encoding each, in order and without gaps; ASCII goes with what stands
/// before it. Looked for are UTF-8, GB18030, Big5, Shift_JIS, EUC-JP, EUC-KR and windows-1252.
///
/// A region's bytes have no faults in its encoding. Costs some microseconds a line; memory is a few bytes a
/// line.
#[must_use]
pub fn regions(bytes: &[u8]) -> Vec<Region> {
    let lines: Vec<Line> = lines(bytes).collect();
    let ways = cheapest(&lines);
    let mut regions: Vec<Region> = Vec::new();
    // Prices of the region at hand, as text and as noise.
    let mut sums = (0, 0);
    for (line, way) in lines.iter().zip(ways) {
        let encoding = USUAL.get(way).copied();
        let (cost, noise) = (line.cost.get(way).copied().unwrap_or(NEVER), line.noise);
        match regions.last_mut() {
            Some(last) if last.encoding == encoding || line.characters == 0 => {
                last.at.end = line.at.end;
                last.characters += line.characters;
                sums = (sums.0 + cost, sums.1 + noise);
                last.plausible = encoding.is_some() && (last.characters == 0 || makes_sense(sums.0, sums.1));
            }
            _ => {
                sums = (cost, noise);
                let plausible = encoding.is_some() && (line.characters == 0 || makes_sense(cost, noise));
                regions.push(Region {
                    at: line.at.clone(),
                    encoding,
                    characters: line.characters,
                    plausible,
                });
            }
        }
    }
    regions
}

/// Whether a text is far enough from noise.
fn makes_sense(cost: i64, noise: i64) -> bool {
    cost.saturating_mul(4) < noise.saturating_mul(3)
}

/// A line and what it costs every way.
struct Line {
    at: Range<usize>,
    cost: [i64; RAW + 1],
    noise: i64,
    /// Characters outside ASCII, about.
    characters: usize,
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = Line> {
    let mut start = 0;
    bytes.split_inclusive(|&b| b == b'\n').map(move |line| {
        let at = start..start + line.len();
        start = at.end;
        if line.is_ascii() {
            return Line { at, cost: [0; RAW + 1], noise: 0, characters: 0 };
        }
        let high = line.iter().filter(|b| !b.is_ascii()).count();
        let mut cost = [NEVER; RAW + 1];
        let unmarked = unmarked(line);
        for (cost, encoding) in cost.iter_mut().zip(USUAL) {
            *cost = match &unmarked {
                Some(rest) if encoding == Encoding::Utf8 => price(encoding, rest.as_bytes()).unwrap_or(0),
                _ => price(encoding, line).unwrap_or(NEVER),
            };
        }
        cost[RAW] = UNREAD.0 + UNREAD.1 * high.min(PRICED) as i64;
        let first = line.iter().position(|b| !b.is_ascii()).unwrap_or(0);
        let priced = first.saturating_sub(8)..line.len().min(first + PRICED);
        let noise = score::noise(line, std::slice::from_ref(&priced), false);
        Line { at, cost, noise, characters: high.div_ceil(2) }
    })
}

/// A line of UTF-8 with U+FFFD, without these: what a decoder left there is dear as text, and cheap in GBK, which
/// reads 锟斤拷 in two of them, but tells nothing against UTF-8.
fn unmarked(line: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(line).ok().filter(|text| text.contains('\u{FFFD}'))?;
    Some(text.replace('\u{FFFD}', ""))
}

/// What a line costs in an encoding that reads all of it.
fn price(encoding: Encoding, line: &[u8]) -> Option<i64> {
    if !reads(encoding, line) {
        return None;
    }
    let mut scorer = Scorer::new(encoding, false);
    let before = scorer.cost;
    // Reading starts near the first byte above ASCII: all before it is the same in all.
    let first = line.iter().position(|b| !b.is_ascii())?.saturating_sub(8);
    scorer.read(&line[first..line.len().min(first + PRICED)], false);
    Some(scorer.cost - before)
}

/// Whether all bytes stand for something.
fn reads(encoding: Encoding, bytes: &[u8]) -> bool {
    if encoding == Encoding::Utf8 {
        return simdutf8::basic::from_utf8(bytes).is_ok();
    }
    let mut at = 0;
    while at < bytes.len() {
        match read::one(encoding, &bytes[at..]) {
            // A control character of the range that Latin pages lack is a byte without meaning.
            Read::Char('\u{80}'..='\u{9F}', _) | Read::Fault(_) | Read::Part => return false,
            Read::Char(_, len) | Read::Rare(len) => at += len,
        }
    }
    true
}

/// The way of each line on the cheapest way through all of them.
fn cheapest(lines: &[Line]) -> Vec<usize> {
    let enter = |way: usize| CHANGE + USUAL.get(way).map_or(0, |&e| score::prior(e));
    let mut costs: [i64; RAW + 1] = std::array::from_fn(|way| enter(way) - CHANGE);
    let mut from: Vec<[u8; RAW + 1]> = Vec::with_capacity(lines.len());
    for line in lines {
        let (best, least) = least(&costs);
        let mut came = [0; RAW + 1];
        let mut next = [NEVER; RAW + 1];
        for way in 0..=RAW {
            let changed = least.saturating_add(enter(way));
            let (before, cost) = if changed < costs[way] { (best, changed) } else { (way, costs[way]) };
            came[way] = before as u8;
            next[way] = cost.saturating_add(line.cost[way]).min(NEVER);
        }
        // Only differences count: the sums stay small however many lines there are.
        let (_, floor) = self::least(&next);
        costs = next.map(|cost| cost - floor);
        from.push(came);
    }
    let (mut way, _) = least(&costs);
    let mut ways = vec![0; lines.len()];
    for (n, came) in from.iter().enumerate().rev() {
        ways[n] = way;
        way = usize::from(came[way]);
    }
    ways
}

fn least(costs: &[i64; RAW + 1]) -> (usize, i64) {
    let least = costs.iter().copied().enumerate().min_by_key(|&(way, cost)| (cost, way));
    least.unwrap_or((0, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(bytes: &[u8]) -> Vec<(usize, Option<Encoding>)> {
        regions(bytes).into_iter().map(|r| (r.at.end, r.encoding)).collect()
    }

    #[test]
    fn lines_of_gbk_among_lines_of_utf_8_are_found() {
        let utf8 = "服务已经启动，等待连接。\n".as_bytes();
        let (gbk, ..) = encoding_rs::GB18030.encode("数据库连接失败，请检查密码。\n");
        let log = [b"[info] start\n", utf8, &gbk, b"[info] retry\n", &gbk, utf8].concat();
        let ends: Vec<usize> = [13 + utf8.len(), gbk.len() * 2 + 13, utf8.len()]
            .iter()
            .scan(0, |at, n| {
                *at += n;
                Some(*at)
            })
            .collect();
        let wanted = [Encoding::Utf8, Encoding::Gb18030, Encoding::Utf8];
        assert_eq!(named(&log), ends.into_iter().zip(wanted.map(Some)).collect::<Vec<_>>());
        assert!(regions(&log).iter().all(|r| r.plausible));
    }

    #[test]
    fn a_short_line_goes_with_those_around_it() {
        let (big5, ..) = encoding_rs::BIG5.encode("這是一份說明文件，請仔細閱讀。\n完\n請勿任意刪除設定。\n");
        assert_eq!(named(&big5), [(big5.len(), Some(Encoding::Big5))]);
    }

    #[test]
    fn a_line_that_nothing_reads_is_a_region_without_encoding() {
        let text =
            [&b"ok\n"[..], "正常的一行文字\n".as_bytes(), b"\xFF\x81\xFF\xFF\n", "又是一行\n".as_bytes()]
                .concat();
        let found = named(&text);
        assert_eq!(
            found.iter().map(|r| r.1).collect::<Vec<_>>(),
            [Some(Encoding::Utf8), None, Some(Encoding::Utf8)]
        );
    }

    #[test]
    fn a_mark_of_loss_tells_nothing_against_utf_8() {
        let (gbk, ..) = encoding_rs::GB18030.encode("数据库连接失败，请检查密码。\n");
        for line in ["服务已经\u{FFFD}\u{FFFD}启动。\n", "\u{FFFD}\n", "caf\u{FFFD} au lait\n"] {
            let log = [&gbk, line.as_bytes()].concat();
            let wanted = [(gbk.len(), Some(Encoding::Gb18030)), (log.len(), Some(Encoding::Utf8))];
            assert_eq!(named(&log), wanted, "{line}");
            assert!(regions(&log).iter().all(|r| r.plausible), "{line}");
        }
    }

    #[test]
    fn nothing_has_no_region_and_ascii_is_utf_8() {
        assert_eq!(named(b""), []);
        assert_eq!(named(b"a\nb"), [(3, Some(Encoding::Utf8))]);
    }
}
