//! Samples in Athena SQL.
//!
//! Sources: AWS, Athena, "Create a table for Amazon VPC flow logs and query it" and "Create and query a table for Amazon VPC
//! flow logs using partition projection"; AWS, Knowledge Center, on the traffic of NAT gateways; AWS, VPC, "Predefined queries"
//! of the Athena integration, of which the names and meanings are published and the queries here are our own.

use flowlens_core::record::Field;

use super::{Blanks, Group, Sample, sample};

use Field::{
    Action, AzId, Bytes, DstAddr, DstPort, End, InstanceId, InterfaceId, LogStatus, Packets, PktDstAddr,
    PktSrcAddr, Protocol, SrcAddr, Start, SubnetId, TcpFlags,
};

/// All samples, by where they come from.
pub fn gallery(blanks: &Blanks) -> Vec<Group> {
    let group = |title, samples| Group { title, samples };
    vec![
        group("VPC flow logs in Athena", of_aws(blanks)),
        group("NAT gateway", nat_gateway(blanks)),
        group("What people ask", asked()),
        group("Athena integration", integration(blanks)),
    ]
}

fn of_aws(blanks: &Blanks) -> Vec<Sample> {
    let source = blanks.source.as_deref().unwrap_or("10.117.1.22");
    vec![
        sample("First records", "any 100 of them", &[], "SELECT *\nFROM vpc_flow_logs\nLIMIT 100"),
        sample(
            "Rejected TCP by weekday",
            "with the day of each record",
            &[Start, InterfaceId, SrcAddr, Action, Protocol],
            "SELECT day_of_week(date) AS day, date, interface_id, srcaddr, action, protocol\nFROM vpc_flow_logs\nWHERE action = 'REJECT' AND protocol = 6\nLIMIT 100",
        ),
        sample(
            "Servers with the most HTTPS packets",
            "the 10 destinations of port 443",
            &[Packets, DstAddr, DstPort],
            "SELECT sum(packets) AS packetcount, dstaddr\nFROM vpc_flow_logs\nWHERE dstport = 443\nGROUP BY dstaddr\nORDER BY packetcount DESC\nLIMIT 10",
        ),
        sample(
            "Times that can be read",
            "seconds as ISO 8601",
            &[InterfaceId, SrcAddr, Action, Protocol, Start, End],
            "SELECT interface_id, srcaddr, action, protocol,\n  to_iso8601(from_unixtime(start)) AS start_time,\n  to_iso8601(from_unixtime(\"end\")) AS end_time\nFROM vpc_flow_logs\nORDER BY start\nLIMIT 100",
        ),
        sample(
            "Every record of a source",
            "of one address, with all columns",
            &[SrcAddr],
            format!("SELECT *\nFROM vpc_flow_logs\nWHERE srcaddr = '{source}'\nLIMIT 1000"),
        ),
        sample(
            "Sources by their first bytes",
            "addresses are text, which split_part takes apart",
            &[SrcAddr, Bytes],
            "SELECT split_part(srcaddr, '.', 1) || '.' || split_part(srcaddr, '.', 2) AS network, sum(bytes) AS bytes\nFROM vpc_flow_logs\nWHERE srcaddr LIKE '%.%'\nGROUP BY 1\nORDER BY bytes DESC\nLIMIT 20",
        ),
    ]
}

fn nat_gateway(blanks: &Blanks) -> Vec<Sample> {
    let nat = blanks.nat.as_deref().unwrap_or("10.0.1.10");
    let inside = blanks.nat.as_deref().or(blanks.inside.as_deref()).and_then(super::first_octets);
    let inside = inside.unwrap_or("10.0.");
    let query = |condition: String| {
        format!(
            "SELECT srcaddr, dstaddr, sum(bytes) AS bytes\nFROM vpc_flow_logs\nWHERE {condition}\nGROUP BY srcaddr, dstaddr\nORDER BY bytes DESC\nLIMIT 10"
        )
    };
    let needs: &'static [Field] = &[SrcAddr, DstAddr, Bytes];
    vec![
        sample(
            "Instances that send the most",
            "from inside to the NAT gateway",
            needs,
            query(format!("dstaddr = '{nat}' AND srcaddr LIKE '{inside}%'")),
        ),
        sample(
            "Where it goes to",
            "from the NAT gateway to the internet",
            needs,
            query(format!("srcaddr = '{nat}' AND dstaddr NOT LIKE '{inside}%'")),
        ),
        sample(
            "Where it comes from",
            "from the internet to the NAT gateway",
            needs,
            query(format!("dstaddr = '{nat}' AND srcaddr NOT LIKE '{inside}%'")),
        ),
    ]
}

fn asked() -> Vec<Sample> {
    vec![
        sample(
            "Accepted and rejected by the hour",
            "counts, and the share that was rejected",
            &[Start, Action],
            "SELECT date_trunc('hour', from_unixtime(start)) AS hour,\n  count_if(action = 'ACCEPT') AS accepted,\n  count_if(action = 'REJECT') AS rejected,\n  round(100e0 * count_if(action = 'REJECT') / count(*), 1) AS percent\nFROM vpc_flow_logs\nGROUP BY 1\nORDER BY 1",
        ),
        sample(
            "Who tries many ports",
            "rejected sources by how many ports they tried",
            &[SrcAddr, DstPort, Action],
            "SELECT srcaddr, count(DISTINCT dstport) AS ports, count(DISTINCT dstaddr) AS hosts, count(*) AS records\nFROM vpc_flow_logs\nWHERE action = 'REJECT'\nGROUP BY srcaddr\nHAVING count(DISTINCT dstport) > 5\nORDER BY ports DESC, srcaddr\nLIMIT 50",
        ),
        sample(
            "From the internet, let in",
            "accepted to private addresses from public ones",
            &[SrcAddr, DstAddr, DstPort, Action, Bytes],
            "SELECT dstaddr, dstport, count(DISTINCT srcaddr) AS sources, sum(bytes) AS bytes\nFROM vpc_flow_logs\nWHERE action = 'ACCEPT'\n  AND contains('10.0.0.0/8', TRY_CAST(dstaddr AS ipaddress))\n  AND NOT contains('10.0.0.0/8', TRY_CAST(srcaddr AS ipaddress))\n  AND dstport < 1024\nGROUP BY dstaddr, dstport\nORDER BY sources DESC, dstaddr, dstport\nLIMIT 50",
        ),
        sample(
            "The top talker of each interface",
            "by a window over sums",
            &[InterfaceId, SrcAddr, Bytes],
            "SELECT interface_id, srcaddr, bytes\nFROM (\n  SELECT interface_id, srcaddr, sum(bytes) AS bytes,\n    row_number() OVER (PARTITION BY interface_id ORDER BY sum(bytes) DESC, srcaddr) AS place\n  FROM vpc_flow_logs\n  GROUP BY interface_id, srcaddr\n)\nWHERE place = 1\nORDER BY interface_id",
        ),
        sample(
            "Sources accepted and rejected",
            "the same source, let in somewhere and not elsewhere",
            &[SrcAddr, Action],
            "SELECT srcaddr, count_if(action = 'ACCEPT') AS accepted, count_if(action = 'REJECT') AS rejected\nFROM vpc_flow_logs\nWHERE srcaddr IN (SELECT srcaddr FROM vpc_flow_logs WHERE action = 'REJECT')\nGROUP BY srcaddr\nHAVING count_if(action = 'ACCEPT') > 0\nORDER BY rejected DESC, srcaddr\nLIMIT 50",
        ),
        sample(
            "Connections that only began",
            "SYN without an answer, by service",
            &[DstAddr, DstPort, TcpFlags],
            "SELECT dstaddr, dstport, count(*) AS attempts\nFROM vpc_flow_logs\nWHERE bitwise_and(tcp_flags, 18) = 2\nGROUP BY dstaddr, dstport\nORDER BY attempts DESC, dstaddr, dstport\nLIMIT 20",
        ),
        sample(
            "How large records are",
            "percentiles of bytes",
            &[Bytes, Action],
            "SELECT action, approx_percentile(bytes, 0.5) AS median, approx_percentile(bytes, 0.95) AS p95, max(bytes) AS most\nFROM vpc_flow_logs\nGROUP BY action\nORDER BY action",
        ),
        sample(
            "Between Availability Zones",
            "bytes by the zone of the interface",
            &[AzId, Bytes],
            "SELECT az_id, sum(bytes) AS bytes\nFROM vpc_flow_logs\nGROUP BY az_id\nORDER BY bytes DESC",
        ),
        sample(
            "What AWS did not record",
            "skipped records by interface",
            &[InterfaceId, LogStatus],
            "SELECT interface_id, count(*) AS skipped\nFROM vpc_flow_logs\nWHERE log_status = 'SKIPDATA'\nGROUP BY interface_id\nORDER BY skipped DESC, interface_id",
        ),
    ]
}

fn integration(blanks: &Blanks) -> Vec<Sample> {
    const RECORD: &str = "SELECT start, interface_id, srcaddr, srcport, dstaddr, dstport, protocol, packets, bytes, action\nFROM vpc_flow_logs\nWHERE ";
    const OF_RECORD: &[Field] =
        &[Start, InterfaceId, SrcAddr, DstAddr, DstPort, Protocol, Packets, Bytes, Action];
    let records = |condition: String| format!("{RECORD}{condition}\nORDER BY start DESC\nLIMIT 100");
    let sum = |condition: &str, by: &str| {
        format!(
            "SELECT {by}, sum(bytes) AS bytes\nFROM vpc_flow_logs\n{condition}GROUP BY {by}\nORDER BY bytes DESC\nLIMIT 50"
        )
    };
    let source = blanks.source.as_deref().unwrap_or("192.0.2.1");
    let destination = blanks.destination.as_deref().unwrap_or("192.0.2.2");
    vec![
        sample(
            "VpcFlowLogsAcceptedTraffic",
            "TCP that security groups and network ACLs let through",
            OF_RECORD,
            records("action = 'ACCEPT' AND protocol = 6".to_owned()),
        ),
        sample(
            "VpcFlowLogsAdminPortTraffic",
            "the 10 sources with the most on administrative web ports",
            &[SrcAddr, DstPort, Bytes],
            "SELECT srcaddr, sum(bytes) AS bytes\nFROM vpc_flow_logs\nWHERE dstport IN (8080, 8443)\nGROUP BY srcaddr\nORDER BY bytes DESC\nLIMIT 10",
        ),
        sample(
            "VpcFlowLogsIPv4Traffic",
            "bytes of IPv4 in all",
            &[SrcAddr, Bytes],
            "SELECT sum(bytes) AS bytes\nFROM vpc_flow_logs\nWHERE srcaddr LIKE '%.%'",
        ),
        sample(
            "VpcFlowLogsIPv6Traffic",
            "bytes of IPv6 in all",
            &[SrcAddr, Bytes],
            "SELECT sum(bytes) AS bytes\nFROM vpc_flow_logs\nWHERE srcaddr LIKE '%:%'",
        ),
        sample(
            "VpcFlowLogsRejectedTCPTraffic",
            "TCP that was rejected",
            OF_RECORD,
            records("action = 'REJECT' AND protocol = 6".to_owned()),
        ),
        sample(
            "VpcFlowLogsRejectedTraffic",
            "all that was rejected",
            OF_RECORD,
            records("action = 'REJECT'".to_owned()),
        ),
        sample(
            "VpcFlowLogsSshRdpTraffic",
            "SSH and Remote Desktop",
            OF_RECORD,
            records("dstport IN (22, 3389)".to_owned()),
        ),
        sample(
            "VpcFlowLogsTopTalkers",
            "the 50 sources with the most bytes",
            &[SrcAddr, Bytes],
            sum("", "srcaddr"),
        ),
        sample(
            "VpcFlowLogsTopTalkersPacketLevel",
            "the same by the packets' own sources",
            &[PktSrcAddr, Bytes],
            sum("", "pkt_srcaddr"),
        ),
        sample(
            "VpcFlowLogsTopTalkingInstances",
            "the 50 instances with the most bytes",
            &[InstanceId, Bytes],
            sum("", "instance_id"),
        ),
        sample(
            "VpcFlowLogsTopTalkingSubnets",
            "the 50 subnets with the most bytes",
            &[SubnetId, Bytes],
            sum("", "subnet_id"),
        ),
        sample(
            "VpcFlowLogsTopTCPTraffic",
            "TCP by source",
            &[SrcAddr, Protocol, Bytes],
            sum("WHERE protocol = 6\n", "srcaddr"),
        ),
        sample(
            "VpcFlowLogsTotalBytesTransferred",
            "the 50 pairs with the most bytes",
            &[SrcAddr, DstAddr, Bytes],
            sum("", "srcaddr, dstaddr"),
        ),
        sample(
            "VpcFlowLogsTotalBytesTransferredPacketLevel",
            "the same by the packets' own addresses",
            &[PktSrcAddr, PktDstAddr, Bytes],
            sum("", "pkt_srcaddr, pkt_dstaddr"),
        ),
        sample(
            "VpcFlowLogsTrafficFrmSrcAddr",
            "records of one source",
            OF_RECORD,
            records(format!("srcaddr = '{source}'")),
        ),
        sample(
            "VpcFlowLogsTrafficToDstAddr",
            "records of one destination",
            OF_RECORD,
            records(format!("dstaddr = '{destination}'")),
        ),
    ]
}
