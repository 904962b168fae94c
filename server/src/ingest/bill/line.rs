//! A line of a bill, whatever the file calls its columns.

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
}

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
