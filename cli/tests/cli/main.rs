//! The contract of the command line (docs/cli.md), line by line, against the built program.

mod annotate;
mod chosen;
mod encodings;
mod files;
mod formats;
mod found;
mod json_files;
mod language;
mod names;
mod packed;
mod parallel;
mod parquet;
mod records;
mod settings;
mod shown;
mod streams;
mod subtitles;
mod support;
mod tables;
mod undo;
mod zips;
