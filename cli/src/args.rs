//! The command line's grammar.

use std::fmt;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use qingwen::convert::Config;
use qingwen::detect::Encoding;
use qingwen::normalize::{Preset, Step};

use crate::annotate;
use crate::backup;
use crate::json;
use crate::language::Language;
use crate::names;
use crate::packed;
use crate::parallel;
use crate::plan::{Target, Wanted};
use crate::subtitles::Markup;
use crate::table;
use crate::walk::Source;

const EXIT_CODES: &str = "\
Exit status:
  0    everything was done
  1    something was found (--check, --diff, detect)
  2    wrong usage, an input or output error, or input that could not be read;
       other files and records were still worked on
  130  interrupted

Text in a file is never changed without -i; only -i, -o, --report, --journal,
names --apply, undo and man write files.";

/// Repairs garbled Chinese text (乱码, mojibake) and normalizes Chinese text.
#[derive(Debug, Parser)]
#[command(name = "qingwen", version, after_help = EXIT_CODES, disable_help_subcommand = true)]
pub(crate) struct Cli {
    /// Take settings from this file [default: .qingwen.toml or qingwen.toml, in this folder or the nearest above]
    #[arg(long, value_name = "FILE", global = true, conflicts_with = "no_config")]
    pub(crate) config: Option<PathBuf>,
    /// Take no settings from a file
    #[arg(long, global = true)]
    pub(crate) no_config: bool,
    /// The language of messages and help
    #[arg(long, value_enum, global = true, value_name = "LANGUAGE", default_value_t = Language::Auto)]
    pub(crate) lang: Language,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The whole pipeline: repair, clean punctuation, simplified characters
    Clean {
        /// Punctuation in Chinese context: full-width, or as it is
        #[arg(long, value_enum, value_name = "WIDTH", default_value_t = Punctuation::Full)]
        punctuation: Punctuation,
        #[command(flatten)]
        confidence: Confidence,
        #[command(flatten)]
        kept: Kept,
        #[command(flatten)]
        outputs: Outputs,
        #[command(flatten)]
        inputs: Inputs,
    },
    /// Undo wrong decoding; everything else stays byte for byte
    Repair {
        #[command(flatten)]
        confidence: Confidence,
        #[command(flatten)]
        outputs: Outputs,
        #[command(flatten)]
        inputs: Inputs,
    },
    /// Convert between traditional and simplified characters as OpenCC does
    Convert {
        /// OpenCC configuration, such as s2t, t2s, s2twp, tw2sp, s2hk, hk2s, t2jp; or `auto`: to simplified
        /// as `clean` does it
        #[arg(short = 'c', long, value_name = "NAME", value_parser = Conversion::from_str, default_value = "t2s")]
        to: Conversion,
        /// Put out no characters that few fonts show, as OpenCC's program does, not its library
        #[arg(long)]
        no_rare: bool,
        /// List all configurations
        #[arg(long)]
        list: bool,
        #[command(flatten)]
        kept: Kept,
        #[command(flatten)]
        outputs: Outputs,
        #[command(flatten)]
        inputs: Inputs,
    },
    /// Normalize Unicode form, width, punctuation and the like, in named steps
    Normalize {
        /// A step to apply; repeatable. They run in the order of --list
        #[arg(long, value_name = "NAME", value_parser = listed::<Step>, conflicts_with = "preset")]
        step: Vec<Step>,
        /// A named set of steps [default: clean]
        #[arg(long, value_name = "NAME", value_parser = listed::<Preset>)]
        preset: Option<Preset>,
        /// List all steps and presets
        #[arg(long)]
        list: bool,
        #[command(flatten)]
        outputs: Outputs,
        #[command(flatten)]
        inputs: Inputs,
    },
    /// Say what is in each file: encoding, damage, script; exit with 1 if there is damage
    Detect {
        #[command(flatten)]
        confidence: Confidence,
        /// How it is told
        #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Verdict::Human)]
        output_format: Verdict,
        #[command(flatten)]
        inputs: Inputs,
    },
    /// Show every repair that is thought of, with its reasons
    Explain {
        /// Repairs less sure than this are not made
        #[arg(long, value_name = "P", value_parser = probability, default_value = "0")]
        min_confidence: f64,
        /// The text itself instead of a file that holds it
        #[arg(
            short, long, value_name = "TEXT", allow_hyphen_values = true,
            conflicts_with_all = ["files", "files_from", "recursive", "field", "column", "format", "encoding"]
        )]
        text: Option<String>,
        /// Don't shorten long texts
        #[arg(long)]
        full: bool,
        /// Rank whole readings of each text instead, the likeliest first, N of them
        #[arg(
            long, value_name = "N", num_args = 0..=1, require_equals = true, default_missing_value = "5",
            value_parser = at_least_one, conflicts_with = "min_confidence"
        )]
        candidates: Option<usize>,
        /// How it is told
        #[arg(long, value_enum, value_name = "FORMAT", default_value_t = OutputFormat::Human)]
        output_format: OutputFormat,
        /// With --candidates, write a JSON object for each
        #[arg(long, requires = "candidates")]
        json: bool,
        #[command(flatten)]
        inputs: Inputs,
    },
    /// Repair garbled names of files and folders, and in zip archives; lists them unless --apply is given
    Names(names::Arguments),
    /// Undo what a run did, by its journal
    Undo(Undo),
    /// Say which file of settings is in force
    Config {
        /// Write all settings with their values
        #[arg(long)]
        dump: bool,
    },
    /// Write a script that completes this command's words in a shell
    Completions {
        /// The shell
        #[arg(value_enum, value_name = "SHELL")]
        shell: Shell,
    },
    /// Show the help of a command
    Help {
        /// The command; without one, all are listed
        #[arg(value_name = "COMMAND")]
        of: Option<String>,
    },
    /// Write the manual pages
    Man {
        /// The folder they go to; `-` writes the first one to standard output
        #[arg(value_name = "FOLDER")]
        to: PathBuf,
    },
}

/// What is undone.
#[derive(Debug, Args)]
pub(crate) struct Undo {
    /// A journal that --journal wrote
    #[arg(value_name = "JOURNAL")]
    pub(crate) journal: PathBuf,
    /// Only list the files that would be restored
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Punctuation {
    /// `，。：；？！（）`
    Full,
    /// As it stands
    Keep,
}

/// What `convert` does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Conversion {
    /// What OpenCC answers.
    Exact(Config),
    /// What `clean` does: to simplified, from whatever variety the document is in.
    Auto,
}

impl FromStr for Conversion {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        if name == "auto" {
            return Ok(Self::Auto);
        }
        name.parse().map(Self::Exact).map_err(|_| {
            format!(
                "the configurations are auto, {}",
                Config::ALL.iter().map(|c| c.name()).collect::<Vec<_>>().join(", ")
            )
        })
    }
}

/// What conversion leaves alone.
#[derive(Debug, Args)]
pub(crate) struct Kept {
    /// A word that conversion leaves as it is, wherever it stands; repeatable
    #[arg(long, value_name = "WORD")]
    pub(crate) protect: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Confidence {
    /// Leave repairs less sure than this; 0 takes the best guess everywhere
    #[arg(long, value_name = "P", value_parser = probability, default_value = "0.95")]
    pub(crate) min_confidence: f64,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
pub(crate) struct Inputs {
    /// Files to read, or `-` for standard input
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// A text that was typed instead.
    #[arg(skip)]
    pub(crate) typed: Option<String>,
    /// Work through directories
    #[arg(short, long)]
    pub(crate) recursive: bool,
    /// Read the names of more files from this file, one a line; `-` is standard input
    #[arg(long, value_name = "LIST")]
    pub(crate) files_from: Option<PathBuf>,
    /// Names end with a zero byte, those that --files-from reads and those that --check lists
    #[arg(short = '0', long)]
    pub(crate) null: bool,
    /// With -r, read hidden files and those that .gitignore and .ignore name, too
    #[arg(long)]
    pub(crate) no_ignore: bool,
    /// With -r, read hidden files, too
    #[arg(long)]
    pub(crate) hidden: bool,
    /// With -r, only files whose path this pattern fits, or with `!` in front, only others; repeatable
    #[arg(short, long, value_name = "PATTERN")]
    pub(crate) glob: Vec<String>,
    /// With -r, read files that look like binary ones, too
    #[arg(long)]
    pub(crate) binary: bool,
    /// What the input is; `auto` goes by the file's name (.jsonl, .ndjson, .csv, .tsv, .tab, .parquet) and takes
    /// anything else that is named with --field as JSON lines, with --column as CSV
    #[arg(long, value_enum, default_value_t = Format::Auto)]
    pub(crate) format: Format,
    /// A field of each record that holds text: a name, a JSON pointer such as /messages/0/content, or
    /// messages[].content for that of every item; repeatable
    #[arg(long, value_name = "NAME", value_parser = json::Path::parse)]
    pub(crate) field: Vec<json::Path>,
    #[command(flatten)]
    pub(crate) table: table::Arguments,
    /// What text is in: utf-8, gb18030, big5, shift_jis, …; `mixed`: each line in its own; or what its bytes say [default: auto]
    #[arg(long, value_name = "NAME", value_parser = Wanted::from_str)]
    pub(crate) encoding: Option<Wanted>,
    /// Largest text file read [default: any where it is read in stretches, else 1G]
    #[arg(long, value_name = "SIZE")]
    pub(crate) max_file: Option<Size>,
    /// Longest record, and longest line of a text of over a mebibyte
    #[arg(long, value_name = "SIZE", default_value = "32M")]
    pub(crate) max_record: Size,
    /// Most that one compressed file may unpack to
    #[arg(long, value_name = "SIZE", default_value = "64G")]
    pub(crate) max_output: Size,
    /// Stop at the first file or record that can't be worked on
    #[arg(long)]
    pub(crate) strict: bool,
    /// Threads to work in [default: as many as the machine runs at a time]; what comes out is the same
    #[arg(short, long, value_name = "N", value_parser = threads)]
    pub(crate) jobs: Option<NonZeroUsize>,
    /// Show how far the work is; `auto` does on a terminal, when it takes longer than a second
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = When::Auto)]
    pub(crate) progress: When,
    /// Show no progress and no summary
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

impl Inputs {
    /// Threads to work in.
    pub(crate) fn threads(&self) -> usize {
        self.jobs.unwrap_or_else(parallel::cores).get()
    }

    /// Whether text is said to be in another encoding than UTF-8.
    pub(crate) fn is_encoded(&self) -> bool {
        !matches!(self.encoding, None | Some(Wanted::Auto | Wanted::Only(Encoding::Utf8)))
    }

    /// Whether the texts in a zip archive are read: nobody said that it is something else.
    pub(crate) fn takes_members(&self) -> bool {
        self.format == Format::Auto
    }

    /// How a source is read.
    pub(crate) fn kind(&self, source: &Source) -> Kind {
        match self.format {
            Format::Text => return Kind::Text,
            Format::Jsonl => return Kind::Jsonl,
            Format::Json => return Kind::Json,
            Format::Csv => return Kind::Table(b','),
            Format::Tsv => return Kind::Table(b'\t'),
            Format::Parquet => return Kind::Parquet,
            Format::Auto => {}
        }
        // In a folder, the options are for files of the formats that have such parts.
        let is_found = matches!(source, Source::Found(_));
        let (takes_field, takes_column) =
            (!is_found && !self.field.is_empty(), !is_found && self.table.is_asked_for());
        let named = |endings: &[&str]| packed::ends_with(source.as_path(), endings);
        if named(&["parquet"]) {
            Kind::Parquet
        } else if !self.field.is_empty() && named(&["json"]) {
            Kind::Json
        } else if takes_field || named(&["jsonl", "ndjson"]) {
            Kind::Jsonl
        } else if named(&["tsv", "tab"]) {
            Kind::Table(b'\t')
        } else if named(&["ass", "ssa"]) && !takes_column {
            Kind::Script
        } else if takes_column || named(&["csv"]) {
            Kind::Table(b',')
        } else {
            Kind::Text
        }
    }

    /// What of a source that is read as text is no words.
    pub(crate) fn markup(&self, source: &Source) -> Markup {
        let is_spoken = packed::ends_with(source.as_path(), &["srt", "vtt", "lrc"]);
        match self.format {
            Format::Auto if is_spoken => Markup::Lines,
            Format::Auto if packed::ends_with(source.as_path(), &["properties"]) => Markup::Escapes,
            _ => Markup::None,
        }
    }

    /// Whether a table is taken for one by its name alone.
    pub(crate) fn goes_by_name(&self) -> bool {
        self.format == Format::Auto && !self.table.is_asked_for()
    }

    /// Whether files are Parquet where their bytes say so.
    pub(crate) fn takes_parquet(&self) -> bool {
        matches!(self.format, Format::Auto | Format::Parquet)
    }

    /// What the grammar alone can't rule out.
    pub(crate) fn contradiction(&self) -> Option<&'static str> {
        let is_stdin = |path: &PathBuf| path.as_os_str() == "-";
        if self.files_from.as_ref().is_some_and(is_stdin) && self.files.iter().any(is_stdin) {
            return Some("standard input can't be a list of files and a file at once");
        }
        const ONE: &str = "a table is in one encoding: --encoding mixed is for text";
        let is_encoded = self.is_encoded();
        let is_mixed = self.encoding == Some(Wanted::Mixed);
        match (self.format, self.field.is_empty()) {
            (Format::Jsonl, true) => Some("--format jsonl needs --field NAME: which strings are text?"),
            (Format::Text, false) => Some("--field has no meaning with --format text"),
            (Format::Csv | Format::Tsv, false) => {
                Some("--field is for JSON; a column is named with --column")
            }
            (Format::Auto, false) if self.table.is_asked_for() => {
                Some("--field is for JSON, --column and --delimiter are for tables")
            }
            (Format::Text | Format::Json | Format::Jsonl, _) if self.table.is_asked_for() => Some(
                "--column, --delimiter, --no-quotes and --no-header are for tables (--format csv or tsv)",
            ),
            (Format::Parquet, _) if self.table.has_dialect() => {
                Some("--delimiter, --no-quotes and --no-header are for tables (--format csv or tsv)")
            }
            (Format::Parquet, _) if is_encoded => {
                Some("--encoding has no meaning with Parquet, which is UTF-8")
            }
            (Format::Json, _) if is_encoded => Some("--encoding has no meaning with JSON, which is UTF-8"),
            (_, false) if is_encoded => Some("--encoding has no meaning with JSON lines, which are UTF-8"),
            (Format::Csv | Format::Tsv, _) if is_mixed => Some(ONE),
            _ if is_mixed && self.table.is_asked_for() => Some(ONE),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Auto,
    Text,
    Jsonl,
    Json,
    Csv,
    Tsv,
    Parquet,
}

/// How one source is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Jsonl,
    Json,
    /// With this between the cells.
    Table(u8),
    /// Subtitles with events and styles in cells.
    Script,
    Parquet,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct Outputs {
    /// Change the files themselves, each at once or not at all
    #[arg(short, long, conflicts_with_all = ["output", "check", "diff"])]
    pub(crate) in_place: bool,
    /// With -i, what becomes of a file that has other names, too
    #[arg(long, value_enum, value_name = "HOW", default_value_t = HardLinks::Refuse, requires = "in_place")]
    pub(crate) hard_links: HardLinks,
    /// With -i, changed files keep the times they had
    #[arg(long, requires = "in_place")]
    pub(crate) keep_times: bool,
    /// With -i, keep the old version of each changed file beside it [default suffix: .orig]
    #[arg(
        long, value_name = "SUFFIX", num_args = 0..=1, require_equals = true, value_parser = backup::suffix,
        default_missing_value = backup::SUFFIX, requires = "in_place"
    )]
    pub(crate) backup: Option<String>,
    /// With -i, write down in a new file what undoes the run; `qingwen undo FILE` does it
    #[arg(long, value_name = "FILE", requires = "in_place")]
    pub(crate) journal: Option<PathBuf>,
    /// What text is written in: utf-8, gb18030, …, or `same` [default: same with -i, else utf-8]
    #[arg(long, value_name = "NAME", value_parser = Target::from_str)]
    pub(crate) output_encoding: Option<Target>,
    /// Write to this file; `-` is standard output
    #[arg(short, long, value_name = "FILE", conflicts_with_all = ["check", "diff"])]
    pub(crate) output: Option<PathBuf>,
    /// Only list the files that would change; exit with 1 if any would
    #[arg(long)]
    pub(crate) check: bool,
    /// With --check, how it is told
    #[arg(long, value_enum, value_name = "FORMAT", requires = "check", conflicts_with_all = ["diff", "report", "summary"])]
    pub(crate) output_format: Option<OutputFormat>,
    /// Only show what would change, as a unified diff; exit with 1 if anything would
    #[arg(long)]
    pub(crate) diff: bool,
    /// Colours in what --diff shows; `auto` shows them on a terminal, unless NO_COLOR is set
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = When::Auto)]
    pub(crate) color: When,
    /// Leave all text as it is and add to each record a field, to a table three columns, that tell its verdict and
    /// what would change [default name: qingwen]
    #[arg(
        long, value_name = "NAME", num_args = 0..=1, require_equals = true, value_parser = annotate::name,
        default_missing_value = annotate::NAME, conflicts_with_all = ["check", "diff"]
    )]
    pub(crate) annotate: Option<String>,
    /// At the end, count files, changes and damage on standard error, as is done on a terminal anyway
    #[arg(long, conflicts_with = "quiet")]
    pub(crate) summary: bool,
    /// Write an account of every change and of all damage left: a JSON object a line
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
}

impl Outputs {
    /// The file that takes all output; none where that is standard output.
    pub(crate) fn file(&self) -> Option<&Path> {
        const STANDARD: [&str; 3] = ["-", "/dev/stdout", "/dev/fd/1"];
        self.output.as_deref().filter(|path| !STANDARD.iter().any(|name| path.as_os_str() == *name))
    }
}

/// When something is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    /// Where it makes sense
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How `detect` tells what is in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Verdict {
    /// For a reader
    Human,
    /// A JSON object a line for every file
    Json,
}

/// How findings are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// For a reader
    Human,
    /// A JSON object a line for every change and for all damage left
    Json,
    /// A log in SARIF 2.1.0, with fixes
    Sarif,
    /// Annotations for GitHub Actions
    Github,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum HardLinks {
    /// It is left and named
    Refuse,
    /// It becomes a file of its own; the other names keep the old content
    Break,
}

/// A number of bytes, spelled `4096`, `64K`, `64M` or `1G`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size(pub(crate) u64);

impl Size {
    /// The size as a length in memory.
    pub(crate) fn in_memory(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

impl FromStr for Size {
    type Err = &'static str;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "a size is a number of bytes, or of K, M or G such as 64M";
        let (digits, unit) = match s.char_indices().next_back().ok_or(WRONG)? {
            (at, 'k' | 'K') => (&s[..at], 1 << 10),
            (at, 'm' | 'M') => (&s[..at], 1 << 20),
            (at, 'g' | 'G') => (&s[..at], 1 << 30),
            _ => (s, 1),
        };
        let number: u64 = digits.parse().map_err(|_| WRONG)?;
        number.checked_mul(unit).map(Size).ok_or(WRONG)
    }
}

fn probability(s: &str) -> Result<f64, &'static str> {
    match s.parse() {
        Ok(p) if (0.0..=1.0).contains(&p) => Ok(p),
        _ => Err("a probability is a number from 0 to 1"),
    }
}

fn threads(s: &str) -> Result<NonZeroUsize, &'static str> {
    s.parse().map_err(|_| "a number of threads is a whole number, at least 1")
}

/// What has a name that --list shows.
fn listed<T: FromStr<Err: fmt::Display>>(name: &str) -> Result<T, String> {
    name.parse().map_err(|e| format!("{e}; --list shows all of them"))
}

fn at_least_one(s: &str) -> Result<usize, &'static str> {
    s.parse().ok().filter(|&n| n > 0).ok_or("a number of readings, at least 1")
}
