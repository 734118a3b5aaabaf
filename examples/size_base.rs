//! The program that `cargo xtask sizes` compares with: it reads and writes, and converts nothing.

use std::io::{self, Read, Write};

fn main() -> io::Result<()> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    if std::env::args().len() > 1 {
        text.make_ascii_lowercase();
    }
    io::stdout().write_all(text.as_bytes())
}
