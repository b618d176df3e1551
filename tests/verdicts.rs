//! The table of verdicts, written a second time as a plain function over the records of one conversation, against
//! the product on random small logs that have tcp-flags and flow-direction.
#![allow(clippy::unwrap_used)] // A test that fails may panic, in its helpers too.

mod support;

use std::collections::BTreeSet;

use proptest::prelude::*;
use support::{Record, findings, record};

const FORMAT: &str = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action tcp-flags flow-direction log-status";
const SILENCE: u64 = 600;
/// Every record is so long.
const LENGTH: u64 = 30;
/// Surely few packets, and surely a volume; what lies between is left to the product.
const FEW: u64 = 3;
const VOLUME: u64 = 20;

/// A record of a conversation between a client and a server.
#[derive(Clone, Copy, Debug)]
struct Flow {
    by_client: bool,
    start: u64,
    accepted: bool,
    flags: u64,
    packets: u64,
}

impl Flow {
    const fn has_syn(&self) -> bool {
        self.flags & 2 != 0
    }
}

/// What a conversation of a client or a server comes to at its interface; none where the table does not say.
fn verdicts(flows: &[Flow], local_opens: bool) -> Option<BTreeSet<&'static str>> {
    let [denied, reply_blocked, no_answer] = if local_opens {
        ["outbound-denied", "reply-blocked-inbound", "no-answer-from-peer"]
    } else {
        ["inbound-denied", "reply-blocked-outbound", "no-answer-from-host"]
    };
    let mut found = BTreeSet::new();
    if flows.iter().all(|flow| flow.by_client && flow.accepted && flow.flags == 2) {
        let packets: u64 = flows.iter().map(|flow| flow.packets).sum();
        return (packets <= FEW).then(|| BTreeSet::from([no_answer]));
    }
    // The table has late packets of connections that were let through; of others, the product says what it sees.
    if flows.iter().all(|flow| !flow.accepted) && flows.iter().any(|flow| !flow.has_syn()) {
        return None;
    }
    let mut passed_before = false;
    for session in sessions(flows) {
        let of = |by_client: bool, accepted: bool| -> Vec<Flow> {
            session
                .iter()
                .copied()
                .filter(|flow| (flow.by_client, flow.accepted) == (by_client, accepted))
                .collect()
        };
        let both_passed = !of(true, true).is_empty() && !of(false, true).is_empty();
        let opened = session.iter().any(Flow::has_syn);
        let side = |by_client: bool| [of(by_client, true), of(by_client, false)].concat();
        let asked = opened || first(&side(true)) < first(&side(false));
        for by_client in [true, false] {
            let (rejected, passed) = (of(by_client, false), of(by_client, true));
            if rejected.is_empty() {
                continue;
            }
            let packets: u64 = rejected.iter().map(|flow| flow.packets).sum();
            let with_syn = rejected.iter().any(Flow::has_syn);
            let late = first(&passed) <= first(&rejected);
            let ended = both_passed && late || passed_before && !opened;
            let verdict = if by_client && with_syn {
                denied
            } else if !with_syn && packets <= FEW && ended {
                "after-close"
            } else if !by_client
                && asked
                && !of(true, true).is_empty()
                && (passed.is_empty() || with_syn || packets >= VOLUME)
            {
                reply_blocked
            } else {
                return None;
            };
            found.insert(verdict);
        }
        passed_before |= both_passed;
    }
    Some(found)
}

fn first(flows: &[Flow]) -> Option<u64> {
    flows.iter().map(|flow| flow.start).min()
}

/// Splits at silences.
fn sessions(flows: &[Flow]) -> Vec<Vec<Flow>> {
    let mut flows = flows.to_vec();
    flows.sort_by_key(|flow| flow.start);
    let mut sessions: Vec<Vec<Flow>> = Vec::new();
    for flow in flows {
        match sessions.last_mut() {
            Some(session)
                if session.last().is_some_and(|last| flow.start <= last.start + LENGTH + SILENCE) =>
            {
                session.push(flow);
            }
            _ => sessions.push(vec![flow]),
        }
    }
    sessions
}

fn flow() -> impl Strategy<Value = Flow> {
    let start = prop_oneof![Just(0_u64), Just(60), Just(120), Just(900), Just(960)];
    let packets = prop_oneof![3 => 1_u64..=2, 2 => VOLUME..30];
    (any::<bool>(), start, prop::bool::weighted(0.6), 0_usize..5, packets).prop_map(
        |(by_client, start, accepted, flags, packets)| {
            let flags = if by_client { [2, 2, 3, 0, 1] } else { [18, 18, 19, 0, 4] }[flags];
            Flow { by_client, start, accepted, flags, packets }
        },
    )
}

/// The records of conversation `at`, on an interface of its own that talks to others as well.
fn records(at: usize, flows: &[Flow], local_opens: bool) -> Vec<Record> {
    let eni = interface(at);
    let (own, peer) = (format!("10.0.0.{at}"), format!("10.7.0.{at}"));
    let (client, server) = if local_opens { (&own, &peer) } else { (&peer, &own) };
    let (client, server) = (format!("{client}:51000"), format!("{server}:443"));
    let directed = |record: Record, outbound: bool| {
        record.with("flow-direction", if outbound { "egress" } else { "ingress" })
    };
    let told = flows.iter().map(|flow| {
        let (from, to) = if flow.by_client { (&client, &server) } else { (&server, &client) };
        let action = if flow.accepted { "ACCEPT" } else { "REJECT" };
        let one = record(&eni, from, to, flow.packets, flow.start, action).flags(flow.flags);
        directed(one, flow.by_client == local_opens)
    });
    let (caller, service) = ("10.250.0.9:40000", format!("{own}:8080"));
    let others = [0, 4000].into_iter().flat_map(|start| {
        [
            directed(record(&eni, caller, &service, 12, start, "ACCEPT").flags(3), false),
            directed(record(&eni, &service, caller, 12, start, "ACCEPT").flags(19), true),
        ]
    });
    told.chain(others).collect()
}

fn interface(at: usize) -> String {
    format!("eni-0{at:016}")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_product_says_what_the_table_says(
        conversations in prop::collection::vec((prop::collection::vec(flow(), 1..5), any::<bool>()), 1..6)
    ) {
        let log: Vec<Record> = conversations
            .iter()
            .enumerate()
            .flat_map(|(at, (flows, local_opens))| records(at + 1, flows, *local_opens))
            .collect();
        let found = findings(FORMAT, &log);
        for (at, (flows, local_opens)) in conversations.iter().enumerate() {
            let Some(expected) = verdicts(flows, *local_opens) else { continue };
            let eni = interface(at + 1);
            let told: BTreeSet<&str> = found
                .iter()
                .filter(|finding| finding.interface.as_deref() == Some(&eni))
                .map(|finding| finding.kind.name())
                .collect();
            prop_assert_eq!(told, expected, "{:#?} local_opens {}", flows, local_opens);
        }
    }
}
