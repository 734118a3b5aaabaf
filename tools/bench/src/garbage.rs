//! Garbled text made from clean text, by the decoders of the channels that are measured.

use encoding_rs::GBK;
use qingwen::codec::{CodePage, Decoder};

/// A channel by the name that the tables show, and what it makes of a line.
pub(crate) const CHANNELS: &[(&str, fn(&str) -> String)] = &[
    ("u8>cp1252", |line| single(CodePage::Cp1252, line.as_bytes())),
    ("u8>gbk", lossless_gbk),
    ("u8>cp936", |line| windows(line.as_bytes())),
    ("gbk>latin1", |line| single(CodePage::Latin1, &GBK.encode(line).0)),
];

/// Every line of a text through a channel; lines that come out empty are left out.
pub(crate) fn text(clean: &str, channel: fn(&str) -> String) -> String {
    clean.lines().map(|line| channel(line) + "\n").filter(|line| line.len() > 1).collect()
}

/// Bytes in a page where each is a character; what a Windows page lacks comes out as a C1 control.
pub(crate) fn single(page: CodePage, bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|&b| page.decode_one(&[b]).filter(|c| c.0 != '\0').map_or(char::from(b), |c| c.0))
        .collect()
}

/// UTF-8 as GBK, of the characters of which nothing is lost. One that is cut is left out.
fn lossless_gbk(line: &str) -> String {
    let (out, lossy) = GBK.decode_without_bom_handling(line.as_bytes());
    if !lossy {
        return out.into_owned();
    }
    // Even numbers of wide characters lose nothing: leave out the last one of a run where that helps.
    let mut kept = String::new();
    for run in runs(line) {
        let mut run = run;
        while GBK.decode_without_bom_handling(run.as_bytes()).1 {
            run = &run[..run.char_indices().next_back().map_or(0, |c| c.0)];
        }
        kept += run;
    }
    GBK.decode_without_bom_handling(kept.as_bytes()).0.into_owned()
}

/// The runs of ASCII and of other characters, in turn.
fn runs(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = rest.find(|c: char| c.is_ascii() != first.is_ascii()).unwrap_or(rest.len());
        let (run, more) = rest.split_at(end);
        rest = more;
        Some(run)
    })
}

/// Bytes as Windows reads them in code page 936: `?` for a pair that is none, both bytes gone.
pub(crate) fn windows(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&first, after)) = rest.split_first() {
        let lone = first < 0x80 || Decoder::Windows936.singles(first);
        let pair = after.first().is_some_and(|&second| Decoder::Windows936.pairs(first, second));
        out.push(match first {
            0..=0x7F => char::from(first),
            0x80 => '€',
            0xFF => '\u{F8F5}',
            _ if pair => CodePage::Gbk.decode_one(rest).map_or('?', |c| c.0),
            _ => '?',
        });
        rest = &rest[if lone { 1 } else { rest.len().min(2) }..];
    }
    out
}
