//! Variant characters (异体字) become the standard form of mainland China.
//!
//! By 《第一批异体字整理表》 (1955) without what was taken back by 1997, without the variants that
//! 《通用规范汉字表》 (2013) made standard again, and without those that are traditional forms: conversion
//! has them. 妳 stays, as it is 你 or 奶. A choice for text that is read by mainland norms or matched; it
//! changes names and old texts.

use super::change::Rewrite;
use super::tables::{lookup, variants};
use super::walk::each;

pub(crate) const NOMINATES: &[(char, char)] =
    &[('\u{3400}', '\u{4DBF}'), ('\u{4E00}', '\u{9FFF}'), ('\u{20000}', '\u{2FFFF}')];

pub(crate) fn standard(c: char) -> Option<char> {
    lookup(variants::VARIANTS, c)
}

pub(crate) fn run(text: &str, out: &mut Rewrite<'_>) {
    each(
        text,
        |b| matches!(b, 0xE3..=0xE9 | 0xF0),
        |at, c| {
            if let Some(new) = standard(c) {
                out.replace_char(at, c, new);
            }
        },
    );
}
