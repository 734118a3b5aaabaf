//! Writing files: whole or not at all, and never what was not asked for.

use std::fs;
use std::process::Command;

use crate::support::{CLEAN, Place, Ran, fine, garble};

#[test]
fn in_place_changes_the_file_and_leaves_nothing_else() {
    let place = Place::new();
    place.write("a", garble(CLEAN));
    place.write("b.jsonl", format!("{{\"t\":\"{}\"}}\n", garble(CLEAN)));
    assert_eq!(place.run(&["repair", "-i", "a"]), fine(""));
    assert_eq!(place.run(&["repair", "-i", "--field", "t", "b.jsonl"]), fine(""));
    assert_eq!(place.read("a"), CLEAN);
    assert_eq!(place.read("b.jsonl"), format!("{{\"t\":\"{CLEAN}\"}}\n"));
    assert_eq!(place.names(), ["a", "b.jsonl"]);
}

#[cfg(unix)]
#[test]
fn in_place_keeps_the_mode_and_touches_no_file_that_is_right() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let place = Place::new();
    let path = place.write("a", garble(CLEAN));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let before = fs::metadata(&path).unwrap().ino();
    assert_eq!(place.run(&["repair", "-i", "a"]).code, 0);
    let once = fs::metadata(&path).unwrap();
    assert_eq!(once.mode() & 0o7777, 0o640);
    assert_ne!(once.ino(), before);
    assert_eq!(place.run(&["repair", "-i", "a"]).code, 0);
    assert_eq!(fs::metadata(&path).unwrap().ino(), once.ino());
}

#[cfg(unix)]
#[test]
fn in_place_follows_a_symbolic_link_and_keeps_it() {
    let place = Place::new();
    place.write("folder/real", garble(CLEAN));
    std::os::unix::fs::symlink("folder/real", place.path("link")).unwrap();
    assert_eq!(place.run(&["repair", "-i", "link"]), fine(""));
    assert!(fs::symlink_metadata(place.path("link")).unwrap().is_symlink());
    assert_eq!(place.read("folder/real"), CLEAN);
}

#[test]
fn in_place_refuses_a_file_with_other_names() {
    let place = Place::new();
    let path = place.write("a", garble(CLEAN));
    fs::hard_link(&path, place.path("b")).unwrap();
    let ran = place.run(&["repair", "-i", "a"]);
    assert_eq!((ran.code, &*ran.out), (2, ""));
    assert!(ran.err.starts_with("qingwen: a: has 2 hard links; "), "{}", ran.err);
    assert_eq!(place.read("b"), garble(CLEAN));
}

#[test]
fn in_place_parts_a_file_from_its_other_names_if_told() {
    let place = Place::new();
    let path = place.write("a", garble(CLEAN));
    fs::hard_link(&path, place.path("b")).unwrap();
    assert_eq!(place.run(&["repair", "-i", "--hard-links", "break", "a"]), fine(""));
    assert_eq!((place.read("a"), place.read("b")), (CLEAN.to_owned(), garble(CLEAN)));
}

#[test]
fn in_place_respects_a_file_that_is_read_only() {
    let place = Place::new();
    let path = place.write("a", garble(CLEAN));
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    let ran = place.run(&["repair", "-i", "a"]);
    assert_eq!((ran.code, &*ran.err), (2, "qingwen: a: is read-only, so it was left\n"));
    assert_eq!(place.read("a"), garble(CLEAN));
}

/// What forbids writing is no fault where there is nothing to write.
#[test]
fn in_place_asks_for_nothing_where_nothing_changes() {
    let place = Place::new();
    let path = place.write("a", CLEAN);
    fs::hard_link(&path, place.path("b")).unwrap();
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    assert_eq!(place.run(&["repair", "-i", "a", "b"]), fine(""));
}

#[test]
fn in_place_keeps_times_if_told() {
    let place = Place::new();
    let old = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    let date = |path: &std::path::Path| fs::metadata(path).unwrap().modified().unwrap();
    for (arguments, kept) in
        [(&["repair", "-i", "--keep-times", "a"][..], true), (&["repair", "-i", "a"], false)]
    {
        let path = place.write("a", garble(CLEAN));
        fs::File::options().write(true).open(&path).unwrap().set_modified(old).unwrap();
        assert_eq!(place.run(arguments), fine(""));
        assert_eq!(place.read("a"), CLEAN);
        assert_eq!(date(&path) == old, kept);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn in_place_keeps_extended_attributes() {
    let place = Place::new();
    let path = place.write("a", garble(CLEAN));
    if xattr::set(&path, "user.origin", b"forum").is_err() {
        eprintln!("this file system has no attributes to keep");
        return;
    }
    assert_eq!(place.run(&["repair", "-i", "a"]), fine(""));
    assert_eq!(place.read("a"), CLEAN);
    assert_eq!(xattr::get(&path, "user.origin").unwrap().as_deref(), Some(&b"forum"[..]));
}

#[test]
fn in_place_finds_room_for_a_temporary_file_beside_a_long_name() {
    let place = Place::new();
    let name = "长".repeat(85);
    place.write(&name, garble(CLEAN));
    assert_eq!(place.run(&["repair", "-i", &name]), fine(""));
    assert_eq!((place.read(&name), place.names()), (CLEAN.to_owned(), vec![name]));
}

/// Records before the first change are not written twice, and none is lost.
#[test]
fn in_place_keeps_what_stands_before_the_first_change() {
    let place = Place::new();
    let head = "{\"t\":\"好\"}\r\n".repeat(50_000);
    let long = format!("{{\"t\":\"{}\"}}\n", "好".repeat(1000));
    let file = |text: &str| format!("{head}oops\n{long}{{\"t\":\"{text}\"}}\n{{\"t\":\"好\"}}");
    place.write("a", file(&garble(CLEAN)));
    let ran = place.run(&["repair", "-i", "--field", "t", "--max-record", "2K", "a"]);
    assert_eq!((ran.code, ran.err.lines().count()), (2, 2));
    assert!(place.read("a") == file(CLEAN));
}

/// A write that fails half-way leaves that file as it was, and the next one gets its turn.
#[cfg(target_os = "linux")]
#[test]
fn a_write_that_fails_leaves_the_file_whole() {
    let place = Place::new();
    let big = garble(CLEAN).repeat(4000);
    place.write("big", &big);
    place.write("small", garble(CLEAN));
    // Files may not grow beyond some 100 KiB; as on a full disk, the write fails instead of the program.
    let script = "trap '' XFSZ; ulimit -f 200; exec \"$0\" repair -i big small";
    let ran: Ran = place
        .program(std::path::Path::new("sh"), &["-c", script, env!("CARGO_BIN_EXE_qingwen")])
        .output()
        .unwrap()
        .into();
    assert_eq!((ran.code, &*ran.err), (2, "qingwen: big: File too large (os error 27)\n"));
    assert!(place.read("big") == big);
    assert_eq!(place.read("small"), CLEAN);
    assert_eq!(place.names(), ["big", "small"]);
}

#[test]
fn the_report_tells_what_was_changed_before_a_run_broke_off() {
    let place = Place::new();
    place.write("a", garble(CLEAN));
    place.write("bad", b"\xFF");
    place.write("c", garble(CLEAN));
    let ran = place.run(&["repair", "-i", "--strict", "a", "bad", "c", "--report", "report"]);
    assert_eq!(ran.code, 2);
    assert_eq!((place.read("a"), place.read("c")), (CLEAN.to_owned(), garble(CLEAN)));
    assert!(place.read("report").contains("\"file\":\"a\""));
}

/// Whoever interrupts a run over many files can see which ones it had changed.
#[cfg(unix)]
#[test]
fn an_interrupt_leaves_the_report_of_what_was_done() {
    use std::process::{Command, Stdio};
    let place = Place::new();
    place.write("a", garble(CLEAN));
    let fifo = place.path("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let mut child = place
        .command(&["repair", "a", "fifo", "--report", "report", "-o", "out"])
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // Both ends are open once the program reads the pipe, and it is done with the first file then.
    let writer = fs::File::options().write(true).open(&fifo).unwrap();
    let kill = format!("kill -INT {}", child.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    drop(writer);
    assert_eq!(place.names(), ["a", "fifo", "report"]);
    assert!(place.read("report").contains("\"file\":\"a\""));
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_no_text_is_listed_to_the_byte() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let place = Place::new();
    let name = OsStr::from_bytes(b"\xD6\xD0\xCE\xC4");
    fs::write(place.path(".").join(name), garble(CLEAN)).unwrap();
    let output = place.command(&["repair", "--check"]).arg(name).output().unwrap();
    assert_eq!((output.status.code(), &*output.stdout), (Some(1), &b"\xD6\xD0\xCE\xC4\n"[..]));
}

#[test]
fn in_place_needs_files_that_can_be_read() {
    let place = Place::new();
    let ran = place.feed(&["repair", "-i", "-"], garble(CLEAN));
    assert_eq!((ran.code, &*ran.out), (2, ""));
    assert_eq!(ran.err, "qingwen: standard input: can't be changed in place; -i needs files\n");
    let bad = [garble(CLEAN).as_bytes(), b"\xFF"].concat();
    place.write("bad", &bad);
    assert_eq!(place.run(&["repair", "-i", "bad"]).code, 2);
    assert_eq!(fs::read(place.path("bad")).unwrap(), bad);
    assert_eq!(place.names(), ["bad"]);
}

/// In a folder that cannot be written to there is no place for the new file: the old one stays.
#[cfg(unix)]
#[test]
fn in_place_in_a_closed_folder_changes_nothing() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;
    let open = |path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    let place = Place::new();
    open(place.path("."), 0o755);
    let file = place.write("folder/a", garble(CLEAN));
    open(file, 0o666);
    // Every folder is open to root, so root runs a copy that anybody may run as somebody else.
    // Another program copies it: a file that this one wrote could still be open in what a test beside this one starts,
    // and the system runs no file that is open to be written.
    let program = place.path("qingwen");
    let copied = Command::new("cp").arg(env!("CARGO_BIN_EXE_qingwen")).arg(&program).status().unwrap();
    assert!(copied.success());
    open(program.clone(), 0o755);
    open(place.path("folder"), 0o555);
    let mut command = place.program(&program, &["repair", "-i", "folder/a"]);
    if fs::metadata("/proc/self").map_or(1, |m| m.uid()) == 0 {
        command.uid(65534);
    }
    let ran: Ran = command.output().unwrap().into();
    open(place.path("folder"), 0o755);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(ran.err.starts_with("qingwen: folder/a: can't write a temporary file in "), "{}", ran.err);
    assert!(ran.err.ends_with("/folder: permission denied\n"), "{}", ran.err);
    assert_eq!(place.read("folder/a"), garble(CLEAN));
}

#[test]
fn the_output_file_appears_whole() {
    let place = Place::new();
    place.write("a", garble(CLEAN));
    place.write("out", "old");
    assert_eq!(place.run(&["repair", "a", "-o", "out"]), fine(""));
    assert_eq!(place.read("out"), CLEAN);
    // One input fails: the old output is worth more than half of a new one.
    let ran = place.run(&["repair", "a", "missing", "-o", "out"]);
    assert_eq!(ran.code, 2);
    assert_eq!(ran.err.lines().last(), Some("qingwen: out: not written, because an input could not be read"));
    assert_eq!(place.read("out"), CLEAN);
    assert_eq!(place.names(), ["a", "out"]);
}

#[test]
fn a_new_file_has_the_mode_of_any_new_file() {
    let place = Place::new();
    let like = place.write("a", garble(CLEAN));
    assert_eq!(place.run(&["repair", "a", "-o", "out"]).code, 0);
    assert_eq!(
        fs::metadata(place.path("out")).unwrap().permissions(),
        fs::metadata(like).unwrap().permissions()
    );
}

#[test]
fn the_output_must_not_be_an_input_or_the_report() {
    let place = Place::new();
    place.write("a", garble(CLEAN));
    for arguments in [
        &["repair", "a", "-o", "a"][..],
        &["repair", "a", "-o", "./a"],
        &["repair", "a", "--report", "a"],
        &["repair", "a", "-o", "x", "--report", "x"],
    ] {
        let ran = place.run(arguments);
        assert_eq!((ran.code, &*ran.out), (2, ""), "{arguments:?}");
        assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
        assert_eq!(place.read("a"), garble(CLEAN));
        assert_eq!(place.names(), ["a"]);
    }
}

#[test]
fn a_folder_needs_to_be_asked_for() {
    let place = Place::new();
    place.write("folder/a", "文");
    let ran = place.run(&["repair", "folder"]);
    assert_eq!((ran.code, &*ran.out), (2, ""));
    assert_eq!(ran.err, "qingwen: folder: is a directory; -r works through directories\n");
}

#[test]
fn a_folder_is_worked_through_in_order() {
    let place = Place::new();
    for name in ["f/b", "f/a/2", "f/a/1", "f/c"] {
        place.write(name, format!("{name}\n"));
    }
    // Neither hidden files, nor what is ignored, nor pictures, nor what a crash left of ours.
    place.write("f/.hidden", "hidden\n");
    place.write("f/.ignore", "ignored\n");
    place.write("f/ignored", "ignored\n");
    place.write("f/picture", b"\x89PNG\0\xFF");
    place.write("f/.x.qingwen-AbCdEf.tmp", "half\n");
    assert_eq!(place.run(&["repair", "-r", "f"]), fine("f/a/1\nf/a/2\nf/b\nf/c\n"));
    let everything = place.run(&["repair", "-r", "--no-ignore", "f"]);
    assert_eq!(everything, fine("hidden\nignored\nf/a/1\nf/a/2\nf/b\nf/c\nignored\n"));
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_with_130_and_takes_its_temporary_file_away() {
    use std::io::{BufRead, BufReader, Write};
    use std::process::{Command, Stdio};
    let place = Place::new();
    let record = format!("{{\"t\":\"{}\"}}\n", garble(CLEAN));
    let mut child = place
        .command(&["repair", "--field", "t", "-", "-o", "out"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A fault that is told shows that the program is reading, its temporary file open.
    stdin.write_all(format!("{record}{{}}\n").as_bytes()).unwrap();
    let mut told = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut told).unwrap();
    assert!(told.contains("record 2"), "{told}");
    assert_eq!(place.names().len(), 1);
    assert!(
        Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status().unwrap().success()
    );
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(place.names(), Vec::<String>::new());
}

/// To look at a pipe is to wait for whoever writes to it.
#[cfg(unix)]
#[test]
fn a_pipe_is_refused_in_place_without_being_opened() {
    let place = Place::new();
    let made = std::process::Command::new("mkfifo").arg(place.path("pipe")).status().unwrap();
    assert!(made.success());
    let ran = place.run(&["repair", "-i", "pipe"]);
    assert_eq!(
        (ran.code, &*ran.err),
        (2, "qingwen: pipe: is not a regular file, so it can't be changed in place\n")
    );
}

/// Wherever standard output leads: what stood in that file before stays.
#[cfg(unix)]
#[test]
fn output_to_standard_output_replaces_no_file() {
    use std::fs::File;
    use std::process::Stdio;
    let place = Place::new();
    place.write("in", garble(CLEAN));
    for name in ["-", "/dev/stdout"] {
        assert_eq!(place.run(&["repair", "-o", name, "in"]), fine(CLEAN), "{name}");
        place.write("out", "before\n");
        let out = File::options().append(true).open(place.path("out")).unwrap();
        let status = place.command(&["repair", "-o", name, "in"]).stdout(Stdio::from(out)).status().unwrap();
        assert!(status.success());
        assert_eq!(place.read("out"), format!("before\n{CLEAN}"), "{name}");
    }
    assert_eq!(place.names(), ["in", "out"]);
    place.write("out", "before\n");
    let out = File::options().append(true).open(place.path("out")).unwrap();
    let status =
        place.command(&["repair", "-o", "/dev/stderr", "in"]).stderr(Stdio::from(out)).status().unwrap();
    assert!(status.success());
    assert_eq!(place.read("out"), format!("before\n{CLEAN}"));
}
