//! What the functions of one event do with values.
