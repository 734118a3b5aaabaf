//! Runs corpus/ through the library and through the program. A known failure that starts to pass fails
//! the test, so that the list stays true.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use qingwen::repair::{Options, Repairer};
use serde_json::Value;

struct Case {
    id: String,
    text: String,
    gold: String,
}

fn corpus() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus")
}

fn cases() -> Vec<Case> {
    let lines = std::fs::read_to_string(corpus().join("cases.jsonl")).expect("the corpus is there");
    lines
        .split_terminator('\n')
        .map(|line| {
            let case: Value = serde_json::from_str(line).expect("a case is a JSON object");
            let field = |name: &str| case[name].as_str().expect("a field").to_owned();
            Case { id: field("id"), text: field("text"), gold: field("gold") }
        })
        .collect()
}

fn run(args: &[&str], input: String) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_qingwen"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let feed = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().expect("the program ends");
    feed.join().expect("no panic").expect("the program reads all");
    assert!(output.status.success(), "{args:?}: {}", output.status);
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn the_library_and_the_program_repair_the_corpus() {
    let cases = cases();
    let known = std::fs::read_to_string(corpus().join("known-failures.txt")).expect("the list is there");
    let known: Vec<&str> =
        known.lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split('\t').next()).collect();
    let repairer = Repairer::new(Options { min_confidence: 0.0 });
    let input: String =
        cases.iter().map(|c| serde_json::json!({"id": c.id, "text": c.text}).to_string() + "\n").collect();
    let output = run(&["repair", "--min-confidence", "0", "--format", "jsonl", "--field", "text"], input);
    let outputs: Vec<Value> =
        output.split_terminator('\n').map(|l| serde_json::from_str(l).expect("JSON")).collect();
    assert_eq!(outputs.len(), cases.len());
    let mut wrong = Vec::new();
    for (case, out) in cases.iter().zip(&outputs) {
        let staged = repairer.repair(&case.text);
        assert_eq!(
            out["text"].as_str(),
            Some(&*staged.text),
            "{}: the program and the library differ",
            case.id
        );
        match (staged.text == case.gold, known.contains(&&*case.id)) {
            (true, true) => wrong.push(format!("{} passes now: take it off the list", case.id)),
            (false, false) => wrong.push(format!("{}: {} instead of {}", case.id, staged.text, case.gold)),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for id in known {
        assert!(cases.iter().any(|c| c.id == id), "{id} is no case");
    }
}

#[test]
fn the_seed_page_is_cleaned_to_the_letter() {
    let read =
        |name: &str| std::fs::read_to_string(corpus().join("seed").join(name)).expect("the page is there");
    let page = read("page.txt");
    assert_eq!(run(&["repair"], page.clone()), read("undamaged.txt"));
    assert_eq!(run(&["clean", "--punctuation", "keep"], page.clone()), read("simplified.txt"));
    assert_eq!(run(&["clean"], page), read("clean.txt"));
}
