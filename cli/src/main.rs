//! The qingwen command: repairs garbled Chinese text in files and streams.

mod annotate;
mod args;
mod atomic;
mod backup;
mod candidates;
mod charset;
mod chunks;
mod config;
mod detect;
mod diff;
mod exit;
mod explain;
mod faults;
mod feed;
mod files_from;
mod findings;
mod held;
mod job;
mod journal;
mod json;
mod json_file;
mod jsonl;
mod language;
mod manual;
mod name;
mod names;
mod packed;
mod paint;
mod parallel;
mod parquet;
mod plan;
mod progress;
mod properties;
mod recode;
mod report;
mod respell;
mod script;
mod settings;
mod spread;
mod stale;
mod subtitles;
mod table;
mod tally;
mod text;
mod undo;
mod walk;
mod windows;
mod zip;

use std::io::{self, Write};
use std::process::ExitCode;

use qingwen::Cleaner;
use qingwen::convert::{Config, Converter};
use qingwen::normalize::{Normalizer, Preset, Step};
use qingwen::repair::{Options, Repairer};

use crate::args::{Cli, Command, Conversion, Kept, OutputFormat, Punctuation, Verdict};
use crate::candidates::Show;
use crate::exit::{Error, Log};
use crate::findings::Search;

fn main() -> ExitCode {
    let log = Log::new();
    let cli = match Cli::take() {
        Ok(cli) => cli,
        Err(message) => {
            log.fault(message);
            return ExitCode::from(log.status() as u8);
        }
    };
    let mut command = cli.command;
    if let Command::Explain { text, inputs, .. } = &mut command {
        inputs.typed = text.take();
    }
    if let Some(wrong) = contradiction(&command) {
        language::leave(&language::program().error(clap::error::ErrorKind::ArgumentConflict, wrong));
    }
    if let Err(e) = atomic::handle_interrupts() {
        log.fault(format_args!("can't watch for interrupts: {e}"));
    }
    match run(&command, &log) {
        Ok(()) | Err(Error::Closed) => {}
        Err(Error::File(message) | Error::Output(message)) => log.fault(message),
    }
    ExitCode::from(log.status() as u8)
}

fn contradiction(command: &Command) -> Option<&'static str> {
    match command {
        Command::Clean { inputs, .. }
        | Command::Repair { inputs, .. }
        | Command::Convert { inputs, .. }
        | Command::Normalize { inputs, .. } => inputs.contradiction(),
        Command::Detect { inputs, .. } => inputs.contradiction(),
        Command::Explain {
            candidates: Some(_),
            output_format: OutputFormat::Sarif | OutputFormat::Github,
            ..
        } => Some("--candidates has two output formats: human and json"),
        Command::Explain { inputs, .. } => inputs.contradiction(),
        Command::Names(_)
        | Command::Undo(_)
        | Command::Config { .. }
        | Command::Completions { .. }
        | Command::Help { .. }
        | Command::Man { .. } => None,
    }
}

fn run(command: &Command, log: &Log) -> Result<(), Error> {
    let (cleaner, inputs, outputs) = match command {
        Command::Clean { punctuation, confidence, kept, outputs, inputs } => {
            let cleaner = Cleaner::mission()
                .repair(repairer(confidence.min_confidence))
                .convert(protecting(Converter::mission(), kept)?);
            let cleaner = match punctuation {
                Punctuation::Full => cleaner,
                Punctuation::Keep => cleaner.normalize(Normalizer::default()),
            };
            (cleaner, inputs, outputs)
        }
        Command::Repair { confidence, outputs, inputs } => {
            (Cleaner::new().repair(repairer(confidence.min_confidence)), inputs, outputs)
        }
        Command::Convert { list: true, .. } => return list_configurations(),
        Command::Convert { to, no_rare, kept, outputs, inputs, .. } => {
            let converter = match to {
                Conversion::Exact(config) => Converter::new(*config),
                Conversion::Auto => Converter::mission(),
            };
            let converter = converter.rare_characters(!no_rare);
            (Cleaner::new().convert(protecting(converter, kept)?), inputs, outputs)
        }
        Command::Normalize { list: true, .. } => return list_steps(),
        Command::Normalize { step, preset, outputs, inputs, .. } => {
            let steps = match (preset, step.as_slice()) {
                (None, []) => Preset::Clean.steps(),
                (Some(preset), _) => preset.steps(),
                (None, steps) => steps,
            };
            (Cleaner::new().normalize(Normalizer::new(steps.iter().copied())), inputs, outputs)
        }
        Command::Detect { confidence, output_format, inputs } => {
            let json = *output_format == Verdict::Json;
            return detect::run(&repairer(confidence.min_confidence), inputs, json, log);
        }
        Command::Names(arguments) => return names::run(arguments, log),
        Command::Undo(options) => return undo::run(options, log),
        Command::Config { dump } => return settings::run(*dump),
        Command::Completions { shell } => return manual::completions(*shell),
        Command::Help { of } => return language::help(of.as_deref()),
        Command::Man { to } => return manual::pages(to),
        Command::Explain { candidates: Some(most), json, output_format, full, inputs, .. } => {
            let json = *json || *output_format == OutputFormat::Json;
            let show = if json { Show::Json } else { Show::Table { full: *full } };
            return candidates::run(Repairer::default(), inputs, *most, show, log);
        }
        Command::Explain { min_confidence, output_format, inputs, .. }
            if *output_format != OutputFormat::Human =>
        {
            let cleaner = Cleaner::new().repair(repairer(*min_confidence));
            let search =
                Search { cleaner: &cleaner, stray_bytes: false, format: *output_format, checks: false };
            return findings::run(&search, inputs, log);
        }
        Command::Explain { min_confidence, full, inputs, .. } => {
            return explain::run(&repairer(*min_confidence), inputs, *full, log);
        }
    };
    // Conversion looks at characters alone; what is no text is not its business.
    let stray_bytes = matches!(command, Command::Convert { .. });
    if let Some(format) = outputs.output_format.filter(|&f| f != OutputFormat::Human) {
        let stray_bytes = stray_bytes && !inputs.strict;
        let search = Search { cleaner: &cleaner, stray_bytes, format, checks: true };
        return findings::run(&search, inputs, log);
    }
    job::rewrite(&cleaner, stray_bytes, inputs, outputs, log)
}

fn protecting(converter: Converter, kept: &Kept) -> Result<Converter, Error> {
    converter.protect(&kept.protect).map_err(|e| Error::Output(format!("--protect: {e}")))
}

fn repairer(min_confidence: f64) -> Repairer {
    Repairer::new(Options { min_confidence })
}

fn list_steps() -> Result<(), Error> {
    let mut out = String::from("Steps, in the order they run:\n");
    out += &rows(Step::ALL.iter().map(|s| (s.name(), s.describe().to_owned())));
    out.push_str("\nPresets:\n");
    let steps = |preset: &Preset| preset.steps().iter().map(|s| s.name()).collect::<Vec<_>>().join(", ");
    out += &rows(Preset::ALL.iter().map(|preset| (preset.name(), steps(preset))));
    print(&out)
}

fn list_configurations() -> Result<(), Error> {
    let auto = ("auto", "Any variety of traditional to simplified, as `clean` does it".to_owned());
    let exact = Config::ALL.iter().map(|config| (config.name(), config.describe().to_owned()));
    print(&rows(std::iter::once(auto).chain(exact)))
}

/// Names, and behind each what it means.
fn rows<'a>(rows: impl Iterator<Item = (&'a str, String)>) -> String {
    /// As wide as the longest name of any list.
    const WIDTH: usize = 22;
    rows.map(|(name, about)| format!("  {name:<WIDTH$}  {about}").trim_end().to_owned() + "\n").collect()
}

fn print(text: &str) -> Result<(), Error> {
    let mut stdout = io::stdout().lock();
    stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
        .map_err(|e| Error::output("standard output", &e))
}
