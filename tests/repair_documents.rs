//! What a whole document tells of a place in it that lost bytes.

use qingwen::codec::CodePage;
use qingwen::repair::{Options, Repairer};

fn best_guess(text: &str) -> String {
    Repairer::new(Options { min_confidence: 0.0 }).repair(text).text.into_owned()
}

/// UTF-8 bytes as Windows shows them in code page 936: one `?` for a lead byte and the ASCII character behind it.
fn windows_936(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::new();
    let mut at = 0;
    while let Some(&first) = bytes.get(at) {
        let second = bytes.get(at + 1).copied();
        let pair = second.and_then(|second| CodePage::Gbk.decode_one(&[first, second]));
        match (first, pair) {
            (0..=0x7F, _) => out.push(char::from(first)),
            (0x80, _) => out.push('€'),
            (_, Some((c, 2))) => out.push(c),
            _ => out.push('?'),
        }
        at += if first > 0x80 { 2 } else { 1 };
    }
    out
}

/// Each line by itself, as editors read files: no line feed is lost.
fn by_lines(text: &str) -> String {
    text.split('\n').map(windows_936).collect::<Vec<_>>().join("\n")
}

#[test]
fn words_that_stand_elsewhere_in_the_document_come_back() {
    // By itself, 药剂 followed by a lost character at the end of a line is read as 药剂子.
    let alone = by_lines("- 药剂学");
    assert!(alone.ends_with('?') && best_guess(&alone) != "- 药剂学");
    let clean =
        "# 医药目录\n\n- 毒理学概论与药剂学概论\n- 药理学和病理学\n- 药剂学\n- 药用植物学\n- 生药学简介";
    let bad = by_lines(clean);
    assert!(bad.lines().any(|line| line == alone), "{bad}");
    assert_eq!(best_guess(&bad), clean);
}

#[test]
fn carriage_returns_come_back_in_a_text_that_has_others() {
    let clean = "// 读取配置项\r\nint x;\r\n// 打开网络连接\r\n// 关闭窗口\r\n";
    let bad = by_lines(clean);
    assert!(bad.contains("?\n"), "a carriage return was swallowed");
    assert_eq!(best_guess(&bad), clean);
    // Where no line has one, none is invented.
    let unix = clean.replace("\r\n", "\n");
    assert!(!best_guess(&by_lines(&unix)).contains('\r'));
}

/// A file that was read in one piece: behind a full stop every line feed is swallowed, and what is left of the others
/// tells that lines end there, and not that sentences are set apart by spaces.
#[test]
fn line_feeds_come_back_in_a_file_that_was_read_in_one_piece() {
    let clean = "校园安全须知\n开学典礼在操场举行。\n请各班提前十分钟到场。\n下雨天改到体育馆\n严禁携带打火机\n\
        晚上九点以后不得外出。\n周末离校需要家长签字。\n宿舍每天检查卫生。\n迟到三次要写检讨\n\
        食堂七点开门\n图书馆十点关门。\n丢失校牌应当立即报告老师。\n";
    let bad = windows_936(clean);
    assert!(bad.matches('\n').count() < clean.matches('\n').count() / 2, "{bad}");
    assert_eq!(best_guess(&bad), clean);
}

/// The same where none is left: so much was lost that they must be among it.
#[test]
fn line_feeds_come_back_where_none_is_left() {
    let sentences = ["本条例自公布之日起施行。", "任何单位和个人不得侵占。", "学校应当加强安全教育。"];
    let clean: String = (0..30).map(|n| format!("{}\n", sentences[n % 3])).collect();
    let bad = windows_936(&clean);
    assert!(!bad.contains('\n'));
    assert_eq!(best_guess(&bad), clean);
}

/// 歉 and 渠 are shown as the same Cyrillic letter by two readers of Big5, so that not even a channel that is known
/// without a doubt reads it straight.
#[test]
fn what_decoders_spell_differently_is_told_by_its_context() {
    let lines = [
        "给您带来不便我们非常抱歉，敬请谅解。",
        "欢迎乘坐本次列车，祝您旅途愉快。",
        "列车前方到站是北京南站。",
    ];
    let garbled = |line: &str| -> String {
        let bytes = line.chars().flat_map(|c| CodePage::Gbk.bytes(c).iter().next().unwrap().to_vec());
        let bytes: Vec<u8> = bytes.collect();
        let shown = bytes.chunks(2).map(|pair| match pair {
            [0xC7, 0xB8] => 'К',
            pair => CodePage::Big5.decode_one(pair).map_or('?', |c| c.0),
        });
        shown.collect()
    };
    let clean = lines.join("\n");
    let bad = lines.map(garbled).join("\n");
    assert!(bad.contains('К') && !bad.contains('?'), "{bad}");
    assert_eq!(best_guess(&bad), clean);
}

#[test]
fn a_single_garbled_character_comes_back_in_a_garbled_document() {
    let clean =
        "本页说明如何安装和配置服务器，请按顺序阅读。\n以下各节介绍数据库的备份与恢复方法。\nA 与 B\n";
    let bad = by_lines(clean);
    assert!(bad.contains("A 涓?B"), "{bad}");
    assert_eq!(best_guess(&bad).lines().nth(2).map(|l| l.chars().count()), Some(5));
    // Beside no other garbage it is too little to tell.
    assert_eq!(best_guess("A 涓?B\n"), "A 涓?B\n");
}

#[test]
fn strings_tags_and_comments_are_closed_again() {
    for clean in
        [r#"title="用户组""#, r#"print("已保存");"#, "<b>已取消</b>", "/* 初始化*/", "{ text: '已停用' },"]
    {
        let bad = windows_936(clean);
        assert!(bad.contains('?'), "{bad}");
        assert_eq!(best_guess(&bad), clean);
    }
}

#[test]
fn a_first_byte_at_the_end_is_told_as_lost() {
    // 默认沙盒: of the last character one byte is left, and nothing tells what it began.
    let mut bad = windows_936("新建线程默认沙盒");
    bad.pop();
    let staged = Repairer::new(Options { min_confidence: 0.0 }).repair(&bad);
    assert_eq!(staged.text, "新建线程默认沙\u{FFFD}");
    let lost = staged.edits.iter().flat_map(|e| &e.restored).next_back();
    assert_eq!(lost.map(|r| (r.chosen, r.confidence)), Some(('\u{FFFD}', 0.0)));
}

#[test]
fn a_lost_byte_before_a_byte_it_could_have_paired_with_is_found() {
    // Python's GBK has no characters for private use: of 请 after ， the code AFB7 is none, so AF is lost alone, and
    // a later step wrote `?` for the mark.
    assert_eq!(best_guess("鏂囦欢锛岃?烽噸鏂扮櫥褰曘??\n"), "文件，请重新登录。\n");
    // The bytes that windows-1252 lacks.
    assert_eq!(best_guess("æ•°æ?®åº“è¿žæŽ¥å¤±è´¥"), "数据库连接失败");
}

#[test]
fn an_alphabet_is_no_garbage() {
    for clean in ["ÀÁÂÃ", "| À | Á | Â | Ã |", "ÐÑÒÓÔÕ"] {
        assert_eq!(best_guess(clean), clean);
    }
}

/// Windows-1252 and ISO-8859-15 differ in eight characters. Lines that have none of them look as if they had been read by
/// the commoner of the two; the others tell which it was.
#[test]
fn a_page_that_differs_in_eight_characters_is_told_from_its_twin() {
    let clean = "会议室在二楼的左手边，\n这里的风光非常好，\n会议室在二楼的左手边，\n这里的风光非常好，\n今年的现金流量比去年多。\n";
    for page in [CodePage::Cp1252, CodePage::Iso8859_15] {
        let shown = |c: char| match CodePage::Gbk.bytes(c).iter().next() {
            Some(bytes) if !c.is_ascii() => {
                bytes.iter().filter_map(|&b| page.decode_one(&[b])).map(|c| c.0).collect()
            }
            _ => c.to_string(),
        };
        let bad: String = clean.chars().map(shown).collect();
        assert_eq!(best_guess(&bad), clean, "{bad}");
    }
}
