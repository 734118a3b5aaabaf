//! Data, apart from the steps that use it. `cargo xtask unicode` writes the files of this folder.

pub(crate) mod private_use;
pub(crate) mod radicals;
pub(crate) mod variants;

/// The partner of `c` in a sorted list of pairs.
pub(crate) fn lookup(pairs: &[(char, char)], c: char) -> Option<char> {
    pairs.binary_search_by_key(&c, |p| p.0).ok().map(|i| pairs[i].1)
}
