//! Athena SQL as Logs Insights QL: a query in FROM becomes what stands before the next pipe.

use super::{Said, unsayable};
use crate::insights::ast::{Name, Span};
use crate::sql::ast::{Body, Call, From, Item, Node, NodeKind, Operator, Order, Query, Select};
use crate::sql::plan::{AGGREGATES, field};
use crate::sql::types::Type;
use crate::value::Value;

const LANGUAGE: &str = "Logs Insights";

/// A query in Logs Insights QL.
pub fn to_insights(query: &Query) -> Said<String> {
    let mut writer = Writer::default();
    writer.query(query, &[])?;
    Ok(writer.commands.join("\n| "))
}

#[derive(Default)]
struct Writer {
    commands: Vec<String>,
    /// What has a column of its own by now, by its name.
    made: Vec<(Node, String)>,
    /// Rows are no records any more.
    is_made: bool,
}

impl Writer {
    fn query(&mut self, query: &Query, outer: &[&crate::sql::ast::Named]) -> Said<()> {
        let named: Vec<_> = outer.iter().copied().chain(&query.with).collect();
        match &query.body {
            Body::Select(select) => self.select(select, &named)?,
            Body::Nested(inner) => self.query(inner, &named)?,
            Body::Union(..) => return unsayable(query.span, "UNION", LANGUAGE),
        }
        if !query.order.is_empty() {
            let orders =
                query.order.iter().map(|order| self.order(order, query)).collect::<Said<Vec<_>>>()?;
            self.commands.push(format!("sort {}", orders.join(", ")));
        }
        if query.offset > 0 {
            return unsayable(query.span, "OFFSET", LANGUAGE);
        }
        if let Some(limit) = query.limit {
            self.commands.push(format!("limit {limit}"));
        }
        Ok(())
    }

    fn select(&mut self, select: &Select, named: &[&crate::sql::ast::Named]) -> Said<()> {
        match &select.from {
            From::Nothing => return unsayable(select.span, "a SELECT without FROM", LANGUAGE),
            From::Query(query, _, columns) if columns.is_empty() => self.query(query, named)?,
            From::Query(..) => return unsayable(select.span, "names of columns behind a query", LANGUAGE),
            From::Table(name, _) => {
                if let Some(at) = named.iter().rposition(|one| one.name.text == name.text) {
                    self.query(&named[at].query, &named[..at])?;
                }
            }
        }
        if let Some(unnest) = select.unnest.first() {
            return unsayable(unnest.list.span, "UNNEST", LANGUAGE);
        }
        if let Some(filter) = &select.filter {
            let filter = self.expression(filter)?;
            self.commands.push(format!("filter {filter}"));
        }
        let is_grouped =
            select.group.is_some() || nodes(select).any(has_aggregate) || select.having.is_some();
        if is_grouped || select.distinct { self.stats(select) } else { self.fields(select) }
    }

    fn fields(&mut self, select: &Select) -> Said<()> {
        let mut items = Vec::new();
        for item in &select.items {
            match item {
                Item::All(..) if self.is_made => {}
                Item::All(..) => items.push("@timestamp, @message".to_owned()),
                Item::Node(node, alias) => {
                    let text = self.expression(node)?;
                    if alias.is_some() {
                        self.made.push((node.clone(), column(alias.as_ref(), &text)));
                    }
                    items.push(named(text, alias.as_ref()));
                }
            }
        }
        if !items.is_empty() {
            let word = if self.is_made { "display" } else { "fields" };
            self.commands.push(format!("{word} {}", items.join(", ")));
        }
        Ok(())
    }

    fn stats(&mut self, select: &Select) -> Said<()> {
        let (mut keys, mut measures, mut made, mut order) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (node, alias) in items(select)? {
            let text = self.expression(node)?;
            let name = column(alias, &text);
            let into = if has_aggregate(node) { &mut measures } else { &mut keys };
            into.push(named(text, alias));
            order.push((has_aggregate(node), name.clone()));
            made.push((node.clone(), name));
        }
        // Keys that are not selected are not on show.
        let mut hidden = Vec::new();
        for key in select.group.iter().flatten() {
            let is_shown = matches!(key.kind, NodeKind::Int(_)) || made.iter().any(|(node, _)| node == key);
            if !is_shown {
                hidden.push(self.expression(key)?);
            }
        }
        let is_sorted = order.is_sorted_by_key(|(is_measure, _)| *is_measure);
        keys.extend(hidden.iter().cloned());
        let only_keys = measures.is_empty();
        if only_keys {
            measures.push("count(*)".to_owned());
        }
        let by = if keys.is_empty() { String::new() } else { format!(" by {}", keys.join(", ")) };
        let measures = measures.join(", ");
        if let Some(having) = &select.having {
            let mut missing = Vec::new();
            find_aggregates(having, &mut missing);
            if let Some(aggregate) =
                missing.into_iter().find(|one| !made.iter().any(|(node, _)| node == *one))
            {
                return unsayable(aggregate.span, "a HAVING of what is not selected", LANGUAGE);
            }
        }
        self.commands.push(format!("stats {measures}{by}"));
        self.made = made;
        self.is_made = true;
        if let Some(having) = &select.having {
            let having = self.expression(having)?;
            self.commands.push(format!("filter {having}"));
        }
        if only_keys || !is_sorted || !hidden.is_empty() {
            let names: Vec<String> = order.into_iter().map(|(_, name)| name).collect();
            self.commands.push(format!("display {}", names.join(", ")));
        }
        Ok(())
    }

    fn order(&self, order: &Order, query: &Query) -> Said<String> {
        let item = match (&order.node.kind, &query.body) {
            (NodeKind::Int(place), Body::Select(select)) => {
                let items = items(select)?;
                let item = usize::try_from(place - 1).ok().and_then(|at| items.get(at).copied());
                item.map(|(node, _)| node)
            }
            _ => None,
        };
        let text = self.expression(item.unwrap_or(&order.node))?;
        Ok(if order.descending { format!("{text} desc") } else { text })
    }

    fn expression(&self, node: &Node) -> Said<String> {
        if let Some((_, name)) = self.made.iter().find(|(made, _)| made == node) {
            return Ok(name.clone());
        }
        let span = node.span;
        Ok(match &node.kind {
            NodeKind::Bool(truth) => truth.to_string(),
            NodeKind::Int(number) => number.to_string(),
            NodeKind::Double(number) => Value::real(*number).to_string(),
            NodeKind::Decimal(digits, scale) => {
                Value::real(*digits as f64 / 10_f64.powi((*scale).into())).to_string()
            }
            NodeKind::Text(text) => string(text),
            NodeKind::Column(column) => self.name(&column.name, span)?,
            NodeKind::Not(of) => match &of.kind {
                NodeKind::IsNull(of) => format!("ispresent({})", self.expression(of)?),
                NodeKind::In(of, list) => format!("{} not in [{}]", self.operand(of)?, self.all(list)?),
                NodeKind::Like(of, pattern, escape) => self.like(of, pattern, *escape, "not like")?,
                _ => format!("not ({})", self.expression(of)?),
            },
            NodeKind::Minus(of) => format!("-{}", self.operand(of)?),
            NodeKind::Binary(left, operator, right) => self.binary(left, *operator, right, span)?,
            NodeKind::IsNull(of) => format!("not ispresent({})", self.expression(of)?),
            NodeKind::Between(of, low, high) => {
                let text = self.operand(of)?;
                format!("({text} >= {} and {text} <= {})", self.operand(low)?, self.operand(high)?)
            }
            NodeKind::In(of, list) => format!("{} in [{}]", self.operand(of)?, self.all(list)?),
            NodeKind::Like(of, pattern, escape) => self.like(of, pattern, *escape, "like")?,
            NodeKind::Case(None, cases, default) => {
                let mut parts = Vec::new();
                for (when, then) in cases {
                    parts.extend([self.expression(when)?, self.expression(then)?]);
                }
                if let Some(default) = default {
                    parts.push(self.expression(default)?);
                }
                format!("case({})", parts.join(", "))
            }
            NodeKind::Cast(of, Type::Varchar | Type::IpAddress | Type::Integer | Type::Double, _) => {
                self.expression(of)?
            }
            NodeKind::Call(call) => self.call(call, span)?,
            _ => return unsayable(span, "this", LANGUAGE),
        })
    }

    fn all(&self, nodes: &[Node]) -> Said<String> {
        nodes.iter().map(|node| self.expression(node)).collect::<Said<Vec<_>>>().map(|all| all.join(", "))
    }

    fn name(&self, name: &str, span: Span) -> Said<String> {
        if self.made.iter().any(|(_, made)| made == name) || self.is_made {
            return Ok(name.to_owned());
        }
        match field(name) {
            Some(field) => Ok(field.insights_name().to_owned()),
            None => unsayable(span, &format!("the column {name}"), LANGUAGE),
        }
    }

    fn operand(&self, node: &Node) -> Said<String> {
        let text = self.expression(node)?;
        let is_loose =
            matches!(node.kind, NodeKind::Binary(..)) && !self.made.iter().any(|(made, _)| made == node);
        let is_time = text.starts_with("bin(") || text == "@timestamp";
        Ok(if is_loose && !is_time { format!("({text})") } else { text })
    }

    fn binary(&self, left: &Node, operator: Operator, right: &Node, span: Span) -> Said<String> {
        // `start - start % 300`
        if let (NodeKind::Column(start), Operator::Subtract, NodeKind::Binary(of, Operator::Remainder, secs)) =
            (&left.kind, operator, &right.kind)
            && let (NodeKind::Column(other), NodeKind::Int(secs)) = (&of.kind, &secs.kind)
            && start.name == "start"
            && other.name == "start"
        {
            return Ok(bin(*secs));
        }
        // `strpos(a, b) > 0`
        if let (NodeKind::Call(call), Operator::Greater, NodeKind::Int(0)) =
            (&left.kind, operator, &right.kind)
            && let ("strpos", [of, part]) = (call.name.as_str(), call.args.as_slice())
        {
            return Ok(format!("{} like {}", self.operand(of)?, self.expression(part)?));
        }
        let side = |node: &Node| match (&node.kind, operator) {
            (NodeKind::Binary(_, inner, _), Operator::And | Operator::Or) if *inner == operator => {
                self.expression(node)
            }
            (NodeKind::Binary(_, Operator::And | Operator::Or, _), _) => self.operand(node),
            (_, Operator::And | Operator::Or) => self.expression(node),
            _ => self.operand(node),
        };
        let (left, right) = (side(left)?, side(right)?);
        let sign = match operator {
            Operator::Or => "or",
            Operator::And => "and",
            Operator::NotEqual | Operator::Distinct => "!=",
            Operator::Concat => return Ok(format!("concat({left}, {right})")),
            Operator::Divide => "/",
            _ if matches!(
                operator,
                Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Remainder
            ) =>
            {
                operator.text()
            }
            Operator::Equal | Operator::Less | Operator::AtMost | Operator::Greater | Operator::AtLeast => {
                operator.text()
            }
            _ => return unsayable(span, operator.text(), LANGUAGE),
        };
        Ok(format!("{left} {sign} {right}"))
    }

    fn like(&self, of: &Node, pattern: &Node, escape: Option<char>, word: &str) -> Said<String> {
        let NodeKind::Text(text) = &pattern.kind else {
            return unsayable(pattern.span, "a LIKE of no constant", LANGUAGE);
        };
        let of = self.operand(of)?;
        let part = text.strip_prefix('%').and_then(|text| text.strip_suffix('%'));
        if let Some(part) = part.filter(|part| !part.contains(['%', '_'])) {
            return Ok(format!("{of} {word} {}", string(part)));
        }
        if escape.is_some() {
            return unsayable(pattern.span, "ESCAPE", LANGUAGE);
        }
        let mut regex = String::from("^");
        for c in text.chars() {
            match c {
                '%' => regex.push_str(".*"),
                '_' => regex.push('.'),
                '/' => regex.push_str("\\/"),
                c => regex.push_str(&regex_lite::escape(c.encode_utf8(&mut [0; 4]))),
            }
        }
        let regex = regex.strip_suffix(".*").map_or_else(|| format!("{regex}$"), str::to_owned);
        Ok(format!("{of} {word} /{regex}/"))
    }

    fn call(&self, call: &Call, span: Span) -> Said<String> {
        let name = call.name.as_str();
        if call.over.is_some() || !call.order.is_empty() {
            return unsayable(span, "a window or an order within a function", LANGUAGE);
        }
        if let Some(filter) = &call.filter {
            let [of] = call.args.as_slice() else {
                return match name {
                    "count" => Ok(format!("sum(if({}, 1, 0))", self.expression(filter)?)),
                    _ => unsayable(span, "this FILTER", LANGUAGE),
                };
            };
            return match name {
                "sum" => Ok(format!("sum(if({}, {}, 0))", self.expression(filter)?, self.expression(of)?)),
                _ => unsayable(span, "this FILTER", LANGUAGE),
            };
        }
        let of = |at: usize| call.args.get(at).map_or(Ok(String::new()), |arg| self.expression(arg));
        let is_start = |node: &Node| matches!(&node.kind, NodeKind::Column(column) if column.name == "start");
        let same = |name: &str| Ok(format!("{name}({})", self.all(&call.args)?));
        match (name, call.args.as_slice()) {
            ("count", []) => Ok("count(*)".to_owned()),
            ("count", [_]) if call.distinct => same("count_distinct"),
            ("approx_distinct", _) => Ok(format!("count_distinct({})", of(0)?)),
            ("count_if", [condition]) => Ok(format!("sum(if({}, 1, 0))", self.expression(condition)?)),
            ("sum" | "avg" | "min" | "max" | "count", [_]) if !call.distinct => same(name),
            ("stddev_pop", [_]) => same("stddev"),
            ("var_pop", [_]) => same("variance"),
            ("approx_percentile", [_, share]) => {
                let share = match &share.kind {
                    NodeKind::Decimal(digits, scale) => *digits as f64 / 10_f64.powi((*scale).into()),
                    NodeKind::Double(share) => *share,
                    _ => return unsayable(span, "this percentile", LANGUAGE),
                };
                Ok(format!("pct({}, {})", of(0)?, Value::real(share * 100.0)))
            }
            ("min_by", [_, key]) if is_start(key) => Ok(format!("earliest({})", of(0)?)),
            ("max_by", [_, key]) if is_start(key) => Ok(format!("latest({})", of(0)?)),
            ("from_unixtime", [start]) if is_start(start) => Ok("@timestamp".to_owned()),
            ("from_unixtime", [_]) => {
                let text = of(0)?;
                if text.starts_with("bin(") { Ok(text) } else { Ok(format!("fromMillis({text} * 1000)")) }
            }
            ("date_trunc", [unit, _]) => {
                let unit = if let NodeKind::Text(unit) = &unit.kind { unit.as_str() } else { "" };
                let period = match unit {
                    "second" => "1s",
                    "minute" => "1m",
                    "hour" => "1h",
                    "day" => "1d",
                    _ => return unsayable(span, "this date_trunc", LANGUAGE),
                };
                let of = of(1)?;
                Ok(if of == "@timestamp" {
                    format!("bin({period})")
                } else {
                    format!("datefloor({of}, {period})")
                })
            }
            ("date", [_]) => {
                let of = of(0)?;
                Ok(if of == "@timestamp" { "bin(1d)".to_owned() } else { format!("datefloor({of}, 1d)") })
            }
            ("contains", [net, address]) if matches!(address.kind, NodeKind::Cast(_, Type::IpAddress, _)) => {
                Ok(format!("isIpInSubnet({}, {})", self.expression(address)?, self.expression(net)?))
            }
            ("regexp_like", [of, pattern]) => match &pattern.kind {
                NodeKind::Text(pattern) => {
                    Ok(format!("{} like /{}/", self.operand(of)?, pattern.replace('/', "\\/")))
                }
                _ => unsayable(span, "this pattern", LANGUAGE),
            },
            ("starts_with", [_, _]) => same("startsWith"),
            ("ends_with", [_, _]) => same("endsWith"),
            ("length", [_]) => same("strlen"),
            ("lower", [_]) => same("tolower"),
            ("upper", [_]) => same("toupper"),
            ("substr" | "substring", [_, Node { kind: NodeKind::Int(from @ 1..), .. }, rest @ ..]) => {
                let rest = rest.first().map(|rest| self.expression(rest)).transpose()?;
                let rest = rest.map_or_else(String::new, |rest| format!(", {rest}"));
                Ok(format!("substr({}, {}{rest})", of(0)?, from - 1))
            }
            (
                "if" | "coalesce" | "abs" | "ceil" | "floor" | "sqrt" | "round" | "greatest" | "least"
                | "concat" | "trim" | "ltrim" | "rtrim" | "replace" | "split",
                _,
            ) => same(name),
            ("ceiling", _) => same("ceil"),
            ("ln", _) => same("log"),
            ("mod", [_, _]) => Ok(format!("{} % {}", of(0)?, of(1)?)),
            _ => unsayable(span, &format!("{name}()"), LANGUAGE),
        }
    }
}

/// A period of so many seconds.
fn bin(secs: i128) -> String {
    match secs {
        secs if secs % 86_400 == 0 => format!("bin({}d)", secs / 86_400),
        secs if secs % 3600 == 0 && secs <= 86_400 => format!("bin({}h)", secs / 3600),
        secs if secs % 60 == 0 && secs <= 3600 => format!("bin({}m)", secs / 60),
        secs => format!("bin({secs}s)"),
    }
}

/// What is selected, without `*`.
fn items(select: &Select) -> Said<Vec<(&Node, Option<&Name>)>> {
    let item = |item| match item {
        &Item::All(_, span) => unsayable(span, "* beside groups", LANGUAGE),
        Item::Node(node, alias) => Ok((node, alias.as_ref())),
    };
    select.items.iter().map(item).collect()
}

fn nodes(select: &Select) -> impl Iterator<Item = &Node> {
    select.items.iter().filter_map(|item| if let Item::Node(node, _) = item { Some(node) } else { None })
}

fn has_aggregate(node: &Node) -> bool {
    let mut found = Vec::new();
    find_aggregates(node, &mut found);
    !found.is_empty()
}

fn find_aggregates<'n>(node: &'n Node, into: &mut Vec<&'n Node>) {
    match &node.kind {
        NodeKind::Call(call) if call.over.is_none() && AGGREGATES.contains(&call.name.as_str()) => {
            into.push(node);
        }
        _ => node.children().into_iter().for_each(|child| find_aggregates(child, into)),
    }
}

fn named(text: String, alias: Option<&Name>) -> String {
    match alias {
        Some(alias) => format!("{text} as {}", quoted(&alias.text)),
        None => text,
    }
}

/// The name of a column: its alias, or its text.
fn column(alias: Option<&Name>, text: &str) -> String {
    alias.map_or_else(|| text.to_owned(), |alias| quoted(&alias.text))
}

/// A name; what is none by itself stands in backticks.
fn quoted(name: &str) -> String {
    let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !crate::insights::lex::is_reserved(name);
    if is_plain { name.to_owned() } else { format!("`{name}`") }
}

fn string(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
