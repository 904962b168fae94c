//! Buckets and roles in use: who names them is known from what was read before; of buckets their rules are asked for.

use std::collections::BTreeMap;

use chrono::Duration;
use serde_json::{Value, json};

use super::{IngestError, Options, Source, configuration};
use crate::aws::facts::{ItemKind, Listed, OwnBucket};
use crate::aws::{AwsError, Client, Kind as ErrorKind};
use crate::store::configuration as store_configuration;
use crate::store::in_use::{self, InUse};
use crate::store::{Database, StoreError};

/// What only jobs name is in use for so long after the last of them was created.
const NAMED_DAYS: i64 = 90;

/// Rules of the buckets in use, once a day each; how many states are new or ended.
pub(super) async fn buckets(
    database: &Database,
    source: &Source,
    client: &Client,
    options: &Options,
) -> Result<Result<u64, AwsError>, IngestError> {
    let since = options.now - Duration::days(NAMED_DAYS);
    let mut look = source.scope.begin(&database.ingest).await?;
    let used = in_use::buckets(&mut look, source.account_id, client.region(), since).await?;
    let known = store_configuration::versions(&mut look, source.account_id, client.region(), ItemKind::Bucket).await?;
    drop(look);
    let standing: Vec<String> = used.iter().map(|each| each.name.clone()).collect();
    // Rules change without a trace in any list, so the day is part of the version.
    let today = options.now.date_naive();
    let version = |bucket: &InUse| format!("{today} {}", bucket.uses.join(", "));
    let due: Vec<&InUse> = used.iter().filter(|each| known.get(&each.name) != Some(&version(each))).collect();
    let own: BTreeMap<String, OwnBucket> = match if due.is_empty() { Ok(Vec::new()) } else { client.buckets().await } {
        Ok(own) => own.into_iter().map(|bucket| (bucket.name.clone(), bucket)).collect(),
        Err(error) => return Ok(Err(error)),
    };
    let mut described = Vec::new();
    let mut refusals = Refusals::default();
    for bucket in due {
        let found = own.get(&bucket.name);
        let document = match rules(client, found, &mut refusals).await {
            Ok(Some(document)) => with_uses(document, bucket),
            Ok(None) => continue,
            Err(error) => return Ok(Err(error)),
        };
        described.push((listed(bucket, found, version(bucket)), document));
    }
    let refused = refusals.of_the_role();
    if refused.is_some() {
        // What is known is worth more than that it may not be asked for.
        described.retain(|(item, _)| !known.contains_key(&item.identifier));
    }
    let changed =
        configuration::keep(database, source, client, options, ItemKind::Bucket, &described, &standing).await?;
    Ok(refused.map_or(Ok(changed), Err))
}

/// The roles in use, and by what; how many states are new or ended.
pub(super) async fn roles(
    database: &Database,
    source: &Source,
    client: &Client,
    options: &Options,
) -> Result<u64, StoreError> {
    let since = options.now - Duration::days(NAMED_DAYS);
    let mut look = source.scope.begin(&database.ingest).await?;
    let used = in_use::roles(&mut look, source.account_id, client.region(), since).await?;
    drop(look);
    let standing: Vec<String> = used.iter().map(|each| each.name.clone()).collect();
    let described: Vec<(Listed, Value)> = used
        .into_iter()
        .map(|role| {
            let name = role.name.rsplit('/').next().unwrap_or(&role.name).to_owned();
            let document = json!({ "used_by": role.uses });
            let version = role.uses.join(", ");
            let item = Listed { identifier: role.name, name, version, ..unlisted() };
            (item, document)
        })
        .collect();
    configuration::keep(database, source, client, options, ItemKind::Role, &described, &standing).await
}

/// What a bucket tells; nothing where it has been deleted since it was listed.
async fn rules(client: &Client, own: Option<&OwnBucket>, refusals: &mut Refusals) -> Result<Option<Value>, AwsError> {
    // The rules of other people's buckets are theirs to know.
    let Some(own) = own else { return Ok(Some(json!({ "own": false }))) };
    match client.bucket_rules(&own.name, own.region.as_deref()).await {
        Ok(told) => {
            refusals.asked += 1;
            for error in told.refused {
                let (count, _) = refusals.by_operation.entry(error.operation).or_insert((0, error));
                *count += 1;
            }
            Ok(Some(told.document))
        }
        Err(error) if error.kind == ErrorKind::Missing => Ok(None),
        Err(error) => Err(error),
    }
}

fn with_uses(mut document: Value, bucket: &InUse) -> Value {
    if let Some(members) = document.as_object_mut() {
        members.insert("used_for".to_owned(), json!(bucket.uses));
    }
    document
}

fn listed(bucket: &InUse, own: Option<&OwnBucket>, version: String) -> Listed {
    Listed {
        identifier: bucket.name.clone(),
        name: bucket.name.clone(),
        created_at: own.and_then(|own| own.created_at),
        version,
        ..unlisted()
    }
}

fn unlisted() -> Listed {
    Listed {
        identifier: String::new(),
        name: String::new(),
        parent: String::new(),
        created_at: None,
        changed_at: None,
        version: String::new(),
        document: None,
    }
}

/// What was refused, of how many buckets.
#[derive(Default)]
struct Refusals {
    asked: u32,
    by_operation: BTreeMap<&'static str, (u32, AwsError)>,
}

impl Refusals {
    /// What every bucket refuses, the role may not do; what one alone refuses, its own policy forbids.
    fn of_the_role(self) -> Option<AwsError> {
        let asked = self.asked;
        self.by_operation.into_values().find(|(count, _)| *count == asked).map(|(_, error)| error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_bucket_that_refuses_is_no_missing_permission() {
        let error = || AwsError {
            operation: "s3:GetEncryptionConfiguration",
            region: "us-east-1".to_owned(),
            kind: ErrorKind::Denied,
            message: String::new(),
            source: None,
        };
        let refusals = |asked, count| {
            let by_operation = BTreeMap::from([(error().operation, (count, error()))]);
            Refusals { asked, by_operation }.of_the_role().is_some()
        };
        assert_eq!((refusals(3, 1), refusals(3, 3)), (false, true));
        assert!(Refusals::default().of_the_role().is_none());
    }
}
