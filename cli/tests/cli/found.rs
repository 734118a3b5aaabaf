//! What is found rather than written: --check, --diff, --report, detect, explain.

use serde_json::{Value, json};

use crate::support::{CLEAN, Place, Ran, fine, garble};

fn found(out: impl Into<String>) -> Ran {
    Ran { code: 1, out: out.into(), err: String::new() }
}

#[test]
fn check_lists_what_would_change() {
    let place = Place::new();
    place.write("bad", garble(CLEAN));
    place.write("good", CLEAN);
    assert_eq!(place.run(&["repair", "--check", "good", "bad"]), found("bad\n"));
    assert_eq!(place.run(&["repair", "--check", "good"]), fine(""));
    assert_eq!(place.read("bad"), garble(CLEAN));
    // A fault outweighs a finding.
    assert_eq!(place.run(&["repair", "--check", "bad", "missing"]).code, 2);
}

#[test]
fn diff_shows_what_would_change() {
    let place = Place::new();
    place.write("a", "一\n二,二\n三\n四\n五\n六");
    let diff = "--- a\n+++ a\n@@ -1,5 +1,5 @@\n 一\n-二,二\n+二，二\n 三\n 四\n 五\n";
    assert_eq!(place.run(&["normalize", "--diff", "a"]), found(diff));
    place.write("b", CLEAN);
    assert_eq!(place.run(&["normalize", "--diff", "b"]), fine(""));
    place.write("c", "好,坏");
    let diff = "--- c\n+++ c\n@@ -1,1 +1,1 @@\n-好,坏\n\\ No newline at end of file\n+好，坏\n\\ No newline at end of file\n";
    assert_eq!(place.run(&["normalize", "--diff", "c"]), found(diff));
}

#[test]
fn diff_of_records_shows_lines() {
    let place = Place::new();
    let (bad, good) = (format!("{{\"t\":\"{}\"}}", garble(CLEAN)), format!("{{\"t\":\"{CLEAN}\"}}"));
    let ran = place.feed(&["repair", "--diff", "--field", "t"], format!("{{\"t\":\"x\"}}\n{bad}\n"));
    assert_eq!(ran, found(format!("--- -\n+++ -\n@@ -1,2 +1,2 @@\n {{\"t\":\"x\"}}\n-{bad}\n+{good}\n")));
}

/// Applies a unified diff as strictly as can be: every line it shows must be there, every count right.
fn patch(old: &str, diff: &str) -> String {
    let old: Vec<&str> = old.split_inclusive('\n').collect();
    let mut lines = diff.split_inclusive('\n').skip(2).peekable();
    let (mut new, mut at) = (String::new(), 0);
    while let Some(head) = lines.next() {
        let ranges: Vec<usize> =
            head.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
        let [old_first, mut old_lines, _, mut new_lines] = ranges[..] else { panic!("not a hunk: {head}") };
        assert!(old_first > at, "hunks overlap: {head}");
        new.extend(old[at..old_first - 1].iter().copied());
        at = old_first - 1;
        while old_lines + new_lines > 0 {
            let (mark, line) = lines.next().expect("the hunk is as long as it says").split_at(1);
            let line = match lines.next_if(|l| l.starts_with('\\')) {
                Some(_) => line.trim_end_matches('\n'),
                None => line,
            };
            if mark != "+" {
                assert_eq!(old[at], line);
                at += 1;
                old_lines -= 1;
            }
            if mark != "-" {
                new.push_str(line);
                new_lines -= 1;
            }
        }
    }
    new.extend(old[at..].iter().copied());
    new
}

#[test]
fn diff_turns_the_old_text_into_the_new_one() {
    let place = Place::new();
    let mut state = 1u32;
    for round in 0..40 {
        let mut old = String::new();
        for n in 0..round {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let which = if (state >> 24).is_multiple_of(6) { '們' } else { '们' };
            old.push_str(&format!("{n} {which}\n"));
        }
        if round % 2 == 0 {
            old.pop();
        }
        let new = old.replace('們', "们");
        let ran = place.feed(&["convert", "--diff"], &old);
        assert_eq!(ran.code, i32::from(old != new));
        assert_eq!(patch(&old, &ran.out), new, "{}", ran.out);
    }
}

/// Steps that join lines, or make line ends of other characters, leave fewer or more of them.
#[test]
fn diff_follows_lines_that_come_and_go() {
    let place = Place::new();
    let mut old = String::new();
    for n in 0..300 {
        let end = if n % 20 == 0 { '\u{2028}' } else { '\n' };
        let comma = if n % 33 == 0 { ',' } else { '，' };
        old.push_str(&format!("第{n}行{comma}完{end}"));
    }
    let steps = ["normalize", "--step", "line-ends", "--step", "punctuation"];
    let new = place.feed(&steps, &old).out;
    assert_eq!(new.lines().count(), 300);
    let ran = place.feed(&[&steps[..], &["--diff"]].concat(), &old);
    assert_eq!((ran.code, patch(&old, &ran.out)), (1, new));
    assert!(ran.out.lines().filter(|l| l.starts_with("@@")).count() > 10, "{}", ran.out);
}

#[test]
fn the_report_has_a_line_for_every_change() {
    let place = Place::new();
    place.write("a", format!("甲,{}\n", garble(CLEAN)));
    let ran = place.run(&["clean", "a", "--report", "report"]);
    assert_eq!(ran, fine(format!("甲，{CLEAN}\n")));
    let lines: Vec<Value> = place.read("report").lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let comma = lines.iter().find(|l| l["stage"] == "normalize").unwrap();
    assert_eq!(
        *comma,
        json!({"schema": 1, "file": "a", "record": null, "field": null, "stage": "normalize", "at": [3, 4],
            "before": [3, 4], "after": [3, 6], "old": ",", "new": "，", "cause": "punctuation", "layers": 0, "confidence": 1.0,
            "reversible": comma["reversible"], "restored": []})
    );
    let repair = lines.iter().find(|l| l["stage"] == "repair").unwrap();
    assert_eq!((&repair["layers"], &repair["reversible"]), (&json!(1), &json!(true)));
    assert!(CLEAN.contains(repair["new"].as_str().unwrap()));
}

#[test]
fn the_report_names_records_and_damage_that_is_left() {
    let place = Place::new();
    let ran = place.feed(
        &["repair", "--field", "t", "--report", "report"],
        "{\"t\":\"好\"}\n{\"t\":\"锟斤拷锟斤拷锟斤拷\"}\n",
    );
    assert_eq!(ran.code, 0);
    let line: Value = serde_json::from_str(place.read("report").trim_end()).unwrap();
    assert_eq!(
        line,
        json!({"schema": 1, "file": "-", "record": 2, "field": "t", "at": [0, 27], "left": "irreversible",
            "text": "锟斤拷锟斤拷锟斤拷"})
    );
}

#[test]
fn detect_names_the_encoding_the_script_and_the_damage() {
    let place = Place::new();
    place.write("good", CLEAN);
    place.write("marked", "\u{FEFF}這個問題很簡單。");
    place.write("bad", format!("{}\n锟斤拷锟斤拷锟斤拷\n", garble(CLEAN)));
    place.write("gbk", b"\xB9\xAB\xD4\xB0");
    assert_eq!(place.run(&["detect", "good"]), fine("good: utf-8, no damage, simplified\n"));
    let marked = "marked: utf-8 with byte order mark, no damage, traditional\n";
    assert_eq!(place.run(&["detect", "marked"]), fine(marked));
    assert_eq!(place.run(&["detect", "gbk"]), fine("gbk: gb18030 (1.00), no damage, simplified\n"));
    let ran = place.run(&["detect", "bad"]);
    assert_eq!(ran.code, 1);
    let lines: Vec<Vec<&str>> = ran.out.lines().map(|l| l.split_whitespace().collect()).collect();
    assert_eq!(lines[0][..3], ["bad:", "utf-8,", "damaged,"]);
    assert_eq!((lines[1][0], lines[1][2]), ("repairable", "1"));
    assert_eq!(lines[2][..4], ["left", "irreversible", "1", "spans"]);
}

#[test]
fn explain_takes_a_text_itself() {
    let place = Place::new();
    for more in [&[][..], &["--candidates"], &["--candidates", "--json"], &["--output-format", "json"]] {
        let ran = place.run(&[&["explain", "--text", "鍒濆鍖?"], more].concat());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        assert!(ran.out.contains("初始化"), "{}", ran.out);
    }
    // It is no place beside files.
    assert_eq!(place.run(&["explain", "--text", "好", "a"]).code, 2);
    assert!(place.run(&["explain", "--text", "-好"]).out.contains("no damage"));
}

#[test]
fn explain_shows_where_why_and_how_sure() {
    let place = Place::new();
    let ran = place.feed(&["explain"], format!("好\n好{}\n锟斤拷锟斤拷锟斤拷\n", garble("公园")));
    assert_eq!(ran.code, 0);
    let rows: Vec<&str> = ran.out.lines().collect();
    assert_eq!(rows[0], "-");
    assert_eq!(rows[1].split_whitespace().next(), Some("where"));
    assert!(rows[2].starts_with("  2:2 ") && rows[2].ends_with("→ 公园"), "{}", rows[2]);
    assert_eq!(rows[3].trim(), "bytes  e5 85 ac e5 9b ad");
    assert!(rows[4].starts_with("  3:1 ") && rows[4].ends_with("left: irreversible"), "{}", rows[4]);
    assert!(!ran.out.chars().any(|c| c.is_control() && c != '\n'), "nothing may move the cursor");
    assert_eq!(place.feed(&["explain"], CLEAN), fine("-\n  no damage\n"));
}

#[test]
fn explain_shows_what_lost_characters_could_have_been() {
    let place = Place::new();
    // UTF-8 read as GBK by Windows: every `?` stands for two bytes that were no character.
    let ran = place.feed(
        &["explain", "--field", "t"],
        "{\"t\":\"浠婂ぉ鐨勫ぉ姘斿緢濂斤紝鎴戜滑涓?璧峰幓鍏洯鏁ｆ鍚с??\"}\n",
    );
    assert_eq!(ran.code, 0);
    assert!(ran.out.contains("\n  1 t 1:"), "{}", ran.out);
    assert!(ran.out.contains("\n      restored  "), "{}", ran.out);
}

#[test]
fn candidates_are_ranked_in_columns_with_the_bytes_of_the_first() {
    let place = Place::new();
    let ran = place.feed(&["explain", "--candidates=2"], "璇峰厛澶囦唤鏁版嵁搴擄紝鍐嶆墽琛屽崌绾ц剼鏈?\n");
    let rows: Vec<&str> = ran.out.lines().collect();
    assert_eq!((ran.code, rows[0]), (0, "-"));
    assert_eq!(rows[1], "  rank  probability  channel    layers  lost reading");
    assert_eq!(rows[2], "     1       1.0000  utf-8>gbk       1     1 请先备份数据库，再执行升级脚本");
    assert_eq!(
        rows[3],
        "     2       0.0000  -               0     0 璇峰厛澶囦唤鏁版嵁搴擄紝鍐嶆墽琛屽崌绾ц剼鏈?"
    );
    assert!(rows[4].starts_with("      restored  本 "), "{}", rows[4]);
    assert!(rows[5].starts_with("      璇   峰   厛   澶 "), "{}", rows[5]);
    assert!(rows[6].starts_with("      e8af b7e5 8588 e5a4 "), "{}", rows[6]);
    assert!(rows[8].ends_with(" e69c .."), "{}", rows[8]);
}

#[test]
fn candidates_can_be_read_by_programs_and_name_their_records() {
    let place = Place::new();
    let input = format!("{}\n{}\n", json!({"t": CLEAN}), json!({"t": garble(CLEAN)}));
    let ran = place.feed(&["explain", "--candidates", "--json", "--field", "t"], &input);
    let lines: Vec<Value> = ran.out.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let first = lines.iter().find(|l| l["record"] == 1).unwrap();
    assert_eq!((&first["channel"], &first["reading"]), (&Value::Null, &json!(CLEAN)));
    let best = lines.iter().find(|l| l["record"] == 2).unwrap();
    assert_eq!((&best["rank"], &best["field"], &best["reading"]), (&json!(1), &json!("t"), &json!(CLEAN)));
    assert_eq!(best["shown"][0], json!([0, "ä", "e4"]));
    assert_eq!(place.feed(&["explain", "--candidates=0"], CLEAN).code, 2);
    assert_eq!(place.feed(&["explain", "--json"], CLEAN).code, 2);
}

/// Cells and strings have no place in the file that could be told, and are judged beside each other.
#[test]
fn cells_and_strings_are_told_by_their_fields() {
    let place = Place::new();
    place.write("a.csv", format!("名称\n{}\n", garble(CLEAN)));
    let ran = place.run(&["repair", "--check", "--output-format", "json", "a.csv"]);
    let line: serde_json::Value = serde_json::from_str(ran.out.lines().next().unwrap()).unwrap();
    assert_eq!((ran.code, &line["record"], &line["field"]), (1, &2.into(), &"1".into()));
    place.write("a.json", format!("\n\n{{\"a\": {{\"text\": \"{}\"}}}}\n", garble(CLEAN)));
    let ran = place.run(&["repair", "--check", "--output-format", "sarif", "--field", "text", "a.json"]);
    let log: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let result = &log["runs"][0]["results"][0];
    assert_eq!(result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"], "/a/text");
    assert!(result["fixes"].is_null() && result["locations"][0]["physicalLocation"]["region"].is_null());
}

#[test]
fn detect_tells_programs_an_object_a_file() {
    let place = Place::new();
    place.write("bad.txt", format!("好\n{}\n锟斤拷锟斤拷\n", garble(CLEAN)));
    place.write("gbk.txt", b"\xBD\xF1\xCC\xEC\xB5\xC4\xCC\xEC\xC6\xF8\xBA\xDC\xBA\xC3\xA3\xAC\xCE\xD2\xC3\xC7\xD2\xBB\xC6\xF0\xC8\xA5\xB9\xAB\xD4\xB0\xC9\xA2\xB2\xBD\xA1\xA3\n");
    place.write("odd.txt", b"\xFF\xFE\xFF\xFF\x00");
    let ran = place.run(&["detect", "--output-format", "json", "bad.txt", "gbk.txt", "odd.txt"]);
    assert_eq!((ran.code, &*ran.err), (1, ""));
    let told: Vec<Value> = ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(told.len(), 3);
    let [bad, gbk, odd] = &told[..] else { unreachable!() };
    assert_eq!(
        (&bad["file"], &bad["encoding"], &bad["damaged"]),
        (&json!("bad.txt"), &json!("utf-8"), &json!(true))
    );
    assert_eq!(bad["repairable"][0]["channel"], "utf-8>windows-1252");
    assert_eq!(bad["repairable"][0]["characters"], garble(CLEAN).chars().count());
    assert_eq!(bad["left"][0]["why"], "irreversible");
    assert_eq!(
        (&gbk["encoding"], &gbk["damaged"], &gbk["script"]),
        (&json!("gb18030"), &json!(false), &json!("simplified"))
    );
    assert!(gbk["confidence"].as_f64().unwrap() > 0.9 && gbk["repairable"] == json!([]));
    assert!(odd["encoding"].is_null() && odd["fault"].as_str().unwrap().contains("byte offset"), "{odd}");
    assert_eq!(place.run(&["detect", "--output-format", "sarif", "bad.txt"]).code, 2);
}
