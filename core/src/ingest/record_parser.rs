//! One line of a known format into one row of the table.

use std::net::Ipv6Addr;

use super::known;
use super::seen::{Action, Refused, Seen, Status, Value};
use super::token::{address_v4, number, skip_blanks, value_end};
use crate::record::time::{self, MILLIS_FROM};
use crate::record::{Column, Field, Format, Kind, Log};
use crate::store::{AddressBook, Batch, Dictionary, LayoutId, MISSING, NUMBER_MAX, Table, WIDE};

/// Slots of the cache of recent texts, per column.
const CACHE: usize = 64;

struct ColumnReader {
    kind: Kind,
    /// Codes of recent texts, by a cheap hash.
    recent: Box<[u32]>,
}

/// Reads lines of one format.
pub(super) struct RecordParser {
    layout: LayoutId,
    log: Log,
    columns: Vec<ColumnReader>,
    names: Vec<String>,
    row: Vec<u64>,
    odd: Vec<(usize, u32)>,
    start_millis: Option<u64>,
    end_millis: Option<u64>,
    float: bool,
    iso_time: bool,
    status: Option<usize>,
    action: Option<usize>,
    start: Option<usize>,
    end: Option<usize>,
    version: Option<usize>,
    account: Option<usize>,
    gateway: Option<usize>,
    /// Columns that a record without traffic leaves empty.
    traffic: Vec<usize>,
    codes: Codes,
    headerless: bool,
}

/// Codes of the words that decide.
struct Codes {
    accept: u64,
    reject: u64,
    ok: u64,
    nodata: u64,
    skipdata: u64,
    /// The type of the resource in transit gateway records.
    gateway: [u64; 2],
}

impl RecordParser {
    /// A reader of lines of `format` into `table`. Without a header line only version 2 is believed.
    pub(super) fn new(format: &Format, table: &mut Table, shared: bool, headerless: bool) -> Self {
        let layout = table.layout(format, shared);
        let (_, texts, _) = table.writer(layout);
        let mut code = |text: &str| texts.intern(text.as_bytes()).map_or(MISSING, u64::from);
        let codes = Codes {
            accept: code("ACCEPT"),
            reject: code("REJECT"),
            ok: code("OK"),
            nodata: code("NODATA"),
            skipdata: code("SKIPDATA"),
            gateway: ["TransitGateway", "TransitGatewayAttachment"].map(code),
        };
        let position =
            |field: Field| format.columns().iter().position(|column| *column == Column::Known(field));
        let traffic = [Field::SrcAddr, Field::DstAddr, Field::Packets, Field::Bytes, Field::Action];
        Self {
            layout,
            log: format.log(),
            columns: format
                .columns()
                .iter()
                .map(|column| ColumnReader {
                    kind: column.kind(),
                    recent: if column.kind() == Kind::Text {
                        vec![u32::MAX; CACHE].into()
                    } else {
                        Box::default()
                    },
                })
                .collect(),
            names: format.columns().iter().map(|column| column.name().to_owned()).collect(),
            row: Vec::with_capacity(format.columns().len()),
            odd: Vec::new(),
            start_millis: None,
            end_millis: None,
            float: false,
            iso_time: false,
            status: position(Field::LogStatus),
            action: position(Field::Action),
            start: position(Field::Start),
            end: position(Field::End),
            version: position(Field::Version),
            account: position(Field::AccountId),
            gateway: position(Field::TgwId),
            traffic: traffic.into_iter().filter_map(position).collect(),
            codes,
            headerless,
        }
    }

    /// The table's layout that the rows go to.
    pub(super) const fn layout(&self) -> LayoutId {
        self.layout
    }

    /// The log that the records are of.
    pub(super) const fn log(&self) -> Log {
        self.log
    }

    /// Why a line that cannot be read cannot be: if it is a record of the other log.
    pub(super) fn of_other_log(&self, line: &[u8]) -> Option<Refused> {
        known::log_of(line).filter(|&found| found != self.log).map(|found| Refused::OtherLog { found })
    }

    /// Reads a line (without its line end) and adds its row to the table.
    pub(super) fn read(&mut self, line: &[u8], table: &mut Table) -> Result<Seen, Refused> {
        let (batch, texts, wide) = table.writer(self.layout);
        self.begin();
        let mut at = skip_blanks(line, 0);
        for position in 0..self.columns.len() {
            if at >= line.len() {
                return Err(Refused::TooFew { found: position, expected: self.columns.len() });
            }
            at = self.read_value(line, at, position, texts, wide)?;
            at = skip_blanks(line, at);
        }
        if at < line.len() {
            let found =
                line.split(|&byte| byte == b' ' || byte == b'\t').filter(|value| !value.is_empty()).count();
            return Err(Refused::TooMany { found, expected: self.columns.len() });
        }
        self.add(batch)
    }

    /// Reads a row of values, one for each column, and adds it to the table. A value may hold blanks; an empty
    /// one is missing.
    pub(super) fn read_values(&mut self, values: &[&[u8]], table: &mut Table) -> Result<Seen, Refused> {
        let (found, expected) = (values.len(), self.columns.len());
        if found != expected {
            return Err(Refused::width(found, expected));
        }
        let (batch, texts, wide) = table.writer(self.layout);
        self.begin();
        for (position, value) in values.iter().enumerate() {
            self.read_named_value(value.trim_ascii(), position, texts, wide)?;
        }
        self.add(batch)
    }

    fn read_named_value(
        &mut self,
        value: &[u8],
        position: usize,
        texts: &mut Dictionary,
        wide: &mut AddressBook,
    ) -> Result<(), Refused> {
        if value.is_empty() {
            self.row.push(MISSING);
            return Ok(());
        }
        let kind = self.columns[position].kind;
        if kind == Kind::Text {
            return self.intern(value, position, texts);
        }
        if kind == Kind::Time
            && let Some((secs, millis)) = std::str::from_utf8(value).ok().and_then(time::parse_iso)
        {
            self.iso_time = true;
            if millis > 0 {
                if Some(position) == self.start {
                    self.start_millis = Some(millis);
                } else {
                    self.end_millis = Some(millis);
                }
            }
            self.row.push(secs);
            return Ok(());
        }
        let whole = if kind == Kind::Address { value } else { without_fraction(value) };
        self.float |= whole.len() < value.len();
        // A blank would end the value: the part before it is not what the cell says.
        let read = self.read_value(whole, 0, position, texts, wide);
        let shown = || String::from_utf8_lossy(value).chars().take(60).collect();
        match read {
            Ok(end) if end == whole.len() => Ok(()),
            Ok(_) => Err(Refused::Value {
                column: self.names[position].clone(),
                expected: "a single value",
                found: shown(),
            }),
            Err(Refused::Value { column, expected, .. }) => {
                Err(Refused::Value { column, expected, found: shown() })
            }
            Err(refused) => Err(refused),
        }
    }

    /// Reads a value of a row that is put together elsewhere.
    pub(super) fn value(
        &mut self,
        text: &[u8],
        position: usize,
        table: &mut Table,
    ) -> Result<Value, Refused> {
        let (_, texts, wide) = table.writer(self.layout);
        self.begin();
        self.read_named_value(text.trim_ascii(), position, texts, wide)?;
        Ok(Value {
            cell: self.row.first().copied().unwrap_or(MISSING),
            odd: self.odd.first().map(|&(_, text)| text),
            millis: self.start_millis.or(self.end_millis),
            float: self.float,
            iso_time: self.iso_time,
        })
    }

    /// Says what there is to a value of the row that is begun.
    pub(super) fn mark(&mut self, position: usize, value: &Value) {
        self.odd.extend(value.odd.map(|text| (position, text)));
        if value.millis.is_some() {
            let millis =
                if Some(position) == self.start { &mut self.start_millis } else { &mut self.end_millis };
            *millis = value.millis;
        }
        self.float |= value.float;
        self.iso_time |= value.iso_time;
    }

    /// Adds a row of cells, with what was said of them since it was [begun](Self::begin).
    pub(super) fn add_cells(
        &mut self,
        cells: &[u64],
        float: bool,
        table: &mut Table,
    ) -> Result<Seen, Refused> {
        self.row.clear();
        self.row.extend_from_slice(cells);
        self.float |= float;
        self.add(table.writer(self.layout).0)
    }

    /// The refusal of bytes that are no text.
    pub(super) fn not_utf8(&self, position: usize) -> Refused {
        Refused::NotUtf8 { column: self.names.get(position).cloned().unwrap_or_default() }
    }

    /// Begins a row.
    pub(super) fn begin(&mut self) {
        self.row.clear();
        self.odd.clear();
        (self.start_millis, self.end_millis) = (None, None);
        (self.float, self.iso_time) = (false, false);
    }

    fn add(&mut self, batch: &mut Batch) -> Result<Seen, Refused> {
        if self.log == Log::Vpc {
            // Under another header the type of the resource would be taken for an account.
            let account = self.cell(self.account);
            let is_gateway = account != MISSING && self.codes.gateway.contains(&account);
            if is_gateway || self.cell(self.gateway) != MISSING {
                return Err(Refused::OtherLog { found: Log::TransitGateway });
            }
        }
        if self.headerless
            && self.log == Log::Vpc
            && let Some(&version) = self.version.and_then(|at| self.row.get(at))
            && version != 2
        {
            return Err(Refused::OtherVersion { found: version });
        }
        batch.push(&self.row);
        for &(position, text) in &self.odd {
            batch.spell_last(position, text);
        }
        let millis = self.start_millis.is_some() || self.end_millis.is_some();
        if millis {
            batch.set_last_millis(self.start_millis, self.end_millis);
        }
        Ok(self.seen(millis))
    }

    /// The cell of a column that the format may lack.
    fn cell(&self, at: Option<usize>) -> u64 {
        at.and_then(|at| self.row.get(at)).copied().unwrap_or(MISSING)
    }

    fn seen(&self, millis: bool) -> Seen {
        let cell = |at| self.cell(at);
        let time = |at| Some(cell(at)).filter(|&cell| cell != MISSING);
        let status = match cell(self.status) {
            code if code == self.codes.ok || code == MISSING => Status::Ok,
            code if code == self.codes.nodata => Status::NoData,
            code if code == self.codes.skipdata => Status::SkipData,
            _ => Status::Other,
        };
        let action = match cell(self.action) {
            MISSING => Action::Missing,
            code if code == self.codes.accept => Action::Accept,
            code if code == self.codes.reject => Action::Reject,
            _ => Action::Other,
        };
        let contradictory = matches!(status, Status::NoData | Status::SkipData)
            && self.traffic.iter().any(|&at| self.row[at] != MISSING);
        Seen {
            log: self.log,
            status,
            action,
            start: time(self.start),
            end: time(self.end),
            millis,
            contradictory,
            float: self.float,
            iso_time: self.iso_time,
        }
    }

    #[inline]
    fn read_value(
        &mut self,
        line: &[u8],
        at: usize,
        position: usize,
        texts: &mut Dictionary,
        wide: &mut AddressBook,
    ) -> Result<usize, Refused> {
        match self.columns[position].kind {
            Kind::Text => return self.read_text(line, at, position, texts),
            Kind::Address => {
                if let Some((bits, end)) = address_v4(line, at) {
                    self.row.push(bits.into());
                    return Ok(end);
                }
            }
            Kind::Number => {
                if let Some((value, end)) = number(line, at) {
                    self.row.push(value);
                    return Ok(end);
                }
            }
            Kind::Port => {
                if let Some((value, end)) = number(line, at).filter(|&(value, _)| value <= 0xffff) {
                    self.row.push(value);
                    return Ok(end);
                }
            }
            Kind::Byte => {
                if let Some((value, end)) = number(line, at).filter(|&(value, _)| value <= 0xff) {
                    self.row.push(value);
                    return Ok(end);
                }
            }
            Kind::Time => {
                if let Some((value, end)) = number(line, at).filter(|&(value, _)| value < MILLIS_FROM) {
                    self.row.push(value);
                    return Ok(end);
                }
            }
        }
        self.read_carefully(line, at, position, texts, wide)
    }

    #[inline]
    fn read_text(
        &mut self,
        line: &[u8],
        at: usize,
        position: usize,
        texts: &mut Dictionary,
    ) -> Result<usize, Refused> {
        let end = value_end(line, at);
        self.intern(&line[at..end], position, texts)?;
        Ok(end)
    }

    /// Adds the code of a text that is not empty.
    #[inline]
    fn intern(&mut self, text: &[u8], position: usize, texts: &mut Dictionary) -> Result<(), Refused> {
        if text == b"-" {
            self.row.push(MISSING);
            return Ok(());
        }
        let last = text[text.len() - 1];
        let before = text[text.len().saturating_sub(2)];
        let hint = (usize::from(last) ^ usize::from(before) << 2 ^ text.len() << 4) % CACHE;
        let recent = &mut self.columns[position].recent[hint];
        if *recent != u32::MAX && texts.slice(*recent as usize) == text {
            self.row.push((*recent).into());
            return Ok(());
        }
        let Some(code) = texts.intern(text) else {
            let column = self.names[position].clone();
            return Err(if std::str::from_utf8(text).is_err() {
                Refused::NotUtf8 { column }
            } else {
                Refused::Full
            });
        };
        *recent = code;
        self.row.push(code.into());
        Ok(())
    }

    /// `-`, IPv6, milliseconds, odd spellings, and everything that is wrong.
    #[cold]
    fn read_carefully(
        &mut self,
        line: &[u8],
        at: usize,
        position: usize,
        texts: &mut Dictionary,
        wide: &mut AddressBook,
    ) -> Result<usize, Refused> {
        let end = value_end(line, at);
        let bytes = &line[at..end];
        if bytes == b"-" {
            self.row.push(MISSING);
            return Ok(end);
        }
        let kind = self.columns[position].kind;
        let text = std::str::from_utf8(bytes)
            .map_err(|_| Refused::NotUtf8 { column: self.names[position].clone() })?;
        let refused = |expected| Refused::Value {
            column: self.names[position].clone(),
            expected,
            found: text.chars().take(60).collect(),
        };
        let (cell, rendered) = match kind {
            Kind::Address => {
                let address: Ipv6Addr = text.parse().map_err(|_| refused("an IPv4 or IPv6 address"))?;
                let number = wide.intern(address).ok_or(Refused::Full)?;
                (WIDE | u64::from(number), address.to_string())
            }
            Kind::Text => return Err(Refused::Full),
            Kind::Number | Kind::Port | Kind::Byte | Kind::Time => {
                let (limit, expected) = match kind {
                    Kind::Port => (0xffff, "a port number, 0 to 65535"),
                    Kind::Byte => (0xff, "a whole number, 0 to 255"),
                    Kind::Time => (NUMBER_MAX, "a Unix time in whole seconds or milliseconds"),
                    _ => (NUMBER_MAX, "a whole number below 2^63"),
                };
                let digits = bytes.iter().all(u8::is_ascii_digit);
                let value: u64 = text
                    .parse()
                    .ok()
                    .filter(|&value| digits && value <= limit)
                    .ok_or_else(|| refused(expected))?;
                let rendered = value.to_string();
                if kind == Kind::Time && value >= MILLIS_FROM {
                    let millis = Some(value % 1000);
                    if Some(position) == self.start {
                        self.start_millis = millis;
                    } else {
                        self.end_millis = millis;
                    }
                    (value / 1000, rendered)
                } else {
                    (value, rendered)
                }
            }
        };
        if rendered != text {
            let code = texts.intern(bytes).ok_or(Refused::Full)?;
            self.odd.push((position, code));
        }
        self.row.push(cell);
        Ok(end)
    }
}

/// A whole number without a fraction of zero: `443.0` is 443.
fn without_fraction(value: &[u8]) -> &[u8] {
    match value.iter().position(|&byte| byte == b'.') {
        Some(at) if at > 0 && value[at + 1..].iter().all(|&byte| byte == b'0') => &value[..at],
        _ => value,
    }
}
