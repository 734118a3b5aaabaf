//! What people see: colours, progress, the summary, completions and manual pages.

use std::io::{Read, Write};
use std::process::Stdio;

use crate::support::{CLEAN, Place, Ran, fine, garble};

const RED: &str = "\u{1b}[31m";
const GREEN: &str = "\u{1b}[32m";
const MARK: &str = "\u{1b}[7m";
const UNMARK: &str = "\u{1b}[27m";
const PLAIN: &str = "\u{1b}[0m";

#[test]
fn a_coloured_diff_marks_what_was_damaged() {
    let place = Place::new();
    place.write("a", "一\n甲,乙\n");
    let ran = place.run(&["normalize", "--diff", "--color", "always", "a"]);
    assert_eq!(ran.code, 1);
    let head = "\u{1b}[1m--- a\u{1b}[0m\n\u{1b}[1m+++ a\u{1b}[0m\n\u{1b}[36m@@ -1,2 +1,2 @@\u{1b}[0m\n 一\n";
    let old = format!("{RED}-甲{MARK},{UNMARK}乙{PLAIN}\n");
    let new = format!("{GREEN}+甲{MARK}，{UNMARK}乙{PLAIN}\n");
    assert_eq!(ran.out, format!("{head}{old}{new}"));
    // Garbage is full of characters that steer a terminal.
    place.write("b", garble(CLEAN));
    let out = place.run(&["repair", "--diff", "--color", "always", "b"]).out;
    assert!(out.contains("\\u{8a}") && !out.contains('\u{8a}'), "{out}");
}

#[test]
fn colours_are_shown_where_they_are_wanted() {
    let place = Place::new();
    place.write("a", "甲,乙\n");
    let colored = |arguments: &[&str], environment: &[(&str, &str)]| {
        let mut command = place.command(&[&["normalize", "--diff", "a"], arguments].concat());
        command.envs(environment.iter().copied());
        Ran::from(command.output().unwrap()).out.contains('\u{1b}')
    };
    assert!(!colored(&[], &[]), "no terminal");
    assert!(colored(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!colored(&[], &[("CLICOLOR_FORCE", "0")]));
    assert!(!colored(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(colored(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(!colored(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
}

#[test]
fn the_summary_counts_files_changes_and_damage() {
    let place = Place::new();
    place.write("bad", format!("{}\n{}\n", garble(CLEAN), garble("公园在东边")));
    place.write("lost", "锟斤拷锟斤拷锟斤拷\n");
    place.write("good", CLEAN);
    let files = ["good", "bad", "lost", "missing"];
    let ran = place.run(&[&["repair", "--check", "--summary"], &files[..]].concat());
    assert_eq!((ran.code, &*ran.out), (2, "bad\n"));
    let lines: Vec<&str> = ran.err.lines().skip(1).collect();
    assert_eq!(lines[0], "files 4: changed 1, unchanged 2, failed 1");
    let words: Vec<Vec<&str>> = lines[1..].iter().map(|l| l.split_whitespace().collect()).collect();
    let characters = garble(CLEAN).chars().count() + garble("公园在东边").chars().count();
    assert_eq!(
        words[0],
        ["repair", "utf-8>windows-1252", "2", "spans", &characters.to_string(), "characters"]
    );
    assert_eq!(words[1], ["left", "irreversible", "1", "spans", "9", "characters"]);
    assert_eq!(words.len(), 2);
    // Nobody looks at a pipe.
    assert_eq!(place.run(&["repair", "--check", "good"]), fine(""));
    assert_eq!(place.run(&["repair", "--summary", "--quiet", "good"]).code, 2);
}

#[test]
fn the_summary_is_the_same_for_any_number_of_threads() {
    let place = Place::new();
    for n in 0..40 {
        place.write(&format!("tree/{n}"), format!("{}\n這個,\n", garble(CLEAN)).repeat(1 + n % 4));
    }
    let run = |jobs| place.run(&["clean", "--check", "--summary", "-r", "tree", "-j", jobs]);
    let one = run("1");
    assert!(one.err.starts_with("files 40: changed 40, unchanged 0, failed 0\n"), "{}", one.err);
    assert_eq!(run("4"), one);
}

/// Progress comes while there is work that takes longer than a moment: here, input that does not end.
#[test]
fn progress_is_drawn_while_work_goes_on_and_taken_away_at_the_end() {
    let place = Place::new();
    let mut child = place
        .command(&["repair", "--progress", "always"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all("好".repeat(1024).as_bytes()).unwrap();
    let mut stderr = child.stderr.take().unwrap();
    let mut seen = Vec::new();
    while !String::from_utf8_lossy(&seen).contains("3.0 KiB") {
        let mut part = [0; 64];
        let length = stderr.read(&mut part).unwrap();
        assert_ne!(length, 0, "{}", String::from_utf8_lossy(&seen));
        seen.extend_from_slice(&part[..length]);
    }
    drop(stdin);
    stderr.read_to_end(&mut seen).unwrap();
    let seen = String::from_utf8(seen).unwrap();
    assert!(seen.starts_with("\r\u{1b}[K") && seen.ends_with("\r\u{1b}[K"), "{seen:?}");
    assert!(seen.contains("/s"), "{seen:?}");
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!((ran.code, ran.out), (0, "好".repeat(1024)));
}

#[test]
fn completions_are_written_for_each_shell() {
    let place = Place::new();
    for (shell, sign) in [
        ("bash", "complete -F _qingwen"),
        ("zsh", "#compdef qingwen"),
        ("fish", "complete -c qingwen"),
        ("powershell", "Register-ArgumentCompleter"),
        ("elvish", "edit:completion"),
    ] {
        let ran = place.run(&["completions", shell]);
        assert_eq!((ran.code, &*ran.err), (0, ""));
        assert!(ran.out.contains(sign) && ran.out.contains("normalize"), "{shell}");
    }
    assert_eq!(place.run(&["completions", "none"]).code, 2);
}

#[test]
fn manual_pages_are_written_for_every_command() {
    let place = Place::new();
    std::fs::create_dir(place.path("man")).unwrap();
    assert_eq!(place.run(&["man", "man"]), fine(""));
    for name in ["qingwen", "qingwen-clean", "qingwen-repair", "qingwen-undo"] {
        let page = place.read(&format!("man/{name}.1"));
        assert!(page.contains(&format!(".TH {name} 1")), "{name}");
    }
    assert_eq!(place.run(&["man", "-"]).out, place.read("man/qingwen.1"));
    assert_eq!(place.run(&["man", "missing"]).code, 2);
}

/// What a run writes to standard error, if that is a terminal.
#[cfg(target_os = "linux")]
fn on_terminal(place: &Place, arguments: &[&str]) -> String {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    let screen = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&screen).unwrap();
    unlockpt(&screen).unwrap();
    let name = ptsname(&screen, Vec::new()).unwrap().into_string().unwrap();
    let terminal = std::fs::File::options().read(true).write(true).open(name).unwrap();
    let mut command = place.command(arguments);
    let status = command.stdout(Stdio::null()).stderr(terminal).status().unwrap();
    assert!(status.code().is_some());
    drop(command);
    let mut seen = Vec::new();
    // The end of a terminal is an error, after all that was written to it.
    let _ = std::fs::File::from(screen).read_to_end(&mut seen);
    String::from_utf8(seen).unwrap().replace("\r\n", "\n")
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_terminal_the_summary_comes_by_itself_where_output_does_not_speak_for_itself() {
    let place = Place::new();
    place.write("a", garble(CLEAN));
    place.write("b", CLEAN);
    assert!(on_terminal(&place, &["repair", "--check", "a", "b"]).starts_with("files 2: changed 1, "));
    assert_eq!(on_terminal(&place, &["repair", "--check", "--quiet", "a", "b"]), "");
    assert_eq!(on_terminal(&place, &["repair", "a"]), "");
    assert!(on_terminal(&place, &["repair", "-i", "a"]).starts_with("files 1: changed 1, "));
    // Names that steer a terminal don't.
    let told = on_terminal(&place, &["repair", "mis\u{1b}sing"]);
    assert!(told.contains("mis\\u{1b}sing") && !told.contains('\u{1b}'), "{told:?}");
}
