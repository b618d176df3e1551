//! What happens in the sample, a chapter per verdict.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::flows::talk::{
    End, ICMP, INTERNET_GATEWAY, Nat, PEERING, Phase, SAME_VPC, Stop, TCP, Talk, UDP, VIRTUAL_PRIVATE_GATEWAY,
};

use super::MINUTES;
use super::log::Log;
use super::network::{Host, outside};

/// Internet servers that the VPC calls.
const STORAGE: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 80);
const MORE_STORAGE: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 81);
const PAYMENTS: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 40);
const CLOCK: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 123);
const MAIL: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 25);
const PACKAGES: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 60);
const UPDATES: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 70);

/// Internet clients with a part in the story. Ordinary ones are of 203.0.113.128/25, scanners of 192.0.2.0/24.
const ADMINISTRATOR: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 10);
const VENDOR: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 77);

/// Hosts of a peered VPC, and of the data centre behind the VPN.
const OFFICE: Ipv4Addr = Ipv4Addr::new(10, 90, 4, 17);
const MONITOR: Ipv4Addr = Ipv4Addr::new(10, 90, 4, 30);
const PIPELINE: Ipv4Addr = Ipv4Addr::new(10, 90, 7, 12);
const LEDGER: Ipv4Addr = Ipv4Addr::new(192, 168, 50, 10);

/// Ports that scanners try.
const SCANNED: &[(u64, (u8, u16))] = &[
    (30, (TCP, 23)),
    (18, (TCP, 22)),
    (14, (TCP, 3389)),
    (12, (TCP, 445)),
    (6, (TCP, 8080)),
    (5, (TCP, 6379)),
    (4, (TCP, 1433)),
    (4, (UDP, 5060)),
    (4, (TCP, 5900)),
    (3, (TCP, 2375)),
    (2, (ICMP, 0)),
];

pub(super) fn tell(log: &mut Log) {
    everyday(log);
    by_nat(log);
    odds_and_ends(log);

    internet_noise(log);
    reports_to_the_primary(log);
    replies_to_the_office(log);
    mail_from_the_application(log);
    build_without_replies(log);
    late_packets(log);
    public_access_blocked(log);
    encryption_demanded(log);
    nobody_listens(log);
    ledger_does_not_answer(log);
    pipeline_locked_out(log);

    nat_unsolicited(log);
    vendor_by_another_way(log);
    nat_of_another_vpc(log);
}

/// Visitors reach the load balancer, which calls web, application and database. All is well.
fn everyday(log: &mut Log) {
    for minute in 0..MINUTES {
        let busy = if (35..95).contains(&minute) { 2 } else { 1 };
        for balancer in [Host::BalancerA, Host::BalancerB] {
            for _ in 0..log.random.below(busy + 2) {
                let client = Ipv4Addr::new(203, 0, 113, log.random.between(128, 254) as u8);
                let port = log.random.ephemeral_port();
                let service = if log.random.chance(900) { 443 } else { 80 };
                log.visit(minute, &internet(outside(client, port), balancer.end(service)));
            }
        }
        if minute % 4 == 1 {
            let client = Ipv6Addr::new(0x2001, 0xdb8, 0xcafe, 0, 0, 0, 0, log.random.between(1, 40) as u16);
            let port = log.random.ephemeral_port();
            log.visit(minute, &internet(outside(client, port), Host::BalancerA.end6(443)));
        }
    }
    for (client, server, port) in [
        (Host::BalancerA, Host::Web1, 80),
        (Host::BalancerB, Host::Web2, 80),
        (Host::Web1, Host::App1, 8080),
        (Host::Web2, Host::App2, 8080),
        (Host::App1, Host::Db1, 5432),
        (Host::App2, Host::Db1, 5432),
        (Host::Db1, Host::Db2, 5433),
    ] {
        let mut minute = log.random.below(4);
        while minute + 5 < MINUTES {
            let length = log.random.between(1, 4);
            let talk = within(client.end(log.random.ephemeral_port()), server.end(port));
            log.session(minute..minute + length, &talk);
            minute += length + log.random.between(2, 5);
        }
    }
}

/// N1: private hosts call storage, payments and time servers by the NAT gateway, and get their replies.
fn by_nat(log: &mut Log) {
    for minute in (2..MINUTES).step_by(3) {
        let host = match minute % 4 {
            0 => Host::App1,
            1 => Host::App2,
            2 => Host::Web1,
            _ => Host::Reports,
        };
        let server = match minute % 5 {
            0 => PAYMENTS,
            1 | 2 => MORE_STORAGE,
            _ => STORAGE,
        };
        let talk = by(log, host, outside(server, 443), TCP);
        log.visit(minute, &talk);
    }
    for minute in (6..MINUTES).step_by(16) {
        let talk = by(log, Host::App1, outside(CLOCK, 123), UDP);
        log.echo(minute, &talk, 1, 76);
    }
}

/// An administrator on the bastion, pings from the peered VPC, and a gap in the records.
fn odds_and_ends(log: &mut Log) {
    log.session(11..27, &internet(outside(ADMINISTRATOR, 51_022), Host::Bastion.end(22)));
    log.session(13..19, &within(Host::Bastion.end(41_806), Host::Web1.end(22)));
    log.session(20..24, &within(Host::Bastion.end(44_310), Host::Build.end(22)));
    for minute in (0..MINUTES).step_by(10) {
        let talk = Talk { protocol: ICMP, ..peered(outside(MONITOR, 0), Host::Web1.end(0)) };
        log.echo(minute, &talk, 4, 84);
    }
    log.skipped(64, Host::BalancerA);
}

/// A1, the noise: hundreds of internet sources try ports that no security group opens.
fn internet_noise(log: &mut Log) {
    for last in 1..=250 {
        let source = Ipv4Addr::new(192, 0, 2, last);
        scan(log, source, Host::BalancerA, Stop::EnteringServer);
        if last % 4 == 0 {
            scan(log, source, Host::BalancerB, Stop::EnteringServer);
        }
        if last % 5 == 0 {
            scan(log, source, Host::Bastion, Stop::EnteringServer);
        }
    }
    for last in 1..=6 {
        let source = Ipv6Addr::new(0x2001, 0xdb8, 0xbad, 0, 0, 0, 0, last);
        let talk = internet(outside(source, 60_000 + last), Host::BalancerA.end6(22));
        log.probe(u64::from(last) * 17, &talk, Stop::EnteringServer);
    }
}

/// A1: the report server may read the replica, but the primary's security group does not know it. Both
/// databases are in one subnet, so it is not the network ACL.
fn reports_to_the_primary(log: &mut Log) {
    for minute in (8..MINUTES).step_by(14) {
        let replica = within(Host::Reports.end(log.random.ephemeral_port()), Host::Db2.end(5432));
        log.session(minute..minute + 2, &replica);
        for retry in 0..2 {
            let primary = within(Host::Reports.end(log.random.ephemeral_port()), Host::Db1.end(5432));
            log.attempt(minute + 2 + retry, &primary, 4, Stop::EnteringServer);
        }
    }
}

/// A2: the second web server answers the office in the peered VPC, but its subnet's network ACL lets nothing
/// out to there.
fn replies_to_the_office(log: &mut Log) {
    for minute in (5..MINUTES).step_by(8) {
        let talk = peered(outside(OFFICE, log.random.ephemeral_port()), Host::Web2.end(443));
        log.attempt(minute, &talk, 4, Stop::LeavingServer);
    }
}

/// A3: the application tries to send mail by itself and may not.
fn mail_from_the_application(log: &mut Log) {
    for minute in (3..MINUTES).step_by(9) {
        let talk = internet(Host::App1.end(log.random.ephemeral_port()), outside(MAIL, 25));
        log.attempt(minute, &talk, 3, Stop::LeavingClient);
    }
}

/// A4: the build server fetches packages; its network ACL does not let the replies in to ephemeral ports.
fn build_without_replies(log: &mut Log) {
    for minute in (28..MINUTES).step_by(6) {
        let talk = internet(Host::Build.end(log.random.ephemeral_port()), outside(PACKAGES, 443));
        log.attempt(minute, &talk, 4, Stop::EnteringClient);
    }
}

/// A5: packets that come after the end. Visitors close twice; and a database connection, silent for longer
/// than its tracking lasts, is used again.
fn late_packets(log: &mut Log) {
    for visitor in 0..8 {
        let minute = 10 + 13 * visitor;
        let client = outside(Ipv4Addr::new(203, 0, 113, 20 + visitor as u8), 50_100 + visitor as u16);
        let talk = internet(client, Host::BalancerA.end(443));
        log.visit(minute, &talk);
        let packets = log.random.between(1, 2);
        log.stray(minute + 1, &talk, packets, Phase::Closing, Stop::EnteringServer);
    }
    let talk = within(Host::App2.end(51_814), Host::Db1.end(5432));
    log.left_open(15, &talk);
    log.stray(70, &talk, 4, Phase::Middle, Stop::EnteringServer);
}

/// A6: block public access keeps visitors from the trial, and the trial from the internet.
fn public_access_blocked(log: &mut Log) {
    for minute in (40..MINUTES).step_by(5) {
        let visitor =
            outside(Ipv4Addr::new(203, 0, 113, 100 + (minute / 5 % 7) as u8), 49_200 + minute as u16);
        let inbound = internet(visitor, Host::Trial.end(443));
        log.attempt_for(minute, &inbound, 3, Stop::EnteringServer, "BPA");
        if minute % 2 == 0 {
            let updates = outside(UPDATES, 443);
            let outbound = internet(Host::Trial.end(log.random.ephemeral_port()), updates);
            log.attempt_for(minute + 1, &outbound, 3, Stop::LeavingClient, "BPA");
        }
    }
}

/// A6: the endpoint takes the application's encrypted traffic and rejects the report server's.
fn encryption_demanded(log: &mut Log) {
    for minute in (12..MINUTES).step_by(11) {
        let encrypted = within(Host::App1.end(log.random.ephemeral_port()), Host::Endpoint.end(443));
        log.visit(minute, &encrypted);
        let plain = within(Host::Reports.end(log.random.ephemeral_port()), Host::Endpoint.end(443));
        log.attempt_for(minute + 1, &plain, 3, Stop::EnteringServer, "EC");
    }
}

/// A7: the monitor asks a port where nothing listens; every rule lets it in.
fn nobody_listens(log: &mut Log) {
    for minute in (4..MINUTES).step_by(10) {
        let talk = peered(outside(MONITOR, log.random.ephemeral_port()), Host::App2.end(9100));
        log.attempt(minute, &talk, 3, Stop::NoReply);
    }
}

/// A8: the ledger in the data centre never answers; every rule lets the requests out.
fn ledger_does_not_answer(log: &mut Log) {
    for minute in (7..MINUTES).step_by(12) {
        let path = VIRTUAL_PRIVATE_GATEWAY;
        let client = Host::App2.end(log.random.ephemeral_port());
        let talk = Talk { client, server: outside(LEDGER, 1521), protocol: TCP, nat: None, path };
        log.attempt(minute, &talk, 5, Stop::NoReply);
    }
}

/// A9: the deployment pipeline gets through for an hour, until someone edits the security group.
fn pipeline_locked_out(log: &mut Log) {
    for minute in (1..MINUTES).step_by(3) {
        let talk = peered(outside(PIPELINE, log.random.ephemeral_port()), Host::App1.end(8443));
        if minute < 62 {
            log.visit(minute, &talk);
        } else {
            log.attempt(minute, &talk, 3, Stop::EnteringServer);
        }
    }
}

/// N2: scanners reach the NAT gateway's address. The network ACL lets them in, the NAT gateway drops them.
fn nat_unsolicited(log: &mut Log) {
    for last in 128..228 {
        scan(log, Ipv4Addr::new(198, 51, 100, last), Host::Nat, Stop::NoReply);
    }
}

/// N3: the vendor knocks at the NAT gateway, too; but it really comes in by the VPN, with its public address.
fn vendor_by_another_way(log: &mut Log) {
    for minute in (9..MINUTES).step_by(18) {
        let client = outside(VENDOR, log.random.ephemeral_port());
        let path = VIRTUAL_PRIVATE_GATEWAY;
        let talk = Talk { client, server: Host::App2.end(443), protocol: TCP, nat: None, path };
        log.session(minute..minute + 2, &talk);
        let knock = internet(outside(VENDOR, log.random.ephemeral_port()), Host::Nat.end(443));
        log.attempt(minute + 1, &knock, 2, Stop::NoReply);
    }
}

/// N4: another VPC logs its NAT gateway and nothing else, so nobody can say what lies behind it.
fn nat_of_another_vpc(log: &mut Log) {
    for minute in (5..MINUTES).step_by(7) {
        let client = outside(Ipv4Addr::new(10, 30, 16, 20 + (minute % 3) as u8), log.random.ephemeral_port());
        let nat = Some(nat(log, Host::OtherNat));
        let server = outside(STORAGE, 443);
        log.visit(minute, &Talk { client, server, protocol: TCP, nat, path: INTERNET_GATEWAY });
    }
    for last in 230..=254 {
        scan(log, Ipv4Addr::new(198, 51, 100, last), Host::OtherNat, Stop::NoReply);
    }
}

/// One packet of a scanner, at any time.
fn scan(log: &mut Log, source: Ipv4Addr, target: Host, stop: Stop) {
    let minute = log.random.below(MINUTES);
    let (protocol, port) = log.random.weighted(SCANNED).unwrap_or((TCP, 23));
    let from = if protocol == ICMP { 0 } else { log.random.between(1024, 65_535) as u16 };
    let talk = Talk { protocol, ..internet(outside(source, from), target.end(port)) };
    log.probe(minute, &talk, stop);
}

/// A connection of a private host by the VPC's NAT gateway.
fn by(log: &mut Log, host: Host, server: End, protocol: u8) -> Talk {
    let client = host.end(log.random.ephemeral_port());
    Talk { client, server, protocol, nat: Some(nat(log, Host::Nat)), path: INTERNET_GATEWAY }
}

fn nat(log: &mut Log, host: Host) -> Nat {
    Nat { nic: host.nic(), address: host.address(), port: log.random.between(1024, 65_535) as u16 }
}

fn internet(client: End, server: End) -> Talk {
    Talk { client, server, protocol: TCP, nat: None, path: INTERNET_GATEWAY }
}

fn peered(client: End, server: End) -> Talk {
    Talk { client, server, protocol: TCP, nat: None, path: PEERING }
}

fn within(client: End, server: End) -> Talk {
    Talk { client, server, protocol: TCP, nat: None, path: SAME_VPC }
}
