//! What a Hangul syllable costs: its three letters, each by its frequency at its place.
//!
//! The model is trained on Chinese text and has seen hardly any Korean, but Chinese bytes read as Korean are full of
//! syllables whose letters never meet in words. Frequencies were counted in 757 thousand syllables of Korean Wikipedia
//! and newspaper sentences, documentation and translations of programs; `NOTICE` names them.

use super::Cost;

/// Costs of the initial consonants, the vowels and the final consonants (none first), in the order of Unicode.
const INITIAL: [u16; 19] = [
    2376, 5906, 2470, 2399, 4808, 2683, 3162, 3288, 7339, 2264, 6793, 1436, 2608, 6010, 4059, 4609, 3861,
    4265, 2399,
];
const VOWEL: [u16; 21] = [
    1506, 3026, 4536, 12284, 2370, 2900, 3267, 5351, 2569, 4019, 8308, 4553, 3552, 2867, 5953, 6966, 5422,
    5447, 1857, 4210, 1875,
];
const FINAL: [u16; 28] = [
    575, 3186, 8850, 11011, 1979, 10298, 5696, 6365, 2398, 7703, 9418, 8823, 14230, 12284, 14230, 9485, 3864,
    3157, 5477, 4360, 4311, 2818, 6689, 7649, 13131, 6018, 6849, 6345,
];

/// Cost of a syllable in running Korean text, in millinats; `None` for any other character.
#[must_use]
pub fn hangul_cost(c: char) -> Option<Cost> {
    let index = (c as usize).checked_sub(0xAC00)?;
    let initial = INITIAL.get(index / 588)?;
    let sum = u32::from(*initial) + u32::from(VOWEL[index % 588 / 28]) + u32::from(FINAL[index % 28]);
    Some(sum as Cost)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(text: &str) -> Cost {
        text.chars().filter_map(hangul_cost).sum::<Cost>() / text.chars().count() as Cost
    }

    #[test]
    fn words_are_cheaper_than_chinese_bytes_read_as_korean() {
        let words = mean("안녕하세요한국어문장입니다");
        // 数据库连接失败 and 文件名不能为空 in GBK.
        assert!(words < 7_000, "{words}");
        for garbage in ["鑒앴욋젯쌈呵겨", "匡숭츰꼇콘槨왕"] {
            let hangul: String = garbage.chars().filter(|&c| hangul_cost(c).is_some()).collect();
            assert!(mean(&hangul) > 8_000, "{garbage} {}", mean(&hangul));
        }
        assert_eq!([hangul_cost('文'), hangul_cost('\u{D7A4}'), hangul_cost('a')], [None; 3]);
    }
}
