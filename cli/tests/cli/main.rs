//! The contract of the command line (docs/cli.md), line by line, against the built program.

mod annotate;
mod chosen;
mod encodings;
mod files;
mod formats;
mod found;
mod language;
mod parallel;
mod records;
mod settings;
mod shown;
mod streams;
mod support;
mod undo;
