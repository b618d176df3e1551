//! The made-up VPC of benchmark data, and the internet around it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::flows::random::Random;
use crate::flows::row::Nic;
use crate::flows::talk::End;

/// Internet servers that the VPC calls: the first four thousand addresses of the benchmarking block.
pub(super) const SERVERS: u64 = 4096;

/// All addresses of 198.18.0.0/15 (RFC 2544) and of the three documentation blocks (RFC 5737).
const BENCHMARKING: u64 = 1 << 17;
const DOCUMENTATION: [[u8; 3]; 3] = [[192, 0, 2], [198, 51, 100], [203, 0, 113]];
const INTERNET: u64 = BENCHMARKING + 3 * 256;

const ZONES: [&str; 3] = ["use1-az1", "use1-az2", "use1-az4"];

/// How many interfaces share a subnet.
const PER_SUBNET: usize = 25;

/// What an interface does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tier {
    Nat,
    Front,
    Web,
    App,
    Database,
}

pub(super) struct Network {
    pub(super) nics: Vec<Nic>,
    /// Where each tier starts, in the order of [`Tier`], and the end.
    bounds: [u16; 6],
}

impl Network {
    pub(super) fn new(interfaces: u16, seed: u64) -> Self {
        let mut random = Random::new(seed, 2);
        let nat = (interfaces / 100).clamp(1, 4);
        let rest = u32::from(interfaces - nat);
        let at = |percent: u32| nat + (rest * percent / 100) as u16;
        let bounds = [0, nat, at(15), at(50), at(85), interfaces];
        let vpc = format!("vpc-{}", id(&mut random));
        let mut subnet = String::new();
        let nics = (0..usize::from(interfaces))
            .map(|index| {
                let (group, place) = (index / PER_SUBNET, index % PER_SUBNET);
                // An odd step visits every /24 of a /16 once.
                let subnet_octet = (group * 37 + 24) as u8;
                if place == 0 {
                    subnet = format!("subnet-{}", id(&mut random));
                }
                let nat = index < usize::from(nat);
                Nic {
                    id: format!("eni-{}", id(&mut random)),
                    vpc: vpc.clone(),
                    subnet: subnet.clone(),
                    instance: if nat { String::new() } else { format!("i-{}", id(&mut random)) },
                    kind: if nat { "nat_gateway" } else { "" },
                    az: ZONES.get(group % 3).copied().unwrap_or("use1-az1"),
                    address: Ipv4Addr::new(10, 44 + (group >> 8) as u8, subnet_octet, 10 + 9 * place as u8),
                    address6: Ipv6Addr::new(0x2001, 0xdb8, 0x10, group as u16, 0, 0, 0, 10 + place as u16),
                }
            })
            .collect();
        Self { nics, bounds }
    }

    /// An interface of the tier, counted round.
    pub(super) fn nth(&self, tier: Tier, choice: u64) -> u16 {
        let tier = tier as usize;
        match (self.bounds.get(tier), self.bounds.get(tier + 1)) {
            (Some(&from), Some(&to)) if to > from => from + (choice % u64::from(to - from)) as u16,
            _ => 0,
        }
    }

    pub(super) fn address(&self, nic: u16) -> Option<Ipv4Addr> {
        self.nics.get(usize::from(nic)).map(|nic| nic.address)
    }

    /// The interface as an end of a connection.
    pub(super) fn end(&self, nic: u16, v6: bool, port: u16) -> End {
        let address = self.nics.get(usize::from(nic)).map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |nic| {
            if v6 { nic.address6.into() } else { nic.address.into() }
        });
        End { address, port, nic: Some(nic) }
    }
}

/// Whether the internet client of a rank uses IPv6; each keeps to one family.
pub(super) fn speaks_v6(rank: u64) -> bool {
    rank % 13 == 5
}

/// The internet client or scanner of a rank. Every rank has another address, far from its neighbours'.
pub(super) fn client(rank: u64, v6: bool) -> IpAddr {
    // The multiplier shares no factor with the count, so no two ranks meet.
    let place = (rank + 1) * 48_271 % (INTERNET - SERVERS) + SERVERS;
    if v6 {
        let [low, high] = [place as u16, (place >> 16) as u16];
        return Ipv6Addr::new(0x2001, 0xdb8, 0xc000 | high, low & 0xff, 0, 0, 0, low).into();
    }
    match place.checked_sub(BENCHMARKING) {
        None => benchmarking(place),
        Some(rest) => {
            let [a, b, c] = DOCUMENTATION.get((rest >> 8) as usize).copied().unwrap_or([192, 0, 2]);
            Ipv4Addr::new(a, b, c, rest as u8).into()
        }
    }
}

/// The internet server of a rank.
pub(super) fn server(rank: u64) -> IpAddr {
    benchmarking(rank)
}

fn benchmarking(place: u64) -> IpAddr {
    Ipv4Addr::new(198, 18 + (place >> 16) as u8, (place >> 8) as u8, place as u8).into()
}

/// The seventeen hex digits of an AWS id.
fn id(random: &mut Random) -> String {
    format!("0{:016x}", random.next())
}
