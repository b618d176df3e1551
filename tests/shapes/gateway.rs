//! Transit gateway records: every format seen, in every wrapping, and beside VPC records.

use super::support::{A, HEADER, N, event, gzip, payload, quoted, read, told};

/// The default format.
const G_HEADER: &str = "version resource-type account-id tgw-id tgw-attachment-id tgw-src-vpc-account-id tgw-dst-vpc-account-id tgw-src-vpc-id tgw-dst-vpc-id tgw-src-subnet-id tgw-dst-subnet-id tgw-src-eni tgw-dst-eni tgw-src-az-id tgw-dst-az-id tgw-pair-attachment-id srcaddr dstaddr srcport dstport protocol packets bytes start end log-status type packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired tcp-flags region flow-direction pkt-src-aws-service pkt-dst-aws-service";
pub(crate) const G: &str = "6 TransitGateway 123456789012 tgw-0a tgw-attach-0a 123456789012 123456789012 vpc-0a vpc-0b subnet-0a subnet-0b eni-0a eni-0b use1-az1 use1-az2 tgw-attach-0b 10.0.0.5 10.1.0.9 40000 443 6 10 840 1700000000 1700000060 OK IPv4 0 0 0 0 2 us-east-1 ingress - -";
/// Without traffic, and with traffic all the same.
const G_NODATA: &str = "6 TransitGateway 123456789012 tgw-0a tgw-attach-0a - - - - - - - - - - - - - - - - - - 1700000000 1700000060 NODATA - - - - - - us-east-1 - - -";
const G_ODD: &str = "3 - 123456789012 tgw-0a tgw-attach-0a - - vpc-0a vpc-0b - - eni-0a eni-0a - - - 192.0.2.1 2001:db8:: 39464 22 6 49 8947 1755592533 1755592558 SKIPDATA - - - - - - - ingress - -";
/// The default format without its last five fields; with types of their own; and a short one without lost packets.
const G_CUT: &str = "5 TransitGatewayAttachment 123456789012 tgw-0a tgw-attach-0a 123456789012 123456789012 vpc-0a - - - - - use1-az1 - tgw-attach-0b 2001:db8::5 10.1.0.9 0 0 1 10 840 1700000000 1700000060 OK IPv6 7 0 0 0";
const G_SHORT: &str = "6 123456789012 tgw-0a tgw-attach-0a vpc-0a vpc-0b subnet-0a subnet-0b eni-0a eni-0b use1-az1 use1-az2 tgw-attach-0b 10.0.0.5 10.1.0.9 40000 443 6 10 840 1700000000 1700000060 OK IPv4 2 ingress us-east-1";
const G_SHORT_LOST: &str = "6 123456789012 tgw-0a tgw-attach-0a vpc-0a vpc-0b subnet-0a subnet-0b eni-0a eni-0b use1-az1 use1-az2 tgw-attach-0b 10.0.0.5 10.1.0.9 40000 443 6 10 840 1 2 3 4 1700000000 1700000060 OK IPv4 2 ingress us-east-1";
const LACKS: &str = "The format lacks packets-lost-no-route, packets-lost-blackhole, packets-lost-mtu-exceeded, packets-lost-ttl-expired: what a transit gateway lost so cannot be known";

/// What came of a file, and how many of its records are transit gateway records.
fn check(text: impl AsRef<[u8]>, expected: &str, of_gateways: u64) {
    let (outcome, table) = read("x.log", text.as_ref(), usize::MAX);
    assert_eq!(told(&outcome), expected);
    assert_eq!(outcome.transit_gateway, of_gateways);
    assert_eq!(table.rows() as u64, outcome.records);
}

macro_rules! cases {
    ($($name:ident: $text:expr => $of_gateways:literal $expected:expr;)*) => {
        $(#[test] fn $name() { check($text, $expected.as_ref(), $of_gateways); })*
    };
}

fn commas(line: &str) -> String {
    line.replace(' ', ",")
}

fn object(header: &str, line: &str) -> String {
    let members = header.split(' ').zip(line.split(' '));
    let members: Vec<String> =
        members.map(|(key, value)| format!("{}:{}", quoted(&key.replace('-', "_")), quoted(value))).collect();
    format!("{{{}}}", members.join(","))
}

cases! {
    case_18_default_with_header: format!("{G_HEADER}\n{G}\n{G_NODATA}\n") =>
        2 "Flow log lines: 3 lines = 2 records + 1 headers [0, 0, 1, 0] header line";
    case_18_default_without_header: format!("{G}\n{G_NODATA}\n") =>
        2 "Flow log lines: 2 lines = 2 records [0, 0, 1, 0] default format, no header line";
    case_18_22_contradictory_skipdata: format!("{G_ODD}\n") =>
        1 "Flow log lines: 1 lines = 1 records [0, 0, 0, 1] default format, no header line | 1 NODATA or SKIPDATA records carry addresses, counters or an action; they are not counted as traffic";
    case_18_cut_without_header: format!("{G_CUT}\n") =>
        1 "Flow log lines: 1 lines = 1 records [0, 0, 0, 0] the types of its values, no header line";
    case_18_short_without_header: format!("{G_SHORT}\n") =>
        1 format!("Flow log lines: 1 lines = 1 records [0, 0, 0, 0] the types of its values, no header line | {LACKS}");
    case_18_short_with_lost_without_header: format!("{G_SHORT_LOST}\n") =>
        1 "Flow log lines: 1 lines = 1 records [0, 0, 0, 0] the types of its values, no header line";
    case_18_other_order_with_header: "srcaddr packets-lost-no-route tgw-id dstaddr log-status\n10.0.0.5 3 tgw-0a 10.1.0.9 OK\n" =>
        1 "Flow log lines: 2 lines = 1 records + 1 headers [0, 0, 0, 0] header line | The format lacks packets-lost-blackhole, packets-lost-mtu-exceeded, packets-lost-ttl-expired: what a transit gateway lost so cannot be known";
    case_18_old_name: "transit-gateway-id srcaddr dstaddr packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired\ntgw-0a 10.0.0.5 10.1.0.9 0 0 0 0\n" =>
        1 "Flow log lines: 2 lines = 1 records + 1 headers [0, 0, 0, 0] header line";
    case_13_versions: format!("{G}\n3{}\n5{}\n", &G[1..], &G[1..]) =>
        3 "Flow log lines: 3 lines = 3 records [0, 0, 0, 0] default format, no header line";
    case_14_15_too_many_and_too_few: format!("{G_HEADER}\n{G} x\n{}\n", G.strip_suffix(" - -").unwrap()) =>
        0 "Flow log lines: 3 lines = 1 headers + 2 refused | 2:494 37 values where the format has 36 fields: columns may be shifted | 3:752 34 values where the format has 36 fields: the line is cut or of another format";
    case_16_export: format!("2023-11-14T22:13:20.000Z {G}\n2023-11-14T22:13:20.000Z {G_NODATA}\n") =>
        2 "CloudWatch Logs export: 2 lines = 2 records [0, 0, 1, 0] default format, no header line";
    case_16_export_short_gzip: gzip(&format!("2023-11-14T22:13:20.000Z {G_SHORT_LOST}\n")) =>
        1 "CloudWatch Logs export: 1 lines = 1 records [0, 0, 0, 0] the types of its values, no header line";
    case_17_gateway_line_under_a_vpc_header: format!("{HEADER}\n{A}\n{G}\n") =>
        0 "Flow log lines: 3 lines = 1 records + 1 headers + 1 refused [1, 0, 0, 0] header line | 3:210 a transit gateway record among VPC records: put it into a file of its own, or its header line above it";
    case_17_gateway_line_never_counts_as_an_account: "version account-id tcp-flags log-status\n6 TransitGateway - OK\n6 123456789012 - OK\n" =>
        0 "Flow log lines: 3 lines = 1 records + 1 headers + 1 refused [0, 0, 0, 0] header line | 2:40 a transit gateway record among VPC records: put it into a file of its own, or its header line above it";
    case_17_both_default_formats_without_header: format!("{G}\n{A}\n{G}\n{G_NODATA}\n{N}\n") =>
        3 "Flow log lines: 5 lines = 5 records [1, 0, 2, 0] default format, no header line";
    case_17_both_in_a_subscription: payload("DATA_MESSAGE", &[event(A), event(G), event(N)]) =>
        1 "CloudWatch Logs subscription: 3 messages = 3 records [1, 0, 1, 0] default format, no header line";
    case_17_broken_gateway_line_among_default_lines: format!("{A}\n{}\n", G.replace(" 443 ", " x ")) =>
        0 "Flow log lines: 2 lines = 1 records + 1 refused [1, 0, 0, 0] default format, no header line | 2:95 a transit gateway record among VPC records: put it into a file of its own, or its header line above it";
    case_17_vpc_line_under_a_gateway_header: format!("{G_HEADER}\n{A}\n{G}\n{N}\n") =>
        1 "Flow log lines: 4 lines = 1 records + 1 headers + 2 refused [0, 0, 0, 0] header line | 2:494 a VPC record among transit gateway records: put it into a file of its own, or its header line above it | 4:845 a VPC record among transit gateway records: put it into a file of its own, or its header line above it";
    case_17_each_under_its_own_header: format!("{HEADER}\n{A}\n{G_HEADER}\n{G}\n{HEADER}\n{N}\n") =>
        1 "Flow log lines: 6 lines = 3 records + 3 headers [1, 0, 1, 0] header line";
    case_17_gateway_column_among_vpc_columns: "srcaddr dstaddr action tgw-id\n10.0.0.5 10.1.0.9 ACCEPT -\n10.0.0.5 10.1.0.9 - tgw-0a\n" =>
        0 "Flow log lines: 3 lines = 1 records + 1 headers + 1 refused [1, 0, 0, 0] header line | 3:57 a transit gateway record among VPC records: put it into a file of its own, or its header line above it";
    case_44_byte_order_mark_blanks_and_tabs: format!("\u{feff}\r\n  {}  \r\n", G.replace(' ', " \t ")) =>
        1 "Flow log lines: 2 lines = 1 records + 1 blanks [0, 0, 0, 0] default format, no header line";
    case_45_csv: format!("{}\n{}\n", commas(G_HEADER), commas(G)) =>
        1 "CSV: 2 rows = 1 records + 1 headers [0, 0, 0, 0] CSV header";
    case_45_csv_without_header: format!("{}\n", commas(G)) =>
        1 "CSV: 1 rows = 1 records [0, 0, 0, 0] default format, no header line";
    case_45_csv_with_another_log_below: format!("{}\n{}\n{}\n{}\n", commas(G_HEADER), commas(G), commas(HEADER), commas(A)) =>
        1 "CSV: 4 rows = 2 records + 2 headers [1, 0, 0, 0] CSV header";
    case_46_console: format!("timestamp,message\n1700000000000,{G}\n") =>
        1 "CloudWatch console CSV: 2 rows = 1 records + 1 headers [0, 0, 0, 0] default format, no header line";
    case_49_subscription: payload("DATA_MESSAGE", &[event(G), event(G_NODATA)]) =>
        2 "CloudWatch Logs subscription: 2 messages = 2 records [0, 0, 1, 0] default format, no header line";
    case_49_firehose: format!("{{\"message\":{}}}{{\"message\":{}}}", quoted(G_SHORT_LOST), quoted(G_SHORT_LOST)) =>
        2 "Firehose JSON: 2 messages = 2 records [0, 0, 0, 0] the types of its values, no header line";
    case_49_events: format!("{{\"events\":[{}]}}", event(G)) =>
        1 "Output of aws logs, JSON: 1 messages = 1 records [0, 0, 0, 0] default format, no header line";
    case_49_text_messages: format!("{G}\t{G}\n") =>
        2 "Output of aws logs, text: 2 lines = 2 records [0, 0, 0, 0] default format, no header line";
    case_50_objects: format!("{}\n{}\n", object(G_HEADER, G), object(G_HEADER, G_NODATA)) =>
        2 "JSON, a record each: 2 messages = 2 records [0, 0, 1, 0] JSON keys";
    case_50_objects_of_both_logs: format!("[{0},{1},{0},{1}]", object(G_HEADER, G), object(HEADER, A)) =>
        2 "JSON, a record each: 4 messages = 4 records [2, 0, 0, 0] JSON keys";
    case_30_bad_values: format!("{G_HEADER}\n{}\n{}\n", G.replace(" 443 ", " 65536 "), G.replace(" OK IPv4 0 ", " OK IPv4 x ")) =>
        0 "Flow log lines: 3 lines = 1 headers + 2 refused | 2:494 dstport is not a port number, 0 to 65535: 65536 | 3:752 packets-lost-no-route is not a whole number below 2^63: x";
}

#[test]
fn what_is_read_renders_back() {
    for line in [G, G_NODATA, G_ODD, G_CUT, G_SHORT, G_SHORT_LOST] {
        let (_, mut table) = read("x", line.as_bytes(), 7);
        table.seal_all();
        let back: Vec<String> = table.segments().iter().map(|segment| table.line(segment, 0)).collect();
        assert_eq!(back, [line]);
    }
}
