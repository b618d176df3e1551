//! Gzip as a push decoder: members one after another, as `cat a.gz b.gz` makes them (RFC 1952, 2.2).

use flate2::{Decompress, FlushDecompress, Status};
use serde::{Deserialize, Serialize};

/// The first two bytes of a gzip member (RFC 1952, 2.3.1).
pub const MAGIC: [u8; 2] = [0x1f, 0x8b];
/// Output is handed on in blocks of at most this size: it stays in the cache and is large enough to be cheap.
const BLOCK: usize = 256 * 1024;

/// Where and how a gzip stream broke.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GzipError {
    /// Bytes of the compressed file before the break.
    pub at: u64,
    /// What is wrong there.
    pub what: String,
}

/// Inflates members one after another.
pub struct Inflater {
    member: Option<Decompress>,
    /// Bytes of a member's magic that came at the very end of a chunk.
    held: bool,
    members: u64,
    consumed: u64,
    trailing: u64,
    block: Vec<u8>,
}

impl Default for Inflater {
    fn default() -> Self {
        Self { member: None, held: false, members: 0, consumed: 0, trailing: 0, block: vec![0; BLOCK] }
    }
}

impl Inflater {
    /// Inflates a chunk and hands its text to `sink`, in order.
    pub fn push(&mut self, mut input: &[u8], sink: &mut dyn FnMut(&[u8])) -> Result<(), GzipError> {
        while !input.is_empty() {
            if self.trailing > 0 {
                self.trailing += input.len() as u64;
                return Ok(());
            }
            if self.member.is_none() && !self.begin_member(&mut input) {
                continue;
            }
            let Some(member) = &mut self.member else { continue };
            let (in_before, out_before) = (member.total_in(), member.total_out());
            let status = member.decompress(input, &mut self.block, FlushDecompress::None);
            let taken = (member.total_in() - in_before) as usize;
            let made = (member.total_out() - out_before) as usize;
            self.consumed += taken as u64;
            input = input.get(taken..).unwrap_or_default();
            sink(self.block.get(..made).unwrap_or_default());
            match status {
                Ok(Status::StreamEnd) => {
                    self.members += 1;
                    self.member = None;
                }
                Ok(_) if taken == 0 && made == 0 => return Err(self.broken("the gzip data does not go on")),
                Ok(_) => {}
                Err(_) => return Err(self.broken("the gzip data is damaged")),
            }
        }
        Ok(())
    }

    /// Starts a member if the input goes on with one; else what follows is counted as trailing bytes.
    fn begin_member(&mut self, input: &mut &[u8]) -> bool {
        let begins = if self.held { input[0] == MAGIC[1] } else { input[0] == MAGIC[0] };
        if begins && !self.held && input.len() == 1 {
            self.held = true;
            *input = &[];
            return false;
        }
        let follows = begins && (self.held || input[1] == MAGIC[1]);
        if !follows {
            self.trailing += input.len() as u64 + u64::from(self.held);
            self.held = false;
            *input = &[];
            return false;
        }
        let mut member = Decompress::new_gzip(15);
        if self.held {
            self.held = false;
            // A single byte of a header cannot fail or give output.
            let _status = member.decompress(&MAGIC[..1], &mut self.block, FlushDecompress::None);
            self.consumed += 1;
        }
        self.member = Some(member);
        true
    }

    /// Says whether the stream ended at the end of a member.
    pub fn finish(&self) -> Result<(), GzipError> {
        if self.member.is_some() || self.held {
            Err(self.broken("the gzip data ends before the end of its last block"))
        } else {
            Ok(())
        }
    }

    fn broken(&self, what: &str) -> GzipError {
        GzipError { at: self.consumed, what: what.to_owned() }
    }

    /// Members read to their end.
    pub const fn members(&self) -> u64 {
        self.members
    }

    /// Bytes after the last member that are not gzip.
    pub const fn trailing(&self) -> u64 {
        self.trailing
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;

    use super::*;

    pub(crate) fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn inflate(chunks: &[&[u8]]) -> (Vec<u8>, Result<(), GzipError>, Inflater) {
        let (mut inflater, mut out) = (Inflater::default(), Vec::new());
        for chunk in chunks {
            if let Err(error) = inflater.push(chunk, &mut |text| out.extend_from_slice(text)) {
                return (out, Err(error), inflater);
            }
        }
        let end = inflater.finish();
        (out, end, inflater)
    }

    proptest! {
        #[test]
        fn members_and_chunks_at_will(
            texts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..2000), 1..4),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
        ) {
            let file: Vec<u8> = texts.iter().flat_map(|text| gzip(text)).collect();
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(file.len() + 1)).collect();
            cuts.sort_unstable();
            let mut chunks = Vec::new();
            let mut from = 0;
            for cut in cuts.into_iter().chain([file.len()]) {
                chunks.push(&file[from..cut]);
                from = cut;
            }
            let (out, end, inflater) = inflate(&chunks);
            prop_assert_eq!(out, texts.concat());
            prop_assert_eq!(end, Ok(()));
            prop_assert_eq!(inflater.members(), texts.len() as u64);
        }

        #[test]
        fn damage_never_panics(mut file in Just(gzip(&[b'x'; 5000])), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
            let at = at.index(file.len());
            file[at] = byte;
            let (_, _, inflater) = inflate(&[&file]);
            prop_assert!(inflater.members() <= 1);
        }
    }

    #[test]
    fn a_cut_file_gives_what_came_before() {
        let text: Vec<u8> = (0..200_000_u32).flat_map(u32::to_le_bytes).collect();
        let file = gzip(&text);
        let (out, end, _) = inflate(&[&file[..file.len() / 2]]);
        assert!(out.len() > 1000 && text.starts_with(&out));
        assert_eq!(end.unwrap_err().at, (file.len() / 2) as u64);
    }

    #[test]
    fn bytes_after_the_last_member_are_counted() {
        let mut file = gzip(b"a");
        file.extend([0; 7]);
        let (out, end, inflater) = inflate(&[&file]);
        assert_eq!((out.as_slice(), end, inflater.trailing()), (&b"a"[..], Ok(()), 7));
    }
}
