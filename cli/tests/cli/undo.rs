//! What undoes a run: backups beside the files, and the journal.

use std::fs;
use std::time::{Duration, SystemTime};

use crate::support::{CLEAN, Place, fine, garble};

/// A tree with text and records, of which the first line is never changed.
fn tree(place: &Place) -> Vec<(&'static str, String)> {
    let files = vec![
        ("tree/a.txt", format!("好\r\n{}\n没有换行", garble(CLEAN))),
        ("tree/b.jsonl", format!("{{\"t\":\"好\"}}\n{{\"t\":\"{}\"}}\n", garble(CLEAN)).repeat(500)),
        ("tree/c/d.txt", garble(CLEAN).repeat(3)),
        ("tree/right.txt", CLEAN.to_owned()),
    ];
    files.iter().for_each(|(name, text)| drop(place.write(name, text)));
    files
}

#[test]
fn undo_gives_every_file_back() {
    let place = Place::new();
    let files = tree(&place);
    assert_eq!(place.run(&["repair", "-i", "-r", "tree", "--format", "text", "--journal", "j"]), fine(""));
    assert_eq!(place.read("tree/c/d.txt"), CLEAN.repeat(3));
    let listed = place.run(&["undo", "--dry-run", "j"]);
    assert_eq!((listed.code, listed.out.lines().count()), (0, 3));
    assert_eq!(place.read("tree/c/d.txt"), CLEAN.repeat(3));
    assert_eq!(place.run(&["undo", "j"]), fine(""));
    assert!(files.iter().all(|(name, text)| place.read(name) == *text));
    // There is nothing left to undo.
    assert_eq!(place.run(&["undo", "j"]), fine(""));
    assert_eq!(place.run(&["undo", "--dry-run", "j"]), fine(""));
}

#[test]
fn undo_gives_records_back() {
    let place = Place::new();
    let files = tree(&place);
    // The journal is found again from another folder.
    let arguments = &["repair", "-i", "--field", "t", "tree/b.jsonl", "--journal", "j", "-j", "2"];
    assert_eq!(place.run(arguments), fine(""));
    assert_ne!(place.read("tree/b.jsonl"), files[1].1);
    let undone = place.command(&["undo", "../j"]).current_dir(place.path("tree")).status().unwrap();
    assert!(undone.success());
    assert_eq!(place.read("tree/b.jsonl"), files[1].1);
}

/// Steps that change one text twice, and change how many lines there are.
#[test]
fn undo_gives_back_what_other_stages_changed() {
    let place = Place::new();
    let text = format!("\u{FEFF}圖書館,很大。\r\n{}\r\n完\r\n", garble(CLEAN));
    place.write("a", &text);
    assert_eq!(place.run(&["clean", "-i", "a", "--journal", "j"]), fine(""));
    assert_ne!(place.read("a"), text);
    assert_eq!(place.run(&["undo", "j"]), fine(""));
    assert_eq!(place.read("a"), text);
}

#[test]
fn undo_leaves_what_has_changed_since() {
    let place = Place::new();
    let files = tree(&place);
    assert_eq!(place.run(&["repair", "-i", "-r", "tree", "--format", "text", "--journal", "j"]).code, 0);
    place.write("tree/a.txt", "mine");
    fs::remove_file(place.path("tree/c/d.txt")).unwrap();
    let ran = place.run(&["undo", "j"]);
    assert_eq!((ran.code, ran.err.lines().count()), (2, 2), "{}", ran.err);
    assert!(ran.err.contains("a.txt: has changed since, so it was left"), "{}", ran.err);
    assert_eq!(place.read("tree/a.txt"), "mine");
    assert_eq!(place.read("tree/b.jsonl"), files[1].1);
}

#[test]
fn a_journal_is_never_overwritten_nor_an_input() {
    let place = Place::new();
    place.write("a", garble(CLEAN));
    place.write("j", "precious");
    let ran = place.run(&["repair", "-i", "a", "--journal", "j"]);
    assert_eq!((ran.code, &*place.read("j"), place.read("a")), (2, "precious", garble(CLEAN)));
    assert!(ran.err.starts_with("qingwen: j: exists already"), "{}", ran.err);
    assert_eq!(place.run(&["repair", "-i", "a", "--journal", "r", "--report", "r"]).code, 2);
    assert_eq!(place.run(&["undo", "j"]).code, 2);
    assert_eq!(place.run(&["undo", "missing"]).code, 2);
    assert_eq!(place.run(&["repair", "a", "--journal", "r"]).code, 2);
    assert_eq!(place.names(), ["a", "j"]);
}

#[test]
fn a_backup_keeps_the_old_version_beside_the_new_one() {
    let place = Place::new();
    place.write("a", garble(CLEAN));
    place.write("b", garble(CLEAN));
    place.write("right", CLEAN);
    assert_eq!(place.run(&["repair", "-i", "--backup", "a", "right"]), fine(""));
    assert_eq!(place.run(&["repair", "-i", "--backup=.old", "b"]), fine(""));
    assert_eq!(place.names(), ["a", "a.orig", "b", "b.old", "right"]);
    assert_eq!((place.read("a"), place.read("a.orig")), (CLEAN.to_owned(), garble(CLEAN)));
    assert_eq!((place.read("b"), place.read("b.old")), (CLEAN.to_owned(), garble(CLEAN)));
    // The new version stands alone again: the next run needs no word about hard links.
    place.write("a", garble(CLEAN));
    assert_eq!(place.run(&["repair", "-i", "a"]), fine(""));
}

#[test]
fn a_backup_never_takes_the_place_of_another_file() {
    let place = Place::new();
    place.write("a", garble(CLEAN));
    place.write("a.orig", "precious");
    let ran = place.run(&["repair", "-i", "--backup", "a"]);
    assert_eq!(ran.code, 2);
    assert_eq!(ran.err, "qingwen: a: its backup a.orig exists already, so it was left\n");
    assert_eq!((place.read("a"), &*place.read("a.orig")), (garble(CLEAN), "precious"));
    assert_eq!(place.names(), ["a", "a.orig"]);
    for wrong in ["--backup=", "--backup=/x"] {
        assert_eq!(place.run(&["repair", "-i", wrong, "a"]).code, 2);
    }
}

#[test]
fn backups_in_a_folder_stay_as_they_are() {
    let place = Place::new();
    place.write("f/a", garble(CLEAN));
    assert_eq!(place.run(&["repair", "-i", "-r", "--backup", "f"]), fine(""));
    assert_eq!(place.run(&["repair", "-i", "-r", "--backup", "f"]), fine(""));
    assert_eq!((place.read("f/a"), place.read("f/a.orig")), (CLEAN.to_owned(), garble(CLEAN)));
    assert_eq!(place.run(&["repair", "-i", "f/a.orig"]), fine(""));
    assert_eq!(place.read("f/a.orig"), CLEAN);
}

/// A run that was killed between the backup and the new version leaves one file with two names.
#[cfg(unix)]
#[test]
fn a_backup_that_a_killed_run_made_is_no_obstacle() {
    let place = Place::new();
    let path = place.write("a", garble(CLEAN));
    fs::hard_link(&path, place.path("a.orig")).unwrap();
    assert_eq!(place.run(&["repair", "-i", "--backup", "a"]), fine(""));
    assert_eq!((place.read("a"), place.read("a.orig")), (CLEAN.to_owned(), garble(CLEAN)));
}

#[test]
fn what_a_killed_run_left_is_taken_away_by_the_next() {
    let place = Place::new();
    let old = SystemTime::now() - Duration::from_secs(3600);
    for name in [".a.qingwen-AbC123.tmp", ".b.qingwen-AbC123.tmp", ".c.qingwen-short.tmp"] {
        let path = place.write(name, "half");
        fs::File::options().write(true).open(path).unwrap().set_modified(old).unwrap();
    }
    place.write(".d.qingwen-AbC123.tmp", "young");
    // A run that works on it holds a lock.
    let held = fs::File::open(place.path(".b.qingwen-AbC123.tmp")).unwrap();
    held.lock().unwrap();
    place.write("a", garble(CLEAN));
    assert_eq!(place.run(&["repair", "-i", "a"]), fine(""));
    assert_eq!(
        place.names(),
        [".b.qingwen-AbC123.tmp", ".c.qingwen-short.tmp", ".d.qingwen-AbC123.tmp", "a"]
    );
}
