//! How files become jobs for shards: many small files together, a large plain file in parts, a large Parquet file in shares of
//! its row groups, a large gzip file inflated by one shard and parsed by another.

use serde::{Deserialize, Serialize};

use super::messages::FileInfo;
use crate::ingest::detect::rule_of;
use crate::ingest::guess::Knowledge;
use crate::ingest::gzip::MAGIC;
use crate::ingest::parquet;
use crate::ingest::{AthenaResult, Beginning, InflatedEnd, Outcome, Rule};
use crate::record::ordered::order_by_key;

/// From this size a file is looked at before it is handed out, bytes.
pub const LARGE: u64 = 24 << 20;
/// A part of a large plain file, bytes.
const PART: u64 = 16 << 20;
/// Small files go together up to so many bytes,
const BATCH_BYTES: u64 = 8 << 20;
/// and up to so many files.
const BATCH_FILES: usize = 200;
/// How much of a large file is looked at, bytes.
pub const HEAD: u64 = 64 << 10;

/// Work for one shard. Files are numbered as in the load.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Job {
    /// Reads whole files one after another.
    Files(Vec<(u32, FileInfo)>),
    /// Reads the lines of a plain file that begin in a range of its bytes.
    Part(Part),
    /// Reads a share of a Parquet file's row groups.
    Share(Share),
    /// Inflates a file and hands its text on.
    Inflate(u32, FileInfo),
    /// Reads a file's text that another shard inflates.
    Parse(u32, FileInfo),
}

/// A range of a large plain file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The part's number in the session.
    pub part: u32,
    /// The file's number.
    pub file: u32,
    /// The file.
    pub info: FileInfo,
    /// First byte.
    pub from: u64,
    /// Byte after the last.
    pub to: u64,
    /// How its reader begins.
    pub beginning: Beginning,
}

/// A share of a large Parquet file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// The file's number.
    pub file: u32,
    /// The file.
    pub info: FileInfo,
    /// Which share, from 0.
    pub share: u32,
    /// Of so many.
    pub shares: u32,
}

/// What came of a job.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The report of each file, or of the part.
    pub outcomes: Vec<(u32, Outcome)>,
    /// For a part: how lines are read at its end.
    pub rule: Option<Rule>,
    /// The results of Athena, by their files, on their way: reports do not carry them.
    pub results: Vec<(u32, AthenaResult)>,
}

impl Done {
    /// Takes the results of Athena out of the reports, which lose them when they are sent.
    pub fn pack(&mut self) {
        for (file, outcome) in &mut self.outcomes {
            self.results.extend(outcome.result.take().map(|result| (*file, *result)));
        }
    }

    /// Puts them back.
    pub fn unpack(&mut self) {
        for (file, result) in self.results.drain(..) {
            if let Some((_, outcome)) = self.outcomes.iter_mut().find(|(other, _)| *other == file) {
                outcome.result = Some(Box::new(result));
            }
        }
    }
}

/// What an inflating shard sends to the parsing one beside blocks of text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlocksEnd {
    /// How the gzip data ended.
    pub end: InflatedEnd,
    /// Why reading stopped early.
    pub stopped: Option<String>,
}

impl Job {
    /// Bytes as delivered.
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Files(files) => files.iter().map(|(_, info)| info.size).sum(),
            Self::Part(part) => part.to - part.from,
            Self::Share(share) => share.info.size / u64::from(share.shares.max(1)),
            Self::Inflate(_, info) | Self::Parse(_, info) => info.size,
        }
    }

    /// The files it reads.
    pub fn files(&self) -> Vec<(u32, &FileInfo)> {
        match self {
            Self::Files(files) => files.iter().map(|(file, info)| (*file, info)).collect(),
            Self::Part(part) => vec![(part.file, &part.info)],
            Self::Share(share) => vec![(share.file, &share.info)],
            Self::Inflate(file, info) | Self::Parse(file, info) => vec![(*file, info)],
        }
    }
}

/// Plans a load. `heads`: the first [`HEAD`] bytes of each file of at least [`LARGE`] bytes, by number.
/// The largest jobs come first.
pub fn plan(
    files: &[FileInfo],
    heads: &[(u32, Vec<u8>)],
    knowledge: &Knowledge,
    next_part: &mut u32,
) -> Vec<Job> {
    let mut order: Vec<(u32, &FileInfo)> = (0..).zip(files).collect();
    order_by_key(&mut order, |(file, info)| (std::cmp::Reverse(info.size), *file));
    let mut jobs = Vec::new();
    let (mut batch, mut batch_bytes) = (Vec::new(), 0);
    for (file, info) in order {
        if let Some((_, head)) = heads.iter().find(|(other, _)| *other == file) {
            jobs.extend(large(file, info, head, knowledge, next_part));
            continue;
        }
        if !batch.is_empty() && (batch_bytes + info.size > BATCH_BYTES || batch.len() >= BATCH_FILES) {
            jobs.push(Job::Files(std::mem::take(&mut batch)));
            batch_bytes = 0;
        }
        batch_bytes += info.size;
        batch.push((file, info.clone()));
    }
    if !batch.is_empty() {
        jobs.push(Job::Files(batch));
    }
    order_by_key(&mut jobs, |job| {
        std::cmp::Reverse(if matches!(job, Job::Part(_)) { PART } else { job.bytes() })
    });
    jobs
}

fn large(file: u32, info: &FileInfo, head: &[u8], knowledge: &Knowledge, next_part: &mut u32) -> Vec<Job> {
    if head.starts_with(&MAGIC) {
        return vec![Job::Inflate(file, info.clone())];
    }
    if head.starts_with(&parquet::MAGIC) {
        let shares = info.size.div_ceil(PART) as u32;
        let share = |share| Job::Share(Share { file, info: info.clone(), share, shares });
        return (0..shares).map(share).collect();
    }
    let Some(rule) = rule_of(head, &info.name, knowledge) else {
        return vec![Job::Files(vec![(file, info.clone())])];
    };
    (0..info.size.div_ceil(PART))
        .map(|at| {
            let part = *next_part;
            *next_part += 1;
            let beginning = if at == 0 {
                Beginning::default()
            } else {
                Beginning {
                    rule: Some(rule.clone()),
                    knowledge: Knowledge::default(),
                    inflated: true,
                    revocable: true,
                    offset: at * PART,
                }
            };
            let (from, to) = (at * PART, ((at + 1) * PART).min(info.size));
            Job::Part(Part { part, file, info: info.clone(), from, to, beginning })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(name: &str, size: u64) -> FileInfo {
        FileInfo { name: name.to_owned(), size }
    }

    #[test]
    fn small_files_go_together_and_large_ones_are_split() {
        let mut files: Vec<FileInfo> = (0..1000).map(|i| info(&format!("{i}.gz"), 90_000)).collect();
        files.push(info("big.log", 40 << 20));
        files.push(info("big.gz", 180 << 20));
        let header = b"version account-id interface-id\n".to_vec();
        let heads = vec![(1000, header), (1001, vec![0x1f, 0x8b, 8])];
        let mut next_part = 0;
        let jobs = plan(&files, &heads, &Knowledge::default(), &mut next_part);
        assert!(matches!(&jobs[0], Job::Inflate(1001, _)));
        let parts: Vec<&Part> =
            jobs.iter().filter_map(|job| if let Job::Part(part) = job { Some(part) } else { None }).collect();
        assert_eq!(parts.len(), 3);
        assert_eq!((parts[0].from, parts[2].to, next_part), (0, 40 << 20, 3));
        assert!(
            matches!(&parts[1].beginning.rule, Some(Rule::Header(format)) if format.columns().len() == 3)
        );
        let mut seen: Vec<u32> = jobs
            .iter()
            .flat_map(|job| {
                if let Job::Files(files) = job {
                    files.iter().map(|(file, _)| *file).collect()
                } else {
                    Vec::new()
                }
            })
            .collect();
        seen.sort_unstable();
        assert_eq!(seen, (0..1000).collect::<Vec<_>>());
        assert!(jobs.len() < 30);
    }
}
