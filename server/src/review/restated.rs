//! What the ledger says of a week now, counted as a review would freeze it.

use footprint::FactorSet;

use super::snapshot::Kpi;
use super::{IsoWeek, tally};
use crate::store::consumption::{self, Consumption};
use crate::store::{Connection, StoreError, evidence};

/// The figures of a week in an estimate, over the accounts in scope.
///
/// # Errors
/// When the database refuses.
pub async fn kpis(
    connection: &mut Connection,
    factors: &FactorSet,
    estimate_id: i32,
    week: IsoWeek,
) -> Result<Vec<Kpi>, StoreError> {
    let (from, to) = (week.monday(), week.end());
    let rows = consumption::within(connection, estimate_id, from, to, None).await?;
    // Only a week in which nothing ran must be asked whether it was read at all.
    let was_read =
        !rows.is_empty() || evidence::readings(connection, from, to).await?.iter().any(|reading| reading.complete > 0);
    let all: Vec<&Consumption> = rows.iter().collect();
    Ok(tally::kpis(factors, week, &all, was_read))
}
