//! The whole lives of several resources at once.

use std::collections::BTreeMap;

use sqlx::{FromRow, PgConnection};

use super::part::{Part, PartRow};
use super::{StoreError, filter};

#[derive(Debug, FromRow)]
struct LifeRow {
    resource_id: i64,
    #[sqlx(flatten)]
    part: PartRow,
}

/// The parts of each of some resources over its whole life; what has none is not there.
pub async fn parts(
    connection: &mut PgConnection,
    estimate_id: i32,
    resource_ids: &[i64],
) -> Result<BTreeMap<i64, Vec<Part>>, StoreError> {
    let rows: Vec<LifeRow> = filter::lifetimes(estimate_id, resource_ids)
        .build_query_as()
        .fetch_all(connection)
        .await
        .map_err(StoreError::on("read the lifetimes"))?;
    let mut lives: BTreeMap<i64, Vec<Part>> = BTreeMap::new();
    for row in rows {
        lives.entry(row.resource_id).or_default().push(Part::try_from(row.part)?);
    }
    Ok(lives)
}
