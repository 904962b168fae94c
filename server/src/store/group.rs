//! Jobs by what several of them have in common.

use chrono::{DateTime, Utc};
use sqlx::{FromRow, PgConnection};

use super::StoreError;
use super::filter::{self, GroupOrder, Grouping};
use super::part::{Part, PartRow};
use super::selection::List;

/// A part of a group, with the group.
#[derive(Debug, FromRow)]
struct GroupRow {
    place: i64,
    rows: i64,
    of_account: i32,
    of_sort: String,
    of_name: String,
    runs: i64,
    completed: i64,
    failed: i64,
    median_cost: Option<f64>,
    median_seconds: Option<f64>,
    latest_at: Option<DateTime<Utc>>,
    #[sqlx(flatten)]
    part: PartRow,
}

/// Jobs that belong together; figures are their share inside the period.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Its place in the order, from 1.
    pub place: i64,
    /// How many groups the filter leaves.
    pub rows: i64,
    /// The installation's number of the account; 0 where accounts are put together.
    pub account_id: i32,
    /// The word of a [`Kind`](crate::kind::Kind), or of who made the image; empty where nobody told.
    pub sort: String,
    /// Family or framework; empty where nobody told.
    pub name: String,
    /// Jobs.
    pub runs: i64,
    /// Of those, completed.
    pub completed: i64,
    /// Of those, failed.
    pub failed: i64,
    /// Median list cost of a job's share, US dollars.
    pub median_cost: Option<f64>,
    /// Median duration of those that began and ended, seconds.
    pub median_seconds: Option<f64>,
    /// When the last of them began.
    pub latest_at: Option<DateTime<Utc>>,
    /// Its sums inside the period.
    pub parts: Vec<Part>,
}

/// A page of the groups, or all of them.
pub async fn page(
    connection: &mut PgConnection,
    list: &List<'_>,
    by: Grouping,
    order: GroupOrder,
) -> Result<Vec<Group>, StoreError> {
    let rows: Vec<GroupRow> = filter::groups(list, by, order)
        .build_query_as()
        .fetch_all(connection)
        .await
        .map_err(StoreError::on("read the groups"))?;
    let mut groups: Vec<Group> = Vec::new();
    for row in rows {
        let part = Part::try_from(row.part)?;
        match groups.last_mut().filter(|last| last.place == row.place) {
            Some(last) => last.parts.push(part),
            None => groups.push(Group {
                place: row.place,
                rows: row.rows,
                account_id: row.of_account,
                sort: row.of_sort,
                name: row.of_name,
                runs: row.runs,
                completed: row.completed,
                failed: row.failed,
                median_cost: row.median_cost,
                median_seconds: row.median_seconds,
                latest_at: row.latest_at,
                parts: vec![part],
            }),
        }
    }
    Ok(groups)
}
