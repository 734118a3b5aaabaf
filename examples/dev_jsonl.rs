use std::io::{BufRead, Write};
fn main() {
    let min: f64 = std::env::args().nth(1).map_or(0.95, |s| s.parse().unwrap());
    let r = qingwen::repair::Repairer::new(qingwen::repair::Options { min_confidence: min });
    let out = std::io::stdout();
    let mut out = std::io::BufWriter::new(out.lock());
    for l in std::io::stdin().lock().lines() {
        let mut v: serde_json::Value = serde_json::from_str(&l.unwrap()).unwrap();
        let t = v["text"].as_str().unwrap().to_owned();
        let s = r.repair(&t);
        if std::env::var("WHY").is_ok() {
            for e in &s.edits {
                eprintln!("{} {} {:.3} {:?}->{:?}", v["id"], e.cause, e.confidence, e.old, e.new);
            }
        }
        v["text"] = s.text.into_owned().into();
        writeln!(out, "{v}").unwrap();
    }
}
