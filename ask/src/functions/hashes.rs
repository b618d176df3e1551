//! Functions that encode, decode and hash texts, as UTF-8. What does not decode to a text is missing.

use data_encoding::{BASE64, HEXLOWER, HEXLOWER_PERMISSIVE};
use md5::Md5;
use sha2::{Digest as _, Sha256};

use super::Args;
use crate::insights::words::Function;
use crate::value::Value;

pub(super) fn call(function: Function, args: Args<'_>) -> Value {
    let Some(text) = args.get(0).plain() else { return Value::Missing };
    let bytes = text.as_bytes();
    match function {
        Function::Base64Encode => BASE64.encode(bytes).into(),
        Function::Base64Decode => decoded(BASE64.decode(bytes).ok()),
        Function::HexToAscii => decoded(HEXLOWER_PERMISSIVE.decode(bytes).ok()),
        Function::UrlEncode => url_encode(bytes).into(),
        Function::UrlDecode => decoded(url_decode(bytes)),
        Function::Md5 => HEXLOWER.encode(&Md5::digest(bytes)).into(),
        Function::Sha256 => HEXLOWER.encode(&Sha256::digest(bytes)).into(),
        _ => Value::Missing,
    }
}

fn decoded(bytes: Option<Vec<u8>>) -> Value {
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).map_or(Value::Missing, Value::from)
}

/// All but the unreserved characters of RFC 3986 become percent signs with digits, blanks too.
fn url_encode(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut text = String::with_capacity(bytes.len());
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(byte.into());
        } else {
            text.push('%');
            text.push(DIGITS[usize::from(byte >> 4)].into());
            text.push(DIGITS[usize::from(byte & 15)].into());
        }
    }
    text
}

/// A plus sign is a blank, as forms write it.
fn url_decode(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, after @ ..] = rest {
        rest = after;
        decoded.push(match first {
            b'+' => b' ',
            b'%' => {
                let (digits, after) = after.split_at_checked(2)?;
                rest = after;
                *HEXLOWER_PERMISSIVE.decode(digits).ok()?.first()?
            }
            other => *other,
        });
    }
    Some(decoded)
}
