//! What the functions of one event do with values.
//!
//! Source: AWS, "CloudWatch Logs Insights language query syntax", page *functions*. Whatever the arguments, a
//! function gives a value: a missing one where AWS gives none, or where nothing can be computed. Lists and maps
//! are as missing to functions of numbers, texts and times.

pub mod addresses;
mod context;
mod general;
mod hashes;
mod json;
mod numbers;
mod texts;
pub mod times;

pub use context::{Context, Stopped};
pub use texts::regex;

use crate::insights::words::Function;
use crate::value::Value;

/// Calls a function of one event.
///
/// `bin`, `datefloor` and `dateceil` take a period, which is no value: they are [`times::floor`] and
/// [`times::ceil`], and are missing here, as are functions of many events.
pub fn call(function: Function, args: &[Value], context: &Context) -> Value {
    use Function as F;
    let args = Args(args);
    match function {
        F::Abs
        | F::Ceil
        | F::Floor
        | F::Greatest
        | F::Least
        | F::Log
        | F::Round
        | F::Sqrt
        | F::Haversine
        | F::ToNumber
        | F::ToInt
        | F::HexToDec
        | F::DecToHex => numbers::call(function, args),
        F::FromMillis | F::ToMillis | F::Now | F::ParseDate | F::FormatDate => {
            times::call(function, args, context)
        }
        F::IsPresent
        | F::Coalesce
        | F::Case
        | F::If
        | F::IsNumeric
        | F::MessageSize
        | F::QueryStartTime
        | F::QueryEndTime
        | F::QueryTimeRange => general::call(function, args, context),
        F::JsonParse | F::JsonStringify | F::JsonArraySize | F::JsonArrayContains => {
            json::call(function, args)
        }
        F::IsValidIp
        | F::IsValidIpV4
        | F::IsValidIpV6
        | F::IsIpInSubnet
        | F::IsIpv4InSubnet
        | F::IsIpv6InSubnet
        | F::Ipv4ToNumber
        | F::IsPrivateIp
        | F::IsPublicIp
        | F::IsReservedIp => addresses::call(function, args),
        F::Base64Encode
        | F::Base64Decode
        | F::UrlEncode
        | F::UrlDecode
        | F::HexToAscii
        | F::Md5
        | F::Sha256 => hashes::call(function, args),
        F::IsEmpty
        | F::IsBlank
        | F::Concat
        | F::LTrim
        | F::RTrim
        | F::Trim
        | F::StrLen
        | F::ToUpper
        | F::ToLower
        | F::SubStr
        | F::Replace
        | F::RegexReplace
        | F::StrContains
        | F::StartsWith
        | F::EndsWith
        | F::Split => texts::call(function, args, context),
        _ => Value::Missing,
    }
}

/// The arguments of a call; those that are not given are missing.
#[derive(Clone, Copy, Debug)]
struct Args<'a>(&'a [Value]);

impl<'a> Args<'a> {
    fn get(self, at: usize) -> &'a Value {
        self.0.get(at).unwrap_or(&Value::Missing)
    }
}

/// A truth value in the manner of functions that AWS documents with 1 and 0.
const fn one_if(truth: bool) -> Value {
    Value::Int(truth as i128)
}
