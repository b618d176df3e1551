//! A query's tree in brackets.

use flowlens_ask::insights::ast::{
    Command, CommandKind, Item, Literal, Name, Node, NodeKind, Operator, ParseBy,
};
use flowlens_ask::insights::parse::parse;

/// The tree of a query, or what is wrong with it.
pub(crate) fn tree(text: &str) -> String {
    match parse(text) {
        Ok(query) => joined(&query.commands, " | ", command),
        Err(complaints) => {
            joined(&complaints, "; ", |complaint| format!("{}: {}", complaint.span.of(text), complaint.text))
        }
    }
}

fn joined<T>(parts: &[T], between: &str, write: impl Fn(&T) -> String) -> String {
    parts.iter().map(write).collect::<Vec<_>>().join(between)
}

fn command(command: &Command) -> String {
    match &command.kind {
        CommandKind::Fields(list) => format!("(fields {})", items(list)),
        CommandKind::Display(list) => format!("(display {})", items(list)),
        CommandKind::Filter(condition) => format!("(filter {})", node(condition)),
        CommandKind::Parse(parse) => {
            let of = parse.of.as_ref().map_or_else(|| "-".to_owned(), node);
            let by = match &parse.by {
                ParseBy::Glob(glob) => format!("{glob:?}"),
                ParseBy::Regex { pattern, multi } => {
                    format!("/{}/{}", pattern.pattern, if *multi { " multi" } else { "" })
                }
                ParseBy::Csv => "csv".to_owned(),
                ParseBy::Logfmt => "logfmt".to_owned(),
            };
            format!("(parse {of} {by} [{}])", names(&parse.names))
        }
        CommandKind::Sort(orders) => {
            let orders = joined(orders, " ", |order| {
                format!("{}{}", node(&order.node), if order.descending { " desc" } else { "" })
            });
            format!("(sort {orders})")
        }
        CommandKind::Stats { measures, by } => format!("(stats {} by [{}])", items(measures), items(by)),
        CommandKind::Limit(count) => format!("(limit {count})"),
        CommandKind::Tail(count) => format!("(tail {count})"),
        CommandKind::Dedup(of) => format!("(dedup {})", names(of)),
        CommandKind::Unnest { list, into } => format!("(unnest {} {})", node(list), name(into)),
        CommandKind::Accum { of, into } => {
            format!("(accum {} {})", name(of), into.as_ref().map_or_else(|| "-".to_owned(), name))
        }
        CommandKind::FillMissing { with, of } => {
            let with = with.as_ref().map_or_else(|| "-".to_owned(), literal);
            format!("(fillmissing {with} [{}])", names(of))
        }
        CommandKind::AddTotals { name: column, row, col, of } => {
            let column = column.as_ref().map_or_else(|| "-".to_owned(), name);
            format!("(addtotals {column} {row} {col} [{}])", names(of))
        }
        CommandKind::Pattern(of) => format!("(pattern {})", node(of)),
    }
}

fn items(list: &[Item]) -> String {
    joined(list, " ", |item| match &item.alias {
        Some(alias) => format!("{}:{}", name(alias), node(&item.node)),
        None => node(&item.node),
    })
}

fn name(name: &Name) -> String {
    name.text.clone()
}

fn names(list: &[Name]) -> String {
    joined(list, " ", name)
}

fn literal(literal: &Literal) -> String {
    match literal {
        Literal::Int(number) => number.to_string(),
        Literal::Real(number) => format!("{number:?}"),
        Literal::Text(text) => format!("{text:?}"),
        Literal::Bool(truth) => format!("#{truth}"),
    }
}

fn nodes(list: &[Node]) -> String {
    joined(list, " ", node)
}

fn node(of: &Node) -> String {
    let not = |negated: bool| if negated { "not-" } else { "" };
    match &of.kind {
        NodeKind::Literal(constant) => literal(constant),
        NodeKind::Name(name) => name.clone(),
        NodeKind::Regex(pattern) => format!("/{pattern}/"),
        NodeKind::Period(period) => format!("{}{:?}", period.count, period.unit),
        NodeKind::List(list) => format!("[{}]", nodes(list)),
        NodeKind::Not(inner) => format!("(not {})", node(inner)),
        NodeKind::Minus(inner) => format!("(- {})", node(inner)),
        NodeKind::Binary(left, operator, right) => {
            let sign = match operator {
                Operator::Or => "or",
                Operator::And => "and",
                Operator::Equal => "=",
                Operator::NotEqual => "!=",
                Operator::Less => "<",
                Operator::AtMost => "<=",
                Operator::Greater => ">",
                Operator::AtLeast => ">=",
                Operator::Add => "+",
                Operator::Subtract => "-",
                Operator::Multiply => "*",
                Operator::Divide => "/",
                Operator::Remainder => "%",
                Operator::Power => "^",
            };
            format!("({sign} {} {})", node(left), node(right))
        }
        NodeKind::In { of, list, negated } => format!("({}in {} [{}])", not(*negated), node(of), nodes(list)),
        NodeKind::Like { of, pattern, negated } => {
            format!("({}like {} {})", not(*negated), node(of), node(pattern))
        }
        NodeKind::Call { function, args } if args.is_empty() => format!("({})", function.name()),
        NodeKind::Call { function, args } => format!("({} {})", function.name(), nodes(args)),
    }
}
