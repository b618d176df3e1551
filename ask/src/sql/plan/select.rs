//! A SELECT: its clauses in the order in which they are computed.

use flowlens_core::query::Expr;
use flowlens_core::query::exec::Wanted;
use flowlens_core::record::Log;

use super::columns::{Column, Known, Typed};
use super::expressions::Scope;
use super::{Building, Origin, Planned, Planner, complaint, compute, native};
use crate::insights::ast::{Complaint, Name};
use crate::plan::steps::{Stats, Step};
use crate::sql::ast::{From, Item, Node, NodeKind, Operator, Order, Query, Select, Unnest};
use crate::sql::term::Term;
use crate::sql::types::Type;

impl Planner<'_> {
    pub(super) fn select(&mut self, select: &Select, query: &Query) -> Planned<Building> {
        let mut building = self.from(&select.from)?;
        for unnest in &select.unnest {
            self.unnest(&mut building, unnest)?;
        }
        if let Some(filter) = &select.filter {
            self.filter(&mut building, filter, &Scope::of_rows("WHERE"));
        }
        let items = self.items(&building, &select.items)?;
        let nodes = || {
            let items = items.iter().map(|(node, _)| node);
            items.chain(select.having.as_ref()).chain(query.order.iter().map(|order| &order.node))
        };
        let group = Self::group_keys(select, &items);
        let mut aggregates = Vec::new();
        nodes().for_each(|node| super::aggregates::find(node, &mut aggregates));
        let mut known: Vec<Known> = Vec::new();
        let is_grouped = select.group.is_some() || !aggregates.is_empty() || select.having.is_some();
        if is_grouped {
            known = self.grouped(&mut building, &group?, &aggregates, &items)?;
        }
        if let Some(having) = &select.having {
            let scope = Scope { known: &known, grouped: true, place: "HAVING" };
            self.filter(&mut building, having, &scope);
        }
        let mut windows = Vec::new();
        nodes().for_each(|node| super::aggregates::find_windows(node, &mut windows));
        let scope = Scope { known: &known, grouped: is_grouped, place: "a window" };
        let made = self.windows(&mut building, &windows, &scope)?;
        known.extend(made);
        let scope = Scope { known: &known, grouped: is_grouped, place: "SELECT" };
        let mut columns = Vec::new();
        for (node, alias) in &items {
            match self.typed(&mut building, node, &scope) {
                Ok(Typed { term, of, .. }) => {
                    let slot = building.slot(term);
                    let name = match (alias, &node.kind) {
                        (Some(alias), _) => Some(alias.text.clone()),
                        (None, NodeKind::Column(column)) => Some(column.name.clone()),
                        (None, _) => None,
                    };
                    columns.push(Column { table: None, name, of, slot });
                }
                // Several at once.
                Err(complaint) => self.complaints.push(complaint),
            }
        }
        if let Some(first) = self.complaints.pop() {
            return Err(first);
        }
        self.show(&mut building, columns, select.distinct, &query.order, &scope)?;
        building.limit(query.offset, query.limit);
        Ok(building)
    }

    /// The columns of the answer, in order.
    fn show(
        &mut self,
        building: &mut Building,
        columns: Vec<Column>,
        distinct: bool,
        orders: &[Order],
        scope: &Scope<'_>,
    ) -> Planned<()> {
        if distinct {
            building.columns = columns;
            building.table = None;
            building.distinct();
            return self.sort(building, orders, &[]);
        }
        let mut by = Vec::new();
        for order in orders {
            let typed = match Self::output(&columns, &order.node)? {
                Some(typed) => typed,
                None => self.with_output(building, &columns, &order.node, scope)?,
            };
            by.push(Self::sorted(typed, order)?);
        }
        if !by.is_empty() {
            building.steps.push(Step::Sort(by));
        }
        building.columns = columns;
        building.table = None;
        Ok(())
    }

    /// An expression of ORDER BY: names in it are those of SELECT, or else those of FROM.
    fn with_output(
        &mut self,
        building: &mut Building,
        columns: &[Column],
        node: &Node,
        scope: &Scope<'_>,
    ) -> Planned<Typed> {
        let mut known = scope.known.to_vec();
        known.extend(columns.iter().filter_map(|column| {
            let kind = NodeKind::Column(crate::sql::ast::Column { table: None, name: column.name.clone()? });
            Some((Node { kind, span: node.span }, Typed::new(Term::Slot(column.slot), column.of.clone())))
        }));
        self.typed(building, node, &Scope { known: &known, grouped: scope.grouped, place: "ORDER BY" })
    }

    /// What rows are ordered by after UNION, or after DISTINCT: only their columns are there.
    pub(super) fn order_key(
        &mut self,
        building: &mut Building,
        order: &Order,
        known: &[Known],
    ) -> Planned<Typed> {
        match Self::output(&building.columns, &order.node)? {
            Some(typed) => Ok(typed),
            None => self.typed(building, &order.node, &Scope { known, grouped: false, place: "ORDER BY" }),
        }
    }

    /// The column that a place such as 1, or a name, stands for.
    fn output(columns: &[Column], node: &Node) -> Planned<Option<Typed>> {
        let column = match &node.kind {
            NodeKind::Int(place) => {
                let at = usize::try_from(place - 1).ok();
                let Some(column) = at.and_then(|at| columns.get(at)) else {
                    return complaint(
                        node.span,
                        format!("there is no column {place}: SELECT has {}", columns.len()),
                    );
                };
                Some(column)
            }
            NodeKind::Column(name) if name.table.is_none() => {
                columns.iter().find(|column| column.name.as_ref() == Some(&name.name))
            }
            _ => None,
        };
        Ok(column.map(|column| Typed::new(Term::Slot(column.slot), column.of.clone())))
    }

    fn from(&mut self, from: &From) -> Planned<Building> {
        Ok(match from {
            From::Nothing => Building::new(Origin::Nothing),
            From::Table(name, alias) => {
                let place = self.named.iter().rposition(|named| named.name.text == name.text);
                if let Some(place) = place
                    && let Some(named) = self.named.get(place).cloned()
                {
                    // It knows the queries that were named before it.
                    let after = self.named.split_off(place);
                    let building = self.query(&named.query);
                    self.named.extend(after);
                    let mut building = building?;
                    Self::renamed(&mut building, Some(alias.as_ref().unwrap_or(name)), &named.columns)?;
                    return Ok(building);
                }
                if name.text == flowlens_core::query::athena::table(Log::TransitGateway) {
                    return complaint(
                        name.span,
                        "records of transit gateways cannot be asked yet; VPC flow logs are, by any other name",
                    );
                }
                let mut building =
                    Building::new(Origin::Records { filter: Expr::True, sources: Vec::new(), width: None });
                building.table = Some(vec![alias.as_ref().unwrap_or(name).text.clone()]);
                // The newest come first where nothing else is said.
                building.source(Wanted::Millis);
                building
            }
            From::Query(query, alias, columns) => {
                let mut building = self.query(query)?;
                Self::renamed(&mut building, alias.as_ref(), columns)?;
                building
            }
        })
    }

    fn unnest(&mut self, building: &mut Building, unnest: &Unnest) -> Planned<()> {
        let list = self.typed(building, &unnest.list, &Scope::of_rows("UNNEST"))?;
        let Type::Array(of) = list.of else {
            return complaint(unnest.list.span, format!("UNNEST takes an array; this is {}", list.of));
        };
        // A list that is NULL makes no row.
        building
            .steps
            .push(Step::Filter(compute(Term::Not(Box::new(Term::IsNull(Box::new(list.term.clone())))))));
        let slot = building.new_slot();
        building.steps.push(Step::Unnest(compute(list.term), slot));
        let name = |name: &Option<Name>| name.as_ref().map(|name| name.text.clone());
        building.columns.push(Column {
            table: name(&unnest.table),
            name: name(&unnest.column),
            of: *of,
            slot,
        });
        Ok(())
    }

    /// Keeps the rows for which a condition holds. What of it can be asked of the records with the columns is.
    fn filter(&mut self, building: &mut Building, node: &Node, scope: &Scope<'_>) {
        for part in conjuncts(node) {
            let typed = match self.typed(building, part, scope) {
                Ok(typed) => typed,
                Err(complaint) => {
                    self.complaints.push(complaint);
                    continue;
                }
            };
            if !matches!(typed.of, Type::Boolean | Type::Unknown) {
                let text = format!("a condition is true or false; this is {}", typed.of);
                self.complaints.push(Complaint { span: part.span, text });
                continue;
            }
            if let Origin::Records { filter, sources, width: None } = &mut building.source
                && let Some(expr) = native::holds(&typed.term, sources, self.facts)
            {
                *filter = std::mem::replace(filter, Expr::True).and(expr);
            } else {
                building.steps.push(Step::Filter(compute(typed.term)));
            }
        }
    }

    /// What is selected, with `*` written out.
    fn items(&mut self, building: &Building, items: &[Item]) -> Planned<Vec<(Node, Option<Name>)>> {
        let mut nodes = Vec::new();
        for item in items {
            match item {
                Item::Node(node, alias) => nodes.push((node.clone(), alias.clone())),
                Item::All(table, span) => {
                    let all = self.all(building, table.as_deref(), *span)?;
                    nodes.extend(all.into_iter().map(|node| (node, None)));
                }
            }
        }
        Ok(nodes)
    }

    /// What rows are grouped by: a number is the place of an item.
    fn group_keys<'n>(select: &'n Select, items: &'n [(Node, Option<Name>)]) -> Planned<Vec<&'n Node>> {
        let key = |node: &'n Node| match &node.kind {
            NodeKind::Int(place) => {
                let item = usize::try_from(place - 1).ok().and_then(|at| items.get(at));
                match item {
                    Some((node, _)) => Ok(node),
                    None => complaint(
                        node.span,
                        format!("there is no column {place}: SELECT has {}", items.len()),
                    ),
                }
            }
            _ => Ok(node),
        };
        select.group.iter().flatten().map(key).collect()
    }

    /// Groups rows by keys; what is known then are the keys and the aggregates.
    fn grouped(
        &mut self,
        building: &mut Building,
        keys: &[&Node],
        aggregates: &[&Node],
        items: &[(Node, Option<Name>)],
    ) -> Planned<Vec<Known>> {
        let scope = Scope::of_rows("GROUP BY");
        let mut stats = Stats { keys: Vec::new(), aggregates: Vec::new(), after: Vec::new() };
        let mut known: Vec<Known> = Vec::new();
        let mut failed = None;
        for (slot, key) in keys.iter().enumerate() {
            match self.typed(building, key, &scope) {
                Ok(typed) => {
                    known.push(((*key).clone(), Typed { term: Term::Slot(slot), of: typed.of, part: None }));
                    stats.keys.push(compute(typed.term));
                }
                Err(complaint) => {
                    let given = |(_, alias): &(Node, Option<Name>)| match (&key.kind, alias) {
                        (NodeKind::Column(column), Some(alias)) => column.name == alias.text,
                        _ => false,
                    };
                    let complaint = match items.iter().position(given) {
                        Some(at) => Complaint {
                            text: format!(
                                "Athena groups by expressions and places, not by names given in SELECT: write GROUP BY {}",
                                at + 1
                            ),
                            ..complaint
                        },
                        None => complaint,
                    };
                    failed = failed.or(Some(complaint));
                }
            }
        }
        for (at, aggregate) in aggregates.iter().enumerate() {
            match self.aggregated(building, aggregate) {
                Ok((aggregated, of)) => {
                    known.push(((*aggregate).clone(), Typed::new(Term::Slot(keys.len() + at), of)));
                    stats.aggregates.push(aggregated);
                }
                Err(complaint) => failed = failed.or(Some(complaint)),
            }
        }
        if let Some(complaint) = failed {
            return Err(complaint);
        }
        building.group(stats);
        Ok(known)
    }
}

/// The conditions that must all hold.
fn conjuncts(node: &Node) -> Vec<&Node> {
    match &node.kind {
        NodeKind::Binary(left, Operator::And, right) => {
            let mut parts = conjuncts(left);
            parts.extend(conjuncts(right));
            parts
        }
        _ => vec![node],
    }
}
