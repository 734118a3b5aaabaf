//! Pages whose bytes were rewritten, made by the forward process and undone again.

mod rewrite;

use qingwen::repair::Repairer;
use rewrite::Site;

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
