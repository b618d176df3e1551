//! Questions in Logs Insights QL over small logs, and over the generator's: what comes out, whichever way it is computed.

#[path = "support/asking.rs"]
mod support;

use flowlens::engine::local::{ask, read};
use flowlens_ask::Question;
use support::shown;

fn answer(text: &str) -> String {
    support::answer(&Question::insights(text, 1_800_000_000), &|answered| match answered {
        Ok(table) => shown(&table),
        Err(complaints) => complaints.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
    })
}

#[track_caller]
fn gives(text: &str, expected: &str) {
    let lines: Vec<&str> = expected.trim().lines().map(str::trim).collect();
    assert_eq!(answer(text), lines.join("\n"), "{text}");
}

#[test]
fn sums_by_pairs() {
    gives(
        "stats sum(packets) as packetsTransferred by srcAddr, dstAddr | sort packetsTransferred desc | limit 2",
        "srcAddr | dstAddr | packetsTransferred
         198.51.100.7 | 10.0.0.5 | 12
         10.0.0.5 | 198.51.100.7 | 10",
    );
}

#[test]
fn rows_newest_first() {
    gives(
        "fields @timestamp, srcAddr, dstPort | filter dstPort < 100",
        "@timestamp | srcAddr | dstPort
         2023-11-14 22:21:40.000 | 10.0.0.10 | 53
         2023-11-14 22:15:00.000 | 203.0.113.9 | 22",
    );
}

#[test]
fn a_name_of_a_field_given_to_another() {
    gives(
        "fields dstAddr as srcAddr | filter srcAddr = \"10.0.0.5\" | stats count(*), count_distinct(srcAddr)",
        "count(*) | count_distinct(srcAddr)
         2 | 1",
    );
}

#[test]
fn columns_of_stats_by_their_text() {
    gives(
        "stats count(*) by bin(5m) | sort bin(5m) desc | limit 1",
        "bin(5m) | count(*)
         2023-11-14 22:25:00.000 | 1",
    );
    gives(
        "stats count(*) by toupper(action) | filter toupper(action) = \"REJECT\"",
        "toupper(action) | count(*)
         REJECT | 2",
    );
}

/// Queries of each kind, each answered six ways.
const QUERIES: &str = r#"
stats count(*) by action
stats count(*) as n, sum(bytes) as b, avg(bytes), min(bytes), max(bytes) by srcAddr | sort b desc
filter protocol=17 | stats count(*) by srcAddr
filter logStatus="NODATA" | stats count(*) by bin(1h) as t | sort t
fields @timestamp, @message | limit 2
filter action = "REJECT" and dstPort in [22, 3389] | fields srcAddr, dstPort | sort dstPort
stats count(*) by bin(5m)
filter srcAddr like "10.0" | stats count_distinct(dstAddr), count(dstPort)
filter srcAddr not like /^10\./ | display srcAddr
parse @message "* * * * *" as v, acct, eni, rest1, rest2 | display eni, rest2 | limit 1
parse @message /(?<NetworkInterface>eni-.*?) / | stats count(*) by NetworkInterface
parse srcAddr /(?<octet>\d+)/ multi | stats count(*) by octet
fields bytes*8 as bits, bytes/packets as size, concat(srcAddr, ":", srcPort) as s | limit 3
stats sum(bytes)/1024 as kb, sum(packets) by interfaceId | filter kb > 1
stats sum(bytes) as b by srcAddr | stats max(b), count(*)
stats count(*) as n by srcAddr, dstAddr | stats sum(n) as conversations, max(n) by srcAddr | sort conversations desc, srcAddr | head 2
fields srcAddr, dstPort | sort dstPort desc | dedup srcAddr | limit 10
sort @timestamp asc | fields bytes | accum bytes as total
stats count(*) as n by bin(1m) as t | fillmissing with 0 for n
stats sum(bytes) as b, sum(packets) as p by action | addtotals
stats sum(bytes) as b by action | addtotals row=false col=true
parse @message "* * * * * * * * * * * * * * *" as v, a, e, src, dst, sp, dp, proto, p, b, s, t, act, st, f | filter act = "REJECT" and dp = 22 | display src, b
parse @message "* * * * * * * * * * * * * * *" as v, a, e, src, dst, sp, dp, proto, p, b, s, t, act, st, f | stats sum(b) by act
parse srcAddr "*.*" as first, rest | sort srcAddr | limit 2
pattern @message
fields split(srcAddr, ".") as octets | unnest octets into octet | filter octet = "113" | fields octet
fields strlen(srcAddr) as l, toupper(action) as a, if(dstPort=22,"ssh","other") as svc | tail 2
stats pct(bytes, 50), stddev(bytes), earliest(srcAddr), latest(srcAddr), values(action), topk(2, action)
fields @timestamp, toMillis(@timestamp) as ms, formatDate(@timestamp, "%H:%M") as hm, datefloor(@timestamp, 1h) as h | limit 1
filter startTime > 1700000450 | fields startTime, end
fields srcAddr as s | filter s = "203.0.113.9" | stats count(*) by s
fields bytes as packets | filter packets > 1000 | fields packets
fields bytes + 0 as packets | filter packets > 1000 | stats sum(packets)
filter flowDirection = "egress" | stats count(*)
stats count(*) by srcAddr, dstAddr | sort count(*) desc, srcAddr | limit 2
fields case(dstPort = 22, "ssh", dstPort = 443, "tls", "other") as svc | stats count(*) as n by svc | sort n desc
filter srcPort % 2 = 0 | stats count(*)
filter srcAdr = "10.0.0.5"
stats count(*) by srcAddr | filter dstAddr = "x"
stats count(*) by srcAddr | filter sum(bytes) > 1
filter count(*) > 1
stats srcAddr
limit 100001
filter action = REJECT
"#;

#[test]
fn answers_of_each_kind() {
    let answers: Vec<String> =
        QUERIES.trim().lines().map(|text| format!("{text}\n\n{}\n", answer(text))).collect();
    insta::assert_snapshot!(answers.join("\n----\n"));
}

/// Values that are not there, hyphens, numbers in quotes: domain facts one by one.
#[test]
fn records_without_a_value() {
    let counts = |filter: &str, count: u32| {
        gives(&format!("filter {filter} | stats count(*)"), &format!("count(*)\n{count}"));
        let opposite = 7 - count;
        gives(&format!("filter not ({filter}) | stats count(*)"), &format!("count(*)\n{opposite}"));
    };
    counts("bytes > 0", 6);
    counts("bytes < 100", 3);
    counts("bytes != 40", 6);
    counts("srcAddr != \"10.0.0.1\"", 7);
    counts("srcAddr = \"-\"", 1);
    counts("srcAddr like \"-\"", 1);
    counts("srcAddr not like \"10.0\"", 5);
    counts("dstPort = '443'", 2);
    counts("dstPort = 443.0", 2);
    counts("dstPort in [22, \"3389\", 1]", 2);
    counts("dstPort not in [22]", 6);
    counts("accountId = 123456789012", 7);
    counts("accountId = \"123456789012\"", 7);
    counts("isPrivateIP(srcAddr)", 2);
    counts("isPublicIP(srcAddr)", 0);
    counts("isReservedIP(srcAddr)", 4);
    counts("isIpv4InSubnet(srcAddr, \"203.0.113.0/24\")", 2);
    counts("isIpv6InSubnet(srcAddr, \"2001:db8::/32\")", 1);
    counts("isValidIpV4(srcAddr)", 5);
    counts("isValidIp(srcAddr)", 6);
    counts("ispresent(tcpFlags)", 7);
    counts("ispresent(vpcId)", 0);
    counts("vpcId = \"vpc-1\"", 0);
    counts("vpcId != \"vpc-1\"", 7);
    counts("tcpFlags = 2 or srcPort = 53000", 4);
    counts("tcpFlags = 2 and (dstPort = 22 or bytes = 400)", 2);
    counts("@message like \"NODATA\"", 1);
    counts("10 < packets", 1);
}

#[test]
fn records_of_transit_gateways_are_not_asked_and_that_is_said() {
    let log = "version resource-type tgw-id tgw-attachment-id bytes start end log-status\n\
               6 TransitGateway tgw-0a tgw-attach-0a 100 1700000000 1700000060 OK\n";
    let session = read([("tgw.log", log.as_bytes())], 1, 1000);
    let question = Question::insights("stats count(*)", 1_800_000_000);
    let table = ask(&session, &question, false).unwrap();
    assert_eq!(shown(&table), "count(*)\n0");
    assert_eq!(
        table.notes,
        ["There are no VPC flow records to ask; those of transit gateways cannot be asked yet."]
    );
}
