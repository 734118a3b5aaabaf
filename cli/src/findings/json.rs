//! Findings as JSON lines: the lines of the report, with their places as readers count.

use std::io::{self, Write};

use serde::Serialize;

use super::place::Region;
use super::{Finding, What};
use crate::report::{EditLine, LeftLine};

#[derive(Serialize)]
struct Placed<T: Serialize> {
    #[serde(flatten)]
    line_of_report: T,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    chars: [usize; 2],
}

pub(super) fn line(out: &mut Vec<u8>, finding: &Finding<'_>) -> io::Result<()> {
    let Finding { value, region, text, what, .. } = finding;
    let base = value.base.0;
    let at = region.bytes[0] - base..region.bytes[1] - base;
    match what {
        What::Edit(stage, edit) => write(out, EditLine::new(value, *stage, at, edit), region),
        What::Left(why) => write(out, LeftLine::new(value, *why, at, text), region),
    }
}

fn write(out: &mut Vec<u8>, line: impl Serialize, region: &Region) -> io::Result<()> {
    let &Region { line: first, column, end_line, end_column, chars, .. } = region;
    let line = Placed { line_of_report: line, line: first, column, end_line, end_column, chars };
    serde_json::to_writer(&mut *out, &line)?;
    out.write_all(b"\n")
}
