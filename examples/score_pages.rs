//! Scores the repair of rewritten pages: `cargo run --release --example score_pages -- FOLDER [--show]`.
//!
//! FOLDER holds `byte-fragments.jsonl` (`fragment`, `original_trad`, `annotated`), fragments of real pages,
//! which are put into a page of their site's kind, and `glosses.jsonl` (`text`, `default`), glosses to keep or
//! to strip. Prints what share came back to the letter.

#[path = "../tests/rewrite/mod.rs"]
#[allow(dead_code)] // The tests use all of it.
mod rewrite;

use std::error::Error;
use std::fs;
use std::path::Path;

use qingwen::repair::{Options, Repairer};
use rewrite::Site;
use serde_json::Value;

/// What surrounds a fragment: lines of a page about nothing in particular.
const PAGE: [&str; 3] = [
    "本市昨日召開工作會議,總結前一階段的經驗,并對下一步發展作出部署。",
    "參加會議的有各區縣負責人和業內專家,大家圍繞產業升級進行了討論。",
    "會后,記者參觀了新建成的車間,設備運行正常,工人們正在趕制訂單。",
];

/// What such lists commonly have.
const LIST: [(char, &str); 8] = [
    ('發', "fā"),
    ('業', "yè"),
    ('產', "chǎn"),
    ('會', "huì"),
    ('進', "jìn"),
    ('設', "shè"),
    ('對', "duì"),
    ('經', "jīng"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let show = args.iter().any(|a| a == "--show");
    let folder = args.iter().find(|a| !a.starts_with("--")).ok_or("usage: score_pages FOLDER [--show]")?;
    let folder = Path::new(folder);
    for (name, confidence) in [("best guess", 0.0), ("default", Options::default().min_confidence)] {
        let repairer = Repairer::new(Options { min_confidence: confidence });
        println!("{name} (confidence {confidence}):");
        fragments(&repairer, &folder.join("byte-fragments.jsonl"), show)?;
        glosses(&repairer, &folder.join("glosses.jsonl"), show)?;
    }
    Ok(())
}

fn cases(path: &Path) -> Result<Vec<Value>, Box<dyn Error>> {
    let text = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(text.lines().filter(|l| !l.is_empty()).map(serde_json::from_str).collect::<Result<_, _>>()?)
}

fn field<'v>(case: &'v Value, name: &str) -> Result<&'v str, Box<dyn Error>> {
    Ok(case[name].as_str().ok_or_else(|| format!("a case lacks {name}"))?)
}

fn fragments(repairer: &Repairer, path: &Path, show: bool) -> Result<(), Box<dyn Error>> {
    let cases = cases(path)?;
    let (mut alone, mut inside) = (0, 0);
    for case in &cases {
        let (damaged, gold) = (field(case, "fragment")?, field(case, "original_trad")?);
        let own: Vec<(char, &str)> = case["annotated"]
            .as_object()
            .into_iter()
            .flatten()
            .filter_map(|(c, r)| Some((c.chars().next()?, r.as_str()?)))
            .collect();
        let common = LIST.into_iter().filter(|(c, _)| !gold.contains(*c) && !own.iter().any(|o| o.0 == *c));
        let list: Vec<(char, &str)> = own.iter().copied().chain(common).collect();
        // Every character of the list turns up somewhere on a page.
        let words: String = list.iter().map(|(c, _)| format!("{c}、")).collect();
        let site = Site { list: &list, hits: 0, ..Site::default() };
        let page = [PAGE[0], PAGE[1], "", PAGE[2], &words].map(|line| site.rewrite(line));
        let page = [&page[0], &page[1], damaged, &page[3], &page[4]].map(|s: &str| s.to_owned());
        let repaired = repairer.repair(&page.join("\n")).text.into_owned();
        let line = repaired.split('\n').nth(2).unwrap_or("").to_owned();
        inside += usize::from(line == gold);
        alone += usize::from(repairer.repair(damaged).text == gold);
        if show && line != gold {
            println!("    {damaged}\n      gold {gold}\n      got  {line}");
        }
    }
    println!("  fragments: {inside} of {} in a page, {alone} by themselves", cases.len());
    Ok(())
}

fn glosses(repairer: &Repairer, path: &Path, show: bool) -> Result<(), Box<dyn Error>> {
    let cases = cases(path)?;
    let mut right = 0;
    for case in &cases {
        let text = field(case, "text")?;
        let strip = field(case, "default")?.starts_with("strip");
        let got = repairer.repair(text).text;
        let stripped = got != text;
        let ok = stripped == strip && (!strip || !got.contains('('));
        right += usize::from(ok);
        if show && !ok {
            println!("    {} {}\n      got {got}", field(case, "id")?, field(case, "default")?);
        }
    }
    println!("  glosses: {right} of {}", cases.len());
    Ok(())
}
