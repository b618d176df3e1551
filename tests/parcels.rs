//! Segments that move from one table to another.
#![allow(clippy::unwrap_used)] // A test that fails may panic, in its helpers too.

use std::fmt::Write as _;

use flowlens::ingest::{Beginning, Reader};
use flowlens::store::{Receiver, Sender, Table};

fn lines(table: &Table) -> Vec<String> {
    let mut lines: Vec<String> = table
        .segments()
        .iter()
        .flat_map(|segment| (0..segment.rows()).map(|row| table.line(segment, row)))
        .collect();
    lines.sort_unstable();
    lines
}

fn read(text: &str, table: &mut Table) {
    let mut reader = Reader::new("a", text.len() as u64, Beginning::default());
    reader.push(text.as_bytes(), table);
    reader.finish(table);
    table.seal_all();
}

/// Many segments with texts, IPv6, odd spellings, milliseconds and an unknown column.
fn log(rows: u32, seed: u32) -> String {
    let mut text = String::from("interface-id srcaddr dstaddr srcport start my-tag action\n");
    for i in (0..rows).map(|i| i.wrapping_mul(7).wrapping_add(seed)) {
        let source = if i % 5 == 0 {
            format!("2001:db8::{:x}", i % 40)
        } else {
            format!("10.0.{}.{}", i % 7, i % 200)
        };
        let port = if i % 11 == 0 { "0443".to_owned() } else { (i % 60_000).to_string() };
        let start = if i % 3 == 0 { "1600000000123" } else { "1600000000" };
        writeln!(text, "eni-{} {source} 10.0.0.1 {port} {start} tag-{} ACCEPT", i % 90, i % 123).unwrap();
    }
    text
}

#[test]
fn segments_that_move_keep_their_lines() {
    for other in ["", "srcaddr action my-other my-tag\n2001:db8::5 REJECT tag-3 x\n"] {
        let mut from = Table::default();
        read(&log(60_000, 1), &mut from);
        let mut to = Table::default();
        read(other, &mut to);
        let mut expected = lines(&from);
        expected.extend(lines(&to));
        expected.sort_unstable();
        let (mut sender, mut receiver) = (Sender::default(), Receiver::default());
        for _ in 0..2 {
            let parcel = sender.take(&mut from).and_then(|parcel| postcard::to_stdvec(&parcel).ok());
            let parcel = parcel.and_then(|bytes| postcard::from_bytes(&bytes).ok());
            receiver.put(parcel.unwrap(), &mut to);
        }
        assert_eq!((from.rows() + to.rows(), to.rows() > 20_000), (expected.len(), true));
        let mut found = lines(&from);
        found.extend(lines(&to));
        found.sort_unstable();
        assert!(found == expected);
    }
}
