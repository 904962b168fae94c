//! What CloudWatch calls the hosts of batch transform jobs: their names hold EC2's instance numbers, which no API of
//! SageMaker tells. Names vanish from CloudWatch's list after two silent weeks, so they are kept.

use chrono::Duration;

use super::{IngestError, Options, Source};
use crate::aws::{AwsError, Client};
use crate::store::host::{self, Named};
use crate::store::{self, Database, StoreError};

/// Names of silent metrics are listed for two weeks.
const LISTED_DAYS: i64 = 14;

/// Learns the hosts of jobs that ran lately; a window that was read without one is read again for its job.
pub(super) async fn learn(
    database: &Database,
    source: &Source,
    client: &Client,
    options: &Options,
) -> Result<Result<(), AwsError>, IngestError> {
    let region = client.region();
    let since = options.now - Duration::days(LISTED_DAYS);
    let jobs = host::transform_jobs(&database.ingest, &source.scope, source.account_id, region, since).await?;
    if jobs.is_empty() {
        return Ok(Ok(()));
    }
    let listed = match client.transform_hosts().await {
        Ok(listed) => listed,
        Err(error) => return Ok(Err(error)),
    };
    let mut transaction = source.scope.begin(&database.ingest).await?;
    for name in &listed {
        let Some((job, host)) = name.rsplit_once('/') else { continue };
        for Named { entity_id, from, to, .. } in jobs.iter().filter(|each| each.name == job) {
            if host::write(&mut transaction, source.account_id, *entity_id, host, options.now).await? {
                store::window::reopen_for_entity(&mut transaction, source.account_id, region, *entity_id, *from, *to)
                    .await?;
            }
        }
    }
    transaction.commit().await.map_err(StoreError::on("keep the hosts"))?;
    Ok(Ok(()))
}
