//! One configuration's comparison, and the row of the table that comes of it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use opencc_rust::OpenCC;
use qingwen::convert::{Config, Converter};
use qingwen::edit::{Stage, Staged};
use qingwen::report::{Report, StageReport};

use crate::{crate_path, fuzz, opencc, read};

/// The head of the table.
pub const HEAD: &str = "config         lines   library     edits   program  of pieces     whole  of files";

/// How many differences of each kind are shown.
const SHOWN: usize = 5;

/// A comparison under way.
struct Comparison {
    config: Config,
    /// As OpenCC's library answers.
    ours: Converter,
    /// As OpenCC's program answers.
    plain: Converter,
    theirs: OpenCC,
    /// Lines that the program has not seen yet.
    piece: String,
    row: Row,
    /// How many differences of each kind there were.
    differences: BTreeMap<&'static str, usize>,
}

#[derive(Default)]
struct Row {
    lines: usize,
    /// Lines that the library answers differently.
    library: usize,
    /// Lines whose edits give another text.
    edits: usize,
    /// Pieces that the program answers differently, or whose edits do.
    program: usize,
    pieces: usize,
    /// Files that come out differently as a whole.
    whole: usize,
    files: usize,
}

impl Comparison {
    fn new(config: Config) -> Result<Self, String> {
        Ok(Self {
            config,
            ours: Converter::new(config),
            plain: Converter::new(config).rare_characters(false),
            theirs: opencc::library(config)?,
            piece: String::new(),
            row: Row::default(),
            differences: BTreeMap::new(),
        })
    }

    fn show(&mut self, what: &'static str, text: &str, ours: &str, theirs: &str) {
        let differences = self.differences.entry(what).or_default();
        *differences += 1;
        if *differences <= SHOWN {
            println!("{}: {text:?}\n  qingwen {ours:?}\n  {what:<7} {theirs:?}", self.config);
        }
    }

    /// Compares one line; returns our answer. A line longer than the program reads at once is not for it.
    fn line<'t>(&mut self, line: &'t str) -> Result<Cow<'t, str>, String> {
        self.row.lines += 1;
        let ours = self.ours.convert(line);
        let theirs = self.theirs.convert(line).map_err(|e| e.to_string())?;
        if ours != theirs {
            self.row.library += 1;
            self.show("OpenCC", line, &ours, &theirs);
        }
        if let Err(wrong) = replayed(line, self.ours.convert_with_edits(line), &theirs) {
            self.row.edits += 1;
            self.show("edits", line, &ours, &wrong);
        }
        if self.piece.len() + line.len() > opencc::PROGRAM_READS {
            self.program()?;
        }
        if line.len() <= opencc::PROGRAM_READS {
            self.piece.push_str(line);
            if !line.ends_with('\n') {
                self.piece.push('\n');
            }
        }
        Ok(ours)
    }

    /// Compares the lines that have gathered with the program's answer.
    fn program(&mut self) -> Result<(), String> {
        let piece = std::mem::take(&mut self.piece);
        let theirs = opencc::program(self.config, &piece)?;
        let ours = self.plain.convert(&piece).into_owned();
        let edits = replayed(&piece, self.plain.convert_with_edits(&piece), &theirs);
        self.row.pieces += 1;
        if ours != theirs || edits.is_err() {
            self.row.program += 1;
            let edits = edits.err().unwrap_or_else(|| theirs.clone());
            let lines = piece.lines().zip(ours.lines().zip(theirs.lines().zip(edits.lines())));
            let first =
                lines.into_iter().find(|(_, (ours, (theirs, edits)))| ours != theirs || edits != theirs);
            match first {
                Some((line, (ours, (theirs, edits)))) if ours == theirs => {
                    self.show("edits", line, ours, edits)
                }
                Some((line, (ours, (theirs, _)))) => self.show("program", line, ours, theirs),
                None => self.show("program", "line ends", "", ""),
            }
        }
        Ok(())
    }

    fn file(&mut self, file: &str) -> Result<(), String> {
        // After NUL, OpenCC's library drops text.
        let text = read(file)?.replace('\0', " ");
        let mut ours = String::new();
        for line in text.split_inclusive('\n') {
            ours.push_str(&self.line(line)?);
        }
        // Only an unfinished description sequence runs on over a line end, and no file should have one:
        // the file as a whole must come out as its lines do.
        self.row.files += 1;
        self.row.whole += usize::from(self.ours.convert(&text) != ours);
        Ok(())
    }

    /// Prints the row; whether there was no difference.
    fn finish(mut self) -> Result<bool, String> {
        if !self.piece.is_empty() {
            self.program()?;
        }
        let Row { lines, library, edits, program, pieces, whole, files } = self.row;
        let config = self.config.name();
        println!(
            "{config:<8}{lines:>12}{library:>10}{edits:>10}{program:>10}{pieces:>11}{whole:>10}{files:>10}"
        );
        Ok(library + edits + program + whole == 0)
    }
}

/// What came of the edits if that is not `wanted`: the staged text, or that of the edits replayed.
fn replayed(text: &str, staged: Staged<'_>, wanted: &str) -> Result<(), String> {
    if staged.text != wanted {
        return Err(staged.text.into_owned());
    }
    let stage = StageReport { stage: Stage::Convert, edits: staged.edits, left: staged.left };
    match (Report { stages: vec![stage] }).replay(text) {
        Ok(replayed) if replayed == wanted => Ok(()),
        Ok(replayed) => Err(replayed),
        Err(mismatch) => Err(mismatch.to_string()),
    }
}

/// One configuration over files.
pub fn files(config: Config, files: &[&str]) -> Result<bool, String> {
    println!("{HEAD}");
    let mut comparison = Comparison::new(config)?;
    files.iter().try_for_each(|file| comparison.file(file))?;
    comparison.finish()
}

/// One configuration over adversarial lines.
pub fn fuzz(config: Config, lines: usize, seed: u64) -> Result<bool, String> {
    println!("{HEAD}");
    let mut comparison = Comparison::new(config)?;
    let mut generator = fuzz::Generator::new(&crate_path("../../data/opencc"), config, seed)?;
    for _ in 0..lines {
        comparison.line(&generator.line())?;
    }
    comparison.finish()
}
