//! Messages and help in the language that the locale asks for.

use crate::support::{CLEAN, Place, Ran, fine, garble};

fn run_with(place: &Place, environment: &[(&str, &str)], arguments: &[&str]) -> Ran {
    let mut command = place.command(arguments);
    command.envs(environment.iter().copied());
    command.output().unwrap().into()
}

const CHINESE: &[(&str, &str)] = &[("LANG", "zh_CN.UTF-8")];

#[test]
fn the_locale_decides_unless_an_option_does() {
    let place = Place::new();
    std::fs::create_dir(place.path("t")).unwrap();
    let english = Ran {
        code: 2,
        out: String::new(),
        err: "qingwen: t: is a directory; -r works through directories\n".to_owned(),
    };
    let chinese =
        Ran {
            err: "qingwen: t：是目录；处理目录请加 -r\n".to_owned(), code: 2, out: String::new()
        };
    assert_eq!(run_with(&place, &[], &["repair", "t"]), english);
    assert_eq!(run_with(&place, CHINESE, &["repair", "t"]), chinese);
    assert_eq!(run_with(&place, &[("LANG", "zh_CN"), ("LC_ALL", "C")], &["repair", "t"]), english);
    assert_eq!(run_with(&place, CHINESE, &["repair", "--lang", "en", "t"]), english);
    assert_eq!(run_with(&place, &[], &["--lang=zh", "repair", "t"]), chinese);
    place.write("qingwen.toml", "lang = \"zh\"\n");
    assert_eq!(run_with(&place, &[], &["repair", "t"]), chinese);
}

/// `repair` is a word of the summary, too.
#[test]
fn what_is_quoted_stays_as_it_was_typed() {
    let place = Place::new();
    let ran = run_with(&place, CHINESE, &["repiar"]);
    assert!(ran.err.contains("有相近的命令 'repair'"), "{}", ran.err);
    place.write("a.jsonl", "{}\n");
    let ran = run_with(&place, CHINESE, &["repair", "--field", "repair", "a.jsonl"]);
    assert_eq!(ran.err, "qingwen: a.jsonl: 第 1 条记录：没有字段 `repair`；保持原样\n");
}

#[test]
fn faults_of_records_are_told_in_chinese_to_the_last_word() {
    let place = Place::new();
    place.write("a.jsonl", "{\"t\":[]}\n[1\n");
    let ran = run_with(&place, CHINESE, &["repair", "--field", "t", "a.jsonl"]);
    assert_eq!(ran.code, 2);
    let lines: Vec<&str> = ran.err.lines().collect();
    assert_eq!(lines[0], "qingwen: a.jsonl: 第 1 条记录，第 6 列：字段 `t` 是数组，不是字符串；保持原样");
    assert_eq!(lines[1], "qingwen: a.jsonl: 第 2 条记录，第 4 列：此处应为 `,` 或 `]`；保持原样");
}

#[test]
fn other_faults_are_told_in_chinese() {
    let place = Place::new();
    place.write("a", "甲\n简\n");
    place.write("t/a.txt", "甲\n");
    place.write("cut.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\x03");
    for (arguments, told) in [
        (&["repair", "--output-encoding", "big5", "a"][..], "第 2 行：'简'（U+7B80）无法用 big5 编码；"),
        (&["repair", "--annotate", "-r", "t"], "--annotate 跳过了文件夹里 1 个"),
        (&["repair", "--encoding", "gb2313", "a"], "没有叫 `gb2313` 的编码；相近的有 gb18030"),
        (&["repair", "-j", "0", "a"], "应为大于 0 的整数"),
        (&["normalize", "--step", "x", "a"], "没有叫 \"x\" 的步骤；--list 可列出全部"),
        (&["repair", "-r", "-g", "[", "t"], "不是 .gitignore 那样的模式"),
        (&["repair", "cut.gz"], "无法解压，文件已损坏或不完整"),
    ] {
        let ran = run_with(&place, CHINESE, arguments);
        assert!(ran.err.contains(told), "{}", ran.err);
    }
}

#[test]
fn the_summary_is_told_in_chinese() {
    let place = Place::new();
    place.write("a", garble(CLEAN));
    let ran = run_with(&place, CHINESE, &["repair", "--check", "--summary", "a"]);
    let lines: Vec<&str> = ran.err.lines().collect();
    assert_eq!(lines[0], "文件 1 个：改动 1，未变 0，失败 0");
    let words: Vec<&str> = lines[1].split_whitespace().collect();
    assert_eq!(words, ["修复", "utf-8>windows-1252", "1", "处", "57", "字符"]);
}

/// Programs read it.
#[test]
fn standard_output_is_the_same_in_every_language() {
    let place = Place::new();
    place.write("a", format!("{}\n锟斤拷锟斤拷锟斤拷\n", garble(CLEAN)));
    for arguments in [
        &["repair", "a"][..],
        &["repair", "--diff", "a"],
        &["detect", "a"],
        &["explain", "a"],
        &["repair", "--check", "--output-format", "github", "a"],
        &["config", "--dump"],
    ] {
        assert_eq!(run_with(&place, CHINESE, arguments), run_with(&place, &[], arguments), "{arguments:?}");
    }
}

#[test]
fn help_and_faults_of_the_command_line_are_chinese_too() {
    let place = Place::new();
    let help = run_with(&place, CHINESE, &["repair", "--help"]);
    assert_eq!((help.code, &*help.err), (0, ""));
    for part in
        ["用法：qingwen repair [OPTIONS] [FILE]...", "输出:", "就地修改文件", "[默认：32M]", "- never：从不"]
    {
        assert!(
            help.out.split_whitespace().collect::<Vec<_>>().join(" ").contains(part),
            "{part}\n{}",
            help.out
        );
    }
    for part in ["Usage", "default", "possible", "Print help"] {
        assert!(!help.out.contains(part), "{part}\n{}", help.out);
    }
    let ran = run_with(&place, CHINESE, &["repair", "--min-confidence", "3"]);
    let told = "错误：'--min-confidence <P>' 的值 '3' 无效：概率是 0 到 1 之间的数\n\n详见 '--help'。\n";
    assert_eq!(ran, Ran { code: 2, out: String::new(), err: told.to_owned() });
    let ran = run_with(&place, CHINESE, &["repair", "--format", "jsonl"]);
    assert!(ran.err.starts_with("错误：--format jsonl 需要 --field NAME"), "{}", ran.err);
    assert_eq!(ran.code, 2);
    assert_eq!(run_with(&place, CHINESE, &["--version"]), run_with(&place, &[], &["--version"]));
    assert_eq!(run_with(&place, CHINESE, &["repair", "missing-not"]).code, 2);
    assert_eq!(place.feed(&["repair", "--lang", "zh"], CLEAN), fine(CLEAN));
}

/// The long help tells what each value means.
#[test]
fn the_long_help_has_more_than_the_short_one() {
    let place = Place::new();
    for (command, told) in [
        ("repair", "- break：使它成为独立的文件；其余的名字保留旧内容"),
        ("detect", "- json：每个文件一个 JSON 对象"),
    ] {
        let [short, long] = ["-h", "--help"].map(|option| run_with(&place, CHINESE, &[command, option]).out);
        assert!(long.contains(told) && !short.contains(told), "{long}");
        assert!(short.contains("[可选：") && !long.contains("Possible"), "{long}");
    }
}

/// Taiwan's words, not only its characters; the user's own stay as they are.
#[test]
fn where_traditional_characters_are_written_they_are_spoken() {
    let place = Place::new();
    std::fs::create_dir(place.path("简体")).unwrap();
    let told = "qingwen: 简体：是目錄；處理目錄請加 -r\n";
    for language in [&[("LANG", "zh_TW.UTF-8")][..], &[("LC_ALL", "zh_Hant_HK")]] {
        assert_eq!(run_with(&place, language, &["repair", "简体"]).err, told);
    }
    assert_eq!(run_with(&place, CHINESE, &["repair", "--lang", "zh-hant", "简体"]).err, told);
    let help = run_with(&place, &[("LANG", "zh_TW")], &["convert", "-h"]).out;
    for part in ["轉換", "選項:", "[預設：t2s]", "顯示幫助"] {
        assert!(help.contains(part), "{part}\n{help}");
    }
    assert!(!help.contains("显示"), "{help}");
}
