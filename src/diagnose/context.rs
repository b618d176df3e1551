//! What the later steps of a diagnosis know from the earlier ones.

use std::net::IpAddr;
use std::sync::Arc;

use super::finding::Component;
use super::nat::Nat;
use super::survey::{Interface, Survey};
use super::tally::Tally;
use crate::query::{Expr, Grouping, Locals, Plan};
use crate::record::Field;
use crate::record::ordered::{OrderedMap, OrderedSet};

/// What is known so far.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// The fields that the loaded logs have.
    pub fields: OrderedSet<Field>,
    /// The user's word on which interfaces belong to NAT gateways.
    pub user_nats: OrderedMap<String, bool>,
    /// Own addresses of interfaces.
    pub locals: Arc<Locals>,
    /// What each interface saw in sum.
    pub survey: Survey,
    /// The records that stand for those that AWS skipped, by interface.
    pub(super) skipped: Vec<(String, Tally)>,
    /// The interfaces of NAT gateways.
    pub nats: OrderedMap<String, Nat>,
    /// The interface of each own address; none where several have it.
    pub(super) owners: OrderedMap<IpAddr, Option<String>>,
}

impl Context {
    /// A plan that knows the own addresses.
    pub(super) fn plan(&self, filter: Expr, grouping: Grouping) -> Plan {
        Plan::groups(filter, grouping).with_locals(&self.locals)
    }

    /// Whether some loaded log has the field.
    pub(super) fn has(&self, field: Field) -> bool {
        self.fields.contains(&field)
    }

    /// Whether the logs hold rejected records alone, so that nothing follows from what is not accepted.
    pub(super) const fn only_rejects(&self) -> bool {
        self.survey.accepted == 0 && self.survey.rejected > 0
    }

    /// Whether AWS skipped records of an interface between two times, so that nothing follows from what is missing.
    pub(super) fn skipped(&self, interface: &str, first: u64, last: u64) -> bool {
        let then =
            |(id, tally): &(String, Tally)| id == interface && tally.first <= last && first <= tally.last;
        self.skipped.iter().any(then)
    }

    /// What is known of an interface.
    pub(super) fn interface(&self, id: &str) -> Option<&Interface> {
        self.survey.interfaces.get(id)
    }

    /// The interface's own address in the family of a peer.
    pub(super) fn local(&self, interface: &str, peer: Option<IpAddr>) -> Option<IpAddr> {
        let own = self.locals.of(interface);
        let seen = self.interface(interface);
        let v4 = || own.v4.map(IpAddr::V4).or_else(|| seen.and_then(|seen| seen.v4));
        let v6 = || own.v6.map(IpAddr::V6).or_else(|| seen.and_then(|seen| seen.v6));
        match peer {
            Some(IpAddr::V4(_)) => v4(),
            Some(IpAddr::V6(_)) => v6(),
            None => v4().or_else(v6),
        }
    }

    /// The interface's subnet.
    pub(super) fn subnet(&self, interface: &str) -> Option<&str> {
        self.interface(interface).and_then(|seen| seen.subnet.as_deref())
    }

    /// The interface whose own address this is, if exactly one is known.
    pub(super) fn owner(&self, address: IpAddr) -> Option<&str> {
        self.owners.get(&address)?.as_deref()
    }

    /// Looks up whose addresses are whose.
    pub(super) fn learn_owners(&mut self) {
        let mut owners: OrderedMap<IpAddr, Option<String>> = OrderedMap::new();
        for (id, seen) in self.survey.interfaces.iter().filter(|(id, _)| !id.is_empty()) {
            let own = self.locals.of(id);
            let addresses = [own.v4.map(IpAddr::V4).or(seen.v4), own.v6.map(IpAddr::V6).or(seen.v6)];
            for address in addresses.into_iter().flatten() {
                let again = owners.contains_key(&address);
                owners.insert(address, (!again).then(|| id.clone()));
            }
        }
        self.owners = owners;
    }

    /// Whether the records are of NAT gateways: of an interface of theirs, or without one, of regional ones.
    pub(super) fn at_nat(&self, interface: &str) -> bool {
        self.nats.contains_key(interface) || interface.is_empty() && !self.survey.regional_nats.is_empty()
    }

    /// Whether no security group guards the interface: NAT gateways and transit gateway attachments have none.
    pub(super) fn lacks_security_group(&self, interface: &str) -> bool {
        self.nats.get(interface).is_some_and(|nat| nat.sign.is_sure())
            || self.interface(interface).and_then(|seen| seen.kind.as_deref()).is_some_and(|kind| {
                matches!(kind, "transit_gateway" | "nat_gateway" | "regional_nat_gateway")
            })
    }

    /// What can have rejected a request at the interface.
    pub(super) fn judge_of(&self, interface: &str) -> Component {
        if self.lacks_security_group(interface) { Component::NetworkAcl } else { Component::Either }
    }

    /// What would tell whether the interface is a NAT gateway's, where it only looks like one.
    pub(super) fn nat_in_doubt(&self, interface: &str) -> Option<&'static str> {
        self.nats.get(interface).filter(|nat| !nat.sign.is_sure()).map(|_| {
            "The field interface-type, or your mark, would tell a NAT gateway from a NAT instance, which has a security \
             group"
        })
    }

    /// Which missing field would tell more, as a sentence.
    pub(super) fn would_tell(&self, field: Field, what: &str) -> Option<String> {
        (!self.has(field)).then(|| format!("The field {} would tell {what}", field.name()))
    }
}
