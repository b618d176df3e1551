//! Traffic of any size, streamed: memory does not grow with the number of records.

mod network;

use std::net::Ipv4Addr;

use super::options::Options;
use super::random::{Random, Zipf};
use super::row::{Content, Nic, Row};
use super::talk::{
    End, Exchange, ICMP, ICMPV6, INTERNET_GATEWAY, Load, Nat, PEERING, Phase, Stop, TCP, Talk, UDP,
};

use self::network::{Network, Tier};

/// Seconds of an aggregation interval.
const INTERVAL_SECS: u64 = 60;

/// Records are made in blocks and put in order of interface within one, as captures arrive in real files.
const BLOCK: u64 = 4096;

/// Internet clients by Zipf's law, and as many scanners, who are others.
const SOURCES: u64 = 50_000;

/// Of 1000 records of an interval, how many at most continue earlier connections.
const CONTINUED: u64 = 250;

/// The records that one event leaves at most: by a NAT gateway, both ways, inside, outside, and at the client.
const RECORDS_MAX: u64 = 6;

/// What happens, weighted by how often. Events leave one to six records each, so these are not the shares
/// of records; those are measured by the tests.
const EVENTS: &[(u64, Event)] = &[
    (220, Event::Visit),
    (62, Event::EastWest),
    (22, Event::ViaNat),
    (16, Event::Outbound),
    (240, Event::Scan),
    (6, Event::Denied),
    (5, Event::BrokenReply),
    (2, Event::Unanswered),
    (8, Event::NoData),
];

/// Of a million events, those that are a SKIPDATA record instead.
const SKIPPED_PER_MILLION: u64 = 12;

/// Ports that scanners try.
const SCANNED: &[(u64, (u8, u16))] = &[
    (300, (TCP, 23)),
    (140, (TCP, 22)),
    (110, (TCP, 3389)),
    (100, (TCP, 445)),
    (60, (TCP, 8080)),
    (45, (TCP, 6379)),
    (40, (TCP, 1433)),
    (40, (TCP, 2323)),
    (35, (TCP, 5900)),
    (30, (UDP, 5060)),
    (25, (TCP, 3306)),
    (25, (TCP, 8443)),
    (20, (UDP, 123)),
    (20, (UDP, 161)),
    (20, (TCP, 2375)),
    (20, (TCP, 5432)),
    (15, (TCP, 25)),
    (15, (TCP, 9200)),
    (10, (ICMP, 0)),
];

#[derive(Clone, Copy, Debug)]
enum Event {
    /// An internet client reaches a public interface.
    Visit,
    /// One tier calls the next.
    EastWest,
    /// A private interface reaches the internet.
    ViaNat,
    /// A public interface reaches the internet.
    Outbound,
    /// An internet source is rejected.
    Scan,
    /// One private interface is rejected by another, or rejected going out.
    Denied,
    /// A reply is rejected.
    BrokenReply,
    /// A request is accepted and stays without a reply.
    Unanswered,
    /// An interface had no traffic.
    NoData,
}

/// A connection that goes on in later intervals.
struct Live {
    talk: Talk,
    intervals: u64,
}

/// The records, in order of time by interval.
pub(crate) struct Traffic {
    random: Random,
    network: Network,
    sources: Zipf,
    servers: Zipf,
    records: u64,
    minutes: u64,
    start: u64,
    /// The interval under way.
    minute: u64,
    /// Records made before and in this interval, and how many there are to be at its end.
    made: u64,
    due: u64,
    /// The load of the intervals up to and including this one, and of all.
    load: u64,
    full_load: u64,
    /// How many connections of `live` are still to be continued in this interval.
    continuing: usize,
    live: Vec<Live>,
    block: Vec<Row>,
    position: usize,
}

impl Traffic {
    pub(crate) fn new(options: &Options) -> Self {
        let mut traffic = Self {
            random: Random::new(options.seed, 1),
            network: Network::new(options.interfaces, options.seed),
            sources: Zipf::new(SOURCES, 60),
            servers: Zipf::new(network::SERVERS, 3),
            records: options.records,
            minutes: options.minutes.max(1),
            start: options.start - options.start % INTERVAL_SECS,
            minute: 0,
            made: 0,
            due: 0,
            load: 0,
            full_load: 0,
            continuing: 0,
            live: Vec::new(),
            block: Vec::new(),
            position: 0,
        };
        traffic.full_load = (0..traffic.minutes).map(|minute| traffic.load_of(minute)).sum();
        traffic.enter_minute();
        traffic
    }

    /// The interfaces that [`Row::nic`] counts.
    pub(crate) fn nics(&self) -> Vec<Nic> {
        self.network.nics.clone()
    }

    /// What share of the records falls into a minute: the load rises and falls once over the whole time.
    fn load_of(&self, minute: u64) -> u64 {
        70 + 60 * minute.min(self.minutes - minute) / (self.minutes / 2).max(1)
    }

    fn enter_minute(&mut self) {
        self.load += self.load_of(self.minute);
        let due = u128::from(self.records) * u128::from(self.load) / u128::from(self.full_load.max(1));
        self.due = due as u64;
        self.continuing = self.live.len();
    }

    /// Fills the block with the next records. Leaves it empty when all are made.
    fn fill(&mut self) {
        self.block.clear();
        self.position = 0;
        while self.made >= self.due {
            if self.minute + 1 >= self.minutes {
                return;
            }
            self.minute += 1;
            self.enter_minute();
        }
        let want = (self.due - self.made).min(BLOCK);
        while (self.block.len() as u64) < want {
            let left = self.records - self.made - self.block.len() as u64;
            if left < RECORDS_MAX {
                self.without_traffic(Content::NoData);
            } else if !self.continue_one() {
                self.happen();
            }
        }
        // An event is never cut: what an interval has too much, the next has less.
        self.made += self.block.len() as u64;
        self.block.sort_by_key(|row| row.nic);
    }

    /// Carries on a connection of an earlier interval, if any is left.
    fn continue_one(&mut self) -> bool {
        let Some(index) = self.continuing.checked_sub(1) else { return false };
        self.continuing = index;
        let Some(live) = self.live.get_mut(index) else { return false };
        live.intervals -= 1;
        let (talk, ended) = (live.talk, live.intervals == 0);
        if ended {
            self.live.swap_remove(index);
        }
        self.exchange(&talk, if ended { Phase::Closing } else { Phase::Middle }, Stop::Never);
        true
    }

    fn happen(&mut self) {
        if self.random.below(1_000_000) < SKIPPED_PER_MILLION {
            return self.without_traffic(Content::SkipData);
        }
        match self.random.weighted(EVENTS) {
            Some(Event::Visit) => {
                let talk = self.visit();
                self.begin(&talk, 180);
            }
            Some(Event::EastWest) => {
                let talk = self.east_west();
                self.begin(&talk, 400);
            }
            Some(Event::ViaNat) => {
                let talk = self.outbound(true);
                self.begin(&talk, 120);
            }
            Some(Event::Outbound) => {
                let talk = self.outbound(false);
                self.begin(&talk, 120);
            }
            Some(Event::Scan) => self.scan(),
            Some(Event::Denied) => self.denied(),
            Some(Event::BrokenReply) => self.broken_reply(),
            Some(Event::Unanswered) => self.unanswered(),
            Some(Event::NoData) | None => self.without_traffic(Content::NoData),
        }
    }

    /// Starts a connection, which goes on in later intervals in `long` of 1000 cases.
    fn begin(&mut self, talk: &Talk, long: u64) {
        // A bound on what is carried over keeps room for new connections.
        let most = (self.due / (self.minute + 1) * CONTINUED / 1000 / 2) as usize;
        if talk.protocol == TCP && self.live.len() < most && self.random.chance(long) {
            let intervals = self.random.skewed(6);
            self.live.push(Live { talk: *talk, intervals });
            self.exchange(talk, Phase::Opening, Stop::Never);
        } else {
            self.exchange(talk, Phase::Whole, Stop::Never);
        }
    }

    fn exchange(&mut self, talk: &Talk, phase: Phase, stop: Stop) {
        let random = &mut self.random;
        let up = 1 + random.skewed(10);
        let down = up / 2 + random.skewed(12);
        let (start, end) = span(random, self.start + self.minute * INTERVAL_SECS, up + down);
        let exchange = Exchange {
            start,
            end,
            up: Load { packets: up, bytes: up * random.between(52, 240) },
            down: Load { packets: down, bytes: down * random.between(60, 1440) },
            phase,
            stop,
            reason: "",
        };
        talk.record(&exchange, &mut self.block);
    }

    /// A few packets that get no further.
    fn attempt(&mut self, talk: &Talk, stop: Stop) {
        let random = &mut self.random;
        let packets = 1 + random.below(3) * random.below(2);
        let (start, end) = span(random, self.start + self.minute * INTERVAL_SECS, packets);
        let size = if talk.protocol == TCP { random.between(10, 15) * 4 } else { random.between(60, 400) };
        let load = Load { packets, bytes: packets * size };
        let exchange = Exchange { start, end, up: load, down: load, phase: Phase::Opening, stop, reason: "" };
        talk.record(&exchange, &mut self.block);
    }

    /// An internet client at a public interface.
    fn visit(&mut self) -> Talk {
        let random = &mut self.random;
        let rank = 2 * self.sources.draw(random);
        let v6 = network::speaks_v6(rank);
        // A client keeps to a few of the fronts, as name servers hand them out.
        let choice = rank.wrapping_mul(7919) + random.below(2) * random.below(6);
        let nic = self.network.nth(Tier::Front, choice);
        let port = if random.chance(850) { 443 } else { 80 };
        Talk {
            client: End { address: network::client(rank, v6), port: random.ephemeral_port(), nic: None },
            server: self.network.end(nic, v6, port),
            protocol: TCP,
            nat: None,
            path: INTERNET_GATEWAY,
        }
    }

    fn east_west(&mut self) -> Talk {
        let random = &mut self.random;
        let (from, to, port) = match random.below(10) {
            0..=3 => (Tier::Front, Tier::Web, 80),
            4..=6 => (Tier::Web, Tier::App, 8080),
            7 | 8 => (Tier::App, Tier::Database, 5432),
            _ => (Tier::App, Tier::Database, 6379),
        };
        let v6 = random.chance(30);
        let choice = random.next() >> 32;
        let client = self.network.nth(from, choice);
        // Each caller has a handful of targets.
        let server = self.network.nth(to, choice / 3 + random.below(8));
        Talk {
            client: self.network.end(client, v6, random.ephemeral_port()),
            server: self.network.end(server, v6, port),
            protocol: TCP,
            nat: None,
            path: INTERNET_GATEWAY,
        }
    }

    fn outbound(&mut self, private: bool) -> Talk {
        let random = &mut self.random;
        let tier = match (private, random.below(4)) {
            (false, _) => Tier::Front,
            (true, 0) => Tier::Web,
            (true, _) => Tier::App,
        };
        let client = self.network.nth(tier, random.next() >> 32);
        let (protocol, port) = match random.below(20) {
            0 => (UDP, 123),
            1 => (UDP, 53),
            2 => (TCP, 80),
            _ => (TCP, 443),
        };
        let nat_nic = self.network.nth(Tier::Nat, u64::from(client));
        let nat = self.network.address(nat_nic).filter(|_| private);
        Talk {
            client: self.network.end(client, false, random.ephemeral_port()),
            server: End { address: network::server(self.servers.draw(random)), port, nic: None },
            protocol,
            nat: nat.map(|address| Nat { nic: nat_nic, address, port: random.between(1024, 65_535) as u16 }),
            path: INTERNET_GATEWAY,
        }
    }

    fn scan(&mut self) {
        let random = &mut self.random;
        let rank = 2 * self.sources.draw(random) + 1;
        let v6 = network::speaks_v6(rank);
        let (protocol, port) = random.weighted(SCANNED).unwrap_or((TCP, 23));
        // Only what has a public address can be scanned: the fronts, the NAT gateways, and a few others.
        let tier = match random.below(20) {
            0 => Tier::Nat,
            1..=4 => Tier::App,
            _ => Tier::Front,
        };
        let choice = random.below(if tier == Tier::App { 12 } else { 1 << 16 });
        // A NAT gateway has no security group that could reject.
        let stop = if tier == Tier::Nat { Stop::NoReply } else { Stop::EnteringServer };
        let from = if protocol == ICMP { 0 } else { random.between(1024, 65_535) as u16 };
        let talk = Talk {
            client: End { address: network::client(rank, v6), port: from, nic: None },
            server: self.network.end(self.network.nth(tier, choice), v6, port),
            protocol: if v6 && protocol == ICMP { ICMPV6 } else { protocol },
            nat: None,
            path: INTERNET_GATEWAY,
        };
        self.attempt(&talk, stop);
    }

    /// A few fronts cannot answer the hosts of a peered VPC.
    fn broken_reply(&mut self) {
        let random = &mut self.random;
        let address = Ipv4Addr::new(10, 90, 4, 10 + random.below(4) as u8).into();
        let front = self.network.nth(Tier::Front, random.below(3));
        let talk = Talk {
            client: End { address, port: random.ephemeral_port(), nic: None },
            server: self.network.end(front, false, 443),
            protocol: TCP,
            nat: None,
            path: PEERING,
        };
        self.attempt(&talk, Stop::LeavingServer);
    }

    /// A few callers ask where nothing listens.
    fn unanswered(&mut self) {
        let random = &mut self.random;
        let caller = random.below(6);
        let client = self.network.nth(Tier::Web, caller);
        let server = self.network.nth(Tier::Database, caller / 2);
        let talk = Talk {
            client: self.network.end(client, false, random.ephemeral_port()),
            server: self.network.end(server, false, 9100),
            protocol: TCP,
            nat: None,
            path: INTERNET_GATEWAY,
        };
        self.attempt(&talk, Stop::NoReply);
    }

    fn denied(&mut self) {
        let mut talk = self.east_west();
        if self.random.chance(500) {
            // A few callers are always the same: a rule is missing for them.
            let wrong = self.random.below(12);
            talk.client = self.network.end(self.network.nth(Tier::Web, wrong), false, talk.client.port);
            talk.server = self.network.end(self.network.nth(Tier::Database, wrong / 3), false, 5432);
            self.attempt(&talk, Stop::EnteringServer);
        } else {
            let sender = self.network.nth(Tier::App, self.random.below(5));
            talk.client = self.network.end(sender, false, talk.client.port);
            let address = network::server(self.random.below(4));
            talk.server = End { address, port: 25, nic: None };
            self.attempt(&talk, Stop::LeavingClient);
        }
    }

    fn without_traffic(&mut self, content: Content) {
        let nic = self.random.below(self.network.nics.len() as u64) as u16;
        let start = self.start + self.minute * INTERVAL_SECS;
        self.block.push(Row { nic, start, end: start + INTERVAL_SECS - 1, content });
    }
}

impl Iterator for Traffic {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        if self.position >= self.block.len() {
            self.fill();
        }
        let row = self.block.get(self.position).copied();
        self.position += 1;
        row
    }
}

/// First and last second within the interval from `start`; one packet takes no time.
fn span(random: &mut Random, start: u64, packets: u64) -> (u64, u64) {
    let first = random.below(INTERVAL_SECS);
    let secs = if packets < 3 { 0 } else { random.below(INTERVAL_SECS - first) };
    (start + first, start + first + secs)
}
