//! Queries to begin with: those that AWS shows for flow logs, and those of its Athena integration in Logs Insights.
//!
//! Sources: AWS, CloudWatch Logs, "Sample queries" and the sample queries of the console; AWS, Knowledge Center, on the
//! traffic of NAT gateways; AWS Well-Architected labs; AWS, VPC, "Predefined queries" of the Athena integration, of which
//! the names and meanings are published and the queries here are our own.

pub mod sql;

use flowlens_core::record::Field;

/// A query to begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Its name.
    pub name: &'static str,
    /// What it answers, in a line.
    pub about: &'static str,
    /// Its text.
    pub text: String,
    /// The fields without which it says nothing.
    pub needs: &'static [Field],
}

/// Samples of one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The heading.
    pub title: &'static str,
    /// The samples.
    pub samples: Vec<Sample>,
}

/// What the samples leave open, as the records fill it in. What is not known stays as AWS writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blanks {
    /// The private address of a NAT gateway.
    pub nat: Option<String>,
    /// An address inside, of whose network the VPC is taken to be.
    pub inside: Option<String>,
    /// A source address.
    pub source: Option<String>,
    /// A destination address.
    pub destination: Option<String>,
    /// A network interface.
    pub interface: Option<String>,
}

use Field::{
    Action, Bytes, DstAddr, DstPort, InstanceId, InterfaceId, LogStatus, Packets, PktDstAddr, PktSrcAddr,
    Protocol, SrcAddr, SrcPort, SubnetId,
};

const BY_BYTES: &str = "| sort bytesTransferred desc\n| limit 50";

/// All samples, by where they come from.
pub fn gallery(blanks: &Blanks) -> Vec<Group> {
    let group = |title, samples| Group { title, samples };
    vec![
        group("VPC flow logs", flow_logs(blanks)),
        group("NAT gateway", nat_gateway(blanks)),
        group("Rejections", lab(blanks)),
        group("Athena integration", athena(blanks)),
    ]
}

fn sample(
    name: &'static str,
    about: &'static str,
    needs: &'static [Field],
    text: impl Into<String>,
) -> Sample {
    Sample { name, about, text: text.into(), needs }
}

fn flow_logs(blanks: &Blanks) -> Vec<Sample> {
    let network = blanks.inside.as_deref().and_then(first_octets).map(|octets| format!("{octets}0.0/16"));
    let network = network.as_deref().unwrap_or("192.0.2.0/24");
    let interface = blanks.interface.as_deref();
    let stream = if interface.is_some() { "" } else { "logStream = 'vpc-flow-logs' and " };
    vec![
        sample(
            "Packets between hosts",
            "the 15 pairs with the most packets",
            &[SrcAddr, DstAddr, Packets],
            "stats sum(packets) as packetsTransferred by srcAddr, dstAddr\n    | sort packetsTransferred  desc\n    | limit 15",
        ),
        sample(
            "Bytes from a subnet",
            "the 15 hosts that get the most from a network",
            &[SrcAddr, DstAddr, Bytes],
            format!(
                "filter isIpv4InSubnet(srcAddr, \"{network}\")\n    | stats sum(bytes) as bytesTransferred by dstAddr\n    | sort bytesTransferred desc\n    | limit 15"
            ),
        ),
        sample(
            "Who uses UDP",
            "records by source address",
            &[Protocol, SrcAddr],
            "filter protocol=17 | stats count(*) by srcAddr",
        ),
        sample(
            "Skipped records",
            "intervals of which AWS kept no record, by the hour",
            &[LogStatus],
            "filter logStatus=\"SKIPDATA\"\n    | stats count(*) by bin(1h) as t\n    | sort t",
        ),
        sample(
            "One record a connection",
            "of one interface, the newest first",
            &[InterfaceId, SrcAddr, DstAddr, SrcPort, DstPort, Protocol, Bytes],
            format!(
                "fields @timestamp, srcAddr, dstAddr, srcPort, dstPort, protocol, bytes\n| filter {stream}interfaceId = '{}'\n| sort @timestamp desc\n| dedup srcAddr, dstAddr, srcPort, dstPort, protocol\n| limit 20",
                interface.unwrap_or("eni-0123456789abcdef0")
            ),
        ),
        sample(
            "Bytes of a pair",
            "mean, least and greatest",
            &[SrcAddr, DstAddr, Bytes],
            "stats avg(bytes), min(bytes), max(bytes) by srcAddr, dstAddr",
        ),
        sample(
            "Top transfers",
            "the 10 pairs with the most bytes",
            &[SrcAddr, DstAddr, Bytes],
            "stats sum(bytes) as bytesTransferred by srcAddr, dstAddr | sort bytesTransferred desc | limit 10",
        ),
        sample(
            "Status of an interface",
            "records by log status",
            &[InterfaceId, LogStatus],
            format!(
                "fields @timestamp, @message, @logStream, @log\n| filter interfaceId = '{}'\n| stats count(*) by interfaceId, logStatus\n| sort by interfaceId, logStatus",
                interface.unwrap_or("eni-123")
            ),
        ),
        sample(
            "Interface out of the record",
            "taken out of each line by a regular expression",
            &[InterfaceId],
            "parse @message /(?<NetworkInterface>eni-.*?) / | display NetworkInterface, @message",
        ),
    ]
}

fn nat_gateway(blanks: &Blanks) -> Vec<Sample> {
    const NEEDS: &[Field] = &[SrcAddr, DstAddr, Bytes];
    let nat = blanks.nat.as_deref().unwrap_or("x.x.x.x");
    let again = blanks.nat.as_deref().unwrap_or("xxx.xx.xx.xx");
    let inside = blanks.nat.as_deref().or(blanks.inside.as_deref()).and_then(first_octets).unwrap_or("y.y.");
    let by_bytes = |name, about, condition: String| {
        let text = format!(
            "filter {condition}\n| stats sum(bytes) as bytesTransferred by srcAddr, dstAddr\n| sort bytesTransferred desc\n| limit 10"
        );
        sample(name, about, NEEDS, text)
    };
    vec![
        by_bytes(
            "Instances that send the most",
            "from inside to the NAT gateway",
            format!("(dstAddr like '{nat}' and srcAddr like '{inside}')"),
        ),
        by_bytes(
            "Instances, both ways",
            "to and from the NAT gateway",
            format!(
                "(dstAddr like '{nat}' and srcAddr like '{inside}') or (srcAddr like '{again}' and dstAddr like '{inside}')"
            ),
        ),
        by_bytes(
            "Where it goes to",
            "from the NAT gateway to the internet",
            format!("(srcAddr like '{nat}' and dstAddr not like '{inside}')"),
        ),
        by_bytes(
            "Where it comes from",
            "from the internet to the NAT gateway",
            format!("(dstAddr like '{nat}' and srcAddr not like '{inside}')"),
        ),
    ]
}

fn lab(blanks: &Blanks) -> Vec<Sample> {
    let source = |unknown| blanks.source.as_deref().unwrap_or(unknown);
    vec![
        sample(
            "Rejections by source",
            "the 20 sources that are rejected most",
            &[Action, SrcAddr],
            "filter action=\"REJECT\" | stats count(*) as numRejections by srcAddr | sort numRejections desc | limit 20",
        ),
        sample(
            "Rejections from inside",
            "sources in 10.0.0.0/8",
            &[Action, SrcAddr],
            "filter action=\"REJECT\" and srcAddr like /^10\\./ | stats count(*) as numRejections by srcAddr | sort numRejections desc",
        ),
        sample(
            "All of a source",
            "what it reached and what let it",
            &[SrcAddr, InterfaceId, DstAddr, DstPort, Action],
            format!(
                "filter srcAddr = \"{}\" | fields @timestamp, interfaceId, dstAddr, dstPort, action",
                source("192.0.2.1")
            ),
        ),
        sample(
            "Connections of a source",
            "by destination",
            &[SrcAddr, DstAddr],
            format!(
                "filter srcAddr = \"{}\" | stats count(*) as numConnections by dstAddr | sort numConnections desc",
                source("10.1.1.1")
            ),
        ),
        sample(
            "Traffic over time",
            "bytes in each minute",
            &[Bytes],
            "stats sum(bytes) as bytesTransferred by bin(1m)",
        ),
    ]
}

fn athena(blanks: &Blanks) -> Vec<Sample> {
    const RECORD: &str = "fields @timestamp, interfaceId, srcAddr, srcPort, dstAddr, dstPort, protocol, packets, bytes, action\n| sort @timestamp desc\n| limit 100";
    let sum = |condition: &str, by: &str| {
        format!("{condition}stats sum(bytes) as bytesTransferred by {by}\n{BY_BYTES}")
    };
    let records = |condition: String| format!("filter {condition}\n| {RECORD}");
    let source = blanks.source.as_deref().unwrap_or("192.0.2.1");
    let destination = blanks.destination.as_deref().unwrap_or("192.0.2.2");
    vec![
        sample(
            "VpcFlowLogsAcceptedTraffic",
            "TCP that security groups and network ACLs let through",
            &[Action, Protocol],
            records("action = \"ACCEPT\" and protocol = 6".to_owned()),
        ),
        sample(
            "VpcFlowLogsAdminPortTraffic",
            "the 10 sources with the most on administrative web ports",
            &[DstPort, SrcAddr, Bytes],
            "filter dstPort in [8080, 8443]\n| stats sum(bytes) as bytesTransferred by srcAddr\n| sort bytesTransferred desc\n| limit 10",
        ),
        sample(
            "VpcFlowLogsIPv4Traffic",
            "bytes of IPv4 in all",
            &[SrcAddr, Bytes],
            "filter isValidIpV4(srcAddr) | stats sum(bytes) as bytesTransferred",
        ),
        sample(
            "VpcFlowLogsIPv6Traffic",
            "bytes of IPv6 in all",
            &[SrcAddr, Bytes],
            "filter isValidIpV6(srcAddr) | stats sum(bytes) as bytesTransferred",
        ),
        sample(
            "VpcFlowLogsRejectedTCPTraffic",
            "TCP that was rejected",
            &[Action, Protocol],
            records("action = \"REJECT\" and protocol = 6".to_owned()),
        ),
        sample(
            "VpcFlowLogsRejectedTraffic",
            "all that was rejected",
            &[Action],
            records("action = \"REJECT\"".to_owned()),
        ),
        sample(
            "VpcFlowLogsSshRdpTraffic",
            "SSH and Remote Desktop",
            &[DstPort],
            records("dstPort in [22, 3389]".to_owned()),
        ),
        sample(
            "VpcFlowLogsTopTalkers",
            "the 50 sources with the most bytes",
            &[SrcAddr, Bytes],
            sum("", "srcAddr"),
        ),
        sample(
            "VpcFlowLogsTopTalkersPacketLevel",
            "the same by the packets' own sources",
            &[PktSrcAddr, Bytes],
            sum("", "pktSrcAddr"),
        ),
        sample(
            "VpcFlowLogsTopTalkingInstances",
            "the 50 instances with the most bytes",
            &[InstanceId, Bytes],
            sum("", "instanceId"),
        ),
        sample(
            "VpcFlowLogsTopTalkingSubnets",
            "the 50 subnets with the most bytes",
            &[SubnetId, Bytes],
            sum("", "subnetId"),
        ),
        sample(
            "VpcFlowLogsTopTCPTraffic",
            "TCP by source",
            &[Protocol, SrcAddr, Bytes],
            sum("filter protocol = 6\n| ", "srcAddr"),
        ),
        sample(
            "VpcFlowLogsTotalBytesTransferred",
            "the 50 pairs with the most bytes",
            &[SrcAddr, DstAddr, Bytes],
            sum("", "srcAddr, dstAddr"),
        ),
        sample(
            "VpcFlowLogsTotalBytesTransferredPacketLevel",
            "the same by the packets' own addresses",
            &[PktSrcAddr, PktDstAddr, Bytes],
            sum("", "pktSrcAddr, pktDstAddr"),
        ),
        sample(
            "VpcFlowLogsTrafficFrmSrcAddr",
            "records of one source",
            &[SrcAddr],
            records(format!("srcAddr = \"{source}\"")),
        ),
        sample(
            "VpcFlowLogsTrafficToDstAddr",
            "records of one destination",
            &[DstAddr],
            records(format!("dstAddr = \"{destination}\"")),
        ),
    ]
}

/// `10.0.` of `10.0.3.4`.
fn first_octets(address: &str) -> Option<&str> {
    address.parse::<std::net::Ipv4Addr>().ok()?;
    let (second, _) = address.match_indices('.').nth(1)?;
    address.get(..=second)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insights::parse::parse;

    fn all(blanks: &Blanks) -> Vec<Sample> {
        gallery(blanks).into_iter().flat_map(|group| group.samples).collect()
    }

    #[test]
    fn blanks_are_filled_from_the_records() {
        let blanks = Blanks {
            nat: Some("10.7.1.9".to_owned()),
            interface: Some("eni-0ab".to_owned()),
            source: Some("203.0.113.9".to_owned()),
            ..Blanks::default()
        };
        let text = |blanks: &Blanks, name| {
            all(blanks).into_iter().find(|sample| sample.name == name).map(|sample| sample.text)
        };
        let sends = "Instances that send the most";
        assert!(text(&Blanks::default(), sends).is_some_and(|it| {
            it.starts_with("filter (dstAddr like 'x.x.x.x' and srcAddr like 'y.y.')\n| stats sum(bytes)")
        }));
        assert!(text(&blanks, sends).is_some_and(|it| {
            it.starts_with("filter (dstAddr like '10.7.1.9' and srcAddr like '10.7.')\n| stats sum(bytes)")
        }));
        assert!(
            text(&blanks, "One record a connection")
                .is_some_and(|it| it.contains("| filter interfaceId = 'eni-0ab'"))
        );
        assert!(
            text(&blanks, "VpcFlowLogsTrafficFrmSrcAddr").is_some_and(|it| it.contains("\"203.0.113.9\""))
        );
    }

    #[test]
    fn each_is_a_query() {
        let filled = Blanks {
            nat: Some("10.7.1.9".to_owned()),
            inside: Some("10.7.0.5".to_owned()),
            source: Some("203.0.113.9".to_owned()),
            destination: Some("2001:db8::1".to_owned()),
            interface: Some("eni-0ab".to_owned()),
        };
        for blanks in [Blanks::default(), filled] {
            for Sample { name, text, .. } in all(&blanks) {
                assert_eq!(parse(&text).err(), None, "{name}: {text}");
            }
        }
    }

    #[test]
    fn the_predefined_queries_are_there_by_their_names() {
        let samples = all(&Blanks::default());
        assert_eq!(samples.iter().filter(|sample| sample.name.starts_with("VpcFlowLogs")).count(), 16);
        let mut names: Vec<_> = samples.iter().map(|sample| sample.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), samples.len(), "each name once");
    }
}
