//! Damaged files must not end the program.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    /// Whether this thread reads what may be damaged.
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

static QUIET: Once = Once::new();

/// Runs what reads a file by a library that, on some damaged files, panics where it should return an error; such a
/// panic is the file's fault, and is told as one.
pub(super) fn guarded<T>(read: impl FnOnce() -> parquet::errors::Result<T>) -> Result<T, String> {
    QUIET.call_once(|| {
        let told = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !GUARDED.get() {
                told(panic);
            }
        }));
    });
    GUARDED.set(true);
    // What was being read is given up with the file.
    let done = panic::catch_unwind(AssertUnwindSafe(read));
    GUARDED.set(false);
    match done {
        Ok(done) => done.map_err(|e| e.to_string()),
        Err(_) => Err("its data is damaged".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error() {
        assert_eq!(guarded(|| Ok(1)), Ok(1));
        let short: &[u8] = &[];
        assert_eq!(guarded(|| Ok(short[1])).unwrap_err(), "its data is damaged");
    }
}
