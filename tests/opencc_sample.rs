//! Conversion beside OpenCC 1.4.2's recorded answers, and where OpenCC errs and is not followed.
//!
//! tests/data/opencc.tsv says how it is made. Its lines put entries of the dictionaries side by side,
//! halve them and lay them over each other: what is hard to convert.

use std::borrow::Cow;
use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::Index;
use qingwen::convert::{Config, Converter};
use qingwen::edit::Stage;
use qingwen::report::{Report, StageReport};

const SAMPLE: &str = include_str!("data/opencc.tsv");

/// One recorded line.
struct Answers {
    config: Config,
    line: &'static str,
    /// Of OpenCC's library.
    library: &'static str,
    /// Of OpenCC's program, which leaves out characters that few fonts show.
    program: &'static str,
}

fn sample() -> Vec<Answers> {
    let rows = SAMPLE.lines().filter(|row| !row.starts_with('#'));
    let answers = rows.filter_map(|row| {
        let (config, line, library, program) = match *row.split('\t').collect::<Vec<_>>() {
            [config, line, library] => (config, line, library, library),
            [config, line, library, program] => (config, line, library, program),
            _ => panic!("not a row of the sample: {row:?}"),
        };
        // A build need not have every configuration.
        let config = config.parse().ok()?;
        Some(Answers { config, line, library, program })
    });
    answers.collect()
}

/// The text that the edits make of `line`.
fn replayed(converter: &Converter, line: &str) -> String {
    let staged = converter.convert_with_edits(line);
    let stage = StageReport { stage: Stage::Convert, edits: staged.edits, left: staged.left };
    let replayed = Report { stages: vec![stage] }.replay(line).unwrap();
    assert_eq!(staged.text, replayed, "the edits of {line:?} give another text");
    replayed
}

#[test]
fn the_sample_has_every_configuration() {
    let mut lines = BTreeMap::<Config, usize>::new();
    sample().iter().for_each(|a| *lines.entry(a.config).or_default() += 1);
    for &config in Config::ALL {
        assert!(lines.get(&config).is_some_and(|&n| n >= 100), "{config}: {:?}", lines.get(&config));
    }
    assert!(sample().iter().filter(|a| a.library != a.program).count() >= 100);
}

#[test]
fn every_line_converts_as_in_opencc_s_library() {
    for Answers { config, line, library, .. } in sample() {
        let converter = Converter::new(config);
        assert_eq!(converter.convert(line), library, "{config}: {line:?}");
        assert_eq!(replayed(&converter, line), library, "{config}: {line:?}");
    }
}

#[test]
fn every_line_converts_as_in_opencc_s_program_without_rare_characters() {
    for Answers { config, line, program, .. } in sample() {
        let converter = Converter::new(config).rare_characters(false);
        assert_eq!(converter.convert(line), program, "{config}: {line:?}");
        assert_eq!(replayed(&converter, line), program, "{config}: {line:?}");
    }
}

#[test]
fn text_that_needs_nothing_is_borrowed() {
    for Answers { config, line, library, .. } in sample() {
        if line == library {
            let converter = Converter::new(config);
            assert!(matches!(converter.convert(line), Cow::Borrowed(_)), "{config}: {line:?}");
            assert!(converter.convert_with_edits(line).edits.is_empty(), "{config}: {line:?}");
        }
    }
}

/// The recorded lines of a configuration on which nothing after them depends: those without
/// description characters, whose components may stand in the next line.
fn independent_lines(config: Config) -> Vec<&'static str> {
    let lines = sample().into_iter().filter(|a| a.config == config).map(|a| a.line);
    lines.filter(|line| !line.contains(|c| matches!(c, '\u{2FF0}'..='\u{2FFF}'))).collect()
}

/// OpenCC drops what follows a NUL where it looks for words first (`s2twp`: `漢字\0汉字` → `漢字`).
#[test]
fn text_after_nul_survives_in_every_configuration() {
    for &config in Config::ALL {
        let converter = Converter::new(config);
        for pair in independent_lines(config).windows(2) {
            let halves = [pair[0], pair[1]].map(|half| converter.convert(half));
            let text = pair.join("\0");
            assert_eq!(converter.convert(&text), halves.join("\0"), "{config}: {text:?}");
            assert_eq!(replayed(&converter, &text), halves.join("\0"), "{config}: {text:?}");
        }
    }
}

/// OpenCC's program reads 1 MiB at a time and takes a word that lies across the cut for two.
#[cfg(feature = "convert-all")]
#[test]
fn a_line_of_any_length_is_converted_as_a_whole() {
    let (old, new) = ("头发发现干燥鼠标里面的硅二极管", "頭髮發現乾燥滑鼠裡面的矽二極體");
    let times = (5 << 20) / old.len();
    assert!(Converter::new(Config::S2twp).convert(&old.repeat(times)) == new.repeat(times));
}

#[test]
fn an_unfinished_description_sequence_takes_its_component_from_the_next_line() {
    // As in OpenCC: two components follow ⿰, whatever they are.
    let converter = Converter::new(Config::T2s);
    assert_eq!(converter.convert("⿰\n學學"), "⿰\n學学");
    assert_eq!(converter.convert("⿰亻\n學學"), "⿰亻\n学学");
}

fn document() -> impl Strategy<Value = (Config, Vec<&'static str>)> {
    proptest::sample::select(Config::ALL.to_vec()).prop_flat_map(|config| {
        let line = proptest::sample::select(independent_lines(config));
        let end = proptest::sample::select(vec!["\n", "\r\n", "\n\n", ""]);
        let pieces = proptest::collection::vec(prop_oneof![4 => line, 1 => end], 1..24);
        (Just(config), pieces)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    /// So a text may be read and converted in parts, however long it is.
    #[test]
    fn parts_cut_at_line_ends_convert_as_the_whole((config, pieces) in document(), cuts: [Index; 3]) {
        let mut lines: Vec<String> = pieces.iter().map(|p| format!("{p}\n")).collect();
        // Without a line end at the end, too.
        if let Some(last) = lines.last_mut() {
            last.pop();
        }
        let mut cuts = cuts.map(|cut| cut.index(lines.len() + 1));
        cuts.sort_unstable();
        let parts = [&lines[..cuts[0]], &lines[cuts[0]..cuts[1]], &lines[cuts[1]..cuts[2]], &lines[cuts[2]..]];
        let whole = lines.concat();
        for rare in [true, false] {
            let converter = Converter::new(config).rare_characters(rare);
            let converted = parts.map(|part| converter.convert(&part.concat()).into_owned());
            prop_assert_eq!(converter.convert(&whole), converted.concat());
        }
    }
}
