//! Where lines go: one file, standard output, or a tree of S3 keys.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use flowlens::record::time;

use super::random::Random;
use super::row::{ACCOUNT, REGION};

/// The gzip level of benchmark data: gzip's own default.
pub(crate) const LEVEL: u32 = 6;

/// S3 delivers a file per five minutes.
const DELIVERY_SECS: u64 = 300;

const FLOW_LOG: &str = "fl-0123456789abcdef0";

/// An open output.
pub(crate) enum Sink {
    Plain(BufWriter<Box<dyn Write>>),
    Gzip(Box<GzEncoder<BufWriter<Box<dyn Write>>>>),
    Tree(Box<Tree>),
}

/// A directory of S3 keys, written one file after the other.
pub(crate) struct Tree {
    root: PathBuf,
    random: Random,
    open: Option<GzEncoder<BufWriter<File>>>,
}

impl Sink {
    /// One file, or standard output for `-`; gzip when given a level.
    pub(crate) fn one(out: &str, level: Option<u32>) -> io::Result<Self> {
        let target: Box<dyn Write> =
            if out == "-" { Box::new(io::stdout()) } else { Box::new(create(Path::new(out))?) };
        let buffered = BufWriter::with_capacity(1 << 20, target);
        Ok(match level {
            Some(level) => Self::Gzip(Box::new(GzEncoder::new(buffered, Compression::new(level)))),
            None => Self::Plain(buffered),
        })
    }

    /// A tree below `root`. The first [`Sink::next_file`] opens its first file.
    pub(crate) fn tree(root: &str, seed: u64) -> Self {
        Self::Tree(Box::new(Tree { root: PathBuf::from(root), random: Random::new(seed, 4), open: None }))
    }

    /// In a tree, ends the file and opens the next, whose first record starts at `start`.
    pub(crate) fn next_file(&mut self, start: u64) -> io::Result<()> {
        if let Self::Tree(tree) = self {
            tree.close()?;
            let path = tree.root.join(key(start, tree.random.next()));
            tree.open = Some(GzEncoder::new(BufWriter::new(create(&path)?), Compression::new(LEVEL)));
        }
        Ok(())
    }

    pub(crate) fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(out) => out.write_all(bytes),
            Self::Gzip(out) => out.write_all(bytes),
            Self::Tree(tree) => match &mut tree.open {
                Some(out) => out.write_all(bytes),
                None => Ok(()),
            },
        }
    }

    /// Writes out what is buffered. Without it a gzip file has no end.
    pub(crate) fn finish(self) -> io::Result<()> {
        match self {
            Self::Plain(mut out) => out.flush(),
            Self::Gzip(out) => out.finish()?.flush(),
            Self::Tree(mut tree) => tree.close(),
        }
    }
}

impl Tree {
    fn close(&mut self) -> io::Result<()> {
        match self.open.take() {
            Some(out) => out.finish()?.flush(),
            None => Ok(()),
        }
    }
}

/// The S3 key of a file, as AWS names it.
fn key(start: u64, hash: u64) -> String {
    let at = time::iso(start - start % DELIVERY_SECS);
    let (year, month, day) = (slice(&at, 0, 4), slice(&at, 5, 7), slice(&at, 8, 10));
    let (hour, minute) = (slice(&at, 11, 13), slice(&at, 14, 16));
    let hash = hash & 0xffff_ffff;
    format!(
        "AWSLogs/{ACCOUNT}/vpcflowlogs/{REGION}/{year}/{month}/{day}/\
         {ACCOUNT}_vpcflowlogs_{REGION}_{FLOW_LOG}_{year}{month}{day}T{hour}{minute}Z_{hash:08x}.log.gz"
    )
}

fn slice(text: &str, from: usize, to: usize) -> &str {
    text.get(from..to).unwrap_or_default()
}

fn create(path: &Path) -> io::Result<File> {
    let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(named)?;
    }
    File::create(path).map_err(named)
}
