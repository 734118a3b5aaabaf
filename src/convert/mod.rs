//! Conversion between traditional and simplified Chinese, byte-identical to OpenCC.

mod config;
mod engine;
mod exact;
mod filter;
mod hash;
mod ids;
mod output;
mod plan;
mod table;
mod tables;

use std::borrow::Cow;

use crate::edit::{Edit, Staged};

pub use config::{Config, UnknownConfig};
use exact::Step;
use plan::{Names, Plan};

/// Converts text. Cheap to build and to share between threads.
#[derive(Debug, Clone)]
pub struct Converter {
    config: Config,
    rare: bool,
}

impl Converter {
    /// The exact OpenCC conversion of one configuration.
    pub fn new(config: Config) -> Self {
        Self { config, rare: true }
    }

    /// Whether characters of extension blocks that few fonts show may be put out. OpenCC's library
    /// does so (and so does a new converter), OpenCC's program does not.
    pub fn rare_characters(mut self, allowed: bool) -> Self {
        self.rare = allowed;
        self
    }

    /// What `clean` uses: to simplified, with the best choice of the source variety.
    pub fn mission() -> Self {
        Self::new(Config::T2s)
    }

    fn plan(&self) -> Plan {
        Plan::new(&Names::of(self.config, self.rare), tables::named)
    }

    /// Converts one document. Text that needs nothing comes back borrowed.
    pub fn convert<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match engine::Engine::of(self.config, self.rare).convert(text) {
            // Characters that change alone were kept by their phrase. Text that did change mostly
            // differs early, so that the look costs nothing.
            Cow::Owned(new) if new == text => Cow::Borrowed(text),
            converted => converted,
        }
    }

    /// Converts one document and says what changed.
    ///
    /// Adjacent changed characters and phrases are one edit. The cause is the configuration's name.
    pub fn convert_with_edits<'a>(&self, text: &'a str) -> Staged<'a> {
        let units: Vec<u16> = text.encode_utf16().collect();
        let mut out = Vec::new();
        let steps: Vec<Step> = exact::convert(&self.plan(), &units, &mut out, &mut exact::Scratch::default());
        if out == units {
            return Staged::unchanged(text);
        }
        let (mut edits, mut new) = (Vec::<Edit>::new(), String::new());
        let (mut i, mut o, mut at) = (0, 0, 0);
        for (read, written) in steps {
            let (read, written) = (read as usize, written as usize);
            let before = String::from_utf16_lossy(&units[i..i + read]);
            let after = String::from_utf16_lossy(&out[o..o + written]);
            if before != after {
                let (b, a) = (at..at + before.len(), new.len()..new.len() + after.len());
                match edits.last_mut() {
                    Some(e) if e.before.end == b.start => {
                        e.before.end = b.end;
                        e.after.end = a.end;
                        e.old.push_str(&before);
                        e.new.push_str(&after);
                    }
                    _ => edits.push(Edit {
                        before: b,
                        after: a,
                        old: before.clone(),
                        new: after.clone(),
                        cause: Cow::Borrowed(self.config.name()),
                        layers: 0,
                        confidence: 1.0,
                        reversible: false,
                        restored: Vec::new(),
                    }),
                }
            }
            at += before.len();
            new.push_str(&after);
            (i, o) = (i + read, o + written);
        }
        Staged { text: Cow::Owned(new), edits, left: Vec::new() }
    }
}
