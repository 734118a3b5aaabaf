//! Names inside of zip archives.

use std::fs;

use crate::support::{Place, Ran, fine};

/// 会议记录/合同.txt and 采购计划.txt in GBK.
const GBK: [&[u8]; 2] =
    [b"\xbb\xe1\xd2\xe9\xbc\xc7\xc2\xbc/\xba\xcf\xcd\xac.txt", b"\xb2\xc9\xb9\xba\xbc\xc6\xbb\xae.txt"];
const NAMES: [&str; 2] = ["会议记录/合同.txt", "采购计划.txt"];
const UTF8: u16 = 1 << 11;

/// An archive of entries that are stored as they are, with extra fields and comments.
fn zip(entries: &[(&[u8], u16)]) -> Vec<u8> {
    let mut out = b"#!/bin/sh\n".to_vec();
    let mut directory = Vec::new();
    let start = out.len() as u32;
    for (n, (name, flags)) in entries.iter().enumerate() {
        let data = format!("content {n}");
        let at = out.len() as u32 - start;
        let mut common = Vec::new();
        for number in [*flags, 0, 0x6000, 0x5A00] {
            common.extend_from_slice(&number.to_le_bytes());
        }
        for number in [0xDEAD_BEEF, data.len() as u32, data.len() as u32] {
            common.extend_from_slice(&number.to_le_bytes());
        }
        common.extend_from_slice(&(name.len() as u16).to_le_bytes());
        common.extend_from_slice(&6u16.to_le_bytes());
        let extra = b"\x99\x99\x02\x00ex";
        out.extend_from_slice(b"PK\x03\x04\x14\x00");
        out.extend_from_slice(&common);
        out.extend_from_slice(name);
        out.extend_from_slice(extra);
        out.extend_from_slice(data.as_bytes());
        directory.extend_from_slice(b"PK\x01\x02\x14\x00\x14\x00");
        directory.extend_from_slice(&common);
        directory.extend_from_slice(b"\x03\x00\x00\x00\x00\x00\x07\x00\x00\x00");
        directory.extend_from_slice(&at.to_le_bytes());
        directory.extend_from_slice(name);
        directory.extend_from_slice(extra);
        directory.extend_from_slice(b"say");
    }
    let at = out.len() as u32 - start;
    out.extend_from_slice(&directory);
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    for _ in 0..2 {
        out.extend_from_slice(&(entries.len() as u16).to_le_bytes());
    }
    for number in [directory.len() as u32, at] {
        out.extend_from_slice(&number.to_le_bytes());
    }
    out.extend_from_slice(b"\x03\x00end");
    out
}

#[test]
fn names_change_and_what_is_packed_stays() {
    let place = Place::new();
    let old = zip(&[(GBK[0], 0), (b"plain.txt", 0), (GBK[1], 8)]);
    place.write("a.zip", &old);
    let listed = place.command(&["names", "a.zip"]).output().unwrap();
    assert_eq!(listed.status.code(), Some(1));
    assert_eq!(
        listed.stdout,
        [
            b"a.zip: ",
            GBK[0],
            " → ".as_bytes(),
            NAMES[0].as_bytes(),
            b"\na.zip: ",
            GBK[1],
            " → ".as_bytes(),
            NAMES[1].as_bytes(),
            b"\n"
        ]
        .concat()
    );
    assert_eq!(fs::read(place.path("a.zip")).unwrap(), old);
    assert_eq!(place.run(&["names", "--apply", "--journal", "j", "a.zip"]), fine(""));
    let expected = zip(&[(NAMES[0].as_bytes(), UTF8), (b"plain.txt", 0), (NAMES[1].as_bytes(), 8 | UTF8)]);
    assert_eq!(fs::read(place.path("a.zip")).unwrap(), expected);
    assert_eq!(place.run(&["names", "a.zip"]), fine(""));
    assert_eq!(place.run(&["undo", "j"]), fine(""));
    assert_eq!(fs::read(place.path("a.zip")).unwrap(), old);
}

/// Without the mark that a name is UTF-8, Windows shows garbage for it.
#[test]
fn names_that_are_right_are_marked_as_what_they_are() {
    let place = Place::new();
    place.write("a.zip", zip(&[(NAMES[0].as_bytes(), 0)]));
    assert_eq!(place.run(&["names", "--apply", "a.zip"]), fine(""));
    assert_eq!(fs::read(place.path("a.zip")).unwrap(), zip(&[(NAMES[0].as_bytes(), UTF8)]));
}

#[test]
fn archives_that_can_t_be_changed_are_left_and_named() {
    let place = Place::new();
    let whole = zip(&[(GBK[0], 0), (GBK[1], 0)]);
    let mut other = whole.clone();
    // A letter of a name in the local header alone.
    let at = other.windows(4).position(|w| w == b".txt").unwrap();
    other[at + 1] = b'T';
    let mut overlapping = whole.clone();
    let second = overlapping.windows(4).rposition(|w| w == b"PK\x01\x02").unwrap();
    overlapping[second + 42..second + 46].copy_from_slice(&3u32.to_le_bytes());
    let cut = whole[..whole.len() - 9].to_vec();
    for bytes in [other, overlapping, cut] {
        place.write("a.zip", &bytes[10..]);
        let ran = place.command(&["names", "--apply", "a.zip"]).output().unwrap();
        assert_eq!(ran.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&ran.stderr).starts_with("qingwen: a.zip: "));
        assert_eq!(fs::read(place.path("a.zip")).unwrap(), &bytes[10..]);
        assert_eq!(place.names(), ["a.zip"]);
    }
}

#[test]
fn two_entries_never_get_one_name() {
    let place = Place::new();
    let old = zip(&[(GBK[1], 0), (NAMES[1].as_bytes(), UTF8)]);
    place.write("a.zip", &old[10..]);
    let ran: Ran = place.run(&["names", "--apply", "a.zip"]);
    assert_eq!((ran.code, &*ran.out), (2, ""));
    assert!(ran.err.contains("would get the name of another one"), "{}", ran.err);
    assert_eq!(fs::read(place.path("a.zip")).unwrap(), &old[10..]);
}
