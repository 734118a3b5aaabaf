//! `cargo xtask code-pages [--check | --dump]`: writes `src/codec/tables` from the WHATWG index, as
//! encoding_rs has it, and from the measured differences in `data/code-pages`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use encoding_rs::Encoding;

const LEADS: std::ops::RangeInclusive<u8> = 0x81..=0xFE;
const TRAILS: std::ops::RangeInclusive<u8> = 0x40..=0xFE;

struct Double {
    name: &'static str,
    encoding: &'static Encoding,
    spellings: &'static str,
}

const DOUBLE: &[Double] = &[
    Double { name: "gbk", encoding: encoding_rs::GB18030, spellings: "gbk-spellings.tsv" },
    Double { name: "big5", encoding: encoding_rs::BIG5, spellings: "big5-spellings.tsv" },
    Double { name: "shift_jis", encoding: encoding_rs::SHIFT_JIS, spellings: "shift_jis-spellings.tsv" },
    Double { name: "euc-kr", encoding: encoding_rs::EUC_KR, spellings: "euc-kr-spellings.tsv" },
];

/// Single-byte pages of the WHATWG index. Undefined bytes read as C1 controls there.
const SINGLE: &[(&str, &Encoding)] = &[
    ("WINDOWS_1250", encoding_rs::WINDOWS_1250),
    ("WINDOWS_1251", encoding_rs::WINDOWS_1251),
    ("WINDOWS_1252", encoding_rs::WINDOWS_1252),
    ("WINDOWS_1253", encoding_rs::WINDOWS_1253),
    ("WINDOWS_1254", encoding_rs::WINDOWS_1254),
    ("WINDOWS_1257", encoding_rs::WINDOWS_1257),
    ("ISO_8859_2", encoding_rs::ISO_8859_2),
    ("ISO_8859_15", encoding_rs::ISO_8859_15),
    ("KOI8_R", encoding_rs::KOI8_R),
    ("MACINTOSH", encoding_rs::MACINTOSH),
    ("IBM866", encoding_rs::IBM866),
];

/// Pages that the index lacks, by their names in `single-byte.tsv`.
const SINGLE_MEASURED: &[(&str, &str)] = &[("IBM437", "cp437"), ("IBM850", "cp850")];

/// Runs of codes that a decoder cannot read.
const MISSING: &[(&str, &str)] = &[
    ("PYTHON_GBK", "python-gbk-missing.tsv"),
    ("PYTHON_BIG5", "python-big5-missing.tsv"),
    ("PYTHON_CP950", "python-cp950-missing.tsv"),
    ("PYTHON_CP932", "python-cp932-missing.tsv"),
    ("PYTHON_CP949", "python-cp949-missing.tsv"),
];

pub(crate) fn run(mode: Option<&str>) -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("no root")?;
    if mode == Some("--dump") {
        for page in DOUBLE {
            dump(page.name, page.encoding);
        }
        for (name, encoding) in SINGLE {
            dump(&name.to_ascii_lowercase().replace('_', "-"), encoding);
        }
        return Ok(());
    }
    let data = root.join("data/code-pages");
    let mut files: Vec<(PathBuf, Vec<u8>)> = Vec::new();
    let tables = root.join("src/codec/tables");
    for page in DOUBLE {
        files.push((tables.join(format!("{}.bin", page.name)), double(page, &data)?));
    }
    files.push((tables.join("single.rs"), single(&data)?.into_bytes()));
    files.push((tables.join("missing.rs"), missing(&data)?.into_bytes()));
    for (path, bytes) in files {
        if mode == Some("--check") {
            if fs::read(&path).ok().as_deref() != Some(&bytes) {
                return Err(format!("{} is not what the data gives", path.display()));
            }
        } else {
            fs::write(&path, bytes).map_err(|e| format!("{}: {e}", path.display()))?;
        }
    }
    Ok(())
}

/// Prints every code of one or two bytes that `encoding` reads: page, code, characters.
fn dump(page: &str, encoding: &'static Encoding) {
    let read = |bytes: &[u8]| {
        encoding.decode_without_bom_handling_and_without_replacement(bytes).map(|text| text.into_owned())
    };
    let line = |code: String, text: &str| {
        let chars: Vec<String> = text.chars().map(|c| format!("{:04X}", u32::from(c))).collect();
        println!("{page}\t{code}\t{}", chars.join("+"));
    };
    let mut leads = Vec::new();
    for byte in 0..=0xFF {
        match read(&[byte]) {
            Some(text) => line(format!("{byte:02X}"), &text),
            None => leads.push(byte),
        }
    }
    for lead in leads {
        for trail in 0..=0xFF {
            if let Some(text) = read(&[lead, trail]) {
                line(format!("{lead:02X}{trail:02X}"), &text);
            }
        }
    }
}

/// Every two-byte code of the index that is one character.
fn whatwg(encoding: &'static Encoding) -> BTreeMap<u16, char> {
    let mut codes = BTreeMap::new();
    for lead in LEADS {
        for trail in TRAILS {
            let bytes = [lead, trail];
            if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(&bytes) {
                let mut chars = text.chars();
                if let (Some(c), None) = (chars.next(), chars.next()) {
                    codes.insert(u16::from_be_bytes(bytes), c);
                }
            }
        }
    }
    codes
}

fn rows(path: &Path) -> Result<Vec<Vec<String>>, String> {
    let text = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(text
        .lines()
        .filter(|l| !l.starts_with('#'))
        .map(|l| l.split('\t').map(str::to_owned).collect())
        .collect())
}

fn hex(cell: &str) -> Result<u32, String> {
    u32::from_str_radix(cell, 16).map_err(|e| format!("{cell:?}: {e}"))
}

/// The end-user-defined codes of code page 950, row after row into the private use area, as Microsoft has
/// published them.
fn eudc_950() -> Vec<(u16, char)> {
    let mut out = Vec::new();
    for (first, last, low, start) in [
        (0xFAu8, 0xFEu8, 0x40u8, 0xE000u32),
        (0x8E, 0xA0, 0x40, 0xE311),
        (0x81, 0x8D, 0x40, 0xEEB8),
        (0xC6, 0xC8, 0xA1, 0xF6B1),
    ] {
        let mut next = start;
        for lead in first..=last {
            for trail in (0x40..=0x7Eu8).chain(0xA1..=0xFE) {
                if lead == first && trail < low {
                    continue;
                }
                out.extend(char::from_u32(next).map(|c| (u16::from_be_bytes([lead, trail]), c)));
                next += 1;
            }
        }
    }
    out
}

/// The table of one double-byte page; its layout is described in `src/codec/double.rs`.
fn double(page: &Double, data: &Path) -> Result<Vec<u8>, String> {
    let mut standard = whatwg(page.encoding);
    let mut others: BTreeSet<(u32, u16)> = BTreeSet::new();
    for row in rows(&data.join(page.spellings))? {
        let code = hex(&row[0])? as u16;
        for cell in row[1..].iter().filter(|c| !c.is_empty()) {
            let c = char::from_u32(hex(cell)?).ok_or("no character")?;
            let first = *standard.entry(code).or_insert(c);
            if first != c {
                others.insert((u32::from(c), code));
            }
        }
    }
    if page.name == "big5" {
        for (code, c) in eudc_950() {
            others.insert((u32::from(c), code));
        }
    }
    let mut astral: Vec<u32> = Vec::new();
    let mut forward = Vec::new();
    for lead in LEADS {
        for trail in TRAILS {
            let cell = match standard.get(&u16::from_be_bytes([lead, trail])) {
                None => 0,
                Some(&c) if u32::from(c) < 0x1_0000 => u32::from(c) as u16,
                Some(&c) => {
                    astral.push(u32::from(c));
                    0xD800 + (astral.len() - 1) as u16
                }
            };
            forward.push(cell);
        }
    }
    if astral.len() > 0x800 {
        return Err(format!("{}: too many characters above U+FFFF", page.name));
    }
    // The first spelling of a character stands in the blocks, further ones in the list behind them. The
    // code that the standard's encoder writes comes first.
    let mut inverse: BTreeMap<u32, Vec<u16>> = BTreeMap::new();
    for (&code, &c) in &standard {
        inverse.entry(u32::from(c)).or_default().push(code);
    }
    for (&c, codes) in &mut inverse {
        let text = char::from_u32(c).map(String::from).unwrap_or_default();
        let (bytes, _, lossy) = page.encoding.encode(&text);
        if !lossy && bytes.len() == 2 {
            let first = u16::from_be_bytes([bytes[0], bytes[1]]);
            codes.sort_by_key(|&code| code != first);
        }
    }
    for &(c, code) in &others {
        let codes = inverse.entry(c).or_default();
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    let mut index = vec![0u16; 0x3_0000 >> 6];
    let mut blocks: Vec<[u16; 64]> = vec![[0; 64]];
    let mut more: Vec<(u32, u16)> = Vec::new();
    for (&c, codes) in &inverse {
        let slot = index.get_mut((c >> 6) as usize).ok_or("a character above U+2FFFF")?;
        if *slot == 0 {
            *slot = blocks.len() as u16;
            blocks.push([0; 64]);
        }
        blocks[usize::from(*slot)][(c & 63) as usize] = codes[0];
        more.extend(codes[1..].iter().map(|&code| (c, code)));
    }
    let mut out = Vec::new();
    let mut word = |w: u16| out.extend_from_slice(&w.to_le_bytes());
    word(astral.len() as u16);
    word(blocks.len() as u16);
    word(more.len() as u16);
    word(0);
    forward.iter().for_each(|&w| word(w));
    for c in astral {
        word(c as u16);
        word((c >> 16) as u16);
    }
    index.iter().for_each(|&w| word(w));
    blocks.iter().flatten().for_each(|&w| word(w));
    for (c, code) in more {
        word(c as u16);
        word((c >> 16) as u16);
        word(code);
    }
    Ok(out)
}

fn single(data: &Path) -> Result<String, String> {
    let mut out = String::from(
        "//! Bytes 80 to FF of the single-byte code pages.\n//!\n//! Generated by `cargo xtask code-pages`; do not edit.\n",
    );
    let mut write = |name: &str, cells: Vec<u32>| {
        let _ = write!(out, "\n#[rustfmt::skip]\npub(in crate::codec) static {name}: [u16; 128] = [");
        for (i, c) in cells.iter().enumerate() {
            let _ = write!(out, "{}0x{c:04X},", if i % 12 == 0 { "\n    " } else { " " });
        }
        out.push_str("\n];\n");
    };
    for (name, encoding) in SINGLE {
        let cells = (0x80..=0xFFu8).map(|b| {
            encoding
                .decode_without_bom_handling_and_without_replacement(&[b])
                .and_then(|t| t.chars().next())
                .map_or(u32::from(b), u32::from)
        });
        write(name, cells.collect());
    }
    let measured = rows(&data.join("single-byte.tsv"))?;
    for (name, codec) in SINGLE_MEASURED {
        let row = measured.iter().find(|r| r[0] == *codec).ok_or(format!("no row {codec}"))?;
        write(name, row[1..].iter().map(|c| hex(c)).collect::<Result<_, _>>()?);
    }
    Ok(out)
}

fn missing(data: &Path) -> Result<String, String> {
    let mut out = String::from(
        "//! Runs of two-byte codes that a decoder cannot read: first and last.\n//!\n//! Generated by `cargo xtask code-pages`; do not edit.\n",
    );
    for (name, file) in MISSING {
        let rows = rows(&data.join(file))?;
        let _ = write!(
            out,
            "\n#[rustfmt::skip]\npub(in crate::codec) static {name}: [(u16, u16); {}] = [",
            rows.len()
        );
        for (i, row) in rows.iter().enumerate() {
            let (first, last) = (hex(&row[0])?, hex(&row[1])?);
            let _ = write!(out, "{}(0x{first:04X}, 0x{last:04X}),", if i % 5 == 0 { "\n    " } else { " " });
        }
        out.push_str("\n];\n");
    }
    Ok(out)
}
