//! Measures qingwen's conversion and repair beside their peers, in CPU time of one thread.

mod clean;
mod garbage;
mod repair;
mod worst;

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Duration;
use std::{env, fs};

use cpu_time::ProcessTime;
use qingwen::convert::{Config, Converter};

const USAGE: &str = "usage: qingwen-bench speed [--rounds N] [--configs A,B] [--only ENGINE,ENGINE] FILE...
           MB/s of UTF-8 input, ratio to OpenCC C++, lines that differ from its answer
       qingwen-bench lines [--rounds N] [--configs A,B] [--only ENGINE,ENGINE] FILE...
           the same, each line by itself: nanoseconds a line
       qingwen-bench still [--rounds N] [--configs A,B] FILE...
           MB/s of qingwen on the lines in which a configuration changes nothing
       qingwen-bench start [CONFIG]
           microseconds from nothing to the first converted text, each engine in this process
       qingwen-bench repair DATA
           MB/s of repair, plsfix and ftfy on clean text (DATA/text/clean) and on garbage made from it;
           ftfy is what python3 finds, or the program that PYTHON names
       qingwen-bench clean DATA
           MB/s of the whole pipeline and of its stages on clean text (DATA/text/clean), beside reading it alone
       qingwen-bench worst DATA
           time a kilobyte of texts made to be slow, at two sizes
For conversion run tools/oracle/fetch.sh first: OpenCC C++ comes from there.";

type Convert = Box<dyn Fn(&str) -> String>;

struct Engine {
    name: &'static str,
    /// Gets the engine ready for a configuration, if it has one of that kind.
    open: fn(Config) -> Option<Convert>,
}

const ENGINES: &[Engine] = &[
    Engine { name: "qingwen", open: qingwen },
    Engine { name: "qingwen-clean", open: mission },
    Engine { name: "opencc-c++", open: opencc },
    Engine { name: "zhconv", open: zhconv },
    Engine { name: "opencc-fmmseg", open: fmmseg },
    Engine { name: "zhhz", open: zhhz },
    Engine { name: "ferrous-opencc", open: ferrous },
];

fn qingwen(config: Config) -> Option<Convert> {
    let converter = Converter::new(config);
    Some(Box::new(move |text| converter.convert(text).into_owned()))
}

/// What `clean` uses, which goes beyond OpenCC; no other way than to simplified.
fn mission(config: Config) -> Option<Convert> {
    let converter = Converter::mission();
    let to_simplified = matches!(config, Config::T2s | Config::Tw2s | Config::Hk2s);
    to_simplified.then(|| -> Convert { Box::new(move |text| converter.convert(text).into_owned()) })
}

#[cfg(not(feature = "oracle"))]
fn opencc(_: Config) -> Option<Convert> {
    None
}

#[cfg(feature = "oracle")]
fn opencc(config: Config) -> Option<Convert> {
    let share = concat!(env!("CARGO_MANIFEST_DIR"), "/../oracle/target/opencc/opencc/clib/share/opencc");
    let converter = opencc_rust::OpenCC::new(format!("{share}/{config}.json")).ok()?;
    Some(Box::new(move |text| converter.convert(text).unwrap_or_default()))
}

/// zhconv converts to a target, whatever the source.
fn zhconv(config: Config) -> Option<Convert> {
    use zhconv::Variant;
    let target = match config {
        Config::T2s => Variant::ZhHans,
        Config::Tw2s | Config::Tw2sp | Config::Hk2s | Config::Hk2sp => Variant::ZhCN,
        Config::S2t => Variant::ZhHant,
        Config::S2tw | Config::S2twp => Variant::ZhTW,
        Config::S2hk | Config::S2hkp => Variant::ZhHK,
        _ => return None,
    };
    Some(Box::new(move |text| zhconv::zhconv(text, target)))
}

fn fmmseg(config: Config) -> Option<Convert> {
    let mut converter = opencc_fmmseg::OpenCC::new();
    converter.set_parallel(false);
    let config = opencc_fmmseg::OpenccConfig::try_from(config.name()).ok()?;
    Some(Box::new(move |text| converter.convert_with_config(text, config, false)))
}

fn zhhz(config: Config) -> Option<Convert> {
    let config = zhhz::engine::Config::parse(config.name()).ok()?;
    let converter = zhhz::engine::Converter::new(config);
    Some(Box::new(move |text| converter.convert(text)))
}

fn ferrous(config: Config) -> Option<Convert> {
    use ferrous_opencc::config::BuiltinConfig;
    let config = match config {
        Config::S2t => BuiltinConfig::S2t,
        Config::T2s => BuiltinConfig::T2s,
        Config::S2tw => BuiltinConfig::S2tw,
        Config::Tw2s => BuiltinConfig::Tw2s,
        Config::S2twp => BuiltinConfig::S2twp,
        Config::Tw2sp => BuiltinConfig::Tw2sp,
        Config::S2hk => BuiltinConfig::S2hk,
        Config::Hk2s => BuiltinConfig::Hk2s,
        Config::T2tw => BuiltinConfig::T2tw,
        Config::Tw2t => BuiltinConfig::Tw2t,
        Config::T2hk => BuiltinConfig::T2hk,
        Config::Hk2t => BuiltinConfig::Hk2t,
        _ => return None,
    };
    let converter = ferrous_opencc::OpenCC::from_config(config).ok()?;
    Some(Box::new(move |text| converter.convert(text)))
}

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::from(2)
        }
    }
}

fn run(args: &[String]) -> Result<(), String> {
    let (command, rest) = args.split_first().ok_or(USAGE)?;
    let mut rounds = 7;
    let mut configs: Vec<Config> =
        [Config::T2s, Config::Tw2s, Config::Tw2sp, Config::S2t, Config::S2twp].into();
    let mut only: Vec<&str> = ENGINES.iter().map(|e| e.name).collect();
    let mut files = Vec::new();
    let mut rest = rest.iter();
    while let Some(word) = rest.next() {
        let mut value = || rest.next().ok_or(USAGE);
        match word.as_str() {
            "--rounds" => rounds = value()?.parse().map_err(|_| USAGE)?,
            "--configs" => {
                let names = value()?
                    .split(',')
                    .map(str::parse)
                    .collect::<Result<_, qingwen::convert::UnknownConfig>>();
                configs = names.map_err(|e| e.to_string())?;
            }
            "--only" => only = value()?.split(',').collect(),
            _ => files.push(word.as_str()),
        }
    }
    let engines: Vec<&Engine> = ENGINES.iter().filter(|e| only.contains(&e.name)).collect();
    match command.as_str() {
        "speed" | "lines" => {
            for file in files {
                let text = read(file)?;
                for &config in &configs {
                    compare(file, &text, config, &engines, rounds, command == "lines");
                }
            }
        }
        "still" => {
            for file in files {
                let text = read(file)?;
                configs.iter().for_each(|&config| still(file, &text, config, rounds));
            }
        }
        "repair" => repair::compare(files.first().ok_or(USAGE)?.as_ref())?,
        "clean" => clean::table(files.first().ok_or(USAGE)?.as_ref())?,
        "worst" => worst::table(files.first().ok_or(USAGE)?.as_ref())?,
        "start" => start(files.first().map_or(Ok(Config::T2s), |c| c.parse()).map_err(|e| e.to_string())?),
        _ => return Err(USAGE.into()),
    }
    Ok(())
}

/// A file without NUL, after which OpenCC's library reads nothing.
fn read(file: &str) -> Result<String, String> {
    Ok(fs::read_to_string(file).map_err(|e| format!("{file}: {e}"))?.replace('\0', " "))
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = ProcessTime::now();
    let done = work();
    (done, start.elapsed())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn megabytes_per_second(text: &str, time: Duration) -> f64 {
    text.len() as f64 / 1e6 / time.as_secs_f64()
}

fn compare(file: &str, text: &str, config: Config, engines: &[&Engine], rounds: usize, by_line: bool) {
    let ready: Vec<_> = engines.iter().filter_map(|e| Some((e.name, (e.open)(config)?))).collect();
    let reference = opencc(config).map(|convert| convert(text));
    let mut times = vec![Vec::new(); ready.len()];
    let mut differing = vec![0; ready.len()];
    let lines = text.lines().count().max(1);
    // Round by round, so that a busy moment of the machine meets all of them.
    for round in 0..rounds {
        for (n, (_, convert)) in ready.iter().enumerate() {
            if by_line {
                let ((), time) = timed(|| text.lines().for_each(|line| drop(black_box(convert(line)))));
                times[n].push(time);
                continue;
            }
            let (out, time) = timed(|| convert(text));
            times[n].push(time);
            if let (0, Some(reference)) = (round, &reference) {
                let same = out.lines().zip(reference.lines()).filter(|(a, b)| a == b).count();
                differing[n] = reference.lines().count() - same;
            }
        }
    }
    let times: Vec<Duration> = times.into_iter().map(median).collect();
    let base = ready.iter().position(|(name, _)| *name == "opencc-c++").map(|n| times[n].as_secs_f64());
    println!("{config} {file} ({:.1} MB, {lines} lines)", text.len() as f64 / 1e6);
    for (n, (name, _)) in ready.iter().enumerate() {
        let ratio = base.map_or(f64::NAN, |b| b / times[n].as_secs_f64());
        let speed = megabytes_per_second(text, times[n]);
        if by_line {
            println!("  {name:<16}{:>10} ns/line{ratio:>8.1}x", times[n].as_nanos() / lines as u128);
        } else {
            println!("  {name:<16}{speed:>10.0} MB/s{ratio:>8.1}x{:>10} lines differ", differing[n]);
        }
    }
}

fn still(file: &str, text: &str, config: Config, rounds: usize) {
    let converter = Converter::new(config);
    let same = |line: &&str| converter.convert(line) == **line;
    let unchanged: String = text.split_inclusive('\n').filter(same).collect();
    let borrowed = matches!(converter.convert(&unchanged), std::borrow::Cow::Borrowed(_));
    let time = median((0..rounds).map(|_| timed(|| black_box(converter.convert(&unchanged))).1).collect());
    println!(
        "{config} {file}: {:.1} of {:.1} MB unchanged, {:.0} MB/s, borrowed: {borrowed}",
        unchanged.len() as f64 / 1e6,
        text.len() as f64 / 1e6,
        megabytes_per_second(&unchanged, time)
    );
}

fn start(config: Config) {
    for engine in ENGINES {
        let (out, time) = timed(|| (engine.open)(config).map(|convert| convert("漢字汉字")));
        println!("{config} {:<16}{:>8} µs  {}", engine.name, time.as_micros(), out.unwrap_or_default());
    }
}
