//! What a value looks like, and which fields may hold it.
//!
//! Sources: the values that AWS documents for each field ("Flow log records", VPC user guide), and the prefixes of its
//! resource IDs.

use super::super::token::is_region;
use crate::record::{Field, Kind, address};

/// The interface types that the records name; others are spelled alike.
const INTERFACE_TYPES: &[&str] = &[
    "nat_gateway",
    "network_load_balancer",
    "regional_nat_gateway",
    "transit_gateway",
    "vpc_endpoint",
    "gateway_load_balancer",
    "gateway_load_balancer_endpoint",
];

/// What a value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    Missing,
    Number,
    /// Twelve digits, or `unknown`.
    Account,
    Address,
    Interface,
    Vpc,
    Subnet,
    Instance,
    Nat,
    Tgw,
    TgwAttachment,
    Region,
    Zone,
    Action,
    Status,
    Type,
    Direction,
    Sublocation,
    InterfaceType,
    ResourceType,
    Arn,
    Reject,
    /// Capitals, as the names of AWS services.
    Capitals,
    Other,
}

/// What a value looks like.
pub(super) fn look(value: &str) -> Look {
    const PREFIXES: [(&str, Look); 7] = [
        ("eni-", Look::Interface),
        ("vpc-", Look::Vpc),
        ("subnet-", Look::Subnet),
        ("i-", Look::Instance),
        ("nat-", Look::Nat),
        ("tgw-attach-", Look::TgwAttachment),
        ("tgw-", Look::Tgw),
    ];
    if value.bytes().all(|byte| byte.is_ascii_digit()) {
        return if value.len() == 12 { Look::Account } else { Look::Number };
    }
    // Most values are these, and none of the words below.
    if value.contains(['.', ':']) && address::parse(value).is_some() {
        return Look::Address;
    }
    match value {
        "-" => return Look::Missing,
        "unknown" => return Look::Account,
        "ACCEPT" | "REJECT" => return Look::Action,
        "OK" | "NODATA" | "SKIPDATA" => return Look::Status,
        "IPv4" | "IPv6" | "EFA" => return Look::Type,
        "ingress" | "egress" => return Look::Direction,
        "wavelength" | "outpost" | "localzone" => return Look::Sublocation,
        "BPA" | "EC" => return Look::Reject,
        "TransitGateway" | "TransitGatewayAttachment" => return Look::ResourceType,
        _ => {}
    }
    if let Some((_, look)) = PREFIXES.iter().find(|(prefix, _)| value.starts_with(prefix)) {
        return *look;
    }
    if value.starts_with("arn:") {
        Look::Arn
    } else if INTERFACE_TYPES.contains(&value) {
        Look::InterfaceType
    } else if is_zone(value) {
        Look::Zone
    } else if is_region(value) {
        Look::Region
    } else if value.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_') {
        Look::Capitals
    } else {
        Look::Other
    }
}

/// `use1-az2`.
fn is_zone(value: &str) -> bool {
    value.rsplit_once("-az").is_some_and(|(region, number)| {
        (4..=8).contains(&region.len())
            && region.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
            && !number.is_empty()
            && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Whether a value looks like one of a closed set, so that it is no free text by chance.
pub(super) const fn is_closed(look: Look) -> bool {
    !matches!(look, Look::Missing | Look::Number | Look::Capitals | Look::Other)
}

/// Whether a field holds text of the users' own choice.
pub(super) const fn is_free(field: Field) -> bool {
    matches!(
        field,
        Field::EcsClusterName
            | Field::EcsContainerInstanceId
            | Field::EcsContainerId
            | Field::EcsSecondContainerId
            | Field::EcsServiceName
            | Field::EcsTaskId
            | Field::InstanceTag
            | Field::InstanceTag2
            | Field::InterfaceTag
            | Field::InterfaceTag2
            | Field::AsgTag
            | Field::AsgTag2
    )
}

/// Whether a number can be a time: from 2001 to 2128 in seconds, or in milliseconds.
pub(super) fn is_time(value: &str) -> bool {
    let secs = match value.len() {
        10 => value,
        13 => value.get(..10).unwrap_or_default(),
        _ => return false,
    };
    look(value) == Look::Number && secs < "5000000000"
}

/// Whether a field may hold a value.
pub(super) fn allows(field: Field, value: &str) -> bool {
    let look = look(value);
    if look == Look::Missing {
        return field != Field::Version;
    }
    let number = || matches!(look, Look::Number | Look::Account).then(|| value.parse::<u64>().ok()).flatten();
    let within = |low: u64, high: u64| number().is_some_and(|number| (low..=high).contains(&number));
    match field.kind() {
        Kind::Address => look == Look::Address,
        Kind::Number => number().is_some(),
        Kind::Port => within(0, 0xffff),
        Kind::Time => within(100_000_000, u64::MAX),
        Kind::Byte => match field {
            Field::Version => within(2, 11),
            Field::TrafficPath => within(1, 8),
            Field::EncryptionStatus => within(0, 3),
            _ => within(0, 0xff),
        },
        Kind::Text => is_free(field) || text_allows(field, look, value),
    }
}

fn text_allows(field: Field, look: Look, value: &str) -> bool {
    let arn = |part: &str| look == Look::Arn && value.contains(part);
    match field {
        Field::AccountId | Field::TgwSrcVpcAccountId | Field::TgwDstVpcAccountId => {
            matches!(look, Look::Account | Look::Number | Look::Other)
        }
        Field::InterfaceId | Field::NextHopInterfaceId | Field::TgwSrcEni | Field::TgwDstEni => {
            look == Look::Interface
        }
        Field::VpcId | Field::NextHopVpcId | Field::TgwSrcVpcId | Field::TgwDstVpcId => look == Look::Vpc,
        Field::SubnetId | Field::NextHopSubnetId | Field::TgwSrcSubnetId | Field::TgwDstSubnetId => {
            look == Look::Subnet
        }
        Field::AzId | Field::NextHopAzId | Field::TgwSrcAzId | Field::TgwDstAzId => look == Look::Zone,
        Field::InstanceId => look == Look::Instance,
        Field::ResourceId => look == Look::Nat,
        Field::TgwId => look == Look::Tgw,
        Field::TgwAttachmentId | Field::TgwPairAttachmentId => look == Look::TgwAttachment,
        Field::ResourceType => look == Look::ResourceType,
        Field::Action => look == Look::Action,
        Field::LogStatus => look == Look::Status,
        Field::Type => look == Look::Type,
        Field::Region => look == Look::Region,
        Field::FlowDirection => look == Look::Direction,
        Field::SublocationType => look == Look::Sublocation,
        Field::SublocationId => matches!(look, Look::Other | Look::Region | Look::Zone),
        Field::PktSrcAwsService | Field::PktDstAwsService => look == Look::Capitals,
        Field::RejectReason => matches!(look, Look::Reject | Look::Capitals),
        Field::InterfaceType | Field::NextHopInterfaceType => {
            look == Look::InterfaceType
                || look == Look::Other && value.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        }
        Field::EcsClusterArn => arn(":cluster/"),
        Field::EcsContainerInstanceArn => arn(":container-instance/"),
        Field::EcsTaskDefinitionArn => arn(":task-definition/"),
        Field::EcsTaskArn => arn(":task/"),
        _ => true,
    }
}
