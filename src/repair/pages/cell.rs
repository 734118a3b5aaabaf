//! The cells of the GBK table as the search sees them, looked up once per page.

use super::readings::{self, Fit};
use super::unit::pair;
use crate::codec::CodePage;
use crate::model::{self, Symbol};

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

/// A character that stands on such a page before the damage.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    pub(super) ch: char,
    /// Its form in simplified script, as the language model knows it.
    pub(super) symbol: Symbol,
    /// Millinats against a character that the converter would not have left or made.
    pub(super) misfit: i32,
    state: State,
}

/// The table, filled where the search looks, and the page's list of annotated characters.
#[derive(Debug)]
pub(super) struct Cells {
    cells: Vec<Cell>,
    listed: Vec<u64>,
    /// Whether the page was converted from simplified script.
    converted: bool,
    /// Whether the page quotes with 「 and 」.
    corners: bool,
}

const ROW: usize = 0xFF - 0x40;
const LEADS: std::ops::RangeInclusive<u8> = 0x81..=0xFE;

fn index(lead: u8, trail: u8) -> Option<usize> {
    (LEADS.contains(&lead) && (0x40..=0xFE).contains(&trail))
        .then(|| usize::from(lead - 0x81) * ROW + usize::from(trail - 0x40))
}

impl Cells {
    pub(super) fn new(converted: bool, corners: bool) -> Self {
        let count = LEADS.len() * ROW;
        let unknown = Cell { ch: '\0', symbol: model::START, misfit: 0, state: State::Unknown };
        Self { cells: vec![unknown; count], listed: vec![0; count.div_ceil(64)], converted, corners }
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
        cell.misfit = match ch {
            '「'..='』' if !self.corners => FOREIGN,
            _ if !self.converted => 0,
            _ => misfit(image.fit),
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
    pub(super) fn is_listed(&self, lead: u8, trail: u8) -> bool {
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
}

/// Millinats against a character that the converter does not make.
const FOREIGN: i32 = 4_000;

/// Millinats against a character of this fit.
fn misfit(fit: Fit) -> i32 {
    match fit {
        Fit::Natural => 0,
        Fit::Variant => 2_500,
        Fit::Foreign => FOREIGN,
        Fit::Simplified => 6_000,
    }
}
