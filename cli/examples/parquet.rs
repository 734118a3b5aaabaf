//! `cargo xtask parquet SIZE`: a Parquet file of about that size, what repairing it takes, and whether it comes out right.

use std::error::Error;
use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parquet::basic::Compression;
use parquet::column::reader::ColumnReader;
use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

const SCHEMA: &str = "message crawl {
    required int64 id;
    required binary site (UTF8);
    required binary text (UTF8);
    optional group tags (LIST) { repeated group list { required binary element (UTF8); } }
}";
const SENTENCE: &str = "今天的天气很好，我们一起去公园散步吧。这份报告说明了去年的工作。";
/// Sentences in a text, and texts in a row group: together about 128 MB.
const SENTENCES: usize = 20;
const ROWS: usize = 64_000;
/// Rows written and compared at a time.
const BATCH: usize = 1000;
const TEXT: usize = 2;
const TAGS: usize = 3;

type Done<T> = Result<T, Box<dyn Error>>;

fn main() -> Done<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [program, size] = arguments.as_slice() else {
        return Err("usage: parquet PROGRAM BYTES".into());
    };
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("crawl.parquet");
    let groups = size.parse::<usize>()?.div_ceil(ROWS * text(0, false).len()).max(1);
    write(&path, groups)?;
    let (packed, unpacked) = (fs::metadata(&path)?.len(), groups * ROWS * text(0, false).len());
    let start = Instant::now();
    let mut child = Command::new(program).args(["repair", "-i", "-j", "1"]).arg(&path).spawn()?;
    let mut peak = 0;
    let status = loop {
        peak = peak.max(memory(child.id()).unwrap_or(0));
        match child.try_wait()? {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(50)),
        }
    };
    let taken = start.elapsed().as_secs_f64();
    println!("row groups                {groups:>10}");
    println!("file, MB                  {:>10.1}", packed as f64 / 1e6);
    println!("text, MB                  {:>10.1}", unpacked as f64 / 1e6);
    println!("text, MB/s                {:>10.1}", unpacked as f64 / 1e6 / taken);
    println!("peak, MiB                 {:>10.1}", peak as f64 / 1024.0);
    let same = status.success() && is_right(&path, groups)?;
    println!("same                      {:>10}", if same { "yes" } else { "NO" });
    if same { Ok(()) } else { Err(format!("came out wrong ({status})").into()) }
}

/// The text of a row; that of every fiftieth is garbled in the file.
fn text(row: usize, garbled: bool) -> String {
    let text = format!("{row:08} {}", SENTENCE.repeat(SENTENCES));
    if garbled && row.is_multiple_of(50) { text.bytes().map(char::from).collect() } else { text }
}

fn tag(row: usize, garbled: bool) -> String {
    let tag = ["新闻频道", "人工智能"][row % 2];
    if garbled && row.is_multiple_of(50) { tag.bytes().map(char::from).collect() } else { tag.to_owned() }
}

fn write(path: &Path, groups: usize) -> Done<()> {
    let schema = Arc::new(parse_message_type(SCHEMA)?);
    let properties =
        WriterProperties::builder().set_compression(Compression::ZSTD(Default::default())).build();
    let mut file = SerializedFileWriter::new(File::create(path)?, schema, Arc::new(properties))?;
    for group in 0..groups {
        let mut out = file.next_row_group()?;
        let batches =
            || (0..ROWS / BATCH).map(|n| group * ROWS + n * BATCH).map(|first| first..first + BATCH);
        let mut ids = out.next_column()?.ok_or("no column")?;
        for batch in batches() {
            let batch: Vec<i64> = batch.map(|row| row as i64).collect();
            ids.typed::<Int64Type>().write_batch(&batch, None, None)?;
        }
        ids.close()?;
        let site: fn(usize) -> String = |row| format!("https://site{}.example.org/", row % 40);
        for value in [site, |row| text(row, true)] {
            let mut column = out.next_column()?.ok_or("no column")?;
            for batch in batches() {
                let batch: Vec<ByteArray> = batch.map(|row| value(row).into_bytes().into()).collect();
                column.typed::<ByteArrayType>().write_batch(&batch, None, None)?;
            }
            column.close()?;
        }
        // Two tags a row.
        let mut tags = out.next_column()?.ok_or("no column")?;
        for batch in batches() {
            let batch: Vec<ByteArray> =
                batch.flat_map(|row| [row; 2]).map(|row| tag(row, true).into_bytes().into()).collect();
            let repetition: Vec<i16> = (0..batch.len()).map(|n| n as i16 % 2).collect();
            let definition = vec![2; batch.len()];
            tags.typed::<ByteArrayType>().write_batch(&batch, Some(&definition), Some(&repetition))?;
        }
        tags.close()?;
        out.close()?;
    }
    file.close()?;
    Ok(())
}

/// Whether all texts and tags are there and right.
fn is_right(path: &Path, groups: usize) -> Done<bool> {
    let file = SerializedFileReader::new(File::open(path)?)?;
    let mut right = file.num_row_groups() == groups;
    for group in 0..file.num_row_groups() {
        let reader = file.get_row_group(group)?;
        for column in [TEXT, TAGS] {
            let ColumnReader::ByteArrayColumnReader(mut reader) = reader.get_column_reader(column)? else {
                return Ok(false);
            };
            let mut row = group * ROWS;
            loop {
                let mut values = Vec::new();
                let levels = (&mut Vec::new(), &mut Vec::new());
                let (rows, ..) = reader.read_records(BATCH, Some(levels.0), Some(levels.1), &mut values)?;
                if rows == 0 {
                    break;
                }
                let each = if column == TAGS { 2 } else { 1 };
                right &= values.len() == rows * each;
                for (n, value) in values.iter().enumerate() {
                    let row = row + n / each;
                    let expected = if column == TAGS { tag(row, false) } else { text(row, false) };
                    right &= value.data() == expected.as_bytes();
                }
                row += rows;
            }
            right &= row == (group + 1) * ROWS;
        }
    }
    Ok(right)
}

/// The most memory that a process has held, in KiB, as Linux counts it.
fn memory(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?.trim().strip_suffix(" kB")?.parse().ok()
}
