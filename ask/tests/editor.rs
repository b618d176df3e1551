//! Colours and choices while a query is written.

use flowlens_ask::insights::editor::{ChoiceKind, complete, highlight};
use flowlens_ask::insights::lex::is_blank;
use proptest::prelude::*;

const FIELDS: [&str; 6] = ["@timestamp", "srcAddr", "dstAddr", "dstPort", "bytes", "pkt-srcaddr"];

/// Each piece with its ink.
fn inks(text: &str) -> String {
    highlight(text)
        .iter()
        .map(|(span, ink)| format!("{}:{ink:?}", span.of(text)))
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn pieces_have_their_inks() {
    for (text, expected) in [
        (
            "FIELDS a, abs(b) # c\n| filtr x",
            "FIELDS:Command a:Name ,:Operator abs:Function (:Operator b:Name ):Operator # c:Comment |:Operator filtr:Wrong x:Name",
        ),
        (
            "stats count(*) by bin(5m) as t",
            "stats:Command count:Function (:Operator *:Operator ):Operator by:Word bin:Function (:Operator 5m:Number ):Operator as:Word t:Name",
        ),
        (
            "filter a not like /x/ and b = 'c' or `d e` = 1.5",
            "filter:Command a:Name not:Word like:Word /x/:Regex and:Word b:Name =:Operator 'c':Text or:Word `d e`:Name =:Operator 1.5:Number",
        ),
        ("sort desc desc", "sort:Command desc:Word desc:Word"),
        ("fields desc, true", "fields:Command desc:Name ,:Operator true:Word"),
        (
            "filter foo(a) = 10.0.0.1",
            "filter:Command foo:Wrong (:Operator a:Name ):Operator =:Operator 10.0.0.1:Wrong",
        ),
        (
            "filter a in (1) = \"x",
            "filter:Command a:Name in:Word (:Operator 1:Number ):Operator =:Operator \"x:Wrong",
        ),
        ("join x", "join:Wrong x:Name"),
    ] {
        assert_eq!(inks(text), expected, "{text}");
    }
}

/// What is offered where `^` stands, and what it replaces.
fn offered(text: &str) -> (String, Vec<String>) {
    let (before, after) = text.split_once('^').unwrap_or((text, ""));
    let text = [before, after].concat();
    let completion = complete(&text, before.len(), &FIELDS);
    let choices = completion.choices.into_iter().map(|choice| choice.text).collect();
    (completion.span.of(&text).to_owned(), choices)
}

#[test]
fn choices_fit_what_is_written() {
    for (text, replaced, expected) in [
        ("fi^", "fi", "fields filter filterIndex fillmissing"),
        ("fields a | So^RT", "SoRT", "sort"),
        ("filter dst^", "dst", "dstAddr dstPort"),
        ("filter ADDR^", "ADDR", "srcAddr dstAddr `pkt-srcaddr`"),
        ("filter `pkt^", "`pkt", "`pkt-srcaddr`"),
        ("filter isipv^", "isipv", "isIpv4InSubnet( isIpv6InSubnet("),
        ("filter srcAddr ^", "", "and or not in like"),
        ("filter srcAddr = 'x' a^", "a", "and"),
        ("filter srcAddr like ^", "", ""),
        ("stats cou^", "cou", "count( count_distinct("),
        ("stats cou^n(*)", "coun", "count count_distinct"),
        ("stats count(*) ^", "", "by as"),
        ("stats count(*) as ^", "", ""),
        ("stats count(*) by sr^", "sr", "srcAddr"),
        ("stats count(*) by bin(^", "", ""),
        ("sort bytes d^", "d", "desc"),
        ("sort b^", "b", "bytes bin( base64encode( base64decode( by"),
        ("limit ^", "", "any"),
        ("limit 5 ^", "", ""),
        ("parse @message 'a *' ^", "", "as"),
        ("parse @message /a/ ^", "", "as multi"),
        ("parse @message ^", "", "csv logfmt"),
        ("parse @message '*' as a^", "a", ""),
        ("dedup dst^", "dst", "dstAddr dstPort"),
        ("dedup b^", "b", "bytes"),
        ("unnest a ^", "", "into"),
        ("fillmissing ^", "", "with"),
        ("fillmissing with 0 ^", "", "for"),
        ("fillmissing with 0 for b^", "b", "bytes"),
        ("stats sum(bytes) as total, max(bytes) by srcAddr | sort t^", "t", "total"),
        ("stats sum(bytes) as total by srcAddr | filter s^rc", "src", "srcAddr"),
        ("fields bytes as bits | filter bit^", "bit", "bits"),
        ("parse @message '* *' as one, two | fields t^", "t", "two"),
        ("parse @message /(?<eni>eni-.*?) / | fields en^", "en", "eni endsWith("),
        ("fields a # so^", "", ""),
        ("filter a = 'x^'", "'x'", ""),
        ("fields bytes^", "bytes", ""),
    ] {
        let (span, choices) = offered(text);
        let choices: Vec<&str> = choices.iter().map(String::as_str).collect();
        assert_eq!(span, replaced, "{text}");
        let shown = expected.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>();
        if text.ends_with("bin(^") {
            assert!(choices.ends_with(&["1m", "5m", "15m", "1h", "1d"]), "{text}: {choices:?}");
        } else if shown.is_empty() || text.contains(" ^") {
            assert_eq!(choices, shown, "{text}");
        } else {
            assert!(choices.starts_with(&shown), "{text}: {choices:?}");
        }
    }
}

#[test]
fn choices_say_what_they_are() {
    let all = complete("", 0, &FIELDS);
    assert!(all.choices.iter().all(|choice| choice.kind == ChoiceKind::Command && !choice.hint.is_empty()));
    let functions = complete("fields isIpv4", 13, &FIELDS);
    assert_eq!(functions.choices[0].kind, ChoiceKind::Function);
    assert_eq!(functions.choices[0].hint, "isIpv4InSubnet(field, network)");
    let measures = complete("stats ", 6, &FIELDS);
    assert_eq!(measures.choices[0].text, "count(");
    let before = complete("filter ", 7, &FIELDS);
    assert_eq!((before.choices[0].text.as_str(), before.choices[0].kind), ("@timestamp", ChoiceKind::Field));
    let later = complete("stats count(*) as n by dstPort | filter ", 40, &FIELDS);
    let names: Vec<&str> = later
        .choices
        .iter()
        .filter(|choice| matches!(choice.kind, ChoiceKind::Field | ChoiceKind::Alias))
        .map(|choice| choice.text.as_str())
        .collect();
    assert_eq!(names, ["dstPort", "n"]);
}

#[test]
fn values_are_of_a_field() {
    for (text, field) in [
        ("filter action = ^", Some("action")),
        ("filter action = \"RE^", Some("action")),
        ("filter a = 1 and action != 'RE^'", Some("action")),
        ("filter action = 'RE'^", None),
        ("filter dstPort = 4^", Some("dstPort")),
        ("filter dstPort in [22, ^", Some("dstPort")),
        ("filter dstPort not in [^", Some("dstPort")),
        ("filter dstPort in [22] ^", None),
        ("filter `pkt-srcaddr` like '^'", Some("pkt-srcaddr")),
        ("filter a not like '^'", Some("a")),
        ("filter concat(a, ^", None),
        ("filter ^", None),
        ("filter = ^", None),
    ] {
        let cursor = text.find('^').unwrap();
        let text = text.replacen('^', "", 1);
        assert_eq!(complete(&text, cursor, &FIELDS).value_of.as_deref(), field, "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_has_inks_and_choices(
        text in prop_oneof![
            "\\PC{0,60}",
            "(fields|filter|parse|stats|sort| |,|\\||by|as|in|not|like|a|'|\"|/|`|\\(|\\)|\\[|1|\\.|=|\u{e9}|\u{201c}|#|\n){0,30}",
        ],
        cursor in 0_usize..80,
    ) {
        let mut end = 0;
        for (span, _) in highlight(&text) {
            prop_assert!(text.get(end..span.start as usize).is_some_and(|gap| gap.chars().all(is_blank)), "{:?}", text);
            prop_assert!(!span.of(&text).is_empty());
            end = span.end as usize;
        }
        prop_assert!(text.get(end..).is_some_and(|gap| gap.chars().all(is_blank)), "{:?}", text);
        let completion = complete(&text, cursor, &FIELDS);
        prop_assert!(text.get(completion.span.range()).is_some());
    }
}
