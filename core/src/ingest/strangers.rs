//! Files that are not VPC flow logs: what they are, by name, and what to do.
//!
//! Sources: the field lists that the owners of these formats publish; RFC 1952 and the like for magic numbers.

use super::dress::Dress;

/// By the first bytes.
pub(super) fn by_magic(head: &[u8]) -> Option<&'static str> {
    Some(match head {
        [b'P', b'A', b'R', b'1', ..] => {
            "a Parquet file inside a gzip file: unpack it and drop the Parquet file"
        }
        [b'P', b'A', b'R', b'E', ..] => "an encrypted Parquet file: decrypt it first",
        [b'O', b'R', b'C', ..] => "an ORC file: export the records as text",
        [b'P', b'K', 3 | 5, 4 | 6, ..] => "a zip archive: unpack it and drop the files or the folder inside",
        [0xfd, b'7', b'z', b'X', b'Z', ..] => "an xz archive: unpack it first",
        [0x28, 0xb5, 0x2f, 0xfd, ..] => "a zstd file: unpack it first",
        [b'B', b'Z', b'h', ..] => "a bzip2 file: unpack it first",
        [b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c, ..] => "a 7z archive: unpack it first",
        [b'S', b'Q', b'L', b'i', b't', b'e', b' ', ..] => "an SQLite database: export the records as text",
        [b'O', b'b', b'j', 1, ..] => "an Avro file: export the records as text",
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
            "UTF-16 text, as PowerShell's > writes it: save it as UTF-8 (Out-File -Encoding utf8) and drop it again"
        }
        [0x1f, 0x8b, ..] => "gzip inside gzip: unpack it once and drop it again",
        _ if head.get(257..262) == Some(b"ustar") => "a tar archive: unpack it and drop the folder",
        _ => return None,
    })
}

/// By comment lines at the top, which are passed over in flow logs.
pub(super) fn by_comments(head: &[u8]) -> Option<&'static str> {
    let cloudfront = head.starts_with(b"#Version:") || head.starts_with(b"#Fields:");
    cloudfront.then_some("a CloudFront access log: flowlens reads VPC flow logs")
}

/// What Security Lake makes of flow logs.
pub(super) const OCSF: &str =
    "OCSF (Security Lake), which is made from flow logs and is none: drop the flow log's own files";

/// By the first line, or the first message.
pub(super) fn by_first_line(line: &str) -> Option<&'static str> {
    let has = |word: &str| line.contains(word);
    let starts = |words: &[&str]| words.iter().any(|word| line.starts_with(word));
    Some(if starts(&["version https://git-lfs"]) {
        "a Git LFS pointer, not the file itself: run `git lfs pull` and drop the real file"
    } else if has("accelerator_id") || has("accelerator-id") || has("globalaccelerator") {
        "a Global Accelerator flow log: flowlens reads VPC flow logs"
    } else if has("vswitch-id") || has("vswitch_id") {
        "a flow log of Alibaba Cloud: flowlens reads AWS VPC flow logs"
    } else if has("elasticloadbalancing")
        || starts(&["http ", "https ", "h2 ", "grpcs ", "ws ", "wss ", "tls "])
    {
        "a load balancer access log: flowlens reads VPC flow logs"
    } else if starts(&["<?xml", "<!DOCTYPE", "<html", "<!doctype"]) {
        "an XML or HTML page, perhaps an error message of a download: download the file again"
    } else if starts(&["+--", "|--", "---------"]) {
        "a table drawn for reading (`--output table`): run the command again with `--output json` and drop that"
    } else if line == "---" || starts(&["LogType:"]) {
        "YAML: save the records themselves as plain lines and drop that"
    } else {
        return None;
    })
}

/// By the keys of JSON text.
fn by_keys(text: &str) -> Option<&'static str> {
    let has = |word: &str| text.contains(word);
    Some(if has("\"eventSource\"") && (has("\"eventVersion\"") || has("\"eventName\"")) {
        "a CloudTrail log: flowlens reads VPC flow logs"
    } else if has("\"class_uid\"") || has("\"metadata\"") && has("\"activity_id\"") {
        OCSF
    } else if has("\"firewall_name\"") {
        "a Network Firewall log: flowlens reads VPC flow logs"
    } else if has("\"query_name\"") && has("\"rcode\"") {
        "a Route 53 Resolver query log: flowlens reads VPC flow logs"
    } else if has("\"webaclId\"") {
        "an AWS WAF log: flowlens reads VPC flow logs"
    } else if has("NetworkSecurityGroup") || has("\"flowTuples\"") || has("\"flowRecords\"") {
        "an Azure NSG flow log: flowlens reads AWS VPC flow logs"
    } else if has("\"jsonPayload\"") || has("vpc_flows") {
        "a Google Cloud log: flowlens reads AWS VPC flow logs"
    } else if has("\"collector_crn\"") || has("\"flow_logs\"") {
        "a flow log of IBM Cloud: flowlens reads AWS VPC flow logs"
    } else if has("\"vswitch-id\"") || has("\"eni-id\"") {
        "a flow log of Alibaba Cloud: flowlens reads AWS VPC flow logs"
    } else if has("\"accelerator_id\"") || has("\"accelerator-id\"") {
        "a Global Accelerator flow log: flowlens reads VPC flow logs"
    } else if has("\"ResultSet\"") {
        "output of `aws athena get-query-results`: download the result's CSV file and drop that"
    } else if AWS_ANSWERS.iter().any(|key| text.contains(key)) {
        "an answer of `aws ec2 describe-...`: this version reads flow logs only"
    } else {
        return None;
    })
}

/// By a JSON value without a flow record; `reason`: why it has none.
pub(super) fn by_strange_value(text: &[u8], reason: &str) -> String {
    by_keys(&String::from_utf8_lossy(text)).map_or_else(
        || format!("JSON without flow records ({reason}): flowlens reads VPC flow logs"),
        |name| if reason.starts_with("not JSON") { format!("{name} ({reason})") } else { name.to_owned() },
    )
}

/// Keys under which the EC2 API lists what it describes.
const AWS_ANSWERS: &[&str] = &[
    "\"NetworkInterfaces\"",
    "\"SecurityGroups\"",
    "\"SecurityGroupRules\"",
    "\"NetworkAcls\"",
    "\"RouteTables\"",
    "\"NatGateways\"",
    "\"Subnets\"",
    "\"Vpcs\"",
    "\"VpcEndpoints\"",
    "\"VpcPeeringConnections\"",
    "\"PrefixLists\"",
    "\"TransitGateways\"",
    "\"TransitGatewayAttachments\"",
    "\"TransitGatewayVpcAttachments\"",
    "\"TransitGatewayRouteTables\"",
    "\"Reservations\"",
    "\"ResponseMetadata\"",
];

/// By the values of a line.
pub(super) fn by_values(words: &[&str]) -> Option<&'static str> {
    let first = words.first().copied().unwrap_or_default();
    let is_uuid = |word: &&str| word.len() == 36 && word.bytes().filter(|&byte| byte == b'-').count() == 4;
    Some(if matches!(first, "V1" | "v1") {
        "a flow log of another cloud (Tencent writes `V1`): flowlens reads AWS VPC flow logs"
    } else if first == "1" && words.get(1).is_some_and(|word| word.len() == 32) && words.iter().any(is_uuid) {
        "a flow log of another cloud (Huawei writes version 1 and UUIDs): flowlens reads AWS VPC flow logs"
    } else if words.len() == 14 && first == "1" {
        "a flow log of another cloud (Huawei writes version 1): flowlens reads AWS VPC flow logs"
    } else if matches!(first, "1.0" | "2.0") && words.len() >= 17 {
        "a Global Accelerator flow log: flowlens reads VPC flow logs"
    } else if first == "1" && words.iter().any(|word| word.starts_with("vsw-")) {
        "a flow log of Alibaba Cloud: flowlens reads AWS VPC flow logs"
    } else if words.iter().any(|word| word.starts_with("HTTP/1.") || word.starts_with("\"GET")) {
        "a web or load balancer access log: flowlens reads VPC flow logs"
    } else {
        return None;
    })
}

/// A wrapping with nothing in it.
pub(super) const fn wrapped(dress: Dress) -> &'static str {
    match dress {
        Dress::Results => {
            "a Logs Insights result as text, which does not tell where a record ends: run the command again with \
             `--output json`, or query @message"
        }
        _ => "output of `aws logs` without any event",
    }
}

/// By nothing else than not being a flow log.
pub(super) fn by_words(first: &str) -> String {
    const RUN_TOGETHER: [&str; 4] = ["actionREJECT", "actionACCEPT", "logStatusOK", "interfaceIdeni-"];
    if RUN_TOGETHER.iter().any(|word| first.contains(word)) || first.starts_with("@timestamp") {
        return "records copied off the Logs Insights page, whose names and values run together: export the result as CSV or \
             JSON and drop that"
            .to_owned();
    }
    "something other than a flow log: expected a header line of field names, or records of the default format \
     (version account-id interface-id srcaddr dstaddr ...)"
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::{Beginning, Reader};
    use crate::store::Table;

    fn refused(head: &[u8]) -> String {
        let mut reader = Reader::new("x", head.len() as u64, Beginning::default());
        let mut table = Table::default();
        reader.push(head, &mut table);
        reader.finish(&mut table).error.unwrap_or_default()
    }

    #[test]
    fn case_56_strangers_are_named() {
        for (head, name) in [
            ("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a", "Git LFS"),
            ("PARExxxx", "encrypted Parquet"),
            ("ORC\u{8}", "ORC"),
            ("PK\u{3}\u{4}", "zip"),
            ("{\"Records\":[{\"eventVersion\":\"1.08\",\"eventSource\":\"ec2.amazonaws.com\"", "CloudTrail"),
            ("V1 1251762227 eni-lq6mkcis - - 1 2 3 4 5 6 7 - NODATA", "Tencent"),
            (
                "1 5f0f1d1c5d1c4d1c9d1c8d1c7d1c6d1c 1d515d18-1b36-47dc-a983-bd6512aed4bd - - - - - - - 1 2 - NODATA",
                "Huawei",
            ),
            (
                "1 1210123456789012 eni-bp1 - vsw-bp1 vpc-bp1 1 10.0.0.1 1 10.0.0.2 2 in ACCEPT 1 1 1 1 OK",
                "Alibaba",
            ),
            ("version vswitch-id vm-id vpc-id account-id eni-id srcaddr srcport dstaddr", "Alibaba"),
            ("6 TransitGateway 123456789012 tgw-1", "custom format without a header line (4 values)"),
            ("Phony unsupported log format.", "other than a flow log"),
            ("https 2024-01-01T00:00:00Z app/lb/1 192.0.2.4:5", "load balancer"),
            ("tls 2.0 2024-01-01T00:00:00 net/lb/1", "load balancer"),
            (
                "2015-05-13T23:39:43.945958Z lb 192.0.2.4:5 10.0.0.1:80 0.0 0.0 0.0 200 200 0 29 \"GET http://a/ HTTP/1.1\"",
                "load balancer",
            ),
            ("#Version: 1.0\n#Fields: date time x-edge-location", "CloudFront"),
            ("{\"version\":\"1.1\",\"query_name\":\"a.\",\"rcode\":\"NOERROR\"}", "Route 53"),
            ("{\"firewall_name\":\"f\",\"event\":{}}", "Network Firewall"),
            (
                "2.0 123456789012 a 192.0.2.1 1 192.0.2.2 2 10.0.0.1 3 TCP IPv4 1 1 1 1 ACCEPT OK",
                "Global Accelerator",
            ),
            ("{\"records\":[{\"category\":\"NetworkSecurityGroupFlowEvent\"}]}", "Azure"),
            ("{\"jsonPayload\":{\"connection\":{}},\"logName\":\"vpc_flows\"}", "Google"),
            ("{\"class_uid\":4001,\"metadata\":{}}", "OCSF"),
            ("<?xml version=\"1.0\"?><Error/>", "XML"),
            ("actionREJECT\ninterfaceIdeni-1", "Logs Insights page"),
            ("------------------\n|  FilterLogEvents  |", "--output table"),
        ] {
            let what = refused(head.as_bytes());
            assert!(what.contains(name), "{head}: {what}");
        }
        assert!(refused(b"\xff\xfeh\0i\0").contains("UTF-16"));
    }
}
