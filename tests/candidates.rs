//! All readings of a text side by side.

use encoding_rs::{BIG5, EUC_KR, Encoding, GBK, WINDOWS_1252};
use proptest::prelude::*;
use qingwen::repair::{Candidate, Options, Repairer};

fn candidates(text: &str) -> Vec<Candidate> {
    Repairer::default().candidates(text, 100)
}

/// The bytes as a browser shows them in an encoding.
fn shown(bytes: &[u8], page: &'static Encoding) -> String {
    page.decode_without_bom_handling(bytes).0.into_owned()
}

const SENTENCES: [&str; 4] = [
    "会议改到明天下午三点，请各位准时参加。",
    "这本书的作者在序言里感谢了他的老师。",
    "下雨的时候，孩子们在屋里下棋。",
    "服务器重启之后，日志里没有再出现错误。",
];

#[test]
fn the_text_that_was_garbled_comes_first_and_the_text_as_it_stands_is_among_the_others() {
    for text in SENTENCES {
        let (gbk, big5) = (GBK.encode(text).0, "請把這份文件寄給我們的客戶，謝謝。");
        let cases = [
            (shown(text.as_bytes(), WINDOWS_1252), "utf-8>windows-1252", text),
            (shown(&gbk, WINDOWS_1252), "gbk>windows-1252", text),
            (shown(&gbk, EUC_KR), "gbk>euc-kr", text),
            (shown(&BIG5.encode(big5).0, GBK), "big5>gbk", big5),
        ];
        for (garbled, channel, text) in cases {
            let all = candidates(&garbled);
            assert_eq!((all[0].channel.as_deref(), &*all[0].reading), (Some(channel), text), "{garbled}");
            assert!(all[0].probability > 0.99, "{garbled}: {}", all[0].probability);
            let stands: Vec<_> = all.iter().filter(|c| c.channel.is_none()).collect();
            assert_eq!(stands.len(), 1);
            assert_eq!((&*stands[0].reading, stands[0].layers, stands[0].lost), (&*garbled, 0, 0));
            assert!(stands[0].reversible && stands[0].shown.is_empty());
        }
    }
}

#[test]
fn what_repair_does_is_the_first_candidate() {
    let repairer = Repairer::new(Options { min_confidence: 0.0 });
    for text in SENTENCES {
        let once = shown(text.as_bytes(), GBK);
        let twice = shown(once.as_bytes(), GBK);
        for garbled in [once, twice, format!("笔记：{}（完）", shown(text.as_bytes(), WINDOWS_1252))] {
            let first = &candidates(&garbled)[0];
            let repaired = repairer.repair(&garbled);
            assert_eq!(first.reading, repaired.text);
            assert_eq!(first.channel.as_deref(), Some(&*repaired.edits[0].cause));
            assert_eq!(first.layers, repaired.edits[0].layers);
        }
    }
}

#[test]
fn clean_text_stands() {
    for text in SENTENCES.into_iter().chain(["", "plain", "Müller, café, naïve", "東京へ行きます。"])
    {
        let all = candidates(text);
        assert_eq!((all[0].channel.as_deref(), &*all[0].reading), (None, text));
        assert!(all[0].probability > 0.99, "{text}: {}", all[0].probability);
    }
}

#[test]
fn candidates_differ_are_ranked_and_their_probabilities_are_shares() {
    let garbled = shown(&GBK.encode(SENTENCES[0]).0, WINDOWS_1252);
    let all = candidates(&garbled);
    assert!(all.len() > 2);
    assert!((all.iter().map(|c| c.probability).sum::<f64>() - 1.0).abs() < 1e-9);
    assert!(all.is_sorted_by(|a, b| a.probability >= b.probability));
    for (i, c) in all.iter().enumerate() {
        assert!(all[..i].iter().all(|d| d.reading != c.reading && d.channel != c.channel));
    }
    // Pages that have the same characters for these bytes are named together.
    assert!(all[0].also.contains(&"gbk>iso-8859-1".to_owned()), "{:?}", all[0].also);
    assert_eq!(Repairer::default().candidates(&garbled, 2), all[..2]);
    assert_eq!(Repairer::default().candidates(&garbled, 0), []);
}

#[test]
fn every_character_tells_its_bytes() {
    // The full stop has the same code in both of the double-byte encodings: it was never garbled.
    for text in SENTENCES.map(|s| s.trim_end_matches('。')) {
        for (bytes, page) in [(text.as_bytes(), WINDOWS_1252), (&GBK.encode(text).0, EUC_KR)] {
            let garbled = shown(bytes, page);
            let first = &candidates(&garbled)[0];
            assert!(first.reversible);
            assert_eq!(first.lost, 0);
            assert_eq!(first.shown.iter().flat_map(|s| s.bytes.clone()).collect::<Vec<_>>(), bytes);
            for s in &first.shown {
                assert!(garbled[s.at..].starts_with(s.character));
            }
        }
    }
}

#[test]
fn lost_bytes_are_counted_and_their_characters_named() {
    let bytes = "请先保存文件，再关闭窗口".as_bytes();
    // The last character loses its last byte, and Python shows a mark for what is left of it.
    let garbled = shown(&bytes[..bytes.len() - 1], WINDOWS_1252);
    let first = &candidates(&garbled)[0];
    assert_eq!((first.lost, first.restored.len(), first.reversible), (1, 1, false));
    assert_eq!(first.restored[0].at, first.reading.len() - "口".len());
    assert!(first.reading.starts_with("请先保存文件，再关闭窗"));

    // Windows shows one `?` for the last byte of 。 and the quotation mark behind it.
    let garbled = "{\"msg\": \"鎿嶄綔宸茬粡鎴愬姛瀹屾垚銆?}";
    let first = &candidates(garbled)[0];
    assert_eq!(first.reading, "{\"msg\": \"操作已经成功完成。\"}");
    assert_eq!((first.lost, first.restored.len(), first.swallowed.len()), (2, 1, 1));
    let (restored, swallowed) = (&first.restored[0], &first.swallowed[0]);
    assert!(first.reading[restored.at..].starts_with('。') && restored.chosen == '。');
    assert!(first.reading[swallowed.at..].starts_with("\"}") && swallowed.chosen == '"');
    let mark = first.shown.iter().find(|s| s.character == '?').expect("the mark is shown");
    assert_eq!(&garbled[mark.at..], "?}");
    assert_eq!(mark.bytes, b"");
}

#[test]
fn a_long_text_is_cut_at_a_line_end() {
    let line = shown(SENTENCES[1].as_bytes(), WINDOWS_1252) + "\n";
    let first = &candidates(&line.repeat(200))[0];
    let lines = 4096 / line.len();
    assert_eq!(first.looked_at, lines * line.len());
    assert_eq!(first.reading, format!("{}\n", SENTENCES[1]).repeat(lines));
    assert_eq!(candidates(&"字".repeat(5000))[0].looked_at, 4095);
    assert_eq!(candidates("短")[0].looked_at, "短".len());
}

#[test]
fn marks_of_loss_alone_have_no_reading() {
    assert_eq!(candidates("\u{FFFD}\u{FFFD}\u{FFFD}浣\u{FFFD}").len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_text_has_candidates_that_fit(text in "[ -~À-ÿ€†œ—一-龥鎴浠銆锛?\u{FFFD}\n]{0,60}") {
        let all = candidates(&text);
        prop_assert!(all.iter().any(|c| c.channel.is_none() && c.reading == text));
        for c in &all {
            prop_assert!((0.0..=1.0).contains(&c.probability));
            for s in &c.shown {
                prop_assert!(text[s.at..].starts_with(s.character));
            }
            for r in c.restored.iter().chain(&c.swallowed) {
                prop_assert!(c.reading[r.at..].starts_with(r.chosen));
            }
        }
        prop_assert_eq!(all, candidates(&text));
    }
}

/// Of one word hardly anything is left, too little to change it; a person who asks what it was is told.
#[test]
fn a_single_word_has_a_reading_however_doubtful() {
    for (bad, clean) in [("涓枃", "中文"), ("鏈€", "最"), ("馃榾", "😀")] {
        let told = Repairer::default().candidates(bad, 2);
        assert_eq!((told[0].reading.as_str(), told[1].reading.as_str()), (bad, clean));
        assert!(told[1].probability < 0.5);
    }
}
