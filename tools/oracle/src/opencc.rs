//! OpenCC itself: its library, and its program, which leaves out the dictionaries that may put out
//! characters that few fonts show.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;

use opencc_rust::OpenCC;
use qingwen::convert::Config;

use crate::crate_path;

/// The program reads its input in parts of 1 MiB and errs where one ends. Texts up to this length come
/// through whole.
pub const PROGRAM_READS: usize = 1 << 19;

fn configuration(config: Config) -> PathBuf {
    crate_path(&format!("target/opencc/opencc/clib/share/opencc/{config}.json"))
}

/// The library, by its C interface.
pub fn library(config: Config) -> Result<OpenCC, String> {
    let path = configuration(config);
    OpenCC::new(&path).map_err(|e| format!("{}: {e} (has fetch.sh run?)", path.display()))
}

/// What the program makes of a text of up to [`PROGRAM_READS`] bytes.
pub fn program(config: Config, text: &str) -> Result<String, String> {
    let path = crate_path("target/opencc/opencc/clib/bin/opencc");
    let failed = |e: &dyn std::fmt::Display| format!("{}: {e}", path.display());
    // It warns of variation selectors on standard error.
    let mut child = Command::new(&path)
        .arg("-c")
        .arg(configuration(config))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| format!("{} (has fetch.sh run?)", failed(&e)))?;
    let stdin = child.stdin.take();
    let (fed, output) = thread::scope(|scope| {
        let feeder = scope.spawn(move || stdin.map_or(Ok(()), |mut pipe| pipe.write_all(text.as_bytes())));
        (feeder.join(), child.wait_with_output())
    });
    fed.map_err(|_| failed(&"could not be fed"))?.map_err(|e| failed(&e))?;
    let output = output.map_err(|e| failed(&e))?;
    if !output.status.success() {
        return Err(failed(&output.status));
    }
    String::from_utf8(output.stdout).map_err(|e| failed(&e))
}
