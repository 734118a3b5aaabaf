//! Inputs that a repairer may choke on, at two sizes each: time must grow as the input does.

use std::hint::black_box;
use std::path::Path;

use qingwen::codec::CodePage;
use qingwen::repair::{Options, Repairer};

use crate::garbage::{self, single, windows};
use crate::{repair, timed};

/// Repeats a text to a length.
fn repeated(text: &str, len: usize) -> String {
    text.repeat(len / text.len() + 1)
}

/// A small generator of pseudo-random numbers (xorshift), so that every run sees the same text.
struct Random(u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % below
    }

    /// Text of characters of a range.
    fn text(&mut self, from: u32, to: u32, len: usize) -> String {
        let mut out = String::new();
        while out.len() < len {
            out.extend(char::from_u32(from + self.next((to - from) as usize) as u32));
        }
        out
    }
}

const SENTENCE: &str = "請先備份資料庫，再執行升級腳本。用户登录成功后才能查看这些文件的内容";

/// Layers of Windows' reading, losses and all.
fn layers(text: &str, count: usize) -> String {
    (0..count).fold(text.to_owned(), |text, _| windows(text.as_bytes()))
}

/// How many times longer text becomes by so many layers.
const GROWTH: [usize; 4] = [1, 2, 3, 4];

/// Clean lines joined to lines of about a kilobyte, garbled a number of times.
fn kilobyte_lines(web: &str, count: usize, len: usize) -> String {
    let mut out = String::new();
    let mut line = String::new();
    for part in web.lines() {
        line += part;
        if line.len() * GROWTH[count] > 1000 {
            out += &layers(&line, count);
            out.push('\n');
            line.clear();
        }
        if out.len() > len {
            break;
        }
    }
    out
}

pub(crate) fn table(data: &Path) -> Result<(), String> {
    let web = repair::clean(data, "zh-hans-web")?;
    println!("\n{:<34}{:>14}{:>14}{:>9}", "one text, one line", "µs/KB, 16 KB", "µs/KB, 256 KB", "growth");
    for (name, make) in inputs() {
        row(name, &make(16_000), &make(256_000));
    }
    println!("\n{:<34}{:>14}{:>14}{:>9}", "lines", "µs/KB, 16 KB", "µs/KB, 256 KB", "growth");
    for count in 1..4 {
        let make = |len| kilobyte_lines(&web, count, len);
        row(&format!("1 KB lines, {count} layers with losses"), &make(16_000), &make(256_000));
    }
    for (name, channel) in garbage::CHANNELS {
        let make = |len: usize| garbage::text(repair::head(&web, len / 2), *channel);
        row(&format!("lines, {name}"), &make(16_000), &make(256_000));
    }
    Ok(())
}

type Make = Box<dyn Fn(usize) -> String>;

fn inputs() -> Vec<(&'static str, Make)> {
    let repeat = |text: String| -> Make { Box::new(move |len| repeated(&text, len)) };
    let random =
        |from: u32, to: u32| -> Make { Box::new(move |len| Random(from.into()).text(from, to, len)) };
    let utf8_in = |page: CodePage| single(page, SENTENCE.as_bytes());
    let ten = (0..10).fold("中文".to_owned(), |text, _| single(CodePage::Latin1, text.as_bytes()));
    vec![
        ("中", repeat("中".into())),
        ("锛 (garbage of one character)", repeat("锛".into())),
        ("?", repeat("?".into())),
        ("锛? (a mark every other)", repeat("锛?".into())),
        ("U+FFFD", repeat("\u{FFFD}".into())),
        ("锛 U+FFFD", repeat("锛\u{FFFD}".into())),
        ("é", repeat("é".into())),
        ("Ã", repeat("Ã".into())),
        ("â€ (truncated UTF-8)", repeat("â€".into())),
        ("private use", repeat("\u{E000}".into())),
        ("锟斤拷", repeat("锟斤拷".into())),
        ("alternating lead bytes, cp1252", repeat("åç".into())),
        ("lead bytes, all of them", repeat(single(CodePage::Latin1, &(0xC2..=0xF4).collect::<Vec<u8>>()))),
        ("hangul, random", random(0xAC00, 0xD7A3)),
        ("kana, random", random(0x3041, 0x30FF)),
        ("ideographs, random", random(0x4E00, 0x9FA5)),
        ("Latin-1, random", random(0xA0, 0xFF)),
        ("C1 and Latin-1, random", random(0x80, 0xFF)),
        ("private use, random", random(0xE000, 0xF8FF)),
        ("half-width kana, random", random(0xFF61, 0xFF9F)),
        ("u8>cp1252", repeat(utf8_in(CodePage::Cp1252))),
        ("u8>cp437", repeat(utf8_in(CodePage::Cp437))),
        ("u8>cp936, 1 layer", repeat(layers(SENTENCE, 1))),
        ("u8>cp936, 2 layers", repeat(layers(SENTENCE, 2))),
        ("u8>cp936, 3 layers", repeat(layers(SENTENCE, 3))),
        ("u8>cp936, 4 layers", repeat(layers(SENTENCE, 4))),
        ("u8>latin1, 10 layers", repeat(ten)),
        ("u8>cp936 and marks", repeat(layers(SENTENCE, 1) + "?\u{FFFD}")),
        ("u8>cp936 x3, marks U+FFFD", repeat(layers(SENTENCE, 3).replace('?', "\u{FFFD}"))),
        ("u8>cp936 x2, marks doubled", repeat(layers(SENTENCE, 2).replace('?', "??"))),
    ]
}

fn row(name: &str, small: &str, large: &str) {
    let [a, b] = [small, large].map(|text| {
        let repairer = Repairer::new(Options::default());
        let time = timed(|| black_box(repairer.repair(text)).text.len()).1;
        time.as_secs_f64() * 1e9 / text.len() as f64
    });
    println!("{name:<34}{a:>14.0}{b:>14.0}{:>8.1}x", b / a);
}
