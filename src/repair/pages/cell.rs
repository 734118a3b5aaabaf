//! The cells of the GBK table as the search sees them, looked up once per page.

use std::rc::Rc;

use super::price;
use super::readings::{self, Fit};
use super::unit::pair;
use crate::codec::CodePage;
use crate::model::{self, Cost, Symbol};

/// What a pair of bytes is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Unknown,
    /// No character.
    Empty,
    /// A character of the private use area: shown or dropped, but nothing that anybody wrote.
    Private,
    Character,
}

/// A character that may stand on such a page before the damage.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    pub(super) ch: char,
    /// Its form in simplified script, as the language model knows it.
    pub(super) symbol: Symbol,
    /// Millinats against a character that the converter would not have left or made.
    pub(super) misfit: Cost,
    state: State,
}

/// A character and its bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub(super) cell: Cell,
    pub(super) bytes: [u8; 2],
}

/// Characters that share a byte, the commonest first, the rarest left out.
type Candidates = Rc<[Candidate]>;

/// The table, filled where the search looks, and the page's list of annotated characters.
#[derive(Debug)]
pub(super) struct Cells {
    cells: Vec<Cell>,
    listed: Vec<u64>,
    converted: bool,
    corners: bool,
    by_lead: Vec<Option<Candidates>>,
    by_trail: Vec<Option<Candidates>>,
    /// By what stands before: see [`Cells::half_hidden`], [`Cells::hidden_after`], [`Cells::common_after`].
    half_hidden: Vec<Option<Candidates>>,
    hidden_after: Vec<Option<Candidates>>,
    common_after: Vec<Option<Candidates>>,
    hidden: Option<Candidates>,
    common: Option<Candidates>,
}

const ROW: usize = 0xFF - 0x40;
const LEADS: std::ops::RangeInclusive<u8> = 0x81..=0xFE;

/// First bytes of private-use pairs.
const PRIVATE_LEADS: [u8; 23] = [
    0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8, 0xA9, 0xAA, 0xAB, 0xAC, 0xAD, 0xAE, 0xAF, 0xD7, 0xF8,
    0xF9, 0xFA, 0xFB, 0xFC, 0xFD, 0xFE,
];

fn index(lead: u8, trail: u8) -> Option<usize> {
    (LEADS.contains(&lead) && (0x40..=0xFE).contains(&trail))
        .then(|| usize::from(lead - 0x81) * ROW + usize::from(trail - 0x40))
}

impl Cells {
    /// For a page that was `converted` from simplified script or not, and quotes with 「」 (`corners`) or not.
    pub(super) fn new(converted: bool, corners: bool) -> Self {
        let count = LEADS.len() * ROW;
        let unknown = Cell { ch: '\0', symbol: model::START, misfit: 0, state: State::Unknown };
        Self {
            cells: vec![unknown; count],
            listed: vec![0; count.div_ceil(64)],
            converted,
            corners,
            by_lead: vec![None; 256],
            by_trail: vec![None; 256],
            half_hidden: vec![None; 256],
            hidden_after: vec![None; 256],
            common_after: vec![None; 256],
            hidden: None,
            common: None,
        }
    }

    fn look(&mut self, lead: u8, trail: u8) -> Option<Cell> {
        let n = index(lead, trail)?;
        if self.cells[n].state == State::Unknown {
            self.cells[n] = self.make(lead, trail);
        }
        Some(self.cells[n])
    }

    fn make(&self, lead: u8, trail: u8) -> Cell {
        let mut cell = Cell { ch: '\0', symbol: model::START, misfit: 0, state: State::Empty };
        let Some((ch, 2)) = CodePage::Gbk.decode_one(&[lead, trail]) else { return cell };
        cell.ch = ch;
        if matches!(ch, '\u{E000}'..='\u{F8FF}') {
            cell.state = State::Private;
            return cell;
        }
        let image = readings::image(ch);
        cell.state = State::Character;
        cell.symbol = model::symbol(image.simplified);
        cell.misfit = match (ch, image.fit) {
            ('「'..='』', _) if !self.corners => price::FOREIGN,
            (_, Fit::Natural) => 0,
            _ if !self.converted => 0,
            (_, Fit::Variant) => price::VARIANT,
            (_, Fit::Foreign) => price::FOREIGN,
            (_, Fit::Simplified) => price::SIMPLIFIED,
        };
        cell
    }

    /// The character of a pair.
    pub(super) fn character(&mut self, lead: u8, trail: u8) -> Option<Cell> {
        self.look(lead, trail).filter(|c| c.state == State::Character)
    }

    /// Whether a pair is of the private use area.
    pub(super) fn is_private(&mut self, lead: u8, trail: u8) -> bool {
        self.look(lead, trail).is_some_and(|c| c.state == State::Private)
    }

    /// Whether the page annotates the character of this pair, wherever the pair occurs.
    pub(super) fn is_listed(&self, [lead, trail]: [u8; 2]) -> bool {
        index(lead, trail).is_some_and(|n| self.listed[n / 64] >> (n % 64) & 1 == 1)
    }

    /// Adds a character to the page's list.
    pub(super) fn list(&mut self, c: char) {
        if let Some([lead, trail]) = pair(c)
            && let Some(n) = index(lead, trail)
        {
            self.listed[n / 64] |= 1 << (n % 64);
        }
    }

    /// Characters that begin with `lead` and end in a byte that itself begins one.
    pub(super) fn with_lead(&mut self, lead: u8) -> Candidates {
        if let Some(known) = &self.by_lead[usize::from(lead)] {
            return known.clone();
        }
        let found = self.rank(LEADS.map(|trail| [lead, trail]), price::COMMON);
        self.by_lead[usize::from(lead)].insert(found).clone()
    }

    /// Characters that end in `trail`.
    pub(super) fn with_trail(&mut self, trail: u8) -> Candidates {
        if let Some(known) = &self.by_trail[usize::from(trail)] {
            return known.clone();
        }
        let found = self.rank(LEADS.map(|lead| [lead, trail]), price::COMMON);
        self.by_trail[usize::from(trail)].insert(found).clone()
    }

    /// Characters whose two bytes may both have gone with dropped private-use characters.
    fn hidden(&mut self) -> Candidates {
        if let Some(known) = &self.hidden {
            return known.clone();
        }
        let pairs = LEADS.flat_map(|lead| PRIVATE_LEADS.map(|trail| [lead, trail]));
        let found = self.rank(pairs, price::HIDDEN);
        self.hidden.insert(found).clone()
    }

    /// Those of them whose first byte makes a private-use pair with the byte `first`.
    pub(super) fn hidden_after(&mut self, first: u8) -> Candidates {
        if let Some(known) = &self.hidden_after[usize::from(first)] {
            return known.clone();
        }
        let all = self.hidden();
        let found = self.joined(first, &all);
        self.hidden_after[usize::from(first)].insert(found).clone()
    }

    /// Common characters, where nothing is known of either byte.
    fn common(&mut self) -> Candidates {
        if let Some(known) = &self.common {
            return known.clone();
        }
        let pairs = LEADS.flat_map(|lead| LEADS.map(move |trail| [lead, trail]));
        let found = self.rank(pairs, 4 * price::HIDDEN);
        self.common.insert(found).clone()
    }

    /// Those of them whose first byte makes a private-use pair with the byte `first`.
    pub(super) fn common_after(&mut self, first: u8) -> Candidates {
        if let Some(known) = &self.common_after[usize::from(first)] {
            return known.clone();
        }
        let all = self.common();
        let found = self.joined(first, &all);
        self.common_after[usize::from(first)].insert(found).clone()
    }

    fn joined(&mut self, first: u8, all: &[Candidate]) -> Candidates {
        all.iter().filter(|c| self.is_private(first, c.bytes[0])).copied().collect()
    }

    /// Characters that begin with `lead` and whose second byte may begin a private-use pair.
    pub(super) fn half_hidden(&mut self, lead: u8) -> Candidates {
        if let Some(known) = &self.half_hidden[usize::from(lead)] {
            return known.clone();
        }
        let pair = |trail| Some(Candidate { cell: self.character(lead, trail)?, bytes: [lead, trail] });
        let found: Candidates = PRIVATE_LEADS.into_iter().filter_map(pair).collect();
        self.half_hidden[usize::from(lead)].insert(found).clone()
    }

    fn rank(&mut self, pairs: impl Iterator<Item = [u8; 2]>, count: usize) -> Candidates {
        let mut all: Vec<(Cost, Candidate)> = pairs
            .filter_map(|bytes| {
                let cell = self.character(bytes[0], bytes[1])?;
                Some((model::unigram_cost(cell.symbol) + cell.misfit, Candidate { cell, bytes }))
            })
            .collect();
        all.sort_unstable_by_key(|(cost, c)| (*cost, c.bytes));
        all.into_iter().take(count).map(|(_, c)| c).collect()
    }
}
