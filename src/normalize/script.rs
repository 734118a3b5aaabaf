//! Which script a character belongs to, as far as normalization asks.

/// A Chinese character: a unified or compatibility ideograph, 〇 or an iteration mark.
pub(crate) fn is_han(c: char) -> bool {
    matches!(c,
        '\u{4E00}'..='\u{9FFF}'
        | '\u{3400}'..='\u{4DBF}'
        | '\u{3005}' | '\u{3007}' | '\u{303B}'
        | '\u{2E80}'..='\u{2FD5}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{323AF}')
}

/// Hiragana and katakana, half-width ones included; not the marks that Chinese text shares (・ and ー
/// occur in Chinese names and exclamations).
pub(crate) fn is_kana(c: char) -> bool {
    matches!(c,
        '\u{3041}'..='\u{309F}'
        | '\u{30A1}'..='\u{30FA}' | '\u{30FD}'..='\u{30FF}'
        | '\u{31F0}'..='\u{31FF}'
        | '\u{FF66}'..='\u{FF6F}' | '\u{FF71}'..='\u{FF9D}')
}

/// Hangul syllables and letters.
pub(crate) fn is_hangul(c: char) -> bool {
    matches!(c,
        '\u{AC00}'..='\u{D7A3}' | '\u{1100}'..='\u{11FF}' | '\u{3131}'..='\u{318E}'
        | '\u{A960}'..='\u{A97C}' | '\u{D7B0}'..='\u{D7FB}' | '\u{FFA0}'..='\u{FFDC}')
}

/// Letters that Vietnamese has and pinyin has not.
pub(crate) fn is_vietnamese(c: char) -> bool {
    matches!(c, '\u{1EA0}'..='\u{1EF9}' | 'đ' | 'Đ' | 'ơ' | 'Ơ' | 'ư' | 'Ư' | 'ă' | 'Ă')
}

/// The full-width marks of Chinese text.
pub(crate) fn is_wide_mark(c: char) -> bool {
    matches!(
        c,
        '，' | '。'
            | '、'
            | '；'
            | '：'
            | '？'
            | '！'
            | '（'
            | '）'
            | '《'
            | '》'
            | '〈'
            | '〉'
            | '「'
            | '」'
            | '『'
            | '』'
            | '【'
            | '】'
            | '〔'
            | '〕'
            | '…'
            | '“'
            | '”'
    )
}

/// Whether a line is Chinese prose: Chinese outweighs Latin, and there is no kana and no hangul.
pub(crate) fn is_chinese(line: &str) -> bool {
    let (mut han, mut words, mut in_word) = (0_usize, 0_usize, false);
    for c in line.chars() {
        if is_kana(c) || is_hangul(c) {
            return false;
        }
        han += usize::from(is_han(c));
        let letter = c.is_alphabetic() && !is_han(c);
        words += usize::from(letter && !in_word);
        in_word = letter;
    }
    han > 2 * words
}
