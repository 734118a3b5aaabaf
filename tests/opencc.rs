//! The interface of `opencc-rust`: what its users may rely on.

use std::path::Path;

use qingwen::convert::{Config, Converter};
use qingwen::opencc::{DefaultConfig, OpenCC, OpenCCError};

/// A sentence that every configuration changes in its own way.
const TEXT: &str =
    "鼠标裡的软件为什么着凉？這個滑鼠裏面的軟體爲什麼著涼？広島県の駅、廣島縣驛。台湾衞生，臺灣衛生。";

#[test]
fn every_default_config_converts_as_the_configuration_of_its_name() {
    for &default in DefaultConfig::ALL {
        let config = Config::from(default);
        assert_eq!(default.get_file_name(), format!("{config}.json"));
        assert_eq!(format!("{default:?}").to_lowercase(), config.name());
        let opencc = OpenCC::new(default).unwrap();
        let converted = opencc.convert(TEXT).unwrap();
        assert_ne!(converted, TEXT, "{default:?}");
        assert_eq!(converted, Converter::new(config).convert(TEXT), "{default:?}");
        assert_eq!(opencc.convert_to_buffer(TEXT, "前".to_owned()).unwrap(), format!("前{converted}"));
    }
    let mut spelled: Vec<Config> = DefaultConfig::ALL.iter().map(|&default| default.into()).collect();
    let mut all = Config::ALL.to_vec();
    spelled.sort();
    all.sort();
    assert_eq!(spelled, all, "every configuration has its spelling");
}

#[test]
fn a_configuration_is_named_by_a_default_a_string_or_a_path() {
    let folder = Path::new("/usr/share/opencc");
    for opencc in [
        OpenCC::new(DefaultConfig::T2S),
        OpenCC::new("t2s"),
        OpenCC::new("t2s.json"),
        OpenCC::new(String::from("./t2s.json")),
        OpenCC::new(folder.join(DefaultConfig::T2S)),
    ] {
        assert_eq!(opencc.unwrap().convert("漢學").unwrap(), "汉学");
    }
    let name: &str = DefaultConfig::T2S.as_ref();
    assert_eq!(name, "t2s.json");
}

#[test]
fn what_is_no_configuration_is_an_error() {
    for name in ["", "/", "..", "t2x", "T2S", "t2s.txt", "/usr/share/t2s.json/own.json"] {
        let Err(error) = OpenCC::new(name) else { panic!("{name:?} was opened") };
        assert!(matches!(error, OpenCCError::OpenCC(_)), "{name:?}: {error:?}");
        assert!(error.to_string().contains("no such conversion"), "{error}");
    }
    assert_eq!(OpenCC::new("t2s\0").unwrap_err(), OpenCCError::ConfigPathContainsNul);
}

#[cfg(unix)]
#[test]
fn a_path_that_is_not_utf_8_is_an_error() {
    use std::os::unix::ffi::OsStrExt;
    let path = Path::new(std::ffi::OsStr::from_bytes(b"\xFF.json"));
    assert_eq!(OpenCC::new(path).unwrap_err(), OpenCCError::InvalidConfigPath);
}

#[test]
fn empty_text_and_nul_convert() {
    let opencc = OpenCC::new(DefaultConfig::TW2SP).unwrap();
    assert_eq!(opencc.convert("").unwrap(), "");
    assert_eq!(opencc.convert_to_buffer("", "前".to_owned()).unwrap(), "前");
    assert_eq!(opencc.convert("漢字\0漢字").unwrap(), "汉字\0汉字");
}

#[test]
fn threads_share_one_conversion() {
    let opencc = OpenCC::new(DefaultConfig::T2S).unwrap();
    std::thread::scope(|scope| {
        let threads = [(); 4].map(|()| scope.spawn(|| opencc.convert("漢學".repeat(1000)).unwrap()));
        for thread in threads {
            assert_eq!(thread.join().unwrap(), "汉学".repeat(1000));
        }
    });
}
