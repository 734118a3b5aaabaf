//! UTF-8 of alphabetic scripts, signs and emoji that a page of single bytes shows.

use proptest::prelude::*;
use qingwen::codec::CodePage;
use qingwen::repair::{Options, Repairer};

fn repaired(text: &str) -> String {
    Repairer::default().repair(text).text.into_owned()
}

/// What a program shows that reads UTF-8 as `page`; `None` where the page has no character for a byte.
fn garbled(text: &str, page: CodePage) -> Option<String> {
    text.bytes().map(|b| page.decode_one(&[b]).map(|(c, _)| c)).collect()
}

#[test]
fn words_are_repaired_in_every_page() {
    let words = [
        "Žluťoučký kůň",
        "Größenwahn",
        "l’été à Noël",
        "съешь ещё мягких булок",
        "Ζωή",
        "giữa trưa",
        "5 € – 7 £",
    ];
    for page in CodePage::ALL.into_iter().filter(|p| p.is_single_byte()) {
        for word in words {
            if let Some(garbage) = garbled(word, page) {
                assert_eq!(repaired(&garbage), word, "{page} {garbage}");
            }
        }
    }
}

#[test]
fn one_letter_is_enough() {
    assert_eq!(repaired("Ein BÃ¤r im Wald"), "Ein Bär im Wald");
    assert_eq!(repaired("fiancÃ©e"), "fiancée");
    assert_eq!(repaired("It was the guardâ€™s turn"), "It was the guard’s turn");
    assert_eq!(repaired("Kap. 3 вЂ“ Der Fluss"), "Kap. 3 – Der Fluss");
    assert_eq!(repaired("un p├⌐nible voyage"), "un pénible voyage");
    assert_eq!(repaired("sa√ºl"), "saül");
}

#[test]
fn layers_are_undone_one_by_one_and_named() {
    let staged = Repairer::default().repair("crÃƒÂ¨me brÃƒÂ»lÃƒÂ©e");
    assert_eq!(staged.text, "crème brûlée");
    assert_eq!(staged.edits[0].cause, "utf-8>windows-1252, utf-8>windows-1252");
    assert_eq!(staged.edits[0].layers, 2);
    assert!(staged.edits.iter().all(|e| e.reversible));
}

#[test]
fn parts_of_a_line_were_garbled_in_different_pages() {
    assert_eq!(repaired("cafÃ© / кафРµ / caf√©"), "café / кафе / café");
}

#[test]
fn halves_of_emoji_come_together() {
    assert_eq!(repaired("bonne nuit í\u{A0}½í¸´"), "bonne nuit 😴");
    assert_eq!(repaired("bonne nuit ðŸ˜´"), "bonne nuit 😴");
}

#[test]
fn a_no_break_space_that_became_a_space_is_given_back() {
    assert_eq!(repaired("il va Ã  la pÃªche"), "il va à la pêche");
    assert_eq!(repaired("vamos Ã s compras, atÃ© logo"), "vamos às compras, até logo");
    assert_eq!(repaired("Ð Ð°Ð½Ð¾ ÑƒÑ‚Ñ€Ð¾Ð¼"), "Рано утром");
}

#[test]
fn controls_are_the_punctuation_of_windows() {
    assert_eq!(repaired("the guard\u{92}s \u{93}turn\u{94}"), "the guard’s “turn”");
    // A line end of mainframes, and a byte that windows-1252 has nothing for.
    for text in ["first line\u{85}\n", "\u{85}\n", "odd \u{81} byte"] {
        assert_eq!(repaired(text), text);
    }
}

#[test]
fn a_lost_byte_is_restored_where_one_character_fits_and_shown_as_lost_where_many_do() {
    // windows-1252 has nothing for 9D, with which a closing quotation mark ends.
    assert_eq!(repaired("he said â€œnoâ€\u{FFFD} and left"), "he said “no” and left");
    let staged = Repairer::default().repair("Ð²ÐµÑ\u{FFFD}ÐµÐ½Ð½Ð¸Ð¹ Ð´ÐµÐ½ÑŒ");
    assert_eq!(staged.text, "ве\u{FFFD}енний день");
    let lost = &staged.edits[0].restored[0];
    assert!(lost.alternatives.iter().any(|a| a.0 == 'с'));
}

#[test]
fn what_only_looks_like_garbage_stays() {
    for text in [
        // Capitals before marks that happen to continue a character of UTF-8.
        "MOTIF LÉGÈRETÉ…",
        "CAFÉ® et THÉ™",
        "OLÉ! «É»",
        // Frames, faces, formulas.
        "┌─┬┐ │├┤│ └┴┘",
        "(°Д°) `¬´ ( o¬ô )",
        "7×£12, √π ≈ 1,77",
        // Words that begin or end with the letters of garbage.
        "SÃO JOÃO DA MADEIRA, IRMÃ",
        "Ålesund, Ærø, Łódź, Ñandú",
        "Çeşme'de ŞİŞLİ'ye",
        // Capitals and what ends words are bytes of UTF-8 in pages of other alphabets.
        "Рівень гучності, не більше 16 МіБ у пам’яті",
        "ключ „-p НОМЕР“ указва порта",
        // KOI8-U shown as KOI8-R.
        "П╕д час в╕дкриття файл╕в м╕сця забракло",
        "--ширина=БРОЈ стубаца по реду",
        "РОЗМІР ЗАПИСІВ задає ЗМІННА",
        "Der Buchstabe »З« folgt auf »Ж«, und »ß« steht am Ende.",
        "Fiyatın %100’ü ödenir.",
        // What is left of text of which half is lost.
        "\u{FFFD}D\u{FFFD}\u{FFFD}ǵ\u{FFFD}\u{FFFD}[\u{82}\u{FFFD}",
        // Garbage that is spoken of.
        "mojibake such as Ã© for é",
    ] {
        assert_eq!(repaired(text), text);
        assert_eq!(Repairer::new(Options { min_confidence: 0.0 }).repair(text).text, text);
    }
}

proptest! {
    #[test]
    fn any_mixture_is_repaired_without_panic_and_once_is_enough(
        text in "[a-zÃÂâÄÅÐÑáðïí\u{80}-\u{BF}€™“”‘’–—…†‡ˆœžŸ√≈├┼╗вЂР ?\u{FFFD}\n]{0,40}"
    ) {
        let once = repaired(&text);
        prop_assert_eq!(repaired(&once), once);
    }

    #[test]
    fn edits_stand_in_order_and_apply(text in "[a-zÃÂâ©¨™€ \u{A0}\u{FFFD}\n]{0,40}") {
        let staged = Repairer::default().repair(&text);
        let mut out = String::new();
        let mut done = 0;
        for edit in &staged.edits {
            prop_assert!(edit.before.start >= done);
            prop_assert_eq!(&text[edit.before.clone()], edit.old.as_str());
            out.push_str(&text[done..edit.before.start]);
            out.push_str(&edit.new);
            done = edit.before.end;
        }
        out.push_str(&text[done..]);
        prop_assert_eq!(out, staged.text.into_owned());
    }
}
