//! Expressions with their types.

use super::columns::{Known, Typed, field};
use super::{Building, Planned, Planner, complaint, turned};
use crate::insights::ast::Span;
use crate::sql::ast::{Column, Node, NodeKind, Operator};
use crate::sql::cast::can_cast;
use crate::sql::functions::times::is_utc;
use crate::sql::term::{Order, Pattern, Term};
use crate::sql::types::Type;
use crate::value::Value;

/// What an expression may be made of.
#[derive(Clone, Copy)]
pub(super) struct Scope<'k> {
    /// What is computed already.
    pub(super) known: &'k [Known],
    /// Rows are groups: their columns are gone.
    pub(super) grouped: bool,
    /// The clause, for messages.
    pub(super) place: &'static str,
}

impl Scope<'_> {
    /// Rows as they come.
    pub(super) const fn of_rows(place: &'static str) -> Self {
        Scope { known: &[], grouped: false, place }
    }
}

impl Planner<'_> {
    pub(super) fn typed(
        &mut self,
        building: &mut Building,
        node: &Node,
        scope: &Scope<'_>,
    ) -> Planned<Typed> {
        if let Some((_, typed)) = scope.known.iter().find(|(known, _)| known == node) {
            return Ok(typed.clone());
        }
        let typed = self.compiled(building, node, scope)?;
        self.folded(typed, node.span)
    }

    /// What is made of constants is one.
    fn folded(&self, typed: Typed, span: Span) -> Planned<Typed> {
        let is_constant = |term: &Term| matches!(term, Term::Constant(_));
        let folds = match &typed.term {
            Term::Strict(_, args) => args.iter().all(is_constant),
            Term::Cast(of, ..) | Term::Not(of) => is_constant(of),
            Term::Compare(left, _, right, _) => is_constant(left) && is_constant(right),
            _ => false,
        };
        if !folds {
            return Ok(typed);
        }
        let context = crate::functions::Context::new(self.context.now_secs, self.context.range_millis);
        let value = typed.term.value(&[], &context);
        match context.stops().into_iter().next() {
            Some((why, _)) if !self.trying => complaint(span, why),
            _ => Ok(Typed { term: Term::Constant(value), ..typed }),
        }
    }

    fn compiled(&mut self, building: &mut Building, node: &Node, scope: &Scope<'_>) -> Planned<Typed> {
        let constant = |value: Value, of: Type| Ok(Typed::new(Term::Constant(value), of));
        match &node.kind {
            NodeKind::Null => constant(Value::Missing, Type::Unknown),
            NodeKind::Bool(truth) => constant(Value::Bool(*truth), Type::Boolean),
            NodeKind::Int(number) => constant(Value::Int(*number), Type::Integer),
            NodeKind::Decimal(digits, scale) => constant(Value::Int(*digits), Type::Decimal(*scale)),
            NodeKind::Double(number) => constant(Value::real(*number), Type::Double),
            NodeKind::Text(text) => constant(Value::from(text.as_str()), Type::Varchar),
            NodeKind::Interval(0, millis) => constant(Value::Int((*millis).into()), Type::Interval),
            NodeKind::Interval(months, _) => constant(Value::Int((*months).into()), Type::Months),
            NodeKind::Column(column) => {
                if scope.grouped && self.was_column(building, column) {
                    let name = &column.name;
                    return complaint(
                        node.span,
                        format!(
                            "{name} has many values in a group: GROUP BY it, or compute one of them, such as max({name})"
                        ),
                    );
                }
                self.column(building, column, node.span)
            }
            NodeKind::Not(of) => {
                let of = self.condition(building, of, scope)?;
                Ok(Typed::new(Term::Not(Box::new(of)), Type::Boolean))
            }
            NodeKind::Minus(of) => {
                let typed = self.typed(building, of, scope)?;
                let zero = Typed::new(Term::Constant(Value::Int(0)), typed.of.clone());
                self.arithmetic(zero, Operator::Subtract, typed, node.span)
            }
            NodeKind::Binary(left, operator @ (Operator::And | Operator::Or), right) => {
                let left = Box::new(self.condition(building, left, scope)?);
                let right = Box::new(self.condition(building, right, scope)?);
                let term =
                    if *operator == Operator::And { Term::And(left, right) } else { Term::Or(left, right) };
                Ok(Typed::new(term, Type::Boolean))
            }
            NodeKind::Binary(left, operator, right) => {
                let (left, right) = (self.typed(building, left, scope)?, self.typed(building, right, scope)?);
                match operator {
                    Operator::Add
                    | Operator::Subtract
                    | Operator::Multiply
                    | Operator::Divide
                    | Operator::Remainder
                    | Operator::Concat => self.arithmetic(left, *operator, right, node.span),
                    _ => compared(left, *operator, right, node.span),
                }
            }
            NodeKind::IsNull(of) => {
                let of = self.typed(building, of, scope)?;
                Ok(Typed::new(Term::IsNull(Box::new(of.term)), Type::Boolean))
            }
            NodeKind::IsTruth(of, wanted) => {
                let of = self.condition(building, of, scope)?;
                Ok(Typed::new(Term::IsTruth(Box::new(of), *wanted), Type::Boolean))
            }
            NodeKind::Between(of, low, high) => {
                let (of, low) = (self.typed(building, of, scope)?, self.typed(building, low, scope)?);
                let high = self.typed(building, high, scope)?;
                let from = compared(of.clone(), Operator::AtLeast, low, node.span)?;
                let to = compared(of, Operator::AtMost, high, node.span)?;
                Ok(Typed::new(Term::And(Box::new(from.term), Box::new(to.term)), Type::Boolean))
            }
            NodeKind::In(of, list) => self.among(building, of, list, scope),
            NodeKind::InQuery(of, query) => {
                let of = self.typed(building, of, scope)?;
                let (set, wanted) = self.looked_up(query, false)?;
                let Some(common) = of.of.common(&wanted) else {
                    return complaint(node.span, format!("IN compares {} with {wanted}", of.of));
                };
                if common != wanted && matches!(common, Type::Decimal(_) | Type::Timestamp(_)) {
                    return complaint(
                        node.span,
                        format!("CAST what the query gives AS {common}, as it is compared with that"),
                    );
                }
                let of = turned(of.term, &of.of, &common);
                Ok(Typed::new(Term::AmongSet(Box::new(of), set), Type::Boolean))
            }
            NodeKind::Query(query) => {
                let (set, of) = self.looked_up(query, true)?;
                Ok(Typed::new(Term::OfQuery(set), of))
            }
            NodeKind::Like(of, pattern, escape) => self.like(building, of, pattern, *escape, scope),
            NodeKind::Case(of, cases, default) => self.case(building, node, (of, cases, default), scope),
            NodeKind::Cast(of, to, is_try) => {
                let typed = self.typed(building, of, scope)?;
                cast(typed, to, *is_try, node.span)
            }
            NodeKind::AtTimeZone(of, zone) => {
                let (of, zone) = (self.typed(building, of, scope)?, self.typed(building, zone, scope)?);
                if !zone.constant().is_some_and(|zone| is_utc(&zone.text())) {
                    return complaint(
                        node.span,
                        "times are in UTC here, and other zones are not known; add INTERVAL '2' HOUR to shift one",
                    );
                }
                if !of.of.is_time() {
                    return complaint(node.span, format!("AT TIME ZONE is of timestamps; this is {}", of.of));
                }
                Ok(Typed::new(turned(of.term, &of.of, &Type::Timestamp(true)), Type::Timestamp(true)))
            }
            NodeKind::List(members) => {
                let (terms, of) = self.alike(building, members, scope, node.span)?;
                Ok(Typed::new(Term::List(terms), Type::Array(Box::new(of))))
            }
            NodeKind::Row(members) => {
                let members: Vec<Typed> =
                    members.iter().map(|one| self.typed(building, one, scope)).collect::<Planned<_>>()?;
                let (terms, types) = members.into_iter().map(|one| (one.term, one.of)).unzip();
                Ok(Typed::new(Term::List(terms), Type::Row(types)))
            }
            NodeKind::Member(of, place) => {
                let (of, place) = (self.typed(building, of, scope)?, self.typed(building, place, scope)?);
                self.function("element_at", vec![of, place], node.span)
            }
            NodeKind::Call(call) => self.call(building, call, node.span, scope),
        }
    }

    /// Whether a name was that of a column before rows were grouped: their columns are gone then.
    fn was_column(&self, building: &Building, column: &Column) -> bool {
        let is_of_query = building.columns.iter().any(|known| known.name.as_ref() == Some(&column.name));
        let is_of_records =
            building.table.is_some() && field(&column.name).is_some_and(|field| self.facts.has(field));
        is_of_query || is_of_records
    }

    /// An expression that is true, false or open.
    pub(super) fn condition(
        &mut self,
        building: &mut Building,
        node: &Node,
        scope: &Scope<'_>,
    ) -> Planned<Term> {
        let typed = self.typed(building, node, scope)?;
        match typed.of {
            Type::Boolean | Type::Unknown => Ok(typed.term),
            of => complaint(node.span, format!("a condition is true or false; this is {of}")),
        }
    }

    fn among(
        &mut self,
        building: &mut Building,
        of: &Node,
        list: &[Node],
        scope: &Scope<'_>,
    ) -> Planned<Typed> {
        let mut sought = self.typed(building, of, scope)?;
        let mut members = Vec::new();
        for node in list {
            let member = self.typed(building, node, scope)?;
            if let Some(part) = sought.part {
                sought = part.like(&sought, &member);
            }
            members.push((member, node.span));
        }
        let mut common = sought.of.clone();
        for (member, span) in &members {
            let Some(of) = common.common(&member.of) else { return mismatch("IN", &sought, member, *span) };
            common = of;
        }
        let Some(order) = Order::of(&common) else {
            return complaint(of.span, format!("values of type {common} cannot be compared"));
        };
        let members =
            members.into_iter().map(|(member, _)| turned(member.term, &member.of, &common)).collect();
        let sought = turned(sought.term, &sought.of, &common);
        Ok(Typed::new(Term::Among(Box::new(sought), members, order), Type::Boolean))
    }

    fn like(
        &mut self,
        building: &mut Building,
        of: &Node,
        pattern: &Node,
        escape: Option<char>,
        scope: &Scope<'_>,
    ) -> Planned<Typed> {
        let (text, wanted) = (self.typed(building, of, scope)?, self.typed(building, pattern, scope)?);
        if !matches!(text.of, Type::Varchar | Type::Unknown) {
            let hint = format!("LIKE is of texts; this is {}: write CAST(a AS varchar) LIKE", text.of);
            return complaint(of.span, hint);
        }
        let Some(wanted) = wanted.constant().filter(|_| wanted.of == Type::Varchar) else {
            return complaint(pattern.span, "LIKE takes a text in single quotes here");
        };
        match Pattern::new(&wanted.text(), escape) {
            Ok(pattern) => Ok(Typed::new(Term::Like(Box::new(text.term), pattern), Type::Boolean)),
            Err(text) => complaint(pattern.span, text),
        }
    }

    #[allow(clippy::type_complexity)]
    fn case(
        &mut self,
        building: &mut Building,
        node: &Node,
        (of, cases, default): (&Option<Box<Node>>, &[(Node, Node)], &Option<Box<Node>>),
        scope: &Scope<'_>,
    ) -> Planned<Typed> {
        let of = of.as_ref().map(|of| self.typed(building, of, scope)).transpose()?;
        let mut conditions = Vec::new();
        for (when, _) in cases {
            conditions.push(match &of {
                Some(of) => {
                    compared(of.clone(), Operator::Equal, self.typed(building, when, scope)?, when.span)?.term
                }
                None => self.condition(building, when, scope)?,
            });
        }
        let mut results = Vec::new();
        for result in cases.iter().map(|(_, then)| then).chain(default.as_deref()) {
            results.push(self.typed(building, result, scope)?);
        }
        let (mut results, of) = unified(results, node.span)?;
        let default = if default.is_some() { results.pop() } else { None };
        let default = default.unwrap_or(Term::Constant(Value::Missing));
        Ok(Typed::new(Term::Case(conditions.into_iter().zip(results).collect(), Box::new(default)), of))
    }

    /// Expressions of one type.
    pub(super) fn alike(
        &mut self,
        building: &mut Building,
        nodes: &[Node],
        scope: &Scope<'_>,
        span: Span,
    ) -> Planned<(Vec<Term>, Type)> {
        let typed = nodes.iter().map(|one| self.typed(building, one, scope)).collect::<Planned<Vec<_>>>()?;
        unified(typed, span)
    }
}

/// Values as those of one type.
pub(super) fn unified(typed: Vec<Typed>, span: Span) -> Planned<(Vec<Term>, Type)> {
    let mut common = Type::Unknown;
    for one in &typed {
        let Some(of) = common.common(&one.of) else {
            return complaint(
                span,
                format!("these are of one type in Athena; here are {common} and {}", one.of),
            );
        };
        common = of;
    }
    Ok((typed.into_iter().map(|one| turned(one.term, &one.of, &common)).collect(), common))
}

/// A comparison.
pub(super) fn compared(mut left: Typed, operator: Operator, mut right: Typed, span: Span) -> Planned<Typed> {
    if let Some((date, other)) = left.part.and_then(|part| part.as_dates(&left, &right)) {
        (left, right) = (date, other);
    }
    if let Some((date, other)) = right.part.and_then(|part| part.as_dates(&right, &left)) {
        (left, right) = (other, date);
    }
    if let Some(part) = left.part {
        left = part.like(&left, &right);
    }
    if let Some(part) = right.part {
        right = part.like(&right, &left);
    }
    let Some(common) = left.of.common(&right.of) else {
        return mismatch(operator.text(), &left, &right, span);
    };
    let Some(order) = Order::of(&common) else {
        return complaint(span, format!("values of type {common} cannot be compared"));
    };
    let side = |side: Typed| Box::new(turned(side.term, &side.of, &common));
    Ok(Typed::new(Term::Compare(side(left), operator, side(right), order), Type::Boolean))
}

/// What is said where values of two types do not go together.
pub(super) fn mismatch<T>(operator: &str, left: &Typed, right: &Typed, span: Span) -> Planned<T> {
    let hint = match (&left.of, &right.of, left.constant(), right.constant()) {
        (of, Type::Varchar, _, Some(text)) | (Type::Varchar, of, Some(text), _) if of.is_number() => {
            format!(": write {} without quotes", text.text())
        }
        (of, Type::Varchar, None, None) | (Type::Varchar, of, None, None) if of.is_number() => {
            ": CAST one of them".to_owned()
        }
        (Type::Varchar, of, _, Some(number)) | (of, Type::Varchar, Some(number), _) if of.is_number() => {
            format!(": write '{}' in single quotes", number.text())
        }
        (of, Type::Varchar, _, Some(text)) | (Type::Varchar, of, Some(text), _) if of.is_time() => {
            let word = if *of == Type::Date { "DATE" } else { "TIMESTAMP" };
            format!(": write {word} '{}'", text.text())
        }
        (Type::IpAddress, Type::Varchar, ..) | (Type::Varchar, Type::IpAddress, ..) => {
            ": write CAST(a AS ipaddress)".to_owned()
        }
        (Type::Integer, of, ..) | (of, Type::Integer, ..) if of.is_time() => {
            ": from_unixtime(a) makes a timestamp of seconds".to_owned()
        }
        _ => String::new(),
    };
    complaint(span, format!("{operator} cannot be applied to {} and {}{hint}", left.of, right.of))
}

/// CAST, of what Athena casts at all.
pub(super) fn cast(typed: Typed, to: &Type, is_try: bool, span: Span) -> Planned<Typed> {
    if !can_cast(&typed.of, to) {
        return complaint(span, format!("Athena does not cast {} to {to}", typed.of));
    }
    let is_same = typed.of == *to && *to != Type::Varchar;
    let term = match typed.term {
        term if is_same => term,
        term => Term::Cast(Box::new(term), typed.of, to.clone(), is_try),
    };
    Ok(Typed::new(term, to.clone()))
}
