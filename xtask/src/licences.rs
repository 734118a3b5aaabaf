//! `cargo xtask licences`: what the licences of the crates ask for that are linked into the command.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// The package whose program is shipped.
const PROGRAM: &str = "qingwen-cli";
/// For which machine it is shipped; on others a few crates more or less are linked.
const TARGET: &str = "x86_64-unknown-linux-gnu";
/// Licences of which one is enough for a crate; `AND` asks for all its parts.
const ALLOWED: [&str; 9] = [
    "MIT",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
    "0BSD",
    "bzip2-1.0.6",
];
/// How the files of a crate are called that must go with a copy of it.
const FILES: [&str; 4] = ["LICEN", "COPYING", "NOTICE", "UNLICENSE"];

/// A crate that is linked.
struct Linked {
    name: String,
    version: String,
    licence: String,
    folder: String,
}

/// Checks that NOTICE names every linked crate and that all licences are allowed; with a file, writes their texts there.
pub(crate) fn run(to: Option<&str>) -> Result<(), String> {
    let linked = linked()?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("no workspace root")?;
    let notice = fs::read_to_string(root.join("NOTICE")).map_err(|e| format!("NOTICE: {e}"))?;
    let (_, list) = notice.split_once("linked into the command").ok_or("NOTICE lists no linked crates")?;
    let named: BTreeSet<&str> =
        list.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_'))).collect();
    let mut wrong = Vec::new();
    for one in &linked {
        if !is_allowed(&one.licence) {
            wrong.push(format!("{} is under {}", one.name, one.licence));
        }
        if !named.contains(one.name.as_str()) {
            wrong.push(format!("NOTICE lacks {} ({})", one.name, one.licence));
        }
    }
    if !wrong.is_empty() {
        return Err(wrong.join("\n       "));
    }
    to.map_or(Ok(()), |to| fs::write(to, texts(&linked)?).map_err(|e| format!("{to}: {e}")))
}

/// Whether an expression leaves a choice that is allowed.
fn is_allowed(licence: &str) -> bool {
    let plain = licence.replace(['(', ')'], " ").replace('/', " OR ").replace(" WITH LLVM-exception", "");
    let is_one = |part: &str| part.split(" OR ").any(|name| ALLOWED.contains(&name.trim()));
    plain.split(" AND ").all(is_one)
}

/// The crates that the program is linked with, by name.
fn linked() -> Result<Vec<Linked>, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--locked", "--filter-platform", TARGET])
        .output()
        .map_err(|e| format!("cargo: {e}"))?;
    let metadata: Value =
        serde_json::from_slice(&output.stdout).map_err(|e| format!("cargo metadata: {e}"))?;
    let array = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let packages: BTreeMap<String, Value> =
        array(&metadata["packages"]).into_iter().map(|p| (text(&p["id"]), p)).collect();
    let nodes: BTreeMap<String, Value> =
        array(&metadata["resolve"]["nodes"]).into_iter().map(|n| (text(&n["id"]), n)).collect();
    let start =
        packages.iter().find(|(_, p)| p["name"] == PROGRAM).ok_or("the program is not in the workspace")?;
    let (mut open, mut seen) = (vec![start.0.clone()], BTreeSet::new());
    while let Some(id) = open.pop() {
        if !seen.insert(id.clone()) {
            continue;
        }
        for dependency in array(&nodes[&id]["deps"]) {
            let is_linked = array(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"].is_null());
            let id = text(&dependency["pkg"]);
            let makes_code = |target: &Value| array(&target["kind"]).iter().any(|kind| *kind == "proc-macro");
            // What runs in the compiler is not in the program.
            if is_linked && !array(&packages[&id]["targets"]).iter().any(makes_code) {
                open.push(id);
            }
        }
    }
    // Packages of this workspace come from nowhere else.
    let others = seen.iter().map(|id| &packages[id]).filter(|p| !p["source"].is_null());
    let mut linked: Vec<Linked> = others
        .map(|p| Linked {
            name: text(&p["name"]),
            version: text(&p["version"]),
            licence: text(&p["license"]),
            folder: text(&p["manifest_path"]).trim_end_matches("Cargo.toml").to_owned(),
        })
        .collect();
    linked.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
    Ok(linked)
}

/// The licence files of all of them; those that several have stand there once.
fn texts(linked: &[Linked]) -> Result<String, String> {
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for one in linked {
        let entries = fs::read_dir(&one.folder).map_err(|e| format!("{}: {e}", one.folder))?;
        let mut files: Vec<_> = entries.filter_map(|e| e.ok().map(|e| e.path())).collect();
        files.sort();
        let is_told = |path: &Path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
            path.is_file() && FILES.iter().any(|file| name.starts_with(file))
        };
        for path in files.into_iter().filter(|path| is_told(path)) {
            let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            texts
                .entry(text.trim().replace("\r\n", "\n"))
                .or_default()
                .push(format!("{} {}", one.name, one.version));
        }
    }
    let mut out = String::from("The command qingwen is linked with these crates, under these licences.\n\n");
    for one in linked {
        let _ = writeln!(out, "{} {}: {}", one.name, one.version, one.licence);
    }
    for (text, owners) in texts {
        let _ = write!(out, "\n{}\n{}\n\n{text}\n", "-".repeat(78), owners.join(", "));
    }
    Ok(out)
}
