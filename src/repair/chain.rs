//! Stacks of layers, and how rare they are.

use crate::codec::{CodePage, Decoder};
use crate::model::Cost;

use super::channel::{Layer, Loss, Truth};

/// A stack of layers, the one to undo first in front.
pub(super) type Chain = Vec<Layer>;

/// How rare garbage is where nothing is known of the document: one span in e^12 places.
pub(super) const ENTER: Cost = 12_000;
/// The same where the document is known to be garbled by the same channel.
pub(super) const ENTER_SIBLING: Cost = 4_000;
/// Each layer more is that much rarer.
const EXTRA_LAYER: Cost = 4_000;
/// That characters were taken out after the damage, or bytes ignored, is rarer than the damage.
const STRIPPED: Cost = 4_000;
pub(super) const REENTER: Cost = 3_000;
pub(super) const LEAVE: Cost = 1_000;

/// What the first garbled span costs, of a channel that is as rare as this one. Where the document has shown it, it is
/// not rare, and little of its doubt is left.
pub(super) fn enter(chain: &[Layer], enter: Cost) -> Cost {
    let doubt: Cost = chain.iter().map(Layer::doubt).sum();
    let weak = if enter == ENTER_SIBLING { doubt / 4 } else { doubt };
    enter + EXTRA_LAYER * (chain.len() as Cost - 1) + weak
}

/// The channel as reports name it: its layers, outermost first.
pub(super) fn name(chain: &[Layer]) -> String {
    let mut name = String::with_capacity(24 * chain.len());
    for layer in chain {
        name += if name.is_empty() { "" } else { ", " };
        let [truth, page] = layer.names();
        name.extend([truth, ">", page]);
    }
    name
}

impl Layer {
    /// Whether chance hardly makes readings of it.
    pub(super) fn proves_itself(&self) -> bool {
        self.truth.is_self_checking()
    }

    /// Whether the page shows some bytes of another encoding as characters that nobody sees.
    pub(super) fn may_be_stripped(&self) -> bool {
        let shows_unseen = matches!(self.page, CodePage::Gbk | CodePage::Cp1252 | CodePage::Latin1);
        self.truth == Truth::Utf8 && shows_unseen && !self.stripped
    }

    /// Whether bytes may be missing where nothing marks it.
    pub(super) fn loses_unseen(&self) -> bool {
        self.stripped || matches!(self.loss, Loss::Ignored { .. })
    }

    /// Whether of each character that lost a byte all others are there, and a lost byte is the last one: behind it an
    /// ASCII character was swallowed.
    pub(super) fn loses_last_bytes(&self) -> bool {
        let pairs_all = matches!(self.loss, Loss::Pair { decoder: Decoder::Windows936, .. });
        pairs_all && self.truth == Truth::Utf8 && self.page == CodePage::Gbk
    }

    /// How much more evidence a layer needs that is rare, or whose true encoding reads almost any bytes.
    fn doubt(&self) -> Cost {
        let encoding = match (self.truth, self.page.is_single_byte()) {
            (Truth::Utf8, _) => 0,
            // It differs from Windows' page in eight signs, and is met far less.
            (Truth::Page(_), true) if self.page == CodePage::Iso8859_15 => 6_000,
            (Truth::Page(_), true) => 3_000,
            (Truth::Page(_), false) => 8_000,
        };
        let loss = match self.loss {
            // Windows shows `?`, too, and far more often than a program that took U+FFFD through GBK.
            Loss::Byte { mark: '?', decoder: Decoder::Jdk17Gbk } => 3_000,
            Loss::Byte { mark: '?', .. } => 5_000,
            _ => 0,
        };
        encoding + loss + if self.loses_unseen() { STRIPPED } else { 0 }
    }
}

impl Loss {
    /// What is shown for lost bytes.
    pub(super) fn mark(self) -> Option<char> {
        match self {
            Self::None | Self::Ignored { .. } => None,
            Self::Pair { mark, .. } | Self::Byte { mark, .. } => Some(mark),
        }
    }

    /// Whether a lost byte is shown as `c`.
    pub(super) fn is_mark(self, c: char) -> bool {
        matches!(self, Self::Pair { mark, .. } | Self::Byte { mark, .. } if mark == c)
    }

    /// Whether the loss can have happened in a text that has such characters. Where it shows nothing, all losses of a row are
    /// alike, and the first stands for them.
    pub(crate) fn shows_in(self, has: impl Fn(char) -> bool) -> bool {
        match self {
            Self::None | Self::Ignored { .. } | Self::Pair { mark: '?', .. } => true,
            Self::Pair { mark, .. } | Self::Byte { mark, .. } => has(mark),
        }
    }
}
