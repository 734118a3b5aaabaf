//! The contract of the command line (docs/cli.md), line by line, against the built program.

mod files;
mod found;
mod names;
mod parallel;
mod records;
mod streams;
mod support;
mod tables;
mod undo;
mod zips;
