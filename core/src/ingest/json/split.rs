//! Finds the values in a stream of JSON text: documents one after another, with or without line feeds between
//! them, the elements of an array, and the elements of the arrays in which AWS hands out events. A push parser
//! that holds no more than one value.

use super::super::lines::Place;

/// A longer value is refused, bytes: a subscription's payload is at most 1 MiB, in base64 a third more.
pub(super) const VALUE_MAX: usize = 2 << 20;
/// So much of a refused value is kept, bytes.
const KEPT: usize = 4096;
/// The type of a payload that only tries whether its destination is there.
const CONTROL: &[u8] = b"\"CONTROL_MESSAGE\"";
/// Brackets in brackets that are followed.
const DEPTH_MAX: usize = 100;

/// The array of an object that holds what is sought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrap {
    /// `events` of `filter-log-events` and `get-log-events`.
    Events,
    /// `logEvents` of a subscription.
    LogEvents {
        /// Whether the payload is a control message.
        control: bool,
    },
    /// `results` of `get-query-results`.
    Results,
    /// `Records` of an event for Lambda, `records` of Firehose.
    Records,
}

/// What is found.
pub(super) enum Piece<'a> {
    /// A whole value.
    Value { text: &'a [u8], place: Place, wrap: Option<Wrap> },
    /// Text that is no value from byte `at` on; the stream goes on after it.
    Refused { text: &'a [u8], place: Place, at: u64, reason: &'static str },
    /// The document breaks; nothing after it can be told.
    Broken { at: u64, what: &'static str },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Between values.
    Between,
    /// A value must follow.
    Value,
    /// A value, or the end of an array.
    FirstValue,
    /// A key must follow.
    Key,
    /// A key, or the end of an object.
    FirstKey,
    Colon,
    /// A comma, or the end of an array or an object.
    After,
    Text {
        key: bool,
        escaped: bool,
    },
    /// A number, `true`, `false` or `null`.
    Word,
    /// Text that is no value, up to the end of its line.
    Skipping {
        reason: &'static str,
        at: u64,
    },
    Broken,
}

/// Splits a stream.
pub(super) struct Splitter {
    state: State,
    /// The arrays around the value under way, each with what it is.
    arrays: Vec<Option<Wrap>>,
    /// The brackets open in the value under way; `true`: an object.
    open: Vec<bool>,
    /// Whether the value under way is the rest of an object whose array was read.
    shell: bool,
    /// The value's text from earlier chunks.
    held: Vec<u8>,
    /// The last key of the value's outermost object.
    key: Vec<u8>,
    begin: Place,
    /// Where the chunk begins.
    at: Place,
}

impl Splitter {
    /// A splitter of text that begins at a place.
    pub(super) const fn new(at: Place) -> Self {
        Self {
            state: State::Between,
            arrays: Vec::new(),
            open: Vec::new(),
            shell: false,
            held: Vec::new(),
            key: Vec::new(),
            begin: at,
            at,
        }
    }

    /// Takes the next chunk.
    pub(super) fn push(&mut self, text: &[u8], sink: &mut dyn FnMut(Piece<'_>)) {
        // Where the value under way begins in this chunk.
        let mut from = 0;
        let mut i = 0;
        while let Some(&byte) = text.get(i) {
            match self.state {
                State::Broken => return,
                State::Text { key, escaped: false } => {
                    let rest = &text[i..];
                    let run = rest.iter().take_while(|byte| !matches!(byte, b'"' | b'\\' | b'\n')).count();
                    if key && self.open.len() == 1 && self.key.len() < 32 {
                        self.key.extend_from_slice(&rest[..run.min(32)]);
                    }
                    i += run;
                    match text.get(i) {
                        None => break,
                        Some(b'\\') => self.state = State::Text { key, escaped: true },
                        Some(b'"') if key => self.state = State::Colon,
                        Some(b'"') => self.after_value(text, &mut from, i + 1, sink),
                        Some(_) => {
                            self.fail("a text does not end on its line", text, &mut from, i, sink);
                            continue;
                        }
                    }
                }
                State::Text { key, .. } => self.state = State::Text { key, escaped: false },
                State::Skipping { reason, at } => {
                    let rest = &text[i..];
                    let Some(run) = memchr::memchr(b'\n', rest) else { break };
                    i += run;
                    self.refuse(reason, at, text, &mut from, i, sink);
                    continue;
                }
                State::Word => {
                    if matches!(byte, b',' | b']' | b'}' | b'{' | b'[' | b'"' | b':')
                        || byte.is_ascii_whitespace()
                    {
                        self.after_value(text, &mut from, i, sink);
                        continue;
                    }
                }
                State::Between => self.between(byte, text, &mut from, i, sink),
                _ => {
                    if byte.is_ascii_whitespace() {
                        self.at.line += u64::from(byte == b'\n');
                        i += 1;
                        continue;
                    }
                    if let Err(what) = self.inside(byte, text, &mut from, i, sink) {
                        self.fail(what, text, &mut from, i, sink);
                        if self.state == State::Between {
                            continue;
                        }
                    }
                }
            }
            i += 1;
        }
        if self.state != State::Between && !self.shell {
            self.hold(text.get(from..).unwrap_or_default());
        }
        self.at.offset += text.len() as u64;
    }

    fn hold(&mut self, text: &[u8]) {
        let room = VALUE_MAX.saturating_sub(self.held.len());
        self.held.extend_from_slice(&text[..text.len().min(room)]);
    }

    fn between(
        &mut self,
        byte: u8,
        text: &[u8],
        from: &mut usize,
        i: usize,
        sink: &mut dyn FnMut(Piece<'_>),
    ) {
        match byte {
            b'\n' => self.at.line += 1,
            b' ' | b'\t' | b'\r' | b',' => {}
            b'[' if self.arrays.is_empty() => self.arrays.push(None),
            b']' if !self.arrays.is_empty() => {
                if let Some(Some(_)) = self.arrays.pop() {
                    self.shell = true;
                    self.open.push(true);
                    self.state = State::After;
                }
            }
            _ => {
                *from = i;
                self.held.clear();
                self.begin = Place { line: self.at.line, offset: self.at.offset + i as u64 };
                self.state = State::Value;
                if self.inside(byte, text, from, i, sink).is_err() {
                    self.fail("neither an object nor any other JSON value begins here", text, from, i, sink);
                }
            }
        }
    }

    /// A byte that is no blank, inside a value and outside its texts and words.
    fn inside(
        &mut self,
        byte: u8,
        text: &[u8],
        from: &mut usize,
        i: usize,
        sink: &mut dyn FnMut(Piece<'_>),
    ) -> Result<(), &'static str> {
        match (self.state, byte) {
            (State::Value | State::FirstValue, b'{' | b'[') => {
                let wrap = if byte == b'[' { self.wrap(&text[*from..i]) } else { None };
                if wrap.is_some() {
                    self.arrays.push(wrap);
                    self.open.clear();
                    self.held.clear();
                    self.shell = false;
                    self.state = State::Between;
                    return Ok(());
                }
                if self.open.len() >= DEPTH_MAX {
                    return Err("brackets in brackets, too deep for any log event");
                }
                self.open.push(byte == b'{');
                self.state = if byte == b'{' { State::FirstKey } else { State::FirstValue };
            }
            (State::Value | State::FirstValue, b'"') => {
                self.state = State::Text { key: false, escaped: false }
            }
            (State::Value | State::FirstValue, b'-' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z') => {
                self.state = State::Word;
            }
            (State::Key | State::FirstKey, b'"') => {
                if self.open.len() == 1 {
                    self.key.clear();
                }
                self.state = State::Text { key: true, escaped: false };
            }
            (State::Colon, b':') => self.state = State::Value,
            (State::After, b',') => {
                self.state = if self.open.last() == Some(&true) { State::Key } else { State::Value };
            }
            (State::After | State::FirstKey, b'}') if self.open.last() == Some(&true) => {
                self.open.pop();
                self.after_value(text, from, i + 1, sink);
            }
            (State::After | State::FirstValue, b']') if self.open.last() == Some(&false) => {
                self.open.pop();
                self.after_value(text, from, i + 1, sink);
            }
            (State::Value | State::FirstValue, _) => return Err("a value is missing"),
            (State::Key | State::FirstKey, _) => return Err("a key in double quotes is missing"),
            (State::Colon, _) => return Err("a colon is missing after a key"),
            _ => return Err("a comma or a closing bracket is missing"),
        }
        Ok(())
    }

    /// What the array is that begins here, of an object whose text so far ends with `text`.
    fn wrap(&mut self, text: &[u8]) -> Option<Wrap> {
        if self.open != [true] || self.arrays.len() >= 3 {
            return None;
        }
        match self.key.as_slice() {
            b"events" => Some(Wrap::Events),
            b"logEvents" => {
                self.hold(text);
                let control = self.held.windows(CONTROL.len()).any(|window| window == CONTROL);
                Some(Wrap::LogEvents { control })
            }
            b"results" => Some(Wrap::Results),
            b"Records" | b"records" => Some(Wrap::Records),
            _ => None,
        }
    }

    /// A value has ended before `end`: the one under way, or one inside it.
    fn after_value(&mut self, text: &[u8], from: &mut usize, end: usize, sink: &mut dyn FnMut(Piece<'_>)) {
        if !self.open.is_empty() {
            self.state = State::After;
            return;
        }
        self.state = State::Between;
        if std::mem::take(&mut self.shell) {
            return;
        }
        let length = self.at.offset + end as u64 - self.begin.offset;
        if length > VALUE_MAX as u64 {
            let at = self.begin.offset;
            self.refuse("longer than 2 MiB: no log event is that long", at, text, from, end, sink);
            return;
        }
        let part = text.get(*from..end).unwrap_or_default();
        let wrap = self.arrays.last().copied().flatten();
        if self.held.is_empty() {
            sink(Piece::Value { text: part, place: self.begin, wrap });
        } else {
            self.held.extend_from_slice(part);
            sink(Piece::Value { text: &self.held, place: self.begin, wrap });
            self.held.clear();
        }
    }

    /// The text is not JSON at `i`. Documents one after another go on with the next line, or with the object that
    /// begins here; inside an array nothing more can be told.
    fn fail(
        &mut self,
        what: &'static str,
        text: &[u8],
        from: &mut usize,
        i: usize,
        sink: &mut dyn FnMut(Piece<'_>),
    ) {
        let at = self.at.offset + i as u64;
        if self.shell || !self.arrays.is_empty() {
            self.state = State::Broken;
            sink(Piece::Broken { at, what });
            return;
        }
        self.open.clear();
        if at > self.begin.offset && matches!(text[i], b'\n' | b'{') {
            self.refuse(what, at, text, from, i, sink);
        } else {
            self.state = State::Skipping { reason: what, at };
        }
    }

    fn refuse(
        &mut self,
        reason: &'static str,
        at: u64,
        text: &[u8],
        from: &mut usize,
        end: usize,
        sink: &mut dyn FnMut(Piece<'_>),
    ) {
        self.hold(text.get(*from..end).unwrap_or_default());
        let kept = self.held.get(..KEPT).unwrap_or(&self.held).trim_ascii_end();
        sink(Piece::Refused { text: kept, place: self.begin, at, reason });
        self.held.clear();
        self.state = State::Between;
    }

    /// Ends the stream.
    pub(super) fn finish(&mut self, sink: &mut dyn FnMut(Piece<'_>)) {
        const CUT: &str = "the JSON text ends before its end";
        let mut from = 0;
        match self.state {
            State::Broken => return,
            State::Between => {}
            State::Word if self.open.is_empty() => self.after_value(&[], &mut from, 0, sink),
            State::Skipping { reason, at } => self.refuse(reason, at, &[], &mut from, 0, sink),
            _ if self.shell => {}
            _ => self.refuse(CUT, self.at.offset, &[], &mut from, 0, sink),
        }
        if self.shell || !self.arrays.is_empty() {
            self.state = State::Broken;
            sink(Piece::Broken { at: self.at.offset, what: CUT });
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(text: &str, chunk: usize) -> Vec<String> {
        let mut found = Vec::new();
        let mut sink = |piece: Piece<'_>| {
            found.push(match piece {
                Piece::Value { text, place, wrap } => {
                    format!("{}:{} {wrap:?} {}", place.line, place.offset, String::from_utf8_lossy(text))
                }
                Piece::Refused { text, place, reason, .. } => {
                    format!(
                        "{}:{} refused {} ({reason})",
                        place.line,
                        place.offset,
                        String::from_utf8_lossy(text)
                    )
                }
                Piece::Broken { at, what } => format!("broken at {at} ({what})"),
            });
        };
        let mut splitter = Splitter::new(Place { line: 1, offset: 0 });
        for chunk in text.as_bytes().chunks(chunk) {
            splitter.push(chunk, &mut sink);
        }
        splitter.finish(&mut sink);
        found
    }

    #[test]
    fn values_in_every_arrangement() {
        for (text, expected) in [
            (
                "{\"a\":1}{\"b\":[{}]}\n{\"c\":\"}\\\"\"}",
                vec!["1:0 None {\"a\":1}", "1:7 None {\"b\":[{}]}", "2:18 None {\"c\":\"}\\\"\"}"],
            ),
            (
                "[{\"a\":1},\n \"x\", 5, [1,2], null,]",
                vec![
                    "1:1 None {\"a\":1}",
                    "2:11 None \"x\"",
                    "2:16 None 5",
                    "2:19 None [1,2]",
                    "2:26 None null",
                ],
            ),
            (
                "{\"events\": [{\"m\":1}, {\"m\":2}], \"searched\": [{\"x\":[]}], \"nextToken\": \"t\"}\n7",
                vec!["1:12 Some(Events) {\"m\":1}", "1:21 Some(Events) {\"m\":2}", "2:73 None 7"],
            ),
            (
                "{\"messageType\":\"CONTROL_MESSAGE\",\"logEvents\":[{}]}{\"logEvents\":[{}]}",
                vec![
                    "1:46 Some(LogEvents { control: true }) {}",
                    "1:64 Some(LogEvents { control: false }) {}",
                ],
            ),
            (
                "{\"results\":[[{\"field\":\"a\"}]],\"status\":\"Complete\"}",
                vec!["1:12 Some(Results) [{\"field\":\"a\"}]"],
            ),
            ("[]", vec![]),
            ("{\"x\":{\"events\":[1]}}", vec!["1:0 None {\"x\":{\"events\":[1]}}"]),
        ] {
            for chunk in [1, 2, 3, 7, 1000] {
                assert_eq!(split(text, chunk), expected, "{text} by {chunk}");
            }
        }
    }

    #[test]
    fn broken_text_is_refused_and_the_next_value_is_found() {
        for (text, expected) in [
            // A cut line and the next one make a value that has no end.
            (
                "{\"a\":\n{\"b\":1}\n",
                vec!["1:0 refused {\"a\":\n{\"b\":1} (the JSON text ends before its end)"],
            ),
            (
                "{\"a\":\"x\n{\"b\":1}\n",
                vec!["1:0 refused {\"a\":\"x (a text does not end on its line)", "2:8 None {\"b\":1}"],
            ),
            (
                "{\"a\":1,{\"b\":1}",
                vec!["1:0 refused {\"a\":1, (a key in double quotes is missing)", "1:7 None {\"b\":1}"],
            ),
            (
                "oops:\n{\"b\":1}",
                vec![
                    "1:0 None oops",
                    "1:4 refused : (neither an object nor any other JSON value begins here)",
                    "2:6 None {\"b\":1}",
                ],
            ),
            ("{\"a\":tru", vec!["1:0 refused {\"a\":tru (the JSON text ends before its end)"]),
            (
                "[{\"a\":1},{\"a\" 2},{\"a\":3}]",
                vec!["1:1 None {\"a\":1}", "broken at 14 (a colon is missing after a key)"],
            ),
            (
                "{\"events\":[{\"a\":1}",
                vec!["1:11 Some(Events) {\"a\":1}", "broken at 18 (the JSON text ends before its end)"],
            ),
        ] {
            for chunk in [1, 2, 5, 1000] {
                assert_eq!(split(text, chunk), expected, "{text} by {chunk}");
            }
        }
    }

    #[test]
    fn a_value_without_end_does_not_fill_the_memory() {
        let mut splitter = Splitter::new(Place { line: 1, offset: 0 });
        let mut refused = 0;
        splitter.push(b"{\"a\":\"", &mut |_| {});
        for _ in 0..800 {
            splitter.push(&[b'x'; 8_000], &mut |_| {});
        }
        assert!(splitter.held.len() <= VALUE_MAX);
        splitter.push(b"\"}{}", &mut |piece| refused += usize::from(matches!(piece, Piece::Refused { .. })));
        assert_eq!(refused, 1);
    }

    proptest! {
        #[test]
        fn chunks_do_not_matter(text in "[\\[\\]{}\":,a1 \\\\\n]{0,60}", chunk in 1_usize..9) {
            prop_assert_eq!(split(&text, chunk), split(&text, 1000));
        }
    }
}
