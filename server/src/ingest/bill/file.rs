//! Files of a bill: CSV, plain or compressed, and Parquet; CUR or FOCUS is told by the columns.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::Field;

use super::line::{Line, LineError, Row};
use super::{cur, focus};

/// Why a file cannot be read; each with the next step.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file system refused.
    #[error("{file} cannot be read; name a file of the export")]
    Unreadable {
        /// Its name.
        file: String,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// Neither CSV nor Parquet inside.
    #[error("{file} does not read as CSV; if it was cut off while it was copied, copy it once more")]
    NotCsv {
        /// Its name.
        file: String,
        /// The cause.
        #[source]
        source: csv::Error,
    },
    /// A damaged Parquet file.
    #[error("{file} does not read as Parquet; if it was cut off while it was copied, copy it once more")]
    NotParquet {
        /// Its name.
        file: String,
        /// The cause.
        #[source]
        source: parquet::errors::ParquetError,
    },
    /// Neither format's columns.
    #[error(
        "{file} is neither a cost and usage report (CUR 2.0) nor a FOCUS file: it has neither the column \
         line_item_unblended_cost nor BilledCost. Make the export with AWS Data Exports"
    )]
    Unknown {
        /// Its name.
        file: String,
    },
    /// A line that says nothing usable.
    #[error("line {line} of {file} cannot be used")]
    BadLine {
        /// Its name.
        file: String,
        /// Counted from 1, below the header.
        line: u64,
        /// What is wrong.
        #[source]
        source: LineError,
    },
}

const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
const PARQUET: [u8; 4] = *b"PAR1";

/// Whether a file that begins so is compressed, or Parquet.
pub fn is_packed(head: &[u8]) -> bool {
    head.starts_with(&GZIP) || head.starts_with(&ZSTD) || head.starts_with(&PARQUET)
}

/// Whether a column is the one by which a bill is known.
pub fn is_mark(column: &str) -> bool {
    Format::of([column].into_iter()).is_some()
}

/// A format, told by its columns.
#[derive(Clone, Copy)]
enum Format {
    Cur,
    Focus,
}

impl Format {
    fn of<'a>(mut columns: impl Iterator<Item = &'a str>) -> Option<Self> {
        columns.find_map(|column| match column {
            cur::MARK => Some(Self::Cur),
            focus::MARK => Some(Self::Focus),
            _ => None,
        })
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Cur => "CUR 2.0",
            Self::Focus => "FOCUS",
        }
    }

    fn line(self, row: &impl Row) -> Result<Line, LineError> {
        match self {
            Self::Cur => cur::line(row),
            Self::Focus => focus::line(row),
        }
    }
}

/// The last part of a path, as it is shown.
pub(super) fn name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// Reads a file line by line; the name of its format.
pub(super) fn read(path: &Path, take: impl FnMut(Line)) -> Result<&'static str, FileError> {
    let file = name(path);
    let unreadable = |source| FileError::Unreadable { file: file.clone(), source };
    let mut opened = File::open(path).map_err(unreadable)?;
    let mut head = Vec::new();
    (&mut opened).take(4).read_to_end(&mut head).map_err(unreadable)?;
    opened.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    if head == PARQUET {
        return read_parquet(&file, opened, take);
    }
    let buffered = BufReader::new(opened);
    if head.starts_with(&GZIP) {
        return read_csv(&file, flate2::read::MultiGzDecoder::new(buffered), take);
    }
    if head == ZSTD {
        return read_csv(&file, zstd::Decoder::with_buffer(buffered).map_err(unreadable)?, take);
    }
    read_csv(&file, buffered, take)
}

struct CsvRow<'a> {
    columns: &'a BTreeMap<String, usize>,
    record: &'a csv::StringRecord,
}

impl Row for CsvRow<'_> {
    fn cell(&self, column: &str) -> Option<&str> {
        self.columns.get(column).and_then(|place| self.record.get(*place)).map(str::trim)
    }
}

fn read_csv(file: &str, content: impl Read, mut take: impl FnMut(Line)) -> Result<&'static str, FileError> {
    let not_csv = |source| FileError::NotCsv { file: file.to_owned(), source };
    let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(content);
    let header = reader.headers().map_err(not_csv)?;
    // A byte-order mark stands before the first name where a spreadsheet wrote the file.
    let names = header.iter().map(|name| name.trim_start_matches('\u{feff}').trim());
    let columns: BTreeMap<String, usize> = names.zip(0..).map(|(name, place)| (name.to_owned(), place)).collect();
    let format = Format::of(columns.keys().map(String::as_str));
    let format = format.ok_or_else(|| FileError::Unknown { file: file.to_owned() })?;
    let mut record = csv::StringRecord::new();
    let mut number = 0;
    while reader.read_record(&mut record).map_err(not_csv)? {
        number += 1;
        let row = CsvRow { columns: &columns, record: &record };
        let bad = |source| FileError::BadLine { file: file.to_owned(), line: number, source };
        take(format.line(&row).map_err(bad)?);
    }
    Ok(format.as_str())
}

struct ParquetRow(BTreeMap<String, String>);

impl Row for ParquetRow {
    fn cell(&self, column: &str) -> Option<&str> {
        self.0.get(column).map(String::as_str)
    }
}

fn read_parquet(file: &str, content: File, mut take: impl FnMut(Line)) -> Result<&'static str, FileError> {
    let not_parquet = |source| FileError::NotParquet { file: file.to_owned(), source };
    let reader = SerializedFileReader::new(content).map_err(not_parquet)?;
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    let names: Vec<String> = schema.root_schema().get_fields().iter().map(|field| field.name().to_owned()).collect();
    let format = Format::of(names.iter().map(String::as_str));
    let format = format.ok_or_else(|| FileError::Unknown { file: file.to_owned() })?;
    for (row, number) in reader.get_row_iter(None).map_err(not_parquet)?.zip(1..) {
        let row = row.map_err(not_parquet)?;
        let cells = row.get_column_iter().map(|(name, field)| (name.clone(), plain(field)));
        let bad = |source| FileError::BadLine { file: file.to_owned(), line: number, source };
        take(format.line(&ParquetRow(cells.collect())).map_err(bad)?);
    }
    Ok(format.as_str())
}

/// A cell as a CSV file would hold it, a map as a JSON object; lists are not needed.
fn plain(field: &Field) -> String {
    match field {
        Field::Str(text) => text.clone(),
        Field::TimestampMillis(at) => moment(chrono::DateTime::from_timestamp_millis(*at)),
        Field::TimestampMicros(at) => moment(chrono::DateTime::from_timestamp_micros(*at)),
        Field::Date(days) => moment(chrono::DateTime::from_timestamp(i64::from(*days) * 86_400, 0)),
        Field::Double(number) => number.to_string(),
        Field::Float(number) => number.to_string(),
        Field::Int(number) => number.to_string(),
        Field::Long(number) => number.to_string(),
        Field::Decimal(_) => field.to_string(),
        Field::MapInternal(map) => {
            let entries = map.entries().iter().map(|(key, value)| (plain(key), plain(value).into()));
            serde_json::Value::Object(entries.collect()).to_string()
        }
        _ => String::new(),
    }
}

fn moment(at: Option<chrono::DateTime<chrono::Utc>>) -> String {
    at.map(|at| at.to_rfc3339()).unwrap_or_default()
}
