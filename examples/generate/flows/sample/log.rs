//! Collects what happens, interval by interval, and puts it in order.

use std::ops::Range;

use crate::flows::random::Random;
use crate::flows::row::{Content, Row};
use crate::flows::talk::{Exchange, Load, Phase, Stop, TCP, Talk};

use super::network::{self, Host};
use super::{MINUTES, START};

/// The sample under way.
pub(super) struct Log {
    pub(super) random: Random,
    rows: Vec<Row>,
}

/// A SYN with the usual options, or a SYN-ACK.
const SYN_BYTES: u64 = 60;
/// A bare packet, as port scanners send them.
const BARE_BYTES: u64 = 40;

impl Log {
    pub(super) fn new(seed: u64) -> Self {
        Self { random: Random::new(seed, 3), rows: Vec::new() }
    }

    /// A connection that opens and closes within the minute.
    pub(super) fn visit(&mut self, minute: u64, talk: &Talk) {
        let load = (self.random.between(5, 12), self.random.between(5, 16));
        self.exchange(minute, talk, load, Phase::Whole, Stop::Never);
    }

    /// A connection over several minutes, all of them busy.
    pub(super) fn session(&mut self, minutes: Range<u64>, talk: &Talk) {
        for minute in minutes.clone() {
            let phase = match (minute == minutes.start, minute + 1 == minutes.end) {
                (true, true) => Phase::Whole,
                (true, false) => Phase::Opening,
                (false, false) => Phase::Middle,
                (false, true) => Phase::Closing,
            };
            let load = (self.random.between(8, 60), self.random.between(8, 80));
            self.exchange(minute, talk, load, phase, Stop::Never);
        }
    }

    /// A connection that opens and is left open.
    pub(super) fn left_open(&mut self, minute: u64, talk: &Talk) {
        let load = (self.random.between(8, 30), self.random.between(8, 30));
        self.exchange(minute, talk, load, Phase::Opening, Stop::Never);
    }

    /// A client that sends its SYN `packets` times and does not get through.
    pub(super) fn attempt(&mut self, minute: u64, talk: &Talk, packets: u64, stop: Stop) {
        self.attempt_for(minute, talk, packets, stop, "");
    }

    /// The same with a reject reason.
    pub(super) fn attempt_for(
        &mut self,
        minute: u64,
        talk: &Talk,
        packets: u64,
        stop: Stop,
        reason: &'static str,
    ) {
        // Retries come after 1, 3, 7, 15 ... seconds.
        let secs = (1 << packets.saturating_sub(1)) - 1;
        let load = Load { packets, bytes: packets * SYN_BYTES };
        self.push(minute, secs, talk, Part { up: load, down: load, phase: Phase::Opening, stop, reason });
    }

    /// One packet of a scanner.
    pub(super) fn probe(&mut self, minute: u64, talk: &Talk, stop: Stop) {
        let bytes = if talk.protocol == TCP { BARE_BYTES } else { self.random.between(28, 60) };
        let load = Load { packets: 1, bytes };
        let phase = Phase::Opening;
        self.push(minute, 0, talk, Part { up: load, down: load, phase, stop, reason: "" });
    }

    /// Packets that belong to a connection already closed or forgotten, and get no further than `stop`.
    pub(super) fn stray(&mut self, minute: u64, talk: &Talk, packets: u64, phase: Phase, stop: Stop) {
        let load = Load { packets, bytes: packets * 52 };
        self.push(minute, packets - 1, talk, Part { up: load, down: load, phase, stop, reason: "" });
    }

    /// Equal small packets both ways, such as pings or time requests.
    pub(super) fn echo(&mut self, minute: u64, talk: &Talk, packets: u64, size: u64) {
        let load = Load { packets, bytes: packets * size };
        self.push(
            minute,
            packets.saturating_sub(1),
            talk,
            Part { up: load, down: load, phase: Phase::Middle, stop: Stop::Never, reason: "" },
        );
    }

    /// The interface lost records.
    pub(super) fn skipped(&mut self, minute: u64, host: Host) {
        self.rows.push(without_traffic(minute, host.nic(), Content::SkipData));
    }

    /// The records as a flow log delivers them: by minute, interface by interface, idle minutes included.
    pub(super) fn into_rows(mut self) -> Vec<Row> {
        let minute_of = |row: &Row| (row.start - START) / 60;
        let nics = network::nics().len() as u16;
        for nic in 0..nics {
            let mut busy: Vec<u64> = self.rows.iter().filter(|row| row.nic == nic).map(minute_of).collect();
            busy.sort_unstable();
            let idle = (0..MINUTES).filter(|minute| busy.binary_search(minute).is_err());
            self.rows.extend(idle.map(|minute| without_traffic(minute, nic, Content::NoData)));
        }
        // Stable: records of one second keep the order in which they came about.
        self.rows.sort_by_key(|row| (minute_of(row), row.nic, row.start));
        self.rows
    }

    fn exchange(&mut self, minute: u64, talk: &Talk, packets: (u64, u64), phase: Phase, stop: Stop) {
        let up = Load { packets: packets.0, bytes: packets.0 * self.random.between(60, 260) };
        let down = Load { packets: packets.1, bytes: packets.1 * self.random.between(120, 1300) };
        let secs = match phase {
            Phase::Whole => self.random.between(1, 20),
            _ => self.random.between(20, 55),
        };
        self.push(minute, secs, talk, Part { up, down, phase, stop, reason: "" });
    }

    /// Records a part of a connection that takes `secs` seconds somewhere in the minute.
    fn push(&mut self, minute: u64, secs: u64, talk: &Talk, part: Part) {
        let Part { up, down, phase, stop, reason } = part;
        let secs = secs.min(58);
        let start = START + minute * 60 + self.random.below(59 - secs);
        let exchange = Exchange { start, end: start + secs, up, down, phase, stop, reason };
        talk.record(&exchange, &mut self.rows);
    }
}

/// An exchange without its time.
struct Part {
    up: Load,
    down: Load,
    phase: Phase,
    stop: Stop,
    reason: &'static str,
}

fn without_traffic(minute: u64, nic: u16, content: Content) -> Row {
    let start = START + minute * 60;
    Row { nic, start, end: start + 59, content }
}
