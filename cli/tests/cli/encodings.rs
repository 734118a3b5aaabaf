//! Text in any encoding: what it is read in, what is written, and what is refused.

use std::fs;

use crate::support::{CLEAN, Place, fine, garble};

const LINES: &str = "服务已经启动，等待连接。\r\n数据库连接失败，请检查密码。\n";

fn spelled(encoding: &'static encoding_rs::Encoding, text: &str) -> Vec<u8> {
    let (bytes, _, lossy) = encoding.encode(text);
    assert!(!lossy);
    bytes.into_owned()
}

fn gbk(text: &str) -> Vec<u8> {
    spelled(encoding_rs::GB18030, text)
}

fn utf_16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// UTF-8 read as GBK.
fn misread(text: &str) -> String {
    encoding_rs::GB18030.decode_without_bom_handling(text.as_bytes()).0.into_owned()
}

#[test]
fn text_in_any_encoding_comes_out_as_utf_8() {
    let place = Place::new();
    let traditional = "這是一份說明文件，請仔細閱讀。\n";
    let japanese = "雨の日は家で本を読みます。\n";
    let korean = "비 오는 날에는 집에서 책을 읽습니다.\n";
    for (bytes, text) in [
        (gbk(LINES), LINES),
        (spelled(encoding_rs::BIG5, traditional), traditional),
        (spelled(encoding_rs::SHIFT_JIS, japanese), japanese),
        (spelled(encoding_rs::EUC_JP, japanese), japanese),
        (spelled(encoding_rs::EUC_KR, korean), korean),
        (utf_16(LINES), LINES),
        (utf_16(&format!("\u{FEFF}{LINES}")), LINES),
        (LINES.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect(), LINES),
    ] {
        assert_eq!(place.feed(&["repair"], bytes), fine(text));
    }
}

#[test]
fn encodings_that_are_never_guessed_are_read_where_they_are_named() {
    let place = Place::new();
    for (name, bytes, text) in [
        ("hz", &b"~{VPND~}, ~~\n"[..], "中文, ~\n"),
        ("iso-2022-jp", b"\x1b$BF|K\x5c\x1b(B\n", "日本\n"),
        ("cp437", b"\xc3\xc4 \x82\n", "├─ é\n"),
    ] {
        assert_eq!(place.feed(&["repair", "--encoding", name], bytes), fine(text), "{name}");
        place.write("a", text);
        let written = place.command(&["repair", "--output-encoding", name, "a"]).output().unwrap();
        assert_eq!(written.stdout, bytes, "{name}");
        // In place, and as a table.
        place.write("b.csv", bytes);
        assert_eq!(place.run(&["normalize", "-i", "--step", "nfc", "--encoding", name, "b.csv"]), fine(""));
        assert_eq!(fs::read(place.path("b.csv")).unwrap(), bytes, "{name}");
        assert_eq!(place.run(&["convert", "-c", "s2t", "--encoding", name, "b.csv"]), fine(text), "{name}");
    }
    // A line in GB2312 stays so when it changes.
    place.write("c", b"~{VP~},~{ND~}\nx\n");
    assert_eq!(place.run(&["normalize", "-i", "--step", "punctuation", "--encoding", "hz", "c"]), fine(""));
    assert_eq!(fs::read(place.path("c")).unwrap(), b"~{VP#,ND~}\nx\n");
}

#[test]
fn utf_8_gets_a_mark_where_it_is_asked_for() {
    let place = Place::new();
    let marked = format!("\u{FEFF}{LINES}");
    for bytes in [LINES.as_bytes().to_vec(), marked.clone().into_bytes(), gbk(LINES), utf_16(&marked)] {
        for name in ["a", "a.csv"] {
            place.write(name, &bytes);
            let run = |encoding| place.run(&["repair", "--output-encoding", encoding, name]);
            assert_eq!(run("utf-8-sig"), fine(&*marked), "{name}");
        }
    }
    assert_eq!(place.feed(&["repair", "--output-encoding", "utf-8-sig"], ""), fine(""));
    place.write("a.json", "{}");
    let refused = ["repair", "--field", "a", "--output-encoding", "utf-8-sig", "a.json"];
    assert_eq!(place.run(&refused).code, 2);
}

#[test]
fn a_name_that_is_unknown_is_told_with_close_ones() {
    let place = Place::new();
    for option in ["--encoding", "--output-encoding"] {
        let ran = place.run(&["repair", option, "big-6"]);
        assert_eq!(ran.code, 2);
        assert!(ran.err.contains("no encoding is called `big-6`; close to it are big5"), "{}", ran.err);
    }
}

#[test]
fn garbage_in_another_encoding_is_repaired() {
    let place = Place::new();
    let sentence = "请先备份数据库。再升级脚本。";
    place.write("a", gbk(&format!("{LINES}{}\n", misread(sentence))));
    assert_eq!(place.run(&["repair", "a"]), fine(format!("{LINES}{sentence}\n")));
    // In place it stays what it was.
    assert_eq!(place.run(&["repair", "-i", "a"]), fine(""));
    assert_eq!(fs::read(place.path("a")).unwrap(), gbk(&format!("{LINES}{sentence}\n")));
}

/// An editor took UTF-8 for GBK and saved it again: the file is UTF-8 with holes, which is neither.
#[test]
fn utf_8_that_was_saved_as_gbk_is_repaired() {
    let place = Place::new();
    let clean = "// 请先打开设置\n// 读取全部数据\nint main() {}\n// 文件已经下载了\n";
    let torn = gbk(&misread(clean));
    assert!(std::str::from_utf8(&torn).is_err());
    for (name, bytes) in [("mark", torn.clone()), ("question", gbk(&misread(clean).replace('\u{FFFD}', "?")))]
    {
        place.write(name, bytes);
        assert_eq!(place.run(&["repair", "--min-confidence", "0", name]), fine(clean));
    }
}

#[test]
fn files_keep_their_bytes_unless_something_changes() {
    let place = Place::new();
    // 80 is the euro sign to decoders, and no encoder writes it.
    let odd = [gbk(LINES), b"\x80 5\n".to_vec()].concat();
    place.write("odd", &odd);
    assert_eq!(place.run(&["repair", "-i", "odd"]), fine(""));
    assert_eq!(place.run(&["repair", "--check", "odd"]), fine(""));
    assert_eq!(place.run(&["repair", "--output-encoding", "same", "-o", "copy", "odd"]), fine(""));
    assert_eq!(fs::read(place.path("copy")).unwrap(), odd);
    // A line that changes can't keep them: rather nothing changes.
    let line = [gbk("好,坏"), b"\x80\n".to_vec()].concat();
    place.write("line", [gbk(LINES), line].concat());
    let ran = place.run(&["normalize", "-i", "line"]);
    assert_eq!(
        (ran.code, ran.err.contains("line: line 3: its bytes have another spelling")),
        (2, true),
        "{}",
        ran.err
    );
}

#[test]
fn utf_16_keeps_its_mark_and_order_in_place() {
    let place = Place::new();
    place.write("a", utf_16(&format!("\u{FEFF}{CLEAN}\n好,坏\n")));
    assert_eq!(place.run(&["normalize", "-i", "a"]), fine(""));
    assert_eq!(fs::read(place.path("a")).unwrap(), utf_16(&format!("\u{FEFF}{CLEAN}\n好，坏\n")));
    // It is found in folders, too, where zero bytes tell of no text.
    assert_eq!(
        place.run(&["detect", "-r", "."]).out,
        "./a: utf-16le with byte order mark, no damage, simplified\n"
    );
}

#[test]
fn the_output_encoding_is_the_one_asked_for() {
    let place = Place::new();
    place.write("a", LINES);
    assert_eq!(place.run(&["repair", "-i", "--output-encoding", "gbk", "a"]), fine(""));
    assert_eq!(fs::read(place.path("a")).unwrap(), gbk(LINES));
    assert_eq!(place.run(&["repair", "-i", "--output-encoding", "utf-16le", "a"]), fine(""));
    assert_eq!(fs::read(place.path("a")).unwrap(), utf_16(&format!("\u{FEFF}{LINES}")));
    assert_eq!(place.run(&["repair", "-i", "--output-encoding", "utf-8", "a"]), fine(""));
    assert_eq!(place.read("a"), LINES);
    let ran = place.run(&["repair", "--output-encoding", "big5", "a"]);
    assert_eq!((ran.code, &*ran.out), (2, ""));
    assert_eq!(
        ran.err,
        "qingwen: a: line 1: '连' (U+8FDE) can't be spelled in big5; --output-encoding utf-8 can\n"
    );
}

#[test]
fn encoding_forces_what_is_read() {
    let place = Place::new();
    // These bytes are valid UTF-8 by accident.
    assert_eq!(place.feed(&["repair", "--encoding", "gb2312"], b"\xC4\xA3\n"), fine("模\n"));
    let ran = place.feed(&["repair", "--encoding", "big5"], b"ok\n\xA4\xFF\n");
    assert_eq!(ran.err, "qingwen: standard input: line 2, byte offset 3: invalid big5 (byte A4)\n");
    assert_eq!((ran.code, &*ran.out), (2, ""));
    let ran = place.feed(&["repair", "--encoding", "klingon"], "");
    assert!(ran.code == 2 && ran.err.contains("gb18030"), "{}", ran.err);
    let ran = place.feed(&["repair", "--encoding", "gbk", "--field", "text"], "");
    assert!(ran.code == 2 && ran.err.contains("JSON lines"), "{}", ran.err);
}

/// A comma between Chinese words would become punctuation in a text.
#[test]
fn a_table_may_be_in_any_encoding() {
    let place = Place::new();
    let table = |text: &str| format!("编号,名称\r\n一,{text}\r\n二,\"书，{text}\"\r\n");
    let (old, new) = (table("圖書館裡的書"), table("图书馆里的书"));
    place.write("a.csv", gbk(&old));
    place.write("b", gbk(&old));
    assert_eq!(place.run(&["clean", "a.csv"]), fine(&*new));
    assert_eq!(place.run(&["clean", "--encoding", "gbk", "--column", "名称", "b"]), fine(&*new));
    assert_eq!(place.run(&["clean", "-i", "--journal", "j", "a.csv"]), fine(""));
    assert_eq!(std::fs::read(place.path("a.csv")).unwrap(), gbk(&new));
    assert_eq!(place.run(&["undo", "j"]), fine(""));
    assert_eq!(std::fs::read(place.path("a.csv")).unwrap(), gbk(&old));
    let wide = |text: &str| {
        [&b"\xFF\xFE"[..], &text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()].concat()
    };
    place.write("w.csv", wide(&old));
    assert_eq!(place.run(&["clean", "-i", "w.csv"]), fine(""));
    assert_eq!(std::fs::read(place.path("w.csv")).unwrap(), wide(&new));
    let ran = place.run(&["repair", "--column", "1", "--encoding", "mixed", "a.csv"]);
    assert!(ran.code == 2 && ran.err.contains("a table is in one encoding"), "{}", ran.err);
}

#[test]
fn a_table_is_written_in_the_encoding_asked_for() {
    let place = Place::new();
    let table = "\u{FEFF}编号,\"名, 称\"\r\n1,\"图书\"\"馆\"\"\"\r\n";
    let plain = table.trim_start_matches('\u{FEFF}');
    place.write("a.csv", table);
    let written = |encoding: &str| {
        let ran =
            place.run(&["repair", "--column", "2", "--output-encoding", encoding, "-o", "b.csv", "a.csv"]);
        assert_eq!(ran, fine(""), "{encoding}");
        std::fs::read(place.path("b.csv")).unwrap()
    };
    assert_eq!(written("gbk"), gbk(plain));
    let wide: Vec<u8> = table.encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(written("utf-16be"), wide);
    assert_eq!(written("utf-8"), table.as_bytes());
    let ran = place.run(&["repair", "-i", "--output-encoding", "big5", "a.csv"]);
    assert_eq!(ran.code, 2);
    assert_eq!(
        ran.err,
        "qingwen: a.csv: line 1: '编' (U+7F16) can't be spelled in big5; --output-encoding utf-8 can\n"
    );
    assert_eq!(place.read("a.csv"), table);
}

#[test]
fn json_is_never_written_in_another_encoding() {
    let place = Place::new();
    place.write("a.json", "{\"t\":\"好\"}");
    place.write("a.jsonl", "{\"t\":\"好\"}\n");
    for name in ["a.json", "a.jsonl"] {
        let ran = place.run(&["repair", "--field", "t", "--output-encoding", "gbk", name]);
        assert_eq!((ran.code, &*ran.out), (2, ""));
        assert!(ran.err.contains("is JSON, which is always UTF-8"), "{}", ran.err);
        assert_eq!(place.run(&["repair", "--field", "t", "--output-encoding", "utf-8", name]).code, 0);
    }
}

#[test]
fn a_file_of_several_encodings_is_read_line_by_line() {
    let place = Place::new();
    let line = "数据库连接失败，请检查密码。\n";
    let log =
        ["[info] 服务已经启动。\n".as_bytes(), &gbk(line), b"[info] retry\n", line.as_bytes(), &gbk(line)]
            .concat();
    place.write("log", &log);
    let text = format!("[info] 服务已经启动。\n{line}[info] retry\n{line}{line}");
    assert_eq!(place.run(&["repair", "log"]), fine(&*text));
    assert_eq!(place.run(&["repair", "--encoding", "mixed", "log"]), fine(&*text));
    assert_eq!(
        place.run(&["detect", "log"]).out.lines().skip(1).collect::<Vec<_>>(),
        ["  lines 1-1  utf-8", "  lines 2-3  gb18030", "  lines 4-4  utf-8", "  lines 5-5  gb18030"]
    );
    // Each line keeps its own.
    assert_eq!(place.run(&["convert", "-c", "s2t", "-i", "log"]), fine(""));
    let line = "數據庫連接失敗，請檢查密碼。\n";
    let wanted =
        ["[info] 服務已經啓動。\n".as_bytes(), &gbk(line), b"[info] retry\n", line.as_bytes(), &gbk(line)]
            .concat();
    assert_eq!(fs::read(place.path("log")).unwrap(), wanted);
}

/// One hand wrote the comment in GBK, another's editor garbled the one below.
#[test]
fn a_file_of_several_encodings_may_hold_garbage_too() {
    let place = Place::new();
    let (one, two) = ("// 这里的注释是另一个人写的，请保留\n", "// 读取配置文件并检查各参数\n");
    let code = "int main(void) { return 0; }\n";
    let bytes = |two: &str| [code.as_bytes(), &gbk(one), two.as_bytes(), code.as_bytes()].concat();
    place.write("a.c", bytes(&misread(two)));
    assert_eq!(place.run(&["repair", "a.c"]), fine(format!("{code}{one}{two}{code}")));
    assert_eq!(place.run(&["repair", "-i", "a.c"]), fine(""));
    assert_eq!(fs::read(place.path("a.c")).unwrap(), bytes(two));
}

#[test]
fn lines_that_nothing_reads_go_through_a_mixed_file_and_are_named() {
    let place = Place::new();
    let bytes = [LINES.as_bytes(), b"\xFF\x81\xFF\xFF\n", &gbk(LINES)].concat();
    let ran = place.command(&["repair", "--encoding", "mixed", "-o", "out", "in"]);
    let mut ran = ran;
    place.write("in", &bytes);
    let ran: crate::support::Ran = ran.output().unwrap().into();
    assert_eq!(ran.err.lines().count(), 1);
    assert!(ran.err.contains("line 3") && ran.err.contains("no encoding reads this"), "{}", ran.err);
    let all = fs::read(place.path("out")).unwrap();
    assert_eq!(all, [LINES.as_bytes(), b"\xFF\x81\xFF\xFF\n", LINES.as_bytes()].concat());
}

/// Garbage is no text of any encoding, but it was saved as UTF-8: it is read as that, and repaired.
#[test]
fn garbage_between_lines_that_nothing_reads_is_repaired() {
    let place = Place::new();
    let lines = |garbage: &str| {
        [&gbk(LINES)[..], b"caf\xe9\n", garbage.as_bytes(), b"\nplain\n\x80\xff caf\xe9\n", LINES.as_bytes()]
            .concat()
    };
    let latin: String = CLEAN.bytes().map(char::from).collect();
    place.write("a", lines(&latin));
    let ran = place.run(&["repair", "-i", "--encoding", "mixed", "a"]);
    assert_eq!(ran.code, 2);
    assert_eq!(ran.err.lines().count(), 2, "{}", ran.err);
    assert!(ran.err.contains("a: line 3, ") && ran.err.contains("a: line 6, "), "{}", ran.err);
    assert_eq!(fs::read(place.path("a")).unwrap(), lines(CLEAN));
}

#[test]
fn a_long_text_gives_the_same_bytes_for_any_number_of_threads() {
    let place = Place::new();
    let garbled = format!("{}\n{CLEAN}\n", garble(CLEAN));
    let text = garbled.repeat((3 << 20) / garbled.len());
    let clean = format!("{CLEAN}\n{CLEAN}\n").repeat((3 << 20) / garbled.len());
    for jobs in ["1", "3"] {
        let ran = place.feed(&["repair", "-j", jobs], &text);
        assert!(ran == fine(&*clean), "{}", ran.err);
    }
    // Its account counts from the start of the file.
    place.write("a", &text);
    assert_eq!(place.run(&["repair", "--report", "report", "-o", "out", "a"]).code, 0);
    let report = place.read("report");
    let last: serde_json::Value = serde_json::from_str(report.lines().last().unwrap()).unwrap();
    let at = last["at"][0].as_u64().unwrap() as usize;
    assert_eq!(at, text.len() - garbled.len());
    let after = last["after"][0].as_u64().unwrap() as usize;
    assert_eq!(after, clean.len() - 2 * (CLEAN.len() + 1));
}

#[test]
fn a_line_longer_than_allowed_is_refused_by_name() {
    let place = Place::new();
    let text = format!("short\n{}\n", "长".repeat(1 << 20));
    let ran = place.feed(&["repair", "--max-record", "2M"], &text);
    assert_eq!((ran.code, &*ran.out), (2, ""));
    assert_eq!(
        ran.err,
        "qingwen: standard input: line 2 is longer than 2097152 bytes; --max-record raises the limit\n"
    );
    let ran = place.feed(&["repair", "--max-record", "4M"], &text);
    assert!(ran == fine(&*text));
}

#[test]
fn the_report_says_what_a_text_was_in() {
    let place = Place::new();
    place.write("a", gbk(&format!("{LINES}好,坏\n")));
    assert_eq!(place.run(&["normalize", "--report", "report", "-o", "out", "a"]), fine(""));
    let line: serde_json::Value = serde_json::from_str(place.read("report").lines().next().unwrap()).unwrap();
    assert_eq!(line["encoding"], "gb18030");
}

/// Another tool put it there: that is UTF-8, and not what GBK reads in its bytes.
#[test]
fn a_line_with_marks_of_loss_beside_one_of_gbk_is_utf_8() {
    let place = Place::new();
    for line in ["服务已经\u{FFFD}\u{FFFD}启动，等待连接。\n", "caf\u{FFFD}\n"] {
        place.write("log", [&gbk(LINES)[..], line.as_bytes()].concat());
        for encoding in ["auto", "mixed"] {
            let ran = place.run(&["convert", "-c", "s2t", "--no-rare", "--encoding", encoding, "log"]);
            assert_eq!((ran.code, &*ran.err), (0, ""), "{encoding}");
            assert!(ran.out.contains('\u{FFFD}') && !ran.out.contains('锟'), "{}", ran.out);
        }
    }
}
