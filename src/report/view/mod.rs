//! How a report is looked at: links, filter conditions, groups of findings, the path of a packet, axes.
//!
//! Pure, so that it is tested natively; the page draws what comes out of here and decides nothing itself.

pub mod axis;
pub mod conditions;
pub mod groups;
pub mod link;
pub mod narrow;
pub mod path;
pub mod picture;
pub mod records;
pub mod scroll;

#[cfg(test)]
pub(crate) mod fixture {
    //! A finding for tests.

    use crate::diagnose::finding::{
        Cause, Certainty, Component, Direction, Finding, Kind, PortCount, Queries, QueryText,
    };

    pub(crate) fn finding() -> Finding {
        Finding {
            id: "reply-blocked-outbound/eni-0ab/10.7.7.7/443".to_owned(),
            kind: Kind::ReplyBlockedOutbound,
            text: "Replies from 10.0.0.5 to 10.7.7.7 are rejected on the way out by a network ACL".to_owned(),
            title: "Replies rejected".to_owned(),
            interface: Some("eni-0ab".to_owned()),
            local: Some("10.0.0.5".to_owned()),
            subnet: None,
            peers: vec!["10.7.7.7".to_owned()],
            peer_count: 1,
            port: Some(443),
            protocol: Some(6),
            transit_gateway: None,
            ports: vec![PortCount { port: 443, protocol: 6, records: 14, packets: 28 }],
            first: 1_700_000_000,
            last: 1_700_002_280,
            conversations: 7,
            packets: 28,
            bytes: 1_680,
            records: 14,
            cause: Cause {
                component: Component::NetworkAcl,
                direction: Some(Direction::Outbound),
                certainty: Certainty::Certain,
                rule: None,
            },
            why: "The request was accepted; a security group lets replies pass.".to_owned(),
            settle: vec!["describe-network-acls output".to_owned()],
            next_step: "Allow outbound TCP 1024-65535 to 10.7.7.7/32 in the network ACL.".to_owned(),
            changes: Vec::new(),
            evidence: vec![
                "2 123456789012 eni-0ab 10.0.0.5 10.7.7.7 443 51000 6 2 120 1 2 REJECT OK".to_owned(),
            ],
            queries: Queries {
                insights: vec![QueryText {
                    title: "rejected replies".to_owned(),
                    text: "filter action = \"REJECT\"".to_owned(),
                    answer: Vec::new(),
                }],
                athena: Vec::new(),
            },
            questions: Vec::new(),
            selects: None,
        }
    }
}
