//! The runs of a family of jobs.

use chrono::{DateTime, Utc};
use sqlx::{FromRow, PgConnection};

use super::part::{Part, PartRow};
use super::resource::Resource;
use super::{StoreError, filter};

#[derive(Debug, FromRow)]
struct RunRow {
    resource_id: i64,
    name: String,
    family: String,
    status: String,
    created_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    runs: i64,
    #[sqlx(flatten)]
    part: PartRow,
}

/// One run over its whole life.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// The installation's number of the resource.
    pub resource_id: i64,
    /// Name.
    pub name: String,
    /// The family's name.
    pub family: String,
    /// As AWS says it.
    pub status: String,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When work began.
    pub started_at: Option<DateTime<Utc>>,
    /// When work ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// How many runs the family has in all.
    pub runs: i64,
    /// Its sums.
    pub parts: Vec<Part>,
}

/// The runs of a job's family around it, itself included, oldest first: at most `before` up to it, and `after` since.
pub async fn around(
    connection: &mut PgConnection,
    estimate_id: i32,
    job: &Resource,
    before: i64,
    after: i64,
) -> Result<Vec<Run>, StoreError> {
    let rows: Vec<RunRow> = filter::family(estimate_id, job, before, after)
        .build_query_as()
        .fetch_all(connection)
        .await
        .map_err(StoreError::on("read the runs of the family"))?;
    let mut runs: Vec<Run> = Vec::new();
    for row in rows {
        let part = Part::try_from(row.part)?;
        match runs.last_mut().filter(|last| last.resource_id == row.resource_id) {
            Some(last) => last.parts.push(part),
            None => runs.push(Run {
                resource_id: row.resource_id,
                name: row.name,
                family: row.family,
                status: row.status,
                created_at: row.created_at,
                started_at: row.started_at,
                ended_at: row.ended_at,
                runs: row.runs,
                parts: vec![part],
            }),
        }
    }
    Ok(runs)
}
