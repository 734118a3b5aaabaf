//! Subtitles and lyrics: times, styles and tags stay. Most need no reader of their own; in .ass commas part cells.

use crate::support::{CLEAN, Place, fine, garble};

/// Times, styles and tags in the layouts of SubRip, Advanced SubStation Alpha and LRC.
fn files(text: &str) -> [(&'static str, String); 3] {
    [
        (
            "a.srt",
            format!(
                "1\r\n00:00:01,000 --> 00:00:04,250 X1:40 Y1:20\r\n<i>{text}</i>\r\n- {text}\r\n\r\n2\r\n00:01:02,003 --> 00:01:04,000\r\n{{\\an8}}{text}\r\n"
            ),
        ),
        (
            "a.ass",
            format!(
                "[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\nFormat: Name, Fontname, Fontsize\nStyle: Default,Arial,20,&H00FFFFFF,-1,0\n\n[Events]\nFormat: Layer, Start, End, Style, Name, Text\nDialogue: 0,0:00:01.00,0:00:04.25,Default,,0,0,0,,{{\\pos(400,570)\\fad(200,200)}}{text}\\N{text}\n"
            ),
        ),
        (
            "a.lrc",
            format!("[ti:{text}]\n[offset:+500]\n[00:12.00][01:15.30]{text}\n[00:17.20]<00:17.20>{text}\n"),
        ),
    ]
}

#[test]
fn only_words_change() {
    let place = Place::new();
    for command in ["repair", "clean"] {
        for ((name, bad), (_, good)) in files(&garble(CLEAN)).into_iter().zip(files(CLEAN)) {
            place.write(name, &bad);
            assert_eq!(place.run(&[command, name]), fine(good), "{command} {name}");
        }
    }
}

/// A comma between two names in Chinese is no punctuation where it parts cells.
#[test]
fn the_cells_of_a_script_stay_apart() {
    let place = Place::new();
    let script = |text: &str| {
        format!(
            "Title: 第一,第二\r\nStyle: 默认,微软雅黑,20\r\nDialogue: 0,0:00:01.00,0:00:04.25,默认,张三,0,0,0,,{text}\r\n"
        )
    };
    place.write("a.ass", script("好,世界"));
    let expected = script("好，世界").replace("第一,", "第一，");
    assert_eq!(place.run(&["clean", "a.ass"]), fine(expected));
}
