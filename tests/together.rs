//! Texts that belong together: what one shows helps the others, and each has an account of its own.

use encoding_rs::{BIG5, Encoding, GBK, WINDOWS_1252};
use proptest::prelude::*;
use qingwen::edit::{Reason, Staged};
use qingwen::repair::Repairer;

fn garbled(text: &str, page: &'static Encoding) -> String {
    page.decode_without_bom_handling(text.as_bytes()).0.into_owned()
}

fn texts(repaired: &[Vec<Staged<'_>>]) -> Vec<Vec<String>> {
    repaired.iter().map(|r| r.iter().map(|s| s.text.clone().into_owned()).collect()).collect()
}

/// Old and new text of every edit stand where the edit says.
fn assert_accounted(records: &[Vec<&str>], repaired: &[Vec<Staged<'_>>]) {
    for (text, staged) in records.iter().flatten().zip(repaired.iter().flatten()) {
        for edit in &staged.edits {
            assert_eq!(&text[edit.before.clone()], edit.old);
            assert_eq!(&staged.text[edit.after.clone()], edit.new);
            for restored in &edit.restored {
                assert!(edit.new[restored.at..].starts_with(restored.chosen));
            }
        }
        assert!(staged.left.iter().all(|l| text.get(l.at.clone()).is_some()));
        if staged.edits.is_empty() {
            assert_eq!(staged.text, **text);
        }
    }
}

#[test]
fn each_cell_of_a_garbled_row_is_repaired_with_its_own_edits() {
    let row = ["黄晓明", "浙江省杭州市西湖区", "数据库管理员"].map(|t| garbled(t, WINDOWS_1252));
    let records = [row.iter().map(String::as_str).collect(), vec!["李娜", "上海", "教师"]];
    let repaired = Repairer::default().repair_records(&records);
    let expected = [["黄晓明", "浙江省杭州市西湖区", "数据库管理员"], ["李娜", "上海", "教师"]];
    assert_eq!(texts(&repaired), expected);
    assert!(repaired[0].iter().all(|s| s.edits.len() == 1));
    assert_accounted(&records, &repaired);
}

/// Big5 shown as Latin-1.
#[test]
fn a_text_that_is_doubtful_alone_is_sure_beside_others() {
    let bad = |t| BIG5.encode(t).0.iter().map(|&b| char::from(b)).collect::<String>();
    let names = ["會議記錄", "銷售合同", "人員名單", "採購計劃", "年度總結", "台北"];
    let garbled = names.map(bad);
    let short = garbled[5].as_str();
    assert_eq!(Repairer::default().repair(short).text, short);
    let records: Vec<Vec<&str>> = garbled.iter().map(|n| vec![n.as_str()]).collect();
    let repaired = Repairer::default().repair_records(&records);
    assert_accounted(&records, &repaired);
    assert_eq!(texts(&repaired).concat(), names);
}

/// In a column that is garbled from end to end, two characters are enough; words of other languages are none.
#[test]
fn short_texts_are_read_as_their_neighbours_were() {
    let bad = |t| BIG5.encode(t).0.iter().map(|&b| char::from(b)).collect::<String>();
    let mut names: Vec<&str> =
        "會議記錄 銷售合同 人員名單 採購計劃 張三 李四 姓名 電話 總計 高雄 林小姐".split(' ').collect();
    let mut garbled: Vec<String> = names.iter().map(|t| bad(t)).collect();
    let latin = ["café £5", "José", "naïve", "±5%", "Ångström", "n°5", "©2020 «a»"];
    garbled.extend(latin.map(str::to_owned));
    names.extend(latin);
    let records: Vec<Vec<&str>> = garbled.iter().map(|n| vec![n.as_str()]).collect();
    let repaired = Repairer::default().repair_records(&records);
    assert_eq!(texts(&repaired).concat(), names);
}

/// A mark of loss at the end of a cell stands for the byte that it ended with, and for nothing behind it.
#[test]
fn a_text_ends_where_it_ends() {
    let bad = "鏄?鍚?";
    let alone = Repairer::default().repair(bad).text.into_owned();
    let records = [vec!["1", bad], vec!["2", bad]];
    assert_eq!(texts(&Repairer::default().repair_records(&records)), [["1", &alone], ["2", &alone]]);
}

/// A glossary of garbage: the row tells what its garbage means.
#[test]
fn garbage_beside_its_meaning_is_quoted() {
    let bad = garbled("订阅", GBK);
    let records = [vec![bad.as_str(), "订阅"], vec!["好", "好"]];
    let repaired = Repairer::default().repair_records(&records);
    assert_eq!(texts(&repaired), [[bad.as_str(), "订阅"], ["好", "好"]]);
    assert_eq!(repaired[0][0].left.first().map(|l| l.why), Some(Reason::Quoted));
}

/// Tabs and line feeds in a text are not taken for what parts the texts.
#[test]
fn tabs_and_line_feeds_in_a_text_are_its_own() {
    let (first, second) = ("第一行内容\t第二列内容\n第三行的内容", "完全正常的说明文字");
    let row = [first, second].map(|t| garbled(t, WINDOWS_1252));
    let records = [vec![row[0].as_str(), row[1].as_str()], vec!["", ""]];
    let repaired = Repairer::default().repair_records(&records);
    assert_eq!(texts(&repaired), [[first, second], ["", ""]]);
    assert_accounted(&records, &repaired);
}

#[test]
fn nothing_gives_nothing() {
    let repairer = Repairer::default();
    assert!(repairer.repair_records(&[]).is_empty());
    assert_eq!(
        texts(&repairer.repair_records(&[vec![], vec![""], vec![]])),
        [vec![], vec![String::new()], vec![]]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Whatever the texts are, the shape stays and the account fits.
    #[test]
    fn the_account_fits_any_texts(cells in proptest::collection::vec(proptest::collection::vec("[\\t\\n?,\"a锟斤拷鐨勶紝Ã¥Â\u{FFFD}文字]{0,8}", 0..4), 0..4)) {
        let records: Vec<Vec<&str>> = cells.iter().map(|r| r.iter().map(String::as_str).collect()).collect();
        let repaired = Repairer::default().repair_records(&records);
        prop_assert_eq!(repaired.iter().map(Vec::len).collect::<Vec<_>>(), records.iter().map(Vec::len).collect::<Vec<_>>());
        assert_accounted(&records, &repaired);
    }
}
