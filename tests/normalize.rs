//! The normalizer as a whole: what holds for every set of steps on every text.

use std::borrow::Cow;

use proptest::prelude::*;
use qingwen::edit::Stage;
use qingwen::normalize::{Normalizer, Preset, QuickCheck, Step};
use qingwen::report::{Report, StageReport};

/// Text made of what the steps look at, so that random choices meet.
fn text() -> impl Strategy<Value = String> {
    let pieces = proptest::sample::select(PIECES.to_vec());
    prop_oneof![
        proptest::collection::vec(pieces, 0..40).prop_map(|p| p.concat()),
        proptest::collection::vec(any::<char>(), 0..40).prop_map(|c| c.into_iter().collect()),
    ]
}

const PIECES: &[&str] = &[
    // Punctuation and markup.
    ",",
    ":",
    ";",
    "?",
    "!",
    "(",
    ")",
    ".",
    "，",
    "：",
    "；",
    "？",
    "！",
    "（",
    "）",
    "。",
    "、",
    "...",
    "…",
    "·",
    "--",
    "—",
    "\"",
    "“",
    "”",
    "‘",
    "’",
    "「",
    "」",
    "『",
    "』",
    "《",
    "》",
    "*",
    "`",
    "[",
    "]",
    "](",
    "http://",
    "/",
    "_",
    "{",
    "}",
    "=",
    "$",
    "|",
    "-",
    "^",
    "&",
    "%",
    // Text.
    "中",
    "文",
    "重庆",
    "同比增长",
    "的",
    "一二三四五六七八九十一二三四五六七八九十一二三",
    "あ",
    "カ",
    "한",
    "א",
    "ก",
    "abc",
    "Docker",
    "x",
    "f",
    "1",
    "23",
    "000",
    "😀",
    "🏴",
    // Spaces and line ends.
    " ",
    "  ",
    "\u{A0}",
    "\u{3000}",
    "\u{2009}",
    "\n",
    "\r",
    "\r\n",
    "\u{85}",
    "\u{2028}",
    "\t",
    // Invisible.
    "\u{FEFF}",
    "\0",
    "\u{7F}",
    "\u{9F}",
    "\u{AD}",
    "\u{200B}",
    "\u{200D}",
    "ക\u{D4D}",
    "ᠠ",
    "\u{202F}",
    "\u{2060}",
    "\u{202E}",
    "\u{200F}",
    "\u{FE0F}",
    "\u{FE00}",
    "\u{E0100}",
    "\u{E0067}",
    "\u{E007F}",
    "\u{20E3}",
    // Escapes.
    "&nbsp;",
    "&#20013;",
    "&amp;",
    "&#x3000;",
    "\\u4e2d",
    "\\",
    "\\u{",
    "}",
    "\\ud83d",
    "\\ude00",
    "\\xe4\\xb8\\xad",
    "%E4%B8%AD",
    "%u4E2D",
    "%E4",
    // Other code points of the same.
    "e\u{301}",
    "é",
    "\u{301}",
    "\u{323}",
    "ｱ",
    "ｶ",
    "ﾞ",
    "Ａ",
    "１",
    "２",
    "，０００",
    "％",
    "＆",
    "；",
    "：",
    "豈",
    "金",
    "﨎",
    "⼈",
    "⺮",
    "ﬁ",
    "각",
    "\u{1100}",
    "\u{1161}",
    "峯",
    "羣",
    "妳",
    "\u{E766}",
    "\u{E816}",
    "\u{E5E5}",
    "\u{E000}",
    "\u{F6B1}",
];

fn steps() -> impl Strategy<Value = Vec<Step>> {
    proptest::sample::subsequence(Step::ALL.to_vec(), 0..=Step::ALL.len())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4000) })]

    /// A second run finds nothing, for any set of steps.
    #[test]
    fn is_idempotent(text in text(), steps in steps()) {
        let normalizer = Normalizer::new(steps);
        let once = normalizer.normalize_fast(&text).into_owned();
        prop_assert_eq!(normalizer.normalize_fast(&once), once.as_str());
    }

    /// The edits replay the output from the input and the input from the output, and each is a change.
    #[test]
    fn edits_are_exact(text in text(), steps in steps()) {
        let normalizer = Normalizer::new(steps);
        let done = normalizer.normalize(&text);
        prop_assert!(done.edits.iter().all(|e| e.old != e.new));
        prop_assert_eq!(done.edits.is_empty(), done.text == text);
        prop_assert_eq!(matches!(done.text, Cow::Borrowed(_)), done.edits.is_empty());
        prop_assert_eq!(&done.text, &normalizer.normalize_fast(&text));
        let stage = StageReport { stage: Stage::Normalize, edits: done.edits, left: done.left };
        let report = Report { stages: vec![stage] };
        prop_assert_eq!(report.replay(&text), Ok(done.text.to_string()));
        prop_assert_eq!(report.invert(&done.text), Ok(text));
    }

    /// The quick check never promises what does not hold.
    #[test]
    fn quick_check_holds(text in text(), steps in steps()) {
        let normalizer = Normalizer::new(steps);
        let same = normalizer.normalize_fast(&text) == text;
        match normalizer.quick_check(&text) {
            QuickCheck::Yes => prop_assert!(same),
            QuickCheck::No => prop_assert!(!same),
            QuickCheck::Maybe => {}
        }
    }

    /// The order in which steps are asked for means nothing.
    #[test]
    fn order_is_fixed(text in text(), steps in steps()) {
        let forward = Normalizer::new(steps.iter().copied());
        let backward = Normalizer::new(steps.iter().rev().copied());
        prop_assert_eq!(forward.steps(), backward.steps());
        prop_assert_eq!(forward.normalize_fast(&text), backward.normalize_fast(&text));
    }

    /// One form, piece by piece, is the form of the whole text.
    #[test]
    fn forms_are_the_standards(text in text()) {
        use unicode_normalization::UnicodeNormalization;
        let form = |step| Normalizer::new([step]).normalize_fast(&text).into_owned();
        prop_assert_eq!(form(Step::Nfc), text.nfc().collect::<String>());
        prop_assert_eq!(form(Step::Nfd), text.nfd().collect::<String>());
        prop_assert_eq!(form(Step::Nfkc), text.nfkc().collect::<String>());
        prop_assert_eq!(form(Step::Nfkd), text.nfkd().collect::<String>());
    }
}

#[test]
fn steps_have_names_that_parse() {
    for &step in Step::ALL {
        assert_eq!(step.name().parse(), Ok(step));
        assert!(!step.describe().is_empty());
    }
    let error = "puncutation".parse::<Step>().unwrap_err();
    assert_eq!(error.name(), "puncutation");
    assert_eq!(error.to_string(), "no normalization step is called \"puncutation\"");
}

#[test]
fn presets_have_names_that_parse() {
    for &preset in Preset::ALL {
        assert_eq!(preset.name().parse(), Ok(preset));
        let normalizer = Normalizer::new(preset.steps().iter().copied());
        assert_eq!(normalizer.steps(), preset.steps(), "{preset}: not in the order they run");
    }
    assert!("strict".parse::<Preset>().is_err());
}

#[test]
fn a_normalizer_without_steps_changes_nothing() {
    let done = Normalizer::default().normalize("㎏,ﬁ\u{301}西部(重慶)");
    assert!(matches!(done.text, Cow::Borrowed(_)));
}

/// What would be slow if anything looked back or ahead without bound: a quarter of a megabyte of each.
#[test]
fn long_runs_do_not_hang() {
    let normalizer = Normalizer::new(Step::ALL.iter().copied());
    for piece in [
        "(",
        "（中",
        "？",
        "](",
        "<a",
        "$",
        "{",
        "`",
        "‘",
        "“",
        ":",
        ",中",
        ";",
        "中 ",
        "&amp;",
        "\\",
        "%E4",
        "\u{301}",
        "\u{200B}",
        "\u{E0067}",
        ".",
        "…",
        "-",
        "\"",
        "中\n",
        "、",
        "\r",
        "1,",
        " ",
        "中(1) ",
        "中:D",
        "。,",
    ] {
        let text = piece.repeat((1 << 18) / piece.len());
        for text in [format!("中文{text}"), format!("{text}中文"), format!("中文,中文{text}中文(中文)")]
        {
            let once = normalizer.normalize_fast(&text);
            assert!(once.len() <= 3 * text.len());
        }
    }
}
