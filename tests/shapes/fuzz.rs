//! A fuzz target for each reader: samples that are cut, mixed, spliced and damaged, for as long as one wants.
//!
//! `./dev fuzz 60` runs each target for 60 seconds; as a test each takes some hundreds of inputs. Whatever comes, nothing panics, every
//! line is accounted for, rows are records, where chunks end does not matter, and a report can be made of it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use flowlens::engine::local::{read as load, wait};
use parquet::basic::{Compression, GzipLevel, ZstdLevel};
use parquet::file::properties::WriterVersion;

use super::gateway::G;
use super::invariants::{V5, samples};
use super::parquet::aws;
use super::parquet_file;
use super::support::{A, B, HEADER, N, gzip, read, told};

/// Inputs of each target when no time is given.
const INPUTS: u64 = 300;
/// What makes a reader turn off its way.
const TOKENS: &[&str] = &[
    "\n",
    "\r\n",
    "\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    "\t",
    "\\u0000",
    "\\",
    "-",
    " - ",
    "NODATA",
    "SKIPDATA",
    "REJECT",
    "version",
    HEADER,
    "null",
    "0",
    "-1",
    "18446744073709551615",
    "99999999999999999999",
    "1700000000123",
    "::1",
    "255.255.255.255",
    "\u{feff}",
    "\0",
    "é",
    "\u{1b}[31m",
    "TransitGateway",
    "\"events\":[",
    "\"message\":",
    "PAR1",
    "\u{1f}\u{8b}",
    "2023-11-14T22:13:20.000Z ",
];

/// Numbers that are the same for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below.max(1) as u64) as usize
    }
}

/// Damages a sample, with parts of another.
fn damaged(sample: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = sample.repeat(1 + dice.roll(3));
    for _ in 0..=dice.roll(8) {
        let at = dice.roll(bytes.len() + 1);
        let to = (at + dice.roll(40)).min(bytes.len());
        match dice.roll(9) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..to)),
            2 => {
                let token = TOKENS[dice.roll(TOKENS.len())].as_bytes();
                drop(bytes.splice(at..at, token.iter().copied()));
            }
            3 => {
                let token = TOKENS[dice.roll(TOKENS.len())].as_bytes();
                drop(bytes.splice(at..to, token.iter().copied()));
            }
            4 => {
                let from = dice.roll(other.len());
                let part = other[from..(from + dice.roll(200)).min(other.len())].to_vec();
                drop(bytes.splice(at..at, part));
            }
            5 => {
                let part = bytes[at..to].to_vec();
                drop(bytes.splice(at..at, part));
            }
            6 => bytes = bytes.split_off(at),
            _ if at < bytes.len() => bytes[at] ^= 1 << dice.roll(8),
            _ => {}
        }
    }
    bytes
}

/// Feeds a target with damaged samples, and says how many there were.
#[allow(clippy::print_stdout)] // it is what `./dev fuzz` is run for
fn fuzz(target: &str, samples: &[Vec<u8>], others: &[Vec<u8>], check: &dyn Fn(&[u8], &mut Dice)) {
    let seconds = std::env::var("FLOWLENS_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
    let seed = seconds.map_or(1, |_: u64| {
        std::time::SystemTime::UNIX_EPOCH.elapsed().map_or(1, |since| since.as_nanos() as u64 | 1)
    });
    let (begin, mut dice, mut inputs) = (Instant::now(), Dice(seed), 0_u64);
    while seconds.map_or(inputs < INPUTS, |seconds| begin.elapsed() < Duration::from_secs(seconds)) {
        let sample = &samples[dice.roll(samples.len())];
        let other = &others[dice.roll(others.len())];
        let bytes = damaged(sample, other, &mut dice);
        inputs += 1;
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| check(&bytes, &mut Dice(dice.0)))) {
            let path = std::env::temp_dir().join(format!("flowlens-fuzz-{}", target.replace(' ', "-")));
            std::fs::write(&path, &bytes).unwrap();
            panic!("{target}: input {inputs} of seed {seed} fails, kept as {}: {panic:?}", path.display());
        }
    }
    if seconds.is_some() {
        println!("fuzz: {target}: {inputs} inputs in {} s", begin.elapsed().as_secs());
    }
}

fn check_text(bytes: &[u8], dice: &mut Dice) {
    let (whole, table) = read("x", bytes, usize::MAX);
    let _adds_up = told(&whole);
    assert_eq!(table.rows() as u64, whole.records);
    let chunk = 1 + dice.roll(300);
    assert_eq!(read("x", bytes, chunk).0, whole, "in chunks of {chunk}");
    if dice.roll(20) == 0 {
        let session = load([("x", bytes), ("y", A.as_bytes())], 2, chunk);
        let report = wait(session.report(true));
        assert_eq!(report.inputs[0].records, whole.records);
    }
}

/// Where the last panic was.
static PANICKED_AT: Mutex<String> = Mutex::new(String::new());

/// A panic of the parquet crate stops its program in the browser, which refuses the file; one of ours fails.
fn check_parquet(bytes: &[u8], dice: &mut Dice) {
    let shares = 1 + dice.roll(3) as u32;
    let Ok((outcome, table)) = catch_unwind(|| parquet_file::read("x", bytes, shares)) else {
        let at = PANICKED_AT.lock().unwrap().clone();
        assert!(!at.starts_with("src/") && !at.starts_with("tests/"), "it is ours, at {at}");
        return;
    };
    let _adds_up = told(&outcome);
    assert_eq!(table.rows() as u64, outcome.records);
}

macro_rules! targets {
    ($($name:ident: $samples:expr, $check:expr;)*) => {
        $(#[test] fn $name() {
            let others: Vec<Vec<u8>> = samples().into_iter().map(|(_, bytes)| bytes).collect();
            let samples: Vec<Vec<u8>> = $samples.into();
            fuzz(stringify!($name), &samples, &others, &$check);
        })*
    };
}

/// The samples of some shapes.
fn of(names: &[&str]) -> Vec<Vec<u8>> {
    let found: Vec<Vec<u8>> =
        samples().into_iter().filter(|(name, _)| names.contains(name)).map(|(_, bytes)| bytes).collect();
    assert_eq!(found.len(), names.len());
    found
}

fn lines(all: &[&str]) -> Vec<u8> {
    all.join("\n").into_bytes()
}

targets! {
    plain_lines: [of(&["lines"]), vec![lines(&[A, B, N])]].concat(), check_text;
    gzip_members: [gzip(&format!("{HEADER}\n{A}\n{B}")), [gzip(A), gzip("\n"), gzip(N)].concat()], check_text;
    cloudwatch_exports: of(&["export", "tail", "text events", "text columns", "text messages"]), check_text;
    json_events: of(&["events", "firehose", "subscription", "lambda", "members", "insights"]), check_text;
    json_records: of(&["objects"]), check_text;
    tables: of(&["csv", "tsv", "console"]), check_text;
    transit_gateways: [of(&["gateways"]), vec![lines(&[G, G]), lines(&[HEADER, G, A])]].concat(), check_text;
    lines_without_a_header: [lines(&[V5, V5]), lines(&[V5, A, "2 eni-0a 10.0.0.5 198.51.100.7"]), lines(&["- eni-0a 10.0.1.5 10.0.0.220 10.0.1.5 203.0.113.5"; 3])], check_text;
    descriptions_of_flow_logs: [lines(&["{\"FlowLogs\": [{\"FlowLogId\": \"fl-0a\", \"LogFormat\": \"${version} ${srcaddr} ${dstaddr}\", \"TrafficType\": \"ALL\"}, {\"FlowLogId\": \"fl-0b\"}], \"NextToken\": \"x\"}"])], check_text;
    parquet_files: parquets(), check_parquet;
}

fn parquets() -> Vec<Vec<u8>> {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let at = panic.location().map(ToString::to_string).unwrap_or_default();
        if at.starts_with("src/") || at.starts_with("tests/") {
            usual(panic);
        }
        *PANICKED_AT.lock().unwrap() = at;
    }));
    let codec = parquet_file::codec;
    vec![
        aws(&[A, B, N], codec(Compression::GZIP(GzipLevel::default())), 2),
        aws(&[A, B, N], codec(Compression::ZSTD(ZstdLevel::default())), 9),
        aws(&[A, B, N], codec(Compression::UNCOMPRESSED).set_dictionary_enabled(false), 1),
        aws(&[A, B, N], codec(Compression::SNAPPY).set_writer_version(WriterVersion::PARQUET_2_0), 9),
        gzip("PAR1").repeat(9),
    ]
}
