//! What is promised of detection.

use super::*;

fn in_encoding(encoding: &'static encoding_rs::Encoding, text: &str) -> Vec<u8> {
    let (bytes, _, lossy) = encoding.encode(text);
    assert!(!lossy, "{text}");
    bytes.into_owned()
}

fn best(bytes: &[u8]) -> Encoding {
    detect(bytes).best().encoding
}

#[test]
fn ascii_and_nothing_are_utf_8() {
    for bytes in [&b""[..], b"a", b"plain words\r\n", b"Bush hid the facts"] {
        assert_eq!(detect(bytes), Detection::sure(Encoding::Utf8, false));
    }
}

#[test]
fn valid_utf_8_is_utf_8_even_where_it_is_garbled_text() {
    for text in ["中", "Ã¤Â¸Â\u{AD}æ–‡", "鍒濆鍖栦腑", "Привет", "naïve café"] {
        assert_eq!(best(text.as_bytes()), Encoding::Utf8, "{text}");
    }
}

#[test]
fn four_characters_are_enough_for_the_chinese_encodings() {
    for text in ["数据备份", "今天下雨", "用户名称", "谢谢大家"] {
        assert_eq!(best(&in_encoding(encoding_rs::GB18030, text)), Encoding::Gb18030, "{text}");
    }
    for text in ["資料備份", "今天下雨", "使用者名", "謝謝大家"] {
        assert_eq!(best(&in_encoding(encoding_rs::BIG5, text)), Encoding::Big5, "{text}");
    }
}

#[test]
fn other_languages_are_told_from_chinese() {
    let cases = [
        (encoding_rs::SHIFT_JIS, "雨の日は家で本を読みます", Encoding::ShiftJis),
        (encoding_rs::EUC_JP, "雨の日は家で本を読みます", Encoding::EucJp),
        (encoding_rs::EUC_KR, "비 오는 날에는 집에서 책을 읽습니다", Encoding::EucKr),
        (encoding_rs::WINDOWS_1251, "В дождливый день я читаю дома", Encoding::Windows1251),
        (encoding_rs::KOI8_R, "В дождливый день я читаю дома", Encoding::Koi8R),
        (encoding_rs::IBM866, "В дождливый день я читаю дома", Encoding::Ibm866),
        (encoding_rs::WINDOWS_1252, "Le café préféré de l’élève", Encoding::Windows1252),
    ];
    for (encoding, text, wanted) in cases {
        assert_eq!(best(&in_encoding(encoding, text)), wanted, "{text}");
    }
}

#[test]
fn wide_units_without_a_mark_are_known_by_what_they_say() {
    for text in ["清明时节雨纷纷，路上行人欲断魂", "plain words", "天气很好"] {
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(best(&little), Encoding::Utf16Le, "{text}");
        assert_eq!(best(&big), Encoding::Utf16Be, "{text}");
        let little: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        let big: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
        assert_eq!(best(&little), Encoding::Utf32Le, "{text}");
        assert_eq!(best(&big), Encoding::Utf32Be, "{text}");
    }
}

#[test]
fn a_byte_order_mark_decides() {
    let found = detect(b"\xFF\xFE\x2D\x4E");
    assert!(found.marked());
    assert_eq!(found.best().encoding, Encoding::Utf16Le);
}

#[test]
fn one_stray_byte_does_not_make_utf_8_another_encoding() {
    let mut bytes = "这一行是正常的文字，后面有一个坏字节。".as_bytes().to_vec();
    bytes.insert(30, 0xFF);
    let found = detect(&bytes).best();
    assert_eq!((found.encoding, found.faulty), (Encoding::Utf8, true));
}

/// What stands in the cells of a price list: one character for the unit, and numbers around it.
#[test]
fn single_characters_between_numbers_are_enough_if_there_are_some() {
    let cells = ["8621,61,台", "6015,92,瓶", "77,3.50,箱", "1044,18,个", "530,7,件", "3116,458.37,公斤"];
    for end in ["\n", "\r\n"] {
        let found = detect(&in_encoding(encoding_rs::GB18030, &(cells.join(end) + end))).best();
        assert_eq!(found.encoding, Encoding::Gb18030);
        assert!(found.confidence > 0.9, "{}", found.confidence);
    }
    let korean = "사과,3개\n우유,12병\n공책,5권\n연필,20자루\n";
    assert_eq!(best(&in_encoding(encoding_rs::EUC_KR, korean)), Encoding::EucKr);
}

#[test]
fn noise_makes_nobody_sure() {
    let mut state = 7_u32;
    let noise: Vec<u8> = (0..3_000)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8 | 0x80
        })
        .collect();
    assert!(detect(&noise).best().confidence < 0.01);
}

#[test]
fn guesses_are_ranked_and_their_confidences_make_at_most_one() {
    for bytes in [&b"\xD6\xD0"[..], b"caf\xE9", b"\xFF", b"\0\0\0", b"\xB0\xA1 \xB0\xA1"] {
        let found = detect(bytes);
        let guesses = found.guesses();
        assert!((1..=MOST_GUESSES).contains(&guesses.len()));
        assert!(guesses.is_sorted_by(|a, b| a.confidence >= b.confidence));
        assert!(guesses.iter().map(|g| g.confidence).sum::<f64>() <= 1.0 + 1e-9);
    }
}
