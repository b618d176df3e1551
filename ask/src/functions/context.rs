//! What a call knows besides its arguments.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use foldhash::fast::FixedState;
use regex_lite::Regex;
use serde::{Deserialize, Serialize};

use super::regex;
use crate::sql::term::Set;

/// How many compiled expressions are kept; one query writes fewer, but may compute them.
const KEPT_REGEXES: usize = 256;

/// Values for which Athena would have stopped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stopped {
    /// How many.
    pub times: u64,
    /// One of them, if there is more to say of it; the same whichever shard is asked first.
    pub such_as: String,
}

impl Stopped {
    /// A sentence of what Athena would have done.
    pub fn note(&self, why: &str) -> String {
        let times = match self.times {
            1 => "once".to_owned(),
            times => format!("{times} times"),
        };
        let such_as = match self.such_as.as_str() {
            "" => String::new(),
            such_as => format!(", such as for '{such_as}'"),
        };
        format!("Athena would stop at this query: {why}, {times}{such_as}. Here the value is NULL.")
    }
}

/// What a query knows, with the regular expressions it has compiled.
#[derive(Debug, Default)]
pub struct Context {
    /// When it began, Unix seconds.
    pub now_secs: u64,
    /// The first and the last time that it looks at, Unix milliseconds.
    pub range_millis: (i64, i64),
    regexes: RefCell<HashMap<Rc<str>, Option<Rc<Regex>>, FixedState>>,
    /// What queries within the query gave.
    sets: RefCell<Vec<Rc<Set>>>,
    /// For what Athena would have stopped.
    stops: RefCell<BTreeMap<String, Stopped>>,
}

impl Context {
    /// A context without expressions yet.
    #[must_use]
    pub fn new(now_secs: u64, range_millis: (i64, i64)) -> Self {
        Self { now_secs, range_millis, ..Self::default() }
    }

    /// What the query of a number within the query gave.
    pub fn set(&self, query: usize) -> Option<Rc<Set>> {
        self.sets.borrow().get(query).map(Rc::clone)
    }

    /// Takes what the next query within the query gave.
    pub fn take_set(&self, set: Set) {
        self.sets.borrow_mut().push(Rc::new(set));
    }

    /// Notes a value for which Athena would have stopped; here it is NULL.
    pub fn stop(&self, why: &str, value: &str) {
        self.stop_for(why, &Stopped { times: 1, such_as: value.to_owned() });
    }

    /// Notes values for which Athena would have stopped.
    pub fn stop_for(&self, why: &str, stopped: &Stopped) {
        let mut stops = self.stops.borrow_mut();
        match stops.get_mut(why) {
            Some(known) => {
                known.times += stopped.times;
                if stopped.such_as < known.such_as {
                    known.such_as.clone_from(&stopped.such_as);
                }
            }
            None => drop(stops.insert(why.to_owned(), stopped.clone())),
        }
    }

    /// For what Athena would have stopped.
    pub fn stops(&self) -> Vec<(String, Stopped)> {
        self.stops.borrow().iter().map(|(why, stopped)| (why.clone(), stopped.clone())).collect()
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
