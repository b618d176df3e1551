//! Columnar, dictionary-encoded tables of records.
