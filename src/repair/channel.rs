//! Channels as data: what the text was written in, what it was read as, and what became of bytes that
//! could not be read.
//!
//! A [`Layer`] is one wrong reading. A channel is a stack of layers, the one to undo first in front.
//! Adding a channel is adding a row to [`LAYERS`] and a test.

use crate::codec::{CodePage, Decoder};

/// The encoding the bytes were really in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Truth {
    Utf8,
    /// One of the double-byte encodings (GBK with the four-byte codes of GB18030).
    Page(CodePage),
}

/// What a decoder shows for bytes that it cannot read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Loss {
    /// Nothing is lost: every byte has a character.
    None,
    /// One mark for an unreadable pair; both bytes are gone, an ASCII second byte included (Windows, PHP).
    Pair { mark: char, decoder: Decoder },
    /// One mark for one unreadable byte; the byte after it is read anew (Java, browsers, Python).
    Byte { mark: char, decoder: Decoder },
    /// Nothing for one unreadable byte; the byte after it is read anew (Python, PHP and iconv, told to ignore errors).
    Ignored { decoder: Decoder },
}

/// One wrong reading: bytes of `truth` shown as characters of `page`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Layer {
    pub(crate) truth: Truth,
    pub(crate) page: CodePage,
    pub(crate) loss: Loss,
    /// Characters that nobody sees were taken out of the text afterwards, as many editors, chats and databases do: those
    /// for private use, which decoders show for user-defined codes of GBK, and control characters.
    pub(crate) stripped: bool,
}

impl Layer {
    /// The names of the true encoding and of the page.
    pub(crate) fn names(&self) -> [&'static str; 2] {
        let truth = match self.truth {
            Truth::Utf8 => "utf-8",
            Truth::Page(page) => page.name(),
        };
        [truth, self.page.name()]
    }
}

const QUESTION: char = '?';
const REPLACEMENT: char = '\u{FFFD}';

/// A row of the channel table: a pair of encodings and the ways in which its decoders lose bytes.
pub(crate) struct Row {
    pub(crate) truth: Truth,
    pub(crate) page: CodePage,
    /// In the order in which they are tried; the first that explains the text best wins.
    pub(crate) losses: &'static [Loss],
}

impl Row {
    /// The row's layer with the first way to lose bytes that can have happened in a text that has such characters.
    pub(crate) fn layer(&self, has: impl Fn(char) -> bool) -> Layer {
        let loss = self.losses.iter().copied().find(|loss| loss.shows_in(&has)).unwrap_or(Loss::None);
        Layer { truth: self.truth, page: self.page, loss, stripped: false }
    }
}

const GBK_LOSSES: &[Loss] = &[
    Loss::Pair { mark: QUESTION, decoder: Decoder::Windows936 },
    Loss::Byte { mark: REPLACEMENT, decoder: Decoder::WhatwgGbk },
    Loss::Byte { mark: REPLACEMENT, decoder: Decoder::Jdk17Gbk },
    Loss::Pair { mark: REPLACEMENT, decoder: Decoder::Jdk6Gbk },
    Loss::Byte { mark: REPLACEMENT, decoder: Decoder::PythonGbk },
    Loss::Byte { mark: QUESTION, decoder: Decoder::Jdk17Gbk },
    Loss::Byte { mark: QUESTION, decoder: Decoder::PythonGbk },
];
const BIG5_LOSSES: &[Loss] = &[
    Loss::Pair { mark: QUESTION, decoder: Decoder::Windows950 },
    Loss::Byte { mark: REPLACEMENT, decoder: Decoder::PythonBig5 },
    Loss::Byte { mark: REPLACEMENT, decoder: Decoder::WhatwgBig5 },
];
const SHIFT_JIS_LOSSES: &[Loss] = &[
    Loss::Byte { mark: REPLACEMENT, decoder: Decoder::PythonCp932 },
    Loss::Byte { mark: REPLACEMENT, decoder: Decoder::WhatwgShiftJis },
];
const EUC_KR_LOSSES: &[Loss] = &[
    Loss::Byte { mark: REPLACEMENT, decoder: Decoder::PythonCp949 },
    Loss::Byte { mark: REPLACEMENT, decoder: Decoder::WhatwgEucKr },
];
/// Undefined bytes come out as C1 controls, which the inverse table accepts, or as marks.
const fn undefined(decoder: Decoder) -> [Loss; 2] {
    [Loss::Byte { mark: REPLACEMENT, decoder }, Loss::Byte { mark: QUESTION, decoder }]
}
const WINDOWS_1250_LOSSES: &[Loss] = &undefined(Decoder::PythonCp1250);
const WINDOWS_1251_LOSSES: &[Loss] = &undefined(Decoder::PythonCp1251);
const WINDOWS_1252_LOSSES: &[Loss] = &undefined(Decoder::PythonCp1252);
const WINDOWS_1253_LOSSES: &[Loss] = &undefined(Decoder::PythonCp1253);
const WINDOWS_1254_LOSSES: &[Loss] = &undefined(Decoder::PythonCp1254);
const WINDOWS_1257_LOSSES: &[Loss] = &undefined(Decoder::PythonCp1257);
const LATIN_1_LOSSES: &[Loss] = &undefined(Decoder::VisibleLatin1);
const LOSSLESS: &[Loss] = &[Loss::None];

use CodePage::*;

macro_rules! rows {
    ($($truth:expr => $page:ident $losses:ident),* $(,)?) => {
        &[$(Row { truth: $truth, page: $page, losses: $losses }),*]
    };
}

/// Every single wrong reading that is looked for.
pub(crate) const LAYERS: &[Row] = rows![
    Truth::Utf8 => Gbk GBK_LOSSES,
    Truth::Utf8 => Big5 BIG5_LOSSES,
    Truth::Utf8 => ShiftJis SHIFT_JIS_LOSSES,
    Truth::Utf8 => EucKr EUC_KR_LOSSES,
    Truth::Utf8 => Cp1252 WINDOWS_1252_LOSSES,
    Truth::Utf8 => Latin1 LATIN_1_LOSSES,
    Truth::Utf8 => Cp1250 WINDOWS_1250_LOSSES,
    Truth::Utf8 => Cp1251 WINDOWS_1251_LOSSES,
    Truth::Utf8 => Cp1253 WINDOWS_1253_LOSSES,
    Truth::Utf8 => Cp1254 WINDOWS_1254_LOSSES,
    Truth::Utf8 => Cp1257 WINDOWS_1257_LOSSES,
    Truth::Utf8 => Iso8859_2 LOSSLESS,
    Truth::Utf8 => Iso8859_15 LOSSLESS,
    Truth::Utf8 => MacRoman LOSSLESS,
    Truth::Utf8 => Cp437 LOSSLESS,
    Truth::Utf8 => Cp850 LOSSLESS,
    Truth::Utf8 => Cp866 LOSSLESS,
    Truth::Utf8 => Koi8R LOSSLESS,
    Truth::Page(Gbk) => Cp1252 WINDOWS_1252_LOSSES,
    Truth::Page(Gbk) => Latin1 LATIN_1_LOSSES,
    Truth::Page(Gbk) => Cp1250 WINDOWS_1250_LOSSES,
    Truth::Page(Gbk) => Cp1251 WINDOWS_1251_LOSSES,
    Truth::Page(Gbk) => Cp1253 WINDOWS_1253_LOSSES,
    Truth::Page(Gbk) => Cp1254 WINDOWS_1254_LOSSES,
    Truth::Page(Gbk) => Cp1257 WINDOWS_1257_LOSSES,
    Truth::Page(Gbk) => Iso8859_2 LOSSLESS,
    Truth::Page(Gbk) => Iso8859_15 LOSSLESS,
    Truth::Page(Gbk) => Koi8R LOSSLESS,
    Truth::Page(Gbk) => MacRoman LOSSLESS,
    Truth::Page(Gbk) => Cp437 LOSSLESS,
    Truth::Page(Gbk) => Cp850 LOSSLESS,
    Truth::Page(Gbk) => Cp866 LOSSLESS,
    Truth::Page(Gbk) => Big5 BIG5_LOSSES,
    Truth::Page(Gbk) => ShiftJis SHIFT_JIS_LOSSES,
    Truth::Page(Gbk) => EucKr EUC_KR_LOSSES,
    Truth::Page(Big5) => Cp1252 WINDOWS_1252_LOSSES,
    Truth::Page(Big5) => Latin1 LATIN_1_LOSSES,
    Truth::Page(Big5) => Cp1250 WINDOWS_1250_LOSSES,
    Truth::Page(Big5) => Cp1251 WINDOWS_1251_LOSSES,
    Truth::Page(Big5) => Cp1253 WINDOWS_1253_LOSSES,
    Truth::Page(Big5) => Cp1254 WINDOWS_1254_LOSSES,
    Truth::Page(Big5) => Cp1257 WINDOWS_1257_LOSSES,
    Truth::Page(Big5) => Iso8859_2 LOSSLESS,
    Truth::Page(Big5) => Iso8859_15 LOSSLESS,
    Truth::Page(Big5) => Koi8R LOSSLESS,
    Truth::Page(Big5) => MacRoman LOSSLESS,
    Truth::Page(Big5) => Cp437 LOSSLESS,
    Truth::Page(Big5) => Cp850 LOSSLESS,
    Truth::Page(Big5) => Cp866 LOSSLESS,
    Truth::Page(Big5) => Gbk GBK_LOSSES,
    Truth::Page(ShiftJis) => Gbk GBK_LOSSES,
    Truth::Page(EucKr) => Gbk GBK_LOSSES,
    Truth::Page(ShiftJis) => Cp1252 LOSSLESS,
    Truth::Page(EucKr) => Cp1252 LOSSLESS,
];
