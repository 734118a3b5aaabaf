//! Code pages, forwards as real decoders read them and backwards as the repairer needs them.
//!
//! A [`CodePage`] is a family of decoders that agree on nearly all codes. Backwards it accepts every
//! decoder's spelling: [`CodePage::bytes`] gives all byte strings that some decoder of the family shows as a
//! character. A [`Decoder`] is one member, with its own way of losing bytes.
//!
//! Sources: the WHATWG Encoding Standard's indexes, Microsoft's end-user-defined ranges of code page 950,
//! and the differences measured on other decoders (`data/code-pages`). See `docs/code-pages.md`.

mod decoder;
mod double;
mod four;
mod inverse;
mod spell;
mod tables {
    pub(super) mod missing;
    pub(super) mod single;
}

use std::fmt;
use std::str::FromStr;

pub use decoder::Decoder;
use double::Table;
use inverse::Inverse;
use tables::single;

/// A family of code pages whose decoders differ only in the spelling of some codes and in how they lose bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum CodePage {
    /// GBK, code page 936 and the two-byte codes of GB18030.
    Gbk,
    /// Big5, code page 950, HKSCS.
    Big5,
    /// Shift_JIS, code page 932.
    ShiftJis,
    /// EUC-KR, code page 949.
    EucKr,
    /// ISO-8859-1: every byte is the character of the same number.
    Latin1,
    /// Windows, Central European.
    Cp1250,
    /// Windows, Cyrillic.
    Cp1251,
    /// Windows, Western.
    Cp1252,
    /// Windows, Greek.
    Cp1253,
    /// Windows, Turkish.
    Cp1254,
    /// Windows, Baltic.
    Cp1257,
    /// ISO, Central European.
    Iso8859_2,
    /// ISO, Western with the euro sign.
    Iso8859_15,
    /// Russian Unix and mail.
    Koi8R,
    /// Classic Macintosh.
    MacRoman,
    /// IBM PC, and the names in zip files.
    Cp437,
    /// IBM PC, Western.
    Cp850,
    /// IBM PC, Cyrillic.
    Cp866,
}

use CodePage::*;

/// The characters of the bytes 80 to FF.
type Chars = [u16; 128];
static GBK: Table = Table::new(include_bytes!("tables/gbk.bin"));
static BIG5: Table = Table::new(include_bytes!("tables/big5.bin"));
static SHIFT_JIS: Table = Table::new(include_bytes!("tables/shift_jis.bin"));
static EUC_KR: Table = Table::new(include_bytes!("tables/euc-kr.bin"));

/// The byte strings behind one character: at most four, of one or two bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Bytes {
    strings: [[u8; 2]; 4],
    lengths: [u8; 4],
    count: u8,
}

/// The first of the byte strings behind a character; empty where there is none.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Spelling {
    bytes: [u8; 2],
    len: u8,
}

impl std::ops::Deref for Spelling {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }
}

impl Bytes {
    fn push(&mut self, string: &[u8]) {
        let n = usize::from(self.count);
        if n < self.strings.len() && (n == 0 || !self.iter().any(|s| s == string)) {
            self.strings[n][..string.len()].copy_from_slice(string);
            self.lengths[n] = string.len() as u8;
            self.count += 1;
        }
    }

    fn push_code(&mut self, code: u16) {
        self.push(&code.to_be_bytes());
    }

    /// The strings, the standard's own spelling first.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let count = usize::from(self.count);
        self.strings[..count].iter().zip(&self.lengths).map(|(s, &l)| &s[..usize::from(l)])
    }

    /// Whether no decoder of the family shows the character.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

impl CodePage {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Gbk, Big5, ShiftJis, EucKr, Latin1, Cp1250, Cp1251, Cp1252, Cp1253, Cp1254, Cp1257, Iso8859_2,
        Iso8859_15, Koi8R, MacRoman, Cp437, Cp850, Cp866,
    ];

    /// The name of the IANA registry, in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Gbk => "gbk",
            Big5 => "big5",
            ShiftJis => "shift_jis",
            EucKr => "euc-kr",
            Latin1 => "iso-8859-1",
            Cp1250 => "windows-1250",
            Cp1251 => "windows-1251",
            Cp1252 => "windows-1252",
            Cp1253 => "windows-1253",
            Cp1254 => "windows-1254",
            Cp1257 => "windows-1257",
            Iso8859_2 => "iso-8859-2",
            Iso8859_15 => "iso-8859-15",
            Koi8R => "koi8-r",
            MacRoman => "macintosh",
            Cp437 => "ibm437",
            Cp850 => "ibm850",
            Cp866 => "ibm866",
        }
    }

    /// Whether every byte is a character of its own.
    pub const fn is_single_byte(self) -> bool {
        !matches!(self, Gbk | Big5 | ShiftJis | EucKr)
    }

    /// Whether some page of single bytes may have a character beyond ASCII.
    pub(crate) fn is_narrow(c: char) -> bool {
        matches!(c, '\u{80}'..='\u{2E7F}' | '\u{F8FF}' | '\u{FB01}' | '\u{FB02}')
    }

    /// Whether a character is a letter of the alphabet for which the page was made, if that is not Latin.
    pub(crate) fn is_own_letter(self, c: char) -> bool {
        match self {
            Cp1251 | Koi8R | Cp866 => matches!(c, '\u{400}'..='\u{45F}' | 'Ґ' | 'ґ'),
            Cp1253 => matches!(c, 'Ά'..='ώ'),
            _ => false,
        }
    }

    fn double(self) -> Option<&'static Table> {
        match self {
            Gbk => Some(&GBK),
            Big5 => Some(&BIG5),
            ShiftJis => Some(&SHIFT_JIS),
            EucKr => Some(&EUC_KR),
            _ => None,
        }
    }

    /// The characters of the bytes 80 to FF.
    fn single(self) -> Option<&'static Chars> {
        Some(match self {
            Cp1250 => &single::WINDOWS_1250,
            Cp1251 => &single::WINDOWS_1251,
            Cp1252 => &single::WINDOWS_1252,
            Cp1253 => &single::WINDOWS_1253,
            Cp1254 => &single::WINDOWS_1254,
            Cp1257 => &single::WINDOWS_1257,
            Iso8859_2 => &single::ISO_8859_2,
            Iso8859_15 => &single::ISO_8859_15,
            Koi8R => &single::KOI8_R,
            MacRoman => &single::MACINTOSH,
            Cp437 => &single::IBM437,
            Cp850 => &single::IBM850,
            Cp866 => &single::IBM866,
            Gbk | Big5 | ShiftJis | EucKr | Latin1 => return None,
        })
    }

    /// The same backwards.
    fn inverse(self) -> Option<&'static Inverse> {
        macro_rules! inverse {
            ($($page:ident => $chars:ident),* $(,)?) => {
                match self {
                    $($page => {
                        static INVERSE: Inverse = Inverse::of(&single::$chars);
                        Some(&INVERSE)
                    })*
                    Gbk | Big5 | ShiftJis | EucKr | Latin1 => None,
                }
            };
        }
        inverse! {
            Cp1250 => WINDOWS_1250,
            Cp1251 => WINDOWS_1251,
            Cp1252 => WINDOWS_1252,
            Cp1253 => WINDOWS_1253,
            Cp1254 => WINDOWS_1254,
            Cp1257 => WINDOWS_1257,
            Iso8859_2 => ISO_8859_2,
            Iso8859_15 => ISO_8859_15,
            Koi8R => KOI8_R,
            MacRoman => MACINTOSH,
            Cp437 => IBM437,
            Cp850 => IBM850,
            Cp866 => IBM866,
        }
    }

    /// Bytes above ASCII that some decoder of a double-byte page shows as a character of their own.
    fn lone(self) -> &'static [(u8, char)] {
        match self {
            // Windows and the WHATWG read 80 as the euro sign, Windows FF as a private-use character.
            Gbk => &[(0x80, '€'), (0xFF, '\u{F8F5}')],
            Big5 => &[(0x80, '\u{80}'), (0xFF, '\u{F8F8}')],
            ShiftJis => &[
                (0x80, '\u{80}'),
                (0xA0, '\u{A0}'),
                (0xA0, '\u{F8F0}'),
                (0xFD, '\u{F8F1}'),
                (0xFE, '\u{F8F2}'),
                (0xFF, '\u{F8F3}'),
            ],
            EucKr => &[(0x80, '\u{80}'), (0xFF, '\u{F8F7}')],
            _ => &[],
        }
    }

    /// Every byte string that some decoder of this family shows as `c`; the standard's spelling first.
    /// ASCII stands for itself. Constant time.
    #[inline]
    pub fn bytes(self, c: char) -> Bytes {
        let mut bytes = Bytes::default();
        if c.is_ascii() {
            bytes.push(&[c as u8]);
            return bytes;
        }
        if let Some(table) = self.double() {
            if let Some(code) = table.code(c) {
                bytes.push_code(code);
            }
            if table.may_have_more(c) {
                table.more(c).for_each(|code| bytes.push_code(code));
            }
            if self == ShiftJis && is_half_kana(c) {
                bytes.push(&[(c as u32 - 0xFF61 + 0xA1) as u8]);
            }
            if may_be_lone(c) {
                self.lone().iter().filter(|lone| lone.1 == c).for_each(|lone| bytes.push(&[lone.0]));
            }
        } else if let Some(byte) = self.byte(c) {
            bytes.push(&[byte]);
        }
        bytes
    }

    /// The byte that a single-byte page shows as a character above ASCII.
    #[inline]
    fn byte(self, c: char) -> Option<u8> {
        // No such page has ideographs and the like.
        let code = u16::try_from(u32::from(c)).ok().filter(|code| !matches!(code, 0x2E80..=0xF8FE))?;
        match self.inverse() {
            // A byte without a character is shown as the C1 control of its number by some.
            Some(inverse) => inverse
                .byte(code)
                .or_else(|| (self.is_windows() && matches!(c, '\u{80}'..='\u{9F}')).then_some(code as u8)),
            None => u8::try_from(code).ok(),
        }
    }

    /// The first of [`Self::bytes`], for looks at many characters.
    #[inline]
    pub(crate) fn spelling(self, c: char) -> Spelling {
        if self.is_single_byte() && !c.is_ascii() {
            return self.byte(c).map_or_else(Spelling::default, |byte| Spelling { bytes: [byte, 0], len: 1 });
        }
        let table = self.double().filter(|_| !c.is_ascii());
        match table.and_then(|table| table.code(c)) {
            Some(code) => Spelling { bytes: code.to_be_bytes(), len: 2 },
            // Nearly all others have none.
            None if table
                .is_some_and(|table| !table.may_have_more(c) && !is_half_kana(c) && !may_be_lone(c)) =>
            {
                Spelling::default()
            }
            None => match self.bytes(c).iter().next() {
                Some(&[byte]) => Spelling { bytes: [byte, 0], len: 1 },
                Some(&[first, second]) => Spelling { bytes: [first, second], len: 2 },
                _ => Spelling::default(),
            },
        }
    }

    fn is_windows(self) -> bool {
        matches!(self, Cp1250 | Cp1251 | Cp1252 | Cp1253 | Cp1254 | Cp1257)
    }

    /// The standard's reading of the character at the start of `bytes`, with the number of its bytes.
    /// `None` if they begin no character, or only a part of one.
    pub fn decode_one(self, bytes: &[u8]) -> Option<(char, usize)> {
        let &first = bytes.first()?;
        if first < 0x80 {
            return Some((char::from(first), 1));
        }
        if let Some(table) = self.double() {
            if self == ShiftJis && (0xA1..=0xDF).contains(&first) {
                return char::from_u32(0xFF61 + u32::from(first - 0xA1)).map(|c| (c, 1));
            }
            if let Some(c) = bytes.get(1).and_then(|&second| table.char(first, second)) {
                return Some((c, 2));
            }
            let four = bytes.first_chunk::<4>().filter(|_| self == Gbk);
            return four.and_then(|&four| four::character(four)).map(|c| (c, 4));
        }
        let c = match self.single() {
            Some(page) => char::from_u32(u32::from(page[usize::from(first - 0x80)]))?,
            None => char::from(first),
        };
        Some((c, 1))
    }
}

/// Katakana that Shift-JIS spells with one byte.
#[inline]
fn is_half_kana(c: char) -> bool {
    matches!(c, '\u{FF61}'..='\u{FF9F}')
}

/// What [`CodePage::lone`] may hold.
#[inline]
fn may_be_lone(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{A0}' | '€' | '\u{F8F0}'..='\u{F8FF}')
}

impl fmt::Display for CodePage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// No code page has this name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownCodePage(String);

impl fmt::Display for UnknownCodePage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown code page {:?}", self.0)
    }
}

impl std::error::Error for UnknownCodePage {}

impl FromStr for CodePage {
    type Err = UnknownCodePage;

    /// Reads the name of [`CodePage::name`], in any case.
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|p| p.name().eq_ignore_ascii_case(name))
            .ok_or_else(|| UnknownCodePage(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_wide_character_is_in_a_page_of_single_bytes() {
        let pages = CodePage::ALL.into_iter().filter(|page| page.is_single_byte());
        for c in pages.flat_map(|page| (0x80..=0xFF).filter_map(move |b| page.decode_one(&[b]))) {
            assert!(CodePage::is_narrow(c.0), "{:?}", c.0);
        }
    }

    #[test]
    fn the_spelling_of_a_character_is_the_first_of_its_byte_strings() {
        for page in CodePage::ALL {
            for c in '\0'..=char::MAX {
                let bytes = page.bytes(c);
                assert_eq!(&*page.spelling(c), bytes.iter().next().unwrap_or_default(), "{c:?} in {page}");
            }
        }
    }
}
