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
}

use Encoding::*;

/// Names that people and programs use beside [`Encoding::name`], in lower case without `-`, `_` and spaces.
const ALIASES: &[(&str, Encoding)] = &[
    ("ascii", Utf8),
    ("usascii", Utf8),
    ("utf16", Utf16Le),
    ("ucs2", Utf16Le),
    ("unicode", Utf16Le),
    ("utf32", Utf32Le),
    ("ucs4", Utf32Le),
    ("gbk", Gb18030),
    ("gb2312", Gb18030),
    ("gb", Gb18030),
    ("euccn", Gb18030),
    ("cp936", Gb18030),
    ("936", Gb18030),
    ("windows936", Gb18030),
    ("hkscs", Big5),
    ("big5hkscs", Big5),
    ("cp950", Big5),
    ("950", Big5),
    ("windows950", Big5),
    ("sjis", ShiftJis),
    ("cp932", ShiftJis),
    ("932", ShiftJis),
    ("windows31j", ShiftJis),
    ("ms932", ShiftJis),
    ("eucj", EucJp),
    ("cp949", EucKr),
    ("uhc", EucKr),
    ("949", EucKr),
    ("ksc5601", EucKr),
    ("latin1", Windows1252),
    ("iso88591", Windows1252),
    ("cp1252", Windows1252),
    ("latin2", Iso8859_2),
    ("latin9", Iso8859_15),
    ("cp1250", Windows1250),
    ("cp1251", Windows1251),
    ("cp1253", Windows1253),
    ("cp1254", Windows1254),
    ("iso88599", Windows1254),
    ("latin5", Windows1254),
    ("cp1257", Windows1257),
    ("koi8", Koi8R),
    ("cp866", Ibm866),
    ("mac", Macintosh),
    ("macroman", Macintosh),
];

impl Encoding {
    /// All of them, the likelier ones first.
    pub const ALL: [Self; 21] = [
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
    ];

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
        !self.is_unicode() && !matches!(self, Big5 | ShiftJis | EucJp | EucKr)
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
            Utf8 | Utf16Le | Utf16Be | Utf32Le | Utf32Be | EucJp => return None,
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
        let own = Self::ALL.into_iter().find(|e| plain(e.name()) == wanted);
        let other = || ALIASES.iter().find(|(alias, _)| *alias == wanted).map(|&(_, e)| e);
        own.or_else(other).ok_or_else(|| UnknownEncoding(name.to_owned()))
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
        // No alias hides another encoding's own name.
        for (alias, encoding) in ALIASES {
            assert_eq!(alias.parse(), Ok(*encoding));
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
