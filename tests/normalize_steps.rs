//! The steps one by one, as a specification: what each changes and what it leaves.

use qingwen::normalize::{Normalizer, Preset, QuickCheck, Step};

#[track_caller]
fn becomes(step: Step, cases: &[(&str, &str)]) {
    let normalizer = Normalizer::new([step]);
    for (text, gold) in cases {
        assert_eq!(normalizer.normalize(text).text, *gold, "{step} of {text:?}");
        assert_ne!(normalizer.quick_check(text), QuickCheck::Yes, "{step} of {text:?}");
    }
}

#[track_caller]
fn stays(step: Step, cases: &[&str]) {
    let normalizer = Normalizer::new([step]);
    for text in cases {
        assert_eq!(normalizer.normalize(text).text, *text, "{step}");
        assert_ne!(normalizer.quick_check(text), QuickCheck::No, "{step} of {text:?}");
    }
}

#[test]
fn line_ends() {
    becomes(
        Step::LineEnds,
        &[
            ("一\r\n二\r三\n四", "一\n二\n三\n四"),
            ("一\u{85}二\u{2028}三\u{2029}四", "一\n二\n三\n四"),
            ("\r\r\n", "\n\n"),
        ],
    );
}

#[test]
fn byte_order_marks() {
    becomes(Step::ByteOrderMarks, &[("\u{FEFF}中\u{FEFF}文", "中文")]);
    stays(Step::ByteOrderMarks, &["（全角）"]);
}

#[test]
fn controls() {
    becomes(Step::Controls, &[("中\0文\u{8}\u{1B}[0m\u{7F}", "中文[0m"), ("中\u{81}文", "中文")]);
    // NEL is a line end: its own step decides.
    stays(Step::Controls, &["一\t二\r\n三\n", "一\u{85}二", "ÄÖÜ"]);
}

#[test]
fn zero_width() {
    becomes(
        Step::ZeroWidth,
        &[("中\u{200B}文", "中文"), ("a\u{200C}b\u{2060}", "ab"), ("中\u{200D}😀", "中😀"), ("\u{200B}", "")],
    );
    // A family of four; a Persian word; a Thai line that may break there.
    stays(
        Step::ZeroWidth,
        &["👨\u{200D}👩\u{200D}👧\u{200D}👦", "می\u{200C}خواهم", "ภาษา\u{200B}ไทย", "❤\u{FE0F}\u{200D}🔥"],
    );
    // At the end of a word too, where a joiner is the letter's shape: the Islamic year, a chillu of Malayalam, a half
    // form of Devanagari; the separator inside a Mongolian word.
    stays(
        Step::ZeroWidth,
        &["١٤٤٥ ه\u{200D}. سنة", "അവന\u{D4D}\u{200D} പറഞ്ഞു", "क\u{94D}\u{200D} ", "ᠬᠠᠷ\u{180E}ᠠ"],
    );
    // A zero-width space shapes nothing.
    becomes(Step::ZeroWidth, &[("سنة\u{200B} ", "سنة "), ("\u{200D}中", "中")]);
}

#[test]
fn bidi() {
    becomes(
        Step::Bidi,
        &[("文件\u{202E}名", "文件名"), ("\u{200E}+86 10", "+86 10"), ("\u{2066}甲\u{2069}", "甲")],
    );
    stays(Step::Bidi, &["中文 \u{202B}שלום\u{202C}!", "العربية\u{200F}."]);
    // Line by line.
    becomes(Step::Bidi, &[("\u{200F}中文\nשלום\u{200F}", "中文\nשלום\u{200F}")]);
}

#[test]
fn soft_hyphens() {
    becomes(Step::SoftHyphens, &[("nor\u{AD}mal", "normal")]);
}

#[test]
fn variation_selectors() {
    becomes(
        Step::VariationSelectors,
        &[("葛\u{E0100}城", "葛城"), ("，\u{FE01}", "，"), ("字\u{FE0F}", "字"), ("1\u{FE0F}月", "1月")],
    );
    // Emoji, keycaps, the circled ideographs that are emoji, mathematics.
    stays(
        Step::VariationSelectors,
        &["❤\u{FE0F}", "1\u{FE0F}\u{20E3}", "㊗\u{FE0F}", "∩\u{FE00}", "©\u{FE0F}"],
    );
}

#[test]
fn tags() {
    let england = "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}";
    stays(Step::Tags, &[england]);
    becomes(Step::Tags, &[("中\u{E0041}\u{E0042}文", "中文"), ("🏴\u{E0067}文", "🏴文")]);
}

#[test]
fn html_entities() {
    becomes(
        Step::HtmlEntities,
        &[
            ("&#20013;&#x6587;", "中文"),
            ("&ldquo;你好&rdquo;&hellip;", "“你好”…"),
            ("中&nbsp;文", "中\u{A0}文"),
            ("&amp;#20013;&amp;amp;nbsp;", "中\u{A0}"),
        ],
    );
    // What markup is made of, what is not Chinese text, and what is no reference.
    stays(
        Step::HtmlEntities,
        &["&lt;b&gt;", "&amp;", "&#60;", "&eacute;", "AT&T;", "&#xD800;", "&#99999999;", "a=1&copy=2"],
    );
}

#[test]
fn backslash_escapes() {
    becomes(
        Step::BackslashEscapes,
        &[
            (r"\u4e2d\u6587", "中文"),
            (r"\u{4e2d}\U00006587", "中文"),
            (r"\ud83d\ude00", "😀"),
            (r"\xe4\xb8\xad", "中"),
            (r#"{"k":"\u4e2d\n"}"#, r#"{"k":"中\n"}"#),
        ],
    );
    stays(
        Step::BackslashEscapes,
        &[r"\n\t", r"\u0041", r"\\u4e2d", r"\ud83d", r"\xe4\xb8", r"C:\users", r"\u{}", r"\"],
    );
}

#[test]
fn percent_escapes() {
    becomes(
        Step::PercentEscapes,
        &[
            ("q=%E4%B8%AD%e6%96%87&x=%20", "q=中文&x=%20"),
            ("%u4E2D%u6587", "中文"),
            ("%FF%E4%B8%AD", "%FF中"),
        ],
    );
    stays(Step::PercentEscapes, &["100%", "%20%2F", "%E4%B8", "%u0041", "%C3%A9"]);
    // GBK and Big5, as older sites have them. A letter of Latin-1 is no ideograph, nor are two.
    becomes(
        Step::PercentEscapes,
        &[("wd=%D0%C2%CE%C5&ie=gbk", "wd=新闻&ie=gbk"), ("q=%B7s%BBD q=%A4%D1%AE%F0", "q=%B7s%BBD q=天氣")],
    );
    stays(
        Step::PercentEscapes,
        &["caf%E9", "%E9t%E9", "%D6%D0", "%FC%E4%F6%DF", "%D6%D0%CE", "Stra%DFe%20%E4%F6"],
    );
}

#[test]
fn private_use_of_gb() {
    // The euro sign of CP936, a character that GB 18030-2000 had in the private-use area, and vertical marks.
    becomes(
        Step::PrivateUseGb,
        &[("\u{E76C}\u{E81E}\u{E78D}\u{E816}", "€龴︐\u{20087}"), ("\u{E5E5}", "\u{3000}")],
    );
    stays(Step::PrivateUseGb, &["\u{E000}\u{E766}\u{F8FF}"]);
}

#[test]
fn private_use_of_hkscs() {
    // FA40, 8BFA and FEFE of Big5-HKSCS, by Microsoft's formula and since HKSCS-2004.
    becomes(
        Step::PrivateUseHkscs,
        &[("\u{E000}", "\u{20547}"), ("\u{F572}", "\u{20087}"), ("\u{E310}", "\u{79D4}")],
    );
    stays(Step::PrivateUseHkscs, &["\u{F8FF}", "\u{EEB8}"]);
}

#[test]
fn the_two_private_uses_overlap_and_gb_goes_first() {
    let both = Normalizer::new([Step::PrivateUseHkscs, Step::PrivateUseGb]);
    assert_eq!(both.normalize_fast("\u{E76C}\u{E000}"), "€\u{20547}");
}

#[test]
fn radicals() {
    becomes(Step::Radicals, &[("⼈⼝⽊", "人口木"), ("⺠国", "民国"), ("⻓⻋", "长车")]);
    // Two places of the supplement's block are no radicals; strokes are drawn on purpose.
    stays(Step::Radicals, &["人口", "\u{2E9A}", "㇐㇒"]);
}

#[test]
fn compatibility_ideographs() {
    becomes(
        Step::CompatibilityIdeographs,
        &[("\u{F90A}\u{F9DC}", "金隆"), ("\u{FA19}社", "神社"), ("\u{2F800}", "丽")],
    );
    // Twelve characters of the block are unified ideographs.
    stays(Step::CompatibilityIdeographs, &["\u{FA0E}\u{FA11}\u{FA29}", "\u{FB01}"]);
}

#[test]
fn katakana() {
    becomes(
        Step::Katakana,
        &[("ｶﾀｶﾅ", "カタカナ"), ("ｶﾞｷﾞﾊﾟｳﾞ", "ガギパヴ"), ("｢ｱ､ｲ｡｣", "「ア、イ。」"), ("ﾞｱﾞ", "゛ア゛")],
    );
    stays(Step::Katakana, &["カナ", "，ＡＢ"]);
}

#[test]
fn width() {
    becomes(
        Step::Width,
        &[
            ("ＡＢＣ１２３", "ABC123"),
            ("１２：３０到１，２３４．５％", "12:30到1,234.5%"),
            ("ａ＠ｂ．ｃｏｍ", "a@b.com"),
            ("＄１００", "$100"),
        ],
    );
    // The marks of a Chinese sentence, between Latin words too.
    stays(Step::Width, &["你好，世界！（全）", "支持Windows，Linux", "时间：下午", "第1，第2"]);
}

#[test]
fn spaces() {
    becomes(Step::Spaces, &[("中\u{A0}文\u{2009}x\u{202F}y", "中 文 x y")]);
    // The ending of a Mongolian word hangs on a narrow no-break space.
    stays(Step::Spaces, &["\u{3000}\u{3000}段落", "a b", "ᠪᠢᠴᠢᠭ\u{202F}ᠦᠨ"]);
    becomes(Step::IdeographicSpaces, &[("\u{3000}\u{3000}段落", "  段落")]);
}

#[test]
fn ocr_spaces() {
    becomes(
        Step::OcrSpaces,
        &[
            ("本 发 明 涉 及 一种", "本发明涉及 一种"),
            ("你好 ，世界 。", "你好，世界。"),
            ("首先， 打开", "首先，打开"),
            ("（ 见 图 一 二 ）", "（见图一二）"),
        ],
    );
    stays(
        Step::OcrSpaces,
        &["开放 创新", "（第四条） 走私罪", "张 三", "王 小 明", "甲  乙  丙  丁", "使用 Git 提交"],
    );
}

#[test]
fn han_spaces() {
    becomes(Step::HanSpaces, &[("开放 创新", "开放创新"), ("张\u{3000}三", "张三"), ("好 ， 是", "好，是")]);
    stays(Step::HanSpaces, &["使用 Git 提交", "\u{3000}\u{3000}段落", "行\n 行"]);
}

#[test]
fn ellipses() {
    becomes(
        Step::Ellipses,
        &[
            ("等等...", "等等……"),
            ("好。。。吧", "好……吧"),
            ("好…", "好……"),
            ("天………", "天……"),
            ("然而······", "然而……"),
        ],
    );
    stays(
        Step::Ellipses,
        &[
            "等等……",
            "wait...",
            "第一章..........12",
            "cd ../..",
            "かな...",
            "[...args]",
            "一。二。",
            "张三·李四",
        ],
    );
}

#[test]
fn dashes() {
    becomes(
        Step::Dashes,
        &[("教育--人的事业", "教育——人的事业"), ("好──吗", "好——吗"), ("他说－－\n", "他说——\n")],
    );
    stays(
        Step::Dashes,
        &["教育——人", "北京—上海", "-----", "--选项", "参数--help", "1--2", "<!--注释-->", "表────────"],
    );
}

#[test]
fn latin_punctuation() {
    becomes(
        Step::LatinPunctuation,
        &[
            ("Hello，world！", "Hello, world!"),
            (
                "See the manual（chapter 2）。Then go on：it works。",
                "See the manual (chapter 2). Then go on: it works.",
            ),
            ("From 12：30 to 3，000 for a；b（c）", "From 12:30 to 3,000 for a; b (c)"),
        ],
    );
    // Chinese, Japanese and Korean lines keep theirs, and so do lines without words.
    stays(
        Step::LatinPunctuation,
        &["你好，world！", "かな，ABC", "한글（Korean）", "１２：３０", "，。！", "a, b"],
    );
}

#[test]
fn straight_quotes() {
    becomes(
        Step::StraightQuotes,
        &[("他说\"你好\"。", "他说“你好”。"), ("\"学校\"和\"家\"", "“学校”和“家”")],
    );
    stays(
        Step::StraightQuotes,
        &[
            "屏幕有15\"大",
            "print(\"你好\")",
            "\"名称\":\"值\"",
            "<a title=\"好\">好</a>",
            "say \"hi\" please",
        ],
    );
}

#[test]
fn curly_and_corner_quotes() {
    becomes(Step::CurlyQuotes, &[("他說「你好『世界』」", "他說“你好‘世界’”")]);
    becomes(
        Step::CornerQuotes,
        &[("他說“你好‘世界’”", "他說「你好『世界』」"), ("他们都说“it’s”很好", "他们都说「it’s」很好")],
    );
    stays(Step::CurlyQuotes, &["「こんにちは」と言う"]);
    stays(Step::CornerQuotes, &["He said “hello” to ‘me’.", "it’s"]);
}

#[test]
fn repeated_marks() {
    becomes(
        Step::RepeatedMarks,
        &[("好，，是。。", "好，是。"), ("快！！！！！！", "快！！！"), ("真的？？？？", "真的？？？")],
    );
    stays(Step::RepeatedMarks, &["好！！！", "好。。。", "好？！", "……", "——"]);
}

#[test]
fn variants() {
    becomes(Step::Variants, &[("高峯羣山", "高峰群山"), ("喫飯", "吃飯"), ("傚仿", "效仿")]);
    // 妳 is two characters' variant; 淼, 昇 and 喆 are standard again since 2013; 體 is for conversion.
    stays(Step::Variants, &["峯の山", "妳好", "淼昇喆", "體育"]);
}

#[test]
fn join_lines() {
    let broken = "一九四九年以后，中国的城市发展经历了若干个阶段，每个阶段都有自己\n\
                  的特点，也都留下了各自的问题，需要我们在今天认真地加以总结和研究，\n\
                  才能看清楚未来的方向。\n\
                  第二段从这里开始。";
    let joined = "一九四九年以后，中国的城市发展经历了若干个阶段，每个阶段都有自己的特点，也都留下了各自的问题，\
                  需要我们在今天认真地加以总结和研究，才能看清楚未来的方向。\n第二段从这里开始。";
    becomes(Step::JoinLines, &[(broken, joined)]);
    stays(Step::JoinLines, &["床前明月光，\n疑是地上霜。", "标题\n正文。", "短行\n短行\n短行"]);
}

#[test]
fn edits_name_the_step() {
    for (step, text) in [(Step::Radicals, "⼈"), (Step::Bidi, "\u{200E}中"), (Step::Nfc, "e\u{301}")] {
        let done = Normalizer::new([step]).normalize(text);
        assert_eq!(done.edits.len(), 1);
        assert_eq!(done.edits[0].cause, step.name());
    }
}

#[test]
fn where_two_steps_meet_the_edit_names_both() {
    // A full-width ligature's worth: the radical becomes an ideograph, which the variants then replace.
    let done = Normalizer::new([Step::BackslashEscapes, Step::Radicals]).normalize("x\\u2f00y");
    assert_eq!(done.text, "x一y");
    assert_eq!(done.edits[0].cause, "backslash-escapes+radicals");
    assert_eq!((done.edits[0].before.clone(), done.edits[0].after.clone()), (1..7, 1..4));
}

/// The presets, spelled out: a name keeps its meaning, so that a change here is a change of version.
#[test]
fn presets_are_what_they_were() {
    let list = |p: Preset| p.steps().iter().map(|s| s.name()).collect::<Vec<_>>().join(" ");
    assert_eq!(
        list(Preset::Clean),
        "controls zero-width private-use-gb radicals compatibility-ideographs punctuation"
    );
    assert_eq!(
        list(Preset::Search),
        "line-ends byte-order-marks controls zero-width bidi soft-hyphens variation-selectors tags html-entities \
         private-use-gb radicals compatibility-ideographs nfkc han-spaces curly-quotes variants"
    );
    assert_eq!(
        list(Preset::Training),
        "line-ends byte-order-marks controls zero-width bidi soft-hyphens variation-selectors tags \
         private-use-gb radicals nfc spaces"
    );
    assert_eq!(list(Preset::None), "");
}

#[test]
fn presets_do_what_they_are_for() {
    let with =
        |p: Preset, text: &str| Normalizer::new(p.steps().iter().copied()).normalize_fast(text).into_owned();
    assert_eq!(with(Preset::Clean, "\u{200B}⻄部(重庆),同比增长16.7%"), "西部（重庆），同比增长16.7%");
    assert_eq!(with(Preset::Search, "Ｑｉｎｇ 「你 好」，世界！"), with(Preset::Search, "Qing “你好”,世界!"));
    assert_eq!(with(Preset::Training, "\u{FEFF}西部(重庆)\r\ncafe\u{301}"), "西部(重庆)\ncafé");
    assert_eq!(with(Preset::None, "\u{FEFF}\r\n"), "\u{FEFF}\r\n");
}
