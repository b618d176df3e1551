//! Reads files natively and prints the report as JSON: `cargo run --release --example read -- FILE...`
#![allow(clippy::print_stdout, clippy::print_stderr)] // a command-line tool

use std::time::Instant;

fn main() {
    let shards: usize = std::env::var("SHARDS").ok().and_then(|n| n.parse().ok()).unwrap_or(2);
    let files: Vec<(String, Vec<u8>)> = std::env::args()
        .skip(1)
        .map(|name| {
            let bytes = std::fs::read(&name).unwrap_or_default();
            (name, bytes)
        })
        .collect();
    let begin = Instant::now();
    let session = flowlens::engine::local::read(
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())),
        shards,
        4 << 20,
    );
    eprintln!("read and judged in {:?}", begin.elapsed());
    let report = flowlens::engine::local::report(&session);
    println!("{}", serde_json::to_string_pretty(&report).unwrap_or_default());
}
