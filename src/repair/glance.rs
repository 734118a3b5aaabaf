//! A glance at the places that the scan pointed at, before any search.
//!
//! A line of clean text may be long and hold one pair of rare words. What the rows of the channel table would make
//! of it shows in the few characters around, at the price of pricing those; the rest of the line is not looked at.

use crate::scan;

use super::channel::LAYERS;
use super::fit::{Proof, dear, fit, prices_of};

/// Bytes before and behind a place that are looked at.
const AROUND: usize = 96;

/// Whether any row fits the line near a place where signs of its family meet.
pub(super) fn is_worth_a_search(line: &str, families: u8) -> bool {
    windows(line, families).any(|(window, families)| {
        let window: Vec<char> = window.chars().collect();
        let prices = prices_of(&window);
        let dear =
            [Proof::Structure, Proof::LanguageOfPairs, Proof::Language].map(|p| dear(&window, &prices, p));
        let shows = |d: &Vec<bool>| d.contains(&true);
        dear.iter().any(shows)
            && LAYERS
                .iter()
                .filter(|row| row.family().bit() & families != 0)
                .any(|row| fit(&window, &prices, &dear[row.proof() as usize], row).is_some())
    })
}

/// The parts of a line around the places where signs meet, with the families of those.
pub(super) fn windows(line: &str, families: u8) -> impl Iterator<Item = (&str, u8)> {
    let mut places = scan::places(line).peekable();
    std::iter::from_fn(move || {
        let (first, mut shown) = places.next()?;
        let mut end = first + AROUND;
        while let Some((place, more)) = places.next_if(|p| p.0 <= end + AROUND) {
            shown |= more;
            end = place + AROUND;
        }
        let start = line.floor_char_boundary(first.saturating_sub(AROUND));
        let end = line.ceil_char_boundary(end.min(line.len()));
        Some((&line[start..end], shown & families))
    })
}
