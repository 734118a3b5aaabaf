//! The program that `cargo xtask sizes` measures: converts standard input by the configuration it is given.

use std::io::{self, Read, Write};

use qingwen::convert::{Config, Converter};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    let converter = match std::env::args().nth(1) {
        Some(name) => Converter::new(name.parse::<Config>()?),
        None => Converter::mission(),
    };
    io::stdout().write_all(converter.convert(&text).as_bytes())?;
    Ok(())
}
