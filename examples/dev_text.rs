use std::io::{Read, Write};
fn main() {
    let min: f64 = std::env::args().nth(1).map_or(0.95, |s| s.parse().unwrap());
    let r = qingwen::repair::Repairer::new(qingwen::repair::Options { min_confidence: min });
    let mut t = String::new();
    std::io::stdin().read_to_string(&mut t).unwrap();
    let s = r.repair(&t);
    if std::env::var("WHY").is_ok() {
        for e in &s.edits {
            eprintln!("{} {:.3} {:?}->{:?}", e.cause, e.confidence, e.old, e.new);
        }
    }
    std::io::stdout().write_all(s.text.as_bytes()).unwrap();
}
