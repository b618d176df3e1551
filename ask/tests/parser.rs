//! What queries mean to the parser, and what it says of mistakes.

mod support;

use flowlens_ask::insights::ast::Query;
use flowlens_ask::insights::parse::{LENGTH_MAX, parse};
use flowlens_ask::insights::words::{COMMANDS, Function, Of};
use proptest::prelude::*;
use support::tree;

/// Each text has this tree.
fn trees(table: &[(&str, &str)]) {
    for (text, expected) in table {
        assert_eq!(tree(text), *expected, "{text}");
    }
}

#[test]
fn commands() {
    trees(&[
        ("fields @timestamp, srcAddr", "(fields @timestamp srcAddr)"),
        ("fields bytes * 8 as bits, ispresent(x) as hasX", "(fields bits:(* bytes 8) hasX:(ispresent x))"),
        ("display a, loggingType = \"ERROR\" as isError", "(display a isError:(= loggingType \"ERROR\"))"),
        ("filter action = 'REJECT'", "(filter (= action \"REJECT\"))"),
        ("where isX", "(filter isX)"),
        ("filterIndex action in ['REJECT']", "(filter (in action [\"REJECT\"]))"),
        ("parse @message '* - *' as a, @b", "(parse @message \"* - *\" [a @b])"),
        ("parse '* *' as a, b", "(parse - \"* *\" [a b])"),
        ("parse @message /(?<eni>eni-.*?) /", "(parse @message /(?<eni>eni-.*?) / [])"),
        ("parse /a(?<b>c)/", "(parse - /a(?<b>c)/ [])"),
        ("parse a /x(\\d+)\\/y/ as n multi", "(parse a /x(\\d+)/y/ multi [n])"),
        ("parse a /x(?<n>.)/ multi", "(parse a /x(?<n>.)/ multi [])"),
        ("parse a csv as x, y", "(parse a csv [x y])"),
        ("parse csv as x, y", "(parse - csv [x y])"),
        ("parse a logfmt as m", "(parse a logfmt [m])"),
        ("parse logfmt", "(parse - logfmt [])"),
        ("parse tolower(a) '* *' as x, y", "(parse (tolower a) \"* *\" [x y])"),
        ("sort a desc, b asc, c", "(sort a desc b c)"),
        ("sort by a, b", "(sort a b)"),
        ("order by bytes / packets DESC", "(sort (/ bytes packets) desc)"),
        ("stats count(*)", "(stats (count) by [])"),
        (
            "stats count() as n, sum(bytes)/1024 by srcAddr as x, bin(1h) as t",
            "(stats n:(count) (/ (sum bytes) 1024) by [x:srcAddr t:(bin 1Hour)])",
        ),
        ("stats pct(bytes, 95) by dateceil(@t, 10m)", "(stats (pct bytes 95) by [(dateceil @t 10Minute)])"),
        ("limit 20", "(limit 20)"),
        ("limit any 20", "(limit 20)"),
        ("head 5", "(limit 5)"),
        ("tail 5", "(tail 5)"),
        ("dedup srcAddr, `dst-port`", "(dedup srcAddr dst-port)"),
        ("unnest split(a, ',') into x", "(unnest (split a \",\") x)"),
        ("accum bytes", "(accum bytes -)"),
        ("accum bytes as total", "(accum bytes total)"),
        ("fillmissing", "(fillmissing - [])"),
        ("fillmissing with -1.5 for a, b", "(fillmissing -1.5 [a b])"),
        ("fillmissing with 'none'", "(fillmissing \"none\" [])"),
        ("addtotals", "(addtotals - true false [])"),
        ("addtotals fieldname=Sum row=false col=TRUE a, b", "(addtotals Sum false true [a b])"),
        ("pattern @message", "(pattern @message)"),
    ]);
}

#[test]
fn every_command_is_shown_as_it_can_be_written() {
    for command in COMMANDS {
        assert!(parse(command.syntax).is_ok(), "{}: {}", command.syntax, tree(command.syntax));
        assert!(command.meaning.ends_with('.'), "{}", command.name);
    }
}

#[test]
fn commands_and_words_in_any_case_and_any_lines() {
    trees(&[
        ("", ""),
        ("  # nothing\n", ""),
        ("| fields a |", "(fields a)"),
        ("FIELDS a | STATS COUNT(*) BY b", "(fields a) | (stats (count) by [b])"),
        (
            "fields a |\n  # why\n filter b = 1 # and more\n| limit 1",
            "(fields a) | (filter (= b 1)) | (limit 1)",
        ),
        (
            "filter A = 1 AND NOT b IN [1] OR c LIKE 'x'",
            "(filter (or (and (= A 1) (not (in b [1]))) (like c \"x\")))",
        ),
        ("filter a = '| # \\' /'", "(filter (= a \"| # ' /\"))"),
        ("fields\u{a0}a,\u{200b}b", "(fields a b)"),
    ]);
}

#[test]
fn operators_bind_as_they_should() {
    trees(&[
        (
            "filter a or b and not c = d + e * -f ^ g ^ h",
            "(filter (or a (and b (not (= c (+ d (* e (- (^ f (^ g h))))))))))",
        ),
        ("filter (a or b) and c", "(filter (and (or a b) c))"),
        ("filter a || b && !c", "(filter (or a (and b (not c))))"),
        ("filter not not a", "(filter (not (not a)))"),
        ("filter !isPrivateIP(a) and b", "(filter (and (not (isPrivateIP a)) b))"),
        ("fields end-start, bytes-(1), bytes-1", "(fields (- end start) (- bytes 1) (- bytes 1))"),
        ("filter a or b or c or d", "(filter (or (or a b) (or c d)))"),
        ("filter a and b and c", "(filter (and (and a b) c))"),
        ("fields a - b - c, a / b / c, a % b * c", "(fields (- (- a b) c) (/ (/ a b) c) (* (% a b) c))"),
        ("fields 2 ^ -1, -2 ^ 2, a - -b", "(fields (^ 2 (- 1)) (- (^ 2 2)) (- a (- b)))"),
        ("filter a == 1", "(filter (= a 1))"),
        ("filter a != 1 and b <> 2", "(filter (and (!= a 1) (!= b 2)))"),
        ("filter a < 1 or a <= 2", "(filter (or (< a 1) (<= a 2)))"),
        ("filter a > 1 or a >= 2", "(filter (or (> a 1) (>= a 2)))"),
        ("filter a in [80, '443', -1]", "(filter (in a [80 \"443\" (- 1)]))"),
        ("filter a in[80]", "(filter (in a [80]))"),
        ("filter a not in [1] and b", "(filter (and (not-in a [1]) b))"),
        ("filter a in []", "(filter (in a []))"),
        ("filter a like /^10\\./", "(filter (like a /^10\\./))"),
        ("filter a not like 'x.y'", "(filter (not-like a \"x.y\"))"),
        ("filter a =~ /(?i)reject/", "(filter (like a /(?i)reject/))"),
        ("filter (a > b) = true", "(filter (= (> a b) #true))"),
        ("filter tolower(a) + 1 like /x/", "(filter (like (+ (tolower a) 1) /x/))"),
    ]);
}

#[test]
fn names_texts_and_numbers() {
    trees(&[
        ("fields @`aws.tag`, `foo-bar`, a.b.`c d`, _x, @log", "(fields @aws.tag foo-bar a.b.c d _x @log)"),
        ("fields l[0], m.k[12].j, `in`", "(fields l[0] m.k[12].j in)"),
        ("fields 'a\\'b', \"\\\"\\n\\t\\\\\", '\\d+'", "(fields \"a'b\" \"\\\"\\n\\t\\\\\" \"\\\\d+\")"),
        ("fields 1, 1.5, .5, 1e3, 2E-2, true, FALSE", "(fields 1 1.5 0.5 1000.0 0.02 #true #false)"),
        ("fields a/b/c, (a)/2, count/2, 'x'/1", "(fields (/ (/ a b) c) (/ a 2) (/ count 2) (/ \"x\" 1))"),
    ]);
    for (period, expected) in [
        ("500ms", "500Millisecond"),
        ("5msecs", "5Millisecond"),
        ("300s", "300Second"),
        ("5seconds", "5Second"),
        ("5m", "5Minute"),
        ("5mins", "5Minute"),
        ("1h", "1Hour"),
        ("1HR", "1Hour"),
        ("1day", "1Day"),
        ("2weeks", "2Week"),
        ("1mo", "1Month"),
        ("1qtr", "1Quarter"),
        ("1years", "1Year"),
    ] {
        assert_eq!(
            tree(&format!("stats count(*) by bin({period})")),
            format!("(stats (count) by [(bin {expected})])")
        );
    }
}

#[test]
fn every_function_by_every_name() {
    for &function in Function::ALL {
        let (least, most) = function.arity();
        for name in std::iter::once(&function.name()).chain(function.aliases()) {
            for count in [least, most] {
                let mut args = vec!["a"; count];
                match function {
                    Function::Bin => args[0] = "1h",
                    Function::DateFloor | Function::DateCeil => args[1] = "1h",
                    _ => {}
                }
                let command = if function.of() == Of::Many { "stats" } else { "fields" };
                let text = format!("{command} {}({})", name.to_uppercase(), args.join(", "));
                assert!(
                    tree(&text).starts_with(&format!("({command} ({}", function.name())),
                    "{text}: {}",
                    tree(&text)
                );
            }
        }
    }
    trees(&[
        ("fields regexReplace(a, /b+/, 'c')", "(fields (regexReplace a /b+/ \"c\"))"),
        (
            "fields case(a > 1, 'x', b like /y/, 'z', 'w')",
            "(fields (case (> a 1) \"x\" (like b /y/) \"z\" \"w\"))",
        ),
        ("stats sum(bytes * 8) / count(*) as mean", "(stats mean:(/ (sum (* bytes 8)) (count)) by [])"),
        (
            "stats sum(if(action = 'REJECT', 1, 0)) by a",
            "(stats (sum (if (= action \"REJECT\") 1 0)) by [a])",
        ),
        ("stats topk(5, srcAddr)", "(stats (topk 5 srcAddr) by [])"),
    ]);
}

/// Of the AWS documentation, its console and its labs.
const SAMPLES: [&str; 24] = [
    "stats sum(packets) as packetsTransferred by srcAddr, dstAddr\n    | sort packetsTransferred  desc\n    | limit 15",
    "filter isIpv4InSubnet(srcAddr, \"192.0.2.0/24\")\n    | stats sum(bytes) as bytesTransferred by dstAddr\n    | sort bytesTransferred desc\n    | limit 15",
    "filter protocol=17 | stats count(*) by srcAddr",
    "filter logStatus=\"SKIPDATA\"\n    | stats count(*) by bin(1h) as t\n    | sort t",
    "fields @timestamp, srcAddr, dstAddr, srcPort, dstPort, protocol, bytes\n| filter logStream = 'vpc-flow-logs' and interfaceId = 'eni-0123456789abcdef0'\n| sort @timestamp desc\n| dedup srcAddr, dstAddr, srcPort, dstPort, protocol\n| limit 20",
    "filter (dstAddr like 'x.x.x.x' and srcAddr like 'y.y.')\n| stats sum(bytes) as bytesTransferred by srcAddr, dstAddr\n| sort bytesTransferred desc\n| limit 10",
    "filter (dstAddr like 'x.x.x.x' and srcAddr like 'y.y.') or (srcAddr like 'xxx.xx.xx.xx' and dstAddr like 'y.y.')\n| stats sum(bytes) as bytesTransferred by srcAddr, dstAddr\n| sort bytesTransferred desc\n| limit 10",
    "filter (srcAddr like 'x.x.x.x' and dstAddr not like 'y.y.')\n| stats sum(bytes) as bytesTransferred by srcAddr, dstAddr\n| sort bytesTransferred desc\n| limit 10",
    "filter (dstAddr like 'x.x.x.x' and srcAddr not like 'y.y.')\n| stats sum(bytes) as bytesTransferred by srcAddr, dstAddr\n| sort bytesTransferred desc\n| limit 10",
    "filter (dstAddr like '192.0.2.7' and isIpv4InSubnet(srcAddr, '10.0.0.0/16')) | stats sum(bytes) as bytesTransferred by srcAddr, dstAddr | sort bytesTransferred desc | limit 10",
    "stats avg(bytes) by dstAddr",
    "stats avg(bytes), max(bytes) by dstAddr",
    "parse @message /(?<NetworkInterface>eni-.*?) / | display NetworkInterface, @message",
    "fields @timestamp, @message, @logStream, @log\n| filter interfaceId = 'eni-123'\n| stats count(*) by interfaceId, logStatus\n| sort by interfaceId, logStatus",
    "stats avg(bytes), min(bytes), max(bytes) by srcAddr, dstAddr",
    "stats sum(bytes) as bytesTransferred by srcAddr, dstAddr | sort bytesTransferred desc | limit 10",
    "filter action=\"REJECT\" | stats count(*) as numRejections by srcAddr | sort numRejections desc | limit 20",
    "filter action=\"REJECT\" and srcAddr like /^10\\./ | stats count(*) as numRejections by srcAddr | sort numRejections desc",
    "filter srcAddr = \"192.0.2.1\" | fields @timestamp, interfaceId, dstAddr, dstPort, action",
    "filter srcAddr = \"10.1.1.1\" | stats count(*) as numConnections by dstAddr | sort numConnections desc",
    "parse @message \"* * * * * * * * * * * * * *\" as version, accountId, interfaceId, srcAddr, dstAddr, srcPort, dstPort, protocol, packets, bytes, startTime, endTime, action, logStatus",
    "fields @timestamp, @message | parse @message /(?<version>\\d+) (?<account_id>\\S+) (?<interface_id>\\S+) (?<srcaddr>\\S+) (?<dstaddr>\\S+) (?<srcport>\\d+) (?<dstport>\\d+) (?<protocol>\\d+) (?<packets>\\d+) (?<bytes>\\d+) (?<start>\\d+) (?<end>\\d+) (?<action>\\S+) (?<logstatus>\\S+)/ | filter action = 'REJECT' and dstport = '22' | sort @timestamp desc",
    "stats max(@memorySize / 1000 / 1000) as provisonedMemoryMB, max(@maxMemoryUsed/1000/1000) as maxMemoryUsedMB, provisonedMemoryMB - maxMemoryUsedMB as overProvisionedMB",
    "parse @message \"user=*, method:*, latency := *\" as @user,\n    @method, @latency | stats avg(@latency) by @method, @user",
];

#[test]
fn samples_of_aws() {
    for text in SAMPLES {
        assert!(parse(text).is_ok(), "{text}: {}", tree(text));
    }
}

/// The text with its mistakes underlined, line by line.
fn marked(text: &str) -> String {
    let Err(complaints) = parse(text) else { return format!("{text}\n  no mistake\n") };
    let mut lines = Vec::new();
    for line in text.split('\n') {
        lines.push(line.to_owned());
        let from = line.as_ptr() as usize - text.as_ptr() as usize;
        for complaint in &complaints {
            let range = complaint.span.range();
            if range.start < from || range.start > from + line.len() {
                continue;
            }
            let before = text[from..range.start].chars().count();
            let here = text[range.start..range.end.min(from + line.len())].chars().count().max(1);
            lines.push(format!("{}{} {}", " ".repeat(before), "^".repeat(here), complaint.text));
        }
    }
    lines.join("\n") + "\n"
}

#[test]
fn mistakes() {
    let out: Vec<String> = [
        "filtr action = \"REJECT\"",
        "feilds a | filter b = 1 | sotr c",
        "action = \"REJECT\"",
        "count(*)",
        "upper(a)",
        "select * from vpc_flow_logs",
        "\"text\"",
        "fields",
        "fields a, | limit 5",
        "fields a b",
        "dstPort in [22]",
        "fields *",
        "fields a as",
        "fields a as \"my name\"",
        "fields a as by",
        "filter and a",
        "fields a\nstats count(*)",
        "fields a | | limit 1",
        "filter srcAddr = 10.0.0.1",
        "filter srcAddr = 10.0.0.0/8 or dstAddr = 2001:db8::1",
        "filter isIpInSubnet(srcAddr, 10.0.0.0/8)",
        "filter dstAddr = fe80::1",
        "filter interfaceId = eni-0123456789abcdef0",
        "filter @timestamp > 2026-01-31T10:00:00Z",
        "filter action = \u{201c}REJECT\u{201d}",
        "filter action = \"REJECT",
        "filter action = \"REJECT\n| stats count(*)\n| limit x",
        "filter a like /abc",
        "filter a like eni",
        "filter a like 5",
        "filter a =~ \"b\"",
        "filter a = /b/",
        "filter a like /(/ and b like /(?=x)/",
        "filter a in (22, 80)",
        "filter a in (SOURCE 'x' | fields b | limit 1) | limti 5",
        "filter a in 22",
        "filter a in [22",
        "filter a =",
        "filter a = b = c",
        "filter (a = 1 or b = 2",
        "filter a = 1)",
        "filter a = 1 & b = 2; limit 5",
        "filter a = 1 and",
        "filter a not 5",
        "filter sum(bytes) > 5",
        "filter bytes > 5m",
        "filter a = 12ab",
        "filter isIpv4InSubnet(srcAddr)",
        "fields isInSubnet(srcAddr, 'x'), tolowr(a), now(1), round()",
        "fields rate(bytes, 1m)",
        "fields bin(5), bin(a), abs(5m), replace(a, /b/, 'c')",
        "fields `a b",
        "stats by srcAddr",
        "stats count(*) by sum(bytes)",
        "stats sum(avg(bytes)), sum(*)",
        "stats count(*) by bin(5m) offset 1h",
        "stats pct(bytes) by a",
        "sort a descending",
        "limit",
        "limit 0",
        "limit -5",
        "head ten",
        "parse @message \"* *\" as a",
        "parse @message \"a b\" as a",
        "parse @message \"* *\"",
        "parse @message /a(b)/",
        "parse @message /ab/",
        "parse @message /(a)(b)/ as x",
        "parse @message",
        "parse a logfmt as m, n",
        "unnest a",
        "fillmissing with for a",
        "addtotals rows=true",
        "join type=inner left=a right=b where a.k = b.k (SOURCE 'g' | fields k) | limt 5",
        "pattern @message | anomaly",
        "SOURCE 'vpc' | fields a",
        "fields 99999999999999999999999999999999999999999, 1e999",
        "json field=a 'b' as c",
        "fields a // why\n-- because\n| limit x",
        "filter dstPort between 1 and 2 | filter a is not null | stats count(distinct a) | stats count(*) group by a",
        "fields isnull(a), len(b), a[0], split(a, ',')[1]",
        "parse @message '(?<x>a)'",
        "stats count(*) as total rows",
        "filter log-status = 'OK' | fields pkt-srcaddr, jsonParse(a).b",
    ]
    .into_iter()
    .map(marked)
    .collect();
    insta::assert_snapshot!(out.join("\n"));
}

#[test]
fn every_refusal_is_by_name() {
    use flowlens_ask::insights::words::{REFUSED_COMMANDS, REFUSED_FUNCTIONS};
    for (name, why) in REFUSED_COMMANDS {
        assert_eq!(tree(&format!("{name} x (a | b) | limit 1")), format!("{name}: {why}"));
    }
    for (name, why) in REFUSED_FUNCTIONS {
        assert_eq!(tree(&format!("fields {name}(x)")), format!("{name}: {why}"));
    }
}

#[test]
fn limits() {
    let stats = ["stats count(*) as n"; 10].join(" | ");
    assert!(parse(&stats).is_ok());
    assert_eq!(tree(&format!("{stats} | stats max(n)")), "stats: a query has at most 10 `stats`, as at AWS");
    let long = format!("filter a = '{}'", "x".repeat(LENGTH_MAX));
    assert_eq!(parse(&long).unwrap_err()[0].span.start, 10_000);
    let fits = format!("filter a = '{}'", "\u{e9}".repeat(LENGTH_MAX - 13));
    assert!(parse(&fits).is_ok());

    let many = vec!["a = '192.0.2.1'"; 500].join(" or ");
    assert!(parse(&format!("filter {many}")).is_ok());
    for (open, close) in
        [("(", ")"), ("abs(", ")"), ("[", "]"), ("not ", ""), ("!", ""), ("-", ""), ("2^", ""), ("-(", ")")]
    {
        let nested = |times: usize| format!("fields {}1{}", open.repeat(times), close.repeat(times));
        assert!(parse(&nested(30)).is_ok(), "{open}");
        assert!(tree(&nested(1000)).contains("at most 64"), "{open}");
    }
    assert!(parse(&format!("fields {}", vec!["1"; 257].join("+"))).is_ok());
    assert!(tree(&format!("fields {}", vec!["1"; 258].join("+"))).contains("at most 256 operators"));
}

/// Whatever is said has a place in the text.
fn has_places(text: &str) {
    match parse(text) {
        Ok(Query { commands }) => {
            for command in commands {
                assert!(text.get(command.span.range()).is_some_and(|text| !text.is_empty()), "{text:?}");
            }
        }
        Err(complaints) => {
            assert!(!complaints.is_empty());
            for complaint in complaints {
                assert!(text.get(complaint.span.range()).is_some_and(|text| !text.is_empty()), "{text:?}");
                assert!(!complaint.text.is_empty());
            }
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_answered(text in "\\PC{0,80}") {
        has_places(&text);
    }

    #[test]
    fn any_pieces_are_answered(pieces in prop::collection::vec(prop::sample::select(vec![
        "fields", "filter", "parse", "stats", "sort", "by", "as", "in", "not", "like", "and", "a", "@b", "`c d`", "'e'", "\"",
        "'", "/", "/f/", "(", ")", "[", "]", ",", "|", "\n", "#", "count(*)", "sum(", "bin(5m)", "5m", "1", ".5", "10.0.0.1/8",
        "=", "!=", "<", "-", "*", "^", "=~", "!", "\\", "\u{201c}", "\u{e9}", "::1", "csv", "multi", "desc", "join", "source",
    ]), 0..30), glue in prop::sample::select(vec!["", " "])) {
        has_places(&pieces.join(glue));
    }

    #[test]
    fn damaged_samples_are_answered(
        sample in prop::sample::select(SAMPLES.to_vec()),
        cut in any::<prop::sample::Index>(),
        length in 0_usize..12,
        put in "\\PC{0,3}",
    ) {
        let mut chars: Vec<char> = sample.chars().collect();
        let at = cut.index(chars.len());
        let end = (at + length).min(chars.len());
        chars.splice(at..end, put.chars());
        has_places(&chars.into_iter().collect::<String>());
    }
}
