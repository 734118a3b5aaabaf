//! A second look at the characters of a line that context chose: the search knows little of what stands behind a
//! place when it decides, the filler reads both sides.

use std::collections::BTreeMap;

use super::mark::widened;
use super::page::Page;
use super::path::Reconstruction;
use super::price;
use super::readings;
use crate::model::filler::{Gap, Window};
use crate::model::{Cost, Symbol, symbol};
use crate::repair::balance::Balance;

/// Takes another reading of the same length where the filler likes it by more than it costs.
pub(super) fn fill(found: &mut Reconstruction, page: &Page) {
    fill_as(found, |c| symbol(readings::image(if page.halved { widened(c) } else { c }).simplified));
}

/// The same, with characters `known` to the model as such symbols.
fn fill_as(found: &mut Reconstruction, known: impl Fn(char) -> Symbol) {
    if found.path.iter().all(super::path::Node::stays) {
        return;
    }
    let mut whole = Balance::of(found.path.iter().map(|n| n.ch));
    let mut text: Vec<Symbol> = found.path.iter().map(|n| known(n.ch)).collect();
    let mut order: Vec<usize> = (0..found.alternatives.len()).collect();
    order.sort_by_key(|&n| (found.alternatives[n].by, n));
    let mut taken: Vec<usize> = Vec::new();
    // What the filler makes of a place, until the text changes.
    let mut gaps: BTreeMap<usize, Gap> = BTreeMap::new();
    for n in order {
        let other = &mut found.alternatives[n];
        if other.by > price::WITHIN || other.chars.len() != other.path.len() {
            continue;
        }
        let path = &mut found.path[other.path.clone()];
        let places: Vec<usize> = (0..path.len()).filter(|&i| path[i].ch != other.chars[i]).collect();
        let is_open = |&i: &usize| !path[i].stays() && !taken.contains(&(other.path.start + i));
        if places.is_empty() || places.len() > price::PLACES || !places.iter().all(is_open) {
            continue;
        }
        let liking: Cost = places
            .iter()
            .map(|&i| {
                let at = other.path.start + i;
                let gap = gaps.entry(at).or_insert_with(|| {
                    let (before, after) = (text[..at].iter().rev().copied(), text[at + 1..].iter().copied());
                    Gap::new(&Window::new(before, after))
                });
                let rest = whole.without(path[i].ch);
                // A mark without a partner is no surprise: quotations go over many lines.
                let missing = rest.extra(path[i].ch).min(0) - rest.extra(other.chars[i]).min(0);
                gap.bonus(known(other.chars[i])) - gap.bonus(text[at]) + missing
            })
            .sum();
        if liking > other.by {
            gaps.clear();
            for &i in &places {
                std::mem::swap(&mut path[i].ch, &mut other.chars[i]);
                text[other.path.start + i] = known(path[i].ch);
                taken.push(other.path.start + i);
                whole = whole.without(other.chars[i]).with(path[i].ch);
            }
        }
        other.by = (liking - other.by).abs();
    }
}

#[cfg(test)]
mod tests {
    use super::super::path::{Alternative, Node, Origin};
    use super::*;

    fn read(text: &str, chosen: usize, other: char, by: Cost) -> String {
        let node = |(n, ch)| {
            let origin = if n == chosen { Origin::Chosen } else { Origin::Copied };
            Node { parent: n as u32, unit: n as u32, ch, origin, cost: 0 }
        };
        let mut found = Reconstruction {
            path: text.chars().enumerate().map(node).collect(),
            alternatives: vec![Alternative { path: chosen..chosen + 1, chars: vec![other], by }],
        };
        fill_as(&mut found, |c| symbol(readings::image(c).simplified));
        found.path.iter().map(|n| n.ch).collect()
    }

    #[test]
    fn what_stands_behind_decides_between_close_readings() {
        for (shown, other) in [("他們在公。散步，看見很多花", '園'), ("他們在公園散步，看見很多花", '。')]
        {
            assert_eq!(read(shown, 4, other, 500), "他們在公園散步，看見很多花");
        }
        // What the search finds far likelier stays.
        assert_eq!(
            read("這所學校“以學生為本”的理念深入人心", 3, '者', 20_000),
            "這所學校“以學生為本”的理念深入人心"
        );
    }

    #[test]
    fn what_was_shown_whole_stays() {
        assert_eq!(read("我們去公元散步", 0, '他', 0).chars().nth(4), Some('元'));
    }
}
