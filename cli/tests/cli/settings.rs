//! Settings from a file.

use std::fs;

use crate::support::{CLEAN, Place, Ran, fine, garble};

fn run_in(place: &Place, folder: &str, arguments: &[&str], input: &str) -> Ran {
    let path = place.path("input");
    fs::write(&path, input).unwrap();
    let mut command = place.command(arguments);
    command.current_dir(place.path(folder)).stdin(fs::File::open(path).unwrap());
    command.output().unwrap().into()
}

/// A folder at the root of a repository, so that nothing above it counts.
fn repository() -> Place {
    let place = Place::new();
    fs::create_dir_all(place.path(".git")).unwrap();
    fs::create_dir_all(place.path("a/b")).unwrap();
    place
}

#[test]
fn the_nearest_file_up_to_the_root_of_the_repository_counts() {
    let place = repository();
    place.write("qingwen.toml", "[convert]\nto = \"s2t\"\n");
    assert_eq!(run_in(&place, "a/b", &["convert"], "软件"), fine("軟件"));
    place.write("a/qingwen.toml", "[convert]\nto = \"s2twp\"\n");
    assert_eq!(run_in(&place, "a/b", &["convert"], "软件"), fine("軟體"));
    place.write("a/.qingwen.toml", "[convert]\nto = \"s2tw\"\n");
    assert_eq!(run_in(&place, "a/b", &["convert"], "软件"), fine("軟件"));
    assert_eq!(run_in(&place, "a/b", &["convert", "--no-config"], "软件"), fine("软件"));
    place.write("a/b/.git", "");
    assert_eq!(run_in(&place, "a/b", &["convert"], "软件"), fine("软件"));
}

#[test]
fn the_command_line_replaces_what_the_file_says() {
    let place = repository();
    let settings = "protect = [\"软件\"]\nfield = [\"t\"]\n[convert]\nto = \"s2twp\"\n";
    place.write("own.toml", settings);
    let run = |more: &[&str], input: &str| {
        run_in(&place, ".", &[&["convert", "--config", "own.toml"], more].concat(), input)
    };
    assert_eq!(run(&[], "{\"t\":\"软件的硬盘\"}"), fine("{\"t\":\"软件的硬碟\"}"));
    assert_eq!(run(&["--protect", "硬盘"], "{\"t\":\"软件的硬盘\"}"), fine("{\"t\":\"軟體的硬盘\"}"));
    assert_eq!(run(&["--to", "s2t"], "{\"t\":\"软件的硬盘\"}"), fine("{\"t\":\"软件的硬盤\"}"));
    // Fields mean nothing in text.
    assert_eq!(run(&["--format", "text"], "软件的硬盘"), fine("软件的硬碟"));
    // Options before the command are no obstacle.
    let ran = run_in(&place, ".", &["--config", "own.toml", "convert", "--format", "text"], "硬盘");
    assert_eq!(ran, fine("硬碟"));
}

#[test]
fn a_setting_that_conflicts_with_the_command_line_gives_way() {
    let place = repository();
    place.write("qingwen.toml", "[normalize]\npreset = \"clean\"\n");
    assert_eq!(run_in(&place, ".", &["normalize", "--step", "line-ends"], "好,\r\n"), fine("好,\n"));
    // What only means something in place waits for that.
    place.write("qingwen.toml", "backup = \".old\"\nkeep-times = true\n");
    assert_eq!(run_in(&place, ".", &["repair"], CLEAN), fine(CLEAN));
    place.write("file", "這");
    assert_eq!(run_in(&place, ".", &["convert", "-i", "file"], ""), fine(""));
    assert_eq!((&*place.read("file"), &*place.read("file.old")), ("这", "這"));
}

#[test]
fn wrong_settings_are_named_with_their_file() {
    let place = repository();
    let fault = |settings: &str| {
        place.write("qingwen.toml", settings);
        let ran = run_in(&place, ".", &["repair"], CLEAN);
        assert_eq!((ran.code, &*ran.out), (2, ""), "{settings}");
        let path = fs::canonicalize(place.path("qingwen.toml")).unwrap();
        let told = ran.err.strip_prefix(&format!("qingwen: {}: ", path.display()));
        told.unwrap_or_else(|| panic!("{}", ran.err)).to_owned()
    };
    assert!(
        fault("min-confidense = 1\n").starts_with("there is no setting `min-confidense`; the settings are ")
    );
    assert!(fault("[repair]\nto = \"t2s\"\n").starts_with("[repair] has no setting `to`; it has "));
    assert!(fault("[undo]\nx = 1\n").starts_with("[undo] is no command with settings; "));
    assert!(fault("check = true\n").starts_with("there is no setting `check`"));
    assert!(fault("hidden = \"yes\"\n").starts_with("the setting `hidden` is true or false"));
    assert!(fault("field = \"t\"\n").starts_with("the setting `field` is a list"));
    assert!(fault("min-confidence = 2\n").contains("a probability is a number from 0 to 1"));
    assert!(fault("a = 1\n\nb =\n").starts_with("line 3: "));
}

#[test]
fn a_file_that_is_named_must_be_there() {
    let place = repository();
    let ran = place.run(&["repair", "--config", "missing.toml"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.starts_with("qingwen: missing.toml: "), "{}", ran.err);
    // As OpenCC's users know the option.
    let ran = place.run(&["convert", "--config", "s2t"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("-c or --to"), "{}", ran.err);
}

#[test]
fn config_tells_what_is_in_force_and_its_dump_is_a_file_of_settings() {
    let place = repository();
    assert_eq!(run_in(&place, "a", &["config"], ""), fine("no file of settings\n"));
    place.write(
        "qingwen.toml",
        "hidden = true\nbackup = \".old\"\nglob = [\"*.txt\"]\n[convert]\nto = \"s2hk\"\n",
    );
    let path = fs::canonicalize(place.path("qingwen.toml")).unwrap();
    assert_eq!(run_in(&place, "a", &["config"], ""), fine(format!("{}\n", path.display())));
    let dump = run_in(&place, "a", &["config", "--dump"], "").out;
    for line in
        ["hidden = true", "backup = \".old\"", "glob = [\"*.txt\"]", "to = \"s2hk\"", "strict = false"]
    {
        assert!(dump.lines().any(|l| l == line), "{line}\n{dump}");
    }
    place.write("dump.toml", &dump);
    let again = place.run(&["config", "--dump", "--config", "dump.toml"]).out;
    assert_eq!(again.lines().skip(1).collect::<Vec<_>>(), dump.lines().skip(1).collect::<Vec<_>>());
}

/// Of settings for JSON and for tables, those count that fit what the user asks for.
#[test]
fn fields_and_columns_give_way_to_each_other() {
    let place = repository();
    place.write("qingwen.toml", "column = [\"1\"]\n");
    let record = |text: &str| format!("{{\"text\": \"{text}\"}}\n");
    let input = record(&garble(CLEAN));
    assert_eq!(place.feed(&["repair", "--field", "text"], &input), fine(record(CLEAN)));
    let ran = place.feed(&["repair", "--format", "json"], &input);
    assert_eq!(ran, fine(record(CLEAN)));
    let table = |text: &str| format!("名称,b\n{text},c\n");
    assert_eq!(place.feed(&["repair"], table(&garble(CLEAN))), fine(table(CLEAN)));
    place.write("qingwen.toml", "field = [\"text\"]\n");
    assert_eq!(place.feed(&["repair", "--column", "1"], table(&garble(CLEAN))), fine(table(CLEAN)));
    assert_eq!(place.feed(&["repair", "--format", "json"], &input), fine(record(CLEAN)));
}
