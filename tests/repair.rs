//! What repair promises.

use proptest::prelude::*;
use qingwen::Cleaner;
use qingwen::codec::{CodePage, Decoder};
use qingwen::edit::Reason;
use qingwen::repair::{Options, Repairer};

fn best_guess() -> Repairer {
    Repairer::new(Options { min_confidence: 0.0 })
}

/// UTF-8 bytes as Windows shows them in code page 936: private-use characters, `€` for 80, one `?` for a
/// lead byte and the ASCII character behind it.
fn windows_936(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::new();
    let mut at = 0;
    while let Some(&first) = bytes.get(at) {
        match (first, bytes.get(at + 1)) {
            (0..=0x7F, _) => out.push(char::from(first)),
            (0x80, _) => out.push('€'),
            (_, Some(&second)) => {
                // The first spelling of a code that Windows and the index agree on is the index's.
                match CodePage::Gbk.decode_one(&[first, second]) {
                    Some((c, 2)) => out.push(c),
                    _ => out.push('?'),
                }
                at += 1;
            }
            (_, None) => out.push('?'),
        }
        at += 1;
    }
    out
}

#[test]
fn utf8_read_as_gbk_comes_back() {
    let repairer = Repairer::default();
    // Texts of an even number of characters lose nothing.
    for clean in ["初始化中", "先备份数据库", "圖書館重新開放了"] {
        let bad = windows_936(clean);
        assert!(bad != clean && !bad.contains('?'));
        let staged = repairer.repair(&bad);
        assert_eq!(staged.text, clean);
        assert!(staged.edits.iter().all(|e| e.reversible && e.cause == "utf-8>gbk" && e.layers == 1));
    }
}

#[test]
fn every_decoders_spelling_of_a_private_code_is_accepted() {
    // 检查s: the last byte of 查 and the letter form the code A5 73, private use in every decoder; the
    // letter comes back.
    assert_eq!(best_guess().repair("检查").text, "检查", "clean text stays");
    let bad = windows_936("请检查skill目录");
    assert_eq!(best_guess().repair(&bad).text, "请检查skill目录");
    // The code A8BF is ǹ for browsers and private use for Windows and Java.
    for spelling in ['\u{01F9}', '\u{E7C8}'] {
        let strings: Vec<_> = CodePage::Gbk.bytes(spelling).iter().map(<[u8]>::to_vec).collect();
        assert!(strings.contains(&vec![0xA8, 0xBF]), "{spelling:?} {strings:02X?}");
    }
}

#[test]
fn a_swallowed_quote_comes_back() {
    let bad = format!("  title: {},", windows_936("\"请保存文件\""));
    let staged = best_guess().repair(&bad);
    assert_eq!(staged.text, "  title: \"请保存文件\",");
    let restored: Vec<char> = staged.edits.iter().flat_map(|e| &e.restored).map(|r| r.chosen).collect();
    assert_eq!(restored, ['件', '"']);
}

#[test]
fn clean_neighbours_of_garbage_stay() {
    let bad = format!("今天的会议改到下午三点。{}", windows_936("会议室在二楼"));
    let staged = best_guess().repair(&bad);
    assert_eq!(staged.text, "今天的会议改到下午三点。会议室在二楼");
    assert_eq!(staged.edits[0].before.start, "今天的会议改到下午三点。".len());
}

/// Marks of loss stand before digits and brackets as they do on pages whose bytes were rewritten.
#[test]
fn a_garbled_document_is_no_rewritten_page() {
    let clean: Vec<String> = (1..40)
        .map(|n| format!("这家饭店在景山前街{n}号,电话是6500{n}。请问周边(北京店)还有没有好吃的?谢谢您！"))
        .collect();
    let bad: Vec<String> = clean.iter().map(|line| windows_936(line)).collect();
    assert!(bad.iter().all(|line| line.contains('?')));
    let text = bad.join("\n");
    let staged = best_guess().repair(&text);
    assert!(staged.edits.len() >= clean.len());
    assert!(staged.edits.iter().all(|e| e.cause == "utf-8>gbk"));
}

#[test]
fn doubtful_characters_are_shown_as_lost_unless_the_best_guess_is_asked_for() {
    // The last character lost its last byte, and anything may have stood there.
    let bad = windows_936("他昨天去了云南大理看洱");
    let careful = Repairer::new(Options { min_confidence: 0.999_999 }).repair(&bad);
    assert!(careful.text.ends_with('\u{FFFD}') || careful.text == bad, "{}", careful.text);
    assert!(!best_guess().repair(&bad).text.contains('\u{FFFD}'));
}

/// Windows shows the bytes A7 8B of 始 as a character for private use, which pasting drops: of 初始化 no two characters are
/// left whole.
#[test]
fn a_word_that_lost_a_character_for_private_use_comes_back() {
    for (bad, clean) in [("鍒濆鍖?", "初始化"), ("鍒濆鍖栨暟鎹簱", "初始化数据库")] {
        assert_eq!(best_guess().repair(bad).text, clean);
        assert_eq!(best_guess().candidates(bad, 1)[0].reading, clean);
    }
}

/// A text as a decoder shows its UTF-8 that was told to ignore errors: bytes that make no pair are left out.
fn ignoring_errors(text: &str, decoder: Decoder) -> String {
    let (mut shown, mut rest) = (String::new(), text.as_bytes());
    while let Some((&first, behind)) = rest.split_first() {
        rest = behind;
        let pair = behind.first().filter(|&&second| !first.is_ascii() && decoder.pairs(first, second));
        match pair.and_then(|&second| decoder.page().decode_one(&[first, second])) {
            Some((c, _)) => {
                shown.push(c);
                rest = &behind[1..];
            }
            None if first.is_ascii() => shown.push(char::from(first)),
            None => {}
        }
    }
    shown
}

/// Of `decode("gbk", errors="ignore")` nothing marks the places, and one character in ten has lost a byte.
#[test]
fn bytes_that_a_decoder_ignored_come_back_without_a_mark() {
    let clean = [
        "请先检查网络连接，然后重新启动一次电脑。",
        "第一章　总则",
        "def main():  # 读取配置文件中的每一项，如果没有就使用默认值",
    ];
    assert_eq!(ignoring_errors("一名", Decoder::PythonGbk), "涓鍚");
    for decoder in [Decoder::PythonGbk, Decoder::Jdk17Gbk] {
        for text in clean {
            let bad = ignoring_errors(text, decoder);
            let staged = best_guess().repair(&bad);
            assert_eq!(staged.text, text, "{bad}");
            assert!(staged.edits.iter().any(|e| !e.reversible && !e.restored.is_empty()), "{bad}");
        }
    }
}

/// The lines of frames are bytes of common characters of GBK in the pages of DOS.
#[test]
fn frames_are_no_garbage() {
    for drawn in ["/// ┌─┬─┬─┬─┬─┬─┐", "/// ├─┴─┴─┴─┼─┴─┴─┤", "/// └─┴─┴─┴─┴─┴─┘", "╔═╦═╦═╦═╗"]
    {
        assert_eq!(best_guess().repair(drawn).text, drawn);
    }
    assert_eq!(best_guess().repair("╓╨╬─╜╠│╠.zip").text, "中文教程.zip");
}

/// A title of two words shows no stretch long enough to be looked at; beside others of its kind it needs none.
#[test]
fn a_short_line_that_lost_bytes_without_a_mark_is_read_as_its_document_is() {
    let clean = "* 字段标识\n* 子表单的字段（处理布局组件）\n* 多租户过滤器，记录每一次请求\n";
    assert_eq!(best_guess().repair(&ignoring_errors(clean, Decoder::PythonGbk)).text, clean);
}

/// The last character lost both its bytes, AF AF.
#[test]
fn a_character_for_private_use_may_be_taken_out_at_the_end() {
    assert_eq!(best_guess().repair("鐢ㄦ埛鍚嶆垨瀵嗙爜閿欒").text, "用户名或密码错误");
}

/// 你 is E4 BD A0, and A0 is a no-break space in most pages of single bytes. Browsers and editors make it a plain one.
#[test]
fn a_no_break_space_that_became_a_plain_one_is_a_byte_again() {
    for (bad, clean) in [("ä½ å¥½ä¸–ç•Œ", "你好世界"), ("è¿™æ˜¯ä½ çš„åŒ—äº¬", "这是你的北京")]
    {
        assert_eq!(best_guess().repair(bad).text, clean);
    }
    let french = "Où est-ce que tu as été à midi ? À la plage, où il fait beau.";
    assert_eq!(best_guess().repair(french).text, french);
}

/// Half of the further bytes of UTF-8 are control characters in Latin-1. Pages and databases take those out, and nothing
/// marks the place, or show `?` for each.
#[test]
fn control_characters_that_were_taken_out_or_shown_as_lost_come_back() {
    let clean = "请检查网络连接，然后重新启动电脑。";
    let shown: String = clean.bytes().map(char::from).collect();
    let is_control = |c: char| matches!(c, '\u{80}'..='\u{9F}');
    let stripped: String = shown.chars().filter(|&c| !is_control(c)).collect();
    assert!(stripped.chars().count() < clean.len());
    for bad in [stripped, shown.replace(is_control, "?")] {
        let staged = best_guess().repair(&bad);
        assert_eq!(staged.text, clean);
        assert!(staged.edits.iter().all(|e| !e.reversible));
    }
    for french in
        ["élève célèbre, déçu, à côté d’une façade", "Ça va bien à Genève, où l’été a été très chaud ?"]
    {
        assert_eq!(best_guess().repair(french).text, french);
    }
}

/// Of UTF-8 that was read as Big5 about half is gone, a mark for each byte.
#[test]
fn text_that_lost_half_of_its_bytes_comes_back_where_nothing_else_is_in_the_line() {
    let bad = "霂瑟����亦��蝏�餈���伐����嗅�������啣�臬�函�菔�����";
    let staged = best_guess().repair(bad);
    assert!(staged.text.starts_with("请检查网络连接，然后重新启动电"), "{}", staged.text);
    // Beside text that is right it proves too little.
    let beside = format!("提示信息：{bad}");
    assert_eq!(best_guess().repair(&beside).text, beside);
}

/// Where the first byte of a pair was lost, the second may show as a letter: hardly two characters stand side by side.
#[test]
fn letters_behind_lost_bytes_are_second_bytes_of_pairs() {
    let bad = "Τи�b�Aぃノ┤";
    let staged = best_guess().repair(bad);
    assert_eq!(staged.edits[0].cause, "big5>gbk");
    let read: Vec<char> = staged.text.chars().collect();
    assert_eq!(
        (read.len(), [read[0], read[1], read[2], read[4], read[5], read[6]]),
        (7, ['有', '我', '在', '不', '用', '怕'])
    );
    for clean in ["表�A列和�B列的合计", "�Lの発音と�Rの発音"] {
        assert_eq!(best_guess().repair(clean).text, clean);
    }
}

#[test]
fn lost_text_is_reported_and_left() {
    let text = "标题：锟斤拷锟斤拷，���";
    let staged = best_guess().repair(text);
    assert_eq!(staged.text, text);
    assert_eq!(staged.left.len(), 2);
    assert!(staged.left.iter().all(|l| l.why == Reason::Irreversible));
}

#[test]
fn garbage_that_is_quoted_is_reported_and_left() {
    let text = "乱码示例：“鎵撳紑”其实是“打开”。";
    let staged = best_guess().repair(text);
    assert_eq!(staged.text, text);
    assert!(staged.left.iter().all(|l| l.why == Reason::Quoted));
}

/// The longer the garbage of a sample, the surer it is; it stays a sample.
#[test]
fn a_line_that_says_what_its_garbage_means_is_left_however_sure_it_is() {
    let means = "请先备份数据库再执行升级脚本";
    let shown: String = means.bytes().map(char::from).collect();
    let text = format!("case(\"{means}\", \"{shown}\");\n");
    let staged = best_guess().repair(&text);
    assert_eq!(staged.text, text);
    assert!(staged.left.iter().any(|l| l.why == Reason::Quoted));
}

#[test]
fn a_report_replays_and_inverts() {
    let bad =
        format!("標題：{}，end\n{}\n", windows_936("请先备份数据库再说"), windows_936("圖書館重新開放"));
    let cleaner = Cleaner::mission();
    let reported = cleaner.clean_with_report(&bad);
    assert_ne!(reported.text, bad);
    assert_eq!(reported.text, cleaner.clean(&bad));
    assert_eq!(reported.report.replay(&bad).as_deref(), Ok(&*reported.text));
    assert_eq!(reported.report.invert(&reported.text).as_deref(), Ok(&*bad));
    assert!(reported.report.replay("another text").is_err());
}

#[test]
fn a_long_line_is_repaired_like_a_short_one() {
    let one = "请先备份数据库，再执行升级脚本。";
    let bad = windows_936(&one.repeat(400));
    assert_eq!(best_guess().repair(&bad).text, one.repeat(400));
}

/// Text of the characters that repair looks at: garbage, marks of loss, ASCII, Chinese.
fn any_text() -> impl Strategy<Value = String> {
    let char = prop_oneof![
        Just('?'),
        Just('\u{FFFD}'),
        Just('€'),
        Just('\n'),
        prop::char::range(' ', '~'),
        prop::char::range('\u{80}', '\u{FF}'),
        prop::char::range('\u{4E00}', '\u{9FFF}'),
        prop::char::range('\u{E000}', '\u{E800}'),
        any::<char>(),
    ];
    prop::collection::vec(char, 0..60).prop_map(String::from_iter)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_text_is_repaired_without_panic_and_its_edits_fit(text in any_text()) {
        let staged = best_guess().repair(&text);
        let mut done = (0, 0);
        for edit in &staged.edits {
            prop_assert!(edit.before.start >= done.0 && edit.after.start >= done.1);
            prop_assert_eq!(&text[edit.before.clone()], &edit.old);
            prop_assert_eq!(&staged.text[edit.after.clone()], &edit.new);
            prop_assert_eq!(&text[done.0..edit.before.start], &staged.text[done.1..edit.after.start]);
            prop_assert!((0.0..=1.0).contains(&edit.confidence));
            done = (edit.before.end, edit.after.end);
        }
        prop_assert_eq!(&text[done.0..], &staged.text[done.1..]);
    }

    #[test]
    fn garbage_of_chinese_text_that_lost_nothing_comes_back(words in prop::collection::vec(
        prop::sample::select(vec!["数据库", "圖書館", "升级脚本", "验证码", "今天的会议", "下個月", "小心地滑"]), 3..8)) {
        let mut clean = words.concat();
        if clean.chars().count() % 2 == 1 {
            clean.push('。');
        }
        let bad = windows_936(&clean);
        // The byte 80 is a character of its own and shifts the pairs behind it, so some texts lose.
        prop_assume!(!bad.contains('?'));
        let staged = best_guess().repair(&bad);
        prop_assert_eq!(&*staged.text, &clean);
    }
}

#[test]
fn a_byte_order_mark_gives_back_the_character_it_swallowed() {
    let repaired = Repairer::default().repair("锘縮tatic int count;\n");
    assert_eq!(repaired.text, "\u{FEFF}static int count;\n");
    assert!(repaired.edits[0].reversible);
    // Inside of a text, and before anything else, the character is what it is.
    for text in ["元素锘縮是", "锘是一种元素", "锘"] {
        assert_eq!(Repairer::default().repair(text).text, text);
    }
}

#[test]
fn characters_for_private_use_that_were_taken_out_come_back() {
    // Many editors and chats drop what they can't show: two bytes are gone without a mark.
    for clean in ["保存用户的登录信息更新失败，请稍后再试一次", "请帮我看一下工作空间的配置是否正确"]
    {
        let bad = windows_936(clean);
        let shown: String = bad.chars().filter(|c| !('\u{E000}'..='\u{F8FF}').contains(c)).collect();
        assert_ne!(shown, bad, "the sentence has such a code");
        assert_eq!(best_guess().repair(&shown).text, clean);
    }
}

#[test]
fn the_last_byte_of_a_garbled_part_may_be_alone() {
    // The part was garbled on its own, so that its last byte swallowed nothing; then it was put into clean text.
    let bad = format!("第一章：{}，第二章：使用说明", windows_936("软件的安装方法"));
    assert!(bad.contains('?'));
    assert_eq!(best_guess().repair(&bad).text, "第一章：软件的安装方法，第二章：使用说明");
}

/// UTF-8 bytes as Java shows them in GBK: U+FFFD for a byte that begins no pair.
/// A second layer is found although the last character of the first one was lost: for a look at the structure any
/// byte stands for it, but one that the decoder reads as a sign of its own, the euro sign's 80, never was lost.
#[test]
fn two_layers_of_which_the_outer_one_lost_its_end_come_back() {
    let clean = "窗户关上再出门，记得带钥匙和雨伞";
    let bad = windows_936(&misread(clean, CodePage::Cp1252));
    assert!(bad.ends_with('?'), "{bad}");
    assert_eq!(best_guess().repair(&bad).text, clean);
}

fn java_gbk(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::new();
    let mut at = 0;
    while let Some(&first) = bytes.get(at) {
        let pair = bytes.get(at + 1).filter(|_| first > 0x80);
        match pair.and_then(|&second| CodePage::Gbk.decode_one(&[first, second])) {
            Some((c, 2)) => {
                out.push(c);
                at += 1;
            }
            _ if first < 0x80 => out.push(char::from(first)),
            _ => out.push('\u{FFFD}'),
        }
        at += 1;
    }
    out
}

#[test]
fn a_mark_of_loss_that_was_garbled_again_is_still_one() {
    // `�` in UTF-8 is EF BF BD, which GBK shows as 锟 and half of the next pair, or as half of the last and 拷.
    for clean in ["// 上一个节点", "请重新提交", "请填写手机号码"] {
        let once = java_gbk(clean);
        assert!(once.contains('\u{FFFD}'));
        let twice = java_gbk(&once);
        let staged = best_guess().repair(&twice);
        assert_eq!(staged.text, clean, "{twice}");
        assert_eq!(staged.edits[0].layers, 2);
    }
}

#[test]
fn a_swallowed_digit_is_told_and_not_invented() {
    // 路 loses its last byte and the first digit of 37.
    let bad = windows_936("臺北市中山北路37號二樓");
    let staged = best_guess().repair(&bad);
    assert_eq!(staged.text, "臺北市中山北路\u{FFFD}7號二樓");
    let lost = staged.edits[0].restored.iter().find(|r| r.chosen == '\u{FFFD}').expect("it is in the report");
    assert_eq!(&staged.edits[0].new[lost.at..lost.at + 3], "\u{FFFD}");
}

#[test]
fn korean_stays_and_chinese_read_as_korean_does_not() {
    for clean in
        ["대한민국의 수도는 서울이며 인구는 천만 명에 이른다", "社會 문제와 經濟 문제", "뷁쀍 같은 글자"]
    {
        assert_eq!(best_guess().repair(clean).text, clean);
    }
    // 文件路径 and 创建或覆盖 in GBK, as EUC-KR shows them.
    for (bad, clean) in [("匡숭쨌쓺", "文件路径"), ("눼쉔샀림맨", "创建或覆盖")] {
        assert_eq!(best_guess().repair(bad).text, clean);
    }
}

/// The characters of `text` beyond ASCII by `escape`.
fn escaped(text: &str, escape: impl Fn(char) -> String) -> String {
    text.chars().map(|c| if c.is_ascii() { c.to_string() } else { escape(c) }).collect()
}

#[test]
fn garbage_wrapped_in_escapes_is_unwrapped() {
    // 修改时间 in GBK, shown as Latin-1; and in UTF-8.
    let gbk: String = "修改时间"
        .chars()
        .flat_map(|c| CodePage::Gbk.bytes(c).iter().next().map(<[u8]>::to_vec))
        .flatten()
        .map(char::from)
        .collect();
    let utf8: String = "修改时间".bytes().map(char::from).collect();
    let escapes: [&dyn Fn(char) -> String; 3] =
        [&|c| format!("&#{};", c as u32), &|c| format!("&#x{:X};", c as u32), &|c| {
            format!("\\u{:04x}", c as u32)
        }];
    for escape in escapes {
        for garbage in [&gbk, &utf8] {
            let page = format!("<td title=\"a\">{}: 12:30</td>", escaped(garbage, escape));
            let staged = best_guess().repair(&page);
            assert_eq!(staged.text, "<td title=\"a\">修改时间: 12:30</td>", "{page}");
        }
    }
    // Names of the HTML standard: 题目：
    let named = "<b>&Igrave;&acirc;&Auml;&iquest;&pound;&ordm;</b>";
    assert_eq!(best_guess().repair(named).text, "<b>题目：</b>");
    assert_eq!(best_guess().repair(named).edits[0].cause, "html, gbk>windows-1252");
}

#[test]
fn escapes_of_clean_text_stay() {
    for clean in [
        "caf&eacute; cr&egrave;me, &Aring;ngstr&ouml;m &copy; &laquo;oui&raquo;",
        r#"{"name": "\u4e2d\u6587", "note": "caf\u00e9 \u2013 \u00c5ngstr\u00f6m"}"#,
        "&#20013;&#25991;&nbsp;&nbsp;&hellip;&mdash;",
        r"b'\xe4\xb8\xad\xe6\x96\x87' %E4%B8%AD",
    ] {
        assert_eq!(best_guess().repair(clean).text, clean);
    }
}

/// What stands in files: sentences of clean text, and sentences that some program misread.
fn any_mixture() -> impl Strategy<Value = String> {
    let sentence = prop::sample::select(vec![
        "请在登录后修改初始密码",
        "第3页：订单状态（已付款）",
        "圖書館今日休館，敬請見諒。",
        "Ein kurzer Satz über Äpfel",
        "съёмка окончена",
        "error: file not found",
        "東京タワーまで歩く",
    ]);
    let page = prop::sample::select(CodePage::ALL.to_vec());
    let garbled = (sentence.clone(), page.clone(), 0..3usize)
        .prop_map(|(text, page, layers)| (0..layers).fold(text.to_owned(), |text, _| misread(&text, page)));
    let between = prop::sample::select(vec![" ", "\n", "", "，", " // ", "?"]);
    prop::collection::vec((garbled, between), 1..4)
        .prop_map(|parts| parts.into_iter().map(|(text, mark)| text + mark).collect())
}

/// UTF-8 read as `page`, with `?` for what the page cannot read.
fn misread(text: &str, page: CodePage) -> String {
    let mut rest = text.as_bytes();
    let mut out = String::new();
    while !rest.is_empty() {
        let (c, len) = page.decode_one(rest).unwrap_or(('?', 1));
        out.push(c);
        rest = &rest[len..];
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_was_repaired_is_not_touched_again(text in any_mixture(), sure in any::<bool>()) {
        let repairer = Repairer::new(Options { min_confidence: if sure { 0.95 } else { 0.0 } });
        let once = repairer.repair(&text).text.into_owned();
        prop_assert_eq!(&repairer.repair(&once).text, &once);
    }

    #[test]
    fn a_repair_that_calls_itself_reversible_is(text in any_mixture()) {
        let staged = Repairer::default().repair(&text);
        for edit in staged.edits.iter().filter(|e| e.reversible) {
            let lost = edit.new.contains('\u{FFFD}');
            prop_assert!(edit.restored.is_empty() && !lost);
        }
    }
}

/// Every character of such garbage is a common one; only the kana stand where no Chinese text has them.
#[test]
fn addresses_in_big5_read_as_gbk_are_repaired() {
    for address in ["高雄市民雄鄉福德街12號", "臺中市西螺鎮竹林路8號"] {
        let (bytes, ..) = encoding_rs::BIG5.encode(address);
        let shown = encoding_rs::GBK.decode(&bytes).0;
        assert_eq!(Repairer::default().repair(&shown).text, address, "{shown}");
    }
}
