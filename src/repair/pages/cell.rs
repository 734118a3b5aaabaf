//! The cells of the GBK table as the search sees them, worked out where a search first looks.

use std::sync::OnceLock;

use super::price;
use super::readings::{self, Fit};
use super::unit::pair;
use crate::codec::CodePage;
use crate::model::{self, Cost, Symbol};

/// What a pair of bytes is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
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
type Candidates = &'static [Candidate];

/// What pairs of bytes mean on pages of one kind. Filled where a search looks, and kept: it depends on nothing but the
/// kind, and ranking characters costs more than a page. All of it takes 700 KB.
#[derive(Debug)]
struct Table {
    converted: bool,
    corners: bool,
    rows: [OnceLock<Box<[Cell]>>; ROWS],
    by_lead: [Known; 256],
    by_trail: [Known; 256],
    /// By what stands before: see [`Cells::half_hidden`], [`Cells::hidden_after`], [`Cells::common_after`].
    half_hidden: [Known; 256],
    hidden_after: [Known; 256],
    common_after: [Known; 256],
    hidden: Known,
    common: Known,
}

/// Candidates once they are known.
type Known = OnceLock<Box<[Candidate]>>;

/// The tables, by whether a page was converted and whether it quotes with 「」.
static TABLES: [[Table; 2]; 2] =
    [[Table::new(false, false), Table::new(false, true)], [Table::new(true, false), Table::new(true, true)]];

/// The table of the page's kind, and the page's list of annotated characters.
#[derive(Debug)]
pub(super) struct Cells {
    table: &'static Table,
    listed: Vec<u64>,
}

const ROWS: usize = 0xFF - 0x81;
const ROW: usize = 0xFF - 0x40;
const LEADS: std::ops::RangeInclusive<u8> = 0x81..=0xFE;
const TRAILS: std::ops::RangeInclusive<u8> = 0x40..=0xFE;

/// First bytes of private-use pairs.
const PRIVATE_LEADS: [u8; 23] = [
    0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8, 0xA9, 0xAA, 0xAB, 0xAC, 0xAD, 0xAE, 0xAF, 0xD7, 0xF8,
    0xF9, 0xFA, 0xFB, 0xFC, 0xFD, 0xFE,
];

fn index(lead: u8, trail: u8) -> Option<usize> {
    (LEADS.contains(&lead) && TRAILS.contains(&trail))
        .then(|| usize::from(lead - 0x81) * ROW + usize::from(trail - 0x40))
}

impl Table {
    const fn new(converted: bool, corners: bool) -> Self {
        Self {
            converted,
            corners,
            rows: [const { OnceLock::new() }; ROWS],
            by_lead: [const { OnceLock::new() }; 256],
            by_trail: [const { OnceLock::new() }; 256],
            half_hidden: [const { OnceLock::new() }; 256],
            hidden_after: [const { OnceLock::new() }; 256],
            common_after: [const { OnceLock::new() }; 256],
            hidden: OnceLock::new(),
            common: OnceLock::new(),
        }
    }

    fn look(&self, lead: u8, trail: u8) -> Option<Cell> {
        let row = self.rows.get(usize::from(lead.checked_sub(0x81)?))?;
        let row = row.get_or_init(|| TRAILS.map(|trail| self.make(lead, trail)).collect());
        row.get(usize::from(trail.checked_sub(0x40)?)).copied()
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

    fn character(&self, lead: u8, trail: u8) -> Option<Cell> {
        self.look(lead, trail).filter(|c| c.state == State::Character)
    }

    fn is_private(&self, lead: u8, trail: u8) -> bool {
        self.look(lead, trail).is_some_and(|c| c.state == State::Private)
    }

    /// Characters whose two bytes may both have gone with dropped private-use characters.
    fn hidden(&self) -> &[Candidate] {
        self.hidden.get_or_init(|| {
            self.rank(LEADS.flat_map(|lead| PRIVATE_LEADS.map(|trail| [lead, trail])), price::HIDDEN)
        })
    }

    /// Common characters, where nothing is known of either byte.
    fn common(&self) -> &[Candidate] {
        self.common.get_or_init(|| {
            self.rank(LEADS.flat_map(|lead| LEADS.map(move |trail| [lead, trail])), 4 * price::HIDDEN)
        })
    }

    /// Those whose first byte makes a private-use pair with the byte `first`.
    fn joined(&self, first: u8, all: &[Candidate]) -> Box<[Candidate]> {
        all.iter().filter(|c| self.is_private(first, c.bytes[0])).copied().collect()
    }

    fn rank(&self, pairs: impl Iterator<Item = [u8; 2]>, count: usize) -> Box<[Candidate]> {
        let mut all: Vec<(Cost, Candidate)> = pairs
            .filter_map(|bytes| {
                let cell = self.character(bytes[0], bytes[1])?;
                Some((model::unigram_cost(cell.symbol) + cell.misfit, Candidate { cell, bytes }))
            })
            .collect();
        // Of thousands a few dozen are wanted in order.
        let order = |(cost, c): &(Cost, Candidate)| (*cost, c.bytes);
        if all.len() > count {
            all.select_nth_unstable_by_key(count, order);
            all.truncate(count);
        }
        all.sort_unstable_by_key(order);
        all.into_iter().map(|(_, c)| c).collect()
    }
}

impl Cells {
    /// For a page that was `converted` from simplified script or not, and quotes with 「」 (`corners`) or not.
    pub(super) fn new(converted: bool, corners: bool) -> Self {
        Self {
            table: &TABLES[usize::from(converted)][usize::from(corners)],
            listed: vec![0; (ROWS * ROW).div_ceil(64)],
        }
    }

    /// The character of a pair.
    pub(super) fn character(&self, lead: u8, trail: u8) -> Option<Cell> {
        self.table.character(lead, trail)
    }

    /// Whether a pair is of the private use area.
    pub(super) fn is_private(&self, lead: u8, trail: u8) -> bool {
        self.table.is_private(lead, trail)
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
    pub(super) fn with_lead(&self, lead: u8) -> Candidates {
        let table = self.table;
        table.by_lead[usize::from(lead)]
            .get_or_init(|| table.rank(LEADS.map(|trail| [lead, trail]), price::COMMON))
    }

    /// Characters that end in `trail`.
    pub(super) fn with_trail(&self, trail: u8) -> Candidates {
        let table = self.table;
        table.by_trail[usize::from(trail)]
            .get_or_init(|| table.rank(LEADS.map(|lead| [lead, trail]), price::COMMON))
    }

    /// Characters whose two bytes may both have gone with dropped private-use characters, the first of which began
    /// with the byte `first`.
    pub(super) fn hidden_after(&self, first: u8) -> Candidates {
        let table = self.table;
        table.hidden_after[usize::from(first)].get_or_init(|| table.joined(first, table.hidden()))
    }

    /// Common characters whose first byte went with a dropped private-use character that began with the byte `first`.
    pub(super) fn common_after(&self, first: u8) -> Candidates {
        let table = self.table;
        table.common_after[usize::from(first)].get_or_init(|| table.joined(first, table.common()))
    }

    /// Characters that begin with `lead` and whose second byte may begin a private-use pair.
    pub(super) fn half_hidden(&self, lead: u8) -> Candidates {
        let table = self.table;
        table.half_hidden[usize::from(lead)].get_or_init(|| {
            let pair = |trail| Some(Candidate { cell: table.character(lead, trail)?, bytes: [lead, trail] });
            PRIVATE_LEADS.into_iter().filter_map(pair).collect()
        })
    }
}
