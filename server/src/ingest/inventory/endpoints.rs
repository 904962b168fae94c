//! Endpoints as they stand.

use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::json;

use super::DESCRIBES_AT_ONCE;
use super::standing::{self, Standing, StandingPart};
use crate::aws::facts::{Endpoint, Variant, serverless_type};
use crate::aws::{AwsError, Client, Kind as ErrorKind};
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
    summary: &mut Summary,
) -> Result<Result<(), AwsError>, IngestError> {
    let endpoints = match describe(client).await {
        Ok(endpoints) => endpoints,
        Err(error) => return Ok(Err(error)),
    };
    let (account_id, region) = (source.account_id, client.region());
    let mut transaction = source.scope.begin(&database.ingest).await?;
    let mut present = Vec::new();
    for endpoint in &endpoints {
        let resource = resource_of(endpoint, region);
        let machines: Vec<(&Variant, String, i32, Purchase)> = endpoint.variants.iter().filter_map(machine).collect();
        let parts = machines.iter().map(|(variant, machine, count, purchase)| StandingPart {
            name: &variant.name,
            config: &endpoint.config,
            instance_type: machine,
            count: *count,
            purchase: *purchase,
            launched: &[],
        });
        let standing =
            Standing { resource: &resource, tags: &endpoint.tags, since: endpoint.created_at, parts: parts.collect() };
        present.push(standing::write(&mut transaction, account_id, region, &standing, options).await?);
    }
    standing::close_what_is_gone(&mut transaction, account_id, region, Kind::Endpoint, &present, options.now).await?;
    transaction.commit().await.map_err(StoreError::on("commit the endpoints"))?;
    summary.endpoints += u64::try_from(endpoints.len()).unwrap_or_default();
    Ok(Ok(()))
}

/// What a variant runs on and how many of them; a serverless one on a share of a machine, which works while it answers, or
/// on as many as are held ready for it.
fn machine(variant: &Variant) -> Option<(&Variant, String, i32, Purchase)> {
    match (&variant.instance_type, variant.serverless_memory_mb) {
        (Some(machine), _) => Some((variant, machine.clone(), variant.count, Purchase::OnDemand)),
        (None, Some(memory_mb)) => {
            let held = variant.provisioned_concurrency.filter(|held| *held > 0);
            let purchase = if held.is_some() { Purchase::Provisioned } else { Purchase::OnDemand };
            Some((variant, serverless_type(memory_mb), held.unwrap_or(1), purchase))
        }
        (None, None) => None,
    }
}

async fn describe(client: &Client) -> Result<Vec<Endpoint>, AwsError> {
    let names = client.endpoint_names().await?;
    let endpoints: Vec<Option<Endpoint>> = stream::iter(names)
        .map(|name| async move {
            match client.endpoint(&name).await {
                Ok(endpoint) => Ok(Some(endpoint)),
                Err(error) if error.kind == ErrorKind::Missing => Ok(None),
                Err(error) => Err(error),
            }
        })
        .buffer_unordered(DESCRIBES_AT_ONCE)
        .try_collect()
        .await?;
    let mut endpoints: Vec<Endpoint> = endpoints.into_iter().flatten().collect();
    endpoints.sort_by(|a, b| a.arn.cmp(&b.arn));
    Ok(endpoints)
}

fn resource_of(endpoint: &Endpoint, region: &str) -> Resource {
    let variants: Vec<_> = endpoint
        .variants
        .iter()
        .map(|variant| {
            json!({
                "variant": variant.name,
                "weight": variant.weight,
                "serverless_memory_mb": variant.serverless_memory_mb,
                "shadow": variant.is_shadow,
            })
        })
        .collect();
    Resource {
        resource_id: key::number(&key::resource_key(&endpoint.arn, endpoint.created_at)),
        arn: endpoint.arn.clone(),
        created_at: endpoint.created_at,
        region: region.to_owned(),
        kind: Kind::Endpoint.as_str(),
        phase: Kind::Endpoint.phase().as_str(),
        hosting_option: endpoint.hosting.as_str(),
        name: endpoint.name.clone(),
        family: key::family(&endpoint.name),
        status: endpoint.status.clone(),
        failure_reason: None,
        started_at: Some(endpoint.created_at),
        ended_at: None,
        last_modified_at: endpoint.last_modified_at,
        training_seconds: None,
        billable_seconds: None,
        is_spot: None,
        attributes: json!({ "config": endpoint.config, "weights": variants }),
    }
}
