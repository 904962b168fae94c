//! Notebook instances, Studio apps and clusters as they stand.

use serde_json::json;

use super::standing::{self, Standing, StandingPart};
use crate::aws::facts::Holding;
use crate::aws::{AwsError, Client};
use crate::ingest::{IngestError, Options, Source, Summary, key};
use crate::kind::Kind;
use crate::store::capacity::Purchase;
use crate::store::inventory::Resource;
use crate::store::{Database, StoreError};

pub(super) async fn read(
    database: &Database,
    source: &Source,
    client: &Client,
    options: &Options,
    kind: Kind,
    summary: &mut Summary,
) -> Result<Result<(), AwsError>, IngestError> {
    let holdings = match client.holdings(kind).await {
        Ok(holdings) => holdings,
        Err(error) => return Ok(Err(error)),
    };
    let (account_id, region) = (source.account_id, client.region());
    let mut transaction = source.scope.begin(&database.ingest).await?;
    let mut present = Vec::new();
    for holding in &holdings {
        let resource = resource_of(holding, region);
        let running = holding.groups.iter().filter(|_| holding.is_running);
        let parts = running.map(|group| StandingPart {
            name: &group.name,
            config: "",
            instance_type: &group.instance_type,
            count: group.count,
            purchase: Purchase::OnDemand,
            launched: holding.launched.get(&group.name).map_or(&[], Vec::as_slice),
        });
        let standing =
            Standing { resource: &resource, tags: &holding.tags, since: since(holding), parts: parts.collect() };
        present.push(standing::write(&mut transaction, account_id, region, &standing, options).await?);
    }
    standing::close_what_is_gone(&mut transaction, account_id, region, kind, &present, options.now).await?;
    transaction.commit().await.map_err(StoreError::on("commit the notebooks"))?;
    summary.notebooks += u64::try_from(holdings.len()).unwrap_or_default();
    Ok(Ok(()))
}

/// A notebook instance keeps no history of starts and stops, but AWS changes its record when it starts. Its earlier hours
/// are unknown, which is not zero: nothing is written for them.
fn since(holding: &Holding) -> chrono::DateTime<chrono::Utc> {
    match holding.kind {
        Kind::Notebook => holding.last_modified_at.unwrap_or(holding.created_at),
        _ => holding.launched.values().flatten().min().copied().unwrap_or(holding.created_at),
    }
}

fn resource_of(holding: &Holding, region: &str) -> Resource {
    Resource {
        resource_id: key::number(&key::resource_key(&holding.arn, holding.created_at)),
        arn: holding.arn.clone(),
        created_at: holding.created_at,
        region: region.to_owned(),
        kind: holding.kind.as_str(),
        phase: holding.kind.phase().as_str(),
        hosting_option: "",
        name: holding.name.clone(),
        family: key::family(&holding.name),
        status: holding.status.clone(),
        failure_reason: None,
        started_at: Some(since(holding)),
        ended_at: None,
        last_modified_at: holding.last_modified_at,
        training_seconds: None,
        billable_seconds: None,
        is_spot: None,
        attributes: json!({ "roles": holding.roles }),
    }
}
