//! A second, naive answer to queries: over rows of texts in memory, command by command, to hold the product against.

#![allow(clippy::unwrap_used)]

pub(crate) mod aggregate;
pub(crate) mod expression;
pub(crate) mod queries;
pub(crate) mod random;
pub(crate) mod steps;
pub(crate) mod taking;
pub(crate) mod value;

use std::collections::HashMap;
use std::rc::Rc;

use flowlens_core::record::Field;
use value::Val;

/// When queries are asked, Unix seconds.
pub(crate) const NOW: u64 = 1_800_000_000;

/// A record: its line, its time and its values by name.
pub(crate) type Record = Rc<HashMap<String, Val>>;

/// The records of logs that each begin with a header line.
pub(crate) fn records(logs: &[&str]) -> Vec<Record> {
    let mut records = Vec::new();
    for log in logs {
        let mut lines = log.lines();
        let names: Vec<&str> = lines.next().unwrap_or_default().split_whitespace().collect();
        for line in lines {
            let mut record: HashMap<String, Val> =
                names.iter().map(|name| insights_name(name)).zip(line.split_whitespace().map(text)).collect();
            let start: i128 = record["startTime"].text().parse().unwrap();
            record.insert("@timestamp".to_owned(), Val::Int(start * 1000));
            record.insert("@message".to_owned(), text(line));
            records.push(Rc::new(record));
        }
    }
    records
}

/// What Insights calls a field, whichever of its names is given.
pub(crate) fn insights_name(name: &str) -> String {
    Field::from_name(name).map_or_else(|| name.to_owned(), |field| field.insights_name().to_owned())
}

fn text(text: &str) -> Val {
    Val::Text(text.to_owned())
}
