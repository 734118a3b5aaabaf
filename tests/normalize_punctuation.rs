//! The punctuation step, as a specification: what a Chinese typesetter would have, and what stays.

use qingwen::normalize::{Normalizer, Step};

fn done(text: &str) -> String {
    Normalizer::new([Step::Punctuation]).normalize(text).text.into_owned()
}

#[track_caller]
fn becomes(cases: &[(&str, &str)]) {
    for (text, gold) in cases {
        assert_eq!(done(text), *gold, "from {text:?}");
    }
}

#[track_caller]
fn stays(cases: &[&str]) {
    for text in cases {
        assert_eq!(done(text), *text);
    }
}

#[test]
fn marks_between_chinese_become_full_width() {
    becomes(&[
        ("今天下雨,我们不去了.", "今天下雨，我们不去了."),
        ("第一,要快;第二,要好。", "第一，要快；第二，要好。"),
        ("记者:您为什么回来?", "记者：您为什么回来？"),
        ("太好了!真的吗?!", "太好了！真的吗？！"),
        ("他说:“好。”", "他说：“好。”"),
        ("《论语》,《孟子》都读过。", "《论语》，《孟子》都读过。"),
        ("先看明天的天气,\n再说去不去吧,", "先看明天的天气，\n再说去不去吧，"),
    ]);
}

#[test]
fn traditional_text_is_treated_the_same() {
    becomes(&[("產值同比增長16.7%,西部(重慶)科學城", "產值同比增長16.7%，西部（重慶）科學城")]);
}

#[test]
fn marks_after_numbers_and_latin_follow_the_line() {
    becomes(&[
        ("跌幅0.62%;深成指报9854.20点,跌幅0.91%。", "跌幅0.62%；深成指报9854.20点，跌幅0.91%。"),
        ("2018年,IBM宣布收购一家公司。", "2018年，IBM宣布收购一家公司。"),
        ("IBM,微软和谷歌都参加了会议。", "IBM，微软和谷歌都参加了会议。"),
        ("同比下降8.1%,PM2.5平均浓度为34微克每立方米。", "同比下降8.1%，PM2.5平均浓度为34微克每立方米。"),
        ("你用的是哪种手机,是iPhone?", "你用的是哪种手机，是iPhone？"),
        ("昨晚的NBA:湖人胜了。", "昨晚的NBA：湖人胜了。"),
    ]);
}

#[test]
fn numbers_times_and_ratios_stay() {
    stays(&[
        "共1,000元，合1,234,567.89分",
        "上午12:30开会",
        "主队3:1获胜",
        "全市“2+6+X”产业",
        "约翰福音3:16",
        "增长16.7，其中21.5来自西部",
    ]);
}

#[test]
fn brackets_change_as_pairs() {
    becomes(&[
        ("西部(重庆)科学城", "西部（重庆）科学城"),
        ("始建于上世纪(1956)的学校", "始建于上世纪（1956）的学校"),
        ("(ICP备123号)", "（ICP备123号）"),
        ("本站(ICP备123号)版权所有", "本站（ICP备123号）版权所有"),
        ("中央处理器(CPU)很快", "中央处理器（CPU）很快"),
        ("卷积神经网络 (CNN) 是一种模型", "卷积神经网络（CNN）是一种模型"),
        ("CPU(中央处理器)是计算机的核心", "CPU（中央处理器）是计算机的核心"),
        // Where only one of the two was half-width, the other says what was meant.
        ("促黄体生成激素（LH)升高", "促黄体生成激素（LH）升高"),
        ("(一)有自己的名称;(二)有固定的住所。", "（一）有自己的名称；（二）有固定的住所。"),
        ("结果:(1)浓度上升;(2)温度下降。", "结果：（1）浓度上升；（2）温度下降。"),
        ("价格(含税(增值税))不变", "价格（含税（增值税））不变"),
        ("结果以均数(x±s)表示", "结果以均数（x±s）表示"),
    ]);
}

#[test]
fn brackets_of_other_writing_stay() {
    stays(&[
        "f(x)是函数",
        "调用print(a)即可",
        "方法main()返回",
        "见merge(left, right)的说明",
        "记录(NULL, 'a')与记录(0, 'b')",
        "类型是(unsigned) long的变量",
        "百分比 = (净流量 × 100) ÷ 最大值",
        "非关键工序（!key+check）不检查",
        "点(1,2)与点(x,y)",
        "Microsoft(R)公司",
        "1)第一项",
        "报告(1).doc已保存",
        "照片(2).jpg",
        "只有左边(没有右边",
        "https://zh.wikipedia.org/wiki/重庆_(城市)",
        "先加入(NH4)2SO4再搅拌",
        "两组分别为(12.5±3.4)、(13.1±2.9)μg/L",
        "条件形如(... AND ...) OR (... AND ...)的语句",
        "出口在东南 (C1, C2) 方向",
    ]);
}

#[test]
fn other_languages_stay() {
    stays(&[
        "He said 你好, then left (quickly).",
        "東京(とうきょう),大阪です!",
        "東京都(本郷)\nこれは日本語の文章です。ひらがながたくさんあります。",
        "서울(首爾), 부산(釜山)",
        "chữ Nôm (字喃), chữ Hán (字漢)",
        "Plain English, nothing else: really? Yes!",
    ]);
}

#[test]
fn code_and_data_stay() {
    stays(&[
        "print(\"你好,世界\");",
        "log.info(\"设备({}) 不存在: \" + id);",
        "{\"名称\":\"张三\",\"城市\":\"北京\"}",
        "{'名称': '张三', '城市': '北京'}",
        "DRAFT(0, \"草稿\"), // 未提交",
        "FAILED(3, \"失败\"), // 活动到期的时候,会自动地将到期的活动全部设置成为失败(包括没有开始的)",
        "张三,25,北京",
        "北京,上海,广州,深圳",
        "苹果,apple",
        "1,这家酒店不错",
        "name:张三",
        "key: 值",
        "if (x == 1) { 返回(值); }",
        "```\n名称: 值\n```",
        "---\n标题: 你好\n---\n",
        "`a,中文:b`",
    ]);
}

#[test]
fn rows_of_a_table_keep_their_separators() {
    // Long fields, too, if the rows beside have as many.
    let table = "编号,姓名,地址,备注\n\
                 1,王小明,江苏省苏州市姑苏区平江路某某巷一百二十八号二单元,常住\n\
                 2,陈静,浙江省杭州市西湖区文三路某某大厦第十五层东侧,\"暂住,短期\"\n";
    stays(&[table]);
    // What stands in a field is text like any other.
    becomes(&[(&table.replace("常住", "常住(两年)"), &table.replace("常住", "常住（两年）"))]);
    // Sentences may have equally many commas.
    becomes(&[(
        "上午,下雨了,IBM的同事没有来。\n下午,天晴了,IBM的同事都来了。",
        "上午，下雨了，IBM的同事没有来。\n下午，天晴了，IBM的同事都来了。",
    )]);
}

#[test]
fn markup_stays() {
    stays(&[
        "![图](a,b.png)",
        "见[链接](http://a.com/中文,b)。",
        "<a title=\"你好,世界\">你好</a>",
        "中国&nbsp;北京&amp;上海",
        "| 名称 | 值 |\n|:---|---:|",
        "- 项目",
        "1. 项目",
        "地址http://a.com/?q=中国,北京&p=1",
    ]);
}

#[test]
fn the_semicolon_of_a_statement_stays() {
    stays(&["先执行 SHOW TABLES; 命令，再看结果", "运行到 return; 语句就会结束"]);
    becomes(&[("样品长 5 cm; 宽度没有测量。", "样品长 5 cm；宽度没有测量。")]);
}

#[test]
fn smileys_stay() {
    stays(&["你好:)", "难过:-(", "开心(^_^)", "哭(T_T)", "笑:D", "好的;)", "点赞:smile:了"]);
}

#[test]
fn the_space_after_a_widened_mark_goes() {
    becomes(&[
        ("你好, 世界", "你好，世界"),
        ("名称: 张三", "名称：张三"),
        ("支持中文, English 和日文等语言", "支持中文，English 和日文等语言"),
    ]);
    // Transcripts set marks between spaces.
    becomes(&[("佢嗰陣時呢 , 唱得幾好 ?", "佢嗰陣時呢，唱得幾好？"), ("有冇睇啊 ?", "有冇睇啊？")]);
    stays(&["名称 : 值", "你好 , world", "多个名称以 , 分隔，也可以写多次。"]);
    // Columns are set with more than one.
    becomes(&[("姓名:    张三", "姓名：    张三")]);
}

#[test]
fn a_full_stop_is_one_only_beyond_doubt() {
    becomes(&[(
        "对该方法进行了改进,提高了效率.实验结果表明,该方法是可行的.",
        "对该方法进行了改进，提高了效率。实验结果表明，该方法是可行的。",
    )]);
    stays(&["约翰.肯尼迪总统", "版本v1.2.3发布", "文件名.txt", "等等...", "共3.5公里"]);
    // A name in the line: no stop of it is touched.
    becomes(&[("美国总统约翰.肯尼迪来访,受到了热烈的欢迎.", "美国总统约翰.肯尼迪来访，受到了热烈的欢迎.")]);
}

#[test]
fn edits_say_what_they_are() {
    let done = Normalizer::new([Step::Punctuation]).normalize("西部(重庆)");
    let edits: Vec<_> = done.edits.iter().map(|e| (e.before.clone(), &*e.old, &*e.new, &*e.cause)).collect();
    assert_eq!(edits, [(6..7, "(", "（", "punctuation"), (13..14, ")", "）", "punctuation")]);
}
