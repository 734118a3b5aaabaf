//! Which encoding a text is read in, stretch by stretch: as it was told, or as its bytes say.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use qingwen::detect::{self, Detection, Encoding, Region};

use crate::charset;

/// Another encoding has to be this sure where the bytes are valid UTF-8 all the same.
const SURER: f64 = 0.99;
/// Characters outside ASCII that each encoding of a mixed file must show, unless mixed was asked for.
const SHOWN: usize = 4;

/// What `--encoding` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    Auto,
    /// Line by line.
    Mixed,
    Only(Encoding),
}

impl FromStr for Wanted {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "auto" => Ok(Self::Auto),
            "mixed" => Ok(Self::Mixed),
            _ => charset::by_name(name).map(Self::Only),
        }
    }
}

/// What `--output-encoding` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// Every line keeps the encoding it was in.
    Same,
    To(Encoding),
    /// UTF-8 that begins with a byte order mark, as Excel wants it.
    Marked,
}

impl Target {
    /// The encoding, where it is one.
    pub(crate) fn encoding(self) -> Option<Encoding> {
        match self {
            Self::Same => None,
            Self::To(encoding) => Some(encoding),
            Self::Marked => Some(Encoding::Utf8),
        }
    }

    /// What a text begins with: readers of UTF-16 and UTF-32 need a mark.
    pub(crate) fn mark(self) -> &'static [u8] {
        match self {
            Self::Marked => Encoding::Utf8.mark(),
            Self::To(encoding) if encoding.unit() > 1 => encoding.mark(),
            Self::Same | Self::To(_) => b"",
        }
    }
}

impl FromStr for Target {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "same" => Ok(Self::Same),
            _ if charset::is_marked_utf8(name) => Ok(Self::Marked),
            _ => charset::by_name(name).map(Self::To),
        }
    }
}

/// Why a stretch can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Problem {
    /// A byte of the stretch stands for nothing in the encoding.
    Undecodable { encoding: Encoding, at: usize, perhaps: String },
}

/// How a stretch is read: its parts in order, without gaps; no encoding where none reads them.
pub(crate) type Parts = Vec<(Range<usize>, Option<Encoding>)>;

/// What is known of the text before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    One(Encoding),
    Mixed,
}

/// Decides for one stretch after the other; each one ends where a line does.
#[derive(Debug)]
pub(crate) struct Planner {
    wanted: Wanted,
    sure: f64,
    choice: Option<Choice>,
    /// How sure the choice is.
    pub(crate) confidence: f64,
}

impl Planner {
    /// Guesses less sure than `sure` are not acted on.
    pub(crate) fn new(wanted: Wanted, sure: f64) -> Self {
        let choice = match wanted {
            Wanted::Auto => None,
            Wanted::Mixed => Some(Choice::Mixed),
            Wanted::Only(encoding) => Some(Choice::One(encoding)),
        };
        Self { wanted, sure, choice, confidence: 1.0 }
    }

    /// The encoding of all lines so far, if they are in one.
    pub(crate) fn encoding(&self) -> Encoding {
        match self.choice {
            Some(Choice::One(encoding)) => encoding,
            Some(Choice::Mixed) | None => Encoding::Utf8,
        }
    }

    /// Looks at the beginning of a text, and gives the length of its byte order mark.
    pub(crate) fn begin(&mut self, head: &[u8]) -> usize {
        if self.choice.is_none()
            && let Some(marked) =
                Encoding::by_mark(head).filter(|e| *e != Encoding::Gb18030 || head.len() > 4)
        {
            self.choice = Some(Choice::One(marked));
        }
        if self.choice.is_none() {
            self.look(head);
        }
        match self.choice {
            // UTF-8 keeps its mark: nothing but its reader takes notice of it.
            Some(Choice::One(encoding))
                if encoding != Encoding::Utf8 && head.starts_with(encoding.mark()) =>
            {
                encoding.mark().len()
            }
            _ => 0,
        }
    }

    /// Decides by the first stretch that says anything.
    fn look(&mut self, bytes: &[u8]) {
        if bytes.is_ascii() && !bytes.contains(&0) {
            return;
        }
        let found = detect::detect(bytes);
        let best = found.best();
        let enough = if std::str::from_utf8(bytes).is_ok() { SURER } else { self.sure };
        if best.encoding == Encoding::Utf8 || best.confidence >= enough {
            self.choice = Some(Choice::One(best.encoding));
            self.confidence = best.confidence;
        } else if enough == SURER {
            self.choice = Some(Choice::One(Encoding::Utf8));
        }
    }

    /// Whether these lines can be read as they are, whatever comes behind them.
    pub(crate) fn knows(&self, lines: &[u8]) -> bool {
        let mut planner = Self { ..*self };
        if planner.choice.is_none() {
            planner.look(lines);
        }
        let encoding = planner.encoding();
        match self.wanted {
            Wanted::Mixed => true,
            // Where a line ends in UTF-16 is not known before that is.
            _ if encoding.unit() > 1 && encoding != self.encoding() => false,
            Wanted::Only(_) => charset::decode(encoding, lines).is_ok(),
            Wanted::Auto => {
                charset::decode(encoding, lines).is_ok()
                    || encoding.unit() == 1 && are_sure(lines, &detect::regions(lines))
            }
        }
    }

    /// How a stretch is read, and its text. The text of UTF-8 is the bytes themselves.
    pub(crate) fn read<'b>(&mut self, bytes: &'b [u8]) -> Result<(Cow<'b, str>, Parts), Problem> {
        if self.choice.is_none() {
            self.look(bytes);
        }
        let one = |encoding| vec![(0..bytes.len(), Some(encoding))];
        match (self.wanted, self.choice) {
            (Wanted::Only(encoding), _) => charset::decode(encoding, bytes)
                .map(|text| (text, one(encoding)))
                .map_err(|e| Problem::Undecodable { encoding, at: e.at, perhaps: String::new() }),
            (Wanted::Mixed, _) => Ok(mixed(bytes, &detect::regions(bytes))),
            (Wanted::Auto, choice) => {
                let encoding = match choice {
                    Some(Choice::One(encoding)) => encoding,
                    Some(Choice::Mixed) | None => Encoding::Utf8,
                };
                // Lines of UTF-8 in another encoding's text can often be read there, too, as garbage.
                let several = encoding.unit() == 1 && encoding != Encoding::Utf8 && has_utf8_lines(bytes);
                let read = charset::decode(encoding, bytes);
                if let (Ok(text), false) = (&read, several) {
                    return Ok((text.clone(), one(encoding)));
                }
                let regions = if encoding.unit() == 1 { detect::regions(bytes) } else { Vec::new() };
                if are_sure(bytes, &regions) {
                    self.choice = Some(Choice::Mixed);
                    return Ok(mixed(bytes, &regions));
                }
                match read {
                    Ok(text) => Ok((text, one(encoding))),
                    Err(e) => {
                        Err(Problem::Undecodable { encoding, at: e.at, perhaps: perhaps(bytes, encoding) })
                    }
                }
            }
        }
    }
}

/// Whether some line can be nothing but UTF-8.
fn has_utf8_lines(bytes: &[u8]) -> bool {
    bytes.split(|&b| b == b'\n').any(is_utf8_line)
}

/// Whether a line can be nothing but UTF-8: two characters of three bytes at least, and no fault.
fn is_utf8_line(line: &[u8]) -> bool {
    std::str::from_utf8(line).is_ok_and(|l| l.chars().filter(|c| c.len_utf8() > 2).nth(1).is_some())
}

/// Whether regions are what the text is made of, and no accident. Garbage makes no sense in any encoding, but can be
/// nothing but UTF-8 all the same.
fn are_sure(bytes: &[u8], regions: &[Region]) -> bool {
    let shown = |encoding| {
        regions.iter().filter(|r| r.encoding == Some(encoding)).map(|r| r.characters).sum::<usize>()
    };
    let is_sure = |r: &Region| {
        r.plausible && r.encoding.is_some_and(|e| e == Encoding::Utf8 || shown(e) >= SHOWN)
            || bytes[r.at.clone()].split(|&b| b == b'\n').all(|line| line.is_ascii() || is_utf8_line(line))
    };
    !regions.is_empty() && regions.iter().all(is_sure)
}

/// The text of regions; lines that nothing reads have none. What makes no sense in any encoding, but is UTF-8, may be
/// garbage that was saved as such.
fn mixed<'b>(bytes: &'b [u8], regions: &[Region]) -> (Cow<'b, str>, Parts) {
    let mut text = String::with_capacity(bytes.len());
    let mut parts = Parts::new();
    for region in regions {
        let stretch = &bytes[region.at.clone()];
        if let Some(encoding) = region.encoding
            && let Ok(decoded) = charset::decode(encoding, stretch)
        {
            text.push_str(&decoded);
            parts.push((region.at.clone(), Some(encoding)));
            continue;
        }
        let mut start = region.at.start;
        for line in stretch.split_inclusive(|&b| b == b'\n') {
            let at = start..start + line.len();
            start = at.end;
            let read = std::str::from_utf8(line).ok();
            text.push_str(read.unwrap_or_default());
            let encoding = read.map(|_| Encoding::Utf8);
            match parts.last_mut().filter(|(last, e)| *e == encoding && last.end == at.start) {
                Some((last, _)) => last.end = at.end,
                None => parts.push((at, encoding)),
            }
        }
    }
    (Cow::Owned(text), parts)
}

/// What may help, for a message about bytes that are invalid in an encoding.
pub(crate) fn perhaps(bytes: &[u8], encoding: Encoding) -> String {
    if bytes.contains(&0) && encoding.unit() == 1 {
        return "; it seems to be no text".to_owned();
    }
    let guess = if encoding == Encoding::Utf8 { guessed(bytes) } else { None };
    guess.map_or_else(
        || "; --encoding mixed leaves such lines as they are".to_owned(),
        |guess| format!("; {guess}"),
    )
}

/// The encodings that bytes which are not all UTF-8 may be in.
pub(crate) fn guessed(bytes: &[u8]) -> Option<String> {
    let found: Detection = detect::detect(bytes);
    let others: Vec<String> = found
        .guesses()
        .iter()
        .filter(|g| g.encoding != Encoding::Utf8 && !g.faulty && g.confidence >= 0.1)
        .map(|g| format!("{} ({:.2})", g.encoding, g.confidence))
        .collect();
    (!others.is_empty()).then(|| format!("perhaps it is {}: --encoding says so", others.join(" or ")))
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Undecodable { encoding, .. } = self;
        let name = if *encoding == Encoding::Utf8 { "UTF-8" } else { encoding.name() };
        write!(f, "invalid {name}")
    }
}
