//! Input that may make pauses, as a pipe does whose writer waits for something.

use std::io::{self, ErrorKind, Read};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// So long nothing must come for it to be a pause. A writer that is merely slow, or has to wait for the processor,
/// makes none; a reader hardly notices.
const PAUSE: Duration = Duration::from_millis(50);
/// Bytes read at a time, and parts that wait to be taken.
const PART: usize = 64 << 10;
const WAITING: usize = 4;

/// An input.
pub(crate) enum Feed<R> {
    /// One that is read as it is wanted.
    Steady(R),
    /// One that a thread reads, so that it shows when nothing comes.
    Watched { parts: Receiver<io::Result<Vec<u8>>>, part: Vec<u8>, at: usize },
}

/// What came.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Got {
    /// Some bytes.
    Bytes,
    /// The last bytes, or none any more.
    Rest,
    Pause,
}

impl<R: Read> Feed<R> {
    pub(crate) fn steady(input: R) -> Self {
        Self::Steady(input)
    }

    /// Whether pauses show.
    pub(crate) fn pauses(&self) -> bool {
        matches!(self, Self::Watched { .. })
    }

    /// Appends at most so many bytes. Where the caller `minds`, a pause is told instead of waited for.
    pub(crate) fn read(&mut self, buffer: &mut Vec<u8>, most: u64, minds: bool) -> io::Result<Got> {
        let (parts, part, at) = match self {
            Self::Steady(input) => {
                let got = input.take(most).read_to_end(buffer)? as u64;
                return Ok(if got < most { Got::Rest } else { Got::Bytes });
            }
            Self::Watched { parts, part, at } => (parts, part, at),
        };
        if *at == part.len() {
            let next = if minds {
                match parts.recv_timeout(PAUSE) {
                    Err(RecvTimeoutError::Timeout) => return Ok(Got::Pause),
                    Err(RecvTimeoutError::Disconnected) => None,
                    Ok(next) => Some(next),
                }
            } else {
                parts.recv().ok()
            };
            let Some(next) = next else { return Ok(Got::Rest) };
            (*part, *at) = (next?, 0);
        }
        let rest = &part[*at..];
        let taken = &rest[..rest.len().min(usize::try_from(most).unwrap_or(usize::MAX))];
        buffer.extend_from_slice(taken);
        *at += taken.len();
        Ok(Got::Bytes)
    }
}

impl<R: Read + Send + 'static> Feed<R> {
    /// Reads in a thread of its own, which nobody waits for: it may stand in a read that does not come back.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub(crate) fn watched(mut input: R) -> io::Result<Self> {
        let (sender, parts) = mpsc::sync_channel(WAITING);
        let read = move || {
            loop {
                let mut part = vec![0; PART];
                let next = match input.read(&mut part) {
                    Ok(0) => return,
                    Ok(length) => {
                        part.truncate(length);
                        Ok(part)
                    }
                    Err(e) if e.kind() == ErrorKind::Interrupted => continue,
                    Err(e) => Err(e),
                };
                let failed = next.is_err();
                if sender.send(next).is_err() || failed {
                    return;
                }
            }
        };
        thread::Builder::new().spawn(read)?;
        Ok(Self::Watched { parts, part: Vec::new(), at: 0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(mut feed: Feed<impl Read>, most: u64) -> io::Result<Vec<u8>> {
        let mut buffer = Vec::new();
        while let Got::Bytes = feed.read(&mut buffer, most, false)? {}
        assert_eq!(feed.read(&mut buffer, most, true)?, Got::Rest);
        Ok(buffer)
    }

    #[test]
    fn all_bytes_come_in_either_way() {
        let bytes: Vec<u8> = (0..3 * PART + 17).map(|n| (n % 251) as u8).collect();
        for most in [1000, u64::MAX] {
            let watched = Feed::watched(io::Cursor::new(bytes.clone())).unwrap();
            assert!(all(watched, most).unwrap() == bytes);
            assert!(all(Feed::steady(&bytes[..]), most).unwrap() == bytes);
        }
    }

    /// Gives a line, then nothing until somebody says so.
    struct Slow(bool, mpsc::Receiver<()>);

    impl Read for Slow {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            if std::mem::replace(&mut self.0, true) {
                return match self.1.recv() {
                    Ok(()) => Err(io::Error::other("gone")),
                    Err(_) => Ok(0),
                };
            }
            out[..2].copy_from_slice(b"a\n");
            Ok(2)
        }
    }

    #[test]
    fn a_pause_is_told_to_those_who_mind_and_then_come_end_or_failure() {
        for fails in [true, false] {
            let (go, wait) = mpsc::channel();
            let mut feed = Feed::watched(Slow(false, wait)).unwrap();
            let mut buffer = Vec::new();
            assert_eq!(feed.read(&mut buffer, 9, false).unwrap(), Got::Bytes);
            assert_eq!(feed.read(&mut buffer, 9, true).unwrap(), Got::Pause);
            if fails {
                go.send(()).unwrap();
            }
            drop(go);
            assert_eq!(feed.read(&mut buffer, 9, false).is_err(), fails);
            assert_eq!(buffer, b"a\n");
        }
    }
}
