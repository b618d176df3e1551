//! Lines without a header line: the first are held back until they tell their format, and each is then read by the
//! format that fits it.

use super::super::detect::{self, LinesShape};
use super::super::guess::{self, By, Decision, Known};
use super::super::outcome::REFUSED_TEXT_MAX;
use super::super::seen::Refused;
use super::super::strangers;
use super::{LINE_MAX, Lines, Place};
use crate::store::Table;

/// So many messages are looked at before their format is decided, up to [`LINE_MAX`] bytes.
const LOOKED_AT: usize = 50;
/// So many first lines of an unknown format are kept.
const FIRST_LINES: usize = 8;

/// A message whose format is not known yet, or a value that holds none.
pub(super) struct Held {
    place: Place,
    text: Vec<u8>,
    /// Why the value is no message.
    strange: Option<String>,
}

impl Lines {
    /// Holds the first messages back until they tell their format.
    pub(in crate::ingest) fn hold_first(&mut self) {
        self.held = Some(Vec::new());
    }

    pub(super) fn hold(&mut self, text: &[u8], strange: Option<String>, place: Place, table: &mut Table) {
        let Some(held) = self.held.as_mut().filter(|_| !self.refused) else { return };
        let text = text[..text.len().min(LINE_MAX + 1)].to_vec();
        self.held_bytes += text.len();
        held.push(Held { place, text, strange });
        if held.len() >= LOOKED_AT || self.held_bytes >= LINE_MAX {
            self.decide(table);
        }
    }

    /// Decides the format of the messages that were held back, and reads them; or refuses the file.
    pub(in crate::ingest) fn decide(&mut self, table: &mut Table) {
        if self.refused {
            return;
        }
        let Some(held) = self.held.take() else { return };
        let messages: Vec<&[u8]> =
            held.iter().filter(|held| held.strange.is_none()).map(|held| held.text.trim_ascii()).collect();
        if messages.is_empty() {
            if !self.has_named()
                && let Some(Held { text, strange: Some(reason), .. }) = held.first()
            {
                self.refuse_file(&strangers::by_strange_value(text, reason));
                return;
            }
        } else if self.parser.is_none() && !self.tell(&messages, table) {
            return;
        }
        for Held { place, text, strange } in held {
            match strange {
                Some(reason) => self.refuse(&text, place, reason),
                None => self.line(&text, place, table),
            }
        }
    }

    /// Finds the format of messages without a header line. `false`: the file is not read.
    fn tell(&mut self, messages: &[&[u8]], table: &mut Table) -> bool {
        match detect::lines_shape(messages) {
            LinesShape::Headerless(format) if self.knowledge.formats.is_empty() => {
                self.read_headerless(format, table);
            }
            LinesShape::Headerless(_) | LinesShape::Records => {
                match guess::decide(messages, &self.outcome.name, &self.knowledge) {
                    Decision::Headerless(format) => self.read_headerless(format, table),
                    Decision::Told(told) => self.use_told(told, table),
                    Decision::Waits(guess) => {
                        self.refuse_file(&format!(
                            "flow records of a custom format without a header line ({} values), which can be read in more than \
                             one way: give their format on the page, or drop the answer of `aws ec2 describe-flow-logs` \
                             as JSON beside them",
                            guess.columns.len()
                        ));
                        let lines =
                            messages.iter().filter(|line| guess::row(line).is_some()).take(FIRST_LINES);
                        let text = |line: &&[u8]| {
                            String::from_utf8_lossy(&line[..line.len().min(REFUSED_TEXT_MAX)]).into_owned()
                        };
                        self.outcome.first_lines = lines.map(text).collect();
                        self.outcome.guess = Some(guess);
                        return false;
                    }
                }
            }
            LinesShape::Other(what) if !self.has_named() => {
                self.refuse_file(&what);
                return false;
            }
            LinesShape::Header | LinesShape::Empty | LinesShape::Other(_) => {}
        }
        true
    }

    /// Tells each line by the first of these formats that fits it.
    pub(super) fn use_told(&mut self, told: Vec<Known>, table: &mut Table) {
        let sources: Vec<String> = told.iter().map(Known::words).collect();
        if let Some(first) = told.first() {
            self.describe(&first.format, &sources.join("; "));
        }
        self.outcome.remembered = told.iter().any(Known::is_remembered);
        self.told = told
            .into_iter()
            .map(|known| {
                let parser = self.parser_of(&known.format, known.by == By::Values, table);
                (known, parser)
            })
            .collect();
    }

    /// A line of whichever format fits it.
    pub(super) fn told_line(&mut self, line: &[u8], place: Place, table: &mut Table) {
        let Some(values) = guess::row(line) else {
            self.note_refusal(line, place, "not UTF-8 text".to_owned());
            return;
        };
        if let Some((_, parser)) = self.told.iter_mut().find(|(known, _)| known.fits(&values)) {
            match parser.read(line, table) {
                Err(refused) => self.note_refusal(line, place, refused.to_string()),
                Ok(seen) => self.record(&seen),
            }
            return;
        }
        let of_width = self.told.iter().find(|(known, _)| known.format.columns().len() == values.len());
        let reason = match (of_width, self.told.first()) {
            (Some((known, _)), _) => known.misfit(&values).unwrap_or_default(),
            (None, Some((known, _))) => {
                Refused::width(values.len(), known.format.columns().len()).to_string()
            }
            (None, None) => "a record before any header line".to_owned(),
        };
        self.note_refusal(line, place, reason);
    }
}
