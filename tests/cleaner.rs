//! The pipeline in one pass gives what its stages give one after another.

use proptest::prelude::*;
use qingwen::Cleaner;
use qingwen::convert::{Config, Converter};
use qingwen::normalize::{Normalizer, Preset, Step};
use qingwen::repair::Repairer;
use std::borrow::Cow;

/// Stages and the pipeline of them.
fn pipeline(steps: &[Step], converter: Converter) -> (Repairer, Normalizer, Converter, Cleaner) {
    let (repairer, normalizer) = (Repairer::default(), Normalizer::new(steps.iter().copied()));
    let cleaner =
        Cleaner::new().repair(repairer.clone()).normalize(normalizer.clone()).convert(converter.clone());
    (repairer, normalizer, converter, cleaner)
}

fn check(text: &str, steps: &[Step], converter: Converter) -> Result<(), TestCaseError> {
    let (repairer, normalizer, converter, cleaner) = pipeline(steps, converter);
    let repaired = repairer.repair(text);
    let normalized = normalizer.normalize(&repaired.text);
    let converted = converter.convert_with_edits(&normalized.text);
    let cleaned = cleaner.clean(text);
    prop_assert_eq!(&cleaned, &converted.text);
    let untouched = [&repaired, &normalized, &converted].iter().all(|s| matches!(s.text, Cow::Borrowed(_)));
    prop_assert_eq!(untouched, matches!(cleaned, Cow::Borrowed(_)), "borrowed where nothing changes");
    let reported = cleaner.clean_with_report(text);
    prop_assert_eq!(&reported.text, &converted.text);
    for (stage, alone) in reported.report.stages.iter().zip([&repaired, &normalized, &converted]) {
        prop_assert_eq!(&stage.edits, &alone.edits);
        prop_assert_eq!(&stage.left, &alone.left);
    }
    Ok(())
}

/// What a decoder of GBK shows for the bytes of UTF-8.
fn garbled(text: &str) -> String {
    encoding_rs::GBK.decode_without_bom_handling(text.as_bytes()).0.into_owned()
}

/// Parts of texts: Chinese of both scripts and their words, marks, code, garbage, other scripts, rare characters.
fn texts() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "[我们在图书馆里读书写字看报纸]{1,12}",
        "[我們在圖書館裡讀書寫字看報紙]{1,12}",
        "(著名|著作|看著|乾坤|乾净|身分|身份|成份|想像|什么|甚麼|部份|旋轉|有些|計畫|瞭解)",
        "[，。！？：；（）“”…]",
        "[,.!?:;()\\n]{1,2}",
        " ?[a-z]{1,8}[(]?[0-9]{0,3}[)]? ?",
        "[请先备份数据库再执行升级脚本]{4,12}".prop_map(|s| garbled(&s)),
        "(锟斤拷|\u{fffd}|&auml;&iquest;|\\\\u00c4\\\\u00bf|⻄|\u{200b}|\u{e766}|神\u{fe00}|著\u{e0100}名)",
        "[のをはカナー・]{1,6}",
        "[é·×가나다😀𠀀⿰]{1,2}",
        any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn one_pass_gives_what_the_stages_give(text in texts()) {
        check(&text, &[Step::Punctuation], Converter::mission())?;
    }

    #[test]
    fn so_it_does_with_other_stages(text in texts(), config in 0..Config::ALL.len()) {
        check(&text, Preset::Clean.steps(), Converter::new(Config::ALL[config]))?;
        check(&text, Preset::Search.steps(), Converter::mission().protect(["图书", "著"]).unwrap())?;
    }
}

/// Lines in which marks change and hardly anything converts: what the pass saw of conversion has to hold for them.
fn marked() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        8 => "[我们在图书馆里读书写字看报纸]{2,8}",
        3 => "(著名|著作|显著|乾坤|旋转|有些|了解|身份|成份|什么)",
        6 => "[,.!?:;()] ?|( , )|( \\()",
        1 => "[a-zA-Z0-9]{1,4}",
        1 => "\n",
        1 => "(著|里|乾|發展|の|カナ|⿰木|神\u{fe00})",
    ];
    proptest::collection::vec(part, 0..40).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn other_marks_do_not_change_what_converts(text in marked()) {
        let (normalizer, converter) = (Normalizer::new([Step::Punctuation]), Converter::mission());
        let cleaner = Cleaner::new().normalize(normalizer.clone()).convert(converter.clone());
        let normalized = normalizer.normalize_fast(&text);
        prop_assert_eq!(cleaner.clean(&text), converter.convert(&normalized));
    }
}

#[test]
fn text_that_needs_nothing_comes_back_borrowed() {
    let cleaner = Cleaner::mission();
    for text in
        ["", "plain text (ASCII) only?", "著名的旋转餐厅，成份不明。", "什么都没有改变。\n乾坤不变。\n"]
    {
        assert!(matches!(cleaner.clean(text), Cow::Borrowed(_)), "{text}");
    }
}

#[test]
fn a_stage_that_is_replaced_counts() {
    let cleaner = Cleaner::mission();
    assert_eq!(cleaner.clean("圖書館"), "图书馆");
    let cleaner = cleaner.convert(Converter::new(Config::ALL[0]).protect(["圖書館"]).unwrap());
    assert_eq!(cleaner.clean("圖書館"), "圖書館");
    assert_eq!(Cleaner::new().clean("圖書館,好"), "圖書館,好");
}
