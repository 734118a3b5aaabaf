//! What a character costs in its context: how surprised a reader would be to meet it there.
//!
//! Han characters, Chinese punctuation and ASCII are priced by the language model. It has seen hardly any
//! other script, so those are priced by rules: writing that goes on in one script is cheap, a change of
//! script is not, and what no writer types (private use, C1 controls) is dear. The figures are negative log
//! probabilities in millinats, estimated from the number of letters that a script has and from how often
//! its letters follow each other in running text.

use std::cell::Cell;

use crate::model::{self, Cost, Symbol};

use super::memo;

/// The character's symbol. A carriage return ends a line, as its line feed does.
pub(crate) fn symbol(c: char) -> Symbol {
    if c == '\r' { model::START } else { model::symbol(c) }
}

/// The two characters before the one to be priced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Context {
    pub(crate) a: Symbol,
    pub(crate) b: Symbol,
    /// The character behind `b`, for the rules.
    pub(crate) last: char,
}

impl Context {
    /// The start of a line.
    pub(crate) const START: Self = Self { a: model::START, b: model::START, last: '\n' };

    /// The context after one more character.
    pub(crate) fn then(self, c: char) -> Self {
        if self.last == '\r' && c == '\n' {
            return Self { last: c, ..self };
        }
        let (a, b) = model::step(self.a, self.b, symbol(c));
        Self { a, b, last: c }
    }
}

impl Default for Context {
    fn default() -> Self {
        Self::START
    }
}

/// Cost of `c` after `context`.
pub(crate) fn price(context: Context, c: char) -> Cost {
    Opened::default().price(context, c)
}

/// What a character costs wherever it stands: how rare it is in Chinese text.
pub(crate) fn rarity(c: char) -> Cost {
    model::unigram_cost(symbol(c))
}

/// Cost of a line, its end included.
pub(crate) fn line_cost(text: impl Iterator<Item = char>) -> i64 {
    let mut context = Context::START;
    let mut sum = 0;
    for c in text {
        sum += i64::from(price(context, c));
        context = context.then(c);
    }
    sum + i64::from(price(context, '\n'))
}

/// The model's context that was looked up last: many candidates are priced after the same characters.
#[derive(Debug, Default)]
pub(crate) struct Opened(Cell<Option<(Symbol, Symbol, model::Context)>>);

impl Opened {
    /// Cost of `c` after `context`.
    pub(crate) fn price(&self, context: Context, c: char) -> Cost {
        if let Some(cost) = by_rule(context, c) {
            return cost;
        }
        let next = symbol(c);
        memo::cost(context.a, context.b, next, || {
            let opened = match self.0.get() {
                Some((a, b, opened)) if (a, b) == (context.a, context.b) => opened,
                _ => {
                    let opened = model::Context::new(context.a, context.b);
                    self.0.set(Some((context.a, context.b, opened)));
                    opened
                }
            };
            opened.cost(next)
        })
    }
}

/// One way along a text that prices it for the first time: each step begins where the last one ended.
pub(crate) struct Walk {
    context: Context,
    /// The model's context, where the last step has opened it.
    opened: Option<model::Context>,
}

impl Walk {
    /// From the start of a line.
    pub(crate) const START: Self = Self { context: Context::START, opened: None };

    /// The cost of the next character, as [`price`] tells it.
    pub(crate) fn price(&mut self, c: char) -> Cost {
        let Context { a, b, .. } = self.context;
        let cost = match by_rule(self.context, c) {
            Some(cost) => {
                self.opened = None;
                cost
            }
            None => {
                let opened = self.opened.take().unwrap_or_else(|| model::Context::new(a, b));
                let (cost, on) = opened.walk(symbol(c));
                self.opened = Some(on);
                cost
            }
        };
        self.context = self.context.then(c);
        cost
    }

    /// Goes past a character that is not priced.
    pub(crate) fn pass(&mut self, c: char) {
        self.opened = None;
        self.context = self.context.then(c);
    }
}

/// The cost of what the language model is not asked for.
fn by_rule(context: Context, c: char) -> Option<Cost> {
    if context.last == '\r' && c == '\n' {
        return Some(0);
    }
    outside_model(context.last, c).or_else(|| is_control(c).then_some(18_000))
}

fn is_control(c: char) -> bool {
    matches!(c, '\0'..='\x08' | '\x0B' | '\x0C' | '\x0E'..='\x1F' | '\x7F')
}

/// The cost of a character of a script that the language model does not know, after the one before it.
pub(crate) fn outside_model(last: char, c: char) -> Option<Cost> {
    (!c.is_ascii() && !is_modelled(c)).then(|| by_script(last, c))
}

/// Characters that the language model has been trained on.
pub(crate) fn is_modelled(c: char) -> bool {
    matches!(c,
        '\u{2E80}'..='\u{303F}' | '\u{3400}'..='\u{9FFF}' | '\u{FF01}'..='\u{FF5E}' | '\u{20000}'..='\u{323AF}'
        | '·' | '—' | '‘' | '’' | '“' | '”' | '…')
}

/// What is written in Chinese, Japanese or Korean only.
pub(crate) fn is_east_asian(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{2FFF}' | '\u{3005}'..='\u{30FF}' | '\u{3100}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{FF66}'..='\u{FF9F}' | '\u{20000}'..)
}

/// Neither ASCII nor the punctuation that every text has.
pub(crate) fn is_word_character(c: char) -> bool {
    !c.is_ascii()
        && !matches!(c, '\u{2010}'..='\u{2027}' | '\u{3000}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{FF01}'..='\u{FF0F}' | '\u{FF1A}'..='\u{FF20}')
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    /// Ideographs and ASCII: what the language model prices.
    Modelled,
    Latin,
    Cyrillic,
    Greek,
    Kana,
    HalfKana,
    Hangul,
    Bopomofo,
    Frame,
    Symbol,
    Space,
    Emoji,
    Compatibility,
    Mark,
    Private,
    Control,
    Lost,
    Other,
}

fn script(c: char) -> Script {
    match c {
        '\u{80}'..='\u{9F}' | '\u{FFF0}'..='\u{FFFC}' | '\u{FFFE}' | '\u{FFFF}' => Script::Control,
        '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{FEFF}' => {
            Script::Space
        }
        '\u{AA}'
        | '\u{BA}'
        | '\u{C0}'..='\u{D6}'
        | '\u{D8}'..='\u{F6}'
        | '\u{F8}'..='\u{24F}'
        | '\u{1E00}'..='\u{1EFF}' => Script::Latin,
        '\u{A1}'..='\u{BF}' | '\u{D7}' | '\u{F7}' => Script::Symbol,
        '\u{300}'..='\u{36F}' => Script::Mark,
        '\u{370}'..='\u{3FF}' => Script::Greek,
        '\u{400}'..='\u{52F}' => Script::Cyrillic,
        '\u{1100}'..='\u{11FF}' | '\u{3130}'..='\u{318F}' | '\u{AC00}'..='\u{D7A3}' => Script::Hangul,
        '\u{2500}'..='\u{259F}' => Script::Frame,
        '\u{2010}'..='\u{2BFF}'
        | '\u{3200}'..='\u{33FF}'
        | '\u{FFE0}'..='\u{FFEE}'
        | '\u{FE10}'..='\u{FE6F}' => Script::Symbol,
        '\u{3040}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' => Script::Kana,
        '\u{3100}'..='\u{312F}' => Script::Bopomofo,
        '\u{FF5F}'..='\u{FF9F}' => Script::HalfKana,
        '\u{F900}'..='\u{FAFF}' | '\u{2F800}'..='\u{2FA1F}' => Script::Compatibility,
        '\u{E000}'..='\u{F8FF}' | '\u{F0000}'.. => Script::Private,
        '\u{FFFD}' => Script::Lost,
        _ if c.is_ascii() || is_modelled(c) => Script::Modelled,
        '\u{1F000}'..='\u{1FAFF}' | '\u{FE00}'..='\u{FE0F}' => Script::Emoji,
        _ => Script::Other,
    }
}

/// The kana of particles and endings, a bit each from U+3040 on.
const COMMON_KANA: u128 = {
    let common = [
        'の', 'に', 'は', 'て', 'を', 'が', 'と', 'た', 'し', 'で', 'な', 'い', 'る', 'か', 'っ', 'れ', 'ら',
        'も', 'す', 'り', 'こ', 'さ', 'ま', 'き', 'く', 'あ', 'け', 'ど', 'ん', 'う', 'よ', 'つ', 'お',
    ];
    let (mut bits, mut n) = (0, 0);
    while n < common.len() {
        bits |= 1 << (common[n] as u32 - 0x3040);
        n += 1;
    }
    bits
};

fn by_script(last: char, c: char) -> Cost {
    let kind = script(c);
    let before = if last.is_ascii_alphabetic() { Script::Latin } else { script(last) };
    let goes_on = before == kind;
    match kind {
        Script::Modelled => model::unigram_cost(model::symbol(c)),
        Script::Latin => latin(last, c),
        Script::Cyrillic => match (goes_on, c) {
            (true, 'а'..='я') => 3_200,
            (true, 'А'..='Я') if last.is_uppercase() => 4_500,
            (true, 'А'..='Я') => 9_000,
            (false, 'А'..='я') => 8_000,
            (_, 'ё' | 'Ё' | 'і' | 'ї' | 'є') => 7_000,
            _ => 10_000,
        },
        Script::Greek => {
            if goes_on {
                4_000
            } else {
                9_000
            }
        }
        Script::Kana => {
            let common = COMMON_KANA >> (c as u32).saturating_sub(0x3040).min(127) & 1 == 1;
            match (goes_on, common) {
                (true, true) => 4_000,
                (true, false) => 6_500,
                (false, true) => 7_500,
                (false, false) => 9_500,
            }
        }
        Script::Bopomofo | Script::HalfKana => {
            if goes_on {
                9_000
            } else {
                12_000
            }
        }
        Script::Hangul => model::hangul_cost(c).unwrap_or(11_000) + if goes_on { 300 } else { 2_500 },
        Script::Frame => match (c == last, goes_on) {
            (true, _) => 1_000,
            (_, true) => 5_000,
            _ => 8_500,
        },
        Script::Symbol => match c {
            '\u{FE10}'..='\u{FE6F}' => 14_000,
            _ if c == last => 4_000,
            '✅' | '❌' => 7_500,
            '✓' | '✔' => 8_000,
            '–' | '•' | '™' | '′' | '″' => 9_500,
            '©' | '®' | '°' | '±' | '×' | '→' | '€' | '£' | '«' | '»' | '●' | '○' | '■' | '□' | '◆' | '★'
            | '☆' | '√' | '≥' | '≤' | '￥' => 8_000,
            _ => 11_000,
        },
        // A byte order mark stands at the start of a text.
        Script::Space if c == '\u{FEFF}' && last == '\n' => 3_000,
        Script::Space if c == '\u{A0}' => 8_500,
        Script::Space => 10_000,
        Script::Emoji => {
            if goes_on {
                6_000
            } else {
                10_000
            }
        }
        Script::Compatibility => 15_000,
        Script::Mark => 12_000,
        Script::Private => 17_000,
        Script::Control => 18_000,
        // Where bytes were lost for good, one mark follows another.
        Script::Lost => {
            if goes_on {
                1_000
            } else {
                8_000
            }
        }
        Script::Other => {
            if goes_on {
                7_000
            } else {
                13_000
            }
        }
    }
}

fn latin(last: char, c: char) -> Cost {
    let after_letter = last.is_alphabetic() && (last.is_ascii() || script(last) == Script::Latin);
    match (c, after_letter) {
        (
            'é' | 'è' | 'à' | 'ç' | 'ü' | 'ö' | 'ä' | 'ó' | 'í' | 'á' | 'ñ' | 'ã' | 'ê' | 'ú' | 'ß' | 'ø'
            | 'å',
            true,
        ) => {
            if last.is_ascii() {
                5_500
            } else {
                7_500
            }
        }
        _ if c.is_lowercase() && after_letter => 8_000,
        _ if c.is_lowercase() => 9_000,
        _ if after_letter && last.is_lowercase() => 12_000,
        // Chinese and Japanese text has Latin letters of its own kind only.
        _ if is_east_asian(last) => 12_000,
        _ => 10_000,
    }
}
