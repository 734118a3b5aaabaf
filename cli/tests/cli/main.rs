//! The contract of the command line (docs/cli.md), line by line, against the built program.

mod encodings;
mod files;
mod found;
mod parallel;
mod records;
mod streams;
mod support;
mod undo;
