//! How far the work is, in a line on standard error that is drawn again and again.

use std::fs;
use std::io::{self, IsTerminal, Read, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::args::{Inputs, When};
use crate::walk::Source;

/// Work that takes no longer needs no line.
const PATIENCE: Duration = Duration::from_secs(1);
const BETWEEN_DRAWINGS: Duration = Duration::from_millis(200);
/// Goes to the beginning of the line and clears it.
const CLEAR: &str = "\r\u{1b}[K";

/// Bytes read so far.
static READ: AtomicU64 = AtomicU64::new(0);
/// Whether the line stands on the terminal. Whoever writes there holds this.
static DRAWN: Mutex<bool> = Mutex::new(false);

/// Counts bytes that were read in another way than through a reader.
pub(crate) fn advance(bytes: u64) {
    READ.fetch_add(bytes, Ordering::Relaxed);
}

/// A reader whose bytes count.
pub(crate) fn counted<R: Read>(input: R) -> impl Read {
    Counted(input)
}

struct Counted<R>(R);

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.0.read(buffer)?;
        advance(length as u64);
        Ok(length)
    }
}

/// Takes the line away, and keeps it away while something else is written.
pub(crate) fn aside() -> MutexGuard<'static, bool> {
    let mut drawn = DRAWN.lock().unwrap_or_else(PoisonError::into_inner);
    if std::mem::take(&mut *drawn) {
        let _ = io::stderr().write_all(CLEAR.as_bytes());
    }
    drawn
}

/// A writer to what may be the same terminal.
pub(crate) struct Beside<W> {
    out: W,
    /// Elsewhere the line is in nobody's way.
    is_terminal: bool,
}

impl<W: Write + IsTerminal> Beside<W> {
    pub(crate) fn new(out: W) -> Self {
        Self { is_terminal: out.is_terminal(), out }
    }
}

impl<W: Write> Write for Beside<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _aside = self.is_terminal.then(aside);
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The line's life; it ends when this is dropped.
pub(crate) struct Progress {
    ended: Arc<(Mutex<bool>, Condvar)>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Shows the progress of reading these sources, if it is wanted and there is a place for it.
    pub(crate) fn start(inputs: &Inputs, sources: &[Source]) -> Option<Self> {
        let wanted = match inputs.progress {
            _ if inputs.quiet => false,
            When::Always => true,
            When::Never => false,
            When::Auto => {
                let typed = sources.contains(&Source::Stdin) && io::stdin().is_terminal();
                io::stderr().is_terminal() && !typed && !is_pipe()
            }
        };
        if !wanted {
            return None;
        }
        let ended = Arc::new((Mutex::new(false), Condvar::new()));
        let (until, total) = (Arc::clone(&ended), total(sources));
        let thread = thread::Builder::new().spawn(move || draw(&until, total)).ok();
        Some(Self { ended, thread })
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        *self.ended.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.ended.1.notify_all();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        drop(aside());
    }
}

/// Whether standard output goes to another program, which may show it on the same terminal.
#[cfg(unix)]
fn is_pipe() -> bool {
    use std::os::fd::AsFd;
    use std::os::unix::fs::FileTypeExt;
    let output = io::stdout().as_fd().try_clone_to_owned().map(fs::File::from);
    output.and_then(|o| o.metadata()).is_ok_and(|m| m.file_type().is_fifo())
}

#[cfg(not(unix))]
fn is_pipe() -> bool {
    false
}

/// Bytes to read, if that is known.
fn total(sources: &[Source]) -> Option<u64> {
    let size = |source: &Source| match source {
        Source::Stdin | Source::Typed(_) => None,
        // What can't be read is told when its turn comes.
        Source::File(path) | Source::Found(path) => match fs::metadata(path) {
            Ok(m) if m.is_file() => Some(m.len()),
            Ok(_) => None,
            Err(_) => Some(0),
        },
    };
    sources.iter().map(size).sum()
}

fn draw(ended: &(Mutex<bool>, Condvar), total: Option<u64>) {
    let start = Instant::now();
    let mut wait = PATIENCE;
    loop {
        let end = ended.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = ended.1.wait_timeout_while(end, wait, |end| !*end);
        let (end, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if *end {
            return;
        }
        drop(end);
        wait = BETWEEN_DRAWINGS;
        let line = line(READ.load(Ordering::Relaxed), total, start.elapsed());
        let mut drawn = DRAWN.lock().unwrap_or_else(PoisonError::into_inner);
        *drawn = io::stderr().write_all(format!("{CLEAR}{line}").as_bytes()).is_ok();
    }
}

/// How much is read, how fast, and how long the rest will take.
fn line(read: u64, total: Option<u64>, time: Duration) -> String {
    let rate = read as f64 / time.as_secs_f64().max(1e-3);
    let rate_shown = format!("{}/s", size(rate as u64));
    match total.filter(|&total| total > 0) {
        None => format!("{}  {rate_shown}  {}", size(read), clock(time.as_secs())),
        Some(total) => {
            // A file may have grown since it was looked at.
            let read = read.min(total);
            let percent = (read as f64 / total as f64 * 100.0) as u64;
            let of = format!("{percent:>3}%  {} / {}  {rate_shown}", size(read), size(total));
            match (total - read) as f64 / rate {
                left if left.is_finite() => format!("{of}  -{}", clock(left.ceil() as u64)),
                _ => of,
            }
        }
    }
}

/// A number of bytes in the unit that leaves few digits.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1 << 10 {
        return format!("{bytes} B");
    }
    let mut size = bytes as f64 / 1024.0;
    let mut unit = 0;
    while size >= 1000.0 && unit + 1 < UNITS.len() {
        size /= 1024.0;
        unit += 1;
    }
    format!("{size:.*} {}", usize::from(size < 100.0), UNITS[unit])
}

fn clock(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_tells_part_size_rate_and_time_left() {
        let second = Duration::from_secs(1);
        assert_eq!(line(25 << 20, Some(100 << 20), second), " 25%  25.0 MiB / 100 MiB  25.0 MiB/s  -0:03");
        assert_eq!(line(0, Some(100), second), "  0%  0 B / 100 B  0 B/s");
        assert_eq!(line(3 << 10, None, 2 * second), "3.0 KiB  1.5 KiB/s  0:02");
        assert_eq!(line(200, Some(100), second), "100%  100 B / 100 B  200 B/s  -0:00");
    }

    #[test]
    fn sizes_and_times_have_few_digits() {
        assert_eq!([size(1023), size(1024), size(1 << 40)], ["1023 B", "1.0 KiB", "1.0 TiB"]);
        assert_eq!([clock(59), clock(61), clock(3661)], ["0:59", "1:01", "1:01:01"]);
    }
}
