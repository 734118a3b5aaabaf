//! Characters that nobody sees and that were taken out after the damage: those for private use, which decoders show for
//! user-defined codes of GBK, and control characters, which pages of single bytes show for 80 to 9F.
//!
//! Nothing marks the place. The bytes on its sides tell that something is missing: a first byte of UTF-8 that another one
//! follows. Bytes that a decoder was told to ignore are looked for with them.

use crate::codec::CodePage;
use crate::model::Cost;

use super::budget::Budget;
use super::chain::{Chain, ENTER};
use super::channel::{LAYERS, Layer, Loss, Row};
use super::glance::Rows;
use super::ignored;
use super::line::{LINE_EVIDENCE, Line, Solution};

/// Bytes of a line of a few words.
const SHORT: usize = 64;
/// First bytes of ideographs by which UTF-8 is known in a page of single bytes although most of it is gone.
const LEADS: usize = 4;

impl Line<'_> {
    /// Where a reading leaves something doubtful, the one that puts back what was taken out afterwards, if that is
    /// better.
    pub(super) fn unstripped(
        &self,
        best: Option<Solution>,
        enter: Cost,
        budget: &Budget,
    ) -> Option<Solution> {
        let best = best?;
        // Chance reads some of any text in an encoding that reads nearly all.
        if !best.chain[0].proves_itself() && best.gain < LINE_EVIDENCE {
            return Some(best);
        }
        let chains = self.unstripped_chains(std::slice::from_ref(&best.chain));
        if chains.is_empty() || best.is_whole(self.chars()) || self.is_settled(&best) {
            return Some(best);
        }
        let again = self.try_chains(&chains, enter, budget);
        let better = again.filter(|a| a.reading.cost < best.reading.cost);
        Some(better.unwrap_or(best))
    }

    /// The reading that puts back what was taken out, where none reads what is left.
    pub(super) fn unstripped_from(&self, rows: Rows, tried: &[Chain], budget: &Budget) -> Option<Solution> {
        let shows_leads = shows_leads(self.chars());
        let fits = |(n, row): &(usize, &Row)| match row.page.is_single_byte() {
            true => shows_leads,
            false => rows.has(*n) && self.text.len() < SHORT,
        };
        let layers = LAYERS.iter().enumerate().filter(fits);
        let layers = layers.map(|(_, row)| row.layer(|c| self.chars().contains(&c)));
        let mut chains: Vec<Chain> = layers.map(|layer| vec![layer]).chain(tried.iter().cloned()).collect();
        // In other pages chance reads too much of clean text.
        chains.retain(|chain| {
            chain[0].proves_itself() && (chain[0].page.is_single_byte() || chain[0].page == CodePage::Gbk)
        });
        self.try_chains(&self.unstripped_chains(&chains), ENTER, budget)
    }

    /// The channels, as far as characters may have been taken out behind them or their decoder ignored bytes
    /// ([`ignored`]). Windows-1252 and Latin-1 are hardly told apart by what is left.
    pub(super) fn unstripped_chains(&self, chains: &[Chain]) -> Vec<Chain> {
        let shows_private = self.shows_unseen(CodePage::Gbk);
        let mut found: Vec<Chain> = Vec::new();
        for chain in chains {
            let outer = chain[0];
            let ignoring = ignored::loss(&outer, shows_private).map(|loss| Layer { loss, ..outer });
            let pages: &[CodePage] = match outer.page {
                _ if !outer.may_be_stripped() => &[],
                CodePage::Gbk => &[CodePage::Gbk],
                _ => &[CodePage::Cp1252, CodePage::Latin1],
            };
            let stripped = pages.iter().filter(|page| !self.shows_unseen(**page)).map(|&page| {
                let loss = if page == outer.page { outer.loss } else { Loss::None };
                Layer { page, loss, stripped: true, ..outer }
            });
            for layer in ignoring.into_iter().chain(stripped) {
                let again = [&[layer], &chain[1..]].concat();
                if !found.contains(&again) {
                    found.push(again);
                }
            }
        }
        found
    }

    /// Whether it has characters that are taken out of text: where some are left, none were.
    fn shows_unseen(&self, page: CodePage) -> bool {
        let is_unseen = |c: &char| match page {
            CodePage::Gbk => matches!(c, '\u{E000}'..='\u{F8FF}'),
            _ => matches!(c, '\u{80}'..='\u{9F}'),
        };
        self.chars().iter().any(is_unseen)
    }
}

/// Whether the characters of pages of single bytes are first bytes of ideographs and marks in UTF-8, many of them, and
/// further bytes of such; nearly all stand side by side, as accented letters of words do not.
fn shows_leads(text: &[char]) -> bool {
    let is_lead = |c: char| matches!(c, 'â'..='é' | 'ï');
    let (mut leads, mut apart) = (0, 0);
    for (n, &c) in text.iter().enumerate().filter(|&(_, &c)| CodePage::is_narrow(c)) {
        if is_lead(c) {
            leads += 1;
            apart += usize::from(text.get(n + 1).is_some_and(|&next| !CodePage::is_narrow(next)));
        } else if matches!(c, 'À'..='ÿ') {
            return false;
        }
    }
    leads >= LEADS && 5 * apart <= leads
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_western_languages_do_not_look_like_it() {
        for clean in [
            "où est passée l’idée générale",
            "não há ações",
            "façade, crème brûlée",
            "naïve café",
            "élève célèbre, déçu",
        ] {
            assert!(!shows_leads(&clean.chars().collect::<Vec<_>>()), "{clean}");
        }
    }
}
