//! CSV and TSV: cells change, every other byte stays.

use crate::support::{CLEAN, Place, Ran, fine, garble};

const CSV: &[&str] = &["repair", "--format", "csv"];

#[test]
fn cells_change_and_every_other_byte_stays() {
    let place = Place::new();
    let table = |text: &str| {
        format!(
            "\u{FEFF}id,\"名, \"\"称\"\"\",z\r\n\r\n 1 ,\"{text}\",\"\"\r\n2,\"a\"\"b\r\n{text}\",'x\n3,{text},-0.0,more\n4,,"
        )
    };
    assert_eq!(place.feed(CSV, table(&garble(CLEAN))), fine(table(CLEAN)));
    assert_eq!(place.feed(CSV, table(CLEAN)), fine(table(CLEAN)));
}

#[test]
fn columns_are_chosen_by_name_or_number() {
    let place = Place::new();
    let bad = garble(CLEAN);
    let table = |a: &str, b: &str, c: &str| format!("\"甲\",乙,2\n{a},{b},{c}\n");
    let input = table(&bad, &bad, &bad);
    let run = |columns: &[&str]| place.feed(&[CSV, columns].concat(), &input);
    assert_eq!(run(&["--column", "甲"]), fine(table(CLEAN, &bad, &bad)));
    // A name comes before a number.
    assert_eq!(run(&["--column", "2"]), fine(table(&bad, &bad, CLEAN)));
    assert_eq!(run(&["--column", "乙", "--column", "1"]), fine(table(CLEAN, CLEAN, &bad)));
    let ran = run(&["--column", "丙"]);
    assert_eq!((ran.code, &*ran.out), (2, ""));
    assert_eq!(ran.err, "qingwen: standard input: no column `丙` in the first record: 甲, 乙, 2\n");
}

/// A comma between Chinese words is no punctuation here.
#[test]
fn clean_leaves_what_parts_the_cells() {
    let place = Place::new();
    place.write("a.csv", "圖書館,很大,好\n\"第一,第二\",（好）,x\n");
    assert_eq!(place.run(&["clean", "a.csv"]), fine("图书馆,很大,好\n\"第一，第二\",（好）,x\n"));
}

#[test]
fn a_cell_is_quoted_when_its_new_text_needs_it() {
    let place = Place::new();
    // Both read `"好，"` when they are repaired and cleaned of full-width forms.
    let table = "１，２\t３\n";
    let arguments = ["normalize", "--step", "width", "--delimiter", ","];
    let ran = place.feed(&arguments, "ａ，ｂ,c\n");
    assert_eq!(ran.code, 0);
    assert!(ran.out == "\"a,b\",c\n" || ran.out == "a，b,c\n", "{}", ran.out);
    let ran = place.feed(&["normalize", "--step", "width", "--format", "tsv"], table);
    assert_eq!(ran.code, 0);
    assert!(ran.out.ends_with("\t3\n"), "{}", ran.out);
}

#[test]
fn the_dialect_goes_by_the_name_and_by_options() {
    let place = Place::new();
    let bad = garble(CLEAN);
    for name in ["a.tsv", "a.tab", "A.TSV"] {
        place.write(name, format!("x\ty, z\n{bad}\t\"{bad}\"\n"));
        let ran = place.run(&["repair", "--column", "y, z", name]);
        assert_eq!(ran, fine(format!("x\ty, z\n{bad}\t\"{CLEAN}\"\n")), "{name}");
    }
    let ran = place.feed(&["repair", "--delimiter", ";", "--column", "b"], format!("a;b\n{bad};{bad}\n"));
    assert_eq!(ran, fine(format!("a;b\n{bad};{CLEAN}\n")));
    let ran = place.feed(&["repair", "--no-quotes", "--column", "2"], format!("\"{bad},{bad}\n"));
    assert_eq!(ran, fine(format!("\"{bad},{CLEAN}\n")));
}

/// What Excel writes where the comma parts the digits of a number, and databases where text is full of commas.
#[test]
fn what_parts_the_cells_is_seen_if_it_is_no_comma() {
    let place = Place::new();
    let bad = garble(CLEAN);
    for (begin, delimiter) in
        [("", ';'), ("", '\t'), ("", '|'), ("sep=;\r\n", ';'), ("\u{FEFF}sep=|\r\n", '|')]
    {
        let table =
            |text: &str| format!("{begin}甲{delimiter}乙\r\n1,5{delimiter}{text}\r\n2,5{delimiter}x\r\n");
        place.write("a.csv", table(&bad));
        assert_eq!(place.run(&["repair", "--column", "乙", "a.csv"]), fine(table(CLEAN)));
        let ran = place.run(&["repair", "--annotate", "a.csv"]);
        assert!(
            ran.out.starts_with(&format!("{begin}甲{delimiter}乙{delimiter}qingwen_verdict{delimiter}")),
            "{}",
            ran.out
        );
        // Whoever names it is believed.
        let ran = place.run(&["repair", "--column", "乙", "--delimiter", ",", "a.csv"]);
        assert_eq!((ran.code, &*ran.out), (2, ""));
    }
    let table = |text: &str| encoding_rs::GBK.encode(&format!("甲;乙\n1,5;{text}\n")).0.into_owned();
    std::fs::write(place.path("a.csv"), table("圖書館")).unwrap();
    assert_eq!(place.run(&["convert", "-i", "-c", "t2s", "--column", "乙", "a.csv"]), fine(""));
    assert_eq!(std::fs::read(place.path("a.csv")).unwrap(), table("图书馆"));
}

#[test]
fn a_column_that_no_record_has_is_told() {
    let place = Place::new();
    let bad = garble(CLEAN);
    // The first record is a title.
    place.write("a.csv", format!("名单\n1,{bad}\n"));
    assert_eq!(place.run(&["repair", "--column", "2", "a.csv"]), fine(format!("名单\n1,{CLEAN}\n")));
    let ran = place.run(&["repair", "--column", "3", "a.csv"]);
    assert_eq!((ran.code, ran.out), (2, format!("名单\n1,{bad}\n")));
    assert_eq!(ran.err, "qingwen: a.csv: no record has a column `3`: 2 is the most (--delimiter)\n");
}

/// 台北 in Big5 as Latin-1, alone and among others: rows of a table are evidence for each other.
#[test]
fn a_short_cell_is_surer_among_others() {
    let place = Place::new();
    let bad = "¥x¥_\n";
    assert_eq!(place.feed(CSV, bad), fine(bad));
    // 會議記錄, 銷售合同, 人員名單, 採購計劃, 年度總結
    let others = "·|Ä³°O¿ý\n¾P°â¦X¦P\n¤H\u{AD}û¦W³æ\n±ÄÁÊ\u{AD}p¹º\n¦~«×Á`µ²\n";
    let ran = place.feed(CSV, format!("{others}{bad}"));
    assert_eq!(ran.out.lines().last(), Some("台北"), "{}", ran.out);
}

#[test]
fn bad_records_go_through_and_are_named() {
    let place = Place::new();
    let bad = garble(CLEAN);
    let mut input = format!("{bad},b\na,\"b\"c\n").into_bytes();
    input.extend_from_slice(b"\xFF\n");
    let open = format!("{bad},\"no end\n{bad}\n");
    input.extend_from_slice(open.as_bytes());
    place.write("a.csv", &input);
    let ran = place.run(&["repair", "--column", "1", "a.csv", "-o", "b"]);
    assert_eq!(
        ran,
        Ran {
            code: 2,
            out: String::new(),
            err: "qingwen: a.csv: record 2, column 6: text after the end of a quoted cell; left as it is\n\
                  qingwen: a.csv: record 3, column 1: invalid UTF-8 (byte FF); left as it is\n\
                  qingwen: a.csv: record 4, column 58: a quoted cell does not end; left as it is\n"
                .replace("column 58", &format!("column {}", bad.chars().count() + 2))
        }
    );
    let mut expected = format!("{CLEAN},b\na,\"b\"c\n").into_bytes();
    expected.extend_from_slice(b"\xFF\n");
    expected.extend_from_slice(open.as_bytes());
    assert_eq!(std::fs::read(place.path("b")).unwrap(), expected);
    let strict = place.run(&["repair", "-i", "--strict", "--column", "1", "a.csv"]);
    assert_eq!(strict.code, 2);
    assert_eq!(std::fs::read(place.path("a.csv")).unwrap(), input);
}

/// A wrong decoder may have swallowed quotes and commas with the last byte of a character.
#[test]
fn a_record_that_is_damaged_itself_is_repaired_as_text() {
    let place = Place::new();
    let bad = garble(CLEAN);
    let table = |text: &str| format!("a,b\n{text},\"好\"x\n{text}\n1,\"{text}\n");
    assert_eq!(place.feed(CSV, table(&bad)), fine(table(CLEAN)));
    assert!(place.feed(&["explain", "--format", "csv"], table(&bad)).out.contains("  2 1 1:1 "));
    // Punctuation would become that of a sentence.
    let ran = place.feed(&["normalize", "--format", "csv"], "好,b\n好,\"好\"好,好\n");
    assert_eq!((ran.code, &*ran.out), (2, "好,b\n好,\"好\"好,好\n"));
}

/// A quote that is never closed makes one record of all that follows.
#[test]
fn a_record_over_the_limit_goes_through_to_its_end() {
    let place = Place::new();
    let bad = garble(CLEAN);
    let long = format!("1,\"{}\n{bad}\"\"\n\",{bad}\r\n", "长,\n".repeat(100_000));
    let ran = place.feed(&[CSV, &["--max-record", "100K"]].concat(), format!("{bad}\n{long}{bad},2\n"));
    assert_eq!(ran.code, 2);
    assert!(ran.out == format!("{CLEAN}\n{long}{CLEAN},2\n"));
    assert_eq!(
        ran.err,
        "qingwen: standard input: record 2: longer than 102400 bytes (--max-record); left as it is\n"
    );
    let cells = format!("{}\n{bad}\n", ",".repeat(70_000));
    let ran = place.feed(&[CSV, &["--column", "1"]].concat(), &cells);
    assert_eq!((ran.code, ran.out), (2, format!("{}\n{CLEAN}\n", ",".repeat(70_000))));
    assert!(ran.err.contains("more than 65536 cells"));
}

#[test]
fn tables_are_changed_in_place_reported_and_undone() {
    let place = Place::new();
    let old = format!("名,文\n\"{0}\",{0}\n好,好\n", garble(CLEAN));
    place.write("a.csv", &old);
    assert_eq!(place.run(&["repair", "--check", "a.csv"]).code, 1);
    let diff = place.run(&["repair", "--diff", "a.csv"]);
    assert!(diff.out.contains(&format!("+\"{CLEAN}\",{CLEAN}\n")), "{}", diff.out);
    let ran = place.run(&["repair", "-i", "--column", "文", "a.csv", "--report", "r", "--journal", "j"]);
    assert_eq!(ran, fine(""));
    assert_eq!(place.read("a.csv"), format!("名,文\n\"{}\",{CLEAN}\n好,好\n", garble(CLEAN)));
    let report = place.read("r");
    assert_eq!(report.lines().count(), 1);
    assert!(report.contains("\"record\":2,\"field\":\"文\",\"stage\":\"repair\",\"at\":[0,"), "{report}");
    assert_eq!(place.run(&["undo", "j"]), fine(""));
    assert_eq!(place.read("a.csv"), old);
    let explained = place.run(&["explain", "a.csv"]);
    assert!(
        explained.out.contains("  2 1 1:1 ") && explained.out.contains("  2 2 1:1 "),
        "{}",
        explained.out
    );
    assert_eq!(place.run(&["detect", "a.csv"]).code, 1);
}

#[test]
fn options_that_contradict_each_other_are_refused() {
    let place = Place::new();
    for arguments in [
        &["repair", "--format", "csv", "--field", "a"][..],
        &["repair", "--format", "text", "--column", "a"],
        &["repair", "--field", "a", "--column", "a"],
        &["repair", "--delimiter", "\""],
        &["repair", "--delimiter", "，"],
    ] {
        assert_eq!(place.run(arguments).code, 2, "{arguments:?}");
    }
}

/// A wrong decoder takes the names of columns with it; a column is asked for as it stands.
#[test]
fn the_names_of_columns_are_repaired_too() {
    let place = Place::new();
    let table = |name: &str, text: &str| format!("id,{name}\n1,{text}\n");
    let (name, text) = ("公园的名称", CLEAN);
    let bad = table(&garble(name), &garble(text));
    assert_eq!(place.feed(CSV, &bad), fine(table(name, text)));
    let ran = place.feed(&[CSV, &["--column", &garble(name)]].concat(), &bad);
    assert_eq!(ran, fine(table(name, text)));
    assert_eq!(place.feed(&[CSV, &["--column", "1"]].concat(), &bad), fine(bad));
}

#[test]
fn a_table_too_short_to_tell_its_encoding_has_the_likely_ones_named() {
    let place = Place::new();
    let bytes = encoding_rs::GBK.encode("id,name\n1,李四\n").0;
    place.write("a.csv", &bytes);
    let ran = place.run(&["repair", "-o", "out", "a.csv"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.starts_with("qingwen: a.csv: is not all UTF-8; perhaps it is gb18030 ("), "{}", ran.err);
    assert_eq!(place.run(&["repair", "--encoding", "gbk", "a.csv"]), fine("id,name\n1,李四\n"));
}

/// The first bytes alone say nothing: the encoding is told by records further down.
#[test]
fn the_encoding_is_told_where_the_first_record_is_ascii() {
    let place = Place::new();
    let simplified = "id,title,body\n1,检查网络连接,重新启动以后再试一次\n2,保存当前文件,然后关闭所有窗口\n";
    let traditional = "id,title,body\n1,檢查網路連線,重新啟動以後再試一次\n2,儲存目前檔案,然後關閉所有視窗\n";
    let japanese = "id,title,body\n1,設定を確認してください,もう一度お試しください\n";
    let cases = [
        ("gb18030", encoding_rs::GBK.encode(simplified).0.into_owned(), simplified),
        ("big5", encoding_rs::BIG5.encode(traditional).0.into_owned(), traditional),
        ("shift_jis", encoding_rs::SHIFT_JIS.encode(japanese).0.into_owned(), japanese),
        ("utf-16le", simplified.encode_utf16().flat_map(u16::to_le_bytes).collect(), simplified),
    ];
    for (name, bytes, text) in cases {
        place.write("a.csv", &bytes);
        let told = place.run(&["detect", "a.csv"]);
        assert_eq!((told.code, told.err.as_str()), (0, ""), "{name}");
        assert!(told.out.starts_with(&format!("a.csv: {name} (")), "{}", told.out);
        assert_eq!(place.run(&["repair", "a.csv"]), fine(text), "{name}");
    }
}
