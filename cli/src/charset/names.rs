//! Encodings by the names that people type.

use qingwen::detect::Encoding;

/// How alike a name must be to be meant (Jaro-Winkler similarity).
const ALIKE: f64 = 0.8;
/// Names that are proposed.
const MOST: usize = 4;

/// The encoding of this name.
///
/// # Errors
/// With names that may be meant.
pub(crate) fn by_name(name: &str) -> Result<Encoding, String> {
    name.parse().map_err(|_| unknown(name))
}

/// Whether this is UTF-8 that begins with a byte order mark, as Python calls it and others do.
pub(crate) fn is_marked_utf8(name: &str) -> bool {
    matches!(plain(name).as_str(), "utf8sig" | "utf8bom" | "utf8withbom")
}

fn plain(name: &str) -> String {
    let letters = name.chars().filter(|c| !matches!(c, '-' | '_' | ' '));
    letters.map(|c| c.to_ascii_lowercase()).collect()
}

fn unknown(name: &str) -> String {
    match plain(name).as_str() {
        // On Windows, which says that of the encoding it has for all programs.
        "ansi" | "mbcs" | "oem" | "acp" => {
            return format!(
                "`{name}` differs from machine to machine: gb18030 in simplified Chinese, big5 in traditional, \
                 shift_jis in Japanese, euc-kr in Korean, windows-1252 in English"
            );
        }
        "utf7" => return format!("`{name}` is not supported: hardly anything is written in it"),
        _ => {}
    }
    let likeness = |encoding: Encoding| {
        encoding.names().map(|n| strsim::jaro_winkler(&plain(n), &plain(name))).fold(0.0, f64::max)
    };
    let mut close: Vec<(f64, Encoding)> = Encoding::ALL.into_iter().map(|e| (likeness(e), e)).collect();
    close.retain(|(alike, _)| *alike >= ALIKE);
    close.sort_by(|a, b| b.0.total_cmp(&a.0));
    let list =
        |names: &mut dyn Iterator<Item = Encoding>| names.map(Encoding::name).collect::<Vec<_>>().join(", ");
    if close.is_empty() {
        return format!("no encoding is called `{name}`; there are {}", list(&mut Encoding::ALL.into_iter()));
    }
    let close = list(&mut close.into_iter().take(MOST).map(|(_, e)| e));
    format!("no encoding is called `{name}`; close to it are {close}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_other_programs_are_read() {
        for (name, encoding) in [
            ("gb2312", Encoding::Gb18030),
            ("CP936", Encoding::Gb18030),
            ("EUC-CN", Encoding::Gb18030),
            ("big5-hkscs", Encoding::Big5),
            ("UHC", Encoding::EucKr),
            ("x-sjis", Encoding::ShiftJis),
            ("utf_8_sig", Encoding::Utf8),
            ("hz", Encoding::Hz),
            ("iso2022_jp", Encoding::Iso2022Jp),
        ] {
            assert_eq!(by_name(name), Ok(encoding), "{name}");
        }
        assert!(is_marked_utf8("UTF-8-SIG") && !is_marked_utf8("utf-8"));
    }

    #[test]
    fn of_other_names_the_close_ones_are_told() {
        let told = by_name("gb18300").unwrap_err();
        assert!(told.starts_with("no encoding is called `gb18300`; close to it are gb18030"), "{told}");
        assert!(by_name("xyzzy").unwrap_err().contains("there are utf-8, utf-16le"));
        assert!(by_name("ANSI").unwrap_err().contains("gb18030 in simplified Chinese"));
    }
}
