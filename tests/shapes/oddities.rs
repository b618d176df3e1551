//! Every oddity of values in every shape that can carry it: what comes of the record is the same in all of them.

#![allow(clippy::unnecessary_wraps)] // all shapes are of one type

use std::fmt::Write as _;

use flowlens::engine::local::{read as load, wait};
use flowlens::ingest::Outcome;
use flowlens::store::Table;
use parquet::basic::Compression;

use super::parquet_file;
use super::support::{A, B, HEADER, N, event, gzip, payload, quoted, read};

/// A shape that records can come in, made of a header line and lines; `None`: it does not carry names, and so only the default format.
type Shape = fn(&str, &[&str]) -> Option<Vec<u8>>;

fn plain(header: &str, lines: &[&str]) -> Option<Vec<u8>> {
    Some(format!("{header}\n{}\n", lines.join("\n")).into_bytes())
}

fn gzipped(header: &str, lines: &[&str]) -> Option<Vec<u8>> {
    Some(gzip(&String::from_utf8(plain(header, lines)?).unwrap()))
}

/// Lines that come one by one, when they are of the default format.
fn bare<'a>(header: &str, lines: &'a [&'a str]) -> Option<impl Iterator<Item = &'a str>> {
    (header == HEADER).then(|| lines.iter().copied())
}

fn headerless(header: &str, lines: &[&str]) -> Option<Vec<u8>> {
    Some(bare(header, lines)?.collect::<Vec<_>>().join("\r\n").into_bytes())
}

fn export(header: &str, lines: &[&str]) -> Option<Vec<u8>> {
    Some(
        bare(header, lines)?
            .fold(String::new(), |text, line| text + "2023-11-14T22:13:20.000Z " + line + "\n")
            .into_bytes(),
    )
}

fn events(header: &str, lines: &[&str]) -> Option<Vec<u8>> {
    let events: Vec<String> = bare(header, lines)?.map(event).collect();
    Some(format!("{{\"events\":[{}]}}", events.join(",")).into_bytes())
}

fn firehose(header: &str, lines: &[&str]) -> Option<Vec<u8>> {
    let mut text = String::new();
    for line in bare(header, lines)? {
        write!(text, "{{\"message\":{}}}", quoted(line)).unwrap();
    }
    Some(text.into_bytes())
}

fn subscription(header: &str, lines: &[&str]) -> Option<Vec<u8>> {
    let events: Vec<String> = bare(header, lines)?.map(event).collect();
    Some(gzip(&payload("DATA_MESSAGE", &events)))
}

fn console(header: &str, lines: &[&str]) -> Option<Vec<u8>> {
    let rows = bare(header, lines)?.fold(String::new(), |text, line| text + "1700000000000," + line + "\n");
    Some(format!("timestamp,message\n{rows}").into_bytes())
}

fn tail(header: &str, lines: &[&str]) -> Option<Vec<u8>> {
    let prefix = "2023-11-14T22:13:20+00:00 eni-0a-all ";
    Some(bare(header, lines)?.fold(String::new(), |text, line| text + prefix + line + "\n").into_bytes())
}

fn insights(header: &str, lines: &[&str]) -> Option<Vec<u8>> {
    let row = |line| format!("[{{\"field\":\"@message\",\"value\":{}}}]", quoted(line));
    let rows: Vec<String> = bare(header, lines)?.map(row).collect();
    Some(format!("{{\"status\":\"Complete\",\"results\":[{}]}}", rows.join(",")).into_bytes())
}

/// Rows between delimiters; a value is never of several words here.
fn table(header: &str, lines: &[&str], delimiter: &str) -> Vec<u8> {
    let row = |line: &str| line.split(' ').collect::<Vec<_>>().join(delimiter);
    let rows: Vec<String> = std::iter::once(row(header)).chain(lines.iter().map(|line| row(line))).collect();
    rows.join("\n").into_bytes()
}

fn csv(header: &str, lines: &[&str]) -> Option<Vec<u8>> {
    Some(table(&header.replace('-', "_"), lines, ","))
}

fn tsv(header: &str, lines: &[&str]) -> Option<Vec<u8>> {
    Some(table(header, lines, "\t"))
}

fn objects(header: &str, lines: &[&str]) -> Option<Vec<u8>> {
    let object = |line: &&str| {
        let members: Vec<String> = header
            .split(' ')
            .zip(line.split(' '))
            .map(|(key, value)| format!("{}:{}", quoted(key), quoted(value)))
            .collect();
        format!("{{{}}}", members.join(","))
    };
    Some(lines.iter().map(object).collect::<Vec<_>>().join("\n").into_bytes())
}

const SHAPES: [(&str, Shape); 13] = [
    ("lines", plain),
    ("gzip", gzipped),
    ("lines without a header", headerless),
    ("export", export),
    ("tail", tail),
    ("events", events),
    ("Insights results", insights),
    ("firehose", firehose),
    ("subscription", subscription),
    ("console CSV", console),
    ("CSV", csv),
    ("TSV", tsv),
    ("JSON objects", objects),
];

/// What came of the records after the first, which is good: verdicts, remarks and refusals.
fn told(outcome: &Outcome) -> String {
    let mut out = match (outcome.accept, outcome.reject, outcome.nodata, outcome.skipdata) {
        (0, 0, 0, 0) => format!("{} without verdict", outcome.records),
        counts => format!("{counts:?}"),
    };
    let known: u64 = outcome.accept + outcome.reject + outcome.nodata + outcome.skipdata;
    if outcome.records > known && known > 0 {
        write!(out, " of {}", outcome.records).unwrap();
    }
    for refusal in &outcome.refusals {
        write!(out, " | {}", refusal.reason).unwrap();
    }
    for warning in &outcome.warnings {
        write!(out, " | {warning}").unwrap();
    }
    if let Some(error) = &outcome.error {
        write!(out, " | {error}").unwrap();
    }
    out
}

/// The records of a table as lines.
fn lines_of(table: &mut Table) -> Vec<String> {
    table.seal_all();
    let table = &*table;
    table
        .segments()
        .iter()
        .flat_map(|segment| (0..segment.rows()).map(|row| table.line(segment, row)))
        .collect()
}

/// Reads lines in every shape; all that are records render back.
fn check(header: &str, lines: &[&str], kept: &[&str], expected: &str) {
    for (name, shape) in SHAPES {
        let Some(bytes) = shape(header, lines) else { continue };
        let (outcome, mut table) = read("x", &bytes, 50);
        assert_eq!(told(&outcome), expected, "{name}: {:?}", outcome.format);
        assert_eq!(lines_of(&mut table), kept, "{name}");
    }
    let (outcome, mut table) = parquet_file::read("x.parquet", &parquet_of_texts(header, lines), 1);
    assert_eq!(
        (told(&outcome).as_str(), lines_of(&mut table).as_slice()),
        (expected, as_texts(kept).as_slice()),
        "Parquet"
    );
}

fn as_texts(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|&line| line.to_owned()).collect()
}

/// A Parquet file in which every value is a text.
fn parquet_of_texts(header: &str, lines: &[&str]) -> Vec<u8> {
    let names: Vec<String> =
        header.split(' ').map(|name| format!("optional binary {} (UTF8)", name.replace('-', "_"))).collect();
    let cells = |at| {
        parquet_file::texts(&lines.iter().map(|line| line.split(' ').nth(at).unwrap()).collect::<Vec<_>>())
    };
    let columns: Vec<_> = names.iter().enumerate().map(|(at, name)| (name.as_str(), cells(at))).collect();
    parquet_file::file(&columns, parquet_file::codec(Compression::SNAPPY), 9)
}

/// One good record and an odd one of the default format, which is accepted and renders back.
fn accepted(line: &str, expected: &str) {
    check(HEADER, &[A, line], &[A, line], expected);
}

/// One good record and one that is refused.
fn refused(line: &str, reason: &str) {
    check(HEADER, &[A, line], &[A], &format!("(1, 0, 0, 0) | {reason}"));
}

macro_rules! accepted {
    ($($name:ident: $line:expr => $expected:expr;)*) => { $(#[test] fn $name() { accepted($line, $expected); })* };
}

macro_rules! refused {
    ($($name:ident: $line:expr => $reason:expr;)*) => { $(#[test] fn $name() { refused($line, $reason); })* };
}

accepted! {
    case_19_dashes_are_missing_values: "2 - eni-0a 10.0.0.5 198.51.100.7 - - 6 - - 1700000000 1700000060 ACCEPT OK" => "(2, 0, 0, 0)";
    case_20_an_unknown_account: "2 unknown eni-0a 10.0.0.5 198.51.100.7 40000 443 6 10 840 1700000000 1700000060 REJECT OK" => "(1, 1, 0, 0)";
    case_21_an_account_is_text: "2 012345678901 eni-0a 10.0.0.5 198.51.100.7 40000 443 6 10 840 1700000000 1700000060 REJECT OK" => "(1, 1, 0, 0)";
    case_21_a_short_account: "2 1234 eni-0a 10.0.0.5 198.51.100.7 40000 443 6 10 840 1700000000 1700000060 REJECT OK" => "(1, 1, 0, 0)";
    case_22_nodata_with_traffic: "2 123456789012 eni-0a 10.0.0.5 198.51.100.7 40000 443 6 10 840 1700000000 1700000060 REJECT NODATA" =>
        "(1, 0, 1, 0) | 1 NODATA or SKIPDATA records carry addresses, counters or an action; they are not counted as traffic";
    case_23_nodata_without_times: "2 123456789012 eni-0a - - - - - - - - - - NODATA" => "(1, 0, 1, 0)";
    case_24_skipdata_keeps_its_interface: "2 123456789012 eni-0a - - - - - - - 1700000000 1700000060 - SKIPDATA" => "(1, 0, 0, 1)";
    case_25_another_status: "2 123456789012 eni-0a 10.0.0.5 198.51.100.7 40000 443 6 10 840 1700000000 1700000060 ACCEPT GO_AWAY" =>
        "(1, 0, 0, 0) of 2 | 1 records have a log-status other than OK, NODATA or SKIPDATA; they are not counted as traffic";
    case_25_another_action: "2 123456789012 eni-0a 10.0.0.5 198.51.100.7 40000 443 6 10 840 1700000000 1700000060 SUCCESS OK" =>
        "(1, 0, 0, 0) of 2 | 1 records have an action other than ACCEPT or REJECT; they are neither accepted nor rejected";
    case_26_start_is_end: "2 123456789012 eni-0a 10.0.0.5 198.51.100.7 40000 443 6 1 40 1700000000 1700000000 ACCEPT OK" => "(2, 0, 0, 0)";
    case_26_start_after_end: "2 123456789012 eni-0a 10.0.0.5 198.51.100.7 40000 443 6 1 40 1700000060 1700000000 ACCEPT OK" => "(2, 0, 0, 0) | 1 records end before they start";
    case_26_milliseconds: "2 123456789012 eni-0a 10.0.0.5 198.51.100.7 40000 443 6 1 40 1700000000123 1700000060456 ACCEPT OK" =>
        "(2, 0, 0, 0) | 1 records have times in milliseconds; they were read as such";
    case_28_any_length_of_interval: "2 123456789012 eni-0a 10.0.0.5 198.51.100.7 40000 443 6 1 40 1700000000 1700000421 ACCEPT OK" => "(2, 0, 0, 0)";
    case_29_ports_of_icmp: "2 123456789012 eni-0a 203.0.113.12 10.0.0.5 0 0 1 4 336 1700000000 1700000060 ACCEPT OK" => "(2, 0, 0, 0)";
    case_29_the_last_port: "2 123456789012 eni-0a 203.0.113.12 10.0.0.5 0 65535 17 4 336 1700000000 1700000060 ACCEPT OK" => "(2, 0, 0, 0)";
    case_30_protocols_without_a_name: "2 123456789012 eni-0a 203.0.113.12 10.0.0.5 0 0 253 4 336 1700000000 1700000060 ACCEPT OK" => "(2, 0, 0, 0)";
    case_30_protocol_nought: "2 123456789012 eni-0a 203.0.113.12 10.0.0.5 0 0 0 4 336 1700000000 1700000060 ACCEPT OK" => "(2, 0, 0, 0)";
    case_31_ipv6_short_and_mixed: "2 123456789012 eni-0a 10.0.0.5 2001:db8:: 40000 443 6 10 840 1700000000 1700000060 ACCEPT OK" => "(2, 0, 0, 0)";
    case_31_ipv6_in_full: "2 123456789012 eni-0a 2001:0db8:0000:0000:0000:0000:0000:0001 2001:DB8::2 40000 443 6 10 840 1700000000 1700000060 ACCEPT OK" => "(2, 0, 0, 0)";
    case_31_ipv4_mapped: "2 123456789012 eni-0a ::ffff:192.0.2.1 2001:db8::2 40000 443 6 10 840 1700000000 1700000060 ACCEPT OK" => "(2, 0, 0, 0)";
    case_37_ids_of_all_sorts: "2 123456789012 eni-xxxxxxxб 10.0.0.5 198.51.100.7 40000 443 6 10 840 1700000000 1700000060 ACCEPT OK" => "(2, 0, 0, 0)";
    case_40_more_than_two_gibibytes: "2 123456789012 eni-0a 10.0.0.5 198.51.100.7 40000 443 6 9000000000 5000000000000 1700000000 1700000060 ACCEPT OK" => "(2, 0, 0, 0)";
    case_40_fewer_bytes_than_headers: "2 123456789012 eni-0a 10.0.0.5 198.51.100.7 40000 443 6 100 7 1700000000 1700000060 ACCEPT OK" => "(2, 0, 0, 0)";
    case_40_nodata_with_no_packets: "2 123456789012 eni-0a - - - - - 0 0 1700000000 1700000060 - NODATA" =>
        "(1, 0, 1, 0) | 1 NODATA or SKIPDATA records carry addresses, counters or an action; they are not counted as traffic";
    case_41_addresses_that_are_not_logged_usually: "2 123456789012 eni-0a 127.0.0.1 169.254.169.254 40000 443 6 10 840 1700000000 1700000060 ACCEPT OK" => "(2, 0, 0, 0)";
    case_41_no_address: "2 123456789012 eni-0a 0.0.0.0 100.64.1.2 40000 443 6 10 840 1700000000 1700000060 ACCEPT OK" => "(2, 0, 0, 0)";
    spelled_with_noughts: "2 123456789012 eni-0a 10.0.0.5 198.51.100.7 00443 0443 06 010 0840 1700000000 1700000060 ACCEPT OK" => "(2, 0, 0, 0)";
}

refused! {
    case_26_dates_without_a_zone: "2 123456789012 eni-0a 10.0.0.5 198.51.100.7 40000 443 6 10 840 12/26/2022 1700000060 ACCEPT OK" =>
        "start is not a Unix time in whole seconds or milliseconds: 12/26/2022";
    case_29_a_port_too_great: "2 123456789012 eni-0a 10.0.0.5 198.51.100.7 40000 65536 6 10 840 1700000000 1700000060 ACCEPT OK" =>
        "dstport is not a port number, 0 to 65535: 65536";
    case_29_a_port_of_letters: "2 123456789012 eni-0a 10.0.0.5 198.51.100.7 A9153 443 6 10 840 1700000000 1700000060 ACCEPT OK" =>
        "srcport is not a port number, 0 to 65535: A9153";
    case_30_a_protocol_too_great: "2 123456789012 eni-0a 10.0.0.5 198.51.100.7 40000 443 500 10 840 1700000000 1700000060 ACCEPT OK" =>
        "protocol is not a whole number, 0 to 255: 500";
    case_30_a_protocol_by_name: "2 123456789012 eni-0a 10.0.0.5 198.51.100.7 40000 443 tcp 10 840 1700000000 1700000060 ACCEPT OK" =>
        "protocol is not a whole number, 0 to 255: tcp";
    case_31_an_address_with_a_zone: "2 123456789012 eni-0a fe80::1%eth0 198.51.100.7 40000 443 6 10 840 1700000000 1700000060 ACCEPT OK" =>
        "srcaddr is not an IPv4 or IPv6 address: fe80::1%eth0";
    case_31_an_address_in_brackets: "2 123456789012 eni-0a 10.0.0.5 [2001:db8::1] 40000 443 6 10 840 1700000000 1700000060 ACCEPT OK" =>
        "dstaddr is not an IPv4 or IPv6 address: [2001:db8::1]";
    case_31_a_network: "2 123456789012 eni-0a 10.0.0.0/8 198.51.100.7 40000 443 6 10 840 1700000000 1700000060 ACCEPT OK" =>
        "srcaddr is not an IPv4 or IPv6 address: 10.0.0.0/8";
    case_40_a_counter_below_nought: "2 123456789012 eni-0a 10.0.0.5 198.51.100.7 40000 443 6 -1 840 1700000000 1700000060 ACCEPT OK" =>
        "packets is not a whole number below 2^63: -1";
    case_40_a_counter_too_great: "2 123456789012 eni-0a 10.0.0.5 198.51.100.7 40000 443 6 10 18446744073709551616 1700000000 1700000060 ACCEPT OK" =>
        "bytes is not a whole number below 2^63: 18446744073709551616";
    case_41_an_address_of_five_parts: "2 123456789012 eni-0a 10.0.0.5.1 198.51.100.7 40000 443 6 10 840 1700000000 1700000060 ACCEPT OK" =>
        "srcaddr is not an IPv4 or IPv6 address: 10.0.0.5.1";
}

/// Records of other formats, in the shapes that carry names.
macro_rules! with_names {
    ($($name:ident: $header:expr, [$($line:expr),+] => $expected:expr;)*) => {
        $(#[test] fn $name() { let lines = [$($line),+]; check($header, &lines, &lines, $expected); })*
    };
}

with_names! {
    case_06_alphabetical_order: "account-id action bytes dstaddr end interface-id log-status packets srcaddr start", ["123456789012 REJECT 40 10.0.0.5 1700000060 eni-0a OK 1 203.0.113.9 1700000000"] => "(0, 1, 0, 0)";
    case_07_no_action: "interface-id srcaddr dstaddr log-status", ["eni-0a 203.0.113.9 10.0.0.5 OK"] => "1 without verdict";
    case_07_no_status_is_as_ok: "srcaddr dstaddr action", ["203.0.113.9 10.0.0.5 REJECT"] => "(0, 1, 0, 0)";
    case_08_status_not_last: "version log-status srcaddr dstaddr interface-id", ["2 NODATA - - eni-0a"] => "(0, 0, 1, 0)";
    case_09_unknown_names: "srcaddr dstaddr brand-new action", ["203.0.113.9 10.0.0.5 x-1 REJECT"] => "(0, 1, 0, 0)";
    case_13_version_does_not_tell_the_fields: "version srcaddr dstaddr flow-direction ecs-cluster-name", ["3 203.0.113.9 10.0.0.5 ingress prod", "11 203.0.113.9 10.0.0.5 egress -"] => "2 without verdict";
    case_24_nodata_of_version_3: "version interface-id subnet-id vpc-id instance-id srcaddr dstaddr log-status tcp-flags", ["3 eni-0a subnet-0a vpc-0a i-0a - - NODATA -"] => "(0, 0, 1, 0)";
    case_32_packet_addresses_differ: "interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr action", ["eni-0a 10.0.1.5 10.0.0.220 10.0.1.5 203.0.113.5 ACCEPT"] => "(1, 0, 0, 0)";
    case_33_flags_of_all_sorts: "srcaddr dstaddr protocol tcp-flags action", ["10.0.0.1 10.0.0.2 6 3 ACCEPT", "10.0.0.1 10.0.0.2 6 19 ACCEPT", "10.0.0.1 10.0.0.2 17 2 ACCEPT", "10.0.0.1 10.0.0.2 6 63 REJECT", "10.0.0.1 10.0.0.2 6 - REJECT"] => "(3, 2, 0, 0)";
    case_34_direction_and_path: "srcaddr dstaddr flow-direction traffic-path", ["10.0.0.1 10.0.0.2 egress 8", "10.0.0.1 10.0.0.2 ingress -", "10.0.0.1 10.0.0.2 - -"] => "3 without verdict";
    case_35_reasons: "srcaddr dstaddr action reject-reason", ["10.0.0.1 10.0.0.2 REJECT BPA", "10.0.0.1 10.0.0.2 ACCEPT Accepted", "10.0.0.1 10.0.0.2 REJECT -"] => "(1, 2, 0, 0)";
    case_36_encryption_and_kind: "srcaddr dstaddr encryption-status interface-type", ["10.0.0.1 10.0.0.2 1 nat_gateway", "10.0.0.1 10.0.0.2 - -", "10.0.0.1 10.0.0.2 3 network_load_balancer"] => "3 without verdict";
    case_38_services: "srcaddr dstaddr pkt-src-aws-service pkt-dst-aws-service", ["10.0.0.1 203.0.113.1 - CLOUDFRONT", "203.0.113.1 10.0.0.1 S3 -"] => "2 without verdict";
}

#[test]
fn case_38_an_empty_service_is_none() {
    for (name, text) in [
        ("JSON", "{\"srcaddr\":\"10.0.0.1\",\"dstaddr\":\"10.0.0.2\",\"pkt-src-aws-service\":\"\"}"),
        ("CSV", "srcaddr,dstaddr,pkt_src_aws_service\n10.0.0.1,10.0.0.2,\n"),
    ] {
        let (outcome, mut table) = read(name, text.as_bytes(), 9);
        assert_eq!(outcome.records, 1, "{name}");
        assert_eq!(lines_of(&mut table), ["10.0.0.1 10.0.0.2 -"]);
    }
}

#[test]
fn case_11_names_in_every_spelling() {
    for names in
        ["src_addr dst_addr pkt_srcaddr", "srcAddr dstAddr pktSrcAddr", "srcaddr dstaddr pkt-srcaddr"]
    {
        let (outcome, _) = read("x", format!("{names}\n10.0.0.1 10.0.0.2 10.0.0.3\n").as_bytes(), 9);
        assert_eq!(
            (outcome.records, outcome.fields.join(" ")),
            (1, "srcaddr dstaddr pkt-srcaddr".to_owned()),
            "{names}"
        );
    }
}

#[test]
fn case_15_lines_that_are_cut() {
    let cut = "2 123456789012 eni-0a 10.0.0.5 198.51.100.7 40000 443 6 10 840 17000";
    let (outcome, _) = read("x.log", format!("{HEADER}\n{A}\n{cut}").as_bytes(), 9);
    assert_eq!(
        told(&outcome),
        "(1, 0, 0, 0) | 11 values where the format has 14 fields: the line is cut or of another format"
    );
}

#[test]
fn case_55_nothing_to_read_is_no_error() {
    for (text, expected) in [
        ("", "0 without verdict | The file has no records: no traffic was logged in its interval"),
        ("\n\n", "0 without verdict | The file has no records: no traffic was logged in its interval"),
        (
            HEADER,
            "0 without verdict | The file has a header line and no records: no traffic was logged in its interval",
        ),
        ("2 123456789012 eni-0a - - - - - - - 1700000000 1700000060 - NODATA", "(0, 0, 1, 0)"),
    ] {
        for bytes in [text.as_bytes().to_vec(), gzip(text)] {
            assert_eq!(told(&read("x.log.gz", &bytes, 9).0), expected, "{text}");
        }
    }
}

#[test]
fn case_27_records_in_any_order() {
    let late = "2 123456789012 eni-0a 203.0.113.9 10.0.0.5 51000 22 6 1 40 1699999000 1699999060 REJECT OK";
    let report = |lines: &[&str]| {
        let text = format!("{HEADER}\n{}\n", lines.join("\n"));
        let session = load([("x", text.as_bytes())], 1, 40);
        let report = wait(session.report(true));
        (report.totals, report.findings)
    };
    let expected = report(&[A, B, N, late]);
    assert_eq!((expected.0.first, expected.0.last), (Some(1_699_999_000), Some(1_700_000_080)));
    for lines in [[late, A, B, N], [N, late, B, A], [B, A, late, N]] {
        assert_eq!(report(&lines), expected);
    }
}

#[test]
fn case_53_containers_and_pointers_are_named() {
    for (bytes, word) in [
        (b"ORC\x08\x03".to_vec(), "ORC"),
        (b"PK\x03\x04\x14\0".to_vec(), "zip"),
        (b"\xfd7zXZ\0\0".to_vec(), "xz"),
        ([vec![0; 257], b"ustar\0".to_vec(), vec![0; 300]].concat(), "tar"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n".to_vec(), "Git LFS"),
    ] {
        for bytes in [bytes.clone(), gzip_of(&bytes)] {
            let error = read("x", &bytes, 9).0.error.unwrap_or_default();
            assert!(error.contains(word), "{word}: {error}");
        }
    }
}

fn gzip_of(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut encoder, bytes).unwrap();
    encoder.finish().unwrap()
}
