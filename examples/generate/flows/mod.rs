//! The generator: options in, flow log files out. The same options give the same bytes, on any machine.
//!
//! Uses the library's field table and nothing else of it, so that it can test all the rest. Integer
//! arithmetic throughout: floating-point functions differ between platforms.

mod gateway;
mod options;
mod random;
mod row;
mod sample;
mod sink;
mod talk;
mod traffic;

use std::io::{self, Write as _};

use self::options::{Options, Request};
use self::row::Writer;
use self::sink::Sink;

/// Does what the command line asks.
pub(crate) fn run(args: &[String]) -> io::Result<()> {
    match options::parse(args).map_err(|text| io::Error::new(io::ErrorKind::InvalidInput, text))? {
        Request::Help => io::stdout().write_all(options::HELP.as_bytes()),
        Request::Sample { seed, out } => write_sample(seed, &out),
        Request::Traffic(options) => write_traffic(&options),
    }
}

fn write_sample(seed: u64, out: &str) -> io::Result<()> {
    let nics = sample::network::nics();
    let mut writer = Writer::new(&sample::format(), &nics);
    let mut sink = Sink::one(out, sample::GZIP_LEVEL)?;
    sink.write_all(writer.header())?;
    for row in sample::rows(seed) {
        sink.write_all(writer.line(&row))?;
    }
    sink.finish()
}

fn write_traffic(options: &Options) -> io::Result<()> {
    let traffic = traffic::Traffic::new(options);
    let nics = traffic.nics();
    let mut writer = Writer::new(&options.format, &nics);
    let files = options.files.unwrap_or(1);
    let mut sink = match options.files {
        None if options.gzip => Sink::one(&options.out, Some(sink::LEVEL))?,
        None => Sink::one(&options.out, None)?,
        Some(_) => Sink::tree(&options.out, options.seed),
    };

    // File `file` ends before record `next`; the last one takes what is left, even of no records at all.
    let mut file = 0;
    let mut next = 0;
    if options.records == 0 {
        sink.next_file(options.start)?;
        sink.write_all(header(options, &mut writer))?;
    }
    for (number, row) in (0..options.records).zip(traffic) {
        if number == next {
            file += 1;
            next = share(options.records, file, files);
            sink.next_file(row.start)?;
            sink.write_all(header(options, &mut writer))?;
        }
        sink.write_all(writer.line(&row))?;
    }
    sink.finish()
}

fn header<'a>(options: &Options, writer: &'a mut Writer<'_>) -> &'a [u8] {
    if options.header { writer.header() } else { &[] }
}

/// The first `part` of `parts` near-equal parts of `whole`.
fn share(whole: u64, part: u64, parts: u64) -> u64 {
    (u128::from(whole) * u128::from(part) / u128::from(parts.max(1))) as u64
}
