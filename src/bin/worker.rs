//! A worker: the desk or a shard, by its first message.

fn main() {}
