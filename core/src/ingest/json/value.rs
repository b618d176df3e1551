//! One JSON value (RFC 8259) whose brackets the splitter has paired: texts borrowed where they have no escapes,
//! numbers as they were written, members in the order of the text.

use std::borrow::Cow;

/// A JSON value.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Json<'a> {
    Null,
    Text(Cow<'a, str>),
    /// A number or a truth value.
    Word(&'a str),
    List(Vec<Self>),
    Object(Vec<(Cow<'a, str>, Self)>),
}

impl<'a> Json<'a> {
    /// Reads a value.
    pub(super) fn read(text: &'a [u8]) -> Result<Self, &'static str> {
        let text = std::str::from_utf8(text).map_err(|_| "a text is not UTF-8")?;
        Reader { text, at: 0 }.value()
    }

    /// The text of a text value.
    pub(super) fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The text of a single value; `None` for lists and objects. Null is empty.
    pub(super) fn scalar(&self) -> Option<&str> {
        match self {
            Self::Null => Some(""),
            Self::Text(text) => Some(text),
            Self::Word(word) => Some(word),
            Self::List(_) | Self::Object(_) => None,
        }
    }

    /// A member of an object.
    #[inline(never)] // it is small, but asked for often
    pub(super) fn member(&self, key: &str) -> Option<&Self> {
        let Self::Object(members) = self else { return None };
        members.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    /// The next byte that is no blank.
    fn peek(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..)?;
        self.at += rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.text.as_bytes().get(self.at).copied()
    }

    /// Passes over a byte if it comes next.
    fn skip(&mut self, byte: u8) -> bool {
        let comes = self.peek() == Some(byte);
        self.at += usize::from(comes);
        comes
    }

    fn value(&mut self) -> Result<Json<'a>, &'static str> {
        if self.skip(b'"') {
            return self.string().map(Json::Text);
        }
        if self.skip(b'[') {
            let mut list = Vec::new();
            while !self.skip(b']') {
                list.push(self.value()?);
                self.skip(b',');
            }
            return Ok(Json::List(list));
        }
        if self.skip(b'{') {
            let mut members = Vec::new();
            while !self.skip(b'}') {
                if !self.skip(b'"') {
                    return Err("a key is missing");
                }
                let key = self.string()?;
                self.skip(b':');
                members.push((key, self.value()?));
                self.skip(b',');
            }
            return Ok(Json::Object(members));
        }
        let from = self.at;
        let rest = self.text.as_bytes().get(from..).unwrap_or_default();
        self.at +=
            rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"-+.".contains(byte)).count();
        let word = self.text.get(from..self.at).unwrap_or_default();
        match word {
            "null" => Ok(Json::Null),
            "true" | "false" => Ok(Json::Word(word)),
            _ if matches!(word.as_bytes(), [b'-' | b'0'..=b'9', ..]) => Ok(Json::Word(word)),
            _ => Err("neither a number nor true, false or null"),
        }
    }

    /// The text after its opening quote.
    fn string(&mut self) -> Result<Cow<'a, str>, &'static str> {
        let (begin, mut ends) = self.run()?;
        if ends {
            return Ok(Cow::Borrowed(begin));
        }
        let mut text = begin.to_owned();
        while !ends {
            self.escape(&mut text)?;
            let run;
            (run, ends) = self.run()?;
            text.push_str(run);
        }
        Ok(Cow::Owned(text))
    }

    /// Text up to the next quote or escape, and whether a quote ends it.
    fn run(&mut self) -> Result<(&'a str, bool), &'static str> {
        let from = self.at;
        let rest = self.text.as_bytes().get(from..).unwrap_or_default();
        let ends = |byte: &u8| matches!(byte, b'"' | b'\\');
        let length = rest.iter().position(ends).ok_or("a text has no end")?;
        self.at += length + 1;
        Ok((self.text.get(from..from + length).unwrap_or_default(), rest.get(length) == Some(&b'"')))
    }

    /// What stands after a backslash.
    fn escape(&mut self, text: &mut String) -> Result<(), &'static str> {
        let mark = self.text.as_bytes().get(self.at).copied();
        self.at += 1;
        text.push(match mark {
            Some(mark @ (b'"' | b'\\' | b'/')) => char::from(mark),
            Some(b'n') => '\n',
            Some(b't') => '\t',
            Some(b'r') => '\r',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'u') => {
                let first = self.unit()?;
                // The second half of a pair follows in an escape of its own.
                let escape = self.text.get(self.at..self.at + 2) == Some("\\u");
                let pair = escape && (0xd800..0xdc00).contains(&first);
                let second = if pair {
                    self.at += 2;
                    Some(self.unit()?)
                } else {
                    None
                };
                let decoded = char::decode_utf16(std::iter::once(first).chain(second));
                text.extend(decoded.map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)));
                return Ok(());
            }
            _ => return Err("an escape that JSON does not have"),
        });
        Ok(())
    }

    fn unit(&mut self) -> Result<u16, &'static str> {
        let digits = self.text.get(self.at..self.at + 4);
        self.at += 4;
        digits
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|digits| u16::from_str_radix(digits, 16).ok())
            .ok_or("an escape that JSON does not have")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plain(value: &Json<'_>) -> serde_json::Value {
        match value {
            Json::Null => serde_json::Value::Null,
            Json::Text(text) => text.as_ref().into(),
            Json::Word(word) => serde_json::from_str(word).unwrap(),
            Json::List(list) => list.iter().map(plain).collect(),
            Json::Object(members) => {
                members.iter().map(|(key, value)| (key.clone().into_owned(), plain(value))).collect()
            }
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for text in ["nul", "\"\\x\"", "\"\\u12g4\"", "\"\\u12", "\"a", "{a:1}", "{\"a\"", "[", "", "{\"a\":"]
        {
            assert!(Json::read(text.as_bytes()).is_err(), "{text}");
        }
        assert!(Json::read(b"\"\xff\"").is_err());
        assert_eq!(Json::read(b"443.0"), Ok(Json::Word("443.0")));
        assert_eq!(Json::read(b"\"\\ud83d\\ude00 \\ud83d\""), Ok(Json::Text("😀 \u{fffd}".into())));
    }

    proptest! {
        #[test]
        fn agrees_with_serde_json(
            texts in prop::collection::vec("\\PC{0,6}[\\x00-\\x1f\"\\\\/é]{0,3}", 0..4),
            number: i64,
            pretty: bool,
        ) {
            let value = serde_json::json!({
                "list": texts.clone(), "number": number, "none": null, "yes": true,
                "inner": texts.iter().map(|text| (text.clone(), 1.into())).collect::<serde_json::Map<_, _>>(),
            });
            let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
            prop_assert_eq!(plain(&Json::read(text.unwrap().as_bytes()).unwrap()), value);
        }

        #[test]
        fn nothing_panics(text in "[\\[\\]{}\":,\\\\nu0é ]{0,20}") {
            let _read = Json::read(text.as_bytes());
        }
    }
}
