//! Which files are read: lists of names and patterns.

use crate::support::{CLEAN, Place, fine, garble};

fn files(place: &Place) {
    for name in ["t/a.txt", "t/b.md", "t/c/d.txt", "t/两 个.txt"] {
        place.write(name, format!("{name} {}", garble(CLEAN)));
    }
}

#[test]
fn names_come_from_a_file_a_line_each_or_with_zero_bytes() {
    let place = Place::new();
    files(&place);
    place.write("lines", "t/b.md\nt/两 个.txt\n\n");
    place.write("zeros", "t/两 个.txt\0t/b.md\0");
    let both = [format!("t/b.md {CLEAN}"), format!("t/两 个.txt {CLEAN}")];
    assert_eq!(place.run(&["repair", "--files-from", "lines"]), fine(both.concat()));
    assert_eq!(place.run(&["repair", "--files-from", "zeros"]).out, [both[1].as_str(), &both[0]].concat());
    let ran = place.feed(&["repair", "--check", "--files-from", "-", "t/a.txt"], "t/b.md\n");
    assert_eq!((ran.code, &*ran.out), (1, "t/a.txt\nt/b.md\n"));
    // An empty list is no standard input.
    place.write("empty", "");
    assert_eq!(place.run(&["repair", "--files-from", "empty"]), fine(""));
    let ran = place.run(&["repair", "--files-from", "none"]);
    assert!(ran.code == 2 && ran.err.starts_with("qingwen: none: "), "{ran:?}");
}

#[test]
fn patterns_choose_files_in_folders() {
    let place = Place::new();
    files(&place);
    let check = |globs: &[&str]| place.run(&[&["repair", "--check", "-r", "t"], globs].concat()).out;
    assert_eq!(check(&["-g", "*.md"]), "t/b.md\n");
    assert_eq!(check(&["-g", "!*.md", "-g", "!c"]), "t/a.txt\nt/两 个.txt\n");
    let ran = place.run(&["repair", "--check", "-r", "t", "-g", "[a"]);
    assert!(ran.code == 2 && ran.err.starts_with("qingwen: --glob: "), "{ran:?}");
}
