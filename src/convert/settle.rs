//! Whether what a conversion wrote stays as it is in a second pass.
//!
//! No entry straddles a pair of characters that is not linked, so that a text converts as its parts between such pairs
//! do. A part of the output that holds no character that changed, nor stands beside one, was a part of the input too,
//! and what it became is itself. So only the parts at the changes are asked again.

use std::borrow::Cow;

use super::engine::Engine;

/// More than one in so many bytes in such parts, and a second pass over all is as fast.
const FEW: usize = 16;
/// Bytes compared at once.
const BLOCK: usize = 256;

impl Engine {
    /// Whether `new` converts to itself, which this conversion made of `old` [part by part](super::engine::Converted).
    /// False also where that takes a whole pass to tell.
    ///
    /// Costs a comparison of the two texts, and the conversion of the parts at their differences.
    pub(super) fn settles(&self, old: &str, new: &str) -> bool {
        // Up to here, the texts have been compared; up to here, the parts have been asked.
        let (mut compared, mut asked) = (0, 0);
        let mut bytes = 0;
        while let Some(at) = difference(old.as_bytes(), new.as_bytes(), compared) {
            let place = new.floor_char_boundary(at);
            let mut ends = new[place..].char_indices().map(|(i, c)| place + i + c.len_utf8());
            compared = ends.next().unwrap_or(new.len());
            let behind = ends.next().unwrap_or(compared);
            if behind <= asked {
                continue;
            }
            // Where what changed has been asked, what stands behind it has not.
            let place = place.max(asked);
            let before = new[asked..place].chars().next_back().map_or(place, |c| place - c.len_utf8());
            let start = self.piece(new, asked, before).start;
            asked = self.piece(new, before, before).end;
            while asked < behind {
                asked = self.piece(new, asked, asked).end;
            }
            bytes += asked - start;
            if bytes > new.len() / FEW || matches!(self.convert(&new[start..asked]), Cow::Owned(_)) {
                return false;
            }
        }
        old.len() == new.len()
    }
}

/// Where two texts differ for the first time from `at` on, as far as both go.
fn difference(old: &[u8], new: &[u8], at: usize) -> Option<usize> {
    let (old, new) = (old.get(at..)?, new.get(at..)?);
    let blocks = old.chunks(BLOCK).zip(new.chunks(BLOCK)).enumerate();
    let (n, (old, new)) = blocks.into_iter().find(|(_, (old, new))| old != new)?;
    old.iter().zip(new).position(|(a, b)| a != b).map(|i| at + n * BLOCK + i)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::plan::Scheme;
    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        /// Words that convert otherwise than their characters stand among ones that stay.
        #[test]
        fn what_settles_stays_in_a_second_pass(
            parts in proptest::collection::vec("[的一是不了人我在有他这中大来上个国着]{0,60}[著乾於裏髮發乾坤著名瞭望干后後里面餘余鍾钟⿰]{1,3}", 0..6),
        ) {
            let text = parts.concat();
            for scheme in Scheme::OWN {
                let engine = Engine::of(scheme, true);
                let new = engine.convert_by_parts(&text);
                if new.aligned && engine.settles(&text, &new.text) {
                    prop_assert_eq!(engine.convert(&new.text), &*new.text);
                }
            }
        }
    }

    #[test]
    fn few_changes_settle_and_what_changes_again_does_not() {
        let stays = "今天天气很好，我们去公园散步。".repeat(40);
        let engine = Engine::of(Scheme::Settled, true);
        let text = format!("{stays}圖書館{stays}");
        let new = engine.convert_by_parts(&text);
        assert!(new.aligned && engine.settles(&text, &new.text));
        // Something that converts stands at the difference.
        assert!(!engine.settles(&format!("{stays}图国{stays}"), &format!("{stays}图國{stays}")));
        assert!(!engine.settles(&stays, &stays[3..]));
    }
}
