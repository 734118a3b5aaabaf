//! Every code of one or two bytes, as browsers (encoding_rs), Python, Windows and Java read it, leads back from
//! its character; what does not is named here. Python's readings are recorded in `data/code-pages/python.tsv`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use encoding_rs::Encoding;
use qingwen::codec::{CodePage, Decoder};

/// Codes of one or two bytes with their characters. Two bytes are a code if the first alone is not one.
type Readings = BTreeMap<Vec<u8>, String>;

struct Measured {
    /// As the document calls it.
    name: String,
    page: CodePage,
    readings: Readings,
}

/// A code that is not accepted backwards: the code, the decoder, and why.
const EXCEPTIONS: [(u16, &str, &str); 8] = [
    (0x8862, "WHATWG big5", TWO),
    (0x8864, "WHATWG big5", TWO),
    (0x88A3, "WHATWG big5", TWO),
    (0x88A5, "WHATWG big5", TWO),
    (0x8862, "Python big5hkscs", TWO),
    (0x8864, "Python big5hkscs", TWO),
    (0x88A3, "Python big5hkscs", TWO),
    (0x88A5, "Python big5hkscs", TWO),
];
const TWO: &str = "a letter and a combining mark: two characters, and the inverse is asked for one";

const WHATWG: [(CodePage, &Encoding); 15] = [
    (CodePage::Gbk, encoding_rs::GB18030),
    (CodePage::Big5, encoding_rs::BIG5),
    (CodePage::ShiftJis, encoding_rs::SHIFT_JIS),
    (CodePage::EucKr, encoding_rs::EUC_KR),
    (CodePage::Cp1250, encoding_rs::WINDOWS_1250),
    (CodePage::Cp1251, encoding_rs::WINDOWS_1251),
    (CodePage::Cp1252, encoding_rs::WINDOWS_1252),
    (CodePage::Cp1253, encoding_rs::WINDOWS_1253),
    (CodePage::Cp1254, encoding_rs::WINDOWS_1254),
    (CodePage::Cp1257, encoding_rs::WINDOWS_1257),
    (CodePage::Iso8859_2, encoding_rs::ISO_8859_2),
    (CodePage::Iso8859_15, encoding_rs::ISO_8859_15),
    (CodePage::Koi8R, encoding_rs::KOI8_R),
    (CodePage::MacRoman, encoding_rs::MACINTOSH),
    (CodePage::Cp866, encoding_rs::IBM866),
];

/// Python's decoders, and the pages that are to accept their readings.
const PYTHON: [(&str, CodePage); 24] = [
    ("gb2312", CodePage::Gbk),
    ("gbk", CodePage::Gbk),
    ("gb18030", CodePage::Gbk),
    ("big5", CodePage::Big5),
    ("cp950", CodePage::Big5),
    ("big5hkscs", CodePage::Big5),
    ("shift_jis", CodePage::ShiftJis),
    ("cp932", CodePage::ShiftJis),
    ("euc_kr", CodePage::EucKr),
    ("cp949", CodePage::EucKr),
    ("latin-1", CodePage::Latin1),
    ("cp1250", CodePage::Cp1250),
    ("cp1251", CodePage::Cp1251),
    ("cp1252", CodePage::Cp1252),
    ("cp1253", CodePage::Cp1253),
    ("cp1254", CodePage::Cp1254),
    ("cp1257", CodePage::Cp1257),
    ("iso8859-2", CodePage::Iso8859_2),
    ("iso8859-15", CodePage::Iso8859_15),
    ("koi8-r", CodePage::Koi8R),
    ("mac_roman", CodePage::MacRoman),
    ("cp437", CodePage::Cp437),
    ("cp850", CodePage::Cp850),
    ("cp866", CodePage::Cp866),
];

/// What `read` gives for every code.
fn readings(read: impl Fn(&[u8]) -> Option<String>) -> Readings {
    let mut table = Readings::new();
    for first in 0..=0xFF {
        if let Some(text) = read(&[first]) {
            table.insert(vec![first], text);
            continue;
        }
        for second in 0..=0xFF {
            if let Some(text) = read(&[first, second]) {
                table.insert(vec![first, second], text);
            }
        }
    }
    table
}

fn whatwg(page: CodePage) -> Readings {
    match WHATWG.iter().find(|w| w.0 == page) {
        Some((_, encoding)) => readings(|bytes| {
            encoding.decode_without_bom_handling_and_without_replacement(bytes).map(|text| text.into_owned())
        }),
        // The index lacks the page: ASCII alone.
        None => {
            readings(|bytes| (bytes.len() == 1 && bytes.is_ascii()).then(|| char::from(bytes[0]).to_string()))
        }
    }
}

fn data(name: &str) -> String {
    let path = format!("{}/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn number(hex: &str) -> u32 {
    u32::from_str_radix(hex, 16).unwrap_or_else(|e| panic!("{hex:?}: {e}"))
}

fn character(hex: &str) -> char {
    char::from_u32(number(hex)).unwrap_or_else(|| panic!("{hex:?} is no character"))
}

fn bytes(hex: &str) -> Vec<u8> {
    let code = number(hex) as u16;
    if hex.len() == 2 { vec![code as u8] } else { code.to_be_bytes().to_vec() }
}

fn hex(code: &[u8]) -> String {
    code.iter().map(|b| format!("{b:02X}")).collect()
}

/// Python's decoders, put together from the index and the recorded differences, with the number of codes and
/// the hash that were recorded.
fn python() -> Vec<(Measured, usize, u64)> {
    let text = data("data/code-pages/python.tsv");
    let mut out: Vec<(Measured, usize, u64)> = Vec::new();
    for line in text.lines().filter(|l| !l.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').collect();
        match cells[..] {
            ["decoder", name, _, count, hash] => {
                let page = PYTHON.iter().find(|p| p.0 == name).map_or_else(|| panic!("{name}"), |p| p.1);
                let measured = Measured { name: format!("Python {name}"), page, readings: whatwg(page) };
                out.push((measured, count.parse().unwrap(), u64::from_str_radix(hash, 16).unwrap()));
            }
            [first, last, chars] => {
                let table = &mut out.last_mut().expect("a decoder comes first").0.readings;
                let mut cells = chars.split(' ');
                for code in number(first)..=number(last) {
                    let code = bytes(&format!("{code:0width$X}", width = first.len()));
                    if chars == "-" {
                        table.remove(&code);
                    } else {
                        let cell = cells.next().expect("a cell a code");
                        table.insert(code, cell.split('+').map(character).collect());
                    }
                }
                assert!(chars == "-" || cells.next().is_none(), "{line}");
            }
            _ => panic!("{line:?}"),
        }
    }
    out
}

/// Windows's code page 936 and Java's GBK: the index, but for the codes that were measured to differ.
fn other_gbk() -> Vec<Measured> {
    let mut windows = whatwg(CodePage::Gbk);
    let mut java = windows.clone();
    windows.insert(vec![0xFF], '\u{F8F5}'.into());
    java.remove(&[0x80][..]);
    for line in data("data/code-pages/gbk-spellings.tsv").lines().filter(|l| !l.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').collect();
        windows.insert(bytes(cells[0]), character(cells[1]).into());
        java.insert(bytes(cells[0]), character(cells[2]).into());
    }
    [("Windows 936", windows), ("Java GBK", java)]
        .map(|(name, readings)| Measured { name: name.into(), page: CodePage::Gbk, readings })
        .into()
}

fn all() -> Vec<Measured> {
    let browsers = WHATWG.iter().map(|&(page, _)| Measured {
        name: format!("WHATWG {page}"),
        page,
        readings: whatwg(page),
    });
    browsers.chain(other_gbk()).chain(python().into_iter().map(|p| p.0)).collect()
}

/// The codes of a decoder that are not behind what it shows for them.
fn refused(decoder: &Measured) -> BTreeSet<Vec<u8>> {
    let accepted = |code: &[u8], text: &str| {
        let mut chars = text.chars();
        let one = chars.next().filter(|_| chars.next().is_none());
        one.is_some_and(|c| decoder.page.bytes(c).iter().any(|b| b == code))
    };
    decoder.readings.iter().filter(|(code, text)| !accepted(code, text)).map(|r| r.0.clone()).collect()
}

#[test]
fn the_recorded_readings_are_whole() {
    let decoders = python();
    assert_eq!(decoders.len(), PYTHON.len());
    for (decoder, count, hash) in decoders {
        assert_eq!(decoder.readings.len(), count, "{}", decoder.name);
        let mut fnv = 0xCBF2_9CE4_8422_2325_u64;
        // Codes of one byte come first.
        for length in [1, 2] {
            for (code, text) in decoder.readings.iter().filter(|r| r.0.len() == length) {
                let chars: Vec<String> = text.chars().map(|c| format!("{:04X}", u32::from(c))).collect();
                for byte in format!("{}\t{}\n", hex(code), chars.join("+")).bytes() {
                    fnv = (fnv ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3);
                }
            }
        }
        assert_eq!(fnv, hash, "{}", decoder.name);
    }
}

#[test]
fn every_character_leads_back_to_its_code_but_for_the_named_exceptions() {
    let named: BTreeSet<(String, String)> =
        EXCEPTIONS.iter().map(|e| (format!("{:04X}", e.0), e.1.to_owned())).collect();
    assert_eq!(named.len(), EXCEPTIONS.len(), "an exception is named twice");
    let found: BTreeSet<(String, String)> =
        all().iter().flat_map(|d| refused(d).into_iter().map(|code| (hex(&code), d.name.clone()))).collect();
    let new: Vec<_> = found.difference(&named).collect();
    let gone: Vec<_> = named.difference(&found).collect();
    for (code, name, why) in EXCEPTIONS {
        println!("{code:04X} {name}: {why}");
    }
    assert!(new.is_empty(), "not behind their characters: {new:?}");
    assert!(gone.is_empty(), "exceptions that no longer hold: {gone:?}");
}

#[test]
fn every_byte_of_a_single_byte_page_leads_back_to_itself() {
    for page in CodePage::ALL.into_iter().filter(|p| p.is_single_byte()) {
        let mut seen = BTreeSet::new();
        for byte in 0..=0xFF {
            let (c, length) = page.decode_one(&[byte]).unwrap_or_else(|| panic!("{page} {byte:02X}"));
            assert_eq!(length, 1);
            assert!(seen.insert(c), "{page}: {c:?} stands twice");
            let strings: Vec<Vec<u8>> = page.bytes(c).iter().map(<[u8]>::to_vec).collect();
            assert_eq!(strings, [vec![byte]], "{page} {c:?}");
        }
    }
}

#[test]
fn c1_controls_stand_for_their_bytes_in_the_pages_of_iso_and_windows() {
    for page in CodePage::ALL.into_iter().filter(|p| p.is_single_byte()) {
        let has = !matches!(
            page,
            CodePage::Koi8R | CodePage::MacRoman | CodePage::Cp437 | CodePage::Cp850 | CodePage::Cp866
        );
        for byte in 0x80..=0x9F {
            let strings: Vec<Vec<u8>> = page.bytes(char::from(byte)).iter().map(<[u8]>::to_vec).collect();
            let expected = if has { vec![vec![byte]] } else { vec![] };
            assert_eq!(strings, expected, "{page} {byte:02X}");
        }
    }
}

#[test]
fn decoders_read_the_bytes_and_pairs_that_they_were_recorded_to_read() {
    let all = all();
    for (decoder, name) in [
        (Decoder::Windows936, "Windows 936"),
        (Decoder::Jdk17Gbk, "Java GBK"),
        (Decoder::WhatwgGbk, "WHATWG gbk"),
        (Decoder::PythonGbk, "Python gbk"),
        (Decoder::PythonBig5, "Python big5"),
        (Decoder::PythonCp950, "Python cp950"),
        (Decoder::WhatwgBig5, "WHATWG big5"),
        (Decoder::PythonCp932, "Python cp932"),
        (Decoder::WhatwgShiftJis, "WHATWG shift_jis"),
        (Decoder::PythonCp949, "Python cp949"),
        (Decoder::WhatwgEucKr, "WHATWG euc-kr"),
        (Decoder::PythonCp1250, "Python cp1250"),
        (Decoder::PythonCp1251, "Python cp1251"),
        (Decoder::PythonCp1252, "Python cp1252"),
        (Decoder::PythonCp1253, "Python cp1253"),
        (Decoder::PythonCp1254, "Python cp1254"),
        (Decoder::PythonCp1257, "Python cp1257"),
    ] {
        let measured = all.iter().find(|m| m.name == name).unwrap_or_else(|| panic!("{name}"));
        assert_eq!(measured.page, decoder.page());
        let mut wrong = Vec::new();
        for first in 0x80..=0xFF {
            if decoder.singles(first) != measured.readings.contains_key(&[first][..]) {
                wrong.push(hex(&[first]));
            }
            for second in 0..=0xFF {
                if decoder.pairs(first, second) != measured.readings.contains_key(&[first, second][..]) {
                    wrong.push(hex(&[first, second]));
                }
            }
        }
        assert!(wrong.is_empty(), "{name}: {} {wrong:?}", wrong.len());
    }
}

#[test]
fn the_document_gives_the_counts() {
    let mut table = String::new();
    for decoder in all() {
        let index = whatwg(decoder.page);
        let count = |f: &dyn Fn(&Vec<u8>, &String) -> bool, of: &Readings| {
            of.iter().filter(|(code, text)| f(code, text)).count()
        };
        let other =
            count(&|code, text| index.get(code).is_some_and(|theirs| theirs != text), &decoder.readings);
        let more = count(&|code, _| !index.contains_key(code), &decoder.readings);
        let fewer = count(&|code, _| !decoder.readings.contains_key(code), &index);
        let refused = refused(&decoder).len();
        let codes = decoder.readings.len();
        let _ = writeln!(table, "| {} | {codes} | {other} | {more} | {fewer} | {refused} |", decoder.name);
    }
    println!("{table}");
    assert!(data("docs/code-pages.md").contains(&table), "docs/code-pages.md lacks this table:\n{table}");
}

#[test]
fn bytes_that_browsers_do_not_read_stand_for_the_character_of_their_number() {
    // Greek and Baltic Windows show private-use characters for these five: they are not in the tables.
    let mut found = Vec::new();
    for (page, _) in WHATWG.into_iter().filter(|w| w.0.is_single_byte()) {
        let index = whatwg(page);
        for byte in (0..=0xFF).filter(|&byte| !index.contains_key(&[byte][..])) {
            assert_eq!(page.decode_one(&[byte]), Some((char::from(byte), 1)), "{page} {byte:02X}");
            found.push((page, byte));
        }
    }
    let greek = [0xAA, 0xD2, 0xFF].map(|byte| (CodePage::Cp1253, byte));
    let baltic = [0xA1, 0xA5].map(|byte| (CodePage::Cp1257, byte));
    assert_eq!(found, [&greek[..], &baltic[..]].concat());
}
