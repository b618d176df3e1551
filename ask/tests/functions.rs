//! Functions of one event: what each gives, one line per case.

mod common;

use common::{any_value, int, list, map, real, text};
use flowlens_ask::functions::{Context, call, regex, times};
use flowlens_ask::insights::ast::{Period, Unit};
use flowlens_ask::insights::words::{Function as F, Of};
use flowlens_ask::value::Value;
use proptest::prelude::*;

const NOW_SECS: u64 = 1_800_000_000;
const RANGE_MILLIS: (i64, i64) = (1_700_000_000_000, 1_700_000_060_000);

fn call_one(function: F, args: &[Value]) -> Value {
    call(function, args, &Context::new(NOW_SECS, RANGE_MILLIS))
}

/// One line per case: function, its arguments, what it gives.
macro_rules! gives {
    ($($function:ident($($arg:expr),*) => $result:expr;)*) => {
        let cases: Vec<(F, Vec<Value>, Value)> = vec![$((F::$function, vec![$(Value::from($arg)),*], Value::from($result)),)*];
        for (function, args, result) in &cases {
            assert_eq!(&call_one(*function, args), result, "{}{args:?}", function.name());
        }
    };
}

const MISSING: Value = Value::Missing;

#[test]
fn numbers() {
    gives! {
        Abs(-5_i128) => 5_i128;
        Abs("-1.5") => real(1.5);
        Abs("-") => MISSING;
        Abs(int(i128::MIN)) => real(2_f64.powi(127));
        Ceil(real(1.2)) => 2_i128;
        Ceil(7_i128) => 7_i128;
        Floor(real(-1.2)) => -2_i128;
        Floor("1e300") => real(1e300);
        Round(real(2.5)) => 3_i128;
        Round(real(-2.5)) => -3_i128;
        Round(real(1234.5678), 2_i128) => real(1234.57);
        Round(1234_i128, -2_i128) => 1200_i128;
        Round(real(1.5), "x") => MISSING;
        Greatest(1_i128, "10", real(2.5)) => "10";
        Greatest(1_i128, "-", MISSING) => 1_i128;
        Least(3_i128, "10", real(2.5)) => real(2.5);
        Least("10.0.0.10", "10.0.0.9") => "10.0.0.9";
        Least(MISSING) => MISSING;
        Log(1_i128) => real(0.0);
        Log(0_i128) => MISSING;
        Sqrt(9_i128) => real(3.0);
        Sqrt(-1_i128) => MISSING;
        ToNumber("42") => 42_i128;
        ToNumber("4.25") => real(4.25);
        ToNumber("forty") => MISSING;
        ToNumber(true) => MISSING;
        ToInt("4.9") => 4_i128;
        ToInt(real(-4.9)) => -4_i128;
        ToInt(real(1e300)) => MISSING;
        HexToDec("ff") => 255_i128;
        HexToDec("0xFF") => 255_i128;
        HexToDec("-ff") => MISSING;
        DecToHex(255_i128) => "ff";
        DecToHex(-255_i128) => "-ff";
        DecToHex("x") => MISSING;
        Haversine(0_i128, 0_i128, 0_i128) => MISSING;
        Haversine(0_i128, 0_i128, 0_i128, 0_i128) => real(0.0);
    }
    // A quarter of the equator.
    let quarter = call_one(F::Haversine, &[int(0), int(0), int(0), int(90)]);
    assert_eq!(quarter.to_string(), "10007.5433980103");
}

#[test]
fn general() {
    gives! {
        IsPresent("-") => true;
        IsPresent(MISSING) => false;
        Coalesce(MISSING, "a", "b") => "a";
        Coalesce(MISSING) => MISSING;
        Case(false, "a", true, "b", "c") => "b";
        Case(false, "a", MISSING, "b", "c") => "c";
        Case(false, "a") => MISSING;
        If(1_i128, "a", "b") => "a";
        If("", "a", "b") => "b";
        IsNumeric("1e3") => true;
        IsNumeric("10.0.0.1") => false;
        MessageSize("é") => 2_i128;
        MessageSize(MISSING) => MISSING;
        Now() => i128::from(NOW_SECS);
        QueryStartTime() => 1_700_000_000_000_i128;
        QueryEndTime() => 1_700_000_060_000_i128;
        QueryTimeRange() => 60_000_i128;
    }
}

#[test]
fn json() {
    gives! {
        JsonParse(r#"{"b":[1,2.5,null],"a":"x"}"#) =>
            map([("b", list([int(1), real(2.5), MISSING])), ("a", text("x"))]);
        JsonParse("[true]") => list([Value::Bool(true)]);
        JsonParse("17") => MISSING;
        JsonParse("{") => MISSING;
        JsonStringify(map([("b", int(1))])) => r#"{"b":1}"#;
        JsonStringify("a\"b") => r#""a\"b""#;
        JsonStringify(MISSING) => MISSING;
        JsonArraySize(list([int(1), int(2)])) => 2_i128;
        JsonArraySize("[1,2,3]") => 3_i128;
        JsonArraySize(map([])) => MISSING;
        JsonArrayContains(list([int(443), text("a")]), "443") => true;
        JsonArrayContains("[443]", 80_i128) => false;
        JsonArrayContains("x", 80_i128) => MISSING;
        // Lists and maps are nothing to other functions.
        StrLen(list([int(1)])) => MISSING;
        Abs(list([int(1)])) => MISSING;
        FormatDate(map([]), "%Y") => MISSING;
    }
}

#[test]
fn addresses() {
    gives! {
        IsValidIp("192.0.2.1") => true;
        IsValidIp("2001:db8::1") => true;
        IsValidIp("192.0.2.256") => false;
        IsValidIp("-") => false;
        IsValidIp(MISSING) => false;
        IsValidIpV4("192.0.2.1") => true;
        IsValidIpV4("2001:db8::1") => false;
        IsValidIpV6("2001:db8::1") => true;
        IsValidIpV6("192.0.2.1") => false;
        IsIpInSubnet("192.0.2.9", "192.0.2.0/24") => true;
        IsIpInSubnet("2001:db8::9", "2001:db8::/32") => true;
        IsIpInSubnet("192.0.2.9", "2001:db8::/32") => false;
        IsIpv4InSubnet("192.0.2.9", "192.0.2.7/24") => true;
        IsIpv4InSubnet("192.0.3.9", "192.0.2.0/24") => false;
        IsIpv4InSubnet("2001:db8::9", "2001:db8::/32") => false;
        IsIpv4InSubnet("-", "192.0.2.0/24") => false;
        IsIpv4InSubnet("192.0.2.9", "192.0.2.0") => false;
        IsIpv6InSubnet("2001:db8::9", "2001:db8::/32") => true;
        IsIpv6InSubnet("192.0.2.9", "192.0.2.0/24") => false;
        Ipv4ToNumber("192.0.2.1") => 3_221_225_985_i128;
        Ipv4ToNumber("2001:db8::1") => MISSING;
        IsPrivateIp("10.1.2.3") => true;
        IsPrivateIp("172.31.0.1") => true;
        IsPrivateIp("172.32.0.1") => false;
        IsPrivateIp("192.168.0.1") => true;
        IsPrivateIp("100.64.0.1") => false;
        IsPrivateIp("fd00::1") => false;
        IsReservedIp("10.1.2.3") => false;
        IsReservedIp("100.64.0.1") => true;
        IsReservedIp("127.0.0.1") => true;
        IsReservedIp("169.254.169.254") => true;
        IsReservedIp("203.0.113.1") => true;
        IsReservedIp("255.255.255.255") => true;
        IsReservedIp("fd00::1") => true;
        IsReservedIp("::1") => true;
        IsReservedIp("::2") => false;
        IsReservedIp("2001:200::1") => false;
        IsReservedIp("2001:db8::1") => true;
        IsPublicIp("9.255.255.255") => true;
        IsPublicIp("10.1.2.3") => false;
        IsPublicIp("224.0.0.1") => false;
        IsPublicIp("-") => false;
    }
}

#[test]
fn texts() {
    gives! {
        IsEmpty(MISSING) => 1_i128;
        IsEmpty("") => 1_i128;
        IsEmpty(" ") => 0_i128;
        IsBlank(" ") => 1_i128;
        IsBlank("-") => 0_i128;
        Concat("a", 1_i128, MISSING, true) => "a1true";
        Concat(MISSING) => MISSING;
        LTrim("xyZxyfooxyZ", "xyZ") => "fooxyZ";
        LTrim("  a ") => "a ";
        RTrim("xyZfooxyxyZ", "xyZ") => "xyZfoo";
        RTrim(" a ") => " a";
        Trim("xyZxyfooxyxyZ", "xyZ") => "foo";
        Trim(" \ta\n") => "a";
        StrLen("né") => 2_i128;
        StrLen(443_i128) => 3_i128;
        StrLen(MISSING) => MISSING;
        ToUpper("né") => "NÉ";
        ToLower("NÉ") => "né";
        SubStr("xyZfooxyZ", 3_i128, 3_i128) => "foo";
        SubStr("xyZfooxyZ", 3_i128) => "fooxyZ";
        SubStr("xyZ", 9_i128) => "";
        SubStr("xyZ", -1_i128, 2_i128) => "xy";
        SubStr("xyZ", "a") => MISSING;
        Replace("foo,foo", "o", "0") => "f00,f00";
        Replace("foo", "", "0") => "foo";
        RegexReplace("eni-0a1", "[0-9]+", "N") => "eni-NaN";
        RegexReplace("10.1", r"(\d+)\.(\d+)", r"\2.$1x") => "1.10x";
        RegexReplace("a", "(?<x>a)", "${x}${x}") => "aa";
        RegexReplace("a", "(", "b") => MISSING;
        StrContains("ACCEPT", "CEP") => 1_i128;
        StrContains("ACCEPT", "cep") => 0_i128;
        StrContains("ACCEPT", "cep", true) => 1_i128;
        StrContains(MISSING, "a") => 0_i128;
        StartsWith("10.0.0.1", "10.") => 1_i128;
        StartsWith("110.0.0.1", "10.") => 0_i128;
        EndsWith("10.0.0.1", ".1") => 1_i128;
        EndsWith("10.0.0.1", ".2") => 0_i128;
        Split("a,b,,c", ",") => list([text("a"), text("b"), text(""), text("c")]);
        Split("ab", "") => list([text("ab")]);
    }
}

#[test]
fn codes_and_hashes() {
    gives! {
        UrlEncode("a b/ü+") => "a%20b%2F%C3%BC%2B";
        UrlDecode("a%20b%2f%C3%BC+c") => "a b/ü c";
        UrlDecode("%4") => MISSING;
        UrlDecode("%ff") => MISSING;
        Base64Encode("hello") => "aGVsbG8=";
        Base64Decode("aGVsbG8=") => "hello";
        Base64Decode("?") => MISSING;
        HexToAscii("48656c6C6f") => "Hello";
        HexToAscii("4") => MISSING;
        // RFC 1321 A.5; NIST FIPS 180-2 B.1
        Md5("abc") => "900150983cd24fb0d6963f7d28e17f72";
        Sha256("abc") => "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    }
}

#[test]
fn dates() {
    let millis = 1_795_491_797_089_i128;
    gives! {
        FromMillis(millis) => "2026-11-24 03:43:17.089";
        ToMillis("2026-11-24 03:43:17.089") => millis;
        ToMillis("2026-11-24T03:43:17.089Z") => millis;
        ToMillis("2026-11-24") => 1_795_478_400_000_i128;
        ToMillis(real(1.9)) => 1_i128;
        ToMillis("yesterday") => MISSING;
        FormatDate(millis, "%Y-%m-%dT%H:%M:%S.%L%z %Z") => "2026-11-24T03:43:17.089+0000 UTC";
        FormatDate(millis, "%y %e %j %b %B %a %A %I %p %f %s %% %q %") =>
            "26 24 328 Nov November Tue Tuesday 03 AM 089000 1795491797 % %q %";
        FormatDate(millis, "%F %T %z", "-05:30") => "2026-11-23 22:13:17 -0530";
        FormatDate(millis, "%H", "Europe/Madrid") => MISSING;
        FormatDate(0_i128, "%I%p") => "12AM";
        FormatDate("1e30", "%Y") => MISSING;
        ParseDate("2026-11-24T03:43:17.089Z", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX") => millis;
        ParseDate("2026-11-24T05:43:17.089+02:00", "yyyy-MM-ddTHH:mm:ss.SSSZ") => millis;
        ParseDate("20261124034317", "yyyyMMddHHmmss") => 1_795_491_797_000_i128;
        ParseDate("20261124034317089", "yyyyMMddHHmmssSSS") => millis;
        ParseDate("24/Nov/26 11:43 pm", "dd/MMM/yy hh:mm a") => 1_795_563_780_000_i128;
        ParseDate("Tue, 24 November 2026", "EEE, d MMMM yyyy") => 1_795_478_400_000_i128;
        ParseDate("2026-11-24 03:43", "yyyy-MM-dd HH:mm", "+01:00") => 1_795_488_180_000_i128;
        ParseDate("12 o'clock", "HH 'o''clock'") => 43_200_000_i128;
        ParseDate("2026-11-24 and more", "yyyy-MM-dd") => MISSING;
        ParseDate("2026-02-30", "yyyy-MM-dd") => MISSING;
        ParseDate("2026-11-24", "yyyy-MM-dd", "Europe/Madrid") => MISSING;
        Bin("5m") => MISSING;
    }
}

#[test]
fn periods() {
    const DAY: i128 = 86_400_000;
    let at = |text: &str| times::millis(&text.into()).unwrap();
    for (time, count, unit, floor, ceil) in [
        ("2026-11-24 03:43:17.089", 5, Unit::Minute, "2026-11-24 03:40:00", "2026-11-24 03:45:00"),
        ("2026-11-24 03:43:17.089", 300, Unit::Second, "2026-11-24 03:43:00", "2026-11-24 03:44:00"),
        ("2026-11-24 03:43:17.089", 1, Unit::Hour, "2026-11-24 03:00:00", "2026-11-24 04:00:00"),
        ("2026-11-24 03:43:17.089", 1, Unit::Day, "2026-11-24", "2026-11-25"),
        ("2026-11-24 03:43:17.089", 1, Unit::Week, "2026-11-19", "2026-11-26"),
        ("2026-11-24 03:43:17.089", 1, Unit::Month, "2026-11-01", "2026-12-01"),
        ("2026-11-24 03:43:17.089", 1, Unit::Quarter, "2026-10-01", "2027-01-01"),
        ("2026-11-24 03:43:17.089", 1, Unit::Year, "2026-01-01", "2027-01-01"),
        ("2026-11-24 03:43:17.089", 10, Unit::Year, "2020-01-01", "2030-01-01"),
        ("2026-11-01 00:00:00.000", 1, Unit::Month, "2026-11-01", "2026-11-01"),
        ("1969-12-31 23:59:59.999", 2, Unit::Month, "1969-11-01", "1970-01-01"),
    ] {
        let period = Period { count, unit };
        assert_eq!(times::show(times::floor(at(time), period)), times::show(at(floor)), "{period:?}");
        assert_eq!(times::show(times::ceil(at(time), period)), times::show(at(ceil)), "{period:?}");
    }
    assert_eq!(times::floor(-1, Period { count: 1, unit: Unit::Day }), -DAY);
}

#[test]
fn expressions_that_re2_has_not() {
    assert!(regex("(?<eni>eni-.*?) ").is_ok());
    assert!(regex("(?i)accept").is_ok());
    let complaint = |pattern| regex(pattern).unwrap_err();
    assert!(complaint("a(?=b)").contains("no lookaround"), "{}", complaint("a(?=b)"));
    assert!(complaint("(?<!a)b").contains("no lookaround"));
    assert!(complaint(r"(a)\1").contains("no references"), "{}", complaint(r"(a)\1"));
    assert!(complaint("(").starts_with("not a regular expression"), "{}", complaint("("));
}

fn any_unit() -> impl Strategy<Value = Unit> {
    prop::sample::select(vec![
        Unit::Millisecond,
        Unit::Hour,
        Unit::Week,
        Unit::Month,
        Unit::Quarter,
        Unit::Year,
    ])
}

proptest! {
    #[test]
    fn nothing_panics(args in prop::collection::vec(any_value(), 0..5)) {
        let context = Context::new(NOW_SECS, RANGE_MILLIS);
        for &function in F::ALL {
            let value = call(function, &args, &context);
            prop_assert!(function.of() == Of::One || value.is_missing());
        }
    }

    #[test]
    fn times_lie_in_their_period(millis in -62_000_000_000_000_i128..250_000_000_000_000, count in 1..30_u64, unit in any_unit()) {
        let period = Period { count, unit };
        let (floor, ceil) = (times::floor(millis, period), times::ceil(millis, period));
        prop_assert!(floor <= millis && millis <= ceil);
        prop_assert_eq!(times::floor(floor, period), floor);
        prop_assert_eq!(times::ceil(ceil, period), ceil);
        prop_assert_eq!(times::millis(&times::show(millis).into()), Some(millis));
    }

    #[test]
    fn any_time_and_period_will_do(millis in any::<i128>(), count in any::<u64>(), unit in any_unit()) {
        let period = Period { count, unit };
        times::floor(millis, period);
        times::ceil(millis, period);
        times::show(millis);
    }
}
