//! Conversion: what OpenCC answers, and what it should have answered.

use qingwen::convert::{Config, Converter};

fn convert(config: Config, text: &str) -> String {
    Converter::new(config).convert(text).into_owned()
}

#[test]
fn every_configuration_has_its_opencc_name() {
    for &config in Config::ALL {
        assert_eq!(config.name().parse(), Ok(config));
        assert_eq!(format!("{config}.json").parse(), Ok(config));
    }
    assert!("t2x".parse::<Config>().is_err());
}

#[test]
fn the_longest_phrase_wins() {
    // 乾 alone stays in 乾坤 and becomes 干 elsewhere.
    assert_eq!(convert(Config::T2s, "乾坤已定,餅乾已乾"), "乾坤已定,饼干已干");
    assert_eq!(convert(Config::S2t, "头发发现干燥"), "頭髮發現乾燥");
}

#[test]
fn regional_words_are_an_option() {
    assert_eq!(convert(Config::S2tw, "鼠标里面的硅"), "鼠標裡面的硅");
    assert_eq!(convert(Config::S2twp, "鼠标里面的硅"), "滑鼠裡面的矽");
    assert_eq!(convert(Config::Tw2sp, "滑鼠裡面的矽"), "鼠标里面的硅");
}

#[test]
fn compatibility_ideographs_are_normalized_first() {
    assert_eq!(convert(Config::T2jp, "\u{F900}"), "豈");
}

#[test]
fn description_sequences_are_copied_whole() {
    assert_eq!(convert(Config::T2s, "⿰亻漢學"), "⿰亻漢学");
}

#[test]
fn text_after_nul_survives() {
    // OpenCC's segmented configurations lose everything after a NUL in a segment.
    assert_eq!(convert(Config::S2twp, "漢字\0汉字乾坤尾"), "漢字\0漢字乾坤尾");
}
