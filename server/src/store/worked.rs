//! The ledger by unit of work.

use chrono::NaiveDate;
use sqlx::{FromRow, PgConnection};

use super::StoreError;
use super::filter::{self, AskedWork};
use super::part::{Part, PartRow};

#[derive(Debug, FromRow)]
struct WorkedRow {
    unit_key: String,
    day: NaiveDate,
    is_known: bool,
    work: f64,
    resources: Vec<i64>,
    #[sqlx(flatten)]
    part: PartRow,
}

/// A part of the ledger whose work is counted in a unit, on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Worked {
    /// Key of the unit.
    pub unit: String,
    /// UTC day.
    pub day: NaiveDate,
    /// Whether it is known what was done; if not, `work` says nothing.
    pub is_known: bool,
    /// In units.
    pub work: f64,
    /// The installation's numbers of the resources, if they were asked for.
    pub resources: Vec<i64>,
    /// The sums.
    pub part: Part,
}

/// Every part whose resource has a unit, by unit and day.
pub async fn days(connection: &mut PgConnection, asked: AskedWork<'_>) -> Result<Vec<Worked>, StoreError> {
    let rows: Vec<WorkedRow> =
        filter::worked(asked).build_query_as().fetch_all(connection).await.map_err(StoreError::on("read the work"))?;
    let worked = |row: WorkedRow| {
        Ok(Worked {
            unit: row.unit_key,
            day: row.day,
            is_known: row.is_known,
            work: row.work,
            resources: row.resources,
            part: Part::try_from(row.part)?,
        })
    };
    rows.into_iter().map(worked).collect()
}
