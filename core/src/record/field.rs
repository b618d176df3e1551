//! Every field of VPC flow log versions 2 to 11 and of transit gateway flow logs, with all its names.
//!
//! Source: AWS, "Flow log records" (VPC user guide) and "AWS Transit Gateway Flow Logs" (Transit Gateway
//! guide). The Parquet column is the field's name with underscores. Logs Insights names are those AWS
//! publishes for the default fields; for later fields they follow the same rule (camel case).

use serde::{Deserialize, Serialize};

/// How the values of a field are read and stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An IPv4 or IPv6 address.
    Address,
    /// A whole number, 0 to 2^63 - 1.
    Number,
    /// A whole number, 0 to 65535.
    Port,
    /// A whole number, 0 to 255.
    Byte,
    /// Unix time: seconds, or milliseconds when the log was rewritten by a tool.
    Time,
    /// Any text without blanks, kept as written.
    Text,
}

macro_rules! fields {
    ($($variant:ident $version:literal $kind:ident $name:literal $insights:literal $doc:literal;)*) => {
        /// A field of a flow record.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[repr(u8)]
        pub enum Field {
            $(#[doc = $doc] $variant,)*
        }

        impl Field {
            /// All fields, in the order of the versions that brought them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in a header line and in `LogFormat`, such as `log-status`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The name that CloudWatch Logs Insights discovers, such as `logStatus`.
            pub const fn insights_name(self) -> &'static str {
                match self { $(Self::$variant => $insights,)* }
            }

            /// The flow log version that brought the field.
            pub const fn version(self) -> u8 {
                match self { $(Self::$variant => $version,)* }
            }

            /// How its values are read.
            pub const fn kind(self) -> Kind {
                match self { $(Self::$variant => Kind::$kind,)* }
            }

            /// What the field holds, in a sentence.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $doc,)* }
            }
        }
    };
}

fields! {
    Version 2 Byte "version" "version" "The record's version: the highest version among its fields.";
    AccountId 2 Text "account-id" "accountId" "The account that owns the recorded interface, or `unknown`.";
    InterfaceId 2 Text "interface-id" "interfaceId" "The recorded network interface.";
    SrcAddr 2 Address "srcaddr" "srcAddr" "The source address; the interface's own side shows its primary private address.";
    DstAddr 2 Address "dstaddr" "dstAddr" "The destination address; the interface's own side shows its primary private address.";
    SrcPort 2 Port "srcport" "srcPort" "The source port; 0 for ICMP.";
    DstPort 2 Port "dstport" "dstPort" "The destination port; 0 for ICMP.";
    Protocol 2 Byte "protocol" "protocol" "The IANA protocol number.";
    Packets 2 Number "packets" "packets" "Packets of the flow in the interval.";
    Bytes 2 Number "bytes" "bytes" "Bytes of the flow in the interval.";
    Start 2 Time "start" "startTime" "When the first packet of the interval was received.";
    End 2 Time "end" "endTime" "When the last packet of the interval was received.";
    Action 2 Text "action" "action" "`ACCEPT` or `REJECT`.";
    LogStatus 2 Text "log-status" "logStatus" "`OK`, `NODATA` or `SKIPDATA`.";
    VpcId 3 Text "vpc-id" "vpcId" "The VPC of the recorded interface.";
    SubnetId 3 Text "subnet-id" "subnetId" "The subnet of the recorded interface.";
    InstanceId 3 Text "instance-id" "instanceId" "The instance of the interface, if you own it.";
    TcpFlags 3 Byte "tcp-flags" "tcpFlags" "TCP flags seen in the interval, or-ed: FIN 1, SYN 2, RST 4, SYN-ACK 18.";
    Type 3 Text "type" "type" "`IPv4`, `IPv6` or `EFA`.";
    PktSrcAddr 3 Address "pkt-srcaddr" "pktSrcAddr" "The packet's original source address.";
    PktDstAddr 3 Address "pkt-dstaddr" "pktDstAddr" "The packet's original destination address.";
    Region 4 Text "region" "region" "The Region of the recorded interface.";
    AzId 4 Text "az-id" "azId" "The Availability Zone ID of the recorded interface.";
    SublocationType 4 Text "sublocation-type" "sublocationType" "`wavelength`, `outpost` or `localzone`.";
    SublocationId 4 Text "sublocation-id" "sublocationId" "The ID of the sublocation.";
    PktSrcAwsService 5 Text "pkt-src-aws-service" "pktSrcAwsService" "The AWS service whose ranges hold the packet's source.";
    PktDstAwsService 5 Text "pkt-dst-aws-service" "pktDstAwsService" "The AWS service whose ranges hold the packet's destination.";
    FlowDirection 5 Text "flow-direction" "flowDirection" "`ingress` or `egress`, seen from the interface.";
    TrafficPath 5 Byte "traffic-path" "trafficPath" "The path of egress traffic, 1 to 8.";
    ResourceType 6 Text "resource-type" "resourceType" "`TransitGateway` in transit gateway records.";
    TgwId 6 Text "tgw-id" "tgwId" "The recorded transit gateway.";
    TgwAttachmentId 6 Text "tgw-attachment-id" "tgwAttachmentId" "The recorded attachment.";
    TgwSrcVpcAccountId 6 Text "tgw-src-vpc-account-id" "tgwSrcVpcAccountId" "The account of the source VPC.";
    TgwDstVpcAccountId 6 Text "tgw-dst-vpc-account-id" "tgwDstVpcAccountId" "The account of the destination VPC.";
    TgwSrcVpcId 6 Text "tgw-src-vpc-id" "tgwSrcVpcId" "The source VPC.";
    TgwDstVpcId 6 Text "tgw-dst-vpc-id" "tgwDstVpcId" "The destination VPC.";
    TgwSrcSubnetId 6 Text "tgw-src-subnet-id" "tgwSrcSubnetId" "The subnet of the source.";
    TgwDstSubnetId 6 Text "tgw-dst-subnet-id" "tgwDstSubnetId" "The subnet of the destination.";
    TgwSrcEni 6 Text "tgw-src-eni" "tgwSrcEni" "The attachment's interface on the source side.";
    TgwDstEni 6 Text "tgw-dst-eni" "tgwDstEni" "The attachment's interface on the destination side.";
    TgwSrcAzId 6 Text "tgw-src-az-id" "tgwSrcAzId" "The Availability Zone ID of the source.";
    TgwDstAzId 6 Text "tgw-dst-az-id" "tgwDstAzId" "The Availability Zone ID of the destination.";
    TgwPairAttachmentId 6 Text "tgw-pair-attachment-id" "tgwPairAttachmentId" "The other attachment of the flow.";
    PacketsLostNoRoute 6 Number "packets-lost-no-route" "packetsLostNoRoute" "Packets lost for want of a route.";
    PacketsLostBlackhole 6 Number "packets-lost-blackhole" "packetsLostBlackhole" "Packets lost to a blackhole route.";
    PacketsLostMtuExceeded 6 Number "packets-lost-mtu-exceeded" "packetsLostMtuExceeded" "Packets lost for being larger than the MTU.";
    PacketsLostTtlExpired 6 Number "packets-lost-ttl-expired" "packetsLostTtlExpired" "Packets lost because their time to live ran out.";
    EcsClusterArn 7 Text "ecs-cluster-arn" "ecsClusterArn" "The ARN of the ECS cluster.";
    EcsClusterName 7 Text "ecs-cluster-name" "ecsClusterName" "The name of the ECS cluster.";
    EcsContainerInstanceArn 7 Text "ecs-container-instance-arn" "ecsContainerInstanceArn" "The ARN of the ECS container instance.";
    EcsContainerInstanceId 7 Text "ecs-container-instance-id" "ecsContainerInstanceId" "The ID of the ECS container instance.";
    EcsContainerId 7 Text "ecs-container-id" "ecsContainerId" "The runtime ID of the task's first container.";
    EcsSecondContainerId 7 Text "ecs-second-container-id" "ecsSecondContainerId" "The runtime ID of the task's second container.";
    EcsServiceName 7 Text "ecs-service-name" "ecsServiceName" "The name of the ECS service.";
    EcsTaskDefinitionArn 7 Text "ecs-task-definition-arn" "ecsTaskDefinitionArn" "The ARN of the ECS task definition.";
    EcsTaskArn 7 Text "ecs-task-arn" "ecsTaskArn" "The ARN of the ECS task.";
    EcsTaskId 7 Text "ecs-task-id" "ecsTaskId" "The ID of the ECS task.";
    RejectReason 8 Text "reject-reason" "rejectReason" "`BPA` (block public access) or `EC` (encryption controls).";
    ResourceId 9 Text "resource-id" "resourceId" "The regional NAT gateway.";
    EncryptionStatus 10 Byte "encryption-status" "encryptionStatus" "0 not encrypted, 1 by Nitro, 2 by the application, 3 by both.";
    InstanceTag 11 Text "instance-tag" "instanceTag" "The first chosen tag of the instance.";
    InstanceTag2 11 Text "instance-tag-2" "instanceTag2" "The second chosen tag of the instance.";
    InterfaceTag 11 Text "interface-tag" "interfaceTag" "The first chosen tag of the interface.";
    InterfaceTag2 11 Text "interface-tag-2" "interfaceTag2" "The second chosen tag of the interface.";
    AsgTag 11 Text "asg-tag" "asgTag" "The first chosen tag of the Auto Scaling group.";
    AsgTag2 11 Text "asg-tag-2" "asgTag2" "The second chosen tag of the Auto Scaling group.";
    InterfaceType 11 Text "interface-type" "interfaceType" "The type of the recorded interface, such as `nat_gateway`.";
    NextHopInterfaceId 11 Text "next-hop-interface-id" "nextHopInterfaceId" "The interface of the next hop.";
    NextHopSubnetId 11 Text "next-hop-subnet-id" "nextHopSubnetId" "The subnet of the next hop.";
    NextHopAzId 11 Text "next-hop-az-id" "nextHopAzId" "The Availability Zone ID of the next hop.";
    NextHopVpcId 11 Text "next-hop-vpc-id" "nextHopVpcId" "The VPC of the next hop.";
    NextHopInterfaceType 11 Text "next-hop-interface-type" "nextHopInterfaceType" "The interface type of the next hop.";
}

/// Names that tools and older collectors use beside AWS's own.
const ALIASES: &[(&str, Field)] = &[
    ("starttime", Field::Start),
    ("endtime", Field::End),
    ("transitgatewayid", Field::TgwId),
    ("transitgatewayattachmentid", Field::TgwAttachmentId),
    ("subLocationType", Field::SublocationType),
    ("subLocationId", Field::SublocationId),
];

impl Field {
    /// How many fields there are.
    pub const COUNT: usize = Self::ALL.len();

    /// Finds a field by any of its names: `log-status`, `log_status`, `logStatus`, `${log-status}`.
    pub fn from_name(name: &str) -> Option<Self> {
        let plain = fold_name(name);
        Self::ALL
            .iter()
            .copied()
            .find(|field| fold_name(field.name()) == plain)
            .or_else(|| ALIASES.iter().find(|(alias, _)| fold_name(alias) == plain).map(|&(_, field)| field))
    }

    /// The column's name in Parquet files and Athena tables, such as `log_status`.
    pub fn column_name(self) -> String {
        self.name().replace('-', "_")
    }

    /// Where the field stands in [`Field::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// Letters and digits only, in lower case: the same for the hyphen, underscore and camel case spellings.
fn fold_name(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_finds_its_field() {
        for &field in Field::ALL {
            for name in [
                field.name().to_owned(),
                field.column_name(),
                field.insights_name().to_owned(),
                format!("${{{}}}", field.name()),
            ] {
                assert_eq!(Field::from_name(&name), Some(field), "{name}");
            }
        }
        assert_eq!(Field::from_name("startTime"), Some(Field::Start));
        assert_eq!(Field::from_name("transit-gateway-id"), Some(Field::TgwId));
        assert_eq!(Field::from_name("sourceAddress"), None);
    }

    #[test]
    fn the_tables_have_the_sizes_aws_publishes() {
        let of = |version| Field::ALL.iter().filter(|field| field.version() == version).count();
        assert_eq!([2, 3, 4, 5, 7, 8, 9, 10, 11].map(of), [14, 7, 4, 4, 10, 1, 1, 1, 12]);
    }
}
