//! What a call knows besides its arguments.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use foldhash::fast::FixedState;
use regex_lite::Regex;

use super::regex;

/// How many compiled expressions are kept; one query writes fewer, but may compute them.
const KEPT_REGEXES: usize = 256;

/// What a query knows, with the regular expressions it has compiled.
#[derive(Debug, Default)]
pub struct Context {
    /// When it began, Unix seconds.
    pub now_secs: u64,
    /// The first and the last time that it looks at, Unix milliseconds.
    pub range_millis: (i64, i64),
    regexes: RefCell<HashMap<Rc<str>, Option<Rc<Regex>>, FixedState>>,
}

impl Context {
    /// A context without expressions yet.
    #[must_use]
    pub fn new(now_secs: u64, range_millis: (i64, i64)) -> Self {
        Self { now_secs, range_millis, regexes: RefCell::default() }
    }

    /// An expression, compiled once; none if it does not compile, which [`regex`] explains.
    pub fn regex(&self, pattern: &str) -> Option<Rc<Regex>> {
        let mut regexes = self.regexes.borrow_mut();
        if let Some(known) = regexes.get(pattern) {
            return known.clone();
        }
        if regexes.len() >= KEPT_REGEXES {
            regexes.clear();
        }
        let compiled = regex(pattern).ok().map(Rc::new);
        regexes.insert(pattern.into(), compiled.clone());
        compiled
    }
}
