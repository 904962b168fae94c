//! A line of a bill, whatever the file calls its columns.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;

use crate::store::bill::{Amounts, Billed};

/// What a line says, as far as it is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Whether SageMaker is billed by it.
    pub is_sagemaker: bool,
    /// Whose usage of what.
    pub of: Billed,
    /// What it comes to.
    pub amounts: Amounts,
    /// Tags of the resource by key; `None` where the file has no column of them.
    pub tags: Option<Tags>,
}

/// Tags by key.
pub type Tags = BTreeMap<String, String>;

/// Why a line says nothing usable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// The file lacks a column.
    #[error("there is no column {0}")]
    NoColumn(&'static str),
    /// A cell is not what its column promises.
    #[error("{column} is {value:?}, which is no {wanted}")]
    BadCell {
        /// The column.
        column: &'static str,
        /// What stands there.
        value: String,
        /// What should.
        wanted: &'static str,
    },
}

/// A row whose cells are found by the name of their column.
pub(super) trait Row {
    /// The text of a cell: `None` where the file has no such column, empty where the cell is.
    fn cell(&self, column: &str) -> Option<&str>;
}

/// The text of a column that must be there.
pub(super) fn text<'a>(row: &'a impl Row, column: &'static str) -> Result<&'a str, LineError> {
    row.cell(column).ok_or(LineError::NoColumn(column))
}

/// A number; an empty cell is zero.
pub(super) fn number(row: &impl Row, column: &'static str) -> Result<Decimal, LineError> {
    let text = text(row, column)?;
    if text.is_empty() {
        return Ok(Decimal::ZERO);
    }
    let read = text.parse::<Decimal>().or_else(|_| Decimal::from_scientific(text));
    read.map_err(|_| LineError::BadCell { column, value: text.to_owned(), wanted: "number" })
}

/// The UTC day of a moment: `2026-11-03T00:00:00Z`, `2026-11-03 00:00:00`, or with fractions.
pub(super) fn day(row: &impl Row, column: &'static str) -> Result<NaiveDate, LineError> {
    let text = text(row, column)?;
    let bad = || LineError::BadCell { column, value: text.to_owned(), wanted: "moment" };
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Ok(at.to_utc().date_naive());
    }
    let plain = text.trim_end_matches(" UTC").replace('T', " ");
    let formats = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M"];
    let moment = formats.iter().find_map(|format| NaiveDateTime::parse_from_str(&plain, format).ok());
    let date = || NaiveDate::parse_from_str(&plain, "%Y-%m-%d").ok();
    moment.map(|at| at.date()).or_else(date).ok_or_else(bad)
}

/// The tags in a cell that holds a JSON object of them; `key` is a key as people write it, `None` for one that is AWS' own.
pub(super) fn tags(
    row: &impl Row,
    column: &'static str,
    key: impl Fn(&str) -> Option<&str>,
) -> Result<Option<Tags>, LineError> {
    let Some(text) = row.cell(column) else { return Ok(None) };
    if text.is_empty() {
        return Ok(Some(Tags::new()));
    }
    let bad = |_| LineError::BadCell { column, value: text.to_owned(), wanted: "JSON object of tags" };
    let read: BTreeMap<String, Option<String>> = serde_json::from_str(text).map_err(bad)?;
    let own = read.iter().filter_map(|(name, value)| {
        let value = value.as_ref().filter(|value| !value.is_empty())?;
        Some((key(name)?.to_owned(), value.clone()))
    });
    Ok(Some(own.collect()))
}
