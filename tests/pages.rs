//! Pages whose bytes were rewritten, made by the forward process and undone again.

mod rewrite;
#[path = "rewrite/script.rs"]
#[allow(dead_code)] // The example made_pages uses all of it.
mod script;

use qingwen::repair::Repairer;
use rewrite::{NOISE, Place, Site};
use script::Script;

/// A list of annotated characters that no real site is known to have.
const LIST: [(char, &str); 12] = [
    ('會', "huì"),
    ('開', "kāi"),
    ('業', "yè"),
    ('國', "guó"),
    ('學', "xué"),
    ('產', "chǎn"),
    ('區', "qū"),
    ('發', "fā"),
    ('現', "xiàn"),
    ('實', "shí"),
    ('設', "shè"),
    ('經', "jīng"),
];

const PAGE: &str = "學校今年新開了三門課程，學生可以自由選擇。現在報名的人已經超過一百名。\n\
    區里的企業也來參加，發展實踐基地的計劃正在實施，設備由國家提供。\n\
    會議決定，產品開發和設計工作從下個月開始，經費由三家企業分擔。";

#[test]
fn glosses_are_stripped_and_everything_else_stays() {
    let site = Site { list: &LIST, hits: 0, ..Site::default() };
    let damaged = site.rewrite(PAGE);
    assert!(damaged.contains("學(xué)") && !damaged.contains('?'), "{damaged}");
    assert_eq!(Repairer::default().repair(&damaged).text, site.undamaged(PAGE));
}

#[test]
fn a_filler_before_punctuation_shifts_the_bytes_and_is_undone() {
    // 。” followed by a character: the lead byte of the quotation mark is orphaned and shows as '?'.
    let page = format!("{PAGE}\n“我們把服務園區作為最重要的工作。”區長在會議上表示。");
    let site = Site { list: &LIST, hits: 100, ..Site::default() };
    let damaged = site.rewrite(&page);
    assert!(damaged.contains('?'), "{damaged}");
    let repaired = Repairer::default().repair(&damaged);
    assert!(repaired.text.contains("工作。”區長在會議上表示"), "{}", repaired.text);
    let edit = repaired.edits.iter().find(|e| e.new.contains("。”")).expect("the place has an edit");
    assert_eq!(edit.cause, "byte-rewritten page");
}

#[test]
fn a_language_lesson_keeps_its_readings() {
    for lesson in [
        "春(chūn)天(tiān)来(lái)了(le)，花(huā)儿(ér)开(kāi)了(le)。",
        "多音字：行(háng)业、行(xíng)走；长(cháng)度、长(zhǎng)大；重(zhòng)要、重(chóng)复。",
        "他叫王翀(chōng)，是新来的老师。",
    ] {
        assert_eq!(Repairer::default().repair(lesson).text, lesson);
    }
}

/// A page with one reading in it.
fn with_reading(gloss: &str) -> String {
    format!("{PAGE}\n{gloss}這里的人都說好。")
}

#[test]
fn one_reading_that_nobody_needs_goes() {
    // Whoever reads the page knows how 辦 is read.
    assert_eq!(
        Repairer::default().repair(&with_reading("辦(bàn)公室在二樓,")).text,
        with_reading("辦公室在二樓,")
    );
    // Not so a rare character, a reading that is not the usual one, and a character that stands bare elsewhere.
    for useful in ["他叫王翬(huī),", "給(jǐ)予幫助,", "個(gè)人和個體,"] {
        assert_eq!(Repairer::default().repair(&with_reading(useful)).text, with_reading(useful));
    }
}

#[test]
fn fillers_that_show_go_without_any_reading() {
    let site = Site { hits: 100, commas: true, ..Site::default() };
    let page = format!("{PAGE}\n報名的方式（見附件）有電話、信函、網絡三種。");
    let damaged = site.rewrite(&page);
    assert!(damaged.contains(",、"), "{damaged}");
    assert_eq!(Repairer::default().repair(&damaged).text, site.undamaged(&page));
}

#[test]
fn a_run_of_two_characters_shows_where_a_mirror_drops_the_question_mark() {
    let site = Site { list: &LIST, hits: 100, silent: true, ..Site::default() };
    let (damaged, repaired) = line(site, "大家都沒有想到這一點。或許明年會有辦法。");
    assert!(damaged.contains(";蛟S明"), "{damaged}");
    assert_eq!(repaired, "大家都沒有想到這一點。或許明年會有辦法。");
}

#[test]
fn readings_and_one_run_show_a_mirror_without_question_marks() {
    let site = Site { list: &LIST, hits: 100, silent: true, ..Site::default() };
    let page = format!("{PAGE}\n服務員的態度讓我們很滿意。可惜房間太舊，窗戶也打不開。");
    let damaged = site.rewrite(&page);
    assert!(damaged.contains("意?上"), "{damaged}");
    assert_eq!(Repairer::default().repair(&damaged).text, site.undamaged(&page));
}

#[test]
fn a_character_that_left_nothing_comes_back_where_the_text_lacks_it() {
    // 病 before a comma: the readings alone show that the page was rewritten.
    let site = Site { list: &LIST, hits: 100, silent: true, ..Site::default() };
    let page = format!("{PAGE}\n醫生說他的病情不重，糖尿病，高血壓都能用藥控制。");
    let damaged = site.rewrite(&page);
    assert!(damaged.contains("糖尿,"), "{damaged}");
    assert_eq!(Repairer::default().repair(&damaged).text, site.undamaged(&page));
    // Where nothing is missing, nothing is put in.
    let site = Site { hits: 0, ..site };
    assert_eq!(Repairer::default().repair(&site.rewrite(&page)).text, site.undamaged(&page));
}

/// Own paragraphs as the converter makes them.
fn paragraphs() -> Vec<String> {
    let script = Script::load().expect("data/readings");
    include_str!("../corpus/paragraphs.txt").lines().map(|l| script.convert(l)).collect()
}

/// How many of the damaged places of all paragraphs, several times with other choices of what is hit, come back with
/// a character on either side, and how many there are.
fn restored(site: Site<'_>) -> (usize, usize) {
    let lines = paragraphs();
    let (mut back, mut places) = (0, 0);
    for seed in 1..=5 {
        for page in lines.chunks(4) {
            let page = page.join("\n");
            let site = Site { list: &LIST, seed, ..site };
            let shown = site.rewrite_lines(&page);
            let damaged: Vec<&str> = shown.iter().map(|l| l.0.as_str()).collect();
            let damaged = damaged.join("\n");
            let repaired = Repairer::default().repair(&damaged).text.into_owned();
            let gold = site.undamaged(&page);
            for ((gold, got), (_, damaged)) in gold.split('\n').zip(repaired.split('\n')).zip(&shown) {
                let gold: Vec<char> = gold.chars().collect();
                let around = |n: usize, m: usize| gold[n.saturating_sub(1)..(m + 1).min(gold.len())].iter();
                let is_back = |place: &&Place| {
                    got.contains(&around(place.chars.start, place.chars.end).collect::<String>())
                };
                places += damaged.len();
                back += damaged.iter().filter(is_back).count();
            }
        }
    }
    (back, places)
}

#[track_caller]
fn holds(site: Site<'_>, percent: usize) {
    let (back, places) = restored(site);
    assert!(places >= 50, "{places} places show nothing");
    assert!(back * 100 >= places * percent, "{back} of {places} came back");
}

#[test]
fn most_places_come_back_whatever_the_site_does() {
    // The usual site, one that keeps private-use characters, one that keeps full-width ones, one that hits few marks.
    holds(Site::default(), 70);
    holds(Site { drops_private: false, ..Site::default() }, 90);
    holds(Site { halved: false, drops_private: false, ..Site::default() }, 90);
    holds(Site { noise: &NOISE[1..3], hits: 100, ..Site::default() }, 55);
}

#[test]
fn mirrors_without_question_marks_and_fillers_that_show() {
    holds(Site { silent: true, ..Site::default() }, 60);
    holds(Site { commas: true, ..Site::default() }, 70);
}

/// The page with one more line, repaired; the line alone comes back.
fn line(site: Site<'_>, line: &str) -> (String, String) {
    let page = format!("{PAGE}\n{line}");
    let damaged = site.rewrite(&page);
    let repaired = Repairer::default().repair(&damaged).text.into_owned();
    let last = |s: &str| s.rsplit('\n').next().unwrap_or("").to_owned();
    (last(&damaged), last(&repaired))
}

#[test]
fn readings_across_two_characters_go() {
    let list = [("會", "huì"), ("學", "xué"), ("請", "qǐng"), ("領", "lǐng"), ("競", "jìng"), ("開", "kāi")];
    let list = list.map(|(c, r)| (c.chars().next().unwrap_or(' '), r));
    let site = Site { list: &list, hits: 0, ..Site::default() };
    for (shown, text) in [
        // The second byte of one character and the first of the next.
        ("?qǐng)@", "北碚園區都通了電。"),
        // A character and the ASCII letter behind it.
        ("I(lǐng)CP", "皖ICP備案信息公開。"),
        // A digit that was full-width when the reading went in; a byte by itself is the euro sign.
        ("?jìng)€", "全市共有８個縣區。"),
    ] {
        let (damaged, repaired) = line(site, text);
        assert!(damaged.contains(shown), "{damaged}");
        assert_eq!(repaired, site.undamaged(text));
    }
}

#[test]
fn what_was_eaten_comes_back_only_where_it_shows() {
    let site = Site { list: &LIST, hits: 100, ..Site::default() };
    // The bracket of a tag does.
    let (damaged, repaired) = line(site, "<p>“孩子們都很喜歡這里。”</p>");
    assert!(damaged.ends_with("?/p>"), "{damaged}");
    assert_eq!(repaired, "<p>“孩子們都很喜歡這里。”</p>");
    // A digit does not.
    let (damaged, repaired) = line(site, "他說:“收入比去年多了。”一年增加37.9%。");
    assert!(damaged.contains("?7.9%"), "{damaged}");
    assert!(repaired.ends_with("一年增加\u{FFFD}7.9%。"), "{repaired}");
}

#[test]
fn a_parenthesis_that_was_eaten_shows_by_the_one_that_closes_it() {
    let site = Site { list: &LIST, hits: 100, ..Site::default() };
    let text = "“請大家明天上午再來。”酒店(東門店)的店員說。";
    let (damaged, repaired) = line(site, text);
    assert!(damaged.contains("?東門店)"), "{damaged}");
    assert_eq!(repaired, text);
}

#[test]
fn a_character_that_lost_both_its_bytes_comes_back_by_context() {
    let site = Site { list: &LIST, hits: 100, ..Site::default() };
    for (shown, text) in [
        // Both pairs that its second byte takes part in were hit.
        ("第一次入??,", "我們是第一次入住,對房間很滿意。"),
        // So was the pair behind it: three question marks are one character and half of the next.
        ("幸???!", "“這就是我們老百姓的幸福。”老人笑著說。"),
    ] {
        let (damaged, repaired) = line(site, &text.replace(',', "，"));
        assert!(damaged.contains(shown), "{damaged}");
        assert_eq!(repaired, text);
    }
}

#[test]
fn where_a_mirror_drops_question_marks_characters_go_without_a_trace() {
    let site = Site { list: &LIST, hits: 100, silent: true, ..Site::default() };
    // What shows that this is such a mirror.
    let sign = "大家都沒有想到這一點。或許明年會有辦法。";
    let page = format!("{PAGE}\n{sign}\n我們是第一次入住，對房間很滿意。");
    let damaged = site.rewrite(&page);
    assert!(damaged.contains("第一次入,對"), "{damaged}");
    assert_eq!(Repairer::default().repair(&damaged).text, site.undamaged(&page));
}

#[test]
fn readings_scattered_by_other_tools_go_where_nobody_can_have_meant_them() {
    let page =
        "河(he)边新修(xiu)(xiu)了一条步道,每天(tian)(tian)傍晚都有很多人来散步,还有人(ren)在这里唱歌。";
    assert_eq!(
        Repairer::default().repair(page).text,
        "河边新修了一条步道,每天傍晚都有很多人来散步,还有人在这里唱歌。"
    );
}
