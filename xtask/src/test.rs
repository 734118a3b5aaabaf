//! `cargo xtask test`: everything that must hold before a change lands.

use std::process::Command;

struct Step {
    args: &'static [&'static str],
    env: &'static [(&'static str, &'static str)],
}

const STEPS: &[Step] = &[
    Step { args: &["fmt", "--all", "--check"], env: &[] },
    Step { args: &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"], env: &[] },
    Step {
        args: &[
            "clippy",
            "--package",
            "qingwen",
            "--no-default-features",
            "--locked",
            "--",
            "-D",
            "warnings",
        ],
        env: &[],
    },
    Step { args: &["doc", "--workspace", "--no-deps", "--locked"], env: &[("RUSTDOCFLAGS", "-D warnings")] },
    Step { args: &["test", "--workspace", "--locked"], env: &[] },
];

pub(crate) fn run() -> Result<(), String> {
    eprintln!("xtask: tables");
    crate::licences::run(None)?;
    crate::code_pages::run(Some("--check"))?;
    crate::opencc::run(true)?;
    crate::readings::run(true)?;
    crate::unicode::run(true)?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    for step in STEPS {
        eprintln!("xtask: cargo {}", step.args.join(" "));
        let status = Command::new(&cargo)
            .args(step.args)
            .envs(step.env.iter().copied())
            .status()
            .map_err(|e| format!("cargo {}: {e}", step.args[0]))?;
        if !status.success() {
            return Err(format!("cargo {} failed: {status}", step.args[0]));
        }
    }
    Ok(())
}
