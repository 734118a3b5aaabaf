//! Parquet: text of columns changes, and everything else stays as it was.

mod fixture;

use std::fs;
use std::path::Path;

use parquet::basic::{Compression, GzipLevel};
use parquet::file::properties::WriterVersion;

use crate::support::{CLEAN, Place, fine, garble};
use fixture::{Fixture, ID, KIND, RAW, TAGS, TEXT, TITLE, URL, chunk, may_hold, metadata, rows};

/// A file in a folder of its own, and one as it should become.
fn files(fixture: &Fixture) -> Place {
    let place = Place::new();
    fixture.write(&place.path("a.parquet"));
    fixture.clean().write(&place.path("clean.parquet"));
    place
}

/// What must hold of any file: pages lie where the indexes say, one behind the other.
fn assert_indexed(path: &Path) {
    let metadata = metadata(path);
    for (group, columns) in metadata.row_groups().iter().enumerate() {
        let pages = metadata.page_index_for_row_group(group);
        for (column, chunk) in columns.columns().iter().enumerate() {
            let Some(locations) = pages.page_locations(column) else { continue };
            assert_eq!(locations[0].offset, chunk.data_page_offset(), "{group} {column}");
            for two in locations.windows(2) {
                assert_eq!(two[0].offset + i64::from(two[0].compressed_page_size), two[1].offset);
            }
            let last = locations.last().unwrap();
            let (start, length) = chunk.byte_range();
            assert_eq!(last.offset as u64 + last.compressed_page_size as u64, start + length);
        }
    }
}

#[test]
fn every_garbled_value_is_repaired_in_any_kind_of_file() {
    let snappy = Fixture::default();
    let kinds = [
        Fixture { compression: Compression::UNCOMPRESSED, ..snappy.clone() },
        Fixture { compression: Compression::GZIP(GzipLevel::default()), dictionary: false, ..snappy.clone() },
        Fixture {
            compression: Compression::ZSTD(Default::default()),
            version: WriterVersion::PARQUET_2_0,
            ..snappy.clone()
        },
        Fixture {
            compression: Compression::LZ4_RAW,
            version: WriterVersion::PARQUET_2_0,
            dictionary: false,
            ..snappy.clone()
        },
        Fixture { compression: Compression::LZ4, ..snappy.clone() },
        Fixture {
            compression: Compression::BROTLI(Default::default()),
            bloom_filters: false,
            ..snappy.clone()
        },
        snappy,
    ];
    for kind in kinds {
        let place = files(&kind);
        let (path, clean) = (place.path("a.parquet"), place.path("clean.parquet"));
        assert_ne!(rows(&path), rows(&clean));
        assert_eq!(place.run(&["repair", "-i", "a.parquet"]), fine(""), "{}", kind.compression);
        assert_eq!(rows(&path), rows(&clean), "{}", kind.compression);
        let columns = |path: &Path| -> Vec<_> {
            let metadata = metadata(path);
            let columns = metadata.row_groups().iter().flat_map(|g| g.columns());
            columns.map(|c| (c.compression(), *c.encodings_mask())).collect()
        };
        assert_eq!(columns(&path), columns(&clean), "{}", kind.compression);
        assert_indexed(&path);
        assert_eq!(place.names(), ["a.parquet", "clean.parquet"]);
    }
}

#[test]
fn columns_that_stay_keep_their_bytes_and_the_footer_what_it_said() {
    let place = files(&Fixture::default());
    let (path, old) = (place.path("a.parquet"), place.path("old.parquet"));
    fs::copy(&path, &old).unwrap();
    assert_eq!(place.run(&["repair", "-i", "a.parquet"]), fine(""));
    let (was, is) = (metadata(&old), metadata(&path));
    let [was_file, is_file] = [&was, &is].map(|m| m.file_metadata());
    assert_eq!(is_file.schema(), was_file.schema());
    assert_eq!(is_file.key_value_metadata(), was_file.key_value_metadata());
    assert_eq!((is_file.created_by(), is_file.version()), (Some("a test"), was_file.version()));
    assert_eq!(is_file.column_orders(), was_file.column_orders());
    assert_eq!(is.num_row_groups(), was.num_row_groups());
    for (group, (was, is)) in was.row_groups().iter().zip(is.row_groups()).enumerate() {
        assert_eq!((is.num_rows(), is.ordinal()), (was.num_rows(), was.ordinal()));
        let unpacked: i64 = is.columns().iter().map(|c| c.uncompressed_size()).sum();
        assert_eq!(is.total_byte_size(), unpacked);
        for column in [ID, URL, KIND, RAW] {
            assert!(chunk(&path, group, column) == chunk(&old, group, column), "{group} {column}");
            assert_eq!(is.column(column).statistics(), was.column(column).statistics());
        }
        for column in [TEXT, TITLE, TAGS] {
            assert!(chunk(&path, group, column) != chunk(&old, group, column), "{group} {column}");
            assert_eq!(is.column(column).num_values(), was.column(column).num_values());
        }
    }
}

/// Statistics and filters are those that the clean file has, and it has indexes where that has some.
#[test]
fn what_is_told_of_values_is_told_of_the_new_ones() {
    let place = files(&Fixture::default());
    let (path, clean) = (place.path("a.parquet"), place.path("clean.parquet"));
    assert_eq!(may_hold(&path, 0, TEXT, &format!("3。{CLEAN}")), Some(false));
    assert_eq!(place.run(&["repair", "-i", "a.parquet"]), fine(""));
    let (is, right) = (metadata(&path), metadata(&clean));
    for group in 0..is.num_row_groups() {
        let pages = [&is, &right].map(|m| m.page_index_for_row_group(group));
        for column in 0..=TAGS {
            let [is, right] = [&is, &right].map(|m| m.row_group(group).column(column));
            assert_eq!(is.statistics(), right.statistics(), "{group} {column}");
            // Pages need not end at the same rows.
            let [is, right] = pages.each_ref().map(|pages| pages.column_index(column).is_some());
            assert_eq!(is, right, "{group} {column}");
            assert_eq!(may_hold(&path, group, column, "没有"), may_hold(&clean, group, column, "没有"));
        }
        for row in group * 50..(group + 1) * 50 {
            assert_eq!(may_hold(&path, group, TEXT, &format!("{row}。{CLEAN}")), Some(true));
        }
        assert_eq!(may_hold(&path, group, URL, &format!("https://example.org/{}", group * 50)), Some(true));
    }
}

/// Rows were sorted by number, then by a text that has changed.
#[test]
fn a_changed_column_orders_no_rows_any_more() {
    let kind = Fixture { garbled: |row| row == 60, ..Fixture::default() };
    let place = files(&kind);
    assert_eq!(place.run(&["repair", "-i", "a.parquet"]), fine(""));
    let sorted: Vec<usize> = metadata(&place.path("a.parquet"))
        .row_groups()
        .iter()
        .map(|group| group.sorting_columns().map_or(0, Vec::len))
        .collect();
    assert_eq!(sorted, [2, 1, 2]);
}

#[test]
fn a_clean_file_is_not_written() {
    let place = files(&Fixture::default().clean());
    let path = place.path("a.parquet");
    let was = fs::read(&path).unwrap();
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    assert_eq!(place.run(&["repair", "-i", "--journal", "j", "a.parquet"]), fine(""));
    assert_eq!(place.run(&["repair", "--check", "a.parquet"]), fine(""));
    assert_eq!(place.run(&["repair", "a.parquet", "-o", "b.parquet"]), fine(""));
    assert!(fs::read(&path).unwrap() == was && fs::read(place.path("b.parquet")).unwrap() == was);
}

#[test]
fn columns_are_chosen_by_their_path() {
    for (options, changed) in [
        (&["--column", "page.title"][..], &[TITLE][..]),
        (&["--field", "tags", "--field", "text"], &[TEXT, TAGS]),
        (&["--field", "tags[]", "--field", "/text"], &[TEXT, TAGS]),
        (&["--field", "/page/title"], &[TITLE]),
        (&["--column", "page.raw"], &[RAW]),
        (&["--column", "3"], &[TEXT]),
    ] {
        let place = files(&Fixture::default());
        let (path, old) = (place.path("a.parquet"), place.path("old.parquet"));
        fs::copy(&path, &old).unwrap();
        assert_eq!(place.run(&[&["repair", "-i", "a.parquet"], options].concat()), fine(""));
        let differ = |column: &usize| chunk(&path, 0, *column) != chunk(&old, 0, *column);
        assert_eq!((ID..=TAGS).filter(differ).collect::<Vec<_>>(), changed, "{options:?}");
    }
    let place = files(&Fixture::default());
    let ran = place.run(&["repair", "-i", "a.parquet", "--column", "titel"]);
    assert_eq!(ran.code, 2);
    assert_eq!(
        ran.err,
        "qingwen: a.parquet: no column `titel` in the schema: url, text, kind, page.title, tags\n"
    );
    let ran = place.run(&["repair", "--check", "a.parquet", "--column", "id"]);
    assert_eq!((ran.code, &*ran.err), (2, "qingwen: a.parquet: column `id` holds no text\n"));
}

#[test]
fn findings_name_row_and_column() {
    let kind = Fixture { garbled: |row| row == 63, ..Fixture::default() };
    let place = files(&kind);
    let ran = place.run(&["repair", "--check", "a.parquet", "--report", "r"]);
    assert_eq!((ran.code, &*ran.out), (1, "a.parquet\n"));
    let lines: Vec<serde_json::Value> =
        place.read("r").lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let fields: Vec<&str> = lines.iter().map(|l| l["field"].as_str().unwrap()).collect();
    assert_eq!(
        fields,
        [
            "text",
            "page.title",
            "tags.list.element[0]",
            "tags.list.element[2]",
            "tags.list.element[3]",
            "tags.list.element[4]",
            "tags.list.element[5]",
        ]
    );
    assert!(lines.iter().all(|l| l["record"] == 64 && l["stage"] == "repair"));
    let ran = place.run(&["repair", "--check", "--output-format", "json", "a.parquet"]);
    assert_eq!((ran.code, ran.out.lines().count()), (1, 7));
    let ran = place.run(&["repair", "--diff", "--column", "page.title", "a.parquet"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("\n+64\tpage.title\t\"今天的新闻标题在这里\"\n"), "{}", ran.out);
    let ran = place.run(&["detect", "a.parquet"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.starts_with("a.parquet: utf-8, damaged, "), "{}", ran.out);
    assert!(place.run(&["explain", "a.parquet"]).out.contains("64 text"));
}

#[test]
fn undo_and_backup_give_the_old_file_back() {
    let place = files(&Fixture::default());
    let was = fs::read(place.path("a.parquet")).unwrap();
    assert_eq!(place.run(&["repair", "-i", "a.parquet", "--journal", "j", "--backup"]), fine(""));
    assert!(fs::read(place.path("a.parquet")).unwrap() != was);
    assert!(fs::read(place.path("a.parquet.orig")).unwrap() == was);
    // Columns that stay are in no journal.
    let untouched = chunk(&place.path("a.parquet"), 1, RAW);
    let hex: String = untouched.iter().map(|b| format!("{b:02x}")).collect();
    assert!(!place.read("j").contains(&hex));
    assert_eq!(place.run(&["undo", "j"]), fine(""));
    assert!(fs::read(place.path("a.parquet")).unwrap() == was);
}

#[test]
fn files_are_known_by_what_is_in_them_and_go_to_one_output_alone() {
    let place = files(&Fixture::default());
    let clean = rows(&place.path("clean.parquet"));
    fs::rename(place.path("a.parquet"), place.path("a.bin")).unwrap();
    assert_eq!(place.run(&["repair", "a.bin", "-o", "out"]), fine(""));
    assert_eq!(rows(&place.path("out")), clean);
    // A folder's, too.
    let ran = place.run(&["repair", "--check", "-r", "."]);
    assert_eq!((ran.code, &*ran.out), (1, "./a.bin\n"));
    let ran = place.run(&["repair", "a.bin", "clean.parquet", "-o", "both"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("a.bin: can't be joined with other files; -i changes each of them\n"),
        "{}",
        ran.err
    );
    assert!(!place.path("both").exists());
    let ran = place.feed(&["repair", "--format", "parquet"], "PAR1");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("standard input: can't be Parquet"), "{}", ran.err);
}

/// Any number of threads gives the same bytes.
#[test]
fn threads_make_no_difference() {
    let outputs: Vec<Vec<u8>> = ["1", "2", "5"]
        .into_iter()
        .map(|threads| {
            let place = files(&Fixture::default());
            fs::copy(place.path("a.parquet"), place.path("b.parquet")).unwrap();
            assert_eq!(place.run(&["clean", "-i", "-j", threads, "a.parquet", "b.parquet"]), fine(""));
            let both = ["a.parquet", "b.parquet"].map(|name| fs::read(place.path(name)).unwrap());
            both.concat()
        })
        .collect();
    assert!(outputs.iter().all(|output| *output == outputs[0]));
}

#[test]
fn a_value_that_is_no_text_is_told_and_left() {
    let place = Place::new();
    let garbled: fn(usize) -> bool = |row| row == 5;
    let kind =
        Fixture { garbled, compression: Compression::UNCOMPRESSED, dictionary: false, ..Fixture::default() };
    kind.write(&place.path("a.parquet"));
    // Page indexes and filters don't matter to the one who reads all.
    let mut bytes = fs::read(place.path("a.parquet")).unwrap();
    let good = format!("8。{CLEAN}");
    let at = bytes.windows(good.len()).position(|w| w == good.as_bytes()).unwrap();
    bytes[at] = 0xFF;
    fs::write(place.path("a.parquet"), &bytes).unwrap();
    let ran = place.run(&["repair", "-i", "a.parquet", "--column", "text"]);
    assert_eq!(ran.code, 2);
    assert_eq!(
        ran.err,
        "qingwen: a.parquet: record 9, column 1: column `text`: invalid UTF-8 (byte FF); left as it is\n"
    );
    let repaired = fs::read(place.path("a.parquet")).unwrap();
    assert!(!repaired.windows(4).any(|w| w == garble("天").as_bytes()));
    assert!(repaired.windows(good.len() - 1).any(|w| w == &good.as_bytes()[1..]));
}

#[test]
fn a_damaged_file_is_told_and_left() {
    let place = files(&Fixture::default());
    let whole = fs::read(place.path("a.parquet")).unwrap();
    let mut first = whole.clone();
    first[0] = b'X';
    let mut long = whole.clone();
    let end = long.len();
    long[end - 8..end - 4].copy_from_slice(&u32::MAX.to_le_bytes());
    let mut secret = whole.clone();
    secret[..4].copy_from_slice(b"PARE");
    secret[end - 4..].copy_from_slice(b"PARE");
    let text = metadata(&place.path("a.parquet")).row_group(1).column(TEXT).byte_range();
    let mut page = whole.clone();
    page[text.0 as usize..][..40].fill(0xFF);
    for (bytes, cause) in [
        (whole[..whole.len() / 2].to_vec(), "is no whole Parquet file: it does not end with PAR1"),
        (first, "is no Parquet file: it does not begin with PAR1"),
        (long, "is no whole Parquet file: its footer is longer than the file"),
        (secret, "is encrypted, which is not supported"),
        (b"PAR1".to_vec(), "is no Parquet file: too short"),
        (page, "row group 2, column `text`: the header of a page is damaged"),
    ] {
        place.write("b.parquet", &bytes);
        for arguments in [&["repair", "-i", "b.parquet"][..], &["repair", "b.parquet", "-o", "c.parquet"]] {
            let ran = place.run(arguments);
            assert_eq!(ran.code, 2, "{cause}");
            assert!(ran.err.starts_with(&format!("qingwen: b.parquet: {cause}\n")), "{}", ran.err);
            assert!(fs::read(place.path("b.parquet")).unwrap() == bytes);
            assert_eq!(place.names(), ["a.parquet", "b.parquet", "clean.parquet"]);
        }
    }
}

/// Pages, lists and values of absurd sizes are refused by what they say, before anything is made room for.
#[test]
fn sizes_are_bounded() {
    let place = files(&Fixture::default());
    let was = fs::read(place.path("a.parquet")).unwrap();
    let ran = place.run(&["repair", "-i", "--max-record", "64", "a.parquet"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("--max-record raises the limit"), "{}", ran.err);
    assert!(fs::read(place.path("a.parquet")).unwrap() == was);
}
