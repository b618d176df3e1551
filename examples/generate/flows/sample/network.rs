//! The sample's VPC: who is where.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::flows::row::Nic;
use crate::flows::talk::End;

/// The interfaces with a flow log, in the order of [`nics`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// The load balancer's node in zone 1; the internet's way in.
    BalancerA,
    /// The load balancer's node in zone 2.
    BalancerB,
    /// The NAT gateway, the private subnets' way out.
    Nat,
    /// Where administrators come in by SSH.
    Bastion,
    Web1,
    Web2,
    App1,
    App2,
    /// The primary database.
    Db1,
    /// Its reporting replica, in the same subnet.
    Db2,
    /// Runs reports at night and whenever someone asks.
    Reports,
    /// A build server in a public subnet of its own, whose network ACL is too tight.
    Build,
    /// A trial in a subnet that block public access does not exclude.
    Trial,
    /// A VPC endpoint that demands encryption.
    Endpoint,
    /// The NAT gateway of another VPC, of which nothing else is logged.
    OtherNat,
}

const VPC: &str = "vpc-0a4f1c2e7b9d83561";
const OTHER_VPC: &str = "vpc-0d93b7e15c2a64f08";

/// Interface, subnet, instance, type, zone, last two octets. The VPC is 10.20.0.0/16.
type Line = (&'static str, &'static str, &'static str, &'static str, &'static str, [u8; 2]);

const TABLE: [Line; 14] = [
    ("eni-0b1a7c4d92e6f3581", "subnet-0a1101f2c3d4e5b60", "", "", ZONE_1, [0, 10]),
    ("eni-0b2e8f5a13c7d4692", "subnet-0a2202e3d4c5f6a71", "", "", ZONE_2, [1, 10]),
    ("eni-0c3d9a6b24f8e57a3", "subnet-0a1101f2c3d4e5b60", "", "nat_gateway", ZONE_1, [0, 50]),
    ("eni-0d4c1b7e35a9f68b4", "subnet-0a1101f2c3d4e5b60", "i-0e41d2c3b4a5f6978", "", ZONE_1, [0, 30]),
    ("eni-0e5b2c8f46ba179c5", "subnet-0b1103a4b5c6d7e82", "i-0f52e3d4c5b6a7089", "", ZONE_1, [10, 21]),
    ("eni-0f6a3d9057cb28ad6", "subnet-0b2204b5c6d7e8f93", "i-0063f4e5d6c7b819a", "", ZONE_2, [11, 22]),
    ("eni-00794ea168dc39be7", "subnet-0c1105c6d7e8f90a4", "i-017405f6e7d8c92ab", "", ZONE_1, [20, 31]),
    ("eni-01885fb279ed4acf8", "subnet-0c2206d7e8f90a1b5", "i-028516a7f8e9da3bc", "", ZONE_2, [21, 32]),
    ("eni-0297606c38afe5bd9", "subnet-0d1107e8f90a1b2c6", "i-039627b809faeb4cd", "", ZONE_1, [30, 41]),
    ("eni-03a6717d49b0f6cea", "subnet-0d1107e8f90a1b2c6", "i-04a738c91a0bfc5de", "", ZONE_1, [30, 42]),
    ("eni-04b5828e5ac107dfb", "subnet-0e1108f90a1b2c3d7", "i-05b849da2b1c0d6ef", "", ZONE_1, [40, 51]),
    ("eni-05c4939f6bd218e0c", "subnet-0f22090a1b2c3d4e8", "i-06c95aeb3c2d1e7f0", "", ZONE_2, [2, 71]),
    ("eni-06d3a4a07ce329f1d", "subnet-0f220a1b2c3d4e5f9", "i-07da6bfc4d3e2f801", "", ZONE_2, [3, 81]),
    ("eni-07e2b5b18df43a02e", "subnet-0c1105c6d7e8f90a4", "", "vpc_endpoint", ZONE_1, [20, 200]),
];

const ZONE_1: &str = "use1-az1";
const ZONE_2: &str = "use1-az2";

/// The sample's interfaces, in the order of [`Host`].
pub(crate) fn nics() -> Vec<Nic> {
    let mut nics: Vec<Nic> = TABLE
        .into_iter()
        .map(|(id, subnet, instance, kind, az, [c, d])| Nic {
            id: id.to_owned(),
            vpc: VPC.to_owned(),
            subnet: subnet.to_owned(),
            instance: instance.to_owned(),
            kind,
            az,
            address: Ipv4Addr::new(10, 20, c, d),
            address6: Ipv6Addr::new(0x2001, 0xdb8, 0x20, u16::from(c), 0, 0, 0, u16::from(d)),
        })
        .collect();
    nics.push(Nic {
        id: "eni-08f1c6c29e054b13f".to_owned(),
        vpc: OTHER_VPC.to_owned(),
        subnet: "subnet-01330b2c3d4e5f60a".to_owned(),
        instance: String::new(),
        kind: "nat_gateway",
        az: ZONE_1,
        address: Ipv4Addr::new(10, 30, 0, 50),
        address6: Ipv6Addr::UNSPECIFIED,
    });
    nics
}

impl Host {
    /// The place of its interface in [`nics`].
    pub(super) fn nic(self) -> u16 {
        self as u16
    }

    pub(super) fn address(self) -> Ipv4Addr {
        match TABLE.get(self as usize) {
            Some(&(.., [c, d])) => Ipv4Addr::new(10, 20, c, d),
            None => Ipv4Addr::new(10, 30, 0, 50),
        }
    }

    pub(super) fn end(self, port: u16) -> End {
        End { address: self.address().into(), port, nic: Some(self.nic()) }
    }

    pub(super) fn end6(self, port: u16) -> End {
        let [.., c, d] = self.address().octets();
        let address = Ipv6Addr::new(0x2001, 0xdb8, 0x20, u16::from(c), 0, 0, 0, u16::from(d));
        End { address: address.into(), port, nic: Some(self.nic()) }
    }
}

/// A host without a flow log of its own.
pub(super) fn outside(address: impl Into<IpAddr>, port: u16) -> End {
    End { address: address.into(), port, nic: None }
}
