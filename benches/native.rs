//! Reading, asking and judging natively, on one core: `./dev bench`, or `cargo bench --bench native -- RECORDS`.
//!
//! Absolute times drift from machine to machine; the ratio to `gzip -dc` of the same file in the same run is what
//! can be compared.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::expect_used)] // a command-line tool

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use flowlens::engine::local::{self, wait};
use flowlens::ingest::{Beginning, Outcome, Reader};
use flowlens::query::exec::{self, Memo, Merger};
use flowlens::query::plan::{is_flow, rejected};
use flowlens::query::{Aggregate, Expr, Grouping, Plan};
use flowlens::record::Field;
use flowlens::store::Table;

const CHUNK: usize = 8 << 20;
const RUNS: usize = 3;

fn main() {
    let records: u64 = std::env::args().find_map(|word| word.parse().ok()).unwrap_or(1_000_000);
    let raw = data(records);
    let packed = raw.with_extension("log.gz");
    if !packed.exists() {
        let file = std::fs::File::create(&packed).expect("the data folder can be written");
        let mut encoder = flate2::write::GzEncoder::new(file, flate2::Compression::new(6));
        encoder
            .write_all(&std::fs::read(&raw).expect("the data was made"))
            .expect("the data folder can be written");
        encoder.finish().expect("the data folder can be written");
    }
    let gzip = least(|| {
        let status = Command::new("gzip").arg("-dc").arg(&packed).stdout(Stdio::null()).status();
        assert!(status.is_ok_and(|status| status.success()), "gzip could not be run");
    });
    println!("gzip -dc                {gzip:>8.3} s");

    for (name, path) in [("raw", &raw), ("gz", &packed)] {
        let bytes = std::fs::read(path).expect("the data was made");
        let mut outcome = Outcome::default();
        let mut heap = 0;
        let secs = least(|| {
            let mut table = Table::default();
            outcome = read(&bytes, &mut table);
            heap = table.heap_bytes();
        });
        println!(
            "ingest {name:<4}             {secs:>8.3} s  {:>5.0} MB/s of text  {:>5.2} M records/s  {:>5.2} of gzip -dc  {:.1} bytes a record",
            outcome.text_bytes as f64 / 1e6 / secs,
            outcome.records as f64 / 1e6 / secs,
            secs / gzip,
            heap as f64 / outcome.records as f64,
        );
    }

    let bytes = std::fs::read(&raw).expect("the data was made");
    let mut table = Table::default();
    read(&bytes, &mut table);
    for (name, plan) in plans() {
        let mut rows = 0;
        let secs = least(|| {
            let mut merger = Merger::new(&plan);
            merger.add(exec::partial(&plan, &[], &table, &mut Memo::default()));
            rows = merger.finish().rows.len();
        });
        println!(
            "query {name:<17} {secs:>8.3} s  {:>6.1} ns a record  {rows} rows",
            secs * 1e9 / table.rows() as f64
        );
    }
    drop(table);

    let mut session = local::read([("bench", bytes.as_slice())], 1, CHUNK);
    let judged = least(|| wait(session.judge()));
    println!("overview and findings   {judged:>8.3} s  {} findings", session.findings().len());
}

/// The generated log, made once.
fn data(records: u64) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(".bench");
    let path = folder.join(format!("native-{records}.log"));
    if !path.exists() {
        std::fs::create_dir_all(&folder).expect("the project's folder can be written");
        let generator =
            ["run", "--quiet", "--release", "--example", "generate", "--", "traffic", "--records"];
        let status = Command::new(env!("CARGO"))
            .args(generator)
            .arg(records.to_string())
            .arg("--out")
            .arg(&path)
            .status();
        assert!(status.is_ok_and(|status| status.success()), "the generator failed");
    }
    path
}

fn read(bytes: &[u8], table: &mut Table) -> Outcome {
    let mut reader = Reader::new("bench", bytes.len() as u64, Beginning::default());
    for chunk in bytes.chunks(CHUNK) {
        reader.push(chunk, table);
    }
    let outcome = reader.finish(table);
    table.seal_all();
    outcome
}

/// The shortest of some runs, in seconds.
fn least(mut run: impl FnMut()) -> f64 {
    (0..RUNS)
        .map(|_| {
            let begin = Instant::now();
            run();
            begin.elapsed().as_secs_f64()
        })
        .fold(f64::INFINITY, f64::min)
}

fn plans() -> Vec<(&'static str, Plan)> {
    let sums = |grouping: Grouping| {
        grouping.sum("bytes", Field::Bytes).sum("packets", Field::Packets).count("records")
    };
    let top = |grouping: Grouping| sums(grouping).descending("bytes").limit(20);
    let totals = Grouping::default().measure("sources", Aggregate::Distinct, Field::SrcAddr.into());
    let pairs = Grouping::by([("srcaddr", Field::SrcAddr.into()), ("dstaddr", Field::DstAddr.into())]);
    let minutes = Grouping::by([
        ("minute", Expr::Bin(Box::new(Field::Start.into()), 60)),
        ("action", Field::Action.into()),
    ]);
    vec![
        ("totals", Plan::groups(is_flow(), sums(totals))),
        ("top pairs", Plan::groups(is_flow(), top(pairs))),
        (
            "top interfaces",
            Plan::groups(is_flow(), top(Grouping::by([("interface", Field::InterfaceId.into())]))),
        ),
        ("rejected ports", Plan::groups(rejected(), top(Grouping::by([("port", Field::DstPort.into())])))),
        ("bytes a minute", Plan::groups(is_flow(), sums(minutes))),
    ]
}
