use flowlens_ask::insights::ast::Span;
use flowlens_ask::sql::ast::{Bound, Call, Column, Frame, Node, NodeKind, Operator, Window};
use sqlparser::ast::{
    self, AccessExpr, BinaryOperator, CastKind, CeilFloorKind, DataType, DateTimeField, DuplicateTreatment,
    Expr, FunctionArg, FunctionArgExpr, FunctionArgumentClause, FunctionArguments, Spanned as _, Subscript,
    TimezoneInfo, TrimWhereField, UnaryOperator, Value, WindowFrameBound, WindowFrameUnits, WindowType,
};

use super::Reader;
use flowlens_ask::sql::types::Type;

const SECOND: i64 = 1000;
const DAY: i64 = 86_400 * SECOND;

impl Reader<'_> {
    pub(super) fn node(&mut self, of: &Expr) -> Node {
        let span = self.places.span(of.span());
        let kind = match of {
            Expr::Nested(inner) => return self.node(inner),
            Expr::Identifier(name) => NodeKind::Column(Column { table: None, name: self.name(name).text }),
            Expr::CompoundIdentifier(names) => {
                let mut names: Vec<String> = names.iter().map(|name| self.name(name).text).collect();
                let name = names.pop().unwrap_or_default();
                NodeKind::Column(Column { table: names.pop(), name })
            }
            Expr::Value(value) => return self.value(&value.value, self.places.span(value.span)),
            Expr::TypedString(typed) => {
                let to = self.data_type(&typed.data_type, span);
                let text = typed.value.value.clone().into_string().unwrap_or_default();
                let to = match typed.data_type {
                    // `TIMESTAMP '2026-11-24 00:00:00 UTC'`
                    DataType::Timestamp(_, TimezoneInfo::None) => Type::Timestamp(says_zone(&text)),
                    _ => to,
                };
                NodeKind::Cast(Box::new(Node { kind: NodeKind::Text(text), span }), to, false)
            }
            Expr::Interval(interval) => return self.interval(interval, span),
            Expr::UnaryOp { op, expr } => {
                let inner = self.node(expr);
                match (op, inner.kind) {
                    (UnaryOperator::Not, kind) => NodeKind::Not(Box::new(Node { kind, span: inner.span })),
                    (UnaryOperator::Minus, NodeKind::Int(number)) => NodeKind::Int(-number),
                    (UnaryOperator::Minus, NodeKind::Decimal(digits, scale)) => {
                        NodeKind::Decimal(-digits, scale)
                    }
                    (UnaryOperator::Minus, NodeKind::Double(number)) => NodeKind::Double(-number),
                    (UnaryOperator::Minus, kind) => {
                        NodeKind::Minus(Box::new(Node { kind, span: inner.span }))
                    }
                    (UnaryOperator::Plus, kind) => kind,
                    (op, _) => return self.refuse(span, format!("the operator {op} is not of Athena")),
                }
            }
            Expr::BinaryOp { left, op, right } => {
                let Some(operator) = operator(op) else {
                    let hint = match op {
                        BinaryOperator::BitwiseAnd => "; write bitwise_and(a, b)",
                        BinaryOperator::BitwiseOr => "; write bitwise_or(a, b)",
                        BinaryOperator::BitwiseXor => "; write bitwise_xor(a, b)",
                        BinaryOperator::Arrow => "; functions of functions (x -> y) are not supported here",
                        _ => "",
                    };
                    return self.refuse(span, format!("the operator {op} is not of Athena{hint}"));
                };
                NodeKind::Binary(Box::new(self.node(left)), operator, Box::new(self.node(right)))
            }
            Expr::IsNull(of) => NodeKind::IsNull(self.boxed(of)),
            Expr::IsNotNull(of) => not(NodeKind::IsNull(self.boxed(of)), span),
            Expr::IsTrue(of) => NodeKind::IsTruth(self.boxed(of), true),
            Expr::IsNotTrue(of) => not(NodeKind::IsTruth(self.boxed(of), true), span),
            Expr::IsFalse(of) => NodeKind::IsTruth(self.boxed(of), false),
            Expr::IsNotFalse(of) => not(NodeKind::IsTruth(self.boxed(of), false), span),
            Expr::IsDistinctFrom(left, right) => {
                NodeKind::Binary(self.boxed(left), Operator::Distinct, self.boxed(right))
            }
            Expr::IsNotDistinctFrom(left, right) => {
                not(NodeKind::Binary(self.boxed(left), Operator::Distinct, self.boxed(right)), span)
            }
            Expr::InList { expr, list, negated } => {
                let list = list.iter().map(|one| self.node(one)).collect();
                negated_if(*negated, NodeKind::In(self.boxed(expr), list), span)
            }
            Expr::InSubquery { expr, subquery, negated } => {
                let query = Box::new(self.query(subquery));
                negated_if(*negated, NodeKind::InQuery(self.boxed(expr), query), span)
            }
            Expr::Subquery(query) => NodeKind::Query(Box::new(self.query(query))),
            Expr::Exists { .. } => {
                return self.refuse(span, "EXISTS is not supported here; write a IN (SELECT a ...)");
            }
            Expr::Between { expr, negated, low, high } => {
                let kind = NodeKind::Between(self.boxed(expr), self.boxed(low), self.boxed(high));
                negated_if(*negated, kind, span)
            }
            Expr::Like { negated, any: false, expr, pattern, escape_char } => {
                let escape = escape_char.as_ref().map(|escape| self.node(escape));
                let escape = escape.and_then(|node| match node.kind {
                    NodeKind::Text(text) => text.chars().next(),
                    _ => None,
                });
                let kind = NodeKind::Like(self.boxed(expr), self.boxed(pattern), escape);
                negated_if(*negated, kind, span)
            }
            Expr::ILike { .. } => {
                return self.refuse(span, "ILIKE is not of Athena; write lower(a) LIKE 'text%'");
            }
            Expr::SimilarTo { .. } | Expr::RLike { .. } => {
                return self.refuse(span, "this is not of Athena; write regexp_like(a, 'pattern')");
            }
            Expr::Case { operand, conditions, else_result, .. } => {
                let of = operand.as_ref().map(|of| self.boxed(of));
                let cases =
                    conditions.iter().map(|case| (self.node(&case.condition), self.node(&case.result)));
                let cases = cases.collect();
                NodeKind::Case(of, cases, else_result.as_ref().map(|default| self.boxed(default)))
            }
            Expr::Cast { kind, expr, data_type, .. } => {
                if *kind == CastKind::DoubleColon {
                    return self.refuse(span, format!("`::` is not of Athena; write CAST(a AS {data_type})"));
                }
                let to = self.data_type(data_type, span);
                NodeKind::Cast(self.boxed(expr), to, *kind == CastKind::TryCast)
            }
            Expr::AtTimeZone { timestamp, time_zone } => {
                NodeKind::AtTimeZone(self.boxed(timestamp), self.boxed(time_zone))
            }
            Expr::Extract { field, expr, .. } => {
                let arg = self.node(expr);
                match part(field) {
                    Some(name) => call(name, vec![arg]),
                    None => return self.refuse(span, format!("EXTRACT({field} ...) is not of Athena")),
                }
            }
            Expr::Ceil { expr, field } | Expr::Floor { expr, field } => {
                let name = if matches!(of, Expr::Ceil { .. }) { "ceil" } else { "floor" };
                let is_plain = matches!(field, CeilFloorKind::DateTimeField(DateTimeField::NoDateTime));
                self.refuse_if(!is_plain, span, &format!("{name} with two arguments"));
                call(name, vec![self.node(expr)])
            }
            Expr::Position { expr, r#in } => call("strpos", vec![self.node(r#in), self.node(expr)]),
            Expr::Substring { expr, substring_from, substring_for, .. } => {
                let from = substring_from.iter().chain(substring_for);
                let args = std::iter::once(expr).chain(from).map(|arg| self.node(arg)).collect();
                call("substr", args)
            }
            Expr::Trim { trim_where, trim_what, expr, .. } => {
                let name = match trim_where {
                    Some(TrimWhereField::Leading) => "ltrim",
                    Some(TrimWhereField::Trailing) => "rtrim",
                    Some(TrimWhereField::Both) | None => "trim",
                };
                let what = trim_what.iter().map(|what| self.node(what)).collect::<Vec<_>>();
                call(name, std::iter::once(self.node(expr)).chain(what).collect())
            }
            Expr::Array(array) => NodeKind::List(array.elem.iter().map(|one| self.node(one)).collect()),
            Expr::Tuple(members) => NodeKind::Row(members.iter().map(|one| self.node(one)).collect()),
            Expr::CompoundFieldAccess { root, access_chain } => {
                let mut node = self.node(root);
                for access in access_chain {
                    node = match access {
                        AccessExpr::Subscript(Subscript::Index { index }) => {
                            Node { kind: NodeKind::Member(Box::new(node), self.boxed(index)), span }
                        }
                        _ => self.refuse(span, "this way into a value is not supported here"),
                    };
                }
                return node;
            }
            Expr::Function(function) => return self.function(function, span),
            other => {
                let text = self.places.text(self.places.span(other.span())).to_owned();
                return self.refuse(span, format!("`{text}` is not supported here"));
            }
        };
        Node { kind, span }
    }

    fn boxed(&mut self, of: &Expr) -> Box<Node> {
        Box::new(self.node(of))
    }

    fn value(&mut self, value: &Value, span: Span) -> Node {
        let kind = match value {
            Value::Null => NodeKind::Null,
            Value::Boolean(truth) => NodeKind::Bool(*truth),
            Value::SingleQuotedString(text) | Value::UnicodeStringLiteral(text) => {
                NodeKind::Text(text.clone())
            }
            Value::Number(text, _) => match number(text) {
                Some(kind) => kind,
                None => return self.refuse(span, format!("the number {text} is too great")),
            },
            Value::Placeholder(_) => {
                return self.refuse(span, "this stands for a value that is given later; write the value");
            }
            other => return self.refuse(span, format!("{other} is not supported here")),
        };
        Node { kind, span }
    }

    fn interval(&mut self, interval: &ast::Interval, span: Span) -> Node {
        let count = match self.node(&interval.value).kind {
            NodeKind::Text(text) => text.trim().parse::<i64>().ok(),
            NodeKind::Int(count) => i64::try_from(count).ok(),
            _ => None,
        };
        let unit = interval.leading_field.as_ref().map(|field| field.to_string().to_lowercase());
        let kind = count.zip(unit).and_then(|(count, unit)| {
            let millis = |unit: i64| count.checked_mul(unit).map(|millis| NodeKind::Interval(0, millis));
            let months = |unit: i64| count.checked_mul(unit).map(|months| NodeKind::Interval(months, 0));
            match unit.trim_end_matches('s') {
                "second" => millis(SECOND),
                "minute" => millis(60 * SECOND),
                "hour" => millis(3600 * SECOND),
                "day" => millis(DAY),
                "week" => millis(7 * DAY),
                "month" => months(1),
                "quarter" => months(3),
                "year" => months(12),
                _ => None,
            }
        });
        match kind.filter(|_| interval.last_field.is_none()) {
            Some(kind) => Node { kind, span },
            None => self.refuse(
                span,
                "an interval is written like INTERVAL '7' DAY, with second, minute, hour, day, month or year",
            ),
        }
    }

    fn function(&mut self, function: &ast::Function, span: Span) -> Node {
        let name = self.object(&function.name).text;
        self.refuse_if(function.null_treatment.is_some(), span, "IGNORE NULLS");
        let mut call =
            Call { name, args: Vec::new(), distinct: false, order: Vec::new(), filter: None, over: None };
        match &function.args {
            FunctionArguments::None => {}
            FunctionArguments::Subquery(query) => {
                let node = Node { kind: NodeKind::Query(Box::new(self.query(query))), span };
                call.args.push(node);
            }
            FunctionArguments::List(list) => {
                call.distinct = matches!(list.duplicate_treatment, Some(DuplicateTreatment::Distinct));
                for arg in &list.args {
                    match arg {
                        FunctionArg::Unnamed(FunctionArgExpr::Expr(arg)) => call.args.push(self.node(arg)),
                        FunctionArg::Unnamed(FunctionArgExpr::Wildcard) if call.name == "count" => {}
                        _ => {
                            self.refuse(span, "only values and names of columns can stand in brackets here");
                        }
                    }
                }
                for clause in &list.clauses {
                    match clause {
                        FunctionArgumentClause::OrderBy(orders) => call.order = self.orders(orders),
                        other => {
                            let other = other.to_string();
                            self.refuse_if(true, span, &other);
                        }
                    }
                }
            }
        }
        if !function.within_group.is_empty() {
            call.order = self.orders(&function.within_group);
        }
        call.filter = function.filter.as_ref().map(|filter| self.node(filter));
        call.over = match &function.over {
            Some(WindowType::WindowSpec(spec)) => Some(Window {
                partition: spec.partition_by.iter().map(|of| self.node(of)).collect(),
                order: self.orders(&spec.order_by),
                frame: spec.window_frame.as_ref().and_then(|frame| self.frame(frame, span)),
            }),
            Some(WindowType::NamedWindow(_)) => {
                self.refuse_if(true, span, "WINDOW");
                None
            }
            None => None,
        };
        if call.name == "row" {
            return Node { kind: NodeKind::Row(call.args), span };
        }
        Node { kind: NodeKind::Call(Box::new(call)), span }
    }

    fn frame(&mut self, frame: &ast::WindowFrame, span: Span) -> Option<Frame> {
        self.refuse_if(frame.units == WindowFrameUnits::Groups, span, "GROUPS");
        let mut bound = |bound: &WindowFrameBound| match bound {
            WindowFrameBound::CurrentRow => Some(Bound::Rows(0)),
            WindowFrameBound::Preceding(None) | WindowFrameBound::Following(None) => Some(Bound::End),
            WindowFrameBound::Preceding(Some(rows)) => self.rows_of(rows).map(|rows| Bound::Rows(-rows)),
            WindowFrameBound::Following(Some(rows)) => self.rows_of(rows).map(Bound::Rows),
        };
        let from = bound(&frame.start_bound)?;
        let to = frame.end_bound.as_ref().map_or(Some(Bound::Rows(0)), bound)?;
        let rows = frame.units == WindowFrameUnits::Rows;
        let is_plain = |bound: Bound| matches!(bound, Bound::End | Bound::Rows(0));
        self.refuse_if(!(rows || is_plain(from) && is_plain(to)), span, "RANGE with a distance");
        Some(Frame { rows, from, to })
    }

    fn rows_of(&mut self, of: &Expr) -> Option<i64> {
        let node = self.node(of);
        if let NodeKind::Int(rows) = node.kind
            && let Ok(rows) = i64::try_from(rows)
        {
            return Some(rows);
        }
        self.refuse(node.span, "a number of rows is expected here");
        None
    }
}

/// Whether the text of a timestamp names a zone: it ends in a letter, or an offset follows the time of day.
fn says_zone(text: &str) -> bool {
    let time = text.split_once(' ').map_or("", |(_, time)| time);
    time.ends_with(|c: char| c.is_ascii_alphabetic()) || time.contains(['+', '-'])
}

fn number(text: &str) -> Option<NodeKind> {
    if text.contains(['e', 'E']) {
        return text.parse().ok().map(NodeKind::Double);
    }
    match text.split_once('.') {
        None => text.parse().ok().map(NodeKind::Int),
        Some((whole, rest)) => {
            let digits = format!("{whole}{rest}").parse().ok()?;
            Some(NodeKind::Decimal(digits, u8::try_from(rest.len()).ok()?))
        }
    }
}

fn not(kind: NodeKind, span: Span) -> NodeKind {
    NodeKind::Not(Box::new(Node { kind, span }))
}

fn negated_if(negated: bool, kind: NodeKind, span: Span) -> NodeKind {
    if negated { not(kind, span) } else { kind }
}

fn call(name: &str, args: Vec<Node>) -> NodeKind {
    let name = name.to_owned();
    NodeKind::Call(Box::new(Call {
        name,
        args,
        distinct: false,
        order: Vec::new(),
        filter: None,
        over: None,
    }))
}

const fn operator(of: &BinaryOperator) -> Option<Operator> {
    Some(match of {
        BinaryOperator::Plus => Operator::Add,
        BinaryOperator::Minus => Operator::Subtract,
        BinaryOperator::Multiply => Operator::Multiply,
        BinaryOperator::Divide => Operator::Divide,
        BinaryOperator::Modulo => Operator::Remainder,
        BinaryOperator::StringConcat => Operator::Concat,
        BinaryOperator::Gt => Operator::Greater,
        BinaryOperator::Lt => Operator::Less,
        BinaryOperator::GtEq => Operator::AtLeast,
        BinaryOperator::LtEq => Operator::AtMost,
        BinaryOperator::Eq => Operator::Equal,
        BinaryOperator::NotEq => Operator::NotEqual,
        BinaryOperator::And => Operator::And,
        BinaryOperator::Or => Operator::Or,
        _ => return None,
    })
}

/// The function that gives a part of a time.
const fn part(field: &DateTimeField) -> Option<&'static str> {
    Some(match field {
        DateTimeField::Year | DateTimeField::Years => "year",
        DateTimeField::Quarter => "quarter",
        DateTimeField::Month | DateTimeField::Months => "month",
        DateTimeField::Week(None) | DateTimeField::Weeks => "week",
        DateTimeField::Day | DateTimeField::Days => "day",
        DateTimeField::DayOfWeek | DateTimeField::Dow => "day_of_week",
        DateTimeField::DayOfYear | DateTimeField::Doy => "day_of_year",
        DateTimeField::Hour | DateTimeField::Hours => "hour",
        DateTimeField::Minute | DateTimeField::Minutes => "minute",
        DateTimeField::Second | DateTimeField::Seconds => "second",
        _ => return None,
    })
}
