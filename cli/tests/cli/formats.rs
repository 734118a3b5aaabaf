//! Findings for other programs: --check and explain with --output-format.

use serde_json::{Value, json};

use crate::support::{CLEAN, Place, fine, garble};

/// A file with damage of two kinds, and text that the other stages would write otherwise.
fn damaged(place: &Place) -> String {
    let text = format!("好\n好{}\n锟斤拷锟斤拷锟斤拷\n這個,好\n", garble("公园"));
    place.write("a b.txt", &text);
    text
}

fn lines(out: &str) -> Vec<Value> {
    out.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

/// The text between two places, counted in characters.
fn chars(text: &str, start: &Value, length: usize) -> String {
    text.chars().skip(start.as_u64().unwrap() as usize).take(length).collect()
}

#[test]
fn json_has_a_line_for_every_finding_with_its_place() {
    let place = Place::new();
    let text = damaged(&place);
    let ran = place.run(&["repair", "--check", "--output-format", "json", "a b.txt"]);
    assert_eq!((ran.code, &*ran.err), (1, ""));
    let found = lines(&ran.out);
    assert_eq!(found.len(), 2);
    let [repair, left] = &found[..] else { panic!("{found:?}") };
    assert_eq!((&repair["old"], &repair["new"]), (&json!(garble("公园")), &json!("公园")));
    assert_eq!((&repair["line"], &repair["column"]), (&json!(2), &json!(2)));
    assert_eq!((&repair["end_line"], &repair["end_column"]), (&json!(2), &json!(8)));
    assert_eq!((&repair["chars"], &repair["at"]), (&json!([3, 9]), &json!([7, 19])));
    assert_eq!(chars(&text, &repair["chars"][0], 6), garble("公园"));
    assert_eq!((&left["left"], &left["line"]), (&json!("irreversible"), &json!(3)));
}

#[test]
fn what_is_found_in_records_names_record_and_field() {
    let place = Place::new();
    let input = format!("{}\n{}\n", json!({"t": CLEAN}), json!({"t": garble(CLEAN)}));
    let ran = place.feed(&["repair", "--check", "--output-format", "json", "--field", "t"], &input);
    let found = lines(&ran.out);
    assert_eq!((ran.code, found.len()), (1, 1));
    assert_eq!(
        (&found[0]["file"], &found[0]["record"], &found[0]["field"]),
        (&json!("-"), &json!(2), &json!("t"))
    );
    let ran = place.feed(&["repair", "--check", "--output-format", "sarif", "--field", "t"], &input);
    let log: Value = serde_json::from_str(&ran.out).unwrap();
    let place = &log["runs"][0]["results"][0]["locations"][0];
    assert_eq!(place["physicalLocation"]["region"], json!({"startLine": 2}));
    assert_eq!(place["logicalLocations"][0]["fullyQualifiedName"], "t");
}

#[test]
fn sarif_names_each_rule_once_and_its_fixes_make_the_repaired_text() {
    let place = Place::new();
    let text = damaged(&place);
    place.write("c.txt", &text);
    let ran = place.run(&["repair", "--check", "--output-format", "sarif", "a b.txt", "c.txt"]);
    assert_eq!((ran.code, &*ran.err), (1, ""));
    let log: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(
        (&run["columnKind"], &run["tool"]["driver"]["name"]),
        (&json!("unicodeCodePoints"), &json!("qingwen"))
    );
    let rules: Vec<&str> = run["tool"]["driver"]["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["id"].as_str().unwrap())
        .collect();
    assert_eq!(rules, ["left/irreversible", "repair/utf-8>windows-1252"]);
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 4);
    assert!(results.iter().all(|r| rules.contains(&r["ruleId"].as_str().unwrap())));
    let location = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(location["artifactLocation"]["uri"], "a%20b.txt");
    assert_eq!(
        (&results[0]["level"], &location["region"]["snippet"]["text"]),
        (&json!("error"), &json!(garble("公园")))
    );

    let mut fixed = text;
    let change = &results[0]["fixes"][0]["artifactChanges"][0]["replacements"][0];
    let region = &change["deletedRegion"];
    let (at, length) =
        (region["byteOffset"].as_u64().unwrap() as usize, region["byteLength"].as_u64().unwrap() as usize);
    fixed.replace_range(at..at + length, change["insertedContent"]["text"].as_str().unwrap());
    assert_eq!(fixed, place.run(&["repair", "a b.txt"]).out);
}

/// Edits that build on those of an earlier stage replace nothing that stands in the file.
#[test]
fn a_fix_is_only_offered_where_its_old_text_stands() {
    let place = Place::new();
    let text = format!("{}\n", garble("這個問題，我們還要再想一想。"));
    place.write("a", &text);
    let ran = place.run(&["clean", "--check", "--output-format", "sarif", "a"]);
    let log: Value = serde_json::from_str(&ran.out).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let (with, without): (Vec<_>, Vec<_>) = results.iter().partition(|r| r.get("fixes").is_some());
    assert!(with.iter().all(|r| r["ruleId"].as_str().unwrap().starts_with("repair/")), "{with:?}");
    assert!(
        !without.is_empty() && without.iter().all(|r| r["ruleId"] == "convert/simplified"),
        "{without:?}"
    );
}

#[test]
fn sarif_of_nothing_is_a_log_without_results() {
    let place = Place::new();
    let ran = place.feed(&["clean", "--check", "--output-format", "sarif"], CLEAN);
    assert_eq!(ran.code, 0);
    let log: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(log["runs"][0]["results"], json!([]));
    assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], true);
    // What could not be read is no success, and the log is still whole.
    let ran = place.run(&["clean", "--check", "--output-format", "sarif", "missing"]);
    assert_eq!(ran.code, 2);
    let log: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], false);
}

#[test]
fn github_gets_a_command_for_every_finding() {
    let place = Place::new();
    damaged(&place);
    let ran = place.run(&["clean", "--check", "--output-format", "github", "a b.txt"]);
    let lines: Vec<&str> = ran.out.lines().collect();
    let place = "file=a b.txt,line=2,endLine=2,col=2,endColumn=8";
    assert!(
        lines[0].starts_with(&format!("::error {place},title=repair/utf-8>windows-1252::")),
        "{}",
        lines[0]
    );
    assert!(lines[0].ends_with(" → 公园"), "{}", lines[0]);
    assert!(lines[1].starts_with("::warning file=a b.txt,line=3,"), "{}", lines[1]);
    assert!(lines[1].contains("title=left/irreversible::"), "{}", lines[1]);
    assert_eq!(lines.len(), 4);
    assert_eq!(ran.code, 1);
}

#[test]
fn explain_tells_the_same_to_programs_and_finds_nothing_wrong() {
    let place = Place::new();
    damaged(&place);
    let ran = place.run(&["explain", "--output-format", "json", "a b.txt"]);
    assert_eq!((ran.code, lines(&ran.out).len()), (0, 2));
    assert_eq!(place.feed(&["explain", "--output-format", "github"], CLEAN), fine(""));
    assert_eq!(place.feed(&["explain", "--candidates", "--output-format", "sarif"], CLEAN).code, 2);
    let json = place.feed(&["explain", "--candidates", "--output-format", "json"], CLEAN);
    assert_eq!(json, place.feed(&["explain", "--candidates", "--json"], CLEAN));
}

#[test]
fn the_findings_do_not_depend_on_the_number_of_threads() {
    let place = Place::new();
    for n in 0..20 {
        place.write(&format!("tree/{n}"), format!("{n}\n{}\n", garble(CLEAN)).repeat(1 + n % 3));
    }
    for format in ["json", "sarif", "github"] {
        let run =
            |jobs| place.run(&["repair", "--check", "-r", "tree", "--output-format", format, "-j", jobs]);
        assert_eq!(run("1"), run("4"), "{format}");
    }
}

#[test]
fn a_format_without_check_is_a_mistake() {
    let place = Place::new();
    assert_eq!(place.feed(&["repair", "--output-format", "json"], CLEAN).code, 2);
    assert_eq!(place.feed(&["repair", "--check", "--diff", "--output-format", "json"], CLEAN).code, 2);
}

/// Java reads them as Latin-1.
#[test]
fn escapes_stay_escapes_in_property_files() {
    let place = Place::new();
    let escaped = |text: &str, capital: bool| {
        let unit = |u: u16| if capital { format!("\\u{u:04X}") } else { format!("\\u{u:04x}") };
        text.encode_utf16().map(unit).collect::<String>()
    };
    for capital in [false, true] {
        let file = |text: &str| {
            let text = escaped(text, capital);
            format!("# {text}\r\na = {text}\r\nb = {}\r\nc = 1\r\n", escaped("圖書館", capital))
        };
        place.write("a.properties", file(&garble(CLEAN)));
        for command in ["repair", "clean"] {
            assert_eq!(place.run(&[command, "a.properties"]), fine(file(CLEAN)), "{command}");
        }
        assert_eq!(place.run(&["repair", "--report", "r", "a.properties"]), fine(file(CLEAN)));
        for line in place.read("r").lines() {
            let edit: serde_json::Value = serde_json::from_str(line).unwrap();
            let at = |end: usize| edit["after"][end].as_u64().unwrap() as usize;
            assert_eq!(edit["new"], file(CLEAN)[at(0)..at(1)]);
        }
        place.write("a.txt", file(&garble(CLEAN)));
        assert!(place.run(&["repair", "a.txt"]).out.contains(CLEAN));
    }
}
