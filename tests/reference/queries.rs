//! Queries that together use every command, operator and function that the reference has.

/// For any log. Where rows are cut, they are ordered first.
pub(crate) const QUERIES: &str = r#"
fields @timestamp, @message | limit 10
filter srcAddr = "10.0.0.5"
filter srcAddr != "10.0.0.5" | stats count(*)
filter dstPort = 443 or srcPort = "443" | fields srcAddr, dstAddr, dstPort
filter not (dstPort = 443 or srcPort = "443") | stats count(*), count(dstPort), count(tcpFlags)
filter bytes > 1000 and packets <= 20 | stats count(*) by srcAddr
filter not bytes > 1000 | stats count(*) by logStatus
filter !(bytes >= 1000) and not (packets < 5) | stats count(*) by logStatus
filter 1000 < bytes | stats count(*) by action
filter bytes > "abc" | stats count(*)
filter srcAddr > "10" | stats count(*)
filter srcAddr < "198.51" | stats count(*) by srcAddr
filter action > "ACCEPT" | stats count(*) by action
filter action >= "-" and action <= "ACCEPT" | stats count(*) by action
filter dstPort in [22, "443", 3389] | stats count(*) by dstPort
filter dstPort not in [22, "443", 3389] | stats count(*) by dstPort
filter action in ["REJECT", "-"] | stats count(*) by action, logStatus
filter action not in ["ACCEPT"] | stats count(*) by action, logStatus
filter srcAddr in ["-", "2001:db8::5", "10.0.0.5"] | stats count(*) by srcAddr
filter srcAddr like "10.0." | stats count(*) by srcAddr
filter srcAddr not like "10.0." | stats count(*) by srcAddr
filter dstPort like "4" | stats count(*) by dstPort
filter @message like "NODATA" or @message like /REJECT OK/ | stats count(*) by logStatus, action
filter srcAddr like /^10\.(0|20)\./ | stats sum(bytes) by srcAddr
filter srcAddr not like /(?i)DB8/ | stats count(*) by isValidIpV6(srcAddr)
filter srcAddr =~ /\.5$/ | stats count(*) by srcAddr
filter tcpFlags = 2 | stats count(*) by action
filter tcpFlags != 2 | stats count(*) by action
filter not tcpFlags = 2 | stats count(*) by action
filter tcpFlags < 3 and tcpFlags >= 1 | stats count(*) by tcpFlags
filter tcpFlags in [2, 3] or not ispresent(tcpFlags) | stats count(*) by tcpFlags
filter ispresent(tcpFlags) | stats count(*), count(tcpFlags), count(*) - count(tcpFlags) as rest
filter flowDirection = "egress" | stats count(*) by action
filter flowDirection != "egress" | stats count(*) by flowDirection
filter isIpv4InSubnet(srcAddr, "10.0.0.0/8") | stats sum(bytes) as b, count(*) by dstAddr
filter not isIpv4InSubnet(srcAddr, "10.0.0.0/8") | stats count(*) by srcAddr
filter isIpInSubnet(srcAddr, "10.0.0.7/16") or isIpv6InSubnet(dstAddr, "2001:db8::/32") | stats count(*)
filter isIpv4InSubnet(srcAddr, "2001:db8::/32") or isIpv6InSubnet(srcAddr, "10.0.0.0/8") | stats count(*)
filter isPrivateIP(srcAddr) != isPrivateIP(dstAddr) | stats count(*) by isPrivateIP(srcAddr) as inside
filter isValidIp(srcAddr) and not isValidIpV4(srcAddr) | stats count(*) by srcAddr
filter isPrivateIP(srcAddr) = 1 | stats count(*)
filter strcontains(srcAddr, "10.") and startsWith(action, "ACC") and endsWith(dstAddr, "5") | stats count(*)
filter srcPort = dstPort or srcPort > dstPort | stats count(*), max(srcPort - dstPort)
filter packets = bytes / 60 | stats count(*)
filter srcPort % 2 = 0 and 2 ^ 3 = 8 and 10 % 3 = 1 | stats count(*)
filter (bytes - packets * 40) / packets > 100 | stats count(*) by protocol
filter abs(packets - 10) <= 2 | stats count(*) by packets
filter startTime >= 1700000400 | stats count(*), min(startTime), max(endTime)
filter toMillis(@timestamp) >= 1700000400000 | stats count(*)
filter accountId = 123456789012 | stats count(*) by accountId
filter accountId = "unknown" or accountId like "99" | stats count(*) by accountId
fields bytes * 8 as bits | filter bits > 8000 | stats sum(bits), count(*) by action
fields dstAddr as srcAddr | filter srcAddr = "10.0.0.5" | stats count(*)
fields packets as bytes | filter bytes > 10 | stats count(*), sum(bytes), max(bytes)
fields srcAddr as peer | stats count(*) by peer
fields ispresent(tcpFlags) as has | filter has | stats count(*) by has
fields coalesce(tcpFlags, "none") as flags | stats count(*) as n by flags
fields if(dstPort < 1024, "low", "high") as range | stats count(*), sum(bytes) by range
fields case(dstPort = 22, "ssh", dstPort = 443, "tls", "other") as svc | stats count(*) by svc
fields case(dstPort = 22, "ssh") as svc | stats count(*), count(svc) by svc
fields concat(srcAddr, ":", srcPort) as end, strlen(srcAddr) as l, substr(action, 0, 3) as a | stats count(*) by end, l, a
fields toupper(logStatus) as u, tolower(action) as l, replace(srcAddr, ".", "-") as r | stats count(*) by u, l, r
fields trim(concat(" ", action, " ")) as t, ltrim(action, "AC") as l, rtrim(action, "T") as r | stats count(*) by t, l, r
fields round(bytes / packets) as size, floor(bytes / packets) as f, ceil(bytes / packets) as c | stats count(*) by size, f, c
fields greatest(srcPort, dstPort) as high, least(srcPort, dstPort) as low | stats count(*) by high, low
fields isempty(tcpFlags) as e, isblank(tcpFlags) as b, isNumeric(bytes) as n | stats count(*) by e, b, n
fields ipv4ToNumber(srcAddr) as number | stats count(*), min(number), max(number)
fields toInt(bytes / 7) as a, toNumber("2.5") * packets as b, sqrt(packets) as c | stats sum(a), sum(b), sum(c)
fields -bytes as minus | stats sum(minus), min(minus), max(minus)
fields bytes / 0 as no, bytes % 0 as none, srcAddr + 1 as nor | stats count(*), count(no), count(none), count(nor)
stats count(*)
stats sum(bytes), avg(bytes), min(bytes), max(bytes), count(bytes)
stats sum(bytes) / 1024 / 1024 as mb, avg(bytes / packets) as size by protocol
stats sum(bytes) as b, sum(packets) as p, b / p as size by interfaceId | filter size > 60
stats count_distinct(srcAddr), count_distinct(dstPort), count_distinct(tcpFlags), count_distinct(action) by logStatus
stats count_distinct(startTime), count_distinct(bytes), count_distinct(concat(srcAddr, dstAddr))
stats pct(bytes, 50), pct(bytes, 95), pct(bytes, 0), pct(bytes, 100), median(packets) by action
stats stddev(bytes), variance(packets), avg(packets) by action
stats values(action), values(protocol), topk(2, dstPort) by logStatus
stats sortsFirst(srcAddr), sortsLast(srcAddr), earliest(srcAddr), latest(bytes) by interfaceId
stats earliest(@timestamp), latest(@timestamp), min(@timestamp), max(@timestamp) by action
stats count(*) by bin(5m)
stats count(*) as n, sum(bytes) as b by bin(1h) as t | sort t desc
stats count(*) by bin(300s), action
stats count(*) by bin(1d), datefloor(@timestamp, 10m) as ten, dateceil(@timestamp, 1h) as hour
stats sum(bytes) by bin(90s), srcAddr
stats count(*) by bin(500ms)
stats count(*) by tcpFlags
stats sum(bytes), count(*) by tcpFlags, action
stats max(tcpFlags), min(tcpFlags), sum(tcpFlags), avg(tcpFlags), count(tcpFlags)
stats count(*) by startTime, endTime
stats count(*) by version, accountId, protocol, action, logStatus
stats sum(bytes) as b by srcAddr, dstAddr | sort b desc, srcAddr, dstAddr | limit 5
stats sum(bytes) as b by srcAddr, dstAddr | sort b desc | limit 3
stats count(*) as n by srcAddr | sort n desc | limit 4
stats count(*) as n by srcAddr | sort n | limit 4
stats avg(bytes) as a by srcAddr | sort a desc | limit 4
stats count(*) as n, max(bytes) as m by dstPort | sort m desc | limit 3
stats sum(tcpFlags) as f by srcAddr | sort f desc | limit 3
stats count(*) by srcAddr, dstAddr | sort count(*) desc, srcAddr, dstAddr | head 2
stats count(*) by toupper(action) | sort toupper(action) desc
stats count(*) by bin(5m) | sort bin(5m) desc | limit 2
stats count(*) by bytes % 3, bin(5m) | filter bytes % 3 = 1 | display bin(5m), bytes%3 as rest, COUNT(*)
stats count(*) as n by bin(1m) | stats max(n) as most by bin(1m) | sort most desc, bin(1m) | limit 3
stats sum(if(action = "ACCEPT", 1, 0)), sum(if(action = "accept", 1, 0)) by srcAddr | sort sum(if(action = "accept", 1, 0)), sum(if(action = "ACCEPT", 1, 0)) desc, srcAddr
fields srcAddr as a, dstAddr as b, a as c | filter c like "10.0" and not b in ["-", "10.0.0.10"] | stats count(*) by a, c
fields @timestamp as startTime | filter startTime > 1700000400000 | stats count(*), max(startTime)
fields endTime as startTime | filter startTime > 1700000460 | stats count(*), min(startTime), min(@timestamp)
stats sum(bytes) as b by srcAddr | stats max(b), min(b), count(*), sum(b)
stats count(*) as n by srcAddr, dstAddr | stats sum(n) as conversations, max(n) as most by srcAddr | sort conversations desc, srcAddr | limit 3
stats count(*) as n by srcAddr | filter n > 1 and srcAddr like "10." | sort n desc, srcAddr
stats sum(bytes) as b by srcAddr | fields b * 8 as bits | sort bits desc, srcAddr | limit 5
stats sum(bytes) as b by srcAddr | display srcAddr | sort b desc, srcAddr | tail 3
sort srcAddr | fields srcAddr | limit 6
sort bytes desc, srcAddr, dstAddr, srcPort, dstPort, startTime, interfaceId | fields srcAddr, bytes | limit 7
sort by dstPort asc, bytes desc | fields dstPort, bytes | limit 5
order by srcPort desc | display srcPort, action as verdict | head 3
sort srcAddr, dstAddr, @timestamp | dedup srcAddr, dstAddr | display srcAddr, dstAddr
sort tcpFlags, @timestamp desc | dedup action | display action
sort logStatus, @timestamp | dedup srcAddr, dstAddr | display srcAddr | limit 5
where action = "REJECT" | sort @timestamp asc | fields @timestamp, srcAddr | tail 2
parse @message "* * * *" as v, acct, eni, rest | stats count(*) by v, acct, eni
parse @message "* * * * * * * * * * * * * *" as version, accountId, interfaceId, srcAddr, dstAddr, srcPort, dstPort, protocol, packets, bytes, startTime, endTime, action, logStatus | stats sum(bytes), count(*) by srcAddr, action
parse @message " eni-* * " as eni, src | stats count(*) by eni, src
parse @message /(?<NetworkInterface>eni-.*?) / | stats count(*) by NetworkInterface
parse srcAddr /^(?<a>\d+)\.(?<b>\d+)\./ | stats count(*) by a, b
parse srcAddr /(\d+)\.(\d+)/ as first, second | filter first = 10 | stats count(*) by second
parse srcAddr /(?<octet>\d+)/ multi | stats count(*) by octet
parse srcAddr "*.*" as a, rest | filter srcAddr like "10." | stats count(*) by a, rest
filter action = "ACCEPT" | parse @message "eni-* *" as eni, rest | filter bytes > 100 | stats count(*) by eni
fields concat(srcAddr, ",", dstAddr) as both | parse both csv as one, two | stats count(*) by one, two
fields split(srcAddr, ".") as octets | unnest octets into octet | stats count(*) by octet
fields split(srcAddr, ".") as octets, octets[0] as first | stats count(*) by first
sort @timestamp, srcAddr, dstAddr, srcPort, dstPort, bytes, packets, interfaceId, action, @message | accum bytes as total | display bytes, total
stats sum(bytes) as b by bin(1m) as t | sort t | accum b | display t, b
stats count(*) as n by bin(1m) as t | fillmissing with 0 for n
stats count(*) as n, sum(bytes) as b by bin(5m), action | fillmissing
stats sum(bytes) as b, sum(packets) as p by action | addtotals
stats sum(bytes) as b, sum(packets) as p by action | sort action | addtotals row=false col=true b
stats sum(bytes) as b, sum(packets) as p by action | sort action | addtotals fieldname=All col=true b, p
stats sum(if(action = "REJECT", 1, 0)) as no, count(*) as all, no * 100 / all as percent by srcAddr
stats sum(bytes * 8) as bits, max(bytes / packets) by isPrivateIP(srcAddr) as private, protocol
stats count(*) by team
filter team = "a" | stats count(*)
filter team != "a" | stats count(*) by team
filter not ispresent(team) | stats count(*)
"#;
