//! Names inside of zip archives, and the texts in them.

use std::fs;
use std::io::{Read, Write};

use crate::support::{CLEAN, Place, Ran, fine, garble};

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

/// A member with all that tells of it.
struct Member<'a> {
    name: &'a [u8],
    data: Vec<u8>,
    /// Packed as gzip does.
    deflated: bool,
    /// Sizes and checksum stand behind the data, with or without a signature.
    behind: Option<bool>,
}

fn member(name: &str, data: impl Into<Vec<u8>>, deflated: bool, behind: Option<bool>) -> Member<'_> {
    Member { name: name.as_bytes(), data: data.into(), deflated, behind }
}

fn deflate(data: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(data).unwrap();
    out.finish().unwrap()
}

/// An archive of packed members, with comments, extra fields, and a program in front.
fn archive(members: &[Member<'_>]) -> Vec<u8> {
    let mut out = b"#!/bin/sh\n".to_vec();
    let start = out.len();
    let mut directory = Vec::new();
    for Member { name, data, deflated, behind } in members {
        let mut crc = flate2::Crc::new();
        crc.update(data);
        let packed = if *deflated { deflate(data) } else { data.clone() };
        let content: Vec<u8> = [crc.sum(), packed.len() as u32, data.len() as u32]
            .into_iter()
            .flat_map(u32::to_le_bytes)
            .collect();
        let flags = UTF8 | if behind.is_some() { 8 } else { 0 };
        let common: Vec<u8> = [flags, if *deflated { 8 } else { 0 }, 0x6000, 0x5A00]
            .into_iter()
            .flat_map(u16::to_le_bytes)
            .collect();
        let lengths: Vec<u8> = [name.len() as u16, 6].into_iter().flat_map(u16::to_le_bytes).collect();
        let at = (out.len() - start) as u32;
        let here = if behind.is_some() { vec![0; 12] } else { content.clone() };
        for part in [&b"PK\x03\x04\x14\0"[..], &common, &here, &lengths, name, b"\x99\x99\x02\0ex", &packed] {
            out.extend_from_slice(part);
        }
        match behind {
            Some(true) => out.extend_from_slice(&[b"PK\x07\x08", &content[..]].concat()),
            Some(false) => out.extend_from_slice(&content),
            None => {}
        }
        for part in [&b"PK\x01\x02\x14\0\x14\0"[..], &common, &content, &lengths, b"\x03\0\0\0\0\0\x07\0\0\0"]
        {
            directory.extend_from_slice(part);
        }
        for part in [&at.to_le_bytes()[..], name, b"\x99\x99\x02\0ex", b"say"] {
            directory.extend_from_slice(part);
        }
    }
    let at = (out.len() - start) as u32;
    out.extend_from_slice(&directory);
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    for number in [members.len() as u16; 2] {
        out.extend_from_slice(&number.to_le_bytes());
    }
    for number in [directory.len() as u32, at] {
        out.extend_from_slice(&number.to_le_bytes());
    }
    out.extend_from_slice(b"\x03\0end");
    out
}

/// Texts of all kinds among what is none.
fn texts(text: &str) -> Vec<u8> {
    let gbk = encoding_rs::GB18030.encode(&format!("{CLEAN}\n{CLEAN}\n")).0.into_owned();
    archive(&[
        member("文/", "", false, None),
        member("文/a.txt", format!("{text}\n"), true, None),
        member("picture", [b"\x89PNG\0\0", text.as_bytes()].concat(), true, None),
        member("b.csv", format!("x,y\n\"{text}\",1\n"), false, None),
        member("gbk.txt", gbk, true, Some(true)),
        member("c.txt", format!("{text}\n"), true, Some(true)),
        member("d.txt", format!("{text}\n"), false, Some(false)),
        member("clean.txt", CLEAN, true, None),
    ])
}

#[test]
fn texts_in_an_archive_are_repaired_and_all_else_stays() {
    let place = Place::new();
    let (old, new) = (texts(&garble(CLEAN)), texts(CLEAN));
    // What is no text stays garbled.
    let picture = [b"\x89PNG\0\0", garble(CLEAN).as_bytes()].concat();
    place.write("a.zip", &old);
    assert_eq!(
        place.run(&["repair", "--check", "a.zip"]),
        Ran { code: 1, out: "a.zip\n".into(), err: "".into() }
    );
    let diff = place.run(&["repair", "--diff", "a.zip"]);
    assert!(
        diff.code == 1 && diff.out.contains("a.zip/文/a.txt") && diff.out.contains(&format!("+{CLEAN}\n")),
        "{}",
        diff.out
    );
    assert_eq!(place.run(&["repair", "-i", "--journal", "j", "--report", "r", "a.zip"]), fine(""));
    let changed = fs::read(place.path("a.zip")).unwrap();
    let expected = {
        let mut members = Vec::new();
        flate2::read::DeflateDecoder::new(&deflate(&picture)[..]).read_to_end(&mut members).unwrap();
        assert_eq!(members, picture);
        // The same archive but for the picture.
        let at = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).position(|w| w == what);
        assert!(at(&changed, &deflate(&picture)).is_some() && at(&new, &deflate(&picture)).is_none());
        new.len() + deflate(&picture).len() - deflate(&[b"\x89PNG\0\0", CLEAN.as_bytes()].concat()).len()
    };
    assert_eq!(changed.len(), expected);
    for part in [
        deflate(format!("{CLEAN}\n").as_bytes()),
        format!("x,y\n\"{CLEAN}\",1\n").into_bytes(),
        b"\x03\0end".to_vec(),
    ] {
        assert!(changed.windows(part.len()).any(|w| w == part));
    }
    let report = place.read("r");
    assert_eq!(report.lines().count(), 4);
    assert!(report.contains("\"file\":\"a.zip/b.csv\",\"record\":2,\"field\":\"1\""), "{report}");
    assert_eq!(place.run(&["repair", "--check", "a.zip"]), fine(""));
    assert_eq!(place.run(&["undo", "j"]), fine(""));
    assert_eq!(fs::read(place.path("a.zip")).unwrap(), old);
}

#[test]
fn an_archive_that_needs_nothing_is_not_touched() {
    let place = Place::new();
    let clean = archive(&[member("a.txt", CLEAN, true, Some(true)), member("b", "\0", false, None)]);
    place.write("a.zip", &clean);
    assert_eq!(place.run(&["repair", "-i", "--journal", "j", "a.zip"]), fine(""));
    assert_eq!(fs::read(place.path("a.zip")).unwrap(), clean);
    let ran = place.run(&["repair", "a.zip"]);
    assert!(ran.code == 2 && ran.err.contains("-i changes the texts in it"), "{}", ran.err);
}

#[test]
fn a_member_that_can_t_be_read_is_named_and_left_and_a_bomb_is_refused() {
    let place = Place::new();
    let bad = format!("{}\n", garble(CLEAN));
    let mut broken = archive(&[member("a.txt", &*bad, false, None), member("b.txt", &*bad, true, None)]);
    // A byte of the first one's data.
    let at = broken.windows(bad.len()).position(|w| w == bad.as_bytes()).unwrap();
    broken[at] ^= 1;
    place.write("a.zip", &broken);
    let ran = place.run(&["repair", "-i", "a.zip"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.starts_with("qingwen: a.zip/a.txt: is damaged"), "{}", ran.err);
    let changed = fs::read(place.path("a.zip")).unwrap();
    assert_eq!(changed[..at + bad.len()], broken[..at + bad.len()]);
    let repaired = deflate(format!("{CLEAN}\n").as_bytes());
    assert!(changed.windows(repaired.len()).any(|w| w == repaired));
    place.write("bomb.zip", archive(&[member("a.txt", vec![b'a'; 1 << 20], true, None)]));
    let ran = place.run(&["repair", "-i", "--max-output", "100K", "bomb.zip"]);
    assert!(ran.code == 2 && ran.err.contains("unpacks to more than 102400 bytes"), "{}", ran.err);
}
