//! The contract of the command line (docs/cli.md), line by line, against the built program.

mod files;
mod found;
mod json_files;
mod lists;
mod names;
mod packed;
mod parallel;
mod records;
mod streams;
mod subtitles;
mod support;
mod tables;
mod undo;
mod zips;
