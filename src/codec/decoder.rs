//! Decoders that exist, and what each does with bytes that it cannot read.

use super::tables::missing;
use super::{BIG5, CodePage, EUC_KR, SHIFT_JIS};

/// A decoder whose way of losing bytes is known. What they do was measured: see `docs/code-pages.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Decoder {
    /// Windows and .NET, code page 936; PHP's CP936 does the same.
    Windows936,
    /// Java since 7, `GBK`.
    Jdk17Gbk,
    /// Java before 7, and Eclipse of that time.
    Jdk6Gbk,
    /// Browsers and encoding_rs, `gbk`.
    WhatwgGbk,
    /// Python, `gbk`.
    PythonGbk,
    /// Windows, code page 950.
    Windows950,
    /// Python, `big5`.
    PythonBig5,
    /// Python, `cp950`.
    PythonCp950,
    /// Browsers, `big5`.
    WhatwgBig5,
    /// Python, `cp932`.
    PythonCp932,
    /// Browsers, `shift_jis`.
    WhatwgShiftJis,
    /// Python, `cp949`.
    PythonCp949,
    /// Browsers, `euc-kr`.
    WhatwgEucKr,
    /// Python, `cp1250`: the undefined bytes are lost, and so with the others.
    PythonCp1250,
    /// Python, `cp1251`.
    PythonCp1251,
    /// Python, `cp1252`.
    PythonCp1252,
    /// Python, `cp1253`.
    PythonCp1253,
    /// Python, `cp1254`.
    PythonCp1254,
    /// Python, `cp1257`.
    PythonCp1257,
    /// Latin-1 shown by a program that has no picture for control characters.
    VisibleLatin1,
}

use Decoder::*;

impl Decoder {
    /// All of them.
    pub const ALL: [Self; 20] = [
        Windows936,
        Jdk17Gbk,
        Jdk6Gbk,
        WhatwgGbk,
        PythonGbk,
        Windows950,
        PythonBig5,
        PythonCp950,
        WhatwgBig5,
        PythonCp932,
        WhatwgShiftJis,
        PythonCp949,
        WhatwgEucKr,
        PythonCp1250,
        PythonCp1251,
        PythonCp1252,
        PythonCp1253,
        PythonCp1254,
        PythonCp1257,
        VisibleLatin1,
    ];

    /// Its code page.
    pub const fn page(self) -> CodePage {
        match self {
            Windows936 | Jdk17Gbk | Jdk6Gbk | WhatwgGbk | PythonGbk => CodePage::Gbk,
            Windows950 | PythonBig5 | PythonCp950 | WhatwgBig5 => CodePage::Big5,
            PythonCp932 | WhatwgShiftJis => CodePage::ShiftJis,
            PythonCp949 | WhatwgEucKr => CodePage::EucKr,
            PythonCp1250 => CodePage::Cp1250,
            PythonCp1251 => CodePage::Cp1251,
            PythonCp1252 => CodePage::Cp1252,
            PythonCp1253 => CodePage::Cp1253,
            PythonCp1254 => CodePage::Cp1254,
            PythonCp1257 => CodePage::Cp1257,
            VisibleLatin1 => CodePage::Latin1,
        }
    }

    /// Whether it reads a byte above ASCII as a character of its own.
    pub fn singles(self, byte: u8) -> bool {
        match self {
            Windows936 => byte == 0x80 || byte == 0xFF,
            WhatwgGbk => byte == 0x80,
            Windows950 => byte == 0x80 || byte == 0xFF,
            PythonCp932 => matches!(byte, 0x80 | 0xA0..=0xDF | 0xFD..=0xFF),
            WhatwgShiftJis => matches!(byte, 0x80 | 0xA1..=0xDF),
            WhatwgEucKr | Jdk17Gbk | Jdk6Gbk | PythonGbk | PythonBig5 | PythonCp950 | WhatwgBig5
            | PythonCp949 => false,
            PythonCp1250 => byte >= 0x80 && !matches!(byte, 0x81 | 0x83 | 0x88 | 0x90 | 0x98),
            PythonCp1251 => byte >= 0x80 && byte != 0x98,
            PythonCp1252 => byte >= 0x80 && !matches!(byte, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D),
            PythonCp1253 => {
                byte >= 0x80
                    && !matches!(byte, 0x81 | 0x88 | 0x8A | 0x8C..=0x90 | 0x98 | 0x9A | 0x9C..=0x9F)
                    && !matches!(byte, 0xAA | 0xD2 | 0xFF)
            }
            PythonCp1257 => {
                byte >= 0x80
                    && !matches!(byte, 0x81 | 0x83 | 0x88 | 0x8A | 0x8C | 0x90 | 0x98 | 0x9A | 0x9C | 0x9F)
                    && !matches!(byte, 0xA1 | 0xA5)
            }
            VisibleLatin1 => byte >= 0xA0,
            PythonCp1254 => byte >= 0x80 && !matches!(byte, 0x81 | 0x8D..=0x90 | 0x9D | 0x9E),
        }
    }

    /// Whether it reads the two bytes as one character.
    pub fn pairs(self, first: u8, second: u8) -> bool {
        let square = (0x81..=0xFE).contains(&first) && matches!(second, 0x40..=0x7E | 0x80..=0xFE);
        let lacks = |runs: &[(u16, u16)]| {
            let code = u16::from_be_bytes([first, second]);
            runs.get(runs.partition_point(|r| r.1 < code)).is_some_and(|r| r.0 <= code)
        };
        match self {
            Windows936 | Jdk17Gbk | Jdk6Gbk | WhatwgGbk => square,
            PythonGbk => square && !lacks(&missing::PYTHON_GBK),
            PythonBig5 => square && !lacks(&missing::PYTHON_BIG5),
            PythonCp950 => square && !lacks(&missing::PYTHON_CP950),
            PythonCp932 => square && !self.singles(first) && !lacks(&missing::PYTHON_CP932),
            PythonCp949 => square && !lacks(&missing::PYTHON_CP949),
            Windows950 => {
                let trail = matches!(second, 0x40..=0x7E | 0xA1..=0xFE);
                let user_defined = match first {
                    0x81..=0xA0 | 0xFA..=0xFE | 0xC7 | 0xC8 => true,
                    0xC6 => second >= 0xA1,
                    _ => false,
                };
                trail && (user_defined || square && !lacks(&missing::PYTHON_CP950))
            }
            WhatwgBig5 => {
                // Four codes are a letter and a combining mark, and stand in no table of characters.
                let two = matches!((first, second), (0x88, 0x62 | 0x64 | 0xA3 | 0xA5));
                two || BIG5.char(first, second).is_some()
            }
            WhatwgShiftJis => !self.singles(first) && SHIFT_JIS.char(first, second).is_some(),
            WhatwgEucKr => EUC_KR.char(first, second).is_some(),
            PythonCp1250 | PythonCp1251 | PythonCp1252 | PythonCp1253 | PythonCp1254 | PythonCp1257
            | VisibleLatin1 => false,
        }
    }
}
