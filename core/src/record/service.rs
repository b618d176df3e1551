//! Names of the services behind well-known ports, and which of two ports is the service's.

/// The first port that systems hand out to clients: Linux starts at 32768, Windows at 49152 (AWS, "Custom
/// network ACLs", ephemeral ports).
pub const FIRST_EPHEMERAL: u64 = 32_768;

/// A short name for a port, or `None` if there is no common one.
pub const fn name(port: u64) -> Option<&'static str> {
    Some(match port {
        20 | 21 => "ftp",
        22 => "ssh",
        23 => "telnet",
        25 => "smtp",
        53 => "dns",
        67 | 68 => "dhcp",
        69 => "tftp",
        80 => "http",
        88 => "kerberos",
        110 => "pop3",
        111 => "rpcbind",
        119 => "nntp",
        123 => "ntp",
        135 => "msrpc",
        137..=139 => "netbios",
        143 => "imap",
        161 | 162 => "snmp",
        179 => "bgp",
        389 => "ldap",
        443 => "https",
        445 => "smb",
        465 | 587 => "submission",
        500 | 4500 => "ipsec",
        514 => "syslog",
        636 => "ldaps",
        853 => "dns-tls",
        873 => "rsync",
        993 => "imaps",
        995 => "pop3s",
        1080 => "socks",
        1194 => "openvpn",
        1433 | 1434 => "mssql",
        1521 => "oracle",
        1723 => "pptp",
        1883 => "mqtt",
        1900 => "ssdp",
        2049 => "nfs",
        2181 => "zookeeper",
        2323 => "telnet-alt",
        2375 | 2376 => "docker",
        2379 | 2380 => "etcd",
        3128 => "proxy",
        3268 | 3269 => "ldap-gc",
        3306 => "mysql",
        3389 => "rdp",
        5060 | 5061 => "sip",
        5432 => "postgresql",
        5439 => "redshift",
        5601 => "kibana",
        5671 | 5672 => "amqp",
        5900 => "vnc",
        5984 => "couchdb",
        5985 | 5986 => "winrm",
        6379 => "redis",
        6443 => "kubernetes",
        7000 | 7001 | 9042 => "cassandra",
        8080 => "http-alt",
        8443 => "https-alt",
        8883 => "mqtts",
        9092 | 9094 | 9096 => "kafka",
        9100 => "node-exporter",
        9200 | 9300 => "elasticsearch",
        10_250 => "kubelet",
        11_211 => "memcached",
        27_017..=27_019 => "mongodb",
        51_820 => "wireguard",
        _ => return None,
    })
}

/// `443 https`, or the number alone.
pub fn label(port: u64) -> String {
    name(port).map_or_else(|| port.to_string(), |name| format!("{port} {name}"))
}

/// Whether `a` is the service's port when the other end uses `b`: `None` if the numbers do not tell.
///
/// A port below 1024 or with a known name serves, against one that does not; else a port outside the
/// ephemeral range serves against one inside.
pub const fn serves(a: u64, b: u64) -> Option<bool> {
    let known_a = a < 1024 || name(a).is_some();
    let known_b = b < 1024 || name(b).is_some();
    if known_a != known_b {
        return Some(known_a);
    }
    let ephemeral_a = a >= FIRST_EPHEMERAL;
    let ephemeral_b = b >= FIRST_EPHEMERAL;
    if ephemeral_a != ephemeral_b {
        return Some(ephemeral_b);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_port_is_told_from_the_client_port() {
        assert_eq!(serves(443, 51_000), Some(true));
        assert_eq!(serves(51_000, 443), Some(false));
        assert_eq!(serves(9999, 40_000), Some(true));
        assert_eq!(serves(443, 80), None);
        assert_eq!(serves(40_000, 50_000), None);
        assert_eq!(label(443), "443 https");
        assert_eq!(label(9999), "9999");
    }
}
