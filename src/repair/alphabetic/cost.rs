//! What characters of alphabetic writing cost beside each other.
//!
//! The language model knows Chinese. Of the letters of other scripts this file knows two things that tell garbage
//! from words: how often European languages use a letter, in five steps, and what does not stand side by side: a
//! capital behind a small letter, a sign between two letters, a lone letter of another script. In millinats, set by
//! hand after the letter frequencies that are published for the languages of Europe.

/// Costs of the five steps of small letters.
const STEPS: [i32; 5] = [4_800, 5_600, 6_600, 9_500, 11_500];
/// Small letters beyond ASCII of Latin script, by step; what is in none is in the last one.
const LETTERS: [&str; 4] = [
    "éèàüöäáíóçñãß",
    "êúåøôâîõışğłąężśćščžýřěëïățșţòùìûæœőďňťů",
    "đńźľĺŕűāēīūļķņģėįųðþơưŵŷə",
    "ŋĵĝĥŝŭĉŗōŏĕġħċǎǒǐǔǘǚǜ",
];
/// What a capital costs more.
const CAPITAL: i32 = 1_500;

/// The letters beyond ASCII of languages. Two letters that no language has both do not meet in a word.
const ALPHABETS: [&str; 17] = [
    "àâæçèéêëîïôœùûüÿ",
    "äöüß",
    "áéíóúüñ",
    "àáâãçéêíóôõúü",
    "àèéìíòóùçúïü",
    "äåæéöøüáíóúýðþ",
    "áéíóöőúüű",
    "áäčďéíĺľňóôŕšťúýžěřů",
    "ąćęłńóśźż",
    "čćđšž",
    "ăâîșțşţ",
    "çğıöşüâîûəİ",
    "āčēģīķļņōŗšūž",
    "ąčęėįšųūž",
    "äöõüšž",
    "ċġħżàèìòù",
    "ĉĝĥĵŝŭ",
];

/// What kind of thing a character is, for what may stand beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A letter, of the script with this number.
    Letter(u8),
    Digit,
    Space,
    /// Punctuation of ASCII, and what stands freely between letters.
    Free,
    /// Opens what follows.
    Opening,
    /// Closes what stands before.
    Closing,
    /// Stands alone.
    Sign,
    /// Belongs to the character before.
    Combining,
    /// Part of a frame.
    Frame,
    Picture,
    Nothing,
}

const LATIN: u8 = 0;
const GREEK: u8 = 2;

fn kind(c: char) -> Kind {
    match c {
        'a'..='z' | 'A'..='Z' => Kind::Letter(LATIN),
        '0'..='9' => Kind::Digit,
        ' ' | '\t' | '\n' | '\r' | '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{3000}' => {
            Kind::Space
        }
        '“' | '‘' | '„' | '‚' | '«' | '‹' | '¿' | '¡' | '√' => Kind::Opening,
        '”' | '»' | '›' | '…' | '™' | '®' | '©' | '°' | 'º' | 'ª' | '²' | '³' | '¹' => {
            Kind::Closing
        }
        '’' | '–' | '—' | '·' | '\u{2010}' | '\u{2011}' | '\u{AD}' | '\u{200B}'..='\u{200F}' => {
            Kind::Free
        }
        '\u{FFFD}' => Kind::Free,
        c if c.is_ascii() => Kind::Free,
        '\u{300}'..='\u{36F}' | '\u{20D0}'..='\u{20FF}' | '\u{FE00}'..='\u{FE0F}' => Kind::Combining,
        '\u{2500}'..='\u{259F}' => Kind::Frame,
        '\u{1F000}'..='\u{1FAFF}' | '\u{2600}'..='\u{27BF}' => Kind::Picture,
        '\u{80}'..='\u{9F}' | '\u{E000}'..='\u{F8FF}' => Kind::Nothing,
        '\u{2B0}'..='\u{2FF}' => Kind::Sign,
        c if c.is_alphabetic() || is_vowel_sign(c) => Kind::Letter(script(c)),
        _ => Kind::Sign,
    }
}

/// Vowel signs and the like of the scripts of India and South-East Asia, and the points of Arabic and Hebrew.
fn is_vowel_sign(c: char) -> bool {
    matches!(c, '\u{591}'..='\u{5C7}' | '\u{64B}'..='\u{65F}' | '\u{900}'..='\u{E4E}' | '\u{1000}'..='\u{109F}')
}

/// A number for a script; blocks stand for scripts.
fn script(c: char) -> u8 {
    match c {
        '\0'..='\u{24F}' | 'ə' | '\u{1E00}'..='\u{1EFF}' | '\u{FB00}'..='\u{FB06}' => LATIN,
        '\u{250}'..='\u{2FF}' | '\u{1D00}'..='\u{1DBF}' => 1,
        '\u{370}'..='\u{3FF}' | '\u{1F00}'..='\u{1FFF}' => GREEK,
        '\u{400}'..='\u{52F}' => 3,
        '\u{530}'..='\u{58F}' => 4,
        '\u{590}'..='\u{5FF}' => 5,
        '\u{600}'..='\u{77F}' => 6,
        '\u{E00}'..='\u{E7F}' => 7,
        // The scripts of India, a block each.
        '\u{900}'..='\u{DFF}' => 8 + ((c as u32 - 0x900) >> 7) as u8,
        '\u{10A0}'..='\u{10FF}' => 30,
        '\u{E80}'..='\u{109F}' | '\u{1100}'..='\u{18AF}' => 31,
        _ => 32,
    }
}

/// What `c` costs wherever it stands.
fn base(c: char) -> i32 {
    match c {
        c if c.is_ascii() => 3_000,
        '’' | '“' | '”' | '–' | '…' | '—' | '‘' => 6_300,
        '«' | '»' | '•' | '°' | '£' | '€' | '©' | '®' | '™' | '·' | '¿' | '¡' | '„' | '²' | '½' | '×' => {
            7_500
        }
        '\u{A0}' => 7_800,
        '′' | '″' | '→' | '←' | '≥' | '≤' | '√' | '±' | '§' | 'º' | 'ª' | '³' | 'µ' | '¼' | '¾' | '´'
        | '‚' | '‹' | '›' | '÷' | '⁄' | '\u{FFFD}' => 8_500,
        '\u{FEFF}' | '\u{FE0F}' | '\u{AD}' => 9_000,
        '\u{200B}'..='\u{200F}' => 12_500,
        // Out of use for two hundred years.
        'ſ' => 16_000,
        'İ' => STEPS[1] + CAPITAL,
        'ə' => STEPS[2],
        'Ə' => STEPS[2] + CAPITAL,
        '\u{80}'..='\u{9F}' => 17_000,
        '\u{E000}'..='\u{F8FF}' | '\u{F0000}'.. => 16_000,
        'а'..='я' => 3_600,
        'А'..='Я' => 5_100,
        'ё' | 'і' | 'ї' | 'є' | 'љ' | 'њ' | 'ћ' | 'ђ' | 'џ' | 'ј' | 'ў' | 'ґ' | 'ѓ' | 'ќ' => {
            5_600
        }
        'Ё' | 'І' | 'Ї' | 'Є' | 'Љ' | 'Њ' | 'Ћ' | 'Ђ' | 'Џ' | 'Ј' | 'Ў' | 'Ґ' | 'Ѓ' | 'Ќ' => {
            7_300
        }
        'α'..='ω' | 'ά' | 'έ' | 'ή' | 'ί' | 'ό' | 'ύ' | 'ώ' => 4_200,
        'Α'..='Ω' | 'Ά' | 'Έ' | 'Ή' | 'Ί' | 'Ό' | 'Ύ' | 'Ώ' => 5_800,
        'א'..='ת' | 'ا'..='ي' | 'ء'..='غ' => 4_200,
        'پ' | 'چ' | 'ژ' | 'ک' | 'گ' | 'ی' | 'ہ' | 'ے' | 'ٹ' | 'ں' => 5_200,
        '\u{660}'..='\u{669}' | '\u{6F0}'..='\u{6F9}' | '،' | '؛' | '؟' => 6_500,
        '\u{E01}'..='\u{E4E}' => 4_300,
        '\u{905}'..='\u{94D}' => 4_600,
        '\u{958}'..='\u{DFF}' | '\u{10D0}'..='\u{10F0}' | '\u{531}'..='\u{556}' | '\u{561}'..='\u{586}' => {
            5_400
        }
        '\u{1EA0}'..='\u{1EF9}' => STEPS[2],
        '\u{2500}'..='\u{259F}' | '\u{2190}'..='\u{23FF}' => 9_000,
        '\u{2600}'..='\u{27BF}' | '\u{1F300}'..='\u{1F64F}' | '\u{1F680}'..='\u{1F6FF}' => 8_500,
        '\u{1F900}'..='\u{1FAFF}'
        | '\u{25A0}'..='\u{25FF}'
        | '\u{2070}'..='\u{2089}'
        | '\u{2460}'..='\u{2473}' => 8_800,
        '\u{FF01}'..='\u{FF5E}' | '\u{3001}'..='\u{3011}' | '\u{FB01}' | '\u{FB02}' => 8_800,
        '\u{C0}'..='\u{24F}' if c.is_alphabetic() => {
            let mut small = c.to_lowercase();
            let small = small.next().unwrap_or(c);
            let step = LETTERS.iter().position(|l| l.contains(small)).unwrap_or(LETTERS.len());
            STEPS[step] + if small == c { 0 } else { CAPITAL }
        }
        '\u{A1}'..='\u{BF}' | '\u{2B9}'..='\u{2DD}' | '\u{192}' | '†' | '‡' | '‰' => 9_000,
        '\u{300}'..='\u{36F}' => 9_000,
        // Signs of scripts that hardly any text has.
        '\u{559}'..='\u{560}' | '\u{700}'..='\u{7FF}' => 15_000,
        _ => 11_500,
    }
}

/// What it costs that `b` follows `a`, beyond what both cost; `before` stands in front of `a`.
fn beside(before: char, a: char, b: char) -> i32 {
    // Anything may stand beside ASCII if it is ASCII.
    if a.is_ascii() && b.is_ascii() {
        return 0;
    }
    match (kind(a), kind(b)) {
        (Kind::Letter(s), Kind::Letter(t)) if s == t => {
            let small = (a.is_lowercase(), b.is_lowercase());
            match small {
                (true, false) if b.is_uppercase() => 8_000,
                // A small letter behind two capitals: MÀr.
                (false, true) if a.is_uppercase() && before.is_uppercase() => 4_000,
                _ if s == LATIN && !share_a_language(a, b) => 3_000,
                _ => 0,
            }
        }
        // Formulas and units mix these two.
        (Kind::Letter(LATIN), Kind::Letter(GREEK)) | (Kind::Letter(GREEK), Kind::Letter(LATIN)) => 500,
        (Kind::Letter(_), Kind::Letter(_)) => 6_000,
        // German has these the other way round, but no letters on both sides.
        (Kind::Letter(_), _) if matches!(b, '«' | '‹') => 0,
        (_, Kind::Letter(_)) if matches!(a, '«' | '‹' | '»' | '›') => {
            if matches!(kind(before), Kind::Letter(_)) { 3_000 } else { 0 }
        }
        (Kind::Letter(_), Kind::Opening) | (Kind::Closing, Kind::Letter(_)) => 3_000,
        (Kind::Digit, Kind::Opening) => 2_000,
        (Kind::Opening, Kind::Closing | Kind::Sign | Kind::Space) => 2_000,
        (Kind::Letter(_), Kind::Sign) | (Kind::Sign, Kind::Letter(_)) => 2_000,
        (Kind::Letter(_), Kind::Frame) | (Kind::Frame, Kind::Letter(_)) => 2_000,
        (Kind::Frame, Kind::Frame) => -6_500,
        (Kind::Picture, Kind::Picture) => -3_000,
        (Kind::Letter(LATIN), Kind::Digit) | (Kind::Digit, Kind::Letter(LATIN)) => 500,
        (Kind::Letter(_), Kind::Digit) | (Kind::Digit, Kind::Letter(_)) => 2_000,
        (Kind::Space | Kind::Opening, Kind::Combining) => 4_000,
        (Kind::Sign, Kind::Sign) if a == b => -3_000,
        (Kind::Closing, Kind::Opening) => 3_000,
        _ => 0,
    }
}

/// Whether some language writes both letters.
fn share_a_language(a: char, b: char) -> bool {
    let small = |c: char| if c == 'İ' { c } else { c.to_lowercase().next().unwrap_or(c) };
    let (a, b) = (small(a), small(b));
    let vietnamese = |c: char| matches!(c, '\u{1EA0}'..='\u{1EF9}' | 'ơ' | 'ư' | 'đ' | 'ă' | 'â' | 'ê' | 'ô');
    a.is_ascii()
        || b.is_ascii()
        || vietnamese(a) && (vietnamese(b) || "àáãèéìíòóõùúý".contains(b))
        || vietnamese(b) && "àáãèéìíòóõùúý".contains(a)
        || ALPHABETS.iter().any(|l| l.contains(a) && l.contains(b))
}

/// What a run of characters costs between `before` and `after`.
///
/// A letter that has none of its script beside it costs extra: words are longer, and garbage is made of such.
pub(super) fn cost(before: [char; 2], run: impl Iterator<Item = char>, after: char) -> i32 {
    let mut sum = 0;
    let [mut first, mut second] = before;
    // Whether `second` is a letter of the run that follows no letter of its script.
    let mut alone = false;
    for c in run.chain(std::iter::once(after)) {
        let follows = goes_on(second, c);
        if alone && !follows {
            sum += lone(second);
        }
        sum += base(c) + beside(first, second, c);
        alone = !c.is_ascii() && !follows && matches!(kind(c), Kind::Letter(_));
        (first, second) = (second, c);
    }
    // The character behind the run is counted on either side of a comparison, so its own cost does not matter; what
    // follows it is not known.
    sum
}

fn goes_on(a: char, b: char) -> bool {
    match (kind(a), kind(b)) {
        (Kind::Letter(s), Kind::Letter(t)) => s == t,
        (Kind::Letter(_), Kind::Combining) => true,
        _ => false,
    }
}

/// What it costs extra that a letter is a word of its own.
fn lone(c: char) -> i32 {
    match kind(c) {
        Kind::Letter(LATIN) if "àáéèêóôúíýÀÁÉÈÊÓÔÚÍÝ".contains(c) => 500,
        Kind::Letter(LATIN) if c.is_ascii() || base(c) < STEPS[4] => 2_500,
        Kind::Letter(GREEK) => 1_000,
        Kind::Letter(3) if "авеиосукяАВИОСУКЯ".contains(c) => 3_000,
        _ => 6_500,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(text: &str) -> i32 {
        cost([' ', ' '], text.chars(), ' ')
    }

    #[test]
    fn words_are_cheaper_than_their_garbage() {
        for (word, garbage) in [
            ("août", "aoÃ»t"),
            ("Čeština", "ÄŒeÅ¡tina"),
            ("HÔTEL", "HÃ”TEL"),
            ("£5", "Â£5"),
            ("γ", "Î³"),
            ("язык", "ÑÐ·Ñ‹Ðº"),
            ("più", "pi√π"),
            ("¿qué?", "┬┐qu├⌐?"),
        ] {
            assert!(price(word) + 8_000 < price(garbage), "{word} {} {}", price(word), price(garbage));
        }
    }

    #[test]
    fn clean_text_is_hardly_dearer_than_what_chance_makes_of_it() {
        for (clean, chance) in [
            ("MARQUÉ…", "MARQUɅ"),
            ("SÓ…", "SӅ"),
            ("5×£35", "5ף35"),
            ("NESTLÉ®", "NESTLɮ"),
            ("√π", "ù"),
            ("á§", "\u{1}§"),
        ] {
            assert!(price(clean) < price(chance) + 7_500, "{clean} {} {}", price(clean), price(chance));
        }
    }
}
