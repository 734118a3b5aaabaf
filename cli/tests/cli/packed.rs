//! Compressed files: read as what they hold, written back as they were packed.

use std::fs;
use std::io::{Read, Write};

use crate::support::{CLEAN, Place, fine, garble};

type Pack = fn(&[u8]) -> Vec<u8>;
type Unpack = fn(&[u8]) -> Vec<u8>;

/// Ending, and both ways by the libraries that made the formats known to Rust.
const PACKINGS: [(&str, Pack, Unpack); 4] = [
    (
        "gz",
        |bytes| {
            let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            out.write_all(bytes).unwrap();
            out.finish().unwrap()
        },
        |bytes| all(flate2::read::GzDecoder::new(bytes)),
    ),
    (
        "bz2",
        |bytes| {
            let mut out = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
            out.write_all(bytes).unwrap();
            out.finish().unwrap()
        },
        |bytes| all(bzip2::read::BzDecoder::new(bytes)),
    ),
    (
        "xz",
        |bytes| {
            let mut out =
                lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(1)).unwrap();
            out.write_all(bytes).unwrap();
            out.finish().unwrap()
        },
        |bytes| all(lzma_rust2::XzReader::new(bytes, false)),
    ),
    ("zst", |bytes| zstd::encode_all(bytes, 1).unwrap(), |bytes| zstd::decode_all(bytes).unwrap()),
];

fn all(mut input: impl Read) -> Vec<u8> {
    let mut out = Vec::new();
    input.read_to_end(&mut out).unwrap();
    out
}

/// A first line that stays, so that the change begins somewhere inside.
fn text(line: &str) -> String {
    format!("{}{line}\n", "完全正常的一行。\n".repeat(300))
}

#[test]
fn packed_files_come_out_as_text() {
    let place = Place::new();
    for (ending, pack, unpack) in PACKINGS {
        let packed = pack(text(&garble(CLEAN)).as_bytes());
        // By what is in it, whatever it is called.
        place.write("a", &packed);
        assert_eq!(place.run(&["repair", "a"]), fine(text(CLEAN)), "{ending}");
        assert_eq!(place.feed(&["repair"], &packed), fine(text(CLEAN)), "{ending}");
        // An output is packed by its name.
        let out = format!("b.{ending}");
        assert_eq!(place.run(&["repair", "a", "-o", &out]), fine(""));
        assert_eq!(unpack(&fs::read(place.path(&out)).unwrap()), text(CLEAN).as_bytes(), "{ending}");
    }
}

#[test]
fn packed_files_are_changed_in_place_and_undone_to_the_byte() {
    let place = Place::new();
    for (ending, pack, unpack) in PACKINGS {
        let name = format!("a.txt.{ending}");
        let old = pack(text(&garble(CLEAN)).as_bytes());
        place.write(&name, &old);
        let journal = format!("j{ending}");
        assert_eq!(place.run(&["repair", "-i", &name, "--journal", &journal]), fine(""));
        assert_eq!(unpack(&fs::read(place.path(&name)).unwrap()), text(CLEAN).as_bytes(), "{ending}");
        assert_eq!(place.run(&["undo", &journal]), fine(""));
        assert_eq!(fs::read(place.path(&name)).unwrap(), old, "{ending}");
        // One that is right is not packed anew.
        let right = pack(text(CLEAN).as_bytes());
        place.write(&name, &right);
        assert_eq!(place.run(&["repair", "-i", &name]), fine(""));
        assert_eq!(fs::read(place.path(&name)).unwrap(), right, "{ending}");
    }
    assert!(place.names().iter().all(|name| !name.contains(".tmp")));
}

#[test]
fn the_format_goes_by_the_name_inside() {
    let place = Place::new();
    let bad = garble(CLEAN);
    let pack = PACKINGS[0].1;
    place.write("a.csv.gz", pack(format!("a,b\n{bad},{bad}\n").as_bytes()));
    assert_eq!(place.run(&["repair", "--column", "b", "a.csv.gz"]), fine(format!("a,b\n{bad},{CLEAN}\n")));
    place.write("a.jsonl.gz", pack(format!("{{\"t\":\"{bad}\"}}\n").as_bytes()));
    let records = ["repair", "--field", "t", "a.jsonl.gz"];
    assert_eq!(place.run(&records), fine(format!("{{\"t\":\"{CLEAN}\"}}\n")));
    assert!(place.run(&["repair", "--diff", "a.csv.gz"]).out.contains(&format!("+{CLEAN},{CLEAN}\n")));
}

#[test]
fn folders_hold_packed_text_and_packed_binaries() {
    let place = Place::new();
    let pack = PACKINGS[3].1;
    place.write("t/a.txt.zst", pack(garble(CLEAN).as_bytes()));
    place.write("t/a.bin.zst", pack(format!("\0{}", garble(CLEAN)).as_bytes()));
    let ran = place.run(&["repair", "--check", "-r", "t"]);
    assert_eq!((ran.code, &*ran.out), (1, "t/a.txt.zst\n"));
}

#[test]
fn bombs_and_broken_files_are_refused() {
    let place = Place::new();
    for (ending, pack, _) in PACKINGS {
        let bomb = pack(&vec![b'x'; 3 << 20]);
        place.write("a", &bomb);
        let ran = place.run(&["repair", "--max-output", "2M", "a", "-o", "b"]);
        assert_eq!(ran.code, 2);
        let cause = "a: unpacks to more than 2097152 bytes; --max-output raises the limit";
        assert!(ran.err.contains(cause), "{ending}: {}", ran.err);
        let ran = place.run(&["repair", "--max-file", "2M", "a", "-o", "b"]);
        assert!(ran.code == 2 && ran.err.contains("--max-file"), "{ending}: {}", ran.err);

        let whole = pack(text(&garble(CLEAN)).as_bytes());
        let broken = &whole[..whole.len() - 5];
        place.write("a", broken);
        let ran = place.run(&["repair", "-i", "a"]);
        assert!(ran.code == 2 && ran.err.starts_with("qingwen: a: "), "{ending}: {ran:?}");
        assert_eq!(fs::read(place.path("a")).unwrap(), broken);
    }
    assert_eq!(place.names(), ["a"]);
}
