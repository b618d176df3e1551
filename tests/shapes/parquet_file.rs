//! Parquet files made for tests.

use std::sync::Arc;

use flowlens::ingest::Outcome;
use flowlens::ingest::columns::ColumnsReader;
use flowlens::ingest::parquet::{NotOpened, ParquetFile};
use flowlens::store::Table;
use parquet::basic::Compression;
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FloatType, Int32Type, Int64Type, Int96,
    Int96Type,
};
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;

/// Values of a column.
pub(crate) enum Cells {
    Int32(Vec<Option<i32>>),
    Int64(Vec<Option<i64>>),
    Int96(Vec<Option<[u32; 3]>>),
    Double(Vec<Option<f64>>),
    Float(Vec<Option<f32>>),
    Bool(Vec<Option<bool>>),
    Text(Vec<Option<Vec<u8>>>),
}

/// Texts as values; `NULL` is none.
pub(crate) fn texts(values: &[&str]) -> Cells {
    Cells::Text(values.iter().map(|text| (*text != "NULL").then(|| text.as_bytes().to_vec())).collect())
}

/// Numbers as values.
pub(crate) fn int32(values: &[i32]) -> Cells {
    Cells::Int32(values.iter().copied().map(Some).collect())
}

/// Numbers as values.
pub(crate) fn int64(values: &[i64]) -> Cells {
    Cells::Int64(values.iter().copied().map(Some).collect())
}

/// Writer properties with a codec.
pub(crate) fn codec(codec: Compression) -> WriterPropertiesBuilder {
    WriterProperties::builder().set_compression(codec)
}

/// A file: columns as `("optional int32 srcport", cells)`, in row groups of `group` rows.
pub(crate) fn file(columns: &[(&str, Cells)], properties: WriterPropertiesBuilder, group: usize) -> Vec<u8> {
    let fields: Vec<String> = columns.iter().map(|(field, _)| format!("{field};")).collect();
    let schema = parse_message_type(&format!("message flow_log {{ {} }}", fields.join(" "))).unwrap();
    let mut writer =
        SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties.build())).unwrap();
    let rows = columns.first().map_or(0, |(_, cells)| cells.len());
    let mut from = 0;
    while from < rows {
        let to = (from + group).min(rows);
        let mut row_group = writer.next_row_group().unwrap();
        for (field, cells) in columns {
            cells.write(from..to, field.starts_with("optional"), &mut row_group);
        }
        row_group.close().unwrap();
        from = to;
    }
    writer.into_inner().unwrap()
}

impl Cells {
    fn len(&self) -> usize {
        match self {
            Self::Int32(values) => values.len(),
            Self::Int64(values) => values.len(),
            Self::Int96(values) => values.len(),
            Self::Double(values) => values.len(),
            Self::Float(values) => values.len(),
            Self::Bool(values) => values.len(),
            Self::Text(values) => values.len(),
        }
    }

    fn write(
        &self,
        rows: std::ops::Range<usize>,
        optional: bool,
        group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    ) {
        match self {
            Self::Int32(values) => put::<Int32Type>(values[rows].iter().copied(), optional, group),
            Self::Int64(values) => put::<Int64Type>(values[rows].iter().copied(), optional, group),
            Self::Int96(values) => {
                let of = |[low, high, day]: [u32; 3]| {
                    let mut value = Int96::new();
                    value.set_data(low, high, day);
                    value
                };
                put::<Int96Type>(values[rows].iter().map(|value| value.map(of)), optional, group);
            }
            Self::Double(values) => put::<DoubleType>(values[rows].iter().copied(), optional, group),
            Self::Float(values) => put::<FloatType>(values[rows].iter().copied(), optional, group),
            Self::Bool(values) => put::<BoolType>(values[rows].iter().copied(), optional, group),
            Self::Text(values) => {
                put::<ByteArrayType>(
                    values[rows].iter().cloned().map(|text| text.map(ByteArray::from)),
                    optional,
                    group,
                );
            }
        }
    }
}

fn put<T: DataType>(
    values: impl Iterator<Item = Option<T::T>>,
    optional: bool,
    group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
) {
    let all: Vec<Option<T::T>> = values.collect();
    let levels: Vec<i16> = all.iter().map(|value| i16::from(value.is_some())).collect();
    let present: Vec<T::T> = all.into_iter().flatten().collect();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<T>().write_batch(&present, optional.then_some(levels.as_slice()), None).unwrap();
    column.close().unwrap();
}

/// Reads a file as shards do, in so many shares.
pub(crate) fn read(name: &str, bytes: &[u8], shares: u32) -> (Outcome, Table) {
    let mut table = Table::default();
    let mut whole: Option<Outcome> = None;
    for share in 0..shares {
        let outcome = read_share(name, bytes, share, shares, &mut table);
        match &mut whole {
            Some(whole) => whole.append(outcome),
            None => whole = Some(outcome),
        }
    }
    (whole.unwrap(), table)
}

fn read_share(name: &str, bytes: &[u8], share: u32, shares: u32, table: &mut Table) -> Outcome {
    let size = bytes.len() as u64;
    let mut file = match ParquetFile::open(bytes::Bytes::copy_from_slice(bytes), share, shares) {
        Ok(file) => file,
        Err(NotOpened::Broken(why)) => return Outcome::failed(name, size, why),
        Err(NotOpened::Stranger) => return Outcome::failed(name, size, "no Parquet file"),
    };
    let (mut reader, wanted) = ColumnsReader::new(name, size, file.heading(), table);
    file.keep(&wanted);
    let broken = loop {
        match file.next_rows() {
            Ok(Some(rows)) => reader.push(&rows, table),
            Ok(None) => break None,
            Err(why) => break Some(why),
        }
    };
    reader.finish(broken, table)
}
