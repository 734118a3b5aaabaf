//! Conversion beyond OpenCC: what is left alone, and how output and input correspond.

use proptest::prelude::*;
use qingwen::convert::{Config, Converter};
use qingwen::edit::Staged;

/// Does what the edits say.
fn replay(text: &str, staged: &Staged<'_>) -> String {
    let (mut out, mut done) = (String::new(), 0);
    for edit in &staged.edits {
        assert_eq!(&text[edit.before.clone()], edit.old);
        assert_eq!(&staged.text[edit.after.clone()], edit.new);
        out.push_str(&text[done..edit.before.start]);
        out.push_str(&edit.new);
        done = edit.before.end;
    }
    out + &text[done..]
}

#[test]
fn exact_conversions_know_nothing_of_it() {
    let exact = Converter::new(Config::T2s);
    assert_eq!(exact.convert("漢\u{FE00}字"), "汉\u{FE00}字");
    assert_eq!(exact.convert("東京へ行く"), "东京へ行く");
    assert_eq!(exact.convert("看著"), "看著");
}

#[test]
fn protected_words_stay_wherever_they_stand() {
    let converter = Converter::new(Config::T2s).protect(["係", "個人圖書館"]).unwrap();
    assert_eq!(converter.convert("關係與個人圖書館，個人關注"), "关係与個人圖書館，个人关注");
    // Words that are not there, or empty, change nothing.
    let none = Converter::new(Config::T2s).protect([""]).unwrap();
    assert_eq!(none.convert("關係"), "关系");
}

#[test]
fn the_longer_of_two_protected_words_wins() {
    let converter = Converter::new(Config::T2s).protect(["圖", "圖書"]).unwrap();
    assert_eq!(converter.convert("圖書館"), "圖書馆");
}

#[test]
fn protected_spans_stay_and_no_word_reaches_across_them() {
    let converter = Converter::new(Config::T2s);
    let text = "餅乾與乾坤";
    let word = text.find("乾坤").unwrap();
    assert_eq!(converter.convert(text), "饼干与乾坤");
    let (second, first) = (word + 3..word + 6, 0..6);
    assert_eq!(converter.convert_outside(text, std::slice::from_ref(&second)), "饼干与干坤");
    assert_eq!(converter.convert_outside(text, std::slice::from_ref(&first)), "餅乾与乾坤");
}

#[test]
fn spans_may_overlap_be_out_of_order_or_out_of_the_text() {
    let converter = Converter::new(Config::T2s);
    let backwards = std::ops::Range { start: 7, end: 2 };
    let spans = [9..12, 0..4, 100..200, 3..3, backwards];
    assert_eq!(converter.convert_outside("圖書館學會", &spans), "圖書馆學会");
}

#[test]
fn a_selector_goes_with_its_character_and_stays_with_it() {
    let converter = Converter::new(Config::T2s).mind_selectors(true);
    assert_eq!(converter.convert("漢\u{FE00}字\u{E0101}"), "汉字\u{E0101}");
    // Emoji have selectors of their own.
    assert_eq!(converter.convert("愛❤\u{FE0F}"), "爱❤\u{FE0F}");
    // A selector doesn't hide the word that it stands in.
    assert_eq!(converter.convert("餅乾\u{E0100}與乾\u{E0100}坤"), "饼干与乾\u{E0100}坤");
}

#[test]
fn output_offsets_lead_back_to_the_input() {
    let text = "我的滑鼠墊與圖書館";
    let staged = Converter::new(Config::Tw2sp).convert_with_edits(text);
    assert_eq!(staged.text, "我的鼠标垫与图书馆");
    let of = |part: &str| {
        let at = staged.text.find(part).unwrap();
        &text[staged.origin(at..at + part.len())]
    };
    assert_eq!(of("我的"), "我的");
    assert_eq!(of("鼠标"), "滑鼠");
    assert_eq!(of("书"), "書");
    assert_eq!(of("馆"), "館");
}

#[test]
fn the_mission_leaves_settled_text() {
    let mission = Converter::mission();
    for text in ["一目瞭然", "乾隆皇帝的餅乾", "於是，憑藉著毅力"] {
        let once = mission.convert(text).into_owned();
        assert_eq!(mission.convert(&once), once);
    }
}

fn texts() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "漢",
        "乾",
        "坤",
        "著",
        "裡",
        "裏",
        "滑鼠",
        "一目瞭然",
        "藉",
        "慰藉",
        "\u{FE00}",
        "\u{E0101}",
        "a",
        " ",
        "。",
        "\n",
        "東京へ行く",
        "の",
        "「",
        "」",
        "⿰",
        "豈",
        "𠮷",
        "😀",
        "台灣",
        "么",
        "什麼",
        "薑",
        "頭髮",
        "後",
        "皇后",
    ]);
    prop::collection::vec(pieces, 0..24).prop_map(|p| p.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn edits_replay_in_every_mode(text in texts(), start in 0usize..60, len in 0usize..20) {
        let exact = Converter::new(Config::Tw2sp);
        let all = Converter::mission().protect(["藉", "後"]).unwrap();
        for converter in [&exact, &all] {
            let staged = converter.convert_with_edits(&text);
            prop_assert_eq!(&replay(&text, &staged), &staged.text);
            prop_assert_eq!(&converter.convert(&text), &staged.text);
            let span = start..start + len;
            let staged = converter.convert_outside_with_edits(&text, std::slice::from_ref(&span));
            prop_assert_eq!(&replay(&text, &staged), &staged.text);
            prop_assert_eq!(&converter.convert_outside(&text, &[span]), &staged.text);
        }
    }

    #[test]
    fn a_second_pass_of_the_mission_changes_nothing(text in texts()) {
        let mission = Converter::mission();
        let once = mission.convert(&text).into_owned();
        prop_assert_eq!(mission.convert(&once), once.clone());
    }
}
