//! Records by their places in an order, out of all shards: a page of a list of which nobody holds the whole.
//!
//! Each shard has its own rows in order. Which place in each of them a place of the whole is, is found by narrowing: keys
//! out of the stretches that are left, and how many rows of every shard come before each of them. Done by whoever asks,
//! so that the desk need only hand on what it does not read.

use std::iter::zip;

use serde::{Deserialize, Serialize};

use super::session::{Fleet, Session};
use super::shard::{Answered, Ask};
use crate::query::exec::{Key, Look, Seen};
use crate::query::plan::Sort;
use crate::query::{Plan, Scan};
use crate::record::Mark;
use crate::record::ordered::order_by;

/// Keys of each shard in a step: after three steps or four, nothing is left of millions.
const SAMPLES: u32 = 160;

/// What is asked of the records themselves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Browse {
    /// Written [`Look`]s: one for all shards, or one for each. Answered by a list of what the shards write, nothing where one
    /// was lost.
    Looks(Vec<Vec<u8>>),
    /// A plan; answered by a [`crate::query::Answer`].
    Plan(Box<Plan>),
    /// The queries to be run on Athena over a table and days, those included of which results were read; answered by a
    /// list of [`super::replay::ToRun`].
    Athena(Mark),
}

/// Some records of those in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Records {
    /// Which records.
    pub scan: Scan,
    /// By which column they are ordered; those of equal values are the newest first, as all are without it.
    pub sort: Option<Sort>,
    /// The place of the first that is wanted.
    pub from: u64,
    /// How many are wanted.
    pub count: u32,
    /// Where a place of the same records in the same order is, if that is known: it saves most of the search for one near by.
    pub near: Option<Found>,
}

/// A place of the whole, and which place in each shard that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    place: u64,
    of_shards: Vec<u32>,
}

/// Some records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Browsed {
    /// How many there are in all.
    pub total: u64,
    /// Names of columns.
    pub formats: Vec<Vec<String>>,
    /// For each record its format, by place, and its values with [`crate::query::exec::SEPARATOR`] between.
    pub rows: Vec<(u32, String)>,
    /// Where the first of them is.
    pub found: Option<Found>,
}

/// The shards, however they are reached.
#[allow(async_fn_in_trait)] // All of it runs on one thread: no bound on the futures is wanted.
pub trait Shards {
    /// What shards answer to written looks, as in [`Browse::Looks`].
    async fn looks(&self, looks: Vec<Vec<u8>>) -> Result<Vec<Vec<u8>>, String>;
}

impl<F: Fleet> Shards for Session<F> {
    async fn looks(&self, looks: Vec<Vec<u8>>) -> Result<Vec<Vec<u8>>, String> {
        Ok(self.hand_on(looks).await)
    }
}

impl<F: Fleet> Session<F> {
    /// Hands looks on to the shards, unread.
    pub async fn hand_on(&self, mut looks: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
        if let [one] = &looks[..] {
            looks = vec![one.clone(); self.fleet().len()];
        }
        let replies = self.ask_each(looks.into_iter().map(Ask::Look).collect()).await;
        let seen = |reply| if let Some(Answered::Seen(seen)) = reply { seen } else { Vec::new() };
        replies.into_iter().map(seen).collect()
    }
}

/// Records in order, from a place on.
pub async fn records(shards: &impl Shards, asked: &Records) -> Result<Browsed, String> {
    let look = Look {
        scan: asked.scan.clone(),
        sort: asked.sort.clone(),
        samples: (0, u32::MAX, 0),
        keys: Vec::new(),
        rows: (0, 0),
    };
    // Where nothing comes before, the first answers are all.
    let first = if asked.from == 0 { asked.count } else { 0 };
    let mut seen = ask(shards, &[Look { rows: (0, first), ..look.clone() }]).await?;
    let counts: Vec<u32> = seen.iter().map(|seen| seen.count).collect();
    let total = counts.iter().copied().map(u64::from).sum();
    let wanted = asked.from.min(total);
    let mut search = Search { wanted, left: vec![0; counts.len()], right: counts };
    search.begin(asked.near.as_ref());
    while wanted > 0 && search.left != search.right {
        let windows = zip(&search.left, &search.right);
        let looks = windows.map(|(&left, &right)| Look { samples: (left, right, SAMPLES), ..look.clone() });
        let seen = ask(shards, &looks.collect::<Vec<_>>()).await?;
        let of_shard = |(shard, seen): (usize, Seen)| {
            seen.samples.into_iter().map(move |(place, key)| Sample { shard, place, key })
        };
        let samples: Vec<Sample> = seen.into_iter().enumerate().flat_map(of_shard).collect();
        if samples.is_empty() {
            // A shard was lost meanwhile.
            break;
        }
        let keys = samples.iter().map(|sample| sample.key.clone()).collect();
        let seen = ask(shards, &[Look { keys, ..look.clone() }]).await?;
        let ranks: Vec<Vec<(u32, u32)>> = seen.into_iter().map(|seen| seen.ranks).collect();
        search.narrow(&samples, &ranks);
    }
    if wanted > 0 {
        let rows = search.left.iter().map(|&place| Look { rows: (place, asked.count), ..look.clone() });
        seen = ask(shards, &rows.collect::<Vec<_>>()).await?;
    } else {
        search.left.fill(0);
    }
    let mut browsed = merged(seen, total, asked);
    browsed.found = Some(Found { place: wanted, of_shards: search.left });
    Ok(browsed)
}

/// What each shard answers; nothing if it was lost.
async fn ask(shards: &impl Shards, looks: &[Look]) -> Result<Vec<Seen>, String> {
    let written: Result<Vec<Vec<u8>>, _> = looks.iter().map(postcard::to_allocvec).collect();
    let answers = shards.looks(written.map_err(|error| error.to_string())?).await?;
    Ok(answers.iter().map(|seen| postcard::from_bytes(seen).unwrap_or_default()).collect())
}

/// A row of a shard.
struct Sample {
    shard: usize,
    place: u32,
    key: Key,
}

/// Between which places of each shard the wanted place of the whole lies.
struct Search {
    wanted: u64,
    left: Vec<u32>,
    right: Vec<u32>,
}

impl Search {
    /// As many places on, none of the shards is more places on; nor is any further back.
    fn begin(&mut self, near: Option<&Found>) {
        let Some(near) = near.filter(|near| near.of_shards.len() == self.left.len()) else { return };
        let by = u32::try_from(near.place.abs_diff(self.wanted)).unwrap_or(u32::MAX);
        for ((left, right), &place) in self.left.iter_mut().zip(&mut self.right).zip(&near.of_shards) {
            if near.place <= self.wanted {
                (*left, *right) = (place.min(*right), place.saturating_add(by).min(*right));
            } else {
                (*left, *right) = (place.saturating_sub(by).min(*right), place.min(*right));
            }
        }
    }

    /// Takes in how many rows of each shard come before some. Rows of equal keys are ordered by shard and place.
    fn narrow(&mut self, samples: &[Sample], ranks: &[Vec<(u32, u32)>]) {
        for (number, sample) in samples.iter().enumerate() {
            let before: Vec<u32> = ranks
                .iter()
                .enumerate()
                .map(|(shard, ranks)| match ranks.get(number).copied().unwrap_or_default() {
                    _ if shard == sample.shard => sample.place,
                    (_, or_equal) if shard < sample.shard => or_equal,
                    (before, _) => before,
                })
                .collect();
            let all: u64 = before.iter().copied().map(u64::from).sum();
            if all < self.wanted {
                for (left, &before) in self.left.iter_mut().zip(&before) {
                    *left = before.max(*left);
                }
                self.left[sample.shard] = (sample.place + 1).max(self.left[sample.shard]);
            } else {
                for (right, &before) in self.right.iter_mut().zip(&before) {
                    *right = before.min(*right);
                }
            }
            if all == self.wanted {
                self.left = before;
                self.right.clone_from(&self.left);
                return;
            }
        }
    }
}

/// The first rows of all that shards gave, in order.
fn merged(seen: Vec<Seen>, total: u64, asked: &Records) -> Browsed {
    let mut browsed = Browsed { total, ..Browsed::default() };
    let mut rows: Vec<(Key, u32, String)> = Vec::new();
    for seen in seen {
        let mut numbers = Vec::new();
        for names in seen.formats {
            let known = browsed.formats.iter().position(|known| *known == names);
            numbers.push(known.unwrap_or(browsed.formats.len()) as u32);
            if known.is_none() {
                browsed.formats.push(names);
            }
        }
        let number = |format: u32| numbers.get(format as usize).copied().unwrap_or_default();
        rows.extend(seen.rows.into_iter().map(|(key, format, values)| (key, number(format), values)));
    }
    order_by(&mut rows, |(a, ..), (b, ..)| a.order(b, asked.sort.as_ref()));
    rows.truncate(asked.count as usize);
    browsed.rows = rows.into_iter().map(|(_, format, values)| (format, values)).collect();
    browsed
}
