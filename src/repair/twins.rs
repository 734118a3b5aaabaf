//! Two pages of single bytes that agree on nearly all they have: a document that was read by one of them looks like one
//! that was read by the other, until one of a few characters shows.

use crate::codec::CodePage;

use super::chain::Chain;
use super::channel::{Layer, Truth};

/// The characters that Windows-1252 and ISO-8859-15 have at different bytes.
const MOVED: [char; 8] = ['€', 'Š', 'š', 'Ž', 'ž', 'Œ', 'œ', 'Ÿ'];

/// The same channel through the twin of its page. UTF-8 needs none: hardly any of it is valid through both.
pub(super) fn twin(chain: &Chain) -> Option<Chain> {
    let [layer @ Layer { truth: Truth::Page(_), page, .. }] = chain.as_slice() else { return None };
    let page = match page {
        CodePage::Cp1252 => CodePage::Iso8859_15,
        CodePage::Iso8859_15 => CodePage::Cp1252,
        _ => return None,
    };
    Some(vec![Layer { page, ..*layer }])
}

/// Whether a line has characters that the twins read differently.
pub(super) fn are_told_apart(line: &str) -> bool {
    line.contains(MOVED)
}

/// The channels, and behind each its twin, unless that is among them.
pub(super) fn with_twins(chains: Vec<Chain>) -> Vec<Chain> {
    let twins: Vec<Chain> = chains.iter().filter_map(twin).filter(|twin| !chains.contains(twin)).collect();
    chains.into_iter().chain(twins).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_twins_differ_in_these_characters_alone() {
        let bytes = |page: CodePage, c: char| page.bytes(c).iter().next().map(<[u8]>::to_vec);
        for c in ('\u{A0}'..='\u{FFFF}').filter(|c| bytes(CodePage::Iso8859_15, *c).is_some()) {
            let [windows, latin] = [CodePage::Cp1252, CodePage::Iso8859_15].map(|page| bytes(page, c));
            assert_eq!(windows != latin, MOVED.contains(&c), "{c}");
        }
    }
}
