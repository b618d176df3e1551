//! Turns a flow log of text with a header line into a Parquet file such as AWS delivers.
//!
//! `cargo run --example to_parquet -- <log or log.gz> <file.parquet> [gzip|snappy|zstd|none] [rows in a group]`

use std::error::Error;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use flate2::read::MultiGzDecoder;
use flowlens::record::{Column, Format, Kind};
use parquet::basic::{Compression, GzipLevel, ZstdLevel};
use parquet::data_type::{ByteArrayType, DataType, Int32Type, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;

type Outcome<T> = Result<T, Box<dyn Error>>;
type Group<'a> = SerializedRowGroupWriter<'a, File>;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to do when even standard error is closed.
            let _ = writeln!(std::io::stderr(), "to_parquet: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[String]) -> Outcome<()> {
    let [from, to, rest @ ..] = args else {
        return Err("usage: to_parquet <log> <file> [codec] [rows]".into());
    };
    let codec = match rest.first().map_or("gzip", String::as_str) {
        "gzip" => Compression::GZIP(GzipLevel::default()),
        "snappy" => Compression::SNAPPY,
        "zstd" => Compression::ZSTD(ZstdLevel::default()),
        "none" => Compression::UNCOMPRESSED,
        other => return Err(format!("no such codec: {other}").into()),
    };
    let group: usize = rest.get(1).map_or(Ok(1_000_000), |rows| rows.parse())?;
    let file = File::open(from)?;
    let text: Box<dyn Read> = if Path::new(from).extension().is_some_and(|extension| extension == "gz") {
        Box::new(MultiGzDecoder::new(file))
    } else {
        Box::new(file)
    };
    let mut lines = BufReader::new(text).lines();
    let header = lines.next().ok_or("the log is empty")??;
    let format = Format::from_names(header.split_ascii_whitespace())?;
    let fields: Vec<String> = format.columns().iter().map(field).collect();
    let schema = Arc::new(parse_message_type(&format!("message flow_log {{ {} }}", fields.join(" ")))?);
    let properties = Arc::new(WriterProperties::builder().set_compression(codec).build());
    let mut writer = SerializedFileWriter::new(File::create(to)?, schema, properties)?;
    let mut rows: Vec<Vec<String>> = Vec::new();
    for line in lines {
        let row: Vec<String> = line?.split_ascii_whitespace().map(str::to_owned).collect();
        if row.len() != format.columns().len() {
            return Err(format!(
                "{} values where the header has {} names",
                row.len(),
                format.columns().len()
            )
            .into());
        }
        rows.push(row);
        if rows.len() == group {
            write(&mut writer, &format, &rows)?;
            rows.clear();
        }
    }
    if !rows.is_empty() {
        write(&mut writer, &format, &rows)?;
    }
    writer.close()?;
    Ok(())
}

/// A column as AWS types it: counters and times have 64 bits, other numbers 32.
fn field(column: &Column) -> String {
    let name = column.name().replace('-', "_");
    match column.kind() {
        Kind::Number | Kind::Time => format!("optional int64 {name};"),
        Kind::Port | Kind::Byte => format!("optional int32 {name};"),
        Kind::Text | Kind::Address => format!("optional binary {name} (UTF8);"),
    }
}

fn write(writer: &mut SerializedFileWriter<File>, format: &Format, rows: &[Vec<String>]) -> Outcome<()> {
    let mut group = writer.next_row_group()?;
    for (at, column) in format.columns().iter().enumerate() {
        let values = rows.iter().map(|row| row[at].as_str());
        match column.kind() {
            Kind::Number | Kind::Time => put::<Int64Type>(values.map(number), &mut group)?,
            Kind::Port | Kind::Byte => {
                put::<Int32Type>(
                    values.map(|text| Some(i32::try_from(number(text)?).unwrap_or(i32::MAX))),
                    &mut group,
                )?;
            }
            Kind::Text | Kind::Address => {
                put::<ByteArrayType>(values.map(|text| Some(text.into())), &mut group)?;
            }
        }
    }
    group.close()?;
    Ok(())
}

fn number(text: &str) -> Option<i64> {
    text.parse().ok()
}

fn put<T: DataType>(values: impl Iterator<Item = Option<T::T>>, group: &mut Group<'_>) -> Outcome<()> {
    let (mut present, mut levels) = (Vec::new(), Vec::new());
    for value in values {
        levels.push(i16::from(value.is_some()));
        present.extend(value);
    }
    let mut column = group.next_column()?.ok_or("more columns than the schema has")?;
    column.typed::<T>().write_batch(&present, Some(&levels), None)?;
    column.close()?;
    Ok(())
}
