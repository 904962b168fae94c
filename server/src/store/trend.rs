//! The ledger over time, by group: what the trends page draws, sums and exports.

use chrono::{DateTime, Utc};
use sqlx::{FromRow, PgConnection};

use super::part::{Part, PartRow};
use super::selection::{Dimension, Filter, Period};
use super::step::Step;
use super::{StoreError, filter};

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The estimate.
    pub estimate_id: i32,
    /// The filter.
    pub filter: &'a Filter,
    /// Length of the buckets.
    pub step: Step,
    /// The days compared with, where any are.
    pub before: Option<Period>,
    /// First grouping.
    pub first: Option<Dimension>,
    /// Second grouping.
    pub second: Option<Dimension>,
}

/// A part of one group in one bucket.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Whether it belongs to the days compared with, which are moved onto those of the period.
    pub is_before: bool,
    /// Begin of the step, as a [`Bucket`](super::step::Bucket) has it.
    pub start: DateTime<Utc>,
    /// Value of the first dimension; empty for none.
    pub first: String,
    /// Value of the second dimension; empty for none.
    pub second: String,
    /// The sums.
    pub part: Part,
}

#[derive(Debug, FromRow)]
struct CellRow {
    is_before: bool,
    start: DateTime<Utc>,
    first_group: String,
    second_group: String,
    #[sqlx(flatten)]
    part: PartRow,
}

/// Every part of every group, oldest first.
pub async fn cells(connection: &mut PgConnection, asked: Asked<'_>) -> Result<Vec<Cell>, StoreError> {
    let rows: Vec<CellRow> = filter::trend(asked)
        .build_query_as()
        .fetch_all(connection)
        .await
        .map_err(StoreError::on("read the ledger over time"))?;
    let cell = |row: CellRow| {
        Ok(Cell {
            is_before: row.is_before,
            start: row.start,
            first: row.first_group,
            second: row.second_group,
            part: Part::try_from(row.part)?,
        })
    };
    rows.into_iter().map(cell).collect()
}

/// What an hour of the week drew, over all weeks of the period: micro-watt-hours and micrograms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromRow)]
pub struct WeekHour {
    /// 1 is Monday.
    pub weekday: i32,
    /// 0 to 23, UTC.
    pub hour: i32,
    /// Energy of the facility.
    pub facility_uwh: i64,
    /// Location-based emissions.
    pub operational_ug: i64,
    /// Market-based emissions, where they are known of all of it.
    pub market_ug: Option<i64>,
    /// Embodied emissions.
    pub embodied_ug: i64,
    /// Water, microlitres.
    pub water_ul: i64,
}

/// The hours of the week in which anything ran.
pub async fn week_hours(
    connection: &mut PgConnection,
    estimate_id: i32,
    chosen: &Filter,
) -> Result<Vec<WeekHour>, StoreError> {
    filter::week_hours(estimate_id, chosen)
        .build_query_as()
        .fetch_all(connection)
        .await
        .map_err(StoreError::on("read the hours of the week"))
}
