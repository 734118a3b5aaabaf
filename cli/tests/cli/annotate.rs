//! Verdicts as a field of each record, for pipelines that may only tag.

use serde_json::{Value, json};

use crate::support::{CLEAN, Place, Ran, fine, garble};

fn record(line: &str) -> Value {
    serde_json::from_str(line).unwrap()
}

#[test]
fn a_field_is_added_and_every_other_byte_stays() {
    let place = Place::new();
    let bad = garble(CLEAN);
    let input = format!("{{ \"n\" :1.0e2,\"t\":\"好{bad}\"  }}\r\n{{\"t\":\"{CLEAN}\"}}\n\n{{\"t\":null}}");
    let ran = place.feed(&["repair", "--annotate", "--field", "t"], &input);
    assert_eq!((ran.code, &*ran.err), (0, ""));
    let (lines, olds): (Vec<&str>, Vec<&str>) = (ran.out.split('\n').collect(), input.split('\n').collect());
    assert_eq!(lines.len(), olds.len());
    assert!(
        lines[0].starts_with(&format!("{{ \"n\" :1.0e2,\"t\":\"好{bad}\",\"qingwen\":{{")),
        "{}",
        lines[0]
    );
    assert!(lines[0].ends_with("}  }\r"), "{}", lines[0]);
    let note = &record(lines[0])["qingwen"];
    assert_eq!((&note["schema"], &note["verdict"]), (&json!(1), &json!("damaged")));
    assert!(note["confidence"].as_f64().unwrap() > 0.95);
    let span = &note["spans"][0];
    assert_eq!((&span["field"], &span["stage"]), (&json!("t"), &json!("repair")));
    assert_eq!((&span["old"], &span["new"]), (&json!(bad), &json!(CLEAN)));
    let characters = bad.chars().count();
    assert_eq!((&span["at"], &span["chars"]), (&json!([3, 3 + bad.len()]), &json!([1, 1 + characters])));
    assert_eq!(
        record(lines[1])["qingwen"],
        json!({"schema": 1, "verdict": "clean", "confidence": null, "spans": []})
    );
    assert_eq!(lines[2], "");
    assert_eq!(record(lines[3])["qingwen"]["verdict"], "clean");
}

#[test]
fn the_verdict_is_the_worst_of_what_was_found() {
    let place = Place::new();
    let verdict = |command: &[&str], text: &str| {
        let ran =
            place.feed(&[command, &["--annotate", "--field", "t"]].concat(), json!({"t": text}).to_string());
        record(&ran.out)["qingwen"]["verdict"].clone()
    };
    let bad = garble(CLEAN);
    assert_eq!(verdict(&["repair"], &format!("{bad}\n锟斤拷锟斤拷锟斤拷")), "damaged");
    assert_eq!(verdict(&["repair"], "锟斤拷锟斤拷锟斤拷"), "irreversible");
    assert_eq!(verdict(&["clean"], "這個問題,很簡單。"), "changed");
    assert_eq!(verdict(&["repair"], "這個問題,很簡單。"), "clean");
}

#[test]
fn a_record_of_ascii_stays_one() {
    let place = Place::new();
    let escaped: String = garble(CLEAN).chars().map(|c| format!("\\u{:04x}", c as u32)).collect();
    let ran = place.feed(&["repair", "--annotate", "--field", "t"], format!("{{\"t\":\"{escaped}\"}}\n"));
    assert!(ran.out.is_ascii());
    assert_eq!(record(&ran.out)["qingwen"]["spans"][0]["new"], CLEAN);
}

#[test]
fn the_field_has_the_name_that_is_asked_for_and_never_one_that_is_there() {
    let place = Place::new();
    let run = |name: &str, input: &str| place.feed(&["repair", name, "--field", "t"], input);
    let ran = run("--annotate=my \"tag\"", "{\"t\":\"\"}\n");
    assert_eq!(record(&ran.out)["my \"tag\""]["verdict"], "clean");
    let ran = run("--annotate", "{\"qingwen\":1,\"t\":\"\"}\n");
    assert_eq!((ran.code, &*ran.out), (2, "{\"qingwen\":1,\"t\":\"\"}\n"));
    assert!(
        ran.err.starts_with("qingwen: standard input: record 1: has a field `qingwen` already; "),
        "{}",
        ran.err
    );
    let ran = place.feed(&["repair", "--annotate", "--field", "/0"], "[\"文\"]\n");
    assert_eq!((ran.code, &*ran.out), (2, "[\"文\"]\n"));
    assert!(ran.err.contains("is no object"), "{}", ran.err);
    assert_eq!(run("--annotate=", "").code, 2);
    assert_eq!(run("--annotate=/a", "").code, 2);
}

#[test]
fn annotations_are_the_same_for_any_number_of_threads() {
    let place = Place::new();
    let mut input = String::new();
    for n in 0..8000 {
        let text = if n % 5 == 0 { garble(CLEAN) } else { format!("第{n}条：{CLEAN}") };
        input.push_str(&format!("{}\n", json!({"n": n, "t": text})));
    }
    let run = |jobs| place.feed(&["repair", "--annotate", "--field", "t", "-j", jobs], &input);
    let one = run("1");
    assert_eq!((one.code, one.out.lines().count()), (0, 8000));
    assert!(run("4") == one);
    for (line, old) in one.out.lines().zip(input.lines()).step_by(97) {
        let (mut with, old) = (record(line), record(old));
        with.as_object_mut().unwrap().remove("qingwen").unwrap();
        assert_eq!(with, old);
    }
}

#[test]
fn text_has_no_place_for_an_annotation() {
    let place = Place::new();
    let Ran { code, err, .. } = place.feed(&["repair", "--annotate"], CLEAN);
    assert_eq!(code, 2);
    assert!(err.contains("--field"), "{err}");
    assert_eq!(place.feed(&["repair", "--field", "t"], "{\"t\":\"\"}"), fine("{\"t\":\"\"}"));
}

/// Only records of JSON lines can take a note.
#[test]
fn other_files_with_fields_are_refused() {
    let place = Place::new();
    place.write("a.json", "{\"text\": \"好\"}\n");
    let ran = place.run(&["repair", "--annotate", "--field", "text", "a.json"]);
    assert_eq!(
        (ran.code, &*ran.err),
        (
            2,
            "qingwen: a.json: is neither JSON lines nor a table, which --annotate needs; --field or --column makes \
             it one\n"
        )
    );
}

/// The rows of a table without quotes.
fn rows(table: &str, delimiter: char) -> Vec<Vec<&str>> {
    table.lines().map(|line| line.split(delimiter).collect()).collect()
}

#[test]
fn a_table_gets_columns_and_keeps_every_other_byte() {
    let place = Place::new();
    let bad = garble(CLEAN);
    place
        .write("a.tsv", format!("\u{FEFF}编号\t名称\r\n1\t好{bad}\r\n\r\n2\t{CLEAN}\n3\t锟斤拷锟斤拷锟斤拷"));
    let ran = place.run(&["repair", "--annotate", "a.tsv"]);
    assert_eq!((ran.code, &*ran.err), (0, ""));
    assert!(
        ran.out.starts_with("\u{FEFF}编号\t名称\tqingwen_verdict\tqingwen_confidence\tqingwen_spans\r\n")
    );
    let table = rows(&ran.out, '\t');
    assert_eq!(table[1][..3], ["1", &*format!("好{bad}"), "damaged"]);
    assert!(table[1][3].parse::<f64>().unwrap() > 0.95);
    // The cell has quotation marks in it, so it stands in such, and each of them twice.
    let cell = table[1][4].strip_prefix('"').and_then(|cell| cell.strip_suffix('"')).unwrap();
    let spans = record(&cell.replace("\"\"", "\""));
    // What the same text has in JSON lines.
    let json = json!({"名称": format!("好{bad}")}).to_string();
    let noted = place.feed(&["repair", "--annotate", "--field", "名称"], json);
    let noted = &record(&noted.out)["qingwen"]["spans"][0];
    assert_eq!(spans[0]["field"], "2");
    for key in ["at", "chars", "stage", "cause", "old", "new", "layers", "reversible"] {
        assert_eq!(spans[0][key], noted[key], "{key}");
    }
    assert_eq!(table[2], [""]);
    assert_eq!(table[3], ["2", CLEAN, "clean", "", "[]"]);
    assert_eq!(table[4][2], "irreversible");
    // Where commas part cells, the spans are quoted.
    let ran = place.feed(&["repair", "--annotate=tag", "--format", "csv"], format!("a\n{bad}\n"));
    assert!(ran.out.starts_with("a,tag_verdict,tag_confidence,tag_spans\n"), "{}", ran.out);
    assert!(ran.out.ends_with("}]\"\n") && ran.out.contains(",\"[{\"\""), "{}", ran.out);
}

#[test]
fn a_table_without_names_has_a_verdict_in_its_first_record() {
    let place = Place::new();
    let run = |options: &[&str]| {
        place.feed(&[&["repair", "--annotate", "--format", "tsv"], options].concat(), "好\tb\n")
    };
    assert_eq!(run(&["--no-header"]), fine("好\tb\tclean\t\t[]\n"));
    assert_eq!(run(&[]), fine("好\tb\tqingwen_verdict\tqingwen_confidence\tqingwen_spans\n"));
    assert_eq!(run(&["--no-header", "--column", "b"]).code, 2);
}

#[test]
fn a_record_that_can_t_take_columns_is_told_and_left() {
    let place = Place::new();
    let run = |table: &str| place.feed(&["repair", "--annotate", "--format", "csv"], table);
    let ran = run("a,b\n1,2,3\n4,5\n");
    assert_eq!(ran.code, 2);
    assert_eq!(ran.out, "a,b,qingwen_verdict,qingwen_confidence,qingwen_spans\n1,2,3\n4,5,clean,,[]\n");
    assert!(
        ran.err.contains("record 2: has 3 cells and the first record 2, so it can't take more"),
        "{}",
        ran.err
    );
    let ran = run("a,qingwen_spans\n1,2\n");
    assert_eq!((ran.code, &*ran.out), (2, ""));
    assert!(ran.err.contains("has a column `qingwen_spans` already"), "{}", ran.err);
}

#[test]
fn files_in_folders_that_have_no_records_are_left_out() {
    let place = Place::new();
    place.write("t/a.csv", "好\n");
    place.write("t/b.txt", "好\n");
    place.write("t/c.md", "好\n");
    let ran = place.run(&["repair", "--annotate", "--no-header", "-r", "t"]);
    assert_eq!((ran.code, &*ran.out), (0, "好,clean,,[]\n"));
    assert!(ran.err.starts_with("qingwen: --annotate leaves out 2 files in folders"), "{}", ran.err);
    // One that is named is an error.
    assert_eq!(place.run(&["repair", "--annotate", "t/b.txt"]).code, 2);
}

/// Filters that keep what is clean would keep text that nobody looked at.
#[test]
fn a_record_that_can_t_be_read_is_not_called_clean() {
    let place = Place::new();
    let lines = "{\"t\":\"\\ud800 x\"}\n{\"t\":\"x\"}\n";
    let ran = place.feed(&["repair", "--annotate", "--field", "t"], lines);
    assert_eq!(ran.code, 2);
    let verdicts: Vec<bool> = ran.out.lines().map(|line| line.contains("\"verdict\":\"clean\"")).collect();
    assert_eq!(verdicts, [false, true]);
    assert!(ran.out.starts_with("{\"t\":\"\\ud800 x\"}\n"), "{}", ran.out);
}

#[test]
fn spans_in_a_table_are_quoted_whatever_parts_the_cells() {
    let place = Place::new();
    let ran =
        place.feed(&["repair", "--format", "tsv", "--annotate"], format!("a\tb\n{}\tb\n", garble(CLEAN)));
    assert!(ran.out.contains("\t\"[{\"\"at\"\":"), "{}", ran.out);
}
