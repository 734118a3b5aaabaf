//! The way that the search took through a line, and where another came close.

use std::ops::Range;

use super::mark::widened;
use crate::model::Cost;
use crate::repair::balance::Balance;

/// Where a character of the result comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// The unit stands as it is, its gloss aside.
    Copied,
    /// The unit stands as it is, and so do the parentheses behind it.
    Kept,
    /// Both bytes were shown.
    Read,
    /// One byte or more were lost, and context chose.
    Chosen,
    /// An ASCII character was lost; which one, its surroundings say.
    Eaten,
}

/// One character of a hypothesis.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub(super) parent: u32,
    pub(super) unit: u32,
    pub(super) ch: char,
    pub(super) origin: Origin,
    /// Cost of the text up to here.
    pub(super) cost: Cost,
}

impl Node {
    /// Whether the shown unit is the original one.
    pub(super) fn stays(&self) -> bool {
        matches!(self.origin, Origin::Copied | Origin::Kept)
    }
}

/// The parent of the first node.
pub(super) const ROOT: u32 = u32::MAX;

/// A hypothesis that lost against one with the same future.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rival {
    pub(super) winner: u32,
    pub(super) loser: u32,
    pub(super) by: Cost,
}

/// The best reading of a line.
#[derive(Debug, Default)]
pub(super) struct Reconstruction {
    /// In order; every unit is covered by a node that stays, or lies between nodes that were made of it.
    pub(super) path: Vec<Node>,
    /// Other readings of parts of it.
    pub(super) alternatives: Vec<Alternative>,
}

/// Another reading of a part of the path.
#[derive(Debug)]
pub(super) struct Alternative {
    pub(super) path: Range<usize>,
    pub(super) chars: Vec<char>,
    /// What it costs more.
    pub(super) by: Cost,
}

/// A run of units that do not stand as they are, and what is there instead.
#[derive(Debug)]
pub(super) struct Run<'n> {
    pub(super) units: Range<usize>,
    pub(super) made: &'n [Node],
    /// Where `made` lies in the path.
    pub(super) path: Range<usize>,
    /// What the text costs from here until one unit behind the run.
    pub(super) cost: Cost,
}

impl Reconstruction {
    /// The runs of a line of `count` units, in order.
    pub(super) fn runs(&self, count: usize) -> impl Iterator<Item = Run<'_>> {
        let path = &self.path;
        let (mut at, mut unit, mut before) = (0, 0, 0);
        std::iter::from_fn(move || {
            while at < path.len() || unit < count && !path.is_empty() {
                let from = at.min(path.len());
                let length = path[from..].iter().take_while(|n| !n.stays()).count();
                let next = path.get(from + length);
                let units = unit..next.map_or(count, |n| n.unit as usize);
                let end = next.or(path.last()).map_or(0, |n| n.cost);
                let range = from..from + length;
                let run =
                    Run { units: units.clone(), made: &path[range.clone()], path: range, cost: end - before };
                at = from + length + 1;
                unit = units.end + 1;
                before = end;
                if !run.units.is_empty() || !run.made.is_empty() {
                    return Some(run);
                }
            }
            None
        })
    }
}

/// How the quotation marks and brackets on the path to the node `last` are paired.
pub(super) fn balance(nodes: &[Node], last: u32) -> Balance {
    let up = |n: &&Node| nodes.get(n.parent as usize);
    Balance::of(std::iter::successors(nodes.get(last as usize), up).map(|n| widened(n.ch)))
}

/// The path to the node `best`, with the readings that it beat.
pub(super) fn trace(nodes: &[Node], rivals: &[Rival], best: u32) -> Reconstruction {
    // A node is always older than the nodes behind it, so that the numbers ascend.
    let mut chain = Vec::new();
    let mut at = best;
    while let Some(node) = nodes.get(at as usize) {
        chain.push(at);
        at = node.parent;
    }
    chain.reverse();
    let mut alternatives = Vec::new();
    for rival in rivals {
        let Ok(end) = chain.binary_search(&rival.winner) else { continue };
        let mut chars = Vec::new();
        let mut at = rival.loser;
        let start = loop {
            let Some(node) = nodes.get(at as usize) else { break 0 };
            if let Ok(n) = chain.binary_search(&at) {
                break n + 1;
            }
            chars.push(node.ch);
            at = node.parent;
        };
        chars.reverse();
        if start <= end {
            alternatives.push(Alternative { path: start..end + 1, chars, by: rival.by });
        }
    }
    Reconstruction { path: chain.iter().map(|&n| nodes[n as usize]).collect(), alternatives }
}
