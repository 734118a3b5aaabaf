//! What OpenCC 1.4.2 answers, recorded: whole, halved and overlapping entries of every configuration.
#![cfg(feature = "convert-all")]

use proptest::prelude::*;
use qingwen::convert::{Config, Converter};
use qingwen::opencc::{DefaultConfig, OpenCC, OpenCCError};

const SAMPLE: &str = include_str!("data/opencc-sample.tsv");

struct Case<'a> {
    config: Config,
    text: &'a str,
    library: &'a str,
    program: &'a str,
}

fn cases() -> impl Iterator<Item = Case<'static>> {
    SAMPLE.split('\n').filter(|l| !l.is_empty() && !l.starts_with('#')).map(|line| {
        let fields: Vec<&str> = line.split('\t').collect();
        let (config, text, library) = (fields[0].parse().unwrap(), fields[1], fields[2]);
        Case { config, text, library, program: fields.get(3).unwrap_or(&library) }
    })
}

#[test]
fn every_configuration_answers_as_opencc_does() {
    for &config in Config::ALL {
        let mut seen = 0;
        for case in cases().filter(|c| c.config == config) {
            let converter = Converter::new(config);
            assert_eq!(converter.convert(case.text), case.library, "{config}: {}", case.text);
            assert_eq!(converter.convert_with_edits(case.text).text, case.library, "{config}: {}", case.text);
            let program = converter.rare_characters(false);
            assert_eq!(program.convert(case.text), case.program, "{config} program: {}", case.text);
            seen += 1;
        }
        assert!(seen >= 100, "{config}: {seen} cases");
    }
}

#[test]
fn the_whole_sample_converts_as_its_lines_do() {
    for &config in Config::ALL {
        // No description sequence may begin on one line and end on another.
        let texts: Vec<&str> = cases()
            .map(|c| c.text)
            .filter(|t| !t.contains(|c| ('\u{2FF0}'..='\u{2FFF}').contains(&c)))
            .collect();
        let converter = Converter::new(config);
        let lines: Vec<String> = texts.iter().map(|t| converter.convert(t).into_owned()).collect();
        assert_eq!(converter.convert(&texts.join("\n")), lines.join("\n"), "{config}");
    }
}

#[test]
fn text_after_nul_survives_in_every_configuration() {
    for &config in Config::ALL {
        let converter = Converter::new(config);
        let (before, after) = ("漢字汉字", "乾坤头发鼠标");
        let expected = format!("{}\0{}", converter.convert(before), converter.convert(after));
        assert_eq!(converter.convert(&format!("{before}\0{after}")), expected, "{config}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn where_a_text_is_cut_at_line_ends_makes_no_difference(cuts in prop::collection::vec(any::<bool>(), 40), from in 0usize..1500) {
        let texts: Vec<&str> = cases().skip(from).take(40).map(|c| c.text).filter(|t| !t.contains(|c| ('\u{2FF0}'..='\u{2FFF}').contains(&c))).collect();
        for &config in Config::ALL {
            let converter = Converter::new(config);
            let (mut piece, mut pieces, mut whole) = (String::new(), String::new(), String::new());
            for (text, cut) in texts.iter().zip(&cuts) {
                for out in [&mut piece, &mut whole] {
                    out.push_str(text);
                    out.push('\n');
                }
                if *cut {
                    pieces.push_str(&converter.convert(&std::mem::take(&mut piece)));
                }
            }
            pieces.push_str(&converter.convert(&piece));
            prop_assert_eq!(converter.convert(&whole), pieces);
        }
    }
}

#[test]
fn the_interface_of_opencc_rust_gives_the_same_answers() {
    assert_eq!(DefaultConfig::ALL.len(), Config::ALL.len());
    for &config in DefaultConfig::ALL {
        let exact = Converter::new(config.into());
        let text = "滑鼠裡面的矽二極體壞了，鼠标里面的硅二极管坏了";
        for opencc in [OpenCC::new(config), OpenCC::new(format!("/usr/share/opencc/{config}"))] {
            let opencc = opencc.unwrap();
            assert_eq!(opencc.convert(text).unwrap(), exact.convert(text));
            let buffer = opencc.convert_to_buffer(text, "^".to_owned()).unwrap();
            assert_eq!(buffer, format!("^{}", exact.convert(text)));
        }
        assert_eq!(config.get_file_name(), format!("{}.json", Config::from(config)));
    }
    assert_eq!(OpenCC::new("nothing.json").unwrap_err(), OpenCCError::OpenCC("nothing.json".into()));
}
