//! Files that are one JSON text: strings change, every other byte stays.

use crate::support::{CLEAN, Place, Ran, fine, garble};

const JSON: &[&str] = &["repair", "--format", "json"];

fn document(text: &str) -> String {
    format!(
        "\u{FEFF}{{ \"键\" : [ 1.0e+02, \"{text}\" ,\r\n\t[[\"\\u0041\\/\",\"{text}\"]], null],\n\"{}\":-0,\"text\":{{\"text\":\"{text}\"}} }}\n",
        garble(CLEAN)
    )
}

#[test]
fn strings_change_and_every_other_byte_stays_keys_too() {
    let place = Place::new();
    assert_eq!(place.feed(JSON, document(&garble(CLEAN))), fine(document(CLEAN)));
    assert_eq!(place.feed(JSON, document(CLEAN)), fine(document(CLEAN)));
}

#[test]
fn a_name_is_meant_at_any_depth_and_a_pointer_from_the_top() {
    let place = Place::new();
    let bad = garble(CLEAN);
    let text = |a: &str, b: &str, c: &str| {
        format!("[{{\"t\":\"{a}\",\"u\":\"{b}\"}},\n{{\"t\":{{\"t\":\"{c}\",\"x\":\"{bad}\"}},\"n\":null}}]")
    };
    place.write("a.json", text(&bad, &bad, &bad));
    let run = |field: &str| place.run(&["repair", "--format", "json", "--field", field, "a.json"]);
    let ran = run("t");
    assert_eq!((ran.code, ran.out), (2, text(CLEAN, &bad, CLEAN)));
    assert_eq!(ran.err, "qingwen: a.json: /1/t is an object, not a string; left as it is\n");
    assert_eq!(run("/0/u"), fine(text(&bad, CLEAN, &bad)));
    assert_eq!(run("n"), fine(text(&bad, &bad, &bad)));
    // A file of this name, with a field.
    assert_eq!(place.run(&["repair", "--field", "/0/u", "a.json"]), fine(text(&bad, CLEAN, &bad)));
    let ran = run("v");
    assert_eq!((ran.code, ran.out), (2, text(&bad, &bad, &bad)));
    assert_eq!(ran.err, "qingwen: a.json: no field `v`\n");
}

#[test]
fn a_document_that_is_no_json_is_left_and_says_where() {
    let place = Place::new();
    let cause = |text: &str, cause: &str| {
        place.write("a.json", text);
        let ran = place.run(&["repair", "--format", "json", "a.json"]);
        assert_eq!(ran, Ran { code: 2, out: String::new(), err: format!("qingwen: a.json: {cause}\n") });
    };
    cause("{\n \"键\": oops}", "line 2, column 7: expected a value");
    cause("[1", "line 1, column 3: expected `,` or `]`");
    cause("", "line 1, column 1: the text ends where a value is expected");
    cause(&"[".repeat(200), "line 1, column 129: nested too deeply");
}

#[test]
fn half_a_surrogate_pair_keeps_its_string_and_no_other() {
    let place = Place::new();
    let ran = place.feed(JSON, format!("[\"\\ud800\",\"{}\"]", garble(CLEAN)));
    assert_eq!((ran.code, ran.out), (2, format!("[\"\\ud800\",\"{CLEAN}\"]")));
    assert_eq!(ran.err, "qingwen: standard input: /0 holds half of a surrogate pair; left as it is\n");
}

/// The words of one object are read together: what it explains is quoted.
#[test]
fn an_object_that_tells_what_its_garbage_means_stays() {
    let place = Place::new();
    let text = "[{\"bad\":\"璁㈤槄\",\"good\":\"订阅\"}]";
    assert_eq!(place.feed(JSON, text), fine(text));
}

#[test]
fn reports_name_the_string_by_its_pointer() {
    let place = Place::new();
    place.write("a.json", format!("{{\"a/b\":[\"好\",\"{}\"]}}", garble(CLEAN)));
    let ran = place.run(&["repair", "-i", "--format", "json", "a.json", "--report", "r", "--journal", "j"]);
    assert_eq!(ran, fine(""));
    assert!(place.read("r").contains("\"record\":null,\"field\":\"/a~1b/1\""), "{}", place.read("r"));
    assert_eq!(place.read("a.json"), format!("{{\"a/b\":[\"好\",\"{CLEAN}\"]}}"));
    assert_eq!(place.run(&["undo", "j"]), fine(""));
    let explained = place.run(&["explain", "--format", "json", "a.json"]);
    assert!(explained.out.contains("  /a~1b/1 1:1 "), "{}", explained.out);
}
