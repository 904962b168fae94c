//! When in the week things run.

use sqlx::{FromRow, PgConnection};

use sqlx::types::Json;

use super::filter::{self, Whose};
use super::part::{Part, PartRow};
use super::selection::Filter;
use super::working_hours::HoursRow;
use super::{Origin, StoreError};
use crate::working::WorkingHours;

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
    working: Option<Json<HoursRow>>,
    #[sqlx(flatten)]
    part: PartRow,
}

/// The hours of the week in which anything ran, Monday first, and the working hours in force; where nothing ran, the usual
/// ones.
pub async fn parts(
    connection: &mut PgConnection,
    (origin, estimate_id): (Origin, i32),
    chosen: &Filter,
    whose: Whose,
) -> Result<(Vec<WeekPart>, WorkingHours), StoreError> {
    let rows: Vec<WeekRow> = filter::week(origin, estimate_id, chosen, whose)
        .build_query_as()
        .fetch_all(connection)
        .await
        .map_err(StoreError::on("read when in the week things ran"))?;
    let set = rows.first().and_then(|row| row.working.as_ref());
    let working = set.map_or_else(|| Ok(WorkingHours::default()), |set| WorkingHours::try_from(&set.0))?;
    let part = |row: WeekRow| Ok(WeekPart { weekday: row.weekday, hour: row.hour, part: Part::try_from(row.part)? });
    Ok((rows.into_iter().map(part).collect::<Result<_, StoreError>>()?, working))
}
