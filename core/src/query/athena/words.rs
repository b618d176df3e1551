//! Expressions in Athena SQL.
//!
//! Where only the truth of a condition counts, false and missing are the same, and text is compared as it stands. Below NOT
//! they are not, so that `-` there becomes NULL first.

use super::{Writer, column, derived, identifier, kind, string, unsayable};
use crate::query::ddl::column_of;
use crate::query::insights::Unsayable;
use crate::query::plan::{Comparison, Expr};
use crate::query::value::Value;
use crate::record::Kind;

impl Writer<'_> {
    /// A condition of which only the truth counts.
    pub(super) fn condition(&self, expr: &Expr) -> Result<String, Unsayable> {
        self.expression(expr, true)
    }

    /// A value; if `known`, NULL where it is missing.
    pub(super) fn value(&self, expr: &Expr, known: bool) -> Result<String, Unsayable> {
        let text = self.expression(expr, false)?;
        Ok(if known && self.is_textual(expr) { format!("NULLIF({text}, '-')") } else { text })
    }

    /// Whether the expression is a column of text, where `-` stands for a missing value.
    fn is_textual(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Field(field) => matches!(field.kind(), Kind::Text | Kind::Address),
            Expr::Column(name) => self.grouping.is_none_or(|grouping| {
                let key = grouping.keys.iter().find(|key| key.name == *name).map(|key| &key.expr);
                key.is_some_and(|key| !matches!(key, Expr::Column(_)) && self.is_textual(key))
            }),
            _ => false,
        }
    }

    /// An expression that other operators may stand beside.
    pub(super) fn operand(&self, expr: &Expr, sure: bool) -> Result<String, Unsayable> {
        let text = self.expression(expr, sure)?;
        Ok(if matches!(expr, Expr::And(_) | Expr::Or(_) | Expr::Bin(..)) {
            format!("({text})")
        } else {
            text
        })
    }

    /// A value beside an operator; NULL where it is missing unless `as_it_stands`.
    fn side(&self, expr: &Expr, as_it_stands: bool) -> Result<String, Unsayable> {
        if as_it_stands || !self.is_textual(expr) {
            return self.operand(expr, false);
        }
        self.value(expr, true)
    }

    /// `sure`: whether missing may as well be false.
    fn expression(&self, expr: &Expr, sure: bool) -> Result<String, Unsayable> {
        Ok(match expr {
            Expr::True => "TRUE".to_owned(),
            Expr::Field(field) => column(*field),
            Expr::Column(name) if self.grouping.is_some() => identifier(name),
            Expr::Column(name) => identifier(&column_of(name)),
            Expr::Derived(of) => derived(*of).to_owned(),
            Expr::Value(Value::Missing) => if sure { "FALSE" } else { "NULL" }.to_owned(),
            Expr::Value(value) => constant(value)?,
            Expr::Compare(left, comparison, right) => {
                let is_constant =
                    |expr: &Expr| matches!(expr, Expr::Value(value) if *value != Value::from("-"));
                let by_identity = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
                let as_it_stands =
                    sure && *comparison == Comparison::Equal && (is_constant(left) || is_constant(right));
                let is_address = kind(left) == Some(Kind::Address) || kind(right) == Some(Kind::Address);
                let side = |expr: &Expr| {
                    if is_address && !by_identity {
                        return Ok(format!("TRY_CAST({} AS IPADDRESS)", self.operand(expr, false)?));
                    }
                    self.side(expr, as_it_stands)
                };
                format!("{} {} {}", side(left)?, operator(*comparison), side(right)?)
            }
            Expr::OneOf(of, values) => {
                let listed: Vec<String> = values.iter().map(constant).collect::<Result<_, _>>()?;
                if listed.is_empty() {
                    "FALSE".to_owned()
                } else {
                    let as_it_stands = sure && !values.contains(&Value::from("-"));
                    format!("{} IN ({})", self.side(of, as_it_stands)?, listed.join(", "))
                }
            }
            Expr::InSubnet(of, net) => in_network(&self.operand(of, false)?, &net.to_string()),
            Expr::IsPrivate(of) => {
                let of = self.operand(of, false)?;
                let tests: Vec<String> = PRIVATE.iter().map(|net| in_network(&of, net)).collect();
                format!("({})", tests.join(" OR "))
            }
            Expr::IsIpv6(of) => format!("{} LIKE '%:%'", self.side(of, sure)?),
            Expr::Present(of) => {
                let text = self.operand(of, false)?;
                if self.is_textual(of) {
                    format!("({text} IS NOT NULL AND {text} <> '-')")
                } else {
                    format!("{text} IS NOT NULL")
                }
            }
            Expr::Contains(of, text) => {
                let as_it_stands = sure && !"-".contains(text.as_str());
                let of_text = matches!(kind(of), Some(Kind::Text | Kind::Address)) || self.is_textual(of);
                let of = self.side(of, as_it_stands)?;
                let of = if of_text { of } else { format!("CAST({of} AS varchar)") };
                format!("strpos({of}, {}) > 0", string(text))
            }
            Expr::Bin(of, secs) => {
                let of = self.operand(of, false)?;
                format!("{of} - {of} % {secs}")
            }
            Expr::Mask(of, bits) => format!("bitwise_and({}, {bits})", self.operand(of, false)?),
            Expr::And(all) => self.joined(all, " AND ", sure)?,
            Expr::Or(any) => self.joined(any, " OR ", sure)?,
            Expr::Not(inner) => format!("NOT ({})", self.expression(inner, false)?),
        })
    }

    fn joined(&self, parts: &[Expr], word: &str, sure: bool) -> Result<String, Unsayable> {
        if parts.is_empty() {
            return self.expression(&Expr::True, sure);
        }
        let parts: Vec<String> =
            parts.iter().map(|part| self.operand(part, sure)).collect::<Result<_, _>>()?;
        Ok(parts.join(word))
    }
}

/// The networks of [`crate::record::address::is_private`].
const PRIVATE: [&str; 9] = [
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "169.254.0.0/16",
    "127.0.0.0/8",
    "fc00::/7",
    "fe80::/10",
    "::1/128",
];

fn in_network(of: &str, net: &str) -> String {
    format!("contains({}, TRY_CAST({of} AS IPADDRESS))", string(net))
}

fn constant(value: &Value) -> Result<String, Unsayable> {
    Ok(match value {
        Value::Missing => return unsayable("a missing value as a constant"),
        Value::Bool(value) => value.to_string().to_uppercase(),
        Value::Number(_) | Value::Real(_) => value.to_string(),
        Value::Text(text) => string(text),
        Value::Address(address) => string(&address.to_string()),
    })
}

const fn operator(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "=",
        Comparison::NotEqual => "<>",
        Comparison::Less => "<",
        Comparison::AtMost => "<=",
        Comparison::Greater => ">",
        Comparison::AtLeast => ">=",
    }
}
