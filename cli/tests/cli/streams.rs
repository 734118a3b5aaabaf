//! Text from files and standard input to standard output, and how streams end.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;

use crate::support::{CLEAN, Place, Ran, fine, garble};

#[test]
fn standard_input_goes_to_standard_output_when_nothing_is_named() {
    let place = Place::new();
    let input = format!("abc\r\n{}\n", garble(CLEAN));
    assert_eq!(place.feed(&["repair"], &input), fine(format!("abc\r\n{CLEAN}\n")));
    assert_eq!(place.feed(&["repair", "-"], &input), fine(format!("abc\r\n{CLEAN}\n")));
}

#[test]
fn files_and_standard_input_come_out_in_the_order_they_are_named() {
    let place = Place::new();
    place.write("a", garble(CLEAN));
    place.write("b", "二");
    assert_eq!(place.feed(&["repair", "b", "-", "a"], "三"), fine(format!("二三{CLEAN}")));
}

#[test]
fn each_command_runs_its_own_stages_only() {
    let place = Place::new();
    let input = format!("{}\n這個問題,很簡單。\n", garble(CLEAN));
    let damaged = garble(CLEAN);
    for (arguments, out) in [
        (&["repair"][..], format!("{CLEAN}\n這個問題,很簡單。\n")),
        (&["normalize", "--step", "punctuation"], format!("{damaged}\n這個問題，很簡單。\n")),
        (&["convert", "-c", "t2s"], format!("{damaged}\n这个问题,很简单。\n")),
        (&["clean"], format!("{CLEAN}\n这个问题，很简单。\n")),
        (&["clean", "--punctuation", "keep"], format!("{CLEAN}\n这个问题,很简单。\n")),
    ] {
        assert_eq!(place.feed(arguments, &input), fine(out), "{arguments:?}");
    }
}

#[test]
fn convert_takes_the_configurations_of_opencc() {
    let place = Place::new();
    assert_eq!(place.feed(&["convert", "-c", "s2t"], "简单"), fine("簡單"));
    assert_eq!(place.feed(&["convert", "-c", "s2twp"], "软件"), fine("軟體"));
    let ran = place.feed(&["convert", "-c", "x2y"], "简单");
    assert_eq!((ran.code, &*ran.out), (2, ""));
    assert!(ran.err.contains("s2twp"), "{}", ran.err);
}

#[test]
fn convert_puts_out_rare_characters_unless_asked_not_to() {
    let place = Place::new();
    // OpenCC's library says 𠉂 and 𫛥, which few fonts show; its program leaves both characters.
    assert_eq!(place.feed(&["convert", "-c", "t2s"], "㒓學鵊"), fine("\u{20242}学\u{2B6E5}"));
    assert_eq!(place.feed(&["convert", "-c", "t2s", "--no-rare"], "㒓學鵊"), fine("㒓学鵊"));
    // From simplified there are none.
    assert_eq!(place.feed(&["convert", "-c", "s2t", "--no-rare"], "简单"), fine("簡單"));
}

#[test]
fn convert_loses_nothing_after_nul_nor_in_long_lines() {
    let place = Place::new();
    let (old, new) = ("头发发现干燥\0鼠标里面的硅", "頭髮發現乾燥\0滑鼠裡面的矽");
    let times = (3 << 20) / old.len();
    let ran = place.feed(&["convert", "-c", "s2twp"], old.repeat(times));
    assert!(ran == fine(new.repeat(times)), "{}", ran.err);
}

#[test]
fn convert_auto_reads_any_variety_and_protected_words_stay() {
    let place = Place::new();
    assert_eq!(place.feed(&["convert", "-c", "auto"], "他看著餅乾"), fine("他看着饼干"));
    let protected = &["convert", "--protect", "係", "--protect", "個人"];
    assert_eq!(place.feed(protected, "關係個人"), fine("关係個人"));
    assert_eq!(place.feed(&["clean", "--protect", "圖書"], "圖書館"), fine("圖書馆"));
}

#[test]
fn stray_bytes_go_through_a_conversion_and_are_told() {
    let place = Place::new();
    place.write("bad", b"\xE6\xBC\xA2\xFF\xE5\xAD\xB8\n\xE6\xBC");
    let told =
        "qingwen: bad: line 1, byte offset 3: invalid UTF-8 (byte FF); such bytes are left as they are\n";
    let ran = place.run(&["convert", "-o", "good", "bad"]);
    assert_eq!((ran.code, &*ran.err), (2, told));
    assert_eq!(std::fs::read(place.path("good")).unwrap(), b"\xE6\xB1\x89\xFF\xE5\xAD\xA6\n\xE6\xBC");
    assert_eq!(place.run(&["convert", "--strict", "bad"]).out, "");
}

#[test]
fn normalize_takes_steps_or_a_preset_and_lists_both() {
    let place = Place::new();
    assert_eq!(place.feed(&["normalize", "--step", "nfc"], "e\u{301},"), fine("é,"));
    assert_eq!(place.feed(&["normalize", "--preset", "none"], "好,坏"), fine("好,坏"));
    assert_eq!(place.feed(&["normalize", "--step", "nfc", "--preset", "none"], "").code, 2);
    assert_eq!(place.feed(&["normalize", "--step", "nonsense"], "").code, 2);
    let list = place.run(&["convert", "--list"]);
    assert_eq!(list.out.lines().count(), 1 + qingwen::convert::Config::ALL.len());
    assert!(list.out.contains("  s2twp ") && list.out.contains("Taiwan's words"), "{}", list.out);
    let list = place.run(&["normalize", "--list"]);
    assert_eq!(list.code, 0);
    for name in qingwen::normalize::Step::ALL.iter().map(|s| s.name()) {
        assert!(list.out.contains(name), "{name}");
    }
}

#[test]
fn least_confidence_decides_what_is_left() {
    let place = Place::new();
    // No repair of two characters is ever quite sure.
    let input = garble("好");
    assert_eq!(place.feed(&["repair", "--min-confidence", "1"], &input), fine(&*input));
    for wrong in ["1.5", "-1", "NaN", "x"] {
        assert_eq!(place.feed(&["repair", &format!("--min-confidence={wrong}")], &input).code, 2);
    }
}

#[test]
fn invalid_utf_8_is_named_by_line_and_byte_and_nothing_of_the_file_is_written() {
    let place = Place::new();
    place.write("bad", b"one\ntwo \xFF\n");
    place.write("good", "three\n");
    let ran = place.run(&["repair", "bad", "good"]);
    assert_eq!(
        ran,
        Ran {
            code: 2,
            out: "three\n".to_owned(),
            err: "qingwen: bad: line 2, byte offset 8: invalid UTF-8 (byte FF); --encoding mixed leaves such lines as they are\n".to_owned()
        }
    );
    place.write("a.png", b"\x89PNG\r\n\x1A\n\0\0");
    let told = "qingwen: a.png: line 1, byte offset 0: invalid UTF-8 (byte 89); it seems to be no text\n";
    assert_eq!(place.run(&["repair", "a.png"]).err, told);
    // Cut off in the middle of a character.
    let ran = place.feed(&["repair"], b"\xE4\xB8");
    assert_eq!(
        ran.err,
        "qingwen: standard input: line 1, byte offset 0: invalid UTF-8 (byte E4); --encoding mixed leaves such lines as they are\n"
    );
}

#[test]
fn a_missing_file_is_named_and_the_others_are_worked_on() {
    let place = Place::new();
    place.write("there", "文");
    let ran = place.run(&["clean", "missing", "there"]);
    assert_eq!((ran.code, &*ran.out), (2, "文"));
    assert_eq!(ran.err, "qingwen: missing: No such file or directory (os error 2)\n");
}

#[test]
fn a_text_over_the_limit_is_refused_by_name() {
    let place = Place::new();
    assert_eq!(place.feed(&["repair", "--max-file", "1K"], "a".repeat(1024)).code, 0);
    let ran = place.feed(&["repair", "--max-file", "1K"], "a".repeat(1025));
    assert_eq!((ran.code, &*ran.out), (2, ""));
    assert_eq!(ran.err, "qingwen: standard input: is larger than 1024 bytes; --max-file raises the limit\n");
    assert_eq!(place.feed(&["repair", "--max-file", "lots"], "").code, 2);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_named() {
    let place = Place::new();
    let full = File::options().write(true).open("/dev/full").unwrap();
    place.write("a", "文");
    let ran: Ran = place.command(&["repair", "a"]).stdout(full).output().unwrap().into();
    assert_eq!(ran.code, 2);
    assert_eq!(ran.err, "qingwen: standard output: No space left on device (os error 28)\n");
    let ran = place.run(&["repair", "a", "-o", "/dev/full"]);
    assert_eq!((ran.code, &*ran.err), (2, "qingwen: /dev/full: No space left on device (os error 28)\n"));
    let report = place.run(&["normalize", "a", "--report", "/dev/full"]);
    assert_eq!(report, fine("文"), "nothing had to be reported");
    place.write("b", "好,坏");
    let report = place.run(&["normalize", "b", "--report", "/dev/full"]);
    assert_eq!(
        (report.code, &*report.err),
        (2, "qingwen: /dev/full: No space left on device (os error 28)\n")
    );
}

/// As `tail -f log | qingwen repair` has it: each line comes back before the next one is written.
#[test]
fn lines_come_out_while_the_input_waits() {
    let place = Place::new();
    let garbled = "2026-01-02 启动：数据库连接失败，请检查配置文件。";
    let lines = ["ready".to_owned(), CLEAN.to_owned(), garble(CLEAN), garble(garbled), "done".to_owned()];
    let expected = ["ready", CLEAN, CLEAN, garbled, "done"];
    for arguments in [&["repair", "-j", "1"][..], &["repair", "-j", "3"], &["clean"]] {
        let mut child =
            place.command(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        for (line, expected) in lines.iter().zip(expected) {
            writeln!(input, "{line}").unwrap();
            let mut back = String::new();
            output.read_line(&mut back).unwrap();
            assert_eq!(back.trim_end(), expected, "{arguments:?}");
        }
        // What has no line end yet comes at the end.
        input.write_all("末".as_bytes()).unwrap();
        drop(input);
        let mut rest = String::new();
        output.read_to_string(&mut rest).unwrap();
        assert_eq!((rest.as_str(), child.wait().unwrap().code()), ("末", Some(0)));
    }
}

/// A line in GBK that is too short to tell waits for others.
#[test]
fn lines_whose_encoding_is_not_sure_wait() {
    let place = Place::new();
    let text = "春\n服务已经启动，等待连接。\n数据库连接失败，请检查密码。\n";
    let (bytes, _, _) = encoding_rs::GBK.encode(text);
    let mut child = place.command(&["repair"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    for line in bytes.split_inclusive(|&b| b == b'\n') {
        input.write_all(line).unwrap();
        input.flush().unwrap();
    }
    let mut first = String::new();
    output.read_line(&mut first).unwrap();
    assert_eq!(first, "春\n");
    drop(input);
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    assert_eq!((first + &rest, child.wait().unwrap().code()), (text.to_owned(), Some(0)));
}

#[test]
fn a_reader_that_goes_away_ends_the_run_quietly() {
    let place = Place::new();
    let record = "{\"text\":\"文\"}\n";
    place.write("long.jsonl", record.repeat(200_000));
    let mut child = place
        .command(&["repair", "--field", "text", "long.jsonl"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut head = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut head).unwrap();
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert_eq!((child.wait().unwrap().code(), &*err), (Some(0), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_would_feed_the_input_is_refused() {
    let place = Place::new();
    let path = place.write("a.jsonl", "{\"t\":\"文\"}\n");
    let out = File::options().append(true).open(&path).unwrap();
    let ran: Ran = place.command(&["repair", "--field", "t", "a.jsonl"]).stdout(out).output().unwrap().into();
    assert_eq!(
        (ran.code, &*ran.err),
        (2, "qingwen: a.jsonl: is standard output too: it would feed on itself\n")
    );
    assert_eq!(place.read("a.jsonl"), "{\"t\":\"文\"}\n");
}

#[test]
fn help_of_a_command_is_what_its_option_shows() {
    let place = Place::new();
    assert_eq!(place.run(&["help"]), place.run(&["--help"]));
    assert_eq!(place.run(&["help", "names"]), place.run(&["names", "--help"]));
    assert_eq!(place.run(&["help", "purify"]).code, 2);
}

#[test]
fn wrong_usage_ends_with_2_and_says_nothing_on_standard_output() {
    let place = Place::new();
    for arguments in [
        &[][..],
        &["purify"],
        &["clean", "--colour"],
        &["repair", "--format", "jsonl"],
        &["repair", "--format", "text", "--field", "a"],
        &["repair", "--field", "/a~2"],
        &["repair", "--check", "-i", "x"],
        &["repair", "--diff", "-o", "y", "x"],
        &["repair", "-i", "-o", "y", "x"],
    ] {
        let ran = place.run(arguments);
        assert_eq!((ran.code, &*ran.out), (2, ""), "{arguments:?}");
        assert!(!ran.err.is_empty());
    }
}
