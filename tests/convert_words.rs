//! Word choice on the way to simplified text: what a mainland editor writes, from any variety of traditional.

use qingwen::convert::Converter;

/// Every pair, as a document of its own and inside a sentence.
fn check(pairs: &[(&str, &str)]) {
    let mission = Converter::mission();
    for (traditional, simplified) in pairs {
        assert_eq!(mission.convert(traditional), *simplified, "{traditional}");
        let sentence = format!("這裡說的是「{traditional}」。");
        assert_eq!(mission.convert(&sentence), format!("这里说的是「{simplified}」。"), "{sentence}");
        // Once simplified, it stays.
        let again = format!("这里说的是「{simplified}」。");
        assert_eq!(mission.convert(&again), again, "{traditional}");
    }
}

#[test]
fn the_particle_is_written_着() {
    check(&[
        ("他看著窗外等著雨停", "他看着窗外等着雨停"),
        ("這意味著什麼", "这意味着什么"),
        ("別著急，先睡著再說", "别着急，先睡着再说"),
        ("執著而沉著", "执着而沉着"),
        ("飛機著陸時著火", "飞机着陆时着火"),
        ("正在討論著", "正在讨论着"),
    ]);
}

#[test]
fn the_verb_is_written_著() {
    check(&[
        ("著名的著作", "著名的著作"),
        ("土著讀過原著", "土著读过原著"),
        ("成效顯著", "成效显著"),
        ("編著與譯著", "编著与译著"),
        ("見微知著", "见微知著"),
    ]);
}

#[test]
fn where_particle_and_verb_meet_the_word_decides() {
    check(&[
        ("這裡有著名的大學", "这里有著名的大学"),
        ("寫著名字的紙", "写着名字的纸"),
        ("擁有著作權", "拥有著作权"),
        ("不著邊際", "不着边际"),
    ]);
}

#[test]
fn a_document_that_has_着_keeps_its_著() {
    // As Hong Kong writes: 着 is the particle.
    let text = "他望着海，說起魯迅著的書，說着說着睡着了。";
    assert_eq!(Converter::mission().convert(text), "他望着海，说起鲁迅著的书，说着说着睡着了。");
    // As Taiwan writes: the only 著 may be either.
    assert_eq!(Converter::mission().convert("他望著海，說著話。"), "他望着海，说着话。");
}

#[test]
fn 乾_is_kept_in_names_of_heaven_and_of_people() {
    check(&[
        ("乾隆年間的餅乾", "乾隆年间的饼干"),
        ("扭轉乾坤", "扭转乾坤"),
        ("徐乾學住在乾清宮外", "徐乾学住在乾清宫外"),
        ("孫乾把衣服晾乾", "孙乾把衣服晾干"),
        ("毛孔乾燥", "毛孔干燥"),
    ]);
}

#[test]
fn characters_that_stay_in_some_words() {
    check(&[
        ("憑藉藉口", "凭借借口"),
        ("杯盤狼藉，聊以慰藉", "杯盘狼藉，聊以慰藉"),
        ("獲益甚夥的夥伴", "获益甚夥的伙伴"),
        ("瞭解瞭望臺，一目瞭然", "了解瞭望台，一目了然"),
        ("魏徵徵求意見", "魏徵征求意见"),
        ("答覆裡說顛覆", "答复里说颠覆"),
        ("王汎森與薛應旂", "王汎森与薛应旂"),
        ("錢鍾書鍾愛書", "钱锺书钟爱书"),
    ]);
}

#[test]
fn words_that_the_mainland_writes_otherwise() {
    check(&[
        ("甚麼", "什么"),
        ("妳們的想像", "你们的想象"),
        ("大部份成份", "大部分成分"),
        ("知識份子的身分", "知识分子的身份"),
        ("帳號與帳單", "账号与账单"),
        ("家裡的老么", "家里的老幺"),
    ]);
}

#[test]
fn simplified_text_stays_as_it_is() {
    let mission = Converter::mission();
    for text in [
        "这部份的想像力，为什么没有呢？",
        "鲁迅著，著名的著作。",
        "乾隆皇帝与李乾、皇后和后来的干部。",
        "哪吒闹海，那么多人说好。",
        "狼藉、慰藉、瞭望、覆盖、徵羽。",
    ] {
        assert_eq!(mission.convert(text), text);
    }
}
