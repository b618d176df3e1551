//! The same traffic as a transit gateway records it, between the subnets of the interfaces and one attachment for all else.

use flowlens::record::Field;

use super::row::{ACCOUNT, Content, Nic, Row};

const GATEWAY: &str = "tgw-0123456789abcdef0";
/// The attachment of a VPN, which has no VPC.
const ELSEWHERE: &str = "tgw-attach-0fedcba9876543210";

/// What a field holds that only transit gateway records have, or that they see from their own side; `None` for the others.
pub(crate) fn value(field: Field, row: &Row, nic: &Nic) -> Option<String> {
    let own = format!("tgw-attach-{}", nic.subnet.trim_start_matches("subnet-"));
    let flow = match &row.content {
        Content::Flow(flow) => Some(flow),
        Content::NoData | Content::SkipData => None,
    };
    let of_flow = |text: &str| Some(if flow.is_some() { text.to_owned() } else { "-".to_owned() });
    // What leaves an interface arrives at the gateway.
    let arrives = flow.is_some_and(|flow| flow.egress);
    let at = |is_near: bool, text: &str| of_flow(if is_near { text } else { "-" });
    match field {
        Field::ResourceType => Some("TransitGateway".to_owned()),
        Field::TgwId => Some(GATEWAY.to_owned()),
        Field::TgwAttachmentId => Some(own),
        Field::TgwPairAttachmentId => {
            of_flow(if flow.is_some_and(|flow| flow.rejected && flow.egress) { "-" } else { ELSEWHERE })
        }
        Field::FlowDirection => of_flow(if arrives { "ingress" } else { "egress" }),
        Field::TgwSrcVpcAccountId => at(arrives, ACCOUNT),
        Field::TgwDstVpcAccountId => at(!arrives, ACCOUNT),
        Field::TgwSrcVpcId => at(arrives, &nic.vpc),
        Field::TgwDstVpcId => at(!arrives, &nic.vpc),
        Field::TgwSrcSubnetId => at(arrives, &nic.subnet),
        Field::TgwDstSubnetId => at(!arrives, &nic.subnet),
        Field::TgwSrcEni => at(arrives, &nic.id),
        Field::TgwDstEni => at(!arrives, &nic.id),
        Field::TgwSrcAzId => at(arrives, nic.az),
        Field::TgwDstAzId => at(!arrives, nic.az),
        // What a rule of the interface rejects has no route here.
        Field::PacketsLostNoRoute => {
            let lost = flow.map(|flow| if flow.rejected { flow.packets } else { 0 });
            of_flow(&lost.unwrap_or_default().to_string())
        }
        Field::PacketsLostBlackhole | Field::PacketsLostMtuExceeded | Field::PacketsLostTtlExpired => {
            of_flow("0")
        }
        _ => None,
    }
}
