//! Conformance of the code pages: against the WHATWG indexes as encoding_rs has them, and against the
//! spellings measured on other decoders.

use encoding_rs::Encoding;
use proptest::prelude::*;
use qingwen::codec::{CodePage, Decoder};

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

/// The one character that encoding_rs reads from the whole of `bytes`.
fn whatwg(encoding: &'static Encoding, bytes: &[u8]) -> Option<char> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    let mut chars = text.chars();
    chars.next().filter(|_| chars.next().is_none())
}

/// Codes of one and two bytes above ASCII.
fn codes() -> impl Iterator<Item = Vec<u8>> {
    let one = (0x80..=0xFFu8).map(|b| vec![b]);
    one.chain((0x80..=0xFFu8).flat_map(|a| (0x00..=0xFFu8).map(move |b| vec![a, b])))
}

#[test]
fn every_code_of_the_index_is_read_and_accepted_backwards() {
    for (page, encoding) in WHATWG {
        let mut read = 0;
        for code in codes() {
            if page.is_single_byte() && code.len() == 2 {
                continue;
            }
            let Some(c) = whatwg(encoding, &code) else { continue };
            // A byte of its own in a double-byte page (80 in GBK) begins no code when bytes are read, but
            // the repairer must know it.
            if page.is_single_byte() || code.len() == 2 {
                let decoded = page.decode_one(&code);
                assert_eq!(decoded, Some((c, code.len())), "{page} {code:02X?}");
            }
            assert!(page.bytes(c).iter().any(|b| b == code), "{page} {code:02X?} is not behind {c:?}");
            read += 1;
        }
        assert!(read >= 100, "{page}: only {read} codes");
    }
}

#[test]
fn no_code_is_read_that_the_index_lacks() {
    // The spellings of other decoders fill gaps of the index: those codes are in data/code-pages.
    let filled = |name: &str| spellings(name).into_iter().map(|(code, _)| code).collect::<Vec<_>>();
    for (page, encoding) in WHATWG.into_iter().filter(|(page, _)| !page.is_single_byte()) {
        let known = filled(page.name());
        for code in codes().filter(|c| c.len() == 2) {
            if whatwg(encoding, &code).is_none()
                && let Some((c, 2)) = page.decode_one(&code)
            {
                // Two codes of Big5 stand for two characters each.
                assert!(known.contains(&code), "{page} {code:02X?} reads {c:?}");
            }
        }
    }
}

/// The rows of a measured table: a code, and the characters that other decoders give.
fn spellings(page: &str) -> Vec<(Vec<u8>, Vec<char>)> {
    let path = format!("{}/data/code-pages/{page}-spellings.tsv", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    text.lines()
        .filter(|l| !l.starts_with('#'))
        .map(|line| {
            let mut cells = line.split('\t');
            let code = u16::from_str_radix(cells.next().unwrap(), 16).unwrap().to_be_bytes().to_vec();
            let chars = cells
                .filter(|c| !c.is_empty())
                .map(|c| char::from_u32(u32::from_str_radix(c, 16).unwrap()).unwrap())
                .collect();
            (code, chars)
        })
        .collect()
}

#[test]
fn every_measured_spelling_leads_back_to_its_code() {
    for page in [CodePage::Gbk, CodePage::Big5, CodePage::ShiftJis, CodePage::EucKr] {
        for (code, chars) in spellings(page.name()) {
            for c in chars {
                assert!(page.bytes(c).iter().any(|b| b == code), "{page} {code:02X?} is not behind {c:?}");
            }
        }
    }
}

#[test]
fn windows_rows_of_user_defined_characters_run_through_the_private_use_area() {
    // First and last of the ranges that Microsoft publishes for code page 950.
    for (c, code) in [
        ('\u{E000}', [0xFA, 0x40]),
        ('\u{E310}', [0xFE, 0xFE]),
        ('\u{E311}', [0x8E, 0x40]),
        ('\u{EEB7}', [0xA0, 0xFE]),
        ('\u{EEB8}', [0x81, 0x40]),
        ('\u{F6B0}', [0x8D, 0xFE]),
        ('\u{F6B1}', [0xC6, 0xA1]),
        ('\u{F848}', [0xC8, 0xFE]),
    ] {
        assert!(CodePage::Big5.bytes(c).iter().any(|b| b == code), "{c:?}");
    }
}

#[test]
fn the_euro_sign_of_gbk_is_the_byte_80_and_the_code_a2e3() {
    let strings: Vec<Vec<u8>> = CodePage::Gbk.bytes('€').iter().map(<[u8]>::to_vec).collect();
    assert!(strings.contains(&vec![0x80]) && strings.contains(&vec![0xA2, 0xE3]), "{strings:02X?}");
}

#[test]
fn emoji_have_four_bytes_in_gb18030() {
    assert_eq!(CodePage::Gbk.decode_one(&[0x94, 0x39, 0xFC, 0x36]), Some(('😀', 4)));
    assert_eq!(CodePage::Gbk.decode_one(&[0x94, 0x39, 0xFC]), None);
}

#[test]
fn every_four_byte_code_of_gb18030_is_that_of_browsers() {
    let codes = (0x81..=0xFEu8).flat_map(|a| (0x30..=0x39u8).map(move |b| (a, b)));
    let (mut compared, mut text) = (0, String::with_capacity(64));
    for (a, b) in codes {
        for (c, d) in (0x81..=0xFEu8).flat_map(|c| (0x30..=0x39u8).map(move |d| (c, d))) {
            let bytes = [a, b, c, d];
            text.clear();
            let (_, _, has_errors) =
                encoding_rs::GB18030.new_decoder().decode_to_string(&bytes, &mut text, true);
            let expected = text.chars().next().filter(|_| !has_errors);
            assert_eq!(CodePage::Gbk.decode_one(&bytes).map(|c| c.0), expected, "{bytes:02X?}");
            compared += usize::from(expected.is_some());
        }
    }
    // 39,420 of the basic plane, and sixteen other planes.
    assert_eq!(compared, 39_420 + 0x10_0000);
}

#[test]
fn decoders_pair_bytes_as_they_were_measured_to() {
    // The whole user-defined area is private use on Windows and unreadable in Python.
    assert!(Decoder::Windows936.pairs(0xAA, 0xA1) && !Decoder::PythonGbk.pairs(0xAA, 0xA1));
    // A lead byte before ASCII below 40 makes no pair anywhere.
    for decoder in Decoder::ALL {
        assert!(!decoder.pairs(0xE4, b'\n') && !decoder.pairs(0xE4, b' '), "{decoder:?}");
    }
    // Windows reads 80 as the euro sign, Java reads nothing.
    assert!(Decoder::Windows936.singles(0x80) && !Decoder::Jdk17Gbk.singles(0x80));
    // Continuation bytes of UTF-8 below A1 end no pair of Big5.
    assert!(!Decoder::Windows950.pairs(0xE4, 0x80) && Decoder::Windows950.pairs(0xE4, 0xA1));
}

#[test]
fn names_are_read_back() {
    for page in CodePage::ALL {
        assert_eq!(page.name().parse(), Ok(page));
    }
    assert!("klingon".parse::<CodePage>().is_err());
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..6)) {
        for page in CodePage::ALL {
            if let Some((_, n)) = page.decode_one(&bytes) {
                prop_assert!(n >= 1 && n <= bytes.len());
            }
        }
    }

    #[test]
    fn what_is_behind_a_character_is_read_as_some_character(c in any::<char>()) {
        for page in CodePage::ALL {
            for bytes in page.bytes(c).iter() {
                prop_assert!(matches!(bytes.len(), 1 | 2));
            }
        }
    }
}
