//! One pass over a text for all stages of the pipeline.
//!
//! Each stage has its own look at a text, which tells whether there is anything to do. Three looks decode the text
//! three times. Here, it is gone through once: `flags.rs` tells of five characters of three bytes at a time whether any
//! of the stages minds one, ASCII is gone through by eights, and where nobody minds, which is nearly everywhere in text
//! that needs nothing, that is all. Where one does, the stage's own predicate decides, so that the answer is the one of
//! its own look.

use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

use crate::convert::{Converter, Engine, Has, Stays};
use crate::flags::{CHARS, Flags, continues, first, next, part};
use crate::normalize::{Look, Normalizer, Step, StepSet, punctuation_marks};
use crate::scan::{self, Clues, Nominee, Trail};
use crate::window::lanes;

/// The character may begin evidence of garbage.
const SIGN: u8 = 1;
/// It may nominate a normalization step.
const STEP: u8 = 2;
/// It may be converted.
const MOVE: u8 = 4;
/// It is evidence enough by itself.
const STRONG: u8 = 8;
/// It is a kana.
const KANA: u8 = 0x10;
/// It is a lost character or its like, or a variation selector.
const RARE: u8 = 0x20;
/// A phrase that converts otherwise than its characters, none of which may be converted by itself, begins with this
/// one,
const FIRST: u8 = 0x40;
/// or goes on with it.
const SECOND: u8 = 0x80;

/// The flags of the pass: signs; what stops it wherever it stands; pairs.
const KINDS: [u8; 4] = [SIGN, STRONG | STEP | RARE | KANA | MOVE, FIRST, SECOND];
const NEAR: u64 = part(0);
const ALONE: u64 = part(1);
const PAIRS: u64 = part(3);
/// What nobody minds any more: kana once one was seen, and what may be converted once it is known that something is.
const PAST: [u8; 4] = [0, KANA, MOVE, KANA | MOVE];

/// Signs further back than this have no say, as `signs_before` has it.
const _: () = assert!(scan::FORGOTTEN == 2);

/// Bytes before the end of a text from which on characters are looked at one by one.
const TAIL: usize = 32;

/// What the stages of one pipeline mind.
#[derive(Clone)]
pub(crate) struct Fused {
    /// The bits of each character of the basic plane.
    table: Box<[u8; 0x1_0000]>,
    /// Those that stop the pass, without those that are [`PAST`]; each made when it is first needed.
    flags: [OnceLock<Flags>; PAST.len()],
    /// The steps that ASCII characters may nominate, which are all [`STEP`]; zero for other bytes.
    ascii: [u8; 256],
    /// The bits of characters beyond the plane.
    astral: u8,
    /// The bits that stop the pass.
    stops: u8,
    look: Look,
    engine: Option<&'static Engine>,
    /// Whether conversion is indifferent to every mark that punctuation changes, and to what it becomes.
    marks_are_free: bool,
    converter: Option<Converter>,
}

/// What one pass found: for each stage what its own look would have.
#[derive(Debug, Default)]
pub(crate) struct Seen<'t> {
    /// Lines that repair looks at.
    pub(crate) nominees: Vec<Nominee<'t>>,
    /// What else may have to be repaired.
    pub(crate) clues: Clues,
    /// Steps that have something to do.
    pub(crate) steps: StepSet,
    /// Whether conversion may change anything.
    pub(crate) moves: bool,
    /// What stays, where conversion might have changed something and does not.
    staying: Option<Stays>,
    /// Whether conversion is indifferent to the marks that punctuation changes.
    marks_are_free: bool,
    /// Whether there may be kana, or variation selectors.
    pub(crate) kana: bool,
    pub(crate) selectors: bool,
}

impl Seen<'_> {
    /// Whether conversion changes nothing in what the steps made of the text, as far as that can be told without
    /// another look: where they were punctuation alone.
    pub(crate) fn still_stays(&self, new: &str, converter: &Converter) -> bool {
        let has = Has { kana: self.kana, selectors: self.selectors };
        !self.moves
            && self.marks_are_free
            && self.steps.is_at_most(Step::Punctuation)
            && self.staying.as_ref().is_none_or(|stays| converter.stays_with_other_marks(new, stays, has))
    }
}

impl fmt::Debug for Fused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fused").field("stops", &self.stops).finish_non_exhaustive()
    }
}

impl Fused {
    /// What stages mind: repair or not, and those of the others that there are.
    ///
    /// Costs some 100 µs: four passes over the table.
    pub(crate) fn new(repairs: bool, normalizer: Option<&Normalizer>, converter: Option<&Converter>) -> Self {
        let look = normalizer.map(|n| n.look().clone()).unwrap_or_default();
        let engine = converter.and_then(Converter::first_engine);
        let mut table = vec![0; 0x1_0000];
        for point in 0..=u16::MAX {
            let Some(c) = char::from_u32(point.into()) else { continue };
            let bits = &mut table[usize::from(point)];
            let mut set = |bit, on| *bits |= if on { bit } else { 0 };
            set(SIGN, repairs && !c.is_ascii() && (scan::is_listed(c) || matches!(c, '\u{80}'..='\u{9F}')));
            set(STEP, look.minds(c));
            set(KANA, matches!(c, '\u{3040}'..='\u{30FF}'));
            set(STRONG, repairs && scan::is_strong(c));
            set(RARE, matches!(c, '\u{FFFD}' | '锟' | '\u{FE00}'..='\u{FE0F}'));
            if let Some(engine) = engine {
                let minds = engine.minds(c);
                set(MOVE, minds.moves);
                set(FIRST, minds.begins);
                set(SECOND, minds.goes_on);
            }
        }
        let mut ascii = [0; 256];
        for (byte, bits) in (0..0x80u8).zip(&mut ascii) {
            *bits = if look.minds(char::from(byte)) { STEP } else { 0 };
        }
        let astral = if look.minds('\u{10000}') { STEP } else { 0 } | if engine.is_some() { MOVE } else { 0 };
        let stops = if repairs { SIGN | STRONG } else { 0 }
            | if look.wanted() != 0 { STEP } else { 0 }
            | if engine.is_some() { MOVE | SECOND } else { 0 };
        let table = table.into_boxed_slice().try_into().unwrap_or_else(|_| Box::new([0xFF; 0x1_0000]));
        let marks_are_free =
            engine.is_some_and(|engine| punctuation_marks().all(|mark| engine.is_indifferent(mark)));
        let (flags, converter) = (Default::default(), converter.cloned());
        Self { table, flags, ascii, astral, stops, look, engine, marks_are_free, converter }
    }

    /// Looks at a text once.
    pub(crate) fn look<'t>(&self, text: &'t str) -> Seen<'t> {
        let mut pass = Pass {
            fused: self,
            text,
            stops: self.stops,
            missing: self.look.wanted(),
            quiet: 0,
            noted: 0,
            nominees: Vec::new(),
            moves: Moves::None,
        };
        pass.run();
        let Pass { missing, noted, nominees, moves, .. } = pass;
        let (kana, rare) = (noted & KANA != 0, noted & RARE != 0);
        let has = Has { kana, selectors: rare };
        // What stays in one piece may not stay in parts.
        let is_whole = || self.converter.as_ref().is_some_and(|converter| converter.is_whole(text, has));
        let (moves, staying) = match moves {
            Moves::None => (false, None),
            Moves::Staying(stays) if is_whole() => (false, Some(stays)),
            Moves::Staying(_) | Moves::Some => (true, None),
        };
        Seen {
            nominees,
            clues: Clues {
                marks: memchr::memchr2(b'(', b'?', text.as_bytes()).is_some(),
                escapes: memchr::memchr2(b'&', b'\\', text.as_bytes()).is_some(),
                lost: rare,
                kana,
            },
            steps: StepSet::from_bits(self.look.wanted() & !missing),
            moves,
            staying,
            marks_are_free: self.marks_are_free,
            kana,
            selectors: rare,
        }
    }

    fn bits(&self, c: char) -> u8 {
        self.table.get(c as usize).copied().unwrap_or(self.astral)
    }

    /// What is minded still.
    fn flags(&self, past: u8) -> &Flags {
        let n = PAST.iter().position(|&bits| bits == past).unwrap_or(0);
        self.flags[n].get_or_init(|| Flags::new(&self.table, KINDS.map(|kind| kind & !past)))
    }
}

/// The flags of a character that was looked at by itself: of what follows, some may go on with what it begins.
fn begins(bits: u8) -> u64 {
    u64::from(bits & FIRST != 0) << 32
}

/// A pass under way.
struct Pass<'f, 't> {
    fused: &'f Fused,
    text: &'t str,
    /// The bits that matter still.
    stops: u8,
    /// Steps that nothing has nominated yet.
    missing: u64,
    /// Signs of garbage before this place have been followed.
    quiet: usize,
    /// Whether a [`KANA`] or a [`RARE`] character was seen.
    noted: u8,
    nominees: Vec<Nominee<'t>>,
    moves: Moves,
}

/// What is known of conversion.
enum Moves {
    /// Nothing that may change has been seen.
    None,
    /// Words that stay have been seen.
    Staying(Stays),
    /// Something changes, or nobody knows.
    Some,
}

impl Pass<'_, '_> {
    fn run(&mut self) {
        let mut at = 0;
        // Behind the place, the flags of the characters before it.
        let mut before = 0;
        loop {
            if at < self.quiet && self.stops & !(SIGN | STRONG) == 0 {
                self.note(at..self.quiet);
                (at, before) = (self.quiet, 0);
            }
            at = self.fast(at, &mut before);
            self.signs_before(at, before);
            // One character, whatever it is.
            let Some(c) = self.text[at..].chars().next() else { return };
            self.note(at..at + c.len_utf8());
            let bits = self.fused.bits(c);
            self.stop(at, c, bits);
            // Its evidence has been followed.
            before = begins(bits);
            at += c.len_utf8();
        }
    }

    /// Notes what characters show.
    #[inline]
    fn note(&mut self, range: Range<usize>) {
        for c in self.text[range].chars() {
            if !c.is_ascii() {
                let rare = if matches!(c, '\u{E0100}'..='\u{E01EF}') { RARE } else { 0 };
                self.noted |= (self.fused.bits(c) | rare) & (KANA | RARE);
            }
        }
    }

    /// Goes on from `at` to the first character that needs a closer look, or is close to the end of the text.
    #[inline(always)]
    fn fast(&mut self, mut at: usize, before: &mut u64) -> usize {
        let bytes = self.text.as_bytes();
        let Fused { engine, .. } = self.fused;
        let moved = if self.stops & MOVE == 0 { MOVE } else { 0 };
        let flags = self.fused.flags(self.noted & KANA | moved);
        let pairs = if self.stops & SECOND == 0 { 0 } else { PAIRS };
        while let Some(tail) = next::<TAIL>(bytes, at)
            && let Some(window) = tail.first_chunk()
        {
            let lanes = flags.look(window, *before);
            // A sign that is not strong counts if one of the two characters before it is one, too; in a line that is
            // nominated already, signs say nothing new.
            let near = if at + 3 * CHARS <= self.quiet { 0 } else { NEAR };
            let mut stops = lanes & ALONE | (lanes >> 1 | lanes >> 2) & lanes & near;
            let pairs = lanes << 15 & lanes & pairs;
            if pairs != 0
                && let Some(engine) = engine
            {
                stops = engine.triggered(self.text, at, pairs >> 48, stops);
            }
            if stops == 0 {
                *before = lanes;
                at += 3 * CHARS;
                continue;
            }
            let n = first(stops);
            at += 3 * n;
            *before = lanes >> (CHARS - n);
            if bytes[at] >= 0x80 {
                break;
            }
            self.signs_before(at, *before);
            at = self.ascii(at);
            *before = begins(self.fused.table[usize::from(bytes[at - 1])]);
        }
        if bytes.get(at).is_some_and(|&byte| continues(byte)) {
            at -= 3;
            *before >>= 1;
        }
        at
    }

    /// Goes through ASCII by eights, from `at` on to something else or the end of the last whole eight.
    #[inline(always)]
    fn ascii(&mut self, mut at: usize) -> usize {
        let bytes = self.text.as_bytes();
        while let Some(eight) = bytes.get(at..at + 8).and_then(|eight| <[u8; 8]>::try_from(eight).ok()) {
            let high = u64::from_le_bytes(eight) & lanes(0x80);
            let n = high.trailing_zeros() as usize / 8;
            if self.stops & STEP != 0 {
                let here = eight.map(|byte| self.fused.ascii[usize::from(byte)]);
                if here.iter().fold(0, |all, step| all | step) != 0 {
                    for (i, _) in here[..n].iter().enumerate().filter(|(_, step)| **step != 0) {
                        self.step(at + i);
                    }
                }
            }
            at += n;
            if n < 8 {
                break;
            }
        }
        at
    }

    /// Follows signs among the two characters before `at`, which have three bytes each, by their flags.
    #[inline(always)]
    fn signs_before(&mut self, at: usize, before: u64) {
        if self.stops & SIGN != 0 && before & 0b11 != 0 {
            for back in [2, 1] {
                let sign = at.saturating_sub(3 * back);
                if before >> (back - 1) & 1 != 0 && sign >= self.quiet {
                    self.sign(sign);
                }
            }
        }
    }

    /// Asks the stages about a character that shows their bits.
    #[inline(always)]
    fn stop(&mut self, at: usize, c: char, bits: u8) {
        if self.stops & SIGN != 0
            && at >= self.quiet
            && (bits & SIGN != 0 || at + TAIL > self.text.len())
            && scan::is_sign(c, at, self.text.len())
        {
            self.sign(at);
        }
        if bits & STEP & self.stops != 0 {
            self.step(at);
        }
        if bits & (MOVE | SECOND) & self.stops != 0 {
            self.converted(at);
        }
    }

    /// A sign of garbage: is it one of many?
    fn sign(&mut self, at: usize) {
        match scan::follow(self.text, at, self.text.len()) {
            Trail::Enough { place, .. } => {
                let nominee = Nominee::around(self.text, place);
                self.quiet = nominee.start + nominee.line.len();
                self.nominees.push(nominee);
            }
            Trail::Lost { place } => self.quiet = place,
        }
    }

    /// A character that may nominate a step.
    fn step(&mut self, at: usize) {
        self.missing &= !self.fused.look.nominated_at(self.text, at, self.missing);
        if self.missing == 0 {
            self.stops &= !STEP;
        }
    }

    /// A character that may be converted.
    fn converted(&mut self, at: usize) {
        let Fused { engine, converter, .. } = self.fused;
        if !engine.is_some_and(|engine| engine.moves_at(self.text, at)) {
            return;
        }
        if let Moves::None = self.moves
            && let Some(stays) = converter.as_ref().and_then(|converter| converter.stays(self.text))
        {
            self.moves = Moves::Staying(stays);
        }
        let stays = match &mut self.moves {
            Moves::Staying(stays) => stays.at(self.text, at),
            Moves::None | Moves::Some => false,
        };
        if !stays {
            self.moves = Moves::Some;
            self.stops &= !(MOVE | SECOND);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::normalize::Preset;

    fn fused(steps: &[Step]) -> (Fused, Normalizer, Converter) {
        let (normalizer, converter) = (Normalizer::new(steps.iter().copied()), Converter::mission());
        (Fused::new(true, Some(&normalizer), Some(&converter)), normalizer, converter)
    }

    /// Where the pass and the stages' own looks differ, if anywhere.
    fn difference(
        text: &str,
        (fused, normalizer, converter): &(Fused, Normalizer, Converter),
    ) -> Option<String> {
        let seen = fused.look(text);
        let nominees: Vec<_> = scan::nominees(text).collect();
        let first = converter.first_engine().and_then(|engine| engine.first_move(text));
        if seen.nominees != nominees {
            return Some(format!("nominees {:?}, not {nominees:?}", seen.nominees));
        }
        let steps = normalizer.look().nominate(text);
        if seen.steps != steps {
            return Some(format!("steps {:?}, not {steps:?}", seen.steps));
        }
        // Both may be mistaken about a place, but not about there being none.
        if seen.moves && first.is_none() || !seen.moves && converter.convert(text) != text {
            return Some(format!("moves {:?}, not {first:?}", seen.moves));
        }
        let has = |chars: &[char]| text.contains(chars);
        let overlooked = has(&['(', '?']) && !seen.clues.marks
            || has(&['&', '\\']) && !seen.clues.escapes
            || has(&['\u{FFFD}', '锟']) && !seen.clues.lost
            || text.contains(|c| matches!(c, '\u{3041}'..='\u{30FF}')) && !seen.kana
            || text.contains(|c| matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}'))
                && !seen.selectors;
        overlooked.then(|| format!("overlooked something: {:?}", seen.clues))
    }

    /// Every character alone, among ideographs, and at every place of a window.
    #[test]
    fn each_bit_agrees_with_the_predicate_of_its_stage() {
        let stages = fused(Step::ALL);
        let (fused, normalizer, converter) = &stages;
        let engine = converter.first_engine().expect("the default converter has one");
        for c in (0..=0xFFFF).filter_map(char::from_u32) {
            let bits = fused.bits(c);
            let alone = c.to_string();
            let listed = scan::is_listed(c) || matches!(c, '\u{80}'..='\u{9F}');
            assert_eq!(bits & STRONG != 0, scan::is_strong(c), "{c:?}");
            assert_eq!(bits & SIGN != 0, listed && !c.is_ascii(), "{c:?}");
            assert_eq!(bits & MOVE != 0, engine.minds(c).moves, "{c:?}");
            assert!(bits & MOVE != 0 || engine.convert(&alone) == alone, "{c:?}");
            if !normalizer.look().nominate(&alone).is_empty() {
                assert!(bits & STEP != 0, "{c:?}");
            }
        }
        for c in ('\0'..=char::MAX).step_by(31) {
            let text = format!("{}{c}{}", "的".repeat(c as usize % 16), "的".repeat(14));
            assert_eq!(difference(&text, &stages), None, "{c:?}");
        }
    }

    /// Text of all kinds: Chinese, garbage, escapes, other scripts.
    fn texts() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            "[的一是不了人我在有他这中大来上个国]{1,12}",
            "[图书馆圖書館著乾于於裏髮發]{1,6}",
            "[，。！？：；（）“”…—]",
            "[,.!?:;() \\-\\n\\t]{1,3}",
            "[a-zA-Z0-9]{1,20}",
            "[璇峰厛澶囦唤鏁版嵁搴擄紝锟斤拷銆]{1,8}",
            "[ÃÂ©¤å\u{80}-\u{9f}éèñ·]{1,8}",
            "[のをはカナがいㄅ가나다]{1,6}",
            "[\u{e000}-\u{e900}\u{fffd}\u{feff}\u{200b}\u{f900}\u{2f00}\u{ad}]{1,3}",
            "[&\\\\%#]{1}(u4e2d|E4|amp;|#20013;)?",
            "[𠀀𪚥😀\u{e0100}\u{fe0f}⿰]{1,2}",
            any::<char>().prop_map(String::from),
        ];
        proptest::collection::vec(part, 0..40).prop_map(|parts| parts.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn one_pass_answers_as_the_looks_of_the_stages_do(text in texts(), all in any::<bool>()) {
            let stages = fused(if all { Step::ALL } else { Preset::Clean.steps() });
            prop_assert_eq!(difference(&text, &stages), None);
        }
    }
}
