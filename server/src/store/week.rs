//! When in the week things run.

use sqlx::{FromRow, PgConnection};

use super::StoreError;
use super::filter::{self, Whose};
use super::part::{Part, PartRow};
use super::selection::Filter;

/// What one group took in one hour of the week, over all days of the period.
#[derive(Debug, Clone, PartialEq)]
pub struct WeekPart {
    /// 1 is Monday.
    pub weekday: i32,
    /// 0 to 23, UTC.
    pub hour: i32,
    /// The sums. Cost is the day's, shared out by instance-seconds.
    pub part: Part,
}

#[derive(Debug, FromRow)]
struct WeekRow {
    weekday: i32,
    hour: i32,
    #[sqlx(flatten)]
    part: PartRow,
}

/// The hours of the week in which anything ran, Monday first.
pub async fn parts(
    connection: &mut PgConnection,
    estimate_id: i32,
    chosen: &Filter,
    whose: Whose,
) -> Result<Vec<WeekPart>, StoreError> {
    let rows: Vec<WeekRow> = filter::week(estimate_id, chosen, whose)
        .build_query_as()
        .fetch_all(connection)
        .await
        .map_err(StoreError::on("read when in the week things ran"))?;
    rows.into_iter()
        .map(|row| Ok(WeekPart { weekday: row.weekday, hour: row.hour, part: Part::try_from(row.part)? }))
        .collect()
}
