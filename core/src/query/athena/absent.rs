//! Plans over a table that lacks some fields: what is known of them without asking is not asked.

use crate::query::plan::{Expr, Output, Plan, Scan};
use crate::query::value::Value;
use crate::record::Field;

type Has<'a> = &'a dyn Fn(Field) -> bool;

/// The same plan without the fields that the table lacks: their values are missing.
pub(super) fn settle(plan: &Plan, has: Has<'_>) -> Plan {
    let mut plan = plan.clone();
    of_scan(&mut plan.scan, has);
    match &mut plan.output {
        Output::Lines { .. } => {}
        Output::Rows { columns, .. } => columns.iter_mut().for_each(|one| of_expr(&mut one.expr, has)),
        Output::Groups(grouping) => {
            grouping.keys.iter_mut().for_each(|key| of_expr(&mut key.expr, has));
            for measure in &mut grouping.measures {
                of_expr(&mut measure.of, has);
                measure.when.iter_mut().for_each(|when| of_expr(when, has));
            }
        }
    }
    plan
}

fn of_scan(scan: &mut Scan, has: Has<'_>) {
    of_expr(&mut scan.filter, has);
    for join in &mut scan.semi_joins {
        join.keys.iter_mut().for_each(|key| of_expr(key, has));
        of_scan(&mut join.among, has);
    }
}

const MISSING: Expr = Expr::Value(Value::Missing);
const FALSE: Expr = Expr::Value(Value::Bool(false));

fn of_expr(expr: &mut Expr, has: Has<'_>) {
    let settled = match expr {
        Expr::Field(field) if !has(*field) => MISSING,
        Expr::True | Expr::Field(_) | Expr::Column(_) | Expr::Derived(_) | Expr::Value(_) => return,
        Expr::Compare(left, _, right) => {
            of_expr(left, has);
            of_expr(right, has);
            if **left != MISSING && **right != MISSING {
                return;
            }
            MISSING
        }
        Expr::Present(of) => {
            of_expr(of, has);
            if **of != MISSING {
                return;
            }
            FALSE
        }
        Expr::OneOf(of, _)
        | Expr::InSubnet(of, _)
        | Expr::IsPrivate(of)
        | Expr::IsIpv6(of)
        | Expr::Contains(of, _)
        | Expr::Bin(of, _)
        | Expr::Mask(of, _) => {
            of_expr(of, has);
            if **of != MISSING {
                return;
            }
            MISSING
        }
        Expr::Not(of) => {
            of_expr(of, has);
            match &**of {
                of if *of == MISSING => MISSING,
                of if *of == FALSE => Expr::True,
                Expr::True => FALSE,
                _ => return,
            }
        }
        Expr::And(all) => {
            for one in all.iter_mut() {
                of_expr(one, has);
            }
            all.retain(|one| *one != Expr::True);
            match all.as_mut_slice() {
                [] => Expr::True,
                [one] => std::mem::replace(one, Expr::True),
                all if all.contains(&FALSE) => FALSE,
                _ => return,
            }
        }
        Expr::Or(any) => {
            for one in any.iter_mut() {
                of_expr(one, has);
            }
            any.retain(|one| *one != FALSE);
            match any.as_mut_slice() {
                [] => FALSE,
                [one] => std::mem::replace(one, Expr::True),
                any if any.contains(&Expr::True) => Expr::True,
                _ => return,
            }
        }
    };
    *expr = settled;
}
