//! Prices of the search, in millinats.
//!
//! What the text is worth, the language model says. These stand for how often the rewriting does such a
//! thing, and for how far the evidence of a page is to be trusted; most of the rewriting is deterministic and
//! costs next to nothing. Chosen on pages made by the forward process; see `docs/byte-pages.md`.

use crate::model::Cost;

/// How many choices for lost bytes go on.
pub(super) const CHOICES: usize = 10;
/// How many of the characters that share a byte are worth a try. The rest are names' and dictionaries'.
pub(super) const COMMON: usize = 40;
/// The same for characters both of whose bytes are gone.
pub(super) const HIDDEN: usize = 70;
/// Readings that cost more than this beyond the best one are not shown to the filler.
pub(super) const WITHIN: Cost = 1_200;
/// Places in which such a reading may differ from the best one.
pub(super) const PLACES: usize = 2;

/// Hypotheses kept per position, those that are aligned and those that are not, and how far one may lag behind the
/// best.
pub(super) const ALIGNED: usize = 8;
pub(super) const WIDTH: usize = 12;
pub(super) const LAG: Cost = 12_000;
/// What a character costs at least: a hypothesis with less room left is not tried with hidden ones.
pub(super) const LEAST: Cost = 2_000;

/// A gloss of a character that the page's list lacks, besides a quarter of the character's own rarity.
pub(super) const UNLISTED: Cost = 1_500;
/// The gloss is a reading of the character, but not its usual one.
pub(super) const UNUSUAL: Cost = 4_000;
/// The list would hold a character that simplified script writes alike.
pub(super) const UNTRADITIONAL: Cost = 3_000;
/// A listed character that stands without its gloss.
pub(super) const MISSED: Cost = 5_000;
/// A gloss that is no reading of its character, or a broken one that nothing explains.
pub(super) const UNEXPLAINED: Cost = 20_000;
/// A byte is put before punctuation and the bytes shift.
pub(super) const START: Cost = 500;
/// The half that was lost is no half of 。 or a quotation mark, as it nearly always is.
pub(super) const OTHER: Cost = 1_500;
/// A pair that fillers are put before stands without one.
pub(super) const UNHIT: Cost = 1_500;
/// A question mark was written before other punctuation.
pub(super) const QUERY: Cost = 3_000;
/// Punctuation is doubled where bytes were lost.
pub(super) const REPEAT: Cost = 2_500;
/// A mark stands before another where a character was lost.
pub(super) const TWICE: Cost = 5_000;
/// A character before a mark went without a trace.
pub(super) const GHOST: Cost = 500;
/// The same where behind some mark of the page stands what hardly anybody wrote, and where nothing but readings shows
/// that the page was rewritten.
pub(super) const GHOST_LIKELY: Cost = 4_000;
pub(super) const GHOST_POSSIBLE: Cost = 5_000;
/// A line has a quotation mark or bracket too many.
pub(super) const UNPAIRED: Cost = 2_000;
/// A paragraph ends in an opening mark.
pub(super) const OPEN: Cost = 5_000;
/// A comma is a filler that shows, on a page that is not known for such.
pub(super) const COMMA: Cost = 2_500;
/// A run starts or ends where a mirror shows no question mark.
pub(super) const SILENT: Cost = 2_500;
/// Two bytes are put in, and the bytes are aligned again.
pub(super) const DOUBLE: Cost = 500;
/// Punctuation ends a run of shifted bytes; one byte is lost.
pub(super) const HEAL: Cost = 500;
/// An ASCII character is eaten.
pub(super) const SWALLOW: Cost = 500;
/// It is not clear which.
pub(super) const STRANGE: Cost = 6_000;
/// An ASCII character stands for its full-width form, which is no punctuation.
pub(super) const WIDE: Cost = 1_500;
/// An ASCII character behind a run was taken into it.
pub(super) const JOIN: Cost = 500;
/// A private-use character was dropped.
pub(super) const DROP: Cost = 1_200;

/// A character that the converter makes of no simplified one, or a form that it does not take.
pub(super) const FOREIGN: Cost = 4_000;
pub(super) const VARIANT: Cost = 2_500;
/// A simplified character that the converter would have replaced.
pub(super) const SIMPLIFIED: Cost = 6_000;
