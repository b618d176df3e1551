//! Single records of a table: lines, and columns of rows.

use super::block::Block;
use super::compile::{Binding, Cells};
use super::joins::BoundScan;
use crate::query::plan::{Named, Sort};
use crate::query::value::Value;
use crate::record::Field;
use crate::record::ordered::order_by;

/// The earliest lines with their start and end. More than `limit` only where times are equal: which of those
/// come first is decided by their text, once all are together.
pub(super) fn lines(limit: usize, binding: &Binding<'_>, scan: &BoundScan<'_>) -> Vec<(u64, u64, String)> {
    let mut found: Vec<(u64, u64, usize, usize)> = Vec::new();
    let mut worst = (u64::MAX, u64::MAX);
    let mut segment = 0;
    let segments = binding.table.segments();
    Block::each(binding.table, |block, all| {
        while !std::ptr::eq(&raw const segments[segment], block.segment) {
            segment += 1;
        }
        let selected = scan.select(block, all);
        if selected.is_empty() {
            return;
        }
        let starts = block.gather(Field::Start.into(), &selected);
        let ends = block.gather(Field::End.into(), &selected);
        for ((&row, start), end) in selected.iter().zip(starts).zip(ends) {
            if (start, end) <= worst {
                found.push((start, end, segment, block.from + row as usize));
            }
        }
        if found.len() > limit.saturating_mul(2).saturating_add(1024) {
            worst = cut(&mut found, limit);
        }
    });
    cut(&mut found, limit);
    found
        .into_iter()
        .map(|(start, end, segment, row)| (start, end, binding.table.line(&segments[segment], row)))
        .collect()
}

/// Keeps the earliest `limit` and all that are as early as the last of them.
fn cut(found: &mut Vec<(u64, u64, usize, usize)>, limit: usize) -> (u64, u64) {
    order_by(found, Ord::cmp);
    let Some(last) = limit.checked_sub(1).and_then(|at| found.get(at)).map(|&(start, end, ..)| (start, end))
    else {
        return (u64::MAX, u64::MAX);
    };
    let keep = found.partition_point(|&(start, end, ..)| (start, end) <= last);
    found.truncate(keep);
    last
}

/// The first `limit` rows by the sort order.
pub(super) fn rows(
    columns: &[Named],
    sort: &[Sort],
    limit: usize,
    binding: &Binding<'_>,
    scan: &BoundScan<'_>,
) -> Vec<Vec<Value>> {
    let cells: Vec<Cells> = columns.iter().map(|column| binding.cells(&column.expr)).collect();
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let order = row_order(&names, sort);
    let mut found: Vec<Vec<Value>> = Vec::new();
    Block::each(binding.table, |block, all| {
        let selected = scan.select(block, all);
        let block_columns: Vec<Vec<u64>> =
            cells.iter().map(|cells| binding.cells_of(cells, block, &selected)).collect();
        for row in 0..selected.len() {
            let values = block_columns
                .iter()
                .zip(&cells)
                .map(|(column, cells)| binding.value(column[row], cells.kind()));
            found.push(values.collect());
        }
        if found.len() > limit.saturating_mul(2).saturating_add(16_384) {
            order_by(&mut found, &order);
            found.truncate(limit);
        }
    });
    order_by(&mut found, &order);
    found.truncate(limit);
    found
}

/// Orders rows by the sort columns, then by all columns, so that the order is total.
pub fn sort_rows(columns: &[&str], sort: &[Sort], rows: &mut Vec<Vec<Value>>) {
    order_by(rows, row_order(columns, sort));
}

pub(super) fn row_order(
    columns: &[&str],
    sort: &[Sort],
) -> impl Fn(&Vec<Value>, &Vec<Value>) -> std::cmp::Ordering + use<> {
    let by: Vec<(usize, bool)> = sort
        .iter()
        .filter_map(|sort| {
            columns.iter().position(|name| *name == sort.column).map(|at| (at, sort.descending))
        })
        .collect();
    move |a, b| {
        by.iter()
            .map(|&(at, descending)| {
                let order = a[at].order(&b[at]);
                if descending { order.reverse() } else { order }
            })
            .chain(a.iter().zip(b).map(|(a, b)| a.order(b)))
            .find(|order| order.is_ne())
            .unwrap_or(std::cmp::Ordering::Equal)
    }
}
