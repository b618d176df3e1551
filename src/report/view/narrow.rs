//! Which findings a filter leaves on show.
//!
//! A finding stands for many records; it is hidden only when no record of it can pass the filter, as far as its own
//! interface, addresses, ports and times tell. What cannot be told stays.

use std::net::IpAddr;

use crate::diagnose::Finding;
use crate::query::{Comparison, Expr, Value};
use crate::record::{Field, service};

/// Whether a finding may have records that pass the filter in the time range `from <= start < to`.
pub fn keeps(finding: &Finding, filter: &Expr, from: Option<u64>, to: Option<u64>) -> bool {
    from.is_none_or(|from| finding.last >= from)
        && to.is_none_or(|to| finding.first < to)
        && may_hold(filter, finding)
}

/// The filter and the time range as one condition.
pub fn combined(filter: &Expr, from: Option<u64>, to: Option<u64>) -> Expr {
    let mut all = filter.clone();
    if let Some(from) = from {
        all = all.and(Expr::compare(Field::Start, Comparison::AtLeast, from));
    }
    if let Some(to) = to {
        all = all.and(Expr::compare(Field::Start, Comparison::Less, to));
    }
    all
}

fn may_hold(expr: &Expr, finding: &Finding) -> bool {
    match expr {
        Expr::And(all) => all.iter().all(|part| may_hold(part, finding)) && !excluded(all, finding),
        Expr::Or(any) => any.iter().any(|part| may_hold(part, finding)),
        Expr::Compare(of, Comparison::Equal, value) => match (&**of, &**value) {
            (Expr::Field(field), Expr::Value(value)) => may_equal(*field, value, finding),
            _ => true,
        },
        Expr::Compare(of, Comparison::NotEqual, value) => match (&**of, &**value) {
            (Expr::Field(Field::InterfaceId), Expr::Value(value)) => {
                finding.interface.is_none() || finding.interface != value.recorded()
            }
            _ => true,
        },
        Expr::OneOf(of, values) => match &**of {
            Expr::Field(field) => values.iter().any(|value| may_equal(*field, value, finding)),
            _ => true,
        },
        Expr::InSubnet(of, network) => match &**of {
            Expr::Field(Field::SrcAddr | Field::DstAddr) => {
                more_peers(finding) || addresses(finding).any(|address| network.contains(&address))
            }
            _ => true,
        },
        _ => true,
    }
}

fn may_equal(field: Field, value: &Value, finding: &Finding) -> bool {
    let text = value.recorded().unwrap_or_default();
    let is_theirs =
        field.version() == 6 || matches!(field, Field::InterfaceId | Field::Action | Field::SubnetId);
    if let Some(gateway) = &finding.transit_gateway
        && is_theirs
    {
        return match field {
            Field::TgwId => gateway.id == text,
            Field::TgwAttachmentId | Field::TgwPairAttachmentId => {
                [&gateway.arriving, &gateway.leaving].contains(&&text)
            }
            Field::TgwSrcVpcId => gateway.source_vpc == text,
            Field::TgwDstVpcId => gateway.destination_vpc == text,
            // Their records have no interface and no action.
            _ => field.version() == 6,
        };
    }
    match field {
        // VPC records have no such fields.
        _ if field.version() == 6 => false,
        Field::InterfaceId => finding.interface.as_ref().is_none_or(|id| *id == text),
        Field::SubnetId => finding.subnet.as_ref().is_none_or(|id| *id == text),
        Field::SrcAddr | Field::DstAddr => match text.parse::<IpAddr>() {
            Ok(wanted) => more_peers(finding) || addresses(finding).any(|address| address == wanted),
            Err(_) => false,
        },
        Field::SrcPort | Field::DstPort => text.parse().is_ok_and(|port| may_use(port, finding)),
        Field::Protocol => finding.protocol.is_none_or(|number| number.to_string() == text),
        _ => true,
    }
}

/// Whether a finding is about a port, or may be: a port that no service is known for can be any client's.
fn may_use(port: u16, finding: &Finding) -> bool {
    let of_a_client = port >= 1024 && service::name(port.into()).is_none();
    let unknown = finding.port.is_none() && (finding.ports.is_empty() || finding.ports.len() >= PORTS_LISTED);
    of_a_client || unknown || finding.port == Some(port) || finding.ports.iter().any(|it| it.port == port)
}

/// As many ports as a finding lists at most.
const PORTS_LISTED: usize = 20;

/// Whether the only peer of a finding is excluded both as source and as destination.
fn excluded(all: &[Expr], finding: &Finding) -> bool {
    let [peer] = finding.peers.as_slice() else { return false };
    let differs = |side: Field| {
        all.iter().any(|part| match part {
            Expr::Compare(of, Comparison::NotEqual, value) => match (&**of, &**value) {
                (Expr::Field(field), Expr::Value(value)) => {
                    *field == side && value.recorded().as_ref() == Some(peer)
                }
                _ => false,
            },
            _ => false,
        })
    };
    !more_peers(finding) && differs(Field::SrcAddr) && differs(Field::DstAddr)
}

/// Whether a finding has peers that it does not list, or no addresses at all.
fn more_peers(finding: &Finding) -> bool {
    finding.peer_count > finding.peers.len() as u64 || (finding.peers.is_empty() && finding.local.is_none())
}

fn addresses(finding: &Finding) -> impl Iterator<Item = IpAddr> {
    finding.local.iter().chain(&finding.peers).filter_map(|text| text.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::finding::TransitGateway;
    use crate::report::view::fixture::finding;

    fn kept(expr: &Expr) -> bool {
        keeps(&finding(), expr, None, None)
    }

    #[test]
    fn times_must_overlap() {
        let of = finding();
        assert!(keeps(&of, &Expr::True, Some(of.first), Some(of.last)));
        assert!(keeps(&of, &Expr::True, Some(of.last), None));
        assert!(!keeps(&of, &Expr::True, Some(of.last + 1), None));
        assert!(!keeps(&of, &Expr::True, None, Some(of.first)));
    }

    #[test]
    fn interface_and_addresses_must_match() {
        assert!(kept(&Expr::equal(Field::InterfaceId, "eni-0ab")));
        assert!(!kept(&Expr::equal(Field::InterfaceId, "eni-other")));
        assert!(!kept(&Expr::compare(Field::InterfaceId, Comparison::NotEqual, "eni-0ab")));
        for (address, stays) in [("10.7.7.7", true), ("10.0.0.5", true), ("10.9.9.9", false)] {
            let address: IpAddr = address.parse().unwrap();
            assert_eq!(kept(&Expr::equal(Field::SrcAddr, address)), stays);
            assert_eq!(kept(&Expr::one_of(Field::DstAddr, [address])), stays);
        }
        assert!(kept(&Expr::InSubnet(Box::new(Field::SrcAddr.into()), "10.7.0.0/16".parse().unwrap())));
        assert!(!kept(&Expr::InSubnet(Box::new(Field::SrcAddr.into()), "10.8.0.0/16".parse().unwrap())));
    }

    #[test]
    fn unlisted_peers_may_match() {
        let of = Finding { peer_count: 400, ..finding() };
        assert!(keeps(&of, &Expr::equal(Field::SrcAddr, "203.0.113.1"), None, None));
    }

    #[test]
    fn a_service_port_must_match_and_a_client_port_may() {
        for (port, stays) in [(443, true), (22, false), (5432, false), (51_000, true)] {
            assert_eq!(kept(&Expr::equal(Field::DstPort, port)), stays, "{port}");
        }
    }

    #[test]
    fn an_excluded_peer_takes_its_finding_along() {
        let not = |field: Field| Expr::compare(field, Comparison::NotEqual, "10.7.7.7");
        assert!(kept(&not(Field::SrcAddr)));
        assert!(!kept(&not(Field::SrcAddr).and(not(Field::DstAddr))));
    }

    #[test]
    fn a_filter_for_one_log_hides_findings_of_the_other() {
        let gateway = TransitGateway {
            id: "tgw-0a".to_owned(),
            arriving: "tgw-attach-a".to_owned(),
            source_vpc: "vpc-a".to_owned(),
            ..TransitGateway::default()
        };
        let of = Finding { interface: None, transit_gateway: Some(gateway), ..finding() };
        for (field, value, of_gateway) in [
            (Field::TgwId, "tgw-0a", true),
            (Field::TgwId, "tgw-0b", false),
            (Field::TgwPairAttachmentId, "tgw-attach-a", true),
            (Field::TgwSrcVpcId, "vpc-b", false),
            (Field::ResourceType, "TransitGateway", true),
            (Field::Action, "REJECT", false),
            (Field::InterfaceId, "eni-0ab", false),
        ] {
            let filter = Expr::equal(field, value);
            assert_eq!(keeps(&of, &filter, None, None), of_gateway, "{field:?}");
            assert_eq!(kept(&filter), field.version() != 6, "{field:?}");
        }
    }

    #[test]
    fn what_cannot_be_told_stays() {
        assert!(kept(&Expr::equal(Field::Bytes, 7).negate()));
        assert!(kept(&Expr::equal(Field::InterfaceId, "eni-other").or(Expr::equal(Field::Action, "REJECT"))));
    }

    #[test]
    fn the_range_is_part_of_the_condition() {
        let both = combined(&Expr::equal(Field::Action, "REJECT"), Some(1), Some(2));
        assert!(matches!(both, Expr::And(all) if all.len() == 3));
        assert_eq!(combined(&Expr::True, None, None), Expr::True);
    }
}
