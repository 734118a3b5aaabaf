//! The encodings that text comes in, and their names.

use std::fmt;
use std::str::FromStr;

use crate::codec::CodePage;

/// How bytes stand for text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Encoding {
    /// UTF-8, and ASCII.
    Utf8,
    /// UTF-16, the low byte first.
    Utf16Le,
    /// UTF-16, the high byte first.
    Utf16Be,
    /// UTF-32, the low byte first.
    Utf32Le,
    /// UTF-32, the high byte first.
    Utf32Be,
    /// GB18030, and with it GBK and GB2312.
    Gb18030,
    /// Big5 with the characters of HKSCS.
    Big5,
    /// Shift_JIS, code page 932.
    ShiftJis,
    /// EUC-JP.
    EucJp,
    /// EUC-KR, code page 949.
    EucKr,
    /// Windows, Western; it holds ISO-8859-1.
    Windows1252,
    /// Windows, Central European.
    Windows1250,
    /// ISO, Central European.
    Iso8859_2,
    /// Windows, Cyrillic.
    Windows1251,
    /// Russian Unix and mail.
    Koi8R,
    /// IBM PC, Cyrillic.
    Ibm866,
    /// Windows, Greek.
    Windows1253,
    /// Windows, Turkish.
    Windows1254,
    /// Windows, Baltic.
    Windows1257,
    /// ISO, Western with the euro sign.
    Iso8859_15,
    /// Classic Macintosh.
    Macintosh,
    /// IBM PC, Western. Never guessed.
    Ibm437,
    /// ISO-2022-JP, Japanese mail: seven bits, with escape sequences. Never guessed.
    Iso2022Jp,
    /// HZ, Chinese news: GB2312 in seven bits between `~{` and `~}`. Never guessed.
    Hz,
}

use Encoding::*;

/// Names that people and programs use beside [`Encoding::name`], in lower case without `-`, `_` and spaces: those of
/// the WHATWG's list, iconv and Python that people type, and what they write for them.
const ALIASES: &[(Encoding, &[&str])] = &[
    (Utf8, &["ascii", "usascii", "cp65001", "65001", "utf8sig", "utf8bom", "unicode11utf8"]),
    (Utf16Le, &["utf16", "ucs2", "ucs2le", "unicode", "unicodelittle", "cp1200"]),
    (Utf16Be, &["ucs2be", "unicodebig", "unicodefffe", "cp1201"]),
    (Utf32Le, &["utf32", "ucs4", "ucs4le"]),
    (Utf32Be, &["ucs4be"]),
    (
        Gb18030,
        &[
            "gbk",
            "xgbk",
            "gb2312",
            "csgb2312",
            "gb231280",
            "gb",
            "gb180302000",
            "gb180302005",
            "gb180302022",
            "euccn",
            "xeuccn",
            "cneuc",
            "cp936",
            "936",
            "ms936",
            "windows936",
            "cp54936",
            "54936",
            "chinese",
            "iso58",
            "isoir58",
            "csiso58gb231280",
        ],
    ),
    (
        Big5,
        &[
            "big5hkscs",
            "big5hkscs1999",
            "big5hkscs2001",
            "big5hkscs2004",
            "big5hkscs2008",
            "hkscs",
            "big5tw",
            "big5eten",
            "csbig5",
            "cnbig5",
            "xxbig5",
            "bigfive",
            "cp950",
            "950",
            "ms950",
            "windows950",
            "cp951",
        ],
    ),
    (
        ShiftJis,
        &[
            "sjis",
            "xsjis",
            "csshiftjis",
            "cp932",
            "932",
            "ms932",
            "windows932",
            "windows31j",
            "cswindows31j",
            "mskanji",
        ],
    ),
    (EucJp, &["eucj", "xeucjp", "ujis", "cp51932", "51932", "cseucpkdfmtjapanese"]),
    (
        EucKr,
        &[
            "cp949",
            "949",
            "ms949",
            "windows949",
            "uhc",
            "ksc5601",
            "ksc56011987",
            "ksc56011989",
            "ksx1001",
            "korean",
            "cseuckr",
            "cp51949",
            "51949",
        ],
    ),
    (
        Windows1252,
        &[
            "cp1252",
            "1252",
            "ms1252",
            "latin1",
            "latin",
            "l1",
            "iso88591",
            "iso885911987",
            "8859",
            "88591",
            "cp819",
            "ibm819",
            "csisolatin1",
        ],
    ),
    (Windows1250, &["cp1250", "1250", "ms1250"]),
    (Iso8859_2, &["latin2", "l2", "iso885921987", "csisolatin2"]),
    (Windows1251, &["cp1251", "1251", "ms1251"]),
    (Koi8R, &["koi8", "koi", "cskoi8r"]),
    (Ibm866, &["cp866", "866", "csibm866"]),
    (Windows1253, &["cp1253", "1253", "ms1253"]),
    (Windows1254, &["cp1254", "1254", "ms1254", "iso88599", "latin5", "l5"]),
    (Windows1257, &["cp1257", "1257", "ms1257"]),
    (Iso8859_15, &["latin9", "l9", "iso885915"]),
    (Macintosh, &["mac", "macroman", "xmacroman", "csmacintosh", "cp10000"]),
    (Ibm437, &["cp437", "437", "cspc8codepage437", "oem437"]),
    (Iso2022Jp, &["csiso2022jp", "jis", "cp50220", "cp50221"]),
    (Hz, &["hz", "hzgb"]),
];

impl Encoding {
    /// All of them, the likelier ones first.
    pub const ALL: [Self; 24] = [
        Utf8,
        Utf16Le,
        Utf16Be,
        Utf32Le,
        Utf32Be,
        Gb18030,
        Big5,
        ShiftJis,
        EucJp,
        EucKr,
        Windows1252,
        Windows1250,
        Iso8859_2,
        Windows1251,
        Koi8R,
        Ibm866,
        Windows1253,
        Windows1254,
        Windows1257,
        Iso8859_15,
        Macintosh,
        Ibm437,
        Iso2022Jp,
        Hz,
    ];

    /// Whether [`detect`](super::detect) knows it. The others are read where somebody names them: text in seven bits
    /// is ASCII as well, and text in the code page of the IBM PC is rare.
    #[must_use]
    pub const fn is_guessed(self) -> bool {
        !matches!(self, Ibm437 | Iso2022Jp | Hz)
    }

    /// Every name that is read, without regard to case, `-`, `_` and spaces: [`Encoding::name`] first.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        let others =
            ALIASES.iter().filter(move |(e, _)| *e == self).flat_map(|(_, names)| names.iter().copied());
        std::iter::once(self.name()).chain(others)
    }

    /// The name of the IANA registry, in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Utf8 => "utf-8",
            Utf16Le => "utf-16le",
            Utf16Be => "utf-16be",
            Utf32Le => "utf-32le",
            Utf32Be => "utf-32be",
            Gb18030 => "gb18030",
            Big5 => "big5",
            ShiftJis => "shift_jis",
            EucJp => "euc-jp",
            EucKr => "euc-kr",
            Windows1252 => "windows-1252",
            Windows1250 => "windows-1250",
            Iso8859_2 => "iso-8859-2",
            Windows1251 => "windows-1251",
            Koi8R => "koi8-r",
            Ibm866 => "ibm866",
            Windows1253 => "windows-1253",
            Windows1254 => "windows-1254",
            Windows1257 => "windows-1257",
            Iso8859_15 => "iso-8859-15",
            Macintosh => "macintosh",
            Ibm437 => "ibm437",
            Iso2022Jp => "iso-2022-jp",
            Hz => "hz-gb-2312",
        }
    }

    /// The byte order mark that texts of this encoding may begin with; empty if there is none.
    #[must_use]
    pub const fn mark(self) -> &'static [u8] {
        match self {
            Utf8 => b"\xEF\xBB\xBF",
            Utf16Le => b"\xFF\xFE",
            Utf16Be => b"\xFE\xFF",
            Utf32Le => b"\xFF\xFE\0\0",
            Utf32Be => b"\0\0\xFE\xFF",
            // The same character, in the four bytes that this encoding has for it.
            Gb18030 => b"\x84\x31\x95\x33",
            _ => b"",
        }
    }

    /// Bytes of a code unit: 2 and 4 where ASCII is not spelled as itself.
    #[must_use]
    pub const fn unit(self) -> usize {
        match self {
            Utf16Le | Utf16Be => 2,
            Utf32Le | Utf32Be => 4,
            _ => 1,
        }
    }

    /// Whether it can hold every character of Unicode.
    #[must_use]
    pub const fn is_unicode(self) -> bool {
        matches!(self, Utf8 | Utf16Le | Utf16Be | Utf32Le | Utf32Be | Gb18030)
    }

    /// Whether every byte is a character of its own, so that hardly any bytes are wrong in it.
    #[must_use]
    pub const fn is_single_byte(self) -> bool {
        !self.is_unicode() && !matches!(self, Big5 | ShiftJis | EucJp | EucKr | Iso2022Jp | Hz)
    }

    /// The code page that reads it one character after the other, where the project has one.
    pub(super) const fn page(self) -> Option<CodePage> {
        Some(match self {
            Gb18030 => CodePage::Gbk,
            Big5 => CodePage::Big5,
            ShiftJis => CodePage::ShiftJis,
            EucKr => CodePage::EucKr,
            Windows1252 => CodePage::Cp1252,
            Windows1250 => CodePage::Cp1250,
            Iso8859_2 => CodePage::Iso8859_2,
            Windows1251 => CodePage::Cp1251,
            Koi8R => CodePage::Koi8R,
            Ibm866 => CodePage::Cp866,
            Windows1253 => CodePage::Cp1253,
            Windows1254 => CodePage::Cp1254,
            Windows1257 => CodePage::Cp1257,
            Iso8859_15 => CodePage::Iso8859_15,
            Macintosh => CodePage::MacRoman,
            Ibm437 => CodePage::Cp437,
            Utf8 | Utf16Le | Utf16Be | Utf32Le | Utf32Be | EucJp | Iso2022Jp | Hz => return None,
        })
    }

    /// The encoding whose byte order mark `bytes` begin with. The mark of GB18030 counts; constant time.
    #[must_use]
    pub fn by_mark(bytes: &[u8]) -> Option<Self> {
        // The mark of UTF-32 begins with that of UTF-16.
        [Utf32Le, Utf32Be, Utf8, Utf16Le, Utf16Be, Gb18030].into_iter().find(|e| bytes.starts_with(e.mark()))
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// No encoding has this name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownEncoding(String);

impl fmt::Display for UnknownEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown encoding {:?}; there are ", self.0)?;
        for (n, encoding) in Encoding::ALL.iter().enumerate() {
            write!(f, "{}{encoding}", if n == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

impl std::error::Error for UnknownEncoding {}

impl FromStr for Encoding {
    type Err = UnknownEncoding;

    /// Reads a name of [`Encoding::name`] or another usual one (`gbk`, `cp950`, `sjis`, `latin1`, …), in any case,
    /// with or without `-` and `_`.
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let plain = |name: &str| -> String {
            let letters = name.chars().filter(|c| !matches!(c, '-' | '_' | ' '));
            letters.map(|c| c.to_ascii_lowercase()).collect()
        };
        let wanted = plain(name);
        let known = Self::ALL.into_iter().find(|e| e.names().any(|name| plain(name) == wanted));
        known.ok_or_else(|| UnknownEncoding(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_and_alias_is_read_in_any_spelling() {
        for encoding in Encoding::ALL {
            assert_eq!(encoding.name().parse(), Ok(encoding));
            assert_eq!(encoding.name().to_uppercase().replace('-', "_").parse(), Ok(encoding));
        }
        assert_eq!("GB2312".parse(), Ok(Gb18030));
        assert_eq!("Big5-HKSCS".parse(), Ok(Big5));
        assert_eq!("ISO-8859-1".parse(), Ok(Windows1252));
        assert!("ebcdic".parse::<Encoding>().unwrap_err().to_string().contains("gb18030"));
        // No name stands for two.
        for encoding in Encoding::ALL {
            for name in encoding.names() {
                assert_eq!(name.parse(), Ok(encoding), "{name}");
            }
        }
    }

    #[test]
    fn marks_tell_the_encoding_the_longest_one_first() {
        assert_eq!(Encoding::by_mark(b"\xFF\xFEa\0"), Some(Utf16Le));
        assert_eq!(Encoding::by_mark(b"\xFF\xFE\0\0a\0\0\0"), Some(Utf32Le));
        assert_eq!(Encoding::by_mark(b"\xEF\xBB\xBF"), Some(Utf8));
        assert_eq!(Encoding::by_mark(b"\xEF\xBB"), None);
    }
}
