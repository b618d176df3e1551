//! The log generator: the same bytes for the same options, as many records as asked, and the sample in
//! `static/` up to date.

#![allow(clippy::unwrap_used)] // a test file reports by panicking; clippy does not see that helpers are tests, too

#[path = "../examples/generate/flows/mod.rs"]
mod flows;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use flowlens::diagnose::Kind;
use flowlens::engine::local;

#[test]
fn the_sample_in_static_is_what_the_generator_writes() {
    let out = scratch("sample").join("sample.log.gz");
    generate(&["sample", "--out", text(&out)]);
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("static/sample.log.gz");
    // The text, not the bytes: another release of the compressor may pack it otherwise.
    assert!(
        unpacked(&out) == unpacked(&shipped),
        "static/sample.log.gz is out of date: cargo run --release --example generate -- sample"
    );
    assert!(fs::metadata(&shipped).unwrap().len() < 120_000);
}

#[test]
fn the_sample_records_every_packet_at_both_ends() {
    let rows = sample();
    let own: BTreeMap<&str, &str> = rows
        .iter()
        .filter(|row| row["flow-direction"] == "egress" && row["pkt-srcaddr"] == row["srcaddr"])
        .map(|row| (row["srcaddr"].as_str(), row["interface-id"].as_str()))
        .collect();
    let tuple = |row: &Row| {
        ["srcaddr", "dstaddr", "srcport", "dstport", "protocol", "packets", "start", "end"]
            .map(|name| row[name].clone())
    };
    let arrived: BTreeSet<_> = rows
        .iter()
        .filter(|row| row["flow-direction"] == "ingress")
        .map(|row| (row["interface-id"].clone(), tuple(row)))
        .collect();
    let mut inside = 0;
    for row in rows.iter().filter(|row| row["flow-direction"] == "egress" && row["action"] == "ACCEPT") {
        if let Some(&interface) = own.get(row["dstaddr"].as_str()) {
            inside += 1;
            let expected = (interface.to_owned(), tuple(row));
            // A NAT gateway's inside leg carries its own address; the instance sees the server's.
            let seen = arrived.contains(&expected) || row["pkt-srcaddr"] != row["srcaddr"];
            assert!(seen, "left but never arrived: {row:?}");
        }
    }
    assert!(inside > 500, "only {inside} records between the sample's own interfaces");
}

#[test]
fn the_samples_records_are_sound() {
    let rows = sample();
    assert!((3000..6000).contains(&rows.len()), "{} records", rows.len());
    let mut last_minute = 0;
    for row in &rows {
        let number = |name: &str| row[name].parse::<u64>().unwrap();
        let (start, end) = (number("start"), number("end"));
        assert!(start <= end && start / 60 == end / 60, "{row:?}");
        assert!(start / 60 >= last_minute, "out of order: {row:?}");
        last_minute = start / 60;
        if row["log-status"] != "OK" {
            assert_eq!(row["action"], "-", "{row:?}");
            continue;
        }
        if row["reject-reason"] == "BPA" {
            assert_eq!(row["bytes"], "-", "block public access comes without bytes: {row:?}");
        } else if row["protocol"] == "6" {
            assert!(number("bytes") >= 40 * number("packets"), "{row:?}");
        }
        assert!(matches!(number("tcp-flags"), 0..=3 | 18 | 19), "{row:?}");
        assert_eq!(row["traffic-path"] == "-", row["flow-direction"] == "ingress", "{row:?}");
        let v6 = row["srcaddr"].contains(':');
        assert_eq!(row["type"], if v6 { "IPv6" } else { "IPv4" }, "{row:?}");
    }
    for status in ["NODATA", "SKIPDATA"] {
        assert!(rows.iter().any(|row| row["log-status"] == status), "{status}");
    }
    for protocol in ["1", "6", "17"] {
        assert!(rows.iter().any(|row| row["protocol"] == protocol), "{protocol}");
    }
}

#[test]
fn the_same_options_give_the_same_bytes() {
    let dir = scratch("same");
    let made = |name: &str, seed: &str| {
        let out = dir.join(name);
        generate(&["traffic", "--records", "20000", "--seed", seed, "--format", "v5", "--out", text(&out)]);
        fs::read(out).unwrap()
    };
    assert!(made("a.log", "7") == made("b.log", "7"));
    assert!(made("a.log.gz", "7") == made("b.log.gz", "7"));
    assert!(made("a.log", "7") != made("b.log", "8"));
}

#[test]
fn one_file_has_as_many_records_as_asked() {
    let dir = scratch("count");
    for records in [0, 1, 7, 4095, 4096, 4097, 30_000] {
        let out = dir.join("one.log");
        generate(&["traffic", "--records", &records.to_string(), "--out", text(&out)]);
        assert_eq!(fs::read_to_string(&out).unwrap().lines().count(), records + 1);
        generate(&["--records", &records.to_string(), "--no-header", "--out", text(&out)]);
        assert_eq!(fs::read_to_string(&out).unwrap().lines().count(), records);
    }
}

#[test]
fn a_tree_holds_the_same_records_as_one_file() {
    let dir = scratch("tree");
    let one = dir.join("one.log");
    generate(&["traffic", "--records", "5000", "--minutes", "60", "--out", text(&one)]);
    let tree = dir.join("tree");
    let args = ["traffic", "--records", "5000", "--minutes", "60", "--files", "37", "--out", text(&tree)];
    generate(&args);

    let day = tree.join("AWSLogs/123456789012/vpcflowlogs/us-east-1/2026/10/14");
    let mut files: Vec<PathBuf> = fs::read_dir(day).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert_eq!(files.len(), 37);
    let prefix = "123456789012_vpcflowlogs_us-east-1_fl-0123456789abcdef0_20261014T0000Z_";
    assert!(files[0].file_name().unwrap().to_str().unwrap().starts_with(prefix), "{files:?}");

    let whole = fs::read_to_string(&one).unwrap();
    let (header, records) = whole.split_once('\n').unwrap();
    let mut lines = Vec::new();
    for file in &files {
        let file = unpacked(file);
        let (first, rest) = file.split_once('\n').unwrap();
        assert_eq!(first, header);
        lines.extend(rest.lines().map(str::to_owned));
    }
    // Files of one delivery time sort by their hash, so the order within them is not that of the one file.
    lines.sort();
    let mut expected: Vec<&str> = records.lines().collect();
    expected.sort_unstable();
    assert!(lines == expected);
}

#[test]
fn every_line_has_a_token_for_each_field_asked_for() {
    let dir = scratch("formats");
    let all = flowlens::record::Field::ALL.iter().map(|field| field.name()).collect::<Vec<_>>().join(",");
    for (format, version) in [
        ("v2", "2"),
        ("v5", "5"),
        ("${version} ${vpc-id} ${srcaddr} ${pkt-dst-aws-service}", "5"),
        ("version,interface-id,action,interface-type", "11"),
        (all.as_str(), "11"),
    ] {
        let out = dir.join("one.log");
        generate(&["traffic", "--records", "3000", "--format", format, "--out", text(&out)]);
        let whole = fs::read_to_string(&out).unwrap();
        let width = whole.lines().next().unwrap().split(' ').count();
        for line in whole.lines().skip(1) {
            assert_eq!(line.split(' ').count(), width, "{line}");
            assert!(line.split(' ').all(|token| !token.is_empty()), "{line}");
            assert!(line.starts_with(version), "{line}");
        }
    }
}

#[test]
fn transit_gateway_records_are_read_as_such() {
    let out = scratch("gateway").join("one.log");
    generate(&["traffic", "--records", "5000", "--format", "tgw", "--no-header", "--out", text(&out)]);
    let bytes = fs::read(&out).unwrap();
    let session = local::read([("one.log", bytes.as_slice())], 2, 4096);
    let report = local::wait(session.report(false));
    let input = &report.inputs[0];
    assert_eq!(
        (input.records, input.transit_gateway, input.refused),
        (5000, 5000, 0),
        "{:?}",
        input.refusals
    );
    assert!(report.totals.transit_gateway.lost_no_route > 0);
    assert!(report.findings.iter().all(|finding| finding.kind == Kind::TgwNoRoute));
}

#[test]
fn traffic_has_the_shape_that_the_help_promises() {
    let out = scratch("shape").join("one.log");
    generate(&["traffic", "--records", "200000", "--minutes", "30", "--out", text(&out)]);
    let whole = fs::read_to_string(&out).unwrap();
    let (mut accepted, mut rejected, mut idle, mut v6) = (0, 0, 0, 0);
    let mut interfaces = BTreeSet::new();
    let mut last_minute = 0;
    for line in whole.lines().skip(1) {
        let tokens: Vec<&str> = line.split(' ').collect();
        interfaces.insert(tokens[2]);
        let (start, end): (u64, u64) = (tokens[10].parse().unwrap(), tokens[11].parse().unwrap());
        assert!(start <= end && start / 60 == end / 60, "{line}");
        assert!(start / 60 >= last_minute, "out of order: {line}");
        last_minute = start / 60;
        match tokens[12] {
            "ACCEPT" => accepted += 1,
            "REJECT" => rejected += 1,
            _ => {
                idle += 1;
                continue;
            }
        }
        v6 += usize::from(tokens[3].contains(':'));
        let (packets, bytes): (u64, u64) = (tokens[8].parse().unwrap(), tokens[9].parse().unwrap());
        assert!(bytes >= packets * if tokens[7] == "6" { 40 } else { 28 }, "{line}");
    }
    let per_mille = |count: usize| count * 1000 / 200_000;
    assert!((840..870).contains(&per_mille(accepted)), "{accepted} accepted");
    assert!((130..155).contains(&per_mille(rejected)), "{rejected} rejected");
    assert!((3..7).contains(&per_mille(idle)), "{idle} without traffic");
    assert!((40..60).contains(&per_mille(v6)), "{v6} by IPv6");
    assert_eq!(interfaces.len(), 200);
    let width = whole.len() / 200_000;
    assert!((114..119).contains(&width), "{width} bytes a line");
}

#[test]
fn a_connection_is_never_cut_by_the_end_of_an_interval_or_of_the_log() {
    let out = scratch("whole").join("one.log");
    let format = "interface-id srcaddr srcport dstaddr dstport protocol tcp-flags action log-status";
    generate(&["traffic", "--records", "30001", "--minutes", "500", "--format", format, "--out", text(&out)]);
    let whole = fs::read_to_string(&out).unwrap();
    let lines: BTreeSet<&str> =
        whole.lines().skip(1).map(|line| line.rsplit_once(" OK").unwrap_or((line, "")).0).collect();
    let mut answered = 0;
    for line in &lines {
        let [interface, src, src_port, dst, dst_port, "6", flags @ ("0" | "1" | "3"), "ACCEPT"] =
            line.split(' ').collect::<Vec<_>>()[..]
        else {
            continue;
        };
        let flags = if flags == "3" { "19" } else { flags };
        let reply = format!("{interface} {dst} {dst_port} {src} {src_port} 6 {flags} ACCEPT");
        assert!(lines.contains(reply.as_str()), "no reply: {line}");
        answered += 1;
    }
    assert!(answered > 5000, "{answered}");
}

#[test]
fn options_that_make_no_sense_are_refused_by_name() {
    for (args, complaint) in [
        (vec!["log"], "neither `sample` nor `traffic`, see --help: log"),
        (vec!["sample", "--records", "5"], "no such option for a sample, see --help: --records"),
        (vec!["traffic", "--recrods", "5"], "no such option for traffic, see --help: --recrods"),
        (vec!["traffic", "--records"], "--records needs a value"),
        (vec!["traffic", "--records", "many"], "--records needs a whole number, not many"),
        (vec!["traffic", "--format", "version,colour"], "--format: no such field: colour"),
        (vec!["traffic", "--format", "version,version"], "--format: the header names a field twice: version"),
        (vec!["traffic", "--shape", "tree"], "a tree needs a directory: --out PATH"),
        (vec!["traffic", "--shape", "one", "--files", "3"], "--files is for --shape tree"),
        (vec!["traffic", "--interfaces", "9"], "--interfaces is a number from 10 to 20000"),
    ] {
        let args: Vec<String> = args.into_iter().map(str::to_owned).collect();
        assert_eq!(flows::run(&args).unwrap_err().to_string(), complaint);
    }
}

type Row = BTreeMap<String, String>;

/// The shipped sample's records, by field name.
fn sample() -> Vec<Row> {
    let whole = unpacked(&Path::new(env!("CARGO_MANIFEST_DIR")).join("static/sample.log.gz"));
    let (header, records) = whole.split_once('\n').unwrap();
    let names: Vec<&str> = header.split(' ').collect();
    records
        .lines()
        .map(|line| {
            let tokens: Vec<&str> = line.split(' ').collect();
            assert_eq!(tokens.len(), names.len(), "{line}");
            names.iter().zip(tokens).map(|(&name, token)| (name.to_owned(), token.to_owned())).collect()
        })
        .collect()
}

fn generate(args: &[&str]) {
    let args: Vec<String> = args.iter().map(|&arg| arg.to_owned()).collect();
    flows::run(&args).unwrap();
}

/// An empty directory of the test's own.
fn scratch(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("generator").join(name);
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).unwrap();
    dir
}

fn unpacked(path: &Path) -> String {
    let mut text = String::new();
    GzDecoder::new(File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    text
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
