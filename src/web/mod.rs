//! All that touches the browser.

pub mod worker;
