//! A command over all configurations at once. OpenCC's library lets one thread at a time convert, so
//! that each configuration is a process of its own.

use std::env;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use qingwen::convert::Config;

use crate::compare::HEAD;

/// Runs `command` for every configuration and prints what the runs print, in the configurations'
/// order; whether all were without a difference.
pub fn over_configurations(command: &[&str]) -> Result<bool, String> {
    let program = env::current_exe().map_err(|e| e.to_string())?;
    let run = |config: Config| -> Result<Output, String> {
        let mut child = Command::new(&program);
        child.args(["--only", config.name()]).args(command).output().map_err(|e| e.to_string())
    };
    println!("{HEAD}");
    let next = AtomicUsize::new(0);
    let workers = thread::available_parallelism().map_or(1, usize::from).min(Config::ALL.len());
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..workers {
            let sender = sender.clone();
            let (next, run) = (&next, &run);
            scope.spawn(move || {
                while let Some(&config) = Config::ALL.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if sender.send((config, run(config))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let mut waiting: Vec<(Config, Result<Output, String>)> = Vec::new();
        let mut same = true;
        for &config in Config::ALL {
            let output = loop {
                if let Some(at) = waiting.iter().position(|(done, _)| *done == config) {
                    break waiting.swap_remove(at).1?;
                }
                waiting.push(receiver.recv().map_err(|e| format!("{config}: {e}"))?);
            };
            // The run's own head is not repeated.
            let text = String::from_utf8_lossy(&output.stdout);
            text.lines().filter(|line| *line != HEAD).for_each(|line| println!("{line}"));
            match output.status.code() {
                Some(0) => {}
                Some(1) => same = false,
                _ => return Err(String::from_utf8_lossy(&output.stderr).trim_end().to_owned()),
            }
        }
        Ok(same)
    })
}
