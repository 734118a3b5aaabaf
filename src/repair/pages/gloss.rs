//! Readings that were put between two characters' halves, which together look like a character of the page's list.

use std::rc::Rc;

use super::cell::Candidate;
use super::moves::{best, origin};
use super::price;
use super::readings::{self, Read, Reading};
use super::search::{Annotated, Here, Hypothesis, Pending, Search, Way};
use super::unit;
use crate::model::{self, Cost};

impl Search<'_> {
    /// `碚?qǐng)@`: a gloss was put between two characters' halves that together look like a listed one.
    pub(super) fn start_gloss(&mut self, here: &Here, reading: Reading) {
        for (candidate, price) in self.annotated(here.h.last, reading).iter() {
            let (cost, pending) = (here.h.cost + price, Pending::Byte(candidate.bytes[1]));
            self.push(1, Hypothesis { cost, pending, near: false, split: true, ..here.h });
        }
    }

    /// The characters that begin with `lead` and may have this reading on the page's list, with what it costs to
    /// believe that.
    fn annotated(&mut self, lead: u8, reading: Reading) -> Annotated {
        if let Some(known) = self.annotated.get(&(lead, reading)) {
            return Rc::clone(known);
        }
        let found = (0x81..=0xFE).filter_map(|trail| {
            let candidate = Candidate { cell: self.cells.character(lead, trail)?, bytes: [lead, trail] };
            Some((candidate, self.price(&candidate, reading)?))
        });
        let found: Annotated = found.collect();
        self.annotated.insert((lead, reading), Rc::clone(&found));
        found
    }

    /// What it costs to believe that the page's list has this character with this reading.
    fn price(&self, candidate: &Candidate, reading: Reading) -> Option<Cost> {
        let cell = &candidate.cell;
        let read = readings::reads(cell.ch, reading);
        if read == Read::Never {
            return None;
        }
        if self.cells.is_listed(candidate.bytes) {
            let own = self.page.listed.get(&cell.ch) == Some(&reading);
            return Some(if own { 0 } else { price::UNUSUAL });
        }
        let mut cost = price::UNLISTED + model::unigram_cost(cell.symbol) / 4;
        if read == Read::Sometimes {
            cost += price::UNUSUAL;
        }
        if !readings::is_traditional(cell.ch) {
            cost += price::UNTRADITIONAL;
        }
        Some(cost)
    }

    /// `?jī)` inside a run: the gloss of the character whose second byte, with the parenthesis, was eaten.
    pub(super) fn end_gloss(&mut self, here: &Here, k: usize, reading: Reading) {
        let mut ways = Vec::new();
        match here.h.pending {
            Pending::None => {}
            Pending::Byte(lead) => {
                for (candidate, price) in self.annotated(lead, reading).iter() {
                    ways.push(Way { cost: self.weigh(here, candidate, true) + price, candidate: *candidate });
                }
            }
            Pending::After(first) => {
                let page = self.page;
                for &c in page.listed.iter().filter(|(_, r)| **r == reading).map(|(c, _)| c) {
                    if let Some(bytes @ [lead, 0x81..=0xFE]) = unit::pair(c)
                        && self.cells.is_private(first, lead)
                        && let Some(cell) = self.cells.character(bytes[0], bytes[1])
                    {
                        let candidate = Candidate { cell, bytes };
                        ways.push(Way { cost: self.weigh(here, &candidate, true), candidate });
                    }
                }
            }
        }
        for way in best(ways, price::CHOICES) {
            let h = self.made(here, k, &way, origin(here));
            self.push(1, Hypothesis { near: false, ..h });
        }
    }
}
