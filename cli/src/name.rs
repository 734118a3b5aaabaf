//! File names as they are shown: raw where a program reads them, escaped where a terminal does.

use std::ffi::OsStr;
use std::io::{self, Write};

/// Writes a file name. On a terminal, whatever could steer it or hide in the line is spelled out: control
/// characters, bidirectional controls, invisible characters, bytes that are no text.
pub(crate) fn write(out: &mut dyn Write, name: &OsStr, terminal: bool) -> io::Result<()> {
    write_bytes(out, name.as_encoded_bytes(), terminal)
}

/// The same for a name that is given as its bytes.
pub(crate) fn write_bytes(out: &mut dyn Write, bytes: &[u8], terminal: bool) -> io::Result<()> {
    if !terminal {
        return out.write_all(bytes);
    }
    for chunk in bytes.utf8_chunks() {
        out.write_all(harmless(chunk.valid()).as_bytes())?;
        for byte in chunk.invalid() {
            write!(out, "\\x{byte:02x}")?;
        }
    }
    Ok(())
}

/// The text with everything spelled out that a terminal must not get as it is.
pub(crate) fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unsafe(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

/// Whether a character must not reach a terminal as it is.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(name: &OsStr, terminal: bool) -> Vec<u8> {
        let mut out = Vec::new();
        write(&mut out, name, terminal).expect("memory");
        out
    }

    #[test]
    fn a_terminal_never_sees_what_steers_it() {
        let name = OsStr::new("a\u{1b}[31m\u{9b}b\u{202e}txt.\u{200b}中文\n");
        let seen = shown(name, true);
        assert_eq!(seen, "a\\u{1b}[31m\\u{9b}b\\u{202e}txt.\\u{200b}中文\\n".as_bytes());
        assert_eq!(shown(name, false), name.as_encoded_bytes());
    }

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_no_text_are_spelled_out() {
        use std::os::unix::ffi::OsStrExt;
        let name = OsStr::from_bytes(b"\xd6\xd0.txt");
        assert_eq!(shown(name, true), b"\\xd6\\xd0.txt");
        assert_eq!(shown(name, false), b"\xd6\xd0.txt");
    }
}
