//! The steps by name.

use std::fmt;
use std::str::FromStr;

use super::change::Rewrite;
use super::{
    compatibility, dashes, ellipses, escapes, forms, han_spaces, invisible, join_lines, katakana,
    latin_punctuation, line_ends, private_use, punctuation, quotes, radicals, repeated, spaces, variants,
    width,
};

/// Declares the steps in the order they run, with the name and the one-line description of each.
macro_rules! steps {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal, $about:literal;)+) => {
        /// One normalization step. Steps run in the order of the variants, whatever order they were asked
        /// for in.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Step {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Step {
            /// Every step, in the order they run.
            pub const ALL: &[Step] = &[$(Step::$variant,)+];

            /// The step's name, as edits, options and lists spell it. Names stay the same across versions.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Step::$variant => $name,)+
                }
            }

            /// What the step does, in one line.
            pub const fn describe(self) -> &'static str {
                match self {
                    $(Step::$variant => $about,)+
                }
            }
        }
    };
}

steps! {
    /// CR LF, CR, NEL and Unicode's separators become LF.
    LineEnds = "line-ends", "CR LF, CR, U+0085, U+2028 and U+2029 become LF";
    /// Byte order marks are removed, inside the text too.
    ByteOrderMarks = "byte-order-marks", "U+FEFF removed";
    /// C0 and C1 controls are removed, but for tab and line ends.
    Controls = "controls", "C0 and C1 controls and DEL removed, tab and line ends kept";
    /// Zero-width characters are removed, except between emoji and in scripts that join.
    ZeroWidth = "zero-width", "zero-width spaces and joiners removed, kept in emoji and joining scripts";
    /// Marks of direction are removed in lines without right-to-left letters.
    Bidi = "bidi", "marks of direction removed in lines without right-to-left letters";
    /// Soft hyphens are removed.
    SoftHyphens = "soft-hyphens", "U+00AD removed";
    /// Variation selectors are removed after ideographs, letters and punctuation; emoji keep theirs.
    VariationSelectors = "variation-selectors", "variation selectors removed, kept in emoji and symbols";
    /// Tag characters outside of flags are removed.
    Tags = "tags", "tag characters removed, kept in flags";
    /// HTML references of Chinese text are decoded.
    HtmlEntities = "html-entities", "HTML references of Chinese text decoded: &#20013; &ldquo; &nbsp;";
    /// Backslash escapes of Chinese text are decoded.
    BackslashEscapes = "backslash-escapes", "\\u4e2d, \\u{4e2d} and \\xe4\\xb8\\xad of Chinese text decoded";
    /// Percent escapes of Chinese text are decoded.
    PercentEscapes = "percent-escapes", "%E4%B8%AD, %u4E2D and, in GBK or Big5, %D6%D0%CE%C4 of Chinese text decoded";
    /// Private-use characters of CP936 and GB 18030 that have a standard code point now.
    PrivateUseGb = "private-use-gb", "private-use characters of CP936 and GB 18030 become standard ones";
    /// Private-use characters of HKSCS that have a standard code point now. Their range overlaps that of
    /// [`Step::PrivateUseGb`], which goes first: ask for the one that the text comes from.
    PrivateUseHkscs = "private-use-hkscs", "private-use characters of HKSCS become standard ones";
    /// Kangxi radicals and the CJK radicals supplement become unified ideographs.
    Radicals = "radicals", "Kangxi and supplementary radicals become unified ideographs";
    /// CJK compatibility ideographs become unified ideographs.
    CompatibilityIdeographs = "compatibility-ideographs", "CJK compatibility ideographs become unified ones";
    /// Half-width katakana become full-width.
    Katakana = "katakana", "half-width katakana become full-width";
    /// Full-width letters and digits become ASCII, and signs inside numbers and words.
    Width = "width", "full-width letters and digits, and signs inside numbers, become ASCII";
    /// Unicode Normalization Form D.
    Nfd = "nfd", "canonical decomposition (Unicode NFD)";
    /// Unicode Normalization Form C. Also maps the CJK compatibility ideographs, as the standard demands.
    Nfc = "nfc", "canonical composition (Unicode NFC)";
    /// Unicode Normalization Form KD.
    Nfkd = "nfkd", "compatibility decomposition (Unicode NFKD)";
    /// Unicode Normalization Form KC. Makes full-width punctuation half-width, Chinese text included:
    /// for matching, not for reading.
    Nfkc = "nfkc", "compatibility composition (Unicode NFKC); makes full-width punctuation half-width";
    /// No-break, thin and other typographic spaces become U+0020.
    Spaces = "spaces", "no-break and typographic spaces become U+0020";
    /// The ideographic space becomes U+0020, in the indent of paragraphs too.
    IdeographicSpaces = "ideographic-spaces", "U+3000 becomes U+0020";
    /// Spaces that PDF extraction and OCR leave between Chinese characters are removed.
    OcrSpaces = "ocr-spaces", "spaces in rows of single Chinese characters and beside full-width marks removed";
    /// Every space between Chinese characters is removed.
    HanSpaces = "han-spaces", "every space between Chinese characters removed";
    /// Ellipses in Chinese context become `……`.
    Ellipses = "ellipses", "... and 。。。 in Chinese context become ……";
    /// Double dashes between Chinese characters become `——`.
    Dashes = "dashes", "-- between Chinese characters becomes ——";
    /// Half-width punctuation in Chinese context becomes full-width: `，：；？！（）`.
    Punctuation = "punctuation", "half-width , : ; ? ! ( ) in Chinese context become full-width";
    /// Full-width punctuation in lines of Latin text becomes half-width, with the space that it brought.
    LatinPunctuation = "latin-punctuation", "full-width ，。：；？！（） in lines without Chinese become half-width";
    /// Straight double quotes in Chinese lines become `“”`.
    StraightQuotes = "straight-quotes", "paired \" in Chinese lines become “ and ”";
    /// `「」` and `『』` in Chinese lines become `“”` and `‘’`.
    CurlyQuotes = "curly-quotes", "「」『』 in Chinese lines become “”‘’";
    /// `“”` and `‘’` in Chinese lines become `「」` and `『』`.
    CornerQuotes = "corner-quotes", "“”‘’ in Chinese lines become 「」『』";
    /// Repeated full-width marks become one, or three at most for `！` and `？`.
    RepeatedMarks = "repeated-marks", "，， becomes ，; more than three ！ or ？ become three";
    /// Variant characters (异体字) become the standard form of mainland China.
    Variants = "variants", "variant characters become the standard form of mainland China (1955, 2013)";
    /// Hard line breaks inside Chinese paragraphs are joined.
    JoinLines = "join-lines", "hard line breaks inside Chinese paragraphs joined";
}

/// What a step's characters say about it.
type Near = fn(&[u8], usize) -> bool;

impl Step {
    /// Does the step's work on a whole text.
    pub(crate) fn run(self, text: &str, out: &mut Rewrite<'_>) {
        match self {
            Step::LineEnds => line_ends::run(text, out),
            Step::ByteOrderMarks => invisible::bom::run(text, out),
            Step::Controls => invisible::controls::run(text, out),
            Step::ZeroWidth => invisible::zero_width::run(text, out),
            Step::Bidi => invisible::bidi::run(text, out),
            Step::SoftHyphens => invisible::soft_hyphens::run(text, out),
            Step::VariationSelectors => invisible::variation_selectors::run(text, out),
            Step::Tags => invisible::tags::run(text, out),
            Step::HtmlEntities => escapes::html::run(text, out),
            Step::BackslashEscapes => escapes::backslash::run(text, out),
            Step::PercentEscapes => escapes::percent::run(text, out),
            Step::PrivateUseGb => private_use::gb::run(text, out),
            Step::PrivateUseHkscs => private_use::hkscs::run(text, out),
            Step::Radicals => radicals::run(text, out),
            Step::CompatibilityIdeographs => compatibility::run(text, out),
            Step::Katakana => katakana::run(text, out),
            Step::Width => width::run(text, out),
            Step::Nfd | Step::Nfc | Step::Nfkd | Step::Nfkc => forms::run(self, text, out),
            Step::Spaces => spaces::typographic::run(text, out),
            Step::IdeographicSpaces => spaces::ideographic::run(text, out),
            Step::OcrSpaces => han_spaces::ocr::run(text, out),
            Step::HanSpaces => han_spaces::all::run(text, out),
            Step::Ellipses => ellipses::run(text, out),
            Step::Dashes => dashes::run(text, out),
            Step::Punctuation => punctuation::run(text, out),
            Step::LatinPunctuation => latin_punctuation::run(text, out),
            Step::StraightQuotes => quotes::straight::run(text, out),
            Step::CurlyQuotes => quotes::curly::run(text, out),
            Step::CornerQuotes => quotes::corner::run(text, out),
            Step::RepeatedMarks => repeated::run(text, out),
            Step::Variants => variants::run(text, out),
            Step::JoinLines => join_lines::run(text, out),
        }
    }

    /// The characters that a text must hold for the step to have work: ranges, ascending.
    pub(crate) fn nominates(self) -> &'static [(char, char)] {
        match self {
            Step::LineEnds => line_ends::NOMINATES,
            Step::ByteOrderMarks => invisible::bom::NOMINATES,
            Step::Controls => invisible::controls::NOMINATES,
            Step::ZeroWidth => invisible::zero_width::NOMINATES,
            Step::Bidi => invisible::bidi::NOMINATES,
            Step::SoftHyphens => invisible::soft_hyphens::NOMINATES,
            Step::VariationSelectors => invisible::variation_selectors::NOMINATES,
            Step::Tags => invisible::tags::NOMINATES,
            Step::HtmlEntities => escapes::html::NOMINATES,
            Step::BackslashEscapes => escapes::backslash::NOMINATES,
            Step::PercentEscapes => escapes::percent::NOMINATES,
            Step::PrivateUseGb => private_use::gb::NOMINATES,
            Step::PrivateUseHkscs => private_use::hkscs::NOMINATES,
            Step::Radicals => radicals::NOMINATES,
            Step::CompatibilityIdeographs => compatibility::NOMINATES,
            Step::Katakana => katakana::NOMINATES,
            Step::Width => width::NOMINATES,
            Step::Nfd => forms::NFD,
            Step::Nfc => forms::NFC,
            Step::Nfkd | Step::Nfkc => forms::COMPATIBILITY,
            Step::Spaces => spaces::typographic::NOMINATES,
            Step::IdeographicSpaces => spaces::ideographic::NOMINATES,
            Step::OcrSpaces => han_spaces::ocr::NOMINATES,
            Step::HanSpaces => han_spaces::all::NOMINATES,
            Step::Ellipses => ellipses::NOMINATES,
            Step::Dashes => dashes::NOMINATES,
            Step::Punctuation => punctuation::NOMINATES,
            Step::LatinPunctuation => latin_punctuation::NOMINATES,
            Step::StraightQuotes => quotes::straight::NOMINATES,
            Step::CurlyQuotes => quotes::curly::NOMINATES,
            Step::CornerQuotes => quotes::corner::NOMINATES,
            Step::RepeatedMarks => repeated::NOMINATES,
            Step::Variants => variants::NOMINATES,
            Step::JoinLines => join_lines::NOMINATES,
        }
    }

    /// A quick look at the bytes around one of the step's ASCII characters that may refute it.
    pub(crate) fn near(self) -> Near {
        match self {
            Step::HtmlEntities => escapes::html::near,
            Step::BackslashEscapes => escapes::backslash::near,
            Step::PercentEscapes => escapes::percent::near,
            Step::OcrSpaces => han_spaces::ocr::near,
            Step::HanSpaces => han_spaces::all::near,
            Step::Ellipses => ellipses::near,
            Step::Dashes => dashes::near,
            Step::Punctuation => punctuation::may_change,
            Step::StraightQuotes => quotes::straight::near,
            Step::JoinLines => join_lines::near,
            _ => |_, _| true,
        }
    }

    /// Whether the step may be nominated by a character of its ranges; where only part of a range is meant,
    /// the exact answer.
    pub(crate) fn accepts(self, c: char) -> bool {
        match self {
            Step::PrivateUseGb => private_use::gb::standard(c).is_some(),
            Step::PrivateUseHkscs => private_use::hkscs::standard(c).is_some(),
            Step::Radicals => radicals::unified(c).is_some(),
            Step::CompatibilityIdeographs => compatibility::unified(c).is_some(),
            Step::Variants => variants::standard(c).is_some(),
            Step::Nfd | Step::Nfc | Step::Nfkd | Step::Nfkc => forms::may_change(self, c),
            _ => true,
        }
    }

    /// Whether every character that nominates the step is changed by it, whatever stands around, and no
    /// later step can change it back.
    pub(crate) fn is_certain(self) -> bool {
        matches!(
            self,
            Step::LineEnds
                | Step::ByteOrderMarks
                | Step::Controls
                | Step::SoftHyphens
                | Step::PrivateUseGb
                | Step::PrivateUseHkscs
                | Step::Radicals
                | Step::CompatibilityIdeographs
                | Step::Katakana
                | Step::IdeographicSpaces
        )
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Step {
    type Err = UnknownStep;

    /// Takes a name as [`Step::name`] gives it.
    fn from_str(name: &str) -> Result<Self, UnknownStep> {
        Step::ALL.iter().copied().find(|s| s.name() == name).ok_or_else(|| UnknownStep(name.to_owned()))
    }
}

/// No step has this name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownStep(String);

impl UnknownStep {
    /// The name that was asked for.
    pub fn name(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UnknownStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no normalization step is called {:?}", self.0)
    }
}

impl std::error::Error for UnknownStep {}

/// A set of steps, one bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct StepSet(u64);

impl StepSet {
    pub(crate) const fn bit(step: Step) -> u64 {
        1 << step as u32
    }

    pub(crate) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    pub(crate) const fn bits(self) -> u64 {
        self.0
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) const fn contains(self, step: Step) -> bool {
        self.0 & Self::bit(step) != 0
    }

    /// Whether there is no step in the set but this one.
    pub(crate) const fn is_at_most(self, step: Step) -> bool {
        self.0 & !Self::bit(step) == 0
    }

    pub(crate) fn remove(&mut self, step: Step) {
        self.0 &= !Self::bit(step);
    }

    pub(crate) fn insert_all(&mut self, other: StepSet) {
        self.0 |= other.0;
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = Step> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let step = Step::ALL.get(rest.trailing_zeros() as usize).copied();
            rest &= rest.wrapping_sub(1);
            step
        })
    }
}

impl FromIterator<Step> for StepSet {
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> Self {
        Self(steps.into_iter().fold(0, |bits, s| bits | Self::bit(s)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_ascend() {
        for step in Step::ALL {
            let ranges = step.nominates();
            assert!(ranges.iter().all(|(first, last)| first <= last), "{step}");
            assert!(ranges.windows(2).all(|r| r[0].1 < r[1].0), "{step}");
        }
    }

    #[test]
    fn a_set_has_room_for_every_step() {
        assert!(Step::ALL.len() < 64);
        assert_eq!(Step::ALL.iter().copied().collect::<StepSet>().iter().collect::<Vec<_>>(), Step::ALL);
    }
}
