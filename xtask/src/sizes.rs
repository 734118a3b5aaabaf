//! `cargo xtask sizes`: what conversion adds to a program.

use std::path::Path;
use std::process::Command;

pub(crate) fn run() -> Result<(), String> {
    let base = build("size_base", &[])?;
    println!("{:<32}{:>12}{:>12}", "program (stripped)", "bytes", "added");
    println!("{:<32}{base:>12}", "without conversion");
    for (what, features) in
        [("to simplified alone", &["--no-default-features"] as &[&str]), ("all configurations", &[])]
    {
        let size = build("size_convert", features)?;
        println!("{what:<32}{size:>12}{:>12}", size.saturating_sub(base));
    }
    Ok(())
}

/// Builds an example as it would be shipped; returns its size in bytes.
fn build(example: &str, features: &[&str]) -> Result<u64, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("no workspace root")?;
    let target = root.join("target/sizes");
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--release", "--package", "qingwen", "--example", example])
        .args(["--config", "profile.release.strip=true", "--target-dir"])
        .arg(&target)
        .args(features)
        .current_dir(root)
        .status()
        .map_err(|e| format!("cargo: {e}"))?;
    if !status.success() {
        return Err(format!("{example} does not build"));
    }
    let path = target.join("release/examples").join(example);
    path.metadata().map(|m| m.len()).map_err(|e| format!("{}: {e}", path.display()))
}
