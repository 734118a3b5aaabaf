//! Variant characters (异体字) become the standard form of mainland China.
//!
//! By 《第一批异体字整理表》 (1955) without what was taken back by 1997, without the variants that
//! 《通用规范汉字表》 (2013) made standard again, and without those that are traditional forms: conversion
//! has them. 妳 stays, as it is 你 or 奶. Lines with kana or hangul stay. A choice for text that is read by
//! mainland norms or matched; it changes names and old texts.

use super::change::Rewrite;
use super::script::{is_hangul, is_kana};
use super::tables::{lookup, variants};
use super::walk::{each, line_around};

pub(crate) const NOMINATES: &[(char, char)] =
    &[('\u{3400}', '\u{4DBF}'), ('\u{4E00}', '\u{9FFF}'), ('\u{20000}', '\u{2FFFF}')];

/// One bit for each character of the Basic Multilingual Plane: nearly every ideograph is none.
pub(crate) static BMP: [u64; 1024] = {
    let mut bits = [0; 1024];
    let mut i = 0;
    while i < variants::VARIANTS.len() {
        let c = variants::VARIANTS[i].0 as usize;
        if c < 0x10000 {
            bits[c >> 6] |= 1 << (c & 63);
        }
        i += 1;
    }
    bits
};

pub(crate) fn standard(c: char) -> Option<char> {
    match BMP.get(c as usize >> 6) {
        Some(bits) if bits >> (c as u32 & 63) & 1 == 0 => None,
        _ => lookup(variants::VARIANTS, c),
    }
}

pub(crate) fn run(text: &str, out: &mut Rewrite<'_>) {
    let mut line = 0..0;
    let mut chinese = false;
    each(
        text,
        |b| matches!(b, 0xE3..=0xE9 | 0xF0),
        |at, c| {
            let Some(new) = standard(c) else { return };
            if at >= line.end {
                line = line_around(text, at);
                chinese = !text[line.clone()].contains(|c| is_kana(c) || is_hangul(c));
            }
            if chinese {
                out.replace_char(at, c, new);
            }
        },
    );
}
