//! Records without a header line: which formats are told, which are asked for, and who tells them.

use flowlens::engine::local::{read_knowing, wait};
use flowlens::ingest::guess::{By, Guess, Knowledge, Known, check, parse};
use flowlens::ingest::{Beginning, Outcome, Reader, Rule};
use flowlens::record::{Field, Format};
use flowlens::store::Table;
use proptest::prelude::*;

use super::support::{A, N, event, gzip, payload, quoted, read, told};

const TABLE: &str = "5 123456789012 eni-0a 10.0.0.5 198.51.100.7 40000 443 6 10 8400 1700000000 1700000060 ACCEPT OK vpc-0a subnet-0a i-0a 3 IPv4 10.0.0.5 198.51.100.7 eu-west-3 euw3-az1 - - - AMAZON egress 8";
const ALPHABETICAL: &str = "123456789012 ACCEPT euw3-az1 8400 198.51.100.7 443 1700000060 egress i-0a eni-0a OK 10 AMAZON 198.51.100.7 - 10.0.0.5 6 eu-west-3 10.0.0.5 40000 1700000000 - - subnet-0a 3 8 IPv4 5 vpc-0a";
const SKIPPED: &str = "123456789012 - apne1-az1 - - - 1700000060 - i-0a eni-0a SKIPDATA - - - - - - ap-northeast-1 - - 1700000000 - - subnet-0a - - - 5 vpc-0a";
const FLAGS: &str = "3 vpc-0a subnet-0a i-0a eni-0a 123456789012 IPv4 203.0.113.42 10.0.0.62 43416 5001 203.0.113.42 10.0.0.62 6 568 8 1700000000 1700000060 ACCEPT 2 OK";
const FIVE: &str = "5 203.0.113.179 10.0.0.71 80 34210 6 1700000000 1700000060 IPv4 14 15044 123456789012 vpc-0a subnet-0a i-0a eni-0a ap-southeast-2 apse2-az3 - - ACCEPT 19 203.0.113.179 10.0.0.71 S3 - - ingress OK";
const THROUGH: &str = "3 eni-0a 123456789012 vpc-0a subnet-0a - 10.40.1.175 10.40.2.236 39812 80 6 3 IPv4 10.20.33.164 10.40.2.236 ACCEPT OK";
const NAT: &str = "- eni-0a 10.0.1.5 10.0.0.220 10.0.1.5 203.0.113.5";
const REGIONAL: &str = "nat-0a - - - 10.0.1.5 203.0.113.5 10.0.1.5 203.0.113.5";
const FLAGS_NAMES: &str = "version vpc-id subnet-id instance-id interface-id account-id type srcaddr dstaddr srcport dstport pkt-srcaddr pkt-dstaddr protocol bytes packets start end action tcp-flags log-status";
/// Fourteen values as in the default format, in another order.
const OTHER_14: &str =
    "3 i-0a eni-0a 10.0.0.5 10.0.0.6 123456789012 6 568 8 1700000000 1700000060 ACCEPT 2 OK";
const OTHER_14_NAMES: &str = "version instance-id interface-id srcaddr dstaddr account-id protocol bytes packets start end action tcp-flags log-status";

fn known(names: &str, by: By) -> Known {
    Known { format: parse(names).unwrap().0, by }
}

fn read_with(name: &str, text: &[u8], formats: Vec<Known>) -> Outcome {
    let knowledge = Knowledge { formats, wait: false };
    let beginning = Beginning { knowledge, ..Beginning::default() };
    let mut table = Table::default();
    let mut reader = Reader::new(name, text.len() as u64, beginning);
    for chunk in text.chunks(7) {
        reader.push(chunk, &mut table);
    }
    let outcome = reader.finish(&mut table);
    assert_eq!(table.rows() as u64, outcome.records);
    outcome
}

fn guess(text: &str) -> Guess {
    let (outcome, _) = read("x", text.as_bytes(), usize::MAX);
    *outcome.guess.unwrap_or_else(|| panic!("{}", outcome.format_source))
}

#[test]
fn case_05_published_layouts_are_told_by_their_columns() {
    for (line, source) in [
        (TABLE, "all fields to version 5, in the order of AWS's table"),
        (ALPHABETICAL, "all fields to version 5 in alphabetical order, as the console writes them"),
        (SKIPPED, "all fields to version 5 in alphabetical order, as the console writes them"),
        (FLAGS, "the AWS example of TCP flags"),
        (FIVE, "the AWS example of version 5"),
        (THROUGH, "the AWS example of traffic through a transit gateway"),
    ] {
        for (name, text) in [
            ("lines", format!("{line}\n{line}\n")),
            ("export", format!("2023-11-14T22:13:20.000Z {line}\n")),
            ("tail", format!("2023-11-14T22:13:20+00:00 eni-0a-all {line}\n")),
            ("subscription", payload("DATA_MESSAGE", &[event(line)])),
            ("firehose", format!("{{\"message\":{0}}}{{\"message\":{0}}}", quoted(line))),
            ("console", format!("timestamp,message\n1700000000000,{line}\n")),
            ("columns", format!("1700000000000\t{line}\n1700000000000\t{line}\n")),
            ("tabs", format!("{line}\t{line}\n")),
            ("events", format!("t\nEVENTS\t1\t1\ts\t{line}\t1\n")),
        ] {
            let (outcome, _) = read(name, text.as_bytes(), 11);
            assert_eq!(
                outcome.format_source,
                format!("told by its columns: {source}"),
                "{name}: {}",
                told(&outcome)
            );
            assert_eq!(outcome.refused, 0, "{name}: {}", told(&outcome));
        }
        let (outcome, _) = read("x", &gzip(&format!("{line}\n").repeat(3)), usize::MAX);
        assert_eq!(outcome.records, 3);
    }
}

#[test]
fn layouts_of_few_columns_are_guessed_and_asked_for() {
    for (line, names) in [
        (NAT, "instance-id interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr"),
        (REGIONAL, "resource-id instance-id interface-id subnet-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr"),
    ] {
        let guess = guess(&format!("{line}\n"));
        assert_eq!(guess.format(), names);
        let src = guess.columns.iter().find(|column| column.field == "srcaddr").unwrap();
        assert_eq!(src.or, ["dstaddr", "pkt-srcaddr", "pkt-dstaddr"]);
    }
}

#[test]
fn what_speaks_against_a_published_layout_makes_it_doubtful() {
    // Two values change places in a layout whose types stay the same.
    for (line, a, b) in
        [(FLAGS, 14, 15), (FLAGS, 7, 8), (FLAGS, 9, 10), (TABLE, 7, 17), (TABLE, 25, 26), (FIVE, 9, 10)]
    {
        let mut values: Vec<&str> = line.split(' ').collect();
        values.swap(a, b);
        let (outcome, _) = read("x", values.join(" ").as_bytes(), usize::MAX);
        assert!(outcome.guess.is_some(), "{}: {}", values.join(" "), told(&outcome));
    }
    // The default format with bytes before packets.
    let (outcome, _) = read("x", A.replace("10 840", "840 10").as_bytes(), usize::MAX);
    assert!(outcome.guess.is_some(), "{}", told(&outcome));
    // The packet's addresses and the interface's: told by the one address that all records of an interface share.
    let lines = [("10.0.9.9", "198.51.100.7"), ("10.0.9.8", "198.51.100.8"), ("10.0.9.7", "198.51.100.9")]
        .map(|(inside, outside)| format!("3 eni-0a 123456789012 vpc-0a subnet-0a - {inside} {outside} 39812 80 6 3 IPv4 {inside} 10.0.0.1 ACCEPT OK"));
    let (outcome, _) = read("x", lines.join("\n").as_bytes(), usize::MAX);
    assert!(outcome.guess.is_some(), "{}", told(&outcome));
}

#[test]
fn case_05_two_layouts_of_fourteen_values() {
    let text = format!("{A}\n{OTHER_14}\n{N}\n");
    let (outcome, _) = read("x", text.as_bytes(), usize::MAX);
    assert_eq!(
        (outcome.records, outcome.refused, outcome.format_source.as_str()),
        (2, 1, "default format, no header line")
    );
    let outcome =
        read_with("x", text.as_bytes(), vec![known(OTHER_14_NAMES, By::Remembered("2026-11-24".to_owned()))]);
    assert_eq!((outcome.records, outcome.refused, outcome.accept), (3, 0, 2));
    assert!(outcome.remembered);
    // A published layout beside the default one is read too, line by line, and what is neither is refused.
    let text = format!("{A}\n{FLAGS}\n{N}\n{FLAGS} x\n{}\n", FLAGS.replace("IPv4", "10.0.0.1"));
    let (outcome, _) = read("x", format!("{A}\n{FLAGS}\n{N}\n").as_bytes(), usize::MAX);
    assert_eq!((outcome.records, outcome.refused), (3, 0), "{}", told(&outcome));
    let head = format!("{A}\n{FLAGS}\n{N}\n").repeat(20);
    let (outcome, _) = read("x", (head + &text).as_bytes(), usize::MAX);
    assert_eq!((outcome.records, outcome.refused), (63, 2), "{}", told(&outcome));
    assert!(told(&outcome).contains("value 7 is not what type holds: 10.0.0.1"), "{}", told(&outcome));
}

#[test]
fn case_08_columns_that_can_be_one_field_only_are_told() {
    let (outcome, _) =
        read("x", b"1700000000 1700000060 egress ACCEPT OK\n1700000000 1700000060 - - NODATA\n", 9);
    assert_eq!(
        told(&outcome),
        "Flow log lines: 2 lines = 2 records [1, 0, 1, 0] told by its columns: each can be one field only"
    );
}

#[test]
fn what_is_open_is_not_proposed() {
    let guess = guess(&format!("{OTHER_14}\n"));
    let fields: Vec<&str> = guess.columns.iter().map(|column| column.field.as_str()).collect();
    assert_eq!(fields.join(" "), OTHER_14_NAMES);
    assert_eq!(
        guess.format(),
        "? instance-id interface-id ? ? account-id ? ? ? start end action ? log-status"
    );
}

#[test]
fn case_16_a_custom_export_is_guessed() {
    let guess = guess(
        "2025-02-25T12:25:04.000Z i-085c eni-0416 - - - use1-az2 - 1740486335 - - - - - - 1740486304 subnet-027e\n",
    );
    let fields: Vec<&str> = guess.columns.iter().map(|column| column.field.as_str()).collect();
    assert_eq!(
        [fields[0], fields[1], fields[5], fields[7], fields[14], fields[15]],
        ["instance-id", "interface-id", "az-id", "end", "start", "subnet-id"]
    );
}

fn flow_log(id: &str, format: Option<&str>) -> String {
    let format = format.map(|format| {
        let names: Vec<String> = format.split(' ').map(|name| format!("${{{name}}}")).collect();
        format!(",\"LogFormat\":{}", quoted(&names.join(" ")))
    });
    format!(
        "{{\"FlowLogId\":\"{id}\",\"LogGroupName\":\"flow/{id}\",\"TrafficType\":\"ALL\"{}}}",
        format.unwrap_or_default()
    )
}

fn answer(flow_logs: &[String]) -> String {
    format!("{{\"FlowLogs\": [{}], \"NextToken\": \"t\"}}", flow_logs.join(", "))
}

fn inputs(files: &[(&str, &str)], given: &[Known]) -> Vec<Outcome> {
    let files = files.iter().map(|(name, text)| (*name, text.as_bytes()));
    let mut session = read_knowing(files, given, 2, 100);
    let report = wait(session.report(false));
    assert_eq!(report.totals.records, session.inputs().iter().map(|input| input.records).sum::<u64>());
    session.inputs().clone()
}

#[test]
fn case_59_a_described_format_settles_it_in_any_order() {
    let records = format!("{OTHER_14}\n{OTHER_14}\n");
    let described = answer(&[flow_log("fl-0old", None), flow_log("fl-0new", Some(OTHER_14_NAMES))]);
    for files in [
        [("a.log", records.as_str()), ("b.json", described.as_str())],
        [("b.json", &described), ("a.log", &records)],
    ] {
        let mut read = inputs(&files, &[]);
        read.sort_by(|a, b| a.name.cmp(&b.name));
        assert_eq!((read[0].records, read[0].format_source.as_str()), (2, "LogFormat of fl-0new"));
        assert_eq!(told(&read[1]), "Answer of describe-flow-logs: 2 messages = 2 control");
        assert_eq!(read[1].flow_logs.len(), 2);
    }
    // Pages one after another, a list, and one flow log.
    for described in [
        answer(&[flow_log("fl-0old", None)]) + &answer(&[flow_log("fl-0new", Some(OTHER_14_NAMES))]),
        format!("[{}]", flow_log("fl-0new", Some(OTHER_14_NAMES))),
        flow_log("fl-0new", Some(OTHER_14_NAMES)),
    ] {
        assert_eq!(inputs(&[("a", &records), ("b", &described)], &[])[0].records, 2);
    }
}

#[test]
fn case_59_of_several_described_formats_the_path_tells() {
    let swapped = OTHER_14_NAMES.replace("srcaddr dstaddr", "dstaddr srcaddr");
    let described = answer(&[flow_log("fl-0a", Some(OTHER_14_NAMES)), flow_log("fl-0b", Some(&swapped))]);
    let by = |name: &str| inputs(&[(name, OTHER_14), ("b.json", &described)], &[]).swap_remove(0);
    let doubtful = by("a.log");
    assert_eq!(doubtful.guess.unwrap().rivals, ["LogFormat of fl-0a", "LogFormat of fl-0b"]);
    let told = by("123456789012_vpcflowlogs_us-east-1_fl-0b_20180620T1620Z_fe123456.log");
    assert_eq!(told.format_source, "LogFormat of fl-0b");
    assert_eq!(by("export/flow/fl-0b/0/eni-0a-all/000000.gz").format_source, "LogFormat of fl-0b");
}

#[test]
fn a_described_format_goes_before_a_published_one() {
    let names = FLAGS_NAMES.replace("srcaddr dstaddr srcport", "dstaddr srcaddr srcport");
    let described = answer(&[flow_log("fl-0a", Some(&names))]);
    let read = inputs(&[("a.log", FLAGS), ("b.json", &described)], &[]);
    assert_eq!(
        (read[0].format_source.as_str(), read[0].fields[7].as_str()),
        ("LogFormat of fl-0a", "dstaddr")
    );
    let read = inputs(&[("a.log", FLAGS), ("b.json", &answer(&[]))], &[]);
    assert_eq!(read[0].format_source, "told by its columns: the AWS example of TCP flags");
}

#[test]
fn given_and_remembered_formats_are_used_where_they_fit() {
    let remembered = |names: &str| known(names, By::Remembered("2026-11-24".to_owned()));
    let outcome = read_with("x", OTHER_14.as_bytes(), vec![remembered(OTHER_14_NAMES)]);
    assert_eq!((outcome.records, outcome.format_source.as_str()), (1, "the format you gave on 2026-11-24"));
    let swapped = OTHER_14_NAMES.replace("srcaddr dstaddr", "dstaddr srcaddr");
    let both = vec![remembered(OTHER_14_NAMES), remembered(&swapped)];
    let last = read_with("x", OTHER_14.as_bytes(), both);
    assert_eq!(last.fields[3], "dstaddr", "what was given last stands");
    let given = known(&swapped, By::Given { kept: false });
    let outcome = read_with("x", OTHER_14.as_bytes(), vec![remembered(OTHER_14_NAMES), given.clone()]);
    assert_eq!((outcome.format_source.as_str(), outcome.remembered), ("the format you gave", false));
    // What it does not fit is left as it is.
    let outcome = read_with("x", FLAGS.as_bytes(), vec![given.clone()]);
    assert_eq!(outcome.format_source, "told by its columns: the AWS example of TCP flags");
    let outcome = read_with("x", A.as_bytes(), vec![given]);
    assert_eq!(outcome.format_source, "default format, no header line");
}

#[test]
fn a_part_goes_on_as_the_part_before_it() {
    let told_by = vec![known(OTHER_14_NAMES, By::Given { kept: false })];
    let beginning =
        Beginning { rule: Some(Rule::Told(told_by.clone())), inflated: true, ..Beginning::default() };
    let mut table = Table::default();
    let mut reader = Reader::new("x", 0, beginning);
    reader.push(format!("{OTHER_14}\n{A}\n{OTHER_14}\n").as_bytes(), &mut table);
    let (outcome, _, rule) = reader.finish_part(&mut table);
    assert_eq!(rule, Some(Rule::Told(told_by)));
    assert_eq!((outcome.records, outcome.refused), (2, 1));
}

#[test]
fn case_12_formats_are_read_as_people_paste_them() {
    let expected = Format::of([Field::Version, Field::VpcId, Field::SrcAddr, Field::LogStatus]);
    for text in [
        "${version} ${vpc-id} ${srcaddr} ${log-status}",
        "$${version} $${vpc-id} $${srcaddr} $${log-status}",
        "log_format = \"$${version} $${vpc-id} $${srcaddr} $${log-status}\"",
        "version vpc-id srcaddr log-status",
        "version, vpc_id, srcAddr,log-status",
        "\"version\",\"vpc_id\",\"srcaddr\",\"log_status\"",
        "            \"LogFormat\": \"${version} ${vpc-id} ${srcaddr} ${log-status}\",",
        "{\"LogFormat\": \"${version} ${vpc-id} ${srcaddr} ${log-status}\", \"Tags\": [{\"Key\": \"${x}\"}]}",
        "--log-format '${version} ${vpc-id} ${srcaddr} ${log-status}'",
        "\"LogFormat\": \"version vpc-id srcaddr log-status\"",
        "  version\n  vpc-id\n  srcaddr\n  log-status\n",
    ] {
        assert_eq!(parse(text).map(|(format, _)| format), Ok(expected.clone()), "{text}");
    }
}

#[test]
fn a_wrong_format_is_refused_in_words() {
    let guess = guess(&format!("{OTHER_14}\n{OTHER_14}\n"));
    for (text, words) in [
        ("", "Name the field of each column, in order"),
        ("version scraddr", "scraddr is no field: perhaps srcaddr"),
        ("version ? srcaddr", "value 2 has no name yet, for which a ? stands"),
        ("version pkt-dst-adr", "pkt-dst-adr is no field: perhaps pkt-dstaddr"),
        ("version srcaddr src_addr", "srcaddr is named twice"),
        ("one, two", "None of these names is a field of flow logs"),
        ("version srcaddr dstaddr", "3 names for 14 columns"),
        (
            "version interface-id instance-id srcaddr dstaddr account-id protocol bytes packets start end action tcp-flags log-status",
            "value 2 is not what interface-id holds: i-0a in line 1",
        ),
    ] {
        assert_eq!(check(text, &guess).map_err(|error| error.to_string()), Err(words.to_owned()), "{text}");
    }
    let (_, remarks) = check(&OTHER_14_NAMES.replace("tcp-flags", "brand-new"), &guess).unwrap();
    assert_eq!(remarks[0], "brand-new is no field that AWS documents: its values are kept as text");
    assert!(check(OTHER_14_NAMES, &guess).is_ok());
}

/// Fields in any order, and lines that hold values of each.
fn records() -> impl Strategy<Value = (Vec<Field>, Vec<String>)> {
    let vpc: Vec<Field> = Field::ALL.iter().copied().filter(|field| field.version() != 6).collect();
    let fields = prop_oneof![
        prop::sample::subsequence(vpc, 3..40).prop_shuffle(),
        // The published layouts, of which each has these.
        Just(Format::all_v5().fields().collect::<Vec<_>>()).prop_shuffle(),
        Just(parse(FLAGS_NAMES).unwrap().0.fields().collect::<Vec<_>>()).prop_shuffle(),
        Just(
            parse("instance-id interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr")
                .unwrap()
                .0
                .fields()
                .collect::<Vec<_>>()
        )
        .prop_shuffle(),
        Just(Format::default_v2().fields().collect::<Vec<_>>()).prop_shuffle(),
        prop::sample::subsequence(
            parse("start end flow-direction action log-status type region account-id")
                .unwrap()
                .0
                .fields()
                .collect::<Vec<_>>(),
            3..9
        )
        .prop_shuffle(),
    ];
    (fields, prop::collection::vec((any::<u64>(), 0_u8..8), 1..12)).prop_map(|(fields, seeds)| {
        let version = fields.iter().map(|field| field.version()).max().unwrap_or(2);
        let lines = seeds.iter().map(|&(seed, kind)| line(&fields, version, seed, kind)).collect();
        (fields, lines)
    })
}

/// A line as AWS would write it; one kind of eight has no traffic.
fn line(fields: &[Field], version: u8, seed: u64, kind: u8) -> String {
    let random = |salt: u64, below: u64| {
        (seed ^ salt.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xd134_2543_de82_ef95) % below
    };
    let ingress = random(1, 2) == 0;
    let (own, peer) = ("10.0.0.5".to_owned(), format!("203.0.113.{}", random(2, 200)));
    // A port as servers have it, and one as clients do.
    let (client, server) =
        ((32_768 + random(3, 20_000)).to_string(), ["443", "22", "8080"][random(4, 3) as usize].to_owned());
    let packets = 1 + random(5, 5000);
    let start = 1_700_000_000 + random(6, 10_000);
    let value = |field: Field| -> String {
        let no_traffic = kind == 0;
        match field {
            Field::Version => version.to_string(),
            Field::AccountId => "123456789012".to_owned(),
            Field::InterfaceId => "eni-0a".to_owned(),
            Field::Start => start.to_string(),
            Field::End => (start + 1 + random(7, 60)).to_string(),
            Field::LogStatus => if no_traffic { "NODATA" } else { "OK" }.to_owned(),
            Field::VpcId => "vpc-0a".to_owned(),
            Field::SubnetId => "subnet-0a".to_owned(),
            Field::InstanceId => "i-0a".to_owned(),
            Field::Region => "eu-west-3".to_owned(),
            Field::AzId => "euw3-az1".to_owned(),
            _ if no_traffic => "-".to_owned(),
            Field::SrcAddr | Field::PktSrcAddr => {
                if ingress {
                    peer.clone()
                } else {
                    own.clone()
                }
            }
            Field::DstAddr | Field::PktDstAddr => {
                if ingress {
                    own.clone()
                } else {
                    peer.clone()
                }
            }
            Field::SrcPort => {
                if ingress {
                    client.clone()
                } else {
                    server.clone()
                }
            }
            Field::DstPort => {
                if ingress {
                    server.clone()
                } else {
                    client.clone()
                }
            }
            Field::Protocol => "6".to_owned(),
            Field::Packets => packets.to_string(),
            Field::Bytes => (packets * (40 + random(8, 1400))).to_string(),
            Field::Action => ["ACCEPT", "REJECT"][random(9, 2) as usize].to_owned(),
            Field::TcpFlags => if ingress { "2" } else { "18" }.to_owned(),
            Field::Type => "IPv4".to_owned(),
            Field::FlowDirection => if ingress { "ingress" } else { "egress" }.to_owned(),
            Field::TrafficPath if !ingress => "8".to_owned(),
            Field::ResourceId => "nat-0a".to_owned(),
            Field::TgwId => "tgw-0a".to_owned(),
            Field::NextHopInterfaceId => "eni-0b".to_owned(),
            Field::NextHopVpcId => "vpc-0b".to_owned(),
            Field::InstanceTag | Field::AsgTag => ["web", "6", "10.0.0.9"][random(10, 3) as usize].to_owned(),
            Field::EncryptionStatus => random(11, 4).to_string(),
            _ => "-".to_owned(),
        }
    };
    fields.iter().map(|&field| value(field)).collect::<Vec<_>>().join(" ")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn no_format_is_told_wrong((fields, lines) in records()) {
        let (outcome, _) = read("x", lines.join("\n").as_bytes(), usize::MAX);
        // What is told must give the values that were meant; equal columns may change places.
        if outcome.records > 0 {
            let told: Vec<Field> = outcome.fields.iter().filter_map(|name| Field::from_name(name)).collect();
            for (place, field) in fields.iter().enumerate() {
                let meant = told.iter().position(|other| other == field).expect("a field of its own");
                for line in &lines {
                    let values: Vec<&str> = line.split(' ').collect();
                    prop_assert_eq!(values[meant], values[place], "{:?} read as {:?}: {}", fields, told, line);
                }
            }
        } else {
            prop_assert!(outcome.error.is_some(), "{}", told(&outcome));
        }
    }

    #[test]
    fn the_meant_format_is_no_contradiction((fields, lines) in records()) {
        let (outcome, _) = read("x", lines.join("\n").as_bytes(), usize::MAX);
        if let Some(guess) = outcome.guess {
            let names: Vec<&str> = fields.iter().map(|field| field.name()).collect();
            prop_assert!(check(&names.join(" "), &guess).is_ok(), "{}", lines.join("\n"));
            let outcome = read_with("x", lines.join("\n").as_bytes(), vec![known(&names.join(" "), By::Given { kept: false })]);
            prop_assert_eq!((outcome.records, outcome.refused), (lines.len() as u64, 0), "{}", told(&outcome));
        }
    }
}

#[test]
fn a_refused_file_leaves_nothing_behind() {
    let text = format!("{OTHER_14}\n").repeat(60) + &format!("{A}\n").repeat(60);
    for chunk in [usize::MAX, 1000, 1] {
        let (outcome, table) = read("x", text.as_bytes(), chunk);
        assert!(outcome.guess.is_some());
        assert_eq!((table.rows(), outcome.lines, outcome.records), (0, 0, 0));
    }
}
