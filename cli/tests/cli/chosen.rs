//! Which files are read: lists, patterns, hidden and binary ones.

use std::fs;

use crate::support::{CLEAN, Place, Ran, fine, garble};

fn check(place: &Place, arguments: &[&str]) -> Vec<String> {
    let ran = place.run(&[&["repair", "--check"], arguments].concat());
    assert_eq!(&*ran.err, "", "{arguments:?}");
    ran.out.lines().map(str::to_owned).collect()
}

fn tree() -> Place {
    let place = Place::new();
    for name in ["t/a.txt", "t/b.md", "t/c/d.txt", "t/.hidden.txt", "t/ignored.txt"] {
        place.write(name, garble(CLEAN));
    }
    place.write("t/binary", format!("{}\0", garble(CLEAN)));
    place.write("t/.ignore", "ignored.txt\n");
    place
}

#[test]
fn a_list_names_files_behind_those_of_the_command_line() {
    let place = tree();
    place.write("list", "t/b.md\n\nt/c/d.txt\n");
    assert_eq!(check(&place, &["--files-from", "list"]), ["t/b.md", "t/c/d.txt"]);
    assert_eq!(check(&place, &["t/a.txt", "--files-from", "list"]), ["t/a.txt", "t/b.md", "t/c/d.txt"]);
    let ran = place.feed(&["repair", "--check", "--files-from", "-"], "t/a.txt\n");
    assert_eq!(ran.out, "t/a.txt\n");
    assert_eq!(place.feed(&["repair", "--files-from", "-", "-"], "t/a.txt\n").code, 2);
    // A list without names is no standard input.
    place.write("empty", "");
    assert_eq!(place.feed(&["repair", "--files-from", "empty"], "x"), fine(""));
}

#[test]
fn names_with_line_ends_are_passed_on_with_zero_bytes() {
    let place = Place::new();
    place.write("a\nb", garble(CLEAN));
    let found = place.run(&["repair", "--check", "-0", "-r", "."]);
    assert_eq!((found.code, &*found.out), (1, "./a\nb\0"));
    assert_eq!(place.feed(&["repair", "-i", "-0", "--files-from", "-"], &found.out), fine(""));
    assert_eq!(place.read("a\nb"), CLEAN);
}

#[test]
fn a_list_that_is_none_is_told_with_what_to_do() {
    let place = Place::new();
    let Ran { code, err, .. } = place.run(&["repair", "--files-from", "missing"]);
    assert_eq!(code, 2);
    assert!(err.starts_with("qingwen: --files-from missing: "), "{err}");
    place.write("zeros", "a\0b\0");
    let Ran { code, err, .. } = place.run(&["repair", "--files-from", "zeros"]);
    assert_eq!(code, 2);
    assert!(err.contains("-0 reads names that end with one"), "{err}");
}

#[test]
fn patterns_choose_among_what_a_folder_holds() {
    let place = tree();
    assert_eq!(check(&place, &["-r", "t", "-g", "*.txt"]), ["t/a.txt", "t/c/d.txt"]);
    assert_eq!(check(&place, &["-r", "t", "-g", "!*.txt"]), ["t/b.md"]);
    assert_eq!(check(&place, &["-r", "t", "-g", "c/**"]), ["t/c/d.txt"]);
    // A file that is named is read, whatever the pattern says.
    assert_eq!(check(&place, &["t/a.txt", "-g", "*.md"]), ["t/a.txt"]);
    let Ran { code, err, .. } = place.run(&["repair", "-r", "t", "-g", "{"]);
    assert_eq!(code, 2);
    assert!(err.contains("--glob {"), "{err}");
}

#[test]
fn hidden_ignored_and_binary_files_are_read_if_asked_for() {
    let place = tree();
    let usual = ["t/a.txt", "t/b.md", "t/c/d.txt"];
    assert_eq!(check(&place, &["-r", "t"]), usual);
    assert_eq!(check(&place, &["-r", "t", "--hidden"]), [&["t/.hidden.txt"], &usual[..]].concat());
    let all = ["t/.hidden.txt", "t/a.txt", "t/b.md", "t/c/d.txt", "t/ignored.txt"];
    assert_eq!(check(&place, &["-r", "t", "--no-ignore"]), all);
    let binary = ["t/a.txt", "t/b.md", "t/binary", "t/c/d.txt"];
    assert_eq!(check(&place, &["-r", "t", "--binary"]), binary);
}

#[test]
fn a_folder_is_named_with_what_to_do() {
    let place = Place::new();
    fs::create_dir(place.path("t")).unwrap();
    let ran = place.run(&["repair", "t"]);
    assert_eq!((ran.code, &*ran.err), (2, "qingwen: t: is a directory; -r works through directories\n"));
}

/// What an earlier run left is no text to work on: it would be worked on again and again.
#[test]
fn a_folder_gives_no_backups_journals_or_reports() {
    let place = Place::new();
    place.write("t/a.txt", garble(CLEAN));
    let first = ["repair", "-i", "-r", "t", "--backup", "--journal", "t/j", "--report", "t/r"];
    assert_eq!(place.run(&first), fine(""));
    place.write("t/b.txt", garble(CLEAN));
    assert_eq!(check(&place, &["-r", "t"]), ["t/b.txt"]);
    assert_eq!(check(&place, &["-r", "t", "--binary"]), ["t/b.txt"]);
    // Those that are named are read.
    assert_eq!(check(&place, &["t/a.txt.orig"]), ["t/a.txt.orig"]);
    // So is what only looks a little like a report.
    place.write("t/c", format!("{{\"schema\":1,\"file\":\"{}\"}}\n", garble(CLEAN)));
    assert_eq!(check(&place, &["-r", "t"]), ["t/b.txt", "t/c"]);
}

#[test]
fn what_version_control_keeps_is_never_found() {
    let place = Place::new();
    for name in [".git", ".hg", ".svn", ".jj", ".other"] {
        place.write(&format!("t/{name}/a"), garble(CLEAN));
        place.write(&format!("t/b/{name}/a"), garble(CLEAN));
    }
    let all = ["t/.other/a", "t/b/.other/a"];
    assert_eq!(check(&place, &["-r", "t", "--hidden"]), all);
    assert_eq!(check(&place, &["-r", "t", "--no-ignore"]), all);
}

/// A name in a folder says what a file is; options for fields and columns are for those that have them.
#[test]
fn files_of_several_formats_in_a_folder_are_read_by_their_names() {
    let place = Place::new();
    place.write("t/a.txt", format!("{}\n", garble(CLEAN)));
    place.write("t/b.jsonl", format!("{{\"t\":\"{}\"}}\n", garble(CLEAN)));
    place.write("t/c.csv", format!("id,t\n1,{}\n", garble(CLEAN)));
    let text = format!("{CLEAN}\n");
    let (record, table) = (format!("{{\"t\":\"{CLEAN}\"}}\n"), format!("id,t\n1,{CLEAN}\n"));
    let note = "qingwen: t/b.jsonl: is JSON lines, and no --field names its text; left as it is\n";
    let told = |out: String| Ran { code: 0, out, err: note.to_owned() };
    assert_eq!(place.run(&["repair", "-r", "t"]), told(format!("{text}{table}")));
    assert_eq!(place.run(&["repair", "-r", "t", "--field", "t"]), fine(format!("{text}{record}{table}")));
    assert_eq!(place.run(&["repair", "-r", "t", "--column", "t"]), told(format!("{text}{table}")));
}
