//! `cargo xtask kill` and `cargo xtask full-disk`: no file is ever anything but old or new, whatever
//! happens to the run that changes it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Instant;

const TIMES: u32 = 200;
const FILES: usize = 60;
const SENTENCE: &str = "今天的天气很好，我们一起去公园散步吧。";

type Files = BTreeMap<String, Vec<u8>>;

/// Kills runs at random moments of the time that a whole one takes.
pub(crate) fn run() -> Result<(), String> {
    let program = crate::speed::build()?;
    in_folder("kill", |folder| {
        let (old, new) = (versions(true), versions(false));
        let (tree, journal) = (folder.join("tree"), folder.join("journal"));
        let start_over = || {
            let _ = fs::remove_dir_all(&tree);
            let _ = fs::remove_file(&journal);
            write(&tree, &old)
        };
        start_over()?;
        let start = Instant::now();
        let whole = change(&program, &tree, &journal).status().map_err(told)?;
        let takes = start.elapsed();
        if !whole.success() || read(&tree)? != new {
            return Err("a run that nobody kills does not do its work".to_owned());
        }
        let mut moment = Moments(u64::from(std::process::id()));
        let (mut torn, mut changed, mut left, mut kept) = (0, 0, 0, 0);
        for _ in 0..TIMES {
            start_over()?;
            let mut child = change(&program, &tree, &journal).spawn().map_err(told)?;
            thread::sleep(takes.mul_f64(moment.next()));
            child.kill().map_err(told)?;
            child.wait().map_err(told)?;
            let mut now = read(&tree)?;
            left += now.len();
            now.retain(|name, _| old.contains_key(name));
            left -= now.len();
            torn += old.len() - now.len();
            torn += now.iter().filter(|(name, text)| **text != old[*name] && **text != new[*name]).count();
            changed += now.iter().filter(|(name, text)| **text == new[*name]).count();
            if journal.exists() {
                // A journal of which not even the head was written has nothing to undo.
                let undo = Command::new(&program).arg("undo").arg(&journal).stderr(Stdio::null()).status();
                undo.map_err(told)?;
            }
            now = read(&tree)?;
            now.retain(|name, _| old.contains_key(name));
            kept += usize::from(now != old);
        }
        println!("runs killed                 {TIMES:>6}");
        println!("files of each               {FILES:>6}");
        println!("new versions in place       {changed:>6}");
        println!("temporary files left        {left:>6}");
        println!("files torn or lost          {torn:>6}");
        println!("runs not undone             {kept:>6}");
        if torn + kept == 0 { Ok(()) } else { Err("files were lost".to_owned()) }
    })
}

/// Fills a small disk with the new versions. Needs the right to mount one.
pub(crate) fn full_disk() -> Result<(), String> {
    let program = crate::speed::build()?;
    in_folder("disk", |folder| {
        mount(folder)?;
        let found = fill(&program, folder);
        let unmounted = Command::new("umount").arg(folder).status();
        let result = found?;
        unmounted.map_err(told)?;
        println!("{result}");
        Ok(())
    })
}

fn mount(folder: &Path) -> Result<(), String> {
    let status = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"])
        .arg(folder)
        .status()
        .map_err(told)?;
    if status.success() { Ok(()) } else { Err("can't mount a small disk; that needs root".to_owned()) }
}

fn fill(program: &Path, folder: &Path) -> Result<String, String> {
    let (old, new) = (versions(true), versions(false));
    let (tree, journal) = (folder.join("tree"), folder.join("journal"));
    write(&tree, &old)?;
    // All but a few pages are taken, and so is what every smaller version sets free.
    let mut ballast = Vec::new();
    for number in 0.. {
        let path = folder.join(format!("ballast{number}"));
        if fs::write(&path, [1; 4096]).is_err() {
            let _ = fs::remove_file(&path);
            break;
        }
        ballast.push(path);
    }
    let mut lines =
        vec![format!("{:<16}{:>10}{:>8}{:>8}{:>8}", "free pages", "status", "old", "new", "torn")];
    for free in 0..6 {
        let _ = fs::remove_file(&journal);
        let output = change(program, &tree, &journal).output().map_err(told)?;
        let now = read(&tree)?;
        let count = |f: &dyn Fn(&str, &[u8]) -> bool| {
            old.keys().filter(|n| now.get(*n).is_some_and(|t| f(n, t))).count()
        };
        let (olds, news) = (count(&|n, t| t == old[n]), count(&|n, t| t == new[n]));
        let torn = now.len().max(old.len()) - olds - news;
        let status = output.status.code().unwrap_or(-1);
        lines.push(format!("{free:<16}{status:>10}{olds:>8}{news:>8}{torn:>8}"));
        if torn > 0 || (status == 0) != (news == old.len()) {
            return Err(lines.join("\n") + "\nfiles were lost, or a fault was not told");
        }
        ballast.pop().map(fs::remove_file).transpose().map_err(told)?;
    }
    Ok(lines.join("\n"))
}

/// A run that changes a tree in place.
fn change(program: &Path, tree: &Path, journal: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(["repair", "-i", "-r", "-j", "2", "--journal"]).arg(journal).arg(tree).stderr(Stdio::null());
    command
}

/// The files as they are before and after.
fn versions(garbled: bool) -> Files {
    let line = match garbled {
        true => SENTENCE.bytes().map(char::from).collect(),
        false => SENTENCE.to_owned(),
    };
    (0..FILES)
        .map(|n| (format!("{n}.txt"), format!("{n}\n{line}\n").repeat(1 + n % 40).into_bytes()))
        .collect()
}

fn write(tree: &Path, files: &Files) -> Result<(), String> {
    fs::create_dir_all(tree).map_err(told)?;
    files.iter().try_for_each(|(name, text)| fs::write(tree.join(name), text)).map_err(told)
}

/// Every file, hidden ones included.
fn read(tree: &Path) -> Result<Files, String> {
    let mut files = Files::new();
    for entry in fs::read_dir(tree).map_err(told)? {
        let entry = entry.map_err(told)?;
        files.insert(entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path()).map_err(told)?);
    }
    Ok(files)
}

fn in_folder(what: &str, work: impl FnOnce(&Path) -> Result<(), String>) -> Result<(), String> {
    let folder: PathBuf = std::env::temp_dir().join(format!("qingwen-{what}-{}", std::process::id()));
    fs::create_dir_all(&folder).map_err(told)?;
    let done = work(&folder);
    let _ = fs::remove_dir_all(&folder);
    done
}

fn told(e: impl std::fmt::Display) -> String {
    e.to_string()
}

/// Random numbers from 0 to 1: xorshift64*, by S. Vigna.
struct Moments(u64);

impl Moments {
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11) as f64 / (1_u64 << 53) as f64
    }
}
