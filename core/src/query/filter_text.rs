//! Conditions as people type them, in the words of Logs Insights' `filter`:
//! `action = "REJECT" and dstPort in [22, 3389] and not isIpv4InSubnet(srcAddr, "10.0.0.0/8")`.
//!
//! Field names in any spelling, also of columns flowlens does not know; strings in either quotes or bare;
//! `=`, `==`, `!=`, `<`, `<=`, `>`, `>=`, `in [..]`, `not in [..]`, `like "text"`, `not like "text"`, `and`, `or`,
//! `not`, `!`, parentheses, `ispresent(f)`, `isempty(f)`, `strcontains(f, "text")`, `isPrivateIP(f)`, `isPublicIP(f)`,
//! `isIpv4InSubnet(f, "cidr")` and its kin; a field compared with another (`srcAddr != pktSrcAddr`). The command's own word
//! `filter` may stand in front. Words are case-insensitive, values are not. Source: AWS, "CloudWatch Logs Insights language query syntax".

use std::fmt;

use ipnet::IpNet;

use super::plan::{Comparison, Derived, Expr};
use super::value::Value;
use crate::record::{Column, Field, Kind, address, protocol};

/// Where and why a condition is not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// Byte offset in the text.
    pub at: usize,
    /// What was expected.
    pub what: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at character {}", self.what, self.at + 1)
    }
}

impl std::error::Error for ParseError {}

/// Reads a condition. Blank text is always true.
pub fn parse(text: &str) -> Result<Expr, ParseError> {
    let mut parser = Parser { text, tokens: lex(text)?, next: 0, depth: 0 };
    // As it is copied out of a query.
    if parser.tokens.get(1).is_some_and(|next| next.kind == Kindled::Word || next.text(text) == "(") {
        let _is_command = parser.take("filter") || parser.take("where");
    }
    if parser.tokens.is_empty() {
        return Ok(Expr::True);
    }
    let expr = parser.any()?;
    match parser.peek() {
        None => Ok(expr),
        Some(token) => Err(ParseError {
            at: token.at,
            what: format!("expected `and`, `or` or the end, not `{}`", token.text(text)),
        }),
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Kindled {
    Word,
    Number(u64),
    Text(String),
    Symbol,
}

#[derive(Clone, Debug)]
struct Token {
    kind: Kindled,
    at: usize,
    end: usize,
}

impl Token {
    fn text<'a>(&self, whole: &'a str) -> &'a str {
        whole.get(self.at..self.end).unwrap_or_default()
    }
}

const fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(c, '_' | '-' | '.' | ':' | '@' | '/' | '$' | '{' | '}')
        || !c.is_ascii()
}

/// Why a regular expression is not taken.
const REGEX: &str = "a regular expression is for the page Query; here `like` takes a text in quotes";

fn lex(text: &str) -> Result<Vec<Token>, ParseError> {
    let mut tokens = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c.is_whitespace() {
            continue;
        }
        if matches!(c, '"' | '\'' | '`') {
            let (mut value, mut end) = (String::new(), None);
            while let Some((place, inner)) = chars.next() {
                match inner {
                    '\\' if c != '`' => value.extend(chars.next().map(|(_, escaped)| escaped)),
                    inner if inner == c => {
                        end = Some(place + 1);
                        break;
                    }
                    inner => value.push(inner),
                }
            }
            let Some(end) = end else {
                return Err(ParseError { at, what: format!("the text that begins with {c} does not end") });
            };
            let kind = if c == '`' { Kindled::Word } else { Kindled::Text(value) };
            let (at, end) = if c == '`' { (at + 1, end - 1) } else { (at, end) };
            tokens.push(Token { kind, at, end });
        } else if matches!(c, '/' | '~') {
            return Err(ParseError { at, what: REGEX.to_owned() });
        } else if is_word(c) {
            let mut end = at + c.len_utf8();
            while let Some(&(place, next)) = chars.peek()
                && is_word(next)
            {
                end = place + next.len_utf8();
                chars.next();
            }
            let word = text.get(at..end).unwrap_or_default();
            tokens.push(Token { kind: word.parse().map_or(Kindled::Word, Kindled::Number), at, end });
        } else if matches!(c, '=' | '!' | '<' | '>' | '(' | ')' | '[' | ']' | ',') {
            let mut end = at + 1;
            if matches!(c, '=' | '!' | '<' | '>') && chars.peek().is_some_and(|&(_, next)| next == '=') {
                chars.next();
                end += 1;
            }
            tokens.push(Token { kind: Kindled::Symbol, at, end });
        } else {
            return Err(ParseError { at, what: format!("`{c}` has no meaning here") });
        }
    }
    Ok(tokens)
}

/// Conditions nested deeper than this are refused rather than followed.
const DEPTH_MAX: usize = 64;

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    next: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    fn peek_text(&self) -> &str {
        self.peek()
            .filter(|token| !matches!(token.kind, Kindled::Text(_)))
            .map_or("", |token| token.text(self.text))
    }

    fn take(&mut self, what: &str) -> bool {
        let is = self.peek_text().eq_ignore_ascii_case(what);
        self.next += usize::from(is);
        is
    }

    fn error<T>(&self, what: impl Into<String>) -> Result<T, ParseError> {
        let at = self.peek().map_or(self.text.len(), |token| token.at);
        Err(ParseError { at, what: what.into() })
    }

    fn expect(&mut self, symbol: &str) -> Result<(), ParseError> {
        if self.take(symbol) { Ok(()) } else { self.error(format!("expected `{symbol}`")) }
    }

    fn any(&mut self) -> Result<Expr, ParseError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return self.error("too many parentheses inside each other");
        }
        let mut expr = self.all()?;
        while self.take("or") || self.take("||") {
            expr = expr.or(self.all()?);
        }
        self.depth -= 1;
        Ok(expr)
    }

    fn all(&mut self) -> Result<Expr, ParseError> {
        let mut expr = self.one()?;
        while self.take("and") || self.take("&&") {
            expr = expr.and(self.one()?);
        }
        Ok(expr)
    }

    fn one(&mut self) -> Result<Expr, ParseError> {
        let mut negations = 0;
        while self.take("not") || self.take("!") {
            negations += 1;
        }
        let expr = if self.take("(") {
            let inner = self.any()?;
            self.expect(")")?;
            inner
        } else {
            self.condition()?
        };
        Ok(if negations % 2 == 1 { expr.negate() } else { expr })
    }

    fn condition(&mut self) -> Result<Expr, ParseError> {
        let Some(token) = self.peek().cloned() else { return self.error("expected a field name") };
        if token.kind != Kindled::Word {
            return self.error("expected a field name, such as srcAddr or dstPort");
        }
        let name = token.text(self.text).to_owned();
        self.next += 1;
        if self.take("(") {
            return self.function(&name, token.at);
        }
        if name.starts_with('@') {
            let what = format!("`{name}` is for the page Query; a filter takes fields, such as srcAddr");
            return Err(ParseError { at: token.at, what });
        }
        let (field, kind) = named(&name);
        let negated = self.take("not");
        if self.take("in") {
            let list = Expr::OneOf(Box::new(field), self.list(kind)?);
            return Ok(if negated { list.negate() } else { list });
        }
        if self.take("like") {
            let text = self.value(Kind::Text)?.recorded().unwrap_or_default();
            let like = Expr::Contains(Box::new(field), text);
            return Ok(if negated { like.negate() } else { like });
        }
        if negated {
            return self.error("expected `in` or `like` after `not`");
        }
        let comparison = match self.peek_text() {
            "=" | "==" => Comparison::Equal,
            "!=" => Comparison::NotEqual,
            "<" => Comparison::Less,
            "<=" => Comparison::AtMost,
            ">" => Comparison::Greater,
            ">=" => Comparison::AtLeast,
            _ => return self.error(format!("expected a comparison after `{name}`, such as = or in")),
        };
        self.next += 1;
        if let Some(other) = Field::from_name(self.peek_text()).filter(|_| kind != Kind::Text) {
            self.next += 1;
            return Ok(Expr::compare(field, comparison, other));
        }
        let value = self.value(kind)?;
        Ok(Expr::compare(field, comparison, value))
    }

    fn function(&mut self, name: &str, at: usize) -> Result<Expr, ParseError> {
        let Some(token) = self.peek().cloned().filter(|token| token.kind == Kindled::Word) else {
            return self.error("expected a field name");
        };
        self.next += 1;
        let (field, _) = named(token.text(self.text));
        let lower = name.to_ascii_lowercase();
        let expr = match lower.as_str() {
            "ispresent" => Expr::present(field),
            "isempty" | "isblank" => Expr::present(field).negate(),
            "strcontains" => {
                self.expect(",")?;
                Expr::Contains(Box::new(field), self.value(Kind::Text)?.recorded().unwrap_or_default())
            }
            "isprivateip" | "isprivate" => Expr::private(field),
            "ispublicip" | "ispublic" => Expr::private(field).negate(),
            "isvalidipv6" => Expr::IsIpv6(Box::new(field)),
            "isvalidipv4" => Expr::IsIpv6(Box::new(field)).negate(),
            "isipinsubnet" | "isipv4insubnet" | "isipv6insubnet" => {
                self.expect(",")?;
                let at = self.peek().map_or(self.text.len(), |token| token.at);
                let net = self.value(Kind::Text)?.recorded().unwrap_or_default();
                let net: IpNet = net.parse().map_err(|_| ParseError {
                    at,
                    what: format!("`{net}` is no network; write it like 10.0.0.0/8"),
                })?;
                Expr::InSubnet(Box::new(field), net)
            }
            _ => return Err(ParseError { at, what: format!("the function `{name}` is not known") }),
        };
        self.expect(")")?;
        Ok(expr)
    }

    fn list(&mut self, kind: Kind) -> Result<Vec<Value>, ParseError> {
        let close = if self.take("[") {
            "]"
        } else if self.take("(") {
            ")"
        } else {
            return self.error("expected a list, such as [22, 3389]");
        };
        let mut values = Vec::new();
        if self.take(close) {
            return Ok(values);
        }
        loop {
            values.push(self.value(kind)?);
            if self.take(close) {
                return Ok(values);
            }
            self.expect(",")?;
        }
    }

    /// A value as the field holds it.
    fn value(&mut self, kind: Kind) -> Result<Value, ParseError> {
        let Some(token) = self.peek().cloned() else { return self.error("expected a value") };
        let text = match &token.kind {
            Kindled::Text(text) => text.clone(),
            Kindled::Word | Kindled::Number(_) => token.text(self.text).to_owned(),
            Kindled::Symbol => return self.error("expected a value"),
        };
        self.next += 1;
        let wrong = |what: &str| Err(ParseError { at: token.at, what: format!("`{text}` is not {what}") });
        match kind {
            Kind::Text => Ok(Value::Text(text)),
            Kind::Address => match address::parse(&text) {
                Some(address) => Ok(Value::Address(address)),
                None => wrong("an address; for a network use isIpv4InSubnet(srcAddr, \"10.0.0.0/8\")"),
            },
            Kind::Number | Kind::Port | Kind::Byte | Kind::Time => match text.parse::<u64>() {
                Ok(number) => Ok(Value::from(number)),
                Err(_) => match (0..=255)
                    .find(|&number| protocol::name(number) == Some(text.to_ascii_lowercase().as_str()))
                {
                    Some(number) if kind == Kind::Byte => Ok(Value::from(number)),
                    _ => wrong("a whole number"),
                },
            },
        }
    }
}

/// The expression and the kind of a name.
fn named(name: &str) -> (Expr, Kind) {
    if let Some(field) = Field::from_name(name) {
        return (Expr::Field(field), field.kind());
    }
    let derived = match name.to_ascii_lowercase().as_str() {
        "direction" => Some((Derived::Direction, Kind::Text)),
        "localaddr" | "localaddress" => Some((Derived::LocalAddress, Kind::Address)),
        "localport" => Some((Derived::LocalPort, Kind::Port)),
        "remoteaddr" | "remoteaddress" => Some((Derived::RemoteAddress, Kind::Address)),
        "remoteport" => Some((Derived::RemotePort, Kind::Port)),
        _ => None,
    };
    derived.map_or_else(
        || (Expr::Column(Column::from_name(name).name().to_owned()), Kind::Text),
        |(derived, kind)| (Expr::Derived(derived), kind),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn conditions() {
        for (text, expr) in [
            ("", Expr::True),
            ("action = \"REJECT\"", Expr::equal(Field::Action, "REJECT")),
            ("ACTION == 'REJECT'", Expr::equal(Field::Action, "REJECT")),
            ("dst-port != 443", Expr::compare(Field::DstPort, Comparison::NotEqual, 443)),
            ("protocol = tcp", Expr::equal(Field::Protocol, 6)),
            ("srcAddr = 10.0.0.1", Expr::equal(Field::SrcAddr, address::parse("10.0.0.1").unwrap())),
            ("`log-status` = OK", Expr::equal(Field::LogStatus, "OK")),
            ("dstport in [22, 3389]", Expr::one_of(Field::DstPort, [22_u64, 3389])),
            (
                "interfaceId like \"eni-0\"",
                Expr::Contains(Box::new(Field::InterfaceId.into()), "eni-0".to_owned()),
            ),
            ("not ispresent(vpcId)", Expr::present(Field::VpcId).negate()),
            ("filter not isempty(vpcId)", Expr::present(Field::VpcId).negate().negate()),
            ("filter = x", Expr::equal(Expr::column("filter"), "x")),
            (
                "strcontains(interfaceId, 'eni-0')",
                Expr::Contains(Box::new(Field::InterfaceId.into()), "eni-0".to_owned()),
            ),
            ("srcAddr != pktSrcAddr", Expr::compare(Field::SrcAddr, Comparison::NotEqual, Field::PktSrcAddr)),
            ("my-tag = x", Expr::equal(Expr::column("my-tag"), "x")),
            (
                "remoteAddr = 2001:db8::1",
                Expr::equal(Derived::RemoteAddress, address::parse("2001:db8::1").unwrap()),
            ),
        ] {
            assert_eq!(parse(text), Ok(expr), "{text}");
        }
        let both = Expr::equal(Field::Action, "REJECT");
        let either = Expr::equal(Field::DstPort, 22).or(Expr::equal(Field::DstPort, 23));
        assert_eq!(parse("action = REJECT and (dstPort = 22 or dstPort = 23)"), Ok(both.and(either)));
    }

    #[test]
    fn errors_say_where_and_what() {
        for (text, error) in [
            ("action = ", "expected a value at character 10"),
            ("action REJECT", "expected a comparison after `action`, such as = or in at character 8"),
            ("dstPort = abc", "`abc` is not a whole number at character 11"),
            ("action = \"REJECT", "the text that begins with \" does not end at character 10"),
            (
                "isIpv4InSubnet(srcAddr, 10.0.0.0)",
                "`10.0.0.0` is no network; write it like 10.0.0.0/8 at character 25",
            ),
            ("action = OK dstPort", "expected `and`, `or` or the end, not `dstPort` at character 13"),
            ("a ; b", "`;` has no meaning here at character 3"),
            (
                "srcAddr like /^10/",
                "a regular expression is for the page Query; here `like` takes a text in quotes at character 14",
            ),
            (
                "@message like 'x'",
                "`@message` is for the page Query; a filter takes fields, such as srcAddr at character 1",
            ),
            ("foo(bar)", "the function `foo` is not known at character 1"),
        ] {
            assert_eq!(parse(text).unwrap_err().to_string(), error, "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,60}") {
            let _result = parse(&text);
        }
    }
}
