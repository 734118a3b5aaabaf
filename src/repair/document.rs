//! One document's way through the repairer: what its lines show of the channels that it went through, and what that
//! says of its other lines.

use std::ops::Range;

use crate::edit::{Edit, Left};
use crate::scan::Nominee;

use super::budget::Budget;
use super::cache::Cache;
use super::chain::{Chain, ENTER, ENTER_SIBLING, name};
use super::channel::{Layer, Truth};
use super::direct::Straight;
use super::ignored;
use super::line::{LINE_EVIDENCE, Line, Solution};
use super::line_ends::Ends;
use super::peel::peeled;
use super::search::Origin;
use super::structure;
use super::twins::with_twins;
use super::write::Asked;

/// Total evidence of such lines that makes a document a garbled one,
const DOCUMENT_EVIDENCE: i64 = 60_000;
/// if they are one in so many of the lines that were looked at.
const GARBLED_SHARE: usize = 10;

pub(crate) struct Outcome {
    pub(crate) edits: Vec<Edit>,
    pub(crate) left: Vec<Left>,
    /// The document shows a channel in many of its lines, without a doubt.
    pub(crate) is_garbled: bool,
    /// One of these shows double-byte text byte by byte.
    pub(crate) has_pairs: bool,
}

/// Repairs the nominated lines of a document. Edits come back ascending, in offsets of the document.
pub(crate) fn repair<'t>(
    text: &'t str,
    nominees: impl Iterator<Item = Nominee<'t>>,
    min_confidence: f64,
) -> Outcome {
    let ends = Ends::of(text);
    let (mut lines, mut solutions): (Vec<Line<'t>>, Vec<Option<Solution>>) = (Vec::new(), Vec::new());
    let mut evidence = Evidence::default();
    let document = Budget::document(text.len());
    let mut known: Vec<Chain> = Vec::new();
    for nominee in nominees {
        // A channel that the document has shown may read the line straight: then nothing else is asked.
        let shown =
            if known.is_empty() { None } else { Some(Line::new(nominee.start, nominee.line, ends.clone())) };
        let shows_loss = |line: &Line<'_>| {
            let marks: Vec<_> = known.iter().flatten().filter_map(|layer| layer.loss.mark()).collect();
            line.text.contains(marks.as_slice())
        };
        let whole = |line: &Line<'_>| {
            let budget = document.line(line.chars().len());
            let solution = line.whole_by_known(&known, &budget);
            document.charge(&budget);
            solution
        };
        let straight = shown
            .as_ref()
            .and_then(|line| line.by_known(&known).or_else(|| shows_loss(line).then(|| whole(line))?));
        let (line, solution) = match (shown, straight) {
            (Some(line), Some(solution)) => (line, Some(solution)),
            (shown, _) => {
                let Some(nominee) = structure::confirmed(nominee) else { continue };
                let line = shown.unwrap_or_else(|| Line::new(nominee.start, nominee.line, ends.clone()));
                let line = line.with_families(nominee.families());
                let budget = document.line(line.len());
                let solution = line.solve(&known, &budget);
                document.charge(&budget);
                (line, solution)
            }
        };
        if let Some(s) = &solution
            && s.gain >= LINE_EVIDENCE
        {
            evidence.add(&s.chain, s.gain);
            // More evidence for the first one changes no rank.
            if known.first() != Some(&s.chain) {
                known = with_twins(evidence.ranked().cloned().collect());
            }
        }
        lines.push(line);
        solutions.push(solution);
    }
    // What the whole document shows helps its short and doubtful lines.
    let is_sure = |c: &&Chain| {
        let (sum, count) = evidence.of(c);
        sum >= DOCUMENT_EVIDENCE && count * GARBLED_SHARE >= lines.len()
    };
    let sure = with_twins(evidence.ranked().filter(is_sure).cloned().collect());
    if !sure.is_empty() {
        // Both ascend: to sort them is to merge them.
        let more = overlooked(text, &lines, &sure, &ends);
        if !more.is_empty() {
            let mut all: Vec<_> = lines.into_iter().zip(solutions).collect();
            all.extend(more.into_iter().map(|line| (line, None)));
            all.sort_by_key(|(line, _)| line.start);
            (lines, solutions) = all.into_iter().unzip();
        }
        for (line, solution) in lines.iter().zip(&mut solutions) {
            if solution.as_ref().is_some_and(|s| s.straight.is_some()) {
                continue;
            }
            let budget = document.line(line.len());
            let again = line.solve_again(solution.as_ref(), &sure, &budget);
            document.charge(&budget);
            let better = match (&again, &solution) {
                (Some(a), Some(s)) => {
                    a.reading.cost < s.reading.cost || !sure.contains(&s.chain) && s.gain < a.gain
                }
                (Some(_), None) => true,
                _ => false,
            };
            if better {
                *solution = again;
            }
        }
    }
    let shows_pairs = |l: &Layer| l.truth != Truth::Utf8 && l.page.is_single_byte();
    let mut outcome = Outcome {
        edits: Vec::new(),
        left: Vec::new(),
        is_garbled: !sure.is_empty(),
        has_pairs: sure.iter().flatten().any(shows_pairs),
    };
    let cache = said(text, &lines, &solutions);
    // One line of garbage may be quoted, however sure it is; where there are more, the document is garbled.
    let is_shown_by_others = sure.iter().any(|chain| evidence.of(chain).1 > 1);
    let asked =
        Asked { min_confidence, may_be_quoted: !is_shown_by_others, cache: &cache, budget: &document };
    for (line, solution) in lines.iter().zip(solutions) {
        let Some(solution) = solution else { continue };
        let enter = if sure.contains(&solution.chain) { ENTER_SIBLING } else { ENTER };
        line.write(solution, enter, &asked, &mut outcome);
    }
    outcome
}

/// The lines of a garbled document that show too few signs to be looked at in any other: those in which a wide
/// character stands before a mark of loss, and those that one of its channels reads from end to end.
fn overlooked<'t>(text: &'t str, seen: &[Line<'t>], sure: &[Chain], ends: &Ends<'t>) -> Vec<Line<'t>> {
    let mut start = 0;
    let mut found = Vec::new();
    for line in text.split_inclusive('\n') {
        let is_seen = line.is_ascii() || seen.binary_search_by_key(&start, |l| l.start).is_ok();
        let is_marked = || {
            line.as_bytes().windows(2).any(|w| w[0] >= 0x80 && w[1] == b'?')
                || line.match_indices('\u{FFFD}').any(|(at, _)| at > 0 && line.as_bytes()[at - 1] >= 0x80)
        };
        let is_read = |chain: &Chain| match &chain[..] {
            [layer] if ignored::reads(line, layer) => true,
            chain => peeled(line, chain).is_some(),
        };
        if !is_seen && (is_marked() || sure.iter().any(is_read)) {
            found.push(Line::new(start, line, ends.clone()));
        }
        start += line.len();
    }
    found
}

/// Bytes on either side of a line that lost something in which the document is asked for its words.
const HEARD: usize = 1 << 16;

/// What the document says where nothing was lost, near the lines that lost something: lines without garbage, and garbage
/// that was read without a doubt. Nothing, if nothing is to be restored.
fn said(text: &str, lines: &[Line<'_>], solutions: &[Option<Solution>]) -> Cache {
    let mut cache = Cache::default();
    let is_restored = |s: &Solution| {
        s.reading.spans.iter().any(|s| s.text.iter().any(|t| matches!(t.1, Origin::Restored { .. })))
    };
    let restored = lines.iter().zip(solutions).filter(|(_, s)| s.as_ref().is_some_and(is_restored));
    let mut heard: Vec<Range<usize>> = Vec::new();
    for (line, _) in restored {
        let (from, to) = (line.start.saturating_sub(HEARD), line.start + HEARD);
        match heard.last_mut() {
            Some(last) if last.end >= from => last.end = to,
            _ => heard.push(from..to),
        }
    }
    if heard.is_empty() {
        return cache;
    }
    let clean = |cache: &mut Cache, part: Range<usize>| {
        let from = heard.partition_point(|h| h.end <= part.start);
        for near in heard[from..].iter().take_while(|h| h.start < part.end) {
            let start = text.ceil_char_boundary(part.start.max(near.start));
            let end = text.floor_char_boundary(part.end.min(near.end)).max(start);
            text[start..end].lines().for_each(|line| cache.learn(line.chars()));
        }
    };
    let mut done = 0;
    for (line, solution) in lines.iter().zip(solutions) {
        clean(&mut cache, done..line.start);
        if let Some(solution) = solution {
            match &solution.straight {
                Some(Straight { before, new }) => {
                    let (head, tail) = (&line.text[..before.start], &line.text[before.end..]);
                    cache.learn([head, new, tail.trim_end_matches('\n')].into_iter().flat_map(str::chars));
                }
                None => cache.learn_reading(line.chars(), &solution.reading),
            }
        }
        done = line.start + line.text.len();
    }
    clean(&mut cache, done..text.len());
    cache
}

/// What lines say of the channels that they went through: the sum of their gains, and their number. There are few
/// channels in a document.
#[derive(Default)]
struct Evidence(Vec<(Chain, (i64, usize))>);

impl Evidence {
    fn add(&mut self, chain: &Chain, gain: i64) {
        match self.0.iter_mut().find(|e| e.0 == *chain) {
            Some((_, (sum, count))) => {
                *sum += gain;
                *count += 1;
            }
            None => self.0.push((chain.clone(), (gain, 1))),
        }
    }

    fn of(&self, chain: &Chain) -> (i64, usize) {
        self.0.iter().find(|e| e.0 == *chain).map_or((0, 0), |e| e.1)
    }

    /// The channels, those that most speaks for in front.
    fn ranked(&self) -> impl Iterator<Item = &Chain> {
        let mut chains: Vec<_> = self.0.iter().collect();
        chains.sort_by_key(|(chain, (sum, _))| (-sum, name(chain)));
        chains.into_iter().map(|(chain, _)| chain)
    }
}
