//! One file, or one part of a file: bytes in, rows out, and the report of what became of each line.

use serde::{Deserialize, Serialize};

use super::guess::{Knowledge, Known};
use super::gzip::{GzipError, Inflater, MAGIC};
use super::outcome::{Outcome, PARQUET};
use super::parquet;
use super::text::TextReader;
use crate::record::Format;
use crate::store::{LayoutId, Table};

/// How a reader begins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beginning {
    /// How lines are read from the first one on; `None` at the begin of a file.
    pub rule: Option<Rule>,
    /// What is known of lines without a header line.
    pub knowledge: Knowledge,
    /// Whether the text is known to be inflated already.
    pub inflated: bool,
    /// Whether the rows may have to be [discarded](Reader::finish_part): they get layouts of their own.
    pub revocable: bool,
    /// Where the text begins in the file, bytes.
    pub offset: u64,
}

/// How lines are read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rule {
    /// By the header line above them.
    Header(Format),
    /// As a format that they tell by themselves, such as the default one, for want of a header line.
    Headerless(Format),
    /// Each by the first of these formats that fits it, for want of a header line.
    Told(Vec<Known>),
}

/// How a gzip file ended that was inflated apart from its reader.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InflatedEnd {
    /// Members read to their end.
    pub members: u64,
    /// Bytes after the last member that are not gzip.
    pub trailing: u64,
    /// Where it broke.
    pub broken: Option<GzipError>,
}

/// Reads one file.
pub struct Reader {
    container: Container,
    text: TextReader,
}

enum Container {
    /// Fewer bytes than a magic so far.
    Unknown(Vec<u8>),
    Plain,
    Gzip(Box<Inflater>),
    /// Read by columns, which cannot be done front to back.
    Parquet,
    Broken,
}

impl Reader {
    /// A reader of a file of `bytes` bytes.
    pub fn new(name: &str, bytes: u64, beginning: Beginning) -> Self {
        let container = if beginning.inflated { Container::Plain } else { Container::Unknown(Vec::new()) };
        Self { container, text: TextReader::new(name, bytes, beginning) }
    }

    /// Reads the next bytes of the file.
    pub fn push(&mut self, bytes: &[u8], table: &mut Table) {
        match &mut self.container {
            Container::Unknown(held) => {
                held.extend_from_slice(bytes);
                if held.len() >= parquet::MAGIC.len() {
                    let held = std::mem::take(held);
                    self.decide(&held);
                    self.push(&held, table);
                }
            }
            Container::Plain => self.text.push(bytes, table),
            Container::Gzip(inflater) => {
                let text = &mut self.text;
                if text.is_refused() {
                    return;
                }
                if let Err(error) = inflater.push(bytes, &mut |block| text.push(block, table)) {
                    self.broke(error);
                }
            }
            Container::Parquet | Container::Broken => {}
        }
    }

    fn decide(&mut self, head: &[u8]) {
        self.container = if head.starts_with(&MAGIC) {
            Container::Gzip(Box::default())
        } else if head.starts_with(&parquet::MAGIC) {
            let outcome = &mut self.text.lines.outcome;
            PARQUET.clone_into(&mut outcome.container);
            Container::Parquet
        } else {
            Container::Plain
        };
    }

    fn broke(&mut self, error: GzipError) {
        self.finish_members();
        self.text.lines.broken = Some(error);
        self.container = Container::Broken;
    }

    /// Ends a part of a file: its report, the layouts that its rows went to, and how lines are read after it.
    pub fn finish_part(mut self, table: &mut Table) -> (Outcome, Vec<LayoutId>, Option<Rule>) {
        self.end(table);
        self.text.end(table);
        let lines = &self.text.lines;
        let (layouts, rule) = (lines.layouts().to_vec(), lines.rule());
        (self.text.finish(table), layouts, rule)
    }

    /// Ends the file and gives its report.
    pub fn finish(mut self, table: &mut Table) -> Outcome {
        self.end(table);
        let is_parquet = matches!(self.container, Container::Parquet);
        let mut outcome = self.text.finish(table);
        if is_parquet {
            outcome.error = Some("A Parquet file is read by columns and not from front to back.".to_owned());
        }
        outcome
    }

    fn end(&mut self, table: &mut Table) {
        if let Container::Unknown(held) = &mut self.container {
            let held = std::mem::take(held);
            self.decide(&held);
            self.push(&held, table);
        }
        if let Container::Gzip(inflater) = &self.container
            && let Err(error) = inflater.finish()
        {
            self.broke(error);
        }
        self.finish_members();
    }

    fn finish_members(&mut self) {
        if let Container::Gzip(inflater) = &self.container {
            let outcome = &mut self.text.lines.outcome;
            outcome.members = inflater.members();
            outcome.trailing_bytes = inflater.trailing();
            "gzip".clone_into(&mut outcome.container);
        }
    }

    /// Ends a file that was inflated elsewhere.
    pub fn finish_inflated(mut self, end: InflatedEnd, table: &mut Table) -> Outcome {
        let lines = &mut self.text.lines;
        "gzip".clone_into(&mut lines.outcome.container);
        lines.outcome.members = end.members;
        lines.outcome.trailing_bytes = end.trailing;
        lines.broken = end.broken;
        self.text.finish(table)
    }

    /// Records read so far.
    pub const fn records(&self) -> u64 {
        self.text.lines.outcome.records
    }

    /// Whether the file was refused, so that reading on is of no use.
    pub const fn is_refused(&self) -> bool {
        self.text.is_refused()
    }
}
