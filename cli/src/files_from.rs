//! File names that come from a file or from standard input instead of the command line.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use crate::exit::Error;

/// Longest name read; systems allow fewer bytes than this.
const LONGEST: usize = 1 << 16;

/// The names in a list, one a line, or each ended by a zero byte; `-` is standard input. Empty ones don't
/// count.
pub(crate) fn read(list: &Path, zero: bool) -> Result<Vec<PathBuf>, Error> {
    let (name, input): (_, Box<dyn BufRead>) = match list.as_os_str() == "-" {
        true => ("standard input".to_owned(), Box::new(io::stdin().lock())),
        false => {
            let name = list.display().to_string();
            let file = File::open(list).map_err(|e| Error::Output(format!("--files-from {name}: {e}")))?;
            (name, Box::new(BufReader::new(file)))
        }
    };
    names(input, zero).map_err(|e| Error::Output(format!("--files-from {name}: {e}")))
}

fn names(mut input: impl BufRead, zero: bool) -> Result<Vec<PathBuf>, String> {
    let end = if zero { 0 } else { b'\n' };
    let (mut names, mut line, mut number) = (Vec::new(), Vec::new(), 0u64);
    loop {
        line.clear();
        number += 1;
        let read = io::Read::take(&mut input, LONGEST as u64 + 1).read_until(end, &mut line);
        if read.map_err(|e| e.to_string())? == 0 {
            return Ok(names);
        }
        if line.len() > LONGEST {
            return Err(format!("name {number} is longer than {LONGEST} bytes; is this a list of files?"));
        }
        if line.last() == Some(&end) {
            line.pop();
        }
        if !zero && line.last() == Some(&b'\r') {
            line.pop();
        }
        if !zero && line.contains(&0) {
            return Err(format!("line {number} holds a zero byte; -0 reads names that end with one"));
        }
        if !line.is_empty() {
            let name = path(std::mem::take(&mut line));
            names.push(name.ok_or_else(|| format!("name {number} is not UTF-8"))?);
        }
    }
}

#[cfg(unix)]
fn path(name: Vec<u8>) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt;
    Some(PathBuf::from(OsString::from_vec(name)))
}

#[cfg(not(unix))]
fn path(name: Vec<u8>) -> Option<PathBuf> {
    String::from_utf8(name).ok().map(|name| PathBuf::from(OsString::from(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(list: &str, zero: bool) -> Result<Vec<String>, String> {
        let paths = names(list.as_bytes(), zero)?;
        Ok(paths.into_iter().map(|p| p.display().to_string()).collect())
    }

    #[test]
    fn names_end_with_lines_or_zero_bytes() {
        assert_eq!(read("a\n\nb c\r\n中", false).unwrap(), ["a", "b c", "中"]);
        assert_eq!(read("a\nb\0c\r\0\0", true).unwrap(), ["a\nb", "c\r"]);
        assert!(read("a\0b", false).unwrap_err().contains("-0"));
        assert!(read(&"a".repeat(LONGEST + 1), false).unwrap_err().contains("longer"));
    }
}
