//! Families of channels whose garbage is made of the same characters.

use crate::codec::CodePage;

/// Channels whose garbage looks alike, by the true encoding and the page it was shown in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Family {
    /// UTF-8 shown as GBK.
    Utf8AsGbk = 0,
    /// UTF-8 shown as Big5.
    Utf8AsBig5 = 1,
    /// UTF-8 shown as Shift-JIS.
    Utf8AsShiftJis = 2,
    /// UTF-8 shown as EUC-KR.
    Utf8AsEucKr = 3,
    /// UTF-8 shown in a page of single bytes.
    Utf8AsSingle = 4,
    /// A double-byte encoding shown in a page of single bytes.
    DoubleAsSingle = 5,
    /// GBK and Big5 shown as each other.
    Chinese = 6,
    /// Other pairs of double-byte encodings.
    Double = 7,
}

impl Family {
    /// All of them, in the order of their bits.
    pub(crate) const ALL: [Self; 8] = [
        Self::Utf8AsGbk,
        Self::Utf8AsBig5,
        Self::Utf8AsShiftJis,
        Self::Utf8AsEucKr,
        Self::Utf8AsSingle,
        Self::DoubleAsSingle,
        Self::Chinese,
        Self::Double,
    ];

    /// The family of a true encoding (none for UTF-8) and a page.
    pub fn of(truth: Option<CodePage>, page: CodePage) -> Self {
        use CodePage::{Big5, EucKr, Gbk, ShiftJis};
        match (truth, page) {
            (None, Gbk) => Self::Utf8AsGbk,
            (None, Big5) => Self::Utf8AsBig5,
            (None, ShiftJis) => Self::Utf8AsShiftJis,
            (None, EucKr) => Self::Utf8AsEucKr,
            (None, _) => Self::Utf8AsSingle,
            (Some(_), page) if page.is_single_byte() => Self::DoubleAsSingle,
            (Some(Gbk | Big5), Gbk | Big5) => Self::Chinese,
            _ => Self::Double,
        }
    }

    /// Its bit in a mask.
    pub(crate) fn bit(self) -> u8 {
        1 << self as u8
    }
}
