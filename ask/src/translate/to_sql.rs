//! Logs Insights QL as Athena SQL.

use flowlens_core::query::athena::is_reserved;
use flowlens_core::query::ddl::column_of;
use flowlens_core::record::{Field, Kind};

use super::{Said, unsayable};
use crate::insights::ast::{
    Command, CommandKind, Item, Literal, Node, NodeKind, Operator, Order, Query, Span,
};
use crate::insights::words::{Function, Of};

const LANGUAGE: &str = "Athena SQL";

/// A query in SQL over the table of VPC flow logs.
pub fn to_sql(query: &Query, text: &str) -> Said<String> {
    let mut writer = Writer { text, select: Select::default(), names: Vec::new(), is_of_records: true };
    for command in &query.commands {
        writer.command(command)?;
    }
    Ok(writer.finish())
}

/// A SELECT as far as it is written.
#[derive(Default)]
struct Select {
    /// None: all columns.
    items: Vec<String>,
    from: Option<String>,
    filter: Vec<String>,
    /// How many of the items rows are grouped by, once they are.
    grouped: Option<usize>,
    order: Vec<String>,
    limit: Option<u64>,
}

struct Writer<'a> {
    text: &'a str,
    select: Select,
    /// Names that were given in the SELECT that is being written.
    names: Vec<String>,
    is_of_records: bool,
}

impl Writer<'_> {
    fn command(&mut self, command: &Command) -> Said<()> {
        match &command.kind {
            CommandKind::Fields(items) | CommandKind::Display(items) => {
                let is_display = matches!(command.kind, CommandKind::Display(_));
                if self.select.grouped.is_some()
                    || self.select.limit.is_some()
                    || is_display && !self.select.items.is_empty()
                {
                    self.nest();
                }
                for item in items {
                    let item = self.item(item)?;
                    if !self.select.items.contains(&item) {
                        self.select.items.push(item);
                    }
                }
            }
            CommandKind::Filter(node) => {
                if self.select.grouped.is_some() || self.select.limit.is_some() || self.names_within(node) {
                    self.nest();
                }
                let condition = self.expression(node)?;
                self.select.filter.push(condition);
            }
            CommandKind::Stats { measures, by } => {
                if self.select.grouped.is_some() || self.select.limit.is_some() || !self.names.is_empty() {
                    self.nest();
                }
                self.select.items.clear();
                self.select.order.clear();
                for item in by.iter().chain(measures) {
                    let item = self.item(item)?;
                    self.select.items.push(item);
                }
                self.select.grouped = Some(by.len());
                self.is_of_records = false;
            }
            CommandKind::Sort(orders) => {
                if self.select.limit.is_some() {
                    self.nest();
                }
                self.select.order = orders.iter().map(|order| self.order(order)).collect::<Said<_>>()?;
            }
            CommandKind::Limit(rows) => {
                self.select.limit = Some(self.select.limit.map_or(*rows, |before| before.min(*rows)));
            }
            _ => {
                let word = command.span.of(self.text).split_whitespace().next().unwrap_or_default();
                return unsayable(command.span, &format!("`{word}`"), LANGUAGE);
            }
        }
        Ok(())
    }

    /// What is written so far becomes what FROM names.
    fn nest(&mut self) {
        let inner = std::mem::take(&mut self.select).written();
        self.select.from = Some(format!("(\n  {}\n)", inner.replace('\n', "\n  ")));
        self.names.clear();
    }

    fn finish(mut self) -> String {
        let is_bare = self.select.order.is_empty() && self.is_of_records;
        if is_bare {
            self.select.order.push("start DESC".to_owned());
            self.select.limit.get_or_insert(10_000);
        }
        self.select.written()
    }

    fn names_within(&self, node: &Node) -> bool {
        match &node.kind {
            NodeKind::Name(name) => self.names.contains(name),
            NodeKind::Not(of) | NodeKind::Minus(of) => self.names_within(of),
            NodeKind::Binary(left, _, right) => self.names_within(left) || self.names_within(right),
            NodeKind::In { of, list, .. } => {
                self.names_within(of) || list.iter().any(|one| self.names_within(one))
            }
            NodeKind::Like { of, pattern, .. } => self.names_within(of) || self.names_within(pattern),
            NodeKind::Call { args, .. } | NodeKind::List(args) => {
                args.iter().any(|arg| self.names_within(arg))
            }
            NodeKind::Literal(_) | NodeKind::Regex(_) | NodeKind::Period(_) => false,
        }
    }

    fn item(&mut self, item: &Item) -> Said<String> {
        let text = self.expression(&item.node)?;
        let is_time = matches!(&item.node.kind, NodeKind::Name(name) if name == "@timestamp");
        let alias = match &item.alias {
            Some(alias) => Some(alias.text.clone()),
            None if is_time => Some("time".to_owned()),
            None => None,
        };
        Ok(match alias {
            Some(alias) => {
                self.names.push(alias.clone());
                format!("{text} AS {}", identifier(&alias))
            }
            None => text,
        })
    }

    fn order(&self, order: &Order) -> Said<String> {
        let text = match &order.node.kind {
            NodeKind::Name(name) if name == "@timestamp" && self.is_of_records => "start".to_owned(),
            NodeKind::Name(name) if self.names.contains(name) => identifier(name),
            _ => self.expression(&order.node)?,
        };
        Ok(if order.descending { format!("{text} DESC") } else { text })
    }

    fn field(node: &Node) -> Option<Field> {
        if let NodeKind::Name(name) = &node.kind { Field::from_name(name) } else { None }
    }

    fn expression(&self, node: &Node) -> Said<String> {
        let span = node.span;
        Ok(match &node.kind {
            NodeKind::Literal(Literal::Text(text)) => string(text),
            NodeKind::Literal(Literal::Int(number)) => number.to_string(),
            NodeKind::Literal(Literal::Real(number)) => format!("{number:e}"),
            NodeKind::Literal(Literal::Bool(truth)) => truth.to_string().to_uppercase(),
            NodeKind::Name(name) => self.name(name, span)?,
            NodeKind::Not(of) => format!("NOT {}", self.operand(of)?),
            NodeKind::Minus(of) => format!("-{}", self.operand(of)?),
            NodeKind::Binary(left, operator, right) => self.binary(left, *operator, right)?,
            NodeKind::In { of, list, negated } => {
                let list = list.iter().map(|one| self.like(of, one)).collect::<Said<Vec<_>>>()?.join(", ");
                format!("{} {}IN ({list})", self.operand(of)?, if *negated { "NOT " } else { "" })
            }
            NodeKind::Like { of, pattern, negated } => {
                let of = self.as_text(of)?;
                let not = if *negated { "NOT " } else { "" };
                if let NodeKind::Regex(pattern) = &pattern.kind {
                    format!("{not}regexp_like({of}, {})", string(pattern))
                } else {
                    let part = self.expression(pattern)?;
                    format!("strpos({of}, {part}) {} 0", if *negated { "=" } else { ">" })
                }
            }
            NodeKind::Call { function, args } => self.call(*function, args, span)?,
            NodeKind::Regex(_) | NodeKind::Period(_) | NodeKind::List(_) => {
                return unsayable(span, &format!("`{}`", span.of(self.text)), LANGUAGE);
            }
        })
    }

    fn name(&self, name: &str, span: Span) -> Said<String> {
        if self.names.iter().any(|known| known == name) {
            return Ok(identifier(name));
        }
        Ok(match (name, Field::from_name(name)) {
            ("@timestamp", _) => "from_unixtime(start)".to_owned(),
            (_, Some(field)) => identifier(&field.column_name()),
            _ if name.starts_with('@') => return unsayable(span, &format!("`{name}`"), LANGUAGE),
            // After stats, a column of it; else a column that is no field.
            _ if self.is_of_records => identifier(&column_of(name)),
            _ => identifier(name),
        })
    }

    /// An expression that operators may stand beside.
    fn operand(&self, node: &Node) -> Said<String> {
        let text = self.expression(node)?;
        let is_loose = matches!(
            node.kind,
            NodeKind::Binary(..)
                | NodeKind::In { .. }
                | NodeKind::Like { .. }
                | NodeKind::Not(_)
                | NodeKind::Minus(_)
        );
        Ok(if is_loose { format!("({text})") } else { text })
    }

    fn as_text(&self, node: &Node) -> Said<String> {
        let text = self.operand(node)?;
        let is_number = Self::field(node).is_some_and(is_number);
        Ok(if is_number { format!("CAST({text} AS varchar)") } else { text })
    }

    /// A constant of the type of what it is compared with.
    fn like(&self, with: &Node, node: &Node) -> Said<String> {
        Ok(match (Self::field(with).map(is_number), &node.kind) {
            (Some(true), NodeKind::Literal(Literal::Text(text))) if text.parse::<i64>().is_ok() => {
                text.clone()
            }
            (Some(false), NodeKind::Literal(Literal::Int(number))) => string(&number.to_string()),
            _ => self.operand(node)?,
        })
    }

    fn binary(&self, left: &Node, operator: Operator, right: &Node) -> Said<String> {
        let (of_left, of_right) = match operator {
            Operator::And | Operator::Or => {
                (self.condition(left, operator)?, self.condition(right, operator)?)
            }
            _ => (self.like(right, left)?, self.like(left, right)?),
        };
        // A missing value is different from any to Logs Insights, and open to SQL.
        let may_miss = |node: &Node| {
            Self::field(node).is_none_or(is_number) && !matches!(node.kind, NodeKind::Literal(_))
        };
        let sign = match operator {
            Operator::Or => "OR",
            Operator::And => "AND",
            Operator::Equal => "=",
            Operator::NotEqual if may_miss(left) || may_miss(right) => "IS DISTINCT FROM",
            Operator::NotEqual => "<>",
            Operator::Less => "<",
            Operator::AtMost => "<=",
            Operator::Greater => ">",
            Operator::AtLeast => ">=",
            Operator::Add => "+",
            Operator::Subtract => "-",
            Operator::Multiply => "*",
            // It divides whole numbers, too.
            Operator::Divide => return Ok(format!("CAST({of_left} AS double) / {of_right}")),
            Operator::Remainder => "%",
            Operator::Power => return Ok(format!("power({of_left}, {of_right})")),
        };
        Ok(format!("{of_left} {sign} {of_right}"))
    }

    /// A side of AND or OR: brackets only around the other of both.
    fn condition(&self, node: &Node, within: Operator) -> Said<String> {
        let text = self.expression(node)?;
        let is_other = matches!(&node.kind, NodeKind::Binary(_, inner @ (Operator::And | Operator::Or), _) if *inner != within);
        Ok(if is_other { format!("({text})") } else { text })
    }

    fn call(&self, function: Function, args: &[Node], span: Span) -> Said<String> {
        use Function as F;
        let of = |at: usize| args.get(at).map_or(Ok(String::new()), |arg| self.expression(arg));
        let all = || {
            args.iter().map(|arg| self.expression(arg)).collect::<Said<Vec<_>>>().map(|all| all.join(", "))
        };
        let text = |at: usize| args.get(at).map_or(Ok(String::new()), |arg| self.as_text(arg));
        let address = |at: usize| Ok(format!("TRY_CAST({} AS ipaddress)", of(at)?));
        let secs = |node: Option<&Node>| match node.map(|node| &node.kind) {
            Some(NodeKind::Period(period)) => {
                period.capped().millis().filter(|millis| millis % 1000 == 0).map(|millis| millis / 1000)
            }
            _ => None,
        };
        let same = |name: &str| Ok(format!("{name}({})", all()?));
        match function {
            F::Count if args.is_empty() => Ok("count(*)".to_owned()),
            F::CountDistinct => Ok(format!("count(DISTINCT {})", of(0)?)),
            F::StdDev => same("stddev_pop"),
            F::Variance => same("var_pop"),
            F::Median => Ok(format!("approx_percentile({}, 0.5)", of(0)?)),
            F::Percentile => {
                let percent = match args.get(1).map(|arg| &arg.kind) {
                    Some(NodeKind::Literal(Literal::Int(percent))) => *percent as f64,
                    Some(NodeKind::Literal(Literal::Real(percent))) => *percent,
                    _ => return unsayable(span, "this percentile", LANGUAGE),
                };
                Ok(format!("approx_percentile({}, {})", of(0)?, percent / 100.0))
            }
            F::Earliest => Ok(format!("min_by({}, start)", of(0)?)),
            F::Latest => Ok(format!("max_by({}, start)", of(0)?)),
            F::Values => Ok(format!("array_agg(DISTINCT {})", of(0)?)),
            F::Bin => match secs(args.first()) {
                Some(1) => Ok("from_unixtime(start)".to_owned()),
                Some(secs) => Ok(format!("from_unixtime(start - start % {secs})")),
                None => unsayable(span, &format!("`{}`", span.of(self.text)), LANGUAGE),
            },
            F::IsPresent => match args.first().and_then(Self::field) {
                Some(field) if !is_number(field) => Ok(format!("{} IS NOT NULL", of(0)?)),
                _ => Ok(format!("({} IS NOT NULL)", of(0)?)),
            },
            F::IsIpInSubnet | F::IsIpv4InSubnet | F::IsIpv6InSubnet => {
                Ok(format!("contains({}, {})", of(1)?, address(0)?))
            }
            F::IsValidIp => Ok(format!("{} IS NOT NULL", address(0)?)),
            F::IsValidIpV4 => Ok(format!("({} IS NOT NULL AND {} LIKE '%.%')", address(0)?, of(0)?)),
            F::IsValidIpV6 => Ok(format!("{} LIKE '%:%'", of(0)?)),
            F::IsPrivateIp => {
                let nets = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];
                let tests: Vec<String> = nets
                    .iter()
                    .map(|net| Ok(format!("contains('{net}', {})", address(0)?)))
                    .collect::<Said<_>>()?;
                Ok(format!("({})", tests.join(" OR ")))
            }
            F::StrLen => Ok(format!("length({})", text(0)?)),
            F::ToLower => Ok(format!("lower({})", text(0)?)),
            F::ToUpper => Ok(format!("upper({})", text(0)?)),
            F::SubStr => {
                let from = match args.get(1).map(|arg| &arg.kind) {
                    Some(NodeKind::Literal(Literal::Int(from))) => (from + 1).to_string(),
                    _ => format!("{} + 1", of(1)?),
                };
                let rest = if args.len() > 2 { format!(", {}", of(2)?) } else { String::new() };
                Ok(format!("substr({}, {from}{rest})", text(0)?))
            }
            F::StartsWith => Ok(format!("starts_with({}, {})", text(0)?, of(1)?)),
            F::Concat => {
                let parts = (0..args.len()).map(text).collect::<Said<Vec<_>>>()?;
                Ok(format!("concat({})", parts.join(", ")))
            }
            F::Log => same("ln"),
            F::If => same("if"),
            F::Coalesce => same("coalesce"),
            F::Abs => same("abs"),
            F::Ceil => same("ceil"),
            F::Floor => same("floor"),
            F::Sqrt => same("sqrt"),
            F::Round => same("round"),
            F::Greatest => same("greatest"),
            F::Least => same("least"),
            F::Trim => same("trim"),
            F::LTrim => same("ltrim"),
            F::RTrim => same("rtrim"),
            F::Replace => same("replace"),
            F::Split => same("split"),
            F::RegexReplace => same("regexp_replace"),
            F::Count => same("count"),
            F::Sum => same("sum"),
            F::Avg => same("avg"),
            F::Min => same("min"),
            F::Max => same("max"),
            _ => {
                let kind = if function.of() == Of::Many { "the aggregate" } else { "the function" };
                unsayable(span, &format!("{kind} `{}`", function.name()), LANGUAGE)
            }
        }
    }
}

impl Select {
    fn written(self) -> String {
        let items = if self.items.is_empty() { "*".to_owned() } else { self.items.join(", ") };
        let mut text = format!("SELECT {items}\nFROM {}", self.from.as_deref().unwrap_or("vpc_flow_logs"));
        for (at, condition) in self.filter.iter().enumerate() {
            let word = if at == 0 { "\nWHERE " } else { "\n  AND " };
            let is_or = self.filter.len() > 1 && condition.contains(" OR ");
            text.push_str(word);
            text.extend(if is_or { ["(", condition, ")"] } else { ["", condition, ""] });
        }
        if let Some(keys @ 1..) = self.grouped {
            let places: Vec<String> = (1..=keys).map(|at| at.to_string()).collect();
            text.push_str("\nGROUP BY ");
            text.push_str(&places.join(", "));
        }
        if !self.order.is_empty() {
            text.push_str("\nORDER BY ");
            text.push_str(&self.order.join(", "));
        }
        if let Some(limit) = self.limit {
            text.push_str("\nLIMIT ");
            text.push_str(&limit.to_string());
        }
        text
    }
}

fn is_number(field: Field) -> bool {
    !matches!(field.kind(), Kind::Address | Kind::Text)
}

fn string(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn identifier(name: &str) -> String {
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !is_reserved(&name.to_lowercase());
    if plain { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}
