//! Damage from which nothing can come back: reported, never touched.

use crate::edit::{Left, Reason};

/// UTF-8 of U+FFFD twice over, read as GBK.
const KUN_JIN_KAO: &str = "锟斤拷";

/// Runs of U+FFFD and `锟斤拷` in `text`, ascending.
pub(crate) fn find(text: &str) -> Vec<Left> {
    let mut left: Vec<Left> = Vec::new();
    let mut add = |start: usize, end: usize| match left.last_mut() {
        Some(last) if last.at.end == start => last.at.end = end,
        _ => left.push(Left { at: start..end, why: Reason::Irreversible }),
    };
    let bytes = text.as_bytes();
    let lost = memchr::memmem::Finder::new("\u{FFFD}".as_bytes());
    let kun = memchr::memmem::Finder::new(KUN_JIN_KAO.as_bytes());
    let (mut next_lost, mut next_kun) = (lost.find(bytes), kun.find(bytes));
    loop {
        match (next_lost, next_kun) {
            (Some(a), b) if b.is_none_or(|b| a < b) => {
                add(a, a + 3);
                next_lost = lost.find(&bytes[a + 3..]).map(|i| a + 3 + i);
            }
            (_, Some(b)) => {
                add(b, b + KUN_JIN_KAO.len());
                next_kun = kun.find(&bytes[b + KUN_JIN_KAO.len()..]).map(|i| b + KUN_JIN_KAO.len() + i);
            }
            _ => return left,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_make_one_finding() {
        let found = find("好\u{FFFD}\u{FFFD}锟斤拷 锟斤拷。");
        let ranges: Vec<_> = found.iter().map(|l| l.at.clone()).collect();
        assert_eq!(ranges, [3..18, 19..28]);
    }

    #[test]
    fn a_company_called_kun_is_no_damage() {
        assert!(find("锟铻科技").is_empty());
    }
}
