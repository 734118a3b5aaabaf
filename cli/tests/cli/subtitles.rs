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

/// A comma between two names in Chinese is no punctuation where it parts cells, and a style is found by its name.
#[test]
fn only_what_is_spoken_in_a_script_is_cleaned() {
    let place = Place::new();
    let script = |title: &str, text: &str| {
        format!(
            "[Script Info]\r\nTitle: {title}\r\nVideo File: 影片,第一集.mkv\r\n\r\n[V4+ Styles]\r\nFormat: Name, Fontname, Fontsize\r\nStyle: 預設,微軟正黑體,20\r\n\r\n[Events]\r\nComment: 0,0:00:00.00,0:00:00.00,預設,,0,0,0,code,{{旁註!}}變數!\r\nDialogue: 0,0:00:01.00,0:00:04.25,預設,張三,0,0,0,,{{\\fn微軟正黑體!\\fad(200,200)}}{text}\r\n"
        )
    };
    place.write("a.ass", script("第一,第二", "這裏好!{\\r預設!}\\N再見了!"));
    let expected = script("第一，第二", "这里好！{\\r預設!}\\N再见了！");
    assert_eq!(place.run(&["clean", "a.ass"]), fine(&*expected));
    assert_eq!(place.run(&["clean", "--report", "report", "a.ass"]), fine(expected));
    assert!(!place.read("report").contains("預"));
    assert_eq!(place.run(&["clean", "--check", "a.ass"]).code, 1);
}

/// What was garbled with the words is repaired with them.
#[test]
fn a_script_is_repaired_as_a_whole() {
    let place = Place::new();
    let script = |style: &str, text: &str| {
        format!(
            "Style: {style},{style},20\nDialogue: 0,0:00:01.00,0:00:04.25,{style},,0,0,0,,{{\\fn{style}}}{text}\n"
        )
    };
    let font = "微软雅黑字体";
    place.write("a.ass", script(&garble(font), &garble(CLEAN)).repeat(3));
    for command in ["repair", "clean"] {
        assert_eq!(place.run(&[command, "a.ass"]), fine(script(font, CLEAN).repeat(3)));
    }
}

#[test]
fn tags_and_times_in_lines_stay() {
    let place = Place::new();
    let text = |words: [&str; 2]| {
        let [one, two] = words;
        format!(
            "00:00:01.000 --> 00:00:04.000 align:start\n<v 張三!><font face=\"標楷體\">{one}</font>\n[00:12.00]<00:12.50>{{\\an8\\fn標楷體}}{two}\n"
        )
    };
    let old = text(["這裏好!", "那裏壞!"]);
    let new = text(["这里好！", "那里坏！"]);
    for name in ["a.srt", "a.vtt", "a.lrc", "a.srt.gz"] {
        place.write(name, &old);
        assert_eq!(place.run(&["clean", name]), fine(&*new), "{name}");
    }
    // In any other file there may be words in brackets, and so there may in one that is said to be text.
    place.write("a.txt", &old);
    let ran = place.run(&["clean", "a.txt"]);
    assert!(ran.out.contains("<v 张三!>"), "{}", ran.out);
    assert_eq!(place.run(&["clean", "--format", "text", "a.srt"]), ran);
    // What is found is what would change.
    let found = place.run(&["clean", "--check", "--output-format", "json", "a.srt"]);
    assert_eq!((found.code, found.out.contains("張"), found.out.contains("裏")), (1, false, true));
}
