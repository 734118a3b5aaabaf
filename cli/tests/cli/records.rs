//! JSON lines: fields change, every other byte stays.

use crate::support::{CLEAN, Place, Ran, fine, garble};

const REPAIR: &[&str] = &["repair", "--format", "jsonl", "--field", "text"];

#[test]
fn everything_around_the_field_stays_byte_for_byte() {
    let place = Place::new();
    let around = |text: &str| {
        format!(
            "{{ \"z\" :1.0e+02,\t\"text\" : \"{text}\" , \"a\":[1,  -0.0],\"a\":\"\\u0041\\/\",\"other\":\"{}\"}} \r\n",
            garble(CLEAN)
        )
    };
    assert_eq!(place.feed(REPAIR, around(&garble(CLEAN))), fine(around(CLEAN)));
}

#[test]
fn a_field_that_needs_nothing_keeps_its_spelling() {
    let place = Place::new();
    let lines = "{\"text\":\"\\u6587\\/\\u0041\\ud83d\\uDE00 \u{85}\u{2028}\"}\n\n  \n{\"text\":null}\n{\"text\":\"\"}";
    assert_eq!(place.feed(REPAIR, lines), fine(lines));
}

#[test]
fn escapes_are_written_where_they_were_written() {
    let place = Place::new();
    let escape = |s: &str| s.encode_utf16().map(|u| format!("\\u{u:04x}")).collect::<String>();
    let input = format!("{{\"text\":\"{}\"}}\n", escape(&garble(CLEAN)));
    assert_eq!(place.feed(REPAIR, input), fine(format!("{{\"text\":\"{}\"}}\n", escape(CLEAN))));
}

/// Python and JavaScript leave U+0085 and U+2028 in strings, and garbage is full of U+0085.
#[test]
fn only_a_line_feed_ends_a_record() {
    let place = Place::new();
    let garbled = garble("中文，很好。");
    assert!(garbled.contains('\u{85}') || garbled.contains('\u{87}'));
    let input = format!("{{\"text\":\"\u{2028}\u{85}{}\"}}\n", garble(CLEAN));
    let ran = place.feed(REPAIR, input);
    assert_eq!((ran.code, ran.out.matches('\n').count()), (0, 1));
    assert!(ran.out.contains(CLEAN));
}

#[test]
fn fields_are_names_or_pointers_and_may_be_many() {
    let place = Place::new();
    let bad = garble(CLEAN);
    let input = format!(
        "{{\"t\":\"{bad}\",\"m\":[{{\"c\":\"{bad}\"}},{{\"c\":\"{bad}\"}}],\"u\":{{\"t\":\"{bad}\"}}}}\n"
    );
    let ran = place.feed(&["repair", "--field", "/m/1/c", "--field", "t"], input);
    let expected = format!(
        "{{\"t\":\"{CLEAN}\",\"m\":[{{\"c\":\"{bad}\"}},{{\"c\":\"{CLEAN}\"}}],\"u\":{{\"t\":\"{bad}\"}}}}\n"
    );
    assert_eq!(ran, fine(expected));
}

/// Conversations have as many messages as they have; reports tell which one.
#[test]
fn a_field_may_be_that_of_every_item() {
    let place = Place::new();
    let bad = garble(CLEAN);
    let line = |text: &str| {
        let item = |text: &str| format!("{{\"role\":\"{bad}\",\"content\":{text}}}");
        let text = format!("\"{text}\"");
        format!(
            "{{\"id\":1,\"a\":{{\"m\":[{},{},{}]}}}}\n{{\"a\":{{\"m\":[]}}}}\n",
            item(&text),
            item("null"),
            item(&text)
        )
    };
    for field in ["a.m[].content", "/a/m/*/content"] {
        assert_eq!(place.feed(&["repair", "--field", field], line(&bad)), fine(line(CLEAN)));
    }
    let arguments = ["repair", "--field", "a.m[].content", "--report", "report", "-"];
    assert_eq!(place.feed(&arguments, line(&bad)).code, 0);
    let report = place.read("report");
    let fields: Vec<bool> = ["/a/m/0/content", "/a/m/2/content", "a.m[].content"]
        .map(|field| report.contains(&format!("\"field\":\"{field}\"")))
        .into();
    assert_eq!(fields, [true, true, false]);
    // A key may have that name, and a way that leads nowhere is told.
    let star = |text: &str| format!("{{\"*\":\"{text}\"}}\n");
    assert_eq!(place.feed(&["repair", "--field", "/*"], star(&bad)), fine(star(CLEAN)));
    let ran = place.feed(&["repair", "--field", "a.n[].content"], line(&bad));
    assert_eq!((ran.code, ran.out), (2, line(&bad)));
    assert!(ran.err.contains("record 1: no field `a.n[].content`; left as it is"), "{}", ran.err);
}

#[test]
fn a_name_with_dots_is_told_how_it_may_be_meant() {
    let place = Place::new();
    let ran = place.feed(&["repair", "--field", "a.b"], "{\"a\":{\"b\":\"\"}}\n");
    let told = "no field `a.b`; what is inside others is named with slashes: `/a/b`; left as it is";
    assert_eq!((ran.code, ran.err), (2, format!("qingwen: standard input: record 1: {told}\n")));
    let line = "{\"a.b\":\"\"}\n";
    assert_eq!(place.feed(&["repair", "--field", "a.b"], line), fine(line));
}

#[test]
fn a_key_that_occurs_twice_is_changed_twice() {
    let place = Place::new();
    let bad = garble(CLEAN);
    let ran = place.feed(REPAIR, format!("{{\"text\":\"{bad}\",\"text\":\"{bad}\"}}"));
    assert_eq!(ran, fine(format!("{{\"text\":\"{CLEAN}\",\"text\":\"{CLEAN}\"}}")));
}

#[test]
fn bad_records_go_through_and_are_named() {
    let place = Place::new();
    let bad = garble(CLEAN);
    let head = "{\"text\":oops}\n{\"no\":1}\n{\"text\":7}\n{\"text\":\"\\ud800\"}\n[1]\n";
    let ran = place.feed(REPAIR, format!("{head}{{\"text\":\"{bad}\"}}\n"));
    assert_eq!((ran.code, ran.out), (2, format!("{head}{{\"text\":\"{CLEAN}\"}}\n")));
    let said: Vec<&str> = ran.err.lines().collect();
    assert_eq!(
        said,
        [
            "qingwen: standard input: record 1, column 9: expected a value; left as it is",
            "qingwen: standard input: record 2: no field `text`; left as it is",
            "qingwen: standard input: record 3, column 9: field `text` is a number, not a string; left as it is",
            "qingwen: standard input: record 4, column 10: field `text` holds half of a surrogate pair; left as it is",
            "qingwen: standard input: record 5: no field `text`; left as it is",
        ]
    );
}

#[test]
fn invalid_utf_8_in_a_record_leaves_that_record() {
    let place = Place::new();
    let mut input = b"{\"text\":\"\xE6\x96\x87\xFF\"}\n".to_vec();
    input.extend_from_slice(format!("{{\"text\":\"{}\"}}\n", garble(CLEAN)).as_bytes());
    place.write("a.jsonl", &input);
    let ran = place.run(&["repair", "--field", "text", "a.jsonl", "-o", "b"]);
    assert_eq!(
        ran,
        Ran {
            code: 2,
            out: String::new(),
            err: "qingwen: a.jsonl: record 1, column 11: invalid UTF-8 (byte FF); left as it is\n".to_owned()
        }
    );
    let mut expected = b"{\"text\":\"\xE6\x96\x87\xFF\"}\n".to_vec();
    expected.extend_from_slice(format!("{{\"text\":\"{CLEAN}\"}}\n").as_bytes());
    assert_eq!(std::fs::read(place.path("b")).unwrap(), expected);
}

#[test]
fn a_record_over_the_limit_goes_through_in_bounded_memory() {
    let place = Place::new();
    let long = format!("{{\"text\":\"{}\"}}\n", "长".repeat(400_000));
    let after = format!("{{\"text\":\"{}\"}}\n", garble(CLEAN));
    let arguments = [REPAIR, &["--max-record", "1M"]].concat();
    let ran = place.feed(&arguments, format!("{long}{after}"));
    assert_eq!(ran.code, 2);
    assert!(ran.out == format!("{long}{{\"text\":\"{CLEAN}\"}}\n"));
    assert_eq!(
        ran.err,
        "qingwen: standard input: record 1: longer than 1048576 bytes (--max-record); left as it is\n"
    );
}

#[test]
fn a_byte_order_mark_before_the_first_record_stays() {
    let place = Place::new();
    let ran = place.feed(REPAIR, format!("\u{FEFF}{{\"text\":\"{}\"}}\n", garble(CLEAN)));
    assert_eq!(ran, fine(format!("\u{FEFF}{{\"text\":\"{CLEAN}\"}}\n")));
}

#[test]
fn the_format_is_known_by_the_name_or_by_the_field() {
    let place = Place::new();
    let line =
        format!("{{\"text\":\"{}\"}}\n", garble(CLEAN).escape_unicode().to_string().replace(['{', '}'], ""));
    place.write("a.jsonl", &line);
    let ran = place.run(&["repair", "a.jsonl"]);
    assert_eq!((ran.code, &*ran.out), (2, ""));
    assert_eq!(
        ran.err,
        "qingwen: a.jsonl: is JSON lines: name its text with --field, or say --format text\n"
    );
    assert_eq!(place.run(&["repair", "--format", "text", "a.jsonl"]), fine(line));
}

/// A wrong --field is a fault in every record: ten show that, and a number says the rest.
#[test]
fn many_faults_are_counted_rather_than_told() {
    let place = Place::new();
    let lines = "{\"body\":\"文\"}\n".repeat(25);
    let ran = place.feed(REPAIR, &lines);
    assert_eq!((ran.code, &ran.out), (2, &lines));
    let said: Vec<&str> = ran.err.lines().collect();
    assert_eq!(said.len(), 11);
    assert_eq!(said[9], "qingwen: standard input: record 10: no field `text`; left as it is");
    assert_eq!(said[10], "qingwen: standard input: 15 more faults like these");
}

#[test]
fn strict_stops_at_the_first_fault() {
    let place = Place::new();
    let good = format!("{{\"text\":\"{}\"}}\n", garble(CLEAN));
    let lines = format!("{good}oops\n{good}");
    let ran = place.feed(&[REPAIR, &["--strict"]].concat(), &lines);
    assert_eq!(
        ran,
        Ran {
            code: 2,
            out: format!("{{\"text\":\"{CLEAN}\"}}\n"),
            err: "qingwen: standard input: record 2, column 1: expected a value; stopped\n".to_owned()
        }
    );
    place.write("a.jsonl", &lines);
    let in_place = ["repair", "-i", "--field", "text", "--strict", "a.jsonl"];
    assert_eq!(place.run(&in_place).code, 2);
    assert_eq!(place.read("a.jsonl"), lines);
}

/// As at the end of `tail -f`: the input is open, and nothing more comes for now.
#[test]
fn a_record_comes_out_before_the_next_one_is_there() {
    use std::io::{BufRead, BufReader, Write};
    use std::process::Stdio;
    let place = Place::new();
    let mut child = place.command(REPAIR).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for _ in 0..2 {
        stdin.write_all(format!("{{\"text\":\"{}\"}}\n", garble(CLEAN)).as_bytes()).unwrap();
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert_eq!(line, format!("{{\"text\":\"{CLEAN}\"}}\n"));
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}
