use flowlens_ask::insights::ast::{Name, Span};
use flowlens_ask::sql::ast::{Body, From, Item, Named, NodeKind, Order, Query, Select, Unnest};
use sqlparser::ast::{
    self, Distinct, Expr, Fetch, FunctionArg, FunctionArgExpr, GroupByExpr, Ident, JoinOperator, LimitClause,
    ObjectName, OrderByExpr, OrderByKind, OrderBySort, SelectItem, SelectItemQualifiedWildcardKind, SetExpr,
    SetOperator, SetQuantifier, Spanned as _, TableAlias, TableFactor,
};

use super::Reader;
use flowlens_core::query::athena::is_reserved;

const JOINS: &str = "JOIN is not supported here: there is one table, the records that are loaded. Joining it with itself is \
                     left out; IN (SELECT ...) keeps the records whose value others have";

impl Reader<'_> {
    pub(super) fn query(&mut self, query: &ast::Query) -> Query {
        let span = self.places.span(query.span());
        let with = query.with.iter().flat_map(|with| {
            self.refuse_if(with.recursive, span, "WITH RECURSIVE");
            &with.cte_tables
        });
        let with: Vec<&ast::Cte> = with.collect();
        let with = with.into_iter().map(|cte| {
            let name = self.name(&cte.alias.name);
            Named { name, columns: self.columns(&cte.alias), query: self.query(&cte.query) }
        });
        let with: Vec<Named> = with.collect();
        let body = self.body(&query.body);
        let order = match query.order_by.as_ref().map(|order| &order.kind) {
            Some(OrderByKind::Expressions(orders)) => self.orders(orders),
            Some(OrderByKind::All(_)) => {
                self.refuse_if(true, span, "ORDER BY ALL");
                Vec::new()
            }
            None => Vec::new(),
        };
        let mut limited = (None, 0);
        match &query.limit_clause {
            Some(LimitClause::LimitOffset { limit, offset, limit_by }) => {
                self.refuse_if(!limit_by.is_empty(), span, "LIMIT BY");
                limited.0 = limit.as_ref().and_then(|limit| self.rows(limit));
                limited.1 = offset.as_ref().and_then(|offset| self.rows(&offset.value)).unwrap_or_default();
            }
            Some(LimitClause::OffsetCommaLimit { .. }) => {
                self.refuse(span, "LIMIT a, b is of MySQL; write OFFSET a LIMIT b");
            }
            None => {}
        }
        if let Some(Fetch { with_ties, percent, quantity }) = &query.fetch {
            self.refuse_if(*with_ties, span, "WITH TIES");
            self.refuse_if(*percent, span, "FETCH PERCENT");
            limited.0 = match quantity {
                Some(quantity) => self.rows(quantity),
                None => Some(1),
            };
        }
        self.refuse_if(!query.locks.is_empty(), span, "FOR UPDATE");
        self.refuse_if(!query.pipe_operators.is_empty(), span, "|>");
        Query { with, body, order, offset: limited.1, limit: limited.0, span }
    }

    /// How many rows; `LIMIT ALL` is read as none.
    fn rows(&mut self, of: &Expr) -> Option<u64> {
        let node = self.node(of);
        match node.kind {
            NodeKind::Int(rows) if u64::try_from(rows).is_ok() => u64::try_from(rows).ok(),
            NodeKind::Null => None,
            _ => {
                self.refuse(node.span, "a number of rows is expected here");
                None
            }
        }
    }

    pub(super) fn orders(&mut self, orders: &[OrderByExpr]) -> Vec<Order> {
        let order = |order: &OrderByExpr| Order {
            node: self.node(&order.expr),
            descending: matches!(order.options.sort, Some(OrderBySort::Desc)),
            nulls_first: order.options.nulls_first.unwrap_or(false),
        };
        orders.iter().map(order).collect()
    }

    fn body(&mut self, body: &SetExpr) -> Body {
        let span = self.places.span(body.span());
        match body {
            SetExpr::Select(select) => Body::Select(Box::new(self.select(select))),
            SetExpr::Query(query) => Body::Nested(Box::new(self.query(query))),
            SetExpr::SetOperation { left, op: SetOperator::Union, set_quantifier, right } => {
                let all = *set_quantifier == SetQuantifier::All;
                self.refuse_if(
                    matches!(
                        set_quantifier,
                        SetQuantifier::ByName | SetQuantifier::AllByName | SetQuantifier::DistinctByName
                    ),
                    span,
                    "UNION BY NAME",
                );
                let mut parts = Vec::new();
                for side in [left, right] {
                    match self.body(side) {
                        Body::Union(inner, inner_all) if inner_all == all => parts.extend(inner),
                        body => parts.push(bare(body, self.places.span(side.span()))),
                    }
                }
                Body::Union(parts, all)
            }
            other => {
                let what = match other {
                    SetExpr::SetOperation { op, .. } => op.to_string(),
                    SetExpr::Values(_) => "VALUES".to_owned(),
                    _ => "this".to_owned(),
                };
                self.refuse_if(true, span, &what);
                Body::Union(Vec::new(), true)
            }
        }
    }

    fn select(&mut self, select: &ast::Select) -> Select {
        let span = self.places.span(select.span());
        for (is_there, what) in [
            (select.top.is_some(), "TOP"),
            (select.into.is_some(), "INTO"),
            (!select.lateral_views.is_empty(), "LATERAL VIEW"),
            (!select.named_window.is_empty(), "WINDOW"),
            (select.qualify.is_some(), "QUALIFY"),
            (!select.sort_by.is_empty(), "SORT BY"),
            (!select.cluster_by.is_empty(), "CLUSTER BY"),
            (!select.distribute_by.is_empty(), "DISTRIBUTE BY"),
            (!select.connect_by.is_empty(), "CONNECT BY"),
            (matches!(select.distinct, Some(Distinct::On(_))), "DISTINCT ON"),
        ] {
            self.refuse_if(is_there, span, what);
        }
        let items = select.projection.iter().map(|item| self.item(item)).collect();
        let (from, unnest) = self.from(&select.from, span);
        let filter = select.selection.as_ref().map(|filter| self.node(filter));
        let group = match &select.group_by {
            GroupByExpr::All(_) => {
                self.refuse_if(true, span, "GROUP BY ALL");
                None
            }
            GroupByExpr::Expressions(of, modifiers) => {
                self.refuse_if(!modifiers.is_empty(), span, "GROUP BY WITH");
                (!of.is_empty()).then(|| of.iter().flat_map(|of| self.grouped(of)).collect())
            }
        };
        let having = select.having.as_ref().map(|having| self.node(having));
        let distinct = matches!(select.distinct, Some(Distinct::Distinct));
        Select { distinct, items, from, unnest, filter, group, having, span }
    }

    /// What is grouped by; `GROUP BY ()` is all as one group.
    fn grouped(&mut self, of: &Expr) -> Vec<flowlens_ask::sql::ast::Node> {
        match of {
            Expr::Tuple(members) => members.iter().map(|member| self.node(member)).collect(),
            of => vec![self.node(of)],
        }
    }

    fn item(&mut self, item: &SelectItem) -> Item {
        match item {
            SelectItem::UnnamedExpr(of) => Item::Node(self.node(of), None),
            SelectItem::ExprWithAlias { expr, alias } => {
                let node = self.node(expr);
                Item::Node(node, Some(self.name(alias)))
            }
            SelectItem::Wildcard(_) => Item::All(None, self.places.span(item.span())),
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => {
                let name = self.object(name);
                Item::All(Some(name.text), name.span)
            }
            SelectItem::QualifiedWildcard(..) | SelectItem::ExprWithAliases { .. } => {
                let span = self.places.span(item.span());
                Item::Node(self.refuse(span, "this is not supported here"), None)
            }
        }
    }

    fn from(&mut self, from: &[ast::TableWithJoins], span: Span) -> (From, Vec<Unnest>) {
        let Some((first, others)) = from.split_first() else { return (From::Nothing, Vec::new()) };
        let mut unnest = Vec::new();
        // A comma is a CROSS JOIN.
        let crossed = others.iter().map(|other| &other.relation);
        let joined = from.iter().flat_map(|from| &from.joins);
        for join in joined {
            if matches!(join.join_operator, JoinOperator::CrossJoin(_)) {
                self.unnest(&join.relation, &mut unnest);
            } else {
                let span = self.places.span(join.relation.span());
                self.refuse(span, JOINS);
            }
        }
        for relation in crossed {
            self.unnest(relation, &mut unnest);
        }
        let from = match &first.relation {
            TableFactor::Table { name, alias, args: None, sample: None, .. } => {
                From::Table(self.object(name), alias.as_ref().map(|alias| self.name(&alias.name)))
            }
            TableFactor::Derived { lateral: false, subquery, alias, sample: None } => {
                let query = self.query(subquery);
                let columns = alias.as_ref().map(|alias| self.columns(alias)).unwrap_or_default();
                From::Query(Box::new(query), alias.as_ref().map(|alias| self.name(&alias.name)), columns)
            }
            TableFactor::Table { args: Some(_), .. } => {
                self.unnest(&first.relation, &mut unnest);
                From::Nothing
            }
            TableFactor::NestedJoin { .. } => {
                self.refuse(span, JOINS);
                From::Nothing
            }
            other => {
                let span = self.places.span(other.span());
                let text = self.places.text(span);
                self.refuse(
                    span,
                    format!("`{text}` is not supported here: FROM takes a table or a query in brackets"),
                );
                From::Nothing
            }
        };
        (from, unnest)
    }

    fn unnest(&mut self, of: &TableFactor, into: &mut Vec<Unnest>) {
        let span = self.places.span(of.span());
        // The parser takes it for a function that gives a table.
        let TableFactor::Table { name, alias, args: Some(args), with_ordinality, .. } = of else {
            self.refuse(span, JOINS);
            return;
        };
        self.refuse_if(*with_ordinality, span, "WITH ORDINALITY");
        let [FunctionArg::Unnamed(FunctionArgExpr::Expr(list))] = args.args.as_slice() else {
            self.refuse(span, "UNNEST takes one list here");
            return;
        };
        if !self.object(name).text.eq_ignore_ascii_case("unnest") {
            self.refuse(span, "the only function in FROM is UNNEST here");
            return;
        }
        let list = self.node(list);
        let table = alias.as_ref().map(|alias| self.name(&alias.name));
        let column = alias.as_ref().and_then(|alias| self.columns(alias).into_iter().next());
        into.push(Unnest { list, table, column });
    }

    fn columns(&mut self, alias: &TableAlias) -> Vec<Name> {
        alias.columns.iter().map(|column| self.name(&column.name)).collect()
    }

    /// A name, in lower case.
    pub(super) fn name(&mut self, of: &Ident) -> Name {
        let span = self.places.span(of.span);
        if of.quote_style == Some('`') {
            let name = &of.value;
            self.refuse(
                span,
                format!("backticks are of CREATE TABLE; in a query write \"{name}\" or {name}"),
            );
        }
        let text = of.value.to_lowercase();
        if of.quote_style.is_none() && is_reserved(&text) {
            self.refuse(
                span,
                format!("{text} is a word of SQL; as a name it stands in double quotes: \"{text}\""),
            );
        }
        Name { text, span }
    }

    /// A part of a name such as `database.table`, or the name of a function, which may be any word.
    fn part(&mut self, of: &Ident) -> Name {
        Name { text: of.value.to_lowercase(), span: self.places.span(of.span) }
    }

    /// The last part of a name such as `database.table`.
    pub(super) fn object(&mut self, of: &ObjectName) -> Name {
        let span = self.places.span(of.span());
        let parts: Vec<Name> =
            of.0.iter().filter_map(|part| part.as_ident()).map(|part| self.part(part)).collect();
        Name { text: parts.last().map(|name| name.text.clone()).unwrap_or_default(), span }
    }
}

/// A query that is only this.
fn bare(body: Body, span: Span) -> Query {
    match body {
        Body::Nested(query) => *query,
        body => Query { with: Vec::new(), body, order: Vec::new(), offset: 0, limit: None, span },
    }
}
