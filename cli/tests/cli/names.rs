//! Names of files and folders.

use std::fs;
use std::path::Path;

use crate::support::{CLEAN, Place, Ran, fine, garble};

/// A folder as an unpacker leaves it that takes UTF-8 for Latin-1.
fn tree(place: &Place) -> (String, String) {
    let (folder, file) = (garble("会议记录"), garble("销售合同.txt"));
    place.write(&format!("t/{folder}/{file}"), "content");
    place.write(&format!("t/{folder}/好.txt"), "right");
    place.write("t/.git/refs", "");
    place.write(&format!("t/.git/{}", garble("会议记录")), "");
    (folder, file)
}

#[test]
fn a_dry_run_lists_and_changes_nothing() {
    let place = Place::new();
    let (folder, file) = tree(&place);
    let ran = place.run(&["names", "t"]);
    let expected = format!("t/{folder}/{file} → 销售合同.txt\nt/{folder} → 会议记录\n");
    assert_eq!(ran, Ran { code: 1, out: expected, err: String::new() });
    assert!(place.path(&format!("t/{folder}/{file}")).exists());
}

#[test]
fn names_are_applied_children_first_and_undone() {
    let place = Place::new();
    let (folder, file) = tree(&place);
    assert_eq!(place.run(&["names", "--apply", "--journal", "j", "t"]), fine(""));
    assert_eq!(place.read("t/会议记录/销售合同.txt"), "content");
    assert_eq!(place.read("t/会议记录/好.txt"), "right");
    assert!(place.path(&format!("t/.git/{}", garble("会议记录"))).exists());
    assert_eq!(place.run(&["names", "t"]), fine(""));
    let listed = place.run(&["undo", "--dry-run", "j"]);
    assert_eq!((listed.code, listed.out.lines().count()), (0, 2), "{listed:?}");
    assert_eq!(place.run(&["undo", "j"]), fine(""));
    assert_eq!(place.read(&format!("t/{folder}/{file}")), "content");
    assert_eq!(place.run(&["undo", "j"]), fine(""));
}

#[test]
fn what_has_the_new_name_is_never_overwritten() {
    let place = Place::new();
    let bad = garble("销售合同.txt");
    place.write(&format!("t/{bad}"), "garbled");
    place.write("t/销售合同.txt", "right");
    let ran = place.run(&["names", "--apply", "t"]);
    let said = format!("qingwen: t/{bad}: 销售合同.txt exists already; left as it is\n");
    assert_eq!(ran, Ran { code: 2, out: String::new(), err: said });
    assert_eq!(
        (place.read(&format!("t/{bad}")), place.read("t/销售合同.txt")),
        ("garbled".into(), "right".into())
    );
}

/// UTF-8 as Latin-1 and as Windows-1252 are two names that become one.
#[test]
fn two_names_that_become_one_both_stay() {
    let place = Place::new();
    let one = garble("完全正确");
    let other = one.replace('\u{8C}', "Œ").replace('\u{85}', "…");
    assert_ne!(one, other);
    place.write(&format!("t/{one}"), "1");
    place.write(&format!("t/{other}"), "2");
    let ran = place.run(&["names", "--apply", "t"]);
    assert_eq!((ran.code, ran.err.matches("would be the name of another one").count()), (2, 2), "{ran:?}");
    assert_eq!(
        (place.read(&format!("t/{one}")), place.read(&format!("t/{other}"))),
        ("1".into(), "2".into())
    );
}

/// What a program leaves that unpacks names in GBK without looking at them.
#[cfg(target_os = "linux")]
#[test]
fn bytes_of_gbk_become_text() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let place = Place::new();
    let folder = place.path("t");
    fs::create_dir(&folder).unwrap();
    // 会议记录.txt, 合同.doc
    let names = [&b"\xbb\xe1\xd2\xe9\xbc\xc7\xc2\xbc.txt"[..], b"\xba\xcf\xcd\xac.doc"];
    for name in names {
        if fs::write(folder.join(OsStr::from_bytes(name)), name).is_err() {
            // Some file systems take no name that is not UTF-8.
            return;
        }
    }
    assert_eq!(place.run(&["names", "--apply", "--journal", "j", "t"]), fine(""));
    assert_eq!(fs::read(folder.join("会议记录.txt")).unwrap(), names[0]);
    assert_eq!(fs::read(folder.join("合同.doc")).unwrap(), names[1]);
    assert_eq!(place.run(&["undo", "j"]), fine(""));
    assert_eq!(fs::read(folder.join(OsStr::from_bytes(names[0]))).unwrap(), names[0]);
}

/// Two bytes say nothing; who knows what they are in says so.
#[cfg(target_os = "linux")]
#[test]
fn names_are_read_in_the_encoding_that_is_named() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let place = Place::new();
    let old = place.path("t").join(OsStr::from_bytes(b"\xb4\xba.txt"));
    fs::create_dir(place.path("t")).unwrap();
    if fs::write(&old, "content").is_err() {
        return;
    }
    let ran = place.command(&["names", "t"]).output().unwrap();
    assert_eq!((ran.status.code(), ran.stdout.len()), (Some(2), 0));
    assert!(String::from_utf8_lossy(&ran.stderr).contains("--encoding names one"));
    assert_eq!(place.command(&["names", "--encoding", "gbk", "t"]).output().unwrap().status.code(), Some(1));
    assert!(old.exists());
    assert_eq!(place.run(&["names", "--encoding", "gbk", "--apply", "--journal", "j", "t"]), fine(""));
    assert_eq!(place.read("t/春.txt"), "content");
    assert_eq!(place.run(&["undo", "j"]), fine(""));
    assert!(old.exists());
}

#[test]
fn files_are_renamed_and_links_are_not_followed() {
    let place = Place::new();
    let bad = garble("销售合同.txt");
    place.write(&bad, CLEAN);
    place.write(&format!("outside/{bad}"), CLEAN);
    #[cfg(unix)]
    {
        fs::create_dir(place.path("t")).unwrap();
        std::os::unix::fs::symlink("../outside", place.path("t/link")).unwrap();
        assert_eq!(place.run(&["names", "t"]), fine(""));
    }
    assert_eq!(place.run(&["names", "--apply", &bad]), fine(""));
    assert_eq!(place.read("销售合同.txt"), CLEAN);
    assert!(!Path::new(&place.path(&bad)).exists());
    let ran = place.run(&["names", "gone"]);
    assert!(ran.code == 2 && ran.err.starts_with("qingwen: gone: "), "{ran:?}");
}

#[test]
fn journals_are_never_overwritten() {
    let place = Place::new();
    let (folder, _) = tree(&place);
    place.write("j", "mine");
    assert_eq!(place.run(&["names", "--apply", "--journal", "j", "t"]).code, 2);
    assert!(place.path(&format!("t/{folder}")).exists());
    assert_eq!(place.read("j"), "mine");
}
