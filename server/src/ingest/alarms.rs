//! What became of alarms: every change of state, kept for longer than CloudWatch does.

use chrono::Duration;

use super::{IngestError, Options, Source};
use crate::aws::{AwsError, Client};
use crate::store::{self, Database, StoreError, alarm};

/// As probes name it.
pub(super) const FEATURE: &str = "alarm history";
/// CloudWatch keeps the history of an alarm for so long.
const KEPT_DAYS: i64 = 30;
/// What was asked for up to a moment is asked for again from a little before it: a change is listed late at times.
const AGAIN_HOURS: i64 = 1;

/// Reads what changed since the history last answered; how many changes are new.
///
/// One list tells of all alarms of the region, which is one call in most hours; asking for each alarm by itself would be
/// as many as there are.
pub(super) async fn read(
    database: &Database,
    source: &Source,
    client: &Client,
    options: &Options,
) -> Result<Result<u64, AwsError>, IngestError> {
    let mut look = source.scope.begin(&database.ingest).await?;
    let answered = store::run::answered_at(&mut look, source.account_id, client.region(), FEATURE).await?;
    drop(look);
    let earliest = options.now - Duration::days(KEPT_DAYS);
    let since = answered.map_or(earliest, |at| (at - Duration::hours(AGAIN_HOURS)).clamp(earliest, options.now));
    // The end is not asked for: what is written down in this second would be missed for good.
    let changes = match client.alarm_changes(since, options.now + Duration::seconds(1)).await {
        Ok(changes) => changes,
        Err(error) => return Ok(Err(error)),
    };
    let mut transaction = source.scope.begin(&database.ingest).await?;
    let fresh = alarm::write(&mut transaction, source.account_id, client.region(), &changes).await?;
    transaction.commit().await.map_err(StoreError::on("commit the changes of alarms"))?;
    Ok(Ok(fresh))
}
