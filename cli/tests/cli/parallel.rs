//! Threads: whatever their number, the same bytes come out, in the same order.

use std::fs;

use crate::support::{CLEAN, Place, Ran, fine, garble};

/// Records of every kind: right, garbled, faulty, too long; more than one chunk of them.
fn records() -> String {
    let mut out = String::new();
    let long = "长".repeat(20_000);
    for n in 0..30_000 {
        let text = match n % 7 {
            0 => garble(CLEAN),
            _ => CLEAN.to_owned(),
        };
        match n {
            11 | 20_011 => out.push_str("no record\n"),
            12_000..12_015 => out.push_str("{\"other\":1}\n"),
            5_000 | 29_000 => out.push_str(&format!("{{\"text\":\"{long}\"}}\n")),
            100 => out.push('\n'),
            _ => out.push_str(&format!("{{\"n\":{n},\"text\":\"{text}\"}}\n")),
        }
    }
    out.push_str("{\"text\":\"没有换行\"}");
    out
}

/// A folder with many files, some of which can't be read.
fn tree(place: &Place) {
    for n in 0..60 {
        let text = match n % 3 {
            0 => garble(CLEAN),
            _ => CLEAN.to_owned(),
        };
        place.write(&format!("tree/{n}"), format!("{n}\n{text}\n").repeat(1 + n % 5 * 200));
    }
    place.write("tree/17b", [CLEAN.as_bytes(), b"\xFF"].concat());
    place.write("tree/40b.jsonl", records());
}

fn all_the_same(place: &Place, arguments: &[&str]) -> Ran {
    let run = |jobs: &str| {
        let ran = place.run(&[arguments, &["-j", jobs, "--report", "report"]].concat());
        (ran, place.read("report"))
    };
    let one = run("1");
    for jobs in ["2", "3", "8"] {
        assert!(run(jobs) == one, "{arguments:?} -j {jobs}");
    }
    one.0
}

#[test]
fn files_come_out_the_same_for_any_number_of_threads() {
    let place = Place::new();
    tree(&place);
    let ran = all_the_same(&place, &["repair", "-r", "tree", "--format", "text"]);
    assert_eq!((ran.code, ran.err.lines().count()), (2, 1));
    assert_eq!(all_the_same(&place, &["clean", "-r", "tree", "--check", "--format", "text"]).code, 2);
    assert_eq!(all_the_same(&place, &["clean", "-r", "tree", "--diff", "--format", "text"]).code, 2);
    // The run ends at the same file.
    let ran = all_the_same(&place, &["repair", "-r", "tree", "--strict", "--format", "text"]);
    assert_eq!((ran.code, ran.err.lines().count()), (2, 1));
    assert!(!ran.out.is_empty());
}

#[test]
fn records_come_out_the_same_for_any_number_of_threads() {
    let place = Place::new();
    place.write("a.jsonl", records());
    let arguments = &["repair", "--field", "text", "--max-record", "4K", "a.jsonl"];
    let ran = all_the_same(&place, arguments);
    // Two that are no record, two too long, fifteen without the field: ten are told, the rest counted.
    assert_eq!((ran.code, ran.err.lines().count()), (2, 11));
    assert!(ran.err.ends_with("a.jsonl: 9 more faults like these\n"), "{}", ran.err);
    assert_eq!(all_the_same(&place, &[&arguments[..], &["--diff"]].concat()).code, 2);
    let ran = all_the_same(&place, &[&arguments[..], &["--strict"]].concat());
    assert_eq!((ran.code, ran.out.lines().count()), (2, 11));
}

#[test]
fn a_stream_of_records_comes_out_the_same_for_any_number_of_threads() {
    let place = Place::new();
    let arguments = |jobs| ["repair", "--field", "text", "-j", jobs];
    let one = place.feed(&arguments("1"), records());
    assert!(place.feed(&arguments("4"), records()) == one);
}

#[test]
fn files_change_in_place_the_same_for_any_number_of_threads() {
    let run = |jobs| {
        let place = Place::new();
        tree(&place);
        let ran = place.run(&["repair", "-i", "-r", "tree", "--field", "text", "-j", jobs]);
        let ran_text = place.run(&["repair", "-i", "-r", "tree", "--format", "text", "-j", jobs]);
        let mut files: Vec<_> = fs::read_dir(place.path("tree"))
            .unwrap()
            .map(|e| e.unwrap())
            .map(|e| (e.file_name(), fs::read(e.path()).unwrap()))
            .collect();
        files.sort();
        (ran, ran_text, files)
    };
    let one = run("1");
    assert!(one.2.iter().any(|(name, _)| name == "40b.jsonl"));
    assert!(run("4") == one);
}

/// The second time, it is right already.
#[test]
fn a_file_that_is_named_twice_is_changed_once() {
    let place = Place::new();
    let arguments: Vec<String> = (0..40).map(|n| format!("{}", n / 2)).collect();
    arguments.iter().for_each(|name| drop(place.write(name, garble(CLEAN))));
    let mut all = vec!["repair", "-i", "-j", "4"];
    all.extend(arguments.iter().map(String::as_str));
    assert_eq!(place.run(&all), fine(""));
    assert!(arguments.iter().all(|name| place.read(name) == CLEAN));
}

#[test]
fn what_is_found_is_told_in_order_for_any_number_of_threads() {
    let place = Place::new();
    tree(&place);
    for command in ["detect", "explain"] {
        let run = |jobs| place.run(&[command, "-r", "tree", "--format", "text", "-j", jobs]);
        let one = run("1");
        assert!(!one.out.is_empty());
        assert!(run("4") == one, "{command}");
    }
}

/// Nobody waits for input that would have nowhere to go.
#[test]
fn a_reader_that_goes_away_ends_a_stream_that_goes_on() {
    use std::io::{BufRead, BufReader, Write};
    use std::process::Stdio;
    let place = Place::new();
    let mut child = place
        .command(&["repair", "--field", "t", "-j", "2"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdin.write_all(b"{\"t\":\"a\"}\n").unwrap();
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    assert_eq!(line, "{\"t\":\"a\"}\n");
    drop(stdout);
    stdin.write_all(b"{\"t\":\"b\"}\n").unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    drop(stdin);
}

/// More than one chunk of records, with faulty ones, one that is too long, and cells that only others make sure.
#[test]
fn a_large_table_gives_the_same_for_any_number_of_threads() {
    let place = Place::new();
    let mut table = String::from("id,名称,备注\r\n");
    for n in 0..8_000 {
        let name = if n % 50 == 0 { garble(CLEAN) } else { CLEAN.to_owned() };
        table.push_str(&match n {
            3_000 => format!("{n},\"{name}\"x,\r\n"),
            5_000 => format!("{n},\"{}\",\r\n", "长\n".repeat(20_000)),
            // 好的 in Big5 as Latin-1.
            _ if n % 7 == 0 => format!("{n},{name},¦nªº\r\n"),
            _ => format!("{n},{name},\"第{n}条\n好\"\r\n"),
        });
    }
    place.write("a.csv", &table);
    for options in [&["--report", "r"][..], &["--annotate"], &["--output-encoding", "utf-16le"]] {
        let run = |jobs: &str| {
            let _ = std::fs::remove_file(place.path("r"));
            let arguments =
                [&["repair", "--max-record", "50K", "-j", jobs, "--column", "2", "--column", "3"], options];
            let ran = place.command(&[&arguments.concat()[..], &["a.csv"]].concat()).output().unwrap();
            (ran, std::fs::read(place.path("r")).unwrap_or_default())
        };
        let one = run("1");
        assert_eq!(one.0.status.code(), Some(2));
        for jobs in ["2", "5"] {
            assert!(run(jobs) == one, "{options:?} -j {jobs}");
        }
    }
}
